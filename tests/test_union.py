"""Finite unions of cones: additivity, fans, the closed form of the sign-count fan, simulation."""

import math
import pickle
import random
from itertools import product

import numpy as np
import pytest
from enclosures import agree, ball
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

import polygeo
from polygeo.cones import ConeUnion, Orthant, PolyhedralCone, SignCountFan, union
from polygeo.cones.cone import PolarCone
from polygeo.errors import DomainError, NoExactValue
from polygeo.volumes import crofton, expected_euler_characteristic


def orthant(signs) -> PolyhedralCone:
    m = len(signs)
    return PolyhedralCone(rays=[[signs[i] * (i == j) for j in range(m)] for i in range(m)])


def random_cone(rng: random.Random, dim: int, count: int) -> PolyhedralCone:
    rows = [[rng.randint(-4, 4) for _ in range(dim)] for _ in range(count)]
    return PolyhedralCone(rays=[row for row in rows if any(row)] or [[1] * dim])


# --- conventions and closed forms


def test_two_opposite_quadrants():
    both = ConeUnion([orthant((1, 1)), orthant((-1, -1))])
    assert tuple(both.intrinsic_volumes()) == (mpq(-1, 2), mpq(1), mpq(1, 2))
    assert both.euler_characteristic() == 2
    assert not both.intrinsic_volumes().convex
    assert both.contains([1, 2])
    assert not both.contains([1, -2])
    assert both.is_fan


@pytest.mark.parametrize(("m", "k"), [(m, k) for m in range(1, 7) for k in range(1, m + 1)])
def test_the_sign_count_fan_written_out(m, k):
    signs = [s for s in product((1, -1), repeat=m) if sum(c > 0 for c in s) < k]
    fan, written = SignCountFan(m, k), ConeUnion(map(orthant, signs))
    assert written.is_fan
    assert tuple(written.intrinsic_volumes()) == tuple(fan.intrinsic_volumes())
    assert written.euler_characteristic() == fan.intrinsic_volumes().euler_characteristic()
    for point in product((-1, 0, 2), repeat=min(m, 4)):
        padded = [*point, *([-1] * (m - len(point)))]
        assert written.contains(padded) == fan.contains(padded)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_all_orthants_are_the_whole_space(d):
    space = ConeUnion(map(orthant, product((1, -1), repeat=d)))
    assert tuple(space.intrinsic_volumes()) == (0,) * d + (1,)
    assert space.euler_characteristic() == (2 if d % 2 else 0)


def test_one_piece_and_repeated_pieces():
    one = ConeUnion([orthant((1, 1, 1))] * 3)
    assert one.intrinsic_volumes() == Orthant(3).intrinsic_volumes()
    assert one.intrinsic_volumes().convex
    with_faces = ConeUnion([orthant((1, 1)), PolyhedralCone(rays=[[1, 0]])])
    assert tuple(with_faces.intrinsic_volumes()) == tuple(Orthant(2).intrinsic_volumes())
    assert with_faces.terms == ((1, orthant((1, 1))),)


# --- additivity


def test_an_absorbed_union_is_a_convex_cone() -> None:
    """Whatever lies inside one piece, cones of less dimension and parts of others too."""
    whole = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    inner = PolyhedralCone(rays=[[1, 1, 1], [1, 2, 3], [3, 1, 1]])
    ray = PolyhedralCone(rays=[[1, 2, 1]])
    for pieces in ([whole, inner], [inner, ray, whole], [whole, whole], [ray, whole]):
        both = ConeUnion(pieces)
        volumes = both.intrinsic_volumes()
        assert both.as_cone == whole
        assert volumes == whole.intrinsic_volumes()
        assert volumes.convex
        assert volumes.polar() == whole.polar().intrinsic_volumes()
        assert volumes.source == whole.intrinsic_volumes().source
        assert both.estimate_section_euler_characteristic(2, 50, seed=1).indicates
    apart = ConeUnion([whole, PolyhedralCone(rays=[[-1, 0, 0]])])
    assert apart.as_cone is None
    assert not apart.intrinsic_volumes().convex
    assert apart.intrinsic_volumes().source == "polyhedral.additivity"
    assert "schneiderweil2008stochastic" in polygeo.cite(apart.intrinsic_volumes())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([2, 3]))
def test_the_volumes_are_a_valuation(seed, dim):
    """v(A u B) + v(A n B) = v(A) + v(B) for unions A and B of two cones each."""
    rng = random.Random(seed)
    first = [random_cone(rng, dim, rng.randint(1, 4)) for _ in range(2)]
    second = [random_cone(rng, dim, rng.randint(1, 4)) for _ in range(2)]
    a, b = ConeUnion(first), ConeUnion(second)
    both = ConeUnion([*first, *second])
    meet = ConeUnion([c & d for c in first for d in second])
    volumes = [x.intrinsic_volumes(20) for x in (both, meet, a, b)]
    for w, x, y, z in zip(*volumes, strict=True):
        assert (ball(w) + ball(x)).overlaps(ball(y) + ball(z))
    assert ball(volumes[0].total()).contains(1)
    assert (
        both.euler_characteristic() + meet.euler_characteristic()
        == a.euler_characteristic() + b.euler_characteristic()
    )
    assert ball(volumes[0].euler_characteristic()).contains(both.euler_characteristic())


