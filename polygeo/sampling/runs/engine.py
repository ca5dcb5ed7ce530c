"""Blocks of simulation on any workers, merged exactly: one answer on 1 thread and on a cluster.

A job is a function from a block's number to an array of integers; its result is the sum over
blocks 0, ..., B - 1. Integer sums are exact, and only a beginning of the sequence of blocks is
ever merged, so every state of a run (interrupted, checkpointed, resumed) is the state of the
plain loop after some number of blocks.

Workers are anything with the ``submit`` of `concurrent.futures.Executor`, or a Dask client.
Blocks lost with a worker are computed again; an executor that is dead ends the run with an error.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import integer, rational
from polygeo.answers.interrupts import from_ctrl_c
from polygeo.answers.options import check_fields, describe, flag, text
from polygeo.errors import DomainError, PolygeoError
from polygeo.progress import meter
from polygeo.sampling.runs.checkpoint import Checkpoint

__all__ = ["Run", "Workers", "run", "workers_of"]

Block = Callable[[int], NDArray[np.int64]]
Stop = Callable[[int, NDArray[np.int64]], bool]

RETRIES = 3
"""Largest number of repetitions of a block that was lost with its worker."""

PATIENCE = 1.0
"""Time between two checks of the workers, in seconds, so that Ctrl-C is seen on every platform."""

MAX_SAMPLES = 1 << 62
"""Largest number of blocks of a run: counts are int64."""

GRACE = 60.0
"""Longest time that a cluster may be without any worker, in seconds."""


@dataclass(frozen=True, eq=False)
class Run:
    """Sums (``sums``, int64) over the first ``blocks`` blocks; ``complete`` says if all ran."""

    sums: NDArray[np.int64]
    blocks: int
    complete: bool

    def __post_init__(self) -> None:
        check_fields(self, sums=np.ndarray, blocks=int, complete=bool)


class _State:
    """The merged beginning of a job, its checkpoint, and when to look at the stopping rule."""

    def __init__(
        self, blocks: int, checkpoint: Checkpoint | None, every: float, stop: Stop | None
    ) -> None:
        self.blocks, self.checkpoint, self.every, self.stop = blocks, checkpoint, every, stop
        self.saved, self.stopped = 0, False
        # One attribute: a Ctrl-C between two assignments would leave sums of other blocks.
        self.merged: tuple[int, NDArray[np.int64] | None] = (0, None)
        earlier = checkpoint.load() if checkpoint is not None else None
        if checkpoint is not None and earlier is not None and earlier[0]:
            self.merged = earlier
            self.saved = self.done
            if self.done > blocks:
                raise DomainError(
                    f"{checkpoint} holds {self.done} blocks, more than the {blocks} asked for"
                )
        self.last = time.monotonic()

    @property
    def done(self) -> int:
        return self.merged[0]

    @property
    def sums(self) -> NDArray[np.int64] | None:
        return self.merged[1]

    @property
    def open(self) -> bool:
        return self.done < self.blocks and not self.stopped

    def resume(self, function: Block) -> None:
        """Go on from a file, if there is one: its sums have the shape of a block that is made here.

        Where a block is still to come that is seen when it is merged.
        """
        if self.sums is None or (self.stop is None and self.done < self.blocks):
            return
        counts = _counts(function(0))
        if counts.shape != self.sums.shape:
            raise DomainError(
                f"{self.checkpoint} holds sums of shape {self.sums.shape}; "
                f"this job has {counts.shape}"
            )
        self.stopped = self._look()

    def merge(self, part: Any) -> None:
        counts = _counts(part)
        done, sums = self.merged
        if sums is not None and counts.shape != sums.shape:
            raise DomainError(
                f"all blocks must give one shape; got {counts.shape} after {sums.shape}"
            )
        self.merged = (done + 1, counts.astype(np.int64) + (0 if sums is None else sums))
        self.stopped = self._look()
        if time.monotonic() - self.last >= self.every:
            self.save()

    def _look(self) -> bool:
        """Ask the stopping rule, at block counts that do not depend on how the run went."""
        if self.stop is None or self.sums is None or not _is_checkpoint(self.done):
            return False
        return self.stop(self.done, self.sums)

    def save(self) -> None:
        done, sums = self.merged
        if self.checkpoint is not None and sums is not None and done > self.saved:
            self.checkpoint.save(done, sums)
            self.saved = done
        self.last = time.monotonic()


def _counts(part: Any) -> NDArray[Any]:
    """What a block gave, DomainError if that is no array of integers."""
    try:
        counts = np.asarray(part)
    except ValueError:  # rows of several lengths
        raise DomainError(f"a block must give integers; got {describe(part)}") from None
    if counts.dtype.kind not in "iu":
        raise DomainError(f"a block must give integers; got {counts.dtype}")
    return counts


def _is_checkpoint(done: int) -> bool:
    """1, 2, ..., 16, then steps of an eighth of the last power of two: 18, 20, ..., 36, 40, ..."""
    step = 1 << max(done.bit_length() - 4, 0)
    return done % step == 0


def run(
    function: Block,
    blocks: int,
    *,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    job: Mapping[str, Any] | None = None,
    stop: Stop | None = None,
    every: float = 5.0,
    unit: float = 1.0,
    description: str = "blocks",
    progress: bool | None = None,
) -> Run:
    """Sum ``function(b)`` over the blocks b = 0, ..., blocks - 1.

    * ``function``: a function from the number of a block to an array of integers; picklable for
      processes.
    * ``blocks``: number of blocks, 1 to 2^62.
    * ``executor``: None (this thread), an Executor, or a Dask client.
    * ``checkpoint``: a file to continue from, saved every ``every`` seconds (default 5).
    * ``job``: what is computed (JSON values); needed with a checkpoint.
    * ``stop``: ``stop(done, sums)`` ends the run when it returns True.
    * ``unit``, ``description``: what a block counts for in the display of progress, and its name.
    * ``progress``: True or False; None (the default) shows a bar on a terminal only.

    Returns a `Run`: the same integers on any workers. Ctrl-C returns the sum over the blocks so
    far, or raises KeyboardInterrupt if there are none. DomainError for other arguments, and for a
    checkpoint of another job.

    >>> run(lambda b: np.array([1, b]), 4).sums
    array([4, 6])
    """
    total = integer(blocks, "blocks")
    if not 1 <= total <= MAX_SAMPLES:
        raise DomainError(f"a run needs at least 1 block, at most 2^62; got {total}")
    if not callable(function) or not (stop is None or callable(stop)):
        raise DomainError("a run needs a function of a block's number; stop= is a function, too")
    seconds, amount = _not_negative(every, "every"), _not_negative(unit, "unit")
    if checkpoint is not None and job is None:
        raise DomainError("a checkpoint needs job=, a description of what is computed")
    workers = workers_of(executor)
    keeper = None if checkpoint is None else Checkpoint(checkpoint, job or {})
    state = _State(total, keeper, seconds, stop)
    show = None if progress is None else flag(progress, "progress")
    complete = True
    with meter(text(description, "description"), total, amount, show) as tell:
        tell(state.done)
        state.resume(function)
        try:
            if workers is None:
                while state.open:
                    state.merge(function(state.done))
                    tell(state.done)
            else:
                _spread(function, state, workers, tell)
        except KeyboardInterrupt:
            complete = False
        except SystemError as problem:
            if not from_ctrl_c(problem):
                raise
            complete = False
        finally:
            state.save()
    if state.sums is None:
        raise KeyboardInterrupt
    return Run(state.sums, state.done, complete)


def _not_negative(value: Any, name: str) -> float:
    exact = rational(value, name)
    if not 0 <= exact < 10**15:
        raise DomainError(f"{name} needs a number >= 0; got {describe(value)}")
    return float(exact)


def _spread(function: Block, state: _State, workers: Workers, tell: Callable[[int], None]) -> None:
    """Keep a window of blocks under way; merge them in order."""
    pool, width, alive = workers
    window = 3 * width + 1
    waiting: dict[Future[Any], int] = {}
    ready: dict[int, Any] = {}
    tries: dict[int, int] = {}
    following = state.done
    heard = time.monotonic()
    try:
        while state.open:
            while following < min(state.blocks, state.done + window):
                waiting[_submit(pool, function, following, state)] = following
                following += 1
            finished, _ = wait(waiting, timeout=PATIENCE, return_when=FIRST_COMPLETED)
            if finished or alive():
                heard = time.monotonic()
            elif time.monotonic() - heard > GRACE:
                raise _dead(state, RuntimeError(f"no worker for {GRACE:g} seconds"))
            for future in finished:
                block = waiting.pop(future)
                try:
                    ready[block] = future.result()
                except (KeyboardInterrupt, PolygeoError):
                    raise
                except BrokenExecutor as problem:
                    raise _dead(state, problem) from None
                except (CancelledError, OSError, RuntimeError) as problem:
                    # A lost worker; a block that fails by itself fails again.
                    tries[block] = tries.get(block, 0) + 1
                    if tries[block] > RETRIES:
                        raise
                    if not _is_loss(problem):
                        raise
                    waiting[_submit(pool, function, block, state)] = block
            while state.open and state.done in ready:
                state.merge(ready.pop(state.done))
            tell(state.done)
    finally:
        for future in waiting:
            future.cancel()


def _submit(pool: Any, function: Block, block: int, state: _State) -> Any:
    try:
        return pool.submit(function, block)
    except RuntimeError as problem:  # shut down, or broken
        raise _dead(state, problem) from None


def _dead(state: _State, problem: BaseException) -> PolygeoError:
    kept = "" if state.checkpoint is None else f"; {state.checkpoint} holds what was done"
    reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    return PolygeoError(
        f"the executor died after {state.done} of {state.blocks} blocks ({reason}){kept}"
    )


def _is_loss(problem: BaseException) -> bool:
    return isinstance(problem, (CancelledError, OSError)) or (
        type(problem).__module__.startswith("distributed")
    )


class Workers(NamedTuple):
    """A pool with ``submit``, how many blocks it works on at a time, and whether it still lives."""

    pool: Any
    width: int
    alive: Callable[[], bool]


def workers_of(executor: Any) -> Workers | None:
    """Return the workers of an executor or a Dask client; None for None, else DomainError."""
    if executor is None:
        return None
    if hasattr(executor, "get_executor") and hasattr(executor, "nthreads"):  # a Dask client
        width = sum(executor.nthreads().values())
        if width == 0:
            raise DomainError("the Dask cluster has no worker")

        def alive() -> bool:
            try:
                return sum(executor.nthreads().values()) > 0
            except (OSError, RuntimeError, ValueError):
                return False

        return Workers(executor.get_executor(pure=False, retries=RETRIES), width, alive)
    if not callable(getattr(executor, "submit", None)):
        raise DomainError(
            "executor needs a concurrent.futures.Executor or a Dask client; "
            f"got {type(executor).__name__}"
        )
    width = getattr(executor, "_max_workers", None) or os.cpu_count() or 1
    return Workers(executor, width, lambda: True)
