"""The Euler characteristic of the bad directions in a pointed cone, for one draw or a whole block.

K = {z in R^N : <a_y, z> >= 0 for all y} is pointed, all vectors a_y and rows w_x are in general
position, and R is the set of the unit vectors of K that leave fewer than k rows positive. Scaled to
<l, z> = 1, with l = sum_y c_y a_y and c_y > 0, so that l > 0 on K, R is a compact polyhedral set,
and a linear function <g, .> is a Morse function on it. A vertex v of the arrangement in K,
orthogonal to the rows S and to the inequalities T, is critical when every edge of an inequality
goes up and every edge of a row goes down on its positive side: otherwise the cells that have their
highest point at v cancel. Hence

    chi(R) = sum_v (-1)^r binomial(|S| - 1, r),   r = k - 1 - p(v) >= 0,

over the critical vertices, p(v) the number of positive rows, and 1 for |S| = 0. With h_i the
vectors of v and <l, v> > 0, the edge on the positive side of h_i goes up if

    e det(h_1, .., g in place of h_i, .., h_{N-1}, l) > 0,   e the sign of det(h_1, .., h_{N-1}, l),

so that nothing but signs of determinants enters. A float determinant by cofactors is off by less
than 4^N u times the same sum of absolute values; doubtful draws are done again in integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.vectors import Vector
from polygeo.relu.cells.faces import characteristic_on_pieces
from polygeo.relu.probability.cone_simulation import layer_rows_of_cone
from polygeo.relu.probability.exact_vertices import determinant_sign, integer_rows
from polygeo.sampling.runs.streams import generator

__all__ = [
    "CharacteristicBlock",
    "FacesBlock",
    "block_on_cone",
    "characteristics_exactly",
    "characteristics_in_cone",
]

MAX_DIM = 6
"""Largest N: a determinant by cofactors has N! terms."""

DEEPEST = 40
"""Dimension beyond which even so many rows as inputs have too many faces."""

VERTEX, FACE = 1e-9, 2e-7
"""Seconds of a step in the walk over vertices, and of one over faces."""

MAX_FACETS = 16
"""Largest number of inequalities of which any N are looked at."""

MAX_DRAW = 1.0
"""Longest time of one draw, in seconds."""

STREAM = 5
"""The purpose of the random stream, after those of `cone_simulation`."""

UNIT = 2.0**-53


@dataclass(frozen=True, eq=False)
class CharacteristicBlock:
    """A block of a run as a picklable function of its number: [draws, sum of chi, of chi^2]."""

    m: int
    dim: int
    k: int
    inequalities: tuple[Vector, ...]
    seed: int
    size: int

    def __call__(self, block: int) -> NDArray[np.int64]:
        shape = (self.size, self.m, self.dim)
        found = self._found(generator(self.seed, block, STREAM).standard_normal(shape))
        return np.array([self.size, found.sum(), (found * found).sum()])

    def _found(self, draws: NDArray[np.float64]) -> NDArray[np.int64]:
        """chi of each draw."""
        found, doubt = characteristics_in_cone(draws, self.inequalities, self.k)
        for s in np.flatnonzero(doubt):
            rows = integer_rows(draws[s])
            found[s] = characteristics_exactly(rows, self.inequalities, self.k)
        return found


@dataclass(frozen=True, eq=False)
class FacesBlock(CharacteristicBlock):
    """The same block for a union of cones, ``inequalities`` those of all ``pieces`` together.

    ``pieces``: the numbers of inequalities of the cones.
    """

    pieces: tuple[int, ...]

    def _found(self, draws: NDArray[np.float64]) -> NDArray[np.int64]:
        ends = np.cumsum([0, *self.pieces]).tolist()
        cones = [self.inequalities[a:b] for a, b in pairwise(ends)]
        return np.array(
            [
                characteristic_on_pieces(tuple(map(tuple, integer_rows(draw))), self.k, cones)
                for draw in draws
            ],
            np.int64,
        )


def block_on_cone(m: int, n: int, k: int, inputs: Any, bias: bool, seed: int) -> tuple[Any, float]:
    """Make the block of a run, and the seconds that a draw takes about.

    ``inputs``: as `polygeo.relu.estimate_q` takes them. DomainError where a draw takes too long.
    """
    dim, shape = n + bias, f"{m} x {n}{' with biases' if bias else ''}"
    if dim > DEEPEST:
        raise DomainError(f"one draw of {shape} has too many faces")
    cones = [layer_rows_of_cone(one, n, bias) for one in getattr(inputs, "pieces", [inputs])]
    rows = tuple(row for cone in cones for row in cone)
    if len(cones) == 1 and _generic(rows, dim):
        work = comb(m + len(rows), dim - 1) * (m + len(rows) + dim) * dim * math.factorial(dim)
        if dim > MAX_DIM or work > MAX_DRAW / VERTEX:
            raise DomainError(f"one draw of {shape} has too many vertices")
        return CharacteristicBlock(m, dim, k, rows, seed, _size(work * VERTEX)), work * VERTEX
    count = m + len(rows)
    work = _faces(count, dim) * comb(count, dim - 1) * count
    if work > MAX_DRAW / FACE:
        raise DomainError(
            f"one draw of {shape} on this set of inputs has too many faces; for pointed cones "
            "with inequalities in general position vertices are enough"
        )
    seconds = work * FACE
    lengths = tuple(map(len, cones))
    return FacesBlock(m, dim, k, rows, seed, _size(seconds), lengths), seconds


def _size(seconds: float) -> int:
    """The number of draws of a block, about a second of them."""
    return 1 << max(4, min(12, round(math.log2(1 / seconds))))


def _faces(count: int, dim: int) -> int:
    """The number of faces of so many vectors in general position, 0 apart."""
    return sum(
        comb(count, d) * 2 * sum(comb(count - d - 1, i) for i in range(dim - d)) for d in range(dim)
    )


def _generic(rows: Sequence[Vector], dim: int) -> bool:
    """Whether the cone is pointed, and any N of its inequalities are independent."""
    if not dim <= len(rows) <= MAX_FACETS:
        return False
    return all(fmpz_mat(list(map(list, part))).rank() == dim for part in combinations(rows, dim))


def _determinant(rows: Sequence[Any]) -> tuple[Any, Any]:
    """Determinants and the sums of the absolute values of their terms.

    ``rows``: N lists of N numbers or of arrays of one shape.
    """
    if len(rows) == 1:
        return rows[0][0], abs(rows[0][0])
    total: Any = 0.0
    size: Any = 0.0
    for c, entry in enumerate(rows[0]):
        value, bound = _determinant([[*row[:c], *row[c + 1 :]] for row in rows[1:]])
        total = total + (-1) ** c * entry * value
        size = size + abs(entry) * bound
    return total, size


def _directions(inequalities: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """l, a positive combination of the inequalities, and g, in general position with them."""
    dim = len(inequalities[0])
    total = [sum((1 + y * y) * row[c] for y, row in enumerate(inequalities)) for c in range(dim)]
    height = [1 + 7 * c * c * c + 3 * c for c in range(dim)]
    return total, height


def characteristics_in_cone(
    draws: NDArray[np.float64], inequalities: Sequence[Sequence[int]], k: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Compute chi for each of the draws (count x m x N), and say which draws are in doubt."""
    count, m, dim = draws.shape
    total, height = _directions(inequalities)
    vectors: list[list[Any]] = [[draws[:, x, c] for c in range(dim)] for x in range(m)]
    vectors += [[np.full(count, float(c)) for c in row] for row in (*inequalities, total, height)]
    doubt = np.zeros(count, np.bool_)
    limit = 4.0**dim * UNIT

    def sign(rows: Sequence[Any]) -> Any:
        value, size = _determinant(rows)
        np.logical_or(doubt, abs(value) <= limit * size, out=doubt)
        return np.sign(value)

    return _over_vertices(vectors, m, k, sign, count), doubt


