"""Runs of a simulation: random streams, blocks, workers, checkpoints, progress.

The modules:

    engine          blocks on any workers, merged exactly
    draws           so many draws, or draws until a standard error is reached
    streams         random streams by number
    normals         standard normal numbers
    words           normal numbers from words, not compiled
    ziggurat        the same, compiled
    checkpoint      the sums of the first blocks, in a file
    pool            costly objects that blocks hand on to one another
"""

__all__: list[str] = []
