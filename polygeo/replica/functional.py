"""The replica functional at zero temperature, on k levels, with exact gradients.

    S = (1/2) [ q_0/Lambda_0 + sum_i (1/x_i) log(Lambda_{i-1}/Lambda_i) ],   F = - f_00,
    Lambda_k = chi,  Lambda_{i-1} = Lambda_i + x_i D_i,

with f_00 from `sweeps`. Two problems are posed with it: the ground-state energy
e*(alpha) = sup(- S + alpha F), and the alpha at which e* takes a value E, which needs no search:
alpha = inf (E + S)/F. Both errors are of second order in the error of the parameters, and every
trial value lies on the same side of the optimum. Source: franz2017universality (the functional),
maillard2023injectivity (the question).

At E = 0 the alpha is the capacity. With x = chi y, chi S and chi F depend on chi only through
chi f(1, .), which falls to -dist(h, {V = 0})^2/2: chi is infinite at the infimum, and is held at
`far`, where what is left of the difference is beyond double precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt
from typing import Any

import numpy as np

from polygeo.errors import DomainError
from polygeo.replica.grids import NATS, layout
from polygeo.replica.sweeps import sweeps
from polygeo.replica.terminal import INJECTIVITY, Terminal

__all__ = ["Problem", "action", "functional", "symmetric_value"]

FAR = 72.0
"""Where chi is infinite: twice the nats by which fields beyond sqrt(2 chi) are rarer than those
beyond the threshold."""


def action(
    chi: Any, q0: Any, gaps: np.ndarray, slopes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return S and its derivatives in chi, q_0..q_{k-1}, x_1..x_k, along the last axis."""
    k = gaps.shape[-1]
    chi, q0 = np.asarray(chi)[..., None], np.asarray(q0)[..., None]
    back = np.concatenate([chi, (slopes * gaps)[..., ::-1]], axis=-1)
    total = np.cumsum(back, axis=-1)[..., ::-1]  # Lambda_0..Lambda_k
    low = total[..., 1:]
    r = slopes * gaps / low
    log = np.log1p(r)
    value = 0.5 * q0[..., 0] / total[..., 0] + 0.5 * (log / slopes).sum(axis=-1)
    jumps = np.concatenate([q0 / total[..., :1] ** 2, gaps / (total[..., :-1] * low)], axis=-1)
    weight = np.cumsum(jumps, axis=-1)
    large = np.maximum(r, 1e-4)
    bend = np.where(
        r > 1e-4,
        (large / (1.0 + large) - np.log1p(large)) / large**2,
        -0.5 + 2.0 * r / 3.0 - 0.75 * r * r,
    )
    in_q = 0.5 * _jumps(slopes) * weight[..., :k]
    in_slopes = 0.5 * (gaps / low) ** 2 * bend - 0.5 * gaps * weight[..., :k]
    return value, np.concatenate([-0.5 * weight[..., k:], in_q, in_slopes], axis=-1)


def _jumps(slopes: np.ndarray) -> np.ndarray:
    """Return x_i - x_{i-1}, x_0 = 0."""
    jumps = slopes.copy()
    jumps[..., 1:] -= slopes[..., :-1]
    return jumps


def functional(
    terminal: Terminal,
    chi: float,
    gaps: np.ndarray,
    slopes: np.ndarray,
    nats: float = NATS,
    finer: float = 1.0,
    grid: tuple | None = None,
) -> tuple[float, float, np.ndarray, np.ndarray]:
    """Return S, F and their derivatives in chi, q_0..q_{k-1}, x_1..x_k (arrays of 2k + 1).

    On the given grid (`grids.layout`), or on one laid out for these parameters.
    """
    pieces, centre = terminal.pieces(chi), -terminal.margin
    if grid is None:
        q0 = 1.0 - float(gaps.sum())
        grid = layout(q0, gaps, slopes, pieces, centre, chi, nats, finer)
    trials = np.array([chi]), gaps[None], slopes[None], pieces[None]
    found = _functionals(*trials, centre, grid)
    s, f, in_s, in_f = (part[0] for part in found)
    return float(s), float(f), in_s, in_f


def _functionals(
    chi: np.ndarray,
    gaps: np.ndarray,
    slopes: np.ndarray,
    pieces: np.ndarray,
    centre: float,
    grid: tuple,
) -> tuple[np.ndarray, ...]:
    """Return S, F and their derivatives for trials on one grid, along the first axis."""
    q0 = 1.0 - gaps.sum(axis=1)
    value, in_action = action(chi, q0, gaps, slopes)
    root, in_slope, in_square, in_chi = sweeps(q0, gaps, slopes, pieces, centre, grid)
    in_q = 0.5 * _jumps(slopes) * in_square
    return value, -root, in_action, np.concatenate([-in_chi[:, None], in_q, -in_slope], axis=1)


