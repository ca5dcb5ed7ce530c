"""The cone of positive semidefinite real symmetric matrices.

n x n symmetric matrices with the inner product trace(XY) are R^d, d = n (n + 1) / 2; the
coordinates are (x_11, ..., x_nn, sqrt2 x_12, sqrt2 x_13, ..., sqrt2 x_{n-1,n}). The cone is
self-dual: its polar is its negative. The volumes are known in closed form for n <= 3
(amelunxenbuergisser2015intrinsic):

    n = 1: a half-line;  n = 2: the circular cone of half-angle pi/4 in R^3;
    n = 3: v_0 = v_6 = 1/4 - sqrt2/(2 pi), v_1 = v_5 = (sqrt2 - 1)/4, v_2 = v_4 = sqrt2/(2 pi),
           v_3 = 1 - sqrt2/2.

v_k belongs to the smooth boundary pieces as well: it is no probability of a rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flint import fmpq, fmpq_mat
from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, digits_of, integer, rational, to_flint
from polygeo.answers.options import set_fields
from polygeo.cones.bases import FullCone
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.projection import on_psd_cone
from polygeo.cones.registry import family
from polygeo.errors import DomainError, NoExactValue
from polygeo.polyhedra.surd import sign_of_surd
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["PSDCone"]

MAX_ORDER = 140
"""Largest order n of the matrices; n (n + 1) / 2 is then below polygeo.cones.cone.MAX_DIM."""

Surd = tuple[mpq, mpq]
"""p + q sqrt2 as (p, q)."""


@family("psd N", "positive semidefinite N x N matrices", 3)
@dataclass(frozen=True)
class PSDCone(FullCone):
    """The cone of positive semidefinite real symmetric n x n matrices, in R^(n (n+1) / 2).

    * ``n``: order of the matrices, 1 <= n <= 140; DomainError otherwise.

    A point is a symmetric matrix (rows of rationals) or the vector of its coordinates
    (x_11, ..., x_nn, sqrt2 x_12, sqrt2 x_13, ..., sqrt2 x_{n-1,n}), a rational vector; membership
    is exact for every n. Volumes: SymPy closed forms for n <= 3, NoExactValue beyond, where
    `estimate_intrinsic_volumes` simulates. Source: amelunxenbuergisser2015intrinsic.

    >>> PSDCone(3).intrinsic_volumes()[3], PSDCone(2).contains([[1, 2], [2, 4]])
    (1 - sqrt(2)/2, True)
    >>> PSDCone(2).contains([1, 1, "7/5"]), PSDCone(2).contains([1, 1, "3/2"])  # 2 > y^2 needed
    (True, False)
    """

    n: int

    def __post_init__(self) -> None:
        n = integer(self.n, "n")
        if not 1 <= n <= MAX_ORDER:
            raise DomainError(f"n must lie in [1, {MAX_ORDER}]; got n={abbreviate(digits_of(n))}")
        set_fields(self, n=n)

    @property
    def ambient_dim(self) -> int:
        return self.n * (self.n + 1) // 2

    def contains(self, x: Sequence[Any]) -> bool:
        return all(_sign(c) >= 0 for c in _minor_sums(*self._matrix(x)))

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether the matrix with coordinates x is negative semidefinite (exact)."""
        signs = [_sign(c) for c in _minor_sums(*self._matrix(x))]
        return all(s >= 0 if k % 2 == 0 else s <= 0 for k, s in enumerate(signs, start=1))

    def _matrix(self, x: Any) -> tuple[fmpq_mat, fmpq_mat]:
        """The matrix as A + sqrt2 B with rational A, B."""
        n = self.n
        plain, rooted = fmpq_mat(n, n), fmpq_mat(n, n)
        if _is_matrix(x):
            rows = [point_of(row, n) for row in x]
            if len(rows) != n or any(rows[i][j] != rows[j][i] for i in range(n) for j in range(i)):
                raise DomainError(f"a symmetric {n} x {n} matrix is needed")
            for i, row in enumerate(rows):
                for j, entry in enumerate(row):
                    plain[i, j] = to_flint(entry)
        else:
            vector = point_of(x, self.ambient_dim)
            for i in range(n):
                plain[i, i] = to_flint(vector[i])
            for (i, j), entry in zip(combinations(range(n), 2), vector[n:], strict=True):
                rooted[i, j] = rooted[j, i] = to_flint(entry / 2)
        return plain, rooted

    def _project(self, points: Any) -> Any:
        return on_psd_cone(points, self.n)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        if self.n == 1:
            return IntrinsicVolumes([mpq(1, 2), mpq(1, 2)], source="families.ray")
        if self.n == 2:
            from polygeo.cones.families.circular import LorentzCone

            return IntrinsicVolumes(LorentzCone(3).intrinsic_volumes(), source="families.psd2")
        if self.n > 3:
            raise NoExactValue(
                "the volumes of PSDCone(n) are known in closed form for n <= 3 only; "
                f"got n={self.n}; estimate_intrinsic_volumes(samples, seed) simulates"
            )
        from sympy import Integer, pi, sqrt

        root, quarter = sqrt(2), Integer(1) / 4
        half = [quarter - root / (2 * pi), (root - 1) / 4, root / (2 * pi)]
        values = [*half, 1 - root / 2, *half[::-1]]
        return IntrinsicVolumes(values, source="families.psd3")


def _is_matrix(x: Any) -> bool:
    return (
        not isinstance(x, (str, bytes))
        and not isinstance(x, Mapping)
        and hasattr(x, "__len__")
        and getattr(x, "ndim", 1) > 0
        and len(x) > 0
        and hasattr(x[0], "__len__")
        and not isinstance(x[0], (str, bytes))
    )


def _sign(number: Surd) -> int:
    return sign_of_surd([(number[0], 1), (number[1], 2)])


def _minor_sums(plain: fmpq_mat, rooted: fmpq_mat) -> Iterator[Surd]:
    """e_1, ..., e_n of X = plain + sqrt2 rooted: the sums of the principal minors of each size.

    By the recurrence of Faddeev and Le Verrier. A symmetric X is positive semidefinite if and only
    if no e_k is negative: then det(t + X) has no positive root.
    """
    n = plain.nrows()
    one = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    left, right = one, fmpq_mat(n, n)
    for k in range(1, n + 1):
        product = plain * left + 2 * (rooted * right), plain * right + rooted * left
        p, q = (sum((part[i, i] for i in range(n)), fmpq(0)) / k for part in product)
        yield rational(p), rational(q)
        left, right = p * one - product[0], q * one - product[1]
