"""One uniform grid for all levels, and a bound of what the trapezoid sums on it leave out.

On the points j h a sum replaces gamma_{D_i} * e^{x_i f_i}. With the strip of half width a and
a_i <= a the rule errs by at most the share

    2 exp(a_i^2/(2 D_i) + x_i a_i^2/(2 D_k x_k)) / (e^{2 pi a_i/h} - 1)

of the integral (trefethenweideman2014exponentially, theorem 5.1), and cutting off the Gaussian
at R by the share e^{x_i} P[|g| > R/D_i^(1/2)] at most. Shares of N_i are errors of f_{i-1} divided
by x_i, and the errors of the levels add up. Outside its window f_i is replaced by its
plateaus 0 and -1: by Jensen's inequality -f_i(z) <= H(-z/r) and, all slopes raised to x_k,
f_i(z) + 1 <= e^{x_k} H((z - t)/r)/x_k, with r^2 = D_{i+1} + .. + D_k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log, pi, sqrt

from flint import arb

from polygeo.answers.numerics.normal import tail
from polygeo.errors import NotConverged
from polygeo.replica.certified.strip import Strip, Trial, proved_strip

__all__ = ["Grid", "laid_out", "omitted"]

SHARES = (2.7, 2.3, 1.9, 1.5, 1.1, 0.8, 0.5)
"""Half widths of strips that are tried, in units of 1/(x_k sup|f_{k-1}'|)."""


@dataclass(frozen=True)
class Grid:
    """Step h; of each level the first and the last point of its window; R/h of each Gaussian.

    Shares of about e^-nats are left out.

    ``ends[i]`` belongs to f_i, 0 <= i < k; ``halves[0]`` to the Gaussian at the root, ``halves[i]``
    to that of D_i.
    """

    nats: float
    step: float
    ends: tuple[tuple[int, int], ...]
    halves: tuple[int, ...]


def laid_out(trial: Trial, nats: float) -> tuple[Grid, Strip]:
    """Return a grid that leaves out shares of about e^-nats, and the strip behind it."""
    chi, top = float(trial.chi), float(trial.slopes[-1])
    gaps, slopes = [float(x) for x in trial.gaps], [float(x) for x in trial.slopes]
    unit = 1 / (top * sqrt(2 / (chi + top * gaps[-1])))
    for share in SHARES:
        try:
            strip = proved_strip(trial, share * unit)
            break
        except NotConverged as failure:
            last = failure
    else:
        raise last
    variances = [1 - sum(gaps), *gaps]
    step = 2 * pi * strip.width / nats

    def reached(variance: float, slope: float) -> float:
        a = min(strip.width, 2 * pi * variance / step)
        return 2 * pi * a / step - a * a / 2 * (1 / variance + slope / (gaps[-1] * top))

    while min(map(reached, variances, [0.0, *slopes])) < nats:
        step *= 0.98
    halves = [
        ceil(sqrt(2 * (nats + x) * d) / step)
        for x, d in zip([0.0, *slopes], variances, strict=True)
    ]
    ends = []
    for i in range(len(gaps)):
        rest = sqrt(sum(gaps[i:]))
        low, high = -sqrt(2 * nats) * rest, sqrt(2 * chi) + sqrt(2 * (nats + top)) * rest
        ends.append((floor(low / step), ceil(high / step)))
    ends[0] = (max(ends[0][0], -halves[0]), min(ends[0][1], halves[0]))
    return Grid(nats, step, tuple(ends), tuple(halves)), strip


def _rule(grid: Grid, strip: Strip, trial: Trial, variance: arb, slope: arb) -> arb:
    """Return the share by which the trapezoid rule errs at most."""
    step = arb(grid.step)
    a = arb(min(strip.width, 2 * pi * float(variance) / grid.step))
    grow = a * a / 2 * (1 / variance + slope / (trial.gaps[-1] * trial.slopes[-1]))
    return 2 * grow.exp() / ((2 * arb.pi() * a / step).exp() - 1)


def omitted(trial: Trial, grid: Grid, strip: Strip, plateaus: Sequence[arb] | None = None) -> arb:
    """Return a bound of |F - its sum on the grid| for every trial of the box.

    ``plateaus[i]``: how far f_i at the ends of its window is from the plateaus, where that
    is known better than from the general bound.
    """
    step, k = arb(grid.step), len(trial.gaps)
    top, angle = trial.slopes[-1], strip.angle
    delta = arb(0)
    depth = strip.least.log() / top
    for i in range(k - 1, -1, -1):
        low, high = grid.ends[i]
        rest = sum(trial.gaps[i:], arb(0)).sqrt()
        if plateaus is None:
            far = (step * high - (2 * trial.chi).sqrt()) / rest
            outside = tail(-step * low / rest).max(top.exp() * tail(far) / top)
        else:
            outside = plateaus[i] + delta
        whole = plateaus is None and i == 0 and -low >= grid.halves[0] <= high
        delta = delta if whole else delta.max(outside.upper())
        if i:
            x, gap = trial.slopes[i - 1], trial.gaps[i - 1]
            cut = x.exp() * 2 * tail(step * grid.halves[i] / gap.sqrt())
            share = (_rule(grid, strip, trial, gap, x) + cut).upper()
            if not share < 1:
                raise NotConverged("the grid is too coarse for a bound")
            delta = delta - (1 - share).log() / x
            depth += (x * angle / top).cos().log() / x
    first = trial.first
    size = angle / top - depth + 1  # |f_0| in the strip: its real part lies in [depth, 1]
    rise = arb(strip.width) ** 2 / (2 * trial.gaps[-1] * top)
    if not rise < 1:
        size += rise
    root = _rule(grid, strip, trial, first, arb(0)) * size
    cut = 2 * tail(step * grid.halves[0] / first.sqrt())
    mass = 1 + step / (2 * arb.pi() * first).sqrt()
    return (root + cut + delta * mass).upper()


def nats_of(digits: int) -> float:
    """Return the number of nats for ``digits`` decimal digits of the value."""
    return digits * log(10) + 8


def bits_for(nats: float, slope: arb | float) -> int:
    """Return the precision for a level with that slope, whose right plateau is e^-slope."""
    return int(1.4427 * (nats + 1.5 * float(slope))) + 48
