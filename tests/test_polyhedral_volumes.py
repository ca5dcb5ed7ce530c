"""Volumes of polyhedral cones by many methods.

Simulated tests have fixed seeds and bounds that a right program misses for fewer than one seed
in a million.
"""

import random
from itertools import product

import numpy as np
import pytest
import sympy
from enclosures import agree, ball
from gmpy2 import mpq
from polyhedral_cones import CONES, identity, random_cone
from scipy.optimize import nnls

from polygeo.answers import Ball
from polygeo.cones import HalfSpace, Orthant, PolyhedralCone, Ray, Subspace, WeylChamber
from polygeo.errors import DomainError, NoExactValue
from polygeo.volumes import IntrinsicVolumes

# --- what every cone must satisfy


@pytest.mark.parametrize("cone", CONES, ids=lambda c: f"{c.ambient_dim}-{len(c.rays)}")
def test_sum_and_gauss_bonnet_and_polarity(cone):
    v = cone.intrinsic_volumes(20)
    assert sum(map(ball, v), Ball.of(0)).contains(1)
    signed = [ball(x) if k % 2 == 0 else -ball(x) for k, x in enumerate(v)]
    assert sum(signed, Ball.of(0)).contains(0)
    assert all(ball(x) > 0 for x in v)
    assert all(ball(x).proved_digits >= 19 for x in v)
    # the polar is computed from its own rays, the facets of the cone
    polar = PolyhedralCone(rays=[[-c for c in row] for row in cone.inequalities])
    assert polar.is_same_set(cone.polar())
    assert agree(polar.intrinsic_volumes(20), v.reversed())
    assert agree(cone.polar().intrinsic_volumes(20), v.polar())


@pytest.mark.parametrize("cone", CONES[:7], ids=lambda c: f"{c.ambient_dim}-{len(c.rays)}")
def test_product_embedding_and_lineality(cone):
    v, d = cone.intrinsic_volumes(20), cone.ambient_dim
    ray = PolyhedralCone(rays=[[3]])
    half = [ball(x) * mpq(1, 2) for x in v]
    with_ray = [a + b for a, b in zip([*half, Ball.of(0)], [Ball.of(0), *half], strict=True)]
    assert agree((cone * ray).intrinsic_volumes(20), IntrinsicVolumes(with_ray))
    assert agree(cone.embed(d + 2).intrinsic_volumes(20), v.embed(d + 2))
    assert (cone.embed(d + 2).dim, cone.embed(d + 2).ambient_dim) == (d, d + 2)
    line = PolyhedralCone(rays=[], lines=[[1, 0], [0, 1]])
    shifted = (cone * line).intrinsic_volumes(20)
    assert agree(shifted, IntrinsicVolumes([mpq(0), mpq(0), *v]))
    # a ray that the cone does not need as a generator, in a rotated copy (a Pythagorean triple)
    turned = [
        [3 * r[0] - 4 * r[1], 4 * r[0] + 3 * r[1], *(5 * c for c in r[2:])] for r in cone.rays
    ]
    turned.append([a + b for a, b in zip(turned[0], turned[1], strict=True)])
    assert agree(PolyhedralCone(rays=turned).intrinsic_volumes(20), v)


@pytest.mark.parametrize("cone", CONES[2:5], ids=lambda c: f"{c.ambient_dim}-{len(c.rays)}")
def test_a_cone_seen_askew_in_a_larger_space(cone):
    """The isometric copy x -> (x, x, x, x)/2 spans no coordinate subspace."""
    copy = PolyhedralCone(rays=[list(ray) * 4 for ray in cone.rays])
    assert (copy.dim, copy.ambient_dim, len(copy.equations)) == (3, 12, 9)
    assert copy.intrinsic_volumes() == cone.intrinsic_volumes().embed(12)
    assert agree(copy.polar().intrinsic_volumes(), copy.intrinsic_volumes().polar())


