"""Linear subspaces, half-spaces and rays, in coordinate position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from polygeo.answers.exact import integer
from polygeo.answers.options import set_fields
from polygeo.cones.bases import CoordinateCone, SizedCone
from polygeo.cones.cone import checked_dim
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import units

__all__ = ["HalfSpace", "Ray", "Subspace"]


@family("subspace K D", "a K-dimensional subspace of R^D", 1, 3)
@dataclass(frozen=True)
class Subspace(CoordinateCone):
    """The linear subspace R^k x {0} of R^d, 0 <= k <= d: v_k = 1.

    The Gauss-Bonnet relation does not hold for subspaces. DomainError unless 0 <= k <= d.

    >>> Subspace(2, 3).intrinsic_volumes()
    IntrinsicVolumes(0, 0, 1, 0)
    """

    k: int
    d: int
    _source: ClassVar[str] = "families.subspace"

    def __post_init__(self) -> None:
        d, k = checked_dim(self.d), integer(self.k, "k")
        if not 0 <= k <= d:
            raise DomainError(f"Subspace needs 0 <= k <= d; got k={k}, d={d}")
        set_fields(self, d=d, k=k)

    @property
    def ambient_dim(self) -> int:
        return self.d

    @property
    def _parts(self) -> tuple[slice, slice, slice]:
        return slice(self.k), slice(0), slice(self.k, None)

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(rays=[], lines=units(self.d)[: self.k], ambient_dim=self.d)


@family("half-space D", "x_1 >= 0", 3)
@dataclass(frozen=True)
class HalfSpace(SizedCone, CoordinateCone):
    """The half-space {x in R^d : x_1 >= 0}, d >= 1: v_{d-1} = v_d = 1/2.

    >>> HalfSpace(2).intrinsic_volumes(), HalfSpace(2).polar()
    (IntrinsicVolumes(0, 1/2, 1/2), HalfSpace(d=2).polar())
    """

    d: int
    _source: ClassVar[str] = "families.half_space"

    @property
    def _parts(self) -> tuple[slice, slice, slice]:
        return slice(1, None), slice(1), slice(0)

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(inequalities=units(self.d)[:1])


@family("ray D", "the half-line of multiples >= 0 of e_1", 3)
@dataclass(frozen=True)
class Ray(SizedCone, CoordinateCone):
    """The ray {t e_1 : t >= 0} in R^d, d >= 1: v_0 = v_1 = 1/2.

    >>> Ray(3).intrinsic_volumes()
    IntrinsicVolumes(1/2, 1/2, 0, 0)
    """

    d: int
    _source: ClassVar[str] = "families.ray"

    @property
    def _parts(self) -> tuple[slice, slice, slice]:
        return slice(0), slice(1), slice(1, None)

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(rays=units(self.d)[:1])
