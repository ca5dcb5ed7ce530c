"""The recursion of `kernels` in NumPy, for many trials on one grid: no compiled code.

Arrays have a leading axis for the trials. A level holds f, f', <f> - f and the law P at the points
of its grid. The sums over a Gaussian kernel are products of matrices: a block of neighbouring
points needs a stretch of the finer grid, all blocks of all functions are the rows of one matrix,
and the kernel, shifted, is the other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import isqrt, pi, sqrt

import numpy as np
from scipy.special import log_ndtr

__all__ = ["recursion"]

LARGEST_POWER = 500.0
"""From this x max|f| on, e^{x f} is scaled block by block, lest it underflow."""

LARGE = 700.0
"""Largest exponent whose exponential lies in the range of double precision."""

PRODUCTS = 1 << 18
"""Most products in a matrix product: those of a larger one are shared among threads, which wait
for each other longer than they work."""

TERMS = 1 << 20
"""Most terms for each trial that are made at once."""

NORM = 1.0 / sqrt(2.0 * pi)


def _log_between(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return log [Phi(high) - Phi(low)] for low < high, relatively accurate in both tails."""
    left = high < 0.0
    low, high = np.where(left, -high, low), np.where(left, -low, high)
    near, far = log_ndtr(-np.abs(low)), log_ndtr(-high)
    inside = low <= 0.0
    shift = np.where(inside, 0.0, near)
    found: np.ndarray = shift + np.log1p(-np.exp(far - shift) - inside * np.exp(near))
    return found


