"""Tangent cones of the permutahedra at a vertex: polars of monotone cones.

The permutahedron of type A is the convex hull of all permutations of (1, .., n), that of type B of
all signed permutations. The normal cone at the vertex (1, 2, .., n) is the chamber of the
reflection group, {y_1 <= .. <= y_n}, for type B with 0 <= y_1 in front; the tangent cone is its
polar, with the chamber's volumes in reverse order: v_k = |s(n, n-k)|/n! for type A
(drtonklivans2010geometric; kabluchkovysotskyzaporozhets2017weyl).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from polygeo.answers.options import choice
from polygeo.cones.bases import SizedCone
from polygeo.cones.cone import DIGITS, Cone, point_of
from polygeo.cones.families.monotone import MonotoneCone, NonnegativeMonotoneCone
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["PermutahedronTangentCone"]


@family("permutahedron N", "tangent cone at a vertex of the permutahedron in R^N", 5)
@dataclass(frozen=True)
class PermutahedronTangentCone(SizedCone):
    """The feasible directions at the vertex (1, 2, .., n) of the permutahedron.

    * ``n``: dimension of the space, n >= 1.
    * ``type``: "A" (the default; dimension n - 1) or "B" (dimension n). DomainError otherwise.

    The cone is {x in R^n : x_j + .. + x_n <= 0 for all j}, for type A with x_1 + .. + x_n = 0.
    Pointed; the polar is `MonotoneCone` or `NonnegativeMonotoneCone`. Volumes are exact (mpq).
    Source: kabluchkovysotskyzaporozhets2017weyl.

    >>> PermutahedronTangentCone(3).intrinsic_volumes()     # 120 degrees
    IntrinsicVolumes(1/6, 1/2, 1/3, 0)
    >>> PermutahedronTangentCone(3).contains([1, 0, -1]), PermutahedronTangentCone(2, "B").polar()
    (True, NonnegativeMonotoneCone(n=2))
    """

    n: int
    type: str = "A"

    def __post_init__(self) -> None:
        super().__post_init__()
        choice(self.type, "the type of PermutahedronTangentCone", ("A", "B"))

    @property
    def dim(self) -> int:
        return self.n - 1 if self.type == "A" else self.n

    @property
    def lineality_dim(self) -> int:
        return 0

    def as_polyhedral(self) -> PolyhedralCone:
        n, flat = self.n, self.type == "A"
        rows = [[-int(i >= j) for i in range(n)] for j in range(flat, n)]
        equations = [[1] * n] if flat else []
        return PolyhedralCone(inequalities=rows, equations=equations, ambient_dim=n)

    def polar(self) -> Cone:
        return MonotoneCone(self.n) if self.type == "A" else NonnegativeMonotoneCone(self.n)

    def contains(self, x: Sequence[Any]) -> bool:
        *tails, total = accumulate(reversed(point_of(x, self.n)))
        return all(t <= 0 for t in tails) and (total == 0 if self.type == "A" else total <= 0)

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether x lies in the normal cone (exact)."""
        return self.polar().contains(x)

    def _project(self, points: Any) -> Any:
        """Moreau: y less its projection on the normal cone."""
        return points - self.polar()._project(points)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        volumes = self.polar().intrinsic_volumes(digits).polar()
        return IntrinsicVolumes(volumes, source=f"regular.permutahedron_{self.type.lower()}")