@pytest.mark.parametrize("dim", [2, 3, 4, 5])
def test_a_cone_cut_in_two_has_its_own_volumes(dim):
    rng = random.Random(dim)
    rays = [[9, *(rng.randint(-8, 8) for _ in range(dim - 1))] for _ in range(6)]
    cone = PolyhedralCone(rays=rays)
    cut = [1, *range(-1, dim - 2)]
    halves = [PolyhedralCone(inequalities=[[s * c for c in cut]]) & cone for s in (1, -1)]
    together = ConeUnion(halves)
    volumes = together.intrinsic_volumes(20)
    assert agree(volumes, cone.intrinsic_volumes(20))
    assert together.euler_characteristic() == 1
    for point in rays:
        assert together.contains(point)


def test_cones_that_tile_space_give_exactly_one():
    """Fan of a polytope's facet cones: irrational angles, rational sums."""
    vertices = [[3, 1, 0], [-2, 5, 1], [-4, -1, -2], [1, -6, 1], [0, 1, 7], [1, 0, -5]]
    whole = PolyhedralCone(rays=[[1, *v] for v in vertices])
    faces = [[whole.rays[i][1:] for i in facet] for facet in whole.facets]
    tiling = ConeUnion(PolyhedralCone(rays=face) for face in faces)
    assert tiling.is_fan
    assert tuple(tiling.intrinsic_volumes()) == (0, 0, 0, 1)
    assert tiling.euler_characteristic() == 2
    opened = ConeUnion(PolyhedralCone(rays=face) for face in faces[1:])
    missing = PolyhedralCone(rays=faces[0]).intrinsic_volumes()
    # the complement of an open cone: v_k = -(-1)^(3-k) v_k of the cone, for k < 3
    for k, value in enumerate(opened.intrinsic_volumes()):
        expected = int(k == 3) - (-1) ** (3 - k) * ball(missing[k])
        assert ball(value).overlaps(expected)
    assert opened.euler_characteristic() == 1


def test_a_set_that_is_no_fan_is_seen():
    overlapping = ConeUnion([orthant((1, 1)), PolyhedralCone(rays=[[1, 1], [-1, 1]])])
    assert not overlapping.is_fan
    expected = PolyhedralCone(rays=[[1, 0], [-1, 1]]).intrinsic_volumes()
    assert overlapping.intrinsic_volumes() == expected
    half = PolyhedralCone(inequalities=[[1, 0]])
    assert not ConeUnion([orthant((-1, 1)), half]).is_fan
    # a common ray, yet each cone reaches into the other
    left = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    right = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 1], [0, -1, 1]])
    assert not ConeUnion([left, right]).is_fan
    assert ConeUnion([half, PolyhedralCone(inequalities=[[-1, 0]])]).is_fan


# --- simulation: sections with random planes and lines


def haar_plane(rng: np.random.Generator, d: int, n: int) -> np.ndarray:
    """An orthonormal basis of a uniform subspace: QR is Haar only with the signs of R fixed."""
    q, r = np.linalg.qr(rng.standard_normal((d, n)))
    return q * np.sign(np.diag(r))


def inside(pieces, points: np.ndarray, tolerance: float) -> np.ndarray:
    found = np.zeros(len(points), dtype=bool)
    for a, e in pieces:
        ok = np.all(points @ a.T >= -tolerance, axis=1)
        found |= ok & np.all(np.abs(points @ e.T) <= tolerance, axis=1)
    return found


def section_euler(pieces, basis: np.ndarray) -> int:
    """chi of the union's section by a plane with the circle: vertices less edges of the arcs."""
    normals = np.vstack([row for a, e in pieces for row in (a, e)]) @ basis
    angles = np.arctan2(normals[:, 0], -normals[:, 1])
    vertices = np.sort(np.unique(np.concatenate([angles, angles + np.pi]) % (2 * np.pi)))
    middles = (vertices + np.diff(np.append(vertices, vertices[0] + 2 * np.pi)) / 2) % (2 * np.pi)

    def count(phi: np.ndarray) -> int:
        points = np.column_stack([np.cos(phi), np.sin(phi)]) @ basis.T
        return int(inside(pieces, points, 1e-9).sum())

    return count(vertices) - count(middles)


