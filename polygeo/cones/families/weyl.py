"""Fundamental chambers of the finite reflection groups.

With m_1, ..., m_r the exponents of the group, the chamber C has

    sum_k v_k(C) t^k = prod_i (t + m_i) / (m_i + 1).

The |W| chambers are congruent and are the regions of the reflection arrangement, whose
characteristic polynomial is prod_i (t - m_i); so this is the formula of Klivans and Swartz
(drtonklivans2010geometric, klivansswartz2011projection; the exponents, one less than the degrees,
in humphreys1990reflection, section 3.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import arb, fmpq, fmpz_poly
from gmpy2 import mpq, mpz

from polygeo.answers.exact import to_flint
from polygeo.cones.bases import FullCone, SimplicialCone
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.families.root_system import (
    FiniteType,
    Form,
    dual_forms,
    exponents,
    group_order,
    simple_forms,
    simple_roots,
)
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.registry import family
from polygeo.errors import DomainError
from polygeo.polyhedra.surd import proved_sign, sign_of_surd
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["WeylChamber", "monic_product", "volumes_of_exponents"]


def monic_product(shifts: Iterable[int]) -> list[mpz]:
    """Compute the coefficients of prod (t + s), constant term first, by a product tree.

    >>> monic_product([1, 2])
    [mpz(2), mpz(3), mpz(1)]
    """
    level = [fmpz_poly([s, 1]) for s in shifts] or [fmpz_poly([1])]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [a * b for a, b in pairs] + (level[-1:] if len(level) % 2 else [])
    return [mpz(int(c)) for c in level[0].coeffs()]


def volumes_of_exponents(numbers: Sequence[int], source: str) -> IntrinsicVolumes:
    """Compute the coefficients of prod (t + m)/(m + 1) (exact).

    >>> volumes_of_exponents([1, 3], "families.weyl_B")
    IntrinsicVolumes(3/8, 1/2, 1/8)
    """
    coefficients = monic_product(numbers)
    order = sum(coefficients)
    return IntrinsicVolumes([mpq(c, order) for c in coefficients], source=source)


def _sign(form: Form, point: Sequence[mpq]) -> int:
    return sign_of_surd((c * point[i], n) for i, c, n in form)


@lru_cache(maxsize=16)
def _decomposition(letter: str, index: int) -> Any:
    """Decomposes points by the cone of the simple roots, which are rounded."""
    from polygeo.sampling.faces.generators import dyadic_rows
    from polygeo.sampling.faces.moreau import Moreau

    return Moreau(dyadic_rows(simple_roots(letter, index)), 2 if letter == "I2" else index)


@family("weyl TYPE RANK", "a Weyl chamber: A, B, C, D, E6, E7, E8, F4, H3, H4; weyl I2 P", "B", 4)
@dataclass(frozen=True)
class WeylChamber(FiniteType, FullCone, SimplicialCone):
    """The closed fundamental chamber of a finite reflection group, essential, in R^rank.

    * ``type``, ``index``: ``WeylChamber("B", 5)``; types A, B = C, D, E (6-8), F (4), G (2), H (3,
      4); for the dihedral group of order 2p ``WeylChamber("I2", p)``. One word is accepted as well:
      ``WeylChamber("E8")``. DomainError for what is no finite type.

    Volumes are exact (mpq). The chamber is {x : <x, a> >= 0 for the simple roots a}, in the
    coordinates of R^rank of `polygeo.cones.families.root_system.simple_forms`: B is {0 <= x_1 <=
    ... <= x_r}, D is {|x_1| <= x_2 <= ... <= x_r}, F_4 is {0 <= x_1 <= x_2 <= x_3, x_1 + x_2 + x_3
    <= x_4}, I_2(p) the sector of angles from 0 to pi/p, and A_r the monotone cone cut with the
    hyperplane sum x = 0 in the orthonormal (Helmert) basis (-1, ..., -1, j, 0, ...,
    0)/sqrt(j(j+1)); the monotone cone itself, in R^(r+1), is `MonotoneCone`. Membership is exact in
    all of them. Source: klivansswartz2011projection.

    >>> chamber = WeylChamber("B", 3)
    >>> chamber.intrinsic_volumes(), chamber.order, chamber.exponents
    (IntrinsicVolumes(5/16, 23/48, 3/16, 1/48), mpz(48), (1, 3, 5))
    >>> chamber.contains([0, 1, 1]), chamber.contains([2, 1, 3])
    (True, False)
    >>> WeylChamber("I2", 5).intrinsic_volumes()
    IntrinsicVolumes(2/5, 1/2, 1/10)
    """

    @property
    def rank(self) -> int:
        """The number of walls."""
        return self.ambient_dim

    @property
    def exponents(self) -> tuple[int, ...]:
        """The exponents m_1 <= ... <= m_r of the group."""
        return exponents(self.type, self.index)

    @property
    def order(self) -> mpz:
        """The order of the reflection group, which is the number of chambers."""
        return group_order(self.type, self.index)

    def as_polyhedral(self) -> PolyhedralCone:
        """Return the chamber as a `PolyhedralCone`: B, D, E_8 and F_4 have rational simple roots.

        DomainError for the other types.
        """
        forms = [] if self.type in ("A", "I2") else list(simple_forms(self.type, self.index))
        if not forms or any(n != 1 for form in forms for _, _, n in form):
            hint = f"; MonotoneCone({self.rank + 1}) is the same chamber with a line added"
            raise DomainError(
                f"no polyhedral description with rational numbers is known for {self!r}"
                + (hint if self.type == "A" else "")
            )
        rows = [[mpq(0)] * self.rank for _ in forms]
        for row, form in zip(rows, forms, strict=True):
            for i, c, _ in form:
                row[i] += c
        return PolyhedralCone(inequalities=rows)

    def contains(self, x: Sequence[Any]) -> bool:
        point = point_of(x, self.rank)
        if self.type == "I2":
            return point[1] >= 0 and self._side(*point) >= 0
        return all(_sign(form, point) >= 0 for form in simple_forms(self.type, self.index))

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether <x, w> <= 0 for the rays w of the chamber (exact)."""
        point = point_of(x, self.rank)
        if self.type == "I2":
            # The second ray is the first simple root (sin, -cos) turned by a right angle.
            return point[0] <= 0 and self._side(-point[1], point[0]) >= 0
        return all(_sign(form, point) <= 0 for form in dual_forms(self.type, self.index))

    def _side(self, x: mpq, y: mpq) -> int:
        """The sign of x sin(pi/p) - y cos(pi/p).

        Only p = 2 and p = 4 have a rational tangent (Niven), hence rational zeros but the origin.
        """
        if self.index in (2, 4):
            difference = x if self.index == 2 else x - y
            return (difference > 0) - (difference < 0)
        if x == 0 and y == 0:
            return 0
        p, q = to_flint(x), to_flint(y)

        def value() -> arb:
            sine, cosine = arb.sin_cos_pi_fmpq(fmpq(1, self.index))
            return sine * p - cosine * q

        return proved_sign(value)

    def _project(self, points: Any) -> Any:
        return -_decomposition(self.type, self.index).split(-points)[1] + 0.0

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        name = self.type if self.type in ("A", "B", "D", "I2") else f"{self.type}{self.index}"
        return volumes_of_exponents(self.exponents, f"families.weyl_{name}")
