"""The replica ladder: gradients, order, limits; every number by a second method."""

import itertools
import pickle
from itertools import pairwise
from math import erfc, exp, log, pi, sqrt

import numpy as np
import pytest
from commandline import answer, refusal
from gmpy2 import mpq
from one_step import one_step_energy
from scipy.integrate import quad

from polygeo import thresholds
from polygeo.answers import Ball
from polygeo.errors import DomainError, NotConverged
from polygeo.replica import capacity, free_entropy, ground_state
from polygeo.replica.finite import trial as cold_trial
from polygeo.replica.full import (
    EFFORTS,
    chi_limit,
    full,
    ladder_limit,
    smooth_limit,
    smooth_optimum,
)
from polygeo.replica.functional import Problem, functional
from polygeo.replica.grids import ROUGH
from polygeo.replica.identities import checks
from polygeo.replica.ladder import MAX_STEPS, newton_optimum, optimum, sharp
from polygeo.replica.limit import extrapolate, weights
from polygeo.replica.multiprecision import precise_value
from polygeo.replica.newton import axes_of, minimize
from polygeo.replica.onestep import one_step_value
from polygeo.replica.smooth import from_optimum, levels, smooth, trial
from polygeo.replica.symmetric import symmetric_energy
from polygeo.replica.terminal import INJECTIVITY, Terminal, ramp, theta

INF = float("inf")
THRESHOLD = Problem()


def random_trial(seed: int, k: int) -> tuple[float, np.ndarray, np.ndarray]:
    """A trial with a narrow gap and a steep slope now and then."""
    draw = np.random.default_rng(seed)
    gaps = draw.dirichlet(np.full(k + 1, 0.7))[:k] * 0.98 + 1e-4
    return float(draw.uniform(0.01, 1.0)), gaps, np.cumsum(draw.exponential(2.0, k) + 0.05)


# --- the functional


@pytest.mark.parametrize("terminal", [INJECTIVITY, theta(0.4), ramp(-0.3)], ids=str)
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
    from polygeo.thresholds.replica import MAX_STEPS

    assert MAX_STEPS == MAX_STEPS


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


# --- the capacity

TWO_SIDED = Terminal(
    "two-sided",
    lambda chi: (
        (-INF, -1 - (2 * chi) ** 0.5, 1, 0, 0),
        (-1 - (2 * chi) ** 0.5, -1, 0.5 / chi, 1 / chi, 1 / chi),
        (-1, 1, 0, 0, 0),
        (1, 1 + (2 * chi) ** 0.5, 0.5 / chi, -1 / chi, 1 / chi),
        (1 + (2 * chi) ** 0.5, INF, 1, 0, 0),
    ),
)


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
    with pytest.raises(NotConverged, match=r"steep|descent"):
        ground_state("12.4", "full", theta(1), effort="quick")


# --- finite temperature


@pytest.mark.parametrize(
    ("beta", "alpha"), [(800, 3), (800, "2.2"), (1200, "2.2"), (2000, 20), (2000, 25), (5, "2.2")]
)
def test_symmetric_free_entropy_at_the_borders(beta: int, alpha: object) -> None:
    """Stationary by quadrature in h on [t - 0.01, t + 0.01] and outside, t the kink of f."""
    found = free_entropy(beta, alpha, "rs")
    cold, ratio, width = float(beta), float(mpq(alpha)), 1 - float(found.q[0])
    rises = [cold_trial(cold, ratio, np.array([width * r]), np.empty(0))[0] for r in (0.97, 1.03)]
    assert min(rises) > float(found.value) / cold
    kink = sqrt(2 * cold * width)

    def inner(h: float) -> float:
        z = h / sqrt(width)
        tail = 0.5 * erfc(z / sqrt(2)) if z < 37 else 0.0
        low = log(tail) if tail > 0 else -INF
        top = max(low, -cold)
        mass = exp(low - top) + exp(-cold - top) * 0.5 * erfc(-z / sqrt(2))
        return exp(-h * h / 2 / (1 - width)) / sqrt(2 * pi * (1 - width)) * (top + log(mass))

    cuts = [-9, 0, kink / 2, kink - 0.02, kink, kink + 0.02, 9]
    if kink / sqrt(width) < 36:  # where erfc does not underflow
        mean = sum(quad(inner, a, b, limit=800, epsabs=1e-12)[0] for a, b in pairwise(cuts))
        value = 0.5 * log(width) + (1 - width) / (2 * width) + ratio * mean
        assert abs(value - float(found.value)) < 1e-7 * abs(value)


