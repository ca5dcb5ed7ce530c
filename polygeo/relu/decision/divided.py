"""The decision of a layer in parts: sub-layers first, then what they leave open.

The rows fall into classes whose spans are a direct sum; in each class opposite rows and patches are
looked for (`polygeo.relu.decision.sublayers`), and what is left is searched modulo what they prove:
by the compiled search, by one that is checked afterwards, and at last in rational arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import lcm
from typing import Any

import numpy as np
from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.errors import Refuted, Undecided
from polygeo.polyhedra.vectors import Vector, dot, primitive
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.decision.steps import check_step
from polygeo.relu.decision.sublayers import (
    Known,
    add_opposite_rows,
    add_patches,
    components,
    renumbered,
)
from polygeo.relu.decision.witness import Witness, witness_at
from polygeo.relu.matrix import ExactMatrix

__all__ = ["Divided", "negative_point", "undecided"]


class Divided:
    """A layer and what its sub-layers prove; ``decide`` makes the decision.

    ``refuse(exact)`` is a function that refuses a search that would take very long.
    """

    def __init__(self, matrix: ExactMatrix, budget: Budget, refuse: Callable[[bool], None]) -> None:
        rows = matrix.rows
        self._floats = matrix.floats
        self._budget = budget
        self._refuse = refuse
        self.rows = rows
        self.known = Known(rows)
        self.witness: Witness | None = witness_at(rows, [0] * len(rows[0]))
        self._classes: list[list[int]] = []
        self._last: tuple[ScaledMatrix, list[int]] | None = None
        if self.witness is not None:
            return
        add_opposite_rows(self.known)
        if self.known.complete:
            return
        self._classes = components(self.known)  # the rows span the space
        for members in self._classes:
            if budget.left < 0:
                raise self.undecided()
            add_patches(self.known, members, budget)

    @property
    def found(self) -> bool:
        """Whether there is a sub-layer, or a decision already."""
        return self.witness is not None or len(self._classes) > 1 or bool(self.known.basis)

    def decide(self, tried: bool = False, point: Sequence[mpq] | None = None) -> Witness | None:
        """Decide the layer: return a witness, or None if ``known`` proves that it is injective.

        ``tried``: whether the compiled search has worked on the whole layer; ``point``: its point,
        if any.
        """
        if self.witness is None and point is not None:
            self.witness = witness_at(self.rows, point)
        tried = tried and not self.found
        if self.witness is None and not self.known.complete:
            for members in self._classes:
                self.witness = self._rest(members, tried)
                if self.witness is not None:
                    break
        return self.witness

    def _rest(self, members: list[int], tried: bool) -> Witness | None:
        """One class, modulo what is known."""
        known = self.known
        joint = known.independent([*known.basis, *members])
        basis = joint[len(known.basis) :]
        if not basis:
            return None
        own = set(members)
        if self._floats is not None and len(self._classes) == 1:
            columns, places = list(range(known.dim)), list(range(len(self.rows)))
            scaled, old = ScaledMatrix(None, self._floats), list(known.basis)
        else:
            columns, local = known.coordinates(members)
            places = list(local.values())
            number = {row: k for k, row in enumerate(local)}
            old = [number[_short(self.rows[i], columns)] for i in known.basis if i in own]
            scaled = ScaledMatrix(list(local), None)
        self._last = scaled, columns

        def proved(tree: Callable[[], list[int]]) -> None:
            known.add(basis, lambda: renumbered(tree(), places), modulo=True)

        def no(x: Sequence[Any]) -> Witness | None:
            return witness_at(self.rows, self._lifted(own, columns, x))

        if not tried:
            status, point = scaled.decide(self._budget, self._expensive, old)
            if status == 1:
                proved(lambda: scaled.tree(old))
                return None
            found = None if point is None else no(scaled.original(point))
            if found is not None:
                return found
            self._end()
        if not known.basis:
            proof, below = self._plainly(scaled, basis, places)
            if proof:
                return None
            found = None if below is None else no(below)
            if found is not None:
                return found
        status, point, record = scaled.propose(self._budget, self._expensive, old)
        if status == 0:
            found = no(scaled.original(point))
            if found is not None:
                return found
        if status == 1:
            try:
                tree = renumbered(record, places)
                check_step(self.rows, 1, known.basis, basis, tree)
            except Refuted:
                pass
            else:
                proved(lambda: record)
                return None
        self._end()
        return self._exactly(members, basis, no)

    def _plainly(
        self, scaled: ScaledMatrix, basis: list[int], places: list[int]
    ) -> tuple[bool, tuple[mpq, ...] | None]:
        """Whether rows without entries of very different sizes are enough for a proof, or else
        a point at which few of them are nonnegative, and perhaps none of the others."""
        kept = scaled.plain_rows()
        if len(kept) < 2 * scaled.shape[1] or len(kept) == scaled.shape[0]:
            return False, None
        few = scaled.part(kept)
        status, point = few.decide(self._budget, self._expensive)
        if status != 1:
            if point is None or not np.isfinite(point).all():
                return False, None
            away = np.ones(scaled.shape[0], bool)
            away[kept] = few.arrays()[1][: len(kept)] @ point < 0
            x = negative_point(scaled.arrays()[1][: scaled.shape[0]][away])
            return False, None if x is None else scaled.original(x)
        own = [places[k] for k in kept]
        self.known.add(basis, lambda: renumbered(few.tree(), own), modulo=True)
        return True, None

    def _exactly(
        self, members: list[int], basis: list[int], no: Callable[[Sequence[Any]], Witness | None]
    ) -> Witness | None:
        """The last instance for one class."""
        known = self.known
        columns, local = known.coordinates(members)
        rows, places = list(local), list(local.values())
        own = set(members)
        old = [_short(self.rows[i], columns) for i in known.basis if i in own]
        outcome = exact_search(rows, self._budget.patient(self._refuse), known=old)
        if outcome is None:
            raise self.undecided()
        x, record = outcome
        if x is None:
            known.add(basis, lambda: renumbered(record, places), modulo=True)
            return None
        found = no(x)
        assert found is not None
        return found

    def _lifted(self, members: set[int], columns: list[int], x: Sequence[Any]) -> list[mpq]:
        """The point of R^n with the products of x with the rows of a class, and 0 with others."""
        if len(columns) == len(self.rows[0]):
            return list(map(mpq, x))
        basis = self.known.independent(range(len(self.rows)))
        short = list(map(mpq, x))
        values = [
            dot([self.rows[i][j] for j in columns], short) if i in members else mpq(0)
            for i in basis
        ]
        common = lcm(*(int(v.denominator) for v in values))
        square: Any = fmpz_mat([list(self.rows[i]) for i in basis])
        solution = square.solve(fmpz_mat([[int(v * common)] for v in values]))
        return list(map(rational, solution.entries()))

    def _expensive(self) -> bool:
        """Refuse a long search without a budget."""
        return self._budget.long_search(self._refuse)

    def _end(self) -> None:
        if self._budget.spent:
            raise self.undecided()

    def undecided(self) -> Undecided:
        """Return the error for a budget that is spent, with what is known."""
        low = len(self.known.basis)
        if self._last is None:
            return self._budget.refuse(low=low)
        scaled, columns = self._last
        if len(columns) < len(self.rows[0]):  # a class says nothing about the rows of others
            return self._budget.refuse(low=low)
        return undecided(scaled, self._budget, low)


def negative_point(rows: np.ndarray) -> np.ndarray | None:
    """Find x with <row, x> < 0 for every row other than 0, or None; whoever asks checks it.

    * ``rows``: (m, n), finite floats; their lengths do not matter.

    >>> negative_point(np.array([[1.0, 0.0], [1e-200, 1.0]])).tolist()
    [-1.0, -1.0]
    >>> negative_point(np.array([[1.0, 0.0], [-1.0, 0.0]])) is None
    True
    """
    from scipy.optimize import linprog

    sizes = np.abs(rows).max(axis=1, initial=0.0)
    even = rows[sizes > 0] / sizes[sizes > 0][:, None]
    n = rows.shape[1]
    if not len(even):
        return np.ones(n)
    answer = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.hstack([even, np.ones((len(even), 1))]),
        b_ub=np.zeros(len(even)),
        bounds=[(-1.0, 1.0)] * n + [(None, 1.0)],
        method="highs",
    )
    found: Any = answer.x
    return np.asarray(found[:-1]) if answer.status == 0 and found[-1] > 0 else None


def _short(row: Vector, columns: list[int]) -> Vector:
    """A row in some of its coordinates."""
    return primitive([row[j] for j in columns])


def undecided(scaled: ScaledMatrix, budget: Budget, low: int) -> Undecided:
    """Return the error for a spent budget.

    It holds ``low``, a dimension that all S(x) span, the smallest S(x) that was met, and bounds of
    the half-space depth.
    """
    found = scaled.smallest()
    if found is None:
        return budget.refuse(low=low)
    point, high = found
    reason = budget.refuse(low=low, high=high, witness=point)
    reason.depth = scaled.zeros + scaled.packed, scaled.zeros + high
    return reason
