"""The recursion over levels with all its derivatives: arrays in, numbers out.

With q_0 < .. < q_k = 1, D_i = q_i - q_{i-1} and slopes x_i, the recursion is
f_{i-1} = (1/x_i) log(gamma_{D_i} * exp(x_i f_i)), f_k = f(1, .), and its value is
f_00 = int gamma_{q_0} f_0. The terminal condition is f(1, h) = -(a + b h + c h^2/2) on each of
some intervals, so that the last level is a sum of Gaussian integrals: no kink ever meets a grid.
The others live on nested uniform grids (`grids`), where the trapezoid rule for a Gaussian
convolution converges faster than any power of the step. All sums are over positive terms, so that
exp(x f) keeps its relative accuracy on the plateaus too (a Fourier transform would lose it).

Derivatives. P_i is the law of the optimal process at level i, P_0 = gamma_{q_0},
P_i = e^{x_i f_i} (gamma_{D_i} * (P_{i-1} e^{-x_i f_{i-1}})), and <g>_i the tilted mean
(gamma_{D_i} * (e^{x_i f_i} g)) / (gamma_{D_i} * e^{x_i f_i}):

    d f_00/d x_i = (1/x_i) int P_{i-1} (<f_i>_i - f_{i-1})
    d f_00/d q_i = (1/2) (x_i - x_{i+1}) int P_i f_i'^2            (x_0 = 0)
    d f_00/d chi = (1/2) int P_{k-1} <f(1,.)'^2>_k

The integrands vanish on the plateaus of f, so that P is needed only where f varies.

Numba's cache of a kernel does not see changes of what it calls in other files: everything that
is called from compiled code stays in this one. `recursion` is the same in NumPy.
"""

from __future__ import annotations

from math import erfc, exp, inf, log, log1p, pi, sqrt

import numpy as np

from polygeo.simd.compiled import njit

__all__ = ["sweep"]

FAST = {"reassoc", "contract"}

STEEP = 500.0
"""From this x on, e^{x f} is scaled block by block: e^{-x} alone would underflow."""

LARGE = 700.0
"""Largest exponent whose exponential lies in the range of double precision."""

ROOT2 = sqrt(2.0)
NORM = 1.0 / sqrt(2.0 * pi)
FAR = 25.0


@njit(cache=True, nogil=True)
def log_tail(z: float) -> float:
    """Return log Phi(-z) for z > 0; the asymptotic series where the tail itself would underflow."""
    if z < FAR:
        return log(0.5 * erfc(z / ROOT2))
    w = 1.0 / (z * z)
    series = 1.0 - w * (1.0 - 3.0 * w * (1.0 - 5.0 * w * (1.0 - 7.0 * w * (1.0 - 9.0 * w))))
    return -0.5 * z * z + log(NORM * series / z)


@njit(cache=True, nogil=True)
def log_between(low: float, high: float) -> float:
    """Return log [Phi(high) - Phi(low)] for low < high, relatively accurate in both tails."""
    if high < 0.0:
        low, high = -high, -low
    if low <= 0.0:
        return log(1.0 - 0.5 * erfc(-low / ROOT2) - 0.5 * erfc(high / ROOT2))
    near = log_tail(low)
    if high == inf:
        return near
    return near + log1p(-exp(log_tail(high) - near))


@njit(cache=True, nogil=True)
def density(z: float) -> float:
    """Return the standard normal density."""
    return NORM * exp(-0.5 * z * z)


