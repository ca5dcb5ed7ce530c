"""Printing an estimate: the ends of its interval are rounded outward."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

__all__ = ["printed"]

PRECISION = 1200
"""Number of decimal digits that hold every float exactly."""

FIXED = 12
"""Largest number of places after the point that are printed without an exponent."""


def printed(mean: float, stderr: float, low: float, high: float) -> tuple[str, str, str, str]:
    """Return all four down to the second digit of the standard error; low down, high up.

    Where the standard error is 0 the width of the interval takes its place. Printed ends differ
    whenever the numbers do.

    >>> printed(0.4834, 0.00499724, 0.47361, 0.49321)
    ('0.4834', '0.0050', '0.4736', '0.4933')
    >>> printed(0.0, 0.0, 0.0, 3.689e-05)
    ('0.0000000', '0.0000000', '0.0000000', '0.0000369')
    """
    unit = stderr if stderr > 0 else (high - low) / 4
    places = 1 - math.floor(math.log10(unit)) if unit > 0 else 4
    if places <= FIXED or mean == 0:
        fixed = min(max(places, 0), 17)
        return (
            _fixed(mean, fixed, ROUND_HALF_EVEN),
            _fixed(stderr, fixed, ROUND_HALF_EVEN),
            _fixed(low, fixed, ROUND_FLOOR),
            _fixed(high, fixed, ROUND_CEILING),
        )
    digits = min(max(places + math.floor(math.log10(abs(mean))), 1), 16)
    return (
        _scientific(mean, digits, ROUND_HALF_EVEN),
        _scientific(stderr, 1, ROUND_HALF_EVEN),
        _scientific(low, digits, ROUND_FLOOR),
        _scientific(high, digits, ROUND_CEILING),
    )


def _fixed(x: float, places: int, rounding: str) -> str:
    """``places`` digits after the point."""
    context = Context(prec=PRECISION, rounding=rounding)
    return f"{context.quantize(Decimal(x), Decimal(1).scaleb(-places)):f}"


def _scientific(x: float, places: int, rounding: str) -> str:
    """Return one digit before the point and ``places`` after it."""
    rounded = Context(prec=places + 1, rounding=rounding).create_decimal(Decimal(x))
    mantissa, exponent = f"{rounded:.{places}e}".split("e")
    return f"{mantissa}e{int(exponent):+03d}"
