"""Arrangements of affine hyperplanes: characteristic polynomial, regions, bounded regions, faces.

The cone over an arrangement in R^d, its hyperplanes <a, x> = b x_0 and the one at infinity x_0 = 0,
is an arrangement through 0 in R^(d+1) with chi_cone(t) = (t - 1) chi(t). Zaslavsky's theorems
(zaslavsky1975facing): there are (-1)^d chi(-1) regions, and (-1)^r chi(1) of them are bounded in
the r-dimensional span of the normals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gmpy2 import mpz

from polygeo.answers.options import set_fields
from polygeo.answers.sequence import sequence
from polygeo.cones.arrangements.arrangement import HyperplaneArrangement
from polygeo.cones.arrangements.characteristic import evaluate, reduced_coefficients
from polygeo.cones.arrangements.faces import face_numbers
from polygeo.cones.arrangements.normals import (
    Normal,
    checked_snap,
    distinct_lines,
    is_rounded,
    read_normals,
)
from polygeo.errors import DomainError
from polygeo.polyhedra.field_number import field_number
from polygeo.polyhedra.residues import residues
from polygeo.progress import patient

__all__ = ["AffineArrangement"]


@dataclass(frozen=True)
class AffineArrangement:
    """The hyperplanes {x : <a, x> = b} for the rows a of ``normals`` and b of ``offsets``.

    * ``normals``: an m x d matrix, with numbers, limits and errors as for `HyperplaneArrangement`.
    * ``offsets``: m numbers.
    * ``snap``: as for `HyperplaneArrangement`.

    Equal hyperplanes count once. All answers are exact integers. Source: zaslavsky1975facing.

    >>> shi = AffineArrangement([(1, -1, 0), (1, -1, 0), (1, 0, -1), (1, 0, -1), (0, 1, -1),
    ...                          (0, 1, -1)], [0, 1, 0, 1, 0, 1])
    >>> shi.coefficients(), shi.number_of_regions(), shi.number_of_bounded_regions()
    ((mpz(0), mpz(9), mpz(-6), mpz(1)), mpz(16), mpz(4))
    """

    normals: tuple[Normal, ...]
    offsets: tuple[Any, ...]
    snap: float | None = None

    def __post_init__(self) -> None:
        rows, floats = read_normals(self.normals, "normals")
        given = sequence(self.offsets, "offsets")
        if len(given) != len(rows):
            raise DomainError(f"offsets needs {len(rows)} numbers, one a row; got {len(given)}")
        offsets = [field_number(x, "an offset") for x in given]
        if not all(any(row) for row in rows):
            raise DomainError("a normal must not be the zero vector")
        lines = distinct_lines((*row, b) for row, b in zip(rows, offsets, strict=True))
        set_fields(self, normals=tuple(line[:-1] for line in lines))
        set_fields(self, offsets=tuple(line[-1] for line in lines))
        set_fields(self, snap=checked_snap(self.snap))
        if self.snap is None and (floats or any(map(is_rounded, given))):
            from polygeo.cones.arrangements.rounding import warn_if_rounded  # numpy

            warn_if_rounded(self._cone)

    @property
    def ambient_dim(self) -> int:
        """Dimension of the space."""
        return len(self.normals[0])

    @property
    def _cone(self) -> tuple[Normal, ...]:
        """The hyperplane at infinity, and the others with their offsets as last entries."""
        infinity = (*(0,) * self.ambient_dim, 1)
        return (infinity, *((*a, b) for a, b in zip(self.normals, self.offsets, strict=True)))

    def cone(self) -> HyperplaneArrangement:
        """Return the cone over the arrangement: hyperplanes through 0 in R^(d+1).

        The hyperplane at infinity is one of them.

        >>> AffineArrangement([(1,), (1,)], [0, 1]).cone().normals
        ((0, 1), (1, 0), (1, 1))
        """
        return HyperplaneArrangement(self._cone, self.snap)

    def coefficients(self) -> tuple[mpz, ...]:
        """Compute (c_0, ..., c_d): the characteristic polynomial is sum_k c_k t^k."""
        if self.snap is None:
            return _coefficients(self._cone)
        from polygeo.cones.arrangements.rounding import rounded  # numpy

        flats = rounded(self._cone, self.snap)
        return flats.totals(flats.moebius, affine=True)[1:]

    @patient
    def characteristic_polynomial(self, t: Any) -> Any:
        """Evaluate the characteristic polynomial chi(t).

        * ``t``: a number (the answer is an mpq) or a SymPy symbol (the answer is an expression).

        >>> AffineArrangement([(1,), (1,), (1,)], [0, 1, 2]).characteristic_polynomial(10)
        mpq(7,1)
        """
        return evaluate(self.coefficients(), t)

    def number_of_regions(self) -> mpz:
        """Count the regions, the open cells of the complement: (-1)^d chi(-1)."""
        return sum(map(abs, self.coefficients()), start=mpz(0))

    def number_of_bounded_regions(self) -> mpz:
        """Count the regions that are bounded in the span of the normals: |chi(1)|."""
        return abs(sum(self.coefficients(), start=mpz(0)))

    def f_vector(self) -> tuple[mpz, ...]:
        """Count the faces of dimension 0, ..., d: half of the faces of `cone` off infinity.

        >>> AffineArrangement([(1, 0), (0, 1), (1, 1)], [0, 0, 1]).f_vector()
        (mpz(3), mpz(9), mpz(7))
        """
        if self.snap is None:
            faces = face_numbers(self._cone, affine=True)
        else:
            from polygeo.cones.arrangements.rounding import rounded  # numpy

            flats = rounded(self._cone, self.snap)
            faces = flats.totals(flats.cells, affine=True)
        return tuple(f // 2 for f in faces[1:])


@lru_cache(maxsize=8)
def _coefficients(cone: tuple[Normal, ...]) -> tuple[mpz, ...]:
    exact = residues(cone)
    rest = reduced_coefficients(exact)[::-1]
    return tuple(map(mpz, [0] * (len(cone[0]) - exact.rank) + rest))
