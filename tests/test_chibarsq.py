"""Chi-bar-squared: against scipy's chi-squared, simulation of projections, published tables."""

import math

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused
from scipy import stats

from polygeo.answers import Ball
from polygeo.answers.ball import precision
from polygeo.cones import CircularCone, HalfSpace, Ray, SignCountFan, Subspace
from polygeo.errors import NotConverged
from polygeo.volumes import BivariateChiBarSquared, ChiBarSquared, IntrinsicVolumes


def orthant(d: int) -> IntrinsicVolumes:
    return IntrinsicVolumes([mpq(math.comb(d, k), 2**d) for k in range(d + 1)])


def test_one_weight_is_chi_squared() -> None:
    x = np.linspace(0.01, 60, 200)
    for k in (1, 2, 3, 10):
        law, chi2 = ChiBarSquared(Subspace(k, k)), stats.chi2(k)
        for name in ("pdf", "cdf", "sf", "logpdf", "logcdf", "logsf"):
            # scipy's logsf is log(sf): it is wrong by 1e-16 near 0, ours is not
            atol = 1e-15 if name.startswith("log") else 0
            assert np.allclose(getattr(law, name)(x), getattr(chi2, name)(x), 1e-12, atol)
        levels = np.array([1e-100, 1e-12, 0.05, 0.5, 0.999])
        assert np.allclose(law.ppf(levels), chi2.ppf(levels), rtol=1e-10)
        assert np.allclose(law.isf(levels), chi2.isf(levels), rtol=1e-10)
        assert np.isclose(law.var(), 2 * k)


def test_published_critical_values() -> None:
    """Likelihood-ratio test of a simple order, equal weights: the level probabilities are
    |s(k, l)|/k! and the 5% and 1% points are those tabulated by Robertson, Wright and Dykstra
    (1988), table A.4: 3.820, 6.824 (k = 3), 4.528, 7.709 (k = 4), to within their last digit."""
    table = {3: (3.820, 6.824), 4: (4.528, 7.709)}
    stirling = {3: (2, 3, 1), 4: (6, 11, 6, 1)}
    for k, (five, one) in table.items():
        law = ChiBarSquared([mpq(s, math.factorial(k)) for s in stirling[k]])
        assert abs(float(law.isf(0.05)) - five) < 1e-3
        assert abs(float(law.isf(0.01)) - one) < 2e-3


def test_projections_of_gaussian_vectors() -> None:
    """|max(g, 0)|^2 in R^4: Kolmogorov's test of the part above 0 and of the atom, 1e-6 each."""
    rng = np.random.default_rng(4)
    law = ChiBarSquared(orthant(4))
    sample = (np.maximum(rng.standard_normal((20_000, 4)), 0) ** 2).sum(axis=1)
    zeros = int((sample == 0).sum())
    assert abs(zeros / 20_000 - law.atom) < 5 * math.sqrt(law.atom / 20_000)
    positive = sample[sample > 0]
    above = stats.kstest(positive, lambda x: (law.cdf(x) - law.atom) / (1 - law.atom))
    assert above.pvalue > 1e-6
    drawn = law.rvs(size=20_000, random_state=5)
    assert stats.ks_2samp(drawn, sample).pvalue > 1e-6
    assert abs(drawn.mean() - law.mean()) < 5 * law.std() / math.sqrt(20_000)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=8).filter(any),
    st.just(0.0) | st.floats(1e-100, 1),
)
def test_inverses_invert(numbers: list[int], level: float) -> None:
    law = ChiBarSquared([mpq(x, sum(numbers)) for x in numbers])
    x = law.ppf(level)
    if level <= law.atom:
        assert x == 0
    elif level < 1:
        assert math.isclose(law.cdf(x), level, rel_tol=1e-9)
    y = law.isf(level)
    if 0 < y < np.inf:
        assert math.isclose(law.sf(y), level, rel_tol=1e-9)
    assert law.sf(1.7) + law.cdf(1.7) == pytest.approx(1, abs=1e-12)
    assert math.isclose(law.moment(1), law.mean(), abs_tol=1e-12)
    assert math.isclose(law.moment(2) - law.mean() ** 2, law.var(), abs_tol=1e-9)


