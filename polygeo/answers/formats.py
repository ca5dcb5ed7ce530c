"""Format specifications of answers: ``f"{x:.3f}"`` rounds what is known, and nothing else.

A value that is known to lie in [low, high] has the text that both ends have; where they differ,
NotConverged says so. Rounding is that of the decimal module, half to even, of exact numbers.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal

import gmpy2
from gmpy2 import mpq

from polygeo.answers.decimals import decimal_exponent
from polygeo.errors import DomainError, NotConverged

__all__ = ["format_float", "format_interval", "of_width"]

SPEC = re.compile(r"(?:.?[<>=^])?[ +-]?0?\d{0,4}[,_]?(?:\.(\d{1,4}))?([eEfFgG%]?)")
"""Fill, alignment, sign, width, grouping, precision and type, as in the decimal module."""

GUARD = 40
"""Digits beyond those asked for, to which an end point is enclosed."""


def of_width(specification: str) -> bool:
    """Test whether a format specification is empty, or asks for an alignment or a width only.

    >>> [of_width(text) for text in ("", ">30", "*^9", "12", ".3f", "q")]
    [True, True, True, True, False, False]
    """
    return re.fullmatch(r"(?:.?[<>^])?\d{0,4}", specification) is not None


def format_float(x: float, specification: str) -> str:
    """Format a float; DomainError for a specification that is none of floats.

    >>> format_float(0.25, ".1%")
    '25.0%'
    """
    try:
        return format(x, specification)
    except ValueError:
        raise DomainError(
            "a format needs a precision or a width and no other letter than e, f, g or %, such as "
            f"'.3f'; got {specification[:40]!r}"
        ) from None


def format_interval(low: mpq, high: mpq, specification: str, name: str) -> str:
    """Format a number that lies in [low, high]; ``name`` says in errors whose it is.

    ``specification``: a format specification of numbers with a precision, such as ".3f", "10.4e"
    or ".6g". Raises DomainError for another specification, NotConverged where the digits asked for
    are not known.

    >>> third, zero = mpq(1, 3), mpq(0)
    >>> format_interval(third, third, ".4f", "1/3"), format_interval(zero, zero, "6.1f", "0")
    ('0.3333', '   0.0')
    """
    match = SPEC.fullmatch(specification)
    if match is None or match[1] is None:
        raise DomainError(
            f"a format needs a precision and no other letter than e, f, g or %, such as '.3f'; "
            f"got {specification[:40]!r}"
        )
    digits = int(match[1]) + GUARD
    texts = {format(end, specification) for end in (*_ends(low, digits), *_ends(high, digits))}
    texts = {_without_minus_zero(text) for text in texts}
    if len(texts) > 1:
        raise NotConverged(f"{name} is not known to the digits of the format {specification!r}")
    return texts.pop()


def _ends(x: mpq, digits: int) -> tuple[Decimal, Decimal]:
    """Decimals below and above x, next to it."""
    if x == 0:
        return Decimal(0), Decimal(0)
    places = max(digits, digits - decimal_exponent(abs(x)))
    scaled = x * mpq(10) ** places
    exact = Context(prec=10_000)
    fraction = scaled.numerator, scaled.denominator
    ends = gmpy2.f_div(*fraction), gmpy2.c_div(*fraction)
    below, above = (exact.scaleb(Decimal(int(end)), -places) for end in ends)
    return below, above


def _without_minus_zero(text: str) -> str:
    """-0.00 is 0.00."""
    return text if any(c in "123456789" for c in text) else text.replace("-", "", 1)
