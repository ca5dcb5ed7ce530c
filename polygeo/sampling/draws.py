"""A given number of independent draws as a run: whole blocks by the engine, then the rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import integer
from polygeo.errors import DomainError
from polygeo.sampling.checkpoint import Checkpoint
from polygeo.sampling.engine import Block, run, workers_of
from polygeo.sampling.streams import checked_seed

__all__ = ["sum_draws"]

MOST = 10**18
"""Counts are int64."""


def sum_draws(
    block_of: Callable[[int], Block],
    draws: Any,
    seed: Any,
    size: int,
    job: Mapping[str, Any],
    *,
    least: int = 2,
    name: str = "samples",
    unit: float = 1.0,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> tuple[NDArray[np.int64], bool]:
    """(sums, complete): the integer sums over ``draws`` draws in blocks of ``size``.

    ``block_of(n)`` is the picklable function that works on the first n draws of a block; ``job``
    says what is computed (JSON values; seed and size are added). The draws of a last, shorter
    block are a beginning of those of a whole one, so that the answer depends on nothing but the
    job and the number of draws. Ctrl-C gives what has been summed, ``complete`` False.

    >>> def numbered(n):
    ...     return lambda block: np.array([n, n * block])
    >>> sum_draws(numbered, 1000, 3, 300, {"computes": "an example"})[0].tolist()
    [1000, 1200]
    """
    if seed is None:
        raise DomainError("seed needs an integer; got None")
    start = checked_seed(seed)
    if draws is None:
        raise DomainError(f"{name} needs an integer; got None")
    count = integer(draws, name)
    if not least <= count <= MOST:
        raise DomainError(f"{name} must be at least {least} and at most 10^18; got {count}")
    workers_of(executor)
    whole, rest = divmod(count, size)
    sums: NDArray[np.int64] | None = None
    complete, blocks = True, 0
    described = {**job, "seed": start, "block": size, "numpy": np.__version__}
    if checkpoint is not None and not whole:
        Checkpoint(checkpoint, described).check_empty()
    if whole:
        done = run(
            block_of(size),
            whole,
            executor=executor,
            checkpoint=checkpoint,
            job=described,
            unit=unit * size,
            description=name,
            progress=progress,
        )
        sums, complete, blocks = done.sums, done.complete, done.blocks
    if rest and complete:
        try:
            part = np.asarray(block_of(rest)(blocks), dtype=np.int64)
        except KeyboardInterrupt:
            if sums is None:
                raise
            return sums, False
        sums = part if sums is None else sums + part
    assert sums is not None
    return sums, complete
