"""How long a computation may take, and how far it is, as a user asks for both."""

from __future__ import annotations

import sys
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import rational, shown
from polygeo.answers.options import flag
from polygeo.errors import DomainError

__all__ = ["meter_of", "seconds_of"]


def meter_of(progress: bool | None) -> Any:
    """A bar on stderr; for None if that is a terminal and the work takes seconds."""
    from polygeo.progress import meter

    wanted = None if progress is None else flag(progress, "progress")

    def begin(text: str, steps: int, seconds: float) -> Any:
        bar = seconds > 2 and sys.stderr.isatty() if wanted is None else wanted
        return meter(text, steps, 1.0, bar)

    return begin


def seconds_of(limit: Any) -> float:
    """A limit of time as a user gives it."""
    seconds = rational(limit, "max_seconds")
    if seconds <= 0:
        raise DomainError(f"max_seconds needs a positive number of seconds; got {shown(seconds)}")
    return float(min(seconds, mpq(10**9)))
