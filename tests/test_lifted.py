"""The lifted Gordon bound and its companions: against simulation, exact values and second roads."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from gmpy2 import mpq
from refusals import refused
from scipy import optimize, special

import polygeo
from polygeo import relu, thresholds
from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.numerics.jets import strict_minimum, variables
from polygeo.cones import CircularCone, ConeUnion, Orthant, PolyhedralCone, SignCountFan
from polygeo.cones.fan_distance import FanDistance
from polygeo.errors import NotConverged
from polygeo.relu import half_space_failure, injectivity_bounds, lifted_failure, width
from polygeo.thresholds.lifted import lifted_ratio
from polygeo.thresholds.lifted_proof import supremum_is_zero
from polygeo.volumes import escape_bound, intersection_probability
from polygeo.volumes.chi_transforms import falling_moments, rising_moments


def simulated_distances(m: int, k: int, draws: int) -> np.ndarray:
    """Distances of Gaussian vectors to the fan: all but the k - 1 largest coordinates count."""
    vectors = np.sort(np.random.default_rng([m, k]).standard_normal((draws, m)), axis=1)
    return np.sqrt((np.maximum(vectors[:, : m - k + 1], 0) ** 2).sum(axis=1))


@pytest.mark.parametrize(("m", "k", "c"), [(6, 2, 2), (24, 3, 2), (10, 4, 3), (5, 1, 1), (9, 9, 4)])
def test_the_transform_against_simulation(m: int, k: int, c: int) -> None:
    """Six standard errors: one false alarm in 10^8."""
    values = np.exp(-c * simulated_distances(m, k, 200_000))
    error = values.std() / math.sqrt(len(values))
    assert abs(values.mean() - float(FanDistance(m, k).ball(mpq(c)))) < 6 * error


@pytest.mark.parametrize(("m", "k", "c"), [(24, 3, "11.64"), (12, 5, "1/10"), (7, 1, "3")])
def test_the_transform_against_another_integrator(m: int, k: int, c: str) -> None:
    """The double integral in floats, on a fine grid: 6 digits."""
    t = np.linspace(-14, 2, 1601)
    v = float(mpq(c)) ** 2 / 4 * np.exp(-2 * t)
    s = np.sqrt(1 + 2 * v)
    if k == 1:
        laplace = (0.5 + 0.5 / s) ** m
    else:
        x, weights = np.polynomial.legendre.leggauss(300)
        u = (x + 1) * 5
        z = 0.5 + (special.ndtr(np.outer(s, u)) - 0.5) / s[:, None]
        count = math.factorial(m) / math.factorial(k - 2) / math.factorial(m - k + 1)
        density = special.ndtr(-u) ** (k - 2) * np.exp(-u * u / 2) / math.sqrt(2 * math.pi)
        laplace = count * (z ** (m - k + 1) * density * weights * 5).sum(axis=1)
    few = sum(math.comb(m, j) for j in range(k - 1)) / 2**m
    terms = np.exp(t - np.exp(2 * t)) * laplace
    left = math.exp(-14) * laplace[0]  # the terms further to the left
    value = few + 2 / math.sqrt(math.pi) * (terms.sum() * 0.01 - terms[0] * 0.005 + left)
    ball = FanDistance(m, k).ball(mpq(c))
    assert abs(value / float(ball) - 1) < 1e-6
    assert ball.rad < mpq(2, 10**8) * ball.mid


@pytest.mark.parametrize("c", [mpq(1, 7), mpq(3)])
def test_chi_moments_against_hypergeometric_series(c: mpq) -> None:
    """E e^{c chi} by Kummer's function of both signs (even and odd powers of c)."""
    with precision(100), mpmath.workdps(40):
        up, down = rising_moments(exact_arb(c), 8), falling_moments(exact_arb(c), 8)
        x = mpmath.mpf(c.numerator) / mpmath.mpf(c.denominator)
        for j in range(1, 8):
            a = mpmath.mpf(j) / 2
            even = mpmath.hyp1f1(a, 0.5, x * x / 2)
            odd = mpmath.sqrt(2) * x * mpmath.gamma(a + 0.5) / mpmath.gamma(a)
            odd *= mpmath.hyp1f1(a + 0.5, 1.5, x * x / 2)
            for moment, value in ((up[j], even + odd), (down[j], even - odd)):
                assert abs(mpmath.mpf(moment.str(25, radius=False)) / value - 1) < 1e-20


CONVEX = [
    *((Orthant(m), n) for m, n in ((3, 1), (6, 2), (12, 3), (20, 5), (40, 5), (40, 15), (60, 25))),
    *((CircularCone(d, angle), n) for d in (3, 8, 20) for angle in ("1/5", "7/10") for n in (1, 2)),
    (CircularCone(20, "3/10"), 12),
]


