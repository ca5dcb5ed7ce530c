"""SymPy's own evaluation of what the catalogue prints, against the fast evaluators.

The right sides are those without quantities of ours: sums, products, integrals and radicals as the
source has them. SymPy expands them itself and mpmath evaluates what is left; some functions it
evaluates in the context that mpmath shares, which other threads of the program had better not use
meanwhile.
"""

from __future__ import annotations

from typing import Any

from polygeo.report.crosscheck.peer import Peer, distribution
from polygeo.report.crosscheck.tolerance import Digits

__all__ = ["PEERS", "statements"]

POINTS = 4
"""Points of the domain of every statement."""

DIGITS = 25
"""Digits asked of SymPy."""

AGREE = 20
"""Digits that have to agree."""

BITS = 200


def statements() -> dict[str, tuple[Any, ...]]:
    """Every topic of the catalogue with its equations and their points."""
    from polygeo.formula import Formula
    from polygeo.formula_index import catalogue
    from polygeo.symbols import Quantity

    found: dict[str, list[Any]] = {}
    for name, entry in catalogue().items():
        if not isinstance(entry, Formula) or entry.kind != "identity":
            continue
        if not entry.statement.rhs.atoms(Quantity):
            points = [(entry.statement, point) for point in entry.points(POINTS)]
            found.setdefault(name.partition(".")[0], []).extend(points)
    return {topic: (points,) for topic, points in found.items()}


def left_sides(points: list[Any]) -> list[Any]:
    """Ours: the quantities on the left, by their evaluators."""
    from flint import arb

    from polygeo.answers.ball import Ball, exact_arb, precision
    from polygeo.answers.numerics.evaluation import evaluate

    values: list[Any] = []
    for statement, point in points:
        with precision(BITS):
            value = evaluate(statement.lhs, point)
            values.append(
                Ball.from_arb(exact_arb(value), BITS) if isinstance(value, arb) else value
            )
    return values


def right_sides(points: list[Any]) -> list[Any]:
    """The right sides by SymPy alone."""
    import sympy

    from polygeo.answers.exact import to_sympy_rational

    values = []
    for statement, point in points:
        at = {symbol: to_sympy_rational(value) for symbol, value in point.items()}
        expression = _added_up(statement.rhs.subs(at))
        if not expression.atoms(sympy.Integral):
            expression = expression.doit()
        values.append(expression if expression.is_Rational else sympy.N(expression, DIGITS))
    return values


def _added_up(expression: Any) -> Any:
    """Finite sums term by term, the outer ones first.

    SymPy's closed forms of nested sums of binomial coefficients, of its version 1.14, are wrong.
    """
    import sympy

    def terms(total: Any) -> Any:
        index, first, last = total.limits[0] if len(total.limits) == 1 else (None, None, None)
        if not (getattr(first, "is_Integer", False) and getattr(last, "is_Integer", False)):
            return total
        at = range(int(first), int(last) + 1)
        return sympy.Add(*(_added_up(total.function.subs(index, value)) for value in at))

    return expression.replace(lambda part: isinstance(part, sympy.Sum), terms)


PEERS = (
    Peer(
        "SymPy evalf", "right sides of the catalogue", "BSD-3-Clause",
        statements, left_sides, right_sides, Digits(AGREE), distribution("sympy"),
    ),
)  # fmt: skip
