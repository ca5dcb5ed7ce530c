"""Linear regions of a layer."""

from itertools import product
from math import comb, pi

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import matrices, small
from refusals import refused
from scipy.optimize import linprog

from polygeo.polyhedra.vectors import dot
from polygeo.relu import (
    expected_active_regions,
    generic_linear_regions,
    linear_regions,
    union_bound,
)


def patterns(W, b=None):
    """Sign patterns of open cells by linear programming: one LP for each of 2^m patterns."""
    kept = [(row, 0 if b is None else c) for row, c in zip(W, b or W, strict=True) if any(row)]
    found = 0
    for signs in product((1, -1), repeat=len(kept)):
        upper = [[-s * c for c in row] for s, (row, _) in zip(signs, kept, strict=True)]
        right = [s * c - 1 for s, (_, c) in zip(signs, kept, strict=True)]
        if b is not None:  # homogenize: rows (w, b), last coordinate positive
            upper = [[*u, -s * c] for u, s, (_, c) in zip(upper, signs, kept, strict=True)]
            upper.append([0] * len(W[0]) + [-1])
            right = [-1] * len(upper)
        size = len(W[0]) + (b is not None)
        done = linprog([0] * size, upper or None, right or None, bounds=[(None, None)] * size)
        found += done.status == 0
    return found


@given(matrices(), st.lists(small, min_size=5, max_size=5))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_regions_are_the_feasible_sign_patterns(W, biases):
    b = biases[: len(W)]
    assert linear_regions(W) == patterns(W)
    assert linear_regions(W, b) == patterns(W, b)


@given(matrices(rows=7, columns=4), st.lists(small, min_size=7, max_size=7))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_three_ways_to_count_agree(W, biases):
    for b in (None, biases[: len(W)]):
        assert (
            len({linear_regions(W, b, method=way) for way in ("deletion", "flats", "cells")}) == 1
        )


@given(matrices(), st.permutations(range(5)), st.lists(st.integers(1, 9), min_size=5, max_size=5))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_order_and_positive_factors_of_rows_do_not_matter(W, order, factors):
    other = [
        [mpq(f, 7) * c for c in W[i]] for i, f in zip(order, factors, strict=True) if i < len(W)
    ]
    assert linear_regions(other) == linear_regions(W)
    doubled = [*W, *W, [0] * len(W[0])]
    assert linear_regions(doubled) == linear_regions(W)


def test_different_cells_have_different_jacobians():
    """Counted as distinct affine pieces of the map itself, at many rational points."""
    W = [[1, 0], [1, 0], [0, 1], [2, -1], [0, 0], [-2, 1]]
    grid = [mpq(k, 7) for k in range(-20, 21)]
    pieces = set()
    for x in product(grid, grid):
        values = [dot(row, x) for row in W]
        if all(v for v, row in zip(values, W, strict=True) if any(row)):
            pieces.add(
                tuple(tuple(row) if v > 0 else None for v, row in zip(values, W, strict=True))
            )
    assert len(pieces) == linear_regions(W)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (3, 5), (6, 3), (9, 4), (7, 1), (12, 2)])
def test_gaussian_layers_have_the_generic_number(m, n):
    rng = np.random.default_rng(m * n)
    W, b = rng.standard_normal((m, n)), rng.standard_normal(m)
    assert (
        linear_regions(W)
        == generic_linear_regions(m, n)
        == 2 * sum(comb(m - 1, i) for i in range(n))
    )
    assert linear_regions(W, b) == generic_linear_regions(m, n, bias=True)


def test_active_regions_add_up_and_are_met():
    m, n = 7, 3
    values = [expected_active_regions(m, n, j) for j in range(m + 1)]
    assert sum(values) == generic_linear_regions(m, n)
    assert sum(values[:n]) == union_bound(m, n)
    assert sum(expected_active_regions(m, n, j, bias=True) for j in range(m + 1)) == 64
    rng = np.random.default_rng(3)
    counts = np.zeros(m + 1)
    draws = 150
    for _ in range(draws):  # all cells of a planar layer, from the middles of its arcs
        W = rng.standard_normal((m, 2))
        ends = np.sort(np.mod(np.arctan2(-W[:, 0], W[:, 1])[:, None] + [0, pi], 2 * pi).ravel())
        middles = (ends + np.roll(ends, -1)) / 2 + pi * (ends > np.roll(ends, -1))
        points = np.stack([np.cos(middles), np.sin(middles)])
        for active in (W @ points > 0).sum(axis=0):
            counts[active] += 1
    for j in range(m + 1):
        mean = float(expected_active_regions(m, 2, j))
        assert abs(counts[j] / draws - mean) < 5 * (2 * mean / draws) ** 0.5 + 0.02


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: linear_regions([]), "W needs at least one row"),
        (lambda: linear_regions([[1, 2], [3]]), "needs 2 numbers; got 1"),
        (lambda: linear_regions([[float("nan")]]), "finite number"),
        (lambda: linear_regions([[1]], [1, 2]), "b needs 1 numbers; got 2"),
        (lambda: linear_regions([[1]], 3), "b needs a sequence; got 3"),
        (
            lambda: linear_regions([[1]], method="magic"),
            "method must be one of flats, deletion, cells",
        ),
        (lambda: linear_regions(np.eye(40)[:, :12].tolist() * 3 + _many()), "too many to count"),
        (lambda: linear_regions([[1, "sqrt(2)"]], method="cells"), "need method='flats'"),
        (lambda: linear_regions([["sqrt(-2)"]]), "square roots are taken of"),
        (lambda: linear_regions([["sqrt(2)"]], [1, 2]), "b needs 1 numbers; got 2"),
        (lambda: linear_regions([[1]], snap=2), "snap must lie in"),
        (lambda: linear_regions(np.eye(40), method="cells"), "at most 50000 cells"),
        (lambda: generic_linear_regions(0, 2), "m >= 1 and n >= 1; got m=0, n=2"),
        (lambda: generic_linear_regions(True, 2), "needs an integer"),
        (lambda: expected_active_regions(3, 2, 4), "0 <= active <= m"),
    ],
)
def test_bad_questions_about_regions(call, words):
    with refused(match=words):
        call()


def _many():
    return np.random.default_rng(1).integers(-9, 10, (60, 12)).tolist()
