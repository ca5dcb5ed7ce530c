"""Sparse recovery: thresholds against other solvers and tables, probabilities against programs."""

import math
import pickle
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from polygeo import thresholds
from polygeo.answers import Ball
from polygeo.cones import L1DescentCone, NonnegativeL1DescentCone
from polygeo.errors import DomainError
from polygeo.thresholds import (
    external_exponent,
    internal_exponent,
    recovery_curve,
    recovery_probability,
    statistical_dimension_curve,
    strong_l1,
    strong_orthant,
    strong_simplex,
    weak_l1,
    weak_nonnegative,
    weak_orthant,
)
from polygeo.volumes import crosspolytope_external_angle, simplex_internal_angle

ALL = (weak_l1, weak_nonnegative, weak_orthant, strong_l1, strong_simplex, strong_orthant)
CURVED = (weak_l1, weak_nonnegative, strong_l1, strong_simplex)


# --- thresholds by their definitions, in mpmath and with no shared code


def tail(t):
    return mpmath.erfc(t / mpmath.sqrt(2)) / 2


def psi_by_minimum(rho, c):
    """The minimum over t of rho (1 + t^2) + (1 - rho) c E (g - t)_+^2, by quadrature."""

    def moment(t, power):
        return mpmath.quad(lambda u: (u - t) ** power * mpmath.npdf(u), [t, t + 2, t + 6, t + 16])

    t = mpmath.findroot(lambda t: rho * t - (1 - rho) * c * moment(t, 1), 1.1)
    return rho * (1 + t * t) + (1 - rho) * c * moment(t, 2)


@pytest.mark.parametrize(("kind", "c"), [("l1", 2), ("nonnegative", 1)])
def test_psi_is_the_minimum(kind: str, c: int) -> None:
    with mpmath.workdps(22):
        expected = psi_by_minimum(mpmath.mpf(1) / 7, c)
        value = statistical_dimension_curve("1/7", kind, 30).decimal(25)
        assert mpmath.almosteq(expected, mpmath.mpf(value), 1e-19)


def lost_faces_exponent(nu, gamma, c):
    """T(nu) = Psi_com - Psi_int - Psi_ext."""

    def entropy(p):
        return -p * mpmath.log(p) - (1 - p) * mpmath.log(1 - p)

    def root(equation):
        return mpmath.findroot(equation, (1e-6, 12), solver="anderson", tol=1e-50, maxsteps=99)

    w = root(lambda w: (nu - gamma) / nu - w * tail(w) / mpmath.npdf(w))
    x = root(lambda x: (1 - nu) * c * mpmath.npdf(x) - nu * x * (1 - c * tail(x)))
    inside = -(nu * w * w / 2 + (nu - gamma) * mpmath.log(tail(w)))
    outside = nu * x * x / 2 - (1 - nu) * mpmath.log(1 - c * tail(x))
    counts = entropy(nu) + nu * entropy(gamma / nu) + nu * mpmath.log(c)
    return counts - inside - outside


@pytest.mark.parametrize(("threshold", "c"), [(strong_l1, 2), (strong_simplex, 1)])
def test_strong_threshold_is_where_the_supremum_vanishes(threshold, c: int) -> None:
    with mpmath.workdps(30):
        for delta in ("1/5", "1/2", "4/5"):
            ratio = mpmath.mpf(mpq(delta).numerator) / mpq(delta).denominator
            gamma = ratio * mpmath.mpf(threshold(delta).decimal(28))
            assert abs(lost_faces_exponent(ratio, gamma, c)) < 1e-25
            grid = [ratio + (1 - ratio) * i / 12 for i in range(1, 12)]
            assert all(lost_faces_exponent(nu, gamma, c) < -1e-4 for nu in grid)


DELTAS = ("1/10", "1/4", "1/2", "3/4", "9/10")
# Donoho and Tanner's tables as they are quoted; not compared with the prints themselves.
PUBLISHED_STRONG = {  # rho_N, the strong threshold
    strong_simplex: ("0.060131", "0.087206", "0.133457", "0.198965", "0.266558"),
    strong_l1: ("0.048802", "0.065440", "0.089416", "0.117096", "0.140416"),
}
PUBLISHED_WEAK = {  # rho_VS and rho_W, low by up to 1.2e-3
    weak_nonnegative: ("0.240841", "0.364970", "0.558121", "0.765796", "0.902596"),
    weak_l1: ("0.188327", "0.266437", "0.384803", "0.532781", "0.677258"),
}


def test_published_tables() -> None:
    for threshold, row in PUBLISHED_STRONG.items():
        for delta, printed in zip(DELTAS, row, strict=True):
            assert abs(mpq(threshold(delta).decimal(12)) - mpq(printed)) < mpq(1, 10**6)
    for threshold, row in PUBLISHED_WEAK.items():
        for delta, printed in zip(DELTAS, row, strict=True):
            assert 0 < mpq(threshold(delta).decimal(12)) - mpq(printed) < mpq(12, 10**4)


