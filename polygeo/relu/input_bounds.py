"""What is known of p for inputs in a cone K: exact values, and bounds, from intrinsic volumes.

v_0, v_1, .. are the volumes of K, or of K x R_+ for a layer with biases; the layer fails when some
direction of K leaves fewer than k coordinates of W x positive.

* One orthant of R^m meets W K outside 0 with probability sum_j v_j w(m, j), where
  w(m, j) = 2^(1-m) sum_{i<j} binomial(m-1, i) is Wendel's probability: the kinematic formula.
* Union bound: 1 - p <= sum_{j<k} binomial(m, j) times that probability.
* Rows in a half-space, and coins: some x of K, a function of the first m' rows only, makes all of
  these negative with the probability of one orthant of R^m'; the other rows are fair coins at x.
  Hence 1 - p >= sum_j v_j w(m', j) P[Bin(m - m', 1/2) <= k - 1] for every m'.
* Exact: k = 1 (one orthant is all that matters), one input, and wedges of the plane (`wedge`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import gmpy2
from gmpy2 import mpfr, mpq, mpz

from polygeo.answers.ball import with_source
from polygeo.answers.certification import enclosure, ends
from polygeo.answers.numerics.arithmetic import sum_of, times
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.errors import DomainError
from polygeo.relu.input_cone import dimension_of
from polygeo.relu.wedge import MAX_ROWS, wedge_failure
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = [
    "coins_failure_on",
    "convex",
    "exact_failure_on",
    "one_orthant",
    "subspace_dimension",
    "union_failure_on",
]

TRIED = 40
"""Steps of the first grid of numbers m' of rows; any of them proves its bound."""

LARGE = 10_000
"""Number of rows from which the best m' in floats is believed; below, its neighbours are tried."""

MOST_RATIOS = 200_000
"""Number of terms after which a sum of products of falling ratios < 1 is as good as complete."""

ANGLE_DIGITS = 40
"""Digits to which an irrational angle of a wedge is enclosed."""


def convex(volumes: IntrinsicVolumes) -> IntrinsicVolumes:
    """Return the volumes; DomainError for those of a union, or of the cone {0}."""
    if not volumes.convex:
        raise DomainError("p needs one convex cone of inputs; got a union of cones")
    if dimension_of(volumes) == 0:
        raise DomainError("p needs a cone of inputs with a nonzero vector; got {0}")
    return volumes


def subspace_dimension(volumes: IntrinsicVolumes) -> int | None:
    """Return r if the cone is an r-dimensional subspace (v_r = 1), else None."""
    return next((j for j, v in enumerate(volumes) if v == 1), None)


def one_orthant(m: int, volumes: IntrinsicVolumes) -> Any:
    """Return the probability that W K meets one orthant of R^m outside 0.

    >>> one_orthant(3, IntrinsicVolumes([mpq(1, 4), mpq(1, 2), mpq(1, 4)]))
    mpq(5,16)
    """
    if m == 0:
        return mpq(1)
    scale, terms = mpz(1) << (m - 1), []
    least = _least(volumes)
    total = partial_binomial_sum(m - 1, least)
    entry = gmpy2.bincoef(m - 1, least)
    for j in range(least, len(volumes)):
        if volumes[j] != 0:
            terms.append(times(volumes[j], mpq(total, scale)))
        total += entry
        entry = gmpy2.divexact(entry * (m - 1 - j), mpz(j + 1))
    return sum_of(terms)


def _least(volumes: IntrinsicVolumes) -> int:
    """The least j >= 1 with v_j != 0: below it nothing has to be summed."""
    return next((j for j, v in enumerate(volumes) if j >= 1 and v != 0), 1)


def union_failure_on(m: int, k: int, volumes: IntrinsicVolumes) -> Any:
    """Return the union bound of 1 - p over the orthants with fewer than k positive signs."""
    return times(mpq(partial_binomial_sum(m, k)), one_orthant(m, volumes))


