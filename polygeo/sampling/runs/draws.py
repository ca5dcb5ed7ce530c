"""Independent draws as a run of the engine: a given number, or up to a standard error."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import abbreviate, whole
from polygeo.answers.interrupts import from_ctrl_c
from polygeo.errors import DomainError
from polygeo.sampling.runs.checkpoint import Checkpoint
from polygeo.sampling.runs.engine import Block, run, workers_of

__all__ = [
    "MAX_SAMPLES",
    "Batches",
    "Drawn",
    "Plan",
    "Spread",
    "share_stderr",
    "sum_batches",
    "sum_draws",
]

Spread = Callable[[NDArray[np.int64], int], float]
"""A function: the standard error for sums over a number of draws (or batches)."""

MAX_SAMPLES = 1 << 62
"""Largest number of draws of a run: counts are int64."""
MIN_BATCHES = 16
"""Smallest number of batches whose means show that a standard error is reached."""


@dataclass(frozen=True)
class Plan:
    """The length of a run: at most ``samples`` draws, ending early at ``stderr`` if that is given.

    >>> Plan.of(1000), Plan.of(None, 0.01)
    (Plan(samples=1000, stderr=None), Plan(samples=None, stderr=0.01))
    """

    samples: int | None
    stderr: float | None

    @classmethod
    def of(cls, samples: Any, stderr: Any = None, least: int = 1, note: str = "") -> Plan:
        """Make a plan from a caller's arguments; DomainError unless one of them is there and sound.

        * ``samples``, ``stderr``: the arguments.
        * ``least``: smallest number of samples, with a ``note`` that says why.
        """
        if samples is None and stderr is None:
            raise DomainError("an estimate needs samples= or stderr=")
        count = None if samples is None else whole(samples, "samples")
        if count is not None and not least <= count <= MAX_SAMPLES:
            shown = abbreviate(str(count))
            raise DomainError(
                f"samples must be at least {least}{note} and at most 2^62; got {shown}"
            )
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

    def in_pairs(self) -> Plan:
        """Convert to antithetic pairs, the number of samples rounded up to an even number."""
        return self if self.samples is None else replace(self, samples=(self.samples + 1) // 2)

    def most(self, bound: float = 0.0) -> int:
        """Return the number of draws, or ``bound`` for a run that ends at its standard error."""
        wanted = float(bound) if self.samples is None else self.samples
        if not wanted <= MAX_SAMPLES:
            raise DomainError(
                "a run has at most 2^62 draws; more would be needed for that standard error"
            )
        return max(1, math.ceil(wanted))


def share_stderr(hits: float, draws: float) -> float:
    """Return the standard error of a share, with two hits and two misses added.

    The result is never 0 by chance: for runs that end at a standard error.

    >>> share_stderr(0, 96) > 0.014
    True
    """
    share = (float(hits) + 2) / (float(draws) + 4)
    return math.sqrt(share * (1 - share) / float(draws))


class Drawn(NamedTuple):
    """The integer sums over a number of draws.

    * ``sums``: the sums.
    * ``draws``: the number of draws.
    * ``complete``: False after an interrupted run.
    """

    sums: NDArray[np.int64]
    draws: int
    complete: bool


def sum_draws(
    block_of: Callable[[int], Block],
    plan: Plan,
    size: int,
    job: Mapping[str, Any],
    *,
    spread: Spread | None = None,
    bound: float = 0.0,
    unit: int = 1,
    name: str = "samples",
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Drawn:
    """Run whole blocks of ``size`` draws by the engine, then a shorter last block.

    * ``block_of``: ``block_of(n)`` is the picklable function that works on the first n draws of a
      block.
    * ``plan``: the number of draws. With ``plan.stderr`` the run ends, after a whole block, once
      ``spread(sums, draws)`` is at most ``plan.stderr``, which surely happens within ``bound``
      draws.
    * ``job``: what is computed (JSON values; the size and numpy's version are added).
    * ``unit``: what a draw counts for in the display of progress.
    * ``executor``, ``checkpoint``, ``progress``: as in `polygeo.sampling.runs.engine.run`.

    The draws of the last block are a beginning of those of a whole block, so that the answer
    depends on nothing but the job and the number of draws. Ctrl-C gives the sums so far. A
    checkpoint holds whole blocks.

    >>> def numbered(n):
    ...     return lambda block: np.array([n, n * block])
    >>> sum_draws(numbered, Plan.of(1000), 300, {"computes": "an example"})
    Drawn(sums=array([1000, 1200]), draws=1000, complete=True)
    """
    workers_of(executor)
    whole, rest = divmod(plan.most(bound), size)
    if plan.samples is None:
        whole, rest = whole + (rest > 0), 0
    target = plan.stderr
    described = {**job, "block": size, "numpy": np.__version__}

    def reached(done: int, sums: NDArray[np.int64]) -> bool:
        return target is not None and spread is not None and spread(sums, done * size) <= target

    found = Drawn(np.zeros(1, np.int64), 0, True)
    if whole:
        done = run(
            block_of(size),
            whole,
            executor=executor,
            checkpoint=checkpoint,
            job=described,
            stop=None if target is None else reached,
            unit=float(unit * size),
            description=name,
            progress=progress,
        )
        found = Drawn(done.sums, done.blocks * size, done.complete)
        if not rest or not done.complete or reached(done.blocks, done.sums):
            return found
    keeper = None
    if checkpoint is not None and not whole:
        keeper = Checkpoint(checkpoint, described)
        keeper.check_empty()
    try:
        last = np.asarray(block_of(rest)(whole), dtype=np.int64)
    except (KeyboardInterrupt, SystemError) as problem:
        if isinstance(problem, SystemError) and not from_ctrl_c(problem):
            raise
        if not whole:
            raise KeyboardInterrupt from None
        return found._replace(complete=False)
    if keeper is not None:
        keeper.save(0, np.zeros_like(last))
    return Drawn(found.sums + last, found.draws + rest, True)


class Batches(NamedTuple):
    """The integer sums over ``batches`` batches of ``size`` draws."""

    sums: NDArray[np.int64]
    batches: int
    size: int


def sum_batches(
    block_of: Callable[[int], Block],
    samples: Any,
    stderr: Any,
    usual: tuple[int, int],
    most: int,
    job: Mapping[str, Any],
    *,
    spread: Spread,
    name: str = "samples",
    **options: Any,
) -> Batches:
    """Run batches of equal size by the engine, for standard errors from the means of the batches.

    * ``block_of``: ``block_of(size)`` works on a whole batch.
    * ``samples``, ``stderr``: what a caller asks for; None for neither.
    * ``usual``: the number of samples where neither is given, and the number of batches into which
      samples are cut (rounded up to a multiple of it).
    * ``most``: largest number of samples; DomainError for more.
    * ``spread``: ``spread(sums, batches)`` is the standard error that has to reach ``stderr``.

    Other arguments as in `sum_draws`.

    >>> def numbered(size):
    ...     return lambda block: np.array([size, block])
    >>> job = {"computes": "an example"}
    >>> sum_batches(numbered, 300, None, (32, 4), 1000, job, spread=lambda sums, batches: 0.0)
    Batches(sums=array([300,   6]), batches=4, size=75)
    """
    default, number = usual
    plan = Plan.of(default if samples is None and stderr is None else samples, stderr, least=2)
    wanted = plan.most(most)
    if wanted > most:
        raise DomainError(f"samples must be at most {most}; got {abbreviate(str(wanted))}")
    size = -(-(default if plan.samples is None else wanted) // number)
    target = plan.stderr

    def reached(done: int, sums: NDArray[np.int64]) -> bool:
        return target is not None and done >= MIN_BATCHES and spread(sums, done) <= target

    done = run(
        block_of(size),
        number if plan.samples is not None else wanted // size,
        job={**job, "block": size, "numpy": np.__version__},
        stop=None if target is None else reached,
        unit=float(size),
        description=name,
        **options,
    )
    return Batches(done.sums, done.blocks, size)
