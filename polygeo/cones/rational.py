"""Families as polyhedral cones with rational data, where they have them: what can be sampled.

The cone is the family's own, in its own coordinates; the test is that memberships agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gmpy2 import mpq

from polygeo.cones.cone import Cone, PolarCone, ProductCone
from polygeo.cones.families.crosspolytope import L1DescentCone, NonnegativeL1DescentCone
from polygeo.cones.families.cube import CubeTangentCone
from polygeo.cones.families.monotone import MonotoneCone, NonnegativeMonotoneCone
from polygeo.cones.families.orthant import Orthant
from polygeo.cones.families.permutahedron import PermutahedronTangentCone
from polygeo.cones.families.root_system import simple_forms
from polygeo.cones.families.simplex import SimplexTangentCone
from polygeo.cones.families.subspace import HalfSpace, Ray, Subspace
from polygeo.cones.families.weyl import WeylChamber
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.errors import DomainError

__all__ = ["rational_cone"]

Rows = list[list[Any]]


def rational_cone(cone: Any) -> PolyhedralCone:
    """The same cone as a `PolyhedralCone`.

    Orthants, subspaces, half-spaces, rays, monotone cones, Weyl chambers of types B, D, E_8 and
    F_4, descent cones of the l1 norm, tangent cones of simplex, cube and permutahedron, polars and
    products of these. DomainError for a cone that has no rational data, or is not polyhedral.

    >>> rational_cone(WeylChamber("B", 2))
    PolyhedralCone(inequalities=[[1, 0], [-1, 1]])
    >>> rational_cone(WeylChamber("H", 3))
    Traceback (most recent call last):
    polygeo.errors.DomainError: no polyhedral description with rational numbers is known for ...
    """
    if isinstance(cone, PolyhedralCone):
        return cone
    if isinstance(cone, PolarCone):
        return rational_cone(cone.cone).polar()
    if isinstance(cone, ProductCone):
        return _product([rational_cone(factor) for factor in cone.factors])
    make = _MAKERS.get(type(cone))
    made = None if make is None else make(cone)
    if made is None:
        hint = ""
        if isinstance(cone, WeylChamber) and cone.type == "A":
            hint = f"; MonotoneCone({cone.rank + 1}) is the same chamber with a line added"
        raise DomainError(
            f"no polyhedral description with rational numbers is known for {cone!r}{hint}"
        )
    return made


def _product(factors: list[PolyhedralCone]) -> PolyhedralCone:
    """All by rays if the first one is, else all by inequalities."""
    total = sum(factor.ambient_dim for factor in factors)
    vectors: Rows = []
    lines: Rows = []
    by_rays = factors[0]._by_rays
    start = 0
    for factor in factors:
        after = total - start - factor.ambient_dim
        pairs = (
            (factor.rays, factor.lineality_space)
            if by_rays
            else (factor.inequalities, factor.equations)
        )
        for rows, found in zip(pairs, (vectors, lines), strict=True):
            found += [[*[0] * start, *row, *[0] * after] for row in rows]
        start += factor.ambient_dim
    if by_rays:
        return PolyhedralCone(rays=vectors, lines=lines, ambient_dim=total)
    return PolyhedralCone(inequalities=vectors, equations=lines, ambient_dim=total)


def _unit(i: int, n: int, value: Any = 1) -> list[Any]:
    return [value if j == i else 0 for j in range(n)]


def _units(n: int, start: int = 0) -> Rows:
    return [_unit(i, n) for i in range(start, n)]


def _step(i: int, j: int, n: int) -> list[int]:
    """e_j - e_i."""
    return [int(m == j) - int(m == i) for m in range(n)]


def _tails(n: int, start: int = 0) -> Rows:
    """-(x_j + .. + x_n) for j > start."""
    return [[-int(i >= j) for i in range(n)] for j in range(start, n)]


def _weyl(cone: WeylChamber) -> PolyhedralCone | None:
    if cone.type in ("A", "I2"):
        return None
    forms = list(simple_forms(cone.type, cone.index))
    if any(n != 1 for form in forms for _, _, n in form):
        return None
    rows: Rows = []
    for form in forms:
        row: list[Any] = [mpq(0)] * cone.rank
        for i, c, _ in form:
            row[i] += c
        rows.append(row)
    return PolyhedralCone(inequalities=rows)


def _l1(cone: L1DescentCone) -> PolyhedralCone:
    """The tangent cone of the crosspolytope: vertices minus e_1, and differences in the face."""
    n, s = cone.n, cone.s
    first = _unit(0, n, -1)
    rays = [
        [first[m] + sign * int(m == j) for m in range(n)] for j in range(s, n) for sign in (1, -1)
    ]
    lines = [_step(0, i, n) for i in range(1, s)]
    return PolyhedralCone(rays=rays or [first], lines=lines, ambient_dim=n)


def _nonnegative_l1(cone: NonnegativeL1DescentCone) -> PolyhedralCone:
    return PolyhedralCone(inequalities=[*_units(cone.n, cone.s), [-1] * cone.n])


def _simplex(cone: SimplexTangentCone) -> PolyhedralCone:
    rows = _units(cone.n, cone.k)
    return PolyhedralCone(inequalities=rows, equations=[[1] * cone.n], ambient_dim=cone.n)


def _cube(cone: CubeTangentCone) -> PolyhedralCone:
    return PolyhedralCone(inequalities=_units(cone.n, cone.k), ambient_dim=cone.n)


def _permutahedron(cone: PermutahedronTangentCone) -> PolyhedralCone:
    n = cone.n
    if cone.type == "B":
        return PolyhedralCone(inequalities=_tails(n))
    return PolyhedralCone(inequalities=_tails(n, 1), equations=[[1] * n], ambient_dim=n)


def _monotone(cone: MonotoneCone) -> PolyhedralCone:
    rows = [_step(i, i + 1, cone.n) for i in range(cone.n - 1)]
    return PolyhedralCone(inequalities=rows, ambient_dim=cone.n)


def _nonnegative_monotone(cone: NonnegativeMonotoneCone) -> PolyhedralCone:
    rows = [_unit(0, cone.n), *(_step(i, i + 1, cone.n) for i in range(cone.n - 1))]
    return PolyhedralCone(inequalities=rows)


_MAKERS: dict[type[Cone], Callable[[Any], PolyhedralCone | None]] = {
    CubeTangentCone: _cube,
    HalfSpace: lambda cone: PolyhedralCone(inequalities=[_unit(0, cone.d)]),
    L1DescentCone: _l1,
    MonotoneCone: _monotone,
    NonnegativeL1DescentCone: _nonnegative_l1,
    NonnegativeMonotoneCone: _nonnegative_monotone,
    Orthant: lambda cone: PolyhedralCone(rays=_units(cone.d)),
    PermutahedronTangentCone: _permutahedron,
    Ray: lambda cone: PolyhedralCone(rays=[_unit(0, cone.d)]),
    SimplexTangentCone: _simplex,
    Subspace: lambda cone: PolyhedralCone(
        rays=[], lines=_units(cone.d)[: cone.k], ambient_dim=cone.d
    ),
    WeylChamber: _weyl,
}
