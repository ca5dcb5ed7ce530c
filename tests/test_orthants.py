"""Orthant probabilities in any dimension: closed forms, other integrals, samples."""

import random
from itertools import combinations
from math import factorial

import numpy as np
import pytest
import sympy
from flint import arb
from gmpy2 import mpq
from scipy.stats import binom

from polygeo.answers import Ball
from polygeo.answers.ball import exact_arb, precision, series_terms
from polygeo.errors import DomainError, NotConverged
from polygeo.volumes import equicorrelated_orthant, orthant_probability, solid_angle
from polygeo.volumes.angles import low_probability
from polygeo.volumes.orthants.factor import factor_loadings, factor_probability
from polygeo.volumes.orthants.minors import Minors
from polygeo.volumes.orthants.path import Path
from polygeo.volumes.orthants.recursion import Recursion
from polygeo.volumes.orthants.series import Scale, inverse_root, logarithmic_derivative


def equal(n: int, on: int = 2, off: int = 1) -> list[list[int]]:
    return [[on if i == j else off for j in range(n)] for i in range(n)]


def gram(rows) -> list[list[int]]:
    return [[sum(map(int.__mul__, u, v)) for v in rows] for u in rows]


def random_gram(n: int, seed: int, least: float = 0.0) -> list[list[int]]:
    """Of n integer vectors, the least eigenvalue of the correlations at least ``least``."""
    rng = random.Random(seed)
    while True:
        found = gram([[rng.randint(-9, 9) for _ in range(n)] for _ in range(n)])
        g = np.array(found, dtype=float)
        scale = np.sqrt(np.diag(g))
        if np.linalg.eigvalsh(g / scale / scale[:, None])[0] > max(least, 1e-6):
            return found


@pytest.mark.parametrize("n", range(2, 10))
def test_correlations_of_one_half(n):
    """n of n + 1 exchangeable variables are not the least: 1/(n + 1)."""
    value = Recursion(equal(n)).probabilities(25)[0]
    with precision(200):
        assert (value - arb(1) / (n + 1)).contains(0)
    assert value.rel_accuracy_bits() > 83


@pytest.mark.parametrize("n", range(4, 8))
def test_the_schur_complements_of_equal_correlations(n):
    """P_S has size n - |S| and correlations 1/(2 + |S|), which have one factor."""
    values = Recursion(equal(n)).probabilities(20)
    for chosen, value in values.items():
        size = n - chosen.bit_count()
        other = equicorrelated_orthant(size, mpq(1, 1 + chosen.bit_count()), 25)
        with precision(200):
            assert (value - exact_arb(other)).contains(0)
        assert value.rel_accuracy_bits() > 50


@pytest.mark.parametrize("n", [4, 5])
@pytest.mark.parametrize("seed", range(5))
def test_against_the_quadrature_of_dimension_4_and_5(n, seed):
    matrix = random_gram(n, seed)
    value = Recursion(matrix).probabilities(25)[0]
    assert value.overlaps(low_probability(matrix, 25).arb)
    assert value.rel_accuracy_bits() > 83


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_signs_sum_to_one(n):
    """Over all sign patterns the orthants fill the space."""
    matrix = random_gram(n, 7, 0.01)
    total = mpq(0)
    for pattern in range(2 ** (n - 1)):
        sign = [-1 if pattern >> i & 1 else 1 for i in range(n)]
        turned = [[sign[i] * sign[j] * matrix[i][j] for j in range(n)] for i in range(n)]
        value = Recursion(turned).probabilities(15)[0]
        total = total + Ball.from_arb(value, 100)
    assert total.contains(mpq(1, 2))
    assert total.rad < mpq(1, 10**13)


def test_precise_and_coarse_answers_are_nested():
    matrix = random_gram(6, 3, 0.005)
    fine = orthant_probability(matrix, 60)
    assert fine.proved_digits >= 60
    for digits in (5, 15, 30):
        assert orthant_probability(matrix, digits).overlaps(fine)


@pytest.mark.parametrize(
    ("n", "least", "seeds"),
    [(6, 0.01, range(4)), (7, 0.01, range(3)), (8, 0.01, range(2))],
)
def test_against_counts(n, least, seeds):
    """False alarms: 10^-6 for each matrix, from the exact binomial law of the counts."""
    samples = 400_000
    for seed in seeds:
        matrix = random_gram(n, seed, least)
        p = float(orthant_probability(matrix, 15))
        root = np.linalg.cholesky(np.array(matrix, dtype=float))
        x = root @ np.random.default_rng(seed).standard_normal((n, samples))
        hits = int((x > 0).all(axis=0).sum()) + int((x < 0).all(axis=0).sum())
        tails = binom.cdf(hits, samples, 2 * p), binom.sf(hits - 1, samples, 2 * p)
        assert min(tails) > 5e-7


