"""Tests of linear constraints: statistics, null laws, bounds, laws of an estimated variance."""

import random

import numpy as np
import pytest
from gmpy2 import mpq
from scipy import integrate, stats

from polygeo.cones import constraint_cone
from polygeo.errors import DomainError
from polygeo.volumes import (
    ChiBarSquared,
    EBarSquared,
    FBar,
    chi_bar_weights,
    constraint_test,
    p_value_bounds,
)

WEIGHTS = ["1/4", "11/24", "1/4", "1/24"]
"""Four ordered means of equal sizes."""


def identity(size):
    return [[int(i == j) for j in range(size)] for i in range(size)]


def case(seed, size=4, rows=5):
    """Integer data with ties: estimate, covariance, constraints."""
    draw = random.Random(seed)
    root = [[draw.randint(-2, 2) for _ in range(size)] for _ in range(size + 2)]
    V = [[sum(r[i] * r[j] for r in root) + (i == j) for j in range(size)] for i in range(size)]
    A = [[draw.randint(-1, 1) for _ in range(size)] for _ in range(rows)]
    return [mpq(draw.randint(-3, 3)) for _ in range(size)], V, A


def metric(V, d):
    """d' V^{-1} d, in rationals."""
    from polygeo.volumes.constraints.fit import ConstrainedFit
    from polygeo.volumes.constraints.rows import read_system

    return ConstrainedFit(read_system(V), d).to_origin()


@pytest.mark.parametrize("seed", range(12))
def test_the_restricted_estimate_is_the_projection(seed):
    x, V, A = case(seed)
    fit = constraint_test(x, V, A, kind="B")
    y = fit.restricted
    assert all(sum(a * b for a, b in zip(row, y, strict=True)) >= 0 for row in A)
    assert metric(V, [a - b for a, b in zip(x, y, strict=True)]) == fit.statistic
    # Pythagoras of Moreau: a cone, so <x - y, y> = 0 in the metric
    assert metric(V, x) == metric(V, list(y)) + fit.statistic
    # no feasible point among many integer ones is nearer
    draw = random.Random(seed)
    for _ in range(50):
        z = [b + mpq(draw.randint(-2, 2), 8) for b in y]
        if all(sum(a * b for a, b in zip(row, z, strict=True)) >= 0 for row in A):
            assert metric(V, [a - b for a, b in zip(x, z, strict=True)]) >= fit.statistic


@pytest.mark.parametrize("seed", range(6))
def test_types_a_and_b_share_the_distance_to_the_null(seed):
    """T_A + T_B is the distance to {A x = 0}, chi-squared of r: the means of both add up to r."""
    x, V, A = case(seed)
    a, b = (constraint_test(x, V, A, kind=kind, digits=10) for kind in "AB")
    units = constraint_test(x, V, [*A, *([-c for c in row] for row in A)], kind="B")
    assert a.statistic + b.statistic == units.statistic
    degrees = len(a.weights) - 1
    assert float(ChiBarSquared(a.weights).mean() + ChiBarSquared(b.weights).mean()) == (
        pytest.approx(degrees, abs=1e-9)
    )


def test_a_right_side_is_a_translation():
    V = [[2, 1, 0], [1, 3, 1], [0, 1, 2]]
    moved = constraint_test([3, 1, 5], V, "x1 - x2 > 2; x3 > x2 + 3; x1 = 3", digits=12)
    plain = constraint_test([0, 0, 1], V, "x1 > x2; x3 > x2; x1 = 0", digits=12)
    assert moved.statistic == plain.statistic
    assert moved.p_value == plain.p_value
    assert moved.restricted == tuple(
        a + b for a, b in zip(plain.restricted, (3, 1, 4), strict=True)
    )


def test_equalities_are_conditions_of_type_a_and_part_of_type_b():
    x, V = [1, 2, -1], identity(3)
    a = constraint_test(x, V, "x1 > 0; x2 > 0; x3 = 0")
    b = constraint_test(x, V, "x1 > 0; x2 > 0; x3 = 0", kind="B")
    assert (a.statistic, b.statistic) == (5, 1)
    tail = [float(stats.chi2.sf(1, k)) for k in (1, 2, 3)]
    assert float(b.p_value) == pytest.approx(tail[0] / 4 + tail[1] / 2 + tail[2] / 4, rel=1e-12)
    both = constraint_test(x, V, identity(3), equalities=[[0, 0, 1]], kind="B")
    assert both.statistic == 1


