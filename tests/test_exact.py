"""Exact numbers: what comes in, what goes out, and how they live beside SymPy."""

import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from math import comb

import flint
import numpy as np
import pytest
import sympy
from gmpy2 import mpq, mpz
from hypothesis import given
from hypothesis import strategies as st

import polygeo
from polygeo.answers import rational, to_flint, to_fraction
from polygeo.answers.decimals import decimal_exponent, round_interval, round_rational
from polygeo.answers.exact import abbreviate, integer
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.errors import DomainError, NotConverged

rationals = st.fractions(min_value=-(10**30), max_value=10**30)


@given(rationals)
def test_every_road_in_and_out_keeps_the_number(x: Fraction) -> None:
    exact = mpq(x.numerator, x.denominator)
    assert rational(x) == exact
    assert rational(to_flint(exact)) == exact
    assert rational(polygeo.to_sympy(exact)) == exact
    assert rational(str(exact)) == exact
    assert to_fraction(exact) == x
    assert polygeo.from_json(polygeo.to_json(exact)) == exact
    assert pickle.loads(pickle.dumps(exact)) == exact


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (7, mpq(7)),
        (mpz(-7), mpq(-7)),
        (np.int64(3), mpq(3)),
        (np.float64(0.5), mpq(1, 2)),
        (0.1, mpq(3602879701896397, 36028797018963968)),
        (Decimal("0.1"), mpq(1, 10)),
        (sympy.Rational(3, 8), mpq(3, 8)),
        (sympy.Integer(4), mpq(4)),
        (flint.fmpz(5), mpq(5)),
        (flint.fmpq(5, 2), mpq(5, 2)),
        ("-3/8", mpq(-3, 8)),
        (" 1.5e-3 ", mpq(3, 2000)),
        (".5", mpq(1, 2)),
        ("12E2", mpq(1200)),
    ],
)
def test_numbers_of_all_kinds_come_in(given_value: object, expected: mpq) -> None:
    assert rational(given_value) == expected


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "1/0",
        "1/2/3",
        "--1",
        "0x10",
        "1_000",
        "nan",
        "inf",
        "1e99999999",
        ".",
        "1e",
        "١",
        "9" * 2_000_000,
        float("nan"),
        float("-inf"),
        np.float64("nan"),
        True,
        None,
        1j,
        [1],
        sympy.pi,
        sympy.nan,
        sympy.oo,
    ],
)
def test_no_number_is_one_clear_line(junk: object) -> None:
    with pytest.raises(DomainError, match=r"^value needs .*; got .*$") as failure:
        rational(junk)
    assert len(str(failure.value)) < 300


@pytest.mark.parametrize("junk", [True, np.bool_(True), 2.0, "2", mpq(1, 2), None, sympy.pi])
def test_integers_are_integral_types_only(junk: object) -> None:
    with pytest.raises(DomainError, match="n needs an integer; got"):
        integer(junk, "n")


@pytest.mark.parametrize("order", ["import sympy, polygeo", "import polygeo, sympy"])
@pytest.mark.parametrize("ground", [None, "flint", "gmpy", "python"])
def test_exact_answers_stay_exact_in_sympy(order: str, ground: str | None) -> None:
    if order.endswith("sympy") and ground not in (None, "gmpy"):
        pytest.skip("a user who fixes other ground types and imports SymPy last is on their own")
    program = (
        f"{order}\n"
        "x = polygeo.q(20, 3)\n"
        "total = x + sympy.pi\n"
        "assert not total.has(sympy.Float), total\n"
        "assert x == sympy.Rational(int(x.numerator), int(x.denominator))\n"
        "assert sympy.sympify(x) == polygeo.to_sympy(x)\n"
    )
    env = {"PATH": "/usr/bin:/bin"} | ({"SYMPY_GROUND_TYPES": ground} if ground else {})
    subprocess.run([sys.executable, "-c", program], check=True, env=env)


@given(rationals.filter(bool), st.integers(1, 40))
def test_rounding_is_within_half_a_unit(x: Fraction, digits: int) -> None:
    exact = mpq(x.numerator, x.denominator)
    text = round_rational(exact, digits)
    unit = mpq(10) ** (decimal_exponent(exact) - digits + 1)
    assert abs(rational(text) - exact) <= unit / 2
    assert len(text.split("e")[0].replace("-", "").replace(".", "").lstrip("0")) == digits


@given(rationals, st.fractions(min_value=0, max_value=1), st.integers(1, 20))
def test_a_shared_decimal_is_shared(x: Fraction, width: Fraction, digits: int) -> None:
    low = mpq(x.numerator, x.denominator)
    high = low + mpq(width.numerator, width.denominator)
    try:
        text = round_interval(low, high, digits)
    except NotConverged:
        return
    inside = (low + high) / 2
    assert text == round_rational(inside, digits) == round_rational(high, digits)


def test_partial_binomial_sums_are_sums() -> None:
    for m in range(14):
        for k in range(-1, 17):
            assert partial_binomial_sum(m, k) == sum(comb(m, p) for p in range(max(k, 0)))
    assert partial_binomial_sum(901, 333) == sum(comb(901, p) for p in range(333))


def test_huge_integers_print() -> None:
    huge = polygeo.q(40_000, 3)
    assert len(str(polygeo.to_dict(huge)["value"])) > 10_000
    assert abbreviate(huge.numerator.digits(), 50).count("characters") <= 1
