"""Vertices of the first layers without compiled code, which is worth its preparation after a while.

Both ways give the same counts, by the same filter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from polygeo.relu.probability import many_vertices
from polygeo.relu.probability.many_vertices import CHI, COUNT, plain_cost
from polygeo.simd.patience import Patience

__all__ = ["compile_vertices", "vertex_counts"]

PATIENCE = {
    COUNT: Patience(f"{__package__}.vertices.bad_vertices", 3.0, kept=0.3),
    CHI: Patience(f"{__package__}.vertices.characteristics", 3.0, kept=0.3),
}
"""For the draws of a process before these kernels are compiled."""


def vertex_counts(
    draws: NDArray[np.float64], k: int, task: int, error: float = 0.0
) -> NDArray[np.int64]:
    """Find what a task asks of every draw (m x n), or DOUBT.

    DECIDE: is there a vertex with at most k positive rows; COUNT: how many ends of lines have so
    few; CHI: the Euler characteristic of the directions with at most k positive rows. ``error``
    bounds the distance of the entries from those that are meant (CHI only).
    """
    count, m, n = draws.shape
    patience = _patience(task)
    if patience.allows(_seconds(count, m, n, task)):
        with patience.spend():
            if task == CHI:
                return many_vertices.characteristics(draws, k, error)
            return many_vertices.bad_vertices(draws, k, task)
    return _compiled(draws, k, task, error)


def compile_vertices(draws: float, m: int, n: int, task: int) -> None:
    """Compile or load the kernel of a task, unless ``draws`` layers are sooner done without it."""
    if not _patience(task).allows(_seconds(draws, m, n, task)):
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


def _patience(task: int) -> Patience:
    return PATIENCE[CHI if task == CHI else COUNT]


def _seconds(draws: float, m: int, n: int, task: int) -> float:
    return plain_cost(draws, m, n) * (2 if task == CHI else 1)
