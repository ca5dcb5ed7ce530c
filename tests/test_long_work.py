"""Long work: what a terminal shows of it, that it can be stopped, and what is refused before it."""

import sys
import threading
import time

import numpy as np
import pytest
from flint import acb, arb
from terminals import on_terminal

import polygeo
from polygeo import cones, polytopes, progress, relu
from polygeo.answers import certified_integral
from polygeo.cones.arrangements import characteristic
from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.residues import lines, residues
from polygeo.relu.bounds import layer_on
from polygeo.relu.cells import regions
from polygeo.relu.decision.search.outcomes import BUDGET
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.input_bounds import _coins, coins_failure_on


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("polygeo.q(10**9, 10**8)", r"computing q: \d s"),
        ("polygeo.relu.lifted_failure(20000, 2000)", r"computing lifted_failure: \d s"),
        ("polygeo.relu.injectivity_bounds(10**9, 10**8)", r"computing injectivity_bounds: \d s"),
    ],
)
def test_an_exact_value_shows_that_it_takes_long(call, said):
    text, took = on_terminal(f"import polygeo; {call}", said)
    assert took is not None, text[-500:]
    assert took < 10  # 1 on a machine without other work
    assert "KeyboardInterrupt" in text
    assert "SystemError" not in text


class Terminal:
    """A stream that says that it is a terminal."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """A function that puts a terminal in the place of stderr, which pytest takes until then."""
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setenv("TERM", "xterm")

    def begin():
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    return begin


def test_a_patient_function_is_shown_once_and_cleared(terminal):
    @progress.patient
    def inner():
        time.sleep(0.3)
        return "inner"

    @progress.patient
    def outer():
        with progress.searching("a search") as tell:
            time.sleep(0.3)
            tell("3 nodes")
            return inner()

    shown = terminal()
    assert outer() == "inner"
    assert "computing outer" in shown.text
    assert "a search: 3 nodes, " in shown.text
    assert "computing inner" not in shown.text
    meanwhile = shown.text[shown.text.index("a search") : shown.text.rindex("3 nodes")]
    assert "computing outer" not in meanwhile
    assert (progress._current, progress._spinner, progress._watch) == (None, None, None)
    assert not any(isinstance(thread, progress._Watch) for thread in threading.enumerate())


def test_a_bar_takes_the_place_of_the_spinner(terminal):
    @progress.patient
    def prepared():
        time.sleep(0.3)
        with progress.meter("draws", 3) as tell:
            for done in (1, 2, 3):
                tell(done)
                time.sleep(0.1)
        time.sleep(0.3)

    shown = terminal()
    prepared()
    first, bar = shown.text.index("computing prepared"), shown.text.index("draws")
    assert first < bar < shown.text.rindex("computing prepared")


def test_a_quick_call_and_a_refusal_show_nothing(terminal):
    @progress.patient
    def quick(progress=None):
        return 1

    shown = terminal()
    assert quick() == 1
    with pytest.raises(DomainError):
        relu.width("x", "1/2")
    assert shown.text == ""


def test_no_progress_means_none(terminal):
    @progress.patient
    def slow(progress=None):
        time.sleep(0.2)

    shown = terminal()
    slow(progress=False)
    assert shown.text == ""
    slow()
    assert "computing slow" in shown.text


@pytest.mark.parametrize("given", [{"bias": True}, {"inputs": "nonnegative"}])
@pytest.mark.parametrize(("m", "n"), [(9, 2), (40, 7), (120, 30)])
def test_the_best_split_is_found_in_floats(m, n, given):
    layer = layer_on(m, n, None, given.get("inputs"), given.get("bias", False))
    assert coins_failure_on(*layer) == max(_coins(*layer, first) for first in range(m + 1))


def test_large_layers_with_biases_take_moments():
    begun = time.process_time()
    upper, lower = relu.injectivity_bounds(10**5, 10**4, bias=True)
    assert time.process_time() - begun < 3  # 0.5 here; 10 when every volume is summed
    assert upper.value < 1
    assert lower.value > 0.999999


def test_messages_name_the_sizes_that_were_given():
    for call in (
        lambda: polygeo.p(10**4, 10**3, bias=True, samples=10, seed=1),
        lambda: relu.estimate_q(10**3, 10**2, bias=True, samples=10, seed=1),
    ):
        with pytest.raises(DomainError, match=r"(10000 x 1000|1000 x 100) with biases"):
            call()
    for given, what in (({"bias": True}, "with biases"), ({"inputs": "nonnegative"}, "in a cone")):
        with pytest.raises(DomainError, match=rf"q .*{what} needs m <= \d+; got m=1000000"):
            polygeo.q(10**6, 10, **given)
    with pytest.raises(DomainError, match=r"biases needs n <= 999998; got n=100000000"):
        relu.injectivity_bounds(10**9, 10**8, bias=True)
    with pytest.raises(DomainError) as problem:
        relu.estimate_q(100, 20, samples=10, seed=1)
    assert "decider" not in str(problem.value)


def test_a_node_with_many_supports_can_be_stopped():
    code = (
        "import numpy as np; from polygeo import relu; "
        "P = np.random.default_rng(1).standard_normal((3000, 3)); "
        "relu.halfspace_depth(P, inputs='nonnegative')"
    )
    text, took = on_terminal(code, r"half-space depth in a cone, at most \d+: [^\n]*\d s")
    assert took is not None, text[-500:]
    assert took < 10  # 1 on a machine without other work


@pytest.mark.parametrize(
    ("shape", "seed"), [((40, 8), 1), ((40, 8), 2), ((60, 10), 1), ((45, 9), 1)]
)
def test_degenerate_arrangements_are_refused_before_the_work(shape, seed):
    W = np.random.default_rng(seed).integers(-1, 2, shape)
    begun = time.process_time()
    with pytest.raises(DomainError, match=r"take about \d.*too many to count exactly"):
        relu.linear_regions(W)
    assert time.process_time() - begun < 4  # 0.1; the work before a refusal took 40


@pytest.mark.parametrize(
    ("shape", "largest"), [((24, 6), 1), ((20, 7), 1), ((24, 5), 3), ((16, 8), 1), ((30, 4), 2)]
)
def test_the_estimate_of_the_work_is_below_it_and_near(shape, largest):
    W = np.random.default_rng(5).integers(-largest, largest + 1, shape)
    rows, _ = regions._hyperplanes(W, None)
    found = residues(rows)
    (part,) = found.parts()
    work = characteristic.Work(len(rows), found.rank)
    characteristic.reduced_coefficients(found, work)
    root = lines(((row, 1 << i) for i, row in enumerate(part.rows)), part.prime)
    about = characteristic._restrictions(root, part.rank, part.prime)
    assert work.done / 4 < about < characteristic.CLEARLY * work.done


def test_feasible_work_is_not_refused(monkeypatch):
    """The limit just above what an arrangement takes."""
    W = np.random.default_rng(3).integers(-1, 2, (20, 6))
    found = residues(regions._hyperplanes(W, None)[0])
    work = characteristic.Work(20, 6)
    expected = characteristic.reduced_coefficients(found, work)
    monkeypatch.setattr(characteristic, "MAX_WORK", work.done)
    assert characteristic.reduced_coefficients(found) == expected


def test_a_search_that_ends_at_infinity_gives_no_witness(monkeypatch):
    """Where the time is over the search may stand at a direction, which is no input."""
    stopped = (BUDGET, np.zeros(3))
    monkeypatch.setattr(ScaledMatrix, "decide", lambda *_: stopped)
    W = np.random.default_rng(1).standard_normal((12, 2))
    with pytest.raises(Undecided):
        relu.is_injective(W, np.ones(12), (-1, 1), timeout=1e-9)
    assert relu.is_injective(W, np.ones(12), (-1, 1)).verify()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("call", [1, 2, 30])
def test_what_an_integrand_raises_comes_out_at_once(kind, call):
    """Flint by itself evaluates on, up to a million times."""
    seen = []

    def integrand(z, _):
        seen.append(z)
        if len(seen) == call:
            raise kind("here")
        return (1 / (z * z + acb(arb("1e-6")))).sin()

    with pytest.raises(kind, match="here"):
        certified_integral(integrand, -1, 1, 15)
    assert len(seen) == call


def test_every_family_and_model_is_patient():
    """A family that is added later, too."""

    class Mine(cones.Cone):
        ambient_dim = 1

        def intrinsic_volumes(self, digits=30):
            return cones.Ray(1).intrinsic_volumes()

    for method in (
        Mine.intrinsic_volumes,
        cones.Orthant.intrinsic_volumes,
        cones.ConeUnion.volumes_within,
        polytopes.GaussianPolytope.f_vector,
    ):
        assert method.__wrapped__.__name__ == method.__name__
    assert Mine().intrinsic_volumes() == cones.Ray(1).intrinsic_volumes()
