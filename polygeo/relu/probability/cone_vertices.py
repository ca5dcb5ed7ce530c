"""Is there a bad direction in a cone? A compiled walk over the vertices inside, with the filter.

K = {z in R^N : <a_y, z> >= 0 for all y}, with independent vectors a_y, and m rows w_x in general
position with them. The directions of K that leave fewer than k rows positive are a union of faces
of the arrangement of all these vectors inside K, so that there is one if and only if there is a
vertex: a direction orthogonal to N - 1 of the vectors that lies in K. The vectors a_y are rows of
the walk of `polygeo.relu.probability.vertices`, from a place on that begins a new vector of the
machine; they are never counted, and the signs of those that were not chosen say whether an end of
the line lies in K.
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.errors import Undecided
from polygeo.relu.probability.exact_vertices import Dependent, vertex_signs
from polygeo.relu.probability.many_vertices import DOUBT, HUGE
from polygeo.relu.probability.vertices import determinant_bound, restrict, tally
from polygeo.simd.compiled import njit
from polygeo.simd.double import address, padded, read

__all__ = ["ConeWorkspace", "bad_exactly", "bad_in_cone", "cone_workspace"]


class ConeWorkspace(NamedTuple):
    """Arrays of one walk: ``stack`` (N, N, width), ``bounds`` (N, 2), ``chosen`` (N,) as in
    `polygeo.relu.probability.vertices.Workspace`.
    """

    stack: NDArray[np.float64]
    bounds: NDArray[np.float64]
    chosen: NDArray[np.int64]


def cone_workspace(m: int, dim: int, count: int) -> ConeWorkspace:
    """Make the workspace for m rows and ``count`` inequalities in R^dim, dim >= 2."""
    width = int(padded(m)) + int(padded(count))
    return ConeWorkspace(np.zeros((dim, dim, width)), np.zeros((dim, 2)), np.zeros(dim, np.int64))


@njit(cache=True, nogil=True, error_model="numpy")
def ends_in_cone(a, b, alpha, beta, bound, start, count, zeros):
    """1, 2, 3 for the ends +, -, both in the cone; 0 for none; DOUBT.

    ``a``, ``b``: addresses of the columns in the plane; ``zeros``: how many of the inequalities
    were chosen. These are 0 up to the error; a further one within the error is in doubt.
    """
    positive, negative = 0, 0
    for y in range(start, start + count):
        value = alpha * read(b, y) - beta * read(a, y)
        positive += value > bound
        negative += value < -bound
        if positive > 0 and negative > 0:
            return 0
    if positive + negative + zeros != count:
        return DOUBT
    return (negative == 0) + 2 * (positive == 0)


@njit(cache=True, nogil=True, error_model="numpy")
def plane_in_cone(work, a, bound, width, first, dim, m, k, count, start):
    """1 if a vertex of the chosen set and a later vector is bad and in the cone, else 0; DOUBT."""
    chosen, depth, b = work.chosen, dim - 2, a + 8 * width
    rows = 0
    for t in range(depth):
        rows += chosen[t] < m
    others = depth - rows
    for j in range(first, m + count):
        place = j if j < m else start + j - m
        alpha, beta = read(a, place), read(b, place)
        inside = ends_in_cone(a, b, alpha, beta, bound, start, count, others + (j >= m))
        if inside == 0:
            continue
        if inside == DOUBT:
            return DOUBT
        counts = tally(a, b, alpha, beta, bound, start)
        above, below = counts & 0xFFFFFFFF, counts >> 32
        if above + below != m - rows - (j < m):
            return DOUBT
        if (inside & 1 and above <= k) or (inside & 2 and below <= k):
            return 1
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def walk_in_cone(work, dim, m, k, count, start):
    """1 if there is a bad vertex in the cone, 0 if not, or DOUBT."""
    chosen = work.chosen
    stack, bounds = address(work.stack), address(work.bounds)
    depth, most, width = dim - 2, work.stack.shape[1], work.stack.shape[2]
    plane = stack + 8 * depth * most * width
    d = 0
    chosen[0] = -1
    while d >= 0:
        if d == depth:
            bound = determinant_bound(read(bounds, 2 * d), read(bounds, 2 * d + 1))
            first = chosen[d] + 1
            found = plane_in_cone(work, plane, bound, width, first, dim, m, k, count, start)
            if found != 0:
                return found
            d -= 1
            continue
        chosen[d] += 1
        if chosen[d] > m + count - dim + 1 + d:
            d -= 1
            continue
        place = chosen[d] if chosen[d] < m else start + chosen[d] - m
        if restrict(stack, bounds, most, width, d, dim - d, place) == 0:
            return DOUBT
        d += 1
        chosen[d] = chosen[d - 1]
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def bad_in_cone(draws, inequalities, k, work, out):
    """Decide for every draw (m x N) whether at most k rows are positive somewhere in the cone.

    The answers, 1 or 0, are written to ``out``, or DOUBT where the filter cannot decide.
    ``inequalities``: the vectors a_y (count x N), independent, exact floats; N >= 2.
    """
    total, m, dim = draws.shape
    count = len(inequalities)
    start = (m + 7) // 8 * 8
    for s in range(total):
        size = 0.0
        for x in range(m + count):
            place = x if x < m else start + x - m
            for c in range(dim):
                value = draws[s, x, c] if x < m else inequalities[x - m, c]
                work.stack[0, c, place] = value
                if not abs(value) <= size:
                    size = abs(value)
        work.bounds[0, 0], work.bounds[0, 1] = 0.0, size
        out[s] = walk_in_cone(work, dim, m, k, count, start) if size < HUGE else DOUBT


def bad_exactly(
    rows: Sequence[Sequence[int]], inequalities: Sequence[Sequence[int]], k: int
) -> bool:
    """Decide exactly whether at most k rows are positive somewhere in the cone.

    Undecided unless all vectors are in general position.

    >>> bad_exactly([[1, 2], [2, -1]], [[1, 0], [0, 1]], 1), bad_exactly([[1, 2]], [[1, 0]], 0)
    (True, True)
    """
    m = len(rows)
    try:
        for _, signs in vertex_signs([*rows, *inequalities]):
            for side in (1, -1):
                if -side not in signs[m:] and signs[:m].count(side) <= k:
                    return True
    except Dependent:
        raise Undecided("a simulated layer is not in general position") from None
    return False
