"""Full replica symmetry breaking and ground-state energies: limits by two methods, identities."""

import itertools
from math import erfc, exp, pi, sqrt

import numpy as np
import pytest
from gmpy2 import mpq

from polygeo import thresholds
from polygeo.answers import Ball
from polygeo.replica import ground_state, ramp, theta
from polygeo.replica.full import (
    EFFORTS,
    chi_limit,
    full,
    ladder_limit,
    smooth_limit,
    smooth_optimum,
)
from polygeo.replica.functional import Problem
from polygeo.replica.identities import checks
from polygeo.replica.ladder import MAX_STEPS, optimum, sharp
from polygeo.replica.limit import extrapolate, weights
from polygeo.replica.multiprecision import precise_value
from polygeo.replica.smooth import from_optimum, levels, smooth, trial
from polygeo.replica.symmetric import symmetric_energy
from polygeo.thresholds import replica as replica_thresholds

THRESHOLD = Problem()


# --- full RSB


def test_two_roads_to_full_rsb() -> None:
    plan = EFFORTS["plain"]
    ladder = ladder_limit(THRESHOLD, plan)
    ansatz = smooth_limit(THRESHOLD, plan.degree, plan.sizes)[0]
    assert abs(ladder.value - ansatz.value) < mpq(1, 10**8)
    assert full(THRESHOLD, "quick")[0].agrees(ansatz.value)
    assert full(THRESHOLD, "plain")[0].agrees(ladder.value)


def test_smooth_gradient() -> None:
    unknowns = from_optimum(optimum(THRESHOLD, 4), 3)
    value, gradient = trial(THRESHOLD, unknowns, 9)
    assert value > optimum(THRESHOLD, 9).value
    for place, exact in enumerate(gradient):
        unit = 1e-5 * np.eye(len(unknowns))[place]
        up, down = (trial(THRESHOLD, unknowns + side * unit, 9)[0] for side in (1, -1))
        assert abs((up - down) / 2e-5 - exact) < 1e-8 * max(1, abs(exact))


def test_the_smooth_optimum_improves_with_the_degree() -> None:
    unknowns, values = from_optimum(optimum(THRESHOLD, 4), 3), []
    for degree in (3, 4, 5):
        found = smooth(THRESHOLD, unknowns, degree, 12)
        unknowns = found.unknowns
        values.append(found.value)
    assert values[0] > values[1] > values[2] > optimum(THRESHOLD, 12).value


def test_chi_has_three_roads() -> None:
    """chi_k and Lambda(q_{k-1}) in the width of the last cell; the smooth ansatz in k^-2."""
    problem = Problem(alpha=6.0)
    coarse, fine = chi_limit(problem, "plain"), chi_limit(problem, "fine")
    assert coarse.agrees(fine.value)
    assert fine.error < mpq(1, 10**6)
    chi = []
    found = smooth_optimum(problem, 8, 40)
    for k in (40, 80):
        found = smooth(problem, found.unknowns, 8, k, hessian=found.hessian)
        chi.append(found.chi)
    ansatz = chi[1] + (chi[1] - chi[0]) / 3
    assert abs(ansatz - float(fine)) < 1e-3 * float(fine)
    assert ground_state(6, "full").chi.agrees(fine.value)


def test_the_error_of_the_order_parameter_is_reported() -> None:
    """x(q) of a high degree, in the limit k -> infinity, lies within what is reported."""
    problem, q = Problem(alpha=6.0), np.linspace(0.74, 0.99, 26)
    coarse, fine = (smooth_optimum(problem, 12, k).x(q) for k in (56, 80))
    limit = fine + (fine - coarse) / ((80 / 56) ** 2 - 1)
    state = ground_state(6, "full")
    claimed = next(check.gap for check in state.checks if check.name.startswith("x(q) of degree"))
    assert np.abs(state.x(q) / limit - 1).max() < claimed < 0.03


def test_the_most_steps_of_a_threshold() -> None:
    assert replica_thresholds.MAX_STEPS == MAX_STEPS


def test_extrapolation_is_exact_on_its_own_form() -> None:
    values = {k: 5 + mpq(7, k**4) - mpq(1, k**6) for k in range(2, 9)}
    found = extrapolate(values, mpq(0))
    assert found.value == 5
    assert sum(weights([2, 3, 5, 7], [4, 5, 6])) == 1
    rough = extrapolate({k: v + mpq((-1) ** k, 10**9) for k, v in values.items()}, mpq(1, 10**9))
    assert abs(rough.value - 5) <= rough.error < mpq(1, 10**4)


