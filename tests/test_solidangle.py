"""Solid angles by quasi-Monte-Carlo against exact ones, from 1/2 to 10^-25.

Each comparison may fail by chance with 1e-6 (Student on 32 randomisations); seeds are fixed.
"""

from concurrent.futures import ThreadPoolExecutor
from math import asin, factorial, fsum, pi

import numpy as np
import pytest
from gmpy2 import mpq
from refusals import refused
from scipy import integrate, special, stats

from polygeo.cones import LorentzCone, PolyhedralCone, WeylChamber
from polygeo.errors import DomainError, NotConverged
from polygeo.sampling.orthants import separated_variables
from polygeo.sampling.orthants.separated_variables import SeparatedVariables, drawn, saddle_means
from polygeo.sampling.orthants.solid_angle import estimate_solid_angle, radial_values


def chain(n):
    """0 <= x_1 <= ... <= x_n."""
    return np.eye(n) - np.eye(n, k=-1)


def close(run, exact, relative):
    """In the interval, and the interval narrow."""
    return run.agrees(exact) and run.stderr <= relative * exact


def test_orthant_of_thirty_dimensions():
    run = estimate_solid_angle(np.eye(30), 1024, seed=1)
    assert close(run, 2.0**-30, 1e-11)
    assert "9.31322574615" in str(run)


@pytest.mark.parametrize("n", [1, 2, 8, 10, 20])
def test_weyl_chambers(n):
    assert close(estimate_solid_angle(chain(n), 8192, seed=n), 1 / (2**n * factorial(n)), 3e-3)
    if n > 1:
        steps = np.diff(np.eye(n), axis=0)
        assert close(estimate_solid_angle(steps, 8192, seed=n), 1 / factorial(n), 3e-3)


def test_polar_of_a_chamber():
    """v_0 of D_6: the product of m_i / (m_i + 1) over the exponents."""
    rows = [[1, 1, 0, 0, 0, 0], *np.diff(np.eye(6, dtype=int), axis=0).tolist()]
    cone = PolyhedralCone(inequalities=rows)
    exact = WeylChamber("D", 6).intrinsic_volumes()
    assert close(cone.polar().estimate_solid_angle(4096, seed=2), float(exact[0]), 1e-3)
    assert close(cone.estimate_solid_angle(4096, seed=2), float(exact[6]), 3e-3)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_covariances_against_scipy(seed):
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal((5, 7))
    covariance = factor @ factor.T
    zero, precise = np.zeros(5), {"abseps": 1e-8, "releps": 1e-8, "maxpts": 2_000_000}
    right = stats.multivariate_normal.cdf(zero, zero, covariance, **precise)
    run = estimate_solid_angle(-factor, 1 << 14, seed=seed)  # P[factor g <= 0]
    assert abs(run.mean - right) < 6 * run.stderr + 1e-6
    assert run.stderr < 1e-3 * run.mean


def cube(t, d):
    """|x_i| <= t x_d: 2 (d - 1) facets, twice as many as dimensions."""
    side = np.eye(d - 1)
    return np.hstack([np.vstack([side, -side]), np.full((2 * d - 2, 1), t)])


def cube_angle(t, d):
    density = stats.norm.pdf
    return integrate.quad(
        lambda z: density(z) * (2 * special.ndtr(t * z) - 1) ** (d - 1), 0, 40, epsabs=0
    )[0]


@pytest.mark.parametrize("method", ["auto", "sov", "tilted", "radial"])
@pytest.mark.parametrize(("t", "d"), [(1.0, 3), (0.1, 3), (0.5, 7)])
def test_more_facets_than_dimensions(method, t, d):
    exact = cube_angle(t, d)
    if d == 3:
        assert exact == pytest.approx(asin(t * t / (1 + t * t)) / pi, rel=1e-8)
    run = estimate_solid_angle(cube(t, d), 1 << 14, seed=3, method=method)
    assert close(run, exact, 5e-3)