def test_one_constraint_is_a_one_sided_test():
    outcome = constraint_test([3], [[4]], [[1]], df=10)
    assert float(outcome.p_value) == pytest.approx(stats.t.sf(1.5, 10), rel=1e-12)
    share = constraint_test([3], [[4]], [[1]], df=10, ratio="E")
    assert share.statistic == mpq(9, 4) / (mpq(9, 4) + 10)
    assert share.p_value.overlaps(outcome.p_value)
    strict = constraint_test([3], [[4]], [[1]], df=10, kind="C")
    assert strict.p_value.overlaps(outcome.p_value)
    wrong = constraint_test([-3], [[4]], [[1]], kind="C")
    assert float(wrong.p_value) == pytest.approx(stats.norm.sf(-1.5), rel=1e-12)
    assert float(wrong.statistic) == -1.5


def test_global_is_the_distance_from_the_origin():
    x, V = [1, 2, 2], identity(3)
    outcome = constraint_test(x, V, "x1 > 0; x2 > 0", kind="global")
    assert outcome.statistic == 9
    law = [0, "1/4", "1/2", "1/4"]
    assert outcome.p_value.overlaps(ChiBarSquared(law).sf(9, 15))


def test_the_ratio_laws_are_those_of_simulated_regressions():
    """Means of 4 groups of 3: F-bar and E-bar-squared by their definitions, 20,000 data sets.

    False alarm below 1e-6 each (Dvoretzky-Kiefer-Wolfowitz).
    """
    rng = np.random.default_rng(5)
    runs, groups, size = 20_000, 4, 3
    data = rng.standard_normal((runs, groups, size))
    means = data.mean(axis=2)
    residual = ((data - means[..., None]) ** 2).sum(axis=(1, 2))
    fits = np.array([_increasing(row) for row in means])
    grand = means.mean(axis=1, keepdims=True)
    gained = size * ((fits - grand) ** 2).sum(axis=1)
    left = size * ((means - fits) ** 2).sum(axis=1)
    nu = groups * (size - 1)
    off = np.sqrt(np.log(2e6) / (2 * runs))
    for law, values in (
        (FBar(WEIGHTS, nu), gained / (residual / nu)),
        (EBarSquared(WEIGHTS, nu), gained / (gained + left + residual)),
    ):
        points = law.ppf(np.linspace(0.3, 0.999, 200))
        share = (values[:, None] <= points).mean(axis=0)
        assert np.abs(share - law.cdf(points)).max() < off


