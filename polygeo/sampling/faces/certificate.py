"""The proof that a projection found in floating point hits the face that it names.

Let P be the active set found, k = |P|, x its coordinates, w = c - Gx the slack as computed, y the
sample. With eta = `Generators.slack` the true slack of x differs from w by at most
beta = eta (|y| + |x|_1); rho = max |w_P| + beta bounds the true residual on P. With X any matrix
and F = I - G_PP X, |F| < 1 (largest absolute row sum) proves that P is independent and that the
true solution on P lies within

    e_i = s_i rho / (1 - |F|),    s_i the absolute row sum of X,

of x_i (rump2010verification). Cheaper where it suffices: if |inverse(G_PP)| <= K
then e_i = K sqrt(k) rho, with K known beforehand for independent generators, or proved by an
elimination of G_PP - FLOOR that meets positive pivots only (rump2006verification). If x_i > e_i
on P and w_i < -(beta + sum e) off P, the Kuhn-Tucker conditions hold strictly: the projection
lies in the relative interior of the face spanned by exactly the generators of P, of dimension k.
A generator in the span of P has w_i = 0 and does not count; if k is the dimension of the whole
cone that holds for all.
docs/certificate.rst has the proof, with all roundings.
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.sampling.faces.outcomes import MARGIN, PROVED, SPAN, UNDECIDED
from polygeo.simd.compiled import njit
from polygeo.simd.double import (
    above,
    clear,
    column,
    combine,
    gather,
    largest,
    lowest,
    padded,
    put,
    read,
    read_index,
    sum_of_moduli,
)

__all__ = ["certify", "defect"]

FLOOR = 1e-4
"""Bound of the eigenvalues of most G_PP from below, which one elimination proves."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def defect(gram, width, slack, space, k):
    """Bound |I - G_PP X| from above; e[:k] become the absolute row sums of X."""
    total = 0.0
    wide = padded(k)
    for i in range(k):
        length = sum_of_moduli(space.inverse + 8 * i * space.stride, wide)
        put(space.e, i, length)
        total += length
    most = 0.0
    for i in range(k):
        gather(space.g, gram, read_index(space.face, i) * width, space.face, k)
        combine(space.f, space.zero, space.inverse, space.stride, space.rows, space.g, k, wide)
        put(space.f, i, read(space.f, i) + 1.0)
        rest = sum_of_moduli(space.f, wide)
        most = rest if rest > most else most
    return MARGIN * (most + slack * (k + total))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _bounded_inverse(gram, width, slack, space, k):
    """A bound for |inverse(G_PP)|: 1 / (FLOOR - rounding) if G_PP - FLOOR is positive, or inf."""
    block, stride = space.block, space.stride
    wide = padded(k)
    rest = FLOOR - MARGIN * 2.0 * k * slack
    for i in range(k):
        row = block + 8 * i * stride
        gather(space.f, gram, read_index(space.face, i) * width, space.face, k)
        put(space.f, i, read(space.f, i) - FLOOR)
        # Row i of the triangular factor from its own vector on: what lies before is not used.
        skip = i // 8 * 8
        column(space.g, block, i, stride, space.e, i)
        start = 8 * skip
        combine(
            row + start, space.f + start, block + start, stride, space.rows, space.g, i, wide - skip
        )
        pivot = read(row, i)
        if not pivot > 0.0:
            return np.inf
        put(space.e, i, 1.0 / pivot)
    return 1.0 / rest if rest > 0.5 * FLOOR else np.inf


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _positive(bound, rho, space, k):
    """Whether x > bound sqrt(k) rho; then the sum of the errors is below bound k rho."""
    if k == 0:
        return True
    limit = MARGIN * bound * k**0.5 * rho
    sure = 0
    for j in range(k):
        if read(space.x, j) > limit:
            sure += 1
    return sure == k


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _off_face(width, count, limit, space):
    """Whether all slacks off the face are negative: PROVED, UNDECIDED, or SPAN with its doubts."""
    w = space.w
    if not largest(w, width) <= limit:
        return UNDECIDED
    status = PROVED
    for first in range(0, count, 8):
        near = above(w, first, -limit) & ((1 << min(count - first, 8)) - 1)
        if near:
            if status == PROVED:
                for i in range(0, width, 8):
                    clear(space.doubt, i)
                status = SPAN
            while near:
                put(space.doubt, first + lowest(near), 1.0)
                near &= near - 1
    return status


@njit(cache=True, nogil=True, error_model="numpy")
def certify(gram, width, count, slack, inverse_norm, norm, rank, space, k):
    """Prove the face: return PROVED, UNDECIDED, or SPAN if only slacks near zero are in doubt.

    Called after `solve` has returned ``k``; ``slack`` and ``inverse_norm`` are those of
    ``Generators``, ``norm`` = |y|, ``rank`` the dimension of the cone (exact), ``count`` = N. If
    SPAN, doubt[i] is 1 for the doubtful generators i, else 0.
    """
    if k < 0 or not 1e-100 < norm < 1e100:
        return UNDECIDED
    beta = MARGIN * slack * (norm + read(space.report, 1))
    rho = read(space.report, 0) + beta
    bound = inverse_norm
    if not _positive(bound, rho, space, k):
        bound = _bounded_inverse(gram, width, slack, space, k)
    if _positive(bound, rho, space, k):
        if k == rank:
            return PROVED
        total = MARGIN * bound * k * rho if k > 0 else 0.0
        status = _off_face(width, count, MARGIN * (beta + total), space)
        if status == PROVED or k == 0:
            return status
    size = defect(gram, width, slack, space, k)
    if not size < 0.5:
        return UNDECIDED
    total = 0.0
    for j in range(k):
        error = MARGIN * read(space.e, j) * rho / (1.0 - size)
        if not read(space.x, j) > error:
            return UNDECIDED
        total += error
    if k == rank:
        return PROVED
    return _off_face(width, count, MARGIN * (beta + MARGIN * total), space)