def _over_vertices(
    vectors: list[Any], m: int, k: int, sign: Callable[[Sequence[Any]], Any], count: int
) -> NDArray[np.int64]:
    """chi of ``count`` draws at once, by signs of determinants of the vectors.

    ``vectors``: the m rows, then the inequalities, at last l and g.
    """
    *vectors, total, height = vectors
    found = np.zeros(count, np.int64)
    for chosen in combinations(range(len(vectors)), len(total) - 1):
        line = [vectors[x] for x in chosen]
        side = sign([*line, total])
        inside, positive = np.ones(count, np.bool_), np.zeros(count, np.int64)
        for x, vector in enumerate(vectors):
            if x not in chosen:
                up = side * sign([*line, vector]) > 0
                if x < m:
                    positive += up
                else:
                    inside &= up
        if not inside.any():
            continue
        for place, x in enumerate(chosen):
            edge = side * sign([*line[:place], height, *line[place + 1 :], total])
            inside &= edge > 0 if x >= m else edge < 0
        rows = sum(x < m for x in chosen)
        found += np.where(inside, _index(rows, k)[np.minimum(positive, k)], 0)
    return found


def _index(rows: int, k: int) -> NDArray[np.int64]:
    """The share of a critical vertex with that many rows, by p = 0, .., k."""
    shares = [(-1) ** r * comb(rows - 1, r) if rows else 1 for r in range(k - 1, -1, -1)]
    return np.array([*shares, 0], np.int64)


def characteristics_exactly(
    rows: Sequence[Sequence[int]], inequalities: Sequence[Sequence[int]], k: int
) -> int:
    """Compute chi of one draw in integers; Undecided unless all vectors are in general position.

    >>> characteristics_exactly([[1, -2], [3, -1], [-1, 1]], [[1, 0], [0, 1]], 2)
    2
    """
    vectors = [list(map(int, v)) for v in (*rows, *inequalities, *_directions(inequalities))]

    def sign(matrix: Sequence[list[int]]) -> int:
        found = determinant_sign(matrix)
        if found == 0:
            raise Undecided("a simulated layer is not in general position")
        return found

    return int(_over_vertices(vectors, len(rows), k, sign, 1)[0])
