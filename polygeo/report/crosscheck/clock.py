"""The time of one call: the least CPU time of a few calls, or what another process measured."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["ENOUGH", "LONG", "ROUNDS", "Timed", "timed"]

ENOUGH = 0.3
"""Total time of a call, in seconds, after which the call is not repeated."""

LONG = 10.0
"""Time of a first call, in seconds, after which there is no second call."""

ROUNDS = 7
"""Largest number of repetitions of a call."""


@dataclass(frozen=True)
class Timed:
    """An answer from another process, with the CPU seconds that it measured there for a call."""

    answer: Any
    seconds: float


def timed(
    call: Callable[..., Any], arguments: tuple[Any, ...], before: Callable[[], object] | None = None
) -> tuple[Any, float]:
    """Run a call a few times; return the first answer and the least CPU time in seconds.

    * ``call``, ``arguments``: the function and its arguments.
    * ``before``: a function that is called before each repetition.

    A `Timed` answer brings its own time.

    >>> timed(lambda name: Timed(name, 0.25), ("a",))
    ('a', 0.25)
    """
    answer, least, spent = None, float("inf"), 0.0
    for turn in range(ROUNDS):
        if before is not None:
            before()
        start = _cpu()
        found = call(*arguments)
        used = _cpu() - start
        if isinstance(found, Timed):
            return found.answer, found.seconds
        answer = found if turn == 0 else answer
        least, spent = min(least, used), spent + used
        if spent > ENOUGH and (turn > 0 or used > LONG):  # the first call may compile or import
            break
    return answer, least


def _cpu() -> float:
    """CPU seconds of this process and of the programs that it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system
