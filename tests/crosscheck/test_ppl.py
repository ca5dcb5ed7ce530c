"""The double description against the Parma Polyhedra Library (GPL; tox -e crosscheck only)."""

import random

import ppl
import pytest

from polygeo.cones import PolyhedralCone
from polygeo.cones.vectors import primitive, project_off, row_space

SHAPES = [(d, n, r) for d in (1, 2, 3, 4, 5, 6) for n, r in ((d, 1), (d + 2, 2), (2 * d, 9))]
SHAPES += [(7, 12, 3), (8, 12, 1)]


def description_by_ppl(rays: list[list[int]], dim: int) -> dict[str, set]:
    """Rays, lines, inequalities and equations, minimal, in polygeo's canonical form."""
    variables = [ppl.Variable(i) for i in range(dim)]
    zero = 0 * variables[-1]
    system = ppl.Generator_System(ppl.point(zero))
    for row in rays:
        system.insert(ppl.ray(sum((c * x for c, x in zip(row, variables, strict=True)), zero)))
    polyhedron = ppl.C_Polyhedron(system)

    def coefficients(item) -> tuple[int, ...]:
        return tuple(int(c) for c in item.coefficients())

    generators = list(polyhedron.minimized_generators())
    constraints = list(polyhedron.minimized_constraints())
    lines = row_space([coefficients(g) for g in generators if g.is_line()])
    equations = row_space([coefficients(c) for c in constraints if c.is_equality()])
    pointed = [primitive(coefficients(g)) for g in generators if g.is_ray()]
    normals = [primitive(coefficients(c)) for c in constraints if c.is_inequality()]
    return {
        "rays": set(project_off(pointed, lines)),
        "inequalities": {v for v in project_off(normals, equations) if any(v)},
        "lines": set(lines),
        "equations": set(equations),
    }


@pytest.mark.parametrize(("dim", "count", "size"), SHAPES)
def test_both_descriptions_are_those_of_ppl(dim, count, size):
    rng = random.Random(1000 * dim + count)
    for trial in range(25):
        rows = [[rng.randint(-size, size) for _ in range(dim)] for _ in range(count)]
        if trial % 2:
            rows = [[size + 1, *row[1:]] for row in rows]
        rows = [row for row in rows if any(row)] or [[1] * dim]
        expected = description_by_ppl(rows, dim)
        cone = PolyhedralCone(rays=rows)
        assert set(cone.rays) == expected["rays"]
        assert set(cone.inequalities) == expected["inequalities"]
        assert set(cone.lineality_space) == expected["lines"]
        assert set(cone.equations) == expected["equations"]
