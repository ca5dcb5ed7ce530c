"""Weights that are certified or counted, as the work allows, and the laws of counted weights."""

import json
import pickle
from time import perf_counter

import numpy as np
import pytest
from commandline import answer, refusal
from gmpy2 import mpq
from refusals import refused
from scipy.stats import chi2

from polygeo.answers import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.cones import Orthant, constraint_cone
from polygeo.errors import DomainError, NoExactValue
from polygeo.volumes import ChiBarSquared, IntrinsicVolumes, chi_bar_weights

SIX = [[mpq(1) if i == j else mpq(1, 3 + abs(i - j)) for j in range(6)] for i in range(6)]
RUN = {"samples": 4000, "seed": 5, "max_seconds": 1e-6}
FEW = mpq(1, 10**6)
"""Chance of a false alarm."""


def rough(n: int, m: int):
    """A covariance of n estimates and m constraints, in general position."""
    rng = np.random.default_rng(0)
    root = rng.integers(-9, 10, (n, n))
    return (root @ root.T + 20 * np.eye(n, dtype=int)).tolist(), rng.integers(-3, 9, (m, n))


def test_estimates_where_the_time_is_too_short():
    weights = chi_bar_weights(SIX, **RUN)
    assert isinstance(weights, Estimates)
    for side in (weights[0::2], weights[1::2]):
        assert sum(mpq(w.mean) for w in side) == pytest.approx(0.5, abs=1e-15)
    exact = chi_bar_weights(SIX, digits=8)
    assert isinstance(exact, IntrinsicVolumes)
    assert all(w.agrees(v, FEW) for w, v in zip(weights, exact, strict=True))
    assert chi_bar_weights(SIX, **RUN | {"max_seconds": None}) == chi_bar_weights(SIX)


def test_the_covariance_is_that_of_the_estimates():
    """Its rows sum to 0 over each parity, its diagonal is the squares of the standard errors."""
    weights = chi_bar_weights(SIX, **RUN)
    joint = weights.covariance()
    assert np.sqrt(np.diag(joint)) == pytest.approx([w.stderr for w in weights], rel=1e-9)
    assert joint[:, 0::2].sum(axis=1) == pytest.approx(0, abs=1e-15)
    assert joint[:, 1::2].sum(axis=1) == pytest.approx(0, abs=1e-15)
    assert np.linalg.eigvalsh(joint)[0] > -1e-15
    tails = np.array([0.0, *chi2.sf(7.3, range(1, 7))])
    p_value = ChiBarSquared(weights).p_value(mpq(73, 10))
    assert p_value.mean == pytest.approx(tails @ [w.mean for w in weights], rel=1e-12)
    assert p_value.stderr == pytest.approx(float(np.sqrt(tails @ joint @ tails)), rel=1e-9)
    assert p_value.agrees(ChiBarSquared.from_covariance(SIX).p_value(7.3, 12), FEW)
    assert ChiBarSquared.from_covariance(SIX, **RUN).p_value(mpq(73, 10)) == p_value
    again = pickle.loads(pickle.dumps(weights))
    assert again == weights
    assert (again.covariance() == joint).all()


@pytest.mark.parametrize(
    "text",
    [
        "x1 > x2; x2 > x1; x3 > 0",
        "x1 > 2 x2; 2 x2 > x1; x3 > x4; x4 > 0; x3 > 0",
        "x1 > 0; x2 > 0; x1 + x2 < 0; x3 > x1; x4 > x1",
        "x1 > x2 > x3 > x1; x4 > 0",
    ],
)
def test_inequalities_that_are_equalities(text):
    """The cone of a simulation has interior points, however its coordinates are rounded."""
    V = [[3, 1, 1, 0], [1, 2, 0, 1], [1, 0, 5, 1], [0, 1, 1, 7]]
    weights = chi_bar_weights(V, text, digits=12)
    cone = constraint_cone(V, text)
    assert cone.dim == cone.ambient_dim == len(weights) - 1
    for v, w in zip(cone.intrinsic_volumes(), weights, strict=True):
        assert abs(float(v) - float(w)) < 1e-15


@pytest.mark.parametrize(("n", "m"), [(8, 20), (13, 13), (16, 16)])
def test_too_much_work_is_seen_at_once(n, m):
    V, A = rough(n, m)
    A = None if n == m else A
    start = perf_counter()
    errors = (NoExactValue, DomainError)
    with refused(errors, match="give max_seconds=, or samples= and seed= for estimates"):
        chi_bar_weights(V, A, max_seconds=10)
    assert perf_counter() - start < 60  # some seconds; hours for the volumes themselves
    weights = chi_bar_weights(V, A, samples=200, seed=1)
    assert len(weights) == n + 1
    assert sum(w.mean for w in weights) == pytest.approx(1, abs=1e-14)


def test_estimates_of_a_cone_make_a_law():
    volumes = Orthant(4).estimate_intrinsic_volumes(4000, seed=2)
    tail = ChiBarSquared(volumes).sf(3)
    assert isinstance(tail, Estimate)
    assert tail.agrees(ChiBarSquared(Orthant(4)).sf(3, 12), FEW)
    with refused(match="hold their counts"):
        ChiBarSquared(Estimates(list(volumes)))
    with refused(match="no joint covariance"):
        volumes.merge(Orthant(4).estimate_intrinsic_volumes(4000, seed=3)).covariance()


def test_samples_and_seed_go_together():
    with refused(match="no seed"):
        chi_bar_weights(SIX, samples=100)
    with refused(match="give samples="):
        chi_bar_weights(SIX, seed=1)
    with refused(match="max_seconds needs a positive"):
        chi_bar_weights(SIX, max_seconds=0)
    with refused(NoExactValue, match="1e-06 s are allowed: give max_seconds="):
        chi_bar_weights(SIX, max_seconds="1e-6")
    with refused(match="leave values to choose from"):
        constraint_cone([[1]], "x1 > 0; x1 < 0")
    with refused(match="right-hand sides other than 0"):
        constraint_cone([[1]], "x1 > 1")


def test_the_command_decides(tmp_path):
    table = tmp_path / "V.csv"
    table.write_text("\n".join(",".join(map(str, row)) for row in SIX))
    words = ["chibarsq", "--covariance", str(table), "--statistic", "7.3", "--format", "json"]
    given = ["--samples", "4000", "--seed", "5"]
    certified = json.loads(answer(*words, *given))
    assert {w["kind"] for w in certified["weights"]} == {"certified"}
    counted = json.loads(answer(*words, *given, "--max-seconds", "1e-6"))
    assert counted["p_value"]["samples"] == 4000
    line = refusal(*words, *given, "--max-seconds", "1e-6", "--df", "9")
    assert "--df needs certified weights" in line
