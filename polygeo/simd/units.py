"""Sizes of vectors and of rounding errors, for code that is not compiled, too."""

__all__ = ["LANES", "UNIT", "WIDE"]

LANES = 8
"""Number of float64 numbers in a vector."""

WIDE = 16
"""Number of float32 numbers in a vector."""

UNIT = 2.0**-53
"""Largest relative error of one rounding to float64."""
