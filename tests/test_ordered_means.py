"""Weights of ordered means by one-dimensional integrals: chains, umbrellas, trees, AR(1)."""

import random
from itertools import permutations
from math import factorial, prod

import pytest
from flint import fmpq_mat
from gmpy2 import fac, mpq

from polygeo.answers.exact import rational, to_flint
from polygeo.cones import MonotoneCone, PolyhedralCone
from polygeo.errors import NoExactValue
from polygeo.volumes import chi_bar_weights, orthant_probability
from polygeo.volumes.orders.means import ordered_means
from polygeo.volumes.orders.path import path_of
from polygeo.volumes.orders.star import star_of
from polygeo.volumes.orders.tree import MeansOnTree
from polygeo.volumes.orders.tree_matrix import tree_of


def differences(steps, variances):
    """Gram matrix of the normals x_b - x_a for steps (a, b), the means independent."""
    rows = [[(k == b) - (k == a) for k in range(len(variances))] for a, b in steps]
    return [
        [sum((x * y * v for x, y, v in zip(r, s, variances, strict=True)), mpq(0)) for s in rows]
        for r in rows
    ]


def some(count, seed):
    draw = random.Random(seed)
    return [mpq(draw.randint(1, 30), draw.randint(1, 9)) for _ in range(count)]


def by_faces(gram, digits=12):
    """The weights another way: by the general road or by closed forms (below `LEAST` normals)."""
    return list(chi_bar_weights(gram, digits=digits))


def close(a, b):
    return abs(float(a) - float(b)) < 1e-11


@pytest.mark.parametrize("seed", range(3))
def test_paths_agree_with_the_sum_over_faces(seed):
    draw = random.Random(seed)
    steps = [(i, i + 1) if draw.random() < 0.5 else (i + 1, i) for i in range(5)]
    gram = differences(steps, some(6, seed))
    found = path_of(gram).weights(13)
    assert all(map(close, found, by_faces(gram)))


def test_a_path_in_any_order_and_scale():
    gram = differences([(0, 1), (1, 2), (2, 3), (4, 3)], some(5, 7))
    mixed, scales = [2, 0, 3, 1], [mpq(3), mpq(1, 7), mpq(5, 2), mpq(1)]
    other = [
        [gram[i][j] * scales[a] * scales[b] for b, j in enumerate(mixed)]
        for a, i in enumerate(mixed)
    ]
    assert all(map(close, path_of(other).weights(13), path_of(gram).weights(13)))


def test_equal_sizes_give_stirling_numbers():
    size = 9
    gram = differences([(i, i + 1) for i in range(size)], [mpq(1)] * (size + 1))
    stirling = [mpq(1)]
    for i in range(1, size + 1):  # the coefficients of (t + 1) .. (t + size)
        stirling = [
            (i * a) + b for a, b in zip([*stirling, mpq(0)], [mpq(0), *stirling], strict=True)
        ]
    found = path_of(gram).weights(15)
    assert all(x.contains(c / fac(size + 1)) for x, c in zip(found, stirling, strict=True))
    assert min(x.proved_digits for x in found) >= 15


@pytest.mark.parametrize("variances", [["1"] * 6, ["1", "2", "2", "7", "7", "7"]])
def test_simple_trees_agree_with_the_sum_over_faces(variances):
    steps = [(0, 1), (0, 2), (3, 0), (4, 0), (0, 5)]
    gram = differences(steps, [mpq(v) for v in variances])
    assert all(map(close, star_of(gram).weights(13), by_faces(gram)))


def test_the_chances_of_the_ends():
    """All r means above the common one: its chance to be the least is 1/(r + 1)."""
    found = star_of(differences([(0, i) for i in range(1, 10)], [mpq(1)] * 10)).weights(15)
    assert found[-1].contains(mpq(1, 10))
    assert sum(found[0::2]).contains(mpq(1, 2))
    assert sum(found[1::2]).contains(mpq(1, 2))


def steps_of_a_tree(count, seed):
    """Conditions (a, b), x_a <= x_b, on the edges of a random tree that is no path."""
    draw = random.Random(seed)
    while True:
        pairs = [(draw.randrange(max(0, v - 3), v), v) for v in range(1, count)]
        if max(sum(v in pair for pair in pairs) for v in range(count)) > 2:
            return [pair if draw.random() < 0.5 else pair[::-1] for pair in pairs]


@pytest.mark.parametrize(("count", "seed"), [(4, 1), (5, 2), (6, 3), (6, 4), (7, 5), (7, 6)])
def test_trees_agree_with_the_sum_over_faces(count, seed):
    """In any order and scale of the conditions."""
    gram = differences(steps_of_a_tree(count, seed), some(count, seed))
    draw = random.Random(seed)
    order = draw.sample(range(count - 1), count - 1)
    scales = [mpq(draw.randint(1, 9), draw.randint(1, 9)) for _ in order]
    other = [
        [gram[i][j] * scales[a] * scales[b] for b, j in enumerate(order)]
        for a, i in enumerate(order)
    ]
    assert all(map(close, tree_of(other).weights(13), by_faces(gram)))


