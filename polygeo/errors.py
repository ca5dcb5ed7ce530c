"""The errors that polygeo raises, each with a message of one line.

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
    """Error of an argument that lies outside the domain of the quantity."""


class NearlyDegenerate(UserWarning):
    """Warning that floating-point numbers are within rounding of a special position.

    The answer is exact for the given numbers; the message says how to give the intended numbers.
    """


class NoExactValue(PolygeoError):
    """Error of a call that has no known exact value; the message names the way to an estimate."""


class NotConverged(PolygeoError):
    """Error of a limit that was not reached, or of more digits than can be proved.

    * ``message``: one line; ``history``: what was reached on the way, a tuple (default empty).
    """

    def __init__(self, message: str, history: tuple = ()) -> None:
        super().__init__(message)
        self.history = history


class Undecided(PolygeoError):
    """Error of a check or decision that ended without an answer (precision or time limit).

    * ``message``: one line.
    * ``low``, ``high``: proved bounds of the number that was asked for, where the function gives
      them; else None.
    * ``witness``: the point behind ``high``, or None.
    * ``depth``: proved bounds (low, high) of the half-space depth of 0 among the rows of a layer,
      with biases or on a set of inputs of the least number of rows that are >= 0 at an input, where
      a decision of injectivity has reached them; else None.
    """

    depth: tuple[int, int] | None = None

    def __init__(
        self, message: str, *, low: Any = None, high: Any = None, witness: Any = None
    ) -> None:
        super().__init__(message)
        self.low = low
        self.high = high
        self.witness = witness


class Refuted(PolygeoError):
    """Error of a statement that fails; the message names the point of failure."""


def __dir__() -> list[str]:
    return sorted(__all__)
