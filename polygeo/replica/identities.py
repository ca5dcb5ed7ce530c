"""Identities that hold at a stationary point, evaluated on a solution: checks, not inputs.

With X the process dX = x f' dq + dB and f at (q, X_q), a full-RSB solution satisfies on the
support of its order parameter

    alpha E f'^2 = int_0^q dq'/Lambda^2                      (stationarity in q)
    alpha E f''^2 = 1/Lambda^2                               (marginal stability)
    x = alpha E f'''^2 / (2 (Lambda^-3 + alpha E f''^3))     (its derivative in q)
    e* = alpha E V(z),                                       (energy: alpha P(X_1 > t) for theta)

z the minimizer behind f(1, X_1). The first and the last hold with k steps as well. Source:
franz2017universality.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from polygeo.errors import DomainError
from polygeo.replica.functional import Problem
from polygeo.replica.grids import NATS, layout
from polygeo.replica.sweeps import sweep

__all__ = ["Check", "bends", "checks"]

STENCIL = np.array([3.0, -32.0, 168.0, -672.0, 0.0, 672.0, -168.0, 32.0, -3.0]) / 840
"""Central difference of order 8."""


@dataclass(frozen=True)
class Check:
    """Two sides of an identity, at the place where they differ most; relative ``gap``."""

    name: str
    left: float
    right: float

    @property
    def gap(self) -> float:
        """Relative difference |left - right| / |right|."""
        return abs(self.left - self.right) / abs(self.right)

    def __str__(self) -> str:
        return f"{self.name}: {self.left:.8g} against {self.right:.8g} (relative {self.gap:.1e})"


def bends(slope: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the second and third derivative from the first on a uniform grid (0 outside)."""
    second = np.convolve(slope, -STENCIL, mode="same") / step
    return second, np.convolve(second, -STENCIL, mode="same") / step


def checks(
    problem: Problem,
    alpha: float,
    energy: float,
    chi: float,
    gaps: np.ndarray,
    slopes: np.ndarray,
    continuous: bool = False,
) -> tuple[Check, ...]:
    """Return the identities at a solution; the local ones of full RSB only if ``continuous``.

    The averages are taken at q_0 < .. < q_{k-1}, on grids fine enough for three derivatives.
    """
    k, q0 = len(gaps), 1.0 - gaps.sum()
    pieces, centre = problem.terminal.pieces(chi), -problem.terminal.margin
    grid = None
    for finer in (3.0, 2.0):  # where steep, three derivatives have to do with less
        with suppress(DomainError):
            grid = layout(q0, gaps, slopes, pieces, centre, chi, NATS, finer)
            break
    grid = grid or layout(q0, gaps, slopes, pieces, centre, chi, NATS, 1.4)
    root, in_slope, in_square, in_chi, offset, _, fp, law = sweep(
        q0, gaps, slopes, pieces, centre, grid
    )
    total = chi + np.cumsum((gaps * slopes)[::-1])[::-1]  # Lambda
    after = np.append(total[1:], chi)
    weight = q0 / total[0] ** 2 + np.append(0.0, np.cumsum(gaps / (total * after))[:-1])
    loss = -(root + float(slopes @ in_slope)) - chi * in_chi
    made = [Check("e* = alpha E V", alpha * loss, energy)]
    pairs = [("alpha E f'^2 = int Lambda^-2", alpha * in_square, weight)]
    if continuous:
        found = np.empty((3, k))  # E f''^2, E f''^3, E f'''^2
        for i in range(k):
            here = slice(offset[i], offset[i + 1])
            step = grid[0] / 2.0 ** grid[1][i]
            second, third = bends(fp[here], step)
            inside = law[here] * step
            inside[:8] = inside[-8:] = 0.0
            found[:, i] = (inside * [second**2, second**3, third**2]).sum(axis=1)
        middle = slice(k // 10, -k // 10)
        x = (slopes[:-1] + slopes[1:])[middle] / 2
        total, bend, cube, third = (a[1:][middle] for a in (total, *found))
        pairs.append(("alpha E f''^2 = Lambda^-2", alpha * bend, total**-2))
        formula = alpha * third / (2 * (total**-3 + alpha * cube))
        pairs.append(("x = alpha E f'''^2 / (2 (Lambda^-3 + alpha E f''^3))", formula, x))
    for name, left, right in pairs:
        worst = int(np.argmax(np.abs(left - right) / np.abs(right)))
        made.append(Check(name, float(left[worst]), float(right[worst])))
    return tuple(made)
