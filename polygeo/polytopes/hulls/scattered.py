"""Convex hulls of points of very different sizes, exactly.

Points that pile up at 0 or have heavy tails span so many powers of ten that differences of their
coordinates say nothing in double precision. Here points come as floats and powers of two, and the
hull grows point by point (beneath and beyond, fukudaprodon1996double): a facet is kept as its
integer plane, a point sees the facets whose plane it lies above, and a new facet through the point
and a ridge of the horizon has as plane the combination of the two planes there that vanishes at the
point. Signs are taken from floats where the rounding error is too small to change them, else from
the integers. A point on a plane counts as below it, as if it were pushed inwards a little: facets
with more than d vertices are then found in simplicial parts that share their plane.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, log2
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import dot, dyadic

__all__ = ["MAX_FACETS", "ExactHull", "scattered_hull"]

Plane = tuple[int, ...]

UNIT = 2.0**-53
FLOOR = 1e-290
"""More than all that underflow can change in a product of numbers up to 1."""

MAX_FACETS = 20_000
"""Largest number of facets of a hull that is found exactly."""

BATCH = 64
"""Number of points that are added before the points inside are removed."""

PRODUCTS = 2_000_000
"""Largest number of heights of points above planes that are held at once."""


@dataclass(frozen=True)
class ExactHull:
    """Convex hull that was computed exactly.

    * ``facets``: indices of points, shape (F, d).
    * ``planes``: pairs (a, b) with <a, x> + b <= 0 on the hull. Simplicial parts of one facet have
      equal planes.
    """

    facets: NDArray[np.int64]
    planes: tuple[Plane, ...]

    def log2_inner_radius(self) -> float:
        """Return log2 of the distance of 0 from the boundary; -inf where 0 does not lie inside."""
        if any(plane[-1] >= 0 for plane in self.planes):
            return -float("inf")
        return min(
            log2(-plane[-1]) - log2(sum(c * c for c in plane[:-1])) / 2 for plane in self.planes
        )


def scattered_hull(
    points: NDArray[np.float64], exponents: NDArray[np.int64] | None = None
) -> ExactHull:
    """Return the hull of the points (N, d) times 2^exponents, N > d >= 2, exactly.

    DomainError where all points lie in a hyperplane.

    >>> scattered_hull(np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]), [900, 0, -5, 3]).facets.shape
    (4, 2)
    """
    count = len(points)
    shifts = np.zeros(count, np.int64) if exponents is None else np.asarray(exponents, np.int64)
    sizes = np.frexp(np.abs(points).max(axis=1))[1] + shifts
    growing = _Growing(points, shifts, sizes)
    left = np.argsort(-sizes, kind="stable")
    left = left[~np.isin(left, growing.start(left))]
    while len(left):
        for point in left[:BATCH].tolist():
            growing.add(point)
        left = growing.outside(left[BATCH:])
    return ExactHull(np.array(list(map(sorted, growing.facets)), np.int64), tuple(growing.planes))


def _homogeneous(point: list[float], shift: int) -> Plane:
    """Return integers proportional to (x 2^shift, 1)."""
    whole, last = dyadic(point)
    if shift > 0:
        whole = [c << shift for c in whole]
    else:
        last <<= -shift
    return _primitive([*whole, last])


def _unit(row: Plane) -> list[float]:
    """Return the row over a power of two, entries up to 1, each rounded once."""
    shift = max(map(int.bit_length, row))
    return [c / (1 << shift) for c in row]


class _Growing:
    """A simplicial hull that takes one point after the other."""

    def __init__(
        self, points: NDArray[np.float64], shifts: NDArray[np.int64], sizes: NDArray[np.int64]
    ) -> None:
        self.points, self.shifts = points, shifts
        scale = -np.maximum(sizes, 0)  # (x 2^shift, 1) over powers of two, exact but for underflow
        last = np.ldexp(1.0, scale.astype(np.int32))
        head = np.ldexp(points, (shifts + scale).astype(np.int32)[:, None])
        self.floats = np.concatenate([head, last[:, None]], axis=1)
        self.facets: list[frozenset[int]] = []
        self.planes: list[Plane] = []
        self.sides = np.empty((0, points.shape[1] + 1))
        self._rows: dict[int, Plane] = {}

    def row(self, point: int) -> Plane:
        """Return integers proportional to (x, 1)."""
        if point not in self._rows:
            shift = int(self.shifts[point])
            self._rows[point] = _homogeneous(self.points[point].tolist(), shift)
        return self._rows[point]

    def start(self, order: NDArray[np.int64]) -> list[int]:
        """Begin with the simplex of the first points that span the space; which they are."""
        size = self.sides.shape[1]
        for count in (size, min(len(order), 4 * size), len(order)):
            head = order[:count].tolist()
            echelon, _, rank = fmpz_mat([list(self.row(i)) for i in head]).transpose().rref()
            if int(rank) == size:
                break
        else:
            raise DomainError(f"the points span no R^{size - 1}")
        table: Any = echelon.tolist()
        simplex = [head[next(j for j, c in enumerate(table[i]) if c)] for i in range(size)]
        inverse: Any = fmpz_mat([list(self.row(i)) for i in simplex]).inv()
        columns, denominator = inverse.numer_denom()
        sign = -1 if denominator > 0 else 1
        for place, i in enumerate(simplex):  # the plane through the others, negative at this one
            self.facets.append(frozenset(simplex) - {i})
            self.planes.append(_primitive([sign * int(columns[k, place]) for k in range(size)]))
        self.sides = np.array([_unit(plane) for plane in self.planes])
        return simplex

    def outside(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of the points that are not surely inside."""
        kept = []
        step = max(1, PRODUCTS // len(self.sides))
        for begin in range(0, len(points), step):
            part = points[begin : begin + step]
            rows = self.floats[part]
            heights = rows @ self.sides.T
            rounding = (2 * rows.shape[1] + 8) * UNIT * (
                np.abs(rows) @ np.abs(self.sides.T)
            ) + FLOOR
            kept.append(part[(heights > -rounding).any(axis=1)])
        return np.concatenate([points[:0], *kept])

    def add(self, point: int) -> None:
        """Grow to the hull with a point; nothing happens where it lies inside."""
        signs = self._signs(point)
        if not (signs > 0).any():
            return
        horizon: dict[frozenset[int], int] = {}
        seen: dict[frozenset[int], int] = {}
        for place in np.flatnonzero(signs > 0).tolist():
            facet = self.facets[place]
            for vertex in facet:
                ridge = facet - {vertex}
                if ridge in seen:
                    del seen[ridge]
                else:
                    seen[ridge] = place
        for place in np.flatnonzero(signs < 0).tolist():
            facet = self.facets[place]
            for vertex in facet:
                ridge = facet - {vertex}
                if ridge in seen:
                    horizon[ridge] = place
        row = self.row(point)
        new_facets, new_planes = [], []
        for ridge, beyond in horizon.items():
            above, below = self.planes[seen[ridge]], self.planes[beyond]
            up, down = dot(above, row), dot(below, row)
            plane = [up * b - down * a for a, b in zip(above, below, strict=True)]
            new_facets.append(ridge | {point})
            new_planes.append(_primitive(plane))
        kept = np.flatnonzero(signs < 0)
        self.facets = [self.facets[i] for i in kept] + new_facets
        self.planes = [self.planes[i] for i in kept] + new_planes
        if len(self.facets) > MAX_FACETS:
            raise DomainError(f"a hull of scattered points may have at most {MAX_FACETS} facets")
        self.sides = np.concatenate([self.sides[kept], [_unit(plane) for plane in new_planes]])

    def _signs(self, point: int) -> NDArray[np.int8]:
        """Return the sides of all planes on which a point lies: 1 above, -1 on or below."""
        row = self.floats[point]
        values = self.sides @ row
        rounding = (2 * len(row) + 8) * UNIT * (np.abs(self.sides) @ np.abs(row)) + FLOOR
        signs = np.sign(values).astype(np.int8)
        for place in np.flatnonzero(np.abs(values) <= rounding).tolist():
            exact = dot(self.planes[place], self.row(point))
            signs[place] = 1 if exact > 0 else -1
        return signs


def _primitive(plane: list[int]) -> Plane:
    common = gcd(*plane)
    return tuple(c // common for c in plane)
