"""Replica thresholds, bad input, and the command line."""

import pickle

import numpy as np
import pytest
from commandline import answer, refusal
from gmpy2 import mpq
from refusals import refused

from polygeo import thresholds
from polygeo.errors import DomainError, NotConverged
from polygeo.replica import Terminal, capacity, free_entropy, ground_state, ramp, theta
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import optimum
from polygeo.replica.limit import extrapolate

INF = float("inf")


THRESHOLD = Problem()


TWO_SIDED = Terminal(
    "two-sided",
    lambda chi: (
        (-INF, -1 - (2 * chi) ** 0.5, 1, 0, 0),
        (-1 - (2 * chi) ** 0.5, -1, 0.5 / chi, 1 / chi, 1 / chi),
        (-1, 1, 0, 0, 0),
        (1, 1 + (2 * chi) ** 0.5, 0.5 / chi, -1 / chi, 1 / chi),
        (1 + (2 * chi) ** 0.5, INF, 1, 0, 0),
    ),
)


def test_digits_are_those_of_more_precision() -> None:
    for threshold in (thresholds.k_rsb(4), thresholds.k_rsb(5)):
        long = threshold.enclose(50)
        assert long.reached_digits >= 24
        for digits in (3, 10, 13, 15, 20):
            assert threshold.decimal(digits) == long.decimal(digits)
        with pytest.raises(NotConverged) as refusal:
            threshold.decimal(40)
        assert "have been reached" in str(refusal.value)
        assert refusal.value.history


def test_a_prediction_says_so() -> None:
    for threshold in (thresholds.k_rsb(4), thresholds.full_rsb()):
        assert threshold.kind == "converged"
        assert threshold.status == "prediction"
        assert thresholds.STATUSES[threshold.status] == "replica prediction (not a theorem)"
        assert "prediction" in repr(threshold)
        assert threshold.value.history
        assert pickle.loads(pickle.dumps(threshold)) == threshold
        assert threshold._repr_latex_().count("$") == 2
        assert threshold.to_dict()["value"]["kind"] == "converged"


@pytest.mark.parametrize(
    "call",
    [
        lambda: thresholds.k_rsb(-1),
        lambda: thresholds.k_rsb(33),
        lambda: thresholds.k_rsb(2.0),
        lambda: thresholds.k_rsb(True),
        lambda: thresholds.one_rsb().decimal(0),
        lambda: thresholds.one_rsb().decimal(200),
        lambda: optimum(THRESHOLD, 33),
        lambda: THRESHOLD.at(0.1, np.array([0.5, 0.6]), np.array([1.0, 2.0])),
        lambda: THRESHOLD.at(-0.1, np.array([0.5]), np.array([1.0])),
        lambda: THRESHOLD.at(0.1, np.array([0.5]), np.array([-1.0])),
        lambda: Terminal("hinge", lambda chi: ((-INF, 0, 0, 0, 0), (0, INF, 0, 1, 0))),
        lambda: Terminal("jump", lambda chi: ((-INF, 0, 0, 0, 0), (0, INF, 1, 0, 0))),
        lambda: Terminal("hole", lambda chi: ((-INF, 0, 0, 0, 0), (1, INF, 0, 0, 0))),
        lambda: ground_state(0),
        lambda: ground_state(-1),
        lambda: ground_state("4.698", "full", theta(0.5)),  # within the capacity's error
        lambda: capacity(TWO_SIDED),
        lambda: free_entropy(100, 4, 1, theta(0.5)),
        lambda: ground_state(26),
        lambda: ground_state("six"),
        lambda: ground_state(6, "half"),
        lambda: ground_state(6, -1),
        lambda: ground_state(6, 33),
        lambda: ground_state(6, effort="all"),
        lambda: ground_state(6, 1).x(1.0),
        lambda: free_entropy(1, 6),
        lambda: free_entropy(100, 1),
        lambda: free_entropy(100, 6, 9),
        lambda: free_entropy(100, 6, "full"),
        lambda: free_entropy(9, 6, 1),
        lambda: free_entropy(100, 6, 1, ramp()),
        lambda: theta("wide"),
        lambda: theta(INF),
        lambda: extrapolate({3: mpq(1)}, mpq(0)),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with refused((DomainError, NotConverged)):
        call()  # type: ignore[operator]


def test_the_command_line() -> None:
    assert answer("threshold", "2-rsb", "--digits", "9").startswith("6.70039195\n")
    text = answer("replica", "energy", "6.0", "--level", "2rsb", "--digits", "8")
    assert text.startswith("0.80487280\n")
    assert "replica prediction (not a theorem)" in text
    assert "unstable" in answer("replica", "free-entropy", "100", "6")
    for words in (("energy", "6", "--level", "rs"), ("free-entropy", "100", "6")):
        assert "digits must be" in refusal("replica", *words, "--digits", "0")
