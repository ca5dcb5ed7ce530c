"""Intrinsic volumes above dimension 5: reflection groups, products, polars, identities, samples."""

import random
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from itertools import combinations, product
from math import sqrt
from multiprocessing import get_context

import numpy as np
import pytest
from gmpy2 import mpq

from polygeo.answers import Ball
from polygeo.cones import ConeUnion, PolyhedralCone, SimplexTangentCone, WeylChamber
from polygeo.errors import DomainError
from polygeo.volumes import IntrinsicVolumes, chi_bar_weights
from polygeo.volumes.faces import simplicial_angles
from polygeo.volumes.faces.face_angles import FaceAngles
from polygeo.volumes.faces.pointed_cone import PointedCone
from polygeo.volumes.faces.simplicial_angles import AngleStore, SimplicialAngles


def by_rays(cone) -> PolyhedralCone:
    """The cone through its rays only, so that nothing of its family is known."""
    return PolyhedralCone(rays=cone.as_polyhedral().rays)


def random_cone(n: int, m: int, seed: int, spread: int = 9) -> PolyhedralCone:
    rng = random.Random(seed)
    return PolyhedralCone(
        rays=[[12, *(rng.randint(-spread, spread) for _ in range(n - 1))] for _ in range(m)]
    )


def gram(rows) -> list[list[int]]:
    return [[sum(a * b for a, b in zip(u, v, strict=True)) for v in rows] for u in rows]


def angles_of(cone: PolyhedralCone, direct: bool = True) -> FaceAngles:
    return FaceAngles.of(PointedCone.of(cone._given), direct)


def assert_narrow(volumes, digits: int) -> None:
    assert all(v.proved_digits >= digits for v in volumes if isinstance(v, Ball))


@pytest.mark.parametrize(
    ("kind", "n"),
    [("B", 6), ("D", 6)]
    + [pytest.param(kind, n, marks=pytest.mark.slow) for kind in "BD" for n in (7, 8)]
    + [pytest.param("E", 8, marks=pytest.mark.slow)],
)
def test_weyl_chambers_by_their_rays(kind, n):
    chamber = WeylChamber(kind, n)
    found = by_rays(chamber).intrinsic_volumes(20)
    assert found.compare(chamber.intrinsic_volumes()) == "overlap"
    assert_narrow(found, 20)


@pytest.mark.parametrize("n", [6, pytest.param(7, marks=pytest.mark.slow)])
def test_the_regular_simplex_cone(n):
    """All rays at 60 degrees: the polar's orthant probability is 1/(n + 1)."""
    rows = [[int(i == j) + int(j == n) for j in range(n + 1)] for i in range(n)]
    found = PolyhedralCone(rays=rows).intrinsic_volumes(15)
    assert found[0].contains(mpq(1, n + 1))
    assert_narrow(found, 15)


def test_every_volume_as_a_sum_over_faces():
    """Sum 1 and Gauss-Bonnet are checks here, and the differences agree."""
    for n, m in ((5, 6), (6, 6)):
        cone = random_cone(n, m, 1, 4)
        v = IntrinsicVolumes(angles_of(cone).volumes(15))
        assert v.total().contains(1)
        assert v.gauss_bonnet().contains(0)
        assert v.total().rad < mpq(1, 10**14)
        assert v.gauss_bonnet().rad < mpq(1, 10**14)
        assert v.compare(cone.intrinsic_volumes(15)) == "overlap"


def test_the_low_dimensions_by_both_roads():
    for n, m, seed in ((4, 4, 2), (4, 6, 3), (5, 5, 4), (5, 6, 5)):
        cone = random_cone(n, m, seed)
        found = IntrinsicVolumes(angles_of(cone, False).volumes(18))
        assert found.compare(cone.intrinsic_volumes(20)) == "overlap"
        assert_narrow(found, 18)


