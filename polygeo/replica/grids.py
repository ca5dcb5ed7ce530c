"""Nested uniform grids for the levels: as wide and as fine as the functions need.

At level i the recursion's f_i is flat to the left of the first and to the right of the last kink
of f(1, .), up to Gaussian tails; |f_i'| stays below bend sqrt(2/Lambda_i), bend = 1 for theta
data; and log N in f_i = (1/x) log N has its nearest singularity, a zero of N, at a distance of
about pi/(x sup|f_i'|) from the real line, where two plateaus balance. The step of level i is
base/2^shifts[i], the exponents non-decreasing, so that every grid contains the one below it.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from polygeo.errors import DomainError

__all__ = ["NATS", "ROUGH", "layout"]

NATS = 37.0
"""Default size of what is neglected: relative errors of about exp(-37), double precision."""

ROUGH = 24.0
"""Size of neglected terms, in nats, on grids for second derivatives, which need few digits."""

GAUSSIAN, SCALE = 0.62, 0.3
"""Steps in units of a standard deviation and of sqrt(1 - q) at 37 nats, found by halving them."""

MAX_POINTS, MAX_WORK = 500_000, 2e8
"""All levels together: some 30 MB, and products in the sums; twenty times what an optimum needs."""

MAX_ALONE = 8_000_000
"""Largest number of points of a level by itself, which has no sums (300 MB)."""

STEEPER = 1.2
"""Safety factor in the bound of |f'|."""


def layout(
    q0: float,
    gaps: np.ndarray,
    slopes: np.ndarray,
    pieces: np.ndarray,
    centre: float,
    chi: float,
    nats: float = NATS,
    finer: float = 1.0,
) -> tuple:
    """Return (base, shifts, first, counts, halves) for levels 0..k-1.

    Level i has the points (first[i] + j) base/2^shifts[i], 0 <= j < counts[i]. For e^{-nats}
    relative accuracy a Gaussian factor needs a step proportional to nats^(-1/2), a strip of
    analyticity one proportional to 1/nats. A Gaussian of deviation s that is multiplied by
    e^{x f} is kept to sqrt(2 nats) + x s sup|f'| standard deviations, or to
    sqrt(2 (nats + x range f)) if that is less: halves[i] steps of level i for the Gaussian between
    the levels i - 1 and i. ``finer`` divides every step.
    chi = 0 is for a bare loss that jumps.
    """
    bend = 1.0
    if chi > 0:
        inner = pieces[1:-1]
        ends = inner[:, 3:4] + inner[:, 4:5] * inner[:, :2]
        bend = float(np.abs(ends).max(initial=0.0)) * sqrt(chi / 2)
    ends = (pieces[0, 1], pieces[-1, 0], abs(pieces[-1, 2] - pieces[0, 2]))
    with np.errstate(all="ignore"):
        base, *found = _layout(q0, gaps, slopes, ends, centre, chi, bend, nats, finer)
    _, _, counts, halves = found
    most = MAX_POINTS if len(gaps) > 1 else MAX_ALONE
    if not (0 < counts.sum() < most and 2 * (counts[:-1] @ halves[1:]) < MAX_WORK):
        raise DomainError("a trial so steep needs grids beyond any memory or time")
    return base, *(numbers.astype(np.int64) for numbers in found)


def _layout(
    q0: float,
    gaps: np.ndarray,
    slopes: np.ndarray,
    ends: tuple[float, float, float],
    centre: float,
    chi: float,
    bend: float,
    nats: float,
    finer: float,
) -> tuple:
    """See `layout`; whole numbers as floats, which may be infinite."""
    left, right, height = ends
    spread = np.sqrt(np.append(q0, gaps))
    rest = np.cumsum(gaps[::-1])[::-1]
    q = np.cumsum(np.append(q0, gaps[:-1]))
    pull = np.cumsum((slopes * gaps)[::-1])[::-1]
    steepest = bend * np.sqrt(2.0 / (chi + pull))
    gaussian, scale = GAUSSIAN * sqrt(NATS / nats), SCALE * NATS / nats
    strip = 2.0 * pi * pi / (slopes * np.maximum(steepest, 1e-9) * nats)
    narrow = gaussian * np.minimum(spread[:-1], spread[1:])
    steps = np.minimum(np.minimum(narrow, scale * np.sqrt(rest)), strip) / finer
    base = float(steps[0])
    shifts = np.maximum.accumulate(np.ceil(np.log2(base / steps)))
    steps = base / 2.0**shifts

    wide, x = sqrt(2.0 * nats), slopes[:-1]
    reach = np.minimum(
        np.sqrt(2.0 * (nats + x * height)), wide + x * STEEPER * steepest[1:] * spread[1:-1]
    )
    halves = np.append(0, np.ceil(reach * spread[1:-1] / steps[1:]))
    law = np.sqrt(2.0 * (nats + np.append(0.0, x) * height) * q)
    flat = np.minimum(
        np.sqrt(2.0 * (nats + slopes[-1] * height) * rest),
        wide * np.sqrt(rest) + STEEPER * steepest[-1] * pull,
    )
    flat[0] = np.inf  # all of the Gaussian at the root
    low, high = np.maximum(centre - law, left - flat), np.minimum(centre + law, right + flat)
    first = np.floor(low / steps)
    counts = np.maximum(np.ceil(high / steps) - first + 1, 1)
    return base, shifts, first, counts, halves
