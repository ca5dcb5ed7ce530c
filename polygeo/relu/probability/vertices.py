"""Vertices of the arrangement of a layer: numbers of positive rows, with a proved filter.

A vertex of W (m x n) is the line orthogonal to n - 1 rows; at its end v the row l has the sign of
det(rows, w_l). A depth-first walk over sets of n - 2 rows restricts all rows to the plane
orthogonal to the set, by elimination; in the plane the vertices of one more row are signs of
2 x 2 determinants. So a vertex costs about m/8 vector operations for any n.

The filter. u = 2^-53. Let the entries on some depth be known up to E and be at most M. A pivot a
with |a| > 2 E has the right sign. If r is the computed ratio of two entries of the pivot row and R
the largest |r|, r differs from the true ratio by at most D = (1 + R) E / (|a| - E) + 2 u R, hence
after x - r y the errors are at most E' = E (1 + R) + D (M + E) + u M (1 + 2 R) and the entries at
most M' = M (1 + R). A 2 x 2 determinant is off by at most 4 M E + 2 E^2 + 4 u M^2. A sign is
taken if the computed value exceeds that bound; MARGIN covers the roundings in the bounds, TINY
all underflow as long as M < HUGE. Whatever is not decided so is left to
`polygeo.relu.probability.exact_vertices`.
A product and a sum may be contracted to one rounding.
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numpy.typing import NDArray

from polygeo.relu.probability.many_vertices import (
    CHI,
    COUNT,
    DECIDE,
    DOUBT,
    HUGE,
    MARGIN,
    TINY,
)
from polygeo.simd.compiled import njit
from polygeo.simd.double import (
    INT,
    LANES,
    PIECE,
    UNIT,
    address,
    call,
    fma,
    instruction,
    load,
    long,
    number,
    padded,
    plus_scaled,
    put,
    read,
    real,
    splat,
    variable,
)

__all__ = [
    "CHI",
    "COUNT",
    "DECIDE",
    "DOUBT",
    "Workspace",
    "bad_vertices",
    "characteristics",
    "make_workspace",
]


class Workspace(NamedTuple):
    """The arrays of one walk over the vertices of a matrix.

    * ``stack`` (n, n, width): the restricted rows by depth and column.
    * ``bounds`` (n, 2): the bounds E and M of each depth.
    * ``chosen``, ``signs``: the rows chosen so far, and signs of the pivots.
    * ``low``, ``high``: signs of determinants by rank of the set of rows.
    * ``binomials``: binomial coefficients, for the ranks.
    """

    stack: NDArray[np.float64]
    bounds: NDArray[np.float64]
    chosen: NDArray[np.int64]
    signs: NDArray[np.int64]
    low: NDArray[np.int8]
    high: NDArray[np.int8]
    binomials: NDArray[np.int64]


def make_workspace(m: int, n: int, chi: bool = False) -> Workspace:
    """Make the workspace for m x n matrices; ``chi``: with tables for `characteristics`."""
    width = max(int(padded(m)), LANES)
    binomials = np.zeros((m + 1, n + 1), np.int64)
    binomials[:, 0] = 1
    for i in range(1, m + 1):
        binomials[i, 1:] = binomials[i - 1, 1:] + binomials[i - 1, :-1]
    size = int(binomials[m, : n - 1].max()) if chi and n > 2 else 1
    return Workspace(
        np.zeros((n, n, width)),
        np.zeros((n, 2)),
        np.zeros(n, np.int64),
        np.ones(n, np.int64),
        np.zeros(size, np.int8),
        np.zeros(size, np.int8),
        binomials,
    )


@instruction(long, long, long, real, real, real, long)
def tally(builder, a, b, alpha, beta, bound, width):
    """#{l : alpha b[l] - beta a[l] > bound} + 2^32 #{l : ... < -bound}; float64."""
    mask = ir.IntType(LANES)
    alphas, betas = splat(builder, alpha, PIECE), splat(builder, builder.fneg(beta), PIECE)
    above, below = splat(builder, bound, PIECE), splat(builder, builder.fneg(bound), PIECE)
    over, under = variable(builder, number(0)), variable(builder, number(0))
    with cgutils.for_range_slice(builder, number(0), width, number(LANES), intp=INT) as (place, _):
        product = builder.fmul(betas, load(builder, a, place, PIECE))
        value = fma(builder, alphas, load(builder, b, place, PIECE), product)
        for total, sign, limit in ((over, ">", above), (under, "<", below)):
            bits = builder.bitcast(builder.fcmp_ordered(sign, value, limit), mask)
            count = call(builder, f"llvm.ctpop.i{LANES}", mask, [bits])
            builder.store(builder.add(builder.load(total), builder.zext(count, INT)), total)
    return builder.or_(builder.load(over), builder.shl(builder.load(under), number(32)))


