"""Sums and products of answers of several kinds.

Exact with exact stays exact. Beside a Ball a SymPy expression becomes a Ball of its precision,
because SymPy cannot hold one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import enclosure

__all__ = ["plus", "same_kind", "sum_of", "times"]


def same_kind(value: Any, other: Any) -> Any:
    """Return the value as it can stand in an operation with another: a Ball if that is one.

    >>> import sympy
    >>> same_kind(sympy.pi, Ball.of(1, 64)).decimal(20), same_kind(sympy.pi, mpq(1))
    ('3.1415926535897932385', pi)
    """
    return enclosure(value, other.bits * 3 // 10 + 2) if isinstance(other, Ball) else value


def plus(a: Any, b: Any) -> Any:
    """Return a + b for exact values and balls."""
    return same_kind(a, b) + same_kind(b, a)


def times(a: Any, b: Any) -> Any:
    """Return a b for exact values and balls."""
    return same_kind(a, b) * same_kind(b, a)


def sum_of(values: Iterable[Any]) -> Any:
    """Return the sum of exact values and balls.

    >>> sum_of([mpq(1, 2), mpq(1, 3)])
    mpq(5,6)
    """
    total: Any = mpq(0)
    for value in values:
        total = plus(total, value)
    return total
