"""Gaussian layers on a wedge of the plane: their exact probability, at any level.

Let the inputs be a wedge of angle pi s, 0 < s <= 1. Each of the m lines <w_i, x> = 0 crosses the
wedge with probability s, independently of all else, so that J of them do, J binomial(m, s). The
other rows have one sign on the whole wedge, fair and independent: B of them are positive, B
binomial(m - J, 1/2). The J rows change their signs one after another, each from + or from - with
equal chance. Let S be the walk that goes up where a row changes from + to -, u the number of its
ups, and M its largest value (at least 0). On the way the least number of positive rows is
B + u - M. By the reflection principle

    #{walks of J steps with u ups and M >= r} = binomial(J, u - r)   for r >= max(0, 2u - J),

so that the number of walks with u - M <= c is

    N(J, c) = (J - 2c + 1) binomial(J, c) + 2 sum_{u<c} binomial(J, u)   for 2c <= J, else 2^J,

    1 - p = 2^-m sum_J binomial(m, J) s^J (1 - s)^(m-J) sum_{b<k} binomial(m - J, b) N(J, k - 1 - b)

is the probability that fewer than k rows are positive somewhere: a polynomial in s. For k = 1 it is
2^-m (1 + m s), for k = 2, the injectivity of the layer, 2^-m (m + 2 + m (m - 2) s - (1 - s)^m).
"""

from __future__ import annotations

from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.errors import DomainError

__all__ = ["MAX_ROWS", "walks", "wedge_failure"]

MAX_ROWS = 20_000
"""Largest m for which the polynomial of degree m is evaluated."""


def walks(J: int, c: int) -> mpz:
    """Return the number N(J, c) of walks of J steps +-1 with u - M <= c, for c >= 0.

    >>> [walks(3, c) for c in range(3)]  # of 8 walks
    [mpz(4), mpz(8), mpz(8)]
    """
    if 2 * c > J:
        return mpz(1) << J
    return (J - 2 * c + 1) * gmpy2.bincoef(J, c) + 2 * partial_binomial_sum(J, c)


def wedge_failure(m: int, k: int, s: Any) -> Any:
    """Return the probability that fewer than k of m Gaussian rows are positive somewhere.

    * ``s``: the angle of the wedge over pi, 0 < s <= 1, a rational number or a Ball.

    Exact for a rational s, a Ball for a Ball; m <= 20,000.

    >>> [1 - wedge_failure(m, 2, mpq(1, 2)) for m in (3, 4, 6)]
    [mpq(13,64), mpq(97,256), mpq(2817,4096)]
    """
    if m > MAX_ROWS:
        raise DomainError(f"p of a wedge is computed for m <= {MAX_ROWS}; got m={m}")
    weights = [gmpy2.bincoef(m, J) * _patterns(m, k, J) for J in range(m + 1)]
    if isinstance(s, Ball):
        with precision(s.bits + 2 * m.bit_length()):
            x = exact_arb(s)
            value = _homogeneous([exact_arb(mpq(w, mpz(1) << m)) for w in weights], x, 1 - x)
            return Ball.from_arb(value, s.bits, "inputs.wedge")
    a, b = s.numerator, s.denominator
    return mpq(_homogeneous(weights, a, b - a), (2 * b) ** m)


def _patterns(m: int, k: int, J: int) -> mpz:
    """Patterns of signs of the other rows and walks of the J rows with too few positive rows."""
    rest = m - J
    counts = range(min(k - 1, rest) + 1)
    return sum((gmpy2.bincoef(rest, b) * walks(J, k - 1 - b) for b in counts), mpz(0))


def _homogeneous(weights: list[Any], x: Any, y: Any) -> Any:
    """sum_J weights[J] x^J y^(m-J), by halving: the products are of equal size."""
    powers = {1: (x, y)}

    def power(count: int) -> tuple[Any, Any]:
        if count not in powers:
            below = power(count // 2)
            pair = (below[0] * below[0], below[1] * below[1])
            powers[count] = (pair[0] * x, pair[1] * y) if count % 2 else pair
        return powers[count]

    def part(low: int, high: int) -> Any:
        """The sum over J in [low, high), divided by x^low, of degree high - low - 1."""
        if high - low == 1:
            return weights[low]
        middle = (low + high) // 2
        left, right = part(low, middle), part(middle, high)
        return left * power(high - middle)[1] + right * power(middle - low)[0]

    return part(0, len(weights))
