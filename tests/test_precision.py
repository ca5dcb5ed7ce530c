"""Nobody else's precision: answers are the same bits whatever other code and threads set.

mpmath, flint, gmpy2 and the decimal module keep a precision that any code of the program may set.
What reads one of them gives other digits in another program, now and then, beside a thread.
"""

import decimal
import math
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import flint
import gmpy2
import mpmath
import pytest
import sympy
from matplotlib.figure import Figure

import polygeo
from polygeo import polytopes, relu, thresholds, volumes
from polygeo.answers.numerics.context import working_digits
from polygeo.cones import CircularCone, L1DescentCone
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import sharp
from polygeo.replica.multiprecision import precise_value
from polygeo.sampling.runs import normals
from polygeo.thresholds.euler_characteristic import default_sizes

GRAM = [[2, 1, 0, 0], [1, 2, 1, 0], [0, 1, 2, 1], [0, 0, 1, 2]]
LAW = volumes.ChiBarSquared(CircularCone(4, "1/2"))
SYMBOLIC = CircularCone(4, sympy.acos(sympy.Rational(1, 3)))
SIZES = default_sizes(60, 200, 6)
OPTIMUM = sharp(Problem(), 1)

AT_WORKING_PRECISION = {
    "SimplexAngles.internal_arbs",
    "SimplexAngles.external_arbs",
    "BetaPrimeSimplices.limit_arbs",
}
"""Parts of a certified computation that say so: they compute at flint's working precision."""

BY_DIGITS: dict[str, Callable[[int], object]] = {
    "euler": lambda digits: thresholds.euler("3/2").enclose(digits),
    "gordon": lambda digits: thresholds.gordon(2).enclose(digits),
    "union bound": lambda digits: thresholds.union_bound("1/3").enclose(digits),
    "weak_l1": lambda digits: thresholds.weak_l1("1/3").decimal(digits),
    "rate": lambda digits: relu.euler_rate(5, 1, digits),
    "edges": lambda digits: relu.euler_edges(1, digits),
    "asymptotic": lambda digits: relu.euler_asymptotic(900, 100, digits),
    "angle": lambda digits: volumes.solid_angle(GRAM, min(digits, 20)),
    "circular": lambda digits: CircularCone(9, "1/3").intrinsic_volumes(digits),
    "descent": lambda digits: L1DescentCone(9, 3).intrinsic_volumes(min(digits, 40)),
    "law": lambda digits: LAW.sf("7/2", digits=digits),
    "law of a symbolic cone": lambda digits: volumes.ChiBarSquared(SYMBOLIC).sf(digits / 10),
    "simplices": lambda digits: polytopes.BetaPolytope(10, 3, "1/3").f_vector(min(digits, 40)),
    "growth": lambda digits: polytopes.beta_growth(3, "1/3", digits),
    "expression": lambda digits: polygeo.decimal(sympy.pi**2 / 6 - sympy.exp(-40), digits),
    "contraction": lambda digits: relu.angle_sequence("1/2", 5, digits),
    "finite n": lambda digits: thresholds.euler_from_finite_n(SIZES, order=2),
    "levels": lambda digits: precise_value(OPTIMUM, digits % 8 + 8),
    "normals": lambda digits: [part.tobytes() for part in normals._layers.__wrapped__()[:3]],
}


def bits(answer: object) -> object:
    """What an answer is made of, so that equal means bit for bit."""
    if isinstance(answer, tuple | list | Iterator):
        return tuple(map(bits, answer))
    if isinstance(answer, Figure):
        return "a figure"
    try:
        return pickle.dumps(answer)
    except Exception:
        return repr(answer)


def outcome(call: Callable[[], object]) -> object:
    try:
        return bits(call())
    except polygeo.errors.PolygeoError as failure:
        return str(failure)


@pytest.fixture(scope="module", autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Calls read and write files in a folder of their own, not in that of the checkout."""
    from good_calls import write_files

    folder, before = tmp_path_factory.mktemp("precision"), Path.cwd()
    write_files(folder)
    os.chdir(folder)
    yield
    os.chdir(before)


@pytest.fixture(scope="module")
def reproducible(calls: dict) -> dict[str, object]:
    """Of every public call that gives the same twice: what it gives."""
    good = {name: call for name, call in calls.items() if not name.startswith("plot")}
    first = {name: outcome(call) for name, call in good.items() if name != "table"}
    return {name: given for name, given in first.items() if outcome(calls[name]) == given}


@contextmanager
def precisions(binary: int) -> Iterator[None]:
    """All precisions that a program shares, set to some bits."""
    before = flint.ctx.prec, mpmath.mp.prec
    flint.ctx.prec = mpmath.mp.prec = binary
    try:
        with (
            gmpy2.context(precision=binary, round=gmpy2.RoundUp),
            decimal.localcontext(prec=max(binary // 4, 1)),
        ):
            yield
        assert (flint.ctx.prec, mpmath.mp.prec) == (binary, binary)  # and left alone
    finally:
        flint.ctx.prec, mpmath.mp.prec = before


@pytest.mark.parametrize("binary", [11, 400])
def test_no_public_call_reads_a_precision(calls: dict, reproducible: dict, binary: int) -> None:
    assert len(reproducible) > 200
    with precisions(binary):
        found = {name: outcome(calls[name]) for name in reproducible}
    differ = {name for name in reproducible if found[name] != reproducible[name]}
    assert differ <= AT_WORKING_PRECISION


@contextmanager
def somebody_else() -> Iterator[None]:
    """Another thread that uses mpmath at 15 digits, over and over."""
    stop, rounds = threading.Event(), []

    def work() -> None:
        while not stop.is_set():
            with mpmath.workdps(15):
                rounds.append(mpmath.quad(lambda x: mpmath.exp(-x * x), [0, 1]))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert rounds
    assert math.isclose(float(rounds[-1]), 0.746824132812427, rel_tol=1e-14)


@pytest.mark.parametrize("name", BY_DIGITS)
def test_eight_threads_at_eight_precisions_beside_somebody_else(name: str) -> None:
    call, digits = BY_DIGITS[name], (12, 16, 20, 25, 30, 50, 80, 150)
    alone = [outcome(lambda d=d: call(d)) for d in digits]
    with somebody_else(), ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda d: outcome(lambda: call(d)), digits))
    assert together == alone


def test_all_public_calls_beside_themselves(calls: dict, reproducible: dict) -> None:
    quick = [name for name in reproducible if name not in AT_WORKING_PRECISION]

    def run(turn: int) -> dict[str, object]:
        order = quick[turn:] + quick[:turn]
        return {name: outcome(calls[name]) for name in order}

    with somebody_else(), ThreadPoolExecutor(3) as pool:
        for found in pool.map(run, (0, 70, 140)):
            differ = [name for name in quick if found[name] != reproducible[name]]
            assert not differ


def test_a_context_is_ones_own() -> None:
    with working_digits(40) as mp, mpmath.workdps(5):
        third = mp.mpf(1) / 3
        assert mp.nstr(third, 45)[:42] == "0." + 40 * "3"
        with working_digits(20) as other:
            assert other.dps == 20
        assert mp.dps == 40


def test_an_integral_does_not_depend_on_the_ones_before() -> None:
    def angle(digits: int) -> object:
        return bits(volumes.solid_angle(GRAM, digits))

    alone = {digits: angle(digits) for digits in (12, 16, 20)}
    for before in (12, 16, 20, 40):
        angle(before)
        assert {digits: angle(digits) for digits in (20, 16, 12)} == alone