@pytest.mark.parametrize("width", [1e-1, 1e-3, 1e-6])
@pytest.mark.parametrize("method", ["auto", "radial"])
def test_needles_of_independent_rows(width, method):
    """Sectors, and cones over a regular triangle by their dihedral angles: 3 D - pi over 4 pi."""
    sector = estimate_solid_angle([[1, 0], [-1, width]], 4096, seed=2, method=method)
    assert close(sector, np.arctan(width) / (2 * pi), 1e-3)
    angles = 2 * pi * np.arange(3) / 3
    rows = np.column_stack([np.cos(angles), np.sin(angles), np.full(3, width)])
    pyramid = estimate_solid_angle(rows, 4096, seed=2, method=method)
    normals = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    dihedral = np.arccos(-(normals[0] @ normals[1]))
    assert close(pyramid, (3 * dihedral - pi) / (4 * pi), 1e-2)


@pytest.mark.parametrize("size", [1, 100, 10**6])
@pytest.mark.parametrize("d", [3, 5])
def test_needles_and_their_polars_against_certified_angles(d, size):
    """Solid angles from 1e-2 to 1e-27, and of nearly a half-space: one less than 1e-6 from 1/2."""
    rng = np.random.default_rng(3)
    rays = [[9 * size, *map(int, rng.integers(-9, 10, d - 1))] for _ in range(d)]
    cone = PolyhedralCone(rays=rays)
    exact = cone.intrinsic_volumes(12)
    for body, value in ((cone, exact[d]), (cone.polar(), exact[0])):
        assert close(body.estimate_solid_angle(4096, seed=1), float(value), 3e-3)


def test_large_matrices_by_floats_or_integers(monkeypatch):
    """Dense rows by floats, to 12 digits; rows with a last coordinate in doubt by integers."""
    dense = np.random.default_rng(2).standard_normal((36, 32))
    quick = SeparatedVariables.of(dense)
    monkeypatch.setattr(separated_variables, "MANY", 10**9)
    exact = SeparatedVariables.of(dense)
    monkeypatch.undo()
    assert quick.pivots.tolist() == exact.pivots.tolist()
    assert quick.rows == pytest.approx(exact.rows, rel=1e-12, abs=1e-13)
    flat = dense.copy()
    flat[:, 0] = flat[:, 1]
    assert SeparatedVariables.of(flat).rank == 31
    near = flat.copy()
    near[0, 0] += 1e-14
    assert SeparatedVariables.of(near).rank == 32


def test_few_points_are_no_estimate():
    """Without a tilt the wedge of 1e-4 is hardly hit: no number instead of 10^-16."""
    with pytest.raises(NotConverged, match="contribute"):
        estimate_solid_angle([[1, 0], [-1, 1e-4]], 1024, seed=1, method="sov")
    with pytest.raises(DomainError, match="narrower than 1e-9"):
        estimate_solid_angle([[1, 0], [-1, 1e-12]], 1024, seed=1)


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-12, 1e-16])
@pytest.mark.parametrize("method", ["auto", "radial"])
def test_normals_that_are_nearly_one(method, gap):
    """x >= 0, x + gap y >= 0, z >= 0: a wedge of pi less arctan gap, times a half-space.

    Whether they are told apart or put together, the error says what that does; it is small.
    """
    exact = 0.25 - np.arctan(gap) / (4 * pi)
    rows = [[1, 0, 0], [1, gap, 0], [0, 0, 1]]
    run = estimate_solid_angle(rows, 4096, seed=1, method=method)
    assert close(run, exact, 4 * gap + 1e-12 if method == "auto" else 1e-2)
    # Both walls to the same side: nothing is merged into nothing.
    thin = estimate_solid_angle([[1, 0], [-1, max(gap, 1e-7)]], 4096, seed=1)
    assert close(thin, np.arctan(max(gap, 1e-7)) / (2 * pi), 1e-2)


def test_integers_are_not_rounded():
    """Normals whose difference no float sees: an angle of 1e-18 less than a half turn."""
    rows = [[10**18, 0], [10**18, 1]]
    stairs = SeparatedVariables.of(rows)
    assert stairs.rank == 2
    assert stairs.rows[1] == pytest.approx([1.0, 1e-18], rel=1e-14)
    assert close(estimate_solid_angle(rows, 64, seed=1), 0.5, 1e-11)
    floats = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0 + 2**-50]])
    assert SeparatedVariables.of(floats).rank == 2
    assert SeparatedVariables.of(np.array([[0.1, 0.3], [0.2, 0.6]])).rank == 1


