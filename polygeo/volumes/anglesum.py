"""Sums of angles between rational vectors, exactly: which of them are rational multiples of pi.

The angle of two vectors with inner products <u,u>, <v,v>, <u,v> in Q has a tangent whose square
is rational, so that up to multiples of pi/2 it is arctan(sqrt(T)) with T in Q. Write T = s^2 D with
D square-free: e^{i arctan(s sqrt D)} is, up to a positive factor, the number 1 + s sqrt(-D).

* arctan(sqrt(T)) is a rational multiple of pi only for T = 0, 1/3, 1, 3, infinity, the tangents
  of roots of unity in quadratic fields (niven1956irrational, chapter 3).
* sum_j n_j arctan(sqrt(T_j)), n_j integers, is a rational multiple of pi exactly when each part
  with one D is. (Squared and divided by its conjugate, a number of Q(sqrt(-D)) is inverted by the
  automorphisms that move sqrt(-D) and fixed by the others; so the parts lie in eigenspaces of
  different characters of the Galois group on the multiplicative group tensored with Q.)

Each part is the argument of one product in Q(sqrt(-D)), hence again one arctan(sqrt(U)) and a
multiple of pi; two sums are equal exactly when this normal form of their difference is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import gcd, lcm
from typing import Any

import gmpy2
from flint import arb
from gmpy2 import mpq, mpz

from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.exact import register_with_sympy, to_sympy_rational

__all__ = ["AngleSum"]

KNOWN = {mpq(1): mpq(1, 4), mpq(3): mpq(1, 3), mpq(1, 3): mpq(1, 6)}
"""Values of arctan(sqrt(T))/pi for the T > 0 at which they are rational."""

SYMBOLIC_BITS = 256
"""Largest size in bits of a squared tangent that is written out in a SymPy expression."""

MAX_BITS = 100_000
"""Largest size in bits of a product in Q(sqrt(-D)) that is formed to recognise a multiple of pi."""


@dataclass(frozen=True)
class AngleSum:
    """Number constant + (1/pi) sum_T terms[T] arctan(sqrt(T)) with rational T > 0, coefficients.

    >>> third = AngleSum.between(2, 2, -1)                      # the angle 2 pi/3, over pi
    >>> third.value()
    mpq(2,3)
    >>> odd = AngleSum.between(1, 3, 1)                         # arccos(1/sqrt(3))
    >>> (2 * odd + AngleSum.between(3, 3, 1)).value()           # arccos(1/3): together pi
    mpq(1,1)
    >>> odd.value()
    -atan(sqrt(2)/2)/pi + 1/2
    """

    constant: mpq = field(default_factory=mpq)
    terms: Mapping[mpq, mpq] = field(default_factory=dict)

    @classmethod
    def between(cls, uu: Any, vv: Any, uv: Any) -> AngleSum:
        """Return the angle of the vectors u and v over pi, a number in [0, 1].

        * ``uu``, ``vv``, ``uv``: the rational inner products <u,u> > 0, <v,v> > 0 and <u,v>.
        """
        if uv == 0:
            return cls(mpq(1, 2))
        squared = mpq(uv) ** 2
        angle = cls._arctan((mpq(uu) * mpq(vv) - squared) / squared)
        return angle if uv > 0 else cls(mpq(1)) - angle

    @classmethod
    def _arctan(cls, square: mpq) -> AngleSum:
        """Return arctan(sqrt(T))/pi for T >= 0; T > 1 goes to its complement."""
        if square == 0:
            return cls()
        if square in KNOWN:
            return cls(KNOWN[square])
        if square > 1:
            return cls(mpq(1, 2), {1 / square: mpq(-1)})
        return cls(mpq(0), {square: mpq(1)})

    @classmethod
    def total(cls, parts: Iterable[AngleSum]) -> AngleSum:
        """Return the sum of many angle sums."""
        constant, terms = mpq(0), dict[mpq, mpq]()
        for part in parts:
            constant += part.constant
            for square, coefficient in part.terms.items():
                terms[square] = terms.get(square, mpq(0)) + coefficient
        return cls(constant, {square: c for square, c in terms.items() if c})

    def __add__(self, other: AngleSum) -> AngleSum:
        return AngleSum.total((self, other))

    def __neg__(self) -> AngleSum:
        return self * mpq(-1)

    def __sub__(self, other: AngleSum) -> AngleSum:
        return self + -other

    def __mul__(self, factor: Any) -> AngleSum:
        scale = mpq(factor)
        if scale == 0:
            return AngleSum()
        return AngleSum(self.constant * scale, {t: c * scale for t, c in self.terms.items()})

    __rmul__ = __mul__

    def __hash__(self) -> int:
        return hash((self.constant, frozenset(self.terms.items())))

    def enclosure(self) -> arb:
        """Return the number as an arb at the working precision."""
        angles = (exact_arb(c) * exact_arb(t).sqrt().atan() for t, c in self.terms.items())
        return exact_arb(self.constant) + sum(angles, arb(0)) / arb.pi()

    def normal(self) -> AngleSum:
        """Return the normal form, with one term for each field Q(sqrt(-D))."""
        fields: list[list[mpq]] = []
        for square in self.terms:
            for group in fields:
                if _root(square * group[0]) is not None:
                    group.append(square)
                    break
            else:
                fields.append([square])
        parts = (self._merged(group) for group in fields)
        return AngleSum.total((AngleSum(self.constant), *parts))

    def value(self) -> Any:
        """Return the number: an mpq when it is rational (that is decided), else a SymPy expression.

        None where the expression would hold integers of more than 256 bits.
        """
        form = self.normal()
        if not form.terms:
            return form.constant
        if any(_bits(square) > SYMBOLIC_BITS for square in form.terms):
            form = self
        if any(_bits(square) > SYMBOLIC_BITS for square in form.terms):
            return None
        import sympy

        register_with_sympy()
        angles = [
            to_sympy_rational(c) * sympy.atan(sympy.sqrt(to_sympy_rational(t))) / sympy.pi
            for t, c in sorted(form.terms.items())
        ]
        return sympy.Add(to_sympy_rational(form.constant), *angles)

    def _merged(self, group: list[mpq]) -> AngleSum:
        """Return the terms of one field as a single arctan plus a rational number."""
        part = AngleSum(mpq(0), {square: self.terms[square] for square in group})
        bottom = lcm(*(int(c.denominator) for c in part.terms.values()))
        counts = {square: int(c * bottom) for square, c in part.terms.items()}
        common = gcd(*counts.values())
        size = sum(abs(n // common) * _bits(t) for t, n in counts.items())
        if (len(group) == 1 and abs(counts[group[0]]) == common) or size > MAX_BITS:
            return part
        radicand = group[0].numerator * group[0].denominator
        product = (mpz(1), mpz(0))
        for square, count in counts.items():
            root = _root(square / radicand)
            assert root is not None
            factor = (root.denominator, root.numerator if count > 0 else -root.numerator)
            product = _times(product, _power(factor, abs(count) // common, radicand), radicand)
        return self._from_product(part, product, radicand, mpq(common, bottom))

    @staticmethod
    def _from_product(
        part: AngleSum, product: tuple[mpz, mpz], radicand: mpz, scale: mpq
    ) -> AngleSum:
        """scale * (argument of x + y sqrt(-radicand), plus the multiple of pi that part needs)."""
        x, y = product
        if x == 0:
            angle = AngleSum(mpq(1, 2))
        else:
            angle = AngleSum._arctan(mpq(y * y * radicand, x * x))
            angle = angle if (x > 0) == (y > 0) else -angle
        wanted = part * (1 / scale)
        bits = 64
        while True:
            with precision(bits):
                turns = (wanted.enclosure() - angle.enclosure()).unique_fmpz()
            if turns is not None:
                return (angle + AngleSum(mpq(int(turns)))) * scale
            bits *= 2


def _bits(x: mpq) -> int:
    return x.numerator.bit_length() + x.denominator.bit_length()


def _root(x: mpq) -> mpq | None:
    """Return the rational square root, if there is one."""
    top, bottom = x.numerator, x.denominator
    if not (gmpy2.is_square(top) and gmpy2.is_square(bottom)):
        return None
    return mpq(gmpy2.isqrt(top), gmpy2.isqrt(bottom))


def _times(a: tuple[mpz, mpz], b: tuple[mpz, mpz], radicand: mpz) -> tuple[mpz, mpz]:
    """Return a positive multiple of the product of two numbers x + y sqrt(-radicand)."""
    x, y = a[0] * b[0] - radicand * a[1] * b[1], a[0] * b[1] + a[1] * b[0]
    common = gmpy2.gcd(x, y)
    return x // common, y // common


def _power(base: tuple[mpz, mpz], exponent: int, radicand: mpz) -> tuple[mpz, mpz]:
    result = (mpz(1), mpz(0))
    while exponent:
        if exponent & 1:
            result = _times(result, base, radicand)
        base, exponent = _times(base, base, radicand), exponent >> 1
    return result