@njit(cache=True, nogil=True, error_model="numpy")
def restrict(stack, bounds, n, width, d, columns, i):
    """stack[d + 1] = the rows restricted to the hyperplane orthogonal to row i of stack[d].

    ``stack`` and ``bounds`` are addresses: a reference to an array would be counted in every call,
    which takes longer than the arithmetic. Returns the sign of (pivot) x (permutation of columns),
    or 0 in doubt. Row i itself becomes 0 up to the error, and so counts on no side.
    """
    here = stack + 8 * d * n * width
    there = here + 8 * n * width
    error, size = read(bounds, 2 * d), read(bounds, 2 * d + 1)
    most, p = 0.0, 0
    for c in range(columns):
        entry = abs(read(here, c * width + i))
        if entry > most:
            most, p = entry, c
    if not most > 2.0 * error:
        return 0
    pivot, ratio = read(here, p * width + i), 0.0
    for c in range(1, columns):
        source = 8 * width * (0 if c == p else c)
        r = read(here + source, i) / pivot
        target = there + 8 * width * (c - 1)
        plus_scaled(target, here + source, here + 8 * width * p, -r, width)
        ratio = max(ratio, abs(r))
    drift = (1.0 + ratio) * error / (most - error) + 2.0 * UNIT * ratio
    error = error * (1.0 + ratio) + drift * (size + error) + UNIT * size * (1.0 + 2.0 * ratio)
    size *= MARGIN * (1.0 + ratio)
    put(bounds, 2 * d + 2, MARGIN * error + TINY)
    put(bounds, 2 * d + 3, size)
    if not size < HUGE:
        return 0
    return 1 if (pivot > 0.0) == (p == 0) else -1


@njit(cache=True, nogil=True, error_model="numpy")
def determinant_bound(error, size):
    """What a 2 x 2 determinant of entries <= size known up to error may be off by."""
    return MARGIN * (4.0 * size * error + 2.0 * error * error + 4.0 * UNIT * size * size) + TINY


@njit(cache=True, nogil=True, error_model="numpy")
def turned_up(low, binomials, chosen, n):
    """+1 or -1 if tau(v) or tau(-v) is a positive combination of the rows chosen[:n-1], else 0.

    The coefficient of row s is (-1)^n (-1)^(place of s) det(the others, first n - 2 columns).
    """
    found = 0
    for left_out in range(n - 1):
        place, rank = 0, 0
        for t in range(n - 1):
            if t != left_out:
                place += 1
                rank += binomials[chosen[t], place]
        sign = low[rank] if (left_out + n) % 2 == 0 else -low[rank]
        if found == 0:
            found = sign
        elif sign != found:
            return 0
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def enter_signs(high, binomials, chosen, n, m, a, b, orientation):
    """high[rank of chosen[:n-1] + {l}] = sign of the determinant, for all l > chosen[n-2].

    ``a`` and ``b`` are addresses of the two columns in the plane.
    """
    base, j = 0, chosen[n - 2]
    for t in range(n - 1):
        base += binomials[chosen[t], t + 1]
    alpha, beta = read(a, j), read(b, j)
    for x in range(j + 1, m):
        positive = alpha * read(b, x) - beta * read(a, x) > 0.0
        high[base + binomials[x, n]] = 1 if positive == (orientation > 0) else -1


