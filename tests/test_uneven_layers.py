"""Layers whose columns have units of their own, pruned layers, layers of signs."""

import random
from fractions import Fraction

import numpy as np
import pytest
from gmpy2 import mpq
from layers import gaussian
from searches import decide_counting

from polygeo.relu import decide_batch, halfspace_depth, injective_by_faces, is_injective

# --- units of columns


def test_units_of_columns_cost_nothing():
    for seed in range(4):
        W = gaussian(44, 6, seed=seed)
        status, count = decide_counting(W)
        powers = 2.0 ** np.random.default_rng(seed).integers(-20, 21, 6)
        # power of two: the same search, up to the choice of the first basis
        same, again = decide_counting(W * powers)
        assert same == status
        assert again <= 2 * count + 50
        units = 10.0 ** np.random.default_rng(seed).uniform(-6, 6, 6)
        other, many = decide_counting(W * units)
        assert other >= 0
        assert many <= 2 * count + 50
        verdict = is_injective(W * units)
        assert verdict.injective == other
        assert verdict.verify()


def test_units_of_columns_of_pruned_layers():
    """Rows that vanish in the columns of large units must not hide that the others are small."""
    rng = np.random.default_rng(2)
    W = rng.normal(size=(60, 6)) * (rng.random((60, 6)) < 0.5)
    status, count = decide_counting(W)
    assert status == 1
    for units in (2.0 ** rng.integers(-20, 21, 6), 10.0 ** rng.uniform(-6, 6, 6)):
        same, again = decide_counting(W * units)
        assert same == 1
        assert again <= 4 * count + 50
    integers = [[int(c * 2**40) * 10 ** (5 * j) for j, c in enumerate(row)] for row in W.tolist()]
    assert is_injective(integers, max_nodes=10**5)


def test_units_of_columns_of_witnesses_and_depths():
    P = gaussian(60, 3, seed=2)
    scaled = P * np.array([1e6, 1.0, 1e-6])
    found = halfspace_depth(scaled, max_nodes=10**4)
    assert found.verify()
    # scaling by powers of two is exact, and changes no depth
    assert halfspace_depth(P * 2.0 ** np.array([20, 0, -20])).depth == halfspace_depth(P).depth
    W = gaussian(14, 6) * 10.0 ** np.linspace(-150, 150, 6)
    verdict = is_injective(W)
    assert not verdict
    assert verdict.verify()
    integers = [[10**200 * i + j, 10**200 * j - i * i] for i in range(-3, 4) for j in (-2, 1)]
    assert (
        is_injective([[a * 10**90, b] for a, b in integers]).injective
        == is_injective(integers).injective
    )


# --- layers that are not Gaussian


def test_pruned_layers_are_decided_in_compiled_code():
    rng = np.random.default_rng(3)
    W = rng.normal(size=(12, 60, 6)) * (rng.random((12, 60, 6)) < 0.5)
    verdicts = decide_batch(W, 10**5)
    assert set(verdicts.tolist()) == {1}
    thin = W[:, :14]
    for V, found in zip(thin, decide_batch(thin, 10**5), strict=True):
        verdict = is_injective(V)
        assert verdict.verify()
        assert found in (-1, verdict.injective)


@pytest.mark.parametrize("values", [(-1, 1), (-1, 0, 1)])
def test_signs_are_decided_in_compiled_code(values):
    rng = np.random.default_rng(4)
    W = rng.choice(np.array(values, float), size=(10, 40, 5))
    verdicts = decide_batch(W, 10**5)
    assert (verdicts == 1).sum() >= 5
    for V, found in zip(W, verdicts, strict=True):
        verdict = is_injective(V.astype(int))
        assert verdict.verify()
        assert found in (-1, verdict.injective)


def test_rows_that_have_died():
    """Each row times a factor; then each entry, where the rows that are alive decide."""
    rng = np.random.default_rng(5)
    W = rng.normal(size=(64, 8))
    dead = rng.random(64) < 0.4
    W[dead] *= 10.0 ** rng.uniform(-226, -10, size=(dead.sum(), 1))
    assert decide_batch(W[None], 10**5)[0] == 1
    verdict = is_injective(W)
    assert verdict
    assert verdict.verify()
    rng = np.random.default_rng(8)
    W = rng.normal(size=(64, 8))
    dead = rng.random(64) < 0.2
    W[dead] *= 10.0 ** rng.uniform(-226, -10, size=(dead.sum(), 8))
    assert decide_batch(W[~dead][None], 10**5)[0] == 1
    assert decide_batch(W[None], 10**5)[0] == -1
    verdict = is_injective(W, max_nodes=10**5)
    assert verdict
    assert verdict.verify()


def test_small_layers_in_compiled_code_against_all_faces():
    """Degenerate rows of all kinds; what the compiled search proves is true."""
    rng = random.Random(6)
    decided = 0
    for _ in range(300):
        n = rng.choice((2, 3, 3))
        rows = [[rng.choice((-2, -1, 0, 0, 1, 1)) for _ in range(n)] for _ in range(9)]
        if rng.random() < 0.5:
            rows = [[c * 2.0 ** rng.choice((0, -60, -400)) for c in row] for row in rows]
        found = int(decide_batch(np.array(rows, float)[None])[0])
        if found >= 0:
            assert found == injective_by_faces(rows), rows
            decided += 1
    assert decided > 150


def test_fractions_and_floats_have_one_answer():
    W = np.round(gaussian(30, 11), 2)
    W = np.vstack([W[:11], -W[:11], W[11:]])
    exact = [[Fraction(str(c)) for c in row] for row in W.tolist()]
    assert is_injective(W)
    assert is_injective(exact)
    assert is_injective([[mpq(c) / 3 for c in row] for row in exact]).verify()
