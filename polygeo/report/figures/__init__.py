"""Figures, one file a topic."""

__all__: list[str] = []
