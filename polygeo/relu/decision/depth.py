"""Half-space depth of a point, exactly, with the half-space that attains it and a proof.

The depth of o among p_1, ..., p_m in R^n (tukey1975mathematics) is the least number of points in
a closed half-space with o on its boundary, min over u != 0 of #{i : <p_i - o, u> >= 0}. The minimum
is attained where no product with a point different from o vanishes. So the search tree for
injectivity finds it, with rows counted and not spanned; its packings need no general position.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from gmpy2 import mpq

from polygeo.answers.options import instance
from polygeo.answers.typeset import latex_vector
from polygeo.errors import Refuted
from polygeo.polyhedra.vectors import Vector, dot, primitive
from polygeo.relu.cells.cells import pivot_columns
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.scaled_matrix import Prepared
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
        rows = matrix.rows
        self.dim = matrix.shape[1]
        self.others = [row for row in rows if any(row)]
        self.zeros = len(rows) - len(self.others)
        self.pivots = pivot_columns(self.others)
        self.essential = [tuple(row[j] for j in self.pivots) for row in self.others]

    @cached_property
    def prepared(self) -> Prepared:
        return Prepared(self.essential, None)

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
    ``timeout`` (seconds) is given and spent. Source: tukey1975mathematics.

    >>> halfspace_depth([[1, 0], [0, 1], [-1, 0], [0, -1]]).depth
    2
    >>> halfspace_depth([[0, 0], [4, 0], [0, 4]], [1, 1]).verify()
    True
    """
    given = read_matrix(points, "points", "point")
    if origin is not None:
        given = _moved(given, origin)
    budget = Budget(max_nodes, timeout)
    known = _Points(given)
    if not known.others:
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
    rows = points.essential
    best = [1] + [0] * (len(rows[0]) - 1)
    count = _count(rows, best)

    def improved(x: Any) -> bool:
        nonlocal best, count
        exact = [c if isinstance(c, int) else mpq(*float(c).as_integer_ratio()) for c in x]
        fewer = _count(rows, exact)
        if fewer >= count:
            return False
        best, count = exact, fewer
        return True

    def answer(record: list[int] | None) -> HalfspaceDepth:
        return HalfspaceDepth(points.zeros + count, points.direction(best), points, record)

    prepared = points.prepared
    improved(prepared.shallow(RESTARTS))
    certified = True
    while count > 0:
        status, x, record = prepared.depth(budget, count, certified)
        if status == 1 and certified:
            return answer(None)
        if status == 1:
            try:
                check_tree(rows, record, count)
                return answer(record)
            except Refuted:
                break
        if budget.spent:
            raise budget.refuse()
        if status == 0 and improved(x):
            continue
        if not certified:
            break
        certified = False
    while count > 0:
        outcome = exact_search(rows, budget.step, ranked=False, goal=count)
        if outcome is None:
            raise budget.refuse()
        found, tree = outcome
        if found is None:
            return answer(tree)
        improved(found)
    return answer(None)


def _count(rows: list[Vector], x: Any) -> int:
    """The number of points in the half-space of x."""
    return sum(dot(row, x) >= 0 for row in rows)
