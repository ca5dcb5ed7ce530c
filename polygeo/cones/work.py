"""How long a computation may take, and how far it is, as a user asks for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import rational, shorten
from polygeo.answers.options import flag
from polygeo.errors import DomainError
from polygeo.progress import PATIENCE, meter

__all__ = ["meter_of", "seconds_of", "spread_of"]


def meter_of(progress: bool | None) -> Any:
    """Return a meter that shows a bar on stderr; for None on a terminal, after a second."""
    wanted = None if progress is None else flag(progress, "progress")
    patience = PATIENCE if wanted is None else 0.0

    def begin(text: str, steps: int, seconds: float) -> Any:
        return meter(text, steps, progress=wanted, patience=patience)

    return begin


def spread_of(executor: Any) -> Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]:
    """Return what applies a function to tasks on the workers of an executor, results in order.

    None for one core. The tasks of a worker that is lost are done here.

    >>> list(spread_of(None)(abs, [-1, 2]))
    [1, 2]
    """
    if executor is None:
        return map
    from polygeo.sampling.runs.engine import workers_of

    workers = workers_of(executor)
    assert workers is not None

    def spread(function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        try:
            pending = [workers.pool.submit(function, task) for task in tasks]
        except (BrokenExecutor, RuntimeError):  # dead, or shut down
            raise DomainError("executor takes no more work") from None
        try:
            for task, future in zip(tasks, pending, strict=True):
                try:
                    found = future.result()
                except BrokenExecutor:
                    found = function(task)
                yield found
        finally:
            for future in pending:
                future.cancel()

    return spread


def seconds_of(limit: Any, name: str = "max_seconds") -> float:
    """Return a limit of time as a user gives it, in seconds."""
    seconds = rational(limit, name)
    if seconds <= 0:
        raise DomainError(f"{name} needs a positive number of seconds; got {shorten(seconds)}")
    return float(min(seconds, mpq(10**9)))
