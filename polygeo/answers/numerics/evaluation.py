"""The value of a SymPy expression: an exact mpq where it is rational, else an enclosure.

A small interpreter over the node types that formulas use. It never goes through floats: rational
subexpressions stay rational, the rest is Arb ball arithmetic at the working precision. Sums and
products run over their literal range (an empty range gives 0 or 1), and ``binomial(n, k)`` is 0
for k < 0, as the literature has it. Quantities of polygeo (``polygeo.symbols``) take part through
their classmethod ``numerical_value``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import gmpy2
from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb
from polygeo.answers.exact import from_sympy, is_expression, rational
from polygeo.errors import DomainError, Undecided

__all__ = ["RELATIONS", "evaluate", "evaluate_to_arb", "holds"]

Number = Any
"""mpq, or a flint arb at the working precision."""

Bindings = Mapping[Any, Any]


def evaluate(expr: Any, bindings: Bindings | None = None) -> Number:
    """Return the value of an expression with its symbols bound: mpq if rational, else arb.

    >>> import sympy
    >>> n, i = sympy.symbols("n i")
    >>> evaluate(sympy.Sum(sympy.binomial(n, i) / 2**n, (i, 0, 2)), {n: 5})
    mpq(1,2)
    """
    values = {symbol: _number(value) for symbol, value in (bindings or {}).items()}
    return _evaluate(expr, values)


def evaluate_to_arb(expr: Any, bindings: Bindings | None = None) -> arb:
    """Return the value of an expression as an arb at the working precision."""
    return exact_arb(evaluate(expr, bindings))


def holds(condition: Any, bindings: Bindings | None = None) -> bool:
    """Test whether a condition made of relations, And, Or, Not is true at a point.

    Raises Undecided when enclosures overlap, so that the comparison stays open.
    """
    values = {symbol: _number(value) for symbol, value in (bindings or {}).items()}
    return _holds(condition, values)


def _number(value: Any) -> Number:
    if isinstance(value, arb):
        return value
    if isinstance(value, Ball):
        return value.arb
    return rational(value)


def _evaluate(expr: Any, values: dict[Any, Number]) -> Number:
    exact = from_sympy(expr)
    if exact is not None:
        return exact
    if expr.is_Symbol:
        if expr not in values:
            raise DomainError(f"the symbol {expr} has no value")
        return values[expr]
    name = type(expr).__name__
    if name in _SPECIAL:
        return _SPECIAL[name](expr, values)
    quantity = getattr(type(expr), "numerical_value", None)
    if quantity is None and name not in _PLAIN:
        raise DomainError(f"no rule evaluates {name} in {expr}")
    arguments = [_evaluate(argument, values) for argument in expr.args]
    if quantity is not None:
        return _result(quantity(*arguments))
    return _PLAIN[name](*arguments)


def _result(value: Any) -> Number:
    """Return what a quantity returned, as mpq or arb."""
    if isinstance(value, Ball):
        return value.arb
    if is_expression(value):
        return _evaluate(value, {})
    return rational(value)


def _add(*terms: Number) -> Number:
    exact = sum((x for x in terms if not isinstance(x, arb)), mpq(0))
    balls = [x for x in terms if isinstance(x, arb)]
    return sum(balls, exact_arb(exact)) if balls else exact


def _mul(*factors: Number) -> Number:
    exact, product = mpq(1), None
    for x in factors:
        if isinstance(x, arb):
            product = x if product is None else product * x
        else:
            exact *= x
    if product is None or exact == 0:
        return exact
    return product * exact_arb(exact)


def _pow(base: Number, power: Number) -> Number:
    if not isinstance(power, arb) and power.denominator == 1:
        exponent = int(power)
        if isinstance(base, arb):
            return base**exponent
        if base == 0 and exponent < 0:
            raise DomainError("division by zero in a formula")
        return base**exponent
    if not isinstance(base, arb) and not isinstance(power, arb) and base >= 0:
        degree = int(power.denominator)
        tops, exact_top = gmpy2.iroot(base.numerator, degree)
        bottoms, exact_bottom = gmpy2.iroot(base.denominator, degree)
        if exact_top and exact_bottom:
            return mpq(tops, bottoms) ** int(power.numerator)
    if not isinstance(power, arb) and power == mpq(1, 2):
        return exact_arb(base).sqrt()
    return exact_arb(base) ** exact_arb(power)


def _to_int(x: Number, what: str) -> int:
    if isinstance(x, arb) or x.denominator != 1:
        raise DomainError(f"{what} needs an integer; got {x}")
    return int(x)


def _binomial(n: Number, k: Number) -> Number:
    lower = _to_int(k, "a lower index")
    if lower < 0:
        return mpq(0)
    return mpq(gmpy2.bincoef(_to_int(n, "an upper index"), lower))


def _fold(
    expr: Any, values: dict[Any, Number], combine: Callable[..., Number], start: Number
) -> Number:
    """Sum or product; SymPy lists the innermost index first."""

    def run(level: int, bound: dict[Any, Number]) -> Number:
        if level < 0:
            return _evaluate(expr.function, bound)
        index, low, high = expr.limits[level]
        first = _to_int(_evaluate(low, bound), "a lower limit")
        last = _to_int(_evaluate(high, bound), "an upper limit")
        total = start
        for i in range(first, last + 1):
            total = combine(total, run(level - 1, {**bound, index: mpq(i)}))
        return total

    return run(len(expr.limits) - 1, values)


def _piecewise(expr: Any, values: dict[Any, Number]) -> Number:
    for value, condition in expr.args:
        if _holds(condition, values):
            return _evaluate(value, values)
    raise DomainError(f"no branch of {expr} applies")


def _holds(condition: Any, values: dict[Any, Number]) -> bool:
    name = type(condition).__name__
    if name in ("BooleanTrue", "bool"):
        return True if name == "BooleanTrue" else condition
    if name == "BooleanFalse":
        return False
    if name in ("And", "Or"):
        answers = (_holds(part, values) for part in condition.args)
        return all(answers) if name == "And" else any(answers)
    if name == "Not":
        return not _holds(condition.args[0], values)
    if name not in RELATIONS:
        raise DomainError(f"no rule decides {condition}")
    left, right = (_evaluate(side, values) for side in condition.args)
    if isinstance(left, arb) or isinstance(right, arb):
        a, b = Ball.from_arb(exact_arb(left)), Ball.from_arb(exact_arb(right))
        if a.overlaps(b):
            raise Undecided(f"{condition}: both sides may be equal to {b}")
        left, right = a.mid, b.mid
    return RELATIONS[name](left, right)


def _floor(x: Number) -> mpq:
    if isinstance(x, arb):
        whole = x.floor().unique_fmpz()
        if whole is None:
            raise Undecided(f"the floor of {x} is open")
        return mpq(int(whole))
    return mpq(x.numerator // x.denominator)


def _larger(a: Number, b: Number) -> Number:
    if isinstance(a, arb) or isinstance(b, arb):
        return exact_arb(a).max(exact_arb(b))
    return max(a, b)


def _unary(method: str) -> Callable[[Number], arb]:
    return lambda x: getattr(exact_arb(x), method)()


def _log(x: Number) -> Number:
    return mpq(0) if not isinstance(x, arb) and x == 1 else exact_arb(x).log()


def _gamma(x: Number) -> Number:
    if not isinstance(x, arb) and x.denominator == 1 and x > 0:
        return mpq(gmpy2.fac(int(x) - 1))
    return exact_arb(x).gamma()


RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equality": lambda a, b: a == b,
    "Unequality": lambda a, b: a != b,
    "LessThan": lambda a, b: a <= b,
    "StrictLessThan": lambda a, b: a < b,
    "GreaterThan": lambda a, b: a >= b,
    "StrictGreaterThan": lambda a, b: a > b,
}

_SPECIAL: dict[str, Callable[[Any, dict[Any, Number]], Number]] = {
    "Sum": lambda expr, values: _fold(expr, values, _add, mpq(0)),
    "Product": lambda expr, values: _fold(expr, values, _mul, mpq(1)),
    "Piecewise": _piecewise,
    "Pi": lambda expr, values: arb.pi(),
    "Exp1": lambda expr, values: arb.const_e(),
}

_PLAIN: dict[str, Callable[..., Number]] = {
    "Add": _add,
    "Mul": _mul,
    "Pow": _pow,
    "binomial": _binomial,
    "factorial": lambda n: mpq(gmpy2.fac(_to_int(n, "a factorial"))),
    "floor": _floor,
    "ceiling": lambda x: -_floor(-x),
    "Abs": abs,
    "Max": lambda *xs: reduce(_larger, xs),
    "Min": lambda *xs: -reduce(_larger, [-x for x in xs]),
    "Mod": lambda a, b: a - b * _floor(a / b),
    "log": _log,
    "uppergamma": lambda s, x: exact_arb(x).gamma_upper(exact_arb(s)),
    "gamma": _gamma,
    **{name: _unary(name) for name in ("exp", "sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: _unary(name) for name in ("sinh", "cosh", "tanh", "coth", "erf", "erfc", "erfinv")},
}
