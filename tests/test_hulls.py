"""Face counts of convex hulls, cells of Poisson tessellations, and runs over many of them.

Simulated means are held to intervals that miss the truth with probability 1e-6 each; seeds are
fixed, so that a test that passes keeps passing.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, permutations, product
from math import comb, factorial

import numpy as np
import pytest
import sympy
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

from polygeo.answers import Estimate
from polygeo.cones import PolyhedralCone
from polygeo.errors import DomainError
from polygeo.polytopes import GaussianPolytope, RandomWalkHull
from polygeo.polytopes.cells_simulation import (
    poisson_cell_counts,
    poisson_cell_polar,
    polar_vertices,
)
from polygeo.polytopes.hulls import counting
from polygeo.polytopes.hulls.counting import face_counts

CUBE = [list(x) for x in product((-1, 1), repeat=3)]


def test_polytopes_with_known_faces():
    for d in range(2, 7):
        units = np.eye(d)
        assert list(face_counts([[0] * d, *units])) == [comb(d + 1, k + 1) for k in range(d)]
        cross = [2 ** (k + 1) * comb(d, k + 1) for k in range(d)]
        assert list(face_counts([*units, *-units])) == cross
        if d < 6:
            cube = list(product((0, 1), repeat=d))
            assert list(face_counts(cube)) == [2 ** (d - k) * comb(d, k) for k in range(d)]


def test_the_24_cell_has_octahedra():
    points = {p for s in product((1, -1), repeat=2) for p in permutations((*s, 0, 0))}
    assert list(face_counts(sorted(points))) == [24, 96, 96, 24]


@pytest.mark.parametrize("d", [4, 6])
def test_cyclic_polytopes_are_neighbourly(d):
    t = np.linspace(-1, 1, 9)
    f = face_counts(np.stack([t**k for k in range(1, d + 1)], axis=1))
    assert [int(x) for x in f[: d // 2]] == [comb(9, k + 1) for k in range(d // 2)]


def _planes(points):
    """The facets of integer points of R^3 as sets of points, by brute force and exactly."""
    found = set()
    for a, b, c in combinations(points, 3):
        u, v = ([y - x for x, y in zip(a, p, strict=True)] for p in (b, c))
        normal = [u[i - 2] * v[i - 1] - u[i - 1] * v[i - 2] for i in range(3)]
        sides = [sum(n * (y - x) for n, x, y in zip(normal, a, p, strict=True)) for p in points]
        if any(normal) and (min(sides) == 0 or max(sides) == 0):
            found.add(frozenset(p for p, side in zip(points, sides, strict=True) if side == 0))
    return found


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.sets(st.tuples(*[st.integers(-2, 2)] * 3), min_size=5, max_size=10))
def test_integer_points_in_space(points):
    """Many coplanar and collinear points: the counts are those of exact arithmetic."""
    cloud = sorted(points)
    rank = sympy.Matrix([[y - x for x, y in zip(cloud[0], p, strict=True)] for p in cloud]).rank()
    if rank < 3:
        with pytest.raises(DomainError, match="span no"):
            face_counts(cloud)
        return
    facets = _planes(cloud)
    vertices = [
        p
        for p in cloud
        if len(around := [f for f in facets if p in f]) > 2
        and len(set.intersection(*map(set, around))) == 1
    ]
    f0, f2 = len(vertices), len(facets)
    assert list(face_counts(cloud)) == [f0, f0 + f2 - 2, f2]


CLOUDS = {
    "tenths": lambda stream: stream.integers(0, 5, (12, 3)) / 10,
    "tenths in the plane": lambda stream: stream.integers(0, 5, (12, 2)) / 10,
    "flat": lambda stream: stream.standard_normal((12, 3)) * [1, 1, 1e-13],
    "nearly a cube": lambda stream: (
        stream.integers(0, 2, (12, 3)) + stream.standard_normal((12, 3)) * 1e-15
    ),
    "far out": lambda stream: stream.standard_normal((12, 3)) + 1e9,
    "twice": lambda stream: np.repeat(stream.integers(0, 3, (8, 4)), 2, axis=0) / 3,
}


@pytest.mark.parametrize("name", CLOUDS)
def test_hulls_are_those_of_the_dyadic_points(name):
    """Qhull merges what is nearly coplanar; the counts are those of double description."""
    stream = np.random.default_rng(1)
    for _ in range(8):
        points = CLOUDS[name](stream)
        cone = PolyhedralCone(rays=[[1, *map(float, p)] for p in points])
        if cone.dim > points.shape[1]:
            assert tuple(face_counts(points)) == cone.f_vector()[1:-1]
            assert tuple(face_counts(np.ldexp(points, 900))) == cone.f_vector()[1:-1]


def test_a_hull_that_is_none_is_not_believed(monkeypatch):
    points = np.random.default_rng(2).standard_normal((12, 3))
    right = face_counts(points).tolist()
    simplices, equations = counting.hull_facets(points)
    for changed in (
        (simplices[1:], equations[1:]),
        (np.roll(simplices, 1, axis=0), equations),
        (simplices, -equations),
    ):
        monkeypatch.setattr(counting, "hull_facets", lambda _, found=changed: found)
        assert face_counts(points).tolist() == right


def test_planes_within_rounding_are_one_on_request():
    stream = np.random.default_rng(3)
    zonotope = np.array(list(product((-1.0, 1.0), repeat=5))) @ stream.standard_normal((5, 3))
    assert face_counts(zonotope, coplanar="rounded").tolist() == [22, 40, 20]
    with pytest.raises(DomainError, match="coplanar"):
        face_counts(zonotope, coplanar="nearly")


def test_one_dimension():
    assert list(face_counts([[1.0], [3.0], [2.0]])) == [2]


@pytest.mark.parametrize(
    "points",
    [
        "abc",
        [1.0, 2.0],
        [[1, 2], [3, 4]],
        [[0, 0], [1, 1], [2, 2]],
        [[0, 0], [1, 0], [0, np.nan]],
        [[0, 0], [1, 0], [0, np.inf]],
        [[1.0], [1.0]],
        np.zeros((20, 9)),
        [[1, 2], [3]],
        [[1j, 2], [3, 4], [5, 6]],
    ],
)
def test_what_has_no_hull_is_refused_in_one_line(points):
    with refused():
        face_counts(points)


def _mean(counts, seed):
    """Estimates of the columns' means, every row a batch."""
    return [Estimate.from_batches([int(x) for x in column], 1, seed) for column in counts.T]


