"""Polynomials in angles; the intrinsic volumes of polyhedral cones in low dimension are such.

An `AngleForm` is an exact linear part (an `AngleSum`) and monomials in angle sums and in solid
angles of simplicial cones of dimension 4 (`SolidAngle4`). Forms add and multiply exactly; angles
of congruent cones are one atom. A form is turned into a number at the end: into an mpq where it
is proved rational, into a SymPy expression of moderate size where no `SolidAngle4` is left, else
into a Ball.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, permutations
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision_bits
from polygeo.errors import DomainError
from polygeo.volumes.angles import angle_of_four, certify_angle
from polygeo.volumes.anglesum import AngleSum

__all__ = ["AngleForm", "SolidAngle4", "values_of"]

MAX_INTEGRALS = 5000
"""Largest number of incongruent solid angles of dimension 4 that are integrated for one vector."""


class SolidAngle4:
    """The solid angle of {x in R^4 : <a_i, x> >= 0}, from the integer Gram matrix of the a_i.

    Equal and with equal hash for congruent cones (the same signed squared correlations).
    """

    __slots__ = ("gram", "key")

    def __init__(self, gram: Sequence[Sequence[int]]) -> None:
        self.gram = gram
        squares = [
            [mpq(gram[i][j] * abs(gram[i][j]), gram[i][i] * gram[j][j]) for j in range(4)]
            for i in range(4)
        ]
        pairs = tuple(combinations(range(4), 2))
        self.key = min(tuple(squares[p[i]][p[j]] for i, j in pairs) for p in permutations(range(4)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SolidAngle4) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


Atom = AngleSum | SolidAngle4
Monomial = tuple[Atom, ...]


@dataclass(frozen=True)
class AngleForm:
    """Polynomial in angles: linear + sum of coefficient * product of atoms.

    >>> right = AngleForm.of(AngleSum(mpq(1, 2)))
    >>> (right * right - right).exact()
    mpq(-1,4)
    """

    linear: AngleSum = field(default_factory=AngleSum)
    monomials: Mapping[Monomial, mpq] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any) -> AngleForm:
        """Return a form equal to a rational number, an angle sum or a SolidAngle4."""
        if isinstance(value, SolidAngle4):
            return cls(AngleSum(), {(value,): mpq(1)})
        return cls(value if isinstance(value, AngleSum) else AngleSum(mpq(value)))

    @classmethod
    def total(cls, parts: Iterable[AngleForm]) -> AngleForm:
        """Return the sum of many forms."""
        forms = list(parts)
        monomials: dict[Monomial, mpq] = {}
        for form in forms:
            for atoms, coefficient in form.monomials.items():
                monomials[atoms] = monomials.get(atoms, mpq(0)) + coefficient
        return cls(
            AngleSum.total(form.linear for form in forms),
            {atoms: c for atoms, c in monomials.items() if c},
        )

    def __add__(self, other: AngleForm) -> AngleForm:
        return AngleForm.total((self, other))

    def __sub__(self, other: AngleForm) -> AngleForm:
        return self + other.scaled(-1)

    def scaled(self, factor: Any) -> AngleForm:
        """Return the form times a rational number."""
        scale = mpq(factor)
        if not scale:
            return AngleForm()
        return AngleForm(self.linear * scale, {a: c * scale for a, c in self.monomials.items()})

    def __mul__(self, other: AngleForm) -> AngleForm:
        for a, b in ((self, other), (other, self)):
            if not a.monomials and not a.linear.terms:
                return b.scaled(a.linear.constant)
        products: dict[Monomial, mpq] = {}
        for left, x in self._atoms():
            for right, y in other._atoms():
                atoms = left + right
                products[atoms] = products.get(atoms, mpq(0)) + x * y
        return AngleForm(AngleSum(), products)

    def _atoms(self) -> list[tuple[Monomial, mpq]]:
        linear: list[tuple[Monomial, mpq]] = []
        if self.linear.constant or self.linear.terms:
            linear.append(((self.linear,), mpq(1)))
        return [*linear, *self.monomials.items()]

    @cached_property
    def solid_angles(self) -> set[SolidAngle4]:
        """Solid angles of dimension 4 in the form."""
        return {a for atoms in self.monomials for a in atoms if isinstance(a, SolidAngle4)}

    def exact(self) -> Any:
        """Return an mpq where the form is proved rational, else a SymPy expression.

        None with integrals, and where the expression would hold integers of more than 256 bits.
        A linear form is rational exactly when this says so; of products this is not decided.
        """
        value = self.linear.value()
        if self.solid_angles or value is None:
            return None
        for atoms, coefficient in self.monomials.items():
            product: Any = coefficient
            for atom in atoms:
                assert isinstance(atom, AngleSum)
                number = atom.value()
                if number is None:
                    return None
                product = number * product
            value = value + product
        return value

    def enclosure(self, known: dict[Any, arb]) -> arb:
        """Return the number at the working precision; ``known`` keeps computed integrals."""
        total = self.linear.enclosure()
        for atoms, coefficient in self.monomials.items():
            product = exact_arb(coefficient)
            for atom in atoms:
                product *= _enclosure(atom, known)
            total += product
        return total


def _enclosure(atom: Atom, known: dict[Any, arb]) -> arb:
    place = (atom, precision_bits())
    if place not in known:
        known[place] = atom.enclosure() if isinstance(atom, AngleSum) else angle_of_four(atom.gram)
    return known[place]


def values_of(forms: Sequence[AngleForm], digits: int, *, relative: bool = True) -> list[Any]:
    """Return the numbers of many forms, all exact where all forms are, else with Balls.

    Balls have ``digits`` significant digits; with ``relative=False`` (numbers that may be 0) they
    have an absolute error below 10^-digits.
    """
    integrals = set().union(*(form.solid_angles for form in forms))
    if not integrals:
        exact = [form.exact() for form in forms]
        if None not in exact:
            return exact
    if len(integrals) > MAX_INTEGRALS:
        raise DomainError(
            f"at most {MAX_INTEGRALS} solid angles of dimension 4 are integrated; "
            f"got {len(integrals)}"
        )
    known: dict[Any, arb] = {}
    return [_value(form, digits, relative, known) for form in forms]


def _value(form: AngleForm, digits: int, relative: bool, known: dict[Any, arb]) -> Any:
    if not form.monomials:
        linear = form.linear.normal()
        if not linear.terms:
            return linear.constant
    if relative:
        return certify_angle(lambda: form.enclosure(known), digits)
    # Away from 0 by the shift, so that significant digits are absolute ones.
    shift = 2 + int(sum(map(abs, form.monomials.values()), _size(form.linear)))
    extra = len(str(shift)) + 1
    ball = certify_angle(lambda: form.enclosure(known) + shift, digits + extra)
    return Ball(ball.mid - shift, ball.rad, ball.bits, ball.source)


def _size(linear: AngleSum) -> mpq:
    return abs(linear.constant) + sum(map(abs, linear.terms.values()), mpq(0))
