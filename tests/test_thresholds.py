"""Thresholds: digits against an independent solver, meaning against exact finite n."""

import itertools
import math
import pickle

import mpmath
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

import polygeo
from polygeo import thresholds
from polygeo.errors import DomainError, NotConverged
from polygeo.relu import (
    euler_asymptotic,
    euler_edges,
    euler_rate,
    expected_euler_characteristic,
    q_column,
    union_bound,
)
from polygeo.report.figures.thresholds import clauses
from polygeo.thresholds import crossing, euler_from_finite_n
from polygeo.thresholds.registry import THRESHOLDS


def phi_by_mpmath(alpha: mpmath.mpf, kappa: mpmath.mpf) -> mpmath.mpf:
    """The rate from the definition, with the saddle as a polynomial root and no shared code."""
    roots = mpmath.polyroots([alpha - 1, -(alpha - 2 * kappa), 1], maxsteps=200, extraprec=200)
    t = min(roots, key=abs)
    x = kappa / alpha
    entropy = -x * mpmath.log(x) - (1 - x) * mpmath.log(1 - x)
    exponent = kappa * mpmath.log(1 - t) + (alpha - kappa) * mpmath.log(1 + t) - mpmath.log(t)
    return mpmath.re(alpha * (entropy - mpmath.log(2)) + exponent)


@pytest.mark.parametrize("kappa", ["1/4", "1", "3"])
def test_euler_against_another_solver(kappa: str) -> None:
    with mpmath.workdps(60):
        ratio = mpmath.mpf(mpq(kappa).numerator) / mpmath.mpf(mpq(kappa).denominator)
        threshold = thresholds.euler(kappa)
        start = mpmath.mpf(float(threshold))
        root = mpmath.findroot(lambda alpha: phi_by_mpmath(alpha, ratio), (start, start + 0.01))
        assert mpmath.nstr(root, 45) == mpmath.nstr(mpmath.mpf(threshold.decimal(50)), 45)


def test_gordon_against_another_solver() -> None:
    with mpmath.workdps(60):
        t = mpmath.findroot(
            lambda x: 2 * mpmath.ncdf(x) - mpmath.mpf(3) / 2 - x * mpmath.npdf(x), 1.1
        )
        value = 1 / (1 - mpmath.ncdf(t))
        assert mpmath.almosteq(value, mpmath.mpf(thresholds.gordon().decimal(55)), 1e-50)


def test_union_bound_is_where_the_exact_bound_turns() -> None:
    """Expected orthants at m = alpha n: growing below 9.0886, decaying above."""
    for alpha, grows in ((9, True), ("9.2", False)):
        values = [union_bound(int(mpq(alpha) * n), n) for n in (200, 400, 800)]
        assert (values[2] > values[1] > values[0]) == grows
        assert (values[2] < values[1] < values[0]) == (not grows)


def test_rounded_digits_are_nested() -> None:
    """The d digits are those of the 300-digit value, correctly rounded."""
    certain = [t for t in thresholds.all() if t.status != "prediction"]
    for threshold in (*certain, thresholds.euler("2/7"), thresholds.deep_sufficient(5)):
        long = mpq(threshold.decimal(300))
        for digits in (1, 2, 5, 17, 100):
            short = mpq(threshold.decimal(digits))
            assert polygeo.decimal(long, digits) == threshold.decimal(digits)
            assert abs(short - long) <= mpq(1, 2) * mpq(10) ** (2 - digits)


def test_ten_thousand_digits_agree_with_twice_the_precision() -> None:
    assert (
        thresholds.euler().decimal(10_000)[:-2] == thresholds.euler().decimal(10_050)[:10_000][:-1]
    )


@settings(max_examples=25, deadline=None)
@given(st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000))
def test_kappa_curve(kappa: object) -> None:
    """Above the edge; the rate vanishes there; and exchanging depth and dimension is a symmetry."""
    ratio = mpq(kappa.numerator, kappa.denominator)  # type: ignore[attr-defined]
    alpha = thresholds.euler(ratio).enclose(30)
    assert alpha > euler_edges(ratio)[1]
    below, above = alpha.mid * (1 - mpq(1, 10**6)), alpha.mid * (1 + mpq(1, 10**6))
    assert euler_rate(below, ratio).value > 0
    assert euler_rate(above, ratio).value < 0
    assert (thresholds.euler(1 / ratio).enclose(30) * ratio).overlaps(alpha)
    if 0.02 < ratio < 5:  # the two cross near 5.172
        assert thresholds.gordon(ratio).enclose(30) < alpha
    assert alpha < thresholds.union_bound(ratio).enclose(30)
    assert thresholds.cover(ratio).value < thresholds.gordon(ratio).enclose(30)


