"""Gaussian polytopes: the convex hull of independent normal points, and its symmetric version.

A projection of the regular simplex (crosspolytope) onto a uniformly random subspace is, up to an
affine (linear) map, a Gaussian polytope (baryshnikovvitale1994regular), so that the expected face
numbers are those of `polygeo.polytopes.projected_faces`.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.certification import ends
from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.options import set_fields
from polygeo.errors import DomainError, Undecided
from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.model import RandomPolytope
from polygeo.polytopes.projected_faces import (
    SOURCES,
    original_faces,
    projected_f_vector,
    projected_faces,
)
from polygeo.volumes.regular import MAX_VERTICES

__all__ = [
    "GaussianPolytope",
    "RegularProjection",
    "SurvivingFaces",
    "SymmetricGaussianPolytope",
]

MAX_DIM = 400
"""Largest d of an f-vector: d^2/4 internal angles enter."""


class SurvivingFaces(RandomPolytope):
    """A random projection of a polytope that knows with which probability a face survives it."""

    @abstractmethod
    def surviving(self, k: Any, digits: int = 30) -> Any:
        """Return the probability that one k-face survives the projection.

        * ``k``: an integer, 0 <= k < d; DomainError otherwise.
        * ``digits``: significant digits of a Ball (default 30).
        """

    def survivors(self, level: Any = "1/2") -> int:
        """Return the largest k with ``surviving(k)`` >= level; -1 if there is none.

        * ``level``: a rational number in (0, 1) (default 1/2); DomainError otherwise.

        A face of a surviving face survives, so that the probability falls with k.

        >>> from polygeo.polytopes import ProjectedCube
        >>> ProjectedCube(1000, 750).survivors()
        500
        """
        bound = rational(level, "level")
        if not 0 < bound < 1:
            raise DomainError(f"level must lie strictly between 0 and 1; got {shorten(bound)}")

        def survives(k: int) -> bool:
            for digits in (10, 30, 100):
                low, high = ends(self.surviving(k, digits))
                if bound <= low or high < bound:
                    return bool(bound <= low)
            raise Undecided(f"whether {shorten(bound)} of the {k}-faces survive is open")

        low, high = -1, self.dim
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if survives(middle) else (low, middle)
        return low


@dataclass(frozen=True)
class RegularProjection(SurvivingFaces):
    """What the random projections of simplex and crosspolytope have in common: n and d."""

    n: int
    d: int
    _c: ClassVar[int]

    def __post_init__(self) -> None:
        size, space = integer(self.n, "n"), integer(self.d, "d")
        least = space + (self._c == 1)
        if not 1 <= space <= MAX_DIM or not least <= size <= MAX_VERTICES:
            raise DomainError(
                f"{type(self).__name__} needs 1 <= d <= {MAX_DIM} and "
                f"{'d + 1' if self._c == 1 else 'd'} <= n <= {MAX_VERTICES}; "
                f"got n={size}, d={space}"
            )
        set_fields(self, n=size, d=space)

    def f_vector(self, digits: int = 30) -> FVector:
        """Return the expected f-vector (E f_0, .., E f_{d-1}).

        * ``digits``: significant digits of the Balls (default 30).

        Exact where every realisation has the same faces (d = 1, or the dimension of the regular
        polytope) and, with arcsines, for d <= 3 up to two dimensions below it; else Balls of about
        ``digits`` digits. Source: affentrangerschneider1992random.
        """
        values = projected_f_vector(self._c, self.n, self.d, digits)
        return FVector(values, source=self.source)

    def faces(self, k: Any, digits: int = 30) -> Any:
        """Return E f_k, the expected number of faces of dimension k, without the other entries.

        * ``k``: an integer, 0 <= k < d; DomainError otherwise.
        * ``digits``: significant digits of a Ball (default 30).
        """
        return projected_faces(self._c, self.n, self.d, self._face_dimension(k), digits)

    def surviving(self, k: Any, digits: int = 30) -> Any:
        """Return the probability E f_k / f_k(polytope) that one k-face survives the projection.

        * ``k``: an integer, 0 <= k < d; DomainError otherwise.
        * ``digits``: significant digits of a Ball (default 30).

        In the limit of n -> infinity it falls from 1 to 0 at Donoho and Tanner's weak threshold
        k/d = rho_W(d/n) (donohotanner2009counting).
        """
        face = self._face_dimension(k)
        return self.faces(face, digits) / original_faces(self._c, self.n, face)

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        self._check_entries(self._c * self.n * self.d)
        points = self._images(stream)
        return points if self._c == 1 else np.concatenate([points, -points])

    def _images(self, stream: np.random.Generator) -> NDArray[np.float64]:
        """Return the images (n, d) of the unit vectors."""
        return stream.standard_normal((self.n, self.d))


class GaussianPolytope(RegularProjection):
    """Convex hull of n independent standard normal points X_1, .., X_n in R^d.

    * ``n``, ``d``: integers, 1 <= d < n, d <= 400; DomainError otherwise.

    >>> GaussianPolytope(4, 2).f_vector()
    FVector(6*asin(1/3)/pi + 3, 6*asin(1/3)/pi + 3)
    >>> GaussianPolytope(100, 10).facets(20).decimal(20)
    '550381.07976284222918'
    >>> GaussianPolytope(100, 3).sample(seed=1).shape
    (100, 3)
    """

    _c = 1
    source = SOURCES[1]


class SymmetricGaussianPolytope(RegularProjection):
    """Convex hull of n independent standard normal points in R^d and their negatives.

    * ``n``, ``d``: integers, 1 <= d <= n, d <= 400; DomainError otherwise.

    The points are X_1, -X_1, .., X_n, -X_n.

    >>> SymmetricGaussianPolytope(3, 3).f_vector()
    FVector(6, 12, 8)
    >>> SymmetricGaussianPolytope(50, 4).f_vector(12).decimal(10)
    ('39.18828435', '211.8122440', '345.2479193', '172.6239597')
    """

    _c = 2
    source = SOURCES[2]
