"""Deciding random layers and their Euler characteristics, one thread, against the goals set."""

from __future__ import annotations

import time
from math import comb

import numpy as np
import pytest

import polygeo
from polygeo.relu.probability import vertices
from polygeo.relu.probability.draws import KARP_LUBY, PLAIN, LayerBlock


def _least(function, turns=15):
    """Least processor time of short runs: what a busy machine disturbs least."""
    times = []
    for _ in range(turns):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def _draws(m, n, vertex_count=2_000_000):
    count = max(4, vertex_count // comb(m, n - 1))
    return np.random.default_rng(m).standard_normal((count, m, n))


@pytest.mark.benchmark(group="vertices of random layers")
@pytest.mark.parametrize(
    ("m", "n", "goal"),
    [(12, 2, 12e-9), (18, 3, 12e-9), (24, 4, 12e-9), (40, 5, None)],  # a vertex
)
def test_a_vertex(benchmark, m, n, goal):
    """All vertices of ready draws, counted."""
    draws = _draws(m, n)
    out, workspace = np.empty(len(draws), np.int64), vertices.make_workspace(m, n)

    def scan():
        vertices.bad_vertices(draws, n - 1, vertices.COUNT, 0.0, workspace, out)

    scan()
    assert (out >= 0).all()
    count = len(draws) * comb(m, n - 1)
    each = _least(scan) / count
    benchmark.extra_info.update(
        what=f"{count} vertices at ({m}, {n}): {1e9 * each:.1f} ns each",
        goal=None if goal is None else goal * count,
    )
    benchmark.pedantic(scan, rounds=5)


@pytest.mark.benchmark(group="decisions")
@pytest.mark.parametrize("method", [PLAIN, KARP_LUBY])
def test_decisions(benchmark, method):
    """Blocks at (18, 3), random numbers included; the goal is 100,000 decisions a second."""
    block = LayerBlock(18, 3, 1, method, 16384)
    block(0)
    each = _least(lambda: block(1)) / block.size
    benchmark.extra_info.update(
        what=f"16384 layers at (18, 3), {method}: {1 / each:,.0f} a second", goal=16384e-5
    )
    benchmark.pedantic(block, (2,), rounds=5)
    assert each < 1e-5


@pytest.mark.benchmark(group="Euler characteristics")
@pytest.mark.parametrize(("m", "n", "goal"), [(18, 3, 16384e-5), (24, 4, None)])
def test_characteristics(benchmark, m, n, goal):
    """chi of each draw of a block; the goal is 100,000 a second at n = 3."""
    size = 16384 if n == 3 else 1024
    block = LayerBlock(m, n, 1, "chi", size, n)
    block(0)
    each = _least(lambda: block(1), 7) / size
    benchmark.extra_info.update(
        what=f"{size} chi at ({m}, {n}): {1 / each:,.0f} a second", goal=goal
    )
    benchmark.pedantic(block, (2,), rounds=5)


@pytest.mark.benchmark(group="one layer")
def test_one_characteristic(benchmark):
    """`euler_characteristic` of one float64 matrix, from reading it to the integer."""
    W = np.random.default_rng(2).standard_normal((18, 3))
    chi = benchmark(polygeo.relu.euler_characteristic, W)
    assert isinstance(chi, int)
    benchmark.extra_info.update(what="chi of one matrix, (18, 3)", goal=None)
