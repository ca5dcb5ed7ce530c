"""Thresholds for nonnegative inputs and for cones of inputs."""

import itertools
import math

import mpmath
import pytest
from gmpy2 import mpq
from scipy import optimize, special, stats

import polygeo
from polygeo import thresholds
from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.numerics.jets import variables
from polygeo.errors import DomainError, NotConverged
from polygeo.thresholds.inputs import density_of
from polygeo.thresholds.lifted import lifted_ratio
from polygeo.thresholds.lifted_proof import supremum_is_zero

PLUS = {"inputs": "nonnegative"}


def test_euler_is_the_zero_of_the_rate_over_numbers_of_inputs() -> None:
    """A second way to the same number: the best share x = j/n of inputs and a saddle for each."""
    with mpmath.workdps(40):
        alpha = mpmath.mpf(thresholds.euler(**PLUS).decimal(35))

    def h(p):
        return -p * mpmath.log(p) - (1 - p) * mpmath.log(1 - p)

    def gradient(x, t):
        return (
            (alpha - x) / (1 + t) - x / (1 - t) - 1 / t,
            (1 - x) / x * (alpha - x) / x * (1 - t) / (1 + t) - 1,
        )

    with mpmath.workdps(40):
        x, t = mpmath.findroot(gradient, (0.813, 0.268))
        rate = h(x) - 2 * mpmath.log(2) * (1 + alpha) / 2 + alpha * h(x / alpha)
        rate += (alpha - x) * mpmath.log(1 + t) + x * mpmath.log(1 - t) - mpmath.log(t)
        assert abs(rate) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("kappa", ["1/2", "1", "2"])
def test_euler_separates_growth_from_decay_of_q(kappa: str) -> None:
    ratio, n = mpq(kappa), 60
    alpha = float(thresholds.euler(kappa, **PLUS))
    k = int(ratio * n)
    below = [
        polygeo.q(round(c * alpha * f), f, int(ratio * f), **PLUS)
        for f in (n, 2 * n)
        for c in (0.95,)
    ]
    above = [polygeo.q(round(1.05 * alpha * f), f, int(ratio * f), **PLUS) for f in (n, 2 * n)]
    assert k >= 1
    assert 0 < above[1] < above[0]
    assert below[1] > below[0] > 0


def test_crossings_of_exact_q_approach_the_threshold() -> None:
    alpha = float(thresholds.euler(**PLUS))

    def last(n: int) -> int:
        return max(m for m in range(5 * n, 7 * n) if polygeo.q(m, n, **PLUS) >= 1)

    gaps = [alpha - last(n) / n for n in (10, 20, 40, 80)]
    assert gaps == sorted(gaps, reverse=True)
    assert 0 < gaps[-1] < 0.31


def test_union_bound_is_the_rate_of_the_finite_bound() -> None:
    """log (sum_{j<n} C(m, j) P[Bin(m+n, 1/2) > m]) / n for n = 1600, in exact integers.

    Powers of n in front of the exponential move it by less than 2 log(n)/n < 0.01.
    """
    n = 1600
    alpha = float(thresholds.union_bound(**PLUS))

    def below(total: int) -> int:
        """The sum of C(total, j) over j < n."""
        terms = itertools.accumulate(
            range(n - 1), lambda c, j: c * (total - j) // (j + 1), initial=1
        )
        return sum(terms)

    def rate(a: float) -> float:
        m = round(a * n)
        return (math.log(below(m)) + math.log(below(m + n)) - (m + n) * math.log(2)) / n

    assert rate(alpha - 0.1) > 0.02
    assert abs(rate(alpha)) < 0.01
    assert rate(alpha + 0.1) < -0.02