def test_gradient_of_the_free_entropy() -> None:
    gaps, slopes = np.array([0.2, 0.07, 0.01]), np.array([2.0, 5.0])
    _, exact = cold_trial(80.0, 6.0, gaps, slopes)
    for place in range(5):
        values = []
        for side in (-2, -1, 1, 2):
            g, x = gaps.copy(), slopes.copy()
            target, at = (x, place - 3) if place > 2 else (g, (2, 0, 1)[place])
            step = 1e-4 * target[at]
            target[at] += side * step
            values.append(cold_trial(80.0, 6.0, g, x)[0])
        difference = (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * step)
        assert abs(difference - exact[place]) < 1e-8 * max(1, abs(exact[place]))


def test_symmetric_free_entropy_by_quadrature() -> None:
    """Phi_RS = inf (1/2) ln(1-q) + q/(2(1-q)) + alpha int gamma_q(h) ln[Phi(-h/s) + ..] dh."""
    found = free_entropy(30, 5, "rs")
    q = float(found.q[0])

    def phi(at: float) -> float:
        s = sqrt(1 - at)

        def inner(h: float) -> float:
            mass = 0.5 * erfc(h / s / sqrt(2)) + exp(-30) * 0.5 * erfc(-h / s / sqrt(2))
            return exp(-h * h / 2 / at) / sqrt(2 * pi * at) * log(mass)

        integral = quad(inner, -9, 9, limit=400, epsabs=1e-13)[0]
        return 0.5 * log(1 - at) + at / (2 * (1 - at)) + 5 * integral

    assert abs(phi(q) - float(found.value)) < 1e-9
    assert phi(q) < min(phi(q - 0.01), phi(q + 0.01))


def test_cooling_reaches_the_ground_state() -> None:
    """-Phi/beta falls to e*; the gap falls like log(beta)/beta; more steps lie higher."""
    for level in ("rs", 1):
        limit = float(ground_state(6, level).energy)
        gaps = [float(free_entropy(beta, 6, level).energy) - limit for beta in (100, 400, 1600)]
        assert gaps[0] > gaps[1] > gaps[2] > 0
        assert gaps[2] < 2 * gaps[0] * (log(1600) / 1600) / (log(100) / 100)
    assert float(free_entropy(100, 6, 2).energy) > float(free_entropy(100, 6, 1).energy)


@pytest.mark.parametrize(("beta", "alpha"), [(10, 6), (20, 3), (20, 12)])
def test_steps_where_it_is_warm(beta: int, alpha: int) -> None:
    """The search from the ground state, or from lower temperatures: the energies grow with k."""
    found = [free_entropy(beta, alpha, k) for k in (0, 1, 2, 5)]
    energies = [float(state.energy) for state in found]
    assert all(low < high for low, high in itertools.pairwise(energies))
    assert energies[3] - energies[2] < 0.1 * (energies[1] - energies[0])
    assert all(np.all(np.diff(state.slopes) > 0) for state in found[1:])
    assert all(state.slopes[-1] < beta for state in found[1:])


def test_the_replicon_diverges_with_beta() -> None:
    ratios = [free_entropy(beta, 6, "rs").replicon / beta for beta in (100, 400, 1600)]
    assert max(ratios) / min(ratios) < 1.02
    assert free_entropy(5, "2.2", "rs").replicon < 1


