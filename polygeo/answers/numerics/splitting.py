"""Exact sums by binary splitting; binomials and their partial sums."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import gmpy2
from gmpy2 import mpz

__all__ = [
    "Entries",
    "binary_splitting",
    "binomial_row",
    "consecutive_content",
    "partial_binomial_sum",
]

Entries = tuple[mpz, ...]
"""State of a range in a binary splitting."""


def binary_splitting(
    low: int,
    high: int,
    leaf: Callable[[int, int], Entries],
    join: Callable[[Entries, Entries], Entries],
    content: Callable[[int], mpz],
    block: int = 32,
) -> Entries:
    """Return the ordered product join(leaf(a, b), leaf(b, c), ...) over [low, high), balanced.

    With big-integer states of a size proportional to the length of their range, the cost is
    O(M(N) log N) instead of O(N^2) for a result of N bits: every multiplication is between
    numbers of like size. Source: haiblepapanikolaou1998fast.

    A state must count only up to a common factor of its entries. content(l), a divisor of all
    entries of the plain product over any range of length l or more, is divided out, first of
    ranges 450 to 900 long, then at every fifth level: one division costs about what the shorter
    numbers save in two joins. content(l)^r must divide content(r l).
    """
    length = high - low
    depths = range((length // 450).bit_length() - 1, 1, -5)
    removed = {  # the ranges at one depth are length >> depth long, or one longer
        depth: gmpy2.divexact(
            content(length >> depth),
            content(length >> (depth + 5)) ** 32 if depth + 5 in depths else mpz(1),
        )
        for depth in depths
    }

    def product(low: int, high: int, depth: int) -> Entries:
        if high - low <= block:
            return leaf(low, high)
        middle = (low + high) // 2
        state = join(product(low, middle, depth + 1), product(middle, high, depth + 1))
        if depth in removed:
            state = tuple([gmpy2.divexact(entry, removed[depth]) for entry in state])
        return state

    return product(low, high, 0)


def consecutive_content(length: int) -> mpz:
    """Return length! / (lcm(1, ..., length) lcm(1, ..., length // 2)).

    It divides every product of all but two of ``length`` or more consecutive integers. Let c_i of
    them be multiples of p^i. The exponent of p in the product is at least the sum over i >= 1 of
    max(0, c_i - 2), and c_i >= length // p^i; the exponent of p here is the sum of
    max(0, length // p^i - 2).

    >>> consecutive_content(10)
    mpz(24)
    """

    def lcm_up_to(n: int) -> mpz:
        roots = (gmpy2.iroot(n, i)[0] for i in range(1, n.bit_length()))
        return prod(map(gmpy2.primorial, roots), start=mpz(1))

    return gmpy2.divexact(gmpy2.fac(length), lcm_up_to(length) * lcm_up_to(length // 2))


def binomial_row(n: int, count: int) -> list[mpz]:
    """Compute [binomial(n, 0), ..., binomial(n, count - 1)] for n >= 0.

    >>> binomial_row(3, 5)
    [mpz(1), mpz(3), mpz(3), mpz(1), mpz(0)]
    """
    row, entry = [], mpz(1)
    for k in range(count):
        row.append(entry)
        entry = gmpy2.divexact(entry * (n - k), mpz(k + 1))
    return row


def partial_binomial_sum(m: int, k: int) -> mpz:
    """Return sum_{p < k} binomial(m, p), exactly, for m >= 0.

    The sum runs over the shorter side (sum_{p<k} = 2^m - sum_{p<m+1-k}) and takes two terms at a
    time, binomial(m, q) + binomial(m, q-1) = binomial(m+1, q), q = k-1, k-3, ...; it goes by
    binary splitting of the ratios (m+1-q)(m-q) / (q+1)(q+2). ``consecutive_content(l)`` divides the
    entries of a range of q of length l: they are sums of multiples of i! (l-i)!, 0 <= i <= l, and
    i // p^e + (l-i) // p^e >= l // p^e - 1.

    >>> partial_binomial_sum(5, 3), partial_binomial_sum(5, 9)
    (mpz(16), mpz(32))
    """
    if k <= 0:
        return mpz(0)
    if k > m:
        return mpz(1) << m
    if 2 * k > m + 1:
        return (mpz(1) << m) - partial_binomial_sum(m, m + 1 - k)
    first = (k - 1) % 2
    pairs = (k + 1) // 2

    def leaf(low: int, high: int) -> Entries:
        start, stop = first + 2 * low, first + 2 * high
        bottom, total = mpz(1), mpz(0)
        for q in range(stop - 2, start - 2, -2):
            bottom *= (q + 1) * (q + 2)
            total = total * ((m + 1 - q) * (m - q)) + bottom
        if high == pairs:
            return total, bottom
        top = gmpy2.bincoef(m + 1 - start, stop - start) * gmpy2.fac(stop - start)
        return total, bottom, top

    def join(left: Entries, right: Entries) -> Entries:
        total, bottom, top = left
        next_total, next_bottom, *next_top = right
        return (
            total * next_bottom + top * next_total,
            bottom * next_bottom,
            *(top * factor for factor in next_top),
        )

    total, bottom = binary_splitting(
        0, pairs, leaf, join, lambda count: consecutive_content(2 * count)
    )
    return gmpy2.divexact(total * (m + 1) ** first, bottom)
