"""Least eigenvalues of Gram matrices with integer entries, compared and enclosed exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.ball import Ball, precision
from polygeo.answers.decimals import bits_of, significant
from polygeo.errors import NotConverged

__all__ = ["Gram", "exceeds", "gram", "least", "least_eigenvalue", "square_root"]

Gram = list[list[int]]
"""A symmetric positive semidefinite matrix of integers."""


def gram(rows: Sequence[Sequence[int]], dim: int) -> Gram:
    """Compute the Gram matrix sum w w^T of integer rows w."""
    total = [[0] * dim for _ in range(dim)]
    for row in rows:
        for i, a in enumerate(row):
            if a:
                for j in range(i, dim):
                    total[i][j] += a * row[j]
    for i in range(dim):
        for j in range(i):
            total[i][j] = total[j][i]
    return total


def exceeds(matrix: Gram, bound: mpq) -> bool:
    """Check that the least eigenvalue exceeds a bound: M - bound has positive leading minors.

    >>> exceeds([[2, 1], [1, 2]], mpq(99, 100)), exceeds([[2, 1], [1, 2]], mpq(1))
    (True, False)
    """
    p, q = int(bound.numerator), int(bound.denominator)
    table = [[q * c for c in row] for row in matrix]
    for i in range(len(table)):
        table[i][i] -= p
    before = 1
    for k in range(len(table)):  # Bareiss: the pivots are the leading minors
        pivot = table[k][k]
        if pivot <= 0:
            return False
        for i in range(k + 1, len(table)):
            lead = table[i][k]
            for j in range(k + 1, len(table)):
                table[i][j] = (table[i][j] * pivot - lead * table[k][j]) // before
        before = pivot
    return True


def least_eigenvalue(matrix: Gram, digits: int = 20) -> Ball:
    """Compute the least eigenvalue of a positive semidefinite integer matrix (certified).

    The eigenvalue is the least root of the squarefree part of the characteristic polynomial,
    isolated by Arb. NotConverged if ``digits`` digits are not reached.

    >>> least_eigenvalue([[2, 1], [1, 3]]).decimal(10)
    '1.381966011'
    """
    polynomial = fmpz_mat(matrix).charpoly()
    if polynomial[0] == 0:
        return Ball.of(0)
    common = polynomial.gcd(polynomial.derivative())
    simple = polynomial // common
    if simple.degree() == 1:
        return Ball.of(mpq(-int(simple[0]), int(simple[1])), bits_of(digits) + 64)
    bits_needed = bits_of(significant(digits)) + 64
    for working in (bits_needed, 2 * bits_needed, 4 * bits_needed):
        with precision(working):
            found: Any = simple.complex_roots()
            roots = [x.real for x, _ in found]
            least = roots[0]
            for other in roots[1:]:
                least = least.min(other)
            if least.rel_accuracy_bits() >= bits_of(digits):
                return Ball.from_arb(least, working)
    raise NotConverged(f"{digits} digits of the least eigenvalue were not reached")


def least(a: Ball, b: Ball) -> Ball:
    """Compute the minimum of two enclosed numbers."""
    if a.upper <= b.lower:
        return a
    if b.upper <= a.lower:
        return b
    return Ball.between(min(a.lower, b.lower), min(a.upper, b.upper), max(a.bits, b.bits))


def square_root(ball: Ball) -> Ball:
    """Compute the square root of an enclosed number >= 0."""
    with precision(ball.bits):
        x = ball.arb
        low = x.nonnegative_part() if ball.lower < 0 else x
        return Ball.from_arb(low.sqrt(), ball.bits, ball.source)