@pytest.mark.parametrize("threshold", ALL)
def test_thresholds_as_values(threshold) -> None:
    value = threshold("3/4")
    assert value.status == "theorem"
    assert value.kind == ("exact" if threshold is weak_orthant else "certified")
    assert value.decimal(200)[:50] == value.decimal(100)[:50]
    assert pickle.loads(pickle.dumps(value)).decimal(20) == value.decimal(20)
    assert value._repr_latex_().startswith(r"$\rho = ")
    assert value.to_dict()["value"]["kind"] == value.kind
    assert value not in thresholds.all()


@settings(max_examples=8, deadline=None)
@given(st.fractions("1/1000", "999/1000", max_denominator=1000))
def test_thresholds_are_ordered(delta) -> None:
    """Strong below weak, l1 below non-negative; all grow with delta."""
    later = delta + (1 - delta) / 1000
    for threshold in CURVED:
        assert float(threshold(delta)) < float(threshold(later))
    assert strong_l1(delta).value < weak_l1(delta).value < weak_nonnegative(delta).value
    assert strong_l1(delta).value < strong_simplex(delta).value < weak_nonnegative(delta).value
    if delta > mpq(501, 1000):
        assert strong_orthant(delta).value < weak_orthant(delta).value
        assert weak_nonnegative(delta).value > weak_orthant(delta).value


def test_extreme_delta() -> None:
    for delta in ("1e-9", "0.999999999"):
        for threshold in CURVED:
            assert 0 < float(threshold(delta)) < 1
    assert 0 < float(strong_orthant("0.500000001")) < float(weak_orthant("0.500000001"))


# --- thresholds against finite n


def test_statistical_dimension_is_near_its_curve() -> None:
    """n psi - 2 sqrt(n/s) <= delta(D) <= n psi: amelunxen2014living, proposition 4.5."""
    for cone, kind in ((L1DescentCone, "l1"), (NonnegativeL1DescentCone, "nonnegative")):
        for n, s in ((30, 3), (80, 8), (80, 40), (150, 15)):
            exact = cone(n, s).statistical_dimension(15)
            limit = n * statistical_dimension_curve(mpq(s, n), kind)
            assert exact < limit
            assert exact > limit - rational_above(2 * math.sqrt(n / s))


def rational_above(x: float) -> mpq:
    return mpq(x) * (1 + mpq(1, 10**9))


def test_recovery_turns_at_the_weak_threshold() -> None:
    for kind, threshold in (("l1", weak_l1), ("nonnegative", weak_nonnegative)):
        rho = threshold("1/2").value
        gaps = []
        for n in (60, 240):
            s = round(float(rho) * n / 2)
            curve = [float(x) for x in recovery_curve(n, s, kind)]
            half = next(m for m, x in enumerate(curve) if x > 0.5)
            gaps.append(abs(half / n - 0.5))
            assert abs(half - float(n * statistical_dimension_curve(mpq(s, n), kind))) < 2
        assert gaps[1] <= 0.02


def test_expected_lost_faces_turn_at_the_strong_threshold() -> None:
    """(1/n) log of the expected number of lost s-faces changes sign at rho_S."""
    rho = float(strong_l1("1/2"))
    for factor, sign in ((0.6, -1), (1.6, 1)):
        n = 240
        s, m = round(factor * rho * n / 2), n // 2
        lost = 2 * L1DescentCone(n, s).intrinsic_volumes(15).half_tail(m + 1)
        log_count = math.log(math.comb(n, s)) + s * math.log(2) + float(mpmath.log(float(lost)))
        assert sign * log_count > 0


