"""Tangent cones of regular polytopes and descent cones: angles, volumes, membership.

Simulated moments are compared at 5 standard errors: a false alarm has probability below 1e-5 for
all comparisons of this file together, and the seeds are fixed.
"""

import itertools
import math
import pickle

import mpmath
import numpy as np
import pytest
from flint import arb
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from polygeo.answers import Ball, decimal, rational
from polygeo.answers.ball import precision
from polygeo.cones import (
    CubeTangentCone,
    HalfSpace,
    L1DescentCone,
    MonotoneCone,
    NonnegativeL1DescentCone,
    NonnegativeMonotoneCone,
    Orthant,
    PermutahedronTangentCone,
    SimplexTangentCone,
    Subspace,
)
from polygeo.errors import DomainError, NotConverged
from polygeo.volumes import (
    contour,
    corner_internal_angle,
    crosspolytope_external_angle,
    equicorrelated_orthant,
    halfline,
    simplex_external_angle,
    simplex_internal_angle,
)
from polygeo.volumes.contour import line_integrals
from polygeo.volumes.halfline import KERNELS, half_line_integrals

FAMILIES = [
    *(SimplexTangentCone(n, k) for n, k in ((1, 1), (2, 1), (4, 1), (7, 3), (9, 8), (30, 4))),
    *(L1DescentCone(n, s) for n, s in ((1, 1), (2, 1), (3, 1), (6, 2), (9, 9), (40, 5))),
    *(NonnegativeL1DescentCone(n, s) for n, s in ((1, 1), (2, 1), (3, 2), (7, 2), (40, 5))),
    *(CubeTangentCone(n, k) for n, k in ((1, 0), (5, 2), (5, 4), (60, 7))),
    *(PermutahedronTangentCone(n, t) for n in (2, 3, 8) for t in "AB"),
]


def near(answer: object, value: float, tolerance: float = 1e-14) -> bool:
    return math.isclose(float(answer), value, rel_tol=tolerance, abs_tol=tolerance)


# --- what every vector of volumes must satisfy


@pytest.mark.parametrize("cone", FAMILIES, ids=repr)
def test_contract(cone) -> None:
    v = cone.intrinsic_volumes(20)
    assert len(v) == cone.ambient_dim + 1
    assert Ball.of(v.total()).contains(1)
    assert all(x == 0 if k < cone.lineality_dim or k > cone.dim else x > 0 for k, x in enumerate(v))
    if not cone.is_subspace:
        assert Ball.of(v.gauss_bonnet()).contains(0)
    w = cone.polar().intrinsic_volumes(20)
    assert [*w] == [*v][::-1]
    assert cone.polar().polar().dim == cone.dim
    assert cone.polar().lineality_dim == cone.ambient_dim - cone.dim
    assert pickle.loads(pickle.dumps(cone)) == cone
    assert hash(cone) == hash(type(cone)(*vars(cone).values()))
    assert (cone * Orthant(1)).intrinsic_volumes(20)[0] < v[0] + mpq(1, 10**30)
    assert Ball.of(cone.embed(cone.ambient_dim + 1).intrinsic_volumes(20)[-1]).upper == 0


@pytest.mark.parametrize("cone", FAMILIES, ids=repr)
def test_faces_obey_euler(cone) -> None:
    if hasattr(cone, "f_vector") and not cone.is_subspace:
        f = cone.f_vector()
        assert len(f) == cone.dim + 1
        assert f[cone.lineality_dim] == f[-1] == 1
        assert sum((-1) ** k * count for k, count in enumerate(f)) == 0


def test_every_volume_has_its_own_precision() -> None:
    """Also those of 1e-80; and the solid angle, a contour integral, is what the others leave."""
    for cone in (L1DescentCone(200, 20), NonnegativeL1DescentCone(200, 20)):
        v = cone.intrinsic_volumes(15)
        assert all(x.proved_digits >= 15 for x in v if isinstance(x, Ball))
        assert v.total().contains(1)
        assert v.gauss_bonnet().contains(0)
        assert v.total().rad < mpq(1, 10**14)
    v = L1DescentCone(30, 12).intrinsic_volumes(40)
    assert (1 - (v.total() - v[30])).overlaps(v[30])
    assert v[30].proved_digits >= 40


def test_fifty_digits() -> None:
    for cone in (SimplexTangentCone(30, 5), L1DescentCone(30, 5), NonnegativeL1DescentCone(30, 5)):
        for x, y in zip(cone.intrinsic_volumes(50), cone.intrinsic_volumes(15), strict=True):
            if isinstance(x, Ball):
                assert x.proved_digits >= 50
                assert y.overlaps(x)


# --- low dimension, by elementary geometry


