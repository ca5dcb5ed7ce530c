"""Stirling numbers: permutations by cycles (first kind, no sign), set partitions by blocks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flint import fmpz, fmpz_poly
from gmpy2 import mpz

from polygeo.answers.exact import integer
from polygeo.errors import DomainError

__all__ = ["cycle_number", "cycle_numbers", "partition_number"]

MAX = 10**5 + 1
"""Largest n of a Stirling number of the first kind."""

MAX_PARTITIONS = 500
"""Largest n of `partition_number`."""


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

    def product(low: int, high: int) -> fmpz_poly:
        if high - low <= 1:
            return fmpz_poly([low, 1] if low < high else [1])
        middle = (low + high) // 2
        whole = product(low, middle) * product(middle, high)
        return fmpz_poly(whole.coeffs()[: top + 1])

    numbers = product(0, n)
    return tuple(mpz(int(numbers[j])) for j in range(top + 1))


def partition_number(n: Any, k: Any) -> mpz:
    """Return {n, k}, the number of partitions of n elements into k blocks; 0 <= n <= 500, 0 <= k.

    >>> [int(partition_number(4, k)) for k in range(5)]
    [0, 1, 7, 6, 1]
    """
    size, blocks = _checked(n, k, MAX_PARTITIONS)
    return mpz(int(fmpz.stirling_s2(size, blocks)))


def _checked(n: Any, k: Any, largest: int) -> tuple[int, int]:
    size, parts = integer(n, "n"), integer(k, "k")
    if not 0 <= size <= largest or parts < 0:
        raise DomainError(
            f"a Stirling number needs 0 <= n <= {largest}, k >= 0; got n={size}, k={parts}"
        )
    return size, parts
