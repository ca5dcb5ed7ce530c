"""Exact signs of sums c_1 sqrt(n_1) + c_2 sqrt(n_2) + ..., rational c_i and integers n_i >= 1.

Square roots of different squarefree integers are linearly independent over the rationals
(Besicovitch, J. London Math. Soc. 15, 1940). So such a sum is 0 only if the coefficients that
belong to one squarefree integer cancel; otherwise a ball of some precision proves the sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from math import prod

from flint import arb, fmpz
from gmpy2 import mpq, sign

from polygeo.answers.ball import exact_arb, precision
from polygeo.errors import Undecided

__all__ = ["proved_sign", "sign_of_surd", "squarefree"]

MAX_BITS = 1 << 20
"""Largest precision in bits at which a sign is computed."""


@lru_cache(maxsize=100_000)
def squarefree(n: int) -> tuple[int, int]:
    """Return (a, b) with n = a^2 b and b squarefree, for n >= 1.

    >>> squarefree(12), squarefree(49), squarefree(30)
    ((2, 3), (7, 1), (1, 30))
    """
    root = prod(int(p) ** (power // 2) for p, power in fmpz(n).factor())
    return root, n // root**2


def proved_sign(evaluate: Callable[[], arb], max_bits: int = MAX_BITS) -> int:
    """Return 1 or -1 for a number that is not 0 and can be enclosed at any working precision.

    Raises Undecided when ``max_bits`` do not separate it from 0.

    >>> proved_sign(lambda: arb.pi() - exact_arb(mpq(22, 7)))
    -1
    """
    bits = 64
    while bits <= max_bits:
        with precision(bits):
            value = evaluate()
        if value > 0:
            return 1
        if value < 0:
            return -1
        bits *= 2
    raise Undecided(f"a sign is not decided by {max_bits} bits: it may be 0")


def sign_of_surd(terms: Iterable[tuple[mpq, int]]) -> int:
    """Return the sign -1, 0 or 1 of sum c sqrt(n) over the terms (c, n), n >= 1, exactly.

    >>> sign_of_surd([(mpq(1), 12), (mpq(-2), 3)]), sign_of_surd([(mpq(7, 5), 1), (mpq(-1), 2)])
    (0, -1)
    """
    parts: dict[int, mpq] = {}
    for coefficient, radicand in terms:
        root, kernel = squarefree(radicand)
        parts[kernel] = parts.get(kernel, mpq(0)) + coefficient * root
    signs = {int(sign(c)) for c in parts.values()} - {0}
    if len(signs) <= 1:
        return signs.pop() if signs else 0
    return proved_sign(
        lambda: sum((exact_arb(c) * arb(n).sqrt() for n, c in parts.items()), arb(0))
    )
