"""Minimization by Newton's method from exact gradients.

The Hessian comes from differences of the gradient and is kept for a few steps where the
convergence is fast; eigenvalues are taken by modulus, so that every step goes down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dsyev

from polygeo.errors import DomainError, NotConverged

__all__ = ["Minimum", "axes_of", "minimize"]

STEP, CENTRAL_STEP = 1e-6, 3e-5
"""Of one-sided and of central differences; central ones resolve flat directions to 1e-9."""

SLOW = 0.03
"""The Hessian is renewed when a step lowers the predicted fall by less than this factor."""

NOISE = 4e-15
"""Relative rounding error of a value; smaller differences mean nothing."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where the search ended. ``eigenvalues`` of the Hessian ascend: all are positive at a minimum;
    ``decrement`` is the fall that one more step predicts."""

    point: np.ndarray
    value: float
    gradient: np.ndarray
    hessian: np.ndarray
    eigenvalues: np.ndarray
    decrement: float
    history: tuple[tuple[str, float], ...]


def minimize(
    function: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    goal: float = 1e-20,
    most: int = 60,
    hessian: np.ndarray | None = None,
    central: bool = False,
    near: Callable[[np.ndarray], Callable[[np.ndarray], np.ndarray]] | None = None,
) -> Minimum:
    """Minimise ``function`` (value and gradient) near ``start``, to a decrement of ``goal``.

    Points where the function raises DomainError are avoided. ``central`` differences cost twice as
    much and are needed for more than about 16 digits. ``near(point)`` may give a cheaper gradient
    for the differences around a point, of many points at once, the rows of a matrix; without it
    ``function`` serves. NotConverged, with the
    values on the way as history, when ``most`` steps do not suffice or the minimum is a saddle.
    """
    point = np.asarray(start, dtype=float)
    try:
        value, slope = function(point)
    except DomainError as problem:
        raise NotConverged(f"the search cannot start: {problem}") from None
    history = [("start", value)]
    size, fresh = len(point), hessian is None

    def each(points: np.ndarray) -> np.ndarray:
        return np.array([function(point)[1] for point in points])

    curvature = np.zeros((size, size)) if hessian is None else hessian
    bends, axes = axes_of(curvature)
    decrement = np.inf
    for count in range(1, most + 1):
        if fresh:
            try:
                around = near(point) if near else each
                curvature = _hessian(around, point, central)
            except DomainError as problem:
                raise NotConverged(f"stopped at the border: {problem}", tuple(history)) from None
            bends, axes = axes_of(curvature)
        floor = max(1e-10 * np.abs(bends).max(), 1e-300)
        move = -axes @ ((axes.T @ slope) / np.maximum(np.abs(bends), floor))
        predicted = float(-0.5 * slope @ move)
        length = min(1.0, 1.0 / max(np.abs(move).max(), 1e-300))
        found = _line(function, point, value, move, length)
        if found is None:
            if not fresh:
                fresh = True
                continue
            if predicted <= NOISE * abs(value):
                decrement = predicted
                break
            raise NotConverged(f"no descent after {count} steps", tuple(history))
        length, point, value, slope = found
        history.append((f"step {count}", value))
        slow = predicted > SLOW * decrement
        decrement = predicted
        if predicted <= goal or (slow and predicted <= 1e-4 * NOISE * abs(value)):
            break
        fresh = length < 1 or predicted > 1e-3 or slow
    else:
        raise NotConverged(f"no minimum after {most} steps", tuple(history))
    if bends[0] < -1e-6 * np.abs(curvature).max():
        raise NotConverged("the search ended at a saddle, not at a minimum", tuple(history))
    return Minimum(point, value, slope, curvature, bends, decrement, tuple(history))


def axes_of(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues, ascending, and eigenvectors (columns) of a symmetric matrix.

    By the QR algorithm: for matrices of this size the method of `numpy.linalg.eigh` asks for
    threads that cost more than the work.
    """
    values, axes, failed = dsyev(matrix)
    if failed:
        raise NotConverged("the curvature of the functional is not finite")
    return values, axes


def _hessian(
    gradient: Callable[[np.ndarray], np.ndarray], point: np.ndarray, central: bool
) -> np.ndarray:
    """Differences of the gradient, symmetrized."""
    size, units = len(point), np.eye(len(point))
    if central:
        up_and_down = gradient(point + CENTRAL_STEP * np.concatenate([units, -units]))
        matrix = (up_and_down[:size] - up_and_down[size:]) / (2 * CENTRAL_STEP)
    else:
        base, *moved = gradient(point + STEP * np.concatenate([np.zeros((1, size)), units]))
        matrix = (np.array(moved) - base) / STEP
    return 0.5 * (matrix + matrix.T)


def _line(
    function: Callable[[np.ndarray], tuple[float, np.ndarray]],
    point: np.ndarray,
    value: float,
    move: np.ndarray,
    length: float,
) -> tuple[float, np.ndarray, float, np.ndarray] | None:
    """Return the first of length, length/2.5, .. that does not go up (beyond rounding)."""
    while length > 1e-7:
        trial = point + length * move
        try:
            reached, slope = function(trial)
        except DomainError:
            reached = np.inf
        if reached <= value + NOISE * abs(value):
            return length, trial, reached, slope
        length *= 0.4
    return None
