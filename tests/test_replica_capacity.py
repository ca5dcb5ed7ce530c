"""The capacity, and energies near it: Gardner's formula, quadrature, thresholds of both signs."""

from math import erfc, exp, log, pi, sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from trials import random_trial

from polygeo.errors import NotConverged
from polygeo.replica import capacity, ground_state, ramp, theta
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import optimum


def one_step_capacity_by_quadrature(threshold: float, q: float, y: float) -> float:
    """S/F with f(1, h) = -h_+^2/2: with v = 1 - q, N(h) = H(h/s) + A Phi(h tau/v), tau^2 =
    v/(1 + y v), A = exp(-y h^2/(2 (1 + y v)))/sqrt(1 + y v); h = sqrt(q) xi - threshold."""
    v = 1 - q
    wide = 1 + y * v

    def log_n(h: float) -> float:
        tilted = exp(-y * h * h / (2 * wide)) / sqrt(wide)
        inside = 0.5 * erfc(-h / sqrt(wide * v) / sqrt(2))
        return log(0.5 * erfc(h / sqrt(2 * v)) + tilted * inside)

    def integrand(xi: float) -> float:
        return exp(-xi * xi / 2) / sqrt(2 * pi) * log_n(sqrt(q) * xi - threshold)

    f = -quad(integrand, -10, 10, limit=400, epsabs=1e-13)[0] / y
    return 0.5 * (q / wide + log(wide) / y) / f


@pytest.mark.parametrize(("threshold", "value"), [(0.5, "4.7001"), (1.0, "12.3196")])
def test_the_capacity_of_one_step(threshold: float, value: str) -> None:
    found = capacity(theta(threshold), 1)
    assert found.decimal(len(value) - 1) == value
    best = optimum(Problem(theta(threshold), energy=0.0), 1)
    q, y = float(best.q[0]), float(best.slopes[0] / best.chi)
    assert abs(one_step_capacity_by_quadrature(threshold, q, y) - float(found)) < 1e-10
    for near in ((q - 0.01, y), (q + 0.01, y), (q, 0.95 * y), (q, 1.05 * y)):
        assert one_step_capacity_by_quadrature(threshold, *near) > float(found)


def test_capacities_fall_with_the_steps_and_only_for_positive_thresholds() -> None:
    for threshold in (0.5, 1.0):
        ladder = [float(capacity(theta(threshold), k)) for k in (0, 1, 2)]
        assert ladder[0] - ladder[1] > 5 * (ladder[1] - ladder[2]) > 0
        whole = capacity(theta(threshold), "full")
        assert whole.value - whole.error < ladder[2] <= whole.value + whole.error
    assert capacity(theta(-0.5), "full").mid == capacity(theta(-0.5)).mid
    for seed in range(3):  # no step helps where the solutions are convex
        _, gaps, slopes = random_trial(seed, 2)
        zero = Problem(theta(-0.5), energy=0.0)
        assert zero.at(zero.far, gaps, slopes * zero.far)[0] > float(capacity(theta(-0.5)))
    assert capacity(ramp(0.5), 1).agrees(capacity(theta(0.5), 1).value)  # they vanish alike


def test_gardners_formula() -> None:
    """1/int_t^inf (z - t)^2 phi(z) dz by quadrature."""
    for t in (-1.0, 0.0, 0.5, 1.0, 3.0):
        mean = quad(lambda z, t=t: (z - t) ** 2 * exp(-z * z / 2) / sqrt(2 * pi), t, 40)[0]
        assert abs(float(capacity(theta(t))) * mean - 1) < 1e-9
    assert capacity(theta(0)).rad == 0


@pytest.mark.parametrize(
    ("alpha", "threshold", "value"),
    [
        ("4.75", "0.5", 0.0013242),
        ("12.5", "1", 0.0030656),
        ("13", "1", 0.0149834),
        ("13.2", "1", 0.0205811),
    ],
)
def test_energies_between_the_capacities(alpha: str, threshold: str, value: float) -> None:
    """Replica symmetry satisfies all rows there; one step does not, and two steps less."""
    assert ground_state(alpha, 0, theta(threshold)).satisfiable
    one = ground_state(alpha, 1, theta(threshold))
    assert abs(float(one.energy) - value) < 6e-8
    assert one.stable
    assert all(check.gap < 1e-6 for check in one.checks)
    assert float(ground_state(alpha, 2, theta(threshold)).energy) > float(one.energy)


@pytest.mark.parametrize(
    ("alpha", "level", "threshold"),
    [(6, 0, 0.7), ("4.69", 1, 0.5), (6, "full", 0.7), (1, "full", 0), (2, 3, 0), ("0.5", 2, -1)],
)
def test_below_the_capacity_the_energy_is_zero_and_says_so(
    alpha: object, level: object, threshold: float
) -> None:
    found = ground_state(alpha, level, theta(threshold))
    assert float(found.energy) == 0
    assert found.satisfiable
    assert found.chi is None
    assert "below the capacity" in repr(found)
    assert r"\infty" in found._repr_latex_()
    assert np.all(found.x([0.1, 0.9]) == 0)


def test_the_energy_grows_from_the_capacity() -> None:
    """At thresholds below 0 capacities lie below 2: energies are positive from there on."""
    for threshold in (-0.5, -1.0):
        border = float(capacity(theta(threshold)))
        for level in (0, 1, 2):
            states = [ground_state(border * r, level, theta(threshold)) for r in (1.1, 1.4, 1.9)]
            energies = [float(state.energy) for state in states]
            assert 0 < energies[0] < energies[1] < energies[2]


def test_full_rsb_at_a_positive_threshold() -> None:
    """An answer, or where the order parameter is too steep a refusal of the search."""
    whole = ground_state(6, "full", theta(0.1), effort="quick")
    assert float(whole.energy) > float(ground_state(6, 1, theta(0.1)).energy)
    try:
        steep = ground_state("12.4", "full", theta(1), effort="quick")
    except NotConverged as problem:
        refusal = str(problem)
    else:
        refusal = "a descent"
        assert float(steep.energy) > float(ground_state("12.4", 1, theta(1)).energy)
    assert "steep" in refusal or "descent" in refusal
