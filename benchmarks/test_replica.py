"""How long the replica thresholds take, on one core, with the kernels compiled and nothing kept."""

from __future__ import annotations

import resource

import pytest

from polygeo.replica import full, ladder
from polygeo.replica.functional import Problem

REFERENCE = 6.6980508599051
"""alpha_FRSB to 13 digits (`thresholds.full_rsb().decimal(13)`) and a guard digit."""


def forget() -> None:
    """Drop every remembered optimum."""
    for kept in (ladder.rung, ladder.sharp, full.smooth_optimum, full.full):
        kept.cache_clear()


@pytest.fixture(autouse=True)
def _compiled() -> None:
    ladder.rung(Problem(), 3)


def test_one_step(benchmark):
    """1RSB to 14 digits."""
    found = benchmark.pedantic(lambda: ladder.rung(Problem(), 1), setup=forget, rounds=30)
    assert abs(found.value - 6.71569683767122968) < 3e-14
    benchmark.extra_info.update(floor=0.005)


@pytest.mark.parametrize(
    ("effort", "error", "floor"), [("quick", 2e-5, 0.1), ("plain", 1e-8, 1.5), ("fine", 1e-9, 4)]
)
def test_full_rsb(benchmark, effort, error, floor):
    """Full RSB to a given true error; both roads are walked."""
    found, _ = benchmark.pedantic(lambda: full.full(Problem(), effort), setup=forget, rounds=3)
    assert abs(float(found) - REFERENCE) < error
    benchmark.extra_info.update(error=abs(float(found) - REFERENCE), floor=floor)


@pytest.mark.large
def test_ladder(benchmark):
    """Exact kRSB for k = 0..20."""
    rungs = benchmark.pedantic(lambda: ladder.climb(Problem(), 20), setup=forget, rounds=2)
    assert len(rungs) == 21
    benchmark.extra_info.update(floor=15)


@pytest.mark.large
def test_all_digits(benchmark):
    """Full RSB as far as it goes, and the memory of the whole process."""
    found, _ = benchmark.pedantic(lambda: full.full(Problem(), "best"), setup=forget, rounds=1)
    assert abs(float(found) - REFERENCE) < 1e-12
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert memory < 500
    benchmark.extra_info.update(memory_mb=memory)
