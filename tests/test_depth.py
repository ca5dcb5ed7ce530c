"""Half-space depth against brute force, with witnesses and proofs."""

import random
from itertools import combinations
from math import comb

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import complement, dot, rank
from polygeo.relu import halfspace_depth, is_injective
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.matrix import read_matrix


def by_brute_force(points: list) -> int:
    """The least count over one direction of every cell.

    A cell lies next to a ray, a direction orthogonal to r - 1 independent points: there the other
    points decide, and those on the ray's hyperplane are a problem of their own, in dimension r - 1.
    """
    others = [p for p in points if any(p)]
    if not others:
        return len(points)
    return len(points) - len(others) + _least(others, len(points[0]))


def _least(points: list, dim: int) -> int:
    r = rank(points)
    if r == 1:
        positive = sum(dot(p, points[0]) > 0 for p in points)
        return min(positive, len(points) - positive)
    least = len(points)
    away = complement(points, dim)
    for subset in combinations(points, r - 1):
        if rank(subset) == r - 1:
            (v,) = complement([*subset, *away], dim)
            on = [p for p in points if not dot(p, v)]
            positive = sum(dot(p, v) > 0 for p in points)
            side = min(positive, len(points) - len(on) - positive)
            least = min(least, side + _least(on, dim))
    return least


def test_small_integer_points():
    rng = random.Random(1)
    depths = set()
    for _ in range(700):
        n = rng.choice((1, 2, 2, 3, 3))
        size = rng.choice((1, 1, 2, 4))
        points = [[rng.randint(-size, size) for _ in range(n)] for _ in range(rng.randint(1, 8))]
        depth = halfspace_depth(points)
        assert depth.depth == by_brute_force(points), points
        assert depth.verify()
        depths.add(depth.depth)
    assert depths >= {0, 1, 2, 3}


def test_chosen_points_that_contradict_each_other():
    """More points than dimensions are asked to be in the half-space, opposite ones among them."""
    points = [(0, 0, 1), (2, -2, -1), (-1, 2, 2), (1, 1, 2), (1, -2, 1), (0, 0, -1), (-2, 2, 1)]
    points += [(1, -2, -2), (-1, -1, -2), (-1, 2, -1)]
    found = halfspace_depth(points)
    assert found.depth == by_brute_force(points) == 5
    assert found.verify()
    _, record = exact_search(points, lambda: True, ranked=False, goal=5)
    assert check_tree(points, record, 5) > 1
    with pytest.raises(Refuted):
        check_tree(points, record, 6)


def test_zero_rows_are_not_counted_by_a_tree():
    """A zero row is never negative, and never positive: chosen, it would contradict itself."""
    with pytest.raises(Refuted, match="not zero"):
        check_tree([(0,), (1,)], [1, 1, 1, 0, 1, 1, 0, 0], 2)


def test_coordinates_beyond_the_reach_of_floating_point():
    """Powers of 1e-300 tilt points off an axis; no float64 row holds them next to 1."""
    tiny = mpq(1, 10**300)
    for points, depth in (
        ([[1, 1e-300], [0, 1], [-1, -1]], 1),
        ([[1, tiny], [-1, tiny], [1, -tiny], [-1, -tiny]], 2),
        ([[1, tiny**2], [-1, tiny**2], [0, -1], [tiny, 1], [5e-324, -1]], 1),
    ):
        found = halfspace_depth(points)
        assert found.depth == by_brute_force(read_matrix(points).rows)
        assert found.depth == depth
        assert found.verify()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_what_must_not_matter(seed):
    """Order, positive factors, and where the origin lies."""
    rng = random.Random(seed)
    n = rng.choice((1, 2, 3))
    points = [[rng.randint(-3, 3) for _ in range(n)] for _ in range(rng.randint(1, 9))]
    depth = halfspace_depth(points).depth
    factors = [rng.randint(1, 99) for _ in points]
    scaled = [[f * c for c in p] for f, p in zip(factors, points, strict=True)]
    assert halfspace_depth(rng.sample(scaled, len(scaled))).depth == depth
    origin = [rng.randint(-5, 5) for _ in range(n)]
    moved = [[c + o for c, o in zip(p, origin, strict=True)] for p in points]
    assert halfspace_depth(moved, origin).depth == depth
    flat = [[*p, sum(p)] for p in points]  # the same points in a hyperplane
    found = halfspace_depth(flat)
    assert found.depth == depth
    assert found.verify()


@pytest.mark.parametrize(("m", "n"), [(14, 3), (24, 4), (16, 4), (40, 5)])
def test_random_points(m, n):
    """In general position injectivity is depth >= n."""
    for seed in range(6):
        W = np.random.default_rng(seed).normal(size=(m, n))
        depth = halfspace_depth(W)
        assert depth.verify()
        assert (depth.depth >= n) == is_injective(W).injective
        tree = depth.certificate
        with pytest.raises(Refuted, match="node"):
            check_tree(depth._points.others, tree, depth.depth + 1)


def test_known_depths():
    # n-th coordinate axes and their negatives: every open orthant has n of them
    for n in (1, 2, 3, 8, 20):
        cross = np.vstack([np.eye(n), -np.eye(n)])
        assert halfspace_depth(cross).depth == n
    # the centre of the cube's vertices: half of them; a vertex: itself
    cube = [[2 * (i >> j & 1) - 1 for j in range(3)] for i in range(8)]
    assert halfspace_depth(cube).depth == 4 - comb(3, 1) + 3
    assert halfspace_depth(cube, [1, 1, 1]).depth == 1
    assert halfspace_depth(cube, [2, 0, 0]).depth == 0
    assert halfspace_depth([[1, 2]] * 5, [1, 2]).depth == 5
    assert int(halfspace_depth([[0], [1], [2]], [1])) == 2
    line = halfspace_depth([["1/3", "1/3"], [1, 1], [-2, -2]])
    assert (line.depth, line.verify()) == (1, True)


def test_errors():
    with pytest.raises(DomainError, match="points"):
        halfspace_depth([])
    with pytest.raises(DomainError, match=r"points\[1\]"):
        halfspace_depth([[1, 2], [1]])
    with pytest.raises(DomainError, match="origin needs 2 numbers; got 3"):
        halfspace_depth([[1, 2]], [1, 2, 3])
    with pytest.raises(DomainError, match="origin"):
        halfspace_depth([[1, 2]], "12")
    with pytest.raises(Undecided):
        halfspace_depth(np.random.default_rng(1).normal(size=(60, 8)), max_nodes=5)
