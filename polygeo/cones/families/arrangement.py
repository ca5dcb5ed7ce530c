"""Central hyperplane arrangements: characteristic polynomial, regions, and their volumes.

For a central arrangement in R^d with characteristic polynomial chi(t) = sum_k c_k t^k, the
number of regions is (-1)^d chi(-1) (zaslavsky1975facing), and the k-th intrinsic volumes of all
regions together are |c_k| (klivansswartz2011projection): the regions tile R^d, and a projection
on a flat is counted by the Moebius function of that flat.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.exact import abbreviate, digits_of, integer, rational
from polygeo.answers.sequence import sequence
from polygeo.answers.splitting import partial_binomial_sum
from polygeo.cones.cone import checked_dim, point_of
from polygeo.cones.families.orthant import binomial_row
from polygeo.cones.families.root_system import exponents, finite_type
from polygeo.cones.families.weyl import monic_product
from polygeo.errors import DomainError
from polygeo.polyhedra.flats import Flats
from polygeo.polyhedra.vectors import Vector, line_of
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = [
    "Arrangement",
    "GenericArrangement",
    "HyperplaneArrangement",
    "ReflectionArrangement",
    "generic_regions",
]

MAX_HYPERPLANES = 10**6
"""Largest number of hyperplanes in general position that is tried."""


def generic_regions(n: int, d: int) -> mpz:
    """Number of regions of n >= 0 hyperplanes through 0 in general position in R^d, d >= 1.

    2 sum_{i<d} binomial(n-1, i) for n >= 1 (schneiderweil2008stochastic, lemma 8.2.1).

    >>> generic_regions(4, 3), generic_regions(0, 3)
    (mpz(14), mpz(1))
    """
    return 2 * partial_binomial_sum(n - 1, d) if n else mpz(1)


class Arrangement(ABC):
    """A finite set of hyperplanes through 0 in R^ambient_dim. All answers are exact."""

    @property
    @abstractmethod
    def ambient_dim(self) -> int:
        """Dimension of the space."""

    @abstractmethod
    def coefficients(self) -> tuple[mpz, ...]:
        """(c_0, ..., c_d): the characteristic polynomial is sum_k c_k t^k."""

    @abstractmethod
    def mean_f_vector(self) -> tuple[mpq, ...]:
        """Mean over the regions of their numbers of faces of dimension 0, ..., d."""

    def characteristic_polynomial(self, t: Any) -> Any:
        """chi(t), at a number (an mpq) or a SymPy symbol (an expression).

        >>> GenericArrangement(3, 2).characteristic_polynomial(-1)
        mpq(6,1)
        """
        if hasattr(t, "free_symbols") and t.free_symbols:
            import sympy

            terms = (int(c) * t**k for k, c in enumerate(self.coefficients()))
            return sympy.Add(*terms)
        x, value = rational(t, "t"), mpq(0)
        for c in reversed(self.coefficients()):
            value = value * x + c
        return value

    def number_of_regions(self) -> mpz:
        """(-1)^d chi(-1), the number of open cells of the complement."""
        return sum(map(abs, self.coefficients()), start=mpz(0))

    def total_intrinsic_volumes(self) -> tuple[mpz, ...]:
        """The sums over all regions of v_0, ..., v_d: |c_0|, ..., |c_d| (Klivans-Swartz)."""
        return tuple(map(abs, self.coefficients()))

    def mean_intrinsic_volumes(self) -> IntrinsicVolumes:
        """The expected volumes of a region that is chosen uniformly at random."""
        regions = self.number_of_regions()
        values = [mpq(total, regions) for total in self.total_intrinsic_volumes()]
        return IntrinsicVolumes(values, source="families.klivans_swartz")


@dataclass(frozen=True)
class ReflectionArrangement(Arrangement):
    """The mirrors of a finite reflection group: chi(t) = prod (t - m_i), m_i the exponents.

    Types as in `WeylChamber`. Its regions are congruent simplicial cones.

    >>> mirrors = ReflectionArrangement("B", 3)
    >>> mirrors.coefficients(), mirrors.number_of_regions()
    ((mpz(-15), mpz(23), mpz(-9), mpz(1)), mpz(48))
    """

    type: str
    index: int = 0

    def __post_init__(self) -> None:
        letter, index = finite_type(self.type, self.index)
        object.__setattr__(self, "type", letter)
        object.__setattr__(self, "index", index)

    @property
    def ambient_dim(self) -> int:
        return 2 if self.type == "I2" else self.index

    @property
    def number_of_hyperplanes(self) -> int:
        """The sum of the exponents (humphreys1990reflection, section 3.9)."""
        return sum(exponents(self.type, self.index))

    def coefficients(self) -> tuple[mpz, ...]:
        return tuple(monic_product(-m for m in exponents(self.type, self.index)))

    def mean_f_vector(self) -> tuple[mpq, ...]:
        return tuple(map(mpq, binomial_row(self.ambient_dim, self.ambient_dim + 1)))


@dataclass(frozen=True)
class GenericArrangement(Arrangement):
    """n >= 0 hyperplanes through 0 in general position in R^d, d >= 1.

    c_k = (-1)^(d-k) binomial(n, d-k) for k >= 1 and c_0 = (-1)^d binomial(n-1, d-1) for n >= 1:
    by Whitney's formula, every set of fewer than d hyperplanes being independent.

    >>> GenericArrangement(4, 3).coefficients(), GenericArrangement(4, 3).number_of_regions()
    ((mpz(-3), mpz(6), mpz(-4), mpz(1)), mpz(14))
    """

    n: int
    d: int

    def __post_init__(self) -> None:
        n = integer(self.n, "n")
        if not 0 <= n <= MAX_HYPERPLANES:
            raise DomainError(
                f"n must lie in [0, {MAX_HYPERPLANES}]; got n={abbreviate(digits_of(n))}"
            )
        object.__setattr__(self, "n", n)
        object.__setattr__(self, "d", checked_dim(self.d, least=1))

    @property
    def ambient_dim(self) -> int:
        return self.d

    def coefficients(self) -> tuple[mpz, ...]:
        n, d = self.n, self.d
        last = binomial_row(n - 1, d)[-1] if n else mpz(0)
        sizes = [*binomial_row(n, d), last]
        return tuple(-c if j % 2 else c for j, c in enumerate(sizes))[::-1]

    def number_of_regions(self) -> mpz:
        return generic_regions(self.n, self.d)

    def f_vector(self) -> tuple[mpz, ...]:
        """Numbers of faces of the whole arrangement: binomial(n, d-k) flats of dimension k >= 1,
        each cut by the other hyperplanes like n-d+k generic ones."""
        n, d = self.n, self.d
        flats = binomial_row(n, d)
        faces = [flats[d - k] * generic_regions(max(n - d + k, 0), k) for k in range(1, d + 1)]
        return (mpz(int(n >= d)), *faces)

    def mean_f_vector(self) -> tuple[mpq, ...]:
        """A face of dimension k >= 1 lies in 2^(d-k) regions, the origin in all of them."""
        regions, d = self.number_of_regions(), self.d
        origin, *faces = self.f_vector()
        means = [mpq(f << (d - k), regions) for k, f in enumerate(faces, start=1)]
        return (mpq(origin), *means)


@dataclass(frozen=True)
class HyperplaneArrangement(Arrangement):
    """The hyperplanes {x : <a, x> = 0} for the rows a of a rational matrix, exactly.

    Normals are reduced to primitive integers and parallel ones are one hyperplane. Everything is
    computed from the lattice of flats, of which at most `polygeo.polyhedra.flats.MAX_FLATS` are
    listed (DomainError beyond). Raises DomainError for zero or ragged rows.

    >>> braid = HyperplaneArrangement([(1, -1, 0), (1, 0, -1), (0, 1, -1)])
    >>> braid.coefficients(), braid.f_vector()
    ((mpz(0), mpz(2), mpz(-3), mpz(1)), (mpz(0), mpz(1), mpz(6), mpz(6)))
    """

    normals: tuple[Vector, ...]

    def __post_init__(self) -> None:
        rows = [sequence(row, "a normal") for row in sequence(self.normals, "normals")]
        if not rows:
            raise DomainError("an arrangement needs at least one normal; got none")
        d = checked_dim(len(rows[0]), "the length of a normal", least=1)
        lines = {line_of(point_of(row, d)) for row in rows}
        if any(not any(line) for line in lines):
            raise DomainError("a normal must not be the zero vector")
        object.__setattr__(self, "normals", tuple(sorted(lines)))

    @property
    def ambient_dim(self) -> int:
        return len(self.normals[0])

    def coefficients(self) -> tuple[mpz, ...]:
        return Flats.of(self.normals).coefficients()

    def f_vector(self) -> tuple[mpz, ...]:
        """Numbers of faces of dimension 0, ..., d of the whole arrangement."""
        return Flats.of(self.normals).f_vector()

    def mean_f_vector(self) -> tuple[mpq, ...]:
        regions = self.number_of_regions()
        return tuple(mpq(f, regions) for f in Flats.of(self.normals).incidences())
