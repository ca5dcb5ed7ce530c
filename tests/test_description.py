"""Double description, redundancy, projection and face lattice against brute force."""

import random
from itertools import combinations, product
from math import comb

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from polygeo.errors import DomainError
from polygeo.polyhedra import description, lattice
from polygeo.polyhedra.description import GeneratingSet, extreme_rays, incidences
from polygeo.polyhedra.lattice import FaceLattice
from polygeo.polyhedra.nearest import nearest, nearest_in_rationals, nearest_of_many
from polygeo.polyhedra.vectors import (
    complement,
    dot,
    negative,
    primitive,
    project_off,
    rank,
    row_space,
)


@st.composite
def vectors(draw, dims=(1, 2, 3, 4), most=8, size=3):
    dim = draw(st.sampled_from(dims))
    row = st.tuples(*[st.integers(-size, size)] * dim).filter(any)
    rows = draw(st.lists(row, min_size=1, max_size=most))
    return dim, tuple(map(primitive, rows))


def facets_by_brute_force(dim: int, rows: tuple) -> set:
    """Normals of the facets: of all (r - 1)-subsets of rank r - 1, those with all on one side."""
    r = rank(rows)
    found = set()
    for subset in combinations(rows, r - 1):
        if rank(subset) < r - 1:
            continue
        (normal,) = complement([*subset, *complement(rows, dim)], dim)
        for y in (normal, negative([normal])[0]):
            values = [dot(y, v) for v in rows]
            if min(values) >= 0 and max(values) > 0:
                found.add(y)
    return found


@settings(max_examples=150, deadline=None)
@given(vectors(most=7))
def test_the_facets_are_those_of_brute_force(data):
    dim, rows = data
    assert set(GeneratingSet(dim, rows).dual_vectors) == facets_by_brute_force(dim, rows)


@settings(max_examples=150, deadline=None)
@given(vectors())
def test_rays_to_inequalities_and_back(data):
    dim, rows = data
    cone = GeneratingSet(dim, rows)
    there = GeneratingSet(dim, cone.dual.vectors, cone.dual.lines)
    back = there.dual
    assert sorted(back.vectors) == sorted(cone.extreme)
    assert back.lines == cone.lineality
    assert there.lineality == complement(rows, dim)


@settings(max_examples=100, deadline=None)
@given(vectors(), st.randoms(use_true_random=False), st.integers(1, 9))
def test_order_repetition_and_length_do_not_matter(data, order, factor):
    dim, rows = data
    shuffled = [*rows, *(tuple(factor * c for c in v) for v in rows)]
    order.shuffle(shuffled)
    one, two = GeneratingSet(dim, rows), GeneratingSet(dim, tuple(map(primitive, shuffled)))
    assert (set(one.extreme), one.lineality) == (set(two.extreme), two.lineality)
    assert one.dual_vectors == two.dual_vectors


@settings(max_examples=100, deadline=None)
@given(vectors())
def test_redundancy_by_projection_is_redundancy_by_the_dual(data):
    dim, rows = data
    small = GeneratingSet(dim, rows)
    expected = set(small.extreme), small.lineality
    limit = description.SMALL
    description.SMALL = -1
    try:
        large = GeneratingSet(dim, rows)
        assert (set(large.extreme), large.lineality) == expected
        assert "dual_vectors" not in large.__dict__
    finally:
        description.SMALL = limit


@settings(max_examples=150, deadline=None)
@given(vectors(), st.lists(st.integers(-5, 5), min_size=4, max_size=4))
def test_the_nearest_point_meets_its_conditions(data, point):
    dim, rows = data
    target = tuple(point[:dim])
    answer = nearest(rows, target)
    assert answer.rest == nearest_in_rationals(rows, target).rest
    image = [
        sum(x * rows[i][j] for i, x in zip(answer.support, answer.weights, strict=True))
        for j in range(dim)
    ]
    assert primitive([mpq(t) - p for t, p in zip(target, image, strict=True)]) == answer.rest
    assert all(x > 0 for x in answer.weights)
    assert all(dot(answer.rest, v) <= 0 for v in rows)
    assert all(dot(answer.rest, rows[i]) == 0 for i in answer.support)