@pytest.mark.parametrize(
    ("alpha", "kappa", "quantity"),
    [
        *[("9", "1", "q"), ("5", "1", "envelope of q"), ("5", "3", "envelope of q")],
        *[("1.9", "1", "envelope of q"), ("1.03", "1/4", "q - 1"), ("1.1", "1", "q - 1")],
    ],
)
def test_the_rate_is_the_rate_of_exact_values(alpha: str, kappa: str, quantity: str) -> None:
    """log |.| / n - Phi falls to 0 like log(n)/n in each regime (the envelope from below)."""
    rate = euler_rate(alpha, kappa)
    assert rate.quantity == quantity
    gaps = []
    for n in (200, 800):
        with mpmath.workdps(400):
            peak = mpmath.mpf("-inf")
            for shift in range(12):  # a window, so that the envelope is seen
                size = n + shift
                m, k = int(mpq(alpha) * size), max(int(mpq(kappa) * size), 1)
                value = polygeo.q(m, size, k) - (quantity == "q - 1")
                if value:
                    ratio = mpmath.mpf(abs(value).numerator) / mpmath.mpf(value.denominator)
                    peak = max(peak, mpmath.log(ratio) / size)
            gaps.append(abs(float(peak) - float(rate)))
    assert gaps[1] < gaps[0]
    assert gaps[1] < 3 * mpmath.log(800) / 800


FAR = [
    *[("10.5", "10"), ("2.52", "5/2"), ("3.05", "3"), ("3.09", "3"), ("4.1", "4"), ("9", "8")],
    *[("14", "13"), ("1.1", "1"), ("1.03", "1/4"), ("1.3", "5/4"), ("1.2", "1/10")],
    *[("9", "1"), ("7", "1/2"), ("12", "2"), ("14", "3"), ("4", "1/10")],
]


@pytest.mark.parametrize(("alpha", "kappa"), FAR)
def test_exact_values_grow_at_the_rate_that_is_claimed(alpha: str, kappa: str) -> None:
    """Outside the edges the quantity Q is C exp(n Phi)/n (1 + c/n + ..): the ratio of 2 Q(2n) and
    Q(n) exp(n Phi) tends to 1 like c/n. 2n is even and n odd where it can be: for kappa > 2 q has
    two limits."""
    ratio, depth = mpq(alpha), mpq(kappa)
    rate = euler_rate(ratio, depth, 30)
    limit = {
        "q": lambda n: 0,
        "q - 1": lambda n: 1,
        "q - 1 - (-1)^(n-1)": lambda n: 1 + (-1) ** (n - 1),
    }[rate.quantity]

    def distance(n: int) -> mpq:
        return abs(polygeo.q(int(ratio * n), n, int(depth * n)) - limit(n))

    step = math.lcm(ratio.denominator, depth.denominator)
    gaps = []
    for start in (240, 960):
        n = start // step * step + step * (start // step % 2 == 0)  # odd, if step is
        with polygeo.answers.ball.precision(200):
            growth = polygeo.Ball.from_arb((n * rate.value.arb).exp())
        gaps.append(abs(float(2 * distance(2 * n) / (growth * distance(n))) - 1))
    assert gaps[1] < gaps[0] / 2
    assert gaps[0] < 20 / 240


def test_between_the_edges_q_oscillates() -> None:
    """At alpha = 5 both signs occur again and again; above 4 + 2 sqrt 2 q stays positive."""
    signs = [polygeo.q(5 * n, n) > 0 for n in range(20, 80)]
    changes = sum(a != b for a, b in itertools.pairwise(signs))
    assert changes >= 5
    assert all(polygeo.q(7 * n, n) > 0 for n in range(5, 80))


def test_crossings_are_the_last_ones() -> None:
    for n in (2, 3, 4, 5, 8, 13, 21):
        column = q_column(n, 14 * n)
        last = max(m for m, value in enumerate(column, start=n) if value >= 1)
        found = crossing(n)
        assert found.m == last
        assert last <= found.position < last + 1


def test_finite_n_knows_the_threshold() -> None:
    limit = euler_from_finite_n([40, 48, 57, 68, 81, 96, 114, 136, 161, 192])
    assert limit.agrees(thresholds.euler().value)
    assert limit.error < mpq(1, 10**4)
    assert "n = 40..192" in limit.history[-1][0]


