"""Injectivity of layers: three exact methods, invariances, bad input."""

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from flint import fmpz_mat
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import by_hyperplanes, in_general_position
from refusals import refused
from searches import exact_tree

from polygeo.polyhedra.vectors import complement, dot, primitive, rank
from polygeo.relu import decide_batch, is_injective
from polygeo.relu.decision.certificate import check_tree

# --- two other methods


def by_covectors(rows: list) -> bool:
    """The theorem itself: S(x) spans for every cell of the arrangement, of every dimension.

    The sign vectors of an arrangement are the compositions of those of its rays.
    """
    n = len(rows[0])
    if rank(rows) < n:
        return False
    rays = set()
    for subset in combinations(rows, n - 1):
        if rank(subset) == n - 1:
            (v,) = complement(subset, n)
            signs = tuple((d > 0) - (d < 0) for d in (dot(v, w) for w in rows))
            rays |= {signs, tuple(-s for s in signs)}
    known = {tuple([0] * len(rows))}
    fresh = known
    while fresh:
        fresh = {
            tuple(a or b for a, b in zip(x, y, strict=True)) for x in fresh for y in rays
        } - known
        known |= fresh
    return all(
        rank([w for w, s in zip(rows, signs, strict=True) if s >= 0] or [[0] * n]) == n
        for signs in known
    )


def small_matrices(count: int, seed: int):
    rng = random.Random(seed)
    for _ in range(count):
        n = rng.choice((1, 2, 2, 3, 3))
        size = rng.choice((1, 1, 2, 3))
        m = rng.randint(n, {1: 5, 2: 9, 3: 10}[n])
        yield [[rng.randint(-size, size) for _ in range(n)] for _ in range(m)]


def test_three_methods_agree_on_small_integer_matrices():
    """Zero rows, repeated rows, dependent rows and deficient ranks included."""
    seen = {True: 0, False: 0}
    degenerate = 0
    for W in small_matrices(2500, 1):
        verdict = is_injective(W)
        assert verdict.injective == by_hyperplanes(W), W
        assert verdict.verify()
        seen[verdict.injective] += 1
        degenerate += verdict.injective and not in_general_position(W)
        if sum(seen.values()) % 5 == 0:
            assert verdict.injective == by_covectors(W), W
    assert min(seen.values()) > 500
    assert degenerate > 300


def test_the_exact_tree_alone():
    for W in small_matrices(400, 2):
        rows = list(dict.fromkeys(primitive(row) for row in W if any(row)))
        if not rows or rank(rows) < len(W[0]):
            continue
        x, record = exact_tree(rows)
        assert (x is None) == by_hyperplanes(W)
        if x is None:
            check_tree(rows, record)
        else:
            assert rank([w for w in rows if dot(w, x) >= 0] or [[0] * len(x)]) < len(x)


@pytest.mark.parametrize(("m", "n"), [(4, 2), (9, 2), (9, 3), (13, 3), (16, 4), (20, 4)])
def test_general_position_is_a_matter_of_depth(m, n):
    """In general position: no vertex of the arrangement has fewer than n positive rows."""
    rng = np.random.default_rng(m)
    answers = []
    for _ in range(8):
        W = rng.normal(size=(m, n))
        least = m
        for subset in combinations(range(m), n - 1):
            v = np.linalg.svd(W[list(subset)])[2][-1]
            positive = np.delete(W @ v, subset) > 0
            least = min(least, positive.sum(), (~positive).sum())
        verdict = is_injective(W)
        assert verdict.injective == (least >= n)
        assert verdict.verify()
        answers.append(int(verdict.injective))
        assert decide_batch(W[None]).tolist() == [verdict.injective]
    if m <= 3 * n - 2:
        assert answers == [0] * 8


# --- what must not matter


@st.composite
def matrices(draw):
    n = draw(st.sampled_from((1, 2, 3)))
    row = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    return draw(st.lists(row, min_size=n, max_size=9))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(matrices(), st.integers(0, 10**6))
def test_invariances(W, seed):
    """Row order, positive factors of rows and invertible maps of the inputs change nothing."""
    rng = random.Random(seed)
    answer = is_injective(W).injective
    n = len(W[0])
    shuffled = rng.sample(W, len(W))
    assert is_injective(shuffled).injective == answer
    scaled = []
    for row in shuffled:
        factor = mpq(rng.randint(1, 10**9), rng.choice((1, 3, 2**40, 10**30)))
        scaled.append([c * factor for c in row])
    assert is_injective(scaled).injective == answer
    while True:
        A = [[rng.randint(-4, 4) for _ in range(n)] for _ in range(n)]
        if fmpz_mat(A).det() != 0:
            break
    mapped = [[sum(r * a for r, a in zip(row, column, strict=True)) for column in A] for row in W]
    verdict = is_injective(mapped)
    assert verdict.injective == answer
    assert verdict.verify()


@pytest.mark.parametrize("kind", ["float32", "int8", "object", "Fraction", "str"])
def test_kinds_of_numbers(kind):
    W = np.random.default_rng(3).integers(-9, 9, size=(12, 3))
    expected = is_injective(W.tolist())
    if kind == "Fraction":
        given = [[Fraction(int(c), 7) for c in row] for row in W]
    elif kind == "str":
        given = [[f"{c}/7" for c in row] for row in W]
    else:
        given = W.astype(kind)
    assert is_injective(given).injective == expected.injective
    assert is_injective(given).verify()


# --- bad input


@pytest.mark.parametrize(
    ("W", "message"),
    [
        ([[1, 2], [3]], r"W\[1\] needs 2 numbers; got 1"),
        ([[1, float("nan")]], "finite"),
        (np.array([[1, np.inf]]), r"W\[0\]\[1\] needs a finite number; got inf"),
        ([], "at least one row"),
        ([[]], "at least one row and one column"),
        (np.zeros((0, 3)), "at least one row and one column; got 0 x 3"),
        (np.zeros((3, 0)), "at least one row and one column; got 3 x 0"),
        (np.zeros(3), "two dimensions"),
        (np.zeros((2, 2, 2)), "two dimensions"),
        ([["one"]], r"W\[0\]\[0\] needs a rational number"),
        ([[1j]], "rational"),
        ([[None]], "rational"),
        ([[True]], "bool"),
        ([1, 2, 3], r"W\[0\] needs a row of numbers"),
        ("1,2", "needs a matrix"),
        (7, "needs a matrix"),
        ({1: 2}, "needs a matrix"),
        (np.zeros((2001, 2000)), "at most 4000000 entries"),
    ],
)
def test_bad_matrices(W: object, message: str):
    with refused(match=message):
        is_injective(W)
