"""Balls hold the true value whatever is done with them, and flint's precision is left alone."""

import pickle
import threading

import flint
import pytest
import sympy
from flint import arb
from gmpy2 import mpq
from hypothesis import example, given
from hypothesis import strategies as st

import polygeo
from polygeo.answers import Ball, certified_integral, certified_root, certify
from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.certification import (
    enclosure,
    isolate,
    root_above,
    root_between,
)
from polygeo.answers.decimals import leading_digits, plus_minus
from polygeo.errors import DomainError, NotConverged

rationals = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6)


def exact(x: object) -> mpq:
    return mpq(x.numerator, x.denominator)  # type: ignore[attr-defined]


@given(rationals, rationals, st.integers(20, 200))
def test_arithmetic_encloses(x: object, y: object, bits: int) -> None:
    a, b = exact(x), exact(y)
    ball, other = Ball.of(a, bits), Ball.of(b, bits)
    assert ball.contains(a)
    assert (ball + other).contains(a + b)
    assert (ball - b).contains(a - b)
    assert (b - ball).contains(b - a)
    assert (ball * other).contains(a * b)
    assert (ball**3).contains(a**3)
    assert abs(ball).contains(abs(a))
    if b:
        assert (ball / b).contains(a / b)
        if not other.contains(0):
            assert (a / other).contains(a / b)


@given(rationals, st.integers(10, 300))
@example(mpq(205, 999999), 169)  # 51 digits are proved, 50 are not: a tie lies inside
def test_narrow_and_lossless(x: object, bits: int) -> None:
    ball = Ball.of(exact(x), bits)
    assert ball.rad <= abs(ball.mid) / mpq(2) ** (bits - 2)
    copy = pickle.loads(pickle.dumps(ball))
    assert copy == ball
    assert hash(copy) == hash(ball)
    assert polygeo.from_json(polygeo.to_json(ball)) == ball


def test_the_repr_shows_proved_digits_only() -> None:
    wide = Ball.between(mpq("3.14159"), mpq("3.14160"))
    assert repr(wide) == "Ball(3.1416)"
    assert repr(Ball.between(-1, 1)) == "Ball(0 +/- 1.01)"  # the radius is above 1
    with pytest.raises(NotConverged, match="proves 5"):
        wide.decimal(6)
    assert r"$3.141\ldots " in wide._repr_latex_()  # not all of it begins with 3.1416


@given(rationals, rationals)
def test_a_wide_ball_prints_an_interval_that_holds_it(x: object, y: object) -> None:
    low, high = -abs(exact(x)), abs(exact(y))
    if low == high:
        return
    mid, rad = (mpq(text) for text in plus_minus((low + high) / 2, (high - low) / 2).split(" +/- "))
    assert mid - rad <= low
    assert high <= mid + rad <= high + (high - low) / 50


@given(rationals, st.integers(1, 12), st.integers(-40, 40))
@example(mpq(2, 3), 4, -20)  # not 0.6667 and dots
@example(mpq(-199999, 100000), 3, 0)
@example(mpq(1, 4), 1, 0)
def test_digits_before_dots_are_cut(x: object, digits: int, power: int) -> None:
    number = exact(x) * mpq(10) ** power
    if not number:
        return
    dots = r"\ldots"
    for low, high in (
        (number, number),
        (number * (1 - mpq(1, 10**9)), number * (1 + mpq(1, 10**9))),
    ):
        text = leading_digits(min(low, high), max(low, high), digits)
        if r"\pm" in text:  # a tie: no digit is proved
            assert low != high
            continue
        shown, mark, _ = text.partition(dots)
        scale = text.partition(r" \cdot 10^{")[2].rstrip("}") or "0"
        value = mpq(shown.partition(r" \cdot")[0]) * mpq(10) ** int(scale)
        places = len(shown.partition(r" \cdot")[0].partition(".")[2])
        unit = mpq(10) ** (int(scale) - places)
        if mark:
            assert all(abs(value) <= abs(end) < abs(value) + unit for end in (low, high))
        else:
            assert all(abs(value - end) <= unit for end in (low, high))


def test_a_ball_is_not_a_sympy_number() -> None:
    ball = Ball.of(mpq(1, 3))
    for action in (
        lambda: sympy.pi + ball,
        lambda: ball + sympy.pi,
        lambda: sympy.sympify(ball),
        lambda: polygeo.to_sympy(ball),
    ):
        with pytest.raises(DomainError):
            action()


@pytest.mark.parametrize("power", [mpq(1, 2), 2.5, "2", None, True])
def test_powers_are_integers(power: object) -> None:
    with pytest.raises(DomainError, match="a power needs an integer"):
        Ball.of(2) ** power  # type: ignore[operator]


@pytest.mark.parametrize("bits", [1, 0, -5, 10**12, "64", 2.5, None])
def test_precisions_that_are_none(bits: object) -> None:
    """Flint would end the program at 10^12 bits, also where a record asks for them."""
    with pytest.raises(DomainError):
        Ball.of(mpq(1, 3), bits)  # type: ignore[arg-type]
    with pytest.raises(DomainError):
        Ball.between(1, 2, bits)  # type: ignore[arg-type]
    if isinstance(bits, int):
        record = {**polygeo.to_dict(Ball.of(mpq(1, 3))), "bits": bits}
        with pytest.raises(DomainError):
            polygeo.from_dict(record)


def test_zero_inside_has_no_truth_value() -> None:
    assert Ball.of(mpq(1, 3))
    with pytest.raises(DomainError, match="truth value"):
        bool(Ball.between(-1, 1))