# --- thresholds


def test_digits_are_those_of_more_precision() -> None:
    for threshold in (thresholds.k_rsb(4), thresholds.k_rsb(5)):
        long = threshold.enclose(50)
        assert long.reached_digits >= 24
        for digits in (3, 10, 13, 15, 20):
            assert threshold.decimal(digits) == long.decimal(digits)
        with pytest.raises(NotConverged) as refusal:
            threshold.decimal(40)
        assert "have been reached" in str(refusal.value)
        assert refusal.value.history


def test_a_prediction_says_so() -> None:
    for threshold in (thresholds.k_rsb(4), thresholds.full_rsb()):
        assert threshold.kind == "converged"
        assert threshold.status == "prediction"
        assert thresholds.STATUSES[threshold.status] == "replica prediction (not a theorem)"
        assert "prediction" in repr(threshold)
        assert threshold.value.history
        assert pickle.loads(pickle.dumps(threshold)) == threshold
        assert threshold._repr_latex_().count("$") == 2
        assert threshold.to_dict()["value"]["kind"] == "converged"


@pytest.mark.parametrize(
    "call",
    [
        lambda: thresholds.k_rsb(-1),
        lambda: thresholds.k_rsb(33),
        lambda: thresholds.k_rsb(2.0),
        lambda: thresholds.k_rsb(True),
        lambda: thresholds.one_rsb().decimal(0),
        lambda: thresholds.one_rsb().decimal(200),
        lambda: optimum(THRESHOLD, 33),
        lambda: THRESHOLD.at(0.1, np.array([0.5, 0.6]), np.array([1.0, 2.0])),
        lambda: THRESHOLD.at(-0.1, np.array([0.5]), np.array([1.0])),
        lambda: THRESHOLD.at(0.1, np.array([0.5]), np.array([-1.0])),
        lambda: Terminal("hinge", lambda chi: ((-INF, 0, 0, 0, 0), (0, INF, 0, 1, 0))),
        lambda: Terminal("jump", lambda chi: ((-INF, 0, 0, 0, 0), (0, INF, 1, 0, 0))),
        lambda: Terminal("hole", lambda chi: ((-INF, 0, 0, 0, 0), (1, INF, 0, 0, 0))),
        lambda: ground_state(0),
        lambda: ground_state(-1),
        lambda: ground_state("4.698", "full", theta(0.5)),  # within the capacity's error
        lambda: capacity(TWO_SIDED),
        lambda: free_entropy(100, 4, 1, theta(0.5)),
        lambda: ground_state(26),
        lambda: ground_state("six"),
        lambda: ground_state(6, "half"),
        lambda: ground_state(6, -1),
        lambda: ground_state(6, 33),
        lambda: ground_state(6, effort="all"),
        lambda: ground_state(6, 1).x(1.0),
        lambda: free_entropy(1, 6),
        lambda: free_entropy(100, 1),
        lambda: free_entropy(100, 6, 9),
        lambda: free_entropy(100, 6, "full"),
        lambda: free_entropy(9, 6, 1),
        lambda: free_entropy(100, 6, 1, ramp()),
        lambda: theta("wide"),
        lambda: theta(INF),
        lambda: extrapolate({3: mpq(1)}, mpq(0)),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with pytest.raises((DomainError, NotConverged)) as failure:
        call()  # type: ignore[operator]
    assert "\n" not in str(failure.value)


def test_the_command_line() -> None:
    assert answer("threshold", "2-rsb", "--digits", "9").startswith("6.70039195\n")
    text = answer("replica", "energy", "6.0", "--level", "2rsb", "--digits", "8")
    assert text.startswith("0.80487280\n")
    assert "replica prediction (not a theorem)" in text
    assert "unstable" in answer("replica", "free-entropy", "100", "6")
    for words in (("energy", "6", "--level", "rs"), ("free-entropy", "100", "6")):
        assert "digits must be" in refusal("replica", *words, "--digits", "0")


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
