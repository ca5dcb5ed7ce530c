"""Many generators, and few in high dimension: what is needed is found, whatever a solver says."""

import random
import sys
from contextlib import contextmanager
from itertools import product

import numpy as np
import pytest
from scipy import optimize

from polygeo import progress
from polygeo.cones import PolyhedralCone, polyhedral
from polygeo.polyhedra import description, redundancy
from polygeo.polyhedra.description import GeneratingSet
from polygeo.polyhedra.redundancy import extreme_of, two_sided_of
from polygeo.polyhedra.vectors import complement, primitive, rank


def test_a_thousand_vertices_of_a_cube():
    """Of points of {0, 1, 2}^10 those of {0, 2}^10 are vertices; 20 facets |x_i - 1| <= 1."""
    rng = np.random.default_rng(4)
    corners = [(1, *p) for p in product((0, 2), repeat=10)]
    others = {(1, *p) for p in rng.integers(0, 3, (1000, 10)).tolist() if 1 in p}
    rows = [*others, *corners]
    random.Random(1).shuffle(rows)
    cone = PolyhedralCone(rays=rows)
    assert sorted(cone.rays) == sorted(corners)
    axes = np.eye(11, dtype=int)[1:]
    top = 2 * np.eye(11, dtype=int)[0] - axes
    assert set(cone.inequalities) == set(map(tuple, [*axes.tolist(), *top.tolist()]))


def test_a_grid_has_the_vertices_of_its_box():
    rows = [(1, *p) for p in product(range(6), repeat=4)]
    assert {rows[i] for i in extreme_of(rows)} == {(1, *p) for p in product((0, 5), repeat=4)}


def test_points_on_a_paraboloid_and_below():
    """(1, p, |p|^2) are extreme, as each touches its tangent plane alone; midpoints are not."""
    rng = np.random.default_rng(5)
    base = sorted({tuple(p) for p in rng.integers(-40, 41, (700, 6)).tolist()})
    lifted = [(1, *p, sum(x * x for x in p)) for p in base]
    middle = [
        primitive([x + y for x, y in zip(lifted[i], lifted[j], strict=True)])
        for i, j in rng.integers(0, len(lifted), (300, 2)).tolist()
        if i != j
    ]
    rows = list(dict.fromkeys([*middle, *lifted]))
    assert {rows[i] for i in extreme_of(rows)} == set(lifted)


def test_lines_among_many_vectors():
    """Vectors of a subspace that go all around it, and others on one side of a hyperplane."""
    rng = np.random.default_rng(6)
    flat = [(*v, 0, 0) for v in rng.integers(-3, 4, (300, 3)).tolist() if any(v)]
    steep = [(*v, 1, t) for *v, t in rng.integers(-3, 4, (300, 4)).tolist()]
    rows = list(dict.fromkeys(map(primitive, [*steep, *flat])))
    assert {rows[i] for i in two_sided_of(rows)} == {primitive(v) for v in flat}
    cone = GeneratingSet(5, tuple(rows))
    assert cone.lineality == ((1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0))
    assert set(cone.extreme) == {(0, 0, 0, 1, 3), (0, 0, 0, 1, -3)}


def cones():
    """Integer cones with ties, duplicates, lineality and too small a span; small and huge."""
    rng = random.Random(7)
    for trial in range(60):
        dim, size = rng.randint(1, 5), rng.choice([1, 2, 9, 10**25])
        base = [[rng.randint(-size, size) for _ in range(dim)] for _ in range(rng.randint(1, dim))]
        rows = []
        for _ in range(rng.randint(1, 16)):
            weights = [rng.choice([0, 0, 1, 2, -(trial % 2)]) for _ in base]
            row = [sum(x * b[j] for x, b in zip(weights, base, strict=True)) for j in range(dim)]
            rows += [primitive(row)] * any(row)
        if rows:
            yield dim, tuple(rows)


def wrong_nnls(columns, target, **options):
    """An answer without sense, which differs from call to call."""
    return np.abs(np.sin(1e6 * columns.sum(axis=0) + columns.shape[1])), 0.0


def wrong_linprog(cost, **options):
    return optimize.OptimizeResult(x=np.cos(np.arange(len(cost))))


@pytest.mark.parametrize("wrong", [False, True])
def test_no_solver_is_believed(monkeypatch, wrong):
    """By the dual cone, in integers only, and by solvers, right or wrong ones: one answer."""
    expected = [
        (cone.extreme, cone.lineality, cone.dual_vectors)
        for cone in (GeneratingSet(*data) for data in cones())
    ]
    monkeypatch.setattr(description, "SMALL", -1)
    if wrong:
        monkeypatch.setattr(optimize, "nnls", wrong_nnls)
        monkeypatch.setattr(optimize, "linprog", wrong_linprog)
    for data, answer in zip(cones(), expected, strict=True):
        cone = GeneratingSet(*data)
        assert (cone.extreme, cone.lineality) == answer[:2]
        assert "dual_vectors" not in cone.__dict__
        assert cone.dual_vectors == answer[2]


def test_seeds_are_extreme():
    """Functionals towards the points: on a sphere nearly all are proved, inside none."""
    angles = [(5, 0), (4, 3), (3, 4), (0, 5), (-3, 4), (-4, 3), (-5, 0), (-4, -3), (4, -3)]
    rows = [(5, *p) for p in angles]
    section = redundancy.Section([*rows, (5, 1, 1), (5, 4, 2)], [5] * 11)
    assert section.seeds() <= set(range(9))
    assert len(section.seeds()) >= 7


def test_few_rows_in_high_dimension(monkeypatch):
    """The cost follows the rank: no basis of the lineality space unless somebody asks for it."""

    def refused(vectors, dim):
        raise AssertionError("a basis of a large complement")

    rng = np.random.default_rng(8)
    small = [(1, 2, 0, 1), (0, 1, 1, 0), (3, 0, 1, 1), (1, 1, 1, 1), (0, -1, 1, 2)]
    wide = np.array(small) @ rng.integers(-9, 10, (4, 600))
    monkeypatch.setattr(polyhedral, "complement", refused)
    cone, copy = PolyhedralCone(inequalities=wide.tolist()), PolyhedralCone(inequalities=small)
    assert (cone.dim, cone.lineality_dim, cone.is_subspace) == (600, 596, False)
    assert cone.f_vector()[596:] == copy.f_vector()
    assert len(cone.inequalities) == len(copy.inequalities)
    assert (cone.polar().dim, cone.polar().lineality_dim) == (4, 0)
    assert rank(cone.rays) == 4
    angle = cone.estimate_solid_angle(512, seed=1)
    assert angle.agrees(cone.intrinsic_volumes(8)[600])
    assert len(complement(wide.tolist(), 600)) == 596


def test_rays_are_found_before_sampling_starts(monkeypatch):
    """A bar for the rays, then one for the samples; none where none is wanted."""
    told = []

    @contextmanager
    def bar(description, blocks, unit):
        told.append(description)
        yield lambda done: None

    monkeypatch.setattr(description, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_bar", bar)
    rows = [(1, *p) for p in product((0, 1), repeat=7)]
    PolyhedralCone(rays=rows).estimate_intrinsic_volumes(100, seed=1, progress=True)
    assert told[0] == "rays"
    told.clear()
    PolyhedralCone(rays=rows).estimate_intrinsic_volumes(100, seed=1, progress=False)
    assert not told
    monkeypatch.setattr(sys, "stderr", None)
    assert len(PolyhedralCone(rays=rows).rays) == 128
