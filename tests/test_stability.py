"""Stability of the inverse: frame bounds, Lipschitz constants, Gordan's alternative."""

from itertools import pairwise, product
from math import pi

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import matrices, small

from polygeo.answers import Ball
from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.vectors import dot
from polygeo.relu import (
    estimate_stability,
    frame_bound,
    injectivity_probability,
    is_injective,
    lipschitz_constant,
    ratio_squared,
    stability_bounds,
)
from polygeo.relu.cells.eigenvalue import exceeds, gram, least_eigenvalue
from polygeo.relu.cells.stability_sample import injective_frame_bound
from polygeo.relu.decision.gordan import gordan

PLUS_MINUS = [[1, 0], [0, 1], [-1, 0], [0, -1]]


# --- stability


def cells(W):
    """I(x) of all open cells, from random points: all cells of small integer layers are met."""
    rng = np.random.default_rng(0)
    points = rng.standard_normal((20_000, len(W[0])))
    return {tuple(np.flatnonzero(row)) for row in points @ np.array(W, float).T >= 0}


@given(matrices(rows=8, columns=3))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_frame_bound_is_the_minimum_over_all_cells(W):
    if len(W) < len(W[0]):
        return
    found = frame_bound(W)
    assert found.exact
    table = np.array(W, float)
    least = min(np.linalg.eigvalsh(table[list(c)].T @ table[list(c)])[0] for c in cells(W))
    assert float(found.value) == pytest.approx(least, abs=1e-9)


@given(matrices(rows=8, columns=3), st.permutations(range(8)), st.integers(1, 5))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_the_frame_bound_keeps_its_symmetries(W, order, factor):
    if len(W) < len(W[0]):
        return
    found = frame_bound(W).value
    shuffled = [[mpq(factor, 3) * c for c in W[i]] for i in order if i < len(W)]
    assert (frame_bound(shuffled).value - found * mpq(factor, 3) ** 2).contains(0)
    # an orthogonal change of the inputs, and the witness of the value
    turned = [
        [
            mpq(3 * row[0], 5) + mpq(4 * row[-1], 5),
            *row[1:-1],
            mpq(-4 * row[0], 5) + mpq(3 * row[-1], 5),
        ]
        for row in W
    ]
    if len(W[0]) > 1:
        assert frame_bound(turned).value.overlaps(found)


def test_plus_minus_identity_by_hand():
    found = stability_bounds(PLUS_MINUS)
    assert found.frame.value == Ball.of(1, found.frame.value.bits).with_source(
        "networks.frame_bound"
    )
    assert (found.upper * found.upper * 2).contains(1)
    assert found.injective
    # kappa^2 = 1/2: for every pair t^2 + (1 - t)^2 >= 1/2 row by row, and x = -y attains it
    assert ratio_squared(PLUS_MINUS, [3, 1], [-3, -1]) == mpq(1, 2)
    low, high = lipschitz_constant(PLUS_MINUS, "1/10000").squared
    assert low <= mpq(1, 2) == high


def test_scales_are_minded():
    """Two opposite rows a, -b on the line: A = min^2, kappa = ab/sqrt(a^2 + b^2)."""
    found = stability_bounds([["1/3"], ["-5/2"]])
    assert found.frame.value.contains(mpq(1, 9))
    low, high = lipschitz_constant([["1/3"], ["-5/2"]], "1e-9").squared
    truth = mpq(25, 36) / (mpq(1, 9) + mpq(25, 4))
    assert low <= truth <= high
    assert found.lower * found.lower < truth < found.upper * found.upper


@pytest.mark.parametrize("seed", range(8))
def test_kappa_lies_between_its_bounds_and_under_every_pair(seed):
    rng = np.random.default_rng(seed)
    W = rng.integers(-50, 51, (9, 2)).tolist()
    bounds = stability_bounds(W)
    if not bounds.injective:
        with pytest.raises(DomainError, match="kappa = 0"):
            lipschitz_constant(W)
        return
    found = lipschitz_constant(W)
    low, high = found.squared
    assert high == ratio_squared(W, found.x, found.y)
    assert 0 < high - low <= high * mpq(11, 1000)
    assert bounds.frame.value.lower / 4 <= high
    assert low <= (bounds.upper * bounds.upper).upper
    table = np.array(W, float)
    x, y = rng.standard_normal((2, 20_000, 2)) * rng.exponential(1, (2, 20_000, 1))
    change = np.maximum(x @ table.T, 0) - np.maximum(y @ table.T, 0)
    ratios = (change**2).sum(1) / ((x - y) ** 2).sum(1)
    assert ratios.min() >= float(low) * (1 - 1e-9)


