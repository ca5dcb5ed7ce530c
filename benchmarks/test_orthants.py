"""Certified orthant probabilities and volumes beyond dimension 5, beside SciPy's integration."""

from __future__ import annotations

import numpy as np
import pytest
from gmpy2 import mpq
from scipy.stats import multivariate_normal

from polygeo.cones import PolyhedralCone
from polygeo.volumes import chi_bar_weights, orthant_probability

LEAST = 0.01
"""Least eigenvalue of the correlation matrices."""


def _covariance(size: int) -> list[list[int]]:
    """A random integer covariance whose correlations are not nearly singular."""
    rng = np.random.default_rng(size)
    while True:
        root = rng.integers(-9, 10, (size, size))
        whole = root @ root.T
        scale = np.sqrt(np.diag(whole))
        if np.linalg.eigvalsh(whole / np.outer(scale, scale))[0] >= LEAST:
            return whole.tolist()


@pytest.mark.benchmark(group="orthant probabilities")
@pytest.mark.parametrize(("size", "goal"), [(6, 0.5), (7, 2.0), (8, 10.0)])
def test_certified(benchmark, size, goal):
    """15 digits of an orthant probability, proved."""
    value = benchmark.pedantic(lambda: orthant_probability(_covariance(size), 15), rounds=3)
    assert value.proved_digits >= 15
    benchmark.extra_info.update(what=f"orthant, {size} variables, 15 digits certified", goal=goal)


@pytest.mark.benchmark(group="orthant probabilities")
@pytest.mark.parametrize("size", [6, 7, 8])
def test_scipy(benchmark, size):
    """The quasi-Monte-Carlo integration of SciPy, with its real error."""
    covariance = _covariance(size)
    law = multivariate_normal(np.zeros(size), np.array(covariance, float), seed=1)
    value = benchmark.pedantic(lambda: law.cdf(np.zeros(size)), rounds=3)
    error = abs(value / float(orthant_probability(covariance, 15)) - 1)
    benchmark.extra_info.update(what=f"orthant, {size} variables, SciPy: error {error:.0e}")


@pytest.mark.benchmark(group="volumes beyond dimension 5")
@pytest.mark.parametrize(("size", "goal"), [(6, 0.5), (7, 2.0), (8, 10.0)])
def test_simplicial(benchmark, size, goal):
    """All volumes of a simplicial cone, the weights of a test of so many conditions."""
    weights = benchmark.pedantic(lambda: chi_bar_weights(_covariance(size), digits=15), rounds=1)
    assert len(weights) == size + 1
    benchmark.extra_info.update(what=f"{size} conditions, all weights to 15 digits", goal=goal)


@pytest.mark.benchmark(group="volumes beyond dimension 5")
@pytest.mark.parametrize("facets", [8, 10, 12])
def test_facets(benchmark, facets):
    """All volumes of a cone of dimension 6 with more facets than dimensions.

    In dimension 8 the time estimated beforehand, on one core, is 140 s for 9 facets, 560 s for 10,
    an hour for 11 and two for 12.
    """
    rng = np.random.default_rng(facets)
    rows = [[12, *rng.integers(-9, 10, 5).tolist()] for _ in range(facets)]
    volumes = benchmark.pedantic(
        lambda: PolyhedralCone(inequalities=rows).intrinsic_volumes(15), rounds=1
    )
    assert len(volumes) == 7
    benchmark.extra_info.update(what=f"{facets} facets in dimension 6, all volumes to 15 digits")


@pytest.mark.benchmark(group="volumes beyond dimension 5")
def test_tree(benchmark):
    """The weights of a binary tree of 15 means, each parent below its children."""
    means = [[int(i == j) for j in range(15)] for i in range(15)]
    rows = [[(j == i) - (j == (i - 1) // 2) for j in range(15)] for i in range(1, 15)]
    weights = benchmark.pedantic(lambda: chi_bar_weights(means, rows), rounds=1)
    assert len(weights) == 15
    benchmark.extra_info.update(what="a binary tree of 15 means, all weights to 15 digits")


@pytest.mark.benchmark(group="volumes beyond dimension 5")
@pytest.mark.parametrize("groups", [10, 20])
def test_chain(benchmark, groups):
    """The weights of ordered means of unequal sizes, by one-dimensional integrals."""
    means = [[mpq(int(i == j), 1 + i % 4) for j in range(groups)] for i in range(groups)]
    rows = [[(j == i + 1) - (j == i) for j in range(groups)] for i in range(groups - 1)]
    weights = benchmark.pedantic(lambda: chi_bar_weights(means, rows), rounds=1)
    assert len(weights) == groups
    benchmark.extra_info.update(what=f"a chain of {groups} means, all weights to 15 digits")
