"""The triple sum of the seed slides as one would write it down, with gmpy2: the baseline."""

from __future__ import annotations

from gmpy2 import bincoef, mpq, mpz

__all__ = ["triple_sum"]


def triple_sum(m: int, n: int) -> mpq:
    """q_{m,n}, term by term (maillard2022slides, slide 'Approach from integral geometry').

    >>> triple_sum(20, 3)
    mpq(25861,524288)
    """
    n -= 1
    total = mpq(0)
    for i in range(n // 2 + 1):
        for ell in range(n + 1):
            if ell < 2 * i:
                continue
            inner = sum((bincoef(m - n + ell, j) for j in range(ell + 1)), mpz(0))
            total += (
                bincoef(m, n - 2 * i) * bincoef(n - 2 * i, ell - 2 * i) * mpq(-1, 2) ** ell * inner
            )
    return total * (-1) ** n / mpq(2) ** (m - n - 1)
