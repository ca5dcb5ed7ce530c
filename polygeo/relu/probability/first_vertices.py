"""Vertices of the first layers without compiled code, which is worth its preparation after a while.

Both ways give the same counts, by the same filter.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from polygeo.relu.probability import many_vertices
from polygeo.relu.probability.many_vertices import CHI, plain_cost
from polygeo.simd.presence import is_kept, is_loaded

__all__ = ["compile_vertices", "vertex_counts"]

KEPT, NEW = 0.3, 3.0
"""Seconds of all uncompiled counts of a process, below which no compiled code is asked for: where
it is kept on the disk, and where it would have to be made."""

_used = 0.0
"""Seconds of uncompiled counts in this process."""


def vertex_counts(
    draws: NDArray[np.float64], k: int, task: int, error: float = 0.0
) -> NDArray[np.int64]:
    """Find what a task asks of every draw (m x n), or DOUBT.

    DECIDE: is there a vertex with at most k positive rows; COUNT: how many ends of lines have so
    few; CHI: the Euler characteristic of the directions with at most k positive rows. ``error``
    bounds the distance of the entries from those that are meant (CHI only).
    """
    global _used
    count, m, n = draws.shape
    if _short(count, m, n, task):
        start = time.thread_time()
        if task == CHI:
            found = many_vertices.characteristics(draws, k, error)
        else:
            found = many_vertices.bad_vertices(draws, k, task)
        _used += time.thread_time() - start
        return found
    return _compiled(draws, k, task, error)


def compile_vertices(draws: float, m: int, n: int, task: int) -> None:
    """Compile or load the kernel of a task, unless ``draws`` layers are sooner done without it."""
    if not _short(draws, m, n, task):
        _compiled(np.ones((1, 2, 1)), 0, task, 0.0)


def _compiled(draws: NDArray[np.float64], k: int, task: int, error: float) -> NDArray[np.int64]:
    from polygeo.relu.probability import vertices

    count, m, n = draws.shape
    found = np.empty(count, np.int64)
    workspace = vertices.make_workspace(m, n, chi=task == CHI)
    if task == CHI:
        vertices.characteristics(draws, k, error, workspace, found)
    else:
        vertices.bad_vertices(draws, k, task, 0.0, workspace, found)
    return found


def _short(draws: float, m: int, n: int, task: int) -> bool:
    """Test whether a run is sooner done than its kernel is compiled, or loaded."""
    kernel = "characteristics" if task == CHI else "bad_vertices"
    module = f"{__package__}.vertices"
    if is_loaded(module, kernel):
        return False
    kept = is_kept(str(Path(__file__).with_name("vertices.py")), kernel)
    cost = plain_cost(draws, m, n) * (2 if task == CHI else 1)
    return _used + cost < (KEPT if kept else NEW)