def test_the_minors_along_a_path():
    matrix = random_gram(5, 1)
    path = Path.of(matrix)
    top, bottom = path.polynomials
    minors = Minors(matrix, bottom, top)
    x = 3
    at = np.array(
        [
            [mpq(int(matrix[i][j] * (bottom if i == j else top)(x))) for j in range(5)]
            for i in range(5)
        ]
    )

    def determinant(rows, columns):
        return sympy.Matrix([[int(at[i, j]) for j in columns] for i in rows]).det()

    assert len(minors.principal) == 32
    for chosen, polynomial in minors.principal.items():
        rows = [i for i in range(5) if chosen >> i & 1]
        assert int(polynomial(x)) == (determinant(rows, rows) if rows else 1)
    for chosen, mixed in minors.mixed.items():
        rows = [i for i in range(5) if chosen >> i & 1]
        assert len(mixed) == len(list(combinations(range(5 - len(rows)), 2)))
        for (i, j), polynomial in mixed.items():
            assert int(polynomial(x)) == determinant([*rows, i], [*rows, j])


def test_the_bound_on_the_terms_that_are_cut_off():
    """The true tail, from a series of many more terms, is below the bound, and not far below."""
    matrix = random_gram(4, 2)
    path = Path.of(matrix)
    with precision(400):
        for terms in (20, 40):
            bound = path.tail(4, terms, path.image(1))
            coarse = Recursion(matrix)._attempt(terms, 400)[0]
            fine = Recursion(matrix)._attempt(300, 400)[0]
            assert coarse.overlaps(fine)
            assert abs(coarse.mid() - fine.mid()) < 2 * bound + 2 * path.tail(
                4, terms, path.image(0)
            )
            assert bound < 1


def test_series_are_enclosed_far_out():
    """(1 - z)^2 with a close pair of zeros: 1/sqrt(p) = 1/(1 - z) to first order."""
    with precision(100), series_terms(400):
        scale = Scale(arb(0.9), 400)
        square = [arb(1), arb(-2), arb(1)]
        root = inverse_root(square, 400, scale)
        slope = logarithmic_derivative(square, 400, scale)
        for n in (0, 10, 399):
            assert root[n].contains(1)
            assert root[n].rad() < 1e-5
            assert slope[n].contains(-2)
            assert slope[n].rad() < 1e-5


# --- closed forms


def test_independent_blocks_are_exact_factors():
    blocks = [[[2, 1], [1, 2]], [[3]], [[2, -1, 0], [-1, 2, -1], [0, -1, 2]]]
    places = [3, 0, 5, 1, 2, 4]
    size = sum(map(len, blocks))
    matrix = [[0] * size for _ in range(size)]
    start = 0
    for block in blocks:
        for i, row in enumerate(block):
            for j, x in enumerate(row):
                matrix[places[start + i]][places[start + j]] = x
        start += len(block)
    # of A_3: 1/4! (normals, the chamber)
    assert orthant_probability(matrix) == mpq(1, 3) * mpq(1, 2) * mpq(1, 24)


@pytest.mark.parametrize("n", [4, 7, 30])
@pytest.mark.parametrize("r", [mpq(1, 5), mpq(-1, 40)])
def test_equal_correlations_in_any_dimension(n, r):
    matrix = [[mpq(1) if i == j else r for j in range(n)] for i in range(n)]
    value = orthant_probability(matrix, 20)
    assert value.proved_digits >= 20
    assert value.overlaps(equicorrelated_orthant(n, r / (1 - r), 25))
    if n == 7:
        whole = [[int(x * 40) for x in row] for row in matrix]
        assert value.overlaps(Ball.from_arb(Recursion(whole).probabilities(20)[0], 80))


@pytest.mark.parametrize("n", [4, 5, 6])
def test_one_factor(n):
    loads = [mpq(s * (i + 2), i + 4) for i, s in zip(range(n), [1, -1, 1, 1, -1, 1], strict=False)]
    matrix = [
        [a * b if i != j else mpq(1) for j, b in enumerate(loads)] for i, a in enumerate(loads)
    ]
    found = factor_loadings(matrix)
    assert [s * x for s, x in found] == [(1 if a > 0 else -1) * a * a for a in loads]
    scale = 10**4 * factorial(n + 4) ** 2
    whole = [[int(x * scale) for x in row] for row in matrix]
    value = factor_probability(found, 20)
    assert value.overlaps(Ball.from_arb(Recursion(whole).probabilities(20)[0], 80))
    assert factor_loadings(random_gram(n, 1)) is None


