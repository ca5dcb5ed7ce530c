"""The contract of a closed conic set in R^d, convex or a finite union: what can be sampled of it.

A set says what it is through `ConicSet.signed_cones`: polyhedral cones X with integers c such that
its indicator is the sum of the c 1_X. A convex polyhedral cone is one such X with c = 1. Sampled
intrinsic volumes, random sections and random rotations follow here, for all sets alike. What draws
random numbers is compiled, and imported when it is first called.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from polygeo.answers.exact import abbreviate
from polygeo.answers.options import choice
from polygeo.errors import DomainError
from polygeo.progress import patient_methods
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["DIGITS", "MAX_TERMS", "SECONDS", "ConicSet"]

DIGITS = 30
"""Number of significant digits of certified volumes by default."""

MAX_TERMS = 5000
"""Largest number of polyhedral cones in a signed sum."""

SECONDS = 20.0
"""Largest time, in seconds, that certified volumes beside an estimate may take."""

LONG = (
    "expected_f_vector",
    "expected_intrinsic_volumes",
    "f_vector",
    "faces",
    "intersection",
    "intrinsic_volumes",
    "is_same_set",
    "polar",
    "project",
    "sample",
    "solid_angle",
    "statistical_dimension",
    "sum",
    "volumes_within",
)
"""Methods of which a terminal shows that they take long."""

OPTIONS = {
    "faces": ("certified", "extremes"),
    "lengths": ("log_concave", "replicates", "tolerance"),
}
"""Options of `ConicSet.estimate_intrinsic_volumes` that belong to one method only."""


class ConicSet(ABC):
    """A closed cone in R^ambient_dim, convex (`polygeo.cones.Cone`) or a union of convex cones.

    >>> from polygeo.cones import Orthant, SignCountFan
    >>> [len(body.signed_cones()) for body in (Orthant(2), SignCountFan(2, 2))]
    [1, 5]
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        patient_methods(cls, LONG)

    @property
    @abstractmethod
    def ambient_dim(self) -> int:
        """Dimension of the space that the set lives in."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """Largest dimension of a convex cone inside the set."""

    @abstractmethod
    def contains(self, x: Sequence[Any]) -> bool:
        """Decide whether a point lies in the set (exact).

        * ``x``: ambient_dim rational coordinates (floats are read as dyadic rationals); DomainError
          otherwise.
        """

    @abstractmethod
    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        """Return the conic intrinsic volumes (v_0, ..., v_d), d = ambient_dim: exact or certified.

        * ``digits``: significant digits of the Balls, where a volume has no exact form (default
          30).

        Returns `IntrinsicVolumes`.
        """

    def volumes_within(self, seconds: float = SECONDS, digits: int = DIGITS) -> IntrinsicVolumes:
        """Return `intrinsic_volumes`, or raise NoExactValue where they would take longer.

        * ``seconds``: largest estimated time, in seconds (default 20), for a polyhedral cone, or
          for all cones of a union or of a product together; other sets have a formula.
        * ``digits``: significant digits of the Balls (default 30).
        """
        return self.intrinsic_volumes(digits)

    @abstractmethod
    def signed_cones(self) -> Sequence[tuple[int, Any]]:
        """List pairs (c, X), X a `PolyhedralCone`, with indicator 1_A = sum c 1_X, all c != 0.

        Raises DomainError where the set is not polyhedral, has irrational data, or needs more than
        5000 pairs.
        """

    @property
    def as_cone(self) -> Any:
        """The convex cone that the set is, a `Cone`; None where the set is not known to be one."""
        return None

    def face_counts(
        self, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        """Count the dimensions of the faces that projected Gaussian samples hit.

        * ``samples``: number of samples.
        * ``seed``: a nonnegative integer that names the run.
        * ``options``: ``stderr`` (the run ends once the standard error of every volume is at most
          ``stderr``), ``certified`` (True: every face is proved), ``executor``, ``checkpoint``,
          ``progress``.

        Returns a ``polygeo.sampling.FaceCounts`` for a convex cone and a
        ``polygeo.sampling.UnionCounts`` for a union, where every sample is projected on all
        `signed_cones` and standard errors hold the covariance between the projections. DomainError
        for a linear subspace and where no polyhedral description is known.
        """
        from polygeo.cones.section import signed_terms
        from polygeo.sampling import count_scores

        return count_scores(signed_terms(self), samples, seed, **options)

    def projection_counts(
        self, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        """Measure the lengths of projected Gaussian samples.

        * ``samples``: number of samples.
        * ``seed``: a nonnegative integer that names the run.
        * ``options``: ``executor``, ``checkpoint``, ``progress``, ``tolerance``, as in
          ``polygeo.sampling.estimate_projections``; there is no ``stderr``.

        Returns a `polygeo.sampling.ProjectionCounts`, which estimates the statistical dimension and
        the variance with their own standard errors. DomainError for sets other than convex cones
        with a projection (`Cone.project`).
        """
        raise DomainError(
            f"lengths of projections need a convex cone; got {abbreviate(repr(self))}"
        )

    def volume_counts(
        self,
        samples: int | None = None,
        seed: int | None = None,
        *,
        method: str | None = None,
        **options: Any,
    ) -> Any:
        """Draw the counts behind `estimate_intrinsic_volumes`.

        * ``samples``, ``seed``, ``options``: as in `estimate_intrinsic_volumes`.
        * ``method``: "faces" for `face_counts`, "lengths" for `projection_counts`; None (the
          default) for faces where a polyhedral description is known and for lengths elsewhere.

        >>> from polygeo.cones import LorentzCone, Orthant
        >>> Orthant(3).volume_counts(100, seed=1) == Orthant(3).face_counts(100, seed=1)
        True
        >>> LorentzCone(3).volume_counts(100, 1) == LorentzCone(3).projection_counts(100, 1)
        True
        """
        if self._estimator(method) == "faces":
            return self.face_counts(samples, seed, **options)
        return self.projection_counts(samples, seed, **options)

    def estimate_intrinsic_volumes(
        self,
        samples: int | None = None,
        seed: int | None = None,
        *,
        stderr: float | None = None,
        executor: Any = None,
        checkpoint: Any = None,
        progress: bool | None = None,
        method: str | None = None,
        confidence: float = 0.95,
        **options: Any,
    ) -> tuple[Any, ...]:
        """Estimate the intrinsic volumes (v_0, ..., v_d) by projecting Gaussian samples.

        * ``samples``: number of samples.
        * ``seed``: a nonnegative integer that names the run.
        * ``stderr``: end the run once every standard error is at most ``stderr`` (method "faces"
          only).
        * ``executor``, ``checkpoint``, ``progress``: see ``polygeo.sampling.run``.
        * ``method``: "faces" counts the faces hit (`face_counts`); "lengths" fits a mixture to the
          lengths of the projections (`projection_counts`) by maximum likelihood. None (the default)
          takes faces wherever a polyhedral description is known.
        * ``confidence``: of the intervals (default 0.95).
        * ``options`` of "faces": certified (True) proves every face; extremes="qmc" integrates the
          lowest and the highest volume that is not 0 like `Cone.estimate_solid_angle`, which sees
          small volumes; the largest volume of each parity is then what they leave of 1/2.
        * ``options`` of "lengths": log_concave (True), replicates (200, of the bootstrap),
          tolerance (1e-8, of the projection). Log-concave weights are regularised and slightly
          biased, and the fit is ill-conditioned for large d.

        Returns d + 1 values of `Estimate`. DomainError for a linear subspace, whose volumes are
        exact, for options of the other method, and where neither method is known. Source:
        amelunxenlotz2017intrinsic, section 2.

        >>> from polygeo.cones import Orthant
        >>> for method in ("faces", "lengths"):
        ...     runs = Orthant(3).estimate_intrinsic_volumes(2000, seed=1, method=method)
        ...     print([v.agrees(w) for v, w in zip(runs, Orthant(3).intrinsic_volumes())])
        [True, True, True, True]
        [True, True, True, True]
        """
        how = self._estimator(method)
        for name in options:
            if name not in OPTIONS[how]:
                known = ", ".join(OPTIONS[how])
                raise DomainError(f"method={how!r} has the options {known}; got {abbreviate(name)}")
        common = {"executor": executor, "checkpoint": checkpoint, "progress": progress}
        if how == "lengths":
            tolerance = {k: options.pop(k) for k in ("tolerance",) if k in options}
            lengths = self.projection_counts(samples, seed, stderr=stderr, **common, **tolerance)
            return lengths.volumes(confidence=confidence, **options)
        extremes = choice(options.pop("extremes", "counts"), "extremes", ("counts", "qmc"))
        counts = self.face_counts(samples, seed, stderr=stderr, **common, **options)
        counts = replace(counts, confidence=confidence)
        if extremes == "counts":
            return counts.volumes()
        from polygeo.cones.solid_angle import with_extremes

        return with_extremes(self.as_cone, counts, executor)

    def _estimator(self, method: Any) -> str:
        """ "faces" or "lengths"."""
        return "faces" if method is None else choice(method, "method", tuple(OPTIONS))

    def estimate_section_euler_characteristic(
        self,
        n: int,
        samples: int | None = None,
        seed: int | None = None,
        *,
        stderr: float | None = None,
        executor: Any = None,
        checkpoint: Any = None,
        progress: bool | None = None,
    ) -> Any:
        """Estimate the mean Euler characteristic of sections by random n-dimensional subspaces.

        * ``n``: dimension of the uniformly random subspace L, 0 <= n <= d; the section is A ∩ L ∩
          S^{d-1}.
        * ``samples``: number of subspaces; with ``stderr`` the largest number.
        * ``seed``: a nonnegative integer that names the run.
        * ``stderr``: end the run once the standard error is at most ``stderr``.
        * ``executor``, ``checkpoint``, ``progress``: see ``polygeo.sampling.run``.

        Returns a `polygeo.cones.section.SectionEstimate`: the mean, and the value of the kinematic
        formula. For a convex cone that is no subspace the mean is the probability that the subspace
        meets the cone outside 0; for other sets it is no probability. DomainError where
        `signed_cones` raises it. Source: schneiderweil2008stochastic, theorem 6.5.6.

        >>> from polygeo.cones import Orthant, SignCountFan
        >>> run = Orthant(4).estimate_section_euler_characteristic(2, 5000, seed=1)
        >>> run.expected, run.agrees()
        (mpq(1,2), True)
        >>> run = SignCountFan(6, 3).estimate_section_euler_characteristic(3, 5000, seed=1)
        >>> run.expected == SignCountFan(6, 3).intrinsic_volumes().half_tail(4) * 2, run.agrees()
        (True, True)
        """
        from polygeo.cones.section import estimate_section

        return estimate_section(
            self, n, samples, seed,
            stderr=stderr, executor=executor, checkpoint=checkpoint, progress=progress,
        )  # fmt: skip

    def estimate_rotation_euler_characteristic(
        self,
        other: Any,
        samples: int | None = None,
        seed: int | None = None,
        *,
        stderr: float | None = None,
        executor: Any = None,
        checkpoint: Any = None,
        progress: bool | None = None,
    ) -> Any:
        """Estimate the mean Euler characteristic of A ∩ gB ∩ S^{d-1}, g a random rotation.

        * ``other``: B, a cone or a union in the same space.
        * ``samples``, ``seed``, ``stderr``, ``executor``, ``checkpoint``, ``progress``: as in
          `estimate_section_euler_characteristic`, with the same kind of answer and the same errors.

        >>> from polygeo.cones import MonotoneCone, Orthant
        >>> run = Orthant(3).estimate_rotation_euler_characteristic(MonotoneCone(3), 5000, seed=1)
        >>> run.expected, run.agrees()
        (mpq(5,8), True)
        """
        from polygeo.cones.section import estimate_rotation

        return estimate_rotation(
            self, other, samples, seed,
            stderr=stderr, executor=executor, checkpoint=checkpoint, progress=progress,
        )  # fmt: skip