@pytest.mark.parametrize(("cone", "n"), CONVEX)
def test_the_bound_is_above_the_exact_probability(cone: object, n: int) -> None:
    """Twenty convex cones, whose sections have an exact probability."""
    exact = intersection_probability(cone, n)
    bound = escape_bound(cone, n)
    assert bound.upper >= (exact.upper if hasattr(exact, "upper") else exact)
    assert bound.value.rad < mpq(1, 10**6) * bound.value.mid
    assert bound.c > 0 or bound.upper == 1


def test_twenty_convex_cases() -> None:
    assert len(CONVEX) == 20


def test_unions_inputs_and_images() -> None:
    """A union is bounded by the sum; fewer inputs make it smaller; K against the exact formula."""
    orthant = PolyhedralCone(rays=np.eye(12, dtype=int).tolist())
    union = ConeUnion([orthant, orthant.polar()])
    one, both = escape_bound(orthant, 3), escape_bound(union, 3)
    assert one.upper < both.upper < 2.0001 * float(one.upper)
    assert both.upper >= 2 * intersection_probability(Orthant(12), 3) - mpq(1, 10**3)
    # W K of an orthant K of R^4 meets an orthant of R^20: the product formula of orthants.
    inputs = escape_bound(Orthant(20), 4, inputs=Orthant(4))
    exact = intersection_probability(Orthant(20), Orthant(4).embed(20))
    assert exact <= inputs.upper < escape_bound(Orthant(20), 4).upper


def test_the_fan_of_level_one_is_an_orthant() -> None:
    for m, n in ((10, 2), (30, 6)):
        fan, orthant = escape_bound(SignCountFan(m, 1), n), escape_bound(Orthant(m), n)
        assert abs(float(fan.value / orthant.value) - 1) < 1e-4


PAIRS = [(n, int(n * ratio)) for n in (1, 2, 3, 4) for ratio in (3, 4, 5, 6, 7, 8, 10, 12)] + [
    *((5, m) for m in (10, 18, 25, 30)),
    *((6, m) for m in (12, 20)),
    *((10, m) for m in (20, 25)),
]


@pytest.mark.slow
def test_simulated_probabilities_lie_between_all_bounds() -> None:
    """Forty pairs, n = 1 to 10; each of the two-sided intervals may miss with 1e-7: 4e-6 in all."""
    assert len(PAIRS) == 40
    for n, m in PAIRS:
        known = injectivity_bounds(m, n)
        lower = max(bound.value for bound in known if bound.side != "upper")
        upper = min(bound.value for bound in known if bound.side != "lower")
        assert lower <= upper
        if n <= 2 or m <= 3 * n - 2:
            exact = polygeo.p(m, n)
            assert all(b.value <= exact for b in known if b.side == "lower")
            assert all(b.value >= exact for b in known if b.side == "upper")
            assert [b.best for b in known if b.side == "equal"] == [True]
            continue
        run = polygeo.p(m, n, samples=200 if math.comb(m, n - 1) > 20_000 else 2000, seed=7)
        # if p were the bound, the run would not be this far beyond it
        assert run.mean >= lower or run.agrees(lower, false_alarm=1e-7)
        assert run.mean <= upper or run.agrees(upper, false_alarm=1e-7)


@pytest.mark.parametrize("level", [1, 2, 5])
def test_levels_against_the_depth_of_simulated_points(level: int) -> None:
    """n = 2: the depth of the origin among m Gaussian points, by angles. 4000 draws, 1e-7 each."""
    generator = np.random.default_rng(level)
    for m in (2 * level + 1, 4 * level + 6, 30):
        angles = generator.uniform(0, 2 * np.pi, (4000, m))
        turned = (angles[:, None, :] - angles[:, :, None]) % (2 * np.pi)
        after = ((turned > 0) & (turned < np.pi)).sum(axis=2)  # strictly to one side of each point
        depth = np.minimum(after, m - 1 - after).min(axis=1)
        good = int((depth >= level).sum())
        run = polygeo.answers.Estimate.proportion(good, 4000, seed=level)
        for bound in injectivity_bounds(m, 2, level):
            beyond = run.mean < bound.value if bound.side == "lower" else run.mean > bound.value
            if bound.side == "equal" or beyond:
                assert run.agrees(bound.value, false_alarm=1e-7), (m, bound)


def test_half_space_and_coins_is_the_largest_product() -> None:
    for m, n in ((9, 3), (24, 3), (40, 7)):
        products = [
            mpq(2 * sum(math.comb(r - 1, i) for i in range(n)), 2**r)
            * mpq(sum(math.comb(m - r, j) for j in range(n)), 2 ** (m - r))
            for r in range(1, m + 1)
        ]
        assert half_space_failure(m, n) == max(products)
    assert half_space_failure(24, 3) == mpq(5293, 8388608)  # 6.3e-4
    assert abs(half_space_failure(350, 100) - mpq("0.9375")) < mpq(1, 10**4)


