"""Nonnegative least squares on the Gram matrix: one sample, compiled, allocation-free.

For unit generators a_1, ..., a_N in R^d with Gram matrix G, and c_i = <a_i, y>, the projection of
y onto cone{a_i} is sum_i x_i a_i, x the minimiser of x'Gx/2 - c'x over x >= 0. Active-set method
of Lawson and Hanson (lawsonhanson1974solving, chapter 23) with two changes that save work:

* several generators enter at once, all i with w_i >= THETA max w, w = c - Gx (cf. kimpark2011fast);
* instead of a factorisation the inverse X of G_PP is kept: appending or deleting an index is a
  symmetric rank-one update without any triangular solve, and the new solution costs O(|P|).

While several enter, all negative coordinates leave at once; c'x must grow with each round. The
first time that it does not, the method becomes Lawson's and Hanson's own (one enters, the line
search decides who leaves), which is finite. Rounding is not controlled here: `certificate` does.
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.sampling.faces.outcomes import DEPENDENT
from polygeo.simd.compiled import njit
from polygeo.simd.double import (
    LANES,
    UNIT,
    above,
    add_scaled,
    address,
    clear,
    combine,
    copy,
    dot,
    gather,
    largest,
    lowest,
    padded,
    put,
    put_index,
    rank_one,
    read,
    read_index,
    sum_of_moduli,
)

__all__ = ["THETA", "Scratch", "append", "nnls", "scratch", "solve", "workspace"]

THETA = 0.6
"""Smallest slack, as a share of the largest, with which a generator enters in a round of several.
"""


class Scratch(NamedTuple):
    """The addresses within a workspace; k is the size of the active set P.

    x[:k]: the solution; w: the slack of every generator, -inf on P; face[:k]: P; inverse: of
    G_PP, in rows of ``stride``; ``report``: the largest slack on P, and the sum of x; doubt: see
    `certificate`; zero, rows: zeros and 0, 1, 2, ...; start, b, g, e, f, c: free, and so is
    block, of the size of the inverse.
    """

    inverse: int
    stride: int
    x: int
    w: int
    start: int
    b: int
    g: int
    e: int
    f: int
    doubt: int
    zero: int
    rows: int
    face: int
    report: int
    c: int
    block: int


def workspace(count: int, rank: int) -> NDArray[np.float64]:
    """Make the memory for projections onto a cone with ``count`` generators, dimension ``rank``.

    Each thread needs its own memory, which can be used for any number of samples.
    """
    size = (rank + LANES) // LANES * LANES
    wide = max(size, (count + LANES - 1) // LANES * LANES)
    work = np.zeros(2 * size * size + 13 * wide)
    work[size * size + 9 * wide : size * size + 10 * wide].view(np.int64)[:] = np.arange(wide)
    return work


@njit(cache=True, nogil=True, error_model="numpy")
def scratch(work, count, rank):
    """Return the addresses within a workspace of `workspace` (count, rank)."""
    size = (rank + 8) // 8 * 8
    step = 8 * max(size, padded(count))
    base = address(work)
    row = base + 8 * size * size
    return Scratch(
        base,
        size,
        row,
        row + step,
        row + 2 * step,
        row + 3 * step,
        row + 4 * step,
        row + 5 * step,
        row + 6 * step,
        row + 7 * step,
        row + 8 * step,
        row + 9 * step,
        row + 10 * step,
        row + 11 * step,
        row + 12 * step,
        row + 13 * step,
    )


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def append(gram, width, c, space, k, new):
    """Add ``new`` to the face; return the growth of c'x, 0 if ``new`` lies (nearly) in its span.

    Needs no cleared memory: entries behind the first k of x and of the rows of the inverse, up
    to whole vectors, are kept at zero.
    """
    inverse, stride, x, b, g = space.inverse, space.stride, space.x, space.b, space.g
    wide = padded(k)
    if k > 0:
        clear(g, wide - LANES)
    gather(g, gram, new * width, space.face, k)
    combine(b, space.zero, inverse, stride, space.rows, g, k, wide)
    rest = read(gram, new * width + new) + dot(g, b, wide)
    growth = 0.0
    if rest > DEPENDENT:
        slack = read(c, new) - dot(g, x, wide)
        scale = 1.0 / rest
        if wide == k:
            clear(b, k)
            clear(x, k)
            for i in range(k):
                clear(inverse, i * stride + k)
            wide = k + LANES
        # With b[k] = 1 the bordered inverse is a rank-one update on whole vectors.
        put(b, k, 1.0)
        rank_one(inverse, stride, b, scale, k, wide)
        copy(inverse, k * stride, b, 0, scale, wide)
        add_scaled(x, b, slack * scale, wide)
        put_index(space.face, k, new)
        growth = slack * slack * scale
    return growth


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _delete(space, k, gone):
    """Let the index at position ``gone`` leave, the last take its place: the loss of c'x."""
    inverse, stride, x, b = space.inverse, space.stride, space.x, space.b
    last = k - 1
    wide = padded(k)
    copy(b, 0, inverse, gone * stride, 1.0, wide)
    scale = -1.0 / read(b, gone)
    value = read(x, gone)
    add_scaled(x, b, value * scale, wide)
    rank_one(inverse, stride, b, scale, k, wide)
    copy(inverse, gone * stride, inverse, last * stride, 1.0, wide)
    for i in range(last):
        put(inverse, i * stride + gone, read(inverse, i * stride + last))
        put(inverse, i * stride + last, 0.0)
    put(inverse, gone * stride + gone, read(inverse, last * stride + last))
    put(inverse, gone * stride + last, 0.0)
    put(x, gone, read(x, last))
    put(x, last, 0.0)
    put(space.start, gone, read(space.start, last))
    put_index(space.face, gone, read_index(space.face, last))
    return -value * value * scale


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _shrink(space, k, careful):
    """Let indices leave until x > 0: the new size (-1 if that fails) and the loss of c'x."""
    x, start = space.x, space.start
    lost = 0.0
    for _ in range(4 * k + 4):
        ratio = 2.0
        gone = -1
        first = 0
        while first < k:
            bad = ~above(x, first, 0.0) & ((1 << min(k - first, 8)) - 1)
            while bad:
                j = first + lowest(bad)
                bad &= bad - 1
                share = 0.0
                if careful and read(start, j) > 0.0:
                    share = read(start, j) / (read(start, j) - read(x, j))
                if share < ratio:
                    ratio = share
                    gone = j
            if gone >= 0 and not careful:
                break
            first += 8
        if gone < 0:
            return k, lost
        if careful:
            for j in range(k):
                put(start, j, read(start, j) + ratio * (read(x, j) - read(start, j)))
            put(start, gone, 0.0)
        lost += _delete(space, k, gone)
        k -= 1
    return -1, lost


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _slacks(gram, width, c, space, k):
    """w = c - Gx; on the face -inf, its largest modulus there goes into the report."""
    combine(space.w, c, gram, width, space.face, space.x, k, width)
    residual = 0.0
    for j in range(k):
        i = read_index(space.face, j)
        rest = abs(read(space.w, i))
        residual = rest if rest > residual else residual
        put(space.w, i, -np.inf)
    put(space.report, 0, residual)
    put(space.report, 1, sum_of_moduli(space.x, padded(k)))


