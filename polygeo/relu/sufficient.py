"""The width that a theorem grants: the smallest m for which p_{m,n} is proved to be large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gmpy2
from gmpy2 import mpq

from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.options import check_fields
from polygeo.cones.fan_distance import FanDistance
from polygeo.errors import DomainError, NotConverged
from polygeo.relu.bounds import exact_probability, lifted_failure, rounded_outward, union_bound
from polygeo.volumes.escape import best_scale, rounded_up, subspace_logarithm

__all__ = ["Width", "width"]

MAX_N = 1000
"""Largest number n of inputs for which `width` looks for a layer."""

MAX_RATIO = 200
"""Largest ratio m/n that `width` tries; for small n the limit is m = 2000."""


@dataclass(frozen=True)
class Width:
    """A number m of outputs for which p_{m,n} >= ``probability`` is proved, with the theorem.

    * ``m``, ``n``: numbers of outputs and of inputs; for more than m outputs p is not smaller.
    * ``probability``: the probability that was asked for.
    * ``lower``: the proved lower bound of p_{m,n}, a rational number.
    * ``theorem``, ``source``: name of the theorem and id of its formula.
    """

    m: int
    n: int
    probability: mpq
    lower: mpq
    theorem: str
    source: str

    def __post_init__(self) -> None:
        check_fields(self, m=int, n=int, probability=mpq, lower=mpq, theorem=str, source=str)

    def __int__(self) -> int:
        return self.m

    __index__ = __int__

    @property
    def statement(self) -> str:
        """The sentence that is proved, with its bound rounded to the safe side."""
        if self.lower < 1 - mpq(1, 10_000):
            return f"p >= {rounded_outward(self.lower, False)}"
        return f"1 - p <= {rounded_up(1 - self.lower)}"

    def __repr__(self) -> str:
        return f"Width({self.m} x {self.n}: {self.statement}, {self.theorem})"

    def _repr_latex_(self) -> str:
        statement = self.statement.replace("p ", f"p_{{{self.m},{self.n}}} ")
        statement = statement.replace("<=", r"\le").replace(">=", r"\ge")
        return rf"${statement} \qquad \text{{{self.theorem}}}$"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dictionary that JSON can hold."""
        return {
            "m": self.m,
            "n": self.n,
            "probability": str(self.probability),
            "lower": str(self.lower),
            "theorem": self.theorem,
            "source": self.source,
        }


def width(n: Any, probability: Any) -> Width:
    """Find the smallest number m of outputs for which a theorem proves p_{m,n} >= probability.

    * ``n``: number of inputs, 1 to 1000.
    * ``probability``: a number strictly between 0 and 1 (int, float, fraction or decimal string).

    Returns a `Width`: m, the proved lower bound of p_{m,n} (exact), and the theorem behind the
    bound, the best one of the exact values, the two union bounds and the lifted Gordon bound
    (`polygeo.relu.injectivity_bounds`). p_{m,n} itself grows with m, since more outputs never
    destroy injectivity. Each of the theorems keeps p >= probability for all larger m, so that the
    smallest m is found by bisection; with the lifted bound m is the smallest one that is proved at
    a parameter near the best one. DomainError for arguments out of range; NotConverged, with what
    was tried, where no theorem reaches the probability for m <= max(200 n, 2000).

    >>> width(64, 0.99)
    Width(490 x 64: p >= 0.990349, lifted Gordon)
    >>> width(2, "0.99"), width(3, "0.99")
    (Width(16 x 2: p >= 0.993164, exact value), Width(24 x 3: p >= 0.990060, union over orthants))
    """
    size = integer(n, "n")
    if not 1 <= size <= MAX_N:
        raise DomainError(f"width needs 1 <= n <= {MAX_N}; got n={size}")
    goal = rational(probability, "probability")
    if not 0 < goal < 1:
        raise DomainError(f"width needs a probability between 0 and 1; got {shorten(goal)}")
    found = [
        _smallest(size, goal, name, source, failure)
        for name, source, failure in (
            ("exact value", "classical.exact_values", _exact_failure),
            ("union over orthants", "classical.union_orthants_sum", _union_failure("orthants")),
            ("union over vertices", "classical.union_vertices_sum", _union_failure("vertices")),
        )
    ]
    known = [one for one in found if one is not None]
    most = min((one.m - 1 for one in known), default=_most(size))
    lifted = _smallest_lifted(size, goal, most)
    if lifted is not None:
        return lifted
    if not known:
        raise NotConverged(
            f"no theorem gives p >= {shorten(goal)} at n={size} for m <= {_most(size)}: tried "
            "were exact values, both union bounds and the lifted Gordon bound"
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


def _smallest_lifted(n: int, goal: mpq, most: int) -> Width | None:
    """The lifted bound: the smallest m <= most in floats, then its proof, or the next ones."""
    allowed = float(gmpy2.log(gmpy2.mpfr(1 - goal, 53)))
    near: mpq | None = None

    def holds(m: int) -> bool:
        nonlocal near
        logarithm = subspace_logarithm(FanDistance(m, n).rough, n)
        c = best_scale(logarithm, near)
        near = c or near
        return bool(c) and logarithm(float(c)) <= allowed

    start = _first(n, most, holds)
    if start is None:
        return None
    for m in range(start, min(start + 3, most + 1)):
        lower = 1 - lifted_failure(m, n).upper
        if lower >= goal:
            return Width(m, n, goal, lower, "lifted Gordon", "kinematic.lifted_escape")
    return None
