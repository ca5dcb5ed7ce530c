"""Solid angles with coordinates in Q(sqrt 5): vertices of the 120- and 600-cell, a cone in R^5."""

from math import factorial

import pytest
import sympy
from gmpy2 import mpq
from refusals import refused
from sympy import Rational, acos, pi, sqrt

from polygeo.answers import Ball
from polygeo.answers.certification import enclosure
from polygeo.errors import DomainError, Undecided
from polygeo.volumes import solid_angle

GOLDEN = (1 + sqrt(5)) / 2
DIHEDRAL = acos(-(1 + 3 * sqrt(5)) / 8)
"""Angle between two cells of the 600-cell at a triangle (coxeter, Regular polytopes, table I)."""


def angle(gram):
    value = solid_angle(gram, 20)
    return value if isinstance(value, Ball) else enclosure(value, 20)


def products(size: int, inner, first=None):
    """Gram matrix of a first vector and others, all of length 1: the others at equal angles."""
    rows = [[1 if i == j else inner for j in range(size)] for i in range(size)]
    if first is None:
        return rows
    return [[1, *[first] * size], *([first, *row] for row in rows)]


def off(gram, k: int):
    """Gram matrix of the vectors but the k-th, projected off it."""
    kept = [i for i in range(len(gram)) if i != k]
    return [
        [sympy.radsimp(gram[i][j] - gram[i][k] * gram[k][j] / gram[k][k]) for j in kept]
        for i in kept
    ]


def test_a_vertex_of_the_120_cell():
    """Four edges at 108 degrees. Of the 600 vertices v_0 is 1/600; two of three dodecahedra meet at
    an edge, with the angle 144 degrees at a pentagon: v_2 = 6 (3/10)(1/10)."""
    value = solid_angle(products(4, (1 - sqrt(5)) / 4), 20)
    assert value.contains(mpq(1, 2) - mpq(1, 600) - 6 * mpq(3, 10) * mpq(1, 10))
    assert value.proved_digits >= 20


def test_a_vertex_of_the_600_cell():
    """The axis and the 20 faces of an icosahedron of edges cut the angle into 20 pieces.

    By Gauss-Bonnet v_4 = 1/2 - v_0 - v_2 with v_0 = 1/120 and, for the 30 triangles,
    v_2 = 30 (1/6) (pi - theta)/(2 pi).
    """
    piece = solid_angle(products(3, Rational(1, 2), 1 / (2 * GOLDEN)), 20)
    assert piece.proved_digits >= 20
    known = Rational(1, 2) - Rational(1, 120) - 5 * (pi - DIHEDRAL) / (2 * pi)
    assert (20 * piece).overlaps(enclosure(known, 20))


@pytest.mark.parametrize("height", [Rational(1, 2), Rational(3)])
def test_the_cone_over_the_600_cell(height):
    """Its 600 pieces in R^5 against v_1 and v_3, from angles at the 120 rays and 1200 triangles.

    Edges of length 1, vertices (w, h) with |w| the golden ratio, cells with the inner radius
    golden^3/sqrt 8. The angle at a ray is a cone over an icosahedron, as at a vertex.
    """
    length = GOLDEN**2 + height**2
    cosine, axis = 1 - 1 / (2 * length), height / sqrt(length)
    whole = products(4, sympy.radsimp(cosine), axis)
    v_5 = 600 * angle(whole)
    slope = GOLDEN**6 / 8 / height**2
    turn = acos(sympy.radsimp((-sympy.cos(DIHEDRAL) + slope) / (1 + slope))) / (2 * pi)
    turned = enclosure(turn, 20)
    v_3 = 1200 * angle(products(3, sympy.radsimp(cosine))) * turned
    around = off(off_axis_first(whole), 0)
    v_4 = 20 * angle(around)
    side = off(products(3, sympy.radsimp(cosine)), 0)
    v_2 = 30 * angle(side) * turned
    v_1 = 60 * (mpq(1, 2) - v_2 - v_4)
    assert (v_1 + v_3 + v_5).contains(mpq(1, 2))
    assert (v_1 + v_3 + v_5).rad < mpq(1, 10**14)


def off_axis_first(gram):
    """The axis last and a vertex first."""
    order = [1, 2, 3, 4, 0]
    return [[gram[i][j] for j in order] for i in order]


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, sqrt(2)], [sqrt(2), 1]], "positive definite is not decided"),
        ([[-1, 0, 0], [0, -sqrt(2), 0], [0, 0, -1]], "positive diagonal"),
        ([[1, Ball.between("0.3", "0.4")], [Ball.between("0.3", "0.4"), 1]], "got Balls"),
    ],
)
def test_matrices_of_no_rays(matrix, message):
    with refused((DomainError, Undecided), match=message):
        solid_angle(matrix)


def test_lengths_that_are_square_roots_change_nothing():
    """The chamber of B_6 by rays (1, .., 1, 0, .., 0) sqrt(i + 2)."""
    size = range(6)
    rows = [[(min(i, j) + 1) * sqrt((i + 2) * (j + 2)) for j in size] for i in size]
    value = solid_angle(rows, 20)
    assert value.contains(mpq(1, 2**6 * factorial(6)))
    assert value.proved_digits >= 20
