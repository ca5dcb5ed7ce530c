"""Least eigenvalues of Gram matrices with integer entries, compared and enclosed exactly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from flint import arb, fmpq, fmpq_poly, fmpz_mat
from gmpy2 import mpq

from polygeo.answers.ball import Ball, precision
from polygeo.answers.decimals import bits_of, significant
from polygeo.errors import NotConverged

__all__ = ["exceeds", "gram", "least", "least_eigenvalue", "square_root"]


def gram(rows: Sequence[Sequence[int]], dim: int) -> fmpz_mat:
    """Compute the Gram matrix sum w w^T of integer rows w."""
    table = fmpz_mat(len(rows), dim, [c for row in rows for c in row])
    return table.transpose() * table


def exceeds(matrix: Any, bound: mpq) -> bool:
    """Check that the eigenvalues of a symmetric integer matrix exceed a bound.

    All of them are real. So they do if and only if the coefficients of the characteristic
    polynomial at x + bound alternate in sign, none of them 0.

    >>> exceeds([[2, 1], [1, 2]], mpq(99, 100)), exceeds([[2, 1], [1, 2]], mpq(1))
    (True, False)
    """
    moved = fmpq_poly([fmpq(int(bound.numerator), int(bound.denominator)), 1])
    lowest_last = fmpq_poly(fmpz_mat(matrix).charpoly())(moved).coeffs()[::-1]
    return all((c > 0) if i % 2 == 0 else (c < 0) for i, c in enumerate(lowest_last))


def least_eigenvalue(matrix: Any, digits: int = 20) -> Ball:
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
            least = reduce(arb.min, (x.real for x, _ in found))
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