def _last_level(
    h: np.ndarray, variance: np.ndarray, x: np.ndarray, pieces: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return log N, N = gamma_v * e^{x f(1,.)} at h, and the tilted means of f, f' and f'^2.

    ``h``: shape (points,); ``variance``, ``x``: (trials,); ``pieces``: (trials, rows, 5), a row
    (lo, hi, a, b, c) for each interval, with b = c = 0 at both ends. The means are those under the
    law proportional to gamma_v(h - z) e^{x f(1,z)} dz. Where f(1,.) jumps, f' counts with its Dirac
    mass, f'^2 without. Returns four arrays (trials, points).
    """
    variance, x = variance[:, None], x[:, None]
    spread = np.sqrt(variance)
    parts = [row.T[..., None] for row in pieces.transpose(1, 0, 2)]  # of shape (5, trials, 1)
    weights: list[np.ndarray] = []
    moments: list[tuple[np.ndarray, np.ndarray] | None] = []
    for lo, hi, a, b, c in parts:
        if not (b.any() or c.any()):
            if lo[0, 0] == -np.inf:
                mass = log_ndtr((hi - h) / spread)
            elif hi[0, 0] == np.inf:
                mass = log_ndtr((h - lo) / spread)
            else:
                mass = _log_between((lo - h) / spread, (hi - h) / spread)
            weights.append(mass - x * a)
            moments.append(None)
            continue
        widen = 1.0 + x * c * variance
        tau = np.sqrt(variance / widen)
        mu = (h - x * b * variance) / widen
        z1, z2 = (lo - mu) / tau, (hi - mu) / tau
        mass = _log_between(z1, z2)
        lift = (b + 0.5 * c * h) * h - 0.5 * x * b * b * variance
        weights.append(mass - x * (a + lift / widen) - 0.5 * np.log(widen))
        p1 = NORM * np.exp(-0.5 * z1 * z1 - mass)
        p2 = NORM * np.exp(-0.5 * z2 * z2 - mass)
        first = mu + tau * (p1 - p2)
        second = mu * mu + tau * (tau + (mu + lo) * p1 - (mu + hi) * p2)
        moments.append((first, second))
    top = np.maximum.reduce(weights)
    total, mean, slope, square = np.zeros((4, *top.shape))
    for (_, _, a, b, c), weight, moment in zip(parts, weights, moments, strict=True):
        share = np.exp(weight - top)
        total += share
        if moment is None:
            mean -= a * share
        else:
            first, second = moment
            mean -= share * (a + b * first + 0.5 * c * second)
            slope -= share * (b + c * first)
            square += share * (b * b + c * (2.0 * b * first + c * second))
    for before, after in pairwise(parts):
        z = after[0]
        left, right = (-(a + z * (b + 0.5 * z * c)) for _, _, a, b, c in (before, after))
        if np.abs(left - right).max() > 1e-9:  # a jump
            far = -0.5 * (h - z) ** 2 / variance - top
            slope += (np.exp(x * right + far) - np.exp(x * left + far)) * NORM / (x * spread)
    return top + np.log(total), mean / total, slope / total, square / total


def _gaussian(variance: np.ndarray, step: float, half: int) -> np.ndarray:
    """step * gamma_variance at -half step, .., half step, for each trial."""
    scale = step / np.sqrt(variance)[:, None]
    kernel: np.ndarray = NORM * scale * np.exp(-0.5 * (scale * np.arange(-half, half + 1)) ** 2)
    return kernel


def _windows(rows: np.ndarray, number: int, stride: int, width: int) -> np.ndarray:
    """A view: the stretches of that width of the last axis, ``stride`` apart."""
    strides = (*rows.strides[:-1], 8 * stride, 8)
    return np.ndarray((*rows.shape[:-1], number, width), float, rows, 0, strides)


def _band(kernel: np.ndarray, ratio: int, rows: int, columns: int, offset: int) -> np.ndarray:
    """A view: kernel[offset + column - ratio row] for each trial, 0 outside of the kernel."""
    trials, taps = kernel.shape
    before = max(ratio * (rows - 1) - offset, 0)
    padded = np.zeros((trials, before + max(offset + columns, taps)))
    padded[:, before : before + taps] = kernel
    strides, at = (padded.strides[0], -8 * ratio, 8), 8 * (before + offset)
    return np.ndarray((trials, rows, columns), float, padded, at, strides)


def _sums(
    windows: np.ndarray, band: np.ndarray, terms: Callable[[np.ndarray], np.ndarray] | None = None
) -> np.ndarray:
    """Return sum_w windows[t, n, b, w] band[t, w, r], an array (t, n, b, r).

    ``terms`` makes the functions n from those in the windows.
    """
    trials, _, blocks, width = windows.shape
    outputs = band.shape[2]
    # Rows of one product, their length, and the length of the windows that are made at once.
    group = max(PRODUCTS // (64 * outputs), 8)
    piece = max(PRODUCTS // (min(group, 3 * blocks) * outputs), 1)
    many = max(TERMS // (3 * blocks * piece), 1) * piece
    found: np.ndarray | float = 0.0
    for start in range(0, width, many):
        part = windows[..., start : start + many]
        rows = (terms(part) if terms else part).reshape(trials, -1, part.shape[3])
        factor = band[:, start : start + many].copy(order="K")
        if part.shape[3] <= piece and rows.shape[1] <= group:
            found = found + rows @ factor
            continue
        sums = np.zeros((trials, rows.shape[1], outputs))
        for first in range(0, rows.shape[1], group):
            for at in range(0, part.shape[3], piece):
                few = rows[:, first : first + group, at : at + piece]
                sums[:, first : first + group] += few @ factor[:, at : at + piece]
        found = found + sums
    return np.asarray(found).reshape(trials, -1, blocks, outputs)


def _inside(low: int, size: int, first: int, count: int) -> tuple[int, int, slice]:
    """Return where in low, .., low + size - 1 the points of a grid lie, and which ones do."""
    start = min(max(first - low, 0), size)
    stop = min(max(first + count - low, start), size)
    return start, stop, slice(low + start - first, low + stop - first)


def _down(
    x: np.ndarray,
    kernel: np.ndarray,
    ratio: int,
    fine: tuple[int, int],
    coarse: tuple[int, int],
    found: np.ndarray,
    edges: np.ndarray,
    steep: bool,
) -> tuple[np.ndarray, ...]:
    """Return one level down: f, f' on the fine grid to f, f' and <f> - f on the coarse one.

    A grid is (index of its first point, number of points) in its own steps; ``found`` holds f and
    f', of shape (trials, 2, points), ``edges`` f on both sides of the grid.
    """
    begin, number = coarse
    taps = kernel.shape[1]
    half = taps // 2
    rows = min(4 * isqrt(number), half // ratio + 4) if steep else isqrt(number) + 1
    blocks = -(-number // rows)
    width = (rows - 1) * ratio + taps
    low, size = begin * ratio - half, (blocks * rows - 1) * ratio + taps
    start, stop, here = _inside(low, size, *fine)
    fields = np.zeros((len(x), 2, size))
    fields[:, 0, :start], fields[:, 0, stop:] = edges[:, :1], edges[:, 1:]
    fields[:, :, start:stop] = found[:, :, here]

    def weighted(fields: np.ndarray) -> np.ndarray:
        data = np.empty((len(x), 3, *fields.shape[2:]))
        np.exp(x[:, None] * (fields[:, 0] - top), out=data[:, 0])
        np.multiply(fields, data[:, :1], out=data[:, 1:])
        return data

    band = _band(kernel, ratio, rows, width, 0).transpose(0, 2, 1)
    top = np.zeros((1, 1, 1))
    if steep:
        windows = _windows(fields, blocks, rows * ratio, width)
        top = windows[:, 0].max(axis=2, keepdims=True)
        sums = _sums(windows, band, weighted)
    else:
        data = weighted(fields[:, :, None])[:, :, 0]
        sums = _sums(_windows(data, blocks, rows * ratio, width), band)
    level = top + np.log(sums[:, 0]) / x[:, None]
    parts = level, sums[:, 2] / sums[:, 0], sums[:, 1] / sums[:, 0] - level
    return tuple(part.reshape(len(x), -1)[:, :number] for part in parts)


def _up(
    x: np.ndarray,
    kernel: np.ndarray,
    ratio: int,
    coarse: tuple[int, int],
    fine: tuple[int, int],
    law: np.ndarray,
    f_coarse: np.ndarray,
    f_fine: np.ndarray,
    steep: bool,
) -> np.ndarray:
    """Return one level up: the law on the coarse grid to the law on the fine one."""
    begin, number = fine
    half = kernel.shape[1] // 2
    most = half // ratio + 1
    place, offset = divmod(begin, ratio)
    places = (begin + number - 1) // ratio - place + 1
    rows = max(isqrt(places // ratio), -(-8 // ratio))
    if steep:
        rows = max(min(rows, (half + 16) // ratio), 1)
    blocks = -(-places // rows)
    width = rows + 2 * most
    size = blocks * rows + 2 * most
    start, stop, here = _inside(place - most, size, *coarse)
    band = _band(ratio * kernel, ratio, width, rows * ratio, half + ratio * most)
    kept = slice(offset, offset + number)
    if not steep:
        source = np.zeros((len(x), 1, size))
        source[:, 0, start:stop] = law[:, here] * np.exp(-x * f_coarse[:, here])
        sums = _sums(_windows(source, blocks, rows, width), band)
        return np.asarray(sums.reshape(len(x), -1)[:, kept] * np.exp(x * f_fine))

    middles = (np.arange(blocks) * rows + rows // 2) * ratio - offset
    levels = f_fine[:, np.clip(middles, 0, number - 1)]

    def lifted(fields: np.ndarray) -> np.ndarray:
        powers = fields[:, 0] - x[:, None] * (fields[:, 1] - levels[..., None])
        return np.exp(np.minimum(powers, LARGE))[:, None]

    fields = np.zeros((len(x), 2, size))
    fields[:, 0] = -np.inf
    fields[:, 0, start:stop], fields[:, 1, start:stop] = np.log(law[:, here]), f_coarse[:, here]
    sums = _sums(_windows(fields, blocks, rows, width), band, lifted)
    level = np.repeat(levels, rows * ratio, axis=1)[:, kept]
    return np.asarray(sums.reshape(len(x), -1)[:, kept] * np.exp(x * (f_fine - level)))


def recursion(
    q0: np.ndarray,
    gaps: np.ndarray,
    slopes: np.ndarray,
    pieces: np.ndarray,
    centre: float,
    grid: tuple,
) -> tuple[np.ndarray, ...]:
    """Return what `kernels.sweep` returns, for trials on k >= 1 levels and one grid.

    ``q0``: shape (trials,); ``gaps``, ``slopes``: (trials, k); ``pieces``: (trials, rows, 5); the
    grid as in `kernels.sweep`. The answers have the leading axis too, but for the offsets. Where a
    trial is too steep they are not finite.
    """
    with np.errstate(all="ignore"):
        return _recursion(q0, gaps, slopes, pieces, centre, grid)


def _recursion(q0, gaps, slopes, pieces, centre, grid):  # type: ignore[no-untyped-def]
    base, shifts, *rest_of_grid = grid
    first, counts, halves = (part.tolist() for part in rest_of_grid)
    trials, k = gaps.shape
    steps, ratios = base / 2.0**shifts, (1 << np.diff(shifts, prepend=shifts[0])).tolist()
    offset = np.append(0, np.cumsum(counts))
    at = [slice(a, a + count) for a, count in zip(offset.tolist(), counts, strict=False)]
    grids = list(zip(first, counts, strict=True))
    found = np.empty((trials, 2, offset[-1]))
    f, fp = found[:, 0], found[:, 1]
    rest, law = np.empty((2, trials, offset[-1]))

    h = steps[-1] * np.arange(first[-1], first[-1] + counts[-1])
    total, mean, fp[:, at[-1]], squares = _last_level(h, gaps[:, -1], slopes[:, -1], pieces)
    f[:, at[-1]] = total / slopes[:, -1:]
    rest[:, at[-1]] = mean - f[:, at[-1]]
    edges = -pieces[:, [0, -1], 2]
    height = max(np.abs(f[:, at[-1]]).max(), np.abs(edges).max())
    steep = (slopes.max(axis=0) * height >= LARGEST_POWER).tolist()
    kernels = [_gaussian(gaps[:, i - 1], steps[i], halves[i]) for i in range(1, k)]
    for i in range(k - 1, 0, -1):
        here, below, x = at[i], at[i - 1], slopes[:, i - 1 : i]
        f[:, below], fp[:, below], rest[:, below] = _down(
            x,
            kernels[i - 1],
            ratios[i],
            grids[i],
            grids[i - 1],
            found[:, :, here],
            edges,
            steep[i - 1],
        )

    spread = np.sqrt(q0)[:, None]
    z = (steps[0] * np.arange(first[0], first[0] + counts[0]) - centre) / spread
    law[:, at[0]] = NORM * np.exp(-0.5 * z * z) / spread
    root = steps[0] * (law[:, at[0]] * f[:, at[0]]).sum(axis=1)
    for i in range(1, k):
        here, below, x = at[i], at[i - 1], slopes[:, i - 1 : i]
        law[:, here] = _up(
            x,
            kernels[i - 1],
            ratios[i],
            grids[i - 1],
            grids[i],
            law[:, below],
            f[:, below],
            f[:, here],
            steep[i - 1],
        )
    in_slope = steps * np.add.reduceat(law * rest, offset[:-1], axis=1) / slopes
    in_square = steps * np.add.reduceat(law * fp * fp, offset[:-1], axis=1)
    in_chi = 0.5 * steps[-1] * (law[:, at[-1]] * squares).sum(axis=1)
    return root, in_slope, in_square, in_chi, offset, f, fp, law
