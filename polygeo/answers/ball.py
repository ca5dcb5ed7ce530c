"""Certified answers: a `Ball` is an interval that is proved to hold the true value.

The arithmetic is Arb's midpoint-radius arithmetic (johansson2017arb) through python-flint. Flint
keeps one global precision for all threads; this module is the only one that reads and sets it,
always under `precision`, a lock that puts the old value back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import flint
from flint import arb, fmpq
from gmpy2 import mpq, mpz

from polygeo.answers.decimals import (
    decimal_exponent,
    format_interval,
    leading_digits,
    of_width,
    plus_minus,
    proved_digits,
    round_interval,
    significant,
)
from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.options import instance, text
from polygeo.errors import DomainError, NotConverged

__all__ = [
    "Ball",
    "checked_bits",
    "common_source",
    "exact_arb",
    "forget_nodes",
    "precision",
    "precision_bits",
    "series_terms",
    "with_source",
]

MAX_BITS = 1 << 26
"""Largest working precision in bits (20 million decimal digits)."""

PLAIN_BITS = 53
"""Precision in bits of a ball made of an arb outside every `precision` block."""

MAX_EXPONENT = 1 << 30
"""Largest modulus of a binary exponent: the exact rationals of a ball have up to 128 MB."""

_data = attrgetter("mid", "rad", "bits", "source")

_LOCK = threading.RLock()

_BITS = threading.local()
"""Precision in bits of the innermost `precision` block, one value ``now`` for each thread."""


def checked_bits(bits: Any) -> int:
    """Check a precision in bits: an integer from 2 to 2^26.

    Beyond this range flint would end the program.
    """
    wanted = integer(bits, "bits")
    if not 2 <= wanted <= MAX_BITS:
        raise DomainError(f"a precision must lie in [2, 2^26] bits; got {shorten(wanted)}")
    return wanted


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Run a block with flint's working precision at ``bits``, alone among all threads."""
    wanted = checked_bits(bits)
    with _LOCK:
        before, own = flint.ctx.prec, getattr(_BITS, "now", PLAIN_BITS)
        flint.ctx.prec = _BITS.now = wanted
        try:
            yield
        finally:
            flint.ctx.prec, _BITS.now = before, own


@contextmanager
def series_terms(count: int) -> Iterator[None]:
    """Run a block, inside a `precision` block, with power series cut after ``count`` terms."""
    with _LOCK:
        before, flint.ctx.cap = flint.ctx.cap, count
        try:
            yield
        finally:
            flint.ctx.cap = before


def precision_bits() -> int:
    """Return the precision of this thread's innermost `precision` block in bits (53 outside)."""
    return getattr(_BITS, "now", PLAIN_BITS)


def forget_nodes() -> None:
    """Empty flint's caches of this thread.

    ``acb.integral`` keeps nodes, of the precision of some earlier integral: without this its
    enclosures, all of them right, would depend on what the thread has integrated before.
    """
    flint.ctx.cleanup()


def common_source(first: str, second: str) -> str:
    """Return the formula id of a result that is computed from two values with ids.

    The result is the only id that is named, or "".

    >>> common_source("", "kinematic.crofton"), common_source("euler.orthant", "kinematic.crofton")
    ('kinematic.crofton', '')
    """
    return first or second if "" in (first, second) or first == second else ""


def exact_arb(value: Any) -> arb:
    """Return a rational number as an arb at the working precision.

    A rational number that is not dyadic gives a ball around the number.
    """
    if isinstance(value, arb):
        return value
    if isinstance(value, Ball):
        return value.arb
    exact = rational(value)
    return arb(fmpq(int(exact.numerator), int(exact.denominator)))


def _dyadic(x: arb) -> mpq:
    mantissa, exponent = x.man_exp()
    man, exp = mpz(int(mantissa)), int(exponent)
    if abs(exp) > MAX_EXPONENT:
        raise DomainError("a ball is for numbers between 2^-(2^30) and 2^(2^30)")
    return mpq(man << exp) if exp >= 0 else mpq(man, mpz(1) << -exp)


def _arb_of_dyadic(x: mpq) -> arb:
    """Return the arb that equals a dyadic rational, at any working precision."""
    man, exp = x.numerator, x.denominator.bit_length() - 1
    return arb((int(man), -exp))


def _is_dyadic(x: mpq) -> bool:
    return x.denominator & (x.denominator - 1) == 0


