"""What is known of p_{m,n}, the probability that a Gaussian ReLU layer R^n -> R^m is injective.

With probability 1 a Gaussian W is in general position; then the layer is injective if and only
if the closed half-space (Tukey) depth of the origin among the rows is at least n, that is, if no
x != 0 leaves fewer than n coordinates of Wx positive. Hence

* exact values: n = 1, n = 2, and p_{m,n} = 0 for n <= m <= 3n - 2;
* Wendel's theorem: P[depth >= 1] = 1 - 2^{1-m} sum_{i<n} binomial(m-1, i) bounds p from above;
* union bounds: 1 - p is at most the expected number of cells (or vertices) of the arrangement
  with fewer than n positive signs;
* the lifted escape bound: 1 - p is at most the right side of `polygeo.volumes.escape_bound`;
* half a space and coins: if the first m' rows lie in a half-space, some x that depends on them only
  makes all of them negative, and the other m - m' rows are fair coins there. Hence
  1 - p >= Wendel(m', n) P[Bin(m - m', 1/2) <= n - 1] for every m', with
  Wendel(m', n) = 2^{1-m'} sum_{i<n} binomial(m'-1, i).

A level k in place of n asks for the probability that no x != 0 leaves fewer than k coordinates
positive. The Euler-characteristic surrogate q bounds nothing. Results are exact mpq, those of the
lifted bound rationals on the safe side of a ball.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.certification import ends
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.answers.options import choice
from polygeo.cones.families.fan import SignCountFan
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.bound import Bound
from polygeo.relu.input_bounds import (
    coins_failure_on,
    convex,
    exact_failure_on,
    subspace_dimension,
    union_failure_on,
)
from polygeo.relu.input_cone import dimension_of, input_volumes, with_bias
from polygeo.relu.sizes import layer_of, level_of
from polygeo.volumes.escape import EscapeBound, escape_bound
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = [
    "exact_probability",
    "exact_probability_on",
    "half_space_failure",
    "injectivity_bounds",
    "known_on",
    "layer_on",
    "lifted_failure",
    "proved_range",
    "proved_range_on",
    "union_bound",
    "wendel_probability",
]

MAX_LIFTED = 20_000
"""Largest number m of rows for which the lifted bound is computed."""


def exact_probability(m: int, n: int, level: int | None = None) -> mpq | None:
    """Return p_{m,n}, or P[no x != 0 leaves fewer than k positive], if known exactly; else None.

    * ``m``, ``n``: numbers of outputs and inputs, 1 <= n <= m.
    * ``level``: k, 1 <= k <= m (default n, which gives p_{m,n}).

    Known are n = 1, k = 1 (Wendel), n = k = 2, and the value 0 for m <= 2k + n - 2: of the m - n +
    1 signs at the two ends of a vertex, one end has at most half positive.

    >>> exact_probability(7, 2), exact_probability(18, 3)
    (mpq(29,64), None)
    >>> exact_probability(6, 1, 2), exact_probability(9, 4, 1) == wendel_probability(9, 4)
    (mpq(25,32), True)
    """
    k = n if level is None else level
    if m <= 2 * k + n - 2:
        return mpq(0)
    if n == 1:
        return 1 - mpq(partial_binomial_sum(m, k), mpz(1) << (m - 1))
    if k == 1:
        return wendel_probability(m, n)
    return 1 - mpq(m * (m - 2), mpz(1) << (m - 1)) if n == k == 2 else None


def proved_range(m: int, n: int) -> tuple[mpq, mpq]:
    """Return the best proved lower and upper bound of p_{m,n} that need no numerical integral."""
    lower = max(mpq(0), 1 - union_bound(m, n), 1 - union_bound(m, n, "vertices"))
    return lower, min(wendel_probability(m, n), 1 - half_space_failure(m, n))


@patient
def wendel_probability(m: Any, n: Any) -> mpq:
    """Return P[m points of R^n lie in no half-space] = 1 - 2^{1-m} sum_{i<n} binomial(m-1, i).

    * ``m``, ``n``: number of points and dimension, 1 <= n <= m; DomainError otherwise. The law of
      the points is symmetric about 0 and in general position, for example Gaussian.

    Exact. The probability is an upper bound of p_{m,n}, since an injective layer needs half-space
    depth n >= 1. Source: wendel1962problem; cover1965geometrical counts the same dichotomies.

    >>> wendel_probability(4, 2)
    mpq(1,2)
    """
    m, n = layer_of(m, n)
    return 1 - mpq(partial_binomial_sum(m - 1, n), mpz(1) << (m - 1))


@patient
def half_space_failure(m: Any, n: Any, level: Any = None) -> mpq:
    """Bound 1 - p_{m,n} from below by rows that lie in a half-space, and fair coins (exact).

    * ``m``, ``n``: numbers of outputs and inputs, 1 <= n <= m.
    * ``level``: k in "fewer than k positive coordinates", 1 <= k <= m (default n).

    Returns the maximum over m' of P[m' rows lie in a half-space] P[Bin(m - m', 1/2) <= k - 1]. The
    ratio m/n up to which the bound tends to 1 is `polygeo.thresholds.half_space`. DomainError for
    other m, n and k. Source: wendel1962problem, and the argument in the text of this module.

    >>> half_space_failure(24, 3), float(half_space_failure(350, 100))
    (mpq(5293,8388608), 0.937458769462123)
    """
    m, n = layer_of(m, n)
    k = level_of(m, n, level)
    first = _best_first(m, n, k)
    near = (first,) if m > 10_000 else range(max(first - 1, 1), min(first + 1, m) + 1)
    return max(_half_space_and_coins(m, n, k, rows) for rows in near)


def _half_space_and_coins(m: int, n: int, k: int, first: int) -> mpq:
    inside = partial_binomial_sum(first - 1, n)
    return mpq(inside * partial_binomial_sum(m - first, k), mpz(1) << (m - 1))


def _best_first(m: int, n: int, k: int) -> int:
    """The m' at which Wendel(m', n) P[Bin(m - m', 1/2) <= k - 1] is largest, up to rounding.

    P[Bin(N, 1/2) <= n - 1] is the chance that n coins need more than N throws to show n heads, a
    log-concave sequence in N: the product is log-concave in m', and rises while the first factor
    falls more slowly than the second one rises.
    """
    low, high = 1, m
    while low < high:
        middle = (low + high) // 2
        if _fall(middle - 1, n) <= _fall(m - middle - 1, k):
            low = middle + 1
        else:
            high = middle
    return low


def _fall(N: int, n: int) -> float:
    """1 - P[Bin(N + 1, 1/2) <= n - 1]/P[Bin(N, 1/2) <= n - 1], in floats."""
    import numpy as np

    if n - 1 > N:
        return 0.0
    j = np.arange(min(n - 1, 200_000))
    with np.errstate(over="ignore"):
        return float(0.5 / (1 + np.cumprod((n - 1 - j) / (N - n + 2 + j)).sum()))


@patient
def lifted_failure(m: Any, n: Any, level: Any = None) -> EscapeBound:
    """Bound 1 - p_{m,n} from above by the lifted escape bound (certified).

    * ``m``, ``n``: numbers of outputs and inputs, 1 <= n <= m <= 20 000.
    * ``level``: k in "fewer than k positive coordinates", 1 <= k <= m (default n).

    Returns the `EscapeBound` that `polygeo.volumes.escape_bound` gives for the cone of the vectors
    with fewer than k positive coordinates. Takes a second for m = 200, a few seconds for m = 1000.
    DomainError for other m, n and k. Source: gordon1988milman.

    >>> lifted_failure(160, 20)
    EscapeBound(P <= 0.00611, c = 14.1)
    """
    m, n = layer_of(m, n)
    if m > MAX_LIFTED:
        raise DomainError(f"the lifted bound is computed for m <= {MAX_LIFTED}; got m={m}")
    return escape_bound(SignCountFan(m, level_of(m, n, level)), n)


@patient
def union_bound(
    m: Any,
    n: Any,
    over: str = "orthants",
    level: Any = None,
    inputs: Any = None,
    bias: bool = False,
) -> Any:
    """Bound 1 - p_{m,n} from above by the expected number of bad cells or of bad vertices (exact).

    * ``m``, ``n``: numbers of outputs and inputs, 1 <= n <= m.
    * ``over``: 'orthants' (the default) counts the orthants of C_{m,n} that the range of W meets,
      2^{1-m} sum_{j<n} binomial(m, j) sum_{j<n} binomial(m-1, j); 'vertices' counts the vertices
      (both ends of each line orthogonal to n - 1 rows) with fewer than n positive signs, 2
      binomial(m, n-1) 2^{-(m-n+1)} sum_{j<n} binomial(m-n+1, j).
    * ``level``: k in "fewer than k positive signs", 1 <= k <= m (default n). The sums over numbers
      of positive signs end at k - 1.
    * ``inputs``, ``bias``: a convex cone of inputs and Gaussian biases, as in `injectivity_bounds`;
      for 'orthants' only.

    The bound may exceed 1; it is a Ball where the volumes of the cone are. DomainError for other
    arguments. Source: maillard2022slides.

    >>> union_bound(18, 3), union_bound(18, 3, "vertices")
    (mpq(3311,16384), mpq(20961,32768))
    >>> union_bound(18, 3, inputs="nonnegative")
    mpq(9073,262144)
    """
    choice(over, "over", ("orthants", "vertices"))
    if inputs is not None or bias is not False:
        if over != "orthants":
            raise DomainError("a union bound for a cone of inputs, or biases, is over orthants")
        return union_failure_on(*layer_on(m, n, level, inputs, bias))
    m, n = layer_of(m, n)
    k = level_of(m, n, level)
    if over == "orthants":
        cells = partial_binomial_sum(m, k) * partial_binomial_sum(m - 1, n)
        return mpq(cells, mpz(1) << (m - 1))
    rest = m - n + 1
    ends = 2 * gmpy2.bincoef(m, n - 1) * partial_binomial_sum(rest, k)
    return mpq(ends, mpz(1) << rest)


@patient
def injectivity_bounds(
    m: Any, n: Any, level: Any = None, inputs: Any = None, bias: bool = False
) -> tuple[Bound, ...]:
    """Return all that is proved of p_{m,n}, as a tuple of `Bound`, each with its source.

    * ``m``, ``n``: numbers of outputs and of inputs, 1 <= n <= m <= 2^31.
    * ``level``: k in "no x != 0 leaves fewer than k coordinates of Wx positive", 1 <= k <= m
      (default n, which is injectivity; for inputs in a cone of dimension r it is r).
    * ``inputs``: None (default) for all of R^n; "nonnegative"; or a convex cone of R^n, or its
      `IntrinsicVolumes`.
    * ``bias``: True for a layer with Gaussian biases of the variance of the weights (default
      False).

    The tuple holds the exact value where it is known; upper bounds: Wendel's probability, and
    "half-space and coins"; lower bounds: the union bounds over orthants and over vertices and, for
    m <= 20 000, the lifted Gordon bound. The best bound of each side is marked. Every value is
    exact; for the lifted bound the value is a rational number on the safe side of a certified Ball.
    For inputs in a cone the tuple holds the exact value, half-space and coins, the union bound over
    orthants and the lifted bound, all of them from the intrinsic volumes of the cone.
    As m grows and n and k stay, no upper bound of 1 - p among them grows again once it is below 1
    (proofs: page "Bounds for every (m, n)" of the documentation). DomainError for sizes and levels
    out of range. Sources: wendel1962problem, maillard2022slides, gordon1988milman.

    >>> for bound in injectivity_bounds(160, 20):
    ...     print(bound)
    p <= 1.000000 (Wendel)
    p <= 1.000000 (half-space and coins), best
    p >= 0.000000 (union over orthants)
    p >= 0.000000 (union over vertices)
    p >= 0.993893 (lifted Gordon), best
    >>> print(injectivity_bounds(18, 3, inputs="nonnegative")[1])
    p >= 0.965389 (union over orthants), best
    """
    if inputs is not None or bias is not False:
        return _marked(_bounds_on(*layer_on(m, n, level, inputs, bias)))
    m, n = layer_of(m, n)
    k = level_of(m, n, level)
    known = []
    value = exact_probability(m, n, k)
    if value is not None:
        known.append(Bound(value, "equal", "exact value", "classical.exact_values"))
    known.append(Bound(wendel_probability(m, n), "upper", "Wendel", "classical.wendel_sum"))
    coins = 1 - half_space_failure(m, n, k)
    known.append(Bound(coins, "upper", "half-space and coins", "classical.half_space_and_coins"))
    for over, source in (("orthants", "union_orthants_sum"), ("vertices", "union_vertices_sum")):
        least = max(mpq(0), 1 - union_bound(m, n, over, k))
        known.append(Bound(least, "lower", f"union over {over}", f"classical.{source}"))
    if m <= MAX_LIFTED:
        least = 1 - lifted_failure(m, n, k).upper
        known.append(Bound(least, "lower", "lifted Gordon", "kinematic.lifted_escape"))
    return _marked(known)


def layer_on(
    m: Any, n: Any, level: Any, inputs: Any, bias: Any
) -> tuple[int, int, IntrinsicVolumes]:
    """Read a layer with inputs in a convex cone: m, the level k and the volumes of the cone.

    The level is by default the dimension of the cone; biases make the cone K x R_+.
    """
    m, n = layer_of(m, n)
    volumes = convex(input_volumes(inputs, n))
    k = level_of(m, dimension_of(volumes), level)
    return m, k, with_bias(volumes, bias)


def exact_probability_on(m: int, k: int, volumes: IntrinsicVolumes) -> Any:
    """Return p for inputs in a cone with these volumes, exact or a Ball; None where unknown.

    >>> exact_probability_on(4, 2, input_volumes("nonnegative", 2))
    mpq(97,256)
    """
    return known_on(m, k, volumes)[0]


def known_on(m: int, k: int, volumes: IntrinsicVolumes) -> tuple[Any, tuple[mpq, mpq] | None]:
    """Return p for inputs in a cone, or None, and its range where that had to be computed.

    >>> known_on(9, 1, input_volumes("nonnegative", 3))
    (mpq(1981,2048), None)
    """
    r = subspace_dimension(volumes)
    if r is not None:
        return exact_probability(m, r, k), None
    failure = exact_failure_on(m, k, volumes)
    if failure is not None:
        return 1 - failure, None
    r = dimension_of(volumes) - 1
    if volumes[r] == volumes[r + 1] == mpq(1, 2) and exact_probability(m, r, k) == 0:
        return mpq(0), None  # a half-space holds a subspace on which the layer is never injective
    found = proved_range_on(m, k, volumes)
    return (found[0] if found[0] == found[1] else None), found


def proved_range_on(m: int, k: int, volumes: IntrinsicVolumes) -> tuple[mpq, mpq]:
    """Return the best bounds of p for inputs in a cone that take no numerical integral."""
    lower = 1 - ends(union_failure_on(m, k, volumes))[1]
    return max(mpq(0), lower), 1 - ends(coins_failure_on(m, k, volumes))[0]


def _bounds_on(m: int, k: int, volumes: IntrinsicVolumes) -> list[Bound]:
    known = []
    value, proved = known_on(m, k, volumes)
    lower, upper = proved or proved_range_on(m, k, volumes)
    if value is not None:
        low, high = ends(value)
        if low == high:
            known.append(Bound(low, "equal", "exact value", "inputs.wedge"))
        else:
            known.append(Bound(high, "upper", "certified value", "inputs.wedge"))
            known.append(Bound(low, "lower", "certified value", "inputs.wedge"))
    known.append(Bound(upper, "upper", "half-space and coins", "inputs.half_space_and_coins"))
    known.append(Bound(lower, "lower", "union over orthants", "inputs.union_sum"))
    if volumes.ambient_dim <= m <= MAX_LIFTED:
        escape = escape_bound(SignCountFan(m, k), volumes.ambient_dim, volumes)
        least = 1 - escape.upper
        known.append(Bound(least, "lower", "lifted Gordon", "kinematic.lifted_escape"))
    return known


def _marked(known: list[Bound]) -> tuple[Bound, ...]:
    """The bounds with the best one of each side marked; an exact value is the best of both."""
    chosen = [bound for bound in known if bound.side == "equal"] or [
        max((bound for bound in known if bound.side == "lower"), key=attrgetter("value")),
        min((bound for bound in known if bound.side == "upper"), key=attrgetter("value")),
    ]
    return tuple(replace(bound, best=any(bound is one for one in chosen)) for bound in known)
