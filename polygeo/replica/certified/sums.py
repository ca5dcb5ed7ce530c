"""The functional on a grid: finite sums in balls, with all second derivatives or without.

S = (1/2) [q_0/Lambda_0 + sum_i (1/x_i) log(Lambda_{i-1}/Lambda_i)] is in closed form. F = -f_00
is the sum over the points of level 0, where e^{x_i f_i} = N_{i+1}^{x_i/x_{i+1}} and N_i is the sum
with the Gaussian of D_i over the window of level i and its plateaus. The derivatives are those of
the sums, so that they need no error bound of their own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from flint import arb, arb_poly

from polygeo.answers.ball import precision
from polygeo.answers.numerics.jets import Jet, variables
from polygeo.replica.certified.grid import Grid, bits_for
from polygeo.replica.certified.last import normalizer
from polygeo.replica.certified.strip import Trial

__all__ = ["action", "jet_sum", "value_sum"]


def action(chi: Any, gaps: Sequence[Any], slopes: Sequence[Any]) -> Any:
    """Return S, for balls or jets."""
    total, s = chi, 0 * chi
    for gap, slope in zip(reversed(gaps), reversed(slopes), strict=True):
        above, total = total, total + slope * gap
        s = s + (total / above).log() / slope
    first = 1 - sum(gaps[1:], gaps[0])
    return (s + first / total) / 2


def _density(variance: arb, step: arb, half: int) -> list[arb]:
    """Return h gamma(j h) for 0 <= j <= half."""
    scale, rate = step / (2 * arb.pi() * variance).sqrt(), -step * step / (2 * variance)
    return [scale * (rate * (j * j)).exp() for j in range(half + 1)]


def value_sum(trial: Trial, grid: Grid) -> tuple[arb, list[arb]]:
    """Return F on the grid, and how far each f_i at the ends of its window is from its plateaus.

    Each window is cut where f_i, which falls, is within e^-nats of a plateau.
    """
    step, k = arb(grid.step), len(trial.gaps)
    normal = normalizer(trial.chi, trial.gaps[-1], trial.slopes[-1])
    small = (-arb(grid.nats)).exp()

    def cut(sums: Callable[[int], arb], i: int) -> tuple[int, list[arb]]:
        """Return the first point of the window of level i, and log N_{i+1} on it."""
        low, high = grid.ends[i]
        left, right = 1 - small, (small - trial.slopes[i]).exp()
        if low < 0 < high:
            low += bisect_left(range(low, 0), True, key=lambda j: not sums(j) > left)
            high = bisect_left(range(high), True, key=lambda j: bool(sums(j) < right))
        return low, [sums(j).log() for j in range(low, high + 1)]

    low, logs = cut(lambda j: normal(j * step), k - 1)
    plateaus = [arb(0)] * k
    for i in range(k - 1, -1, -1):
        top = trial.slopes[i]
        plateaus[i] = (abs(logs[0]).max(abs(logs[-1] + top)) / top).upper()
        if not i:
            break
        slope, half = trial.slopes[i - 1], grid.halves[i]
        with precision(bits_for(grid.nats, slope)):
            below, above = grid.ends[i - 1]
            high = low + len(logs) - 1
            ratio = slope / top
            begin, end = min(low, below - half), max(high, above + half)
            weights = [arb(1)] * (low - begin) + [(ratio * x).exp() for x in logs]
            weights += [(-slope).exp()] * (end - high)
            side = _density(trial.gaps[i - 1], step, half)
            product = arb_poly(side[:0:-1] + side) * arb_poly(weights)
            # the coefficient of begin + j + half is the sum around the point j
            low, logs = cut(lambda j: product[j - begin + half], i - 1)  # noqa: B023
    side = _density(trial.first, step, grid.halves[0])
    total = sum((side[abs(j)] * x for j, x in enumerate(logs, low)), arb(0))
    rest = sum(side[low + len(logs) :], arb(0))
    return rest - total / trial.slopes[0], plateaus


def _place(size: int, small: Jet, places: Sequence[int]) -> Jet:
    """Return a jet of some of the variables as a jet of all."""
    gradient = [arb(0)] * size
    hessian = [arb(0)] * (size * (size + 1) // 2)
    for a, i in enumerate(places):
        gradient[i] = small.gradient[a]
        for b, j in enumerate(places[: a + 1]):
            hessian[i * (i + 1) // 2 + j] = small.hessian[a * (a + 1) // 2 + b]
    return Jet(small.value, gradient, hessian)


def jet_sum(logs: Sequence[arb], grid: Grid) -> tuple[Jet, Jet]:
    """Return S and F on the grid as jets of log chi, log D_1, .., log D_k, log x_1, .., log x_k."""
    size, step = len(logs), arb(grid.step)
    k = size // 2
    plain = [v.exp() for v in variables(logs)]
    chi, gaps, slopes = plain[0], plain[1 : k + 1], plain[k + 1 :]
    places = (0, k, 2 * k)
    small = [v.exp() for v in variables([logs[p] for p in places])]
    normal = normalizer(*small)
    low, high = grid.ends[-1]
    f = [_place(size, normal(j * step).log(), places) for j in range(low, high + 1)]
    for i in range(k - 1, 0, -1):
        slope, ratio = slopes[i - 1], slopes[i - 1] / slopes[i]
        weights = [(ratio * x).exp() for x in f]
        sums = _convolved(weights, (-slope).exp(), gaps[i - 1].value, grid, i)
        f = [x.log() for x in sums]
    low, high = grid.ends[0]
    first = 1 - sum(gaps[1:], gaps[0])
    side, rest = _root(first, step, grid.halves[0], grid.ends[0])
    total = side[0] * f[0]
    for w, x in zip(side[1:], f[1:], strict=True):
        total = total + w * x
    return action(chi, gaps, slopes), rest - total / slopes[0]


def _root(first: Jet, step: arb, half: int, ends: tuple[int, int]) -> tuple[list[Jet], Jet]:
    """Return h gamma_{q_0} on the window, and its sum to the right of it, as jets."""
    rate, scale = (-2 * first).reciprocal(), ((2 * arb.pi()) * first).sqrt().reciprocal() * step
    jets = [scale * (rate * (step * j) ** 2).exp() for j in range(half + 1)]
    rest = 0 * first
    for j in range(ends[1] + 1, half + 1):
        rest = rest + jets[j]
    return [jets[abs(j)] for j in range(ends[0], ends[1] + 1)], rest


def _convolved(weights: Sequence[Jet], edge: Jet, gap: arb, grid: Grid, i: int) -> list[Jet]:
    """Return the sums of e^{x_i f_i} with the Gaussian of D_i, jets at the points of level i - 1.

    With y = z^2/(2 D) the Gaussian's derivatives in log D are y - 1/2 and (y - 1/2)^2 - y times it.
    """
    step, half = arb(grid.step), grid.halves[i]
    (low, high), (below, above) = grid.ends[i], grid.ends[i - 1]
    left, right = max(0, low - below + half), max(0, above + half - high)
    begin = min(low, below - half)
    plain = _density(gap, step, half)
    y = [step * step * (j * j) / (2 * gap) for j in range(half + 1)]
    first = [g * (t - 0.5) for g, t in zip(plain, y, strict=True)]
    second = [g * ((t - 0.5) ** 2 - t) for g, t in zip(plain, y, strict=True)]
    kernels = [arb_poly(side[:0:-1] + side) for side in (plain, first, second)]

    def sums(kernel: arb_poly, column: list[arb], ends: tuple[arb, arb]) -> list[arb]:
        product = kernel * arb_poly([ends[0]] * left + column + [ends[1]] * right)
        return [product[j - begin + half] for j in range(below, above + 1)]

    size = len(edge.gradient)
    zero = arb(0)
    values = [sums(kernel, [w.value for w in weights], (arb(1), edge.value)) for kernel in kernels]
    gradients = [
        [
            sums(kernel, [w.gradient[j] for w in weights], (zero, edge.gradient[j]))
            for j in range(size)
        ]
        for kernel in kernels[:2]
    ]
    hessians = [
        sums(kernels[0], [w.hessian[j] for w in weights], (zero, edge.hessian[j]))
        for j in range(len(edge.hessian))
    ]
    gradients[0][i] = [a + b for a, b in zip(gradients[0][i], values[1], strict=True)]
    for j in range(size):  # log D_i is variable i
        a, b = max(i, j), min(i, j)
        at = a * (a + 1) // 2 + b
        times = 2 if i == j else 1
        hessians[at] = [h + times * g for h, g in zip(hessians[at], gradients[1][j], strict=True)]
    own = i * (i + 1) // 2 + i
    hessians[own] = [h + b for h, b in zip(hessians[own], values[2], strict=True)]
    return [
        Jet(value, [g[r] for g in gradients[0]], [h[r] for h in hessians])
        for r, value in enumerate(values[0])
    ]