@njit(cache=True, nogil=True)
def last_level(h: float, variance: float, x: float, pieces: np.ndarray) -> tuple:
    """Return log N, N = gamma_v * e^{x f(1,.)} at h, and the tilted means of f, f' and f'^2.

    ``pieces`` has a row (lo, hi, a, b, c) for each interval. The means are those under the law
    proportional to gamma_v(h - z) e^{x f(1,z)} dz; x = 0 is allowed. Nothing over- or underflows.
    Where f(1,.) jumps, f' counts with its Dirac mass, f'^2 without.
    """
    rows = pieces.shape[0]
    weight, mass = np.empty(rows), np.empty(rows)
    for row in range(rows):
        lo, hi, a = pieces[row, 0], pieces[row, 1], pieces[row, 2]
        b, c = pieces[row, 3], pieces[row, 4]
        widen = 1.0 + x * c * variance
        tau = sqrt(variance / widen)
        mu = (h - x * b * variance) / widen
        lift = -x * (a + (b * h + 0.5 * c * h * h - 0.5 * x * b * b * variance) / widen)
        mass[row] = log_between((lo - mu) / tau, (hi - mu) / tau)
        weight[row] = lift - 0.5 * log(widen) + mass[row]
    top = weight[0]
    for row in range(1, rows):
        top = max(top, weight[row])
    total = mean = slope = square = 0.0
    for row in range(rows):
        lo, hi, a = pieces[row, 0], pieces[row, 1], pieces[row, 2]
        b, c = pieces[row, 3], pieces[row, 4]
        share = exp(weight[row] - top)
        total += share
        mean -= a * share
        if share > 0.0 and (b != 0.0 or c != 0.0):
            widen = 1.0 + x * c * variance
            tau = sqrt(variance / widen)
            mu = (h - x * b * variance) / widen
            z1, z2 = (lo - mu) / tau, (hi - mu) / tau
            p1 = NORM * exp(-0.5 * z1 * z1 - mass[row])
            p2 = NORM * exp(-0.5 * z2 * z2 - mass[row])
            first = mu + tau * (p1 - p2)
            second = mu * mu + tau * tau + tau * ((mu + lo) * p1 - (mu + hi) * p2)
            mean -= share * (b * first + 0.5 * c * second)
            slope -= share * (b + c * first)
            square += share * (b * b + 2.0 * b * c * first + c * c * second)
    for row in range(1, rows):  # f' has a Dirac mass where f jumps
        z = pieces[row, 0]
        left = -(pieces[row - 1, 2] + z * (pieces[row - 1, 3] + 0.5 * z * pieces[row - 1, 4]))
        right = -(pieces[row, 2] + z * (pieces[row, 3] + 0.5 * z * pieces[row, 4]))
        if abs(left - right) > 1e-9 and x > 0.0:
            far = -0.5 * (h - z) ** 2 / variance - top
            rise = exp(x * right + far) - exp(x * left + far)
            slope += rise * NORM / (x * sqrt(variance))
    return top + log(total), mean / total, slope / total, square / total


@njit(cache=True, nogil=True, fastmath=FAST)
def _three_sums(kernel, first, second, third):  # type: ignore[no-untyped-def]
    """Return sum_j kernel[j] (first, second, third)[j], in a loop that compiles to vector
    instructions.
    """
    a = b = c = 0.0
    for j in range(len(kernel)):
        w = kernel[j]
        a += w * first[j]
        b += w * second[j]
        c += w * third[j]
    return a, b, c


@njit(cache=True, nogil=True, fastmath=FAST)
def _sum(kernel, first):  # type: ignore[no-untyped-def]
    """Return sum_j kernel[j] first[j]."""
    a = 0.0
    for j in range(len(kernel)):
        a += kernel[j] * first[j]
    return a


@njit(cache=True, nogil=True, inline="always")
def _gaussian(variance: float, step: float, half: int) -> np.ndarray:
    """step * gamma_variance at -half step, .., half step."""
    spread = sqrt(variance)
    kernel = np.empty(2 * half + 1)
    for j in range(half + 1):
        kernel[half - j] = kernel[half + j] = step / spread * density(j * step / spread)
    return kernel


@njit(cache=True, nogil=True, inline="always")
def _down(x, kernel, ratio, fine, coarse, f, fp, edges, out, out_p, rest):  # type: ignore[no-untyped-def]
    """Return one level down: f, f' on the fine grid to the same and <f> - f on the coarse one.

    A grid is (index of its first point, number of points) in its own steps.
    """
    (first, count), (begin, number) = fine, coarse
    taps = len(kernel)
    half = taps // 2
    block = number if x < STEEP else half // ratio + 4
    for start in range(0, number, block):
        stop = min(start + block, number)
        low = (begin + start) * ratio - half
        size = (begin + stop - 1) * ratio + half - low + 1
        inner = min(max(first - low, 0), size)
        outer = min(max(first + count - low, inner), size)
        top = 0.0
        if x >= STEEP:
            top = -inf
            if inner > 0:
                top = edges[0]
            if outer < size:
                top = max(top, edges[1])
            for j in range(inner, outer):
                top = max(top, f[low + j - first])
        weights, values, slopes = np.empty(size), np.empty(size), np.zeros(size)
        weight = exp(x * (edges[0] - top))
        for j in range(inner):
            weights[j], values[j] = weight, edges[0] * weight
        weight = exp(x * (edges[1] - top))
        for j in range(outer, size):
            weights[j], values[j] = weight, edges[1] * weight
        for j in range(inner, outer):
            at = low + j - first
            weight = exp(x * (f[at] - top))
            weights[j], values[j], slopes[j] = weight, f[at] * weight, fp[at] * weight
        for j in range(start, stop):
            left = (j - start) * ratio
            right = left + taps
            total, mean, slope = _three_sums(
                kernel, weights[left:right], values[left:right], slopes[left:right]
            )
            out[j] = top + log(total) / x
            out_p[j] = slope / total
            rest[j] = mean / total - out[j]


