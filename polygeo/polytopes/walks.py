"""Convex hulls of random walks and bridges: exact expected face numbers, the same for all steps.

For a walk S_0 = 0, S_1, .., S_n in R^d, n >= d, whose steps may be permuted and changed in sign
without changing their law, in general position almost surely, and for a bridge S_0 = S_n = 0 whose
steps may be permuted, n >= d + 1 (kabluchkovysotskyzaporozhets2017faces),

    walk     E f_k = (2 k!/n!)     sum_{l >= 0} [n+1, d-2l] {d-2l, k+1},
    bridge   E f_k = (2 k!/(n-1)!) sum_{l >= 0} [n, d-2l]   {d-2l, k+1},

[n, k] the Stirling numbers of the first kind (without sign), {n, k} of the second. For d = 2 the
walk has E f_0 = 2 (1 + 1/2 + .. + 1/n) vertices (baxter1961combinatorial).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import gmpy2
import numpy as np
from gmpy2 import mpq, mpz
from numpy.typing import NDArray

from polygeo.answers.decimals import significant
from polygeo.answers.exact import integer
from polygeo.answers.options import set_fields
from polygeo.errors import DomainError
from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.model import RandomPolytope
from polygeo.polytopes.stirling import cycle_numbers, partition_number

__all__ = ["RandomBridgeHull", "RandomWalkHull"]

MAX_STEPS = 10**5
"""Largest number n of steps."""

MAX_DIM = 100
"""Largest dimension d."""

MAX_SIZE = 10**6
"""Largest product n d."""


@dataclass(frozen=True)
class _WalkHull(RandomPolytope):
    """What walks and bridges have in common: n steps in R^d."""

    n: int
    d: int
    _spare: ClassVar[int]

    def __post_init__(self) -> None:
        steps, space = integer(self.n, "n"), integer(self.d, "d")
        small = 1 <= space <= MAX_DIM and steps <= MAX_STEPS and steps * space <= MAX_SIZE
        if not small or steps < space + self._spare:
            least = "d + 1" if self._spare else "d"
            raise DomainError(
                f"{type(self).__name__} needs 1 <= d <= {MAX_DIM}, {least} <= n <= {MAX_STEPS} and "
                f"n d <= {MAX_SIZE}; got n={steps}, d={space}"
            )
        set_fields(self, n=steps, d=space)

    def f_vector(self, digits: int = 30) -> FVector:
        """Return the expected f-vector (E f_0, .., E f_{d-1}), exact.

        * ``digits``: without effect, since the numbers are exact.

        Source: kabluchkovysotskyzaporozhets2017faces.
        """
        significant(digits)
        factors = self.n - self._spare
        cycles = cycle_numbers(factors + 1, self.d)
        values = []
        for k in range(self.d):
            total = sum(
                (cycles[j] * partition_number(j, k + 1) for j in range(self.d, k, -2)), mpz(0)
            )
            values.append(mpq(2 * gmpy2.fac(k) * total, gmpy2.fac(factors)))
        return FVector(values, source=self.source)

    def _steps(self, stream: np.random.Generator) -> NDArray[np.float64]:
        self._check_entries((self.n + 1) * self.d)
        return stream.standard_normal((self.n, self.d))


class RandomWalkHull(_WalkHull):
    """Convex hull of the points S_0 = 0, S_1, .., S_n of a random walk in R^d.

    * ``n``, ``d``: integers, 1 <= d <= n <= 10^5, d <= 100, n d <= 10^6; DomainError otherwise.

    Samples have normal steps; the expected face numbers are the same for every symmetric law.

    >>> RandomWalkHull(4, 2).f_vector(), RandomWalkHull(10, 3).f_vector()
    (FVector(25/6, 25/6), FVector(227533/25200, 177133/8400, 177133/12600))
    """

    _spare = 0
    source = "walks.walk_faces"

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        steps = self._steps(stream)
        return np.concatenate([np.zeros((1, self.d)), np.cumsum(steps, axis=0)])


class RandomBridgeHull(_WalkHull):
    """Convex hull of the points S_1, .., S_n of a random bridge in R^d, S_0 = S_n = 0.

    * ``n``, ``d``: integers, 1 <= d < n <= 10^5, d <= 100, n d <= 10^6; DomainError otherwise.

    Samples have normal steps, minus their mean; the expected face numbers are the same for every
    law.

    >>> RandomBridgeHull(3, 2).f_vector(), RandomBridgeHull(10, 2).f_vector()
    (FVector(3, 3), FVector(7129/1260, 7129/1260))
    """

    _spare = 1
    source = "walks.bridge_faces"

    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        steps = self._steps(stream)
        return np.cumsum(steps - steps.mean(axis=0), axis=0)
