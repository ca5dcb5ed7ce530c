"""The ground state of a spherical perceptron at zero temperature: `ground_state`.

e*(alpha) = lim min_x E(x)/n, E(x) = sum_mu V(<W_mu, x>) over m = alpha n Gaussian rows, x on the
unit sphere of R^n. The replica method predicts e* = sup(-S + alpha F) (`functional`): with k
steps of replica-symmetry breaking a lower estimate that grows with k, in the limit the
prediction. Replica symmetry is a theorem in one direction: Gordon's comparison proves
e* >= e_RS(alpha) for the injectivity question. Source: maillard2023injectivity,
gordon1988milman.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.answers.exact import rational, shorten
from polygeo.answers.options import check_fields, choice, describe, flag, instance
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError, NotConverged
from polygeo.progress import patient
from polygeo.replica.certified.minimum import least_value
from polygeo.replica.critical_density import capacity, symmetric_capacity
from polygeo.replica.full import chi_limit, cruder, full
from polygeo.replica.functional import Problem
from polygeo.replica.identities import Check, checks
from polygeo.replica.ladder import KStepOptimum, level_of, optimum
from polygeo.replica.newton import axes_of
from polygeo.replica.smooth import Smooth, levels
from polygeo.replica.symmetric import symmetric_energy
from polygeo.replica.terminal import INJECTIVITY, Terminal

__all__ = ["GroundState", "ground_state"]

MAX_ALPHA = mpq(25)
"""Largest alpha for which the searches were seen to converge; the tests use [3, 12]."""

ALWAYS = 2
"""The capacity at threshold 0; it grows with the threshold."""

NOTHING = mpq(1, 10**14)
"""Size below which a search in double precision cannot separate a number from 0."""


@dataclass(frozen=True, eq=False)
class GroundState:
    """Solution of a replica ansatz at one ratio alpha.

    * ``level``: the k of k-RSB, 0 for RS and -1 for full RSB; ``terminal``: the `Terminal` of the
      loss.
    * ``energy``: e*, a Ball for replica symmetry of the injectivity question, else a Converged.
    * ``chi``: lim beta (1 - q), of the same kind (with full RSB a limit of its own,
      `full.chi_limit`).
    * ``q``: the ends q_0 < .. < q_k = 1 of the cells of the order parameter, an array.
    * ``slopes``: the values x_1 <= .. <= x_k of the order parameter on the cells, an array (x = 0
      below q_0).
    * ``checks``: identities that the solution must satisfy.
    * ``stable``: whether all computed curvatures are positive; for RS whether it is the ground
      state of the replica method (it never is: see `finite.replicon`).

    Below the capacity (`critical_density.capacity`) the energy is 0 and chi is infinite: ``chi`` is
    None, q is (1,), and there are no slopes and no checks. Then ``satisfiable`` is True.
    """

    alpha: mpq
    level: int
    terminal: Terminal
    energy: Ball | Converged
    chi: Ball | Converged | None
    q: np.ndarray
    slopes: np.ndarray
    checks: tuple[Check, ...]
    stable: bool
    order: Smooth | None = None

    source = "maillard2023injectivity"

    def __post_init__(self) -> None:
        check_fields(self, alpha=mpq, level=int, terminal=Terminal, energy=Ball | Converged)
        check_fields(self, chi=Ball | Converged | None, q=np.ndarray, slopes=np.ndarray)
        check_fields(self, checks=[Check], stable=bool, order=Smooth | None)

    @property
    def name(self) -> str:
        """Name of the ansatz, such as 'RS', '3-RSB' or 'full RSB'."""
        return {0: "RS", -1: "full RSB"}.get(self.level, f"{self.level}-RSB")

    @property
    def satisfiable(self) -> bool:
        """Whether alpha lies below the capacity, so that the least number of errors is 0."""
        return self.chi is None

    @property
    def status(self) -> str:
        """Whether the energy is a theorem (RS, a lower bound) or a replica prediction."""
        if self.level == 0 and self.terminal == INJECTIVITY:
            return "theorem: a lower bound of e* (Gordon)"
        return "replica prediction (not a theorem)"

    def x(self, q: Any) -> np.ndarray:
        """Return the order parameter x(q) = lim beta m(q) at numbers q in [0, 1)."""
        try:
            points = np.atleast_1d(np.asarray(q, dtype=float))
        except (MemoryError, OverflowError, TypeError, ValueError):
            raise DomainError(f"q needs a number or an array; got {describe(q)}") from None
        if not np.all((points >= 0) & (points < 1)):
            raise DomainError("the order parameter is defined for 0 <= q < 1")
        if self.order is not None:
            return self.order.x(points)
        steps = np.append(0.0, self.slopes)
        return steps[np.searchsorted(self.q[:-1], points, side="right")]

    def __str__(self) -> str:
        below = " (below the capacity)" if self.satisfiable else ""
        return f"e*({float(self.alpha):g}) = {self.energy}{below}, {self.name}: {self.status}"

    def __repr__(self) -> str:
        return f"GroundState({self})"

    def _repr_latex_(self) -> str:
        at = f"{float(self.alpha):g}"
        chi = r"\infty" if self.chi is None else latex(self.chi)
        return (
            rf"$e^*({at}) = {latex(self.energy)}, \quad \chi = {chi}"
            rf"\qquad \text{{{self.name}: {self.status.partition(':')[0]}}}$"
        )


@patient
def ground_state(
    alpha: Any,
    level: Any = "full",
    terminal: Terminal = INJECTIVITY,
    effort: str = "plain",
    certified: Any = False,
) -> GroundState:
    """Return the ground-state energy e*(alpha) and its order parameter, in a replica ansatz.

    * ``alpha``: m/n, a rational number (float, string, mpq, ..) in (0, 25].
    * ``level``: 'rs', k or '<k>rsb' for k = 0..32 steps, or 'full' (default).
    * ``terminal``: the loss (`terminal`; default: the injectivity question).
    * ``effort``: accuracy of full RSB: 'quick' (5 digits in 0.05 s), 'plain' (default: 8 digits in
      0.5 s), 'fine' (10 digits in 1 s) or 'best' (12 and more digits in 15 s).
    * ``certified``: True asks for Balls of 15 decimal places (default False), for the injectivity
      question with level 'rs' or 1 and alpha in [3, 12]. With one step the energy is the proved
      largest value of -S + alpha F on a box of trials, a local maximum, and ``chi`` is the box's
      side; that no trial outside the box has a larger value is not proved.

    Returns a `GroundState`. Below the capacity of the ansatz (`capacity`) the energy is 0.
    DomainError for arguments out of range; NotConverged, with the search as its history, when no
    minimum was found, and within the error of a capacity.

    >>> ground_state(6, "rs").energy.decimal(12)
    '0.631492135224'
    >>> ground_state(6, 2)
    GroundState(e*(6) = 0.80487280293..., 2-RSB: replica prediction (not a theorem))
    >>> ground_state(6, 2).x([0.1, 0.8, 0.99])
    array([0.        , 2.85205352, 5.62595008])
    >>> ground_state(6, 1, certified=True)  # doctest: +ELLIPSIS
    GroundState(e*(6) = 0.801584660452774..., 1-RSB: replica prediction (not a theorem))
    >>> from polygeo.replica import theta
    >>> ground_state(6, "rs", theta("0.7"))
    GroundState(e*(6) = 0 (below the capacity), RS: replica prediction (not a theorem))
    """
    ratio, steps = rational(alpha, "alpha"), level_of(level)
    if not 0 < ratio <= MAX_ALPHA:
        raise DomainError(f"alpha must lie in (0, 25]; got alpha={shorten(ratio)}")
    choice(effort, "effort", ("quick", "plain", "fine", "best"))
    problem = Problem(instance(terminal, "terminal", Terminal), float(ratio))
    if flag(certified, "certified"):
        return _certified(ratio, steps, terminal)
    if _satisfiable(ratio, steps, terminal):
        return _zero(ratio, steps, terminal)
    if steps == 0:
        return _symmetric(ratio, problem)
    if steps > 0:
        return _steps(ratio, optimum(problem, steps))
    try:
        return _full(ratio, problem, effort)
    except DomainError as reason:  # of a trial that no user has given
        raise NotConverged(f"full RSB: the search left the range of trials ({reason})") from None


def _certified(alpha: mpq, steps: int, terminal: Terminal) -> GroundState:
    """Return the ground state with Balls for energy and chi."""
    if not (steps in (0, 1) and terminal == INJECTIVITY and 3 <= alpha <= 12):
        raise DomainError(
            "certified energies need the injectivity question, level 'rs' or 1, and "
            f"3 <= alpha <= 12; got level {steps if steps >= 0 else 'full'}, terminal "
            f"{terminal.name}, alpha={shorten(alpha)}"
        )
    problem = Problem(terminal, float(alpha))
    if steps == 0:
        return _symmetric(alpha, problem)
    plain = _steps(alpha, optimum(problem, steps))
    found = least_value(steps, 15, alpha)
    energy = found.value.with_source("replica.ground_state")
    return replace(plain, energy=energy, chi=found.chi.with_source("replica.ground_state"))


def _satisfiable(alpha: mpq, steps: int, terminal: Terminal) -> bool:
    """Test whether alpha lies below the capacity; no search where that of replica symmetry
    decides.
    """
    end = terminal.threshold()
    if end is None or alpha > symmetric_capacity(terminal).upper:
        return False
    if end > 0 and alpha <= ALWAYS:
        return True
    border = capacity(terminal, "full" if steps < 0 else steps)
    if isinstance(border, Ball):
        low, high = border.lower, border.upper
    else:
        low, high = border.value - border.error, border.value + border.error
    if low < alpha <= high:
        problem = f"alpha={shorten(alpha)} lies within the error of the capacity {border}"
        raise NotConverged(problem, getattr(border, "history", ()))
    return bool(alpha <= low)


def _zero(alpha: mpq, steps: int, terminal: Terminal) -> GroundState:
    """Below the capacity: energy 0, and chi is infinite."""
    energy: Ball | Converged = Ball.of(0, source="gardnerderrida1988optimal")
    if steps and terminal.threshold() > 0:  # type: ignore[operator]
        energy = Converged(mpq(0), NOTHING, (), "franz2017universality")
    one, none = np.ones(1), np.empty(0)
    return GroundState(alpha, steps, terminal, energy, None, one, none, (), steps > 0)


def _symmetric(alpha: mpq, problem: Problem) -> GroundState:
    plain = problem.terminal == INJECTIVITY
    energy, chi = symmetric_energy(alpha) if plain else _answers(optimum(problem, 0))
    nothing = np.empty(0)
    return GroundState(alpha, 0, problem.terminal, energy, chi, np.ones(1), nothing, (), False)


def _answers(found: KStepOptimum) -> tuple[Converged, Converged]:
    """Energy and chi of an optimum, with errors from the grid and from the curvature."""
    value, other = -found.value, -found.value
    if found.k:
        other = -found.problem.at(found.chi, found.gaps, found.slopes, 44.0, 1.3)[0]
    error = abs(value - other) + found.bound + 1e-14
    history = tuple((label, mpq(-at)) for label, at in found.history)
    energy = Converged(mpq(value), mpq(error), history, "replica.ground_state")
    loose = 4 * float(np.sqrt(found.bound / found.curvature)) + 1e-10
    return energy, Converged(mpq(found.chi), mpq(loose * found.chi), (), "replica.ground_state")


def _steps(alpha: mpq, found: KStepOptimum) -> GroundState:
    energy, chi = _answers(found)
    made = checks(found.problem, float(alpha), float(energy), found.chi, found.gaps, found.slopes)
    q, terminal = found.q, found.problem.terminal
    stable = found.curvature > 0
    return GroundState(alpha, found.k, terminal, energy, chi, q, found.slopes, made, stable)


def _full(alpha: mpq, problem: Problem, effort: str) -> GroundState:
    value, order = full(problem, effort)
    history = tuple((label, -at) for label, at in value.history)
    energy = Converged(-value.value, value.error, history, "replica.ground_state")
    chi, gaps, slopes = levels(order.unknowns, order.k)
    trial_value = -order.value
    made = checks(problem, float(alpha), trial_value, chi, gaps, slopes, continuous=True)
    q = 1 - np.append(np.cumsum(gaps[::-1])[::-1], 0.0)
    stable = bool(axes_of(order.hessian)[0][0] > 0)
    made = (*made, _steady(order, cruder(problem, effort)))
    chi_found, terminal = chi_limit(problem, effort), problem.terminal
    return GroundState(alpha, -1, terminal, energy, chi_found, q, slopes, made, stable, order)


def _steady(order: Smooth, other: Smooth) -> Check:
    """Return x(q) beside a cruder solution, where they differ most between q_0 and 1."""
    s = min(order.edge, other.edge) * np.linspace(0.1, 0.98, 45)
    left, right = other.x(1 - s * s), order.x(1 - s * s)
    worst = int(np.argmax(np.abs(left / right - 1)))
    name = f"x(q) of degree {other.degree}, k = {other.k}, against {order.degree}, {order.k}"
    return Check(name, float(left[worst]), float(right[worst]))