@njit(cache=True, nogil=True, inline="always")
def _up(x, kernel, ratio, coarse, fine, law, f_coarse, f_fine, out):  # type: ignore[no-untyped-def]
    """Return one level up: the law on the coarse grid to the law on the fine one.

    A fine point meets every ``ratio``-th tap of the kernel, which ones depends on its phase.
    """
    (first, count), (begin, number) = coarse, fine
    half = len(kernel) // 2
    most = half // ratio + 1
    phases = np.zeros((ratio, 2 * most + 1))
    for phase in range(ratio):
        for t in range(2 * most + 1):
            at = half + phase + (most - t) * ratio
            if 0 <= at <= 2 * half:
                phases[phase, t] = ratio * kernel[at]
    block = number if x < STEEP else half + 16
    for start in range(0, number, block):
        stop = min(start + block, number)
        level = f_fine[(start + stop) // 2] if x >= STEEP else 0.0
        low = (begin + start) // ratio - most
        source = np.zeros((begin + stop - 1) // ratio + most - low + 1)
        for p in range(max(low, first), min(low + len(source), first + count)):
            if law[p - first] > 0.0:
                lift = -x * (f_coarse[p - first] - level)
                if abs(lift) < LARGE:
                    source[p - low] = law[p - first] * exp(lift)
                else:  # where the law is next to nothing
                    source[p - low] = exp(min(log(law[p - first]) + lift, LARGE))
        for j in range(start, stop):
            place, phase = (begin + j) // ratio, (begin + j) % ratio
            left = place - most - low
            total = _sum(phases[phase], source[left : left + 2 * most + 1])
            out[j] = exp(x * (f_fine[j] - level)) * total


@njit(cache=True, nogil=True)
def sweep(q0, gaps, slopes, pieces, centre, grid):  # type: ignore[no-untyped-def]
    """Return f_00 and its derivatives, for k >= 1 levels.

    gaps = D_1..D_k, slopes = x_1..x_k; ``pieces`` is the terminal condition (see `last_level`),
    ``centre`` the mean of the Gaussian at the root; ``grid`` = (base, shifts, first, counts,
    halves) comes from `grids.layout`. Returns (f_00, d/dx (k), int P_i f_i'^2 (k), d/dchi,
    offset, f, f', P): the last three hold level i at [offset[i], offset[i+1]).
    """
    base, shifts, first, counts, halves = grid
    k = len(gaps)
    offset = np.zeros(k + 1, dtype=np.int64)
    for i in range(k):
        offset[i + 1] = offset[i] + counts[i]
    size = offset[k]
    f, fp, rest, law = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    edges = (-pieces[0, 2], -pieces[-1, 2])
    squares = np.empty(counts[k - 1])

    x, step = slopes[k - 1], base / 2.0 ** shifts[k - 1]
    for j in range(counts[k - 1]):
        at = offset[k - 1] + j
        total, mean, slope, square = last_level((first[k - 1] + j) * step, gaps[k - 1], x, pieces)
        f[at], fp[at], rest[at], squares[j] = total / x, slope, mean - total / x, square
    for i in range(k - 1, 0, -1):
        kernel = _gaussian(gaps[i - 1], base / 2.0 ** shifts[i], halves[i])
        here = slice(offset[i], offset[i + 1])
        below = slice(offset[i - 1], offset[i])
        _down(
            slopes[i - 1],
            kernel,
            1 << (shifts[i] - shifts[i - 1]),
            (first[i], counts[i]),
            (first[i - 1], counts[i - 1]),
            f[here],
            fp[here],
            edges,
            f[below],
            fp[below],
            rest[below],
        )

    root, spread = 0.0, sqrt(q0)
    step = base / 2.0 ** shifts[0]
    for j in range(counts[0]):
        law[j] = density(((first[0] + j) * step - centre) / spread) / spread
        root += step * law[j] * f[j]

    in_slope, in_square = np.empty(k), np.empty(k)
    for i in range(k):
        step = base / 2.0 ** shifts[i]
        here = slice(offset[i], offset[i + 1])
        if i > 0:
            below = slice(offset[i - 1], offset[i])
            _up(
                slopes[i - 1],
                _gaussian(gaps[i - 1], step, halves[i]),
                1 << (shifts[i] - shifts[i - 1]),
                (first[i - 1], counts[i - 1]),
                (first[i], counts[i]),
                law[below],
                f[below],
                f[here],
                law[here],
            )
        total = square = 0.0
        for j in range(offset[i], offset[i + 1]):
            total += law[j] * rest[j]
            square += law[j] * (fp[j] * fp[j])
        in_slope[i] = step * total / slopes[i]
        in_square[i] = step * square
    total = 0.0
    for j in range(counts[k - 1]):
        total += law[offset[k - 1] + j] * squares[j]
    return root, in_slope, in_square, 0.5 * step * total, offset, f, fp, law
