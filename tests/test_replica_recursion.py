"""The recursion over levels in NumPy: against quadrature by brute force and compiled code."""

import os
import subprocess
import sys
from collections.abc import Callable
from math import inf, pi, sqrt
from pathlib import Path

import numpy as np
import pytest

from polygeo.errors import DomainError
from polygeo.replica import Terminal, ramp, sweeps, theta
from polygeo.replica.finite import STEP
from polygeo.replica.functional import Problem
from polygeo.replica.grids import layout
from polygeo.replica.ladder import newton_optimum, optimum
from polygeo.replica.recursion import recursion
from polygeo.simd.patience import Patience

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
LEGENDRE, SHARES = np.polynomial.legendre.leggauss(40)

THREE_KNOTS = Terminal(
    "well",
    lambda chi: (
        (-inf, -1.0, 0.5, 0.0, 0.0),
        (-1.0, 0.0, 0.0, -0.5, 0.0),
        (0.0, 1.0, 0.0, 1.5, 0.0),
        (1.0, inf, 1.5, 0.0, 0.0),
    ),
)
"""f(1, h) = -1/2, h/2 below 0 and -3h/2 above, then -3/2."""


def brute_force(
    terminal: Terminal, chi: float, q0: float, gaps: list[float], slopes: list[float]
) -> float:
    """f_00 by quadrature: Gauss-Legendre on each piece of f(1, .), else Gauss-Hermite."""
    rows = terminal.pieces(chi)

    def last(h: np.ndarray) -> np.ndarray:
        total = np.zeros_like(h)
        spread = sqrt(gaps[-1])
        for lo, hi, a, b, c in rows:
            low, high = np.maximum(lo, h - 9 * spread), np.minimum(hi, h + 9 * spread)
            half = np.maximum(high - low, 0.0)[..., None] / 2
            z = (low + np.maximum(high, low))[..., None] / 2 + half * LEGENDRE
            law = np.exp(-((z - h[..., None]) ** 2) / (2 * gaps[-1])) / sqrt(2 * pi * gaps[-1])
            f = -(a + b * z + c * z * z / 2)
            total += (half * SHARES * law * np.exp(slopes[-1] * f)).sum(axis=-1)
        return np.log(total) / slopes[-1]

    def level(i: int, h: np.ndarray) -> np.ndarray:
        if i == len(gaps):
            return last(h)
        inner = level(i + 1, h[..., None] + sqrt(gaps[i - 1]) * NODES)
        found: np.ndarray = np.log(np.exp(slopes[i - 1] * inner) @ WEIGHTS) / slopes[i - 1]
        return found

    return float(WEIGHTS @ level(1, sqrt(q0) * NODES - terminal.margin))


@pytest.mark.parametrize("terminal", [theta(), theta(0.3), ramp(), THREE_KNOTS])
def test_numbers_and_derivatives_are_those_of_quadrature(terminal: Terminal) -> None:
    chi, q0, gaps, slopes = 0.4, 0.5, [0.25, 0.25], [1.5, 2.5]
    pieces, centre = terminal.pieces(chi), -terminal.margin
    grid = layout(q0, np.array(gaps), np.array(slopes), pieces, centre, chi)
    arrays = (np.array(part)[None] for part in (q0, gaps, slopes, pieces))
    root, in_slope, in_square, in_chi = (part[0] for part in recursion(*arrays, centre, grid)[:4])
    assert abs(root - brute_force(terminal, chi, q0, gaps, slopes)) < 1e-10

    def difference(f: Callable[[float], float]) -> float:
        return (f(1e-4) - f(-1e-4)) / 2e-4

    def first(e: float) -> float:  # q_0 + e
        return brute_force(terminal, chi, q0 + e, [gaps[0] - e, gaps[1]], slopes)

    def second(e: float) -> float:  # q_1 + e
        return brute_force(terminal, chi, q0, [gaps[0] + e, gaps[1] - e], slopes)

    below = [
        difference(lambda e: brute_force(terminal, chi, q0, gaps, [slopes[0] + e, slopes[1]])),
        difference(lambda e: brute_force(terminal, chi, q0, gaps, [slopes[0], slopes[1] + e])),
    ]
    assert np.abs(in_slope - below).max() < 1e-7
    in_q = 0.5 * np.array([-slopes[0], slopes[0] - slopes[1]]) * in_square
    assert np.abs(in_q - [difference(first), difference(second)]).max() < 1e-7
    if terminal is not THREE_KNOTS:  # whose f(1, .) is no envelope: chi does not enter
        by_chi = difference(lambda e: brute_force(terminal, chi + e, q0, gaps, slopes))
        assert abs(in_chi - by_chi) < 1e-7


def compared(
    gaps: np.ndarray, slopes: np.ndarray, pieces: np.ndarray, centre: float, grid: tuple
) -> None:
    """The program in NumPy, for three trials on one grid, beside the compiled one."""
    factors = np.array([1.0, 1.001, 0.998])
    trials = [(1 - (f * gaps).sum(), f * gaps, f * slopes, pieces) for f in factors]
    many = recursion(*(np.array(part) for part in zip(*trials, strict=True)), centre, grid)
    for i, trial in enumerate(trials):
        one = sweeps.compiled_sweep(*trial, centre, grid)
        for found, expected in zip(many[:4], one[:4], strict=True):
            assert np.allclose(found[i], expected, rtol=1e-11, atol=0)
        assert np.array_equal(many[4], one[4])
        for found, expected in zip(many[5:], one[5:], strict=True):
            assert np.abs(found[i] - expected).max() < 1e-11 * np.abs(expected).max()


