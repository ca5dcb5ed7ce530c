"""Half-space depth of a point, exactly, with the half-space that attains it and a proof.

The depth of o among p_1, ..., p_m in R^n (tukey1975mathematics) is the least number of points in
a closed half-space with o on its boundary, min over u != 0 of #{i : <p_i - o, u> >= 0}. The minimum
is attained where no product with a point different from o vanishes. Where the points around o span
three dimensions or less, it is found by sorting angles (`polygeo.relu.decision.depth.turn`), in
O(m log m) in the plane and in O(m^2 log m) in space. In more dimensions the search tree for
injectivity finds it, with rows counted and not spanned; its packings need no general position.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.exact import integer
from polygeo.answers.options import instance
from polygeo.answers.typeset import latex_vector
from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import Vector, dot
from polygeo.progress import patient
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.depth.in_cone import ConeOfDirections
from polygeo.relu.decision.depth.planar import planar_depths
from polygeo.relu.decision.depth.points import FLAT, Points
from polygeo.relu.decision.depth.turn import exact_turn, space_turn
from polygeo.relu.decision.depth.turn_proof import check_turns
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.inputs import read_inputs
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector

__all__ = ["HalfspaceDepth", "halfspace_depth", "halfspace_depths"]

RESTARTS = 50
PLANE = 2
MAX_QUERIES = 1_000_000
"""Largest number of points whose depths are asked for at once."""


class HalfspaceDepth:
    """The half-space depth of a point, with a half-space that attains it and a proof.

    * ``depth``: the depth, also ``int(..)``.
    * ``direction``: an integer vector u with ``depth`` points p such that <p - o, u> >= 0.
    * ``points``, ``record``, ``cone``: the points, the proof, and the directions (None: all).

    `verify` counts the points of the half-space and checks the proof of the lower bound.
    """

    def __init__(
        self,
        depth: int,
        direction: Vector,
        points: Points,
        record: list[int] | None,
        cone: ConeOfDirections | None = None,
    ) -> None:
        instance(points, "points", Points)
        self._cone = None if cone is None else instance(cone, "cone", ConeOfDirections)
        self.depth = integer(depth, "depth")
        self.direction = direction
        self._points = points
        self._record = record

    source = "tukey1975mathematics"

    def __index__(self) -> int:
        return self.depth

    __int__ = __index__

    def __repr__(self) -> str:
        return f"HalfspaceDepth({self.depth}, direction={self.direction})"

    def _repr_latex_(self) -> str:
        return rf"$\mathrm{{depth}} = {self.depth}, \quad u = {latex_vector(self.direction)}$"

    @cached_property
    def certificate(self) -> list[int]:
        """The proof of the lower bound, as integers, on the points different from o.

        An order around o (`polygeo.relu.decision.depth.turn_proof`) where they span at most three
        dimensions, else a tree (`polygeo.relu.decision.certificate`).
        Empty if the bound is the number of points at o, or 0.
        """
        goal = self.depth - self._points.zeros
        if goal <= 0 or self._cone is not None:
            return [] if self._cone is None else self._cone.tree
        if self._record is None:
            self._record = self._points.record(goal)
        return self._record

    def verify(self) -> bool:
        """Check the depth in exact arithmetic: return True if it is right, or raise Refuted."""
        points = self._points
        points.check(self.direction, self.depth, "points")
        if self._cone is not None:
            self._cone.check(self.direction, self.depth - points.zeros)
        elif self.depth > points.zeros:
            check = check_turns if len(points.pivots) <= FLAT else check_tree
            check(points.others, self.certificate, self.depth - points.zeros)
        return True


@patient
def halfspace_depth(
    points: Any,
    origin: Any = None,
    *,
    inputs: Any = None,
    max_nodes: int | None = None,
    timeout: Any = None,
) -> HalfspaceDepth:
    """Compute the closed half-space (Tukey) depth of a point among m points of R^n (exact).

    * ``points``: m rows of n rational numbers, as in `is_injective`. Points at the origin count in
      every half-space.
    * ``origin``: the point whose depth is asked for, n rational numbers (default 0).
    * ``inputs``: a cone that holds the directions of the half-spaces, "nonnegative" or a polyhedral
      cone (default: all directions); DomainError for a set that is not a cone.
    * ``max_nodes``: largest number of nodes of the search (default: no limit).
    * ``timeout``: largest time in seconds (default: no limit).

    Returns a `HalfspaceDepth`. Thousands of points in the plane take milliseconds, hundreds in
    space a second; in more dimensions the time grows quickly with n. Undecided when ``max_nodes``
    or ``timeout`` is given and spent; its ``low`` and ``high`` are bounds of the depth, where they
    are known, and its ``witness`` is a direction that attains ``high``. Source:
    tukey1975mathematics.

    >>> halfspace_depth([[1, 0], [0, 1], [-1, 0], [0, -1]]).depth
    2
    >>> halfspace_depth([[0, 0], [4, 0], [0, 4]], [1, 1]).verify()
    True
    >>> halfspace_depth([[1, 0], [0, 1], [-1, -2]], inputs="nonnegative")
    HalfspaceDepth(2, direction=(1, 1))
    """
    budget = Budget(max_nodes, timeout)
    given = read_matrix(points, "points", "point")
    o = None if origin is None else read_vector(origin, given.shape[1], "origin")
    cone = read_inputs(inputs, given.shape[1])
    if cone is not None:
        known = Points(given, o)
        directions = ConeOfDirections(cone, known.others)
        least, direction = directions.least(budget)
        return HalfspaceDepth(known.zeros + least, direction, known, None, directions)
    return _depth(given, o, budget)


@patient
def halfspace_depths(
    points: Any, queries: Any, *, max_nodes: int | None = None, timeout: Any = None
) -> list[HalfspaceDepth]:
    """Compute the half-space depths of k points among m points of R^n (exact).

    * ``points``: m rows of n rational numbers.
    * ``queries``: k rows of n rational numbers, k <= 10^6.
    * ``max_nodes``, ``timeout``: limits for all queries together, as in `halfspace_depth`.

    Returns a list of `HalfspaceDepth`. In the plane all queries are sorted at once: a thousand
    depths among a thousand points take a second. Undecided as in `halfspace_depth`; DomainError for
    other shapes. Source: tukey1975mathematics.

    >>> square = [[0, 0], [4, 0], [4, 4], [0, 4]]
    >>> [int(depth) for depth in halfspace_depths(square, [[2, 2], [1, 2], [4, 4], [5, 5]])]
    [2, 1, 1, 0]
    """
    budget = Budget(max_nodes, timeout)
    given, asked = read_matrix(points, "points", "point"), read_matrix(queries, "queries", "point")
    if asked.shape[1] != given.shape[1]:
        raise DomainError(f"queries need {given.shape[1]} coordinates; got {asked.shape[1]}")
    if asked.shape[0] > MAX_QUERIES:
        raise DomainError(f"at most {MAX_QUERIES} queries are taken; got {asked.shape[0]}")
    if given.shape[1] == PLANE:
        return _planar(given, asked, budget)
    return [_depth(given, origin, budget) for origin in asked.entries]


def _depth(given: ExactMatrix, origin: tuple[mpq, ...] | None, budget: Budget) -> HalfspaceDepth:
    """One depth, of points as they were given."""
    if given.shape[1] == PLANE:
        return _planar(given, ExactMatrix(None, (origin or (mpq(0), mpq(0)),)), budget)[0]
    return depth_of(Points(given, origin), budget)


def depth_of(known: Points, budget: Budget) -> HalfspaceDepth:
    """Find one depth, by the way that suits the dimension of the points around it."""
    if not known.count:
        anywhere = (1, *[0] * (known.dim - 1))
        return HalfspaceDepth(known.zeros, anywhere, known, None)
    if len(known.pivots) > FLAT:
        with budget.shown(f"half-space depth among {known.count} points in R^{known.dim}"):
            return _search(known, budget)
    if len(known.pivots) < FLAT:
        return _exactly(known)
    with budget.shown(f"half-space depth among {known.count} points in R^3"):
        found = space_turn(known.essential, budget.left_after)
    if found is None:
        raise budget.refuse()
    direction = known.direction(_shorter(known.essential, found.direction, found.least))
    return HalfspaceDepth(known.zeros + found.least, direction, known, None)


def _shorter(rows: list[Vector], direction: Vector, count: int) -> Vector:
    """The direction rounded, if it still attains the depth: easier to read."""
    largest = max(map(abs, direction))
    for bits in (4, 8, 16, 32, 53):
        rounded = tuple(round(mpq(c << bits, largest)) for c in direction)
        if any(rounded) and _count(rows, rounded) == count:
            return rounded
    return direction


def _exactly(known: Points) -> HalfspaceDepth:
    """One depth in a plane, in integers of any size."""
    found, order = exact_turn(known.flat)
    direction = known.direction(found.direction) if known.pivots else (1, *[0] * (known.dim - 1))
    return HalfspaceDepth(known.zeros + found.least, direction, known, order)


def _planar(given: ExactMatrix, asked: ExactMatrix, budget: Budget) -> list[HalfspaceDepth]:
    """All depths in R^2; what is not proved by sorting floats or small integers is done exactly."""
    answers: list[HalfspaceDepth] = []
    with budget.shown(f"half-space depth among {given.shape[0]} points in R^2"):
        for o, found in zip(asked.entries, planar_depths(given, asked), strict=True):
            if not budget.left_after(len(answers), asked.shape[0], "origins"):
                raise budget.refuse()
            known = Points(given, o if any(o) else None)
            answer = _exactly(known) if found is None else HalfspaceDepth(*found, known, None)
            answers.append(answer)
    return answers


def _search(points: Points, budget: Budget) -> HalfspaceDepth:
    """Fewer and fewer points, until a tree says that there is no better half-space."""
    scaled = points.scaled
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
        exact = scaled.original(x)
        fewer = scaled.count(x)
        return improved(exact, _count(points.essential, exact) if fewer < 0 else fewer)

    def answer(record: list[int] | None) -> HalfspaceDepth:
        return HalfspaceDepth(points.zeros + count, points.direction(best), points, record)

    def undecided() -> Undecided:
        low_, high = points.zeros + low, points.zeros + count
        return budget.refuse(low=low_, high=high, witness=points.direction(best))

    better(scaled.shallow(RESTARTS, budget))
    certified = True
    while count > 0:
        if budget.spent:
            raise undecided()
        budget.bounds = f"depth at most {points.zeros + count}"
        status, x, record, proved = scaled.depth(budget, count, certified)
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