def test_polars_and_products():
    cone = random_cone(6, 6, 6, 4)
    v = cone.intrinsic_volumes(15)
    assert v.polar().compare(PolyhedralCone(inequalities=cone.rays).polar().intrinsic_volumes(15))
    assert cone.polar().intrinsic_volumes(15).compare(v.polar()) == "overlap"
    plane = PolyhedralCone(rays=[[1, 0], [1, 3]])
    both = (cone * plane).intrinsic_volumes(15)
    assert both.compare(v * plane.intrinsic_volumes(15)) == "overlap"
    assert_narrow(both, 15)


def test_lines_and_more_ambient_dimensions():
    cone = random_cone(6, 6, 6, 4)
    wider = PolyhedralCone(
        rays=[[*ray, 0, 0] for ray in cone.rays], lines=[[0] * 6 + [1, 0]], ambient_dim=8
    )
    v, w = cone.intrinsic_volumes(15), wider.intrinsic_volumes(15)
    assert len(w) == 9
    assert w[0] == w[8] == 0
    assert all(w[k + 1].overlaps(v[k]) for k in range(7))


@pytest.mark.slow
@pytest.mark.parametrize("n", [6, 7])
def test_cones_over_cubes_and_crosspolytopes(n):
    """The share of R^n where x_n is at least a norm of the rest; the 2(n - 1) cones over the
    facets of a cube fill the space."""
    cube = PolyhedralCone(rays=[[*signs, 1] for signs in product((1, -1), repeat=n - 1)])
    v = cube.intrinsic_volumes(15)
    assert v[n].contains(mpq(1, 2 * n))  # one of the cones over the 2n facets of the n-cube
    assert_narrow(v, 15)
    cross = PolyhedralCone(
        rays=[[s * int(i == j) for j in range(n - 1)] + [1] for i in range(n - 1) for s in (1, -1)]
    )
    # dual to each other
    assert cross.intrinsic_volumes(15).compare(v.reversed()) == "overlap"


def test_vertices_of_regular_polytopes():
    """Eight 24-cells meet at a vertex of a tiling of R^4; the v_0 of all vertices add up to 1."""
    cell = [
        [a * int(k == i) + b * int(k == j) for k in range(4)]
        for i, j in combinations(range(4), 2)
        for a, b in product((1, -1), repeat=2)
    ]
    at_vertex = PolyhedralCone(
        rays=[[b - a for a, b in zip(cell[0], q, strict=True)] for q in cell[1:]]
    )
    v = at_vertex.intrinsic_volumes(20)
    assert len(at_vertex.rays) == 8
    assert v[4].contains(mpq(1, 8))
    assert v[0].contains(mpq(1, 24))
    simplex = PolyhedralCone(rays=[[int(i == j) - int(j == 4) for j in range(5)] for i in range(4)])
    expected = SimplexTangentCone(5, 1).intrinsic_volumes(20)
    assert simplex.intrinsic_volumes(20).compare(expected) == "overlap"
    cross = [[s * int(i == j) for j in range(4)] for i in range(4) for s in (1, -1)]
    at_vertex = PolyhedralCone(
        rays=[[b - a for a, b in zip(cross[0], q, strict=True)] for q in cross[1:]]
    )
    assert at_vertex.solid_angle(20).contains(mpq(1, 24))


