"""Exact polyhedral libraries: PPL (both descriptions of a cone), Normaliz (faces and facets)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from polygeo.report.crosscheck.peer import Peer, distribution
from polygeo.report.crosscheck.tolerance import Equal

__all__ = ["PEERS", "cones", "description", "description_by_ppl"]

SHAPES = tuple((d, n, r) for d in (1, 2, 3, 4, 5, 6) for n, r in ((d, 1), (d + 2, 2), (2 * d, 9)))
SHAPES += ((7, 12, 3), (8, 12, 1))
"""Dimension, generators, largest entry."""

Rows = list[list[int]]
Parts = dict[str, set[tuple[int, ...]]]


def cones(dim: int, count: int, size: int, cases: int = 25) -> list[Rows]:
    """Random integer generators; every other cone lies in an open half-space."""
    rng = random.Random(1000 * dim + count)
    found = []
    for trial in range(cases):
        rows = [[rng.randint(-size, size) for _ in range(dim)] for _ in range(count)]
        if trial % 2:
            rows = [[size + 1, *row[1:]] for row in rows]
        found.append([row for row in rows if any(row)] or [[1] * dim])
    return found


def shapes() -> dict[str, tuple[Any, ...]]:
    """The cones by dimension, 25 of every shape."""
    found: dict[str, tuple[list[Rows]]] = {}
    for dim, count, size in SHAPES:
        found.setdefault(f"cones, d = {dim}", ([],))[0].extend(cones(dim, count, size))
    return dict(found)


def description(rows: Rows) -> Parts:
    """Ours: minimal rays, lines, inequalities and equations, in canonical form."""
    from polygeo.cones import PolyhedralCone

    cone = PolyhedralCone(rays=rows)
    return {
        "rays": set(cone.rays),
        "inequalities": set(cone.inequalities),
        "lines": set(cone.lineality_space),
        "equations": set(cone.equations),
    }


def canonical(rays: Any, lines: Any, inequalities: Any, equations: Any) -> Parts:
    """Another library's minimal description in our canonical form."""
    from polygeo.polyhedra.vectors import primitive, project_off, row_space

    space, equal = row_space(lines), row_space(equations)
    normals = project_off([primitive(v) for v in inequalities], equal)
    return {
        "rays": set(project_off([primitive(v) for v in rays], space)),
        "inequalities": {v for v in normals if any(v)},
        "lines": set(space),
        "equations": set(equal),
    }


def description_by_ppl(rows: Rows) -> Parts:
    """The same by the Parma Polyhedra Library."""
    import ppl

    dim = len(rows[0])
    variables = [ppl.Variable(i) for i in range(dim)]
    zero = 0 * variables[-1]
    system = ppl.Generator_System(ppl.point(zero))
    for row in rows:
        system.insert(ppl.ray(sum((c * x for c, x in zip(row, variables, strict=True)), zero)))
    polyhedron = ppl.C_Polyhedron(system)
    generators = list(polyhedron.minimized_generators())
    constraints = list(polyhedron.minimized_constraints())
    return canonical(
        [_coefficients(g) for g in generators if g.is_ray()],
        [_coefficients(g) for g in generators if g.is_line()],
        [_coefficients(c) for c in constraints if c.is_inequality()],
        [_coefficients(c) for c in constraints if c.is_equality()],
    )


def _coefficients(item: Any) -> tuple[int, ...]:
    return tuple(int(c) for c in item.coefficients())


def faces(rows: Rows) -> tuple[Any, ...]:
    """Ours: the description, and the numbers of faces from the least to the whole cone."""
    from polygeo.cones import PolyhedralCone

    cone = PolyhedralCone(rays=rows)
    return description(rows), tuple(f for f in cone.f_vector() if f)


def faces_by_normaliz(rows: Rows) -> tuple[Any, ...]:
    """The same by Normaliz."""
    from PyNormaliz import Cone

    cone = Cone(cone=rows)
    parts = canonical(
        [tuple(v) for v in cone.ExtremeRays()],
        [tuple(v) for v in cone.MaximalSubspace()],
        [tuple(v) for v in cone.SupportHyperplanes()],
        [tuple(v) for v in cone.Equations()],
    )
    # Normaliz 3.11 crashes when asked for the faces of a linear subspace, which has one.
    return parts, tuple(cone.FVector()) if parts["rays"] else (1,)


def _each(function: Any) -> Any:
    def of_all(batch: Sequence[Rows]) -> list[Any]:
        return [function(rows) for rows in batch]

    return of_all


PEERS = (
    Peer(
        "PPL", "rays and facets of a cone", "GPL-3.0-or-later",
        shapes, _each(description), _each(description_by_ppl), Equal(),
        distribution("passagemath-ppl"),
    ),
    Peer(
        "Normaliz", "rays, facets and numbers of faces", "GPL-3.0-or-later",
        shapes, _each(faces), _each(faces_by_normaliz), Equal(), distribution("PyNormaliz"),
    ),
)  # fmt: skip
