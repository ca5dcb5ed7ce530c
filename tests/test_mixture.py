"""Mixture weights: optimal by another method, and the certificate that says so."""

from itertools import product

import numpy as np
import pytest
from refusals import refused
from scipy import optimize

from polygeo.cones import LorentzCone, Orthant
from polygeo.errors import NotConverged
from polygeo.sampling import bivariate_weights
from polygeo.sampling.lengths.mixture import fit, log_beta, optimality_gap


def lengths(volumes, number, seed):
    """Samples of the mixture of independent chi^2_k and chi^2_{d-k}, by its definition."""
    v = np.array([float(x) for x in volumes])
    d, rng = len(v) - 1, np.random.default_rng(seed)
    k = rng.choice(d + 1, size=number, p=v / v.sum())
    x = np.where(k > 0, rng.chisquare(np.maximum(k, 1)), 0.0)
    y = np.where(k < d, rng.chisquare(np.maximum(d - k, 1)), 0.0)
    return np.stack([x, y], axis=1)


def rows_of(sample, d):
    """Densities of t = x / (x + y) for k = 0..d with the atoms, written down once more."""
    from scipy.stats import beta

    t = sample[:, 0] / sample.sum(axis=1)
    rows = np.zeros((len(t), d + 1))
    inner = (t > 0) & (t < 1)
    for k in range(1, d):
        rows[inner, k] = beta(k / 2, (d - k) / 2).pdf(t[inner])
    rows[t == 0, 0] = rows[t == 1, d] = 1.0
    return rows


PARITY = {d: np.array([(np.arange(d + 1) + p + 1) % 2 for p in (0, 1)], float) for d in (2, 3, 6)}


def likelihood(rows, weights):
    with np.errstate(divide="ignore"):
        return float(np.log(rows @ weights).sum())


@pytest.mark.parametrize("seed", range(2))
def test_brute_force_in_dimension_three(seed):
    """v_0 + v_2 = v_1 + v_3 = 1/2 leaves a square, which is searched."""
    rows = rows_of(lengths(Orthant(3).intrinsic_volumes(), 200, seed), 3)
    grid = np.linspace(0, 0.5, 81)
    best = max(likelihood(rows, np.array([a, b, 0.5 - a, 0.5 - b])) for a, b in product(grid, grid))
    found = bivariate_weights(
        lengths(Orthant(3).intrinsic_volumes(), 200, seed), 3, log_concave=False
    )
    assert best - 1e-4 <= likelihood(rows, found.weights) <= best + 0.2  # a grid of 1/160
    assert found.log_likelihood == pytest.approx(likelihood(rows, found.weights), abs=1e-8)
    assert found.weights[[0, 2]].sum() == pytest.approx(0.5, abs=1e-14)


@pytest.mark.parametrize("d", [2, 3, 6])
def test_nothing_beats_the_fit_by_more_than_its_gap(d):
    sample = lengths(Orthant(d).intrinsic_volumes(), 500, d)
    rows = rows_of(sample, d)
    found = bivariate_weights(sample, d, log_concave=False)
    ours = likelihood(rows, found.weights)
    assert 0 <= found.gap <= 1e-4
    assert optimality_gap(rows, np.ones(500), found.weights, PARITY[d]) == pytest.approx(
        found.gap, abs=1e-8
    )
    rng = np.random.default_rng(1)
    for scale in (1.0, 0.1, 1e-2):
        for _ in range(50):
            other = np.abs(found.weights + scale * rng.standard_normal(d + 1))
            other = other * ((0.5 / (PARITY[d] @ other)) @ PARITY[d])
            theirs = likelihood(rows, other)
            assert theirs <= ours + found.gap + 1e-9
            bound = optimality_gap(rows, np.ones(500), other, PARITY[d])
            assert ours <= theirs + bound + 1e-9  # the certificate of any weights


def em_step(densities, counts, weights, classes):
    """Expectation, then maximisation over weights of equal mass in each class (rows of 0 and 1)."""
    expected = weights * (densities.T @ (counts / (densities @ weights)))
    return expected * ((1 / (len(classes) * (classes @ expected))) @ classes)


def test_expectation_maximisation_climbs_to_the_fit():
    sample = lengths(Orthant(6).intrinsic_volumes(), 1000, 3)
    rows = rows_of(sample, 6)
    found = bivariate_weights(sample, 6, log_concave=False)
    weights, before = np.array([1 / 8, 1 / 6, 1 / 8, 1 / 6, 1 / 8, 1 / 6, 1 / 8]), -np.inf
    for _ in range(3000):
        weights = em_step(rows, np.ones(1000), weights, PARITY[6])
        now = likelihood(rows, weights)
        assert now >= before - 1e-9
        before = now
    assert found.log_likelihood - 1e-3 <= before <= found.log_likelihood + 1e-4
    again = em_step(rows, np.ones(1000), found.weights, PARITY[6])
    assert np.abs(again - found.weights).max() < 1e-5


