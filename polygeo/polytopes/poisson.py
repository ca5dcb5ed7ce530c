"""Cells of Poisson tessellations, and the Poisson polytopes that they are polar to.

The hull of a Poisson process of intensity |x|^-(d+alpha) in R^d is a polytope: the points pile up
at 0. Its polar is, up to scale, for alpha = d the typical cell of the Poisson-Voronoi tessellation,
and for alpha = 1 the zero cell (the cell that contains 0) of the stationary isotropic Poisson
hyperplane tessellation (kabluchkothaelezaporozhets2020beta).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb, factorial, gamma, pi
from typing import TYPE_CHECKING, Any, ClassVar

from flint import fmpq, fmpq_poly
from gmpy2 import mpq

from polygeo.answers.decimals import significant
from polygeo.answers.exact import integer, is_expression, shorten
from polygeo.answers.options import flag, set_fields
from polygeo.errors import DomainError
from polygeo.polytopes.angles.pipolynomial import PiPolynomial
from polygeo.polytopes.angles.simplices import BetaPrimeSimplices
from polygeo.polytopes.cells_simulation import (
    poisson_cell_counts,
    poisson_cell_polar,
    polar_vertices,
)
from polygeo.polytopes.faces import (
    AngleSumPolytope,
    checked_dimension,
    expected_faces,
    parameter,
)
from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.model import RandomPolytope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PoissonPolytope", "PoissonVoronoiCell", "PoissonZeroCell"]

MAX_CELL = 60
"""Largest dimension of a Poisson-Voronoi cell, where its f-vector takes some seconds."""

MAX_ZERO = 60
"""Largest dimension in which the f-vector of a zero cell is exact unasked."""


@dataclass(frozen=True)
class PoissonPolytope(AngleSumPolytope):
    """Convex hull of a Poisson process of intensity |x|^-(d+alpha) in R^d.

    * ``d``: dimension; ``alpha``: a rational number in [1/100, 200].

    The limit of beta' polytopes with alpha = 2 beta - d, rescaled, as n grows. Exact for integer
    alpha (in Q if alpha is even), else certified, where alpha is bounded below as in
    `BetaPrimePolytope`. The process has infinitely many points near 0, so that the polytope is
    always full-dimensional; a sample has as many points as determine the hull.

    >>> PoissonPolytope(2, 2).f_vector(), PoissonPolytope(3, 2).f_vector()
    (FVector(6, 6), FVector(12, 30, 20))
    """

    d: int
    alpha: mpq
    source: ClassVar[str] = "polytopes.poisson_faces"

    def __post_init__(self) -> None:
        set_fields(self, d=checked_dimension(self.d))
        alpha = parameter(self.alpha, "alpha")
        if not mpq(1, 100) <= alpha <= 200:
            raise DomainError(f"alpha must lie in [1/100, 200]; got alpha={shorten(alpha)}")
        set_fields(self, alpha=alpha)

    @property
    def angles(self) -> BetaPrimeSimplices:
        """Angle sums of the simplices in E f_k."""
        return BetaPrimeSimplices(self.alpha)

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        return poisson_cell_polar(stream, self.d, float(self.alpha))

    def _face_counts(self, stream: np.random.Generator) -> NDArray[np.int64]:
        """Also where points are too far away for floats."""
        return poisson_cell_counts(stream, self.d, float(self.alpha))[::-1]


@dataclass(frozen=True)
class PoissonVoronoiCell(RandomPolytope):
    """Typical cell of the Poisson-Voronoi tessellation of R^d; the cell is simple.

    * ``d``: dimension, 1 <= d <= 60.

    Exact: rational in even dimensions, in Q[pi^2, 1/pi^2] in odd ones. From d = 27 on, exact
    numbers in odd dimensions would take long; the numbers are certified there.

    >>> PoissonVoronoiCell(2).f_vector(), PoissonVoronoiCell(3).f_vector()
    (FVector(6, 6), FVector(96*pi**2/35, 144*pi**2/35, 2 + 48*pi**2/35))
    >>> PoissonVoronoiCell(4).f_vector()
    FVector(1430/9, 2860/9, 590/3, 340/9)
    """

    d: int
    source: ClassVar[str] = "polytopes.poisson_voronoi"

    def __post_init__(self) -> None:
        set_fields(self, d=checked_dimension(self.d, most=MAX_CELL))

    def f_vector(self, digits: int = 30, *, exact: bool | None = None) -> FVector:
        """Return the expected f-vector (E f_0, ..., E f_{d-1}), exact or certified.

        * ``digits``, ``exact``: as in `BetaPolytope.f_vector`.
        """
        wanted = None if exact is None else flag(exact, "exact")
        return _voronoi(self.d, significant(digits), wanted)

    def typical_face(self, s: int) -> FVector:
        """Return the expected f-vector of the typical s-dimensional face of the tessellation.

        * ``s``: dimension of the face, 1 <= s <= d; DomainError otherwise.

        E f_i(typical s-face) = C(d-i, d-s) E f_i(cell) / E f_s(cell), since the tessellation is
        normal: an i-face lies in C(d-i+1, s-i) s-faces and in d-i+1 cells
        (schneiderweil2008stochastic, section 10.1).

        >>> PoissonVoronoiCell(3).typical_face(2)
        FVector(144*pi**2/(35 + 24*pi**2), 144*pi**2/(35 + 24*pi**2))
        """
        dim = integer(s, "s")
        if not 1 <= dim <= self.d:
            raise DomainError(f"a face needs 1 <= s <= {self.d}; got s={shorten(dim)}")
        if dim == self.d:
            return self.f_vector()
        return FVector(
            (self._mean(i, dim) for i in range(dim)), source="polytopes.delaunay_degrees"
        )

    def delaunay_degree(self, k: int, j: int) -> Any:
        """Return the mean number of Delaunay j-simplices at a typical Delaunay k-simplex.

        * ``k``, ``j``: dimensions, 0 <= k <= j <= d; DomainError otherwise.

        Simplices with j + 1 vertices are dual to (d-j)-faces of cells.

        >>> PoissonVoronoiCell(2).delaunay_degree(0, 1), PoissonVoronoiCell(2).delaunay_degree(1, 2)
        (mpq(6,1), mpq(2,1))
        """
        small, large = integer(k, "k"), integer(j, "j")
        if not 0 <= small <= large <= self.d:
            raise DomainError(
                f"simplices of dimensions k, j need 0 <= k <= j <= {self.d}; "
                f"got k={shorten(small)}, j={shorten(large)}"
            )
        return self._mean(self.d - large, self.d - small)

    def _mean(self, i: int, s: int) -> Any:
        """Return the mean number of i-faces of a typical s-face of the tessellation."""
        values = [*self.f_vector(), mpq(1)]
        quotient = values[i] / values[s]
        if is_expression(quotient):
            quotient = quotient.cancel()
        return comb(self.d - i, self.d - s) * quotient

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        """Vertices of the cell of 0 in a process of intensity 1 (Slivnyak: with 0 added)."""
        volume = pi ** (self.d / 2) / gamma(self.d / 2 + 1)
        # A point x keeps {y : <y, x> <= |x|^2/2}; the volumes of the balls are the arrival times.
        cell = polar_vertices(poisson_cell_polar(stream, self.d, self.d))
        return cell / (2 * volume ** (1 / self.d))

    def _face_counts(self, stream: np.random.Generator) -> NDArray[np.int64]:
        return poisson_cell_counts(stream, self.d, self.d)


@dataclass(frozen=True)
class PoissonZeroCell(RandomPolytope):
    """Cell of 0 in the isotropic Poisson hyperplane tessellation of R^d; the cell is simple.

    * ``d``: dimension, 1 <= d <= 120.

    In closed form, d <= 120 (kabluchko2019expected): with
    P(x) = (1 + (d-1)^2 x^2)(1 + (d-3)^2 x^2)..., the last factor being that of 1 or 2,

        E f_k = pi^(d-k)/(d-k)! A[d, d-k],

    A[d, j] the coefficient of x^j in P(x) for j even, and for j odd in the expansion at infinity of
    P(x) tanh(pi/(2x)) for d even, P(x) coth(pi/(2x)) for d odd. `poisson_sum` is the other method.

    >>> PoissonZeroCell(2).f_vector(), PoissonZeroCell(3).f_vector()
    (FVector(pi**2/2, pi**2/2), FVector(4*pi**2/3, 2*pi**2, 2 + 2*pi**2/3))
    """

    d: int
    source: ClassVar[str] = "polytopes.zero_cell"

    def __post_init__(self) -> None:
        set_fields(self, d=checked_dimension(self.d))

    def f_vector(self, digits: int = 30, *, exact: bool | None = None) -> FVector:
        """Return the expected f-vector (E f_0, ..., E f_{d-1}), exact or certified.

        * ``digits``: significant digits of Balls (default 30).
        * ``exact``: None (default) gives exact numbers for d <= 60; True for all d; False asks for
          Balls.

        In high dimensions the powers of pi cancel to very many digits: `polygeo.decimal` and
        ``f_vector().decimal`` see to that, float(..) of SymPy does not.
        """
        significant(digits)
        vector = _zero_cell(self.d)
        if self.d <= MAX_ZERO if exact is None else flag(exact, "exact"):
            return vector
        return vector.enclosed(digits)

    def poisson_sum(self) -> FVector:
        """Return the f-vector by another formula, from angles of simplices.

        The vector is the polar of that of `PoissonPolytope` with alpha = 1.
        """
        return PoissonPolytope(self.d, mpq(1)).f_vector(exact=True).polar()

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        """Vertices; scaled so that one hyperplane in the mean meets a ball of radius 1."""
        return polar_vertices(poisson_cell_polar(stream, self.d, 1.0))

    def _face_counts(self, stream: np.random.Generator) -> NDArray[np.int64]:
        return poisson_cell_counts(stream, self.d, 1.0)


@lru_cache(maxsize=128)
def _voronoi(d: int, digits: int, exact: bool | None) -> FVector:
    source = PoissonVoronoiCell.source
    return expected_faces(BetaPrimeSimplices(d), None, d, digits, exact, source=source).polar()


@lru_cache(maxsize=128)
def _zero_cell(d: int) -> FVector:
    product = fmpq_poly([1])
    for i in range(d - 1, 0, -2):
        product *= fmpq_poly([1, 0, i * i])
    series = _hyperbolic(d // 2 + 2, cotangent=d % 2 == 1)
    values = []
    for k in range(d):
        j = d - k
        if j % 2 == 0:
            coefficient = PiPolynomial({0: mpq(int(product[j].p), int(product[j].q))})
        else:  # the terms (pi/(2x))^i, i = 1, 3, ..., and i = -1 for coth
            coefficient = PiPolynomial(
                {
                    i: mpq(int(product[j + i].p), int(product[j + i].q)) * t / mpq(2) ** i
                    for i, t in series.items()
                    if 0 <= j + i <= d
                }
            )
        values.append(coefficient * PiPolynomial({j: mpq(1, factorial(j))}))
    return FVector(values, source=PoissonZeroCell.source)


def _hyperbolic(terms: int, cotangent: bool) -> dict[int, mpq]:
    """Coefficients of tanh y or coth y at y = 0, by exponent, so many of them."""
    sine = [fmpq(1, factorial(2 * i + 1)) for i in range(terms)]
    cosine = [fmpq(1, factorial(2 * i)) for i in range(terms)]
    top, bottom = (cosine, sine) if cotangent else (sine, cosine)
    found: list[fmpq] = []
    for i in range(terms):
        rest = sum((bottom[s] * found[i - s] for s in range(1, i + 1)), fmpq(0))
        found.append(top[i] - rest)
    return {2 * i + (-1 if cotangent else 1): mpq(int(c.p), int(c.q)) for i, c in enumerate(found)}
