"""Around the layer: linear regions, contraction of angles, stability of the inverse."""

from itertools import pairwise, product
from math import comb, pi

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from polygeo.answers import Ball
from polygeo.errors import DomainError, NotConverged, Undecided
from polygeo.polyhedra.vectors import dot
from polygeo.relu import (
    angle_asymptotic,
    angle_map,
    angle_sequence,
    estimate_contraction,
    estimate_stability,
    expected_active_regions,
    frame_bound,
    generic_linear_regions,
    injectivity_probability,
    linear_regions,
    lipschitz_constant,
    ratio_squared,
    stability_bounds,
    union_bound,
)
from polygeo.relu.cells.eigenvalue import exceeds, gram, least_eigenvalue
from polygeo.relu.cells.stability_sample import gaussian_frame_bound
from polygeo.relu.decision.gordan import gordan

PLUS_MINUS = [[1, 0], [0, 1], [-1, 0], [0, -1]]
small = st.integers(-2, 2)


@st.composite
def matrices(draw, rows=5, columns=3):
    n = draw(st.integers(1, columns))
    m = draw(st.integers(1, rows))
    return [[draw(small) for _ in range(n)] for _ in range(m)]


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


# --- linear regions


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
    with pytest.raises(DomainError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def _many():
    return np.random.default_rng(1).integers(-9, 10, (60, 12)).tolist()


# --- contraction


def test_the_map_is_the_mean_over_gaussian_rows():
    """cos of the angle behind the layer = E ReLU(u) ReLU(v) / E ReLU(u)^2, by quadrature."""
    from scipy.integrate import quad

    for theta in (0.3, 1.0, 2.5):

        def density(phi, t=theta):  # E over the direction of (g, h) in the plane
            return max(np.cos(phi), 0) * max(np.cos(phi - t), 0) / pi

        mean, _ = quad(density, -pi, pi, points=[-pi / 2, pi / 2, theta - pi / 2])
        cosine = mean / 0.5  # E ReLU(u)^2 = 1/2, E r^2 = 2
        assert np.cos(float(angle_map(mpq(theta)))) == pytest.approx(cosine, abs=1e-7)


def test_digits_of_angles_are_right():
    for start in ("pi", "pi/2", "1/1000", 3):
        for layers in (1, 7, 300):
            coarse, fine = angle_map(start, layers, 8), angle_map(start, layers, 60)
            assert coarse.overlaps(fine)
            assert coarse.decimal(8) == fine.decimal(8)
            assert fine.proved_digits >= 60
    whole = angle_sequence("pi/2", 5, 30)
    step = angle_map(whole[3], 1, 15)
    assert step.overlaps(whole[4])
    assert angle_map(0, 10) == Ball.of(0, angle_map(0, 10).bits).with_source("networks.angle_map")


def test_angles_fall_and_their_order_stays():
    lower, upper = angle_sequence(1, 40), angle_sequence(mpq(11, 10), 40)
    assert all(b < a for a, b in pairwise(upper))
    assert all(a < b for a, b in zip(lower, upper, strict=True))


def test_the_constant_behind_the_leading_terms_converges():
    """3 pi / t_l = l + (3/2) log l + c + o(1), from any start: c settles down."""
    for start in ("pi/2", "3"):
        gaps = []
        for k in (1000, 2000, 4000):
            t, leading = float(angle_map(start, k)), float(angle_asymptotic(k))
            gaps.append(3 * pi / t - 3 * pi / leading)
        assert abs(gaps[2] - gaps[1]) < 0.6 * abs(gaps[1] - gaps[0]) < 0.01


def test_simulated_angles_near_the_limit():
    runs = estimate_contraction(2000, 3, "pi/3", samples=640, seed=4)
    for run, exact in zip(runs, angle_sequence("pi/3", 3)[1:], strict=True):
        assert abs(run.mean - float(exact)) < 6 * run.stderr + 2 / 2000
        assert run.stderr < 0.003
    again = estimate_contraction(2000, 3, "pi/3", samples=640, seed=4)
    assert again == runs


def test_matrices_give_the_same_law_as_pairs():
    """The Markov chain of angles against explicit matrices (false alarm below 1e-5)."""
    width, layers, draws = 60, 3, 400
    rng = np.random.default_rng(8)
    angles = []
    for _ in range(draws):
        x = np.stack([np.eye(width)[0], np.eye(width)[1]])
        for _ in range(layers):
            x = np.maximum(x @ rng.standard_normal((width, width)).T, 0)
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        angles.append(np.arccos(x[0] @ x[1]))
    run = estimate_contraction(width, layers, "pi/2", samples=640, seed=1)[-1]
    error = (run.stderr**2 + np.var(angles) / draws) ** 0.5
    assert abs(run.mean - np.mean(angles)) < 5 * error


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: angle_map(4), r"an angle must lie in \[0, pi\]; got 4"),
        (lambda: angle_map("-1/2"), "an angle must lie"),
        (lambda: angle_map("tau"), "angle needs a rational number"),
        (lambda: angle_map(1, -1), "layers must lie in"),
        (lambda: angle_map(1, 10**7), "layers must lie in"),
        (lambda: angle_asymptotic(0), "layers must be at least 1"),
        (lambda: estimate_contraction(5, 3), "width must lie in"),
        (lambda: estimate_contraction(50, 0), "1 to 10000 layers"),
        (lambda: estimate_contraction(50, 2, seed=-1), "seed must lie"),
    ],
)
def test_bad_questions_about_angles(call, words):
    with pytest.raises(DomainError, match=words):
        call()


def test_a_wide_ball_is_not_made_narrow():
    with pytest.raises(NotConverged):
        angle_map(Ball.between("1", "1.1"), 2)


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
    assert float(exact.value) == pytest.approx(gaussian_frame_bound(W), rel=1e-9)
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
    found = least_eigenvalue(matrix, 25)
    assert float(found) == pytest.approx(np.linalg.eigvalsh(np.array(matrix, float))[0], abs=1e-9)
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
        assert gaussian_frame_bound(W) == pytest.approx(float(frame_bound(W).value), abs=1e-9)


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
