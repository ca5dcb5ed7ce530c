"""Monotone cones, the cones of isotonic regression.

{x_1 <= ... <= x_n} is the chamber of A_{n-1} with one dimension of lineality, so that v_k is the
Stirling number of the first kind |s(n, k)| / n!, the level probabilities of the simple order
with equal weights (barlow1972statistical, section 3.3); {0 <= x_1 <= ... <= x_n} is the chamber
of B_n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from polygeo.cones.bases import FullCone, SimplicialCone, SizedCone
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.families.weyl import volumes_of_exponents
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.projection import isotonic
from polygeo.cones.registry import family
from polygeo.polyhedra.vectors import steps, units
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["MonotoneCone", "NonnegativeMonotoneCone"]


@family("monotone N", "x_1 <= ... <= x_N", 4)
@dataclass(frozen=True)
class MonotoneCone(SizedCone, FullCone, SimplicialCone):
    """The monotone cone {x in R^n : x_1 <= x_2 <= ... <= x_n}, n >= 1.

    Lineality 1 (the constant vectors). The polar is {y : y_1 + ... + y_k >= 0 for k < n, and = 0
    for k = n}. Volumes are exact (mpq). Source: barlow1972statistical, section 3.3.

    >>> MonotoneCone(3).intrinsic_volumes()
    IntrinsicVolumes(0, 1/3, 1/2, 1/6)
    >>> MonotoneCone(3).contains([-1, 2, 2]), MonotoneCone(3).polar().contains([2, -3, 1])
    (True, False)
    """

    n: int

    @property
    def lineality_dim(self) -> int:
        return 1

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(inequalities=steps(self.n), ambient_dim=self.n)

    def contains(self, x: Sequence[Any]) -> bool:
        return all(a <= b for a, b in pairwise(point_of(x, self.n)))

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether no partial sum of x is negative and the whole sum is 0 (exact)."""
        *sums, total = accumulate(point_of(x, self.n))
        return total == 0 and all(s >= 0 for s in sums)

    def _project(self, points: Any) -> Any:
        return isotonic(points)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        return volumes_of_exponents(range(self.n), "families.monotone")


@family("monotone-nonnegative N", "0 <= x_1 <= ... <= x_N", 4)
@dataclass(frozen=True)
class NonnegativeMonotoneCone(SizedCone, FullCone, SimplicialCone):
    """The cone {x in R^n : 0 <= x_1 <= x_2 <= ... <= x_n}, n >= 1, the chamber of B_n.

    The polar is {y : y_k + ... + y_n <= 0 for all k}. Volumes are exact (mpq). Source:
    robertsonwrightdykstra1988order.

    >>> NonnegativeMonotoneCone(2).intrinsic_volumes()
    IntrinsicVolumes(3/8, 1/2, 1/8)
    >>> NonnegativeMonotoneCone(2).polar().contains([1, -1])
    True
    """

    n: int

    def as_polyhedral(self) -> PolyhedralCone:
        return PolyhedralCone(inequalities=[*units(self.n)[:1], *steps(self.n)])

    def contains(self, x: Sequence[Any]) -> bool:
        point = point_of(x, self.n)
        return point[0] >= 0 and all(a <= b for a, b in pairwise(point))

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether no tail sum of x is positive (exact)."""
        return all(s <= 0 for s in accumulate(reversed(point_of(x, self.n))))

    def _project(self, points: Any) -> Any:
        """Isotonic regression, then the positive part (robertsonwrightdykstra1988order)."""
        return isotonic(points).clip(min=0)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        return volumes_of_exponents(range(1, 2 * self.n, 2), "families.weyl_B")