def box(widths):
    """|x_i| <= w_i z: rows, and the solid angle by its integral over z."""
    d = len(widths) + 1
    side = np.eye(d)[:-1]
    rows = np.vstack([side, -side]) + np.outer(np.tile(widths, 2), np.eye(d)[-1])
    exact = integrate.quad(
        lambda z: stats.norm.pdf(z) * np.prod([2 * special.ndtr(w * z) - 1 for w in widths]),
        0, 40, epsabs=0,
    )[0]  # fmt: skip
    return rows, exact


@pytest.mark.parametrize("method", ["auto", "radial", "tilted", "sov"])
@pytest.mark.parametrize("widths", [(1, 0.1, 0.01, 0.001), (0.03, 0.03, 0.02, 1e-5), (2, 1, 1, 1)])
def test_flat_and_narrow_cones_by_few_points(method, widths):
    """Eight rows in R^5, solid angles down to 1e-9: an interval that holds, or no number.

    The interval may miss with 1e-6 in each of 12 runs.
    """
    rows, exact = box(widths)
    turn = np.linalg.qr(np.random.default_rng(5).standard_normal((5, 5)))[0]
    given = 0
    for seed in range(12):
        try:
            run = estimate_solid_angle(rows @ turn, 64, seed=seed, method=method)
        except NotConverged:
            continue
        given += 1
        assert run.agrees(exact)
    if method in ("auto", "radial"):
        run = estimate_solid_angle(rows @ turn, 1 << 13, seed=1, method=method)
        assert close(run, exact, 2e-2)
    assert given or method != "auto"


@pytest.mark.parametrize("method", ["tilted", "sov", "radial"])
def test_half_spaces(method):
    assert close(estimate_solid_angle([[0.0, 3.0]], 64, seed=1, method=method), 0.5, 1e-11)


def test_needles_get_the_radial_method():
    run = estimate_solid_angle(cube(1e-4, 6), 1 << 13, seed=3)
    assert close(run, cube_angle(1e-4, 6), 1e-2)
    assert run.mean < 1e-19


def test_certified_angles_in_dimension_five():
    rows = [[3, 1, 0, 0, 1], [0, 2, -1, 0, 0], [0, 1, 4, 1, 0], [1, 0, 0, 2, -1], [1, -1, 0, 0, 2]]
    for cone in (PolyhedralCone(inequalities=rows), PolyhedralCone(rays=rows)):
        exact = cone.intrinsic_volumes(12)
        assert close(cone.estimate_solid_angle(1 << 13, seed=5), float(exact[5]), 1e-3)
        assert close(cone.polar().estimate_solid_angle(1 << 13, seed=5), float(exact[0]), 1e-3)
    apex = PolyhedralCone(inequalities=[[1, 0, 1], [-1, 0, 1], [0, 1, 1], [0, -1, 1]])
    exact = apex.intrinsic_volumes()
    assert apex.estimate_solid_angle(4096, seed=1).agrees(float(exact[3]))
    assert apex.polar().estimate_solid_angle(4096, seed=1).agrees(float(exact[0]))


def test_redundant_and_repeated_rows_change_nothing():
    rows = np.array([[1.0, 0], [2, 0], [0, 1], [1, 1], [1, 1e-3]])
    for method in ("sov", "tilted", "radial"):
        assert estimate_solid_angle(rows, 4096, seed=1, method=method).agrees(0.25)
    scaled = estimate_solid_angle(np.diag([1e200, 1e-200, 1.0]), 64, seed=1)
    assert close(scaled, 0.125, 1e-10)


def test_lineality_and_flatness():
    wedge = PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0]], lines=[[0, 0, 1]])
    assert wedge.estimate_solid_angle(256, seed=1).agrees(1 / 8)
    # The polar has dimension 2: the angle of its rays (0, -1, 0) and (-1, 1, 0) is 3/8 of a turn.
    assert wedge.polar().estimate_solid_angle(256, seed=1).agrees(3 / 8)
    assert wedge.intrinsic_volumes()[1] == mpq(3, 8)
    flat = PolyhedralCone(inequalities=[[1, 0, 0], [-1, 1, 0]], equations=[[1, 1, 1]])
    angle = flat.estimate_solid_angle(256, seed=1)
    assert close(angle, float(flat.intrinsic_volumes()[2]), 1e-2)
    with pytest.raises(DomainError, match="no inner points"):
        estimate_solid_angle([[1, 0], [-1, 0]], 256, seed=1)


