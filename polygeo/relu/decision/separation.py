"""A point on the negative side of given rows, proposed by a linear program in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["negative_point"]


def negative_point(rows: np.ndarray) -> np.ndarray | None:
    """Find x with <row, x> < 0 for every row other than 0, or None; whoever asks checks it.

    * ``rows``: (m, n), finite floats; their lengths do not matter.

    >>> negative_point(np.array([[1.0, 0.0], [1e-200, 1.0]])).tolist()
    [-1.0, -1.0]
    >>> negative_point(np.array([[1.0, 0.0], [-1.0, 0.0]])) is None
    True
    """
    from scipy.optimize import linprog

    sizes = np.abs(rows).max(axis=1, initial=0.0)
    even = rows[sizes > 0] / sizes[sizes > 0][:, None]
    n = rows.shape[1]
    if not len(even):
        return np.ones(n)
    answer = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.hstack([even, np.ones((len(even), 1))]),
        b_ub=np.zeros(len(even)),
        bounds=[(-1.0, 1.0)] * n + [(None, 1.0)],
        method="highs",
    )
    found: Any = answer.x
    return np.asarray(found[:-1]) if answer.status == 0 and found[-1] > 0 else None
