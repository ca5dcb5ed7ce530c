"""Reading numbers with square roots from strings and SymPy expressions, never evaluated as code."""

from __future__ import annotations

import re
import sys
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, rational
from polygeo.errors import DomainError
from polygeo.polyhedra.number_field import Surd

__all__ = ["field_number"]

MAX_TEXT = 1000
"""Largest number of characters of a number that is read."""

MAX_DEPTH = 30
"""Largest depth of brackets in a number that is read."""

MAX_POWER = 64
"""Largest exponent in a number that is read."""


def field_number(value: Any, name: str = "value") -> mpq | Surd:
    """Return the rational or the sum of square roots that a value is, exactly.

    Besides all that `polygeo.answers.exact.rational` reads: strings of numbers, + - * / ( ) and
    sqrt(..) such as "(1 + sqrt(5))/2", and SymPy expressions of these. Nothing is evaluated by
    others. Raises DomainError for everything else.

    >>> field_number("2 - sqrt(8)/2"), field_number("1/3"), field_number(0.5)
    ('2 - sqrt(2)', mpq(1,3), mpq(1,2))
    """
    number: Any
    if isinstance(value, Surd):
        number = value
    elif isinstance(value, str) and "sqrt" in value:
        number = _Reader(value, name).number()
    elif "sympy" in sys.modules and isinstance(value, sys.modules["sympy"].Expr):
        number = _from_sympy(value, name, MAX_DEPTH)
    else:
        return rational(value, name)
    exact = number.rational()
    return number if exact is None else exact


_TOKEN = re.compile(r"\s*(sqrt\b|[0-9]+(?:\.[0-9]*)?|\.[0-9]+|[-+*/()])")


class _Reader:
    """A string of numbers, + - * / ( ) and sqrt, read from left to right."""

    def __init__(self, text: str, name: str) -> None:
        self.problem = DomainError(
            f"{name} needs a number such as '(1 + sqrt(5))/2'; got {abbreviate(repr(text))}"
        )
        plain, place = text.strip(), 0
        self.tokens: list[str] = []
        while place < len(plain):
            match = _TOKEN.match(plain, place)
            if match is None or len(plain) > MAX_TEXT:
                raise self.problem
            self.tokens.append(match[1])
            place = match.end()
        self.place = self.depth = 0

    def number(self) -> Surd:
        value = self.sum()
        if self.place < len(self.tokens):
            raise self.problem
        return value

    def next(self) -> str:
        self.place += 1
        if self.place > len(self.tokens):
            raise self.problem
        return self.tokens[self.place - 1]

    def ahead(self, tokens: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place] in tuple(tokens)

    def sum(self) -> Surd:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.problem
        total = Surd([])
        sign = self.next() if self.ahead("+-") else "+"
        while True:
            term = self.product()
            total = total - term if sign == "-" else total + term
            if not self.ahead("+-"):
                self.depth -= 1
                return total
            sign = self.next()

    def product(self) -> Surd:
        value = self.factor()
        while self.ahead("*/"):
            value = value * self.factor() if self.next() == "*" else value / self.factor()
        return value

    def factor(self) -> Surd:
        token = self.next()
        if token == "(":
            value = self.sum()
        elif token == "sqrt":
            if self.next() != "(":
                raise self.problem
            inside = self.sum().rational()
            if inside is None:
                raise self.problem
            value = Surd.root(inside)
        elif token[0] in ".0123456789":
            return Surd.of(rational(token, "a number"))
        else:
            raise self.problem
        if self.next() != ")":
            raise self.problem
        return value


def _from_sympy(value: Any, name: str, depth: int) -> Surd:
    import sympy

    problem = DomainError(
        f"{name} needs rational numbers and their square roots; got {abbreviate(str(value))}"
    )
    if depth == 0:
        raise problem
    if isinstance(value, sympy.Rational):
        return Surd.of(rational(value, name))
    if value is sympy.S.GoldenRatio:
        return (Surd.root(mpq(5)) + 1) * mpq(1, 2)
    if isinstance(value, (sympy.Add, sympy.Mul)):
        parts = [_from_sympy(part, name, depth - 1) for part in value.args]
        total = parts[0]
        for part in parts[1:]:
            total = total + part if isinstance(value, sympy.Add) else total * part
        return total
    if not isinstance(value, sympy.Pow) or not isinstance(value.exp, sympy.Rational):
        raise problem
    twice = 2 * value.exp
    if not twice.is_Integer or abs(twice) > MAX_POWER:
        raise problem
    base, power = _from_sympy(value.base, name, depth - 1), abs(int(twice))
    if power % 2:
        inside = base.rational()
        if inside is None:
            raise problem
        base = Surd.root(inside)
    else:
        power //= 2
    result = Surd.of(1)
    for _ in range(power):
        result = result * base
    return result if twice > 0 else result.inverse()
