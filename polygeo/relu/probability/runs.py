"""Run the blocks of `draws` on any workers; refuse runs that would take too long."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.errors import DomainError
from polygeo.relu.probability.draws import (
    KARP_LUBY,
    PLAIN,
    TASKS,
    LayerBlock,
    compile_search,
    cost,
    searched,
)
from polygeo.relu.probability.first_vertices import compile_vertices
from polygeo.sampling.runs.draws import Plan, Spread, share_stderr, sum_draws
from polygeo.sampling.runs.engine import workers_of

__all__ = [
    "PATIENCE_DRAW",
    "PATIENCE_RUN",
    "check_cost",
    "good_stderr",
    "simulate",
    "simulate_on_cone",
    "too_long",
]

PATIENCE_DRAW = 60.0
"""Longest time for one draw, in seconds: a block of draws cannot be interrupted."""

PATIENCE_RUN = 1e6
"""Longest time for a run, in seconds of one core."""


def check_cost(
    m: int, n: int, draws: float = 1, method: str = "", named: str = "one draw of"
) -> None:
    """Raise DomainError, with the estimated time, if a draw or a run takes too long.

    Of the quantities that are simulated only p takes a function that decides draws.
    """
    each = cost(m, n, method)
    if each > PATIENCE_DRAW:
        time = f"takes about {each:.1g} s"
        if math.isinf(each):
            time = "cannot be decided in any reasonable time"
        hint = " (decider= decides in another way)" if method in (PLAIN, KARP_LUBY) else ""
        raise DomainError(
            f"{named} {m} x {n} {time}; at most {PATIENCE_DRAW:g} s are spent on one{hint}"
        )
    if each * draws > PATIENCE_RUN:
        raise too_long(m, n, draws, each)


def too_long(m: int, n: int, draws: float, each: float) -> DomainError:
    """Return the error for a run whose draws take ``each`` seconds."""
    return DomainError(
        f"{draws:.2g} draws of {m} x {n} take about {each * draws:.1g} s; at most "
        f"{PATIENCE_RUN:g} s are spent on a run"
    )


def good_stderr(sums: NDArray[np.int64], draws: int) -> float:
    """Return the standard error of the share of injective ones, sums[1] of the draws."""
    return share_stderr(sums[1], draws)


def simulate(
    block: LayerBlock, plan: Plan, bound: float, spread: Spread, **options: Any
) -> NDArray[np.int64]:
    """Run all draws of a plan and return their sums; after Ctrl-C the sums over the draws so far.

    ``spread(sums, draws)`` is the standard error reached, ``bound`` the number of draws after which
    it is surely small enough; ``options``: executor, checkpoint and progress. Raises DomainError
    where the run would take too long.
    """
    workers_of(options.get("executor"))
    decider = block.decider
    if decider is None:
        draws = plan.most(bound)
        check_cost(block.m, block.n, draws, block.method)
        # Compile what the block calls, with a line where that takes long.
        if searched(block.m, block.n, block.method):
            compile_search(draws, block.n)
        else:
            compile_vertices(draws, block.m, block.n, TASKS[block.method])
    job = {
        "computes": "ReLU layers",
        "method": block.method,
        "m": block.m,
        "n": block.n,
        "k": block.k,
        "seed": block.seed,
        "decider": None if decider is None else getattr(decider, "__qualname__", str(decider)),
    }
    return sum_draws(
        lambda draws: replace(block, size=draws), plan, block.size, job,
        spread=spread, bound=bound, name="draws", **options,
    ).sums  # fmt: skip


def simulate_on_cone(
    computes: str, block: Any, plan: Plan, bound: float, spread: Spread, **options: Any
) -> NDArray[np.int64]:
    """Run all draws of a plan for inputs in a cone and return their sums, as `simulate` does.

    ``computes``: words for a checkpoint; ``block``: a dataclass with m, k, the inequalities of the
    cone, seed and size, and with ``bias`` or ``pieces`` where these change the block.
    """
    job = {"computes": computes, "m": block.m, "k": block.k, "seed": block.seed}
    job["inequalities"] = [list(map(str, row)) for row in block.inequalities]
    for name in ("bias", "pieces"):
        if hasattr(block, name):
            job[name] = getattr(block, name)
    return sum_draws(
        lambda draws: replace(block, size=draws), plan, block.size, job,
        spread=spread, bound=bound, name="draws", **options,
    ).sums  # fmt: skip