@njit(cache=True, nogil=True, error_model="numpy")
def bad_in_plane(a, bound, width, first, n, m, k, decide):
    """Bad vertices of the set of n - 2 rows chosen and a later row (from ``first`` on), or DOUBT.

    ``a``: address of the two columns in the plane; ``bound``: of their determinants' errors;
    ``decide``: 1 for the first one found.
    """
    b = a + 8 * width
    total = 0
    for j in range(first, m):
        counts = tally(a, b, read(a, j), read(b, j), bound, width)
        above, below = counts & 0xFFFFFFFF, counts >> 32
        if above + below != m - n + 1:
            return DOUBT
        if min(above, below) <= k:
            if decide:
                return 1
            total += (above <= k) + (below <= k)
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def share_of_plane(work, a, bound, width, first, n, m, k, fill):
    """The share of the same vertices in the Euler characteristic, or DOUBT."""
    chosen, depth, b = work.chosen, n - 2, a + 8 * width
    orientation = work.signs[depth]
    total = 0
    for j in range(first, m):
        counts = tally(a, b, read(a, j), read(b, j), bound, width)
        above, below = counts & 0xFFFFFFFF, counts >> 32
        if above + below != m - n + 1:
            return DOUBT
        chosen[depth] = j
        if fill:
            enter_signs(work.high, work.binomials, chosen, n, m, a, b, orientation)
        if min(above, below) > k:
            continue
        up = turned_up(work.low, work.binomials, chosen, n) if n > 2 else 1
        for side in (1, -1):
            rest = k - (above if side == orientation else below)
            # For n = 2 the only coefficient is 1, at v = (-b_j, a_j).
            if side == up and 0 <= rest <= n - 2:
                term = work.binomials[n - 2, rest]
                total += term if rest % 2 == 0 else -term
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def walk(work, n, m, k, task, fill):
    """The vertices of the first n >= 2 columns of stack[0]: what ``task`` asks, or DOUBT."""
    chosen, signs = work.chosen, work.signs
    stack, bounds = address(work.stack), address(work.bounds)
    depth, most, width = n - 2, work.stack.shape[1], work.stack.shape[2]
    plane = stack + 8 * depth * most * width
    total, d = 0, 0
    chosen[0] = -1
    while d >= 0:
        if d == depth:
            bound = determinant_bound(read(bounds, 2 * d), read(bounds, 2 * d + 1))
            first = chosen[d] + 1
            if task == CHI:
                found = share_of_plane(work, plane, bound, width, first, n, m, k, fill)
            else:
                found = bad_in_plane(plane, bound, width, first, n, m, k, task == DECIDE)
            if found == DOUBT:
                return DOUBT
            total += found
            if task == DECIDE and found:
                return 1
            d -= 1
            continue
        chosen[d] += 1
        if chosen[d] > m - n + 1 + d:
            d -= 1
            continue
        sign = restrict(stack, bounds, most, width, d, n - d, chosen[d])
        if sign == 0:
            return DOUBT
        signs[d + 1] = signs[d] * sign
        d += 1
        chosen[d] = chosen[d - 1]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def put_rows(work, rows, error):
    """Put a matrix into the workspace; return False if the filter cannot treat an entry."""
    m, n = rows.shape
    size = 0.0
    for x in range(m):
        for c in range(n):
            value = rows[x, c]
            work.stack[0, c, x] = value
            if not abs(value) <= size:
                size = abs(value)
    work.bounds[0, 0], work.bounds[0, 1] = error, size + error
    return size < HUGE


@njit(cache=True, nogil=True, error_model="numpy")
def one_column(work, m, k, task, fill):
    """n = 1: the two points 1 and -1."""
    above, below = 0, 0
    for x in range(m):
        value = work.stack[0, 0, x]
        above += value > work.bounds[0, 0]
        below += value < -work.bounds[0, 0]
        if fill:
            work.high[x] = 1 if value > 0.0 else -1
    if above + below != m:
        return DOUBT
    found = (above <= k) + (below <= k)
    return min(found, 1) if task == DECIDE else found


@njit(cache=True, nogil=True, error_model="numpy")
def bad_vertices(draws, k, task, error, work, out):
    """Count, for every draw (m x n), the vertices with at most k positive rows; or DOUBT.

    The counts are written to ``out``. Both ends of a line count; under DECIDE out[s] is 1 if there
    is any bad vertex. ``error`` bounds the distance of the entries from those that are meant.
    """
    count, m, n = draws.shape
    for s in range(count):
        if not put_rows(work, draws[s], error):
            out[s] = DOUBT
        elif n == 1:
            out[s] = one_column(work, m, k, task, False)
        else:
            out[s] = walk(work, n, m, k, task, False)


@njit(cache=True, nogil=True, error_model="numpy")
def characteristics(draws, k, error, work, out):
    """Compute out[s] = chi(R_k n S) of draws[s] (m x n) by the pencil formula, or DOUBT.

    DOUBT also where the pencil of the last two axes is not generic.
    """
    count, m, n = draws.shape
    for s in range(count):
        total = 0 if put_rows(work, draws[s], error) else DOUBT
        for columns in range(2 - n % 2, n + 1, 2):
            if total == DOUBT:
                break
            if columns == 1:
                found = one_column(work, m, k, CHI, n > 1)
            else:
                found = walk(work, columns, m, k, CHI, columns < n)
            total = DOUBT if found == DOUBT else total + found
            size = work.binomials[m, columns]
            if columns < n:
                # A loop: the message for arrays of two lengths takes seconds to compile.
                for rank in range(size):
                    work.low[rank] = work.high[rank]
        out[s] = total