@settings(max_examples=60, deadline=None)
@given(vectors(), st.lists(st.integers(-5, 5), min_size=4, max_size=4))
def test_the_nearest_point_from_few_vectors_at_a_time(data, point):
    dim, rows = data
    target, shifted = tuple(point[:dim]), rows * 12
    one, two = nearest_of_many(shifted, target), nearest(rows, target)
    assert one.rest == two.rest
    assert all(
        x > 0 and dot(one.rest, shifted[i]) == 0
        for i, x in zip(one.support, one.weights, strict=True)
    )


def test_a_hundred_rays_in_dimension_fifty():
    rng = random.Random(11)
    rays = [(1, *(rng.randint(-9, 9) for _ in range(49))) for _ in range(80)]
    extra = [tuple(map(sum, zip(*rng.sample(rays, 3), strict=True))) for _ in range(20)]
    cone = GeneratingSet(50, tuple(map(primitive, extra + rays)))
    assert cone.lineality == ()
    assert set(cone.extreme) == set(rays)
    assert "dual_vectors" not in cone.__dict__


def test_integers_beyond_floating_point():
    large = 10**400
    rows = [(1, 0, 0), (0, 1, 0), (large, large, 1), (1, 1, 0), (large + 1, large, 1)]
    description.SMALL, limit = -1, description.SMALL
    try:
        assert set(GeneratingSet(3, tuple(rows)).extreme) == {*rows[:3]}
    finally:
        description.SMALL = limit


def test_linear_algebra():
    rows = [(2, 4, 0), (1, 2, 0), (0, 0, 3)]
    assert row_space(rows) == ((1, 2, 0), (0, 0, 1))
    assert complement(rows, 3) == ((2, -1, 0),)
    assert complement([], 2) == ((1, 0), (0, 1))
    assert project_off([(1, 0, 1)], [(1, 2, 0)]) == ((4, -2, 5),)


# --- face lattices


def cone_over(points) -> GeneratingSet:
    points = tuple((1, *p) for p in points)
    return GeneratingSet(len(points[0]), points)


def f_vector(cone: GeneratingSet) -> tuple[int, ...]:
    facets = incidences(cone.extreme, cone.dual_vectors)
    return FaceLattice.of_facets(len(cone.extreme), facets, len(cone.span)).f_vector


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_cube_and_crosspolytope(n):
    cube = f_vector(cone_over(product((-1, 1), repeat=n)))
    cross = f_vector(
        cone_over(tuple(s * (i == j) for j in range(n)) for i in range(n) for s in (1, -1))
    )
    assert cube == (1, *(comb(n, k) * 2 ** (n - k) for k in range(n + 1)))
    assert cross == (*cube[:0:-1], 1)


@pytest.mark.parametrize(("n", "dim"), [(6, 4), (9, 4), (12, 4), (8, 3), (7, 2)])
def test_cyclic_polytopes(n, dim):
    f = f_vector(cone_over(tuple(t**k for k in range(1, dim + 1)) for t in range(n)))
    assert f[-2] == {2: n, 3: 2 * n - 4, 4: n * (n - 3) // 2}[dim]
    if dim == 4:
        assert f[2] == comb(n, 2)


@settings(max_examples=60, deadline=None)
@given(vectors(dims=(3, 4, 5), most=9))
def test_euler_relation_and_duality_of_the_lattice(data):
    dim, rows = data
    cone = GeneratingSet(dim, tuple((10, *v[1:]) for v in rows))
    facets = incidences(cone.extreme, cone.dual_vectors)
    faces = FaceLattice.of_facets(len(cone.extreme), facets, len(cone.span))
    f = faces.f_vector
    assert sum((-1) ** k * count for k, count in enumerate(f)) == 0
    assert f[1] == len(cone.extreme)
    assert set(faces.facets) == set(facets)
    assert faces.dual.f_vector == f[::-1]
    for k, level in enumerate(faces.levels):
        for face in level:
            members = [v for i, v in enumerate(cone.extreme) if face >> i & 1]
            assert rank(members) == k


def test_limits_are_named(monkeypatch):
    monkeypatch.setattr(description, "MAX_RAYS", 20)
    square = [(1, *(s * (i == j) for j in range(6))) for i in range(6) for s in (1, -1)]
    with pytest.raises(DomainError, match=r"at most 20 rays; got \d+ after \d+ of 12 inequalities"):
        extreme_rays(square)
    monkeypatch.undo()
    monkeypatch.setattr(lattice, "MAX_FACES", 50)
    with pytest.raises(DomainError, match="at most 50 faces are listed"):
        f_vector(GeneratingSet(7, tuple(square)))
