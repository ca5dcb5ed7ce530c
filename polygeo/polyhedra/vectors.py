"""Exact integer vectors: primitive form, and the linear algebra of their spans.

A generator of a cone is known up to a positive factor, so it is kept as the primitive integer
vector on its ray (coprime coordinates); a subspace is kept as the primitive rows of its reduced
echelon form, which depend on the subspace only. All matrices are flint's, all results exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd, lcm
from operator import mul
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.errors import DomainError

__all__ = [
    "Vector",
    "complement",
    "dot",
    "line_of",
    "negative",
    "primitive",
    "project_off",
    "rank",
    "row_space",
]

Vector = tuple[int, ...]
"""Coordinates of a primitive integer vector."""


def dot(a: Sequence[int], b: Sequence[int]) -> int:
    """<a, b>; DomainError for vectors of two lengths, whatever file or hand they are from."""
    if len(a) != len(b):
        raise DomainError(f"vectors of one length are needed; got {len(a)} and {len(b)} numbers")
    return sum(map(mul, a, b))


def negative(vectors: Iterable[Vector]) -> tuple[Vector, ...]:
    """-v for each v."""
    return tuple(tuple(-c for c in v) for v in vectors)


def primitive(vector: Sequence[Any]) -> Vector:
    """The primitive integer vector on the ray of a rational vector (0 stays 0).

    >>> primitive([mpq(1, 2), mpq(-2, 3), 0])
    (3, -4, 0)
    """
    scale = lcm(*(int(c.denominator) for c in vector))
    whole = [int(c * scale) for c in vector] if scale != 1 else [int(c) for c in vector]
    common = gcd(*whole)
    return tuple(c // common for c in whole) if common > 1 else tuple(whole)


def line_of(vector: Sequence[Any]) -> Vector:
    """The primitive integer vector on the line of a rational vector: its first entry not 0 is > 0.

    >>> line_of([0, mpq(-1, 2), 1])
    (0, 1, -2)
    """
    whole = primitive(vector)
    lead = next((c for c in whole if c), 0)
    return tuple(-c for c in whole) if lead < 0 else whole


def rank(vectors: Sequence[Vector]) -> int:
    """Dimension of the span."""
    return int(fmpz_mat(list(map(list, vectors))).rank()) if vectors else 0


def row_space(vectors: Sequence[Vector]) -> tuple[Vector, ...]:
    """The canonical basis of the span: primitive rows of the reduced echelon form.

    >>> row_space([(2, 2, 0), (1, -1, 0)])
    ((1, 0, 0), (0, 1, 0))
    """
    if not vectors:
        return ()
    echelon, denominator, count = fmpz_mat(list(map(list, vectors))).rref()
    sign = 1 if denominator > 0 else -1
    rows = echelon.tolist()[: int(count)]
    return tuple(primitive([sign * int(c) for c in row]) for row in rows)


def complement(vectors: Sequence[Vector], dim: int) -> tuple[Vector, ...]:
    """The canonical basis of the orthogonal complement of the span in R^dim.

    >>> complement([(1, 1, 1)], 3)
    ((1, 0, -1), (0, 1, -1))
    """
    rows = row_space(vectors)
    pivots = [next(i for i, c in enumerate(row) if c) for row in rows]
    free = [i for i in range(dim) if i not in pivots]
    solutions = []
    for i in free:
        solution = [mpq(0)] * dim
        solution[i] = mpq(1)
        for row, pivot in zip(rows, pivots, strict=True):
            solution[pivot] = mpq(-row[i], row[pivot])
        solutions.append(primitive(solution))
    return row_space(solutions)


def project_off(vectors: Sequence[Vector], basis: Sequence[Vector]) -> tuple[Vector, ...]:
    """Each vector's component orthogonal to the span of a basis, as a primitive vector.

    >>> project_off([(1, 0, 0), (1, 1, 1)], [(1, 1, 1)])
    ((2, -1, -1), (0, 0, 0))
    """
    if not basis or not vectors:
        return tuple(vectors)
    rows, points = fmpz_mat(list(map(list, basis))), fmpz_mat(list(map(list, vectors)))
    gram = rows * rows.transpose()
    solution: Any = gram.solve(rows * points.transpose())
    weights, scale = solution.numer_denom()
    rest = points * scale - weights.transpose() * rows
    return tuple(primitive([int(c) for c in row]) for row in rest.tolist())
