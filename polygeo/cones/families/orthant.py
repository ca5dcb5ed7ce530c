"""The orthant: v_k(R^d_+) = binomial(d, k) / 2^d (amelunxenlotz2017intrinsic, section 2).

A Gaussian vector is projected on the orthant by replacing its negative coordinates by 0, and
each coordinate is negative with probability 1/2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.cones.bases import FullCone, SizedCone
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.polyhedra.vectors import units
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["Orthant", "binomial_row"]


def binomial_row(n: int, count: int) -> list[mpz]:
    """Compute [binomial(n, 0), ..., binomial(n, count - 1)] for n >= 0.

    >>> binomial_row(3, 5)
    [mpz(1), mpz(3), mpz(3), mpz(1), mpz(0)]
    """
    row, entry = [], mpz(1)
    for k in range(count):
        row.append(entry)
        entry = gmpy2.divexact(entry * (n - k), mpz(k + 1))
    return row


@family("orthant D", "all coordinates >= 0", 3)
@dataclass(frozen=True)
class Orthant(SizedCone, FullCone):
    """The orthant R^d_+ = {x : x_i >= 0}, d >= 1; its polar is the negative orthant.

    * ``d``: dimension, an integer >= 1; DomainError otherwise.

    Volumes are exact (mpq). Source: amelunxenlotz2017intrinsic, section 2.

    >>> Orthant(3).intrinsic_volumes(), Orthant(3).f_vector()
    (IntrinsicVolumes(1/8, 3/8, 3/8, 1/8), (1, 3, 3, 1))
    >>> Orthant(2).contains([1, "1/3"]), Orthant(2).polar().contains([-1, 0])
    (True, True)
    """

    d: int

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(rays=units(self.d))

    def contains(self, x: Sequence[Any]) -> bool:
        return all(coordinate >= 0 for coordinate in point_of(x, self.d))

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether no coordinate of x is positive (exact)."""
        return all(coordinate <= 0 for coordinate in point_of(x, self.d))

    def f_vector(self) -> tuple[int, ...]:
        """Count the faces of dimension 0, ..., d."""
        return tuple(map(int, binomial_row(self.d, self.d + 1)))

    def _project(self, points: Any) -> Any:
        return points.clip(min=0)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        total = mpz(1) << self.d
        values = [mpq(entry, total) for entry in binomial_row(self.d, self.d + 1)]
        return IntrinsicVolumes(values, source="families.orthant")