def test_angles_follow_their_exponents() -> None:
    """log angle = -n Psi + O(log n): the error per n halves, nearly, as n doubles."""
    for angle, exponent in (
        (lambda n: simplex_internal_angle(n // 2, n // 8, 15), internal_exponent("1/2", "1/8")),
        (lambda n: crosspolytope_external_angle(n, n // 2, 15), external_exponent("1/2")),
    ):
        gaps = [-math.log(float(angle(n))) / n - float(exponent) for n in (200, 400, 800)]
        assert abs(gaps[2]) < 0.01
        assert 0.4 < gaps[1] / gaps[0] < 0.65
        assert 0.4 < gaps[2] / gaps[1] < 0.65


# --- probabilities


def l1_recovers(matrix: np.ndarray, x: np.ndarray) -> bool:
    n = len(x)
    program = linprog(np.ones(2 * n), A_eq=np.hstack([matrix, -matrix]), b_eq=matrix @ x)
    return bool(np.abs(program.x[:n] - program.x[n:] - x).max() < 1e-6)


def nonnegative_recovers(matrix: np.ndarray, x: np.ndarray) -> bool:
    program = linprog(np.ones(len(x)), A_eq=matrix, b_eq=matrix @ x)
    return bool(np.abs(program.x - x).max() < 1e-6)


def is_unique(matrix: np.ndarray, x: np.ndarray) -> bool:
    off = (x == 0).astype(float)
    program = linprog(-off, A_eq=matrix, b_eq=matrix @ x, bounds=(0, None))
    return program.status == 0 and -program.fun < 1e-6  # status 3: unbounded


@pytest.mark.parametrize(
    ("kind", "recovers", "n", "s", "m"),
    [
        ("l1", l1_recovers, 10, 2, 5),
        ("l1", l1_recovers, 14, 3, 9),
        ("nonnegative", nonnegative_recovers, 12, 3, 6),
        ("nonnegative", nonnegative_recovers, 9, 4, 6),
        ("orthant", is_unique, 10, 2, 6),
    ],
)
def test_probabilities_against_linear_programs(kind, recovers, n, s, m) -> None:
    """150 programs each; 4.5 standard errors: false alarm below 1e-4 in all (the seed is fixed)."""
    rng = np.random.default_rng([n, s, m])
    trials, wins = 150, 0
    for _ in range(trials):
        x = np.zeros(n)
        x[:s] = rng.uniform(1, 2, s)
        wins += recovers(rng.standard_normal((m, n)), x)
    p = float(recovery_probability(n, s, m, kind))
    assert 0.1 < p < 0.9
    assert abs(wins - trials * p) < 4.5 * math.sqrt(trials * p * (1 - p)) + 0.5


def test_small_cases_exactly() -> None:
    assert recovery_curve(2, 1) == (0, mpq(1, 2), 1)
    assert recovery_curve(1, 1) == (0, 1)
    assert recovery_curve(4, 4) == (0, 0, 0, 0, 1)
    assert recovery_curve(4, 4, "orthant") == (0, 0, 0, 0, 1)
    assert recovery_probability(3, 1, 1) == mpq(1, 3)
    # a plane meets the cone at a vertex of the octahedron: 1 - 2 v_3
    assert math.isclose(recovery_probability(3, 1, 2), 1 - 2 * math.asin(1 / 3) / math.pi)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 22).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_curves_increase(size) -> None:
    n, s = size
    curves = {kind: recovery_curve(n, s, kind) for kind in ("l1", "nonnegative", "orthant")}
    for curve in curves.values():
        assert len(curve) == n + 1
        assert curve[0] == 0
        assert curve[n] == 1
        assert all(not Ball.of(b) < Ball.of(a) for a, b in pairwise(curve))
    for m in range(n + 1):  # the cones are nested
        assert not Ball.of(curves["nonnegative"][m]) < Ball.of(curves["l1"][m])
        assert not Ball.of(curves["nonnegative"][m]) < Ball.of(curves["orthant"][m])
    if s < n:  # fewer non-zeros are easier
        easier = recovery_curve(n, s, "l1")
        harder = recovery_curve(n, s + 1, "l1")
        assert all(not Ball.of(a) < Ball.of(b) for a, b in zip(easier, harder, strict=True))


def test_digits() -> None:
    for kind in ("l1", "nonnegative"):
        for m in (10, 30, 50):
            long = recovery_probability(60, 6, m, kind, 50)
            assert len(long.decimal(50)) >= 50
            assert recovery_probability(60, 6, m, kind).overlaps(long)
            assert long.source == "sparse.recovery"
    assert recovery_probability(200, 20, 70).decimal(15) == "0.770312118352093"


def test_a_ball_in_gives_a_ball_around() -> None:
    rho = Ball.between("0.2", "0.200001")
    psi = statistical_dimension_curve(rho)
    assert psi.contains(statistical_dimension_curve("0.2000005"))
    gamma = internal_exponent("1/2", rho)
    assert gamma.contains(internal_exponent("1/2", "0.2000005"))


@pytest.mark.parametrize(
    "call",
    [
        lambda: weak_l1(0),
        lambda: weak_l1(1),
        lambda: weak_l1("1e-30"),
        lambda: weak_l1("half"),
        lambda: weak_nonnegative(float("nan")),
        lambda: strong_l1("3/2"),
        lambda: weak_orthant("1/2"),
        lambda: strong_orthant("1/3"),
        lambda: statistical_dimension_curve("3/2"),
        lambda: statistical_dimension_curve("1/2", "l2"),
        lambda: statistical_dimension_curve("1/2", ["l1"] * 100),
        lambda: internal_exponent("1/2", "1/2"),
        lambda: external_exponent("1/2", "orthant"),
        lambda: external_exponent(1),
        lambda: recovery_probability(10, 0, 5),
        lambda: recovery_probability(10, 11, 5),
        lambda: recovery_probability(10, 2, 11),
        lambda: recovery_probability(10, 2, -1),
        lambda: recovery_probability(10.5, 2, 3),
        lambda: recovery_probability(10, 2, 3, "L1"),
        lambda: recovery_probability(10, 2, 3, digits=0),
        lambda: recovery_curve(10**8, 2),
    ],
)
def test_bad_input_is_one_line(call) -> None:
    with pytest.raises(DomainError) as failure:
        call()
    message = str(failure.value)
    assert "\n" not in message
    assert 10 < len(message) < 250
