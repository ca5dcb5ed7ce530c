"""Exact answers: reading and converting rational numbers.

An exact answer is a `gmpy2.mpq` (a SymPy expression where pi, roots or logarithms enter).
`integer` and `rational` check all numbers that users give; `decimal`, `to_sympy` and `to_fraction`
convert answers.

Beside SymPy: with python-flint installed SymPy picks flint's ground types, and then does not
know an mpq (``mpq(3, 8) + pi`` would become a Float). Importing this module therefore registers
mpq and mpz with a SymPy that is already loaded, and otherwise asks the SymPy that may come
later for gmpy ground types.
"""

from __future__ import annotations

import os
import re
import sys
from fractions import Fraction
from numbers import Rational as AbstractRational
from operator import index
from typing import TYPE_CHECKING, Any

from gmpy2 import mpq, mpz

from polygeo.errors import DomainError

if TYPE_CHECKING:
    import flint
    import sympy

__all__ = [
    "abbreviate",
    "digits_of",
    "fraction",
    "from_sympy",
    "integer",
    "is_expression",
    "rational",
    "register_with_sympy",
    "shorten",
    "to_flint",
    "to_fraction",
    "to_sympy_rational",
    "whole",
]

MAX_DIGITS = 1_000_000
"""Largest number of characters of a decimal string that is read as a number."""

MAX_BITS = 4096
"""Largest size in bits of an integer parameter (a dimension, a count, a number of digits)."""


def integer(value: Any, name: str = "value") -> int:
    """Return an int equal to an integer of Python, gmpy2, NumPy or SymPy; DomainError for a bool.

    >>> integer(mpz(7))
    7
    >>> integer(7.0, "n")
    Traceback (most recent call last):
    polygeo.errors.DomainError: n needs an integer; got 7.0 (float)
    """
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        raise DomainError(f"{name} needs an integer; got {value!r} (bool)")
    try:
        number = index(value)
    except TypeError:
        kind = type(value).__name__
        raise DomainError(
            f"{name} needs an integer; got {abbreviate(str(value))} ({kind})"
        ) from None
    if number.bit_length() > MAX_BITS:  # nothing here is that large, and str() would refuse it
        raise DomainError(f"{name} needs an integer of ordinary size; got {shorten(number)}")
    return number


def whole(value: Any, name: str = "samples") -> int:
    """Return an int equal to an integer or to a float without fraction, such as 1e5.

    >>> whole(1e5)
    100000
    >>> whole(2.5, "draws")
    Traceback (most recent call last):
    polygeo.errors.DomainError: draws needs an integer; got 2.5 (float)
    """
    integral = isinstance(value, float) and value.is_integer() and abs(value) < 2.0**62
    return int(value) if integral else integer(value, name)


def rational(value: Any, name: str = "value") -> mpq:
    """Return the mpq equal to a rational number, a float or a decimal string.

    * ``value``: an int, mpz, mpq, Fraction, SymPy Rational, fmpz, fmpq, float or string.
    * ``name``: what an error message calls the value (default 'value').

    A float is the dyadic rational that it is (0.1 is 3602879701896397/36028797018963968).
    Strings are ``"3"``, ``"-3/8"``, ``"0.125"`` or ``"1.5e-3"``; nothing is evaluated.

    >>> rational("8.34"), rational(Fraction(3, 8)), rational(0.5)
    (mpq(417,50), mpq(3,8), mpq(1,2))
    >>> rational("1/0")
    Traceback (most recent call last):
    polygeo.errors.DomainError: value needs a rational number; got '1/0'
    """
    if isinstance(value, bool):
        raise DomainError(f"{name} needs a rational number; got {value!r} (bool)")
    if isinstance(value, str):
        return _parse(value, name)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise DomainError(f"{name} needs a finite number; got {value!r}")
        return mpq(*value.as_integer_ratio())
    if type(value) is type(mpq()):
        return value
    if isinstance(value, AbstractRational):
        return mpq(int(value.numerator), int(value.denominator))
    if "sympy" in sys.modules:
        exact = from_sympy(value)
        if exact is not None:
            return exact
    if type(value).__module__.startswith("flint"):
        p, q = getattr(value, "p", value), getattr(value, "q", 1)
        try:
            return mpq(int(p), int(q))
        except (TypeError, ValueError):
            pass
    try:
        return mpq(index(value))
    except TypeError:
        pass
    if hasattr(value, "as_integer_ratio"):  # numpy floats
        try:
            return mpq(*map(int, value.as_integer_ratio()))
        except (TypeError, ValueError, OverflowError):
            raise DomainError(f"{name} needs a finite number; got {value!r}") from None
    kind = type(value).__name__
    raise DomainError(f"{name} needs a rational number; got {abbreviate(str(value))} ({kind})")


