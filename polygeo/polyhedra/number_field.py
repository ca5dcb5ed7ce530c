"""Numbers of Q(sqrt 2, sqrt 3, sqrt 5, ..): rational sums of square roots of integers, exactly.

Square roots of different squarefree integers are independent over the rationals (see
`polygeo.polyhedra.surd`), so that equality is decided by comparing coefficients.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import gcd
from typing import Any

from flint import arb, fmpz
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.exact import fraction, shorten
from polygeo.errors import DomainError
from polygeo.polyhedra.surd import sign_of_surd, squarefree
from polygeo.polyhedra.vectors import line_of

__all__ = ["Surd", "field_line", "prime_factors"]

MAX_RADICAND = 10**9
"""Largest number under a square root."""

MAX_TERMS = 64
"""Largest number of different square roots in one number."""


class Surd:
    """A number sum c sqrt(n) with rational c and different squarefree n >= 1, immutable.

    >>> golden = (1 + Surd.root(mpq(5))) * mpq(1, 2)
    >>> golden * golden - golden, 1 / golden, golden.sign()
    ('1', '-1/2 + 1/2*sqrt(5)', 1)
    """

    __slots__ = ("_terms",)

    def __init__(self, terms: Iterable[tuple[int, mpq]]) -> None:
        self._terms = tuple(sorted((n, c) for n, c in terms if c))
        if len(self._terms) > MAX_TERMS:
            raise DomainError(f"a number may have at most {MAX_TERMS} square roots; got more")

    @property
    def terms(self) -> tuple[tuple[int, mpq], ...]:
        """The pairs (n, c), c != 0, in the order of n."""
        return self._terms

    @classmethod
    def of(cls, value: Any) -> Surd:
        """Return the number equal to a rational."""
        return value if isinstance(value, Surd) else cls([(1, mpq(value))])

    @classmethod
    def root(cls, value: mpq) -> Surd:
        """Return sqrt(value) of a rational >= 0."""
        n = value.numerator * value.denominator
        if n < 0 or n > MAX_RADICAND:
            raise DomainError(
                f"square roots are taken of rationals p/q, 0 <= p q <= 10^9; got {shorten(value)}"
            )
        if n == 0:
            return cls([])
        root, kernel = squarefree(int(n))
        return cls([(kernel, mpq(root, value.denominator))])

    def rational(self) -> mpq | None:
        """Return the number as an mpq, None where it is irrational."""
        if not self._terms:
            return mpq(0)
        (n, c), *rest = self._terms
        return c if n == 1 and not rest else None

    def sign(self) -> int:
        """Return the sign -1, 0 or 1, exactly."""
        return sign_of_surd((c, n) for n, c in self._terms)

    def __add__(self, other: Any) -> Surd:
        parts = dict(self._terms)
        for n, c in Surd.of(other)._terms:
            parts[n] = parts.get(n, mpq(0)) + c
        return Surd(parts.items())

    def __neg__(self) -> Surd:
        return Surd((n, -c) for n, c in self._terms)

    def __sub__(self, other: Any) -> Surd:
        return self + -Surd.of(other)

    def __mul__(self, other: Any) -> Surd:
        parts: dict[int, mpq] = {}
        for n, c in self._terms:
            for k, e in Surd.of(other)._terms:
                common = gcd(n, k)
                kernel = n // common * (k // common)
                if kernel > MAX_RADICAND**2:
                    raise DomainError("a product of square roots needs a radicand of at most 10^18")
                parts[kernel] = parts.get(kernel, mpq(0)) + c * e * common
        return Surd(parts.items())

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Surd:
        return self * Surd.of(other).inverse()

    def __rtruediv__(self, other: Any) -> Surd:
        return self.inverse() * other

    def inverse(self) -> Surd:
        """Return 1/x: with x = a + b sqrt(p) for a prime p, (a - b sqrt(p)) / (a^2 - p b^2)."""
        if not self._terms:
            raise DomainError("a division by 0")
        n = self._terms[-1][0]
        if n == 1:
            return Surd([(1, 1 / self._terms[0][1])])
        p = prime_factors(n)[0]
        conjugate = Surd((k, -c if k % p == 0 else c) for k, c in self._terms)
        return conjugate * (self * conjugate).inverse()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Surd):
            return self._terms == other._terms
        value = self.rational()
        return value is not None and value == other

    def __hash__(self) -> int:
        value = self.rational()
        return hash(self._terms) if value is None else hash(value)

    def __bool__(self) -> bool:
        return bool(self._terms)

    def __float__(self) -> float:
        bits = 128
        while self._terms:
            with precision(bits):
                value = sum((exact_arb(c) * arb(n).sqrt() for n, c in self._terms), arb(0))
            if value.rel_accuracy_bits() > 64:
                return float(value)
            bits *= 2
        return 0.0

    def __str__(self) -> str:
        words = []
        for n, c in self._terms:
            size = fraction(abs(c))
            word = size if n == 1 else f"sqrt({n})" if size == "1" else f"{size}*sqrt({n})"
            words += [" - " if c < 0 else " + ", word]
        if not words:
            return "0"
        return ("-" if words[0] == " - " else "") + "".join(words[1:])

    def __repr__(self) -> str:
        """Return the string that is read back as this number."""
        return repr(str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return Surd, (self._terms,)

    def _sympy_(self) -> Any:
        import sympy

        return sympy.Add(
            *(
                sympy.Rational(int(c.numerator), int(c.denominator)) * sympy.sqrt(n)
                for n, c in self._terms
            )
        )


@lru_cache(maxsize=10_000)
def prime_factors(n: int) -> tuple[int, ...]:
    """Return the prime factors of n, smallest first.

    >>> prime_factors(30), prime_factors(1)
    ((2, 3, 5), ())
    """
    return tuple(sorted(int(p) for p, _ in fmpz(n).factor()))


def field_line(row: Sequence[Any]) -> tuple[Any, ...]:
    """Return one vector for each line: primitive ints where it has a rational one, else of `Surd`.

    The first entry that is not 0 is positive (of `Surd`: 1); no numbers are read here.

    >>> field_line([Surd.root(mpq(2)), Surd.root(mpq(8))]), field_line([0, -1, Surd.root(mpq(2))])
    ((1, 2), ('0', '1', '-sqrt(2)'))
    """
    if any(isinstance(x, Surd) for x in row):
        lead = next((x for x in row if x), Surd.of(1))
        scaled = [Surd.of(x) / lead for x in row]
        exact = [x.rational() for x in scaled]
        if any(x is None for x in exact):
            return tuple(scaled)
        row = exact
    return line_of(row)
