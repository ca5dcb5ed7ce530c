"""The least value of the functional on a box of trials, with proof.

Let T be the functional with the sums of `sums` in place of F, |G - T| <= e on a box of radius r
around u (in the logarithms of chi, D_i, x_i), and T'' >= lambda > 0 on the box, g = T'(u). Then
T >= T(u) - |g|^2/(2 lambda) on the box, and T >= T(u) - |g| r + lambda r^2/2 on its border. If
lambda r^2/2 - |g| r > 2 e, G is larger on the border than at u: G takes its least value
on the box inside, a local minimum, and that value lies in
[T(u) - |g|^2/(2 lambda) - e, T(u) + e]. No derivative of G is needed. That no trial outside the
box has a lower value is not proved here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import Any

from flint import arb, arb_mat
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.decimals import significant
from polygeo.answers.numerics.jets import Jet
from polygeo.errors import NotConverged
from polygeo.replica.certified.grid import Grid, bits_for, laid_out, nats_of, omitted
from polygeo.replica.certified.strip import Trial
from polygeo.replica.certified.sums import action, jet_sum, value_sum
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import KStepOptimum, optimum

__all__ = ["LeastValue", "least_value", "trial_value"]

FEWEST = 12
"""Digits below which nothing is saved."""

STARTS = 8
"""Digits of the parameters that a search in double precision finds."""

NARROW = 1e-4
"""Radius of the box in units of the least curvature: small enough for a convex functional."""

MARGIN = 12.0
"""Nats by which the error of the sums stays below the rise of the functional to the border."""


@dataclass(frozen=True)
class LeastValue:
    """The least value on a box of trials, and the box.

    ``value`` is a local minimum that lies inside the box ``chi``, ``gaps``, ``slopes``;
    T'' >= ``curvature`` on the box.
    """

    value: Ball
    chi: Ball
    gaps: tuple[Ball, ...]
    slopes: tuple[Ball, ...]
    curvature: float


def _trial(logs: Sequence[arb]) -> Trial:
    plain, k = [x.exp() for x in logs], len(logs) // 2
    return Trial(plain[0], tuple(plain[1 : k + 1]), tuple(plain[k + 1 :]))


def _combined(alpha: mpq | None, s: Any, f: Any) -> Any:
    """Return what is minimized, for balls or jets: (1 + S)/F, or at a given alpha S - alpha F."""
    return (1 + s) / f if alpha is None else s - exact_arb(alpha) * f


def _matrix(jet: Jet) -> arb_mat:
    size = len(jet.gradient)
    triangle = [[jet.hessian[i * (i + 1) // 2 + j] for j in range(i + 1)] for i in range(size)]
    return arb_mat([[triangle[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)])


def _definite(matrix: arb_mat) -> bool:
    """Test whether all leading minors are proved positive, by elimination."""
    rows = matrix.tolist()
    for p, pivot in enumerate(rows):
        if not pivot[p] > 0:
            return False
        for row in rows[p + 1 :]:
            factor = row[p] / pivot[p]
            row[p:] = [a - factor * b for a, b in zip(row[p:], pivot[p:], strict=True)]
    return True


def _least_curvature(matrix: arb_mat) -> float:
    """Return a lambda for which matrix - lambda is proved positive definite, near the best.

    NotConverged without one.
    """
    size = matrix.nrows()
    try:
        inverse = matrix.mid().inv()
    except ZeroDivisionError:
        raise NotConverged("the Hessian on the box may be singular") from None
    low = float((1 / sum((abs(x) for x in inverse.entries()), arb(0))).mid())
    for share in (2.0, 1.0, 0.5, 0.1):
        found = low * share
        unit = arb_mat([[found * (i == j) for j in range(size)] for i in range(size)])
        if found > 0 and _definite(matrix - unit):
            return found
    raise NotConverged("the functional is not proved strictly convex on the box")


def _gap(alpha: mpq | None, trial: Trial, f: arb, error: arb) -> arb:
    """Return a bound of |G - T| from one of |F - its sum f|."""
    if alpha is not None:
        return exact_arb(alpha) * error
    return (1 + action(trial.chi, trial.gaps, trial.slopes)) * error / (f * (f - error))


def least_value(k: int, digits: int, alpha: mpq | None = None) -> LeastValue:
    """Return the least (1 + S)/F with k >= 1 steps on a box of trials, to ``digits`` places.

    At a given ``alpha`` the largest -S + alpha F instead, the energy. For the injectivity question.
    NotConverged where the proof fails.

    >>> least_value(1, 15).value.decimal(15), least_value(1, 15, mpq(6)).value.decimal(15)
    ('6.71569683767123', '0.801584660452775')
    """
    return _least(k, max(significant(digits), FEWEST), alpha)


@lru_cache(maxsize=64)
def _least(k: int, digits: int, alpha: mpq | None) -> LeastValue:
    found = optimum(Problem() if alpha is None else Problem(alpha=float(alpha)), k)
    size = min(8 * 10 ** (-digits / 2), NARROW * found.curvature)
    try:
        return _on_box(found, digits, size, alpha)
    except NotConverged:  # a smaller box may be convex where this one is not proved to be
        return _on_box(found, digits, size / 32, alpha)


def _on_box(found: KStepOptimum, digits: int, size: float, alpha: mpq | None) -> LeastValue:
    """Return the `least_value` on the box of that radius in the logarithms around an optimum."""
    k, top = found.k, float(found.slopes[-1])
    nats = max(nats_of(digits), MARGIN - log(found.curvature * size * size))
    with precision(bits_for(nats, top)):
        plain = (found.chi, *found.gaps.tolist(), *found.slopes.tolist())
        logs = [arb(x).log().mid() for x in plain]
        reached, needed = STARTS, int(nats / log(10) / 2)
        while reached < needed:
            reached = min(2 * reached, needed)
            grid, _ = laid_out(_trial(logs), nats_of(reached + 2))
            logs = _newton(alpha, logs, grid)
        radius = arb(size)
        box = [arb(x, radius) for x in logs]
        trials = _trial(box)
        grid, strip = laid_out(trials, nats)
        error = omitted(trials, grid, strip)
        at = _combined(alpha, *jet_sum(logs, grid))
        with precision(bits_for(nats / 2, top)):
            s, f = jet_sum(box, grid)
            curvature = _least_curvature(_matrix(_combined(alpha, s, f)))
        error = _gap(alpha, trials, f.value, error).upper()
        slope = sum((g * g for g in at.gradient), arb(0)).sqrt().upper()
        if not curvature * radius * radius / 2 - slope * radius > 2 * error:
            raise NotConverged("the least value is not proved to lie inside the box")
        if not all(a < b for a, b in pairwise(trials.slopes)):
            raise NotConverged("the order parameter is not proved monotone")
        low = at.value - slope * slope / (2 * curvature) - error
        value = low.union(at.value + error)
        boxes = [Ball.from_arb(x, 64) for x in (trials.chi, *trials.gaps, *trials.slopes)]
        return LeastValue(
            Ball.from_arb(value if alpha is None else -value),
            boxes[0],
            tuple(boxes[1 : k + 1]),
            tuple(boxes[k + 1 :]),
            curvature,
        )


def _newton(alpha: mpq | None, logs: list[arb], grid: Grid) -> list[arb]:
    jet = _combined(alpha, *jet_sum(logs, grid))
    try:
        step = _matrix(jet).solve(arb_mat([[g] for g in jet.gradient])).tolist()
    except ZeroDivisionError:
        raise NotConverged("the Hessian at the trial point may be singular") from None
    return [(x - s[0]).mid() for x, s in zip(logs, step, strict=True)]


def trial_value(chi: float, gaps: Sequence[float], slopes: Sequence[float], digits: int) -> Ball:
    """Return (1 + S)/F at one trial, whose parameters are these doubles, to ``digits`` places.

    The infimum over order parameters with so many steps, or more, lies below its upper end.

    >>> trial_value(0.05, [0.2], [3.0], 12).decimal(12)
    '6.77001687219'
    """
    nats, top = nats_of(digits), float(slopes[-1])
    with precision(bits_for(nats, top)):
        trial = Trial(arb(chi), tuple(map(arb, gaps)), tuple(map(arb, slopes)))
        grid, strip = laid_out(trial, nats)
        f, plateaus = value_sum(trial, grid)
        f = f + arb(0, omitted(trial, grid, strip, plateaus))
        return Ball.from_arb(_combined(None, action(trial.chi, trial.gaps, trial.slopes), f))