def test_known_angles_of_simplices() -> None:
    third = math.acos(1 / 3)
    assert [*SimplexTangentCone(2, 1).intrinsic_volumes()] == [mpq(1, 2), mpq(1, 2), 0]
    assert [*SimplexTangentCone(3, 1).intrinsic_volumes()] == [mpq(1, 3), mpq(1, 2), mpq(1, 6), 0]
    corner = SimplexTangentCone(4, 1).intrinsic_volumes()
    assert near(corner[3], (3 * third - math.pi) / (4 * math.pi))
    assert near(corner[2], 3 / 6 / 2)  # three faces of 60 degrees, external angle 1/2
    assert near(corner[1], 3 / 2 * (math.pi - third) / (2 * math.pi))
    assert corner[0] == mpq(1, 4)  # the four normal cones tile
    edge = SimplexTangentCone(4, 2).intrinsic_volumes()
    assert near(edge[3], third / (2 * math.pi))
    assert [*SimplexTangentCone(4, 4).intrinsic_volumes()] == [0, 0, 0, 1, 0]


def test_known_angles_of_crosspolytopes() -> None:
    assert [*L1DescentCone(1, 1).intrinsic_volumes()] == [mpq(1, 2), mpq(1, 2)]
    assert [*L1DescentCone(2, 1).intrinsic_volumes()] == [mpq(1, 4), mpq(1, 2), mpq(1, 4)]
    assert near(L1DescentCone(3, 1).solid_angle(), math.asin(1 / 3) / math.pi)
    for n in range(2, 9):  # the dihedral angle of the crosspolytope
        angle = math.acos(-(n - 2) / n) / (2 * math.pi)
        assert near(L1DescentCone(n, n - 1).solid_angle(), angle)
        assert L1DescentCone(n, n).intrinsic_volumes() == HalfSpace(n).intrinsic_volumes()
        assert (
            NonnegativeL1DescentCone(n, n).intrinsic_volumes() == HalfSpace(n).intrinsic_volumes()
        )
        # the vertex figures tile: 2n normal cones at the vertices
        assert L1DescentCone(n, 1).intrinsic_volumes()[0] == mpq(1, 2 * n)


def test_known_angles_of_corners() -> None:
    """conv(0, e_1, .., e_n): solid angles in R^2 and R^3 from dihedral angles."""
    assert [*NonnegativeL1DescentCone(2, 1).intrinsic_volumes()] == [
        mpq(3, 8),
        mpq(1, 2),
        mpq(1, 8),
    ]
    slope = math.acos(1 / math.sqrt(3))
    assert near(
        NonnegativeL1DescentCone(3, 1).solid_angle(), (2 * slope - math.pi / 2) / (4 * math.pi)
    )
    assert near(NonnegativeL1DescentCone(3, 2).solid_angle(), slope / (2 * math.pi))


def test_permutahedra_and_cubes() -> None:
    for n in range(1, 7):
        assert PermutahedronTangentCone(n).polar() == MonotoneCone(n)
        assert PermutahedronTangentCone(n, "B").polar() == NonnegativeMonotoneCone(n)
        assert CubeTangentCone(n, 0).intrinsic_volumes() == Orthant(n).intrinsic_volumes()
        assert CubeTangentCone(n, n).intrinsic_volumes() == Subspace(n, n).intrinsic_volumes()
        # n! normal cones tile the space
        assert PermutahedronTangentCone(n).intrinsic_volumes()[0] == mpq(1, math.factorial(n))


# --- moments by an independent method: the distance to the normal cone, over its one parameter


def squared_projections(cone, samples: int) -> np.ndarray:
    """|P_C g|^2 = min_t of sum_S (g - t)^2 + sum_off h(g - t)^2, by bisection in t."""
    g = np.random.default_rng(20240607).standard_normal((samples, cone.n))
    if isinstance(cone, SimplexTangentCone):
        on, off, least = g[:, : cone.k], g[:, cone.k :], -50.0
    else:
        on, off, least = g[:, : cone.s], g[:, cone.s :], 0.0
        off = abs(off) if isinstance(cone, L1DescentCone) else off
    low, high = np.full((samples, 1), least), np.full((samples, 1), 50.0)
    for _ in range(60):
        t = (low + high) / 2
        slope = (t - on).sum(1, keepdims=True) - np.maximum(off - t, 0).sum(1, keepdims=True)
        low, high = np.where(slope > 0, low, t), np.where(slope > 0, t, high)
    return ((on - low) ** 2).sum(1) + (np.maximum(off - low, 0) ** 2).sum(1)