def test_bounds_fall_with_m() -> None:
    for n, level in ((3, None), (6, 4)):
        rows = [injectivity_bounds(m, n, level) for m in range(3 * n, 9 * n, n)]
        for name in ("half-space and coins", "union over orthants", "lifted Gordon"):
            values = [next(b.value for b in row if b.name == name) for row in rows]
            assert values == sorted(values)


@pytest.mark.parametrize(("n", "enough"), [(64, 490), (128, 969), (256, 1924)])
def test_the_width_that_a_theorem_grants(n: int, enough: int) -> None:
    found = width(n, "0.99")
    assert found.m <= enough
    assert found.theorem == "lifted Gordon"
    assert found.lower == 1 - lifted_failure(found.m, n).upper >= mpq("0.99")
    assert lifted_failure(found.m - 1, n).value.lower > mpq("0.01")


def test_small_widths_are_the_smallest() -> None:
    """For n = 1, 2 from exact p; for n = 3, 5 no bound reaches the probability one row earlier."""
    for n, goal in itertools.product((1, 2), (mpq("0.9"), mpq("0.999"))):
        assert width(n, goal).m == next(m for m in range(n, 99) if polygeo.p(m, n) >= goal)
    for n in (3, 5):
        found = width(n, "0.95")
        assert int(found) == found.m
        for m, reached in ((found.m, True), (found.m - 1, False)):
            best = max(b.value for b in injectivity_bounds(m, n) if b.side == "lower")
            assert (best >= mpq("0.95")) == reached


def rate_of_the_bound(alpha: float, gamma: float) -> float:
    """The exponential rate of the lifted bound at kappa = 1, from its own integrals: the largest
    exponent over v and over the place u of the (k-1)-th largest coordinate."""
    r = (gamma + math.sqrt(gamma**2 + 4)) / 2
    ends = gamma * r + math.log(r) - r * r / 2 + 0.5 - gamma**2 / 2
    entropy = -math.log(1 / alpha) / alpha - (1 - 1 / alpha) * math.log(1 - 1 / alpha)

    def at(logs: np.ndarray) -> float:
        v, u = np.exp(np.clip(logs, -30, 30))
        s = math.sqrt(1 + 2 * v)
        moment = 0.5 + math.erf(u * s / math.sqrt(2)) / 2 / s
        inner = special.log_ndtr(-u) + (alpha - 1) * math.log(moment)
        return -(-(gamma**2) / (4 * v) + alpha * entropy + inner)

    options = {"xatol": 1e-10, "fatol": 1e-15, "maxiter": 600}
    best = optimize.minimize(at, [0.2, 0.1], method="Nelder-Mead", options=options)
    return ends - best.fun


def test_the_threshold_is_where_the_rate_of_the_bound_vanishes() -> None:
    """A second road to 7.4486..: no chi, no c, but order statistics. Ten digits."""

    def root(gamma: float) -> float:
        return optimize.brentq(lambda a: rate_of_the_bound(a, gamma), 7.2, 8.0, xtol=1e-13)

    best = optimize.minimize_scalar(
        root, bracket=(1.2, 1.35, 1.5), method="brent", options={"xtol": 1e-9}
    )
    assert abs(best.x - 1.3513) < 1e-3
    assert abs(best.fun / float(thresholds.lifted_gordon()) - 1) < 1e-10


