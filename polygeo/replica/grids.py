"""Nested uniform grids for the levels: as wide and as fine as the functions need.

At level i the recursion's f_i is flat to the left of the first and to the right of the last kink
of f(1, .), up to Gaussian tails; |f_i'| stays below bend sqrt(2/Lambda_i), bend = 1 for theta
data; and log N in f_i = (1/x) log N has its nearest singularity, a zero of N, at a distance of
about pi/(x sup|f_i'|) from the real line, where two plateaus balance. The step of level i is
base/2^shifts[i], the exponents non-decreasing, so that every grid contains the one below it.
"""

from __future__ import annotations

from itertools import accumulate
from math import ceil, floor, log2, pi, sqrt

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
    left, low, right, high = pieces[[0, 0, -1, -1], [1, 2, 0, 2]].tolist()
    steep = DomainError("a trial so steep needs grids beyond any memory or time")
    try:
        numbers = gaps.tolist(), slopes.tolist(), (left, right, abs(high - low))
        found = _layout(float(q0), *numbers, centre, float(chi), bend, nats, finer)
    except (OverflowError, ValueError, ZeroDivisionError):
        raise steep from None
    base, shifts, first, counts, halves = found
    most = MAX_POINTS if len(gaps) > 1 else MAX_ALONE
    work = 2 * sum(count * half for count, half in zip(counts, halves[1:], strict=False))
    if not (0 < sum(counts) < most and work < MAX_WORK):
        raise steep
    return base, *(np.array(whole) for whole in (shifts, first, counts, halves))


def _layout(
    q0: float,
    gaps: list[float],
    slopes: list[float],
    ends: tuple[float, float, float],
    centre: float,
    chi: float,
    bend: float,
    nats: float,
    finer: float,
) -> tuple[float, list[int], list[int], list[int], list[int]]:
    """See `layout`; in plain numbers, which for a few levels takes less time than arrays."""
    left, right, height = ends
    k = len(gaps)
    spread = [sqrt(gap) for gap in (q0, *gaps)]
    q = list(accumulate((q0, *gaps[:-1])))
    rest = list(accumulate(reversed(gaps)))[::-1]
    pull = list(accumulate(x * gap for x, gap in zip(slopes[::-1], gaps[::-1], strict=True)))[::-1]
    steepest = [bend * sqrt(2.0 / (chi + before)) for before in pull]
    gaussian, scale = GAUSSIAN * sqrt(NATS / nats), SCALE * NATS / nats
    steps = []
    for i in range(k):
        strip = 2.0 * pi * pi / (slopes[i] * max(steepest[i], 1e-9) * nats)
        narrow = gaussian * min(spread[i], spread[i + 1])
        steps.append(min(narrow, scale * sqrt(rest[i]), strip) / finer)
    base, wide = steps[0], sqrt(2.0 * nats)
    shifts, first, counts, halves = [0] * k, [0] * k, [0] * k, [0] * k
    for i in range(k):
        step = base
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
