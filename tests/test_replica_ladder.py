"""The replica functional and the ladder of its optima: gradients, order, precision."""

import itertools

import numpy as np
import pytest
from gmpy2 import mpq
from one_step import one_step_energy, one_step_value
from trials import random_trial

from polygeo import thresholds
from polygeo.errors import NotConverged
from polygeo.replica import INJECTIVITY, Terminal, ramp, theta
from polygeo.replica.full import full
from polygeo.replica.functional import Problem, functional
from polygeo.replica.grids import ROUGH
from polygeo.replica.ladder import newton_optimum, optimum, sharp
from polygeo.replica.multiprecision import precise_value
from polygeo.replica.newton import axes_of, minimize

THRESHOLD = Problem()


# --- the functional


@pytest.mark.parametrize(
    "terminal", [INJECTIVITY, theta(0.4), ramp(-0.3)], ids=lambda t: f"{t.name}{t.margin}"
)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_gradients_against_differences(terminal: Terminal, k: int) -> None:
    chi, gaps, slopes = random_trial(k, k)
    _, _, in_s, in_f = functional(terminal, chi, gaps, slopes)

    def moved(place: int, by: float) -> tuple[float, float]:
        new_chi, new_gaps, new_slopes = chi, gaps.copy(), slopes.copy()
        if place == 0:
            new_chi += by
        elif place <= k:
            new_gaps[place - 1] -= by  # q_{place-1} moves: D below shrinks, D above grows
            if place > 1:
                new_gaps[place - 2] += by
        else:
            new_slopes[place - 1 - k] += by
        return functional(terminal, new_chi, new_gaps, new_slopes)[:2]

    for place in range(2 * k + 1):
        at = [chi, *gaps, *slopes][place]
        step = 2e-4 * min(at, 0.2)
        for which, exact in ((0, in_s[place]), (1, in_f[place])):
            values = [moved(place, n * step)[which] for n in (-2, -1, 1, 2)]
            difference = (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * step)
            assert abs(difference - exact) < 1e-8 * max(1, abs(exact)), (place, which)


@pytest.mark.parametrize("seed", range(4))
def test_every_trial_lies_above_full_rsb(seed: int) -> None:
    chi, gaps, slopes = random_trial(seed, 3)
    assert THRESHOLD.at(chi, gaps, slopes)[0] > float(full(THRESHOLD, "plain")[0])


def test_equal_slopes_are_one_step() -> None:
    """k levels with x_1 = .. = x_k are one level of the same total width."""
    chi, slope = 0.1, 3.0
    one = THRESHOLD.at(chi, np.array([0.3]), np.array([slope]))[0]
    for parts in ([0.1, 0.2], [0.2, 0.07, 0.03], [0.05, 0.1, 0.05, 0.06, 0.04]):
        many = THRESHOLD.at(chi, np.array(parts), np.full(len(parts), slope))[0]
        assert abs(many - one) < 1e-13


def test_vanishing_slopes_are_replica_symmetric() -> None:
    """x -> 0 with chi fixed: Lambda = chi everywhere, and the law is Gaussian."""
    value = THRESHOLD.at(0.5, np.array([0.2, 0.1]), np.array([1e-7, 2e-7]))[0]
    assert abs(value - THRESHOLD.symmetric(0.5)[0]) < 1e-6


def test_grids_do_not_matter() -> None:
    """Finer and wider grids move optimal values by rounding only, and steep trials little."""
    for k in (1, 3, 9):
        found = optimum(THRESHOLD, k)
        for nats, finer in ((37, 1.4), (46, 1.0), (33, 1.0)):
            other = THRESHOLD.at(found.chi, found.gaps, found.slopes, nats, finer)[0]
            assert abs(other - found.value) < 5e-14
    gaps, slopes = np.array([0.2, 0.01, 1e-5]), np.array([1.0, 20.0, 2500.0])
    steep, finer = (THRESHOLD.at(0.03, gaps, slopes, 37.0, fine)[0] for fine in (1.0, 1.5))
    assert abs(steep - finer) < 1e-10


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_double_against_multiprecision(k: int) -> None:
    found = sharp(THRESHOLD, k)
    exact = precise_value(found, 22)
    assert abs(mpq(found.value) - exact) < mpq(1, 10**14)
    assert abs(precise_value(found, 26, 1.2) - exact) < mpq(1, 10**21)