def slopes(rows, weights, parity):
    """Derivatives of log L along 1, k and -(k - i)_+ at log-concave weights, multipliers put in."""
    n, m = rows.shape
    gradient = weights * (rows.T @ (1 / (rows @ weights))) - n * weights
    k = np.arange(m)
    kinks = -np.maximum(k[None, :] - np.arange(1, m - 1)[:, None], 0.0)
    second = 2 * np.log(weights[1:-1]) - np.log(weights[:-2]) - np.log(weights[2:])
    directions = np.vstack([np.ones(m), k, kinks])
    free = np.concatenate([[True, True], second > 1e-5])
    along = directions @ gradient
    if parity:
        balance = directions @ (np.where(k % 2 == 0, 1.0, -1.0) * weights)
        along = along - balance * (along[free] @ balance[free]) / (balance[free] @ balance[free])
    return along, free, second


@pytest.mark.parametrize(("d", "seed", "parity"), [(6, 2, False), (8, 4, True), (12, 5, True)])
def test_first_order_conditions_of_the_log_concave_fit(d, seed, parity):
    """Two-sided directions have derivative 0, kinks that are not there one that is not positive."""
    sample = lengths(LorentzCone(d).intrinsic_volumes(10), 2000, seed)
    found = bivariate_weights(sample, d, gauss_bonnet=parity)
    along, free, second = slopes(rows_of(sample, d), found.weights, parity)
    assert second.min() > -1e-6
    assert free.sum() < len(free)  # the constraint binds somewhere
    assert np.abs(along[free]).max() < 0.05
    assert along.max() < 0.05
    plain = bivariate_weights(sample, d, log_concave=False, gauss_bonnet=parity)
    assert found.log_likelihood < plain.log_likelihood


def test_log_concave_fit_of_counts_against_another_solver():
    """Densities 1 in one component each: maximise sum n_k log v_k, here with SLSQP."""
    counts = np.array([10.0, 60, 20, 70, 5, 1, 30])
    found = fit(np.where(np.eye(7) > 0, 0.0, -np.inf), counts, parity=False)
    second = 2 * np.eye(7)[1:-1] - np.eye(7)[:-2] - np.eye(7)[2:]
    other = optimize.minimize(
        lambda t: -counts @ t + counts.sum() * np.exp(t).sum(),
        np.log(np.ones(7) / 7),
        jac=lambda t: -counts + counts.sum() * np.exp(t),
        constraints={"type": "ineq", "fun": lambda t: second @ t, "jac": lambda t: second},
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 500},
    )
    assert np.abs(found.weights - np.exp(other.x)).max() < 1e-5


def test_without_need_log_concavity_changes_nothing():
    sample = lengths(Orthant(3).intrinsic_volumes(), 20_000, 1)
    both = [bivariate_weights(sample, 3, log_concave=on).weights for on in (True, False)]
    assert np.abs(both[0] - both[1]).max() < 1e-5


@pytest.mark.parametrize("scale", [1e-150, 1e-8, 1e8])
def test_the_unit_of_length_does_not_matter(scale):
    sample = lengths(Orthant(3).intrinsic_volumes(), 300, 1)
    there, here = (bivariate_weights(s, 3).weights for s in (sample * scale, sample))
    assert np.abs(there - here).max() < 1e-6


def test_support_and_subspaces():
    sample = lengths(Orthant(2).intrinsic_volumes().embed(3), 300, 1)
    weights = bivariate_weights(sample, 3, support=(0, 2)).weights
    assert weights[3] == 0
    assert weights.sum() == pytest.approx(1)
    plane = bivariate_weights([[1.0, 2.0]], 5, support=(2, 2)).weights
    assert plane.tolist() == [0, 0, 1, 0, 0, 0]


def test_densities_are_scipys():
    from scipy.stats import beta

    t = np.array([0.01, 0.3, 0.999])
    ours = log_beta(np.array([1, 4]), 7, np.log(t), np.log1p(-t))
    for column, k in zip(ours.T, (1, 4), strict=True):
        assert column == pytest.approx(beta(k / 2, (7 - k) / 2).logpdf(t), rel=1e-12)


def test_a_gap_that_is_out_of_reach_says_so():
    sample = lengths(Orthant(6).intrinsic_volumes(), 300, 1)
    with pytest.raises(NotConverged) as failure:
        bivariate_weights(sample, 6, log_concave=False, tolerance=1e-18)
    assert len(failure.value.history) > 3
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: bivariate_weights([[1.0, 2.0, 3.0]], 2),
        lambda: bivariate_weights([[-1.0, 2.0]], 2),
        lambda: bivariate_weights([[0.0, 0.0]], 2),
        lambda: bivariate_weights([[np.nan, 1.0]], 2),
        lambda: bivariate_weights(np.zeros((0, 2)), 2),
        lambda: bivariate_weights([[1.0, 2.0]], 0),
        lambda: bivariate_weights([[0.0, 1.0]], 3, support=(1, 3)),
        lambda: bivariate_weights([[1.0, 2.0]], True),
    ],
)
def test_bad_input_is_one_line(call):
    with refused():
        call()