@pytest.mark.parametrize("dual", [False, True])
def test_a_tree_of_seven_conditions_by_both_roads(monkeypatch, dual):
    gram = differences(steps_of_a_tree(8, 4), some(8, 4))
    matrix = inverse(gram) if dual else gram
    found = ordered_means(matrix)
    assert isinstance(found.means, MeansOnTree)
    assert found.dual == dual
    weights = chi_bar_weights(matrix, digits=13)
    monkeypatch.setattr("polygeo.volumes.orders.means.LEAST", 99)
    assert all(map(close, weights, by_faces(matrix)))


def inverse(gram):
    solved = fmpq_mat([[to_flint(x) for x in row] for row in gram]).inv().tolist()
    return [[rational(x) for x in row] for row in solved]


@pytest.mark.parametrize("seed", range(3))
def test_equal_sizes_in_order_are_linear_extensions(seed):
    """All orders of equal means are equally likely."""
    steps = steps_of_a_tree(8, seed)
    fitting = sum(all(p[a] < p[b] for a, b in steps) for p in permutations(range(8)))
    found = tree_of(differences(steps, [mpq(1)] * 8)).weights(15)
    assert found[-1].contains(mpq(fitting, factorial(8)))
    assert sum(found[0::2]).contains(mpq(1, 2))
    assert sum(found[1::2]).contains(mpq(1, 2))
    assert min(x.proved_digits for x in found) >= 15


def test_a_binary_tree_has_the_chance_of_the_hook_formula():
    """Ten equal means, each parent below its children: the product of 1/(size of the branch)."""
    parents = [(v - 1) // 2 for v in range(1, 10)]
    gram = differences([(p, v) for v, p in enumerate(parents, start=1)], [mpq(1)] * 10)
    found = ordered_means(gram).volumes(15)
    sizes = [1] * 10
    for v in range(9, 0, -1):
        sizes[parents[v - 1]] += sizes[v]
    assert found[-1].contains(mpq(1, prod(sizes)))
    assert sum(found[0::2]).contains(mpq(1, 2))
    assert sum(found[1::2]).contains(mpq(1, 2))


@pytest.mark.parametrize("factor", [mpq(99, 100), mpq(-1)])
def test_almost_trees(factor):
    """Four conditions that meet in one mean have one factor; two have no more than a product."""
    steps = [(0, 1), (0, 2), (0, 3), (4, 0), (4, 5), (5, 6), (6, 7)]
    gram = differences(steps, some(8, 4))
    assert tree_of(gram) is not None
    for i in range(7):
        for j in range(i):
            if gram[i][j]:
                other = [list(row) for row in gram]
                other[i][j] = other[j][i] = factor * gram[i][j]
                assert (tree_of(other) is None) == (i < 4)


def test_the_cost_of_a_tree_is_said_before():
    gram = differences([(0, i) for i in range(1, 14)], some(14, 3))
    with pytest.raises(NoExactValue, match="ordered means need about"):
        chi_bar_weights(gram, max_seconds=5)


def test_an_autoregressive_covariance_is_the_dual_of_a_path():
    rho = mpq(3, 10)
    gram = [[rho ** abs(i - j) for j in range(7)] for i in range(7)]
    assert ordered_means(gram).dual
    weights = chi_bar_weights(gram, digits=12)
    assert weights[7].overlaps(orthant_probability(gram, 12))
    half = mpq(1, 2)
    assert sum(weights[0::2]).contains(half)
    assert sum(weights[1::2]).contains(half)


def test_a_cone_given_by_inequalities_goes_the_same_way():
    rows = [[(j == i + 1) - (j == i) for j in range(8)] for i in range(7)]
    found = PolyhedralCone(inequalities=rows).intrinsic_volumes()
    assert all(map(close, found, MonotoneCone(8).intrinsic_volumes()))


def test_other_matrices_are_none():
    cycle = [[4 if i == j else -int(abs(i - j) in (1, 6)) for j in range(7)] for i in range(7)]
    assert path_of(cycle) is None
    assert star_of(cycle) is None
    assert ordered_means(cycle) is None
    two = [[2, 1, 0, 0], [1, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    assert path_of(two) is None


def test_the_cost_is_said_before():
    gram = differences([(i, i + 1) for i in range(20)], [mpq(1)] * 21)
    with pytest.raises(NoExactValue, match="need about"):
        ordered_means(gram).volumes(15, max_seconds=0.1)


@pytest.mark.slow
def test_thirty_groups():
    variances = [mpq(1, 10**6 if i == 14 else 1 + i % 3) for i in range(30)]
    found = path_of(differences([(i, i + 1) for i in range(29)], variances)).weights(15)
    assert min(x.proved_digits for x in found) >= 15
    assert sum(found[0::2]).contains(mpq(1, 2))
    assert sum(found[1::2]).contains(mpq(1, 2))
