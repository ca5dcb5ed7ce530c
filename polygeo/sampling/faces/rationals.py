"""Moreau's decomposition in rational arithmetic, rounded once at the end.

For points that `moreau` cannot prove in floating point, and for points one part of which lies in a
fixed subspace: that part is linear in the point, so that it is rounded once, ties and all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from polygeo.polyhedra.exact_projection import ExactCone
from polygeo.polyhedra.vectors import dyadic

__all__ = ["Rationals"]

Array = NDArray[np.float64]

WORK = 4_000_000
"""Largest number of bit operations for a rational matrix that no proof needs."""


class Rationals:
    """The decomposition y = p + r for cone{rows} + span(lines) in R^dim, in rational numbers.

    * ``rows``, ``lines``: integer vectors; the rows are orthogonal to the lines.
    * ``rank``: rank of the rows.

    Points have coordinates of at most 1.

    >>> Rationals([[1, 1, 1]], [], 3, 1).split(np.array([0.5, 0.25, 0.0]), [])
    (array([0.25, 0.25, 0.25]), array([ 0.25,  0.  , -0.25]))
    """

    def __init__(
        self, rows: Sequence[Sequence[int]], lines: Sequence[Sequence[int]], dim: int, rank: int
    ) -> None:
        self.rows, self.lines, self.dim, self.rank = rows, lines, dim, rank
        self._bits = max((abs(c).bit_length() for r in (*rows, *lines) for c in r), default=1)
        self._maps: dict[bool, tuple[fmpz_mat, fmpz_mat, fmpz]] = {}

    @cached_property
    def cone(self) -> ExactCone:
        """The cone of the rows, of which there are some."""
        return ExactCone(self.rows)

    def _map(self, full: bool) -> tuple[fmpz_mat, fmpz_mat, fmpz]:
        """(B', N, D): B' N / D projects on the span of all vectors (``full``), or of the lines."""
        if full not in self._maps:
            echelon, _, rank = fmpz_mat([*self.rows, *self.lines] if full else self.lines).rref()
            basis = fmpz_mat(echelon.tolist()[: int(rank)])
            gram: Any = (basis * basis.transpose()).inv()
            top, bottom = gram.numer_denom()
            self._maps[full] = basis.transpose(), top * basis, bottom
        return self._maps[full]

    def linear(self, points: Array, full: bool) -> tuple[Array, Array] | None:
        """Compute the projections on the span of all vectors (``full``) or of the lines.

        The result is rounded once. None where that would take long: the result of floating point is
        then good enough.
        """
        whole = (self.rank if full else 0) + len(self.lines)
        if whole == self.dim:
            return points, np.zeros_like(points)
        if whole == 0:
            return np.zeros_like(points), points
        if whole * whole * self.dim * self._bits > WORK:
            return None
        left, right, bottom = self._map(full)
        scaled = [dyadic(point) for point in points.tolist()]
        found = left * (right * fmpz_mat([row for row, _ in scaled]).transpose())
        inside, rest = np.empty_like(points), np.empty_like(points)
        for s, (row, unit) in enumerate(scaled):
            common = int(bottom) * unit
            tops = [int(found[j, s]) for j in range(self.dim)]
            inside[s] = [t / common for t in tops]
            rest[s] = [(int(bottom) * y - t) / common for y, t in zip(row, tops, strict=True)]
        return inside, rest

    def split(self, point: Array, start: list[int]) -> tuple[Array, Array]:
        """Split one point into (p, r) by the active-set method in rationals, rounded at the end."""
        whole, unit = dyadic(point)
        tops, bottom = [0] * self.dim, 1
        if self.rows:
            face = start if self.cone.independent(start) else []
            support, numbers, low, _ = self.cone.project([fmpz(y) for y in whole], face)
            bottom = int(low)
            for i, x in zip(support, map(int, numbers), strict=True):
                tops = [t + x * c for t, c in zip(tops, self.rows[i], strict=True)]
        if self.lines:
            left, right, low = self._map(False)
            added = (left * (right * fmpz_mat([[y] for y in whole]))).entries()
            tops = [int(low) * t + bottom * int(a) for t, a in zip(tops, added, strict=True)]
            bottom *= int(low)
        scale = bottom * unit
        inside = np.array([t / scale for t in tops])
        return inside, np.array(
            [(bottom * y - t) / scale for y, t in zip(whole, tops, strict=True)]
        )
