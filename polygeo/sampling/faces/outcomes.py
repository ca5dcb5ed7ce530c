"""What is known of the projection of a sample; numbers that compiled and other code share."""

__all__ = [
    "DEFERRED",
    "DEPENDENT",
    "MARGIN",
    "MAX_GENERATORS",
    "PROVED",
    "SPAN",
    "UNDECIDED",
]

PROVED = 0
"""The face is proved."""

SPAN = 1
"""The face is proved, if the doubtful generators lie in its span."""

UNDECIDED = 2
"""Floating point cannot decide."""

DEFERRED = 3
"""The sample waits for a set of `operators`."""

MARGIN = 1.001
"""Factor that covers the roundings made while the bounds themselves are computed."""

DEPENDENT = 1e-13
"""Smallest squared distance to the span of P with which a generator may enter."""

MAX_GENERATORS = 63
"""Largest number of generators for `operators`: an active set is a nonnegative int64."""
