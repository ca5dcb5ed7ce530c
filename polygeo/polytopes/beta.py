"""Convex hulls of independent points with a beta or beta' law, or uniform on a half-sphere.

Expected f-vectors by `polygeo.polytopes.faces` (kabluchkothaelezaporozhets2020beta for the sums,
kabluchko2021angles for the angles that make them numbers).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.exact import shorten
from polygeo.answers.options import set_fields
from polygeo.errors import DomainError
from polygeo.polytopes.angles.simplices import BetaPrimeSimplices, BetaSimplices
from polygeo.polytopes.faces import (
    AngleSumPolytope,
    checked_dimension,
    checked_points,
    expected_faces,
    parameter,
)
from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.hulls.general_position import exact_counts, generic_counts
from polygeo.polytopes.hulls.scattered import scattered_hull

__all__ = ["BetaPolytope", "BetaPrimePolytope", "HalfSphereHull"]

FLOATS = 300.0
"""Largest log2 of a factor at which points are first treated as floats."""


@dataclass(frozen=True)
class BetaPolytope(AngleSumPolytope):
    """Convex hull of n independent points with density proportional to (1 - |x|^2)^beta, |x| < 1.

    * ``n``, ``d``: number of points and dimension, n >= d + 1.
    * ``beta``: a rational number in [-1, 100]: 0 is the uniform law in the ball, -1 that on the
      sphere (the limit of the densities; it needs d >= 2).

    Expected face numbers are exact for 2 beta integer (in Q if 2 beta + d is odd, else in Q[pi,
    1/pi]), certified for other beta.

    >>> BetaPolytope(4, 2, 0).f_vector()
    FVector(4 - 35/(12*pi**2), 4 - 35/(12*pi**2))
    >>> BetaPolytope(100, 3, -1).f_vector()
    FVector(100, 294, 196)
    >>> BetaPolytope(10, 3, "1/3").f_vector(12).decimal(12)
    ('8.71593423671', '20.1478027101', '13.4318684734')
    """

    n: int
    d: int
    beta: mpq = field(default=mpq(0))
    source: ClassVar[str] = "polytopes.beta_faces"

    def __post_init__(self) -> None:
        d = checked_dimension(self.d)
        beta = parameter(self.beta, "beta")
        if not -1 <= beta <= 100 or (beta == -1 and d == 1):
            needed = "(-1, 100] for d = 1" if d == 1 else "[-1, 100]"
            raise DomainError(f"beta must lie in {needed}; got beta={shorten(beta)}")
        set_fields(self, n=checked_points(self.n, d), d=d, beta=beta)

    @property
    def angles(self) -> BetaSimplices:
        """Angle sums of the simplices that are projected, alpha = 2 beta + d; d >= 2."""
        return BetaSimplices(2 * self.beta + self.d)

    def f_vector(self, digits: int = 30, *, exact: bool | None = None) -> FVector:
        if self.d == 1:
            return FVector([2], source=self.source)
        return super().f_vector(digits, exact=exact)

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        self._check_entries(self.n * self.d)
        directions = _directions(stream, self.n, self.d)
        if self.beta == -1:
            return directions
        squares = stream.beta(self.d / 2, float(self.beta + 1), size=(self.n, 1))
        return directions * squares**0.5


@dataclass(frozen=True)
class BetaPrimePolytope(AngleSumPolytope):
    """Convex hull of n independent points with density proportional to (1 + |x|^2)^(-beta) in R^d.

    * ``n``, ``d``: number of points and dimension, n >= d + 1.
    * ``beta``: a rational number in [d/2 + 1/200, d/2 + 100].

    Exact for 2 beta integer (in Q if 2 beta - d is even), certified for other beta, where alpha = 2
    beta - d must exceed 1/4 in even dimensions d >= 4 and 1/5 in odd ones d >= 5 (by 1/50 of it),
    for below it the integrals of the angles diverge. ``sample`` raises DomainError where a point
    lies beyond the range of float64, which happens for beta close to d/2; simulated face numbers
    are right there too.

    >>> BetaPrimePolytope(6, 3, "5/2").f_vector()
    FVector(39/7, 75/7, 50/7)
    """

    n: int
    d: int
    beta: mpq
    source: ClassVar[str] = "polytopes.beta_prime_faces"

    def __post_init__(self) -> None:
        d, beta = checked_dimension(self.d), parameter(self.beta, "beta")
        if not d + mpq(1, 100) <= 2 * beta <= 200 + d:
            raise DomainError(
                f"beta must lie in [d/2 + 1/200, d/2 + 100]; got d={d}, beta={shorten(beta)}"
            )
        set_fields(self, n=checked_points(self.n, d), d=d, beta=beta)

    @property
    def angles(self) -> BetaPrimeSimplices:
        """Angle sums of the simplices that are projected, alpha = 2 beta - d."""
        return BetaPrimeSimplices(2 * self.beta - self.d)

    def limit(self, digits: int = 30) -> FVector:
        """Return the limit of the f-vector for n to infinity, that of `PoissonPolytope` (d, alpha).

        * ``digits``: significant digits of certified entries (default 30).
        """
        source = "polytopes.poisson_faces"
        return expected_faces(self.angles, None, self.d, digits, source=source)

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        normals, logs = self._scattered(stream)
        with np.errstate(over="ignore", under="ignore"):
            points = np.ldexp(normals * 2 ** (logs % 1), np.floor(logs).astype(np.int64))
        if not np.isfinite(points).all():
            raise DomainError(
                "a point of this sample lies beyond the range of float64: beta is close to d/2"
            )
        return points

    def _face_counts(self, stream: np.random.Generator) -> NDArray[np.int64]:
        """Also where points are too far away for floats."""
        normals, logs = self._scattered(stream)
        if self.d == 1:
            return np.array([2])
        if np.abs(logs).max() < FLOATS:
            return generic_counts(normals * 2**logs)
        whole = np.floor(logs)
        hull = scattered_hull(normals * 2 ** (logs - whole), whole[:, 0].astype(np.int64))
        return exact_counts(hull)

    def _scattered(
        self, stream: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Normal vectors (n, d), and log2 of the factors (n, 1) that make points of them.

        A point is N / sqrt(2 G), G of a gamma law with b = beta - d/2, G = G' U^(1/b) with
        G' of b + 1 and U uniform: its logarithm is finite for every b.
        """
        self._check_entries(self.n * self.d)
        excess = float(self.beta - mpq(self.d, 2))
        normals = stream.standard_normal((self.n, self.d))
        gammas = stream.standard_gamma(excess + 1, size=(self.n, 1))
        logs = stream.standard_exponential((self.n, 1)) / excess - np.log(2 * gammas)
        return normals, logs / (2 * np.log(2))


