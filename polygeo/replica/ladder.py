"""k steps of replica symmetry breaking, exactly: k = 0, 1, 2, .., each from the one before.

The 2k + 1 unknowns chi, D_1..D_k, x_1..x_k are searched in logarithms; positivity is then no
constraint, and what comes out is checked to be non-decreasing in x. A `KStepOptimum` is an optimum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from polygeo.answers.exact import abbreviate, integer
from polygeo.errors import DomainError, NotConverged
from polygeo.replica.functional import Problem
from polygeo.replica.grids import NATS, ROUGH
from polygeo.replica.newton import minimize

__all__ = [
    "MAX_STEPS",
    "KStepOptimum",
    "level_of",
    "newton_optimum",
    "optimum",
    "resample",
    "sharp",
]

MAX_STEPS = 32
"""Largest k: for larger k rounding hides the flattest direction of the functional."""


NAMES = {"rs": 0, "full": -1}


def level_of(level: Any) -> int:
    """Read the name of an ansatz: return 0 for 'rs', k for k or '<k>-rsb', -1 for 'full'.

    >>> [level_of(x) for x in ("rs", "1-rsb", 3, "12rsb", "full")]
    [0, 1, 3, 12, -1]
    """
    if isinstance(level, str):
        name = level.lower().removesuffix("-rsb").removesuffix("rsb")
        if name in NAMES:
            return NAMES[name]
        if not (name.isdecimal() and len(name) < 4):
            raise DomainError(
                f"level must be 'rs', 'full', '2-rsb' or an integer; got {abbreviate(repr(level))}"
            )
        level = int(name)
    steps = integer(level, "level")
    if not 0 <= steps <= MAX_STEPS:
        raise DomainError(f"level needs 0 <= k <= {MAX_STEPS} or 'full'; got {steps}")
    return steps


@dataclass(frozen=True, eq=False)
class KStepOptimum:
    """An optimum on k levels: value, parameters, and what the search left open.

    ``gaps`` = D_1..D_k (their sum is 1 - q_0), ``slopes`` = x_1..x_k. ``bound`` estimates the
    distance of the value to the exact infimum that comes from the parameters, gradient^2 over
    the least curvature; rounding adds about 1e-15.
    """

    problem: Problem
    value: float
    chi: float
    gaps: np.ndarray
    slopes: np.ndarray
    curvature: float
    bound: float
    history: tuple[tuple[str, float], ...]

    @property
    def k(self) -> int:
        """Number of levels k."""
        return len(self.gaps)

    @property
    def q(self) -> np.ndarray:
        """Overlaps q_0 < .. < q_k = 1, an array."""
        return 1 - np.append(np.cumsum(self.gaps[::-1])[::-1], 0.0)

    @property
    def logs(self) -> np.ndarray:
        """Logarithms log chi, log D_1..D_k, log x_1..x_k, an array."""
        return np.log(np.concatenate([[self.chi], self.gaps, self.slopes]))


def symmetric(problem: Problem) -> KStepOptimum:
    """k = 0: the optimal chi is where the derivative vanishes."""

    empty = np.empty(0)
    if problem.far is not None:
        value = problem.symmetric(problem.far)[0]
        return KStepOptimum(
            problem, value, problem.far, empty, empty, 1.0, 1e-15 * value, (("k=0", value),)
        )

    def slope(log_chi: float) -> float:
        return problem.symmetric(np.exp(log_chi))[1]

    ends = np.linspace(-12.0, 12.0, 49)
    signs = [slope(at) for at in ends]
    found = [i for i, (a, b) in enumerate(pairwise(signs)) if a < 0 <= b]
    if not found:
        raise NotConverged("replica symmetry has no stationary chi in [6e-6, 1.6e5]")
    minima = []
    for i in found:
        chi = float(np.exp(brentq(slope, ends[i], ends[i + 1], xtol=1e-15, rtol=1e-14)))
        minima.append((problem.symmetric(chi)[0], chi))
    value, chi = min(minima)
    bend = (slope(np.log(chi) + 1e-6) - slope(np.log(chi) - 1e-6)) / 2e-6 * chi
    history = (("k=0", value),)
    return KStepOptimum(problem, value, chi, empty, empty, bend, 1e-16 * abs(value), history)


def _plain(logs: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
    """chi, gaps, slopes from their logarithms, or from rows of them."""
    plain = np.exp(logs)
    k = logs.shape[-1] // 2
    return plain[..., 0], plain[..., 1 : k + 1], plain[..., k + 1 :]


def _pulled(logs: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Derivatives in the logarithms from those in chi, q_0.., x_1.. ."""
    k = logs.shape[-1] // 2
    pulled = slope.copy()
    pulled[..., 1 : k + 1] = -np.cumsum(slope[..., 1 : k + 1], axis=-1)
    return np.asarray(pulled * np.exp(logs))


