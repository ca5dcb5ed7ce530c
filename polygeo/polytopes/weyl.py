"""Cells of a Weyl tessellation that is cut by a random subspace.

The mirrors of a reflection group of type A, B or D cut R^r, r the rank, into congruent simplicial
cones, the Weyl chambers. A random d-dimensional subspace L meets some of them: these cells are no
longer alike, but together they have face numbers that do not depend on L, as long as L is in
general position. For a flat X of the mirrors let a_i(X) be the absolute coefficients of the
characteristic polynomial of the mirrors within X. Then L meets 2 (a_{c+1} + a_{c+3} + ...) of the
cells of X, c = r - d (Crofton's formula for all cells of X, klivansswartz2011projection), and each
lies in |W_X| chambers, W_X the reflections that fix X. So the mean number of j-dimensional faces
of a cell is

    E f_j = sum_{X, dim X = j + c} |W_X| sum_i a_{c+1+2i}(X) / sum_i a_{c+1+2i}.

The coefficients are Stirling numbers of the first kind of types A, B and D (products of t + e over
the exponents), the numbers of flats those of the second (kabluchkovysotskyzaporozhets2017weyl,
kabluchkovysotskyzaporozhets2017faces, godlandkabluchko2020conic).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb, factorial
from typing import ClassVar

from gmpy2 import mpq, mpz

from polygeo.answers.decimals import significant
from polygeo.answers.exact import abbreviate, integer, shorten
from polygeo.answers.options import set_fields
from polygeo.cones.families.root_system import exponents
from polygeo.cones.families.weyl import monic_product
from polygeo.errors import DomainError
from polygeo.polytopes.fvector import FVector

__all__ = ["WeylSection"]

MAX_RANK = 200
"""Largest rank of the arrangement."""


@dataclass(frozen=True)
class WeylSection:
    """Uniformly chosen cell of a reflection arrangement in a uniformly random subspace.

    * ``type``: "A", "B" or "D", the type of the arrangement.
    * ``rank``: an integer r <= 200 (for D at least 4); type A of rank r are the hyperplanes x_i =
      x_j in R^(r+1).
    * ``d``: dimension of the subspace, 1 <= d <= r.

    The cell is a cone; its f-vector is that of its spherical polytope, of dimension d - 1. The
    object is a distribution with exact rational means.

    >>> section = WeylSection("A", 3, 2)  # 6 lines: 12 sectors
    >>> section.number_of_cells(), section.f_vector()
    (mpz(12), FVector(2))
    >>> WeylSection("B", 4, 3).f_vector(), WeylSection("B", 3, 3).f_vector()
    (FVector(96/29, 96/29), FVector(3, 3))
    """

    type: str
    rank: int
    d: int
    source: ClassVar[str] = "polytopes.weyl_section"

    def __post_init__(self) -> None:
        if not isinstance(self.type, str) or self.type not in ("A", "B", "D"):
            raise DomainError(f"type must be A, B or D; got {abbreviate(repr(self.type))}")
        rank, d = integer(self.rank, "rank"), integer(self.d, "d")
        least = 4 if self.type == "D" else 1
        if not least <= rank <= MAX_RANK:
            raise DomainError(f"rank must lie in [{least}, {MAX_RANK}]; got rank={shorten(rank)}")
        if not 1 <= d <= rank:
            raise DomainError(f"a section needs 1 <= d <= rank; got d={shorten(d)}, rank={rank}")
        set_fields(self, rank=rank, d=d)

    @property
    def dim(self) -> int:
        """Dimension d - 1 of the spherical polytope."""
        return self.d - 1

    def number_of_cells(self) -> mpz:
        """Return the number of cells of a subspace in general position."""
        return self._cells(exponents(self.type, self.rank))

    def f_vector(self, digits: int = 30) -> FVector:
        """Return the expected f-vector (E f_0, ..., E f_{d-2}) of the spherical polytope, exact.

        * ``digits``: without effect, since the numbers are exact. DomainError for d = 1.
        """
        significant(digits)
        if self.d < 2:
            raise DomainError("the cells in a line are rays and have no f-vector")
        cells, c = self.number_of_cells(), self.rank - self.d
        counts = [mpz(0)] * (self.d + 1)
        for dim, weight, numbers in _flats(self.type, self.rank):
            if c < dim:
                counts[dim - c] += weight * self._cells(numbers)
        return FVector((mpq(counts[j], cells) for j in range(1, self.d)), source=self.source)

    def _cells(self, numbers: tuple[int, ...]) -> mpz:
        """Cells that L meets of an arrangement with these exponents."""
        c = self.rank - self.d
        return 2 * sum(monic_product(numbers)[c + 1 :: 2], mpz(0))


def _flats(kind: str, r: int) -> Iterator[tuple[int, mpz, tuple[int, ...]]]:
    """Return (dimension, sum of |W_X|, exponents within X) for the flats X, those alike together.

    A: partitions of r + 1 coordinates into blocks, the weights are Lah numbers. B and D: a block
    of zeros (not of one coordinate for D) and k signed blocks. Within a flat of D the mirrors are
    all x_i = +-x_j and x_i = 0 for the blocks of more than one coordinate, s of them (for all of
    them, if there is a zero); exponents 1, 3, ..., 2k - 3, k - 1 + s (orlikterao1992arrangements,
    6.85).
    """
    if kind == "A":
        for k in range(1, r + 2):
            weight = mpz(comb(r, k - 1) * factorial(r + 1) // factorial(k))
            yield k - 1, weight, tuple(range(1, k))
        return
    for k in range(r + 1):
        lead = factorial(r) // factorial(k)
        odd = tuple(range(1, 2 * k, 2))
        if kind == "B":
            yield k, mpz(lead * comb(r, k) * 2 ** (r - k)), odd
            continue
        # A zero block of z >= 2 coordinates weighs 2^(z-1), a signed block of b weighs 2^(b-1).
        splits = sum(comb(r - z - 1, k - 1) for z in range(2, r - k + 1)) if k else 1
        if splits:
            yield k, mpz(lead * splits * 2 ** (r - 1 - k)), odd
        for s in range(k + 1):
            rest = r - (k - s) - 2 * s  # coordinates beyond the second in the s large blocks
            if rest >= 0 and (s or rest == 0):
                ways = comb(rest + s - 1, s - 1) if s else 1
                yield k, mpz(lead * comb(k, s) * 2 ** (r - k) * ways), (*odd[:-1], k - 1 + s)
