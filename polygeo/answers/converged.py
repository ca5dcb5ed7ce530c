"""Converged answers: a numerical limit together with an observed error.

The kind is used only where no rigorous bound is known. The error is the change during the last
refinements, or the distance between the results of two independent methods. An observed error is
evidence, not a proof, and every printed form says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.certification import ends
from polygeo.answers.decimals import (
    decimal_exponent,
    format_interval,
    of_width,
    proved_digits,
    round_interval,
    round_rational,
    significant,
)
from polygeo.answers.exact import abbreviate, rational, shorten
from polygeo.answers.options import text
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError, NotConverged

__all__ = ["Converged"]


@dataclass(frozen=True, slots=True)
class Converged:
    """Numerical limit ``value`` with the observed error ``error``.

    * ``value``, ``error``: rational numbers (kept as mpq; floats and decimal strings are read
      exactly); error > 0.
    * ``history``: the refinements, pairs (label, value), oldest first.
    * ``source``: id of the formula whose limit is meant.

    >>> limit = Converged("2.718281828", "1e-8", (("n=10", "2.7"), ("n=20", "2.71828")))
    >>> limit
    Converged(2.71828183 +/- 1.0e-08)
    >>> limit.decimal(12)
    Traceback (most recent call last):
    polygeo.errors.NotConverged: 12 digits were asked for; 8 have been reached
    """

    value: mpq
    error: mpq
    history: tuple[tuple[str, mpq], ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "value", rational(self.value))
        set_(self, "error", rational(self.error, "error"))
        set_(self, "history", tuple(map(_step, sequence(self.history, "history"))))
        text(self.source, "source")
        if self.error <= 0:
            raise DomainError(f"a converged value needs error > 0; got {shorten(self.error)}")

    @property
    def _ends(self) -> tuple[mpq, mpq]:
        return self.value - self.error, self.value + self.error

    @property
    def reached_digits(self) -> int:
        """Number of significant digits that the observed error leaves fixed."""
        return proved_digits(*self._ends)

    def decimal(self, digits: int) -> str:
        """Return the value to ``digits`` significant digits, correctly rounded.

        NotConverged if the observed error leaves one of these digits open.
        """
        wanted = significant(digits)
        try:
            return round_interval(*self._ends, wanted)
        except NotConverged:
            reached = proved_digits(*self._ends, wanted)
            raise NotConverged(
                f"{wanted} digits were asked for; {reached} have been reached", self.history
            ) from None

    def agrees(self, value: Any) -> bool:
        """Test whether ``value``, a number or a point of a Ball, lies within the observed error."""
        (low, high), (least, most) = self._ends, ends(value)
        return least <= high and low <= most

    def __float__(self) -> float:
        return float(self.value)

    def __format__(self, specification: str) -> str:
        """``f"{limit:.3f}"``: correctly rounded; NotConverged where the error leaves it open."""
        if of_width(specification):
            return format(str(self), specification)
        return format_interval(*self._ends, specification, repr(self))

    def __lt__(self, other: Any) -> bool:
        """Whether the whole interval of the observed error lies below ``other``."""
        return self._ends[1] < ends(other)[0]

    def __gt__(self, other: Any) -> bool:
        """Whether the whole interval of the observed error lies above ``other``."""
        return self._ends[0] > ends(other)[1]

    def __str__(self) -> str:
        error = round_rational(self.error, 2)
        if abs(self.value) <= self.error:
            return f"{round_rational(self.value, 2)} +/- {error}"
        places = decimal_exponent(self.value) - decimal_exponent(self.error)  # down to the error
        return f"{round_rational(self.value, places + 1)} +/- {error}"

    def __repr__(self) -> str:
        return f"Converged({self})"

    def _repr_latex_(self) -> str:
        digits = self.reached_digits
        text = self.decimal(digits) if digits else round_rational(self.value, 3)
        exponent = decimal_exponent(self.error) + 1
        return f"${text}\\quad(\\text{{observed error}} < 10^{{{exponent}}})$"

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary for JSON: value, error and history as exact fractions."""
        return {
            "kind": "converged",
            "value": str(self.value),
            "error": str(self.error),
            "history": [[label, str(value)] for label, value in self.history],
            "decimal": str(self),
            "source": self.source,
        }


def _step(pair: Any) -> tuple[str, mpq]:
    """Return a label and a value of the history."""
    try:
        label, value = pair
    except (TypeError, ValueError):
        raise DomainError(
            f"history needs (label, value) pairs; got {abbreviate(repr(pair))}"
        ) from None
    return str(label), rational(value)