def coins_failure_on(m: int, k: int, volumes: IntrinsicVolumes) -> Any:
    """Return the best lower bound of 1 - p by rows in a half-space, and coins, that was found.

    The numbers m' are tried in floats on a grid, then on finer ones around the best of them.
    """
    logarithm = _coins_logarithm(m, k, volumes)
    known: dict[int, float] = {}
    step = max(1, m // TRIED)
    near = range(0, m + 1, step)
    while True:
        for first in near:
            if first not in known:
                known[first] = logarithm(first)
        best = max(known, key=known.__getitem__)
        if step == 1:
            break
        low, high = max(0, best - step), min(m, best + step)
        step = max(1, step // 8)
        near = range(low, high + 1, step)
    near = range(best, best + 1) if m > LARGE else range(max(0, best - 1), min(m, best + 1) + 1)
    return max((_coins(m, k, volumes, first) for first in near), key=lambda found: ends(found)[0])


def _coins_logarithm(m: int, k: int, volumes: IntrinsicVolumes) -> Callable[[int], float]:
    """The logarithm of `_coins` as a function of m', in floats."""
    import numpy as np
    from scipy.special import gammaln

    least = _least(volumes)
    weights = np.array([_log(v) for v in volumes[least:]])
    added = np.arange(least, len(volumes) - 1)

    def logarithm(first: int) -> float:
        coins = _log_partial_sum(m - first, k) - (m - first) * math.log(2)
        if first == 0:
            return coins
        top = first - 1
        i = added[added <= top]
        binomials = np.full(len(weights), -math.inf)
        binomials[0] = _log_partial_sum(top, least)
        binomials[1 : len(i) + 1] = gammaln(top + 1) - gammaln(i + 1) - gammaln(top - i + 1)
        terms = weights + np.logaddexp.accumulate(binomials)
        return coins + float(np.logaddexp.reduce(terms)) - top * math.log(2)

    return logarithm


def _log(volume: Any) -> float:
    low, high = ends(volume)
    middle = (low + high) / 2
    return float(gmpy2.log(mpfr(middle, 53))) if middle > 0 else -math.inf


def _log_partial_sum(N: int, count: int) -> float:
    """The logarithm of sum_{i<count} binomial(N, i), in floats; of N >= 0."""
    import numpy as np

    if count <= 0:
        return -math.inf
    if count > N:
        return N * math.log(2)
    if 2 * count > N + 1:
        rest = _log_partial_sum(N, N + 1 - count) - N * math.log(2)
        return N * math.log(2) + math.log1p(-math.exp(rest))
    j = np.arange(min(count - 1, MOST_RATIOS))
    ratios = float(np.cumprod((count - 1 - j) / (N - count + 2 + j)).sum())
    lower = math.lgamma(count) + math.lgamma(N - count + 2)
    return math.lgamma(N + 1) - lower + math.log1p(ratios)


def _coins(m: int, k: int, volumes: IntrinsicVolumes, first: int) -> Any:
    coins = mpq(partial_binomial_sum(m - first, k), mpz(1) << (m - first))
    return times(one_orthant(first, volumes), coins)


def exact_failure_on(m: int, k: int, volumes: IntrinsicVolumes) -> Any:
    """Return 1 - p, exact or a Ball, where it is known for a cone that is no subspace; else None.

    >>> exact_failure_on(3, 2, IntrinsicVolumes([mpq(1, 4), mpq(1, 2), mpq(1, 4)]))
    mpq(51,64)
    """
    dimension = dimension_of(volumes)
    if k == 1:
        return with_source(one_orthant(m, volumes), "inputs.one_positive_row")
    if dimension == 1:
        return mpq(partial_binomial_sum(m, k), mpz(1) << m)
    if dimension == 2 and m <= MAX_ROWS:
        return wedge_failure(m, k, enclosure(2 * volumes[2], ANGLE_DIGITS))
    return None