def test_a_spent_budget_still_proves_an_interval():
    W = np.random.default_rng(1).standard_normal((30, 4))
    exact = frame_bound(W)
    short = frame_bound(W, max_nodes=20)
    assert exact.exact
    assert not short.exact
    assert short.value.contains(exact.value)
    assert float(exact.value) == pytest.approx(injective_frame_bound(W)[0], rel=1e-9)
    active = [
        i
        for i in range(30)
        if sum(mpq(c) * p for c, p in zip(W[i].tolist(), exact.point, strict=True)) >= 0
    ]
    assert tuple(active) == exact.rows


def test_many_rows_in_few_dimensions():
    """In the plane: the least over the arcs between lines, each a closed formula; 700 rows."""
    W = np.random.default_rng(6).standard_normal((700, 2))
    ends = np.sort(np.mod(np.arctan2(-W[:, 0], W[:, 1])[:, None] + [0, pi], 2 * pi).ravel())
    middles = (ends + np.roll(ends, -1) + 2 * pi * (np.arange(len(ends)) == len(ends) - 1)) / 2
    on = W @ np.stack([np.cos(middles), np.sin(middles)]) > 0
    a, b, c = (on.T @ products for products in (W[:, 0] ** 2, W[:, 0] * W[:, 1], W[:, 1] ** 2))
    least = ((a + c) / 2 - np.hypot((a - c) / 2, b)).min()
    found = frame_bound(W)
    assert found.exact
    assert float(found.value) == pytest.approx(least, rel=1e-12)
    with pytest.raises(DomainError, match=r"m 2\^n <= 4194304"):
        frame_bound(np.ones((1025, 12)))


@pytest.mark.parametrize("tiny", ["1e-6", "1e-9", "1e-14", "1e-30"])
def test_values_far_below_rounding_are_exact(tiny):
    """Columns scaled by t: floating point sees nothing of the second coordinate, integers do."""
    t = mpq(tiny)
    rows = [[1, t], [1, -2 * t], [-1, t], [-2, -t], [3, t], [0, t], [0, -t], [1, 0], [-1, t / 2]]
    found = frame_bound(rows)
    assert found.exact
    assert found.value.proved_digits >= 20
    values = []
    for active in cells([[float(a), float(b / t)] for a, b in rows]):  # the same cells
        scaled = [[mpq(a) / t, mpq(b) / t] for a, b in (rows[i] for i in active)]
        matrix = gram([[int(8 * c * mpq(10) ** 40) for c in row] for row in scaled], 2)
        values.append(least_eigenvalue(matrix, 30) * (t / (8 * mpq(10) ** 40)) ** 2)
    assert any(value.overlaps(found.value) for value in values)
    assert all(value.upper >= found.value.lower for value in values)


def test_more_rows_help():
    W = np.random.default_rng(2).integers(-9, 10, (14, 3)).tolist()
    values = [frame_bound(W[:k]).value for k in range(6, 15)]
    assert all(a.lower <= b.upper for a, b in pairwise(values))


