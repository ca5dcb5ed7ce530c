"""How a search ends, in numbers that compiled code returns."""

from __future__ import annotations

__all__ = ["BUDGET", "CLOSED", "FULL", "OPEN", "POINT"]

CLOSED = 1
"""Every branch is closed."""
POINT = 0
"""x was found."""
OPEN = -1
"""Floating point could not go on."""
BUDGET = -2
"""The number of nodes is spent."""
FULL = -3
"""The record is full."""