@pytest.mark.parametrize("terminal", [theta(), theta(0.7), ramp(), ramp(-0.5), THREE_KNOTS])
def test_both_programs_agree(terminal: Terminal) -> None:
    dice = np.random.default_rng(1)
    for k in (1, 2, 3, 6):
        gaps = dice.dirichlet(np.ones(k + 1))[1:]
        slopes = np.cumsum(dice.uniform(0.2, 2.0, k))
        chi, q0 = dice.uniform(0.05, 3.0), 1.0 - gaps.sum()
        pieces, centre = terminal.pieces(chi), -terminal.margin
        compared(gaps, slopes, pieces, centre, layout(q0, gaps, slopes, pieces, centre, chi))


@pytest.mark.parametrize("terminal", [theta(), theta(0.7), ramp(-0.5)])
def test_both_programs_agree_where_exponentials_underflow(terminal: Terminal) -> None:
    gaps, slopes = np.array([0.15, 0.05, 0.02]), np.array([550.0, 620.0, 700.0])
    pieces, centre = terminal.pieces(1.2), -terminal.margin
    compared(gaps, slopes, pieces, centre, layout(0.78, gaps, slopes, pieces, centre, 1.2, 24.0))


def test_both_programs_agree_on_a_jump() -> None:
    """The bare loss of a positive temperature."""
    gaps, slopes = np.array([0.3, 0.2, 0.02]), np.array([2.0, 5.0, 80.0])
    compared(gaps, slopes, STEP, -0.2, layout(0.48, gaps, slopes, STEP, -0.2, 0.0))


def test_a_trial_beyond_double_precision_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gaps, slopes = np.array([0.2, 0.2]), np.array([2.0, 3.0])
    pieces = np.array([[-inf, 0, 0, 0, 0], [0, inf, np.nan, 0, 0]])
    grid = layout(0.6, gaps, slopes, theta().pieces(0.1), 0.0, 0.1)
    monkeypatch.setattr(sweeps, "_short", lambda trials, grid: True)
    with pytest.raises(DomainError, match="range of double precision"):
        sweeps.sweep(0.6, gaps, slopes, pieces, 0.0, grid)
    many = (np.array([part, part]) for part in (0.6, gaps, slopes, pieces))
    with pytest.raises(DomainError, match="range of double precision"):
        sweeps.sweeps(*many, 0.0, grid)


def test_pieces_that_vanish_on_the_way_are_differences_too() -> None:
    """The ramp has one piece less from chi = 2 on."""
    gaps, slopes = np.array([0.3]), np.array([1.5])
    near = Problem(ramp(), 3.0).near(2.0, gaps, slopes, 24.0)
    chis = np.array([1.9999, 2.0001, 1.9998, 2.0])
    many = near(chis, np.array([gaps] * 4), np.array([slopes] * 4))
    for chi, row in zip(chis, many, strict=True):
        assert np.allclose(row, near(chi, gaps, slopes), rtol=1e-13, atol=1e-15)


def test_long_runs_ask_for_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = layout(0.8, np.array([0.2]), np.array([3.0]), theta().pieces(0.1), 0.0, 0.1)
    monkeypatch.setattr(sweeps, "UNCOMPILED", Patience("polygeo.none.sweep", 0.5))
    assert sweeps._short(1, grid)
    assert not sweeps._short(10**6, grid)
    monkeypatch.setattr(sweeps, "UNCOMPILED", Patience("polygeo.none.sweep", 1e-4))
    assert not sweeps._short(1, grid)


def test_optima_are_the_same_with_and_without_compiled_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for problem, k in ((Problem(), 3), (Problem(alpha=5.0), 2), (Problem(ramp(), 4.0), 2)):
        start = optimum(problem, k).logs + 0.01
        found = []
        for short in (True, False):
            monkeypatch.setattr(sweeps, "_short", lambda trials, grid, short=short: short)
            found.append(newton_optimum(problem, start))
        assert abs(found[0].value - found[1].value) < 1e-14 * abs(found[0].value) + 1e-15
        assert np.allclose(found[0].logs, found[1].logs, rtol=0, atol=1e-7)


COLD = """
import sys, time
import polygeo
assert polygeo.thresholds.k_rsb(4).decimal(8) == "6.6982882"
assert polygeo.replica.ground_state(7, "1-rsb").energy.decimal(9) == "1.08126034"
print(time.process_time())
assert polygeo.replica.ground_state(6).energy.decimal(6) == "0.805381"
assert polygeo.replica.free_entropy(50, 6, 1).energy.decimal(6) == "0.912119"
assert "numba" not in sys.modules
"""


def test_replica_symmetry_breaking_needs_no_compiled_code_at_first(tmp_path: Path) -> None:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", COLD], env=env, capture_output=True, check=True)
    assert float(done.stdout) < 4
    assert not list(tmp_path.iterdir())