def test_the_bounds_decay_at_that_rate() -> None:
    """-log(bound)/n at alpha = 8, n = 50, 100, 200 tends to minus the rate, like log(n)/n."""
    rate = optimize.minimize_scalar(
        lambda gamma: rate_of_the_bound(8.0, gamma), bounds=(0.5, 4), method="bounded"
    ).fun
    gaps = [abs(math.log(lifted_failure(8 * n, n).value) / n - rate) for n in (50, 100, 200)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 3 * math.log(200) / 200


def test_lifting_less_and_less_gives_gordons_threshold() -> None:
    """The ratio at c -> 0, at its best chi, falls on Gordon's value from below, like c."""
    limit = float(thresholds.gordon())

    def least(c: float) -> float:
        def ratio(chi: float) -> float:
            with precision(120):
                point = [exact_arb(mpq(chi)), exact_arb(mpq(c))]
                return float(lifted_ratio(mpq(1), variables(point)).value)

        return optimize.minimize_scalar(ratio, bounds=(0.05, 3), method="bounded").fun

    gaps = [limit - least(c) for c in (1e-2, 1e-3, 1e-4)]
    assert all(gap > 0 for gap in gaps)
    for first, second in itertools.pairwise(gaps):
        assert 8 < first / second < 12


@pytest.mark.parametrize("kappa", ["1/3", "1", "3"])
def test_lifted_gordon_against_another_solver(kappa: str) -> None:
    """mpmath's own root of the gradient of the logarithm of the ratio."""
    with mpmath.workdps(40):
        k = mpmath.mpf(mpq(kappa).numerator) / mpmath.mpf(mpq(kappa).denominator)

        def ratio(chi: mpmath.mpf, c: mpmath.mpf) -> mpmath.mpf:
            t, scale = mpmath.sqrt(2 * chi), mpmath.sqrt(1 + c / chi)
            half = mpmath.mpf(1) / 2
            moment = half + mpmath.exp(-c) * mpmath.ncdf(-t)
            moment += (half - mpmath.ncdf(-t * scale)) / scale
            return (k + mpmath.log(1 + c / chi) / (2 * c)) * c / -mpmath.log(moment)

        rough = optimize.minimize(
            lambda x: float(ratio(mpmath.exp(x[0]), mpmath.exp(x[1]))),
            [-1.2, -0.4],
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-15},
        )
        start = [mpmath.exp(x) for x in rough.x]
        solve = mpmath.findroot(
            lambda chi, c: [mpmath.diff(ratio, (chi, c), n) for n in ((1, 0), (0, 1))],
            start,
            tol=1e-30,
        )
        value = ratio(*solve)
        assert abs(value - mpmath.mpf(thresholds.lifted_gordon(kappa).decimal(28))) < 1e-25


def test_a_point_off_the_minimum_proves_nothing() -> None:
    """`supremum_is_zero` refuses a ratio that some chi and c give, but that is no threshold."""
    with precision(160):
        chi, c = exact_arb(mpq("0.5")), exact_arb(mpq("1.4"))
        alpha = lifted_ratio(mpq(1), variables([chi, c])).value
        with pytest.raises(NotConverged):
            supremum_is_zero(exact_arb(mpq(1)), alpha, c / (2 * chi), 2 * chi)


def test_a_strict_minimum_is_proved_or_refused() -> None:
    ball = strict_minimum(lambda v: (v[0] * v[0] + v[1]).exp() - v[1], [0.1, 0.1], 40)
    assert ball.contains(1)
    assert ball.proved_digits >= 40
    with pytest.raises(NotConverged):
        strict_minimum(lambda v: v[0] * v[0] - v[1] * v[1], [0.0, 0.0], 20)  # a saddle


def test_digits_and_levels_of_the_new_thresholds() -> None:
    assert thresholds.half_space().value == 4
    for kappa in ("1/10", "1/2", "3", "1000000"):
        half, lifted = thresholds.half_space(kappa), thresholds.lifted_gordon(kappa)
        assert half.value == 2 + 2 * mpq(kappa) > thresholds.cover(kappa).value
        assert half.enclose(20) < lifted.enclose(20)
        assert lifted.enclose(20).lower <= thresholds.gordon(kappa).enclose(20).upper
    long = thresholds.lifted_gordon().decimal(1000)
    assert long.startswith("7.448638726293976785")
    assert len(long) == 1001
    assert float(thresholds.one_rsb()) < float(long) < float(thresholds.gordon())


@pytest.mark.parametrize(
    "call",
    [
        lambda: escape_bound(Orthant(4), 5),
        lambda: escape_bound(Orthant(4), -1),
        lambda: escape_bound(Orthant, 1),
        lambda: escape_bound("orthant", 1),
        lambda: escape_bound(Orthant(4), 2, inputs=Orthant(3)),
        lambda: escape_bound(Orthant(4), 2, inputs=SignCountFan(2, 2)),
        lambda: escape_bound(SignCountFan(4, 2).intrinsic_volumes(), 1),
        lambda: injectivity_bounds(3, 5),
        lambda: injectivity_bounds(9, 3, 0),
        lambda: injectivity_bounds(9, 3, 10),
        lambda: half_space_failure(9, 3, 10),
        lambda: lifted_failure(30_000, 3),
        lambda: lifted_failure(9, 3, 10),
        lambda: width(0, "0.9"),
        lambda: width(1001, "0.9"),
        lambda: width(5, 0),
        lambda: width(5, 1),
        lambda: width(5, "1.5"),
        lambda: width(5, float("nan")),
        lambda: thresholds.lifted_gordon(0),
        lambda: thresholds.half_space(-1),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with refused():
        call()  # type: ignore[operator]


def test_a_width_out_of_reach_says_what_was_tried() -> None:
    with refused(NotConverged, match="tried were exact values, both union bounds"):
        relu.width(2, 1 - mpq(1, 2**2500))
