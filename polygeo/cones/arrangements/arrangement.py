"""Central hyperplane arrangements: characteristic polynomial, regions, and their volumes.

For a central arrangement in R^d with characteristic polynomial chi(t) = sum_k c_k t^k, the
number of regions is (-1)^d chi(-1) (zaslavsky1975facing), and the k-th intrinsic volumes of all
regions together are |c_k| (klivansswartz2011projection): the regions tile R^d, and a projection
on a flat is counted by the Moebius function of that flat.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.exact import abbreviate, digits_of, integer
from polygeo.answers.numerics.splitting import binomial_row, partial_binomial_sum
from polygeo.answers.options import set_fields
from polygeo.cones.arrangements.characteristic import evaluate, reduced_coefficients
from polygeo.cones.arrangements.faces import face_numbers
from polygeo.cones.arrangements.normals import Normal, checked_snap, distinct_lines, read_normals
from polygeo.cones.cone import checked_dim
from polygeo.cones.families.root_system import FiniteType, exponents
from polygeo.cones.families.weyl import monic_product
from polygeo.errors import DomainError
from polygeo.polyhedra.residues import residues
from polygeo.progress import patient
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = [
    "Arrangement",
    "GenericArrangement",
    "HyperplaneArrangement",
    "ReflectionArrangement",
    "generic_regions",
]

MAX_HYPERPLANES = 10**6
"""Largest number of hyperplanes of an arrangement in general position."""


def generic_regions(n: int, d: int) -> mpz:
    """Count the regions of n hyperplanes through 0 in general position in R^d (exact).

    * ``n``, ``d``: number of hyperplanes and dimension, n >= 0, d >= 1.

    The number is 2 sum_{i<d} binomial(n-1, i) for n >= 1. Source: schneiderweil2008stochastic,
    lemma 8.2.1.

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
        """Compute (c_0, ..., c_d): the characteristic polynomial is sum_k c_k t^k."""

    @abstractmethod
    def mean_f_vector(self) -> tuple[mpq, ...]:
        """Compute the mean over the regions of their numbers of faces of dimension 0, ..., d."""

    @patient
    def characteristic_polynomial(self, t: Any) -> Any:
        """Evaluate the characteristic polynomial chi(t).

        * ``t``: a number (the answer is an mpq) or a SymPy symbol (the answer is an expression).

        >>> GenericArrangement(3, 2).characteristic_polynomial(-1)
        mpq(6,1)
        """
        return evaluate(self.coefficients(), t)

    def number_of_regions(self) -> mpz:
        """Count the regions, the open cells of the complement: (-1)^d chi(-1)."""
        return sum(map(abs, self.coefficients()), start=mpz(0))

    def total_intrinsic_volumes(self) -> tuple[mpz, ...]:
        """Compute the sums over all regions of v_0, ..., v_d, which are |c_0|, ..., |c_d|.

        Source: klivansswartz2011projection.
        """
        return tuple(map(abs, self.coefficients()))

    def mean_intrinsic_volumes(self) -> IntrinsicVolumes:
        """Compute the expected intrinsic volumes of a region that is chosen uniformly at random."""
        regions = self.number_of_regions()
        values = [mpq(total, regions) for total in self.total_intrinsic_volumes()]
        return IntrinsicVolumes(values, source="families.klivans_swartz")


