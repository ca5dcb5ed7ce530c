"""The value on k levels in any precision (MPFR), at given parameters.

The same functional as in `functional`, without derivatives: at parameters that are optimal to
double precision the value differs from the infimum by their squared error
(`ladder.KStepOptimum.bound`), so that nothing has to be searched here. The grids are laid out for
the precision that is asked.
"""

from __future__ import annotations

from math import log
from typing import Any

import gmpy2
import numpy as np
from gmpy2 import mpfr, mpq

from polygeo.replica.grids import layout
from polygeo.replica.ladder import KStepOptimum

__all__ = ["precise_value"]


def precise_value(at: KStepOptimum, digits: int, finer: float = 1.0) -> mpq:
    """Return the value at the parameters of a k-step optimum, k >= 1, in multiple precision.

    The parameters are the doubles as they stand: chi, D_i and x_i are read exactly.
    """
    nats = digits * log(10) + 4
    gaps, slopes, problem = at.gaps, at.slopes, at.problem
    grid = layout(
        1.0 - gaps.sum(),
        gaps,
        slopes,
        problem.terminal.pieces(at.chi),
        -problem.terminal.margin,
        at.chi,
        nats,
        finer,
    )
    with gmpy2.context(precision=int(1.4427 * nats) + 40, emin=-(2**30)):
        chi, x = mpfr(at.chi), [mpfr(value) for value in slopes.tolist()]
        gap = [mpfr(value) for value in gaps.tolist()]
        q0 = 1 - sum(gap)
        pieces = [tuple(map(mpfr, row)) for row in problem.terminal.envelope(chi)]
        centre = mpfr(-problem.terminal.margin)
        f = -_root(q0, gap, x, pieces, centre, grid)
        total, s = chi, mpfr(0)
        for slope, width in zip(reversed(x), reversed(gap), strict=True):
            above, total = total, total + slope * width
            s += gmpy2.log(total / above) / slope
        s = (s + q0 / total) / 2
        value = s - mpq(problem.alpha) * f if problem.alpha is not None else None
        return mpq((mpq(problem.energy) + s) / f if value is None else value)


def _root(q0: Any, gap: list, x: list, pieces: list, centre: Any, grid: tuple) -> Any:
    """Return f_00, the recursion of `kernels.sweep`."""
    base, shifts, first, counts, halves = grid
    steps = [mpfr(float(base)) / 2 ** int(shift) for shift in shifts]
    k = len(gap)
    top = range(int(first[k - 1]), int(first[k - 1] + counts[k - 1]))
    f = [_last(j * steps[k - 1], gap[k - 1], x[k - 1], pieces) for j in top]
    for i in range(k - 1, 0, -1):
        slope, step = x[i - 1], steps[i]
        half = int(halves[i])
        side = [_gauss(j * step, gap[i - 1]) * step for j in range(half + 1)]
        kernel = np.array(side[:0:-1] + side, dtype=object)
        ratio = 1 << int(shifts[i] - shifts[i - 1])
        begin, count = int(first[i]), int(counts[i])
        lower, number = int(first[i - 1]), int(counts[i - 1])
        low = min(begin, lower * ratio - half)
        high = max(begin + count - 1, (lower + number - 1) * ratio + half)
        left, right = gmpy2.exp(-slope * pieces[0][2]), gmpy2.exp(-slope * pieces[-1][2])
        middle = [gmpy2.exp(slope * value) for value in f]
        padding = [right] * (high - begin - count + 1)
        weights = np.array([left] * (begin - low) + middle + padding, dtype=object)
        f = []
        for j in range(number):
            at = (lower + j) * ratio - low
            f.append(gmpy2.log(kernel.dot(weights[at - half : at + half + 1])) / slope)
    begin, step = int(first[0]), steps[0]
    terms = [_gauss((begin + j) * step - centre, q0) * value for j, value in enumerate(f)]
    return step * sum(terms)


def _gauss(z: Any, variance: Any) -> Any:
    return gmpy2.exp(-z * z / (2 * variance)) / gmpy2.sqrt(2 * gmpy2.const_pi() * variance)


def _tail(z: Any) -> Any:
    return gmpy2.erfc(z / gmpy2.sqrt(mpfr(2))) / 2


def _between(low: Any, high: Any) -> Any:
    if low > 0:
        return _tail(low) - _tail(high)
    if high < 0:
        return _tail(-high) - _tail(-low)
    return 1 - _tail(-low) - _tail(high)


def _last(h: Any, variance: Any, x: Any, pieces: list) -> Any:
    """f at the last level: (1/x) log of the sum of Gaussian integrals (`kernels.last_level`)."""
    total = mpfr(0)
    for lo, hi, a, b, c in pieces:
        widen = 1 + x * c * variance
        tau = gmpy2.sqrt(variance / widen)
        mu = (h - x * b * variance) / widen
        lift = -x * (a + (b * h + c * h * h / 2 - x * b * b * variance / 2) / widen)
        mass = _between((lo - mu) / tau, (hi - mu) / tau)
        total += gmpy2.exp(lift) / gmpy2.sqrt(widen) * mass
    return gmpy2.log(total) / x