@pytest.mark.parametrize(
    "cone",
    [
        SimplexTangentCone(6, 2),
        L1DescentCone(6, 2),
        L1DescentCone(5, 1),
        NonnegativeL1DescentCone(6, 2),
        NonnegativeL1DescentCone(4, 3),
    ],
    ids=repr,
)
def test_first_and_second_moments(cone) -> None:
    v = [float(x) for x in cone.intrinsic_volumes(15)]
    square = squared_projections(cone, 40_000)
    for power, weights in ((1, lambda k: k), (2, lambda k: k * (k + 2))):
        expected = sum(weights(k) * x for k, x in enumerate(v))
        values = square**power
        assert abs(values.mean() - expected) < 5 * values.std() / math.sqrt(len(values))


# --- the integrals


@pytest.mark.parametrize(("n", "k"), [(5, 1), (7, 3), (12, 2)])
def test_the_integrals_as_they_are_printed(n: int, k: int) -> None:
    """By mpmath, on the real line, with the imaginary argument and its cancellation."""
    with mpmath.workdps(45):
        m, box = n - k, [-40, -16, -8, -4, 0, 4, 8, 16, 40]
        inside = mpmath.quad(
            lambda u: mpmath.npdf(u) * ((1 + mpmath.erf(1j * u / mpmath.sqrt(2 * n))) / 2) ** m, box
        )
        outside = mpmath.quad(lambda u: mpmath.npdf(u) * mpmath.ncdf(u / mpmath.sqrt(k)) ** m, box)
        cross = mpmath.quad(
            lambda u: mpmath.npdf(u) * mpmath.erf(u / mpmath.sqrt(2 * k)) ** m, [0, 4, 16]
        )
        for value, ball in (
            (inside.real, simplex_internal_angle(n, k, 25)),
            (outside, simplex_external_angle(n, k, 25)),
            (cross, crosspolytope_external_angle(n, k, 25)),
        ):
            assert mpmath.almosteq(value, mpmath.mpf(decimal(ball, 22)), 1e-20)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 30), st.integers(1, 25), st.booleans())
def test_error_bounds_on_the_contour(p: int, q: int, first: int, count: int, pole: bool) -> None:
    """The enclosure at 20 bits holds the one at 120 bits: the truncation bounds are honest."""
    orders = range(first, first + count)
    with precision(70):
        rough = line_integrals(mpq(p, q), orders, 20, pole=pole)
    with precision(180):
        fine = line_integrals(mpq(p, q), orders, 120, pole=pole)
    assert all(a.contains(b) for a, b in zip(rough, fine, strict=True))
    assert all(b.rel_accuracy_bits() > 100 for b in fine)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(KERNELS), st.integers(1, 60), st.integers(0, 40), st.integers(1, 25))
def test_error_bounds_on_the_half_line(kernel: str, first: int, extra: int, count: int) -> None:
    pairs = [(arb(first + i), extra + count - i) for i in range(count)]
    with precision(70):
        rough = half_line_integrals(kernel, pairs, 20)
    with precision(180):
        fine = half_line_integrals(kernel, pairs, 120)
    assert all(a.contains(b) for a, b in zip(rough, fine, strict=True))
    assert all(b.rel_accuracy_bits() > 100 for b in fine)


