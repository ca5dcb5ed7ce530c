"""The decision in compiled code: float64 matrices in, proved verdicts out.

`decide` and `decide_batch` can be called from njit code. A verdict 0 or 1 is proved, by the signs
of a point or by a tree of proved supports; -1 says that exact arithmetic has to decide.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import math

import numpy as np

from polygeo.relu.decision.search import uncompiled
from polygeo.relu.decision.search.descent import descend, independent_rows
from polygeo.relu.decision.search.outcomes import OPEN, POINT
from polygeo.relu.decision.search.tree import not_zero, search
from polygeo.simd.compiled import njit
from polygeo.simd.double import UNIT

__all__ = [
    "NEVER",
    "balance",
    "by_descent",
    "by_search",
    "decide",
    "decide_batch",
    "decide_inside",
    "descents",
    "nonnegative",
    "scale_rows",
    "widest_packing",
]

LONG = 1 << 62
NEVER = -(1 << 40)
"""The exponent of zero: below all exponents of float64 numbers."""
UNEVEN = 4
"""Columns are scaled only if their sizes differ by a factor of 2^UNEVEN or more."""
ROUNDS = 20
"""Number of rounds in which columns and rows are scaled in turn."""


@njit(cache=True, nogil=True, error_model="numpy")
def scale_rows(matrix, columns, rows, shifts):
    """Scale rows by powers of two to a largest entry in [1/2, 1); return False if inexact.

    Columns of very different sizes are scaled as well: column c by 2^-shifts[c], a change of
    coordinates in which x_c is 2^shifts[c] times what it was.

    ``matrix`` (m, n), finite; ``columns`` (n, M), ``rows`` (M, n): zeros; ``shifts`` (n,): ints.
    """
    m, n = matrix.shape
    shifts[:] = 0
    turns = np.zeros(m, np.int64)
    if _row_turns(matrix, shifts, turns) or _small_column(matrix, turns):
        exponents = np.full((m, n), NEVER)
        for i in range(m):
            for c in range(n):
                if matrix[i, c] != 0.0:
                    exponents[i, c] = math.frexp(matrix[i, c])[1]
        balance(exponents, shifts)
        _row_turns(matrix, shifts, turns)
    exact = True
    for i in range(m):
        for c in range(n):
            if matrix[i, c] == 0.0:
                continue
            value = math.ldexp(matrix[i, c], -turns[i] - shifts[c])
            exact = exact and abs(value) > 1e-250
            rows[i, c] = value
            columns[c, i] = value
    return exact


@njit(cache=True, nogil=True, error_model="numpy")
def _row_turns(matrix, shifts, turns):
    """turns[i]: the exponent of the largest entry of row i; whether there are zeros."""
    m, n = matrix.shape
    plain, zeros = True, False
    for c in range(n):
        plain = plain and shifts[c] == 0
    for i in range(m):
        largest, high = 0.0, NEVER
        for c in range(n):
            largest = max(largest, abs(matrix[i, c]))
            zeros = zeros or matrix[i, c] == 0.0
            if not plain and matrix[i, c] != 0.0:
                high = max(high, math.frexp(matrix[i, c])[1] - shifts[c])
        if plain:
            turns[i] = math.frexp(largest)[1]
        else:
            turns[i] = high if high > NEVER else 0
    return zeros


@njit(cache=True, nogil=True, error_model="numpy")
def _small_column(matrix, turns):
    """Whether the largest entry of a column, next to rows of size 1, is below 2^-UNEVEN."""
    m, n = matrix.shape
    for c in range(n):
        high, size = NEVER, 0
        while high < -UNEVEN and size < m:
            if matrix[size, c] != 0.0:
                high = max(high, math.frexp(matrix[size, c])[1] - turns[size])
            size += 1
        if high < -UNEVEN:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def _median(values, offsets, scratch):
    """The median of value - offset where the value is not NEVER; 0 if there is none."""
    count = 0
    for j in range(values.shape[0]):
        if values[j] != NEVER:
            # Sorted by insertion: the rows and columns of a layer are short.
            value, place = values[j] - offsets[j], count
            while place > 0 and scratch[place - 1] > value:
                scratch[place] = scratch[place - 1]
                place -= 1
            scratch[place] = value
            count += 1
    return scratch[count // 2] if count else 0


@njit(cache=True, nogil=True, error_model="numpy")
def balance(exponents, shifts):
    """Choose exponents of columns such that rows and columns have entries of about one size.

    ``exponents`` (m, n): of the entries, NEVER for zeros; ``shifts`` (n,). Medians, so that a few
    odd rows or entries change nothing; all 0 if the columns differ by 2^UNEVEN at most.
    """
    m, n = exponents.shape
    shifts[:] = 0
    middle, scratch = np.zeros(m, np.int64), np.empty(max(m, n), np.int64)
    for _ in range(ROUNDS):
        for i in range(m):
            middle[i] = _median(exponents[i], shifts, scratch)
        change = 0
        for c in range(n):
            new = _median(exponents[:, c], middle, scratch)
            change = max(change, abs(new - shifts[c]))
            shifts[c] = new
        if change <= 1:
            break
    low, high = shifts[0], shifts[0]
    for c in range(n):
        low, high = min(low, shifts[c]), max(high, shifts[c])
    if high - low <= UNEVEN:
        shifts[:] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def nonnegative(rows, count, imposed, dim, point):
    """Count the rows with <w, x> >= 0, without zero rows; -1 where a sign is not proved.

    ``rows`` as in `simplex.proved`; rows that are 0 in the first ``dim`` coordinates count as zero
    rows; ``point`` is scaled to largest entry 1. Also -1 unless it is proved that the ``imposed``
    rows behind the first ``count`` are positive.
    """
    n = point.shape[0]
    largest = 0.0
    for c in range(n):
        largest = max(largest, abs(point[c]))
    if not 0.0 < largest < 1e300:
        return -1
    length = 0.0
    for c in range(n):
        point[c] /= largest
        length += abs(point[c])
    error = 1.01 * (n + 4) * UNIT * length + 1e-300
    found = 0
    for i in range(count + imposed):
        value, zero = 0.0, i < count
        for c in range(n):
            value += rows[i, c] * point[c]
            zero = zero and (c >= dim or rows[i, c] == 0.0)
        if zero:
            continue
        if not abs(value) > error:
            return -1
        if i < count:
            found += value > 0.0
        elif value < 0.0:
            return -1
    return found


widest_packing = njit(cache=True, nogil=True)(uncompiled.widest_packing)
descents = njit(cache=True, nogil=True)(uncompiled.descents)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def by_descent(columns, rows, count, imposed, dim, start, point, used):
    """Run circle descent: return POINT for a proved point with fewer than dim rows, else OPEN."""
    width = columns.shape[1]
    weights = np.ones(width, np.int64)
    if imposed or dim < columns.shape[0]:
        # An inequality that is violated counts for more than all rows of the layer.
        columns, rows = columns.copy(), rows.copy()
        for i in range(count + imposed):
            if i >= count:
                for c in range(columns.shape[0]):
                    rows[i, c] = columns[c, i] = -columns[c, i]
                weights[i] = count + 1
            elif not not_zero(rows, i, dim):
                weights[i] = 0
    least = descend(
        columns, rows, count + imposed, weights, start, descents(dim), dim - 1, point, used
    )
    if least < dim and imposed:
        for i in range(count, count + imposed):
            for c in range(columns.shape[0]):
                rows[i, c] = -rows[i, c]
    if least < dim and 0 <= nonnegative(rows, count, imposed, dim, point) < dim:
        return POINT
    return OPEN


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def by_search(
    columns, rows, count, imposed, dim, start, known, whole, nodes, point, record, used
):  # fmt: skip
    """Run `tree.search`: return CLOSED or POINT, both proved, or OPEN, BUDGET or FULL.

    ``known``: numbers of rows that lie in the spans of all S(x); then a point proves nothing. With
    OPEN, ``point`` is one that is not proved, or nan.
    """
    status = search(
        columns, rows, count, imposed, dim, start, known, dim - known.shape[0], True, True, whole,
        widest_packing(dim), nodes, point, record, used,
    )  # fmt: skip
    if status != POINT:
        point[:] = np.nan
    elif known.shape[0] or not 0 <= nonnegative(rows, count, imposed, dim, point) < dim:
        return OPEN
    return status


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def decide(matrix, nodes, point, record, used):
    """Decide one matrix: CLOSED (injective) or POINT (not), both proved, or a negative status.

    ``matrix`` (m, n): float64, finite, m >= n. ``point`` is in the coordinates of the matrix, up
    to over- and underflow.
    """
    m, n = matrix.shape
    return decide_inside(matrix, m, n, nodes, point, record, used)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def decide_inside(matrix, count, dim, nodes, point, record, used):
    """Decide a layer as `decide` does, for inputs in a cone: has every S(z), z not 0, full rank?

    ``matrix`` (m + k, N): float64, finite; the first ``count`` = m rows are the layer's, and S(z)
    is looked at in their first ``dim`` coordinates, m >= dim; the others are the inequalities
    <a, z> >= 0 of a cone with interior points, none of them zero.
    """
    total, n = matrix.shape
    imposed = total - count
    width = (total + 3) // 4 * 4
    columns, rows, shifts = np.zeros((n, width)), np.zeros((width, n)), np.zeros(n, np.int64)
    if not scale_rows(matrix, columns, rows, shifts):
        return OPEN
    start = np.empty(n, np.int64)
    if not independent_rows(rows, total, start):
        return OPEN
    status = by_descent(columns, rows, count, imposed, dim, start, point, used)
    if status != POINT:
        known = start[:0]
        status = by_search(
            columns, rows, count, imposed, dim, start, known, True, nodes, point, record, used
        )
    for c in range(n):
        if shifts[c]:
            point[c] = math.ldexp(point[c], -shifts[c])
    return status


@njit(cache=True, nogil=True, error_model="numpy")
def decide_batch(matrices, max_nodes=LONG):
    """Decide matrices (K, m, n), int8: 1 injective, 0 not injective, -1 left to `is_injective`.

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> decide_batch(rng.normal(size=(5, 14, 3))).tolist()
    [1, 1, 0, 1, 1]
    """
    count, m, n = matrices.shape
    verdicts = np.full(count, -1, np.int8)
    point, used, nothing = np.empty(n), np.zeros(4, np.int64), np.empty(0, np.int32)
    for s in range(count):
        finite = m >= n
        for i in range(m):
            for c in range(n):
                finite = finite and math.isfinite(matrices[s, i, c])
        if finite:
            verdicts[s] = max(-1, decide(matrices[s], max_nodes, point, nothing, used))
    return verdicts
