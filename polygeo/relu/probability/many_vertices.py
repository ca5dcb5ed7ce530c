"""Vertices of the arrangements of many layers at once, on NumPy arrays.

The walk and its proved filter are those of `polygeo.relu.probability.vertices`, and so are the
answers: a short run needs no compiled code. The draws come last: a layer's values are an array
(columns, m, B), and each step treats B draws with the same chosen rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.simd.units import UNIT

__all__ = [
    "CHI",
    "COUNT",
    "DECIDE",
    "DOUBT",
    "bad_vertices",
    "characteristics",
    "plain_cost",
    "sides",
]

DECIDE, COUNT, CHI = 0, 1, 2
"""Tasks: does a bad vertex exist; count the bad vertices; their part of the Euler characteristic.
"""

DOUBT = -(1 << 62)
"""The answer for a draw that the filter cannot decide."""

MARGIN = 1.0 + 2.0**-40
TINY = 1e-200
HUGE = 1e100

DETERMINANTS = 1 << 19
"""Number of determinants of a plane that are computed together: as long as 10 times the calls."""
EACH, CALLS = 5e-9, 2e-4
"""Seconds of one determinant, and of the calls for one plane."""

Signs = dict[tuple[int, ...], NDArray[np.int64]]
"""Signs of the determinants of sets of rows, for B draws."""


class _Rows(NamedTuple):
    """The rows of B draws, restricted to the space orthogonal to the chosen ones."""

    values: NDArray[np.float64]
    """(columns, m, B): the rows."""
    error: NDArray[np.float64]
    """(B,): the bound E of the errors of all entries."""
    size: NDArray[np.float64]
    """(B,): the bound M of all entries."""
    sign: NDArray[np.int8]
    """(B,): the orientation of the columns."""


def plain_cost(draws: float, m: int, n: int) -> float:
    """Estimate the seconds that the vertices of m x n layers take without compiled code.

    Infinity where a plane would take too much memory.
    """
    if m * m > 2 * DETERMINANTS:
        return math.inf
    planes = comb(m - 1, max(n - 2, 0)) * max(1.0, draws * m * m / DETERMINANTS)
    return EACH * draws * comb(m, n - 1) * m + CALLS * planes


def bad_vertices(draws: NDArray[np.float64], k: int, task: int) -> NDArray[np.int64]:
    """Count, for every draw (m x n), the vertices with at most k positive rows; or DOUBT.

    Both ends of a line count; under DECIDE the answer is 1 if there is any bad vertex.
    """
    answers = []
    for rows, doubt in _pieces(draws, 0.0):
        total = np.zeros(len(doubt), np.int64)
        for above, below in _ends(rows, doubt):
            total += (above <= k).sum(axis=0) + (below <= k).sum(axis=0)
            if task == DECIDE and ((total > 0) | doubt).all():
                break
        answers.append(np.where(doubt, DOUBT, np.minimum(total, 1) if task == DECIDE else total))
    return np.concatenate(answers)


def characteristics(draws: NDArray[np.float64], k: int, error: float) -> NDArray[np.int64]:
    """Compute chi(R_k n S) of every draw (m x n) by the pencil formula, or DOUBT.

    DOUBT also where the pencil of the last two axes is not generic. ``error`` bounds the distance
    of the entries from those that are meant.
    """
    n = draws.shape[2]
    answers = []
    for rows, doubt in _pieces(draws, error):
        total, low = np.zeros(len(doubt), np.int64), Signs()
        for columns in range(2 - n % 2, n + 1, 2):
            high = Signs()
            part = rows._replace(values=rows.values[:columns])
            total += _share(part, k, low, high if columns < n else None, doubt)
            low = high
        answers.append(np.where(doubt, DOUBT, total))
    return np.concatenate(answers)


def sides(draws: NDArray[np.float64]) -> NDArray[np.int64]:
    """Compute on which side of the span of the first n - 1 rows each later row lies.

    The answer (B, m - n + 1) holds +1 or -1, for a doubtful draw 0 in all places. The orientation
    of that hyperplane does not depend on the later rows.
    """
    n = draws.shape[2]
    answers = []
    for rows, doubt in _pieces(draws, 0.0):
        for i in range(n - 2):
            rows = _restricted(rows, i, doubt)
        later, bound = rows.values[:, n - 1 :], np.zeros(len(doubt))
        value = later[0]
        if n > 1:
            a, b = rows.values[:, n - 2]
            value, bound = a * later[1] - b * later[0], _determinant_bound(rows)
        doubt |= ~(np.abs(value) > bound).all(axis=0)
        answers.append(np.where(doubt, 0, np.where(value > 0.0, 1, -1)).T)
    return np.concatenate(answers)


def _pieces(draws: NDArray[np.float64], error: float) -> Iterator[tuple[_Rows, NDArray[np.bool_]]]:
    """The draws in pieces, and which of them the filter cannot treat."""
    step = max(1, DETERMINANTS // draws.shape[1] ** 2)
    for low in range(0, len(draws), step):
        values = draws[low : low + step].transpose(2, 1, 0).copy()
        size = np.abs(values).max(axis=(0, 1)) + error
        sign = np.ones(len(size), np.int8)
        yield _Rows(values, np.full(len(size), error), size, sign), ~(size < HUGE)


@np.errstate(all="ignore")
def _restricted(rows: _Rows, i: int, doubt: NDArray[np.bool_]) -> _Rows:
    """The rows restricted to the hyperplane orthogonal to row i; doubt where a pivot has no sign.

    Row i itself becomes 0 up to the error, and so counts on no side.
    """
    values, error, size, sign = rows
    every = np.arange(values.shape[2])
    pivots = values[:, i]
    p = np.abs(pivots).argmax(axis=0)
    pivot = pivots[p, every]
    most = np.abs(pivot)
    doubt |= ~(most > 2.0 * error)
    # The first column takes the place of the one that goes.
    top, rest = values[p, :, every].T, values[1:].copy()
    moved = np.flatnonzero(p)
    rest[p[moved] - 1, :, moved] = values[0][:, moved].T
    share = rest[:, i] / pivot
    rest -= share[:, None] * top
    ratio = np.abs(share).max(axis=0)
    drift = (1.0 + ratio) * error / (most - error) + 2.0 * UNIT * ratio
    error = error * (1.0 + ratio) + drift * (size + error) + UNIT * size * (1.0 + 2.0 * ratio)
    size = size * (MARGIN * (1.0 + ratio))
    doubt |= ~(size < HUGE)
    turned = np.where((pivot > 0.0) == (p == 0), sign, -sign)
    return _Rows(rest, MARGIN * error + TINY, size, turned)


def _planes(
    rows: _Rows, chosen: tuple[int, ...], doubt: NDArray[np.bool_]
) -> Iterator[tuple[tuple[int, ...], _Rows]]:
    """Every set of chosen rows with the rows restricted to the plane orthogonal to the set."""
    columns, m, _ = rows.values.shape
    if columns == 2:
        yield chosen, rows
        return
    for i in range(chosen[-1] + 1 if chosen else 0, m - columns + 2):
        yield from _planes(_restricted(rows, i, doubt), (*chosen, i), doubt)


def _determinants(plane: _Rows, first: int) -> NDArray[np.float64]:
    """The determinants (j, l, B) of the rows j from ``first`` on with all rows l."""
    a, b = plane.values
    return a[first:, None] * b - b[first:, None] * a


def _determinant_bound(plane: _Rows) -> NDArray[np.float64]:
    """What the determinants may be off by."""
    error, size = plane.error, plane.size
    return MARGIN * (4.0 * size * error + 2.0 * error * error + 4.0 * UNIT * size * size) + TINY


def _tally(
    values: NDArray[np.float64],
    bound: NDArray[np.float64],
    expected: int,
    doubt: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the values (j, l, B) above ``bound`` and below -``bound``; in all, ``expected`` l."""
    kind = np.uint8 if values.shape[1] < 256 else np.int64
    above, below = (
        side.view(np.uint8).sum(axis=1, dtype=kind).astype(np.int64)
        for side in (values > bound, values < -bound)
    )
    doubt |= (above + below != expected).any(axis=0)
    return above, below


