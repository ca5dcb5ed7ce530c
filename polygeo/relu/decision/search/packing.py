"""Disjoint supports: sets of rows that are positively dependent, found one after the other.

Each support is found by the dual simplex method with random weights and proved as in `tree.search`:
every half-space with 0 on its boundary holds one of its rows. So as many supports, without a common
row, as there are prove that the closed half-space depth of 0 is at least that number.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.relu.decision.search.simplex import (
    FEASIBLE,
    OUT,
    dual_basis,
    proved,
    proved_in_part,
    remove,
    solve,
)
from polygeo.simd.compiled import njit

__all__ = ["pack", "warm"]


@njit(cache=True, nogil=True, error_model="numpy")
def pack(columns, rows, count, start, weights, exact, goal, supports, point, used):
    """Find and prove disjoint supports; return their number, at most ``goal``.

    ``columns`` (n, M), ``rows`` (M, n): the scaled rows, ``count`` of them real; ``start`` (n,):
    independent rows; ``weights`` (M,): positive, the objective of the simplex method; ``exact``:
    the rows are not rounded; ``supports`` receives the length and the rows of each; ``point`` is
    negative on the rows that are left, or nan. Another thread may set used[2] to end it.
    """
    n, width = columns.shape
    sign, bias = np.ones(width), np.zeros(width)
    x, mu, y, rho, slack = np.empty(n), np.empty(n), np.empty(width), np.empty(n), np.empty(n)
    basis, duals, members = start.copy(), np.empty((n, n)), np.empty(n + 1, np.int64)
    point[:] = np.nan
    for j in range(width):
        zero = True
        for i in range(n):
            zero = zero and rows[j, i] == 0.0
        if zero or j >= count:
            bias[j] = OUT
    if not dual_basis(rows, sign, basis, duals):
        return 0
    for q in range(n):
        if bias[basis[q]] != 0.0:
            remove(columns, rows, sign, bias, basis, duals, y, rho, q)
    found, size = 0, 0
    while found < goal and not used[2]:
        k, good = 0, False
        for _ in range(3):
            k = solve(columns, rows, sign, bias, weights, basis, duals, x, mu, y, rho, 50 * n + 100)
            if k < 0:
                good = k == FEASIBLE
            else:
                good = proved(rows, sign, basis, duals, k, rho, slack)
                good = good or proved_in_part(
                    rows, sign, basis, duals, k, rho, slack, members, exact
                )
                for q in range(n):
                    good = good and (bias[basis[q]] == 0.0 or rho[q] == 0.0)
            if good or used[2] or not dual_basis(rows, sign, basis, duals):
                break
        if not good:
            break
        if k == FEASIBLE:
            point[:] = x
            break
        head = size
        size += 1
        for q in range(n + 1):
            j = k if q == n else basis[q]
            if q == n or rho[q] < 0.0:
                supports[size] = j
                size += 1
                bias[j] = OUT
        supports[head] = size - head - 1
        found += 1
        for q in range(n):
            if bias[basis[q]] != 0.0:
                remove(columns, rows, sign, bias, basis, duals, y, rho, q)
    return found


def warm() -> None:
    """Compile what a packing needs, before a clock starts (a moment if it is compiled already)."""
    rows = np.array([[1.0], [-1.0], [0.0], [0.0]])
    members, point = np.zeros(10, np.int64), np.empty(1)
    used, start = np.zeros(4, np.int64), np.zeros(1, np.int64)
    pack(rows.T.copy(), rows, 2, start, np.ones(4), True, 1, members, point, used)