def test_extremes_of_a_vector():
    cone = PolyhedralCone(inequalities=chain(9).astype(int).tolist())
    exact = WeylChamber("B", 9).intrinsic_volumes()
    counted = cone.estimate_intrinsic_volumes(2000, seed=1)
    mixed = cone.estimate_intrinsic_volumes(2000, seed=1, extremes="qmc")
    changed = {k for k in range(10) if counted[k] != mixed[k]}
    largest = {max(range(first, 10, 2), key=lambda k: counted[k].mean) for first in (0, 1)}
    assert changed == {0, 9} | largest
    for first in (0, 1):
        assert fsum(run.mean for run in mixed[first::2]) == pytest.approx(0.5, abs=1e-14)
    assert counted[9].mean == 0  # 1 / 185794560 was not seen
    for run, value in zip(mixed, exact, strict=True):
        assert run.agrees(value)
    assert mixed[9].stderr < 1e-2 * mixed[9].mean


def test_extremes_with_lines_and_without_inner_points():
    """x_1 <= .. <= x_7 has v_1 = 6!/7! and v_7 = 1/7!; a flat cone is one in its span."""
    order = [[int(j == i + 1) - int(j == i) for j in range(7)] for i in range(6)]
    ordered = PolyhedralCone(inequalities=order)
    for cone, low, high in (
        (ordered, (1, "1/7"), (7, "1/5040")),
        (ordered.polar(), (0, "1/5040"), (6, "1/7")),
    ):
        run = cone.estimate_intrinsic_volumes(2000, seed=1, extremes="qmc")
        for k, value in (low, high):
            assert run[k].method
            assert run[k].agrees(value)
            assert run[k].stderr < 3e-3 * run[k].mean
    flat = PolyhedralCone(rays=[[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]])
    run = flat.estimate_intrinsic_volumes(2000, seed=1, extremes="qmc")
    assert run[3].agrees("1/48")
    assert run[3].stderr < 3e-3 * run[3].mean
    assert run[4] == flat.estimate_intrinsic_volumes(2000, seed=1)[4]
    half = PolyhedralCone(inequalities=[[1, 0, 0]])  # 1/2 and 1/2 are known
    run = half.estimate_intrinsic_volumes(200, seed=1, extremes="qmc")
    assert run == half.estimate_intrinsic_volumes(200, seed=1)


def test_extremes_of_a_flat_cone():
    flat = PolyhedralCone(rays=[[1, 0, 0], [1, 2, 0]])
    mixed = flat.estimate_intrinsic_volumes(2000, seed=1, extremes="qmc")
    assert mixed[3].mean == 0
    assert close(mixed[2], np.arctan(2) / (2 * pi), 1e-2)
    assert close(mixed[0], 0.5 - np.arctan(2) / (2 * pi), 1e-2)
    assert fsum(run.mean for run in mixed) == pytest.approx(1, abs=1e-14)


def test_extremes_of_an_order_cone():
    """x_1 <= ... <= x_7: v_k = c(7, k) / 7! with Stirling's numbers, v_1 = 1/7, v_7 = 1/5040."""
    steps = np.diff(np.eye(7, dtype=int), axis=0).tolist()
    mixed = PolyhedralCone(inequalities=steps).estimate_intrinsic_volumes(
        2000, seed=1, extremes="qmc"
    )
    assert mixed[0].mean == 0
    assert close(mixed[1], 1 / 7, 1e-3)
    assert close(mixed[7], 1 / 5040, 1e-2)


def test_one_answer_everywhere(tmp_path):
    rows = cube(0.5, 4)
    alone = estimate_solid_angle(rows, 4096, seed=8)
    with ThreadPoolExecutor(3) as threads:
        assert estimate_solid_angle(rows, 4096, seed=8, executor=threads) == alone
    file = tmp_path / "run.json"
    for _ in range(2):
        assert estimate_solid_angle(rows, 4096, seed=8, checkpoint=file) == alone
    assert estimate_solid_angle(rows, 4096, seed=9) != alone