@pytest.mark.slow
@pytest.mark.parametrize(("n", "m"), [(6, 8), (7, 8)])
def test_cones_over_cyclic_polytopes(n, m):
    """Neighbourly cones: every volume as a sum over faces agrees with the differences."""
    points = range(-(m // 2), m - m // 2)
    cone = PolyhedralCone(rays=[[k**j for j in range(n)] for k in points])
    v = cone.intrinsic_volumes(12)
    assert_narrow(v, 12)
    dual = cone.polar().intrinsic_volumes(12)
    assert dual.compare(v.reversed()) == "overlap"


@pytest.mark.parametrize(
    ("n", "m", "seed"),
    [(6, 6, 11)]
    + [
        pytest.param(n, m, seed, marks=pytest.mark.slow)
        for n, m, runs in (
            (6, 6, 8),
            (6, 7, 8),
            (6, 8, 8),
            (6, 9, 8),
            (7, 7, 8),
            (7, 8, 5),
            (8, 8, 4),
        )
        for seed in range(runs)
    ],
)
def test_against_projections(n, m, seed):
    """50 cones. False alarms: below 10^-7 a volume, by the normal law and a Poisson margin."""
    cone = random_cone(n, m, seed)
    v = cone.intrinsic_volumes(15)
    assert_narrow(v, 15)
    samples = 40_000
    counted = cone.estimate_intrinsic_volumes(samples, seed=seed)
    for exact, run in zip(v, counted, strict=True):
        p = float(exact)
        assert abs(run.mean - p) < 5.5 * sqrt(p * (1 - p) / samples) + 8 / samples


def test_a_union_and_its_section():
    cone = random_cone(6, 6, 6, 4)
    pair = ConeUnion([cone, PolyhedralCone(rays=[[-c for c in ray] for ray in cone.rays])])
    v, one = pair.intrinsic_volumes(12), cone.intrinsic_volumes(15)
    assert v[6].overlaps(2 * one[6])
    assert v.total().contains(1)


def test_interrupted_work_is_kept(monkeypatch):
    angles = angles_of(random_cone(6, 6, 3, 4), False)
    done = []
    original = simplicial_angles.probabilities

    def recur(task):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(task)
        return original(task)

    before = angles.seconds(12)
    monkeypatch.setattr(simplicial_angles, "probabilities", recur)
    with pytest.raises(KeyboardInterrupt):
        angles.volumes(12)
    assert 0 < angles.seconds(12) < before
    monkeypatch.undo()
    angles.volumes(12)
    assert angles.seconds(12) == 0


def test_one_answer_on_any_workers():
    """Bit for bit; a pool that is dead at once or in the middle changes nothing but the time."""
    cone = random_cone(6, 6, 3, 4)
    alone = cone.intrinsic_volumes(8)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        shared = random_cone(6, 6, 3, 4).intrinsic_volumes(8, executor=pool)
        weights = chi_bar_weights(gram(cone.rays), digits=8, executor=pool)
    assert [(v.mid, v.rad) for v in shared] == [(v.mid, v.rad) for v in alone]
    assert all(v.overlaps(w) for v, w in zip(weights, alone.reversed(), strict=True))

    class Failing:
        """Loses every second task."""

        count = 0

        def submit(self, function, task):
            self.count += 1
            future = Future()
            if self.count % 2:
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(function(task))
            return future

    assert random_cone(6, 6, 3, 4).intrinsic_volumes(8, executor=Failing()) == alone
    with pytest.raises(DomainError, match="takes no more work"):
        random_cone(6, 6, 3, 4).intrinsic_volumes(8, executor=pool)
    with pytest.raises(DomainError, match="executor needs"):
        random_cone(6, 6, 3, 4).intrinsic_volumes(8, executor=2)


def test_congruent_cones_are_one():
    store = AngleStore()
    units = SimplicialAngles(
        gram([(1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 0, 1), (1, 0, 0, 0)]),
        store,
    )
    assert len(units.open_parts([0b1111], 10)) == 1
    assert units.open_parts([0b1], 10) == []
    mirrored = SimplicialAngles(
        gram([(0, 0, 0, 3), (0, 0, 2, 2), (0, 1, 0, 1), (5, 0, 0, 5)]), store
    )
    parts = units.open_parts([0b1111], 10)
    units.prepare(parts, 10, lambda done: None)
    assert mirrored.open_parts([0b1111], 10) == []
    assert mirrored.value(0b1111, 10).overlaps(units.value(0b1111, 10))


def test_solid_angles_of_cones_and_faces():
    cone = random_cone(6, 6, 6, 4)
    v = cone.intrinsic_volumes(15)
    assert cone.solid_angle(15).overlaps(v[6])
    rows = np.array(cone.rays, dtype=float)
    face = cone.faces(2)[0]
    a, b = rows[list(face)]
    angle = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)) / (2 * np.pi)
    assert abs(float(cone.solid_angle(15, face)) - angle) < 1e-12
    assert PolyhedralCone(rays=[[1, 0]]).solid_angle() == 0
    with pytest.raises(DomainError, match="a face as faces"):
        cone.solid_angle(face=(0, 99))
