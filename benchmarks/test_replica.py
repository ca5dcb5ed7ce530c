"""How long the replica thresholds take: CPU time, with the kernels compiled and nothing kept."""

from __future__ import annotations

import time

import pytest
from peak import peak_memory

from polygeo.replica import full, ladder
from polygeo.replica.functional import Problem
from polygeo.report.warmup import warmup

pytestmark = pytest.mark.benchmark(timer=time.process_time)

ENERGY = 0.8053811944
"""e*(6) to 10 digits (``ground_state(6, effort="fine")``)."""

REFERENCE = 6.6980508599051
"""alpha_FRSB to 13 digits (`thresholds.full_rsb().decimal(13)`) and a guard digit."""


def forget() -> None:
    """Drop every remembered optimum."""
    for kept in (ladder.optimum, ladder.sharp, full.smooth_optimum, full.full):
        kept.cache_clear()


@pytest.fixture(autouse=True)
def _compiled() -> None:
    warmup("replica")


def test_one_step(benchmark):
    """1RSB to 14 digits."""
    found = benchmark.pedantic(lambda: ladder.optimum(Problem(), 1), setup=forget, rounds=30)
    assert abs(found.value - 6.71569683767122968) < 3e-14
    benchmark.extra_info.update(page="replica", what="1-RSB, 14 digits", goal=0.005)


@pytest.mark.parametrize(
    ("effort", "error", "floor"), [("quick", 2e-5, 0.1), ("plain", 1e-8, 1.5), ("fine", 1e-9, 4)]
)
def test_full_rsb(benchmark, effort, error, floor):
    """Full RSB to a given true error; both methods are run."""
    found, _ = benchmark.pedantic(lambda: full.full(Problem(), effort), setup=forget, rounds=5)
    missed = abs(float(found) - REFERENCE)
    assert missed < error
    claimed = float(found.error)
    what = f"full RSB, error below {error:g} (true error {missed:.0e}, claimed {claimed:.0e})"
    benchmark.extra_info.update(page="replica", what=what, goal=floor)


@pytest.mark.parametrize(("effort", "error"), [("quick", 2e-5), ("plain", 1e-8)])
def test_energy(benchmark, effort, error):
    """The full-RSB energy at alpha = 6."""
    problem = Problem(alpha=6.0)
    found, _ = benchmark.pedantic(lambda: full.full(problem, effort), setup=forget, rounds=5)
    missed = abs(-float(found) - ENERGY)
    assert missed < error
    benchmark.extra_info.update(
        page="replica", what=f"energy at alpha = 6, full RSB (true error {missed:.0e})", goal=None
    )


def test_ladder(benchmark):
    """Exact kRSB for k = 0..20."""
    optima = benchmark.pedantic(
        lambda: [ladder.optimum(Problem(), k) for k in range(21)], setup=forget, rounds=3
    )
    assert len(optima) == 21
    benchmark.extra_info.update(page="replica", what="the exact ladder, k = 0, .., 20", goal=15)


@pytest.mark.large
def test_all_digits(benchmark):
    """Full RSB as far as it goes, and the memory of a process that does nothing else."""
    found, _ = benchmark.pedantic(lambda: full.full(Problem(), "best"), setup=forget, rounds=1)
    assert abs(float(found) - REFERENCE) < 1e-12
    imports = "from polygeo.replica import full; from polygeo.replica.functional import Problem"
    memory, _ = peak_memory(imports, 'full.full(Problem(), "best")')
    assert memory < 500
    what = f"full RSB, claimed error {float(found.error):.0e}; the process: {memory} MB (floor 500)"
    benchmark.extra_info.update(page="replica", what=what, goal=None)
