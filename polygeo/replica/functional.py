"""The replica functional at zero temperature, on k levels, with exact gradients.

    S = (1/2) [ q_0/Lambda_0 + sum_i (1/x_i) log(Lambda_{i-1}/Lambda_i) ],   F = - f_00,
    Lambda_k = chi,  Lambda_{i-1} = Lambda_i + x_i D_i,

with f_00 from `kernels.sweep`. Two problems are posed with it: the ground-state energy
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
from typing import Any

import numpy as np

from polygeo.answers.interrupts import from_ctrl_c
from polygeo.errors import DomainError
from polygeo.replica.grids import NATS, layout
from polygeo.replica.kernels import last_level, sweep
from polygeo.replica.terminal import INJECTIVITY, Terminal
from polygeo.simd.compiled import njit

__all__ = ["Problem", "action", "functional", "symmetric_value"]

FAR = 72.0
"""Where chi is infinite: twice the nats by which fields beyond sqrt(2 chi) are rarer than those
beyond the threshold."""


@njit(cache=True, nogil=True)
def action(chi, q0, gaps, slopes):  # type: ignore[no-untyped-def]
    """Return S and its derivatives in chi, q_0..q_{k-1}, x_1..x_k."""
    k = len(gaps)
    total = np.empty(k + 1)
    total[k] = chi
    for i in range(k, 0, -1):
        total[i - 1] = total[i] + slopes[i - 1] * gaps[i - 1]
    value = 0.5 * q0 / total[0]
    weight = q0 / total[0] ** 2
    gradient = np.empty(2 * k + 1)
    before = 0.0
    for i in range(k):
        x, gap, low = slopes[i], gaps[i], total[i + 1]
        r = x * gap / low
        value += 0.5 * np.log1p(r) / x
        gradient[1 + i] = 0.5 * (x - before) * weight
        if r > 1e-4:
            bend = (r / (1.0 + r) - np.log1p(r)) / r**2
        else:
            bend = -0.5 + 2.0 * r / 3.0 - 0.75 * r * r
        gradient[1 + k + i] = 0.5 * (gap / low) ** 2 * bend - 0.5 * gap * weight
        weight += gap / (total[i] * low)
        before = x
    gradient[0] = -0.5 * weight
    return value, gradient


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
    q0, pieces, centre = 1.0 - float(gaps.sum()), terminal.pieces(chi), -terminal.margin
    value, in_action = action(chi, q0, gaps, slopes)
    if grid is None:
        grid = layout(q0, gaps, slopes, pieces, centre, chi, nats, finer)
    try:
        root, in_slope, in_square, in_chi, *_ = sweep(q0, gaps, slopes, pieces, centre, grid)
    except ZeroDivisionError:
        raise DomainError("a trial so steep leaves the range of double precision") from None
    except SystemError as problem:
        if from_ctrl_c(problem):
            raise KeyboardInterrupt from None
        raise
    k = len(gaps)
    gradient = np.empty(2 * k + 1)
    gradient[0] = -in_chi
    gradient[1] = 0.5 * slopes[0] * in_square[0]
    gradient[2 : k + 1] = 0.5 * (slopes[1:] - slopes[:-1]) * in_square[1:]
    gradient[k + 1 :] = -in_slope
    return value, -root, in_action, gradient


def symmetric_value(chi: float, terminal: Terminal = INJECTIVITY) -> tuple[float, ...]:
    """Return S, F, dS/dchi, dF/dchi under replica symmetry (k = 0), q = 1: S = 1/(2 chi)."""
    _, mean, _, square = last_level(-terminal.margin, 1.0, 0.0, terminal.pieces(chi))
    return 0.5 / chi, -mean, -0.5 / chi**2, -0.5 * square


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

    def combine(self, s: float, f: float, ds: Any, df: Any) -> tuple[float, Any]:
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
    ) -> Callable[[float, np.ndarray, np.ndarray], np.ndarray]:
        """Return the derivatives as a function of parameters near these, on one and the same grid.

        On a fixed grid the trapezoid rule is a smooth function of the parameters, so that its
        differences are accurate even where the grid is coarse.
        """
        terminal, q0 = self.terminal, 1.0 - float(gaps.sum())
        grid = layout(q0, gaps, slopes, terminal.pieces(chi), -terminal.margin, chi, nats)

        def gradient(chi: float, gaps: np.ndarray, slopes: np.ndarray) -> np.ndarray:
            found = self.combine(*functional(terminal, chi, gaps, slopes, grid=grid))[1]
            return np.asarray(found)

        return gradient

    def symmetric(self, chi: float) -> tuple[float, float]:
        """Return the value and its derivative in chi under replica symmetry (k = 0)."""
        return self.combine(*symmetric_value(chi, self.terminal))
