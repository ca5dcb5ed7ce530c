"""The width that a theorem grants: the smallest m for which p_{m,n} is proved to be large.

For inputs in a convex cone the bounds are those of `polygeo.relu.input_bounds`, and the lifted one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import gmpy2
from gmpy2 import mpq

from polygeo.answers.certification import ends
from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.options import check_fields
from polygeo.cones.families.fan import SignCountFan
from polygeo.cones.fan_distance import FanDistance
from polygeo.errors import DomainError, NotConverged
from polygeo.progress import patient
from polygeo.relu.bound import rounded_outward
from polygeo.relu.bounds import (
    exact_probability,
    exact_probability_on,
    layer_on,
    lifted_failure,
    union_bound,
)
from polygeo.relu.input_bounds import union_failure_on
from polygeo.relu.input_cone import input_name
from polygeo.volumes.escape import (
    best_scale,
    escape_bound,
    image_logarithm,
    rounded_up,
    subspace_logarithm,
)
from polygeo.volumes.intrinsic import IntrinsicVolumes

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
    * ``inputs``: the inputs and biases, as `width` takes them, in words.
    """

    m: int
    n: int
    probability: mpq
    lower: mpq
    theorem: str
    source: str
    inputs: str = ""

    def __post_init__(self) -> None:
        check_fields(self, m=int, n=int, probability=mpq, lower=mpq, theorem=str, source=str)
        check_fields(self, inputs=str)

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
        return f"Width({self.m} x {self.n}{self.inputs}: {self.statement}, {self.theorem})"

    def _repr_latex_(self) -> str:
        statement = self.statement.replace("p ", f"p_{{{self.m},{self.n}}} ")
        statement = statement.replace("<=", r"\le").replace(">=", r"\ge")
        return rf"${statement} \qquad \text{{{self.theorem}{self.inputs}}}$"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dictionary that JSON can hold."""
        words = {"inputs": self.inputs[2:]} if self.inputs else {}
        return {
            "m": self.m,
            "n": self.n,
            "probability": str(self.probability),
            "lower": str(self.lower),
            "theorem": self.theorem,
            "source": self.source,
            **words,
        }


@patient
def width(n: Any, probability: Any, inputs: Any = None, bias: bool = False) -> Width:
    """Find the smallest number m of outputs for which a theorem proves p_{m,n} >= probability.

    * ``n``: number of inputs, 1 to 1000.
    * ``probability``: a number strictly between 0 and 1 (int, float, fraction or decimal string).
    * ``inputs``: None (default) for all of R^n; "nonnegative"; or a convex cone of R^n, or its
      `IntrinsicVolumes`.
    * ``bias``: True for a layer with Gaussian biases of the variance of the weights (default
      False).

    Returns a `Width`: m, the proved lower bound of p_{m,n} (exact), and the theorem behind the
    bound, the best one of the exact values, the two union bounds (for a cone: the one over
    orthants) and the lifted Gordon bound (`polygeo.relu.injectivity_bounds`). p_{m,n} itself grows
    with m, since more outputs never destroy injectivity. Each of the theorems keeps p >=
    probability for all larger m, so that the smallest m is found by bisection; with the lifted
    bound m is the smallest one that is proved at a parameter near the best one. DomainError for
    arguments out of range; NotConverged, with what was tried, where no theorem reaches the
    probability for m <= max(200 n, 2000). Sources: those of the theorems, maillard2022slides,
    wendel1962problem, gordon1988milman.

    >>> width(64, 0.99)
    Width(490 x 64: p >= 0.990349, lifted Gordon)
    >>> width(2, "0.99"), width(3, "0.99")
    (Width(16 x 2: p >= 0.993164, exact value), Width(24 x 3: p >= 0.990060, union over orthants))
    >>> int(width(64, 0.99, inputs="nonnegative"))
    396
    """
    size = integer(n, "n")
    if not 1 <= size <= MAX_N:
        raise DomainError(f"width needs 1 <= n <= {MAX_N}; got n={size}")
    goal = rational(probability, "probability")
    if not 0 < goal < 1:
        raise DomainError(f"width needs a probability between 0 and 1; got {shorten(goal)}")
    words = ""
    if inputs is None and bias is False:
        ways, lifted = _for_all(size)
    else:
        _, k, volumes = layer_on(size, size, None, inputs, bias)
        ways, lifted = _for_cone(k, volumes)
        words = input_name(inputs, bias)
    found = [_smallest(size, goal, *way) for way in ways]
    known = [one for one in found if one is not None]
    most = min((one.m - 1 for one in known), default=_most(size))
    better = _smallest_lifted(size, goal, most, lifted)
    if better is not None:
        return replace(better, inputs=words)
    if not known:
        tried = "the union bound over orthants" if words else "both union bounds"
        raise NotConverged(
            f"no theorem gives p >= {shorten(goal)} at n={size}{words} for m <= {_most(size)}: "
            f"tried were exact values, {tried} and the lifted Gordon bound"
        )
    return replace(min(known, key=lambda one: one.m), inputs=words)


Way = tuple[str, str, Callable[[int], mpq]]
"""A theorem: its name, the id of its formula, and the lower bound of p for m."""


class _Lifted(NamedTuple):
    """The lifted bound: least m, its logarithm for m in floats, and the proved lower bound of p."""

    least: int
    logarithm: Callable[[int], Callable[[float], float]]
    proved: Callable[[int], mpq]


def _for_all(n: int) -> tuple[list[Way], _Lifted]:
    """The theorems for all of R^n."""

    def union(over: str) -> Way:
        source = f"classical.union_{over}_sum"
        return f"union over {over}", source, lambda m: 1 - union_bound(m, n, over)

    exact: Way = (
        "exact value",
        "classical.exact_values",
        lambda m: exact_probability(m, n) or mpq(0),
    )
    return [exact, union("orthants"), union("vertices")], _Lifted(
        n,
        lambda m: subspace_logarithm(FanDistance(m, n).rough, n),
        lambda m: 1 - lifted_failure(m, n).upper,
    )


def _for_cone(k: int, volumes: IntrinsicVolumes) -> tuple[list[Way], _Lifted]:
    """The theorems for a cone of inputs, in R^(n+1) for layers with biases; k is the level."""
    size = volumes.ambient_dim

    def exact(m: int) -> mpq:
        value = exact_probability_on(m, k, volumes)
        return mpq(0) if value is None else ends(value)[0]

    def union(m: int) -> mpq:
        return 1 - ends(union_failure_on(m, k, volumes))[1]

    return [
        ("exact value", "inputs.wedge", exact),
        ("union over orthants", "inputs.union_sum", union),
    ], _Lifted(
        size,
        lambda m: image_logarithm(FanDistance(m, k).rough, volumes),
        lambda m: 1 - escape_bound(SignCountFan(m, k), size, volumes).upper,
    )


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """The smallest m in (low, high] that holds, for a property that is kept once it holds."""
    if not holds(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _smallest(
    n: int, goal: mpq, name: str, source: str, proved: Callable[[int], mpq]
) -> Width | None:
    m = _first(n, _most(n), lambda m: proved(m) >= goal)
    return None if m is None else Width(m, n, goal, proved(m), name, source)


def _most(n: int) -> int:
    return max(MAX_RATIO * n, 2000)


def _smallest_lifted(n: int, goal: mpq, most: int, lifted: _Lifted) -> Width | None:
    """The lifted bound: the smallest m <= most in floats, then its proof, or the next ones."""
    allowed = float(gmpy2.log(gmpy2.mpfr(1 - goal, 53)))
    near: mpq | None = None

    def holds(m: int) -> bool:
        nonlocal near
        logarithm = lifted.logarithm(m)
        c = best_scale(logarithm, near)
        near = c or near
        return bool(c) and logarithm(float(c)) <= allowed

    if most <= lifted.least:
        return None
    start = _first(lifted.least, most, holds)
    if start is None:
        return None
    for m in range(start, min(start + 3, most + 1)):
        lower = lifted.proved(m)
        if lower >= goal:
            return Width(m, n, goal, lower, "lifted Gordon", "kinematic.lifted_escape")
    return None