def test_the_working_precision_is_put_back() -> None:
    before = flint.ctx.prec
    certify(lambda: arb.pi(), 500)
    with pytest.raises(ZeroDivisionError), precision(999):
        _ = 1 / 0
    assert flint.ctx.prec == before


def test_threads_do_not_share_a_precision() -> None:
    wanted = [20, 200, 50, 400] * 4
    found: list[bool] = []

    def work(digits: int) -> None:
        ball = certify(lambda: arb.pi().exp(), digits)
        found.append(ball.proved_digits >= digits)

    threads = [threading.Thread(target=work, args=(digits,)) for digits in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * len(wanted)


def test_cancellation_raises_the_precision() -> None:
    tiny = certify(lambda: (1 + arb(2) ** -300) - 1 + (arb(2).sqrt() ** 2 - 2), 10)
    assert tiny.contains(mpq(2) ** -300)
    assert tiny.proved_digits >= 10


def test_what_cannot_be_reached_says_so() -> None:
    with pytest.raises(NotConverged) as failure:
        certify(lambda: arb(0, 1), 10, max_bits=1000)
    assert failure.value.history


def test_precision_ends_where_it_no_longer_helps() -> None:
    """With an input of 100 bits the ball narrows no further, and some steps show it; a ball that is
    wide because it is clipped is given its time."""
    given = Ball.of(mpq(1, 3), 100)
    with pytest.raises(NotConverged, match="no longer narrow") as failure:
        certify(lambda: given.arb.sqrt(), 40)
    assert len(failure.value.history) < 12
    assert max(bits for bits, _ in failure.value.history) < 1 << 15
    tiny = mpq(1, 10**1000)
    clipped = certify(lambda: (arb.pi() - (arb.pi() - exact_arb(tiny))).min(1).max(-1), 20)
    assert clipped.overlaps(tiny)
    assert certify(lambda: given.arb.sqrt(), 28).proved_digits >= 28
    with pytest.raises(NotConverged, match="a ball of positive width") as failure:
        certified_root(lambda x: (x * x - 2 * given.arb, 2 * x), ("1/2", 1), 100)
    assert len(failure.value.history) < 12


ZEROS = [
    sympy.sqrt(2) + sympy.sqrt(3) - sympy.sqrt(5 + 2 * sympy.sqrt(6)),
    sympy.sin(1) ** 2 + sympy.cos(1) ** 2 - 1,
    sympy.atan(sympy.Rational(1, 2)) + sympy.atan(sympy.Rational(1, 3)) - sympy.pi / 4,
]


@pytest.mark.parametrize("zero", ZEROS)
def test_a_hidden_zero_ends_soon(zero: sympy.Expr) -> None:
    """It has no digits; compared it is a ball around 0."""
    with pytest.raises(NotConverged):
        polygeo.decimal(zero, 10)
    near = enclosure(zero)
    assert isinstance(near, Ball)
    assert near.contains(0)
    assert near.rad < mpq(1, 10**1000)
    run = polygeo.Estimate.proportion(0, 10_000, seed=1)
    assert run.agrees(zero)
    assert not run.agrees(zero + 1)
    assert polygeo.Converged(mpq(1, 100), mpq(1, 50)).agrees(zero)
    assert (Ball.of(mpq(1, 3)) + near).overlaps(mpq(1, 3))


def test_what_is_small_is_no_zero() -> None:
    """Numbers seen only after a cancellation, sqrt(1 + x) - 1 = x/2 - .., have their digits; where
    they are compared those below 10^-1000 are 0."""
    for power, tells in ((sympy.exp(-2000), True), (sympy.exp(-7000), False)):
        tiny = sympy.sqrt(1 + power) - 1
        assert enclosure(tiny).contains(0) != tells
        assert polygeo.decimal(tiny, 12) == polygeo.decimal(power / 2, 12)


def test_roots_that_cannot_be_bracketed_say_so() -> None:
    with pytest.raises(NotConverged):
        isolate(lambda x: x, -1, 1)
    with pytest.raises(NotConverged):
        root_above(lambda x: (1 + x * 0, 0 * x), 1, 10)


@pytest.mark.parametrize("power", [2, 3, 5])
def test_roots_against_the_exact_root(power: int) -> None:
    def equation(x: arb) -> tuple[arb, arb]:
        return x**power - 7, power * x ** (power - 1)

    near = mpq(round(7 ** (1 / power) * 100), 100)
    root = certified_root(equation, (near - mpq(1, 10), near + mpq(1, 10)), 80)
    assert root.lower**power < 7 < root.upper**power
    assert root.overlaps(root_between(equation, 0, 100, 60))


def test_no_root_and_no_sign_change() -> None:
    with pytest.raises(NotConverged, match="no root"):
        certified_root(lambda x: (x * x + 1, 2 * x), (1, 2), 10)
    with pytest.raises(DomainError, match="sign change"):
        isolate(lambda x: x * x + 1, -1, 2)


def test_a_wrong_derivative_is_not_believed_silently() -> None:
    """A bracket with two roots has a derivative enclosure with 0: interval Newton refuses."""
    with pytest.raises(NotConverged):
        certified_root(lambda x: ((x - 1) * (x - 2), 2 * x - 3), (0, 3), 10)


def test_an_integral_in_closed_form() -> None:
    ball = certified_integral(lambda z, _: 1 / (1 + z * z), 0, 1, 40)
    quarter = certify(lambda: arb.pi() / 4, 50)
    assert ball.overlaps(quarter)
    assert ball.proved_digits >= 40
