"""Cells of Weyl arrangements in a subspace."""

import random
from itertools import combinations
from math import comb

import pytest

from polygeo.cones import HyperplaneArrangement
from polygeo.polytopes import WeylSection


def _mirrors(letter, rank):
    n = rank + 1 if letter == "A" else rank
    unit = [[int(i == j) for j in range(n)] for i in range(n)]
    pairs = list(combinations(unit, 2))
    rows = [[x - y for x, y in zip(u, v, strict=True)] for u, v in pairs]
    if letter != "A":
        rows += [[x + y for x, y in zip(u, v, strict=True)] for u, v in pairs]
    return rows + (unit if letter == "B" else [])


@pytest.mark.parametrize(
    ("letter", "rank", "d"),
    [("A", 3, 3), ("A", 4, 3), ("A", 5, 4), ("B", 3, 2), ("B", 4, 3), ("D", 4, 3), ("D", 5, 4)],
)
def test_sections_of_mirrors_counted_face_by_face(letter, rank, d):
    rng = random.Random(7)
    rows = _mirrors(letter, rank)
    basis = [[rng.randint(-99, 99) for _ in rows[0]] for _ in range(d)]
    if letter == "A":  # within the hyperplane of sum 0
        basis = [[len(v) * x - sum(v) for x in v] for v in basis]
    cut = [[sum(a * x for a, x in zip(row, v, strict=True)) for v in basis] for row in rows]
    arrangement, section = HyperplaneArrangement(cut), WeylSection(letter, rank, d)
    assert arrangement.number_of_regions() == section.number_of_cells()
    assert arrangement.mean_f_vector()[1:d] == tuple(section.f_vector())
    assert section.f_vector().euler_relation()
    assert section.dim == d - 1


def test_whole_chambers_are_simplices():
    for letter in "ABD":
        assert WeylSection(letter, 6, 6).f_vector()[:] == tuple(comb(6, j) for j in range(1, 6))
    assert WeylSection("D", 200, 20).f_vector().euler_relation()