@pytest.mark.parametrize(("d", "samples"), [(2, 3000), (3, 2000), (4, 800)])
def test_the_zero_cell_has_the_known_number_of_vertices(d, samples):
    """E f_0 = 2^-d d! kappa_d^2 (Schneider and Weil), and 2 f_1 = d f_0 for simple polytopes."""
    stream = np.random.default_rng(d)
    counts = np.array([poisson_cell_counts(stream, d, 1.0) for _ in range(samples)])
    volume = sympy.pi ** sympy.Rational(d, 2) / sympy.gamma(sympy.Rational(d, 2) + 1)
    assert _mean(counts, 1)[0].agrees(float(volume**2 * factorial(d) / 2**d))
    assert (2 * counts[:, 1] == d * counts[:, 0]).all()


@pytest.mark.parametrize(
    ("d", "samples", "vertices"),
    [(2, 3000, 6), (3, 1500, 96 * sympy.pi**2 / 35), (4, 300, sympy.Rational(1430, 9))],
)
def test_the_voronoi_cell_has_the_known_number_of_vertices(d, samples, vertices):
    """Meijering's values in space, Møller's in dimension 4."""
    stream = np.random.default_rng(10 + d)
    counts = np.array([poisson_cell_counts(stream, d, float(d)) for _ in range(samples)])
    assert _mean(counts, 1)[0].agrees(float(vertices))


@pytest.mark.parametrize("d", [2, 3])
def test_a_voronoi_cell_is_that_of_another_construction(d):
    """The points of the process, put into scipy's Voronoi diagram: the same cell of 0."""
    from scipy.spatial import Voronoi

    for seed in range(20):
        polar = poisson_cell_polar(np.random.default_rng(seed), d, float(d))
        points = 2 * polar / (polar**2).sum(axis=1, keepdims=True)
        diagram = Voronoi(np.concatenate([np.zeros((1, d)), points]))
        region = diagram.regions[diagram.point_region[0]]
        assert -1 not in region
        expected = np.sort(np.linalg.norm(diagram.vertices[region], axis=1))
        vertices = polar_vertices(polar)
        np.testing.assert_allclose(np.sort(np.linalg.norm(vertices, axis=1)), expected, rtol=1e-7)


