"""The free entropy at inverse temperature beta, RS and k-RSB: `free_entropy`.

Phi(beta) = lim (1/n) log int e^{-beta E}. With x = beta m, Lambda = beta lambda and s^2 = 1 - q(1)
the finite-temperature Parisi functional is the zero-temperature one (`functional`) with one more
level, of width s^2 and slope beta, over the bare loss f(1, h) = -1[h > 0]:

    Phi/beta = inf { (1/(2 beta)) log s^2 + S + alpha f_00 },   Lambda(q(1)) = beta s^2 for chi,

since phi = beta f and phi(q(1), h) = log [Phi(-h/s) + e^{-beta} Phi(h/s)]. For beta -> infinity,
beta s^2 -> chi and -Phi/beta -> e*, with a correction like log(beta)/beta. The replica-symmetric
solution is stable while its replicon alpha s^4 E phi''^2 is below 1; at zero temperature phi'
jumps and the replicon grows like beta: for every alpha > 2 RS is unstable there. Source:
maillard2022slides, slide 'Replica symmetry breaking theory'; gardnerderrida1988optimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from gmpy2 import mpq
from scipy.optimize import brentq

from polygeo.answers.converged import Converged
from polygeo.answers.exact import rational, shorten
from polygeo.answers.options import check_fields, instance
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError, NotConverged
from polygeo.progress import patient
from polygeo.replica.critical_density import symmetric_capacity
from polygeo.replica.functional import Problem, action
from polygeo.replica.grids import NATS, layout
from polygeo.replica.identities import bends
from polygeo.replica.ladder import level_of, optimum
from polygeo.replica.newton import Minimum, minimize
from polygeo.replica.sweeps import sweep
from polygeo.replica.terminal import INJECTIVITY, Terminal

__all__ = ["FreeEntropy", "free_entropy"]

STEP = np.array([[-np.inf, 0.0, 0.0, 0.0, 0.0], [0.0, np.inf, 1.0, 0.0, 0.0]])
RANGE = (mpq(11, 5), mpq(25))
HOTTEST, COLDEST = mpq(5), mpq(2000)
BROKEN = (mpq(10), mpq(3), mpq(12))
"""Least beta, least and largest alpha for k >= 1: where RS is far from stable."""

MAX_STEPS = 8
"""Largest k of a k-step ansatz at a finite temperature."""


@dataclass(frozen=True, eq=False)
class FreeEntropy:
    """Free entropy Phi at one inverse temperature beta and one ratio alpha.

    * ``beta``, ``alpha``: rational numbers; ``level``: the k of k-RSB, 0 for RS.
    * ``value``: Phi; ``energy``: -Phi/beta (both Converged).
    * ``q``: q_0 < .. < q_k = q(1); ``slopes``: x_i = beta m_i on the cells between them (arrays).
    * ``replicon``: a number for RS, which is stable while it is below 1; else None.
    """

    beta: mpq
    alpha: mpq
    level: int
    value: Converged
    energy: Converged
    q: np.ndarray
    slopes: np.ndarray
    replicon: float | None

    source = "maillard2023injectivity"

    def __post_init__(self) -> None:
        check_fields(self, beta=mpq, alpha=mpq, level=int, value=Converged, energy=Converged)
        check_fields(self, q=np.ndarray, slopes=np.ndarray, replicon=float | None)

    status = "replica prediction (not a theorem)"

    def __repr__(self) -> str:
        name = f"{self.level}-RSB" if self.level else "RS"
        at = f"beta={float(self.beta):g}, alpha={float(self.alpha):g}"
        return f"FreeEntropy({at}, {name}: -Phi/beta = {self.energy}; {self.status})"

    def _repr_latex_(self) -> str:
        name = f"{self.level}-RSB" if self.level else "RS"
        return (
            rf"$\Phi = {latex(self.value)}, \quad -\Phi/\beta = {latex(self.energy)}"
            rf"\qquad \beta = {float(self.beta):g},\; \alpha = {float(self.alpha):g},"
            rf"\; \text{{{name}, prediction}}$"
        )


@patient
def free_entropy(
    beta: Any, alpha: Any, level: Any = "rs", terminal: Terminal = INJECTIVITY
) -> FreeEntropy:
    """Return the free entropy Phi(beta, alpha) of the number of errors, in a replica ansatz.

    * ``beta``: inverse temperature, a rational number in [5, 2000].
    * ``alpha``: m/n, a rational number in [2.2, 25].
    * ``level``: 'rs' (default), k or '<k>rsb' for k <= 8 steps.
    * ``terminal``: the loss, `theta` with any margin (default: margin 0).

    With steps, where RS is far from stable, beta >= 10, alpha in [3, 12] and alpha above the
    capacity of replica symmetry are needed. Below beta = 15 and at small alpha the steps beyond the
    third vanish, and the search says so. Returns a `FreeEntropy` with converged values. DomainError
    for other arguments; NotConverged, with the search as its history.

    >>> free_entropy(50, 6, 1)
    FreeEntropy(beta=50, alpha=6, 1-RSB: -Phi/beta = 0.9...; replica prediction (not a theorem))
    >>> free_entropy(50, 6, "rs").replicon > 1
    True
    """
    cold, ratio, steps = rational(beta, "beta"), rational(alpha, "alpha"), level_of(level)
    if not HOTTEST <= cold <= COLDEST:
        raise DomainError(f"beta must lie in [5, 2000]; got beta={shorten(cold)}")
    if not RANGE[0] <= ratio <= RANGE[1]:
        raise DomainError(f"alpha must lie in [2.2, 25]; got alpha={shorten(ratio)}")
    if not 0 <= steps <= MAX_STEPS:
        raise DomainError(f"free_entropy needs 'rs' or 0 <= k <= {MAX_STEPS}; got level={level!r}")
    if steps and not (cold >= BROKEN[0] and BROKEN[1] <= ratio <= BROKEN[2]):
        raise DomainError(
            "free_entropy with steps needs beta >= 10 and alpha in [3, 12]; "
            f"got beta={float(cold):g}, alpha={float(ratio):g}"
        )
    if instance(terminal, "terminal", Terminal).name != "theta":
        raise DomainError(f"free_entropy is for theta data; got terminal {terminal.name!r}")
    if steps and ratio <= symmetric_capacity(terminal).upper:
        raise DomainError(
            "free_entropy with steps needs alpha above the capacity of replica symmetry, "
            f"{float(symmetric_capacity(terminal)):.6g}; got alpha={float(ratio):g}"
        )
    return _solve(cold, ratio, steps, terminal)


def _solve(beta: mpq, alpha: mpq, steps: int, terminal: Terminal) -> FreeEntropy:
    cold, ratio = float(beta), float(alpha)
    found = _search(cold, ratio, steps, terminal)
    function = _function(cold, ratio, steps, terminal)
    error = abs(function(found.point, 1.3)[0] - found.value) + found.decrement + 1e-14
    history = tuple((label, mpq(-at)) for label, at in found.history)
    plain = np.exp(found.point)
    gaps = np.append(plain[1 : steps + 1], plain[0])
    source = "replica.free_entropy"
    value = Converged(beta * mpq(found.value), beta * mpq(error), (), source)
    energy = Converged(mpq(-found.value), mpq(error), history, source)
    q, slopes = 1 - np.cumsum(gaps[::-1])[::-1], plain[steps + 1 :]
    spread = None if steps else replicon(cold, ratio, float(plain[0]), terminal.margin)
    return FreeEntropy(beta, alpha, steps, value, energy, q, slopes, spread)


def _function(  # type: ignore[no-untyped-def]
    beta: float, alpha: float, steps: int, terminal: Terminal
):
    """Phi/beta and its derivatives in the logarithms of s^2, D_1..D_k, x_1..x_k."""

    def function(logs: np.ndarray, finer: float = 1.0) -> tuple[float, np.ndarray]:
        plain = np.exp(logs)
        gaps, slopes = np.append(plain[1 : steps + 1], plain[0]), plain[steps + 1 :]
        value, slope = trial(beta, alpha, gaps, slopes, terminal.margin, finer)
        return value, slope * plain

    return function


def _search(beta: float, alpha: float, steps: int, terminal: Terminal) -> Minimum:
    """Return the optimum, from the ground state or, where that is far, from a lower temperature."""
    if steps == 0:
        return _symmetric(beta, alpha, terminal)
    start = optimum(Problem(terminal, alpha), steps)
    spare = start.chi / beta
    scale = min(1.0, 0.9 * (1 - spare) / max(1 - start.q[0], 1e-9))
    slopes = start.slopes / (1 + start.slopes / beta)  # m = x/beta stays below 1
    first = np.log(np.concatenate([[min(spare, 0.5)], scale * start.gaps, slopes]))
    function = _function(beta, alpha, steps, terminal)
    try:
        return minimize(function, first, 1e-16)
    except NotConverged:
        colder = 1.5 * beta
        if colder > COLDEST:
            raise
    return minimize(function, _search(colder, alpha, steps, terminal).point, 1e-16)


def _symmetric(beta: float, alpha: float, terminal: Terminal) -> Minimum:
    """Return the optimum over s^2 alone: where the derivative changes its sign, which is less
    subject to rounding than the value.
    """
    function = _function(beta, alpha, 0, terminal)

    def slope(log_width: float) -> float:
        return float(function(np.array([log_width]))[1][0])

    high = np.log(0.999)
    low = high - 0.5
    while slope(low) > 0:
        high, low = low, low - 0.5
        if low < -25:
            raise NotConverged("replica symmetry has no stationary q")
    root = float(brentq(slope, low, high, xtol=1e-13, rtol=1e-14))
    point = np.array([root])
    value, gradient = function(point)
    bend = np.array([[(slope(root + 1e-5) - slope(root - 1e-5)) / 2e-5]])
    decrement = float(0.5 * gradient[0] ** 2 / bend[0, 0])
    return Minimum(point, value, gradient, bend, bend[0], decrement, (("RS", value),))


def _sweep(
    beta: float, gaps: np.ndarray, slopes: np.ndarray, margin: float, finer: float
) -> tuple[tuple, tuple]:
    """Return the recursion over k + 1 levels, and its grid."""
    every = np.append(slopes, beta)
    q0 = 1.0 - gaps.sum()
    grid = layout(q0, gaps, every, STEP, -margin, 0.0, NATS, finer)
    return grid, sweep(q0, gaps, every, STEP, -margin, grid)


def trial(
    beta: float,
    alpha: float,
    gaps: np.ndarray,
    slopes: np.ndarray,
    margin: float = 0.0,
    finer: float = 1.0,
) -> tuple[float, np.ndarray]:
    """Return Phi/beta of a trial and its derivatives in s^2, D_1..D_k, x_1..x_k.

    gaps = (D_1, .., D_k, s^2), slopes = (x_1, .., x_k).
    """
    k, width = len(slopes), float(gaps[-1])
    q0 = 1.0 - float(gaps.sum())
    if not (q0 > 0 and np.all(gaps > 0) and np.all(slopes > 0)):
        raise DomainError("a trial needs positive slopes and positive gaps of sum below 1")
    if k and slopes.max() >= beta:
        raise DomainError("a trial needs slopes below beta: m = x/beta is at most 1")
    chi = beta * width
    s, in_s = action(chi, q0, gaps[:k], slopes)
    _, (root, in_slope, in_square, *_) = _sweep(beta, gaps, slopes, margin, finer)
    jumps = np.diff(np.append(slopes, beta), prepend=0.0)
    in_q = -0.5 * jumps * in_square
    in_gaps = -alpha * np.cumsum(in_q)
    outer = 0.5 / (chi + float(slopes @ gaps[:k]))
    of_gaps = outer - np.cumsum(in_s[1 : k + 1]) - outer
    value = s + 0.5 * np.log(width) / beta + alpha * root
    in_width = beta * in_s[0] - outer + 0.5 / (beta * width) + in_gaps[k]
    of_slopes = in_s[k + 1 :] + alpha * in_slope[:k]
    return value, np.concatenate([[in_width], of_gaps + in_gaps[:k], of_slopes])


def replicon(beta: float, alpha: float, width: float, margin: float = 0.0) -> float:
    """Return alpha s^4 E phi''^2 of the RS solution with 1 - q = s^2 = width."""
    grid, found = _sweep(beta, np.array([width]), np.empty(0), margin, 3.0)
    fp, law = found[6:]
    second, _ = bends(fp, grid[0])
    return float(alpha * width**2 * beta**2 * grid[0] * (law @ second**2))
