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

from flint import fmpq_mat, fmpz_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational, to_flint
from polygeo.errors import DomainError

__all__ = [
    "Vector",
    "adjugate",
    "complement",
    "dot",
    "dyadic",
    "line_of",
    "matrix_of",
    "negative",
    "pivots",
    "primitive",
    "project_off",
    "rank",
    "row_space",
    "rows_of",
    "steps",
    "units",
]

Vector = tuple[int, ...]
"""Coordinates of a primitive integer vector."""


def dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    """Return the inner product <a, b>; DomainError for vectors of different lengths."""
    if len(a) != len(b):
        raise DomainError(f"vectors of one length are needed; got {len(a)} and {len(b)} numbers")
    return sum(map(mul, a, b))


def units(dim: int) -> list[Vector]:
    """Return the unit vectors e_1, ..., e_dim.

    >>> units(2)
    [(1, 0), (0, 1)]
    """
    return [tuple(int(j == i) for j in range(dim)) for i in range(dim)]


def steps(dim: int) -> list[Vector]:
    """Return the differences e_2 - e_1, ..., e_dim - e_{dim-1} of neighbours.

    >>> steps(3)
    [(-1, 1, 0), (0, -1, 1)]
    """
    return [tuple(int(j == i + 1) - int(j == i) for j in range(dim)) for i in range(dim - 1)]


def negative(vectors: Iterable[Vector]) -> tuple[Vector, ...]:
    """Return the list of vectors -v."""
    return tuple(tuple(-c for c in v) for v in vectors)


def primitive(vector: Sequence[Any]) -> Vector:
    """Return the primitive integer vector on the ray of a rational vector (0 stays 0).

    >>> from gmpy2 import mpq
    >>> primitive([mpq(1, 2), mpq(-2, 3), 0])
    (3, -4, 0)
    """
    scale = lcm(*(int(c.denominator) for c in vector))
    whole = [int(c * scale) for c in vector] if scale != 1 else [int(c) for c in vector]
    common = gcd(*whole)
    return tuple(c // common for c in whole) if common > 1 else tuple(whole)


def matrix_of(rows: Sequence[Sequence[Any]], width: int | None = None) -> Any:
    """Return flint's matrix of rational rows; ``width`` is needed where there may be none."""
    columns = len(rows[0]) if width is None else width
    return fmpq_mat(len(rows), columns, [to_flint(x) for row in rows for x in row])


def rows_of(matrix: Any) -> list[list[mpq]]:
    """Return the rows of a matrix of flint's.

    >>> rows_of(matrix_of([[2, 0], [0, 4]]).inv())
    [[mpq(1,2), mpq(0,1)], [mpq(0,1), mpq(1,4)]]
    """
    return [[rational(x) for x in row] for row in matrix.tolist()]


def adjugate(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the inverse of an integer matrix times its determinant.

    >>> adjugate([[2, 1], [0, 3]])
    [[3, -1], [0, 2]]
    """
    matrix = fmpz_mat(list(map(list, rows)))
    scale = matrix.det()
    return [[int((scale * x).p) for x in row] for row in matrix.inv().tolist()]


def dyadic(point: Iterable[float]) -> tuple[list[int], int]:
    """Return integers and a power of two whose quotients are these floats; nothing is rounded.

    >>> dyadic([0.5, -2.0])
    ([1, -4], 2)
    """
    ratios = [float(x).as_integer_ratio() for x in point]
    common = max((bottom for _, bottom in ratios), default=1)
    return [top * (common // bottom) for top, bottom in ratios], common


def line_of(vector: Sequence[Any]) -> Vector:
    """Return the primitive integer vector on a line, with positive first nonzero entry.

    >>> from gmpy2 import mpq
    >>> line_of([0, mpq(-1, 2), 1])
    (0, 1, -2)
    """
    whole = primitive(vector)
    lead = next((c for c in whole if c), 0)
    return tuple(-c for c in whole) if lead < 0 else whole


def rank(vectors: Sequence[Vector]) -> int:
    """Return the dimension of the span."""
    return int(fmpz_mat(list(map(list, vectors))).rank()) if vectors else 0


def row_space(vectors: Sequence[Vector]) -> tuple[Vector, ...]:
    """Return the canonical basis of the span: primitive rows of the reduced echelon form.

    >>> row_space([(2, 2, 0), (1, -1, 0)])
    ((1, 0, 0), (0, 1, 0))
    """
    if not vectors:
        return ()
    echelon, denominator, count = fmpz_mat(list(map(list, vectors))).rref()
    sign = 1 if denominator > 0 else -1
    rows = echelon.tolist()[: int(count)]
    return tuple(primitive([sign * int(c) for c in row]) for row in rows)


def pivots(basis: Sequence[Vector]) -> list[int]:
    """Return the places of the first entries that are not 0, of a canonical basis.

    >>> pivots([(1, 2, 0), (0, 0, 1)])
    [0, 2]
    """
    return [next(i for i, c in enumerate(row) if c) for row in basis]


def complement(vectors: Sequence[Vector], dim: int) -> tuple[Vector, ...]:
    """Return the canonical basis of the orthogonal complement of the span in R^dim.

    With the echelon form taken from the right, the solution of a free column has no entry before
    it: the solutions are in echelon form themselves.

    >>> complement([(1, 1, 1)], 3)
    ((1, 0, -1), (0, 1, -1))
    """
    rows = [row[::-1] for row in row_space([v[::-1] for v in vectors])]
    places = [max(i for i, c in enumerate(row) if c) for row in rows]
    bound = set(places)
    solutions = []
    for i in (i for i in range(dim) if i not in bound):
        touched = [(row, pivot) for row, pivot in zip(rows, places, strict=True) if row[i]]
        scale = lcm(*(row[pivot] // gcd(row[pivot], row[i]) for row, pivot in touched))
        solution = [0] * dim
        solution[i] = scale
        for row, pivot in touched:
            solution[pivot] = -row[i] * scale // row[pivot]
        solutions.append(tuple(solution))
    return tuple(solutions)


def project_off(vectors: Sequence[Vector], basis: Sequence[Vector]) -> tuple[Vector, ...]:
    """Return each vector's component orthogonal to the span of a basis, as a primitive vector.

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
