"""The recursion of one trial or of many: in NumPy (`recursion`), in long runs compiled (`kernels`).

Compiled code is several times as fast on many small grids, and worth its preparation after a while
only: to compile it takes seconds, once on a machine, and to read it from the disk half a second in
every process.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polygeo.answers.interrupts import from_ctrl_c
from polygeo.errors import DomainError
from polygeo.replica.recursion import recursion
from polygeo.simd.patience import Patience

__all__ = ["UNCOMPILED", "compiled_sweep", "sweep", "sweeps"]

UNCOMPILED = Patience("polygeo.replica.kernels.sweep", 5.0, kept=0.25)
"""The seconds of all sweeps of a process in NumPy."""

CALL, LEVEL, POINT, PRODUCT = 5e-4, 2e-4, 1e-7, 1.2e-9
"""Seconds in NumPy: of a sweep of any number of trials, of a level of it, and for each trial of a
point and of a product of a point and a tap."""

POINTS = 60_000
"""Most points of all trials that are swept at once: what fits into the caches."""

STEEP = "a trial so steep leaves the range of double precision"


def sweep(
    q0: float,
    gaps: np.ndarray,
    slopes: np.ndarray,
    pieces: np.ndarray,
    centre: float,
    grid: tuple,
) -> tuple:
    """Return what `kernels.sweep` returns, for one trial. DomainError where it is too steep."""
    if not _short(1, grid):
        return compiled_sweep(q0, gaps, slopes, pieces, centre, grid)
    with UNCOMPILED.spend():
        many = recursion(np.array([q0]), gaps[None], slopes[None], pieces[None], centre, grid)
    root, in_slope, in_square, in_chi, offset, f, fp, law = many
    _check(root, in_slope, in_square, in_chi)
    derivatives = in_slope[0], in_square[0], float(in_chi[0])
    return float(root[0]), *derivatives, offset, f[0], fp[0], law[0]


def sweeps(
    q0: np.ndarray,
    gaps: np.ndarray,
    slopes: np.ndarray,
    pieces: np.ndarray,
    centre: float,
    grid: tuple,
) -> tuple[np.ndarray, ...]:
    """Return f_00, d/dx, int P_i f_i'^2 and d/dchi of trials on one grid, along the first axis.

    DomainError where a trial is too steep.
    """
    if not _short(len(q0), grid):
        trials = zip(q0, gaps, slopes, pieces, strict=True)
        rows = [compiled_sweep(*trial, centre, grid)[:4] for trial in trials]
        return tuple(map(np.array, zip(*rows, strict=True)))
    most = max(1, POINTS // int(grid[3].sum()))
    parts = []
    for start in range(0, len(q0), most):
        some = slice(start, start + most)
        with UNCOMPILED.spend():
            found = recursion(q0[some], gaps[some], slopes[some], pieces[some], centre, grid)
        parts.append(found[:4])
    whole = tuple(map(np.concatenate, zip(*parts, strict=True)))
    _check(*whole)
    return whole


def compiled_sweep(*trial: Any) -> tuple:
    """Return `kernels.sweep` of a trial, which compiles it or reads it from the disk."""
    from polygeo.replica.kernels import sweep as compiled

    try:
        return tuple(compiled(*trial))
    except ZeroDivisionError:
        raise DomainError(STEEP) from None
    except SystemError as problem:
        if from_ctrl_c(problem):
            raise KeyboardInterrupt from None
        raise


def _check(*found: np.ndarray) -> None:
    if not all(np.isfinite(part).all() for part in found):
        raise DomainError(STEEP)


def _short(trials: int, grid: tuple) -> bool:
    """Test whether these trials are better swept without compiled code."""
    counts, halves = grid[3].astype(float), grid[4].astype(float)
    each = POINT * counts.sum() + PRODUCT * 2 * (counts[:-1] @ halves[1:])
    return UNCOMPILED.allows(CALL + LEVEL * len(counts) + trials * float(each))
