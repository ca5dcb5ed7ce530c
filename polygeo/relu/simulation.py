"""Running the blocks of `draws`: how many, on which workers, and what is refused as too much."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import abbreviate, integer
from polygeo.errors import DomainError
from polygeo.relu import vertices
from polygeo.relu.draws import CHI, LayerBlock, cost, searched
from polygeo.sampling.engine import run, workers_of
from polygeo.sampling.progress import compiling
from polygeo.sampling.streams import checked_seed

__all__ = ["PATIENCE_DRAW", "PATIENCE_RUN", "Plan", "check_cost", "needed_seed", "simulate"]

PATIENCE_DRAW = 60.0
"""Longest walk of one draw, in seconds: a block cannot be interrupted."""

PATIENCE_RUN = 1e6
"""Longest run, in seconds of one core."""


def needed_seed(seed: Any) -> int:
    """A seed that was given; estimates have no default one."""
    if seed is None:
        raise DomainError("an estimate needs seed=, an integer in [0, 2^64)")
    return checked_seed(seed)


@dataclass(frozen=True)
class Plan:
    """How long to sample: ``samples`` at most, ending early at ``stderr`` if that is given.

    >>> Plan.of(1000, None), Plan.of(None, 0.01)
    (Plan(samples=1000, stderr=None), Plan(samples=None, stderr=0.01))
    """

    samples: int | None
    stderr: float | None

    @classmethod
    def of(cls, samples: Any, stderr: Any, least: int = 1) -> Plan:
        """From a caller's arguments; DomainError unless one of them is there and sound."""
        if samples is None and stderr is None:
            raise DomainError("an estimate needs samples= or stderr=")
        count = None if samples is None else integer(samples, "samples")
        if count is not None and count < least:
            raise DomainError(f"samples must be at least {least}; got {count}")
        if stderr is None:
            return cls(count, None)
        try:
            error = math.nan if isinstance(stderr, (bool, str)) else float(stderr)
        except (TypeError, ValueError, OverflowError):
            error = math.nan
        if not 0 < error < math.inf:
            shown = abbreviate(repr(stderr))
            raise DomainError(f"stderr must be a positive finite number; got {shown}")
        return cls(count, error)


def check_cost(m: int, n: int, draws: float = 1, method: str = "") -> None:
    """DomainError with the estimated cost where it is too high."""
    each = cost(m, n, method)
    if each > PATIENCE_DRAW:
        raise DomainError(
            f"one draw of {m} x {n} takes about {each:.1g} s; at most "
            f"{PATIENCE_DRAW:g} s are spent on a draw (decider= decides in another way)"
        )
    if each * draws > PATIENCE_RUN:
        raise DomainError(
            f"{draws:.2g} draws of {m} x {n} take about {each * draws:.1g} s; at most "
            f"{PATIENCE_RUN:g} s are spent on a run"
        )


def _compile(block: LayerBlock) -> None:
    """Compile what the block calls, with a line where that takes long."""
    if searched(block.m, block.n, block.method):
        from polygeo.relu.decision import decide_batch

        with compiling(decide_batch):
            decide_batch(np.ones((1, 2, 1)))
        return
    with compiling(vertices.characteristics if block.method == CHI else vertices.bad_vertices):
        LayerBlock(2, 1, 0, block.method, 1, 1)(0)


def simulate(
    block: LayerBlock,
    plan: Plan,
    most: float,
    spread: Callable[[NDArray[np.int64]], float],
    *,
    executor: Any,
    checkpoint: str | os.PathLike[str] | None,
    progress: bool | None,
) -> NDArray[np.int64]:
    """The sums over all draws of a plan: whole blocks on the engine, and a shorter last one.

    ``spread(sums)`` is the standard error reached, ``most`` the number of draws after which it
    must be small enough; a plan by stderr ends at a whole block.
    """
    workers_of(executor)
    wanted = float(most) if plan.samples is None else plan.samples
    if not wanted < 2**62:
        raise DomainError("a run has at most 2^62 draws; more were asked for or would be needed")
    if block.decider is None:
        check_cost(block.m, block.n, float(wanted), block.method)
    whole, rest = divmod(int(wanted), block.size)
    if plan.samples is None:
        whole, rest = whole + 1, 0
    target = plan.stderr

    def reached(done: int, sums: NDArray[np.int64]) -> bool:
        return target is not None and spread(sums) <= target

    decider = block.decider
    job = {
        "computes": "ReLU layers",
        "method": block.method,
        "m": block.m,
        "n": block.n,
        "k": block.k,
        "seed": block.seed,
        "draws a block": block.size,
        "decider": None if decider is None else getattr(decider, "__qualname__", str(decider)),
        "numpy": np.__version__,
    }
    if block.decider is None:
        _compile(block)
    sums: NDArray[np.int64] | None = None
    done, open_ = 0, True
    if whole:
        result = run(
            block,
            whole,
            executor=executor,
            checkpoint=checkpoint,
            job=job,
            stop=reached if target is not None else None,
            unit=float(block.size),
            description="draws",
            progress=progress,
        )
        sums, done = result.sums, result.blocks
        open_ = result.complete and not reached(done, sums)
    if rest and open_:
        try:
            last = replace(block, size=rest)(done)
        except KeyboardInterrupt:
            if sums is None:
                raise
            return sums
        sums = last if sums is None else sums + last
    if sums is None:
        raise DomainError("a run needs at least 1 draw")
    return sums
