"""The volumes of a polyhedral cone from those of its orthogonal factors, of any dimension.

Up to dimension 5 a factor's volumes are forms in angles (`polygeo.volumes.faces.pointed_cone`),
beyond it numbers: integrals where the cone is one of ordered means
(`polygeo.volumes.orders.means`), else sums over faces (`polygeo.volumes.faces.face_angles`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.polyhedra.description import GeneratingSet
from polygeo.polyhedra.vectors import Vector, dot, rank, rows_of
from polygeo.volumes.angleform import values_of
from polygeo.volumes.faces.face_angles import MAX_SECONDS, FaceAngles, Meter, silent
from polygeo.volumes.faces.pointed_cone import MAX_DIM, PointedCone, orthogonal_groups, volume_forms
from polygeo.volumes.faces.simplicial_angles import Spread
from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.orders.means import LEAST, OrderedMeans, ordered_means

__all__ = ["FactorVolumes"]

SOURCE = "polyhedral.angle_sum"


class FactorVolumes:
    """The orthogonal factors of a cone, without its lineality space; what is computed is kept."""

    def __init__(self, cone: GeneratingSet) -> None:
        self._cone = cone
        self._groups = orthogonal_groups(cone.extreme)

    @cached_property
    def low(self) -> bool:
        """Whether all factors have dimension 5 at most."""
        return all(rank(group) <= MAX_DIM for group in self._groups)

    @cached_property
    def _high(self) -> list[FaceAngles | OrderedMeans]:
        """The factors of a larger dimension."""
        groups = (group for group in self._groups if rank(group) > MAX_DIM)
        return [
            _means_of(group) or FaceAngles.of(PointedCone.of(GeneratingSet(self._cone.dim, group)))
            for group in groups
        ]

    def seconds(self, digits: int) -> float:
        """Return an estimate of the time that `volumes` takes for the larger factors."""
        return sum(angles.seconds(digits) for angles in self._high)

    def volumes(
        self,
        digits: int,
        meter: Meter = silent,
        max_seconds: float = MAX_SECONDS,
        spread: Spread = map,
    ) -> IntrinsicVolumes:
        """Return v_0, ..., v_d of the whole cone."""
        more = digits + len(str(len(self._groups))) + 1 if len(self._groups) > 1 else digits
        small = tuple(v for group in self._groups if rank(group) <= MAX_DIM for v in group)
        total = IntrinsicVolumes([mpq(1)])
        if small:
            cone = GeneratingSet(self._cone.dim, small)
            forms = volume_forms(cone)[: len(cone.span) + 1]
            total = IntrinsicVolumes(values_of(forms, more))
        for factor in self._high:
            total = total * IntrinsicVolumes(factor.volumes(more, meter, max_seconds, spread))
        lines = [mpq(0)] * len(self._cone.lineality)
        values = [*lines, *total]
        padding = [mpq(0)] * (self._cone.dim + 1 - len(values))
        return IntrinsicVolumes([*values, *padding], source=SOURCE)


def _means_of(rays: Sequence[Vector]) -> OrderedMeans | None:
    """Return the ordered means behind a simplicial cone, None where there are none."""
    if len(rays) < LEAST or rank(rays) < len(rays):
        return None
    return ordered_means(rows_of(fmpz_mat([[dot(u, v) for v in rays] for u in rays]).inv()))