def _increasing(means):
    """Pool adjacent violators."""
    blocks = []
    for x in means:
        blocks.append([x, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [[(a * m + b * n) / (m + n), m + n]]
    return np.repeat([x for x, _ in blocks], [n for _, n in blocks])


@pytest.mark.parametrize("law", [FBar(WEIGHTS, "7/2"), EBarSquared(WEIGHTS, 9)])
def test_the_ratio_laws_are_consistent(law):
    top = law.support()[1]
    assert integrate.quad(law.pdf, 0, top, limit=200)[0] == pytest.approx(0.75, abs=1e-6)
    levels = np.array([0.3, 0.5, 0.9, 0.999])
    assert law.cdf(law.ppf(levels)) == pytest.approx(levels, rel=1e-10)
    assert law.sf(law.isf(levels[:1])) == pytest.approx(levels[:1], rel=1e-10)
    for x in (mpq(1, 10), mpq(9, 10), mpq(999, 1000)):
        ball = law.sf(x, digits=14)
        assert float(ball) == pytest.approx(float(law.sf(float(x))), rel=1e-11)
        assert (ball + law.cdf(x, digits=14)).contains(1)
    draws = law.rvs(40_000, random_state=3)
    spread = float(np.std(draws)) / 200
    assert abs(float(np.mean(draws)) - law.mean()) < 6 * spread
    assert law.p_value(0) == 1


def test_far_more_degrees_give_the_known_variance():
    law, limit = FBar(WEIGHTS, 10**9), ChiBarSquared(WEIGHTS)
    assert float(law.sf(6.45)) == pytest.approx(float(limit.sf(6.45)), rel=1e-7)


@pytest.mark.parametrize("df", [None, 12])
def test_bounds_hold_for_every_covariance_and_are_sharp(df):
    low, high = p_value_bounds(5, 3, df, digits=12)
    make = ChiBarSquared if df is None else (lambda w: FBar(w, df))
    for seed in range(5):
        _, V, _ = case(seed, size=3)
        p = make(chi_bar_weights(V)).p_value(5, 12)
        assert float(low) <= float(p) <= float(high)
    flat = chi_bar_weights([[1, mpq(999, 1000)], [mpq(999, 1000), 1]])
    assert float(flat[0] + flat[1]) > 0.5  # near (0, 1/2, 1/2): a half-plane
    assert all(
        x.overlaps(y) for x, y in zip(p_value_bounds(5, 1), p_value_bounds(5, 1)[::-1], strict=True)
    )


def test_a_cone_to_simulate():
    """The counted weights of 6 constraints agree with the certified ones (false alarm 1e-6)."""
    V = [[mpq(1) if i == j else mpq(1, 3) for j in range(6)] for i in range(6)]
    run = constraint_cone(V).face_counts(2000, 1)
    exact = chi_bar_weights(V, digits=8)
    assert all(x.agrees(y, mpq(1, 10**6)) for x, y in zip(run.volumes(), exact, strict=True))
    p_value = ChiBarSquared(run).p_value(9)
    assert p_value.agrees(ChiBarSquared(exact).p_value(9, 10), mpq(1, 10**6))


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (([1], identity(2)), {}, "estimate needs 2 numbers"),
        (([1, 2], identity(2), "x1 > 1; x1 < 0"), {}, "no solution"),
        (([1, 2], identity(2), "x1 > 1; x1 < 2"), {}, "all constraints are active"),
        (([1, 2], identity(2), "x1 = 1; x1 = 2"), {}, "the equalities have no solution"),
        (([1, 2], identity(2), "x1 > 1"), {"kind": "global"}, "0 on the right"),
        (([1, 2], identity(2), "x1 > 0; x2 = 0"), {"kind": "C"}, "inequalities only"),
        (([1, 2], identity(2)), {"df": 0}, "df > 0"),
        (([1, 2], identity(2)), {"kind": "D"}, "kind"),
        (([1, 2], identity(2), [[1, 0]], [1, 2]), {}, "rhs needs a number for each of 1 rows"),
    ],
)  # fmt: skip
def test_wrong_data_are_one_line(arguments, options, said):
    with pytest.raises(DomainError, match=said) as caught:
        constraint_test(*arguments, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "law", [FBar(WEIGHTS, 1), FBar(WEIGHTS, "7/2"), EBarSquared(WEIGHTS, 1), ChiBarSquared(WEIGHTS)]
)
@pytest.mark.parametrize("exponent", [-11, -3, 3, 11])
def test_floats_are_right_in_both_tails(law, exponent):
    """For a few degrees of freedom the tail of F-bar is heavy, and 1 - x/(x + nu) cancels."""
    if isinstance(law, EBarSquared):
        x = 10.0**exponent if exponent < 0 else 1 - 10.0**-exponent
    else:
        x = 10.0 ** (exponent if not isinstance(law, ChiBarSquared) else min(exponent, 2))
    for call in (law.sf, law.cdf):
        assert float(call(x)) == pytest.approx(float(call(mpq(x), digits=20)), rel=1e-13)
    assert float(law.sf(law.isf(float(law.sf(x))))) == pytest.approx(float(law.sf(x)), rel=1e-9)


def test_the_density_of_a_heavy_tail_is_the_slope_of_the_distribution():
    """The law 2 F_{2, nu} has P[X > x] = (1 + x/nu)^(-nu/2), which is easily differentiated."""
    law = FBar([0, 0, 1], 1)
    for x in (1e-9, 1.0, 1e9, 1e150, 1e200):
        assert float(law.pdf(x)) == pytest.approx(0.5 * (1 + x) ** -1.5, rel=1e-11)
        assert float(law.sf(x)) == pytest.approx((1 + x) ** -0.5, rel=1e-12)


def test_the_latex_of_an_outcome_holds_numbers_of_any_size():
    identity = [[1, 0], [0, 1]]
    tiny = constraint_test([0, 80], identity, "x1 < x2")._repr_latex_()
    assert r"T = 3200,\ p = 9.48481 \cdot 10^{-698}" in tiny
