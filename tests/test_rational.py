"""The families as polyhedral cones: same points, same dimensions, same volumes."""

import random

import pytest
from gmpy2 import mpq
from refusals import refused

from polygeo import cones

FAMILIES = [
    cones.Orthant(4),
    cones.Subspace(2, 4),
    cones.Subspace(0, 3),
    cones.HalfSpace(3),
    cones.Ray(3),
    cones.WeylChamber("B", 4),
    cones.WeylChamber("D", 4),
    cones.WeylChamber("F4"),
    cones.MonotoneCone(4),
    cones.NonnegativeMonotoneCone(4),
    cones.L1DescentCone(4, 1),
    cones.L1DescentCone(4, 3),
    cones.L1DescentCone(3, 3),
    cones.NonnegativeL1DescentCone(4, 2),
    cones.SimplexTangentCone(4, 2),
    cones.SimplexTangentCone(3, 3),
    cones.CubeTangentCone(4, 1),
    cones.CubeTangentCone(2, 2),
    cones.PermutahedronTangentCone(4),
    cones.PermutahedronTangentCone(1),
    cones.PermutahedronTangentCone(3, "B"),
    cones.Orthant(2).polar(),
    cones.MonotoneCone(3).polar(),
    cones.Orthant(2) * cones.MonotoneCone(2),
    cones.MonotoneCone(2) * cones.Ray(2),
]


@pytest.mark.parametrize("cone", FAMILIES, ids=repr)
def test_the_description_is_the_cone(cone):
    made = cone.as_polyhedral()
    assert made.ambient_dim == cone.ambient_dim
    assert made.dim == cone.dim
    assert made.lineality_dim == cone.lineality_dim
    rng = random.Random(3)
    generators = [
        *made.rays,
        *made.lineality_space,
        *([-x for x in v] for v in made.lineality_space),
    ]
    for _ in range(60):
        point = [rng.randint(-3, 3) for _ in range(cone.ambient_dim)]
        assert made.contains(point) == cone.contains(point)
        inside = [mpq(0)] * cone.ambient_dim
        for v in generators:
            weight = rng.randint(0, 2)
            inside = [a + weight * b for a, b in zip(inside, v, strict=True)]
        assert cone.contains(inside)


@pytest.mark.parametrize("cone", FAMILIES[:-2], ids=repr)
def test_the_volumes_are_the_same(cone):
    known, certified = cone.intrinsic_volumes(12), cone.as_polyhedral().intrinsic_volumes(12)
    for a, b in zip(known, certified, strict=True):
        assert abs(float(a) - float(b)) < 1e-11


@pytest.mark.parametrize(
    "cone",
    [
        cones.CircularCone(3, "pi/4"),
        cones.WeylChamber("H", 3),
        cones.WeylChamber("E6"),
        cones.WeylChamber("I2", 5),
        cones.WeylChamber("A", 3),
        cones.PSDCone(2),
        cones.Orthant(2) * cones.LorentzCone(3),
    ],
    ids=repr,
)
def test_others_are_refused_in_one_line(cone):
    with refused(match="no polyhedral description"):
        cone.as_polyhedral()


def test_the_chamber_of_e8_is_simplicial():
    """The chamber of E_8 is simplicial with 8 walls; its group order is not needed."""
    made = cones.WeylChamber("E8").as_polyhedral()
    assert len(made.inequalities) == len(made.rays) == made.dim == 8
