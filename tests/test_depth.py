"""Half-space depth against brute force, with witnesses and proofs."""

import random
from itertools import combinations
from math import comb

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from searches import exact_tree

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import complement, dot, rank
from polygeo.relu import halfspace_depth, halfspace_depths, is_injective
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.depth.halfspace import _search
from polygeo.relu.decision.depth.points import Points
from polygeo.relu.decision.depth.turn import exact_turn, space_record, space_turn
from polygeo.relu.decision.depth.turn_proof import check_turns
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
    _, record = exact_tree(points, goal=5)
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
        check, reason = (check_turns, "holds") if n == 3 else (check_tree, "node")
        with pytest.raises(Refuted, match=reason):
            check(depth._points.others, depth.certificate, depth.depth + 1)


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


# --- by sorting: points that span three dimensions or less


def attains(points: list, direction: tuple) -> int:
    return sum(dot(p, direction) >= 0 for p in points)


def test_degenerate_planes():
    """Ties, opposite points, points at the origin and on one line, against every direction."""
    rng = random.Random(7)
    for _ in range(1200):
        size = rng.choice((1, 1, 2, 4))
        points = [[rng.randint(-size, size) for _ in range(2)] for _ in range(rng.randint(1, 9))]
        if rng.random() < 0.2:
            points = [[a, 2 * a] for a, _ in points]
        least = by_brute_force(points)
        found = halfspace_depth(points)
        assert found.depth == least == attains(points, found.direction), points
        others = [p for p in points if any(p)]
        assert exact_turn(others)[0].least == least - points.count([0, 0])
        assert found.verify()


def test_degenerate_spaces():
    """Integers in space, and the same ones so large that float64 or Python's integers decide."""
    rng = random.Random(8)
    tried = 0
    while tried < 250:
        size = rng.choice((1, 1, 2, 4))
        points = [[rng.randint(-size, size) for _ in range(3)] for _ in range(rng.randint(3, 8))]
        others = [tuple(p) for p in points if any(p)]
        if rank(others) < 3:
            continue
        tried += 1
        least = by_brute_force(points)
        found = halfspace_depth(points)
        assert found.depth == least == attains(points, found.direction), points
        assert found.verify()
        for shear in ((10**6, 1, 0), (10**30, 10**15 + 1, 7)):
            a, b, c = shear  # a linear map changes no depth
            rows = [(a * x + b * y, a * y + c * z, a * z) for x, y, z in others]
            turn = space_turn(rows)
            assert turn.least == least - (len(points) - len(others))
            assert check_turns(rows, space_record(rows), turn.least) > 0


def test_sorting_agrees_with_the_search():
    """The search by trees, which knows nothing of angles, on larger points of three kinds."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        n = 2 + seed % 2
        points = rng.integers(-4, 5, size=(25, n)) if seed % 3 else rng.normal(size=(25, n))
        known = Points(read_matrix(points))
        searched = _search(known, Budget())
        assert halfspace_depth(points).depth == searched.depth


def test_many_queries():
    """The same as one by one, for integers, floats, rationals, far and near, and in space."""
    rng = np.random.default_rng(3)
    grid = [[i, j] for i in range(5) for j in range(5)]
    for points, queries in (
        (grid, [[i / 2, j / 2] for i in range(-1, 10, 2) for j in range(9)]),
        (rng.normal(size=(40, 2)), rng.normal(size=(15, 2))),
        (0.1 * np.array(grid), 0.1 * np.array(grid)),
        (grid, [["1/3", "5/3"], ["2", "1/7"]]),
        (grid, [[1e-300, 1], [2, mpq(1, 10**400)], [1e300, 2]]),
        ([[1e308, 1e308], [-1e308, 1e308], [0, -1e308]], [[-1e308, -1e308], [0, 0], [0, 1e300]]),
        (rng.integers(-2, 3, size=(20, 3)), [[0, 0, 0], [1, 1, 0], [9, 0, 0]]),
        (rng.integers(-2, 3, size=(12, 4)), [[0, 0, 0, 0], [1, 0, 0, 1]]),
        ([[1], [2], [3]], [[0], [1], [2]]),
    ):
        found = halfspace_depths(points, queries)
        exact, asked = read_matrix(points).entries, read_matrix(queries).entries
        assert len(found) == len(asked)
        for depth, query in zip(found, asked, strict=True):
            moved = [[c - o for c, o in zip(p, query, strict=True)] for p in exact]
            assert depth.depth == halfspace_depth(points, query).depth
            assert depth.depth == attains(moved, depth.direction)
            assert depth.verify()
            if len(exact[0]) < 3:
                assert depth.depth == by_brute_force(read_matrix(moved).rows)


def test_the_centre_of_a_grid():
    """k x k points, k odd, about their middle: the line just off a row or a tilted one leaves
    (k^2 - 1)/2 on each side, the centre counts."""
    for k in (3, 11, 41):
        grid = np.array([[i, j] for i in range(k) for j in range(k)])
        found = halfspace_depth(grid, [k // 2, k // 2])
        assert found.depth == (k * k - 1) // 2 + 1
        assert found.verify()
    corners = halfspace_depths(grid, [[0, 0], [0, k - 1], [-1, 0], [0, 20]])
    assert list(map(int, corners)) == [1, 1, 0, 21]


def test_orders_that_prove_nothing():
    points = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1)]
    order = exact_turn(points)[1]
    assert check_turns(points, order, 2) > 0
    space = [(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1), (1, 1, 1)]
    record = space_record(space)
    assert check_turns(space, record, 3) > 0
    for rows, good, depth in ((points, order, 2), (space, record, 3)):
        with pytest.raises(Refuted, match="holds"):
            check_turns(rows, good, depth + 1)
        for place in range(len(good)):
            shorter = good[:place] + good[place + 1 :]
            for forged in (shorter, [*good, good[place]], [*good[:place], -1, *good[place + 1 :]],
                           [*good[:place], len(rows), *good[place + 1 :]],
                           [*good[:place], True, *good[place + 1 :]]):  # fmt: skip
                with pytest.raises(Refuted):
                    check_turns(rows, forged, depth)
    with pytest.raises(Refuted, match="out of order"):
        check_turns(points, order[::-1], 2)
    for rows in ([], [(1, 0), (0, 0)], [(1, 0), (1,)], np.eye(4, dtype=int).tolist()):
        with pytest.raises(Refuted):
            check_turns(rows, [0, 1], 0)


def test_queries_that_do_not_fit():
    with pytest.raises(DomainError, match="queries need 2 coordinates; got 3"):
        halfspace_depths([[1, 2]], [[1, 2, 3]])
    with pytest.raises(DomainError, match=r"queries\[1\]"):
        halfspace_depths([[1, 2]], [[1, 2], [1]])
    with pytest.raises(Undecided):
        halfspace_depths(np.random.default_rng(1).normal(size=(2000, 3)), [[0, 0, 0]], timeout=0.01)
