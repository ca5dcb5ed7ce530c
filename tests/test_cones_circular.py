"""Circular cones: closed forms, balls, limits."""

import math
from fractions import Fraction

import pytest
import sympy
from family_cones import same
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import pi

import polygeo
from polygeo.answers import Ball
from polygeo.cones import CircularCone
from polygeo.errors import DomainError, Undecided


@pytest.mark.parametrize("d", [2, 3, 8, 15])
@pytest.mark.parametrize(
    "angle", [pi / 4, pi / 12, sympy.atan(2), sympy.acos(sympy.Rational(1, 3))]
)
def test_closed_forms_lie_in_the_balls(d: int, angle: sympy.Expr) -> None:
    text = polygeo.decimal(angle, 40)
    gap = mpq(1, 10**38)
    ball = Ball.between(polygeo.answers.rational(text) - gap, polygeo.answers.rational(text) + gap)
    closed = CircularCone(d, angle).intrinsic_volumes()
    assert closed.kind == "exact"
    enclosed = CircularCone(d, ball).intrinsic_volumes()
    assert closed.compare(enclosed) == "overlap"
    assert max(x.rad for x in enclosed) < mpq(1, 10**30)


def test_digits_are_proved() -> None:
    for digits in (5, 50, 300):
        v = CircularCone(40, "2/3").intrinsic_volumes(digits)
        assert v.kind == "certified"
        assert min(x.proved_digits for x in v) >= digits
    assert CircularCone(200, "1/1000").intrinsic_volumes(20)[200].decimal(20)


@pytest.mark.parametrize("d", [2, 5, 30, 300])
def test_extreme_angles_cost_no_more(d: int) -> None:
    """v_0 of a thin cone is close to 1/2; computed as a value, not by 10^100 guard digits."""
    tiny = mpq(1, 10**100)
    thin = CircularCone(d, tiny).intrinsic_volumes(20)
    wide = CircularCone(d, pi / 2 - sympy.Rational(1, 10**100)).intrinsic_volumes(20)
    assert thin.compare(wide.reversed()) == "overlap"
    assert same(thin.total(), 1)
    assert abs(float(thin[d] / tiny ** (d - 1))) > 0


def test_position_of_an_angle() -> None:
    assert CircularCone(3, sympy.atan(2) + sympy.atan(sympy.Rational(1, 2))).lineality_dim == 2
    assert CircularCone(3, 0).dim == 1
    assert CircularCone(3, sympy.Rational(1, 2)) == CircularCone(3, 0.5)
    assert CircularCone(3, "pi/4") == CircularCone(3, pi / 4)
    near = polygeo.answers.rational(math.pi / 2)
    assert CircularCone(3, near).lineality_dim == 0
    with pytest.raises(DomainError, match="must lie in"):
        CircularCone(3, near + mpq(1, 10**16))
    with pytest.raises(Undecided):
        CircularCone(3, Ball.between("1.5", "1.6"))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60), st.fractions(0, Fraction(3, 2)))
def test_any_circular_cone(d: int, angle: object) -> None:
    v = CircularCone(d, angle).intrinsic_volumes(15)
    assert same(v.total(), 1)
    assert same(v.gauss_bonnet(), 0)