@dataclass(frozen=True)
class HalfSphereHull(AngleSumPolytope):
    """Spherical convex hull of n independent uniform points on a half-sphere of dimension d.

    * ``n``, ``d``: number of points and dimension, n >= d + 1.

    Its faces are those of the gnomonic projection to R^d, a beta' polytope with beta = (d+1)/2 (so
    alpha = 1); `sample` gives the projected points. Exact, in Q[pi, 1/pi]. As n grows the f-vector
    converges to that of the polar of `PoissonZeroCell`: see `limit`
    (kabluchkomarynychtemesvarithaele2019).

    >>> HalfSphereHull(4, 2).f_vector()
    FVector(6 - 24/pi**2, 6 - 24/pi**2)
    """

    n: int
    d: int
    source: ClassVar[str] = "polytopes.half_sphere_faces"

    def __post_init__(self) -> None:
        set_fields(self, d=checked_dimension(self.d))
        set_fields(self, n=checked_points(self.n, self.d))

    @property
    def angles(self) -> BetaPrimeSimplices:
        """Angle sums of the simplices that are projected, alpha = 1."""
        return BetaPrimeSimplices(1)

    def limit(self) -> FVector:
        """Return the limit of the f-vector for n to infinity, exactly."""
        source = "polytopes.poisson_faces"
        return expected_faces(self.angles, None, self.d, exact=True, source=source)

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        self._check_entries(self.n * self.d)
        normals = stream.standard_normal((self.n, self.d + 1))
        return normals[:, :-1] / abs(normals[:, -1:])


def _directions(stream: np.random.Generator, n: int, d: int) -> NDArray[np.float64]:
    """Uniform points on the sphere."""
    normals = stream.standard_normal((n, d))
    return normals / (normals**2).sum(axis=1, keepdims=True) ** 0.5
