"""How long a computation may take, and how far it is, as a user asks for both."""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import rational, shorten
from polygeo.answers.options import flag
from polygeo.errors import DomainError
from polygeo.progress import PATIENCE, meter

__all__ = ["meter_of", "seconds_of"]


def meter_of(progress: bool | None) -> Any:
    """Return a meter that shows a bar on stderr; for None on a terminal, after a second."""
    wanted = None if progress is None else flag(progress, "progress")
    patience = PATIENCE if wanted is None else 0.0

    def begin(text: str, steps: int, seconds: float) -> Any:
        return meter(text, steps, progress=wanted, patience=patience)

    return begin


def seconds_of(limit: Any, name: str = "max_seconds") -> float:
    """Return a limit of time as a user gives it, in seconds."""
    seconds = rational(limit, name)
    if seconds <= 0:
        raise DomainError(f"{name} needs a positive number of seconds; got {shorten(seconds)}")
    return float(min(seconds, mpq(10**9)))