@pytest.mark.parametrize("alpha", [1.0, 2.0])
def test_no_later_half_space_cuts_a_cell(alpha):
    """The vertices lie closer to 0 than the last half-space: the window is large enough."""
    for seed in range(50):
        polar = poisson_cell_polar(np.random.default_rng(seed), 2, alpha)
        radii = 1 / np.linalg.norm(polar, axis=1)
        assert (np.diff(radii) > 0).all()
        vertices = polar_vertices(polar)
        assert np.linalg.norm(vertices, axis=1).max() < radii[-1]


def test_a_cell_on_the_line_is_a_segment():
    """Half of the unit arrivals lie on either side: the mean distance to each end is 2."""
    lengths = []
    for seed in range(2000):
        polar = poisson_cell_polar(np.random.default_rng(seed), 1, 1.0)
        assert list(poisson_cell_counts(np.random.default_rng(seed), 1, 1.0)) == [2]
        low, high = sorted(float(x) for (x,) in polar_vertices(polar))
        assert low < 0 < high
        lengths.append((high - low) / 4)
    assert Estimate.from_batches(lengths, 1).agrees(1)


@pytest.mark.parametrize(("d", "alpha"), [(0, 1.0), (9, 1.0), (2, 0.0), (2, float("nan"))])
def test_cells_that_do_not_exist(d, alpha):
    with pytest.raises(DomainError):
        poisson_cell_counts(np.random.default_rng(1), d, alpha)


MODEL = GaussianPolytope(8, 3)


def test_the_same_estimate_on_any_workers():
    plain = MODEL.estimate_f_vector(300, seed=5)
    with ThreadPoolExecutor(2) as pool:
        assert MODEL.estimate_f_vector(300, 5, executor=pool) == plain
    assert MODEL.estimate_f_vector(300, seed=6) != plain
    assert [estimate.samples for estimate in plain] == [300] * 3


def test_moments_are_exact(monkeypatch):
    """Squares are summed in two parts: the standard error is that of the plain list."""
    from polygeo.polytopes import model

    monkeypatch.setattr(model, "LIMB", 5)
    walk = RandomWalkHull(30, 2)
    seen = []
    counted = RandomWalkHull._face_counts
    monkeypatch.setattr(
        RandomWalkHull, "_face_counts", lambda self, s: (seen.append(counted(self, s)), seen[-1])[1]
    )
    first = walk.estimate_f_vector(100, seed=1)[0]
    values = [int(counts[0]) for counts in seen]
    plain = Estimate.from_batches(values, 1, 1)
    assert first.mean == plain.mean == sum(values) / 100
    assert first.statistics == (*plain.statistics[:3], plain.statistics[3] + model.MIN_EVENTS)


def test_a_number_that_never_varied_has_an_honest_interval():
    """All 12 points of R^8 are vertices but in 4 samples of 10^4: [12, 12] would be wrong."""
    model = GaussianPolytope(12, 8)
    estimate = model.estimate_f_vector(64, seed=1)[0]
    expected = model.f_vector()[0]
    assert estimate.mean == 12
    assert 12 - expected < mpq(1, 1000)
    assert not expected.contains(12)
    assert estimate.agrees(expected)
    # An event of probability p is missed in all samples with probability (1 - p)^samples.
    for confidence in (0.95, 1 - 1e-6):
        low, _ = estimate.interval(confidence)
        assert (1 - (12 - low)) ** 64 < 1 - confidence


def test_a_run_goes_on_from_its_checkpoint(tmp_path):
    file = tmp_path / "run.json"
    MODEL.estimate_f_vector(150, seed=5, checkpoint=file)  # two blocks and a part of the third
    again = MODEL.estimate_f_vector(256, seed=5, checkpoint=file)
    assert again == MODEL.estimate_f_vector(256, seed=5)
    with pytest.raises(DomainError, match="another job"):
        GaussianPolytope(9, 3).estimate_f_vector(256, seed=5, checkpoint=file)


@pytest.mark.parametrize(
    ("samples", "seed", "executor"),
    [
        (1, 1, None),
        (2.5, 1, None),
        (True, 1, None),
        (2**40, 1, None),
        (10, -1, None),
        (10, "a", None),
        (10, 1, 3),
    ],
)
def test_bad_runs_are_refused_in_one_line(samples, seed, executor):
    with refused():
        MODEL.estimate_f_vector(samples, seed, executor=executor)


def test_hulls_of_high_dimension_are_refused():
    with pytest.raises(DomainError, match="d <= 8"):
        GaussianPolytope(30, 9).estimate_f_vector(10, seed=1)
