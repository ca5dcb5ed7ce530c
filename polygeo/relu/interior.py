"""Where a set of inputs lies: its affine hull and a point inside, exactly, or that it is empty.

For {x : <a_j, x> + c_j >= 0} and vectors g_j = (a_j, c_j) exactly one of the two exists (Gordan):
z = (x, t) with t > 0 and <g_j, z> > 0 for all j, which gives a point inside; or weights l_j >= 0,
l >= 0, not all 0, with sum_j l_j g_j + l (0, 1) = 0. If l > 0 the set is empty. If l = 0, each
inequality with l_j > 0 is an equality on the set, and the question is asked again on the subspace
where these hold. The weights are kept: they prove the equalities to a checker.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gmpy2 import mpq

from polygeo.errors import DomainError
from polygeo.polyhedra.nearest import nearest
from polygeo.polyhedra.vectors import Vector, complement, dot, primitive
from polygeo.relu.inputs import InputDomain

__all__ = ["Equality", "Interior", "interior_of"]

Equality = tuple[tuple[int, int], ...]
"""Numbers of inequalities with positive weights: their weighted sum is 0 where the earlier hold."""


@dataclass(frozen=True)
class Interior:
    """The ``point`` x, at which all inequalities are > 0 that ``equalities`` do not prove to be 0.

    ``strict``: the numbers of the inequalities that are > 0 at x, in their order. ``directions``: a
    basis of the subspace parallel to the affine hull, None for all unit vectors.

    >>> from polygeo.relu.inputs import box
    >>> interior_of(box([0, 1], [1, 1], 2))
    Interior(point=(mpq(1,2), mpq(1,1)), equalities=(((1, 1), (3, 1)),), strict=(0, 2), ...)
    """

    point: tuple[mpq, ...]
    equalities: tuple[Equality, ...]
    strict: tuple[int, ...]
    directions: tuple[Vector, ...] | None


@lru_cache(maxsize=16)
def interior_of(domain: InputDomain) -> Interior:
    """Return the point and the hull of a set of inputs; DomainError for the empty set."""
    rows, dim = domain.rows, domain.dim
    for j, row in enumerate(rows):
        if not any(row[:-1]) and row[-1] < 0:
            raise _empty(f"inequality {j} says {row[-1]} >= 0")
    equalities: list[Equality] = _opposite(rows)
    while True:
        used = {j for equality in equalities for j, _ in equality}
        frame = complement([rows[j] for j in used], dim + 1) if used else None
        strict, restricted = [], []
        for j, row in enumerate(rows):
            image = row if frame is None else tuple(dot(row, z) for z in frame)
            if any(image):
                strict.append(j)
                restricted.append(image)
        last = (*[0] * dim, 1) if frame is None else tuple(z[-1] for z in frame)
        if not any(last):
            raise _empty("the equalities that follow have no solution")
        place = _guess(domain, restricted) if frame is None else None
        if place is None:
            place, equality = _alternative(restricted, last, strict)
            if place is None:
                equalities.append(equality)
                continue
        flat = None
        if frame is not None:
            place = [dot(place, column) for column in zip(*frame, strict=True)]
            flat = complement([(*[0] * dim, 1), *(rows[j] for j in used)], dim + 1)
            flat = tuple(z[:-1] for z in flat)
        point = tuple(mpq(c) / place[-1] for c in place[:-1])
        return Interior(point, tuple(equalities), tuple(strict), flat)


def _opposite(rows: tuple[Vector, ...]) -> list[Equality]:
    """Pairs of opposite inequalities, which most flat sets of inputs are given by."""
    first: dict[Vector, int] = {}
    found: list[Equality] = []
    for j, row in enumerate(rows):
        if not any(row[:-1]):
            continue
        other = first.get(tuple(-c for c in row))
        if other is not None:
            found.append(((other, 1), (j, 1)))
        else:
            first.setdefault(row, j)
    return found


def _guess(domain: InputDomain, restricted: list[Vector]) -> list[int] | None:
    """A point inside that needs no search: all ones, or the middle of what its sides leave."""
    centre = [mpq(1)] * domain.dim
    for j in range(domain.dim) if domain.sides else ():
        a, b = (side.get(j) for side in domain.sides or ())
        if a is None:
            centre[j] = mpq(0) if b is None else b - 1
        else:
            centre[j] = a + 1 if b is None else (a + b) / 2
    z = primitive((*centre, mpq(1)))
    return list(z) if all(dot(row, z) > 0 for row in restricted) else None


def _alternative(
    restricted: list[Vector], last: Vector, strict: list[int]
) -> tuple[list[int] | None, Equality]:
    """Coordinates of a point inside, or one more equality."""
    lifted = [(*(-c for c in row), 1) for row in (*restricted, last)]
    found = nearest(lifted, (*[0] * len(last), 1))
    if not found.inside:
        return list(found.rest[:-1]), ()
    if len(restricted) in found.support:
        names = ", ".join(str(strict[i]) for i in found.support if i < len(strict))
        raise _empty(f"inequalities {names} contradict each other")
    weights = primitive(found.weights)
    return None, tuple((strict[i], c) for i, c in zip(found.support, weights, strict=True))


def _empty(reason: str) -> DomainError:
    return DomainError(f"inputs need a set that is not empty; {reason}")
