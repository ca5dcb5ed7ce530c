"""Correctly rounded decimal digits of a rational number and of an interval.

All strings are made from integers: no float enters. Ties go to the even digit. A format such as
``f"{x:.3f}"`` rounds what is known, and nothing else: a value that is known to lie in [low, high]
has the text that both ends have, and NotConverged says where they differ.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.exact import digits_of, integer
from polygeo.errors import DomainError, NotConverged

__all__ = [
    "bits_of",
    "cut",
    "decimal_exponent",
    "format_float",
    "format_interval",
    "leading_digits",
    "of_width",
    "plus_minus",
    "power_of_ten",
    "proved_digits",
    "round_interval",
    "round_rational",
    "short",
    "significant",
]


def significant(digits: object) -> int:
    """Check a number of significant digits (an integer >= 1)."""
    count = integer(digits, "digits")
    if not 1 <= count <= 1_000_000:
        raise DomainError(f"digits must be between 1 and 1000000; got {count}")
    return count


def bits_of(digits: int) -> int:
    """Return bits that hold ``digits`` significant decimal digits (log2(10) < 3.3220)."""
    return digits * 33220 // 10000 + 2


def decimal_exponent(x: mpq) -> int:
    """Return floor(log10 |x|) of a nonzero rational.

    >>> decimal_exponent(mpq(1, 1000)), decimal_exponent(mpq(999)), decimal_exponent(mpq(-1000))
    (-3, 2, 3)
    """
    top, bottom = abs(x.numerator), x.denominator
    guess = top.num_digits(10) - bottom.num_digits(10)
    while top < bottom * _power(guess) if guess >= 0 else top * _power(-guess) < bottom:
        guess -= 1
    while top >= bottom * _power(guess + 1) if guess >= -1 else top * _power(-guess - 1) >= bottom:
        guess += 1
    return guess


def _power(exponent: int) -> mpz:
    return mpz(10) ** exponent


def _scaled(x: mpq, digits: int) -> tuple[mpq, int]:
    """Return |x| times a power of ten with ``digits`` digits before the point; floor(log10 |x|)."""
    exponent = decimal_exponent(x)
    shift = digits - 1 - exponent
    return (abs(x) * _power(shift) if shift >= 0 else abs(x) / _power(-shift)), exponent


def _digits_and_exponent(x: mpq, digits: int) -> tuple[mpz, int]:
    """Return (r, e) with |r| of exactly ``digits`` digits and x ~ r * 10^(e - digits + 1)."""
    scaled, exponent = _scaled(x, digits)
    rounded, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    if twice > scaled.denominator or (twice == scaled.denominator and rounded % 2):
        rounded += 1
    if rounded == _power(digits):
        rounded, exponent = _power(digits - 1), exponent + 1
    return (-rounded if x < 0 else rounded), exponent


def _layout(rounded: mpz, exponent: int, digits: int) -> str:
    sign, body = ("-" if rounded < 0 else ""), digits_of(abs(rounded))
    if -5 <= exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{body}"
    if 0 <= exponent < digits:
        whole, part = body[: exponent + 1], body[exponent + 1 :]
        return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"
    mantissa = f"{body[0]}.{body[1:]}" if digits > 1 else body
    return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def round_rational(x: mpq, digits: int) -> str:
    """Return x rounded to ``digits`` significant digits, correctly.

    >>> round_rational(mpq(1, 3), 5), round_rational(mpq(-2, 3000), 3), round_rational(mpq(5), 3)
    ('0.33333', '-0.000667', '5.00')
    >>> round_rational(mpq(10)**30, 3), round_rational(mpq(0), 9)
    ('1.00e+30', '0')
    """
    if x == 0:
        return "0"
    return _layout(*_digits_and_exponent(x, digits), digits)


def round_interval(lower: mpq, upper: mpq, digits: int) -> str:
    """Return the correctly rounded decimal shared by every number in [lower, upper].

    Raises NotConverged when the interval leaves the last digit open.

    >>> round_interval(mpq("3.14159"), mpq("3.14160"), 5)
    '3.1416'
    >>> round_interval(mpq("3.14159"), mpq("3.14160"), 6)
    Traceback (most recent call last):
    polygeo.errors.NotConverged: 6 digits were asked for; the enclosure proves 5
    """
    if lower == upper:
        return round_rational(lower, digits)
    text = _shared(lower, upper, digits)
    if text is None:
        proved = proved_digits(lower, upper, digits)
        raise NotConverged(f"{digits} digits were asked for; the enclosure proves {proved}")
    return text


def proved_digits(lower: mpq, upper: mpq, most: int | None = None) -> int:
    """Return the number of digits, at most ``most``, to which all of [lower, upper] rounds alike.

    lower < upper. Fewer digits need not be proved: next to a tie they are not.

    >>> low, high = mpq("0.12499"), mpq("0.12501")
    >>> proved_digits(low, high), proved_digits(low, high, 2)
    (4, 1)
    """
    if lower <= 0 <= upper:
        return 0
    guess = decimal_exponent(max(abs(lower), abs(upper))) - decimal_exponent(upper - lower) + 1
    start = max(guess, 1) if most is None else min(max(guess, 1), most)
    for digits in range(start, 0, -1):
        if _shared(lower, upper, digits) is not None:
            return digits
    return 0


def leading_digits(lower: mpq, upper: mpq, digits: int) -> str:
    """Return in LaTeX the digits with which all of [lower, upper] begins, and dots for the rest.

    At most ``digits`` of them, cut and not rounded, since dots follow. An interval around a number
    with few digits has too few in common: then the rounded digits that it proves, without dots, and
    if there are none, its middle and radius.

    >>> for low, high in [("2/3", "2/3"), ("1/8", "1/8"), ("1.4999", "1.5001"), ("-1", "2")]:
    ...     print(leading_digits(mpq(low), mpq(high), 4))
    0.6666\\ldots
    0.125
    1.500
    0.500 \\pm 1.50
    """
    if lower == upper == 0:
        return "0"
    proved = digits if lower == upper else proved_digits(lower, upper, digits)
    if proved == 0:
        both = plus_minus((lower + upper) / 2, (upper - lower) / 2).split(" +/- ")
        return r" \pm ".join(power_of_ten(text) for text in both)
    for count in (proved, proved - 1):
        if count == 0:
            break
        (low, exponent), (high, other) = _scaled(lower, count), _scaled(upper, count)
        whole = low.numerator // low.denominator
        if exponent != other or whole != high.numerator // high.denominator:
            continue
        if low == high == whole:
            return power_of_ten(short(lower, count))
        return power_of_ten(_layout(-whole if lower < 0 else whole, exponent, count), r"\ldots")
    return power_of_ten(round_interval(lower, upper, proved))


def plus_minus(mid: mpq, rad: mpq) -> str:
    """Return an interval as text: a middle of three digits, and a radius that makes up for it.

    >>> plus_minus(mpq("1.2345"), mpq("2.0004"))
    '1.23 +/- 2.01'
    """
    shown = round_rational(mid, 3)
    needed = rad + abs(mpq(shown) - mid)
    scaled, exponent = _scaled(needed, 3)
    up = -(-scaled.numerator // scaled.denominator)
    return f"{shown} +/- {round_rational(up * mpq(10) ** (exponent - 2), 3)}"


def cut(x: mpq, digits: int, up: bool = False) -> str:
    """Return x >= 0 to at most ``digits`` digits, rounded down, or up, so that a bound stays one.

    >>> cut(mpq(2, 3), 6), cut(mpq(2, 3), 6, up=True), cut(mpq(5, 2), 6), cut(mpq(0), 6)
    ('0.666666', '0.666667', '2.5', '0')
    """
    if x == 0:
        return "0"
    scaled, exponent = _scaled(x, digits)
    whole = scaled.numerator // scaled.denominator + (up and scaled.denominator > 1)
    return short(whole * mpq(10) ** (exponent - digits + 1), digits)


def short(x: mpq, digits: int) -> str:
    """Return x correctly rounded to ``digits`` digits, without zeros at its end, of any size.

    >>> short(mpq(5, 2), 6), short(mpq(1, 10**400), 6), short(mpq(-2, 3), 6)
    ('2.5', '1e-400', '-0.666667')
    """
    return _without_zeros(round_rational(x, digits))


def power_of_ten(text: str, dots: str = "") -> str:
    """Return a decimal number in LaTeX; the dots come before its power of ten.

    >>> print(power_of_ten("1.5e-09"), power_of_ten("0.33", r"\\ldots"))
    1.5 \\cdot 10^{-9} 0.33\\ldots
    """
    mantissa, e, exponent = text.partition("e")
    return rf"{mantissa}{dots} \cdot 10^{{{int(exponent)}}}" if e else f"{mantissa}{dots}"


def _without_zeros(text: str) -> str:
    """A number without zeros at the end of its fraction."""
    mantissa, e, exponent = text.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + e + exponent


def _shared(lower: mpq, upper: mpq, digits: int) -> str | None:
    if lower <= 0 <= upper:
        return None
    low, high = _digits_and_exponent(lower, digits), _digits_and_exponent(upper, digits)
    return _layout(*low, digits) if low == high else None


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
