"""The contract of a closed convex cone, and the cones made from others: polar, product, embedding.

A cone is an immutable value. It knows its ambient dimension, its dimension, its lineality (the
dimension of the largest linear subspace inside), its polar cone {y : <x, y> <= 0 on C}, which
points it contains, and its conic intrinsic volumes. Families say more where more is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import mul
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import integer, rational
from polygeo.answers.options import instance, set_fields
from polygeo.answers.sequence import sequence
from polygeo.cones.conic_set import DIGITS, SECONDS, ConicSet
from polygeo.cones.registry import FAMILIES
from polygeo.cones.work import seconds_of
from polygeo.errors import DomainError
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["DIGITS", "Cone", "PolarCone", "ProductCone", "checked_dim", "point_of"]

MAX_DIM = 10_000
"""Largest ambient dimension d: a volume vector has d + 1 entries."""


def point_of(x: Any, dim: int) -> tuple[mpq, ...]:
    """Read a point of R^dim with exact rational coordinates (floats are read as dyadic rationals).

    >>> point_of([1, "1/3", 0.5], 3)
    (mpq(1,1), mpq(1,3), mpq(1,2))
    """
    entries = sequence(x, f"a point of R^{dim}")
    if len(entries) != dim:
        raise DomainError(f"a point of R^{dim} has {dim} coordinates; got {len(entries)}")
    return tuple(rational(coordinate, "a coordinate") for coordinate in entries)


def checked_dim(d: Any, name: str = "d", least: int = 0) -> int:
    """Return an ambient dimension as an int; DomainError unless it lies in [least, 10 000]."""
    dim = integer(d, name)
    if not least <= dim <= MAX_DIM:
        raise DomainError(f"{name} must lie in [{least}, {MAX_DIM}]; got {name}={dim}")
    return dim


class Cone(ConicSet):
    """A closed convex cone in R^ambient_dim; an immutable value, hashable.

    A family is an ``ambient_dim`` and a description, `as_polyhedral`; membership, dimensions,
    volumes, projections, sections and samples follow. A family that knows more overrides them. A
    family that is not polyhedral has ``dim``, ``lineality_dim``, ``contains``,
    ``intrinsic_volumes`` and ``_project`` of its own. Subclasses are frozen dataclasses.

    >>> from polygeo.cones import HalfSpace, Orthant
    >>> wedge = Orthant(2) * HalfSpace(2)
    >>> wedge.ambient_dim, wedge.dim, wedge.lineality_dim, wedge.solid_angle()
    (4, 4, 1, mpq(1,8))
    """

    def as_polyhedral(self) -> Any:
        """Return the cone as a `PolyhedralCone`, described by rational rays or inequalities.

        Polars and products of cones with a description have a description. DomainError for a cone
        that is not polyhedral or has no rational description.

        >>> from polygeo.cones import MonotoneCone, WeylChamber
        >>> MonotoneCone(3).as_polyhedral()
        PolyhedralCone(inequalities=[[-1, 1, 0], [0, -1, 1]])
        >>> WeylChamber("H", 3).as_polyhedral()
        Traceback (most recent call last):
        polygeo.errors.DomainError: no polyhedral description with rational numbers is known for ...
        """
        raise DomainError(f"no polyhedral description with rational numbers is known for {self!r}")

    @cached_property
    def _polyhedral(self) -> Any:
        """`as_polyhedral`, kept with the conversions and factorisations that it has made."""
        return self.as_polyhedral()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_polyhedral"}

    @property
    def dim(self) -> int:
        """Dimension of the linear span."""
        return int(self._polyhedral.dim)

    @property
    def lineality_dim(self) -> int:
        """Dimension of the largest linear subspace inside the cone."""
        return int(self._polyhedral.lineality_dim)

    def contains(self, x: Sequence[Any]) -> bool:
        return bool(self._polyhedral.contains(x))

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether a point lies in the polar cone (exact).

        * ``x``: ambient_dim rational coordinates.

        DomainError where no test is known.
        """
        try:
            polar = self._polyhedral.polar()
        except DomainError:
            raise DomainError(f"no membership test is known for {self!r}.polar()") from None
        return bool(polar.contains(x))

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        volumes: IntrinsicVolumes = self._polyhedral.intrinsic_volumes(digits)
        return volumes

    def signed_cones(self) -> Sequence[tuple[int, Any]]:
        """Return the cone itself with coefficient 1, as a `PolyhedralCone`; see `as_polyhedral`."""
        return ((1, self._polyhedral),)

    @property
    def as_cone(self) -> Cone:
        """The cone itself."""
        return self

    @property
    def is_subspace(self) -> bool:
        """Whether the cone is a linear subspace (then Gauss-Bonnet does not hold)."""
        return self.dim == self.lineality_dim

    def polar(self) -> Cone:
        """Return the polar cone {y : <x, y> <= 0 for all x in the cone}."""
        return PolarCone(self)

    def project(self, points: Any) -> Any:
        """Compute the nearest points of the cone to the rows of an array, in float64.

        * ``points``: an array (n, d) of finite numbers of any size.

        Returns an array (n, d), right to the rounding of a few operations relative to the size of
        the row, also on faces, for ties and for counts. No solver is trusted: the conditions p in
        C, y - p in the polar, <p, y - p> = 0 are checked. DomainError where no projection is known.
        Source: moreau1962decomposition.

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
        try:
            polyhedral = self._polyhedral
        except DomainError:
            raise DomainError(f"no projection routine is known for {self!r}") from None
        return polyhedral._project(points)

    def _check_no_subspace(self) -> None:
        if self.is_subspace:
            raise DomainError(
                f"the cone is a linear subspace of dimension {self.dim}: its volumes are exact"
            )

    def _estimator(self, method: Any) -> str:
        """ "faces" or "lengths": faces unless no polyhedral description is known."""
        if method is None:
            try:
                return "faces" if self._polyhedral else "lengths"
            except DomainError:
                return "lengths"
        return super()._estimator(method)

    def face_counts(
        self, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        return self._polyhedral.face_counts(samples, seed, **options)

    def projection_counts(
        self, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        from polygeo.cones.projection import counts_of

        return counts_of(self, samples, seed, **options)

    def estimate_solid_angle(self, samples: int, seed: int, **options: Any) -> Any:
        """Estimate the angle of the cone in its own span, with a small relative error.

        * ``samples``: number of quasi-random points.
        * ``seed``: a nonnegative integer that names the run.
        * ``options``: as in ``polygeo.sampling.orthants.solid_angle.estimate_solid_angle``.

        Returns an `Estimate` of v_k, k = dim: for a full-dimensional cone the solid angle as a
        share of the sphere, for another cone the share of the sphere of its span. The same call for
        the polar cone estimates v_l, l = lineality_dim, of this cone. Quasi-Monte-Carlo from the
        inequalities of `as_polyhedral`, converted if necessary. DomainError for a subspace and
        where no polyhedral description is known.

        >>> from polygeo.cones import NonnegativeMonotoneCone
        >>> NonnegativeMonotoneCone(2).estimate_solid_angle(64, 1).agrees(1 / 8)
        True
        """
        return self._polyhedral.estimate_solid_angle(samples, seed, **options)

    def statistical_dimension(self, digits: int = DIGITS) -> Any:
        """Compute the statistical dimension sum_k k v_k = E |P_C g|^2: exact or certified.

        * ``digits``: significant digits of a Ball (default 30).
        """
        return self.intrinsic_volumes(digits).statistical_dimension()

    def solid_angle(self, digits: int = DIGITS) -> Any:
        """Compute v_d, the share of the unit sphere that the cone covers: exact or certified.

        * ``digits``: significant digits of a Ball (default 30).
        """
        return self.intrinsic_volumes(digits)[self.ambient_dim]

    def embed(self, d: int) -> Cone:
        """Return the cone in R^d, with d - ambient_dim coordinates 0 appended.

        * ``d``: dimension of the larger space, at least ambient_dim; DomainError otherwise.
        """
        space = checked_dim(d)
        if space < self.ambient_dim:
            raise DomainError(f"embed needs d >= {self.ambient_dim}; got d={space}")
        if space == self.ambient_dim:
            return self
        return self * self._origin(space - self.ambient_dim)

    def _origin(self, dim: int) -> Cone:
        """{0} in R^dim, as a factor of this cone."""
        origin: Cone = FAMILIES["subspace"].make(0, dim)
        return origin

    def __mul__(self, other: Cone) -> Cone:
        """The product cone in R^(d1 + d2)."""
        if not isinstance(other, Cone):
            return NotImplemented
        left = self.factors if isinstance(self, ProductCone) else (self,)
        right = other.factors if isinstance(other, ProductCone) else (other,)
        return ProductCone((*left, *right))


@dataclass(frozen=True, repr=False)
class ProductCone(Cone):
    """The product C_1 x ... x C_r of cones; its volume vector is the convolution of theirs.

    * ``factors``: at least one cone; DomainError otherwise.

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
        set_fields(self, factors=parts)

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

    def as_polyhedral(self) -> Any:
        """Return the product as a `PolyhedralCone`, in the description of the first factor."""
        return reduce(lambda a, b: a.times(b), (factor._polyhedral for factor in self.factors))

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

    def volumes_within(self, seconds: float = SECONDS, digits: int = DIGITS) -> IntrinsicVolumes:
        share = seconds_of(seconds, "seconds") / len(self.factors)
        return reduce(mul, (factor.volumes_within(share, digits) for factor in self.factors))


@dataclass(frozen=True, repr=False)
class PolarCone(Cone):
    """The polar of a cone whose polar has no family of its own; its polar is the cone again.

    Membership needs a family that knows inequalities of the polar.

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

    def as_polyhedral(self) -> Any:
        return self.cone._polyhedral.polar()

    def contains(self, x: Sequence[Any]) -> bool:
        return self.cone.polar_contains(x)

    def polar_contains(self, x: Sequence[Any]) -> bool:
        return self.cone.contains(x)

    def _project(self, points: Any) -> Any:
        """Moreau: y is the sum of its projections on the cone and on its polar."""
        return points - self.cone._project(points)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        return self.cone.intrinsic_volumes(digits).polar()

    def volumes_within(self, seconds: float = SECONDS, digits: int = DIGITS) -> IntrinsicVolumes:
        return self.cone.volumes_within(seconds, digits).polar()
