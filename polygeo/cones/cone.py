"""The contract of a closed convex cone, and the cones made from others: polar, product, embedding.

A cone is an immutable value. It knows its ambient dimension, its dimension, its lineality (the
dimension of the largest linear subspace inside), its polar cone {y : <x, y> <= 0 on C}, which
points it contains, and its conic intrinsic volumes. Families say more where more is known.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import integer, rational
from polygeo.answers.options import instance
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["Cone", "PolarCone", "ProductCone", "checked_dim", "point_of"]

DIGITS = 30
"""Digits to which certified volumes are computed when none are asked for."""

MAX_DIM = 10_000
"""Largest ambient dimension that is tried: a volume vector has that many entries."""


def point_of(x: Any, dim: int) -> tuple[mpq, ...]:
    """A point of R^dim with exact rational coordinates (floats are the dyadics they are).

    >>> point_of([1, "1/3", 0.5], 3)
    (mpq(1,1), mpq(1,3), mpq(1,2))
    """
    entries = sequence(x, f"a point of R^{dim}")
    if len(entries) != dim:
        raise DomainError(f"a point of R^{dim} has {dim} coordinates; got {len(entries)}")
    return tuple(rational(coordinate, "a coordinate") for coordinate in entries)


def checked_dim(d: Any, name: str = "d", least: int = 0) -> int:
    """An ambient dimension within [least, MAX_DIM]."""
    dim = integer(d, name)
    if not least <= dim <= MAX_DIM:
        raise DomainError(f"{name} must lie in [{least}, {MAX_DIM}]; got {name}={dim}")
    return dim


class Cone(ABC):
    """A closed convex cone in R^ambient_dim. Subclasses are frozen dataclasses, hence hashable.

    >>> from polygeo.cones import HalfSpace, Orthant
    >>> wedge = Orthant(2) * HalfSpace(2)
    >>> wedge.ambient_dim, wedge.dim, wedge.lineality_dim, wedge.solid_angle()
    (4, 4, 1, mpq(1,8))
    """

    @property
    @abstractmethod
    def ambient_dim(self) -> int:
        """Dimension of the space that the cone lives in."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """Dimension of the linear span."""

    @property
    @abstractmethod
    def lineality_dim(self) -> int:
        """Dimension of the largest linear subspace inside the cone."""

    @abstractmethod
    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        """(v_0, ..., v_d): exact where possible, otherwise balls of about ``digits`` digits."""

    @abstractmethod
    def contains(self, x: Sequence[Any]) -> bool:
        """Whether a rational point lies in the cone; exact."""

    @property
    def is_subspace(self) -> bool:
        """Whether the cone is a linear subspace (then Gauss-Bonnet does not hold)."""
        return self.dim == self.lineality_dim

    def polar(self) -> Cone:
        """{y : <x, y> <= 0 for all x in the cone}."""
        return PolarCone(self)

    def project(self, points: Any) -> Any:
        """The nearest points of the cone to the rows of a (n, d) array; float64 (n, d).

        Of any size; right to the rounding of a few operations relative to the size of the row,
        also on faces, for ties and for counts: no solver is believed that does not satisfy the
        conditions p in C, y - p in the polar, <p, y - p> = 0. DomainError where no projection
        routine is known. Source: moreau1962decomposition.

        >>> from polygeo.cones import PolyhedralCone
        >>> cycle = PolyhedralCone(inequalities=[[-1, 1, 0], [0, -1, 1], [1, 0, -1]])
        >>> cycle.project([[6, 4, 5]])
        array([[5., 5., 5.]])
        """
        from polygeo.cones.projection import checked_points

        return self._nearest(checked_points(points, self.ambient_dim))

    def _nearest(self, points: Any) -> Any:
        """`project` for a float64 array with coordinates of any size."""
        from polygeo.cones.projection import projected

        return projected(self, points)

    def _project(self, points: Any) -> Any:
        """`project` for a float64 array whose rows have squared lengths that are numbers."""
        raise DomainError(f"no projection routine is known for {self!r}")

    def projection_counts(self, samples: int, seed: int, **options: Any) -> Any:
        """The angles of projected samples, a ``polygeo.sampling.ProjectionCounts``.

        For the statistical dimension and the variance with their own standard errors; ``options``
        (executor, checkpoint, progress) as in ``polygeo.sampling.estimate_projections``.
        """
        from polygeo.cones.projection import counts_of

        return counts_of(self, samples, seed, **options)

    def estimate_intrinsic_volumes(
        self,
        samples: int,
        seed: int,
        *,
        log_concave: bool = True,
        replicates: int = 200,
        confidence: float = 0.95,
        **options: Any,
    ) -> tuple[Any, ...]:
        """Estimates of (v_0, ..., v_d) from lengths of projections, by maximum likelihood.

        For cones with `project`; see ``polygeo.sampling.ProjectionCounts.volumes``: log-concave
        weights are regularised and slightly biased, and the mixture behind them is ill-
        conditioned for large d. DomainError for subspaces and where no projection is known.
        """
        counts = self.projection_counts(samples, seed, **options)
        return counts.volumes(log_concave=log_concave, replicates=replicates, confidence=confidence)

    def statistical_dimension(self, digits: int = DIGITS) -> Any:
        """sum_k k v_k = E |P_C g|^2, exact or certified."""
        return self.intrinsic_volumes(digits).statistical_dimension()

    def solid_angle(self, digits: int = DIGITS) -> Any:
        """v_d: the fraction of the sphere S^{d-1} that the cone covers."""
        return self.intrinsic_volumes(digits)[self.ambient_dim]

    def embed(self, d: int) -> Cone:
        """The same cone in R^d, d >= ambient_dim: coordinates 0 are appended."""
        space = checked_dim(d)
        if space < self.ambient_dim:
            raise DomainError(f"embed needs d >= {self.ambient_dim}; got d={space}")
        if space == self.ambient_dim:
            return self
        return self * self._origin(space - self.ambient_dim)

    def _origin(self, dim: int) -> Cone:
        """{0} in R^dim, as a factor of this cone."""
        from polygeo.cones.families.subspace import Subspace

        return Subspace(0, dim)

    def __mul__(self, other: Cone) -> Cone:
        """The product cone in R^(d1 + d2)."""
        if not isinstance(other, Cone):
            return NotImplemented
        left = self.factors if isinstance(self, ProductCone) else (self,)
        right = other.factors if isinstance(other, ProductCone) else (other,)
        return ProductCone((*left, *right))


@dataclass(frozen=True, repr=False)
class ProductCone(Cone):
    """C_1 x ... x C_r; volumes convolve, polars and dimensions are taken factor by factor.

    Raises DomainError unless there is at least one factor, and all are cones.

    >>> from polygeo.cones import Orthant, Ray
    >>> wedge = Orthant(2) * Ray(2)
    >>> wedge, wedge.intrinsic_volumes()
    (Orthant(d=2) * Ray(d=2), IntrinsicVolumes(1/8, 3/8, 3/8, 1/8, 0))
    """

    factors: tuple[Cone, ...]

    def __post_init__(self) -> None:
        parts = sequence(self.factors, "a product of cones")
        for part in parts:
            if not isinstance(part, Cone):
                raise DomainError(f"a product of cones needs cones; got {type(part).__name__}")
        if not parts:
            raise DomainError("a product of cones needs at least one factor")
        object.__setattr__(self, "factors", parts)

    def __repr__(self) -> str:
        return " * ".join(map(repr, self.factors))

    @property
    def ambient_dim(self) -> int:
        return sum(factor.ambient_dim for factor in self.factors)

    @property
    def dim(self) -> int:
        return sum(factor.dim for factor in self.factors)

    @property
    def lineality_dim(self) -> int:
        return sum(factor.lineality_dim for factor in self.factors)

    def polar(self) -> Cone:
        return ProductCone(tuple(factor.polar() for factor in self.factors))

    def contains(self, x: Sequence[Any]) -> bool:
        point = point_of(x, self.ambient_dim)
        start = 0
        for factor in self.factors:
            if not factor.contains(point[start : start + factor.ambient_dim]):
                return False
            start += factor.ambient_dim
        return True

    def _project(self, points: Any) -> Any:
        result, start = points.copy(), 0
        for factor in self.factors:
            place = slice(start, start + factor.ambient_dim)
            result[:, place] = factor._nearest(points[:, place])
            start += factor.ambient_dim
        return result

    def _nearest(self, points: Any) -> Any:
        """Each factor at the scale of its own coordinates."""
        return self._project(points)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        volumes = self.factors[0].intrinsic_volumes(digits)
        for factor in self.factors[1:]:
            volumes = volumes * factor.intrinsic_volumes(digits)
        return volumes


@dataclass(frozen=True, repr=False)
class PolarCone(Cone):
    """The polar of a cone that has no closed form of its own; polar of the polar is the cone.

    Membership is left to families that know inequalities of the polar.

    >>> from polygeo.cones import LorentzCone
    >>> polar = LorentzCone(3).polar()
    >>> polar, polar.contains([3, 4, -5]), polar.polar()
    (LorentzCone(d=3).polar(), True, LorentzCone(d=3))
    """

    cone: Cone

    def __post_init__(self) -> None:
        instance(self.cone, "cone", Cone)  # type: ignore[type-abstract]

    def __repr__(self) -> str:
        return f"{self.cone!r}.polar()"

    @property
    def ambient_dim(self) -> int:
        return self.cone.ambient_dim

    @property
    def dim(self) -> int:
        return self.ambient_dim - self.cone.lineality_dim

    @property
    def lineality_dim(self) -> int:
        return self.ambient_dim - self.cone.dim

    def polar(self) -> Cone:
        return self.cone

    def contains(self, x: Sequence[Any]) -> bool:
        """Through the family's ``polar_contains``, where it has one."""
        test = getattr(self.cone, "polar_contains", None)
        if test is None:
            raise DomainError(f"no membership test is known for {self!r}")
        return bool(test(x))

    def _project(self, points: Any) -> Any:
        """Moreau: y is the sum of its projections on the cone and on its polar."""
        return points - self.cone._project(points)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        return self.cone.intrinsic_volumes(digits).polar()
