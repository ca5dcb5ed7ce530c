"""The lattice of flats of a central hyperplane arrangement, exactly, over the integers.

A flat is an intersection of hyperplanes. Restricted to a flat the normals fall into classes of
parallel ones, and each class is a flat of one dimension less; so the lattice is walked from R^d
downwards without solving linear systems. The Moebius function follows from Weisner's theorem
(zaslavsky1975facing uses the same lattice): for a hyperplane a that contains F != R^d,

    mu(F) = - sum of mu(G) over the flats G of dimension dim F + 1 that contain F and not lie in a.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gmpy2 import mpz

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector, dot, line_of

__all__ = ["MAX_FLATS", "Flats"]

MAX_FLATS = 5000
"""Largest number of flats that is listed (B_5 has 648, A_7 has 4140)."""


def _kernel(basis: Sequence[Vector], values: Vector) -> list[Vector]:
    """A basis of the part of span(basis) on which the form with the given values vanishes."""
    pivot = min((i for i, x in enumerate(values) if x), key=lambda i: abs(values[i]))
    p = values[pivot]
    return [
        line_of([p * x - c * y for x, y in zip(vector, basis[pivot], strict=True)])
        for j, (vector, c) in enumerate(zip(basis, values, strict=True))
        if j != pivot
    ]


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
    def of(cls, normals: Sequence[Vector]) -> Flats:
        """The flats for integer normals, no two of them parallel; DomainError beyond MAX_FLATS.

        >>> Flats.of([(1, 0), (0, 1), (1, 1)]).coefficients()
        (mpz(2), mpz(-3), mpz(1))
        """
        return _flats(tuple(normals))

    def coefficients(self) -> tuple[mpz, ...]:
        """(c_0, ..., c_d) of the characteristic polynomial sum over flats mu(F) t^dim F."""
        totals = [mpz(0)] * (self.ambient_dim + 1)
        for mask, value in self.moebius.items():
            totals[self.dims[mask]] += value
        return tuple(totals)

    @cached_property
    def cells(self) -> dict[int, int]:
        """For each flat the number of regions into which the other hyperplanes cut it.

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
        """Numbers of faces of dimension 0, ..., d."""
        totals = [mpz(0)] * (self.ambient_dim + 1)
        for mask, number in self.cells.items():
            totals[self.dims[mask]] += number
        return tuple(totals)

    def incidences(self) -> tuple[mpz, ...]:
        """For k = 0, ..., d the number of pairs (face of dimension k, region around it).

        Around a face whose span is F there are as many regions as the hyperplanes through F
        have: the sum of |mu(G)| over the flats G that contain F.
        """
        totals = [mpz(0)] * (self.ambient_dim + 1)
        for mask, number in self.cells.items():
            around = sum(abs(mu) for other, mu in self.moebius.items() if other & mask == other)
            totals[self.dims[mask]] += number * around
        return tuple(totals)


@lru_cache(maxsize=8)
def _flats(normals: tuple[Vector, ...]) -> Flats:
    d = len(normals[0])
    dims, moebius = {0: d}, {0: 1}
    unit = [tuple(int(i == j) for j in range(d)) for i in range(d)]
    level: dict[int, list[Vector]] = {0: unit}
    while level:
        above: dict[int, list[int]] = {}
        following: dict[int, list[Vector]] = {}
        for mask, basis in level.items():
            classes: dict[Vector, int] = {}
            for i, normal in enumerate(normals):
                values = [dot(normal, v) for v in basis]
                if any(values):
                    key = line_of(values)
                    classes[key] = classes.get(key, 0) | 1 << i
            for key, members in classes.items():
                flat = mask | members
                above.setdefault(flat, []).append(mask)
                if flat not in following:
                    following[flat] = _kernel(basis, key)
            if len(dims) + len(following) > MAX_FLATS:
                raise DomainError(
                    f"{len(normals)} hyperplanes in R^{d} have more than {MAX_FLATS} flats"
                )
        for flat, covers in above.items():
            hyperplane = flat & -flat
            dims[flat] = len(following[flat])
            moebius[flat] = -sum(moebius[g] for g in covers if not g & hyperplane)
        level = following
    return Flats(d, dims, moebius)
