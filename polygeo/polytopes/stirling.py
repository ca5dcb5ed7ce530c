"""Stirling numbers: permutations by cycles (first kind, no sign), set partitions by blocks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gmpy2 import mpz

from polygeo.answers.exact import integer
from polygeo.errors import DomainError

__all__ = ["cycle_number", "cycle_numbers", "partition_number"]

MAX = 10**5 + 1
"""Largest n of a Stirling number of the first kind."""

MAX_PARTITIONS = 500
"""Largest n of `partition_number`, whose table is filled row by row."""


def cycle_number(n: Any, k: Any) -> mpz:
    """Return [n, k], the number of permutations of n elements with k cycles; 0 <= n, k.

    >>> [int(cycle_number(4, k)) for k in range(5)]
    [0, 6, 11, 6, 1]
    """
    size, cycles = _checked(n, k, MAX)
    return cycle_numbers(size, cycles)[cycles] if cycles <= size else mpz(0)


@lru_cache(maxsize=16)
def cycle_numbers(n: int, top: int) -> tuple[mpz, ...]:
    """Return [n, j], j = 0, .., top: coefficients of t (t+1) .. (t+n-1), by binary splitting."""
    if n == 0:
        return (mpz(1),) + (mpz(0),) * top

    def product(low: int, high: int) -> list[mpz]:
        if high - low == 1:
            return [mpz(low), mpz(1)][: top + 1]
        middle = (low + high) // 2
        left, right = product(low, middle), product(middle, high)
        size = min(len(left) + len(right) - 1, top + 1)
        out = [mpz(0)] * size
        for i, a in enumerate(left):
            for j, b in enumerate(right[: size - i]):
                out[i + j] += a * b
        return out

    numbers = product(0, n)
    return tuple(numbers) + (mpz(0),) * (top + 1 - len(numbers))


def partition_number(n: Any, k: Any) -> mpz:
    """Return {n, k}, the number of partitions of n elements into k blocks; 0 <= n <= 500, 0 <= k.

    >>> [int(partition_number(4, k)) for k in range(5)]
    [0, 1, 7, 6, 1]
    """
    size, blocks = _checked(n, k, MAX_PARTITIONS)
    return _row(size)[blocks] if blocks <= size else mpz(0)


@lru_cache(maxsize=MAX_PARTITIONS + 1)
def _row(n: int) -> tuple[mpz, ...]:
    row = [mpz(1)]
    for _ in range(n):
        above = [mpz(0), *row]
        row = [
            k * old + new for k, (old, new) in enumerate(zip([*row, mpz(0)], above, strict=True))
        ]
    return tuple(row)


def _checked(n: Any, k: Any, largest: int) -> tuple[int, int]:
    size, parts = integer(n, "n"), integer(k, "k")
    if not 0 <= size <= largest or parts < 0:
        raise DomainError(
            f"a Stirling number needs 0 <= n <= {largest}, k >= 0; got n={size}, k={parts}"
        )
    return size, parts