@pytest.mark.slow
def test_thirteen_digits_of_full_rsb() -> None:
    found = thresholds.full_rsb()
    assert found.decimal(13) == "6.698050859905"
    assert found.enclose(20).error < mpq(1, 10**12)


@pytest.mark.slow
def test_the_ladder_to_its_end() -> None:
    values = [optimum(THRESHOLD, k).value for k in range(MAX_STEPS + 1)]
    assert all(a > b for a, b in itertools.pairwise(values))
    exact = precise_value(sharp(THRESHOLD, MAX_STEPS), 22)
    assert abs(mpq(values[-1]) - exact) < mpq(3, 10**14)


# --- energies


@pytest.mark.parametrize("alpha", [3, 6, 9, 12])
def test_energies_grow_with_the_steps_and_pass_their_checks(alpha: int) -> None:
    states = [ground_state(alpha, level) for level in ("rs", 1, "2rsb", 3)]
    values = [float(state.energy) for state in states]
    assert values == sorted(values)
    whole = ground_state(alpha, "full", effort="quick")
    assert float(whole.energy) > values[1]
    assert abs(float(whole.energy) - values[3]) < 3e-3
    for state in states[1:]:
        assert state.stable
        assert all(check.gap < 1e-6 for check in state.checks)
        assert np.all(np.diff(state.slopes) > 0)
    local = {check.name: check.gap for check in whole.checks}
    assert len(local) == 5
    assert max(local.values()) < 0.1


def test_checks_of_full_rsb_close_like_the_square_of_the_cells() -> None:
    problem, gaps = Problem(alpha=6.0), []
    for k in (20, 40):
        found = smooth_optimum(problem, 8, k)
        made = checks(problem, 6.0, -found.value, *levels(found.unknowns, k), continuous=True)
        gaps.append([check.gap for check in made])
    assert gaps[1][0] < 1e-8
    for coarse, fine in zip(gaps[0][1:], gaps[1][1:], strict=True):
        assert fine < 0.01
        assert fine < coarse / 2.5


def test_energy_is_one_at_the_threshold() -> None:
    assert abs(symmetric_energy(thresholds.gordon().value.mid)[0].mid - 1) < mpq(1, 10**25)
    for k in (1, 2, 5):
        value = thresholds.k_rsb(k).value
        alpha = value.mid if isinstance(value, Ball) else value.value
        assert ground_state(alpha, k).energy.agrees(1)
    whole = ground_state(thresholds.full_rsb().value.value, "full")
    assert whole.energy.agrees(1)


def test_order_parameters_lie_on_each_other() -> None:
    """At alpha = 6 the averages of x over the cells of k = 10 are those of the smooth solution."""
    steps, smooth_one = ground_state(6, 10), ground_state(6, "full")
    for low, high, slope in zip(steps.q[1:7], steps.q[2:8], steps.slopes[1:7], strict=True):
        inside = smooth_one.x(np.linspace(low, high, 101)).mean()
        assert abs(inside - slope) < 0.02 * slope
    assert np.all(smooth_one.x([0.0, 0.5]) == 0)
    assert steps.x(0.99)[0] == steps.slopes[np.searchsorted(steps.q, 0.99) - 1]


def test_gardners_capacity_is_where_the_errors_vanish() -> None:
    """gardnerderrida1988optimal: alpha_c = 1/int_{-kappa} (t + kappa)^2 phi(t) dt; 2 at kappa 0."""
    for kappa in (0.0, 0.5, 1.0):
        upper, density = 0.5 * erfc(-kappa / sqrt(2)), exp(-kappa * kappa / 2) / sqrt(2 * pi)
        capacity = 1 / ((1 + kappa**2) * upper + kappa * density)
        gaps = []
        for energy in (1e-3, 1e-5, 1e-7):
            found = optimum(Problem(theta(-kappa), energy=energy), 0).value
            gaps.append(found - capacity)
        assert gaps[0] > 20 * gaps[1] > 400 * gaps[2] > 0


def test_another_loss_goes_through_the_same_solver() -> None:
    """The ramp lies below the step: so do its energies; and its checks hold."""
    for level in (0, 1, 3):
        assert float(ground_state(6, level, ramp()).energy) < float(ground_state(6, level).energy)
    assert all(check.gap < 1e-6 for check in ground_state(6, 3, ramp()).checks)
    wide = [float(ground_state(6, 1, theta(margin)).energy) for margin in (-0.2, 0, 0.2)]
    assert wide[0] > wide[1] > wide[2]
