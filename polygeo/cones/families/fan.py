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
from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.exact import integer
from polygeo.answers.splitting import partial_binomial_sum
from polygeo.cones.cone import DIGITS, point_of
from polygeo.errors import DomainError
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["SignCountFan", "krawtchouk_sequence"]


def krawtchouk_sequence(a: int, b: int, count: int) -> list[mpz]:
    """[t^0 .. t^{count-1}] (1 + t)^a (1 - t)^b, by the three-term recurrence

        (j + 1) K_{j+1} = (a - b) K_j - (a + b - j + 1) K_{j-1},

    which is (1 - t^2) y' = (a - b - (a + b) t) y, coefficient by coefficient
    (macwilliamssloane1977theory, chapter 5). Exact; a, b, count >= 0.

    >>> krawtchouk_sequence(2, 1, 4)        # (1 + t)^2 (1 - t)
    [mpz(1), mpz(1), mpz(-1), mpz(-1)]
    """
    numbers = [mpz(1), mpz(a - b)]
    for j in range(1, count - 1):
        step = (a - b) * numbers[j] - (a + b - j + 1) * numbers[j - 1]
        numbers.append(gmpy2.divexact(step, mpz(j + 1)))
    return numbers[:count]


@dataclass(frozen=True)
class SignCountFan:
    """C_{m,k} = {y in R^m : fewer than k coordinates are > 0}, 1 <= k <= m; not convex for k > 1.

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
        object.__setattr__(self, "m", m)
        object.__setattr__(self, "k", k)

    @property
    def ambient_dim(self) -> int:
        """m."""
        return self.m

    @property
    def dim(self) -> int:
        """Dimension m, since the fan holds full-dimensional orthants."""
        return self.m

    def contains(self, y: Sequence[Any]) -> bool:
        """Whether fewer than k of the m coordinates are positive (rationals, exactly)."""
        return sum(c > 0 for c in point_of(y, self.m)) < self.k

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        """(v_0, ..., v_m), exact whatever ``digits``; O(m) products of m bits by a small number.

        v_{m-i} = binomial(m-1, k-1) m K_{i-1} / (i 2^m) for i >= 1, with K the coefficients of
        (1 + t)^(m-k) (1 - t)^(k-1), and v_m = 2^-m sum_{p<k} binomial(m, p).
        """
        m, k = self.m, self.k
        scale = m * gmpy2.bincoef(m - 1, k - 1)
        volumes = [mpq(partial_binomial_sum(m, k), mpz(1) << m)]
        for i, number in enumerate(krawtchouk_sequence(m - k, k - 1, m), start=1):
            volumes.append(mpq(gmpy2.divexact(scale * number, mpz(i)), mpz(1) << m))
        return IntrinsicVolumes(volumes[::-1], convex=k == 1, source="euler.volumes_of_the_fan")

    def distance_transform(self) -> Any:
        """The law of the distance of a Gaussian vector to the fan, for `escape_bound`."""
        from polygeo.cones.families.fan_distance import FanDistance  # loads numpy and scipy

        return FanDistance(self.m, self.k)

    def estimate_section_euler_characteristic(
        self, n: int, samples: int | None = None, seed: int | None = None, **options: Any
    ) -> Any:
        """A `polygeo.cones.section.SectionEstimate` for random n-dimensional subspaces.

        Beside the exact expectation, for fans of at most 5000 faces that count; options as there.

        >>> run = SignCountFan(6, 3).estimate_section_euler_characteristic(3, 5000, seed=1)
        >>> run.expected == SignCountFan(6, 3).intrinsic_volumes().half_tail(4) * 2, run.agrees()
        (True, True)
        """
        from polygeo.cones.section import estimate_section  # compiles kernels

        return estimate_section(self, n, samples, seed, **options)