def test_balls_hold_the_floats() -> None:
    law = ChiBarSquared(orthant(5))
    for x in ("1/10", "1", "7", "50"):
        upper, lower = law.sf(x, digits=25), law.cdf(x, digits=25)
        assert (upper + lower).contains(1)
        assert float(upper) == pytest.approx(law.sf(float(mpq(x))), rel=1e-12)
        assert upper.proved_digits >= 25
    assert law.sf(0, digits=10).contains(1 - mpq(1, 32))
    assert law.cdf(0, digits=10).contains(mpq(1, 32))
    assert law.sf(-1, digits=10).contains(1)
    tiny = law.sf(3000, digits=10)
    assert 0 < float(tiny.upper) < 1e-300 or float(tiny.upper) == 0


@pytest.mark.parametrize("cone", [CircularCone(20, "pi/7"), CircularCone(3, 0.5)])
def test_any_digits_of_a_cone_whose_volumes_are_balls(cone: CircularCone) -> None:
    """The volumes come with 30 digits; for more they are computed anew."""
    law, x = ChiBarSquared(cone), mpq(3)
    longest = law.sf(x, digits=120)
    for digits in (29, 31, 34, 40, 60):
        assert law.sf(x, digits=digits).decimal(digits) == longest.decimal(digits)
        assert (law.cdf(x, digits=digits) + longest).overlaps(1)


def test_weights_that_are_balls_end_the_digits() -> None:
    law = ChiBarSquared(CircularCone(3, 0.5).intrinsic_volumes())
    assert law.sf(3, digits=25).proved_digits >= 25
    with pytest.raises(NotConverged, match="a ball of positive width"):
        law.sf(3, digits=60)


def log_of_ball(ball: Ball) -> float:
    with precision(100):
        return float(ball.arb.log())


@pytest.mark.parametrize(
    "weights", [["0", "1/2", "1/2"], orthant(3), orthant(60), ["0"] * 200 + ["1"]]
)
def test_logarithms_go_on_in_the_tails(weights: object) -> None:
    """Where the probabilities underflow: against logarithms of certified ones, 12 digits."""
    law = ChiBarSquared(weights)
    x = [1400, 1500, 1600, 3000, 10**5]
    expected = [log_of_ball(law.sf(value, digits=20)) for value in x]
    assert np.allclose(law.logsf(x), expected, rtol=1e-12, atol=0)
    assert law.logsf(np.inf) == -np.inf
    assert np.isnan(law.logsf([np.nan, 1500.0])).tolist() == [True, False]
    small = [mpq(1, 10**9), mpq(1, 10**5), mpq(1, 100)]
    expected = [
        log_of_ball(law.cdf(value, digits=20)) if law.cdf(value) < 1 else 0 for value in small
    ]
    assert np.allclose(law.logcdf([float(v) for v in small]), expected, rtol=1e-12, atol=0)


def test_log_density_in_the_tails() -> None:
    """Of one law scipy's; of the orthant log((1/8) f_3 (1 + 3 f_2/f_3 + ..))."""
    x = np.array([1e-200, 1e-3, 1.0, 2000.0, 1e6])
    for k in (1, 2, 3, 50):
        law = ChiBarSquared(Subspace(k, k))
        assert np.allclose(law.logpdf(x), stats.chi2(k).logpdf(x), rtol=1e-12)
    logs = [
        math.log(w) + stats.chi2(k).logpdf(2000.0) for k, w in ((1, 3 / 8), (2, 3 / 8), (3, 1 / 8))
    ]
    expected = logs[2] + math.log(sum(math.exp(value - logs[2]) for value in logs))
    assert math.isclose(ChiBarSquared(orthant(3)).logpdf(2000.0), expected, rel_tol=1e-12)
    assert ChiBarSquared(orthant(3)).logpdf([-1.0, 0.0, np.inf]).tolist() == [
        -np.inf,
        np.inf,
        -np.inf,
    ]


