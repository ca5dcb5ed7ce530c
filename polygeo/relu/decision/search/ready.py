"""Compile, before a clock starts, what decisions with a limit of time use beside the search."""

from __future__ import annotations

import numpy as np

from polygeo.relu.decision.search.annealing import annealed
from polygeo.relu.decision.search.packing import pack

__all__ = ["warm"]


def warm() -> None:
    """Compile packings and annealed descent (a moment if they are compiled already)."""
    rows = np.array([[1.0], [-1.0], [0.0], [0.0]])
    members, point = np.zeros(10, np.int64), np.empty(1)
    used, start = np.zeros(4, np.int64), np.zeros(1, np.int64)
    pack(rows.T.copy(), rows, 2, 0, 1, start, np.ones(4), True, 1, members, point, used)
    annealed(rows[:2], 0, 1, used)
