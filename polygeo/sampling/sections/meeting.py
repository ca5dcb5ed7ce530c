"""Decisions which cones a random subspace meets outside 0, proved draw by draw in floating point.

A draw gives points p_i in R^c, one for each ray of a pointed cone, and q_j for a basis of the
lineality space that belongs to it: the images under a random linear map whose kernel is the
subspace. The section is more than a subspace exactly when sum x_i p_i + sum z_j q_j = 0 for some
x >= 0, x != 0, and by Gordan's theorem (schrijver1986theory, section 7.8) otherwise some y has
<y, p_i> > 0 and <y, q_j> = 0 for all i, j. Both are read off one projection: with unit vectors
a_i, b_j on these rays and t = -sum u_i a_i, u_i > 0, project t on cone{a_i, b_j, -b_j}. Let P be
the active set.

* |P| = c: then t is a combination of P and so sum u_i a_i + sum_P x_i a_i + .. = 0 up to a residual
  v; the correction that makes it 0 is bounded by |v| and the inverse of G_PP (`certificate`), and
  coefficients u_i + x_i that exceed it stay positive: MEETS.
* |P| < c: y = proj - t is orthogonal to P. If P is proved independent and holds a basis of the
  q_j, and <y, a_i> > 0 is proved for all other a_i, then sum x_i a_i + .. = 0 forces x_i = 0 first
  off P, then on P: MISSES, and the q_j are independent.

Every other draw is UNDECIDED, for exact arithmetic.
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.sampling.faces.certificate import certify, defect
from polygeo.sampling.faces.nnls import scratch, solve
from polygeo.sampling.faces.outcomes import MARGIN, PROVED, SPAN
from polygeo.sampling.sections.outcomes import MEETS, MISSES, POOR, UNDECIDED
from polygeo.simd.compiled import njit
from polygeo.simd.double import UNIT, address, padded, read, read_index

__all__ = ["meetings"]


@njit(cache=True, nogil=True, error_model="numpy")
def meetings(points, errors, first, members, lines, work, gram, products, units, weights, verdicts):
    """Fill verdicts (n, T): whether each of T terms is met, for n draws.

    ``points`` (n, R, c) and ``errors`` (n,): float64 images of the vectors and a bound for the
    distance of each from the true one. Term t has the members[first[t] : first[t + 1]], of which
    the last 2 lines[t] come in pairs: i for q and -1 - i for -q. ``work`` =
    `workspace` (M, c) for the largest number M of members; ``gram`` (M N') float64, N' = M
    padded, ``products`` (N',), ``units`` (M, c), ``weights`` (M,) are memory.
    """
    draws, _, dim = points.shape
    target = np.zeros(dim)
    rest = np.zeros(dim)
    for s in range(draws):
        for t in range(lines.shape[0]):
            begin = first[t]
            count = first[t + 1] - begin
            pointed = count - 2 * lines[t]
            verdicts[s, t] = MISSES if pointed == 0 else UNDECIDED
            if pointed == 0:
                continue
            worst = 0.0
            for i in range(count):
                index = members[begin + i]
                sign = 1.0 if index >= 0 else -1.0
                index = index if index >= 0 else -1 - index
                length = 0.0
                for j in range(dim):
                    length += points[s, index, j] ** 2
                length = length**0.5
                worst = max(worst, 2.0 * errors[s] / length if length > 0.0 else np.inf)
                for j in range(dim):
                    units[i, j] = sign * points[s, index, j] / length
                # Any positive weights do; roots keep the target off 0 for c = 1.
                weights[i] = 1.0 + (i + 2.0) ** 0.5 % 1.0 if i < pointed else 0.0
            if not worst < POOR:
                continue
            slack = 4.0 * MARGIN * worst + (4 * dim + 24) * UNIT
            norm = 0.0
            for j in range(dim):
                target[j] = 0.0
                for i in range(pointed):
                    target[j] -= weights[i] * units[i, j]
                norm += target[j] * target[j]
            norm = norm**0.5
            width = padded(count)
            for i in range(count):
                for m in range(width):
                    gram[i * width + m] = 0.0
                for m in range(i + 1):
                    total = 0.0
                    for j in range(dim):
                        total += units[i, j] * units[m, j]
                    gram[i * width + m] = total
                    gram[m * width + i] = total
                total = 0.0
                for j in range(dim):
                    total += units[i, j] * target[j]
                products[i] = total
            for i in range(count, width):
                products[i] = 0.0
            space = scratch(work, weights.shape[0], dim)
            matrix = address(gram)
            k = solve(matrix, width, address(products), norm, dim, space)
            if k < 0:
                continue
            if k == dim:
                if _combined(matrix, width, slack, space, k, count, units, weights, rest, worst):
                    verdicts[s, t] = MEETS
                continue
            status = certify(matrix, width, count, slack, np.inf, norm, dim, space, k)
            if status == PROVED and lines[t] == 0:
                verdicts[s, t] = MISSES
            elif status == SPAN:
                basis = 0
                for j in range(k):
                    if read_index(space.face, j) >= pointed:
                        basis += 1
                doubts = 0.0
                for i in range(pointed):
                    doubts += read(space.doubt, i)
                if basis == lines[t] and doubts == 0.0:
                    verdicts[s, t] = MISSES


@njit(cache=True, nogil=True, error_model="numpy")
def _combined(matrix, width, slack, space, k, count, units, weights, rest, worst):
    """Whether the coefficients weights + x, corrected to a true dependence, stay positive."""
    dim = rest.shape[0]
    total = 0.0
    for j in range(dim):
        rest[j] = 0.0
    for i in range(count):
        total += weights[i]
        for j in range(dim):
            rest[j] += weights[i] * units[i, j]
    for m in range(k):
        i = read_index(space.face, m)
        x = read(space.x, m)
        total += x
        for j in range(dim):
            rest[j] += x * units[i, j]
    length = 0.0
    for j in range(dim):
        length += rest[j] * rest[j]
    error = worst + (2 * count + 3 * dim + 20) * UNIT
    residual = MARGIN * (length**0.5 + total * error)
    size = defect(matrix, width, slack, space, k)
    if not size < 0.5:
        return False
    for m in range(k):
        i = read_index(space.face, m)
        bound = MARGIN * read(space.e, m) * residual / (1.0 - size)
        if weights[i] > 0.0 and not weights[i] + read(space.x, m) > bound:
            return False
    return True
