"""Runs of a simulation: random streams, blocks, workers, checkpoints, progress."""

__all__: list[str] = []
