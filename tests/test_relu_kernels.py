"""What the compiled search claims is so: supports and bases against rational arithmetic."""

import itertools

import numpy as np
import pytest
from flint import fmpq_mat
from gmpy2 import mpq
from searches import scaled

from polygeo.answers import to_flint
from polygeo.relu import decide_batch
from polygeo.relu.decision.search.compiled import nonnegative
from polygeo.relu.decision.search.descent import descend, independent_rows
from polygeo.relu.decision.search.independence import all_independent, divide
from polygeo.relu.decision.search.simplex import dual_basis, proved
from polygeo.simd.double import LANES


def exact(matrix: np.ndarray) -> fmpq_mat:
    m, n = matrix.shape
    return fmpq_mat(m, n, [to_flint(float(x)) for x in matrix.ravel()])


@pytest.mark.parametrize("gap", [0.0, 1e-18, 1e-16, 3e-15, 1e-13, 1e-9, 0.5])
def test_a_proved_support_is_one(gap):
    """n rows and a combination of them whose last coefficient is -gap, up to rounding."""
    rng = np.random.default_rng(1)
    claims = 0
    for _ in range(60):
        n = int(rng.integers(2, 7))
        basis_rows = rng.uniform(-1, 1, size=(n, n)) * 0.9
        weights = rng.uniform(0.1, 1, size=n)
        weights[-1] = gap
        last = -(weights @ basis_rows)
        last /= 1.01 * max(1.0, np.abs(last).max())
        rows = np.vstack([basis_rows, last])
        sign = np.ones(n + 1)
        basis, duals = np.arange(n), np.empty((n, n))
        if not dual_basis(rows, sign, basis, duals):
            continue
        duals += duals * rng.normal(size=(n, n)) * 10.0 ** rng.integers(-17, -3)
        rho, slack = np.empty(n), np.empty(n)
        if proved(rows, sign, basis, duals, n, rho, slack):
            claims += 1
            B = exact(basis_rows)
            solution = B.transpose().solve(exact(last[None]).transpose())
            assert all(solution[j, 0] < 0 for j in range(n))
    assert claims > 20 if gap > 1e-6 else claims < 40


def test_a_bad_dual_basis_proves_nothing():
    rows = np.array([[0.5, 0.0], [0.0, 0.5], [-0.5, -0.5]])
    rho, slack = np.empty(2), np.empty(2)
    good = np.array([[2.0, 0.0], [0.0, 2.0]])
    sign, basis = np.ones(3), np.arange(2)
    assert proved(rows, sign, basis, good, 2, rho, slack)
    for bad in (good * 2, good * 0, good * np.nan, good[::-1].copy(), good * 1e200, -good):
        assert not proved(rows, sign, basis, bad, 2, rho, slack)


def independent(vectors: np.ndarray, groups: list) -> bool:
    return all(
        exact(vectors[:, list(choice)]).rank() == len(groups)
        for choice in itertools.product(*groups)
    )


def claimed(vectors: np.ndarray, groups: list, merge: bool = False) -> bool:
    q, width = vectors.shape
    flat = np.array([i for g in groups for i in g])
    starts = np.cumsum([0, *map(len, groups), 0])
    padded = max(width, LANES)
    return all_independent(
        np.ascontiguousarray(vectors), np.full(width, 2.0**-53), q, flat, starts, merge,
        np.empty((q, q, padded)), np.empty((q, padded)), np.empty(padded + LANES),
        np.empty((5, width**2 + LANES)),
    )  # fmt: skip


def test_independence_is_never_claimed_wrongly():
    """Groups in which one choice is dependent, exactly or up to a small distance."""
    rng = np.random.default_rng(2)
    wrongly_refused = 0
    for trial in range(300):
        q = int(rng.integers(2, 5))
        sizes = rng.integers(1, 4, size=q)
        groups, at = [], 0
        for size in sizes:
            groups.append(list(range(at, at + size)))
            at += size
        vectors = rng.integers(-3, 4, size=(q, at)) / 4.0
        if trial % 3 == 0:
            vectors = rng.uniform(-1, 1, size=(q, at)) * 0.9
        if trial % 3 == 1:
            *first, last = (int(rng.choice(group)) for group in groups)
            vectors[:, last] = vectors[:, first].sum(axis=1) / q
            vectors[0, last] += 10.0 ** rng.integers(-17, -1)
        keep = np.abs(vectors).max(axis=0) == 0
        vectors[0, keep] = 0.5  # zero columns are sorted out before
        answer = claimed(vectors, groups)
        truth = independent(vectors, groups)
        assert truth or not answer
        wrongly_refused += truth and not answer
    assert wrongly_refused < 30


def test_a_quotient_keeps_its_errors():
    """Against elimination in rationals with the same pivots."""
    rng = np.random.default_rng(3)
    for _ in range(40):
        dims = int(rng.integers(3, 8))
        width = dims + 3
        old = rng.uniform(-1, 1, size=(dims, width))
        truth = [[mpq(float(x)) for x in row] for row in old]
        old_error = np.zeros(width)
        for step in range(dims - 1):
            place = int(np.argmax(np.abs(old[:, step])))
            new, error, factor = (
                np.empty((dims - step - 1, width)),
                np.empty(width),
                np.empty(width),
            )
            assert divide(old, old_error, new, error, factor, step, 0)
            pivot = truth.pop(place)
            truth = [
                [x - y * row[step] / pivot[step] for x, y in zip(row, pivot, strict=True)]
                for row in truth
            ]
            for j in range(width):
                assert all(
                    abs(mpq(float(new[c, j])) - truth[c][j]) <= mpq(float(error[j]))
                    for c in range(dims - step - 1)
                )
            assert error.max() < 1e-7
            old, old_error = new, error


def test_signs_of_a_point():
    W = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0], [0.0, 0.0]])
    _, rows = scaled(W)
    assert nonnegative(rows, 4, 0, 2, np.array([-1.0, -2.0])) == 0
    assert nonnegative(rows, 4, 0, 2, np.array([3.0, 5.0])) == 3
    assert nonnegative(rows, 4, 0, 2, np.array([1.0, 1.0])) == -1  # a zero
    assert nonnegative(rows, 4, 0, 2, np.array([1.0, np.nan])) == -1
    tiny = np.array([[1.0, 1e-290], [1.0, 1.0]])
    assert scaled(tiny) is None


def test_descent_counts_what_it_returns():
    rng = np.random.default_rng(4)
    for m, n in ((9, 2), (14, 3), (30, 5), (60, 10)):
        columns, rows = scaled(rng.normal(size=(m, n)))
        start, point = np.empty(n, np.int64), np.empty(n)
        assert independent_rows(rows, m, start)
        assert np.linalg.matrix_rank(rows[start]) == n
        least = descend(
            columns,
            rows,
            m,
            np.ones(len(rows), np.int64),
            start,
            5,
            0,
            point,
            np.zeros(3, np.int64),
        )
        assert nonnegative(rows, m, 0, n, point) == least


def test_batches():
    W = np.zeros((3, 4, 2))
    W[0] = [[1, 0], [0, 1], [-1, 0], [0, -1]]  # degenerate
    W[1] = np.nan
    W[2] = [[1, 0], [0, 1], [1, 2], [2, 1]]
    assert decide_batch(W).tolist() == [1, -1, 0]
    assert decide_batch(np.zeros((2, 1, 3))).tolist() == [-1, -1]
