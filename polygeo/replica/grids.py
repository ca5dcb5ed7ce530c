"""Nested uniform grids for the levels: as wide and as fine as the functions need.

At level i the recursion's f_i is flat to the left of the first and to the right of the last kink
of f(1, .), up to Gaussian tails; |f_i'| stays below bend sqrt(2/Lambda_i), bend = 1 for theta
data; and log N in f_i = (1/x) log N has its nearest singularity, a zero of N, at a distance of
about pi/(x sup|f_i'|) from the real line, where two plateaus balance. The step of level i is
base/2^shifts[i], the exponents non-decreasing, so that every grid contains the one below it.
"""

from __future__ import annotations

from math import ceil, floor, log2, pi, sqrt

import numpy as np

from polygeo.errors import DomainError
from polygeo.simd.compiled import njit

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


@njit(cache=True, nogil=True)
def _layout(q0, gaps, slopes, ends, centre, chi, bend, nats, finer):  # type: ignore[no-untyped-def]
    """See `layout`."""
    left, right, height = ends
    k = len(gaps)
    spread = np.empty(k + 1)
    spread[0] = sqrt(q0)
    for i in range(k):
        spread[i + 1] = sqrt(gaps[i])
    rest, q = np.empty(k), np.empty(k)
    rest[k - 1] = gaps[k - 1]
    for i in range(k - 2, -1, -1):
        rest[i] = rest[i + 1] + gaps[i]
    q[0] = q0
    for i in range(1, k):
        q[i] = q[i - 1] + gaps[i - 1]
    gaussian, scale = GAUSSIAN * sqrt(NATS / nats), SCALE * NATS / nats
    steps, pull, steepest = np.empty(k), np.empty(k), np.empty(k)
    before = 0.0
    for i in range(k - 1, -1, -1):
        before += slopes[i] * gaps[i]
        pull[i] = before
        steepest[i] = bend * sqrt(2.0 / (chi + before))
        strip = 2.0 * pi * pi / (slopes[i] * max(steepest[i], 1e-9) * nats)
        narrow = gaussian * min(spread[i], spread[i + 1])
        steps[i] = min(narrow, scale * sqrt(rest[i]), strip) / finer
    base = steps[0]
    shifts = np.zeros(k, dtype=np.int64)
    first, counts = np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
    halves = np.zeros(k, dtype=np.int64)
    wide = sqrt(2.0 * nats)
    for i in range(k):
        step = base / 2.0 ** shifts[i]
        if i == 0:
            low, high = centre - wide * spread[0], centre + wide * spread[0]
        else:
            x = slopes[i - 1]
            shifts[i] = max(shifts[i - 1], ceil(log2(base / steps[i])))
            step = base / 2.0 ** shifts[i]
            reach = min(
                sqrt(2.0 * (nats + x * height)), wide + x * STEEPER * steepest[i] * spread[i]
            )
            halves[i] = ceil(reach * spread[i] / step)
            law = sqrt(2.0 * (nats + x * height) * q[i])
            flat = min(
                sqrt(2.0 * (nats + slopes[k - 1] * height) * rest[i]),
                wide * sqrt(rest[i]) + STEEPER * steepest[k - 1] * pull[i],
            )
            low = max(centre - law, left - flat)
            high = min(centre + law, right + flat)
        first[i] = floor(low / step)
        counts[i] = max(ceil(high / step) - first[i] + 1, 1)
    return base, shifts, first, counts, halves


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
    found = _layout(q0, gaps, slopes, ends, centre, chi, bend, nats, finer)
    counts, halves = found[3].astype(float), found[4].astype(float)
    most = MAX_POINTS if len(gaps) > 1 else MAX_ALONE
    if not (0 < counts.sum() < most and 2 * (counts[:-1] @ halves[1:]) < MAX_WORK):
        raise DomainError("a trial so steep needs grids beyond any memory or time")
    return found
