"""What compiled and uncompiled searches share: how they end, and how they weigh free rows."""

from __future__ import annotations

__all__ = ["BUDGET", "CLOSED", "FREE_SCALE", "FULL", "OPEN", "POINT"]

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
FREE_SCALE = 0.125
"""Factor, a power of 2, of the free rows of a system.

The simplex method takes the row that is violated most, so other rows come first, and supports have
fewer free rows: half as many nodes are searched (200 x 12). Factors from 1/4 to 1/16 do the same.
"""
