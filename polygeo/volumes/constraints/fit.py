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

from flint import fmpq_mat, fmpz, fmpz_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational, to_flint
from polygeo.errors import DomainError
from polygeo.polyhedra.exact_projection import NonnegativeLeastSquares
from polygeo.volumes.constraints.rows import Constraints, columns, product_of
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
        self._check_equalities()
        off = [self._gap(i) for i in system.basis]
        self._forces = system.regression(off) if off else []
        self._fixed = sum((x * y for x, y in zip(off, self._forces, strict=True)), mpq(0))
        shift: list[mpq] = [mpq(0)] * len(system.above)
        if off and system.above:
            moved: Any = system.mixed.transpose() * _column(self._forces)
            shift = [rational(x) for (x,) in moved.tolist()]
        self.needs = [
            b - _dot(a, point) - s
            for a, b, s in zip(system.above, system.least, shift, strict=True)
        ]
        """c: what each inequality lacks when the equalities hold."""
        self.multipliers = self._multipliers()

    @property
    def inside(self) -> mpq:
        """D(K) less the part of the equalities."""
        return sum((y * c for y, c in zip(self.multipliers, self.needs, strict=True)), mpq(0))

    @property
    def distance(self) -> mpq:
        """D(K)."""
        return self.inside + self._fixed

    @property
    def restricted(self) -> tuple[mpq, ...]:
        """The point of K next to the estimate."""
        system, y = self.system, self.multipliers
        forces = list(self._forces)
        if forces and system.above:
            back: Any = system.mixed * _column(y)
            forces = [
                f - g
                for f, g in zip(
                    forces, system.regression([rational(x) for (x,) in back.tolist()]), strict=True
                )
            ]
        pull = [mpq(0)] * len(self._point)
        chosen = [system.equal[i] for i in system.basis]
        for row, force in zip([*system.above, *chosen], [*y, *forces], strict=True):
            pull = [p + force * a for p, a in zip(pull, row, strict=True)]
        moved = [_dot(row, pull) for row in system.covariance]
        return tuple(x + m for x, m in zip(self._point, moved, strict=True))

    def to_null(self) -> mpq:
        """Return D(A x = b, E x = e) less the part of the equalities; DomainError if empty."""
        gram, needs = self.system.gram, self.needs
        if not any(map(any, gram)):
            if any(needs):
                raise DomainError(_NO_NULL)
            return mpq(0)
        basis = checked_basis(gram)
        head: Any = fmpq_mat([[to_flint(gram[i][j]) for j in basis] for i in basis]).inv()
        solved = head * _column([needs[i] for i in basis])
        weights = [rational(x) for (x,) in solved.tolist()]
        for row, need in zip(gram, needs, strict=True):
            if sum((w * row[j] for w, j in zip(weights, basis, strict=True)), mpq(0)) != need:
                raise DomainError(_NO_NULL)
        return sum((w * needs[j] for w, j in zip(weights, basis, strict=True)), mpq(0))

    def to_origin(self) -> mpq:
        """Return D({0}); DomainError unless b = 0, e = 0 and V is positive definite."""
        system = self.system
        if any(system.least) or any(system.values):
            raise DomainError('kind="global" needs constraints with 0 on the right')
        size = len(self._point)
        if len(checked_basis(system.covariance)) < size:
            raise DomainError('kind="global" needs a positive definite V; got a singular one')
        inverse: Any = fmpq_mat([[to_flint(x) for x in row] for row in system.covariance]).inv()
        solved = (inverse * _column(self._point)).tolist()
        return _dot(self._point, [rational(x) for (x,) in solved])

    def _gap(self, i: int) -> mpq:
        return self.system.values[i] - _dot(self.system.equal[i], self._point)

    def _check_equalities(self) -> None:
        """Raise DomainError unless the equalities have a solution in the support of X."""
        system = self.system
        if not system.equal:
            return
        off = [self._gap(i) for i in range(len(system.equal))]
        known = [off[i] for i in system.basis]
        weights = system.regression(known) if known else []
        chosen = [system.equal[i] for i in system.basis]
        given = product_of(product_of(system.equal, system.covariance), columns(chosen))
        for i, gap in enumerate(off):
            if (_dot(given[i], weights) if chosen else 0) != gap:
                raise DomainError("the equalities have no solution that this V allows")

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


def _dot(a: Sequence[mpq], b: Sequence[mpq]) -> mpq:
    return sum((x * y for x, y in zip(a, b, strict=True)), mpq(0))


def _column(values: Sequence[mpq]) -> Any:
    return fmpq_mat([[to_flint(x)] for x in values])
