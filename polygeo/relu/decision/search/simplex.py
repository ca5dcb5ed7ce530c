"""Farkas supports by a dual simplex method in small dimension, with a proof in floating point.

The rows a_1, ..., a_M of a system <a_j, x> < 0 are s_j w_j; the factors s_j (``sign``) are powers
of 2 up to 1, or their negatives, and rows that take no part are marked by a bias. A basis is n of
them; D holds its dual basis, <a_l, d_j> = [l = j]. The method asks for <a_j, x> <= -1 and starts
from any basis, since the objective is free: it is a positive combination of the basis. It ends with
x, or with a row

    a_k = sum_j rho_j a_j,  rho <= 0,

whose coefficients are multipliers of Farkas: the rows of the support contradict each other.
`proved` decides the signs of rho for the real rows, whatever errors D has (docs/injectivity);
`proved_in_part` those of degenerate rows, where some of them are 0.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.relu.decision.search.residues import dependent
from polygeo.simd.compiled import njit
from polygeo.simd.double import UNIT

__all__ = [
    "FEASIBLE",
    "STALLED",
    "dual_basis",
    "exchange",
    "proved",
    "proved_in_part",
    "remove",
    "restart",
    "solve",
]

FEASIBLE = -1
STALLED = -2

PIVOT = 1e-9
OUT = -1e300

_FAST = {"reassoc", "contract", "nsz"}


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def products(columns, x, y):
    """Compute y = W x, all rows at once."""
    y[:] = 0.0
    for k in range(x.shape[0]):
        c = x[k]
        row = columns[k]
        for j in range(y.shape[0]):
            y[j] += c * row[j]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def coefficients(rows, sign, k, duals, rho):
    """Compute rho with a_k = sum_j rho_j a_j, j in the basis."""
    n = rho.shape[0]
    for j in range(n):
        total = 0.0
        for i in range(n):
            total += rows[k, i] * duals[j, i]
        rho[j] = sign[k] * total


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def exchange(duals, basis, rho, place, k):
    """Put row k into a place of the basis; rho are the coefficients of row k."""
    n = rho.shape[0]
    pivot = 1.0 / rho[place]
    for i in range(n):
        duals[place, i] *= pivot
    for j in range(n):
        if j != place:
            c = rho[j]
            for i in range(n):
                duals[j, i] -= c * duals[place, i]
    basis[place] = k


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def restart(duals, basis, weights, x, mu):
    """Compute x and the objective of a new basis."""
    n = x.shape[0]
    x[:] = 0.0
    for j in range(n):
        mu[j] = weights[basis[j]]
        for i in range(n):
            x[i] -= duals[j, i]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def solve(columns, rows, sign, bias, weights, basis, duals, x, mu, y, rho, rounds):
    """Solve the system: return FEASIBLE (x), STALLED, or the number k >= 0 of a row.

    Row k and the basis hold a support; rho are the coefficients of row k. ``bias`` is OUT for rows
    that take no part, else 0.
    """
    n, width = columns.shape
    restart(duals, basis, weights, x, mu)
    for _ in range(rounds):
        products(columns, x, y)
        worst = -1.0 + 1e-9
        for j in range(width):
            worst = max(worst, sign[j] * y[j] + bias[j])
        if worst <= -1.0 + 1e-9:
            return FEASIBLE
        k = -1
        for j in range(width):
            if sign[j] * y[j] + bias[j] >= worst:
                k = j
                break
        if k < 0:
            return STALLED
        coefficients(rows, sign, k, duals, rho)
        size = 0.0
        for j in range(n):
            size = max(size, abs(rho[j]))
        place = -1
        least = 1e300
        for j in range(n):
            if rho[j] > PIVOT * size:
                ratio = mu[j] / rho[j]
                if ratio < least:
                    least, place = ratio, j
        if place < 0:
            return k
        step = worst + 1.0
        exchange(duals, basis, rho, place, k)
        for j in range(n):
            mu[j] -= least * rho[j]
        mu[place] = least
        for i in range(n):
            x[i] -= step * duals[place, i]
    return STALLED


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def remove(columns, rows, sign, bias, basis, duals, y, rho, place):
    """Put another row in a place of the basis whose row takes no part any more.

    If no row that takes part has a component there, the row may stay: its coefficient is 0 in all.
    """
    width = columns.shape[1]
    products(columns, duals[place], y)
    size, k = 1e-7, -1
    for j in range(width):
        if bias[j] == 0.0 and abs(y[j]) > size:
            size, k = abs(y[j]), j
    if k >= 0:
        coefficients(rows, sign, k, duals, rho)
        exchange(duals, basis, rho, place, k)


@njit(cache=True, nogil=True, error_model="numpy")
def dual_basis(rows, sign, basis, duals):
    """Compute the dual basis of a basis by elimination with row pivots; False if singular."""
    n = basis.shape[0]
    work = np.empty((n, n))
    for q in range(n):
        for i in range(n):
            work[q, i] = sign[basis[q]] * rows[basis[q], i]
            duals[q, i] = 1.0 if q == i else 0.0
    # Here row q of duals is column q of the inverse's transpose: [B | I] -> [I | B^-1].
    for i in range(n):
        pivot = i
        for q in range(i + 1, n):
            if abs(work[q, i]) > abs(work[pivot, i]):
                pivot = q
        if abs(work[pivot, i]) < 1e-12:
            return False
        for c in range(n):
            work[i, c], work[pivot, c] = work[pivot, c], work[i, c]
            duals[i, c], duals[pivot, c] = duals[pivot, c], duals[i, c]
        scale = 1.0 / work[i, i]
        for c in range(n):
            work[i, c] *= scale
            duals[i, c] *= scale
        for q in range(n):
            if q != i and work[q, i] != 0.0:
                factor = work[q, i]
                for c in range(n):
                    work[q, c] -= factor * work[i, c]
                    duals[q, c] -= factor * duals[i, c]
    for i in range(n):
        for j in range(i):
            duals[i, j], duals[j, i] = duals[j, i], duals[i, j]
    return True


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def bounded(rows, sign, basis, duals, k, rho, slack):
    """Bound the real coefficients of row k: rho, with errors ``slack`` (n,); False if not bounded.

    ``rows`` are the real rows up to a relative error 2^-53 in each entry, and at most 1 in modulus.
    The proof is in docs/injectivity; it includes that the basis is one.
    """
    n = rho.shape[0]
    gamma = 1.01 * (n + 4) * UNIT
    largest, defect = 0.0, 0.0
    for j in range(n):
        length, value = 0.0, 0.0
        for i in range(n):
            length += abs(duals[j, i])
            value += rows[k, i] * duals[j, i]
        rho[j] = sign[k] * value
        beta = gamma * length + 1e-300
        error = n * beta
        for q in range(n):
            b = basis[q]
            value = 0.0
            for i in range(n):
                value += rows[b, i] * duals[j, i]
            error += abs((1.0 if q == j else 0.0) - sign[b] * value)
        slack[j] = error
        mu = abs(rho[j]) + beta
        largest = max(largest, mu)
        defect = max(defect, error)
        if not length < 1e100:
            return False
    if not defect < 0.25:
        return False
    largest /= 1.0 - 1.001 * defect
    for j in range(n):
        # slack[j] >= n beta_j: at least the 1.001 (beta_j + largest slack_j) of the proof.
        slack[j] = 1.001 * (slack[j] / n + largest * slack[j])
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def proved(rows, sign, basis, duals, k, rho, slack):
    """Prove that rho < 0 holds for the real coefficients of row k, in all places."""
    good = bounded(rows, sign, basis, duals, k, rho, slack)
    for j in range(rho.shape[0]):
        good = good and rho[j] < -slack[j]
    return good


@njit(cache=True, nogil=True, error_model="numpy")
def proved_in_part(rows, sign, basis, duals, k, rho, slack, chosen, whole):
    """Prove that each of the real coefficients is negative or exactly 0; the latter become 0.0.

    Row k and those with negative coefficients are then dependent in integers, and since the basis
    is independent, no other row of it takes part. ``whole``: whether the rows are exact, without
    which nothing is 0. ``chosen`` (n + 1,) is scratch. Where the answer is no, the coefficients
    that may be 0 are set to 0.0 (none if it is another reason).
    """
    n = rho.shape[0]
    if not bounded(rows, sign, basis, duals, k, rho, slack):
        return False
    chosen[0], count = k, 1
    for j in range(n):
        if rho[j] > slack[j]:
            return False
        if rho[j] < -slack[j]:
            chosen[count] = basis[j]
            count += 1
    for j in range(n):
        if not rho[j] < -slack[j]:
            rho[j] = 0.0
    return whole and dependent(rows, chosen, count)
