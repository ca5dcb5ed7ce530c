"""Injectivity of layers that are degenerate, nearly degenerate, badly scaled or large; budgets."""

import time

import numpy as np
import pytest
from layers import by_hyperplanes, in_general_position, plus_minus
from searches import tree_status

from polygeo.errors import DomainError, Undecided
from polygeo.relu import decide_batch, injective_by_faces, is_injective
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.decision.search.tree import BUDGET, OPEN, POINT
from polygeo.relu.matrix import layer_rows

# --- degenerate, nearly degenerate, badly scaled


@pytest.mark.parametrize("n", [1, 2, 3, 6, 12, 40])
def test_identity_and_its_negative(n):
    verdict = is_injective(plus_minus(n))
    assert verdict
    assert verdict.verify()


@pytest.mark.parametrize("size", [1e-300, 1e-17, 2.0**-53, 1e-9])
@pytest.mark.parametrize("n", [2, 3, 4])
def test_perturbed_identity_is_not_injective(n, size):
    """m = 2n <= 3n - 2 rows, in general position with probability 1."""
    rng = np.random.default_rng(n)
    W = plus_minus(n) + (plus_minus(n) == 0) * size * rng.uniform(0.5, 1, size=(2 * n, n))
    assert in_general_position(layer_rows(W))
    verdict = is_injective(W)
    assert not verdict
    assert verdict.verify()


NEARLY_OPPOSITE = [
    [[-0.45488540135923244, 2.6226258443487276, -0.2335005886085772],
     [-0.8930398577602243, -0.3505550914279767, -0.5456127026696947],
     [-0.8484665135140391, 0.6308903828299242, 0.30046432100870135],
     [0.20337204018208568, 0.9564221854129114, 1.045139339113776],
     [0.45488540136074623, -2.622625844337594, 0.23350058860362263],
     [0.893039857765223, 0.35055509142222285, 0.5456127026673072],
     [0.8484665135245778, -0.6308903828393003, -0.30046432100016374],
     [-0.20337204019599947, -0.9564221854094749, -1.045139339115063]],
    [[0.3549647177504002, 1.7883201183461317, -1.1501188805011962],
     [1.9939195046619007, -0.9568831709924845, -1.367440591166677],
     [0.4207191839516318, -0.8539627242786131, -0.21724943245443398],
     [-1.116732932278641, -0.36057373834363364, -0.21532709052024246],
     [-0.3549647177432426, -1.7883201183513346, 1.1501188805025817],
     [-1.9939195046601883, 0.9568831709910629, 1.3674405911810836],
     [-0.4207191839463568, 0.8539627242758003, 0.21724943246210515],
     [1.1167329322673434, 0.36057373834192485, 0.21532709052025184]],
]  # fmt: skip


@pytest.mark.parametrize("rows", NEARLY_OPPOSITE)
def test_small_multipliers_count(rows):
    """A support of nearly opposite rows holds the others too, with multipliers near 1e-11."""
    W = np.array(rows)
    assert not injective_by_faces(W)
    assert decide_batch(W[None])[0] in (0, -1)
    verdict = is_injective(W)
    assert not verdict.injective
    assert verdict.verify()


@pytest.mark.parametrize("n", [2, 3, 4])
def test_no_tree_is_proved_for_a_layer_that_is_not_injective(n):
    """[Q; -Q] perturbed is in general position with m <= 3n - 2: never injective."""
    rng = np.random.default_rng(n)
    for size in 10.0 ** -np.arange(7, 14):
        for _ in range(12):
            Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
            W = np.vstack([Q, -Q]) + size * rng.standard_normal((2 * n, n))
            assert tree_status(W, 1000) in (POINT, OPEN, BUDGET)


def test_structured_layers():
    e1, e2 = [1, 0], [0, 1]
    minus = [-1, 0]
    # depth 2 = n, and yet not injective: every row but the last is on one line
    assert not is_injective([e1, e1, minus, minus, e2])
    assert not is_injective([[0], [0]])
    assert not is_injective([[0, 0]])
    assert not is_injective([[5]])
    assert is_injective([[5], [-1]])
    assert is_injective([*plus_minus(2), [0, 0], [0, 0], [3, 0]])
    # no loss for a matrix with zero rows and repetitions that is injective otherwise
    W = np.random.default_rng(1).normal(size=(24, 4))
    assert is_injective(W)
    assert is_injective(np.vstack([W, np.zeros((3, 4)), W[:5] * 4]))
    # rank 3 in four columns
    assert not is_injective(W @ np.diag([1.0, 1, 1, 0]))


def test_scales_that_floats_cannot_compare():
    W = np.random.default_rng(1).normal(size=(24, 4))
    answer = is_injective(W).injective
    scales = 10.0 ** np.linspace(-300, 300, 24)
    assert is_injective(W * scales[:, None]).injective == answer
    tiny = np.ldexp(np.random.default_rng(2).integers(-99, 99, size=(16, 3)), -1074)
    verdict = is_injective(tiny)
    assert verdict.injective == by_hyperplanes([list(map(int, np.ldexp(r, 1074))) for r in tiny])
    assert verdict.verify()
    # scales of columns: one column 10^-280 of another
    skew = W * np.array([1.0, 1e-140, 1e140, 1.0])
    assert is_injective(skew).injective == answer
    big = [[int(c * 2**53) ** 9 for c in row] for row in W]
    assert is_injective(big).verify()


def test_the_collision_is_one():
    W = [[1, 0], [0, 1], [-1, -1]]
    a, b = is_injective(W).collision
    assert a != b
    images = [
        [max(sum(w * x for w, x in zip(row, v, strict=True)), 0) for row in W] for v in (a, b)
    ]
    assert images[0] == images[1]
    assert is_injective(W).certificate is None
    assert is_injective(plus_minus(2)).collision is None


def test_larger_layers():
    rng = np.random.default_rng(5)
    W = rng.normal(size=(60, 8))
    verdict = is_injective(W)
    assert verdict
    assert verdict.verify()
    assert check_tree(layer_rows(W), verdict.certificate) > 50
    wide = is_injective(rng.normal(size=(100, 24)))  # far below the threshold
    assert not wide
    assert wide.verify()


# --- budgets


def test_a_spent_budget_is_no_guess():
    W = np.random.default_rng(2).normal(size=(60, 8))
    with pytest.raises(Undecided, match=r"after [0-9]+ nodes"):
        is_injective(W, max_nodes=20)
    with pytest.raises(Undecided):
        is_injective(np.random.default_rng(2).normal(size=(160, 20)), timeout=0.3)
    rows = np.random.default_rng(3).integers(-1, 2, size=(60, 9))
    with pytest.raises(Undecided):
        is_injective(rows, max_nodes=3)
    assert is_injective(W, max_nodes=10**6)
    for wrong in ({"max_nodes": 0}, {"timeout": 0}, {"timeout": "soon"}, {"max_nodes": 2.5}):
        with pytest.raises(DomainError):
            is_injective(W, **wrong)


def test_what_would_take_days_is_refused():
    with pytest.raises(DomainError, match=r"10\^1[0-9] nodes"):
        is_injective(np.random.default_rng(2).normal(size=(240, 24)))


def test_what_would_fill_the_memory_is_refused():
    started = time.monotonic()
    with pytest.raises(DomainError, match="GiB"):
        ScaledMatrix(None, plus_minus(600)).decide(Budget(timeout=0.5), lambda: None)
    assert time.monotonic() - started < 60
