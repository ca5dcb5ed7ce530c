"""Tangent cones of the cube: a subspace times an orthant.

At a face of dimension k of the cube [0, 1]^n the feasible directions are R^k x R^{n-k}_+, so

    v_{k+j} = binomial(n-k, j) / 2^{n-k},   j = 0, .., n - k

(mcmullen1975non; donohotanner2010counting).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.cones.bases import FullCone, SizedCone, checked_sizes
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.families.orthant import binomial_row
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.polyhedra.vectors import units
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["CubeTangentCone"]


@family("cube N K", "tangent cone of the N-cube at a K-dimensional face", 5, 2)
@dataclass(frozen=True)
class CubeTangentCone(SizedCone, FullCone):
    """The feasible directions {x in R^n : x_i >= 0 for i > k} at a k-dimensional face of the cube.

    * ``n``, ``k``: dimensions of the cube and of the face, 0 <= k <= n; DomainError otherwise. k =
      0 is a vertex, k = n the cube itself (the cone is R^n, a subspace).

    Lineality k. The cone also holds the directions that keep a k-sparse vector nonnegative.
    Volumes are exact (mpq). Source: donohotanner2010counting.

    >>> CubeTangentCone(3, 1).intrinsic_volumes(), CubeTangentCone(3, 1).f_vector()
    (IntrinsicVolumes(0, 1/4, 1/2, 1/4), (0, 1, 2, 1))
    >>> CubeTangentCone(2, 1).contains([-5, 0]), CubeTangentCone(2, 1).polar().contains([0, -1])
    (True, True)
    """

    n: int
    k: int

    def __post_init__(self) -> None:
        checked_sizes(self)

    @property
    def lineality_dim(self) -> int:
        return self.k

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(inequalities=units(self.n)[self.k :], ambient_dim=self.n)

    def contains(self, x: Sequence[Any]) -> bool:
        return all(c >= 0 for c in point_of(x, self.n)[self.k :])

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether x_1 = .. = x_k = 0 and no other coordinate of x is positive (exact)."""
        point = point_of(x, self.n)
        return not any(point[: self.k]) and all(c <= 0 for c in point[self.k :])

    def _project(self, points: Any) -> Any:
        result = points.copy()
        result[:, self.k :] = result[:, self.k :].clip(min=0)
        return result

    def f_vector(self) -> tuple[int, ...]:
        """Count the faces of dimension 0, .., n."""
        free = self.n - self.k
        return (*[0] * self.k, *map(int, binomial_row(free, free + 1)))

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        free = self.n - self.k
        values = [mpq(c, mpz(1) << free) for c in binomial_row(free, free + 1)]
        return IntrinsicVolumes([*[mpq(0)] * self.k, *values], source="regular.cube_volumes")
