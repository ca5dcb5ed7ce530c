"""What is simulated of a polyhedral cone: volumes, tiny solid angles, sections, intersections.

The kernels are compiled, so everything here is imported when it is first called.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from polygeo.cones.cone import Cone
from polygeo.errors import DomainError
from polygeo.polyhedra.description import GeneratingSet
from polygeo.polyhedra.vectors import row_space

__all__ = ["SimulatedCone"]


class SimulatedCone(Cone):
    """The part of `polygeo.cones.PolyhedralCone` that draws random numbers."""

    _by_rays: bool
    _given: GeneratingSet

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
        """Estimate the angle of the cone in its own span with small relative error.

        An Estimate of v_k, k = dim: for a full-dimensional cone the solid angle, for a flat one
        the fraction of the sphere of its span. The polar's is v_l, l = lineality_dim, of this
        cone. Quasi-Monte-Carlo from the inequalities, converted if need be; ``options`` as in
        ``polygeo.sampling.orthants.solid_angle.estimate_solid_angle``. DomainError for a subspace.

        >>> from polygeo.cones import PolyhedralCone
        >>> PolyhedralCone(inequalities=[[1, 0], [-1, 1]]).estimate_solid_angle(64, 1).agrees(1 / 8)
        True
        """
        from polygeo.cones.solid_angle import estimate_solid_angle

        return estimate_solid_angle(self, samples, seed, **options)

    def estimate_intrinsic_volumes(
        self,
        samples: int | None = None,
        seed: int | None = None,
        *,
        extremes: str = "counts",
        **options: Any,
    ) -> tuple[Any, ...]:
        """Estimates of (v_0, ..., v_d), by projecting antithetic pairs of Gaussian samples.

        In any dimension; never converts: a cone given by inequalities is sampled through its
        polar. ``options`` are those of ``polygeo.sampling.estimate_face_dimensions`` (stderr,
        executor, certified, checkpoint, progress); ``face_counts`` gives their joint covariance
        and linear functionals. ``extremes="qmc"``: the lowest and the highest volume that is not 0
        (of the dimensions of the lineality space and of the cone) are integrated like
        `estimate_solid_angle`, which sees small ones; the others are counted, so that the vector
        sums to 1 within its errors only. Raises DomainError for a subspace, whose volumes are
        exact.

        >>> from polygeo.cones import PolyhedralCone
        >>> octant = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
        >>> [run.agrees(v) for run, v in zip(octant.estimate_intrinsic_volumes(2000, seed=1),
        ...                                  octant.intrinsic_volumes())]
        [True, True, True, True]
        """
        from polygeo.cones.solid_angle import with_extremes

        return with_extremes(self, extremes, samples, seed, options)

    def face_counts(
        self, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        """The counts behind `estimate_intrinsic_volumes`, a ``polygeo.sampling.FaceCounts``."""
        from polygeo.sampling import estimate_face_dimensions  # compiles kernels

        if self.is_subspace:
            raise DomainError(
                f"the cone is a linear subspace of dimension {self.dim}: its volumes are exact"
            )
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

    def estimate_section_euler_characteristic(
        self, n: int, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        """A `polygeo.cones.section.SectionEstimate` for random n-dimensional subspaces.

        The mean Euler characteristic of the section on the sphere, which for a cone that is no
        subspace is the share of subspaces that meet it outside 0, beside the exact value.
        """
        from polygeo.cones.section import estimate_section  # compiles kernels

        return estimate_section(self, n, samples, seed, **options)

    def estimate_rotation_euler_characteristic(
        self, other: Any, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        """The same for the intersection with another cone or union, turned by random rotations."""
        from polygeo.cones.section import estimate_rotation  # compiles kernels

        return estimate_rotation(self, other, samples, seed, **options)