def test_singular_matrices_are_cones_of_lower_dimension():
    rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, -1, 1]]
    from polygeo.cones import PolyhedralCone

    expected = PolyhedralCone(inequalities=rows).intrinsic_volumes()[3]
    assert sympy.simplify(orthant_probability(gram(rows)) - expected) == 0
    assert orthant_probability([[1, 1], [1, 1]]) == mpq(1, 2)
    assert orthant_probability([[1, -1], [-1, 1]]) == 0
    assert orthant_probability([[1, 0], [0, 0]]) == mpq(1, 2)


def test_numbers_of_sympy_and_balls():
    root = sympy.sqrt(2) / 2
    assert orthant_probability([[1, root], [root, 1]]) == mpq(3, 8)
    half = sympy.Rational(1, 2)
    # B_4 by its normals: 1/(2^4 4!)
    b4 = [[1, -root, 0, 0], [-root, 1, -half, 0], [0, -half, 1, -half], [0, 0, -half, 1]]
    value = orthant_probability(b4, 20)
    assert value.contains(mpq(1, 384))
    assert value.proved_digits >= 20
    wide = Ball.between("0.3", "0.31")
    with pytest.raises(NotConverged, match="entries of the covariance matrix prove"):
        orthant_probability([[1, wide], [wide, 1]], 10)
    narrow = Ball.of(mpq(1, 2), 200) * Ball.of(mpq(1), 200)
    exact = orthant_probability([[1, narrow], [narrow, 1]], 30)
    assert exact == mpq(1, 3) or exact.contains(mpq(1, 3))


def test_floats_are_dyadic_and_symmetrised():
    x = np.random.default_rng(1).normal(size=(40, 6))
    found = np.corrcoef(x.T)
    found[0, 1] = np.nextafter(found[1, 0], 1)
    value = orthant_probability(found)
    assert value.proved_digits >= 15
    found[0, 1] += 1e-9
    with pytest.raises(DomainError, match="symmetric"):
        orthant_probability(found)


# --- reflection groups through their normals only


def coxeter(size: int, edges) -> list[list]:
    labels = {tuple(sorted(e[:2])): (e[2] if len(e) > 2 else 3) for e in edges}
    return [
        [
            1 if i == j else -sympy.cos(sympy.pi / labels.get((min(i, j), max(i, j)), 2))
            for j in range(size)
        ]
        for i in range(size)
    ]


def line(n: int, last: int = 3):
    return [(i, i + 1, last if i == n - 2 else 3) for i in range(n - 1)]


CHAMBERS = {
    "A6": (6, line(6), factorial(7)),
    "A7": (7, line(7), factorial(8)),
    "A8": (8, line(8), factorial(9)),
    "B6": (6, line(6, 4), 2**6 * factorial(6)),
    "D6": (6, [*line(5), (3, 5)], 2**5 * factorial(6)),
    "D7": (7, [*line(6), (4, 6)], 2**6 * factorial(7)),
    "D8": (8, [*line(7), (5, 7)], 2**7 * factorial(8)),
    "E6": (6, [*line(5), (2, 5)], 51840),
    "E7": (7, [*line(6), (2, 6)], 2903040),
    "E8": (8, [*line(7), (2, 7)], 696729600),
    "F4": (4, [(0, 1), (1, 2, 4), (2, 3)], 1152),
    "H4": (4, [(0, 1, 5), (1, 2), (2, 3)], 14400),
}


@pytest.mark.parametrize("name", CHAMBERS)
def test_chambers_of_reflection_groups(name):
    """One over the order of the group, which acts simply transitively on the chambers."""
    size, edges, order = CHAMBERS[name]
    value = orthant_probability(coxeter(size, edges), 20)
    assert value.contains(mpq(1, order))
    assert value.proved_digits >= 20


# --- bad input


def test_cost_is_said_beforehand():
    rng = random.Random(5)
    large = gram([[rng.randint(-9, 9) for _ in range(20)] for _ in range(20)])
    with pytest.raises(DomainError, match=r"up to dimension 13; got 20, which would take \d+ s"):
        orthant_probability(large)
    flat = [[4 if i == j else 1 for j in range(6)] for i in range(6)]
    flat[0][1] = flat[1][0] = 4 - mpq(1, 10**16)
    for i in range(2, 6):
        flat[i][i] += i
    with pytest.raises(NotConverged, match="multiplications"):
        orthant_probability(flat)


def test_solid_angles_of_rays():
    rays = [[1 if j <= i else 0 for j in range(6)] for i in range(6)]
    value = solid_angle(gram(rays), 20)
    assert value.contains(mpq(1, 2**6 * factorial(6)))
    assert value.proved_digits >= 20
