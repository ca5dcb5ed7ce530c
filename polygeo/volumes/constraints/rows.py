"""Linear constraints A x >= b, E x = e on estimates of covariance V, in rational arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, integer, rational
from polygeo.answers.sequence import listed, plain_matrix
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import matrix_of, rows_of
from polygeo.volumes.constraints.grammar import read_affine_constraints
from polygeo.volumes.orthants.probability import checked_basis
from polygeo.volumes.orthants.reading import is_rational, read_matrix

__all__ = ["Constraints", "Rows", "rational_rows", "read_cone", "read_system"]

Rows = list[list[mpq]]

MAX_ROWS = 1000
"""Largest number of constraints."""


@dataclass(frozen=True)
class Constraints:
    """A x >= b and E x = e, with the covariance matrix V of the estimate of x."""

    covariance: Rows
    above: Rows
    least: list[mpq]
    equal: Rows
    values: list[mpq]

    def between(self, left: Rows, right: Rows) -> Any:
        """Return the covariances of the forms that the rows are, a matrix of flint's."""
        size = len(self.covariance)
        given = matrix_of(left, size) * matrix_of(self.covariance)
        return given * matrix_of(right, size).transpose()

    @cached_property
    def basis(self) -> list[int]:
        """Indices of equalities that are independent and imply the others."""
        given = rows_of(self.between(self.equal, self.equal))
        return checked_basis(given) if any(map(any, given)) else []

    @property
    def chosen(self) -> Rows:
        """The basic equalities."""
        return [self.equal[i] for i in self.basis]

    @cached_property
    def gram(self) -> Rows:
        """The covariance of A x given E x = e: the Gram matrix of the normals."""
        known = self.mixed.transpose() * self._head * self.mixed
        return rows_of(self.between(self.above, self.above) - known)

    @cached_property
    def mixed(self) -> Any:
        """The covariances of the basic equalities with A x."""
        return self.between(self.chosen, self.above)

    @cached_property
    def _head(self) -> Any:
        """The inverse covariance of the basic equalities."""
        return self.between(self.chosen, self.chosen).inv()

    def regression(self, column: Any) -> Any:
        """Return the inverse covariance of the basic equalities times a column of flint's."""
        return self._head * column


def read_cone(V: Any, A: Any = None, equalities: Any = None) -> Constraints:
    """Return the system A x >= 0, E x = 0; DomainError for other numbers on the right.

    >>> read_cone([[1, 0], [0, 1]], "x1 > x2 = 0").equal
    [[mpq(0,1), mpq(1,1)]]
    """
    system = read_system(V, A, 0, equalities)
    for constant in (*system.least, *system.values):
        if constant:
            raise DomainError(
                "right-hand sides other than 0 are no part of a cone; got the constant "
                f"{abs(constant)} in {abbreviate(A.strip())}"
            )
    return system


def read_system(
    V: Any, A: Any = None, rhs: Any = 0, equalities: Any = None, equal_to: Any = 0
) -> Constraints:
    """Return the system A x >= rhs, E x = equal_to for a covariance V, read from what users give.

    >>> read_system([[1, 0], [0, 1]], "x1 > 2 x2 + 1").above
    [[mpq(1,1), mpq(-2,1)]]
    """
    covariance = read_matrix(V)
    if not is_rational(covariance):
        raise DomainError("a covariance matrix of rational numbers or floats is needed here")
    checked_basis(covariance)
    size = len(covariance)
    equal: Rows = []
    values: list[mpq] = []
    if isinstance(A, str):
        above, equal = read_affine_constraints(A, [f"x{i + 1}" for i in range(size)])
        least, values = ([row.pop() for row in rows] for rows in (above, equal))
        more = _side(rhs, len(above), "rhs")
        least = [x + y for x, y in zip(least, more, strict=True)]
    else:
        units = [[mpq(int(i == j)) for j in range(size)] for i in range(size)]
        above = units if A is None else rational_rows(A, size, "A")
        least = _side(rhs, len(above), "rhs")
    if equalities is None:
        return Constraints(covariance, above, least, equal, values)
    if hasattr(equalities, "__index__"):
        count = integer(equalities, "equalities")
        if not 0 <= count <= len(above):
            raise DomainError(f"equalities needs 0 <= meq <= {len(above)}; got {count}")
        equal, values = equal + above[:count], values + least[:count]
        return Constraints(covariance, above[count:], least[count:], equal, values)
    rows = rational_rows(equalities, size, "equalities")
    values = values + _side(equal_to, len(rows), "equal_to")
    return Constraints(covariance, above, least, equal + rows, values)


def _side(values: Any, count: int, name: str) -> list[mpq]:
    """Return the numbers on the right, one for each row; a single number serves all rows."""
    plain = values.tolist() if hasattr(values, "tolist") else values
    if not hasattr(plain, "__len__") or isinstance(plain, str):
        return [rational(plain, name)] * count
    if len(plain) != count:
        raise DomainError(f"{name} needs a number for each of {count} rows; got {len(plain)}")
    return [rational(x, name) for x in plain]


def rational_rows(matrix: Any, size: int, name: str) -> Rows:
    """Return the rows of a rational matrix with ``size`` columns."""
    needed = f"{name} needs rows of numbers"
    rows = listed(plain_matrix(matrix, name), needed, "__len__")
    if len(rows) > MAX_ROWS:
        raise DomainError(f"{name} may have {MAX_ROWS} rows; got {len(rows)}")
    read: Rows = []
    for i, row in enumerate(rows):
        cells = listed(row, needed, "__len__")
        if len(cells) != size:
            raise DomainError(f"{name}[{i}] needs {size} entries; got {len(cells)}")
        read.append([rational(x, f"{name}[{i}]") for x in cells])
    return read