@dataclass(frozen=True, slots=True, eq=True)
class Ball:
    """Real number x that is proved to lie in the interval [mid - rad, mid + rad].

    * ``mid``, ``rad``: centre and radius, dyadic rationals (mpq); rad >= 0.
    * ``bits``: precision of arithmetic with the ball, 2 to 2^26.
    * ``source``: id of the formula behind the number, or "". An operation keeps the source when its
      operands name one source only.

    A ball is immutable, hashable and picklable. Arithmetic with balls, ints, mpq and Fractions
    rounds outward. ``==`` compares the data of two balls, not the unknown numbers: use `overlaps`
    and `contains`. DomainError if mid or rad is no dyadic rational.

    >>> third = Ball.of(mpq(1, 3), bits=64)
    >>> third
    Ball(0.3333333333333333333)
    >>> (third * 3).contains(1), third.overlaps(0), third.decimal(6)
    (True, False, '0.333333')
    """

    mid: mpq
    rad: mpq
    bits: int
    source: str = ""

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "mid", rational(self.mid, "mid"))
        set_(self, "rad", rational(self.rad, "rad"))
        set_(self, "bits", checked_bits(self.bits))
        text(self.source, "source")
        if self.rad < 0 or not (_is_dyadic(self.mid) and _is_dyadic(self.rad)):
            raise DomainError(
                f"a Ball needs a dyadic middle and radius, radius >= 0 (Ball.between takes any "
                f"rationals); got {shorten(self.mid)} and {shorten(self.rad)}"
            )

    @classmethod
    def from_arb(cls, x: flint.arb, bits: int | None = None, source: str = "") -> Ball:
        """Return the ball equal to a flint arb.

        * ``x``: a finite arb; NotConverged if x is not finite.
        * ``bits``: precision of the ball; default: the working precision.
        * ``source``: id of the formula behind x.
        """
        if not instance(x, "x", arb).is_finite():
            raise NotConverged(f"a finite enclosure was needed; got {x}")
        own = precision_bits() if bits is None else bits
        return cls(_dyadic(x.mid()), _dyadic(x.rad()), own, source)

    @classmethod
    def of(cls, value: Any, bits: int = 128, source: str = "") -> Ball:
        """Return the narrowest ball of ``bits`` bits around a rational number.

        * ``value``: an exact rational number (see `rational`), or a ball, which is returned
          unchanged.
        * ``bits``: precision, 2 to 2^26 (default 128).
        * ``source``: id of the formula behind the number.
        """
        if isinstance(value, Ball):
            return value
        with precision(checked_bits(bits)):
            return cls.from_arb(exact_arb(value), bits, source)

    @classmethod
    def between(cls, lower: Any, upper: Any, bits: int = 128, source: str = "") -> Ball:
        """Return a ball that contains the interval [lower, upper].

        * ``lower``, ``upper``: rational numbers, lower <= upper; DomainError otherwise.
        * ``bits``: precision, 2 to 2^26 (default 128).
        * ``source``: id of the formula behind the number.
        """
        low, high = rational(lower, "lower"), rational(upper, "upper")
        if low > high:
            raise DomainError(f"a ball needs lower <= upper; got {shorten(low)} > {shorten(high)}")
        with precision(checked_bits(bits)):
            return cls.from_arb(exact_arb(low).union(exact_arb(high)), bits, source)

    @property
    def arb(self) -> flint.arb:
        """Flint arb that contains the ball (the radius is rounded up to Arb's 30 bits)."""
        with precision(max(self.bits, 64)):
            return arb(_arb_of_dyadic(self.mid), _arb_of_dyadic(self.rad))

    @property
    def lower(self) -> mpq:
        """Left end point mid - rad, an exact mpq."""
        return self.mid - self.rad

    @property
    def upper(self) -> mpq:
        """Right end point mid + rad, an exact mpq."""
        return self.mid + self.rad

    @property
    def proved_digits(self) -> int:
        """Number of significant decimal digits that the ball proves."""
        if self.rad == 0:
            return 10**6
        return proved_digits(self.lower, self.upper)

    def contains(self, value: Any) -> bool:
        """Test whether ``value``, a rational number or a whole Ball, lies inside the ball."""
        if isinstance(value, Ball):
            return self.lower <= value.lower and value.upper <= self.upper
        return self.lower <= rational(value) <= self.upper

    def overlaps(self, value: Any) -> bool:
        """Test whether the ball and ``value`` (rational number or ball) have a common point."""
        if isinstance(value, Ball):
            return self.lower <= value.upper and value.lower <= self.upper
        return self.contains(value)

    def decimal(self, digits: int) -> str:
        """Return the first ``digits`` significant decimal digits, correctly rounded.

        NotConverged if the ball does not prove all of these digits.
        """
        return round_interval(self.lower, self.upper, significant(digits))

    def with_source(self, source: str) -> Ball:
        """Return a copy of the ball with the formula id ``source``."""
        return Ball(self.mid, self.rad, self.bits, source)

    def __float__(self) -> float:
        return float(self.mid)

    def __bool__(self) -> bool:
        if self.contains(0):
            raise DomainError(f"{self!r} holds 0, so its truth value is open; use contains(0)")
        return True

    def _binary(self, other: Any, operation: Callable[[flint.arb, flint.arb], flint.arb]) -> Any:
        if isinstance(other, Ball):
            bits, right = max(self.bits, other.bits), other
        elif isinstance(other, float):
            return NotImplemented
        else:
            try:
                bits, right = self.bits, Ball.of(other, self.bits)
            except DomainError:
                return NotImplemented
        source = common_source(self.source, right.source)
        with precision(bits):
            return Ball.from_arb(operation(self.arb, right.arb), bits, source)

    def __add__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: a + b)

    def __radd__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: b + a)

    def __sub__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: a * b)

    def __rmul__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: b * a)

    def __truediv__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Ball:
        return self._binary(other, lambda a, b: b / a)

    def __pow__(self, power: int) -> Ball:
        exponent = integer(power, "a power")
        if abs(exponent) > MAX_EXPONENT:
            raise DomainError(f"a power of a ball is at most 2^30; got {shorten(exponent)}")
        with precision(self.bits):
            return Ball.from_arb(self.arb**exponent, self.bits, self.source)

    def __neg__(self) -> Ball:
        return Ball(-self.mid, self.rad, self.bits, self.source)

    def __abs__(self) -> Ball:
        with precision(self.bits):
            return Ball.from_arb(abs(self.arb), self.bits, self.source)

    def __eq__(self, other: object) -> bool:
        """Test whether two balls have the same data; a ball never equals another kind of number."""
        return isinstance(other, Ball) and _data(self) == _data(other)

    def __lt__(self, other: Any) -> bool:
        """Test whether the order is proved."""
        return self.upper < (other.lower if isinstance(other, Ball) else rational(other))

    def __gt__(self, other: Any) -> bool:
        """Test whether the order is proved."""
        return self.lower > (other.upper if isinstance(other, Ball) else rational(other))

    def _sympy_(self) -> Any:
        raise DomainError(
            f"{self!r} is an interval, not a number: SymPy would have to drop its radius; "
            "use .lower, .upper or .mid (exact mpq)"
        )

    def __format__(self, specification: str) -> str:
        """``f"{ball:.3f}"``: correctly rounded; NotConverged where the ball proves less."""
        if of_width(specification):
            return format(str(self), specification)
        return format_interval(self.lower, self.upper, specification, repr(self))

    def __str__(self) -> str:
        if self.rad == 0 and self.mid.denominator.bit_length() <= 64:
            return str(self.mid)
        digits = 50 if self.rad == 0 else proved_digits(self.lower, self.upper, 50)
        if digits == 0:
            return plus_minus(self.mid, self.rad)
        return self.decimal(digits)

    def __repr__(self) -> str:
        return f"Ball({self})"

    def _repr_latex_(self) -> str:
        if self.rad == 0:
            short = self.mid.denominator.bit_length() <= 64
            return f"${self.mid if short else leading_digits(self.mid, self.mid, 50)}$"
        exponent = decimal_exponent(self.rad) + 1
        shown = leading_digits(self.lower, self.upper, 50)
        return f"${shown} \\quad(\\text{{radius}} < 10^{{{exponent}}})$"

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary for JSON: exact centre and radius, and the proved digits."""
        return {
            "kind": "certified",
            "mid": str(self.mid),
            "rad": str(self.rad),
            "bits": self.bits,
            "decimal": str(self),
            "source": self.source,
        }


def with_source(value: Any, source: str) -> Any:
    """Return a Ball with the formula id ``source``; return an exact number unchanged."""
    return value.with_source(source) if isinstance(value, Ball) else value
