"""The free entropy at finite temperature: quadrature, gradients, cooling to the ground state."""

import itertools
from itertools import pairwise
from math import erfc, exp, log, pi, sqrt

import numpy as np
import pytest
from gmpy2 import mpq
from scipy.integrate import quad

from polygeo.replica import free_entropy, ground_state
from polygeo.replica.finite import trial as cold_trial

INF = float("inf")


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
