"""A threshold as a value: the number, its kind and status, its equation and its source."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import ends
from polygeo.answers.converged import Converged
from polygeo.answers.decimals import format_interval, leading_digits, of_width, significant
from polygeo.answers.exact import abbreviate
from polygeo.answers.options import check_fields, choice, describe, set_fields
from polygeo.answers.serialise import decimal, kind, to_dict
from polygeo.errors import DomainError, NotConverged, Undecided
from polygeo.progress import patient

__all__ = ["STATUSES", "Threshold", "at_kappa"]

STATUSES = {
    "theorem": "proved; for a ReLU layer, a rigorous bound on the injectivity threshold",
    "surrogate": "the exact threshold of a surrogate quantity; it bounds nothing by itself",
    "prediction": "replica prediction (not a theorem)",
}


@dataclass(frozen=True)
class Threshold:
    """Critical ratio of a problem: alpha = m/n for ReLU layers, rho = s/m for sparse recovery.

    * ``name``: name of the threshold, as in ``polygeo threshold NAME``.
    * ``compute``: function of ``digits`` that returns the ratio to so many digits.
    * ``status``: a key of `STATUSES` (theorem, prediction, surrogate, ..).
    * ``claim``, ``equation``, ``source``: what happens at the threshold, how it is defined, and
      where that is written (a key of the bibliography).
    * ``symbol``: LaTeX name of the ratio; ``reach``: number of digits of `value`.

    >>> from polygeo.thresholds import euler
    >>> euler()
    Threshold(euler = 8.34463296085, certified, surrogate)
    >>> euler().decimal(40), float(euler())
    ('8.344632960854724770883827457749911225919', 8.344632960854725)
    """

    name: str
    compute: Callable[[int], Any] = field(compare=False, repr=False)
    status: str
    claim: str
    equation: str
    source: str
    symbol: str = r"\alpha"
    reach: int = 50

    def __post_init__(self) -> None:
        check_fields(self, name=str, compute=Hashable, claim=str, equation=str, source=str)
        check_fields(self, symbol=str)
        choice(self.status, "status", STATUSES)
        set_fields(self, reach=significant(self.reach))
        if not callable(self.compute):
            raise DomainError(f"compute needs a function; got {describe(self.compute)}")

    @property
    @patient
    def value(self) -> Any:
        """Answer, an exact number, a Ball of ``reach`` digits, or a Converged."""
        return self.enclose(self.reach)

    @patient
    def enclose(self, digits: int) -> Any:
        """Return the answer; a certified answer is enclosed to ``digits`` digits."""
        return _answer(self.compute, significant(digits))

    @property
    def kind(self) -> str:
        """Kind of the answer, 'exact', 'certified' or 'converged'."""
        return kind(self.value)

    @patient
    def decimal(self, digits: int) -> str:
        """Return the first ``digits`` significant digits of the threshold, correctly rounded.

        NotConverged if not all of these digits are proved or have been reached.
        """
        count = significant(digits)
        for guard in (3, 30, 300):
            try:
                return decimal(self.enclose(count + guard), count)
            except NotConverged:
                if not isinstance(self.value, Ball):
                    raise
        raise NotConverged(f"{digits} digits of {self.name} could not be proved")

    def __format__(self, specification: str) -> str:
        """``f"{threshold:.3f}"``: correctly rounded; NotConverged where less is known."""
        if of_width(specification):
            return format(str(self), specification)
        return format_interval(*_interval(self), specification, self.name)

    def _order(self, other: Any) -> int:
        """-1, 0 or 1: below, equal to or above a number or a threshold."""
        (low, high), (least, most) = _interval(self), _interval(other)
        if high < least or low > most:
            return -1 if high < least else 1
        if self is other or self == other or low == high == least == most:
            return 0
        raise Undecided(f"the order of {self.name} and {abbreviate(str(other))} is not proved")

    def __lt__(self, other: Any) -> bool:
        return self._order(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._order(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._order(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._order(other) >= 0

    def __float__(self) -> float:
        value = self.value
        return float(value) if isinstance(value, Converged) else float(self.decimal(17))

    def __repr__(self) -> str:
        value = self.value
        shown = str(value) if isinstance(value, Converged) else self.decimal(12)
        return f"Threshold({self.name} = {shown}, {self.kind}, {self.status})"

    def _repr_latex_(self) -> str:
        shown = leading_digits(*_interval(self), 12)
        return f"${self.symbol} = {shown} \\qquad {self.equation}$"

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary for JSON: name, answer, status, claim, equation and source."""
        return {
            "name": self.name,
            "value": to_dict(self.value),
            "status": self.status,
            "claim": self.claim,
            "equation": self.equation,
            "source": self.source,
        }


def at_kappa(
    name: str,
    kappa: mpq,
    compute: Callable[[int], Any],
    claim: str,
    equation: str,
    source: str,
    *,
    inputs: str = "",
    status: str = "theorem",
) -> Threshold:
    """Return a threshold of a layer; its name says kappa, if that is not 1, and the inputs, if any.

    >>> at_kappa("half", mpq(1, 2), mpq, "", "", "", inputs="nonnegative").name
    'half(kappa=1/2, nonnegative)'
    """
    given = [f"kappa={kappa}"] * (kappa != 1) + [inputs] * bool(inputs)
    full = f"{name}({', '.join(given)})" if given else name
    return Threshold(full, compute, status, claim, equation, source)


def _interval(number: Any) -> tuple[mpq, mpq]:
    """Rationals between which a number, or that of a threshold, lies or is observed to lie."""
    value = number.value if isinstance(number, Threshold) else number
    if isinstance(value, Converged):
        return value.value - value.error, value.value + value.error
    return ends(value)


@lru_cache(maxsize=256)
def _answer(compute: Callable[[int], Any], digits: int) -> Any:
    return compute(digits)