@pytest.mark.parametrize("d", range(6))
def test_subspaces_half_spaces_and_rays(d):
    everything = PolyhedralCone(inequalities=[], ambient_dim=d)
    nothing = PolyhedralCone(rays=[], ambient_dim=d)
    assert everything.intrinsic_volumes() == Subspace(d, d).intrinsic_volumes()
    assert nothing.intrinsic_volumes() == Subspace(0, d).intrinsic_volumes()
    assert (everything.dim, everything.lineality_dim, nothing.dim) == (d, d, 0)
    assert everything.f_vector() == (0,) * d + (1,)
    assert nothing.is_same_set(everything.polar())
    if d >= 2:
        whole = PolyhedralCone(rays=[*identity(d), [-1] * d])
        assert whole.is_subspace
        assert whole.is_same_set(everything)
        assert whole.intrinsic_volumes() == everything.intrinsic_volumes()
        half = PolyhedralCone(inequalities=[[1] * d, [2] * d])
        assert half.intrinsic_volumes() == HalfSpace(d).intrinsic_volumes()
        assert (half.dim, half.lineality_dim) == (d, d - 1)
        assert half.polar().intrinsic_volumes() == Ray(d).intrinsic_volumes()
        skew = PolyhedralCone(rays=[[1, 2] + [0] * (d - 2), [-1, -2] + [0] * (d - 2)])
        assert skew.intrinsic_volumes() == Subspace(1, d).intrinsic_volumes()


@pytest.mark.parametrize("d", [1, 2, 5, 9, 30])
def test_orthants_are_exact_in_every_dimension(d):
    for cone in (PolyhedralCone(rays=identity(d)), PolyhedralCone(inequalities=identity(d))):
        assert cone.intrinsic_volumes() == Orthant(d).intrinsic_volumes()


# --- closed forms


CHAMBERS = {
    ("B", 3): [[1, -1, 0], [0, 1, -1], [0, 0, 1]],
    ("B", 4): [[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1], [0, 0, 0, 1]],
    ("D", 4): [[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1], [0, 0, 1, 1]],
    ("F", 4): [[0, 1, -1, 0], [0, 0, 1, -1], [0, 0, 0, 1], [1, -1, -1, -1]],
    ("B", 5): [[int(j == i) - int(j == i + 1) for j in range(5)] for i in range(5)],
    ("D", 5): [
        *([int(j == i) - int(j == i + 1) for j in range(5)] for i in range(4)),
        [0, 0, 0, 1, 1],
    ],
}


@pytest.mark.parametrize("kind", CHAMBERS, ids=lambda kind: f"{kind[0]}{kind[1]}")
def test_weyl_chambers_against_their_exponents(kind):
    chamber = PolyhedralCone(inequalities=CHAMBERS[kind])
    exact = WeylChamber(*kind).intrinsic_volumes()
    assert agree(chamber.intrinsic_volumes(30), exact)
    by_rays = PolyhedralCone(rays=chamber.rays)
    assert by_rays.is_same_set(chamber)
    for value, expected in zip(by_rays.intrinsic_volumes(50), exact, strict=True):
        assert ball(value).contains(expected)
        assert not isinstance(value, Ball) or value.proved_digits >= 50


@pytest.mark.parametrize("n", [2, 3])
def test_chambers_of_type_a_have_lineality_and_are_proved_rational(n):
    """Plane angles of A_3 are irrational, their sums are not."""
    rows = [[int(j == i) - int(j == i + 1) for j in range(n + 1)] for i in range(n)]
    cone = PolyhedralCone(inequalities=rows)
    exact = (mpq(0), *WeylChamber("A", n).intrinsic_volumes())
    assert tuple(cone.intrinsic_volumes()) == exact
    assert cone.lineality_space == ((1,) * (n + 1),)


