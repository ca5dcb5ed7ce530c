"""Points with few non-negative rows where there are many columns: few circles, annealed descent.

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
    rows: np.ndarray,
    imposed: int,
    enough: int,
    used: np.ndarray,
    see: Callable[[np.ndarray], int],
) -> int:
    """Run batches of annealed descent until a point has at most ``enough`` rows, proved.

    * ``rows``: none of them 0, the last ``imposed`` are the inequalities.
    * ``see``: takes a point and returns its number of rows, -1 if that is not proved.

    Returns the least number, -1 if there is none. Another thread may set used[2] to end it. In a
    cone short batches come first: what they miss, longer ones find less often than others do.
    """
    short = BATCHES if imposed else 0
    found = -1
    for seed in range(short + int(min(BATCHES, max(1, ENTRIES // rows.size)))):
        _, x = annealed(rows, seed, enough, used, imposed, SHORT if seed < short else LONG)
        count = see(x)
        if count >= 0:
            found = count if found < 0 else min(found, count)
        if used[2] or 0 <= count <= enough:
            break
    return found