def _ends(
    rows: _Rows, doubt: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The numbers (j, B) of rows on both sides, at vertices j."""
    n, m, _ = rows.values.shape
    if n == 1:
        yield _tally(rows.values, rows.error, m, doubt)
        return
    for chosen, plane in _planes(rows, (), doubt):
        values = _determinants(plane, chosen[-1] + 1 if chosen else 0)
        yield _tally(values, _determinant_bound(plane), m - n + 1, doubt)


def _share(
    rows: _Rows, k: int, low: Signs, high: Signs | None, doubt: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The share of all vertices of n columns in the Euler characteristic.

    ``low``: signs of the determinants of the first n - 2 columns; ``high``: takes those of n.
    """
    n, m, count = rows.values.shape
    if n == 1:
        ((above,), (below,)) = _tally(rows.values, rows.error, m, doubt)
        if high is not None:
            high.update(((x,), np.where(rows.values[0, x] > 0.0, 1, -1)) for x in range(m))
        return 1 * (above <= k) + (below <= k)
    terms = np.array([(-1) ** rest * comb(n - 2, rest) for rest in range(n - 1)])
    total = np.zeros(count, np.int64)
    for chosen, plane in _planes(rows, (), doubt):
        first = chosen[-1] + 1 if chosen else 0
        values = _determinants(plane, first)
        above, below = _tally(values, _determinant_bound(plane), m - n + 1, doubt)
        for j in range(first, m):
            members = (*chosen, j)
            if high is not None:
                signs = np.where((values[j - first] > 0.0) == (plane.sign > 0), 1, -1)
                high.update(((*members, x), signs[x]) for x in range(j + 1, m))
            # For n = 2 the only coefficient is 1, at v = (-b_j, a_j).
            up = _turned_up(low, members) if n > 2 else np.ones(count, np.int64)
            rest = k - np.where(up == plane.sign, above[j - first], below[j - first])
            counts = (up != 0) & (rest >= 0) & (rest <= n - 2)
            total += np.where(counts, terms[np.clip(rest, 0, n - 2)], 0)
    return total


def _turned_up(low: Signs, members: tuple[int, ...]) -> NDArray[np.int64]:
    """+1 or -1 where tau(v) or tau(-v) is a positive combination of n - 1 rows, else 0.

    The coefficient of row s is (-1)^n (-1)^(place of s) det(the others, first n - 2 columns).
    """
    n = len(members) + 1
    coefficients = np.array(
        [(-1) ** (n + x) * low[members[:x] + members[x + 1 :]] for x in range(n - 1)]
    )
    same = (coefficients == coefficients[0]).all(axis=0)
    return np.where(same, coefficients[0], 0)