@pytest.mark.parametrize("d", ["1/2", "1/10", "9/10", "1"])
@pytest.mark.parametrize("kappa", ["1", "1/3"])
def test_gordon_balances_distance_and_statistical_dimension(d: str, kappa: str) -> None:
    ratio, density = float(mpq(kappa)), float(mpq(d))

    def gap(t: float) -> float:
        tail = special.ndtr(-t)
        moment = special.ndtr(t) - 0.5 - t * stats.norm.pdf(t)
        return ratio * moment - density * tail

    t = optimize.brentq(gap, 1e-6, 8, xtol=1e-14)
    value = ratio / special.ndtr(-t)
    assert float(thresholds.gordon(kappa, inputs=d)) == pytest.approx(value, rel=1e-9)
    if d == "1/2":
        assert thresholds.gordon(kappa, inputs=d).value == thresholds.gordon(kappa, **PLUS).value


def test_theorems_lie_in_order() -> None:
    known = [
        thresholds.half_space(**PLUS),
        thresholds.lifted_gordon(**PLUS),
        thresholds.gordon(**PLUS),
        thresholds.euler(**PLUS),
        thresholds.union_bound(**PLUS),
    ]
    assert known == sorted(known)
    for threshold in known:
        name = threshold.name.partition("(")[0]
        assert threshold < getattr(thresholds, name.replace("-", "_"))()
        assert threshold.status == ("surrogate" if name == "euler" else "theorem")
    assert thresholds.half_space(inputs="1/3").value == mpq(8, 3)
    assert thresholds.gordon(inputs=1) == thresholds.gordon(inputs=mpq(1))


def test_lifted_gordon_is_the_least_value() -> None:
    value = float(thresholds.lifted_gordon(**PLUS))

    def ratio(logs) -> float:
        chi, c = (math.exp(x) for x in logs)
        scale = math.sqrt(1 + c / chi)
        t = math.sqrt(2 * chi)
        moment = 0.5 + math.exp(-c) * special.ndtr(-t)
        moment += (0.5 - special.ndtr(-t * scale)) / scale
        return (1 + math.log((1 + scale) / 2) / c) / (-math.log(moment) / c)

    found = optimize.minimize(ratio, [-1.0, -2.0], method="Nelder-Mead", tol=1e-12)
    assert found.fun == pytest.approx(value, rel=1e-10)


def test_the_lifted_proof_refuses_other_points() -> None:
    with precision(160):
        chi, c = exact_arb(mpq(1, 2)), exact_arb(mpq(1, 10))
        alpha = lifted_ratio(mpq(1), variables([chi, c]), 1).value
        with pytest.raises(NotConverged):
            supremum_is_zero(exact_arb(mpq(1)), alpha, c / (2 * chi), 2 * chi, 1)


def test_first_factor_of_the_lifted_bound() -> None:
    """log E e^{c |P h|}/n is at most c^2/(4 theta) + Lambda(theta), nearly with equality."""
    n, gamma = 400, 0.6
    c = gamma * math.sqrt(n)
    j = range(1, n + 1)
    logs = [
        stats.binom.logpmf(i, n, 0.5)
        + math.log(
            float(
                mpmath.hyp1f1(i / 2, 0.5, c * c / 2)
                + c
                * math.sqrt(2)
                * mpmath.gammaprod([(i + 1) / 2], [i / 2])
                * mpmath.hyp1f1((i + 1) / 2, 1.5, c * c / 2)
            )
            or 1
        )
        for i in j
        if abs(i - n / 2) < 120
    ]
    exact = special.logsumexp(logs) / n

    def bound(theta: float) -> float:
        return gamma**2 / 4 / theta + math.log(0.5 + 0.5 / math.sqrt(1 - 2 * theta))

    best = optimize.minimize_scalar(bound, bounds=(1e-4, 0.4999), method="bounded").fun
    assert best - 0.02 < exact < best


@pytest.mark.parametrize("inputs", ["pixels", 0, 2, [1], "1/0", float("nan"), True])
def test_other_inputs_are_refused(inputs) -> None:
    for make in (
        thresholds.gordon,
        thresholds.half_space,
        thresholds.euler,
        thresholds.union_bound,
    ):
        with pytest.raises(DomainError, match="inputs"):
            make(inputs=inputs)
    with pytest.raises(DomainError, match="orthants"):
        thresholds.union_bound(over="vertices", inputs="nonnegative")
    assert density_of("1/2") == mpq(1, 2)
