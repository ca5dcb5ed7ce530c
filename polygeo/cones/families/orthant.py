"""The orthant: v_k(R^d_+) = binomial(d, k) / 2^d (amelunxenlotz2017intrinsic, section 2).

A Gaussian vector is projected on the orthant by replacing its negative coordinates by 0, and
each coordinate is negative with probability 1/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from polygeo.cones.bases import CoordinateCone, SizedCone
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.polyhedra.vectors import units

__all__ = ["Orthant"]


@family("orthant D", "all coordinates >= 0", 3)
@dataclass(frozen=True)
class Orthant(SizedCone, CoordinateCone):
    """The orthant R^d_+ = {x : x_i >= 0}, d >= 1; its polar is the negative orthant.

    * ``d``: dimension, an integer >= 1; DomainError otherwise.

    Volumes are exact (mpq). Source: amelunxenlotz2017intrinsic, section 2.

    >>> Orthant(3).intrinsic_volumes(), Orthant(3).f_vector()
    (IntrinsicVolumes(1/8, 3/8, 3/8, 1/8), (1, 3, 3, 1))
    >>> Orthant(2).contains([1, "1/3"]), Orthant(2).polar().contains([-1, 0])
    (True, True)
    """

    d: int
    _source: ClassVar[str] = "families.orthant"

    @property
    def _parts(self) -> tuple[slice, slice, slice]:
        return slice(0), slice(None), slice(0)

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(rays=units(self.d))
