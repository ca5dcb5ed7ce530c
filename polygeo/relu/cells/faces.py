"""All faces of a central arrangement, for any matrix: brute force, as a second method.

The sign vectors of the faces are the compositions of those of the rays of the arrangement
(bjoerner1999oriented, section 3.7); nothing here needs general position. For few rows only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import Any

from gmpy2 import sign

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import complement, dot, rank
from polygeo.progress import patient
from polygeo.relu.inputs import read_inputs
from polygeo.relu.matrix import Rows, layer_rows
from polygeo.relu.sizes import level_of

__all__ = [
    "characteristic_on_pieces",
    "euler_characteristic_by_faces",
    "faces_of_arrangement",
    "injective_by_faces",
]

MAX_FACES = 200_000
"""Largest number of faces that are listed."""

Signs = tuple[int, ...]


@patient
def faces_of_arrangement(W: Any) -> dict[Signs, int]:
    """List the faces of the arrangement of the rows of W: signs of Wx on the face -> its dimension.

    * ``W``: an m x n matrix of rank n, with exact entries as in `euler_characteristic`.

    Returns a dictionary with at most 200 000 faces (DomainError for more). {0} is the face of
    dimension 0; on the unit sphere a face has one dimension less. Source: bjoerner1999oriented,
    section 3.7.

    >>> sorted(faces_of_arrangement([[1, 0], [0, 1]]).items())[:3]
    [((-1, -1), 2), ((-1, 0), 1), ((-1, 1), 2)]
    """
    return _faces(layer_rows(W))


def _faces(rows: Rows) -> dict[Signs, int]:
    m, n = len(rows), len(rows[0])
    if rank(rows) < n:
        raise DomainError(f"the faces need a matrix of rank n={n}; got rank {rank(rows)}")
    if 2 * comb(m, n - 1) > MAX_FACES:
        raise DomainError(f"at most {MAX_FACES} faces are listed; {m} x {n} has more")
    rays = set()
    for places in combinations(range(m), n - 1):
        lines = complement([rows[x] for x in places if any(rows[x])], n)
        if len(lines) == 1:
            signs = tuple(sign(dot(row, lines[0])) for row in rows)
            rays |= {signs, tuple(-s for s in signs)}
    found = {(0,) * m} | rays
    fresh = set(rays)
    while fresh:
        fresh = {
            tuple(a or b for a, b in zip(face, ray, strict=True)) for face in fresh for ray in rays
        } - found
        found |= fresh
        if len(found) > MAX_FACES:
            raise DomainError(f"at most {MAX_FACES} faces are listed; this arrangement has more")
    ranks: dict[Signs, int] = {}
    for face in found:
        zeros = tuple(x for x, s in enumerate(face) if s == 0)
        if zeros not in ranks:
            ranks[zeros] = rank([rows[x] for x in zeros])
    return {face: n - ranks[tuple(x for x, s in enumerate(face) if s == 0)] for face in found}


@patient
def euler_characteristic_by_faces(W: Any, k: Any = None, inputs: Any = None) -> int:
    """Compute chi{x in the unit sphere : fewer than k rows positive} by counting faces (exact).

    * ``W``: any m x n matrix of rank n, with few rows; general position is not needed.
    * ``k``: the level, 1 <= k <= m (default n), as in `euler_characteristic`.
    * ``inputs``: a cone to which x is restricted, "nonnegative", a polyhedral cone or a union of
      such (default: all of R^n); DomainError for a set that is not a cone, which is not one of
      directions.

    Returns the sum of (-1)^dim over the faces in the set, a subcomplex of the sphere. DomainError
    for more than 200 000 faces. Source: bjoerner1999oriented, section 3.7.

    >>> euler_characteristic_by_faces([[1, 0], [0, 1], [-1, -1]], 2)
    3
    >>> euler_characteristic_by_faces([[1, 0], [0, 1], [-1, -1]], 2, inputs="nonnegative")
    2
    """
    rows = layer_rows(W)
    n = len(rows[0])
    level = level_of(len(rows), n, k)
    pieces = getattr(inputs, "pieces", [inputs])
    return characteristic_on_pieces(rows, level, [_cone_rows(one, n) for one in pieces])


def _cone_rows(inputs: Any, n: int) -> Rows:
    domain = read_inputs(inputs, n)
    if domain is not None and not domain.is_cone:
        raise DomainError(f"an Euler characteristic of directions needs a cone; got {domain.name}")
    return () if domain is None else tuple(row[:-1] for row in domain.rows)


def characteristic_on_pieces(rows: Rows, level: int, pieces: Sequence[Rows]) -> int:
    """Compute chi of the directions in a union of cones with fewer than ``level`` positive rows.

    ``rows``: integer rows that span R^n together with those of the pieces; ``pieces``: of each cone
    its inequalities <a, x> >= 0, integer vectors.

    >>> characteristic_on_pieces(((1, 0), (0, 1)), 1, [((1, -1),), ((-1, 1),)])
    1
    """
    m = len(rows)
    places, below = [], list(rows)
    for piece in pieces:
        places.append(slice(len(below), len(below) + len(piece)))
        below += piece
    return sum(
        (-1) ** (dim - 1)
        for face, dim in _faces(tuple(below)).items()
        if dim > 0 and face[:m].count(1) < level and any(-1 not in face[place] for place in places)
    )


@patient
def injective_by_faces(W: Any) -> bool:
    """Decide whether x -> ReLU(Wx) is injective: on every face the rows >= 0 must span R^n (exact).

    * ``W``: any m x n matrix with few rows; DomainError for more than 200 000 faces.

    A second method for `is_injective`. Source: puthawala2022globally, theorem 2.

    >>> injective_by_faces([[1, 0], [0, 1], [-1, 0], [0, -1]]), injective_by_faces([[1], [2]])
    (True, False)
    """
    rows = layer_rows(W)
    n = len(rows[0])
    if rank(rows) < n:
        return False
    spans: dict[frozenset[int], bool] = {}
    for face in _faces(rows):
        kept = frozenset(x for x, s in enumerate(face) if s >= 0)
        if kept not in spans:
            spans[kept] = rank([rows[x] for x in kept]) == n
        if not spans[kept]:
            return False
    return True