_FRACTION = re.compile(r"[+-]?[0-9]+/[0-9]+")
_DECIMAL = re.compile(r"([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]{1,7}))?")


def _parse(text: str, name: str) -> mpq:
    problem = DomainError(f"{name} needs a rational number; got {abbreviate(repr(text))}")
    plain = text.strip()
    if len(plain) > MAX_DIGITS:
        raise problem
    if _FRACTION.fullmatch(plain):
        top, bottom = map(mpz, plain.lstrip("+").split("/"))
        if bottom == 0:
            raise problem
        return mpq(top, bottom)
    match = _DECIMAL.fullmatch(plain)
    if match is None or not (match[2] or match[3]) or plain.count(".") > 1:
        raise problem
    sign, whole, part, exponent = match.groups()
    shift = int(exponent or 0) - len(part)
    if abs(shift) > MAX_DIGITS:
        raise problem
    digits = mpz(whole + part) * (-1 if sign == "-" else 1)
    return digits * mpq(10) ** shift


def from_sympy(value: Any) -> mpq | None:
    """Return the mpq of a SymPy Rational, None for everything else."""
    import sympy

    if isinstance(value, sympy.Rational):
        return mpq(int(value.p), int(value.q))
    return None


def is_expression(value: Any) -> bool:
    """Test whether a value is a SymPy expression (SymPy is not loaded for that)."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Expr)


def to_sympy_rational(value: mpq) -> sympy.Rational:
    """Return the SymPy Rational equal to an mpq.

    >>> to_sympy_rational(mpq(3, 8))
    3/8
    """
    import sympy

    return sympy.Rational(int(value.numerator), int(value.denominator))


def to_fraction(value: Any) -> Fraction:
    """Return the standard library's Fraction equal to ``value``, a rational answer.

    >>> to_fraction(mpq(3, 8))
    Fraction(3, 8)
    """
    exact = rational(value)
    return Fraction(int(exact.numerator), int(exact.denominator))


def to_flint(value: Any) -> flint.fmpq:
    """Return the flint.fmpq equal to ``value``, a rational answer.

    >>> to_flint(mpq(3, 8))
    3/8
    """
    import flint

    exact = rational(value)
    return flint.fmpq(int(exact.numerator), int(exact.denominator))


def register_with_sympy() -> None:
    """Teach a loaded SymPy that mpq and mpz are Rational and Integer."""
    from sympy import Integer
    from sympy.core.sympify import converter

    converter[type(mpq())] = to_sympy_rational
    converter[type(mpz())] = lambda value: Integer(int(value))


if "sympy" in sys.modules:
    register_with_sympy()
else:
    os.environ.setdefault("SYMPY_GROUND_TYPES", "gmpy")


def digits_of(value: mpz | int) -> str:
    """Return decimal digits of an integer of any size (Python's own str stops at 4300 digits)."""
    return mpz(value).digits()


def fraction(x: mpq) -> str:
    """Return the text p/q of a rational number of any size, or p where q = 1.

    >>> fraction(mpq(3, 8)), fraction(mpq(3))
    ('3/8', '3')
    """
    top = digits_of(x.numerator)
    return top if x.denominator == 1 else f"{top}/{digits_of(x.denominator)}"


def abbreviate(text: str, limit: int = 200) -> str:
    """Return a text without its middle part if it is long, for a message of one line.

    Line breaks and the like are written as escapes.

    >>> abbreviate("1" * 300)[:20], abbreviate("1" * 300)[20:46]
    ('11111111111111111111', '...(260 characters)...1111')
    """
    if len(text) > limit:
        head = tail = 20
        text = f"{text[:head]}...({len(text) - head - tail} characters)...{text[-tail:]}"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def shorten(value: Any) -> str:
    """Return a number of any size as text for a message, abbreviated where it is long.

    >>> shorten(mpq(3, 8)), shorten(10**5000)[:12]
    ('3/8', '100000000000')
    """
    return abbreviate(fraction(mpq(value)))
