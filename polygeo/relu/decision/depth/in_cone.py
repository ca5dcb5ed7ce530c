"""Half-space depth with directions in a cone K: the fewest points with <p, u> >= 0, u in K.

The minimum over u in K, u != 0, is attained inside K (in its linear hull, if K is flat) and off all
hyperplanes <p, u> = 0 with p not orthogonal to the hull: next to u no further point comes in. There
the search for the depth in R^n does it, with the inequalities of K as rows that are imposed in
every node, as for injectivity on a set of inputs (`polygeo.relu.decision.domain`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from gmpy2 import mpq

from polygeo.errors import DomainError, Refuted
from polygeo.polyhedra.vectors import Vector, dot, primitive
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.domain_proof import DomainProof, in_hull
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.inputs import InputDomain
from polygeo.relu.interior import Interior, interior_of

__all__ = ["ConeOfDirections"]


class ConeOfDirections:
    """A cone K of directions and the points whose half-spaces are counted, none of them 0."""

    def __init__(self, cone: InputDomain, points: Sequence[Vector]) -> None:
        if not cone.is_cone:
            raise DomainError(f"a depth is about directions and needs a cone; got {cone.name}")
        self._cone = cone
        self._points = points
        self.tree: list[int] = []
        """The tree that proves the depth, filled in by `least`."""
        if self._inside.directions == ():
            raise DomainError("a depth needs a cone with a direction; got the cone {0}")

    @cached_property
    def _inside(self) -> Interior:
        return interior_of(self._cone)

    def _image(self, row: Vector) -> Vector:
        directions = self._inside.directions
        return row if directions is None else tuple(dot(row, d) for d in directions)

    def least(self, budget: Budget) -> tuple[int, Vector]:
        """Find the depth and a direction that attains it."""
        images = [self._image(p) for p in self._points]
        seen = [v for v in images if any(v)]
        always = len(images) - len(seen)
        imposed = [self._image(self._cone.rows[j][:-1]) for j in self._inside.strict]
        rows = [*seen, *imposed]
        best = self._coordinates()
        count = sum(dot(v, best) >= 0 for v in seen)
        tree: list[int] = []
        while count:
            with budget.shown(f"half-space depth in a cone, at most {always + count}"):
                x, tree = self._fewer(rows, len(imposed), count, budget, always)
            if x is None:
                break
            best, count = x, sum(dot(v, x) >= 0 for v in seen)
        self.tree = tree if count else []
        return always + count, self._direction(best)

    def _fewer(
        self, rows: list[Vector], imposed: int, count: int, budget: Budget, always: int
    ) -> tuple[Vector | None, list[int]]:
        """A direction with fewer points, or a tree that proves that there is none."""
        layer = len(rows) - imposed

        def good(x: Sequence[Any]) -> bool:
            inside = all(dot(row, x) > 0 for row in rows[layer:])
            return inside and sum(dot(row, x) >= 0 for row in rows[:layer]) < count

        scaled = ScaledMatrix(rows, None, imposed)
        status, point, tree = scaled.propose(budget, depth=count)
        if status == 0:
            x = primitive(scaled.original(point))
            if good(x):
                return x, []
        if status == 1:
            try:
                check_tree(rows, tree, count, imposed=imposed)
            except Refuted:
                pass
            else:
                return None, tree
        outcome = exact_search(rows, budget.step, ranked=False, goal=count, imposed=imposed)
        if outcome is None:
            raise budget.refuse(low=always, high=always + count)
        return outcome

    def _coordinates(self) -> Vector:
        """The point inside, in coordinates of the hull."""
        directions = self._inside.directions
        point = self._inside.point
        if directions is None:
            return primitive(point) if any(point) else (1, *[0] * (len(point) - 1))
        # The directions are an echelon basis: its leading entries give the coordinates.
        leads = [next(j for j, c in enumerate(d) if c) for d in directions]
        found = primitive([mpq(point[j]) / d[j] for j, d in zip(leads, directions, strict=True)])
        return found if any(found) else (1, *[0] * (len(directions) - 1))

    def _direction(self, x: Vector) -> Vector:
        directions = self._inside.directions
        columns = None if directions is None else zip(*directions, strict=True)
        return x if columns is None else primitive([dot(column, x) for column in columns])

    def check(self, direction: Vector, goal: int) -> None:
        """Check a direction and the proof that no other one has fewer than ``goal`` points."""
        if not self._cone.contains(direction):
            raise Refuted("the direction is not in the cone")
        proof = DomainProof(self._inside.point, self._inside.equalities, self.tree)
        layer = [(*p, 0) for p in self._points]
        table, images, imposed = in_hull(layer, self._cone.rows, proof)
        kept = [row for row, v in zip(table, images, strict=False) if any(v)]
        always = len(layer) - len(kept)
        if goal > always:
            check_tree([*kept, *table[len(layer) :]], proof.tree, goal - always, imposed=imposed)
