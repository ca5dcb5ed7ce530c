"""The lattice of flats of a central hyperplane arrangement, exactly.

A flat is an intersection of hyperplanes. Restricted to a flat the normals fall into classes of
parallel ones, and each class is a flat of one dimension less; so the lattice is walked from R^d
downwards without solving linear systems, modulo a prime at which the same normals are dependent
(`polygeo.polyhedra.residues`). The Moebius function follows from Weisner's theorem
(zaslavsky1975facing uses the same lattice): for a hyperplane a that contains F != R^d,

    mu(F) = - sum of mu(G) over the flats G of dimension dim F + 1 that contain F and not lie in a.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from gmpy2 import mpz

from polygeo.cones.arrangements.characteristic import Lines, restriction
from polygeo.errors import DomainError
from polygeo.polyhedra.residues import lines, residues

__all__ = ["MAX_FLATS", "Flats"]

Row = tuple[Any, ...]
"""A normal: ints, or numbers with square roots."""

MAX_FLATS = 5000
"""Largest number of flats that are listed (B_5 has 648, A_7 has 4140)."""


@dataclass(frozen=True)
class Flats:
    """The flats of the arrangement with the given normals, as bit masks of hyperplanes.

    ``dims`` maps the mask of the hyperplanes that contain a flat to the flat's dimension, larger
    flats first; ``moebius`` maps it to mu(R^d, flat).
    """

    ambient_dim: int
    dims: dict[int, int]
    moebius: dict[int, int]

    @classmethod
    def of(cls, normals: Sequence[Row]) -> Flats:
        """List the flats for normals of ints and `Surd`, no two parallel.

        DomainError for more than MAX_FLATS flats.

        >>> Flats.of([(1, 0), (0, 1), (1, 1)]).coefficients()
        (mpz(2), mpz(-3), mpz(1))
        """
        return _flats(tuple(normals))

    def coefficients(self) -> tuple[mpz, ...]:
        """Compute (c_0, ..., c_d) of the characteristic polynomial sum over flats mu(F) t^dim F."""
        totals = [mpz(0)] * (self.ambient_dim + 1)
        for mask, value in self.moebius.items():
            totals[self.dims[mask]] += value
        return tuple(totals)

    @cached_property
    def cells(self) -> dict[int, int]:
        """The number of regions into which the other hyperplanes cut each flat.

        The faces F of a central arrangement in a flat of dimension k satisfy Euler's relation
        sum (-1)^(k - dim F) = 1, the flat's own regions being the faces of dimension k.
        """
        count: dict[int, int] = {}
        for mask in sorted(self.dims, key=self.dims.__getitem__):
            k = self.dims[mask]
            below = (
                c if (k - self.dims[other]) % 2 == 0 else -c
                for other, c in count.items()
                if other & mask == mask
            )
            count[mask] = 1 - sum(below)
        return count

    def f_vector(self) -> tuple[mpz, ...]:
        """Count the faces of dimension 0, ..., d."""
        totals = [mpz(0)] * (self.ambient_dim + 1)
        for mask, number in self.cells.items():
            totals[self.dims[mask]] += number
        return tuple(totals)

    def incidences(self) -> tuple[mpz, ...]:
        """Count the pairs (face of dimension k, region around it) for k = 0, ..., d.

        Around a face whose span is F there are as many regions as the hyperplanes through F
        have: the sum of |mu(G)| over the flats G that contain F.
        """
        totals = [mpz(0)] * (self.ambient_dim + 1)
        for mask, number in self.cells.items():
            around = sum(abs(mu) for other, mu in self.moebius.items() if other & mask == other)
            totals[self.dims[mask]] += number * around
        return tuple(totals)


@lru_cache(maxsize=8)
def _flats(normals: tuple[Row, ...]) -> Flats:
    d, exact = len(normals[0]), residues(normals)
    dims, moebius = {0: d}, {0: 1}
    level = {0: lines(((row, 1 << i) for i, row in enumerate(exact.rows)), exact.prime)}
    for rank in range(1, exact.rank + 1):
        restrict = restriction(exact.rank + 1 - rank, exact.prime)
        above: dict[int, list[int]] = {}
        following: dict[int, Lines] = {}
        for mask, classes in level.items():
            for line, members in classes.items():
                flat = mask | members
                above.setdefault(flat, []).append(mask)
                if flat not in following:
                    following[flat] = restrict(line, classes)
            if len(dims) + len(following) > MAX_FLATS:
                raise DomainError(
                    f"{len(normals)} hyperplanes in R^{d} have more than {MAX_FLATS} flats"
                )
        for flat, covers in above.items():
            hyperplane = flat & -flat
            dims[flat] = d - rank
            moebius[flat] = -sum(moebius[g] for g in covers if not g & hyperplane)
        level = following
    return Flats(d, dims, moebius)