@pytest.mark.slow
def test_finite_n_to_2000_agrees_to_ten_digits_and_more() -> None:
    limit = euler_from_finite_n()
    assert limit.agrees(thresholds.euler().value)
    assert limit.error < mpq(1, 10**10)


def test_saddle_point_ratio_tends_to_one() -> None:
    """exact/approximate = 1 + c/n + O(1/n^2): Richardson's combination is nearer by far."""
    ratios = {}
    for n in (100, 200, 400):
        ratios[n] = float(polygeo.q(9 * n, n) / euler_asymptotic(9 * n, n).mid)
    assert abs(ratios[400] - 1) < 1e-3
    assert abs(2 * ratios[400] - ratios[200] - 1) < abs(ratios[400] - 1) / 20


def test_a_threshold_is_a_value() -> None:
    for threshold in thresholds.all():
        assert pickle.loads(pickle.dumps(threshold)) == threshold
        assert threshold.status in thresholds.STATUSES
        assert polygeo.to_dict(threshold)["value"]["kind"] == threshold.kind
        assert "@" in polygeo.cite(threshold)
        if threshold.kind != "converged":
            assert float(threshold) == float(threshold.decimal(25))
        assert threshold._repr_latex_().count("$") == 2
        assert "\n" not in repr(threshold)


def test_thresholds_come_in_order() -> None:
    values = [float(threshold) for threshold in thresholds.all()]
    assert values == sorted(values)
    assert sum(threshold.status == "prediction" for threshold in thresholds.all()) == 4
    names = [threshold.name for threshold in thresholds.all()]
    assert names == [name for name in THRESHOLDS if name != "deep-sufficient"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: thresholds.euler(0),
        lambda: thresholds.euler(-1),
        lambda: thresholds.euler("1e-9"),
        lambda: thresholds.euler(float("nan")),
        lambda: thresholds.euler("kappa"),
        lambda: thresholds.gordon(10**7),
        lambda: thresholds.union_bound(over="cells"),
        lambda: thresholds.deep_sufficient(1),
        lambda: thresholds.deep_sufficient(2.0),
        lambda: thresholds.euler().decimal(0),
        lambda: thresholds.euler().decimal(-3),
        lambda: thresholds.euler().decimal(2.5),
        lambda: thresholds.euler().decimal(10**9),
        lambda: euler_rate(1),
        lambda: euler_rate(3, 4),
        lambda: euler_rate("x"),
        lambda: euler_asymptotic(5, 2),
        lambda: euler_asymptotic(50, 10),
        lambda: crossing(1),
        lambda: thresholds.crossings(5),
        lambda: euler_from_finite_n(5),
        lambda: euler_from_finite_n([10, 10, 20]),
        lambda: euler_from_finite_n([10]),
        lambda: euler_from_finite_n([10, 20, 30], order=4),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with refused((DomainError, NotConverged)):
        call()  # type: ignore[operator]


def test_claims_do_not_contradict_each_other() -> None:
    """No alpha at which two thresholds say, or predict, two limits of one quantity."""
    found = [
        (float(threshold), what, limit, side)
        for threshold in thresholds.all()
        for what, limit, side in clauses(threshold)
    ]
    assert len(found) >= 10
    for (a, what, limit, side), (b, other, another, back) in itertools.combinations(found, 2):
        if what != other or limit == another:
            continue
        # "above a" and "below b" overlap between them; on one side they always do
        assert side != back
        low, high = (a, b) if side > 0 else (b, a)
        assert low >= high, (what, limit, another)


@pytest.mark.parametrize("kappa", ["1/4", 1, 3])
def test_q_below_its_threshold_is_what_the_claim_says(kappa: object) -> None:
    """q grows between the upper edge and the threshold; at kappa = 1 it tends to 1 at 1.1."""
    ratio = mpq(kappa)
    edge, top = euler_edges(ratio)[1].upper, mpq(float(thresholds.euler(kappa)))
    assert "down to the upper edge" in thresholds.euler(kappa).claim
    for share in (mpq(1, 10), mpq(1, 2)):
        alpha = edge + share * (top - edge)
        sizes = [n for n in (100, 200, 400) if (ratio * n).denominator == 1]
        values = [expected_euler_characteristic(int(alpha * n), n, int(ratio * n)) for n in sizes]
        assert 1 < values[0] < values[1] < values[2]
    above = expected_euler_characteristic(int(mpq(11, 10) * top * 400), 400, int(ratio * 400))
    assert 0 < above < mpq(1, 10**6)
    assert abs(expected_euler_characteristic(440, 400) - 1) < mpq(1, 10**12)
