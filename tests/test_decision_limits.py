"""Limits of time and nodes: they are kept, and what is known by then holds."""

import time

import numpy as np
import pytest
from commandline import run
from layers import gaussian, injective_draw, load_search, plus_minus

from polygeo.errors import Undecided
from polygeo.polyhedra.vectors import dot
from polygeo.relu import (
    frame_bound,
    halfspace_depth,
    is_injective,
    lipschitz_constant,
    ratio_squared,
    stability_bounds,
)
from polygeo.relu.matrix import read_matrix


@pytest.mark.parametrize(("m", "n"), [(256, 16), (1024, 16)])
def test_a_timeout_of_a_decision_is_kept(m, n):
    """In seconds of the processor: on a busy machine a second of the clock may be none of it."""
    W = gaussian(m, n)
    load_search()
    for seconds in (1, 4, 16):
        started = time.process_time()
        with pytest.raises(Undecided) as problem:
            is_injective(W, timeout=seconds)
        assert time.process_time() - started < seconds + 0.5  # a fifth, and 0.3
        if (x := problem.value.witness) is not None:
            break
    rows = read_matrix(W).rows
    count = sum(dot(row, x) >= 0 for row in rows)
    assert count <= problem.value.high <= count + n
    assert n <= problem.value.high < m / 2
    assert problem.value.low == 0


@pytest.mark.parametrize("size", [(20_000, 2), (1000, 5)])
def test_a_timeout_of_a_depth_is_kept(size):
    points = gaussian(*size)
    load_search()
    started = time.process_time()
    try:
        found = halfspace_depth(points, timeout=1)
    except Undecided as problem:
        low, high, u = problem.low, problem.high, problem.witness
    else:
        low, high, u = found.depth, found.depth, found.direction
    assert time.process_time() - started < 1.5
    assert 0 <= low <= high < size[0] / 2
    assert high == sum(dot(row, u) >= 0 for row in read_matrix(points).rows)


def test_bounds_of_an_undecided_depth_hold():
    points = gaussian(50, 5, seed=8)
    depth = halfspace_depth(points).depth
    with pytest.raises(Undecided) as problem:
        halfspace_depth(points, max_nodes=2)
    assert 1 <= problem.value.low <= depth <= problem.value.high


def test_what_is_known_of_an_undecided_layer():
    """Opposite rows prove 7 dimensions of 14; the rest is left open."""
    pairs = np.hstack([plus_minus(7), np.zeros((14, 7))])
    W = np.vstack([pairs, gaussian(200, 14)])
    with pytest.raises(Undecided) as problem:
        is_injective(W, max_nodes=1)
    assert problem.value.low == 7


def test_a_timeout_of_a_frame_bound_is_kept():
    """The enclosure that is left holds the exact value of a layer that few cones decide."""
    W = gaussian(60, 5, seed=9)
    exact = frame_bound(W)
    assert exact.exact
    started = time.process_time()
    early = frame_bound(W, timeout="1/1000")
    assert time.process_time() - started < 1
    assert not early.exact
    assert early.value.lower <= exact.value.lower
    assert exact.value.upper <= early.value.upper
    started = time.process_time()
    assert not stability_bounds(gaussian(200, 8), timeout=1).frame.exact
    assert time.process_time() - started < 1.5


def test_a_bound_of_kappa_that_is_not_reached():
    W = injective_draw(8, 2)
    with pytest.raises(Undecided) as problem:
        lipschitz_constant(W, "1/10000", max_nodes=300)
    x, y = problem.value.witness
    assert ratio_squared(W, x, y) == problem.value.high
    assert 0 < problem.value.low <= problem.value.high


def test_a_timeout_of_a_bound_of_kappa_is_kept():
    """In seconds of the processor; what was seen is in the error."""
    W = injective_draw(11, 3)  # 45,000 cones, 7 seconds, are not enough
    started = time.process_time()
    with pytest.raises(Undecided, match="timeout") as problem:
        lipschitz_constant(W, "1/100000000", 10**9, timeout="0.3")
    assert time.process_time() - started < 1.5
    assert ratio_squared(W, *problem.value.witness) == problem.value.high
    assert 0 < problem.value.low <= problem.value.high


def test_the_command_says_what_is_proved_when_the_time_is_over(tmp_path):
    np.savetxt(tmp_path / "W.csv", injective_draw(11, 3), delimiter=",", fmt="%.17g")
    words = ("stability", tmp_path / "W.csv", "--gap", "1/100000000", "--timeout", "0.3")
    found = run(*words, "--budget", 10**9)
    assert found.exit_code == 1
    assert found.stdout.splitlines()[-1].startswith("undecided: ")
    assert "<= kappa <=" in found.stdout