def test_error_bounds_on_a_grid_that_is_too_coarse(monkeypatch) -> None:
    """With a quarter of the nodes the results are wrong, and their enclosures say by how much."""
    pairs, orders = [(arb(3), 12), (arb(4), 11)], range(2, 7)
    with precision(128):
        fine = half_line_integrals("erf", pairs, 60) + line_integrals(mpq(2), orders, 60)
        grid, count = halfline._grid, contour._count
        monkeypatch.setattr(halfline, "_grid", lambda *a: (grid(*a)[0] // 32 * 8, grid(*a)[1]))
        monkeypatch.setattr(contour, "_count", lambda *a: count(*a) // 4)
        rough = half_line_integrals("erf", pairs, 60) + line_integrals(mpq(2), orders, 60)
    for a, b in zip(rough, fine, strict=True):
        assert a.contains(b)
        assert abs(a.mid() - b) > b.rad() * 1000


@settings(max_examples=12, deadline=None)
@given(
    st.integers(2, 12),
    st.fractions(-1, 5, max_denominator=60),
    st.fractions(0, 1, max_denominator=1000),
)
def test_orthant_probabilities_grow_with_the_correlation(m: int, r, step) -> None:
    first = max(mpq(r), mpq(-1, m))
    low, high = equicorrelated_orthant(m, first, 15), equicorrelated_orthant(m, first + step, 15)
    assert not Ball.of(high) < Ball.of(low)


def test_nearly_degenerate_angles_end_in_bounded_time() -> None:
    """Just above r = -1/m the integrand hardly decays: proved, or refused in one line."""
    for m in range(2, 8):
        for tiny in ("1e-5", "1e-20", "1e-60"):
            r = mpq(-1, m) + rational(tiny)
            if m <= 3:
                assert 0 < equicorrelated_orthant(m, r, 15) < mpq(1, 100)
                continue
            try:
                value = equicorrelated_orthant(m, r, 15)
            except NotConverged:
                continue
            assert 0 < value < mpq(1, 100)


@pytest.mark.parametrize("r", ["1e5", "1e40", "1e-10", "1e-40", "-1"])
def test_extreme_correlations_are_refused(r: str) -> None:
    with pytest.raises(DomainError, match="g_m"):
        equicorrelated_orthant(4, r)


def test_orthant_probabilities_at_the_ends() -> None:
    assert equicorrelated_orthant(5, 0) == mpq(1, 32)
    assert equicorrelated_orthant(0, "-1/3") == 1
    assert equicorrelated_orthant(1, -1) == mpq(1, 2)
    assert equicorrelated_orthant(4, "-1/4") == 0
    assert 0 < equicorrelated_orthant(4, "-2499/10000", 15) < mpq(1, 10**5)
    assert corner_internal_angle(3, 4) == mpq(1, 6)


# --- membership


def polar_generators(cone) -> list[list[int]]:
    n = cone.ambient_dim
    unit = [[int(i == j) for i in range(n)] for j in range(n)]
    if isinstance(cone, L1DescentCone):
        signs = itertools.product((1, -1), repeat=n - cone.s)
        return [[1] * cone.s + list(sign) for sign in signs]
    if isinstance(cone, PermutahedronTangentCone):
        tails = [[int(i >= j) for i in range(n)] for j in range(n)]
        return tails if cone.type == "B" else [*tails, [-1] * n]
    free = cone.s if isinstance(cone, NonnegativeL1DescentCone) else cone.k
    outer = [[-c for c in unit[j]] for j in range(free, n)]
    if isinstance(cone, NonnegativeL1DescentCone):
        return [*outer, [1] * n]
    return [*outer, [1] * n, [-1] * n] if isinstance(cone, SimplexTangentCone) else outer


@pytest.mark.parametrize(
    "cone",
    [
        SimplexTangentCone(4, 2),
        L1DescentCone(4, 2),
        NonnegativeL1DescentCone(4, 2),
        CubeTangentCone(4, 2),
        PermutahedronTangentCone(4),
        PermutahedronTangentCone(4, "B"),
    ],
    ids=repr,
)
def test_membership_is_the_polar_of_the_polar(cone) -> None:
    generators = polar_generators(cone)
    assert all(cone.polar().contains(y) for y in generators)
    inside = 0
    points = list(itertools.product((-2, -1, 0, 1), repeat=4))
    for x in points:
        expected = all(sum(a * b for a, b in zip(x, y, strict=True)) <= 0 for y in generators)
        assert cone.contains(x) == expected
        inside += expected
    assert 0 < inside < len(points)
    members = [x for x in points if cone.contains(x)]
    for y in points[::3]:
        if cone.polar().contains(y):
            assert all(sum(a * b for a, b in zip(x, y, strict=True)) <= 0 for x in members)


# --- bad input


@pytest.mark.parametrize(
    "make",
    [
        lambda: SimplexTangentCone(3, 0),
        lambda: SimplexTangentCone(3, 4),
        lambda: SimplexTangentCone(0, 0),
        lambda: L1DescentCone(5, 0),
        lambda: L1DescentCone(5, 6),
        lambda: L1DescentCone(5.0, 2),
        lambda: L1DescentCone(10**9, 2),
        lambda: NonnegativeL1DescentCone(5, -1),
        lambda: NonnegativeL1DescentCone("5", 2),
        lambda: CubeTangentCone(3, 4),
        lambda: CubeTangentCone(3, True),
        lambda: PermutahedronTangentCone(3, "Z" * 1000),
        lambda: PermutahedronTangentCone(0),
        lambda: L1DescentCone(3, 1).contains([1, 2]),
        lambda: L1DescentCone(3, 1).contains([1, 2, float("nan")]),
        lambda: L1DescentCone(3, 1).intrinsic_volumes(0),
        lambda: equicorrelated_orthant(3, "-1/2"),
        lambda: equicorrelated_orthant(-1, 1),
        lambda: equicorrelated_orthant(10**7, 1),
        lambda: simplex_internal_angle(3, 4),
        lambda: crosspolytope_external_angle(3, 0),
    ],
)
def test_bad_input_is_one_line(make) -> None:
    with pytest.raises(DomainError) as failure:
        make()
    message = str(failure.value)
    assert "\n" not in message
    assert 10 < len(message) < 200
