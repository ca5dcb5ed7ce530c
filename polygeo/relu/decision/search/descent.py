"""Circle descent: points with few positive rows, found from vertex to vertex.

A vertex is a direction orthogonal to n - 1 rows. With one of these rows dropped it moves on a great
circle; the vertex of that circle with the fewest positive rows comes next, until no circle has a
better one. Next to a vertex lies a cell in which its n - 1 rows are negative. What is found here is
a proposal; nothing depends on it.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.relu.decision.search.simplex import coefficients, dual_basis, exchange, products
from polygeo.simd.compiled import njit

__all__ = ["descend", "independent_rows"]

_GOLDEN = 0x9E3779B97F4A7C15 - (1 << 64)


@njit(cache=True, nogil=True)
def _random(state, bound):
    """The next integer below a bound (splitmix64, its upper half)."""
    state[0] += _GOLDEN
    z = state[0]
    z = (z ^ ((z >> 30) & 0x3FFFFFFFF)) * (0xBF58476D1CE4E5B9 - (1 << 64))
    z = (z ^ ((z >> 27) & 0x1FFFFFFFFF)) * (0x94D049BB133111EB - (1 << 64))
    return ((z >> 32) & 0x7FFFFFFF) % bound


@njit(cache=True, nogil=True)
def _sort(keys, items, count):
    """Sort the first keys, items with them (Shell's method: short to compile)."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, count):
            key, item, j = keys[i], items[i], i
            while j >= gap and keys[j - gap] > key:
                keys[j], items[j] = keys[j - gap], items[j - gap]
                j -= gap
            keys[j], items[j] = key, item
        gap //= 3


@njit(cache=True, nogil=True, error_model="numpy")
def independent_rows(rows, count, chosen):
    """Find n rows that are independent by elimination in float64; False if there are none."""
    n = chosen.shape[0]
    work = rows[:count].copy()
    for step in range(n):
        best, row, column = 1e-9, -1, -1
        # The first good pivot is enough: a warm start, not a solution.
        for i in range(count):
            for c in range(n):
                if abs(work[i, c]) > best:
                    best, row, column = abs(work[i, c]), i, c
            if best > 0.3:
                break
        if row < 0:
            return False
        chosen[step] = row
        for i in range(count):
            if i != row:
                factor = work[i, column] / work[row, column]
                for c in range(n):
                    work[i, c] -= factor * work[row, c]
        for c in range(n):
            work[row, c] = 0.0
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def descend(columns, rows, count, weights, start, restarts, enough, point, used):
    """Find an x with few nonnegative rows, put it into ``point`` and return their weight.

    The search stops at the weight ``enough``. ``count``: number of rows; ``weights`` (M,): what
    each row counts for, 1 or another integer (the negated inequalities of a set of inputs count
    for more than all others); ``start`` (n,): independent rows. Zero rows are not counted. Another
    thread may set used[2] to end the search.
    """
    n, width = columns.shape
    sign = np.ones(width)
    basis, duals = start.copy(), np.empty((n, n))
    y1, y2, rho = np.empty(width), np.empty(width), np.empty(n)
    keys, order = np.empty(width), np.empty(width, np.int64)
    fixed = np.zeros(width, np.bool_)
    x = np.empty(n)
    state = np.array([88172645463325252])
    least = 1 << 60
    for attempt in range(restarts):
        if attempt:
            fixed[:] = False
            for q in range(n):
                basis[q] = _random(state, count)
                while fixed[basis[q]]:
                    basis[q] = (basis[q] + 1) % count
                fixed[basis[q]] = True
        if used[2]:
            break
        if not dual_basis(rows, sign, basis, duals):
            continue
        place = _random(state, n)
        side = 1.0
        fixed[:] = False
        for q in range(n):
            fixed[basis[q]] = True
        products(columns, duals[place], y1)
        positive, negative = 0, 0
        for i in range(count):
            positive += weights[i] * (y1[i] > 0.0 and not fixed[i])
            negative += weights[i] * (y1[i] < 0.0 and not fixed[i])
        if (
            negative < positive + weights[basis[place]]
        ):  # the row that was dropped is positive on the first side
            side, positive = -1.0, negative
        else:
            positive += weights[basis[place]]
        tried, circle, level_moves = 0, _random(state, n), 0
        while tried < n - 1 and not used[2]:
            circle = (circle + 1) % n
            if circle == place:
                continue
            tried += 1
            products(columns, duals[circle], y2)
            found, total, now = 0, 0, 0
            for i in range(count):
                if fixed[i] and i != basis[place] and i != basis[circle]:
                    continue
                crosses = abs(y1[i]) > 1e-12 * (abs(y2[i]) + 1e-200)
                if crosses and i != basis[circle]:
                    keys[found] = y2[i] / y1[i]
                    order[found] = i
                    found += 1
                    now += weights[i] * (y1[i] > 0.0)
                    total += weights[i]
                elif y2[i] != 0.0:
                    now += weights[i] * (y2[i] > 0.0)
                    total += weights[i]
            _sort(keys, order, found)
            # A vertex as good as this one will do, 4 n times in a row.
            value, row, turn = positive + (level_moves < 4 * n), -1, side
            for p in range(found):
                i = order[p]
                if y1[i] > 0.0:
                    now -= weights[i]
                    here = now
                else:
                    here = now
                    now += weights[i]
                if here < value:
                    value, row, turn = here, i, 1.0
                if total - weights[i] - here < value:
                    value, row, turn = total - weights[i] - here, i, -1.0
            if row >= 0:
                coefficients(rows, sign, row, duals, rho)
                fixed[basis[place]] = False
                fixed[row] = True
                exchange(duals, basis, rho, place, row)
                level_moves = level_moves + 1 if value == positive else 0
                place, side, positive = circle, turn, value
                products(columns, duals[place], y1)
                tried = 0
        if positive < least and dual_basis(rows, sign, basis, duals):
            # What many exchanges have blurred is counted anew.
            products(columns, duals[place], y1)
            positive = weights[basis[place]] if side > 0.0 else 0
            for i in range(count):
                positive += weights[i] * (side * y1[i] > 0.0 and not fixed[i])
        if positive < least:
            # The cell next to the vertex: its rows a little below zero.
            for c in range(n):
                x[c] = 0.0
                for q in range(n):
                    if q != place:
                        x[c] -= duals[q, c]
            products(columns, x, y2)
            step = 1.0
            for i in range(count):
                if not fixed[i] or i == basis[place]:
                    step = min(step, 0.5 * abs(y1[i]) / (abs(y2[i]) + 1e-300))
            least = positive
            for c in range(n):
                point[c] = side * duals[place, c] + step * x[c]
            if least <= enough:
                return least
    return least
