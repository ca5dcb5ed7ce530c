"""Descent cones of the l1 norm at a sparse point, plain and among nonnegative vectors.

The descent cone at an s-sparse point is the tangent cone of the crosspolytope at a face with s
vertices (donohotanner2009counting); with the angles of `polygeo.volumes.regular`,

    v_{l-1} = 2^{l-s} binomial(n-s, l-s) beta(s, l) gamma(l, n),   l = s, .., n,
    v_n = 2^{n-s} b(s, n).

For nonnegative vectors it is the tangent cone of the corner conv(0, e_1, .., e_n) at the face
e_1, .., e_s (donohotanner2005sparse): each l = s, .., n adds binomial(n-s, l-s) times
beta(s, l) int_0^oo phi(u) Phi(u/sqrt l)^{n-l} du to v_{l-1}, for the faces in sum x = 0, and times
b(s, l) 2^{-(n-l)} to v_l, for those in sum x <= 0. No term is negative, so every volume, however
small, is computed to its own relative precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.decimals import significant
from polygeo.answers.numerics.splitting import binomial_row
from polygeo.cones.bases import FullCone, SizedCone, checked_sizes
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.families.simplex import angle_products
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.projection import over_level
from polygeo.cones.registry import family
from polygeo.polyhedra.vectors import steps, units
from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.regular import (
    corner_external_angles,
    corner_internal_angle,
    corner_internal_angles,
    crosspolytope_external_angles,
    simplex_internal_angles,
)

__all__ = ["L1DescentCone", "NonnegativeL1DescentCone"]


@dataclass(frozen=True)
class _SparseCone(SizedCone, FullCone):
    """What the two descent cones share: R^n, the support {1, .., s}, 1 <= s <= n."""

    n: int
    s: int

    def __post_init__(self) -> None:
        checked_sizes(self, "n", "s", least=1)

    @property
    def lineality_dim(self) -> int:
        return self.s - 1


def _folded(points: Any, s: int) -> Any:
    """The points with the moduli of the coordinates off the support."""
    result = points.copy()
    result[:, s:] = abs(result[:, s:])
    return result


@family("l1 N S", "descent cone of the l1 norm at an S-sparse point of R^N", 6, 2)
@dataclass(frozen=True)
class L1DescentCone(_SparseCone):
    """The descent cone {x in R^n : x_1 + .. + x_s + |x_{s+1}| + .. + |x_n| <= 0} of the l1 norm.

    * ``n``, ``s``: dimension and number of nonzero coordinates, 1 <= s <= n; DomainError
      otherwise.

    The cone holds the directions that do not increase the l1 norm at a point with support {1, ..,
    s} and positive signs there (other supports and signs are congruent). Lineality s - 1. Volumes:
    exact where all angles are rational, else certified, each to ``digits`` digits of its own.
    Source: donohotanner2009counting; amelunxen2014living, section 4.

    >>> L1DescentCone(2, 1).intrinsic_volumes()             # a quadrant
    IntrinsicVolumes(1/4, 1/2, 1/4)
    >>> L1DescentCone(20, 3).statistical_dimension().decimal(15)
    '7.95670273178218'
    >>> L1DescentCone(3, 1).contains([-2, 1, -1]), L1DescentCone(3, 1).polar().contains([1, 1, -1])
    (True, True)
    """

    def as_polyhedral(self) -> PolyhedralCone:
        """Return the tangent cone of the crosspolytope, by its rays.

        The rays are the vertices minus e_1, and differences of vertices in the face.
        """
        n, s = self.n, self.s
        first = [-c for c in units(n)[0]]
        rays = [
            [a + sign * b for a, b in zip(first, unit, strict=True)]
            for unit in units(n)[s:]
            for sign in (1, -1)
        ]
        return PolyhedralCone(rays=rays or [first], lines=steps(n)[: s - 1], ambient_dim=n)

    def contains(self, x: Sequence[Any]) -> bool:
        point = point_of(x, self.n)
        return sum(point[: self.s]) + sum(map(abs, point[self.s :])) <= 0

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether x is a nonnegative multiple of a subgradient of the norm (exact)."""
        point = point_of(x, self.n)
        scale = point[0]
        on, off = point[: self.s], point[self.s :]
        return scale >= 0 and all(c == scale for c in on) and all(abs(c) <= scale for c in off)

    def _project(self, points: Any) -> Any:
        """y - t on the support and soft thresholding by t elsewhere, t >= 0 the polar's scale."""
        level = over_level(_folded(points, self.s), self.s, 0.0)[:, None]
        result = points - level
        off = points[:, self.s :]
        result[:, self.s :] = off - off.clip(-level, level)
        return result

    def f_vector(self) -> tuple[int, ...]:
        """Count the faces of dimension 0, .., n."""
        n, s = self.n, self.s
        counts = [int(c) << j for j, c in enumerate(binomial_row(n - s, n - s + 1))]
        return (*[0] * (s - 1), *counts, 1)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        n, s, goal = self.n, self.s, significant(digits) + 1
        counts = [c << j for j, c in enumerate(binomial_row(n - s, n - s + 1))]
        inside = simplex_internal_angles(s, n, goal)
        outside = crosspolytope_external_angles(s, n, goal)
        volumes = angle_products(n, s - 1, counts, inside, outside)
        volumes[n] = (mpz(1) << (n - s)) * corner_internal_angle(s, n, goal)
        return IntrinsicVolumes(volumes, source="sparse.l1_volumes")


