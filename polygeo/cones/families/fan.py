"""The cone of injectivity: all vectors of R^m with fewer than k positive coordinates.

C_{m,k} is a union of faces of the orthant fan: closed, symmetric under permutations, and convex
only for k = 1 (the negative orthant). Its relatively open cells with p positive, z zero and
m - p - z negative coordinates have dimension m - z and volumes (-1)^{dim - j} v_j of an orthant;
summing over p < k gives the generating polynomial

    sum_j v_j t^j = sum_{p<k} binomial(m, p) ((t - 1)/2)^p ((t + 1)/2)^(m - p).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.exact import integer
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.answers.options import set_fields
from polygeo.cones.cone import Cone, point_of
from polygeo.cones.conic_set import DIGITS, MAX_TERMS, ConicSet
from polygeo.cones.families.orthant import Orthant
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.errors import DomainError
from polygeo.polyhedra.description import GeneratingSet
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["SignCountFan", "krawtchouk_sequence"]


def krawtchouk_sequence(a: int, b: int, count: int) -> list[mpz]:
    """Compute [t^j] (1 + t)^a (1 - t)^b for j = 0, ..., count - 1 (exact; a, b, count >= 0).

    The three-term recurrence

        (j + 1) K_{j+1} = (a - b) K_j - (a + b - j + 1) K_{j-1}

    is (1 - t^2) y' = (a - b - (a + b) t) y, coefficient by coefficient
    (macwilliamssloane1977theory, chapter 5).

    >>> krawtchouk_sequence(2, 1, 4)        # (1 + t)^2 (1 - t)
    [mpz(1), mpz(1), mpz(-1), mpz(-1)]
    """
    numbers = [mpz(1), mpz(a - b)]
    for j in range(1, count - 1):
        step = (a - b) * numbers[j] - (a + b - j + 1) * numbers[j - 1]
        numbers.append(gmpy2.divexact(step, mpz(j + 1)))
    return numbers[:count]


@family("fan M K", "vectors of R^M with fewer than K positive coordinates (a union)", 6, 3)
@dataclass(frozen=True)
class SignCountFan(ConicSet):
    """The set C_{m,k} = {y in R^m : fewer than k coordinates are > 0}; not convex for k > 1.

    * ``m``, ``k``: dimension and level, 1 <= k <= m; DomainError otherwise.

    >>> fan = SignCountFan(2, 2)
    >>> fan.intrinsic_volumes()
    IntrinsicVolumes(-1/4, 1/2, 3/4)
    >>> fan.contains([1, -1]), fan.contains([1, 1])
    (True, False)
    """

    m: int
    k: int

    def __post_init__(self) -> None:
        m, k = integer(self.m, "m"), integer(self.k, "k")
        if not 1 <= k <= m:
            raise DomainError(f"SignCountFan needs 1 <= k <= m; got m={m}, k={k}")
        set_fields(self, m=m, k=k)

    @property
    def ambient_dim(self) -> int:
        return self.m

    @property
    def dim(self) -> int:
        return self.m

    def contains(self, y: Sequence[Any]) -> bool:
        """Decide whether fewer than k of the m rational coordinates of y are positive (exact)."""
        return sum(c > 0 for c in point_of(y, self.m)) < self.k

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        """Return (v_0, ..., v_m), exact for every ``digits``.

        v_{m-i} = binomial(m-1, k-1) m K_{i-1} / (i 2^m) for i >= 1, with K the coefficients of (1 +
        t)^(m-k) (1 - t)^(k-1), and v_m = 2^-m sum_{p<k} binomial(m, p). Takes O(m) products of an
        m-bit number by a small number.
        """
        m, k = self.m, self.k
        scale = m * gmpy2.bincoef(m - 1, k - 1)
        volumes = [mpq(partial_binomial_sum(m, k), mpz(1) << m)]
        for i, number in enumerate(krawtchouk_sequence(m - k, k - 1, m), start=1):
            volumes.append(mpq(gmpy2.divexact(scale * number, mpz(i)), mpz(1) << m))
        return IntrinsicVolumes(volumes[::-1], convex=k == 1, source="euler.volumes_of_the_fan")

    def distance_transform(self) -> Any:
        """Return the law of the distance of a Gaussian vector to the fan, for `escape_bound`."""
        from polygeo.cones.fan_distance import FanDistance  # loads numpy and scipy

        return FanDistance(self.m, self.k)

    @property
    def as_cone(self) -> Cone | None:
        """The negative orthant for k = 1, else None."""
        return Orthant(self.m).polar() if self.k == 1 else None

    def signed_cones(self) -> list[tuple[int, PolyhedralCone]]:
        """List faces of the orthant fan with coefficients that depend on the numbers of signs only.

        The sum of c(G) over the faces G of C_{m,k} that hold a face F is 1, so with p positive and
        z zero coordinates c(p, z) = 1 - sum of c(p + a, z - a - b) over the ways to give
        a + b > 0 of the zeros a sign.
        """
        m, k = self.m, self.k
        c: dict[tuple[int, int], int] = {}
        for z in range(m + 1):
            for p in range(min(k, m - z + 1)):
                c[p, z] = 1 - sum(
                    comb(z, a) * comb(z - a, b) * c[p + a, z - a - b]
                    for a in range(min(z, k - 1 - p) + 1)
                    for b in range(z - a + 1)
                    if a + b
                )
        sizes = sum(comb(m, z) * comb(m - z, p) for (p, z), value in c.items() if value)
        if sizes > MAX_TERMS:
            raise DomainError(
                f"at most {MAX_TERMS} faces of the orthant fan are combined; {self} has {sizes}"
            )
        return [
            (c[place], _face(signs))
            for signs in _sign_vectors(m, k)
            if c[place := (signs.count(1), signs.count(0))]
        ]


def _face(signs: Sequence[int]) -> PolyhedralCone:
    """The cone of the rays sign_i e_i."""
    m = len(signs)
    rays = tuple(tuple(s * (i == j) for j in range(m)) for i, s in enumerate(signs) if s)
    return PolyhedralCone._of(True, GeneratingSet.irredundant(m, rays, ()))


def _sign_vectors(m: int, k: int) -> list[tuple[int, ...]]:
    """All sign vectors with fewer than k ones, those with fewer zeros first."""
    found: list[tuple[int, ...]] = [()]
    for _ in range(m):
        found = [(*s, x) for s in found for x in (-1, 1, 0) if x < 1 or s.count(1) < k - 1]
    return sorted(found, key=lambda signs: signs.count(0))