def symmetric_value(chi: float, terminal: Terminal = INJECTIVITY) -> tuple[float, ...]:
    """Return S, F, dS/dchi, dF/dchi under replica symmetry (k = 0), q = 1: S = 1/(2 chi)."""
    h, mean, square = -terminal.margin, 0.0, 0.0
    for lo, hi, a, b, c in terminal.pieces(chi).tolist():
        low, high = lo - h, hi - h
        mass = _tail(low) - _tail(high) if low + high > 0 else _tail(-high) - _tail(-low)
        mean += a * mass
        if b or c:
            p1, p2 = _density(low), _density(high)
            first = h * mass + p1 - p2
            second = (h * h + 1.0) * mass + (h + lo) * p1 - (h + hi) * p2
            mean += b * first + 0.5 * c * second
            square += b * b * mass + 2.0 * b * c * first + c * c * second
    return 0.5 / chi, mean, -0.5 / chi**2, -0.5 * square


def _tail(z: float) -> float:
    """Return Phi(-z)."""
    return 0.5 * erfc(z / sqrt(2.0))


def _density(z: float) -> float:
    """Return the standard normal density."""
    return exp(-0.5 * z * z) / sqrt(2.0 * pi)


@dataclass(frozen=True)
class Problem:
    """What is minimized: -e*(alpha) for a given ``alpha``, or the alpha with e* = ``energy``.

    >>> value, gradient = Problem().at(0.05, np.array([0.2]), np.array([3.0]))
    >>> round(value, 4), gradient.shape
    (6.77, (3,))
    """

    terminal: Terminal = INJECTIVITY
    alpha: float | None = None
    energy: float = 1.0

    @property
    def far(self) -> float | None:
        """The chi that stands for infinity where the energy is 0, else None."""
        if self.alpha is not None or self.energy:
            return None
        end = self.terminal.threshold()
        if end is None:
            raise DomainError("a capacity needs a loss that vanishes exactly on a half-line z <= t")
        return float((end * end + FAR) ** 0.5 - end) ** 2 / 2

    def combine(self, s: Any, f: Any, ds: Any, df: Any) -> tuple[Any, Any]:
        """Return the value and its gradient from those of S and F."""
        if self.alpha is not None:
            return s - self.alpha * f, ds - self.alpha * df
        alpha = (self.energy + s) / f
        return alpha, (ds - alpha * df) / f

    def at(
        self,
        chi: float,
        gaps: np.ndarray,
        slopes: np.ndarray,
        nats: float = NATS,
        finer: float = 1.0,
    ) -> tuple[float, np.ndarray]:
        """Return the value and its derivatives in chi, q_0..q_{k-1}, x_1..x_k, for k >= 1 levels.

        gaps = (D_1, .., D_k) with a sum below 1, slopes = (x_1, .., x_k), all positive.
        """
        if not (chi > 0 and len(gaps) == len(slopes) > 0):
            raise DomainError("a trial needs chi > 0 and as many slopes as gaps, at least one")
        if not (gaps.min() > 0 and slopes.min() > 0 and gaps.sum() < 1):
            raise DomainError("a trial needs positive slopes and positive gaps of sum below 1")
        return self.combine(*functional(self.terminal, chi, gaps, slopes, nats, finer))

    def near(
        self, chi: float, gaps: np.ndarray, slopes: np.ndarray, nats: float
    ) -> Callable[[Any, np.ndarray, np.ndarray], np.ndarray]:
        """Return the derivatives as a function of parameters near these, on one and the same grid.

        On a fixed grid the trapezoid rule is a smooth function of the parameters, so that its
        differences are accurate even where the grid is coarse. The function takes one trial, or
        many along the first axes: chi of shape (trials,), gaps and slopes (trials, k).
        """
        terminal, q0 = self.terminal, 1.0 - float(gaps.sum())
        centre = -terminal.margin
        grid = layout(q0, gaps, slopes, terminal.pieces(chi), centre, chi, nats)

        def gradient(chi: Any, gaps: np.ndarray, slopes: np.ndarray) -> np.ndarray:
            if gaps.ndim == 1:
                return np.asarray(gradient(np.array([chi]), gaps[None], slopes[None])[0])
            rows = [terminal.pieces(at) for at in chi]
            found = np.empty((len(chi), 2 * gaps.shape[1] + 1))
            for number in {len(row) for row in rows}:  # more than one where a piece vanishes
                some = [i for i, row in enumerate(rows) if len(row) == number]
                pieces = np.array([rows[i] for i in some])
                trials = _functionals(chi[some], gaps[some], slopes[some], pieces, centre, grid)
                s, f, in_s, in_f = trials
                found[some] = self.combine(s[:, None], f[:, None], in_s, in_f)[1]
            return found

        return gradient

    def symmetric(self, chi: float) -> tuple[float, float]:
        """Return the value and its derivative in chi under replica symmetry (k = 0)."""
        return self.combine(*symmetric_value(chi, self.terminal))