@njit(cache=True, nogil=True, error_model="numpy")
def solve(gram, width, c, norm, rank, space):
    """Solve `nnls` on addresses; ``width`` = N'."""
    w, start = space.w, space.start
    copy(w, 0, c, 0, 1.0, width)
    put(space.report, 0, 0.0)
    put(space.report, 1, 0.0)
    k = 0
    careful = False
    blocked = False
    gain = 0.0
    for _ in range(4 * width + 20):
        top = largest(w, width)
        if top <= 16.0 * UNIT * (norm + read(space.report, 1)) or k == rank:
            if blocked:
                _slacks(gram, width, c, space, k)
            return k
        if careful and k > 0:
            copy(start, 0, space.x, 0, 1.0, padded(k))
        bound = (1.0 if careful else THETA) * top * (1.0 - 4.0 * UNIT)
        before = k
        gained = 0.0
        first = 0
        while first < width and k < rank:
            entering = above(w, first, bound)
            while entering and k < rank:
                new = first + lowest(entering)
                entering &= entering - 1
                put(start, k, 0.0)
                growth = append(gram, width, c, space, k, new)
                gained += growth
                k += 1 if growth > 0.0 else 0
                put(w, new, -np.inf)
                if careful:
                    entering = 0
                    first = width
            first += 8
        if k == before:
            blocked = True
            continue
        k, lost = _shrink(space, k, careful)
        if k < 0:
            return -1
        if not gained - lost > 1e-13 * gain:
            if careful:
                return -1
            careful = True
        gain += gained - lost
        _slacks(gram, width, c, space, k)
        blocked = False
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def nnls(gram, c, norm, rank, work):
    """Compute the size k of the active set of the projection of one sample; -1 if it stalls.

    ``gram`` (N, N') of unit generators and ``c`` (N',) = <a_i, y>: C-contiguous, N' = N rounded
    up to a multiple of 8, zeros behind N; ``norm`` = |y|, ``rank`` the dimension of the span,
    ``work`` from `workspace` (N, rank), where `scratch` finds the active set and the solution.
    """
    space = scratch(work, gram.shape[0], rank)
    return solve(address(gram), gram.shape[1], address(c), norm, rank, space)
