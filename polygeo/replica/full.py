"""The limit of full replica-symmetry breaking, by two methods that must agree.

The ladder: exact optima on 1, 2, .., K levels and their expansion in k^-4, k^-5, .. (`ladder`,
`limit`; beyond double precision with the values of `multiprecision`). The smooth ansatz
(`smooth`): Newton's method for y of degree d on k levels, the limit k -> infinity for the degree
d, the change from degree d - 2 for what the degree leaves out. The error of the
answer is the distance of the two results plus the smaller of their own errors.

chi is a limit of its own (`chi_limit`): the value hardly depends on it, so that the
parameters of neither method are accurate where the search stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gmpy2 import mpq

from polygeo.answers.converged import Converged
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import optimum, sharp
from polygeo.replica.limit import Limit, extrapolate
from polygeo.replica.multiprecision import precise_value
from polygeo.replica.smooth import Smooth, from_optimum, smooth
from polygeo.replica.sweeps import UNCOMPILED

__all__ = [
    "EFFORTS",
    "Effort",
    "chi_limit",
    "full",
    "ladder_limit",
    "smooth_limit",
    "smooth_optimum",
]


@dataclass(frozen=True)
class Effort:
    """How far to go: K levels on the ladder (every ``stride``-th value in ``digits`` digits, or
    doubles for 0), degree and numbers of levels of the smooth ansatz."""

    levels: int
    degree: int
    sizes: tuple[int, ...]
    digits: int = 0
    stride: int = 1


EFFORTS = {
    "quick": Effort(5, 4, (14, 20)),
    "plain": Effort(13, 8, (20, 28, 40, 56)),
    "fine": Effort(20, 12, (40, 56, 80, 113)),
    "best": Effort(32, 24, (113, 160, 226, 320), digits=24, stride=2),
}
"""Errors of the threshold: 1e-5 in 0.04 s, 1e-9 in 0.3 s, 5e-11 in 0.8 s, 1e-13 in a quarter
of a minute."""

SECONDS = {"quick": 0.1, "plain": 1.0, "fine": 2.5, "best": 40.0}
"""Seconds that all sweeps take without compiled code."""

NOISE = mpq(1, 10**14)
"""Rounding error of a value in double precision; the tests compare with more digits."""

PLACE = mpq(1, 10**10)
"""Relative error of chi and Lambda at a `sharp` optimum; finer grids move them by 1e-11."""


def ladder_limit(problem: Problem, effort: Effort) -> Limit:
    """Return the limit of the exact values on k levels."""
    if not effort.digits:
        values = {k: mpq(optimum(problem, k).value) for k in range(2, effort.levels + 1)}
        return extrapolate(values, NOISE)
    chosen = range(effort.levels, 3, -effort.stride)
    optima = {k: sharp(problem, k) for k in reversed(chosen)}
    noise = max(mpq(optimum.bound) for optimum in optima.values()) + mpq(1, 10**effort.digits)
    return extrapolate({k: precise_value(r, effort.digits) for k, r in optima.items()}, noise)


@lru_cache(maxsize=256)
def smooth_optimum(problem: Problem, degree: int, k: int) -> Smooth:
    """Return the smooth optimum of that degree on k levels, from lower degrees on 40 levels or
    fewer.
    """
    first = min(k, 40)
    if degree <= 4:
        start = from_optimum(optimum(problem, 4), degree)
        return smooth(problem, start, degree, k)
    below = smooth_optimum(problem, degree - 2, first)
    near = smooth(problem, below.unknowns, degree, first)
    return near if k == first else smooth(problem, near.unknowns, degree, k)


def smooth_limit(problem: Problem, degree: int, sizes: tuple[int, ...]) -> tuple[Limit, Smooth]:
    """Return the limit k -> infinity for y of that degree, and the optimum on the most levels."""
    found = smooth_optimum(problem, degree, sizes[0])
    values = {sizes[0]: mpq(found.value)}
    for k in sizes[1:]:
        found = smooth(problem, found.unknowns, degree, k, hessian=found.hessian)
        values[k] = mpq(found.value)
    return extrapolate(values, NOISE, label=f"degree {degree}, levels"), found


@lru_cache(maxsize=64)
def full(problem: Problem, effort: str = "fine") -> tuple[Converged, Smooth]:
    """Return the value with full replica-symmetry breaking, and its smooth order parameter.

    ``effort`` is a key of `EFFORTS`. ``value.error`` holds the distance of the two results.
    """
    plan = EFFORTS[effort]
    UNCOMPILED.expect(SECONDS[effort])
    ladder = ladder_limit(problem, plan)
    upper, order = smooth_limit(problem, plan.degree, plan.sizes)
    lower = ladder
    if plan.degree > 4:
        lower = smooth_limit(problem, plan.degree - 2, plan.sizes[:-1])[0]
    ansatz = Limit(upper.value, upper.error + abs(upper.value - lower.value), upper.history)
    better = min(ladder, ansatz, key=lambda limit: limit.error)
    error = abs(ladder.value - ansatz.value) + min(ladder.error, ansatz.error)
    history = (
        *((f"ladder, {label}", value) for label, value in ladder.history),
        *((f"smooth, {label}", value) for label, value in lower.history if lower is not ladder),
        *((f"smooth, {label}", value) for label, value in ansatz.history),
    )
    return Converged(better.value, error, history, "replica.full_rsb"), order


def cruder(problem: Problem, effort: str) -> Smooth:
    """Return the smooth optimum of the next lower degree (of degree 4: on fewer levels)."""
    plan = EFFORTS[effort]
    degree = max(plan.degree - 2, 4)
    return smooth_optimum(problem, degree, plan.sizes[0])


def chi_limit(problem: Problem, effort: str = "fine") -> Converged:
    """Return chi with full replica-symmetry breaking.

    On k levels chi_k = Lambda(1) and Lambda(q_{k-1}) = chi_k + x_k D_k differ from chi by powers of
    the width of the last cell, s = (1 - q_{k-1})^{1/2}, which falls like k^(-5/4): two sequences
    with one limit, extrapolated in s. The error is their distance and the smaller of their own.
    """
    levels = EFFORTS[effort].levels
    stride = 2 if levels >= 8 else 1
    inner, outer, largest = {}, {}, 0.0
    for k in range(min(levels, 24), 1, -stride):
        at = sharp(problem, k)
        width, step = mpq(float(at.gaps[-1] ** -0.5)), float(at.slopes[-1] * at.gaps[-1])
        inner[width] = mpq(at.chi)
        outer[width] = mpq(at.chi) + mpq(step)
        largest = max(largest, float(at.chi + at.slopes[-1] * at.gaps[-1]))
    noise = mpq(largest) * PLACE
    last = extrapolate(inner, noise, 1, "chi, 1/s")
    total = extrapolate(outer, noise, 1, "Lambda(q_{k-1}), 1/s")
    better = min(last, total, key=lambda limit: limit.error)
    error = abs(last.value - total.value) + better.error
    return Converged(better.value, error, last.history + total.history, "replica.full_rsb")