def newton_optimum(problem: Problem, start: np.ndarray, goal: float = 1e-17) -> KStepOptimum:
    """Return the optimum near ``start``, in the coordinates of `KStepOptimum.logs`, up to ``goal``.

    Where the problem holds chi (`Problem.far`), in the others.
    """
    k = len(start) // 2
    central = goal < 1e-20
    held = start[:1] if problem.far is not None else start[:0]
    fixed = len(held)

    def function(moved: np.ndarray) -> tuple[float, np.ndarray]:
        logs = np.append(held, moved)
        value, slope = problem.at(*_plain(logs))
        return value, _pulled(logs, slope)[fixed:]

    def near(logs: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        gradient = problem.near(*_plain(np.append(held, logs)), NATS if central else ROUGH)

        def around(moved: np.ndarray) -> np.ndarray:
            logs = np.concatenate([np.tile(held, (len(moved), 1)), moved], axis=1)
            return _pulled(logs, gradient(*_plain(logs)))[:, fixed:]

        return around

    found = minimize(function, start[fixed:], goal, central=central, near=near)
    chi, gaps, slopes = _plain(np.append(held, found.point))
    least = float(found.eigenvalues[0])
    bound = (float(np.abs(found.gradient).max()) + 1e-15) ** 2 / max(least, 1e-12)
    if np.any(np.diff(slopes) < 0):
        raise NotConverged(f"k={k}: the order parameter is not monotone", found.history)
    return KStepOptimum(problem, found.value, float(chi), gaps, slopes, least, bound, found.history)


def resample(logs: np.ndarray, k: int) -> np.ndarray:
    """Return parameters on k levels from parameters on len(logs)//2 levels.

    s_i = sqrt(1 - q_i) = (1 - i/k) shape(i/k) and y_i = x_i (s_{i-1} + s_i)/2 depend smoothly on
    the place i/k; their logarithms are interpolated.
    """
    old = len(logs) // 2
    plain = np.exp(logs)
    gaps, slopes = plain[1 : old + 1], plain[old + 1 :]
    s = np.sqrt(np.append(np.cumsum(gaps[::-1])[::-1], 0.0))
    place, wanted = np.arange(old) / old, np.arange(k) / k
    shape = _interpolate(place, np.log(s[:-1] / (1 - place)), wanted)
    ends = np.append(np.exp(shape) * (1 - wanted), 0.0)
    y = np.log(slopes * (s[:-1] + s[1:]) / 2)
    new_y = np.exp(_interpolate(place + 0.5 / old, y, wanted + 0.5 / k))
    rest = np.log(new_y * 2 / (ends[:-1] + ends[1:]))
    return np.concatenate([logs[:1], np.log(ends[:-1] ** 2 - ends[1:] ** 2), rest])


def _interpolate(nodes: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    if len(nodes) < 4:
        return np.interp(at, nodes, values)
    return np.asarray(CubicSpline(nodes, values)(at))


def refine(lower: KStepOptimum, before: KStepOptimum | None) -> np.ndarray:
    """Return a start for k + 1 levels from k, corrected by what k was off from k - 1."""
    k = lower.k
    if k == 1:  # one level split in two: s in the ratio that the higher optima show
        return np.log(
            np.concatenate([[lower.chi], lower.gaps * [0.8, 0.2], lower.slopes * [0.75, 2.0]])
        )
    start = resample(lower.logs, k + 1)
    if before is None or before.k < 3:
        return start
    missed = lower.logs - resample(before.logs, k)
    shrink = k / (k + 2)
    places, new = (np.arange(k) + 0.5) / k, (np.arange(k + 1) + 0.5) / (k + 1)
    parts = [np.interp(new, places, part) for part in (missed[1 : k + 1], missed[k + 1 :])]
    return start + shrink * np.concatenate([missed[:1], *parts])


def first_step(problem: Problem) -> KStepOptimum:
    """k = 1, from starts around the replica-symmetric solution: the first minimum found.

    The first start is a rule of thumb for theta data, off by some 20 percent; where it fails, the
    others are tried.
    """
    below = symmetric(problem)
    thumb = (0.11 * below.chi, 0.22, 4.1 * below.chi**0.6)
    others = ((0.5, 0.5, 3.0), (0.15, 0.25, 3.0), (0.3, 0.8, 1.0), (0.9, 0.3, 0.5))
    starts = [(share * below.chi, gap, lift) for share, gap, lift in (thumb, *others)]
    return _first_found(problem, starts)


def _first_found(problem: Problem, starts: list[tuple[float, float, float]]) -> KStepOptimum:
    """The optimum on one level from the first of the starts chi, D, x that leads to one."""
    for start in starts:
        try:
            return newton_optimum(problem, np.log(start))
        except NotConverged as failure:
            last = failure
    raise last


def first_capacity(problem: Problem) -> KStepOptimum:
    """k = 1 at energy 0: from a rule of thumb for D and y = x/chi, good to some 20 percent for
    thresholds in [0.02, 3], or where that fails from other starts."""
    end, chi = problem.terminal.threshold() or 0.0, problem.far or 1.0
    gap = min(end**2 / (0.6 + 2.4 * end), 0.98)
    thumb = (gap, np.exp(0.65 + 0.6 * end + 0.18 * end**2) / gap)
    starts = (thumb, (0.15, 20.0), (0.35, 12.0), (0.75, 20.0), (0.95, 40.0))
    return _first_found(problem, [(chi, width, lift * chi) for width, lift in starts])


def from_capacity(problem: Problem, k: int) -> KStepOptimum:
    """Return the optimum on k >= 1 levels on the branch that leaves the capacity of that level.

    q and x/chi start as they are there; chi at its best values on that ray.
    """
    empty = optimum(Problem(problem.terminal, energy=0.0), k)
    chis = np.exp(np.linspace(-3.0, 4.5, 31))
    rays = [problem.at(chi, empty.gaps, empty.slopes * (chi / empty.chi))[0] for chi in chis]
    lows = [chis[i] for i in range(1, 30) if rays[i] <= min(rays[i - 1], rays[i + 1])]
    if not lows:
        raise NotConverged(f"k={k}: the branch that leaves the capacity has no stationary chi")
    starts = [[chi, *empty.gaps, *(empty.slopes * (chi / empty.chi))] for chi in lows]
    return _lowest(*(partial(newton_optimum, problem, np.log(start)) for start in starts))


@lru_cache(maxsize=512)
def optimum(problem: Problem, k: int) -> KStepOptimum:
    """Return the optimum on k levels, and keep the optima on fewer levels.

    >>> round(optimum(Problem(), 0).value, 9), round(optimum(Problem(), 1).value, 9)
    (7.647694935, 6.715696838)
    """
    if not 0 <= k <= MAX_STEPS:
        raise DomainError(f"k must lie in [0, {MAX_STEPS}]; got k={k}")
    if k == 0:
        return symmetric(problem)
    if problem.far is not None:
        return first_capacity(problem) if k == 1 else _next(problem, k)
    if (problem.terminal.threshold() or 0) <= 0:
        return _next(problem, k)
    if k == 1:
        return _lowest(partial(_next, problem, 1), partial(from_capacity, problem, 1))
    try:
        return _next(problem, k)
    except NotConverged:  # below the capacity with fewer steps, for one thing
        return from_capacity(problem, k)


def _next(problem: Problem, k: int) -> KStepOptimum:
    """Return the optimum on k >= 1 levels, from that on one level less."""
    if k == 1:
        return first_step(problem)
    lower = optimum(problem, k - 1)
    try:
        found = newton_optimum(problem, refine(lower, optimum(problem, k - 2) if k > 4 else None))
    except NotConverged:
        found = newton_optimum(problem, refine(lower, None))
    if found.value > lower.value + 1e-13:
        raise NotConverged(f"k={k} did not improve on k={k - 1}", (*lower.history, *found.history))
    return found


def _lowest(*searches: Callable[[], KStepOptimum]) -> KStepOptimum:
    """Return where optima compete, the lowest that the searches find."""
    found = []
    for search in searches:
        try:
            found.append(search())
        except NotConverged as failure:
            last = failure
    if not found:
        raise last
    return min(found, key=lambda optimum: optimum.value)


@lru_cache(maxsize=512)
def sharp(problem: Problem, k: int) -> KStepOptimum:
    """Return the optimum on k >= 1 levels, as accurate as double precision allows."""
    return newton_optimum(problem, optimum(problem, k).logs, goal=1e-23)
