"""The estimate under linear constraints, in rational arithmetic: multipliers, distances, the point.

K = {A x >= b, E x = e} is reached from the estimate X by x = X + V (A' y + E' z) with multipliers
y >= 0, where y minimises y'W y/2 - c'y for W = Cov(A X | E X) and
c = b - A X - Cov(A X, E X) Var(E X)^{-1} (e - E X). The squared distance in the metric of V^{-1} is
D(K) = c'y + (e - E X)' Var(E X)^{-1} (e - E X).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

from flint import fmpz, fmpz_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.errors import DomainError
from polygeo.polyhedra.exact_projection import NonnegativeLeastSquares
from polygeo.polyhedra.vectors import dot, matrix_of
from polygeo.volumes.constraints.rows import Constraints
from polygeo.volumes.orthants.probability import checked_basis
from polygeo.volumes.orthants.reading import integer_rows

__all__ = ["ConstrainedFit"]

_EMPTY = "the constraints have no solution that this V allows"
_NO_NULL = (
    "types A and B need a point with A x = rhs, E x = equal_to, where all constraints are active; "
    "these have none"
)


class ConstrainedFit:
    """The estimate under the constraints: multipliers, distances, the restricted point."""

    def __init__(self, system: Constraints, point: Sequence[mpq]) -> None:
        self.system, self._point = system, point
        gaps = [e - dot(row, point) for row, e in zip(system.equal, system.values, strict=True)]
        off = _column([gaps[i] for i in system.basis])
        self._forces = system.regression(off)
        if (system.between(system.equal, system.chosen) * self._forces) != _column(gaps):
            raise DomainError("the equalities have no solution that this V allows")
        self._fixed = _product(off, self._forces)
        shift = _numbers(system.mixed.transpose() * self._forces)
        self.needs = [
            b - dot(a, point) - s for a, b, s in zip(system.above, system.least, shift, strict=True)
        ]
        """c: what each inequality lacks when the equalities hold."""
        self.multipliers = self._multipliers()

    @property
    def inside(self) -> mpq:
        """D(K) less the part of the equalities."""
        return mpq(dot(self.multipliers, self.needs))

    @property
    def distance(self) -> mpq:
        """D(K)."""
        return self.inside + self._fixed

    @property
    def restricted(self) -> tuple[mpq, ...]:
        """The point of K next to the estimate."""
        system, y = self.system, _column(self.multipliers)
        size = len(self._point)
        forces = self._forces - system.regression(system.mixed * y)
        pull = matrix_of(system.above, size).transpose() * y
        pull += matrix_of(system.chosen, size).transpose() * forces
        moved = _numbers(matrix_of(system.covariance) * pull)
        return tuple(x + m for x, m in zip(self._point, moved, strict=True))

    def to_null(self) -> mpq:
        """Return D(A x = b, E x = e) less the part of the equalities; DomainError if empty."""
        gram, needs = self.system.gram, self.needs
        if not any(map(any, gram)):
            if any(needs):
                raise DomainError(_NO_NULL)
            return mpq(0)
        basis = checked_basis(gram)
        known = _column([needs[i] for i in basis])
        weights = matrix_of([[gram[i][j] for j in basis] for i in basis]).inv() * known
        if matrix_of([[row[j] for j in basis] for row in gram]) * weights != _column(needs):
            raise DomainError(_NO_NULL)
        return _product(known, weights)

    def to_origin(self) -> mpq:
        """Return D({0}); DomainError unless b = 0, e = 0 and V is positive definite."""
        system = self.system
        if any(system.least) or any(system.values):
            raise DomainError('kind="global" needs constraints with 0 on the right')
        if len(checked_basis(system.covariance)) < len(self._point):
            raise DomainError('kind="global" needs a positive definite V; got a singular one')
        point = _column(self._point)
        return _product(point, matrix_of(system.covariance).inv() * point)

    def _multipliers(self) -> list[mpq]:
        """Return y, by the active-set method in integers; DomainError if K is empty."""
        gram, needs = self.system.gram, self.needs
        free = [i for i in range(len(gram)) if gram[i][i]]
        if any(needs[i] > 0 for i in range(len(gram)) if i not in free):
            raise DomainError(_EMPTY)
        found = [mpq(0)] * len(gram)
        if not free:
            return found
        whole = integer_rows([[gram[i][j] for j in free] for i in free])
        grow = mpq(whole[0][0]) / gram[free[0]][free[0]]
        scale = lcm(*(int(needs[i].denominator) for i in free))
        right = [fmpz(int(needs[i] * scale)) for i in free]
        try:
            face, top, bottom, _ = NonnegativeLeastSquares(fmpz_mat(whole)).solve(right)
        except ZeroDivisionError:
            raise DomainError(_EMPTY) from None
        for place, x in zip(face, top, strict=True):
            found[free[place]] = mpq(int(x), int(bottom)) * grow / scale
        return found


def _column(values: Sequence[mpq]) -> Any:
    """A column of flint's."""
    return matrix_of([[x] for x in values], 1)


def _numbers(column: Any) -> list[mpq]:
    return [rational(x) for x in column.entries()]


def _product(a: Any, b: Any) -> mpq:
    """The inner product of two columns."""
    return rational((a.transpose() * b)[0, 0])
