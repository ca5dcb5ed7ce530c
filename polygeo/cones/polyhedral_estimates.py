"""Simulations of a polyhedral cone from its vectors: projections and counted faces.

The kernels are compiled, so everything here is imported when it is first called.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from polygeo.cones.cone import Cone
from polygeo.polyhedra.description import GeneratingSet
from polygeo.polyhedra.vectors import row_space

__all__ = ["SimulatedCone"]


class SimulatedCone(Cone):
    """The part of `polygeo.cones.PolyhedralCone` that draws random numbers."""

    _by_rays: bool
    _given: GeneratingSet

    def as_polyhedral(self) -> Any:
        """Return the cone itself."""
        return self

    @property
    def _polyhedral(self) -> Any:
        return self

    @cached_property
    def _moreau(self) -> Any:
        """Decomposes points by the cone of the given vectors."""
        from polygeo.sampling.faces.moreau import Moreau

        given = self._given
        return Moreau(given._given, given.dim, row_space(given.lines))

    def _project(self, points: Any) -> Any:
        """On the cone of the rays, or on the polar of that of the outer normals."""
        if self._by_rays:
            return self._moreau.split(points)[0]
        return -self._moreau.split(-points)[1] + 0.0

    def estimate_solid_angle(self, samples: int, seed: int, **options: Any) -> Any:
        from polygeo.sampling.orthants.solid_angle import estimate_solid_angle

        self._check_no_subspace()
        return estimate_solid_angle(self._polyhedral.inequalities, samples, seed, **options)

    def face_counts(
        self, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        from polygeo.sampling import estimate_face_dimensions  # compiles kernels

        # Nothing is converted: a cone given by inequalities is sampled through its polar.
        self._check_no_subspace()
        self._given.find_extreme(options.get("progress"))
        rays = self._by_rays
        return estimate_face_dimensions(
            None,
            samples,
            seed,
            exact=self._given.extreme,
            ambient_dim=self.ambient_dim,
            lineality=self.lineality_dim if rays else self.ambient_dim - self.dim,
            polar=not rays,
            **options,
        )
