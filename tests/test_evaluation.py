"""Evaluation of expressions: exact where it can be, enclosed elsewhere, never through floats."""

import pytest
import sympy
from flint import arb
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

from polygeo.answers import Ball
from polygeo.answers.ball import precision
from polygeo.answers.numerics.evaluation import evaluate, evaluate_to_arb, holds
from polygeo.errors import Undecided

x, y, n, i, j = sympy.symbols("x y n i j")
numbers = st.fractions(-9, 9, max_denominator=20)


@settings(deadline=None)
@given(numbers, numbers)
def test_rational_expressions_stay_rational(a, b):
    a, b = mpq(a.numerator, a.denominator), mpq(b.numerator, b.denominator)
    point = {x: a, y: b}
    assert evaluate(x * y - x / 3 + y**2, point) == a * b - a / 3 + b * b
    assert evaluate(sympy.Max(x, y, 2), point) == max(a, b, 2)
    assert evaluate(sympy.Min(x, y, 2), point) == min(a, b, 2)
    assert evaluate(sympy.Abs(x), point) == abs(a)
    assert evaluate(sympy.floor(x), point) == a.numerator // a.denominator
    assert evaluate(sympy.ceiling(x), point) == -(-a.numerator // a.denominator)
    assert evaluate(sympy.sqrt(x**2 + 0 * y), point) == abs(a)


@pytest.mark.parametrize(
    "expression",
    [
        sympy.sqrt(2) + sympy.pi,
        sympy.cbrt(5) ** 2,
        sympy.exp(sympy.Rational(1, 3)) * sympy.E,
        sympy.log(7) / sympy.gamma(sympy.Rational(2, 7)),
        sympy.sinh(2) + sympy.coth(3) - sympy.erfinv(sympy.Rational(1, 5)),
        sympy.uppergamma(sympy.Rational(3, 2), 2),
        sympy.acos(sympy.Rational(1, 3)) - sympy.atan(sympy.sqrt(3) / 7),
    ],
)
def test_enclosures_hold_sympys_digits(expression):
    with precision(120):
        found = Ball.from_arb(evaluate_to_arb(expression))
    digits = mpq(str(sympy.N(expression, 40)))
    assert abs(found.mid - digits) <= found.rad + abs(digits) / 10**38
    assert found.rad < abs(digits) / 10**30


def test_the_larger_of_two_overlapping_balls_holds_both_ends():
    """[0.5, 1.5] and [0.7, 1.7]: the maximum may be 1.7, the minimum 0.5."""
    point = {x: Ball.between("0.5", "1.5"), y: Ball.between("0.7", "1.7")}
    larger = Ball.from_arb(evaluate(sympy.Max(x, y), point))
    smaller = Ball.from_arb(evaluate(sympy.Min(x, y), point))
    assert larger.contains(mpq("1.69"))
    assert larger.contains(mpq("0.71"))
    assert smaller.contains(mpq("0.51"))
    assert smaller.contains(mpq("1.49"))


def test_sums_run_over_their_literal_range():
    assert evaluate(sympy.Sum(i, (i, 1, 0))) == 0
    assert evaluate(sympy.Product(i, (i, 1, 0))) == 1
    assert evaluate(sympy.Sum(i * j, (i, 1, j), (j, 1, n)), {n: 3}) == 1 + 2 * 3 + 3 * 6
    assert evaluate(sympy.binomial(n, i), {n: 5, i: -1}) == 0
    assert evaluate(sympy.binomial(n, i), {n: -1, i: 3}) == -1  # a power series


def test_conditions():
    assert holds(sympy.And(x < 2, sympy.Or(x > 5, sympy.Ne(x, 0))), {x: 1})
    assert not holds(sympy.Not(x <= 1), {x: 1})
    assert holds(sympy.sqrt(2) * x < sympy.pi, {x: 2})
    with pytest.raises(Undecided):
        holds(x < 1, {x: arb(1, 0.5)})
    with pytest.raises(Undecided):
        evaluate(sympy.floor(x), {x: arb(1, 0.5)})


@pytest.mark.parametrize(
    "expression",
    [
        x,
        1 / (n - 3),
        sympy.Function("f")(n),
        sympy.binomial(n / 2, 1, evaluate=False),
        sympy.Sum(i, (i, 0, sympy.pi)),
        sympy.Piecewise((1, n < 0)),
    ],
)
def test_what_has_no_value_is_one_line(expression):
    with refused():
        evaluate(expression, {n: 3})
