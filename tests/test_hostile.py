"""Hostile input: whatever a public function is given, it answers or raises one line.

Only PolygeoErrors may come out, soon, and without filling the memory. Each call of `good_calls`
is a good one; its arguments are replaced one by one. What is legal but large (an exact value with
10^8 bits) is left to the user's patience; what is senseless must end at once.
"""

import os
import random
import signal
import threading
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
from nonsense import anything
from public_names import EXEMPT, places, public, underlying

import polygeo
from polygeo.errors import DomainError, PolygeoError
from polygeo.report.crosscheck import agreement
from polygeo.symbols import quantities

SECONDS = 20
"""Of the processor; a call that sleeps is given six times as long."""
MEMORY = 6 << 30
"""Bytes beyond which a call fails instead of the machine."""
TRIALS = 24
"""Random arguments of one call."""
LONGEST = 2000
"""Characters of a message: parameters of up to 1233 digits are shown whole."""

HOSTILE = [
    None, True, False, "x", "1/0", "", "nan", "1e9999999", "1e-400", "9" * 10_000, "٣", "\x00",
    "é" * 50, "\ud800", "__import__('os')", b"x", float("nan"), float("inf"), -float("inf"),
    1e308, 5e-324, 0.1, -1, 0, 10**30, 10**400, 2**63, 2**64, 1 + 2j, Fraction(1, 3),
    Fraction(10**400, 7),
    Decimal("NaN"), Decimal("1.5"), np.float64("nan"), np.int64(3), np.array([1, 2]),
    np.zeros((0, 3)), np.array("2"), sympy.Symbol("x"), sympy.oo, sympy.nan, sympy.pi, sympy.I,
    sympy.Rational(1, 3), [], [[]], [1], [[1, 2], [3]], {}, {"a": 1}, set(), (1, 2), object(), int,
    len, lambda: 0, iter([1, 2]), range(10**9),
]  # fmt: skip

FEW = [None, "x", "\x00", b"x", float("nan"), -1, 10**400, [], {}, object()]
SLOW = ("plot_q", "plot_rate", "plot_euler_kappa", "Asymptotic.check", "Asymptotic.observe")
"""Calls that take seconds where a value happens to be right: they get a few wrong ones."""

CALLBACKS = (
    "compute", "decider", "draw", "envelope", "evaluate", "evaluator", "function", "integrand",
    "projection", "stop",
)  # fmt: skip
"""Arguments that are functions: what a caller's own function raises is the caller's."""

LONG = {("write", "names"), ("differences", "names")}
"""Where an empty sequence means all tables, which take minutes."""


SPOILED = {name: function for function, name in public().items() if name not in EXEMPT}
"""What is called with nonsense: public functions, classes and methods by name."""


class Late(BaseException):
    pass


@pytest.fixture(scope="module", autouse=True)
def _bounded_memory():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.fixture(scope="module", autouse=True)
def _own_folder(tmp_path_factory):
    """Names that are taken for paths are those of files in a folder of its own."""
    from good_calls import write_files

    folder, before = tmp_path_factory.mktemp("hostile"), Path.cwd()
    write_files(folder)
    os.chdir(folder)
    yield
    os.chdir(before)


def calls_of(name):
    """The good calls of something public, by name: made when a test first asks for one."""
    from good_calls import calls_of

    return calls_of(SPOILED[name])


def ends_well(name, call, place, value):
    """Call with one argument replaced; anything but an answer or a PolygeoError is an error."""
    key, argument = place
    if argument in CALLBACKS and callable(value):
        return
    if (name, argument) in LONG and not isinstance(value, (str, dict)):
        return
    positional, keywords = list(call.args), dict(call.keywords)
    (positional if isinstance(key, int) else keywords)[key] = value
    message = "an answer"
    try:
        with time_limit():
            answer = call.func(*positional, **keywords)
            if type(answer).__module__.startswith("polygeo"):
                repr(answer)
    except PolygeoError as problem:
        message = str(problem)
    except BaseException as problem:
        problem.add_note(f"{name}: {argument or key} = {value!r:.80}")
        raise
    assert message.isprintable(), (name, place, value)
    assert 0 < len(message) < LONGEST, (name, place, value)


class time_limit:
    """Late is raised in the block after SECONDS of processor time."""

    def __enter__(self):
        main = threading.current_thread() is threading.main_thread()
        self.limited = main and hasattr(signal, "setitimer")
        if self.limited:
            signal.signal(signal.SIGPROF, _late)
            signal.signal(signal.SIGALRM, _late)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            signal.setitimer(signal.ITIMER_REAL, 6 * SECONDS)

    def __exit__(self, *_):
        if self.limited:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _late(*_):
    raise Late(f"no answer after {SECONDS} seconds")


def test_everything_public_is_called(calls):
    called, known = {underlying(call.func) for call in calls.values()}, public()
    assert {name for function, name in known.items() if function not in called} == set(EXEMPT)
    assert called <= known.keys()


@pytest.mark.parametrize("public_name", SPOILED)
def test_known_kinds_of_nonsense(public_name):
    """The good call is answered, and every other one ends well."""
    calls = calls_of(public_name)
    assert calls
    for name, call in calls.items():
        call()
        for place in places(call):
            for value in FEW if name in SLOW else HOSTILE:
                ends_well(name, call, place, value)


@pytest.mark.parametrize("public_name", SPOILED)
def test_nonsense_at_random(public_name):
    draw = random.Random(public_name)
    for name, call in calls_of(public_name).items():
        if places(call) and name not in SLOW:
            for _ in range(TRIALS):
                ends_well(name, call, draw.choice(places(call)), anything(draw))


@pytest.mark.parametrize("head", quantities(), ids=lambda head: head.__name__)
def test_heads_take_no_text(head):
    """SymPy's own functions evaluate text as code."""
    for text in ("__import__('os')", b"x", "n", object(), True):
        with pytest.raises(DomainError):
            head(*[text] * max(head.nargs))


def test_peers_by_name():
    for names in ("no such peer", ["x", "y"], [1], [None], 5, {"a": 1}, b"x"):
        with pytest.raises(PolygeoError) as problem:
            agreement(names)
        assert str(problem.value).isprintable()


@pytest.mark.parametrize("name", ["Ball", "Converged", "Estimate", "PiPolynomial", "FVector"])
def test_comparing_with_anything(calls, name):
    """``==`` never raises: it says no."""
    value = calls[name]()
    for other in HOSTILE:
        if not isinstance(other, (np.ndarray, np.generic)):  # their own ==, item by item
            assert (value == other) in (True, False)


def test_formulas_by_wrong_ids():
    known = polygeo.catalogue()
    for key in HOSTILE:
        if isinstance(key, (str, int, bytes, tuple)):
            assert key not in known
            assert known.get(key) is None
