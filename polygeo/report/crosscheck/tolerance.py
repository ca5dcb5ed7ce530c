"""Ways to judge whether somebody else's answer agrees with polygeo's: equal, digits, an interval.

A tolerance judges two answers, or two lists of answers item by item. It says what was compared,
how well it agrees, and whether that is enough. A wide enclosure of ours is never taken for an
agreement, since the far end of it has to agree as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gmpy2 import mpq

from polygeo.answers.decimals import significant
from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.options import in_unit_interval, set_fields
from polygeo.answers.serialise import show
from polygeo.errors import DomainError
from polygeo.report.crosscheck.claims import StatedNumber
from polygeo.report.tables.tabular import decimal_text

__all__ = ["Digits", "Equal", "Finding", "Proportion", "Tolerance"]

ENCLOSED = 35
"""Number of digits to which an expression is enclosed: more than those that are compared."""


@dataclass(frozen=True)
class Finding:
    """The result of one comparison.

    * ``value``: our answer, as text.
    * ``agreement``: how well their answer agrees.
    * ``agrees``: the verdict.
    """

    value: str
    agreement: str
    agrees: bool


class Tolerance(Protocol):
    """The interface of anything that judges (ours, theirs)."""

    def judge(self, ours: Any, theirs: Any) -> Finding:
        """Compare two answers; PolygeoError or ValueError for what cannot be compared."""


@dataclass(frozen=True)
class Equal:
    """A test that every item is the same: integers, fractions, yes and no, sets, tuples of them.

    >>> Equal().judge([1, 2, 3], [1, 2, 4])
    Finding(value='1, 2, 3', agreement='2 of 3', agrees=False)
    """

    def judge(self, ours: Any, theirs: Any) -> Finding:
        """Check that all items are equal, and as many on both sides.

        * ``ours``, ``theirs``: an answer of polygeo and one of the other program.
        """
        a, b = _items(ours), _items(theirs)
        right = sum(x == y for x, y in zip(a, b, strict=False))
        count = max(len(a), len(b))
        agreement = f"{right} of {count}" if isinstance(ours, Sequence) or count > 1 else "equal"
        if not count:
            raise DomainError("there is nothing to compare")
        if right < count and count == 1:
            agreement = f"got {abbreviate(str(b[0]), 30)}"
        return Finding(_text(a), agreement, right == count)


@dataclass(frozen=True)
class Digits:
    """A number of decimal digits, by relative error, to which every real number must agree.

    The digits found are those of the worst item; a number that is exactly equal has no error.

    >>> from gmpy2 import mpq
    >>> Digits(6).judge(mpq(1, 3), 0.33333333)
    Finding(value='0.3333333333', agreement='8.0 digits', agrees=True)
    >>> Digits(6).judge(mpq(1, 3), 0.3334).agrees
    False
    """

    digits: int

    def __post_init__(self) -> None:
        set_fields(self, digits=significant(self.digits))

    def judge(self, ours: Any, theirs: Any) -> Finding:
        """Compare the digits; the error is the largest that our enclosure allows.

        * ``ours``, ``theirs``: a number of polygeo and one of the other program, or lists of them.
        """
        a, b = _items(ours), _items(theirs)
        if not a or len(a) != len(b):
            raise DomainError(f"{len(a)} answers of ours face {len(b)} of theirs")
        worst = min(_digits(x, y) for x, y in zip(a, b, strict=True))
        text = "all digits" if worst == math.inf else f"{max(worst, 0):.1f} digits"
        value = decimal_text(_exact_type(a[0]), 10) if len(a) == 1 else f"{len(a)} values"
        return Finding(value, text, worst >= self.digits)


@dataclass(frozen=True)
class Proportion:
    """A test for a probability (ours) and a count (theirs: successes, samples).

    An exact interval of the count must hold our probability.

    * ``false_alarm``: largest probability to differ although both are right (default 1e-4).

    Source: clopperpearson1934use.

    >>> from gmpy2 import mpq
    >>> wrong = Proportion().judge(mpq(2, 3), (508, 1000))
    >>> Proportion(1e-4).judge(mpq(1, 2), (508, 1000)).agrees, wrong
    (True, Finding(value='0.6666666667', agreement='0.508 +/- 0.016', agrees=False))
    """

    false_alarm: float = 1e-4

    def __post_init__(self) -> None:
        share = in_unit_interval(self.false_alarm, "false_alarm")
        set_fields(self, false_alarm=share)

    def judge(self, ours: Any, theirs: tuple[int, int]) -> Finding:
        """Compare with the interval that misses with probability ``false_alarm``.

        * ``ours``: the probability; ``theirs``: (successes, samples).
        """
        run = Estimate.proportion(*theirs)
        low, high = map(rational, run.test_interval(self.false_alarm))
        at_least, at_most = StatedNumber.ends(ours, ENCLOSED)
        text = f"{run.mean:.3f} +/- {run.stderr:.3f}"
        return Finding(decimal_text(ours, 10), text, low <= at_least and at_most <= high)


def _items(answers: Any) -> list[Any]:
    if hasattr(answers, "tolist"):  # an array, or a number of NumPy
        answers = answers.tolist()
    return list(answers) if isinstance(answers, list | tuple) else [answers]


def _text(items: list[Any]) -> str:
    plain = all(isinstance(x, int) or type(x) is type(mpq()) for x in items)
    text = ", ".join(show(x) for x in items) if plain else ""
    return text if 0 < len(text) <= 12 else f"{len(items)} answers"


def _exact_type(answer: Any) -> Any:
    return answer if hasattr(answer, "to_dict") or hasattr(answer, "free_symbols") else mpq(answer)


def _digits(ours: Any, theirs: Any) -> float:
    """-log10 of the relative error; infinity where there is none, -infinity for no number."""
    low, high = StatedNumber.ends(ours, ENCLOSED)
    given = _number(theirs)
    if given is None:
        return -math.inf
    error = max(abs(given - low), abs(high - given))
    if error == 0:
        return math.inf
    size = min(abs(low), abs(high))
    if low <= 0 <= high or size == 0:
        return -math.inf
    ratio = error / size
    return math.log10(int(ratio.denominator)) - math.log10(int(ratio.numerator))


def _number(theirs: Any) -> mpq | None:
    """The rational that a float, an integer, a SymPy or mpmath number is; None for no number."""
    if hasattr(theirs, "_mpf_"):  # mpmath's and SymPy's floats: sign, mantissa, exponent
        sign, mantissa, exponent, _ = theirs._mpf_
        if not mantissa and exponent:
            return None  # infinite, or not a number
        return mpq((-1) ** int(sign) * int(mantissa)) * mpq(2) ** int(exponent)
    if isinstance(theirs, float) and not math.isfinite(theirs):
        return None
    try:
        return rational(theirs)
    except DomainError:
        return None
