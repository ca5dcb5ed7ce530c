"""Newton's method along the central path: smooth minimisation under inequalities.

minimise f(x) subject to c_i(x) >= 0, started strictly inside. For tau -> 0 the barrier function
f - tau sum log c_i is minimised by primal-dual Newton steps with a line search on itself; for a
convex problem with r constraints its minimiser is within r tau of the least value of f. A convex
problem is thereby solved to a stated gap; any other one to a point that satisfies the conditions
of first order, with multipliers z >= 0 (there the exact Hessian is replaced by a positive
definite one wherever it is not one itself).
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from polygeo.errors import NotConverged

__all__ = ["BarrierMinimum", "BarrierProblem", "minimise"]

Array = NDArray[np.float64]

SHRINK = 0.1
"""Factor from one value of tau to the next."""

NEAR = 0.995
"""Largest share of the way to the boundary that a step may go."""


class BarrierProblem(Protocol):
    """The interface of a problem for `minimise`; derivatives by name."""

    def reach(self, x: Array, move: Array) -> float:
        """Return the largest multiple of ``move`` that a step may go."""

    def value(self, x: Array) -> float:
        """Compute f(x)."""

    def constraints(self, x: Array) -> Array:
        """Compute c(x), shape (r,)."""

    def jacobian(self, x: Array) -> Array:
        """Compute dc/dx, shape (r, n)."""

    def derivatives(self, x: Array, z: Array) -> tuple[Array, Array, Array]:
        """Compute grad f, the Hessian of f - <z, c>, and a positive semidefinite substitute."""

    def update(self, x: Array) -> float:
        """Compute new multipliers of equations that f penalises, between values of tau.

        Returns what f may gain from how far x is from satisfying them, 0 without equations.
        """


class BarrierMinimum(NamedTuple):
    """The end of the path: point, multipliers, gap (z.c plus what Newton still sees), steps."""

    x: Array
    multipliers: Array
    gap: float
    steps: int


def minimise(
    problem: BarrierProblem, x: Array, tolerance: float, tau: float, limit: int
) -> BarrierMinimum:
    """Minimise along the central path from ``tau`` until the gap is at most ``tolerance``.

    Raises NotConverged, with the gaps on the way as history, after ``limit`` Newton steps.

    >>> class Nearest:
    ...     "|x - (2, 1)|^2 / 2 in the unit square."
    ...     rows = np.vstack([np.eye(2), -np.eye(2)])
    ...     reach = lambda self, x, move: np.inf
    ...     value = lambda self, x: 0.5 * float((x - [2, 1]) @ (x - [2, 1]))
    ...     constraints = lambda self, x: np.concatenate([x, 1 - x])
    ...     jacobian = lambda self, x: self.rows
    ...     derivatives = lambda self, x, z: (x - [2, 1], np.eye(2), np.eye(2))
    ...     update = lambda self, x: 0.0
    >>> minimise(Nearest(), np.array([0.5, 0.5]), 1e-9, 0.1, 100).x.round(4)
    array([1., 1.])
    """
    c, jacobian = problem.constraints(x), problem.jacobian(x)
    if not c.min() > 0:
        raise ValueError("the starting point must be strictly feasible")
    z = tau / c
    last = tolerance / (4 * len(c))
    history: list[float] = []
    loss, stuck, fresh = problem.update(x), False, True
    for step in range(1, limit + 1):
        gradient, exact, substitute = problem.derivatives(x, z)
        weighted = jacobian.T * (z / c)
        residual = gradient - jacobian.T @ (tau / c)
        move = _descent(exact, substitute, weighted @ jacobian, residual)
        slope = float(residual @ move)
        gap = float(z @ c) - 0.5 * slope + loss
        history.append(gap)
        if tau <= last and gap <= tolerance and -slope <= 1e-3 * tau:
            return BarrierMinimum(x, z, gap, step)
        if -slope <= 0.5 * tau and not fresh:
            tau, loss, fresh = max(tau * SHRINK, last), problem.update(x), True
            continue
        fresh = False
        change = tau / c - z - (z / c) * (jacobian @ move)
        x, c_new, moved = _search(problem, x, c, jacobian, move, slope, tau)
        falling = change < 0
        length = min(1.0, NEAR * float(np.min(-z[falling] / change[falling], initial=np.inf)))
        z = np.clip(z + length * change, tau / (1e4 * c_new), 1e4 * tau / c_new)
        c, jacobian = c_new, problem.jacobian(x)
        if not moved:  # rounding ends the descent; the gap says what has been reached
            if tau <= last and stuck:
                if gap <= tolerance:
                    return BarrierMinimum(x, z, gap, step)
                break
            stuck = tau <= last
            tau, loss = max(tau * SHRINK, last), problem.update(x)
    best = min(history)
    raise NotConverged(
        f"the weights were asked for to a likelihood gap of {tolerance:g}; {best:.3g} was reached "
        f"in {len(history)} steps",
        tuple(history),
    )


def _descent(exact: Array, substitute: Array, barrier: Array, residual: Array) -> Array:
    """The Newton step with the first of three matrices that is positive definite."""
    ridge = np.zeros(len(residual))
    for matrix in (exact + barrier, substitute + barrier):
        diagonal = matrix.diagonal()
        scale = np.sqrt(np.maximum(diagonal, 1e-30 * diagonal.max()))
        scaled = matrix / np.outer(scale, scale)
        for extra in (0.0, 1e-12):
            try:
                factor = cho_factor(scaled + np.diag(ridge + extra))
            except (LinAlgError, ValueError):
                continue
            return -cho_solve(factor, residual / scale) / scale
    diagonal = (substitute + barrier).diagonal()
    return -residual / np.maximum(diagonal, 1e-300)


def _search(
    problem: BarrierProblem,
    x: Array,
    c: Array,
    jacobian: Array,
    move: Array,
    slope: float,
    tau: float,
) -> tuple[Array, Array, bool]:
    """Armijo's rule for the barrier function inside the feasible set."""
    along = jacobian @ move
    falling = along < 0
    length = min(1.0, NEAR * float(np.min(-c[falling] / along[falling], initial=np.inf)))
    length = min(length, problem.reach(x, move))
    start = problem.value(x)
    rounding = 1e-14 * abs(start) if -slope < 1e-12 * abs(start) else 0.0
    for _ in range(40):
        point = x + length * move
        inside = problem.constraints(point)
        if inside.min() > 0:
            gain = problem.value(point) - start - tau * float(np.log(inside / c).sum())
            if gain <= 1e-4 * length * slope + rounding:
                return point, inside, True
        length *= 0.5
    return x, c, False
