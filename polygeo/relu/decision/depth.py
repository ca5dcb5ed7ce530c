"""Half-space depth of a point, exactly, with the half-space that attains it and a proof.

The depth of o among p_1, ..., p_m in R^n (tukey1975mathematics) is the least number of points in
a closed half-space with o on its boundary, min over u != 0 of #{i : <p_i - o, u> >= 0}. The minimum
is attained where no product with a point different from o vanishes. So the search tree for
injectivity finds it, with rows counted and not spanned; its packings need no general position.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.options import instance
from polygeo.answers.typeset import latex_vector
from polygeo.errors import Refuted, Undecided
from polygeo.polyhedra.vectors import (
    Vector,
    dot,
    primitive,
    rank,
)
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.scaled_matrix import Prepared
from polygeo.relu.decision.sublayers import independent
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector

__all__ = ["HalfspaceDepth", "halfspace_depth"]

RESTARTS = 50


class HalfspaceDepth:
    """``depth``, also ``int(..)``, and ``direction``, an integer vector u that attains it.

    `verify` counts the points of the half-space and checks the tree behind the lower bound.
    """

    def __init__(self, depth: int, direction: Vector, points: _Points, record: list[int] | None):
        instance(points, "points", _Points)
        self.depth = depth
        self.direction = direction
        self._points = points
        self._record = record

    source = "tukey1975mathematics"

    def __index__(self) -> int:
        return self.depth

    def __int__(self) -> int:
        return self.depth

    def __repr__(self) -> str:
        return f"HalfspaceDepth({self.depth}, direction={self.direction})"

    def _repr_latex_(self) -> str:
        return rf"$\mathrm{{depth}} = {self.depth}, \quad u = {latex_vector(self.direction)}$"

    @cached_property
    def certificate(self) -> list[int]:
        """The tree that proves the lower bound (`certificate`), on the points different from o.

        Empty if the bound is the number of points at o, or 0.
        """
        goal = self.depth - self._points.zeros
        if goal == 0:
            return []
        if self._record is None:
            self._record = self._points.prepared.depth_tree(goal)
        return self._record

    def verify(self) -> bool:
        """True if the depth is right, checked in exact arithmetic; otherwise Refuted."""
        points = self._points
        if not any(self.direction):
            raise Refuted("the direction is 0")
        count = points.zeros + sum(dot(p, self.direction) >= 0 for p in points.others)
        if count != self.depth:
            raise Refuted(f"the half-space holds {count} points, not {self.depth}")
        if self.certificate:
            check_tree(points.others, self.certificate, self.depth - points.zeros)
        return True


class _Points:
    """Points relative to the origin: how many lie there, and the others as integer rows.

    ``essential``: the others in coordinates in which they span the space.
    """

    def __init__(self, matrix: ExactMatrix) -> None:
        self._matrix = matrix
        self.dim = matrix.shape[1]
        if matrix.floats is not None:
            self.floats: np.ndarray | None = matrix.floats[matrix.floats.any(axis=1)]
            self.count = len(self.floats)
        else:
            self.floats, self.count = None, len(self.others)
        self.zeros = matrix.shape[0] - self.count

    @cached_property
    def others(self) -> list[Vector]:
        return [row for row in self._matrix.rows if any(row)]

    @cached_property
    def pivots(self) -> list[int]:
        """Columns that are coordinates on the span of the points."""
        if self.floats is not None:
            # Points in integers are not needed as long as floating point suffices.
            few = Prepared(None, self.floats).basis()
            if few is not None and rank(read_matrix(self.floats[few]).rows) == self.dim:
                return list(range(self.dim))
        return independent(list(zip(*self.others, strict=True)))

    @cached_property
    def essential(self) -> list[Vector]:
        if len(self.pivots) == self.dim:
            return self.others
        return [tuple(row[j] for j in self.pivots) for row in self.others]

    @cached_property
    def prepared(self) -> Prepared:
        if self.floats is None or len(self.pivots) < self.dim:
            return Prepared(self.essential, None)
        return Prepared(None, self.floats)

    def direction(self, x: Any) -> Vector:
        """An essential direction in all coordinates."""
        u = [mpq(0)] * self.dim
        for j, c in zip(self.pivots, x, strict=True):
            u[j] = mpq(c)
        return primitive(u)


def halfspace_depth(
    points: Any, origin: Any = None, *, max_nodes: int | None = None, timeout: Any = None
) -> HalfspaceDepth:
    """The closed half-space (Tukey) depth of a point among m points of R^n, exactly.

    ``points``: m rows of n rationals, as in `is_injective`; ``origin``: n rationals, 0 by default.
    Points at the origin count in every half-space. Raises Undecided only if ``max_nodes`` or
    ``timeout`` (seconds) is given and spent; its ``low`` and ``high`` are bounds of the depth, and
    its ``witness`` is a direction that attains ``high``. Source: tukey1975mathematics.

    >>> halfspace_depth([[1, 0], [0, 1], [-1, 0], [0, -1]]).depth
    2
    >>> halfspace_depth([[0, 0], [4, 0], [0, 4]], [1, 1]).verify()
    True
    """
    budget = Budget(max_nodes, timeout)
    given = read_matrix(points, "points", "point")
    if origin is not None:
        given = _moved(given, origin)
    known = _Points(given)
    if not known.count:
        anywhere = (1, *[0] * (known.dim - 1))
        return HalfspaceDepth(known.zeros, anywhere, known, None)
    return _search(known, budget)


def _moved(points: ExactMatrix, origin: Any) -> ExactMatrix:
    o = read_vector(origin, points.shape[1], "origin")
    return ExactMatrix(
        None, tuple(tuple(c - b for c, b in zip(row, o, strict=True)) for row in points.entries)
    )


def _search(points: _Points, budget: Budget) -> HalfspaceDepth:
    """Fewer and fewer points, until a tree says that there is no better half-space."""
    prepared = points.prepared
    best: Sequence[Any] = [1] + [0] * (len(points.pivots) - 1)
    count, low = points.count, 0

    def improved(x: Sequence[Any], fewer: int) -> bool:
        nonlocal best, count
        if fewer >= count:
            return False
        best, count = x, fewer
        return True

    def better(x: np.ndarray) -> bool:
        """Whether a point of the search, in floating point, is."""
        exact = prepared.original(x)
        fewer = prepared.count(x)
        return improved(exact, _count(points.essential, exact) if fewer < 0 else fewer)

    def answer(record: list[int] | None) -> HalfspaceDepth:
        return HalfspaceDepth(points.zeros + count, points.direction(best), points, record)

    def undecided() -> Undecided:
        low_, high = points.zeros + low, points.zeros + count
        return budget.refuse(low=low_, high=high, witness=points.direction(best))

    better(prepared.shallow(RESTARTS, budget))
    certified = True
    while count > 0:
        if budget.spent:
            raise undecided()
        status, x, record, proved = prepared.depth(budget, count, certified)
        low = max(low, proved)
        if status == 1 and certified:
            return answer(None)
        if status == 1:
            try:
                check_tree(points.essential, record, count)
                return answer(record)
            except Refuted:
                break
        if status == 0 and better(x):
            continue
        if not certified:
            break
        certified = False
    while count > 0:
        outcome = exact_search(points.essential, budget.step, ranked=False, goal=count)
        if outcome is None:
            raise undecided()
        found, tree = outcome
        if found is None:
            return answer(tree)
        improved(found, _count(points.essential, found))
    return answer(None)


def _count(rows: list[Vector], x: Any) -> int:
    """The number of points in the half-space of x."""
    return sum(dot(row, x) >= 0 for row in rows)
