"""Points around an origin: how many lie there, and the others on their span."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.errors import Refuted
from polygeo.polyhedra.vectors import Vector, dot, primitive, rank
from polygeo.relu.decision.depth.turn import exact_turn, space_record
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.decision.sublayers import independent
from polygeo.relu.matrix import ExactMatrix, read_matrix

__all__ = ["FLAT", "Points"]

FLAT = 3
"""Largest dimension in which the depth is found by sorting angles."""


class Points:
    """Points relative to the origin: how many lie there, and the others as integer rows.

    ``essential``: the others in coordinates in which they span the space.
    """

    def __init__(self, matrix: ExactMatrix, origin: tuple[mpq, ...] | None = None) -> None:
        self._matrix = matrix
        self._origin = origin
        self.dim = matrix.shape[1]

    @cached_property
    def floats(self) -> np.ndarray | None:
        """The points in floating point, where they came so and many dimensions are searched."""
        given = self._matrix.floats
        if given is None or self._origin is not None or self.dim <= FLAT:
            return None
        return given[given.any(axis=1)]

    @cached_property
    def others(self) -> list[Vector]:
        """The points that do not lie at the origin, relative to it."""
        rows = self._matrix.rows if self._origin is None else map(primitive, self._moved)
        return [row for row in rows if any(row)]

    @property
    def _moved(self) -> list[tuple[mpq, ...]]:
        o = self._origin or ()
        return [tuple(c - b for c, b in zip(p, o, strict=True)) for p in self._matrix.entries]

    def check(self, direction: Vector, count: int, what: str) -> None:
        """Check that the half-space of a ``direction`` holds ``count`` points.

        Refuted otherwise; ``what`` names the points.
        """
        if len(direction) != self.dim or not any(direction):
            raise Refuted(f"the direction is no vector of R^{self.dim} other than 0")
        found = self.zeros + sum(dot(row, direction) >= 0 for row in self.others)
        if found != count:
            raise Refuted(f"the half-space holds {found} {what}, not {count}")

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of points, all of them, and of coordinates."""
        return self._matrix.shape

    @property
    def numbers(self) -> list[int]:
        """Numbers of the others among all points."""
        if self.floats is not None:
            given: Any = self._matrix.floats
            return list(np.flatnonzero(given.any(axis=1)).tolist())
        rows = self._matrix.rows if self._origin is None else self._moved
        return [i for i, row in enumerate(rows) if any(row)]

    @cached_property
    def count(self) -> int:
        """Number of points that do not lie at the origin."""
        return len(self.others if self.floats is None else self.floats)

    @cached_property
    def zeros(self) -> int:
        """Number of points at the origin."""
        return self._matrix.shape[0] - self.count

    @cached_property
    def pivots(self) -> list[int]:
        """Columns that are coordinates on the span of the points."""
        if self.floats is not None and len(self.floats):
            # Points in integers are not needed as long as floating point suffices.
            few = ScaledMatrix(None, self.floats).basis()
            if few is not None and rank(read_matrix(self.floats[few]).rows) == self.dim:
                return list(range(self.dim))
        return independent(list(zip(*self.others, strict=True)))

    @cached_property
    def essential(self) -> list[Vector]:
        """The others in coordinates in which they span the space."""
        if len(self.pivots) == self.dim:
            return self.others
        return [tuple(row[j] for j in self.pivots) for row in self.others]

    @property
    def flat(self) -> list[Vector]:
        """The essential points in the plane, where they span it or a line."""
        return [(row[0], row[1] if len(row) > 1 else 0) for row in self.essential]

    def record(self, goal: int) -> list[int]:
        """Return the proof that the depth among the others is at least ``goal``."""
        if len(self.pivots) < FLAT:
            return exact_turn(self.flat)[1]
        if len(self.pivots) == FLAT:
            return space_record(self.essential)
        return self.scaled.tree(depth=goal)

    @cached_property
    def scaled(self) -> ScaledMatrix:
        """The essential points as the searches take them."""
        if self.floats is None or len(self.pivots) < self.dim:
            return ScaledMatrix(self.essential, None)
        return ScaledMatrix(None, self.floats)

    def direction(self, x: Any) -> Vector:
        """Return an essential direction ``x`` in all coordinates."""
        u = [mpq(0)] * self.dim
        for j, c in zip(self.pivots, x[: len(self.pivots)], strict=True):
            u[j] = mpq(c)
        return primitive(u)