@dataclass(frozen=True)
class ReflectionArrangement(FiniteType, Arrangement):
    """The mirrors of a finite reflection group: chi(t) = prod (t - m_i), m_i the exponents.

    * ``type``, ``index``: as in `WeylChamber`.

    The regions are congruent simplicial cones.

    >>> mirrors = ReflectionArrangement("B", 3)
    >>> mirrors.coefficients(), mirrors.number_of_regions()
    ((mpz(-15), mpz(23), mpz(-9), mpz(1)), mpz(48))
    """

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
    """An arrangement of n hyperplanes through 0 in general position in R^d.

    * ``n``, ``d``: number of hyperplanes and dimension, n >= 0, d >= 1; DomainError otherwise.

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
        set_fields(self, n=n, d=checked_dim(self.d, least=1))

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
        """Count the faces of dimension 0, ..., d of the whole arrangement.

        There are binomial(n, d-k) flats of dimension k >= 1; the other hyperplanes cut each of them
        like n-d+k generic ones.
        """
        n, d = self.n, self.d
        flats = binomial_row(n, d)
        faces = [flats[d - k] * generic_regions(max(n - d + k, 0), k) for k in range(1, d + 1)]
        return (mpz(int(n >= d)), *faces)

    def mean_f_vector(self) -> tuple[mpq, ...]:
        # A face of dimension k >= 1 lies in 2^(d-k) regions, the origin in all of them.
        regions, d = self.number_of_regions(), self.d
        origin, *faces = self.f_vector()
        means = [mpq(f << (d - k), regions) for k, f in enumerate(faces, start=1)]
        return (mpq(origin), *means)


@dataclass(frozen=True)
class HyperplaneArrangement(Arrangement):
    """The hyperplanes {x : <a, x> = 0} for the rows a of a matrix.

    * ``normals``: an m x d matrix of rational numbers (floats are read as dyadic rationals) or of
      numbers of Q(sqrt 2, sqrt 3, sqrt 5, ..): SymPy's, or strings such as "(1 + sqrt(5))/2".
    * ``snap``: an angle in radians, such as 1e-9; normals that are dependent up to this angle are
      taken as dependent (default: none).

    Parallel normals are one hyperplane. All answers are exact. Floats that are within rounding of a
    special position give a `NearlyDegenerate` warning. Every answer takes up to 20 million
    restrictions of a hyperplane to a flat; with ``snap`` all flats are listed, at most 5000.
    DomainError beyond, and for zero or ragged rows.

    >>> braid = HyperplaneArrangement([(1, -1, 0), (1, 0, -1), (0, 1, -1)])
    >>> braid.coefficients(), braid.f_vector()
    ((mpz(0), mpz(2), mpz(-3), mpz(1)), (mpz(0), mpz(1), mpz(6), mpz(6)))
    >>> HyperplaneArrangement([(1, 0), ("1/2", "sqrt(3)/2"), ("sqrt(2)", "sqrt(6)")]).normals
    ((1, 0), ('1', 'sqrt(3)'))
    """

    normals: tuple[Normal, ...]
    snap: float | None = None

    def __post_init__(self) -> None:
        rows, floats = read_normals(self.normals, "normals")
        set_fields(self, normals=distinct_lines(rows), snap=checked_snap(self.snap))
        if floats and self.snap is None:
            from polygeo.cones.arrangements.rounding import warn_if_rounded  # numpy

            warn_if_rounded(self.normals)

    @property
    def ambient_dim(self) -> int:
        return len(self.normals[0])

    def coefficients(self) -> tuple[mpz, ...]:
        if self.snap is not None:
            from polygeo.cones.arrangements.rounding import rounded  # numpy

            return rounded(self.normals, self.snap).coefficients()
        return _coefficients(self.normals)

    def f_vector(self) -> tuple[mpz, ...]:
        """Count the faces of dimension 0, ..., d of the whole arrangement."""
        return self._faces(False)

    def mean_f_vector(self) -> tuple[mpq, ...]:
        regions = self.number_of_regions()
        return tuple(mpq(f, regions) for f in self._faces(True))

    def _faces(self, around: bool) -> tuple[mpz, ...]:
        if self.snap is None:
            return face_numbers(self.normals, around=around)
        from polygeo.cones.arrangements.rounding import rounded  # numpy

        flats = rounded(self.normals, self.snap)
        return flats.incidences() if around else flats.f_vector()


@lru_cache(maxsize=8)
def _coefficients(normals: tuple[Normal, ...]) -> tuple[mpz, ...]:
    exact = residues(normals)
    rest = reduced_coefficients(exact)
    product = [a - b for a, b in zip([*rest, 0], [0, *rest], strict=True)]
    return tuple(map(mpz, [0] * (len(normals[0]) - exact.rank) + product[::-1]))
