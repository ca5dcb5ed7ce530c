"""Points with few nonnegative rows where there are many columns: few circles, annealed descent.

What is found is a proposal. The rows are those of `tree.search`: of the layer, then the
inequalities of a cone of inputs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from polygeo.relu.decision.search.annealing import LONG, SHORT, annealed
from polygeo.relu.decision.search.descent import descend

__all__ = ["annealed_batches", "few_circles"]

CIRCLES = 10
"""Starts of circle descent before annealed descent."""
BATCHES = 8
"""Most batches of annealed descent, and the number of short ones in a cone."""
ENTRIES = 2_000_000
"""m n times the number of batches."""
NARROW = 1e8
"""Most by which a simplicial cone may differ from an orthant."""


def few_circles(
    columns: np.ndarray,
    rows: np.ndarray,
    count: int,
    imposed: int,
    dim: int,
    start: np.ndarray,
    point: np.ndarray,
    used: np.ndarray,
) -> int:
    """Run a few starts of circle descent; return the weight of the ``point`` that they find.

    Arguments as in `compiled.by_descent`.
    """
    weights = np.ones(len(rows), np.int64)
    if imposed or dim < rows.shape[1]:
        columns, rows = columns.copy(), rows.copy()
        own = slice(count, count + imposed)
        rows[own], columns[:, own] = -rows[own], -columns[:, own]
        weights[:count] = rows[:count, :dim].any(axis=1)
        weights[own] = count + 1
    total = count + imposed
    return int(descend(columns, rows, total, weights, start, CIRCLES, dim - 1, point, used))


def annealed_batches(
    rows: np.ndarray, imposed: int, enough: int, used: np.ndarray, see: Callable[[np.ndarray], int]
) -> int:
    """Run batches of annealed descent until a point has at most ``enough`` rows, proved.

    * ``rows``: none of them 0, the last ``imposed`` are the inequalities.
    * ``see``: takes a point and returns its number of rows, -1 if that is not proved.

    Returns the least number, -1 if there is none. Another thread may set used[2] to end it. In a
    cone short batches come first: what they miss, longer ones find less often than others do. A
    simplicial cone is an orthant in other coordinates, and there all batches are short.
    """
    short = BATCHES if imposed else 0
    more = int(min(BATCHES, max(1, ENTRIES // rows.size)))
    orthant = _as_orthant(rows, imposed) if imposed else None
    if orthant is not None:
        rows, back = orthant
        short += more * LONG[0] // SHORT[0]
        more = imposed = 0
    found = -1
    for seed in range(short + more):
        pace = SHORT if seed < short else LONG
        _, x = annealed(rows, seed, enough, used, imposed, pace, orthant is not None)
        count = see(x if orthant is None else back(x))
        if count >= 0:
            found = count if found < 0 else min(found, count)
        if used[2] or 0 <= count <= enough:
            break
    return found


def _as_orthant(
    rows: np.ndarray, imposed: int
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]] | None:
    """The rows of the layer in coordinates in which the cone is the orthant, and the way back.

    None unless the cone is simplicial, for one that float64 would not be enough for, or where a
    row seems to be 0.
    """
    if imposed != rows.shape[1]:
        return None
    layer, below = np.split(rows, [len(rows) - imposed])
    sizes = np.diagonal(below)
    if np.count_nonzero(below) == imposed and (sizes > 0).all():
        # Without BLAS, whose threads wait for each other on a busy machine.
        edges, new = 1.0 / sizes, layer / sizes
    else:
        try:
            edges = np.linalg.inv(below)
        except np.linalg.LinAlgError:
            return None
        new = layer @ edges
    if not np.abs(edges).max() * np.abs(below).max() < NARROW:
        return None
    if not (np.abs(new).max(axis=1) > 1 / NARROW).all():
        return None
    return new, lambda x: edges * x if edges.ndim == 1 else edges @ x
