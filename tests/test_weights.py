"""Chi-bar-squared weights from covariances and constraints, against other roads."""

import random

import numpy as np
import pytest
from gmpy2 import mpq
from refusals import refused

from polygeo.answers import Ball
from polygeo.answers.certification import as_float
from polygeo.cones import MonotoneCone, PolyhedralCone
from polygeo.volumes import ChiBarSquared, IntrinsicVolumes, chi_bar_weights
from polygeo.volumes.constraints.rows import read_cone


def unit(n: int) -> list[list[int]]:
    return [[int(i == j) for j in range(n)] for i in range(n)]


def steps(n: int) -> list[list[int]]:
    return [[int(j == i + 1) - int(j == i) for j in range(n)] for i in range(n - 1)]


@pytest.mark.parametrize("n", range(2, 7))
def test_ordered_means(n):
    """The monotone cone of R^n, less its line."""
    found = chi_bar_weights(unit(n), steps(n), digits=20)
    exact = MonotoneCone(n).intrinsic_volumes()
    assert IntrinsicVolumes([0, *found]).compare(exact) != "differ"
    assert all(w.proved_digits >= 20 for w in found if isinstance(w, Ball))


@pytest.mark.parametrize("seed", range(4))
def test_a_covariance_is_a_change_of_coordinates(seed):
    """V = L L': {x : A x >= 0} for V is {z : A L z >= 0} for the unit matrix."""
    rng = random.Random(seed)
    p, m = 4, (3, 4, 6, 5)[seed]
    root = [[rng.randint(-4, 4) * (j < i) + 3 * (i == j) for j in range(p)] for i in range(p)]
    a = [[rng.randint(-2, 4) for _ in range(p)] for _ in range(m)]
    v = (np.array(root) @ np.array(root).T).tolist()
    cone = PolyhedralCone(inequalities=(np.array(a) @ np.array(root)).tolist())
    volumes, lines = cone.intrinsic_volumes(20), cone.lineality_dim
    found = chi_bar_weights(v, a, digits=15)
    top = cone.dim - lines
    assert len(found) == top + 1
    for weight, volume in zip(found, list(volumes)[lines:], strict=False):
        assert abs(as_float(weight) - as_float(volume)) < 1e-14


def test_equalities_are_conditions():
    v = [[4, 1, 0, 1], [1, 3, 1, 0], [0, 1, 5, 2], [1, 0, 2, 6]]
    by_rows = chi_bar_weights(v, "x1 > 0; x2 > 0", [[1, 1, 1, 1]])
    # given the sum 0: the covariance V - V1 1'V / 1'V1
    w = np.array(v) - np.outer(np.sum(v, axis=0), np.sum(v, axis=0)) / mpq(int(np.sum(v)))
    assert by_rows == chi_bar_weights([[w[i, j] for j in range(2)] for i in range(2)])
    assert chi_bar_weights(v, "x1 + x2 + x3 + x4 = 0; x1 > 0, x2 > 0") == by_rows
    rows = [[1, 1, 1, 1], [1, 0, 0, 0], [0, 1, 0, 0]]
    assert chi_bar_weights(v, rows, 1) == by_rows
    assert chi_bar_weights(v, "x1 = 0", [[0, 1, 0, 0]]) == IntrinsicVolumes([1])


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x1 < x2; x2 < x3; x1 < x3", "x1 < x2 < x3"),  # redundant
        ("x1 < x2; 2 x1 <= 2*x2", "x2 > x1"),  # twice the same
        ("x1 >= x2; x2 >= x1; x3 > 0", "x1 == x2; x3 > 0"),  # an equality in two halves
        ("x1 < x2 < x3 < x1", "x1 = x2 = x3"),
        ("x1/2 + 0.5 x2 - 1/3*x3 > 0", "3 x1 + 3 x2 > 2 x3"),
    ],
)
def test_redundant_rows_and_words(text, same):
    v = [[2, 1, 0], [1, 3, 1], [0, 1, 4]]
    assert chi_bar_weights(v, text) == chi_bar_weights(v, same)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x1", "needs >, < or ="),
        ("x1 > x9", "none of the variables x1, x2"),
        ("x1 > 1", "right-hand sides other than 0"),
        ("x1 ++ x2 > 0", "a constraint such as"),
        ("x1 > x2 >", "a constraint such as"),
        ("x1 x2 > 0", "a constraint such as"),
        ("__import__('os') > 0", "none of the variables"),
        ("x1/0 > 0", "division by 0"),
        (" ; ", "empty text"),
    ],
)
def test_texts_that_are_no_constraints(text, message):
    with refused(match=message):
        read_cone(unit(2), text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2], [2, 1]],), "semidefinite; got x'Rx"),
        (([[1, 0.5], [0.4, 1]],), "symmetric"),
        ((unit(2), [[1, 2, 3]]), r"A\[0\] needs 2 entries; got 3"),
        ((unit(2), [1, 2]), "A needs rows"),
        ((unit(2), None, 3), "0 <= meq <= 2; got 3"),
        ((unit(2), None, "x"), "equalities needs rows"),
    ],
)
def test_bad_input(arguments, message):
    with refused(match=message):
        chi_bar_weights(*arguments)


def test_the_law_of_a_regression():
    """Seven constraints on eight coefficients: least squares gives the law by simulation.

    False alarm 10^-6: 4.9 standard errors of a share of 4000 tests.
    """
    from scipy.optimize import nnls

    rng = np.random.default_rng(3)
    x = rng.integers(-4, 5, size=(30, 6)).astype(float)
    v = np.linalg.inv(x.T @ x)
    law = ChiBarSquared.from_covariance(v)
    assert abs(sum(map(float, law.weights)) - 1) < 1e-12
    root = np.linalg.cholesky(np.linalg.inv(v)).T
    draws = rng.standard_normal((4000, 6))
    # |P z|^2 for the cone {root b : b >= 0}
    lengths = np.array([z @ z - nnls(root, z)[1] ** 2 for z in draws])
    for level in (1.0, 3.0, 7.3):
        p = law.sf(level)
        assert abs((lengths > level).mean() - p) < 4.9 * np.sqrt(p * (1 - p) / 4000)
    assert law.p_value(0.0) == 1
    assert law.p_value(7.3) == law.sf(7.3)
    assert law.sf(0.0) < 1


def test_a_law_of_counts():
    """sf is an Estimate: near the exact one, and 1 - cdf."""
    cone = PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0], [1, 1, 1]])
    exact = ChiBarSquared(cone)
    law = ChiBarSquared(cone.face_counts(4000, seed=1))
    for x in (0, 1, 3.5):
        run = law.sf(x)
        assert run.agrees(exact.sf(float(x)))
        assert run.stderr > 0
        assert abs(run.mean + law.cdf(x).mean - 1) < 1e-12
    assert law.p_value(0) == 1
    assert law.p_value(2) == law.sf(2)
    assert abs(sum(w.mean for w in law.weights) - 1) < 1e-12