# --- the ladder


def test_no_step_is_the_certified_root() -> None:
    certified = thresholds.gordon().value
    assert abs(mpq(optimum(THRESHOLD, 0).value) - certified.mid) < mpq(1, 10**14)
    assert thresholds.k_rsb(0).decimal(14) == thresholds.gordon().decimal(14)


def test_one_step_by_mpmath() -> None:
    found = sharp(THRESHOLD, 1)
    value = one_step_value(found, 24)
    assert abs(value - precise_value(found, 26)) < mpq(1, 10**23)
    assert abs(one_step_energy(found, value, 24) - 1) < mpq(1, 10**12)


def test_the_ladder_decreases_to_the_limit() -> None:
    optima = [optimum(THRESHOLD, k) for k in range(13)]
    values = [found.value for found in optima]
    assert all(a > b for a, b in itertools.pairwise(values))
    assert values[-1] > float(full(THRESHOLD, "plain")[0])
    assert all(np.all(np.diff(found.slopes) > 0) for found in optima[1:])
    assert all(found.curvature > 0 for found in optima)


def test_published_values() -> None:
    """maillard2023injectivity: 7.65, 6.7157 (1RSB) and 6.698 (full RSB)."""
    assert thresholds.k_rsb(0).decimal(3) == "7.65"
    assert thresholds.one_rsb().decimal(5) == "6.7157"
    assert thresholds.full_rsb().decimal(4) == "6.698"


def test_where_newton_starts_does_not_matter() -> None:
    expected = optimum(THRESHOLD, 2)
    for seed in (1, 2):
        shift = np.random.default_rng(seed).normal(0, 0.2, 5)
        found = newton_optimum(THRESHOLD, expected.logs + shift)
        assert abs(found.value - expected.value) < 1e-13


def test_axes_of_a_symmetric_matrix() -> None:
    for size in (1, 2, 7, 31):
        matrix = np.random.default_rng(size).normal(size=(size, size))
        matrix += matrix.T
        bends, axes = axes_of(matrix)
        assert np.allclose(axes @ np.diag(bends) @ axes.T, matrix, rtol=0, atol=1e-12)
        assert np.allclose(axes.T @ axes, np.eye(size), rtol=0, atol=1e-13)
        assert np.all(np.diff(bends) >= 0)


def test_differences_on_a_fixed_coarse_grid_are_second_derivatives() -> None:
    """The Hessian of the search, from a coarse grid, against differences on the usual one."""
    for k in (1, 4):
        found = optimum(THRESHOLD, k)
        near = THRESHOLD.near(found.chi, found.gaps, found.slopes, ROUGH)
        for place in range(2 * k + 1):
            at = [found.chi, *found.gaps, *found.slopes]
            sides = []
            for sign in (1, -1):
                moved = np.array(at)
                moved[place] *= 1 + sign * 1e-4
                where = (float(moved[0]), moved[1 : k + 1], moved[k + 1 :])
                sides.append((near(*where), THRESHOLD.at(*where)[1]))
            coarse, fine = (sides[0][i] - sides[1][i] for i in (0, 1))
            assert np.abs(coarse - fine).max() < 1e-5 * np.abs(fine).max()


def test_a_search_that_does_not_arrive_says_so() -> None:
    with pytest.raises(NotConverged) as failure:
        minimize(lambda u: (float(u[0]), np.ones(1)), np.zeros(1), most=3)
    assert failure.value.history[0][0] == "start"
    with pytest.raises(NotConverged):
        minimize(lambda u: (float(u[0] ** 2 - u[1] ** 2), 2 * u * [1, -1]), np.zeros(2))
