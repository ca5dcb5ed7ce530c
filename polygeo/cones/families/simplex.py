"""Tangent cones of the regular simplex.

The simplex is conv(e_1, .., e_n) in the hyperplane sum x = 1 of R^n. Its faces that hold a face of
k vertices have l = k, .., n vertices, so with internal and external angles

    v_{l-1} = binomial(n-k, l-k) beta(k, l) gamma(l, n),   l = k, .., n

(mcmullen1975non; the angles are those of kabluchkozaporozhets2020absorption).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from gmpy2 import mpq

from polygeo.answers.decimals import significant
from polygeo.answers.numerics.splitting import binomial_row
from polygeo.cones.bases import SimplicialCone, SizedCone, checked_sizes
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.projection import over_level
from polygeo.cones.registry import family
from polygeo.polyhedra.vectors import units
from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.regular import simplex_external_angles, simplex_internal_angles

__all__ = ["SimplexTangentCone", "angle_products"]


@family("simplex N K", "tangent cone of the N-vertex simplex at a face with K vertices", 5, 2)
@dataclass(frozen=True)
class SimplexTangentCone(SizedCone, SimplicialCone):
    """The feasible directions {x in R^n : sum x = 0, x_i >= 0 for i > k} at a face of the simplex.

    * ``n``: number of vertices of the simplex, of dimension n - 1, and dimension of the space.
    * ``k``: number of vertices of the face conv(e_1, .., e_k), 1 <= k <= n; DomainError otherwise.

    Dimension n - 1, lineality k - 1. The polar is the normal cone {y : y_1 = .. = y_k >= y_i for
    i > k}, which holds the line of constants. Volumes: exact where all angles are rational (n <= 3,
    k >= n - 1), else certified. Source: affentrangerschneider1992random, section 1.

    >>> SimplexTangentCone(3, 1).intrinsic_volumes()        # a corner of 60 degrees
    IntrinsicVolumes(1/3, 1/2, 1/6, 0)
    >>> SimplexTangentCone(4, 1).intrinsic_volumes(20)[3].decimal(15)
    '0.0438699140229555'
    >>> SimplexTangentCone(3, 1).contains([-2, 1, 1]), SimplexTangentCone(3, 1).contains([1, -1, 0])
    (True, False)
    """

    n: int
    k: int

    def __post_init__(self) -> None:
        checked_sizes(self, least=1)

    @property
    def dim(self) -> int:
        return self.n - 1

    @property
    def lineality_dim(self) -> int:
        return self.k - 1

    def as_polyhedral(self) -> PolyhedralCone:
        rows = units(self.n)[self.k :]
        return PolyhedralCone(inequalities=rows, equations=[[1] * self.n], ambient_dim=self.n)

    def contains(self, x: Sequence[Any]) -> bool:
        point = point_of(x, self.n)
        return sum(point) == 0 and all(c >= 0 for c in point[self.k :])

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether x_1 = .. = x_k is the largest coordinate of x (exact)."""
        point = point_of(x, self.n)
        return all(c == point[0] for c in point[: self.k]) and max(point) == point[0]

    def _project(self, points: Any) -> Any:
        """y - t on the face's vertices and (y - t)_+ elsewhere, t such that the sum is 0."""
        result = points - over_level(points, self.k)[:, None]
        result[:, self.k :] = result[:, self.k :].clip(min=0)
        return result

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        n, k, goal = self.n, self.k, significant(digits) + 1
        counts = binomial_row(n - k, n - k + 1)
        inside = simplex_internal_angles(k, n, goal)
        outside = simplex_external_angles(k, n, goal)
        volumes = angle_products(n, k - 1, counts, inside, outside)
        return IntrinsicVolumes(volumes, source="regular.simplex_volumes")


def angle_products(n: int, first: int, *factors: Sequence[Any]) -> list[Any]:
    """Return n + 1 numbers: products of the factors from place ``first`` on, elsewhere 0.

    >>> angle_products(3, 1, [2, 3], [5, 7])
    [mpq(0,1), 10, 21, mpq(0,1)]
    """
    volumes: list[Any] = [mpq(0)] * (n + 1)
    for place, terms in enumerate(zip(*factors, strict=True), start=first):
        volumes[place] = prod(terms)
    return volumes
