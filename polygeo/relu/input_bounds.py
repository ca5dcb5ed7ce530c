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

from itertools import accumulate
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.arithmetic import sum_of, times
from polygeo.answers.ball import with_source
from polygeo.answers.certification import enclosure, ends
from polygeo.answers.splitting import binomial_row, partial_binomial_sum
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
    scale = mpz(1) << (m - 1)
    partial = accumulate(binomial_row(m - 1, len(volumes) - 1))
    pairs = zip(volumes[1:], partial, strict=True)
    return sum_of(times(v, mpq(total, scale)) for v, total in pairs if v != 0)


def union_failure_on(m: int, k: int, volumes: IntrinsicVolumes) -> Any:
    """Return the union bound of 1 - p over the orthants with fewer than k positive signs."""
    return times(mpq(partial_binomial_sum(m, k)), one_orthant(m, volumes))


def coins_failure_on(m: int, k: int, volumes: IntrinsicVolumes) -> Any:
    """Return the best lower bound of 1 - p by rows in a half-space, and coins, that was found.

    The numbers m' are tried on a grid, then on finer ones around the best of them.
    """
    known: dict[int, Any] = {}
    step = max(1, m // TRIED)
    near = range(0, m + 1, step)
    while True:
        for first in near:
            if first not in known:
                known[first] = _coins(m, k, volumes, first)
        best = max(known, key=lambda first: ends(known[first])[0])
        if step == 1:
            return known[best]
        low, high = max(0, best - step), min(m, best + step)
        step = max(1, step // 8)
        near = range(low, high + 1, step)


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