def facet_cones(vertices) -> list[PolyhedralCone]:
    whole = PolyhedralCone(rays=[(1, *v) for v in vertices])
    return [PolyhedralCone(rays=[whole.rays[i][1:] for i in face]) for face in whole.facets]


def cube(d):
    return [list(v) for v in product((-1, 1), repeat=d)]


def crosspolytope(d):
    return [[s * c for c in row] for row in identity(d) for s in (1, -1)]


def twenty_four_cell():
    return [[2 * c for c in row] for row in crosspolytope(4)] + cube(4)


TILINGS = [(cube(d), 2 * d) for d in (2, 3, 4, 5)] + [(crosspolytope(d), 2**d) for d in (2, 3, 4)]


TILINGS += [(twenty_four_cell(), 24)]


@pytest.mark.parametrize(("vertices", "facets"), TILINGS)
def test_facet_cones_of_regular_polytopes_tile_the_sphere(vertices, facets):
    cones = facet_cones(vertices)
    assert len(cones) == facets
    for cone in cones[:: max(1, facets // 4)]:
        assert ball(cone.solid_angle(30)).contains(mpq(1, facets))


def test_an_irregular_polytope_tiles_the_sphere():
    """The facet cones of a polytope around the origin, not simplicial and not congruent."""
    rng = random.Random(5)
    points = [[rng.randint(-9, 9) for _ in range(4)] for _ in range(7)] + crosspolytope(4)
    angles = [ball(cone.solid_angle(20)) for cone in facet_cones(points)]
    assert len(angles) > 10
    assert sum(angles, Ball.of(0)).contains(1)
    planar = facet_cones([[3, 1], [-2, 5], [-4, -1], [1, -6]])
    total = sum((cone.solid_angle() for cone in planar), mpq(0))
    assert abs(float(total) - 1) < 1e-12


def test_dimension_two_and_three_have_symbolic_values():
    v = PolyhedralCone(rays=[[1, 0], [1, 3]]).intrinsic_volumes()
    assert v.kind == "exact"
    assert v[1] == mpq(1, 2)
    assert ball(v[2]).overlaps(ball(sympy.atan(3) / (2 * sympy.pi)))
    w = random_cone(3, 6, 1).intrinsic_volumes()
    assert w.kind == "exact"
    assert all(isinstance(x, sympy.Expr) for x in w)
    pair = PolyhedralCone(rays=[[1, 0, 0, 0], [1, 3, 0, 0], [0, 0, 1, 0], [0, 0, 2, 1]])
    assert pair.intrinsic_volumes().kind == "exact"
    assert agree(
        pair.intrinsic_volumes(), v * PolyhedralCone(rays=[[1, 0], [2, 1]]).intrinsic_volumes()
    )


@pytest.mark.parametrize(
    "large", [1e300, mpq(10) ** 2000, 1e-300, 3.14159e-5], ids=lambda x: f"2^{int(x).bit_length()}"
)
def test_large_integers_give_balls(large):
    cone = PolyhedralCone(rays=[[1.1, 0.1, large], [0, 1, 0.3], [1, 1, 1e100]])
    v = cone.intrinsic_volumes(15)
    assert all(isinstance(x, Ball) and x.proved_digits >= 14 for x in v)
    assert (v[0] + v[2]).contains(mpq(1, 2))
    assert (v[1] + v[3]).contains(mpq(1, 2))
    assert agree(cone.polar().intrinsic_volumes(15), v.polar())
    assert len(repr(v)) < 200


@pytest.mark.parametrize(
    ("rays", "expected"),
    [
        ([[1, 0], [1, 1]], mpq(1, 8)),
        ([[1, 0], [-1, 1]], mpq(3, 8)),
        ([[1, 0, 0], [1, 1, 0], [1, 1, 1]], mpq(1, 48)),
        ([[1, 1, 0], [1, 0, 1]], mpq(1, 6)),
        ([[1, -1, 0], [0, 1, -1]], mpq(1, 3)),
    ],
)
def test_rational_angles_are_proved(rays, expected):
    v = PolyhedralCone(rays=rays).intrinsic_volumes()
    assert v[len(rays)] == expected
    assert all(type(x) is type(mpq()) for x in v)


@pytest.mark.parametrize(("dim", "count"), [(4, 5), (5, 5)])
def test_more_digits_refine_fewer(dim, count):
    cone = random_cone(dim, count, 3)
    for few, many in zip(cone.intrinsic_volumes(15), cone.intrinsic_volumes(50), strict=True):
        assert few.overlaps(many)
        assert few.proved_digits >= 14
        assert many.proved_digits >= 49


def test_flat_cones_keep_their_digits():
    """Volumes down to 1e-26, with relative accuracy; the dual method is a different one."""
    flat = PolyhedralCone(rays=[[10**8, 1, 0, 0], [10**8, 0, 1, 0], [10**8, 0, 0, 1], [1, 0, 0, 0]])
    v = flat.intrinsic_volumes(15)
    assert float(v[4]) < 1e-24
    assert v[4].proved_digits >= 14
    # near the axis the cone is a cone over a simplex of volume 1e-24/6; S^3 has volume 2 pi^2
    assert abs(float(v[4]) * 2 * np.pi**2 * 6e24 - 1) < 1e-6


# --- simulation


def test_a_generic_five_dimensional_cone_against_projections():
    """Counts of face dimensions: each within 5.2 standard deviations; false alarm < 6 * 2e-7."""
    cone = random_cone(5, 6, 2)
    expected = [float(x) for x in cone.intrinsic_volumes(15)]
    rays = np.array(cone.rays, dtype=float).T
    rays /= np.linalg.norm(rays, axis=0)
    rng = np.random.default_rng(20240611)
    samples = 6000
    counts = np.zeros(6)
    for g in rng.standard_normal((samples, 5)):
        support = nnls(rays, g)[0] > 1e-10
        counts[np.linalg.matrix_rank(rays[:, support]) if support.any() else 0] += 1
    for k, p in enumerate(expected):
        assert abs(counts[k] - samples * p) < 5.2 * np.sqrt(samples * p * (1 - p)) + 5


def test_beyond_the_time_that_is_allowed_the_estimator_is_named():
    with pytest.raises(NoExactValue, match=r"dimension 6 need .*\d s, and 1e-06 s.*estimate_intr"):
        random_cone(6, 6, 0).intrinsic_volumes(max_seconds=1e-6)
    with pytest.raises(DomainError, match="max_seconds needs a positive"):
        random_cone(6, 6, 0).intrinsic_volumes(max_seconds=0)


def test_faces_are_counted_before_the_work():
    many = PolyhedralCone(rays=[[t**k for k in range(5)] for t in range(45)])
    with pytest.raises(DomainError, match="at most 3000 faces; got"):
        many.intrinsic_volumes()


def test_moments_catch_what_sums_do_not():
    """A swap of v_1 and v_3 keeps sum and Gauss-Bonnet: E |P_C g|^2 by simulation sees it.

    4000 antithetic pairs; bound 5.2 standard errors, false alarm < 2e-7.
    """
    cone = random_cone(4, 5, 8)
    rays = np.array(cone.rays, dtype=float).T
    rng = np.random.default_rng(7)
    lengths = []
    for g in rng.standard_normal((4000, 4)):
        lengths.append(np.mean([np.sum((rays @ nnls(rays, s * g)[0]) ** 2) for s in (1, -1)]))
    mean, error = np.mean(lengths), np.std(lengths) / np.sqrt(len(lengths))
    v = [float(x) for x in cone.intrinsic_volumes(15)]
    assert abs(mean - sum(k * x for k, x in enumerate(v))) < 5.2 * error
    v[1], v[3] = v[3], v[1]
    assert abs(mean - sum(k * x for k, x in enumerate(v))) > 5.2 * error