@given(st.lists(st.lists(small, min_size=3, max_size=3), min_size=3, max_size=6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_least_eigenvalues(rows):
    matrix = gram(rows, 3)
    table = np.array(matrix.tolist(), float)
    found = least_eigenvalue(matrix, 25)
    assert float(found) == pytest.approx(np.linalg.eigvalsh(table)[0], abs=1e-9)
    if found.upper > 0:
        assert exceeds(matrix, found.lower * (1 - mpq(1, 10**20)))
    assert not exceeds(matrix, found.upper + mpq(1, 10**9))


def test_sampled_stability_meets_what_is_known():
    for m in (6, 9, 14):
        found = estimate_stability(m, 2, samples=480, seed=m)
        assert found.injective.agrees(injectivity_probability(m, 2))
    wide = estimate_stability(2000, 1, samples=32, seed=1)
    assert 0.45 < wide.mean_share.mean < 0.5
    assert wide.lower.mean < wide.upper.mean
    for seed in range(6):
        W = np.random.default_rng(seed).standard_normal((9 + seed, 3))
        assert injective_frame_bound(W)[0] == pytest.approx(float(frame_bound(W).value), abs=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: frame_bound([[1, 2]]), "needs n <= m"),
        (lambda: frame_bound(PLUS_MINUS, max_nodes=0), "max_nodes needs to be at least 1"),
        (lambda: frame_bound(PLUS_MINUS, digits=0), "digits must be between"),
        (lambda: lipschitz_constant(PLUS_MINUS, 1), "strictly between 0 and 1"),
        (lambda: ratio_squared(PLUS_MINUS, [1, 2], [1, 2]), "two different points"),
        (lambda: ratio_squared(PLUS_MINUS, "12", [1, 2]), "x needs a sequence; got '12'"),
        (lambda: ratio_squared(PLUS_MINUS, [1], [1, 2]), "x needs 2 numbers; got 1"),
        (lambda: estimate_stability(300, 5), "vertices are looked at"),
        (lambda: estimate_stability(2, 3), "1 <= n <= m"),
    ],
)
def test_bad_questions_about_stability(call, words):
    with pytest.raises(DomainError, match=words):
        call()


def test_kappa_of_rows_beyond_the_range_of_floats():
    large = 10**160  # the square is beyond them
    W = [[large, 1], [-1, large], [-large, -1], [1, -large]]
    found = lipschitz_constant(W)
    assert found.squared[0] * (1 + mpq(1, 98)) > found.squared[1] >= found.squared[0]
    assert found.squared[0] <= mpq(large**2 + 1, 2) <= found.squared[1]  # [A; -A], A orthogonal
    assert ratio_squared(W, found.x, found.y) == found.squared[1]


def test_without_full_rank_all_rows_vanish_at_some_point():
    for W in ([[1, 2], [2, 4], [0, 0]], [[0], [0]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]):
        found = frame_bound(W)
        assert any(found.point)
        assert found.exact
        assert found.value.upper == 0
        assert not any(dot(row, found.point) for row in W)
        assert found.rows == tuple(range(len(W)))


def test_a_budget_for_kappa_is_kept():
    W = np.random.default_rng(0).integers(-50, 51, (20, 2)).tolist()
    with pytest.raises(Undecided, match="raise max_nodes="):
        lipschitz_constant(W, max_nodes=10)


# --- Gordan's alternative


@given(st.lists(st.lists(small, min_size=3, max_size=3), min_size=1, max_size=7))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_one_of_gordans_alternatives(vectors):
    found = gordan([tuple(v) for v in vectors])
    assert (found.weights is None) != (found.functional is None)
    if found.functional is not None:
        assert all(dot(found.functional, v) > 0 for v in vectors)
    else:
        assert min(found.weights) >= 0 < max(found.weights)
        assert all(dot(found.weights, column) == 0 for column in zip(*vectors, strict=True))


def test_frame_minimum_is_attained_at_open_cells():
    """Closed faces only add rows: lambda_min over I(x) at rational faces is never below A."""
    W = [[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1], [1, 1, -1], [-1, -1, -1]]
    floor = frame_bound(W).value
    table = np.array(W, float)
    for x in product((-1, 0, 1), repeat=3):
        active = [i for i, row in enumerate(W) if dot(row, x) >= 0]
        assert np.linalg.eigvalsh(table[active].T @ table[active])[0] >= float(floor) - 1e-9


def test_a_sample_is_decided_exactly_where_rounding_leaves_a_sign_open():
    """Integers and tenths with ties, zeros and parallel rows, and Gaussian draws."""
    rng = np.random.default_rng(4)
    for m, n in ((8, 2), (6, 2), (9, 3)):
        for _ in range(4):
            W = rng.standard_normal((m, n))
            for V in (W, np.round(W, 1), np.round(2 * W)):
                bound, injective = injective_frame_bound(V)
                assert injective == bool(is_injective(V)) == (bound > 0)
