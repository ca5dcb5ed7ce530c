"""The search tree on NumPy arrays: its proofs hold exactly, whatever the rows are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from flint import fmpz_mat

from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search.batches import search_tree
from polygeo.relu.decision.search.choices import all_independent
from polygeo.relu.decision.search.outcomes import BUDGET, CLOSED
from polygeo.relu.decision.search.systems import Systems
from polygeo.relu.matrix import nearest_floats


def spans(rows):
    return int(fmpz_mat([list(row) for row in rows]).rank()) == len(rows[0])


@pytest.mark.parametrize(("n", "k"), [(2, 0), (3, 0), (3, 2), (4, 1), (5, 0), (6, 1), (6, 4)])
def test_choices_are_proved_only_where_all_are_independent(n, k):
    """Small integers, so that many determinants vanish; the others are of size 1 at least."""
    rng = np.random.default_rng(n + 10 * k)
    seen = {True: 0, False: 0}
    for high in (1, 3, 30):
        rows = [tuple(row) for row in rng.integers(-high, high + 1, (4 * n, n)).tolist()]
        floats = nearest_floats(tuple(rows))
        order = np.array([rng.permutation(len(rows)) for _ in range(20)])
        chosen, members = order[:, :k], order[:, k : k + 3 * (n - k)]
        members = members.reshape(20, n - k, 3).transpose(1, 0, 2)
        part = rng.random((n - k, 20, 3)) < 0.6
        part[:, :, 0] = True
        proved = all_independent(floats, chosen, members, part)
        for q, answer in enumerate(proved.tolist()):
            groups = [members[g, q][part[g, q]].tolist() for g in range(n - k)]
            truth = all(
                spans([rows[i] for i in (*chosen[q].tolist(), *choice)])
                for choice in product(*groups)
            )
            assert answer == truth
            seen[truth] += 1
    assert min(seen.values()) > 3


def test_nearly_dependent_choices_are_not_proved():
    """The second row differs from the first one by less than the rounding of the coordinates."""
    rows = np.array([[0.5, 0.75], [0.5 + 2.0**-54, 0.75], [0.5, 0.75 + 2.0**-50]])
    groups = np.array([[[0], [0]], [[1], [2]]])
    assert not all_independent(rows, np.zeros((2, 0), int), groups, groups >= 0).any()


@pytest.mark.parametrize("seed", range(4))
def test_proved_coefficients_have_the_exact_signs(seed):
    """In systems of small integers, where coefficients may be exactly 0."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(-2, 3, (30, 3))
    sign = rng.choice([-1.0, 1.0], (50, 30))
    basis = np.array([rng.permutation(30)[:3] for _ in range(50)])
    basis = basis[[spans(rows[b].tolist()) for b in basis]]
    count = len(basis)
    floats = nearest_floats(tuple(map(tuple, rows.tolist())))
    systems = Systems(floats, sign[:count], np.zeros((count, 30), bool), basis)
    last = rng.integers(0, 30, count)
    rho, sure = systems.coefficients(last)
    for q in range(count):
        scaled = floats * sign[q][:, None]
        exact = np.linalg.solve(scaled[basis[q]].T, scaled[last[q]])
        assert np.allclose(rho[q], exact)
        assert sure[q] == (exact < -1e-9).all()
    assert 0 < sure.sum() < count


def layers():
    rng = np.random.default_rng(1)
    for m, n in ((9, 2), (18, 3), (28, 4), (36, 5), (45, 6)):
        yield rng.normal(size=(m, n)).round(2) * 100
        yield rng.integers(-1, 2, (m, n))
        yield np.where(rng.normal(size=(m, n)) > 0, 1, -1)
        yield np.repeat(rng.integers(-9, 10, (m // 2, n)), 2, axis=0)


def test_trees_hold_in_integers():
    """On generic rows, signs, small integers and repeated rows, for spans and for depths."""
    closed = 0
    for layer in layers():
        rows = [tuple(int(c) for c in row) for row in layer if row.any()]
        for goal, ranked in ((len(rows[0]), True), (2, False), (4, False)):
            tree = search_tree(nearest_floats(tuple(rows)), goal, ranked, lambda: True)
            if tree.status == CLOSED:
                depth = None if ranked else goal
                assert check_tree(rows, tree.record(), depth) == tree.nodes
                closed += 1
    assert closed > 25


def test_a_search_ends_when_it_is_told_to():
    rows = np.random.default_rng(1).normal(size=(60, 6))
    left = iter([True] * 5)
    tree = search_tree(rows / 8, 6, True, lambda: next(left, False))
    assert tree.status == BUDGET
