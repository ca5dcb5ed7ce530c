"""Uniformly random projections of the regular simplex, the crosspolytope and the cube.

A polytope of R^n is projected onto a uniformly random d-dimensional subspace. The projected cube
is a generic zonotope, whose faces are parallelepipeds and whose f-vector does not depend on the
projection: a k-face is a choice of k generators and a side of a cell of the arrangement of the
others (zaslavsky1975facing, donohotanner2010counting), which gives

    f_k = 2 C(n, k) sum_{i=0}^{d-k-1} C(n-k-1, i),   0 <= k < d < n,   f_k = 2^{n-k} C(n, k), d = n.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import gmpy2
import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.decimals import significant
from polygeo.answers.exact import integer
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.answers.options import set_fields
from polygeo.errors import DomainError
from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.gaussian import RegularProjection, SurvivingFaces
from polygeo.polytopes.hulls.counting import face_counts
from polygeo.polytopes.projected_faces import SOURCES

__all__ = ["ProjectedCrosspolytope", "ProjectedCube", "ProjectedSimplex", "random_projection"]

MAX_CUBE = 10**5
"""Largest n of the projected cube."""

MAX_CUBE_DIM = 1000
"""Largest d of the projected cube."""

MAX_SAMPLED_CUBE = 16
"""Largest n of a projected cube that is simulated."""


def random_projection(stream: np.random.Generator, n: int, d: int) -> NDArray[np.float64]:
    """Return the images (n, d) of the unit vectors in a uniformly random subspace of R^n.

    Coordinates with respect to a uniformly random orthonormal basis: the Q of a normal matrix,
    with the signs that make the diagonal of R positive.
    """
    q, r = np.linalg.qr(stream.standard_normal((n, d)))
    return q * np.sign(np.diag(r))


class ProjectedSimplex(RegularProjection):
    """Regular simplex with n vertices, projected onto a uniformly random subspace of dimension d.

    * ``n``, ``d``: integers, 1 <= d < n; DomainError otherwise.

    The simplex has dimension n - 1. The expected face numbers are those of `GaussianPolytope`.

    >>> ProjectedSimplex(6, 3).f_vector()
    FVector(15*asin(1/4)/pi + 9/2, 45*asin(1/4)/pi + 15/2, 30*asin(1/4)/pi + 5)
    """

    _c = 1
    source = SOURCES[1]

    def _images(self, stream: np.random.Generator) -> NDArray[np.float64]:
        return random_projection(stream, self.n, self.d)


class ProjectedCrosspolytope(RegularProjection):
    """Crosspolytope of R^n, projected onto a uniformly random subspace of dimension d.

    * ``n``, ``d``: integers, 1 <= d <= n; DomainError otherwise.

    The expected face numbers are those of `SymmetricGaussianPolytope`. `surviving` (k) is the
    probability that an s-sparse vector, s = k + 1, is recovered from d measurements by the least l1
    norm.

    >>> from polygeo.thresholds import recovery_probability
    >>> cross = ProjectedCrosspolytope(200, 70)
    >>> cross.surviving(19, 15).decimal(12), recovery_probability(200, 20, 70).decimal(12)
    ('0.770312118352', '0.770312118352')
    """

    _c = 2
    source = SOURCES[2]

    def _images(self, stream: np.random.Generator) -> NDArray[np.float64]:
        return random_projection(stream, self.n, self.d)


@dataclass(frozen=True)
class ProjectedCube(SurvivingFaces):
    """Cube [-1, 1]^n, projected onto a uniformly random subspace of dimension d.

    * ``n``, ``d``: integers, 1 <= d <= n <= 10^5, d <= 1000; DomainError otherwise.

    The projection is a zonotope, and almost every projection has the same face numbers.

    >>> ProjectedCube(3, 2).f_vector(), ProjectedCube(6, 3).f_vector()
    (FVector(6, 6), FVector(32, 60, 30))
    >>> ProjectedCube(10, 5).surviving(1)
    mpq(93,256)
    """

    n: int
    d: int
    source: ClassVar[str] = "gaussian_polytopes.zonotope"
    _generic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        size, space = integer(self.n, "n"), integer(self.d, "d")
        if not 1 <= space <= min(size, MAX_CUBE_DIM) or size > MAX_CUBE:
            raise DomainError(
                f"ProjectedCube needs 1 <= d <= n <= {MAX_CUBE}, d <= {MAX_CUBE_DIM}; "
                f"got n={size}, d={space}"
            )
        set_fields(self, n=size, d=space)

    def f_vector(self, digits: int = 30) -> FVector:
        """Return the f-vector (f_0, .., f_{d-1}) of almost every projection, exact integers as mpq.

        * ``digits``: without effect, since the numbers are exact.
        """
        values = (self.faces(k, digits) for k in range(self.d))
        return FVector(values, source=self.source)

    def faces(self, k: Any, digits: int = 30) -> mpq:
        """Return f_k, the number of faces of dimension k of almost every projection, exact.

        * ``k``: an integer, 0 <= k < d; DomainError otherwise.
        * ``digits``: as for the other models; not used, since the answer is exact.
        """
        significant(digits)
        face = self._face_dimension(k)
        return mpq(gmpy2.bincoef(self.n, face)) * self._sides(face)

    def surviving(self, k: Any, digits: int = 30) -> mpq:
        """Return the probability f_k / f_k(cube) that one k-face survives the projection, exact.

        * ``k``: an integer, 0 <= k < d; DomainError otherwise.
        * ``digits``: as for the other models; not used, since the answer is exact.

        By Wendel's theorem it is the probability that n - k random vectors of R^{n-d} lie in no
        half-space; in the limit it falls from 1 to 0 at k/d = 2 - n/d (donohotanner2010counting).
        """
        significant(digits)
        face = self._face_dimension(k)
        return mpq(self._sides(face), 1 << (self.n - face))

    def _sides(self, k: int) -> Any:
        """Return how many of the 2^{n-k} faces of one direction survive."""
        if self.d == self.n:
            return gmpy2.mpz(1) << (self.n - k)
        return 2 * partial_binomial_sum(self.n - k - 1, self.d - k)

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        if self.n > MAX_SAMPLED_CUBE:
            raise DomainError(f"a sample has 2^n points: n <= {MAX_SAMPLED_CUBE}; got n={self.n}")
        signs = np.array(list(product((-1.0, 1.0), repeat=self.n)))
        return signs @ random_projection(stream, self.n, self.d)

    def _face_counts(self, stream: np.random.Generator) -> NDArray[np.int64]:
        """Facets are parallelepipeds, whose corners rounding moves off their planes."""
        return face_counts(self._points(stream), coplanar="rounded")
