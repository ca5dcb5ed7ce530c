"""Bounds of the half-space depth: against the exact depth, tampering, time, words of the status."""

import dataclasses
import time

import numpy as np
import pytest

from polygeo import relu
from polygeo.errors import DomainError, Refuted, Undecided


def test_small_layers_have_their_depth():
    rng = np.random.default_rng(2)
    for m, n in ((9, 2), (14, 3), (20, 4), (17, 5)):
        for W in (rng.normal(size=(m, n)), rng.integers(-1, 2, (m, n))):
            found = relu.depth_interval(W, timeout=300)
            assert found.low == found.high == relu.halfspace_depth(W).depth
            assert found.verify()


@pytest.mark.parametrize("kind", ["gaussian", "integers", "float32"])
def test_packings_prove_the_lower_end(kind):
    rng = np.random.default_rng(4)
    W = rng.normal(size=(260, 12)) if kind != "integers" else rng.integers(-4, 5, (260, 12))
    W = W.astype(np.float32) if kind == "float32" else W
    found = relu.depth_interval(W, timeout=0.7)
    assert found.low >= 12
    assert found.status == "injective unless 12 rows are dependent"
    members = [i for part in found.supports for i in part]
    assert len(set(members)) == len(members)
    assert found.verify()
    x = rng.normal(size=(2000, 12))
    assert ((x @ np.asarray(W, float).T) >= 0).sum(axis=1).min() >= found.low
    u = np.array([float(c) for c in found.direction])
    assert (np.asarray(W, float) @ (u / np.abs(u).max()) >= 0).sum() == found.high


def test_zero_rows_count_and_do_not_span():
    W = np.vstack([np.zeros((6, 4)), np.eye(4), -np.eye(4)[:3]])
    found = relu.depth_interval(W)
    assert (found.low, found.high) == (9, 9)
    assert found.status == "not injective"
    assert not relu.is_injective(W)
    assert found.verify()
    assert relu.depth_interval([[0, 0, 0]]).high == 1


def test_a_collision_where_there_are_many_columns():
    W = np.random.default_rng(1).normal(size=(400, 80))
    found = relu.depth_interval(W, timeout=3)
    assert found.status == "not injective"
    assert found.verify()
    verdict = relu.is_injective(W, timeout=60)
    assert not verdict
    assert verdict.verify()


def test_tampered_bounds_are_refuted():
    W = np.random.default_rng(6).normal(size=(120, 9))
    found = relu.depth_interval(W, timeout=0.5)
    found = dataclasses.replace(found, exact=None, low=len(found.supports))
    assert found.verify()
    first, *rest = found.supports
    wrong = [
        {"low": found.low + 1},
        {"high": found.high - 1},
        {"direction": tuple(-c for c in found.direction)},
        {"supports": (first, first, *rest[1:])},
        {"supports": (first[:-1], *rest)},
        {"supports": ((999,), *rest)},
    ]
    for change in wrong:
        with pytest.raises(Refuted):
            dataclasses.replace(found, **change).verify()


def test_time_is_kept_and_undecided_has_the_interval():
    W = np.random.default_rng(1).normal(size=(300, 20))
    relu.depth_interval(W[:40, :5], timeout=5)
    for _ in range(3):  # a busy machine may steal a second
        start = time.monotonic()
        with pytest.raises(Undecided) as caught:
            relu.is_injective(W, timeout=0.5)
        late = time.monotonic() - start
        if late <= 1.2 and caught.value.depth is not None:
            break
    low, high = caught.value.depth
    assert late <= 3
    assert 5 <= low <= high
    assert high < 300


def test_nonsense():
    for W, timeout in (([], 1), ([[1, "x"]], 1), ([[1]], 0), ([[1]], -1), ([[1]], "x")):
        with pytest.raises(DomainError):
            relu.depth_interval(W, timeout=timeout)
