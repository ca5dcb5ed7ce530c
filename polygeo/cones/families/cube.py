"""Tangent cones of the cube: a subspace times an orthant.

At a face of dimension k of the cube [0, 1]^n the feasible directions are R^k x R^{n-k}_+, so

    v_{k+j} = binomial(n-k, j) / 2^{n-k},   j = 0, .., n - k

(mcmullen1975non; donohotanner2010counting).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from polygeo.cones.bases import CoordinateCone, SizedCone, checked_sizes
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.polyhedra.vectors import units

__all__ = ["CubeTangentCone"]


@family("cube N K", "tangent cone of the N-cube at a K-dimensional face", 5, 2)
@dataclass(frozen=True)
class CubeTangentCone(SizedCone, CoordinateCone):
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
    _source: ClassVar[str] = "regular.cube_volumes"

    def __post_init__(self) -> None:
        checked_sizes(self)

    @property
    def _parts(self) -> tuple[slice, slice, slice]:
        return slice(self.k), slice(self.k, None), slice(0)

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(inequalities=units(self.n)[self.k :], ambient_dim=self.n)