@family("l1-nonnegative N S", "descent cone of the l1 norm among nonnegative vectors", 6, 2)
@dataclass(frozen=True)
class NonnegativeL1DescentCone(_SparseCone):
    """The descent cone {x in R^n : x_i >= 0 for i > s, x_1 + .. + x_n <= 0} among x >= 0.

    * ``n``, ``s``: dimension and number of nonzero coordinates, 1 <= s <= n; DomainError
      otherwise.

    The cone holds the directions that keep a vector with support {1, .., s} nonnegative and do not
    increase the sum of its coordinates. Lineality s - 1. Volumes: exact where all angles are
    rational, else certified, each to ``digits`` digits of its own. Source: donohotanner2005sparse;
    donohotanner2009counting.

    >>> NonnegativeL1DescentCone(2, 1).intrinsic_volumes()  # 45 degrees
    IntrinsicVolumes(3/8, 1/2, 1/8)
    >>> NonnegativeL1DescentCone(3, 2).contains([-2, 1, 1])
    True
    >>> NonnegativeL1DescentCone(3, 2).polar().contains([1, 1, -7])
    True
    """

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(inequalities=[*units(self.n)[self.s :], [-1] * self.n])

    def contains(self, x: Sequence[Any]) -> bool:
        point = point_of(x, self.n)
        return sum(point) <= 0 and all(c >= 0 for c in point[self.s :])

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether x_1 = .. = x_s >= 0 is the largest coordinate of x (exact)."""
        point = point_of(x, self.n)
        scale = point[0]
        return scale >= 0 and all(c == scale for c in point[: self.s]) and max(point) == scale

    def _project(self, points: Any) -> Any:
        """y - t on the support and (y - t)_+ elsewhere, t >= 0 least with a sum of at most 0."""
        result = points - over_level(points, self.s, 0.0)[:, None]
        result[:, self.s :] = result[:, self.s :].clip(min=0)
        return result

    def f_vector(self) -> tuple[int, ...]:
        """Count the faces of dimension 0, .., n."""
        n, s = self.n, self.s
        row = [0, *map(int, binomial_row(n - s, n - s + 1)), 0]
        return (*[0] * (s - 1), *(a + b for a, b in pairwise(row)))

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        n, s, goal = self.n, self.s, significant(digits) + 1
        counts = binomial_row(n - s, n - s + 1)
        inside, outside = simplex_internal_angles(s, n, goal), corner_external_angles(s, n, goal)
        volumes = angle_products(n, s - 1, counts, inside, outside)
        for j, angle in enumerate(corner_internal_angles(s, n, goal)):
            volumes[s + j] += mpq(counts[j], mpz(1) << (n - s - j)) * angle
        return IntrinsicVolumes(volumes, source="sparse.nonnegative_volumes")
