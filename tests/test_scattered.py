"""Hulls of points of very different sizes, and the samplers that make them.

Simulated tests have fixed seeds; each statement is false for a right program for at most one seed
in a million.
"""

import math
from itertools import combinations, product

import numpy as np
import pytest
from flint import fmpz_mat

from polygeo.errors import DomainError
from polygeo.polytopes import (
    BetaPolytope,
    BetaPrimePolytope,
    PoissonPolytope,
)
from polygeo.polytopes.cells_simulation import poisson_cell_polar
from polygeo.polytopes.hulls.counting import face_counts
from polygeo.polytopes.hulls.general_position import exact_counts, generic_counts
from polygeo.polytopes.hulls.scattered import scattered_hull


def homogeneous(point, shift):
    """(x, 1) times 2^1700, as integers: shifts are above -1600, floats multiples of 2^-100."""
    base = 1700
    numbers = [*(x.as_integer_ratio() for x in point)]
    return [(p << (base + shift)) // q for p, q in numbers] + [1 << base]


def facets_by_determinants(points, shifts):
    """All sets of d points with the others on one side: C(N, d) (N - d) exact determinants."""
    rows = [homogeneous(p, s) for p, s in zip(points.tolist(), shifts.tolist(), strict=True)]
    dim, found = points.shape[1], set()
    for chosen in combinations(range(len(rows)), dim):
        sides = {
            fmpz_mat([*(rows[i] for i in chosen), rows[j]]).det() > 0
            for j in range(len(rows))
            if j not in chosen
        }
        if len(sides) == 1:
            found.add(frozenset(chosen))
    return found


@pytest.mark.parametrize("dim", [2, 3, 4])
@pytest.mark.parametrize("room", [0, 30, 1500])
def test_facets_against_all_determinants(dim, room):
    stream = np.random.default_rng(100 * dim + room)
    for _ in range(3):
        points = stream.standard_normal((9, dim))
        shifts = stream.integers(-room, room + 1, 9)
        hull = scattered_hull(points, shifts)
        assert set(map(frozenset, hull.facets.tolist())) == facets_by_determinants(points, shifts)


@pytest.mark.parametrize(("count", "dim"), [(300, 2), (200, 3), (60, 5)])
def test_ordinary_points_have_the_same_faces(count, dim):
    points = np.random.default_rng(count).standard_normal((count, dim))
    found = exact_counts(scattered_hull(points))
    assert list(found) == list(face_counts(points)) == list(generic_counts(points))


def test_what_rounding_decides_is_decided_exactly():
    """A point 1e-5 outside an edge that is 1e12 long, which Qhull alone drops."""
    triangle = [[-1e12, 0.0], [1e12, 1e-3], [0.3, 1e12]]
    outside, inside = [0.0, -1e-5 + 5e-4], [0.0, 1e-5 + 5e-4]
    assert list(face_counts([*triangle, outside])) == [4, 4]
    assert list(generic_counts([*triangle, outside])) == [4, 4]
    assert list(generic_counts([*triangle, inside])) == [3, 3]


def test_the_inner_radius():
    """Of the triangle with the vertices 2^900 (1, 0), (-1, 2^-600), (0, -1): exactly."""
    points = np.array([[1.0, 0.0], [-1.0, 2.0**-600], [0.0, -1.0]])
    hull = scattered_hull(points, np.array([900, 0, 0]))
    a, b = points[1], points[2]
    edge = abs(a[0] * b[1] - a[1] * b[0]) / math.hypot(*(a - b))  # the line (-1, 0), (0, -1)
    # the line from 2^900 (1, 0) to (-1, 2^-600) passes 0 at 2^-600
    assert hull.log2_inner_radius() == pytest.approx(min(math.log2(edge), -600), abs=1e-9)
    moved = scattered_hull(points + np.array([3.0, 0.0]))
    assert moved.log2_inner_radius() == -math.inf


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_points_in_special_position(dim):
    """The cube with the middles of all its faces, in any order; flat ones; antipodal points."""
    grid = np.array(list(product((0.0, 1.0, 2.0), repeat=dim)))
    stream = np.random.default_rng(dim)
    for _ in range(4):
        shuffled = stream.permutation(grid)
        cube = [2 ** (dim - k) * math.comb(dim, k) for k in range(dim)]
        assert list(exact_counts(scattered_hull(shuffled))) == cube
    with pytest.raises(DomainError, match=f"span no R\\^{dim}"):
        scattered_hull(np.array([[float(i)] * dim for i in range(dim + 3)]))
    half = stream.standard_normal((8, dim))
    pairs = np.concatenate([half, -half])
    assert list(exact_counts(scattered_hull(pairs))) == list(face_counts(pairs))


# --- the samplers


@pytest.mark.parametrize("beta", ["1.05", "1.1", "1.25"])
def test_samples_of_heavy_tails_are_finite_and_have_their_law(beta):
    """P[|x| > r] = (1 + r^2)^(1 - beta) in the plane, 20,000 points, five standard errors."""
    model = BetaPrimePolytope(50, 2, beta)
    points = np.concatenate([model.sample(seed) for seed in range(400)])
    assert np.isfinite(points).all()
    sizes = np.hypot(*points.T)
    for r in (1.0, 1e3, 1e10):
        chance = (1 + r * r) ** (1 - float(beta))
        error = math.sqrt(chance * (1 - chance) / len(sizes))
        assert abs((sizes > r).mean() - chance) < 5 * error + 1e-9


@pytest.mark.parametrize(
    "model",
    [
        BetaPrimePolytope(50, 2, "1.05"),
        BetaPrimePolytope(50, 2, "1.1"),
        BetaPrimePolytope(50, 2, "1.25"),
        BetaPrimePolytope(20, 2, "1.005"),
        BetaPrimePolytope(20, 3, "1.55"),
        PoissonPolytope(2, "1/10"),
        PoissonPolytope(3, "1/10"),
        PoissonPolytope(2, "1/100"),
        PoissonPolytope(4, "3/10"),
    ],
    ids=repr,
)
def test_simulated_faces_of_scattered_points(model):
    found = model.estimate_f_vector(320, seed=17)
    for estimate, exact in zip(found, model.f_vector(20), strict=True):
        assert estimate.agrees(exact)
        assert estimate.stderr < 0.06 * float(exact)


def test_points_on_a_line_always_have_two_ends():
    """Laws on [-1, 1] so near to its ends that floats are equal; and laws beyond all floats."""
    for model in (
        BetaPolytope(2, 1, "-999/1000"),
        BetaPrimePolytope(3, 1, "0.505"),
        PoissonPolytope(1, "1/100"),
    ):
        assert [e.mean for e in model.estimate_f_vector(64, seed=1)] == [2]


def test_points_that_no_float_holds():
    """Radii above 1e308 have probability 1e308^(-2 (beta - 1)) = 8e-4 each: 55 of 65,000."""
    model = BetaPrimePolytope(65_000, 2, "1.005")
    with pytest.raises(DomainError, match="beyond the range of float64"):
        model.sample(3)
    assert 3 <= model.estimate_f_vector(2, seed=3)[0].mean < 30
    with pytest.raises(DomainError, match="beyond the range of float64"):
        poisson_cell_polar(np.random.default_rng(1), 2, 1e-4)  # its first arrival is below .93
