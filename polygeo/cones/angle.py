"""The half-angle of a circular cone: which numbers are accepted, and their exact value."""

from __future__ import annotations

import re
import sys
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.exact import abbreviate, rational, register_with_sympy
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.surd import proved_sign

__all__ = ["angle_of", "is_right_angle", "parse_angle", "squared_cosine"]

_MULTIPLE_OF_PI = re.compile(r"(?:([0-9]{1,9})\s*\*?\s*)?pi(?:\s*/\s*([0-9]{1,9}))?")
DECISION_BITS = 1 << 11


def angle_of(value: Any) -> Any:
    """Read an angle in [0, pi/2]: return a SymPy expression (not rational), an mpq or a Ball.

    * ``value``: a number, or text: a rational number or a multiple of pi such as "pi/4" or
      "3*pi/8". Nothing is evaluated.

    DomainError outside [0, pi/2], Undecided if the side cannot be told.

    >>> angle_of("3*pi/8"), angle_of(0.5)
    (3*pi/8, mpq(1,2))
    """
    if isinstance(value, str):
        value = parse_angle(value)
    if isinstance(value, Ball):
        return _checked_ball(value)
    sympy = sys.modules.get("sympy")
    if sympy is not None and isinstance(value, sympy.Expr) and not value.is_Rational:
        register_with_sympy()
        return _checked_expression(value, sympy)
    number = rational(value, "angle")
    if number < 0 or (number > 0 and _compared(lambda: exact_arb(number) * 2 - arb.pi()) > 0):
        raise _outside(number)
    return number


def is_right_angle(angle: Any) -> bool:
    """Decide whether a checked angle is exactly pi/2."""
    if not hasattr(angle, "free_symbols"):
        return False
    from sympy import pi

    return bool(angle == pi / 2)


def squared_cosine(angle: Any) -> mpq | None:
    """Return cos^2 of a checked angle where it is known to be rational, else None.

    For a rational angle other than 0 it is transcendental (Lindemann).
    """
    if isinstance(angle, Ball):
        return None
    if not hasattr(angle, "free_symbols"):
        return mpq(1) if angle == 0 else None
    import sympy

    from polygeo.answers.exact import from_sympy

    return from_sympy(sympy.expand(sympy.cos(angle) ** 2))


def parse_angle(text: str) -> Any:
    """Read a rational number or a multiple of pi (a SymPy expression) from a text."""
    match = _MULTIPLE_OF_PI.fullmatch(text.strip())
    if match is None:
        return rational(text, "angle")
    import sympy

    if match[2] is not None and int(match[2]) == 0:
        raise DomainError(f"angle needs a number; got {abbreviate(repr(text))}")
    return sympy.Rational(int(match[1] or 1), int(match[2] or 1)) * sympy.pi


def _outside(angle: Any) -> DomainError:
    return DomainError(f"an angle must lie in [0, pi/2]; got {abbreviate(str(angle))}")


def _compared(evaluate: Any) -> int:
    return proved_sign(evaluate, DECISION_BITS)


def _checked_ball(angle: Ball) -> Ball:
    with precision(max(angle.bits, 64) + 32):
        quarter = Ball.from_arb(arb.pi() / 2)
    if angle.upper < 0 or angle.lower > quarter.upper:
        raise _outside(angle)
    if angle.lower < 0 or angle.upper > quarter.lower:
        raise Undecided(f"whether the angle {angle!r} lies in [0, pi/2] is not decided")
    return angle


def _checked_expression(angle: Any, sympy: Any) -> Any:
    if angle.free_symbols:
        raise DomainError(f"an angle must be a number; got {abbreviate(str(angle))}")
    share = angle / sympy.pi
    if share.is_Rational:
        if not 0 <= share <= sympy.Rational(1, 2):
            raise _outside(angle)
        return angle
    with precision(128):
        value = evaluate_to_arb(angle)
    if not value.is_finite():
        raise DomainError(f"an angle must be a real number; got {abbreviate(str(angle))}")
    for end, side, wave in ((sympy.Integer(0), 1, sympy.sin), (sympy.pi / 2, -1, sympy.cos)):
        try:
            sign = _compared(lambda end=end: evaluate_to_arb(angle) - evaluate_to_arb(end))
        except Undecided:
            # So close to the end point, the angle is equal to it if the sine or cosine is 0.
            if sympy.simplify(sympy.expand_trig(wave(angle))) != 0:
                raise Undecided(
                    f"whether the angle {abbreviate(str(angle))} lies in [0, pi/2] is not decided"
                ) from None
            return mpq(0) if end == 0 else end
        if sign != side:
            raise _outside(angle)
    return angle
