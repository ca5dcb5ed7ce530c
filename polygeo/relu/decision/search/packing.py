"""Disjoint supports: sets of rows that are positively dependent, found one after the other.

Each support is found by the dual simplex method with random weights and proved as in `tree.search`:
every half-space with 0 on its boundary holds one of its rows. So as many supports, without a common
row, as there are prove that the closed half-space depth of 0 is at least that number. For inputs in
a cone its inequalities may be part of all supports: then each point inside has a row of each.
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
from polygeo.relu.decision.search.tree import not_zero
from polygeo.simd.compiled import njit

__all__ = ["pack"]

LAYER_SCALE = 1 / 16
"""Factor of the rows of the layer, so that supports rather have inequalities, which all may share.

Of 600 x 20 with n inequalities nearly twice as many supports are found as with 1; below 1/16 no
more.
"""


@njit(cache=True, nogil=True, error_model="numpy")
def pack(
    columns, rows, count, imposed, dim, start, weights, exact, goal, supports, point, used,
):  # fmt: skip
    """Find and prove disjoint supports; return their number, at most ``goal``.

    ``columns`` (n, M), ``rows`` (M, n): the scaled rows, ``count`` of them real, and then
    ``imposed`` inequalities; rows that are 0 in the first ``dim`` coordinates take no part;
    ``start`` (n,): independent rows; ``weights`` (M,): positive, the objective of the simplex
    method; ``exact``: the rows are not rounded; ``supports`` receives the length and the rows of
    each; ``point`` is negative on the rows that are left, or nan. Another thread may set used[2]
    to end it.
    """
    n, width = columns.shape
    sign, bias = np.full(width, LAYER_SCALE), np.zeros(width)
    x, mu, y, rho, slack = np.empty(n), np.empty(n), np.empty(width), np.empty(n), np.empty(n)
    basis, duals, members = start.copy(), np.empty((n, n)), np.empty(n + 1, np.int64)
    point[:] = np.nan
    for j in range(width):
        if count <= j < count + imposed:
            sign[j] = -1.0
        elif j >= count or not not_zero(rows, j, dim):
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
        head, frees = size, 0
        size += 1
        for q in range(n + 1):
            j = k if q == n else basis[q]
            if q == n or rho[q] < 0.0:
                supports[size] = j
                size += 1
                if j < count:
                    frees += 1
                    bias[j] = OUT
        if not frees:
            break
        supports[head] = size - head - 1
        found += 1
        for q in range(n):
            if bias[basis[q]] != 0.0:
                remove(columns, rows, sign, bias, basis, duals, y, rho, q)
    return found