def test_the_interval_has_its_confidence():
    """Hits of the 80% intervals of 60 independent runs: binomial, with false alarm 1e-4."""
    hits = sum(
        low <= 1 / 48 <= high
        for low, high in (
            estimate_solid_angle(chain(3), 512, seed=s).interval(0.8) for s in range(60)
        )
    )
    low, high = stats.binom(60, 0.8).ppf([5e-5, 1 - 5e-5])
    assert low <= hits <= high


def test_means_are_a_saddle_point():
    """Perturbing x lowers, perturbing m raises the bound, which bounds the integrand."""
    stairs = SeparatedVariables.of(chain(6))
    square = stairs.rows[stairs.pivots]
    slopes = -square / square.diagonal()[:, None]
    means = saddle_means(slopes)
    values = stairs.tilted().values(np.random.default_rng(1).random((20_000, 5)))

    def bound(x, m):
        shift = np.tril(slopes, -1) @ np.append(x, 0.0) - np.append(m, 0.0)
        return (m @ m / 2 - x @ m) + special.log_ndtr(-shift).sum()

    from scipy.optimize import minimize

    peak = -minimize(lambda x: -bound(x, means[:-1]), np.zeros(5), tol=1e-12).fun
    assert values.max() <= np.exp(peak) * (1 + 1e-6)
    for direction in np.eye(5):
        other = means[:-1] + 0.05 * direction
        assert -minimize(lambda x, m=other: -bound(x, m), np.zeros(5), tol=1e-12).fun > peak
    assert values.std() < values.mean()


def test_intervals_far_out():
    low = np.array([-np.inf, 45.0, 3.0, -1.0, 2.0, -60.0])
    high = np.array([np.inf, np.inf, 3.001, 1.0, 1.0, -50.0])
    logs, z = drawn(low, high, 0.0, np.full(6, 0.5))
    assert logs[[0, 3]] == pytest.approx([0.0, np.log(special.ndtr(1) - special.ndtr(-1))])
    assert logs[1] == pytest.approx(special.log_ndtr(-45.0))
    assert logs[4] == -np.inf
    assert z[0] == pytest.approx(0)
    assert z[1] == pytest.approx(45.0154, abs=1e-3)  # 45 + log(2)/45, nearly
    assert 3 <= z[2] <= 3.001


def test_round_cones_are_caps():
    """Many facets around a circular cone: the radial values are nearly its solid angle."""
    rng = np.random.default_rng(1)
    side = rng.standard_normal((4000, 2))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    rows = np.hstack([side, np.ones((4000, 1))]) / 2**0.5
    values = radial_values(rows, np.array([0.0, 0, 1]), rng.standard_normal((50, 3)))
    assert values == pytest.approx(float(LorentzCone(3).intrinsic_volumes()[3]), rel=1e-3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimate_solid_angle([1, 2], 100, seed=1),
        lambda: estimate_solid_angle([[0, 0], [1, 0]], 100, seed=1),
        lambda: estimate_solid_angle([[np.nan, 0]], 100, seed=1),
        lambda: estimate_solid_angle([[1, 0]], 5, seed=1),
        lambda: estimate_solid_angle([[1, 0]], 100, seed=None),
        lambda: estimate_solid_angle([[1, 0]], 100, seed=1, method="magic"),
        lambda: estimate_solid_angle([[1, 0]], 100, seed=1, confidence=1),
        lambda: estimate_solid_angle([[1, 0]], 100, seed=1, executor=3),
        lambda: PolyhedralCone(rays=[[1, 0], [0, 1]]).estimate_intrinsic_volumes(
            100, seed=1, extremes="all"
        ),
        lambda: PolyhedralCone(rays=[], lines=[[1, 0], [0, 1]]).estimate_solid_angle(100, seed=1),
    ],
)
def test_bad_input_is_one_line(call):
    with refused():
        call()


def test_below_the_smallest_float():
    with pytest.raises(NotConverged):
        estimate_solid_angle(chain(170), 32, seed=1)
