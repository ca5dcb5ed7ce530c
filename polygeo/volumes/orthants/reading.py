"""A covariance matrix as a user gives it, read into rational numbers or enclosures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import lcm
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.exact import abbreviate, is_expression, rational
from polygeo.answers.sequence import listed, plain_matrix
from polygeo.errors import DomainError

__all__ = [
    "MAX_SIZE",
    "check_positive",
    "integer_rows",
    "is_rational",
    "not_positive",
    "read_matrix",
]

MAX_SIZE = 1000
"""Largest matrix that is read."""

MAX_BITS = 1_000_000
"""Largest total size of the numbers in a matrix, in bits."""

ROUNDING = mpq(1, 1 << 48)
"""Relative asymmetry of floats that counts as rounding."""


def read_matrix(matrix: Any, name: str = "a covariance matrix") -> list[list[Any]]:
    """Return a symmetric matrix of rational numbers, SymPy numbers and Balls.

    Floats are the dyadic rationals that they are. Two floats r_ij and r_ji that differ by
    rounding (by 2^-48 sqrt(r_ii r_jj) at most) are replaced by their mean. Raises DomainError for
    what is no square symmetric matrix of numbers.

    >>> read_matrix([["1", 0.5], [0.5, 1]])
    [[mpq(1,1), mpq(1,2)], [mpq(1,2), mpq(1,1)]]
    """
    matrix = plain_matrix(matrix, name)
    rows = listed(matrix, f"{name} is needed", "__len__")
    size = len(rows)
    if not 1 <= size <= MAX_SIZE:
        raise DomainError(f"{name} has 1 to {MAX_SIZE} rows; got {size}")
    given = [listed(row, f"{name} has rows of numbers", "__len__") for row in rows]
    for i, row in enumerate(given):
        if len(row) != size:
            raise DomainError(f"{name} is square; row {i} of {size} rows has {len(row)} entries")
    read = [[_entry(x, name) for x in row] for row in given]
    _symmetrise(read, given, name)
    bits = sum(_bits(x) for row in read for x in row)
    if bits > MAX_BITS:
        raise DomainError(f"{name} may hold numbers of {MAX_BITS} bits together; got {bits}")
    return read


def is_rational(rows: Sequence[Sequence[Any]]) -> bool:
    """Test whether no entry is an expression or a ball."""
    return not any(isinstance(x, Ball) or is_expression(x) for row in rows for x in row)


def integer_rows(rows: Sequence[Sequence[mpq]]) -> list[list[int]]:
    """Return a rational matrix times the least common denominator."""
    scale = lcm(*(int(x.denominator) for row in rows for x in row))
    return [[int(x * scale) for x in row] for row in rows]


def check_positive(matrix: Sequence[Sequence[int]], name: str = "a covariance matrix") -> None:
    """Raise DomainError unless an integer matrix is positive definite, with x such that x'Rx <= 0.

    >>> check_positive([[1, 2], [2, 1]])
    Traceback (most recent call last):
    polygeo.errors.DomainError: a covariance matrix is positive definite; got x'Rx = -3 for ...
    """
    for k in range(1, len(matrix) + 1):
        block = fmpz_mat([list(row[:k]) for row in matrix[:k]])
        if block.det() > 0:
            continue
        vector = [mpq(1)]
        if k > 1:
            head = fmpz_mat([list(row[: k - 1]) for row in matrix[: k - 1]])
            column = fmpz_mat([[-row[k - 1]] for row in matrix[: k - 1]])
            solved: Any = head.solve(column)
            vector = [rational(x) for (x,) in solved.tolist()] + vector
        vector += [mpq(0)] * (len(matrix) - k)
        form = sum(x * y * matrix[i][j] for i, x in enumerate(vector) for j, y in enumerate(vector))
        raise not_positive(name, "definite", vector, form)


def not_positive(name: str, kind: str, vector: Sequence[mpq], form: Any) -> DomainError:
    """Return the error for a matrix R with this vector x and this value x'Rx."""
    shown = abbreviate(", ".join(map(str, vector)))
    value = abbreviate(str(mpq(form)), 40)
    return DomainError(f"{name} is positive {kind}; got x'Rx = {value} for x = ({shown})")


def _entry(x: Any, name: str) -> Any:
    if isinstance(x, Ball):
        return x.mid if x.rad == 0 else x
    if is_expression(x) and not x.is_Rational:
        if x.free_symbols or not x.is_real:
            raise DomainError(f"{name} has real numbers; got {abbreviate(str(x))}")
        return x
    return rational(x, f"an entry of {name}")


def _symmetrise(read: list[list[Any]], given: Sequence[Sequence[Any]], name: str) -> None:
    for i, j in combinations(range(len(read)), 2):
        a, b = read[i][j], read[j][i]
        if a == b:
            continue
        floats = all(_is_float(x) for x in (given[i][j], given[j][i]))
        if floats and (a - b) ** 2 <= ROUNDING**2 * abs(read[i][i] * read[j][j]):
            read[i][j] = read[j][i] = (a + b) / 2
            continue
        if isinstance(a, Ball) or isinstance(b, Ball) or not _equal(a, b):
            raise DomainError(
                f"{name} is symmetric; got {abbreviate(str(a), 40)} in row {i}, column {j} and "
                f"{abbreviate(str(b), 40)} in row {j}, column {i}"
            )


def _is_float(x: Any) -> bool:
    return isinstance(x, float)


def _equal(a: Any, b: Any) -> bool:
    if is_expression(a) or is_expression(b):
        import sympy

        from polygeo.answers.serialise import to_sympy

        return bool(sympy.simplify(to_sympy(a) - to_sympy(b)) == 0)
    return bool(a == b)


def _bits(x: Any) -> int:
    if isinstance(x, Ball):
        x = x.mid
    return 0 if is_expression(x) else x.numerator.bit_length() + x.denominator.bit_length()