@pytest.mark.parametrize("seed", range(5))
def test_random_unions_in_space_against_random_sections(seed):
    """2500 planes and lines: 5.3 standard errors each, false alarm < 10 * 1.2e-7 in all."""
    rng = random.Random(100 + seed)
    cones = [random_cone(rng, 3, rng.randint(2, 5)) for _ in range(3 + seed % 2)]
    union_ = ConeUnion(cones)
    volumes = union_.intrinsic_volumes(20)
    pieces = [
        (
            np.array(c.inequalities, dtype=float).reshape(-1, 3),
            np.array(c.equations, dtype=float).reshape(-1, 3),
        )
        for c in cones
    ]
    pieces = [
        tuple(m / np.maximum(np.linalg.norm(m, axis=1, keepdims=True), 1) for m in piece)
        for piece in pieces
    ]
    stream = np.random.default_rng(seed)
    planes, lines = [], []
    for _ in range(2500):
        basis = haar_plane(stream, 3, 2)
        planes.append(section_euler(pieces, basis))
        lines.append(int(inside(pieces, np.array([basis[:, 0], -basis[:, 0]]), 1e-9).sum()))
    for n, sample in ((2, planes), (1, lines)):
        expected = float(ball(expected_euler_characteristic(volumes, n)))
        error = np.std(sample) / math.sqrt(len(sample))
        assert abs(np.mean(sample) - expected) <= 5.3 * error + 1e-9, n
    assert ball(crofton(volumes, 2).total()).contains(1)


# --- the object


def test_equality_pickle_and_repr():
    a, b = orthant((1, 1)), orthant((-1, 1))
    one, two = ConeUnion([a, b]), ConeUnion([b, a, a])
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == one
    assert one.ambient_dim == one.dim == 2
    assert repr(ConeUnion([a])) == "ConeUnion([PolyhedralCone(rays=[[1, 0], [0, 1]])])"
    assert "... 5 more" in repr(ConeUnion(orthant((s, 1)) for s in [1] * 9))
    with pytest.raises(AttributeError):
        one.pieces = ()


def test_bad_input_gets_one_clear_line():
    a = orthant((1, 1))
    for pieces, message in (
        ([], "at least one cone"),
        ([a, orthant((1, 1, 1))], r"ambient dimensions \[2, 3\]"),
        ([a, Orthant(2)], "PolyhedralCone pieces"),
        (["a"], "PolyhedralCone pieces"),
    ):
        with refused(match=message):
            ConeUnion(pieces)
    with pytest.raises(DomainError):
        ConeUnion([a]).contains([1, 2, 3])


def test_the_limit_names_the_number_of_terms(monkeypatch):
    monkeypatch.setattr(union, "MAX_TERMS", 10)
    fan = ConeUnion(orthant(s) for s in product((1, -1), repeat=4))
    with pytest.raises(DomainError, match=r"at most 10 intersections; got \d+ terms from 16 cones"):
        fan.intrinsic_volumes()


def test_high_dimensions_keep_the_euler_characteristic():
    rng = random.Random(1)
    rays = [[9, *(rng.randint(-3, 3) for _ in range(6))] for _ in range(7)]
    cone = PolyhedralCone(rays=rays)
    pair = ConeUnion([cone, PolyhedralCone(rays=[[-c for c in ray] for ray in rays])])
    assert pair.euler_characteristic() == 2
    v, one = pair.intrinsic_volumes(10), cone.intrinsic_volumes(15)
    assert v.total().contains(1)
    assert v[7].overlaps(2 * one[7])  # the pieces meet in 0 only
    assert v.euler_characteristic().contains(2)


def test_a_limit_of_time_holds_for_all_cones_of_a_union_together():
    """Each of two generic cones in R^6 is quicker than the limit, both are not; the estimates say
    so before the work."""
    rng = random.Random(5)
    rows = [[[9 * (i == j) + rng.randint(-2, 2) for j in range(6)] for i in range(6)] for _ in "ab"]
    both = ConeUnion(
        PolyhedralCone(rays=[[sign * c for c in row] for row in cone])
        for sign, cone in zip((1, -1), rows, strict=True)
    )
    needed = sorted(x._factors.seconds(32) for _, x in both.terms)
    assert 0 < needed[-2] <= needed[-1] < sum(needed)
    with pytest.raises(NoExactValue, match="volumes of this union need those of 3 cones"):
        both.intrinsic_volumes(max_seconds=str(needed[-1] * 0.9))
    with pytest.raises(NoExactValue, match="2 of which take about"):
        both.volumes_within(needed[-1] + 0.5 * needed[-2])
    with pytest.raises(NoExactValue):
        (Orthant(2) * both.pieces[0]).volumes_within(1e-6)
    with pytest.raises(NoExactValue):
        PolarCone(both.pieces[0]).volumes_within(1e-6)
    with pytest.raises(DomainError, match="max_seconds needs a positive"):
        both.intrinsic_volumes(max_seconds=0)
