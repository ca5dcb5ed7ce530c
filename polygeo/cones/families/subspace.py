"""Linear subspaces, half-spaces and rays, in coordinate position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import integer
from polygeo.answers.options import set_fields
from polygeo.cones.bases import FullCone, SizedCone
from polygeo.cones.cone import DIGITS, Cone, checked_dim, point_of
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import units
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["HalfSpace", "Ray", "Subspace"]


@family("subspace K D", "a K-dimensional subspace of R^D", 1, 3)
@dataclass(frozen=True)
class Subspace(Cone):
    """The linear subspace R^k x {0} of R^d, 0 <= k <= d: v_k = 1.

    The Gauss-Bonnet relation does not hold for subspaces. DomainError unless 0 <= k <= d.

    >>> Subspace(2, 3).intrinsic_volumes()
    IntrinsicVolumes(0, 0, 1, 0)
    """

    k: int
    d: int

    def __post_init__(self) -> None:
        d, k = checked_dim(self.d), integer(self.k, "k")
        if not 0 <= k <= d:
            raise DomainError(f"Subspace needs 0 <= k <= d; got k={k}, d={d}")
        set_fields(self, d=d, k=k)

    @property
    def ambient_dim(self) -> int:
        return self.d

    @property
    def dim(self) -> int:
        return self.k

    @property
    def lineality_dim(self) -> int:
        return self.k

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(rays=[], lines=units(self.d)[: self.k], ambient_dim=self.d)

    def contains(self, x: Sequence[Any]) -> bool:
        return all(coordinate == 0 for coordinate in point_of(x, self.d)[self.k :])

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether x is orthogonal to the subspace (exact)."""
        return all(coordinate == 0 for coordinate in point_of(x, self.d)[: self.k])

    def _project(self, points: Any) -> Any:
        result = points.copy()
        result[:, self.k :] = 0
        return result

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        values = [mpq(int(j == self.k)) for j in range(self.d + 1)]
        return IntrinsicVolumes(values, source="families.subspace")


@family("half-space D", "x_1 >= 0", 3)
@dataclass(frozen=True)
class HalfSpace(SizedCone, FullCone):
    """The half-space {x in R^d : x_1 >= 0}, d >= 1: v_{d-1} = v_d = 1/2.

    >>> HalfSpace(2).intrinsic_volumes(), HalfSpace(2).polar()
    (IntrinsicVolumes(0, 1/2, 1/2), HalfSpace(d=2).polar())
    """

    d: int

    @property
    def lineality_dim(self) -> int:
        return self.d - 1

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(inequalities=units(self.d)[:1])

    def contains(self, x: Sequence[Any]) -> bool:
        return point_of(x, self.d)[0] >= 0

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether x is a non-positive multiple of e_1 (exact)."""
        first, *rest = point_of(x, self.d)
        return first <= 0 and not any(rest)

    def _project(self, points: Any) -> Any:
        result = points.copy()
        result[:, 0] = result[:, 0].clip(min=0)
        return result

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        half = mpq(1, 2)
        zeros = [mpq(0)] * (self.d - 1)
        return IntrinsicVolumes([*zeros, half, half], source="families.half_space")


@family("ray D", "the half-line of multiples >= 0 of e_1", 3)
@dataclass(frozen=True)
class Ray(SizedCone):
    """The ray {t e_1 : t >= 0} in R^d, d >= 1: v_0 = v_1 = 1/2.

    >>> Ray(3).intrinsic_volumes()
    IntrinsicVolumes(1/2, 1/2, 0, 0)
    """

    d: int

    @property
    def dim(self) -> int:
        return 1

    @property
    def lineality_dim(self) -> int:
        return 0

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(rays=units(self.d)[:1])

    def contains(self, x: Sequence[Any]) -> bool:
        first, *rest = point_of(x, self.d)
        return first >= 0 and not any(rest)

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether the first coordinate of x is not positive (exact)."""
        return point_of(x, self.d)[0] <= 0

    def _project(self, points: Any) -> Any:
        result = 0 * points
        result[:, 0] = points[:, 0].clip(min=0)
        return result

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        half = mpq(1, 2)
        zeros = [mpq(0)] * (self.d - 1)
        return IntrinsicVolumes([half, half, *zeros], source="families.ray")
