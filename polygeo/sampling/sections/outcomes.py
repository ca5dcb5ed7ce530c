"""What is known of a cone and a random subspace."""

__all__ = ["MEETS", "MISSES", "POOR", "UNDECIDED"]

MISSES = 0
MEETS = 1
UNDECIDED = 2

POOR = 1e-7
"""Largest relative error of the points for which floating point is tried."""
