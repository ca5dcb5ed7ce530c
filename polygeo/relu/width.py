"""The width that a theorem grants: the smallest m for which p_{m,n} is proved to be large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import integer, rational
from polygeo.cones.families.fan_distance import FanDistance
from polygeo.errors import DomainError, NotConverged
from polygeo.relu.bounds import exact_probability, lifted_failure, rounded_outward, union_bound
from polygeo.volumes.escape import best_scale, subspace_logarithm

__all__ = ["Width", "width"]

MAX_N = 1000
"""Largest number n of inputs."""

MAX_RATIO = 200
"""Largest m/n that is tried."""


@dataclass(frozen=True)
class Width:
    """A number m of outputs for which p_{m,n} >= ``probability`` is proved, and by which theorem.

    ``lower`` is the proved lower bound of p_{m,n}, a rational; ``theorem`` names the proof;
    ``source`` is a formula id. Outputs beyond m do not make p smaller.
    """

    m: int
    n: int
    probability: mpq
    lower: mpq
    theorem: str
    source: str

    def __int__(self) -> int:
        return self.m

    __index__ = __int__

    def __repr__(self) -> str:
        return (
            f"Width({self.m} x {self.n}: p >= {rounded_outward(self.lower, False)}, {self.theorem})"
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "m": self.m,
            "n": self.n,
            "probability": str(self.probability),
            "lower": str(self.lower),
            "theorem": self.theorem,
            "source": self.source,
        }


def width(n: Any, probability: Any) -> Width:
    """Return the smallest number m of outputs with a proof of p_{m,n} >= probability.

    ``n``: the number of inputs, 1 to 1000; ``probability``: a number strictly between 0 and 1.
    Tried are the exact values, both union bounds and the lifted escape bound, see
    `polygeo.relu.injectivity_bounds`. p_{m,n} grows with m, since more rows never break
    injectivity; each bound is decreasing in m where it is below 1/2, so that the smallest m is
    found by bisection, and its bound is then proved. Raises DomainError for arguments out of
    range, NotConverged with what was tried where no theorem reaches the probability for
    m <= 200 n.

    >>> width(64, 0.99)
    Width(490 x 64: p >= 0.990349, lifted Gordon)
    >>> width(2, 0.99).m, width(8, 0.99)
    (14, Width(76 x 8: p >= 0.990..., union over orthants))
    """
    size = integer(n, "n")
    if not 1 <= size <= MAX_N:
        raise DomainError(f"width needs 1 <= n <= {MAX_N}; got n={size}")
    goal = rational(probability, "probability")
    if not 0 < goal < 1:
        raise DomainError(f"width needs a probability between 0 and 1; got {float(goal):g}")
    found = [
        _smallest(size, goal, name, source, failure)
        for name, source, failure in (
            ("exact value", "classical.exact_values", _exact_failure),
            ("union over orthants", "classical.union_orthants_sum", _union_failure("orthants")),
            ("union over vertices", "classical.union_vertices_sum", _union_failure("vertices")),
        )
    ]
    found.append(_smallest_lifted(size, goal))
    known = [one for one in found if one is not None]
    if not known:
        raise NotConverged(
            f"no theorem gives p >= {float(goal):.6g} at n={size} for m <= {MAX_RATIO * size}: "
            "tried were exact values, union bounds and the lifted Gordon bound"
        )
    return min(known, key=lambda one: one.m)


def _exact_failure(m: int, n: int) -> mpq:
    value = exact_probability(m, n)
    return mpq(1) if value is None else 1 - value


def _union_failure(over: str) -> Callable[[int, int], mpq]:
    return lambda m, n: union_bound(m, n, over)


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """The smallest m in (low, high] that holds, for a property that is kept once it holds."""
    if not holds(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _smallest(
    n: int, goal: mpq, name: str, source: str, failure: Callable[[int, int], mpq]
) -> Width | None:
    m = _first(n, _most(n), lambda m: 1 - failure(m, n) >= goal)
    return None if m is None else Width(m, n, goal, 1 - failure(m, n), name, source)


def _most(n: int) -> int:
    return max(MAX_RATIO * n, 2000)


def _smallest_lifted(n: int, goal: mpq) -> Width | None:
    """The lifted bound: the smallest m in floats, then its proof, or the next ones."""
    allowed = log(float(1 - goal))

    def rough(m: int) -> float:
        logarithm = subspace_logarithm(FanDistance(m, n).rough, n)
        c = best_scale(logarithm)
        return logarithm(float(c)) if c else 0.0

    start = _first(n, _most(n), lambda m: rough(m) <= allowed - 1e-7)
    if start is None:
        return None
    for m in range(start, start + 3):
        lower = 1 - lifted_failure(m, n).upper
        if lower >= goal:
            return Width(m, n, goal, lower, "lifted Gordon", "kinematic.lifted_escape")
    raise NotConverged(f"the lifted bound near m={start} could not be proved")