def test_the_pair() -> None:
    """Projections on the orthant and its polar; margins are 5 standard errors and more."""
    rng = np.random.default_rng(9)
    g = rng.standard_normal((40_000, 3))
    plus, minus = (np.maximum(g, 0) ** 2).sum(1), (np.maximum(-g, 0) ** 2).sum(1)
    law = BivariateChiBarSquared(orthant(3))
    assert law.mean() == (1.5, 1.5)
    assert np.allclose(np.cov(plus, minus), law.cov(), atol=0.5)  # 5 to 6 standard errors
    share = ((plus <= 1) & (minus <= 2)).mean()
    assert abs(share - law.cdf(1, 2)) < 5 * math.sqrt(0.25 / 40_000)
    pairs = law.rvs(size=1000, random_state=1)
    assert pairs.shape == (2, 1000)
    assert (pairs >= 0).all()
    assert math.isclose(law.cdf(np.inf, np.inf), 1)
    assert math.isclose(float(law.cdf(np.inf, 0.7)), float(ChiBarSquared(orthant(3)).cdf(0.7)))


def test_the_atom_is_at_zero_and_not_beyond() -> None:
    """sf(0) = P[X > 0] = 1 - v_0 in all methods, as scipy.stats has it; P[X >= 0] = 1."""
    law, pair = ChiBarSquared(orthant(3)), BivariateChiBarSquared(orthant(3))
    assert law.sf(0) == 1 - law.atom == law.sf(-0.0) == 7 / 8
    assert law.sf(0, digits=20).contains(mpq(7, 8))
    assert law.cdf(0) == law.atom
    assert law.sf(-1e-300) == 1
    assert math.isclose(law.logsf(0), math.log(7 / 8))
    assert math.isclose(stats.rv_discrete(values=([0, 1], [1 / 8, 7 / 8])).sf(0), 7 / 8)
    assert math.isclose(pair.sf(0, -1), 7 / 8)
    assert math.isclose(pair.sf(-1, 0), 7 / 8)
    assert math.isclose(pair.sf(0, 0), 6 / 8)


def test_degenerate_cones() -> None:
    point = ChiBarSquared(Subspace(0, 3))
    assert point.support() == (0.0, 0.0)
    assert point.cdf(0) == 1
    assert point.ppf([0.0, 0.3, 1.0]).tolist() == [0, 0, 0]
    assert not point.rvs(size=10, random_state=1).any()
    assert np.isnan(ChiBarSquared(Ray(1)).ppf([-0.1, 1.1])).all()
    assert ChiBarSquared(Ray(1)).interval(0.5)[0] == 0
    assert ChiBarSquared(HalfSpace(2)).stats() == (1.5, 3.25)
    assert repr(ChiBarSquared(Ray(1))) == "ChiBarSquared(IntrinsicVolumes(1/2, 1/2))"


@pytest.mark.parametrize(
    "call",
    [
        lambda: ChiBarSquared(SignCountFan(4, 2)),
        lambda: ChiBarSquared([mpq(1, 2), mpq(1, 3)]),
        lambda: ChiBarSquared([mpq(3, 2), mpq(-1, 2)]),
        lambda: ChiBarSquared([]),
        lambda: ChiBarSquared("weights"),
        lambda: ChiBarSquared(7),
        lambda: ChiBarSquared(Ray(1)).cdf("x"),
        lambda: ChiBarSquared(Ray(1)).sf("x", digits=5),
        lambda: ChiBarSquared(Ray(1)).sf(1, digits=0),
        lambda: ChiBarSquared(Ray(1)).moment(-1),
        lambda: ChiBarSquared(Ray(1)).moment(1.5),
        lambda: ChiBarSquared(Ray(1)).moment(10**6),
        lambda: ChiBarSquared(Ray(1)).interval("wide"),
        lambda: ChiBarSquared(Ray(1)).rvs(random_state="x"),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with refused():
        call()  # type: ignore[operator]
