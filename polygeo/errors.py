"""The errors a caller of polygeo can meet; each message is one line.

`DomainError` is also a `ValueError`, so ``except ValueError`` keeps working; all of them are
`PolygeoError`. A message says what was required and what came.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "DomainError",
    "NearlyDegenerate",
    "NoExactValue",
    "NotConverged",
    "PolygeoError",
    "Refuted",
    "Undecided",
]


class PolygeoError(Exception):
    """Base of every error that polygeo raises on purpose."""


class DomainError(PolygeoError, ValueError):
    """An argument lies outside the domain of the quantity."""


class NearlyDegenerate(UserWarning):
    """A warning: numbers in floating point are within rounding of a special position.

    The answer is exact for the numbers that came; the message says how to say what was meant.
    """


class NoExactValue(PolygeoError):
    """No exact value is known; the message names the way to an estimate, if there is one."""


class NotConverged(PolygeoError):
    """A numerical limit was not reached, or more digits were asked for than can be proved.

    ``history`` holds what was reached on the way, as a tuple.
    """

    def __init__(self, message: str, history: tuple = ()) -> None:
        super().__init__(message)
        self.history = history


class Undecided(PolygeoError):
    """A check or decision ended without an answer (precision or budget spent).

    What was proved on the way, where the function says what it is: ``low`` and ``high``, bounds of
    the number that was asked for, and ``witness``, the point behind ``high``; None if unknown.
    """

    def __init__(
        self, message: str, *, low: Any = None, high: Any = None, witness: Any = None
    ) -> None:
        super().__init__(message)
        self.low = low
        self.high = high
        self.witness = witness


class Refuted(PolygeoError):
    """A statement fails; the message names the point at which it does."""


def __dir__() -> list[str]:
    return sorted(__all__)
