"""Angles at the vertices of polytopes: sums of angles, known polytopes, degenerate points."""

import random
from itertools import combinations, product

import pytest
from gmpy2 import mpq

from polygeo.answers import Ball
from polygeo.cones import PolyhedralCone
from polygeo.errors import DomainError
from polygeo.polytopes import vertex_angles
from polygeo.volumes import simplex_internal_angle


@pytest.mark.parametrize("seed", range(3))
def test_the_angles_of_a_polygon(seed):
    draw = random.Random(seed)
    points = [[draw.randint(-5, 5), draw.randint(-5, 5)] for _ in range(12)]
    angles = vertex_angles(points, 12)
    total = sum(map(as_ball, angles.values()))
    assert total.contains(mpq(len(angles) - 2, 2))


def as_ball(x):
    from polygeo.answers.certification import enclosure

    value = enclosure(x, 12)
    return value if isinstance(value, Ball) else Ball.of(value)


def test_gram_in_space():
    """Gram: the angles at vertices, less those at edges, plus 1/2 a facet, less 1, are 0."""
    points = [[0, 0, 0], [3, 0, 0], [0, 2, 0], [0, 0, 1]]
    total = sum(map(as_ball, vertex_angles(points, 15).values()))
    for p, q in combinations(points, 2):
        others = [r for r in points if r not in (p, q)]
        line = [b - a for a, b in zip(p, q, strict=True)]
        cone = PolyhedralCone(
            rays=[[b - a for a, b in zip(p, r, strict=True)] for r in others], lines=[line]
        )
        total -= as_ball(cone.intrinsic_volumes(15)[3])
    assert (total + 2 - 1).contains(0)


def test_known_polytopes():
    cube = list(product((0, 1), repeat=6))
    angles = vertex_angles([*cube, [mpq(1, 2)] * 6, cube[3]])
    assert angles == dict.fromkeys(range(64), mpq(1, 64))
    simplex = [[int(i == j) for j in range(6)] for i in range(6)]  # in a hyperplane
    found = vertex_angles(simplex, 15)
    assert all(x.overlaps(simplex_internal_angle(6, 1)) for x in map(as_ball, found.values()))


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([[1, 2]], "at least 2"),
        ([[1], [1]], "equal ones"),
        ([[1, 2], [1]], "2 coordinates"),
        (3, "points"),
    ],
)
def test_wrong_points_are_one_line(points, said):
    with pytest.raises(DomainError, match=said):
        vertex_angles(points)
