"""Laurent polynomials in pi with rational coefficients: the numbers of Q[pi, 1/pi], exactly.

Pi is transcendental, so two such numbers are equal only if their coefficients are. Sums and
products are those of flint's polynomials; SymPy, which is a thousand times slower, is met at the
border only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, arb_poly, fmpq, fmpq_poly
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import certify
from polygeo.answers.decimals import significant
from polygeo.answers.exact import integer, is_expression, rational, to_flint, to_sympy_rational
from polygeo.answers.options import describe, instance, set_fields
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError

__all__ = ["PiPolynomial"]

MAX_EXPONENT = 1_000_000
"""Highest power of pi: a polynomial keeps every coefficient in between."""


class PiPolynomial:
    """Finite sum of c_i pi^i with rational c_i, i any integer; immutable and hashable.

    * ``coefficients``: a dictionary {i: c_i}.

    >>> x = PiPolynomial({-1: mpq(1, 2), 1: 3})
    >>> x * x
    PiPolynomial(1/(4*pi^2) + 3 + 9*pi^2)
    >>> x.answer(), x.enclose(12).decimal(12)
    (1/(2*pi) + 3*pi, '9.58393290386')
    """

    __slots__ = ("_poly", "_shift")

    _poly: fmpq_poly
    _shift: int

    def __init__(self, coefficients: Mapping[int, Any] | None = None) -> None:
        given = {} if coefficients is None else coefficients
        if not isinstance(given, Mapping):
            raise DomainError(f"coefficients need a mapping from powers; got {describe(given)}")
        terms = {_exponent(i): to_flint(value) for i, value in given.items()}
        low = min(terms, default=0)
        entries = [fmpq(0)] * (max(terms, default=0) - low + 1)
        for exponent, value in terms.items():
            entries[exponent - low] = value
        self._set(fmpq_poly(entries), low)

    def _set(self, poly: fmpq_poly, shift: int) -> None:
        """Normal form: no power of pi can be taken out of the polynomial."""
        entries = poly.coeffs()
        lead = next((i for i, c in enumerate(entries) if c), 0)
        shifted = fmpq_poly(entries[lead:]) if lead else poly
        set_fields(self, _poly=shifted, _shift=shift + lead if entries else 0)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("PiPolynomial is immutable")

    @classmethod
    def build(cls, poly: fmpq_poly, shift: int = 0) -> PiPolynomial:
        """Return the number poly(pi) pi^shift for a polynomial of flint."""
        new = object.__new__(cls)
        new._set(instance(poly, "poly", fmpq_poly), _exponent(shift))
        return new

    @classmethod
    def of(cls, value: Any) -> PiPolynomial:
        """Return ``value`` as a PiPolynomial: a rational number, or one that is a PiPolynomial."""
        return value if isinstance(value, PiPolynomial) else cls.build(fmpq_poly([to_flint(value)]))

    def __reduce__(self) -> tuple:
        return PiPolynomial, (self.coefficients(),)

    def coefficients(self) -> dict[int, mpq]:
        """Return the coefficients that are not 0 as a dictionary {exponent: coefficient}."""
        entries = enumerate(self._poly.coeffs(), self._shift)
        return {i: mpq(int(c.p), int(c.q)) for i, c in entries if c}

    def rational(self) -> mpq | None:
        """Return the number as mpq, or None where pi enters."""
        terms = self.coefficients()
        return terms.get(0, mpq(0)) if terms.keys() <= {0} else None

    def answer(self) -> Any:
        """Return the number as an exact answer: an mpq, or a SymPy expression where pi enters."""
        exact = self.rational()
        return self.to_sympy() if exact is None else exact

    def to_sympy(self) -> Any:
        """Return the SymPy expression equal to the number."""
        import sympy

        terms = self.coefficients().items()
        return sympy.Add(*(to_sympy_rational(c) * sympy.pi**i for i, c in terms))

    def to_arb(self) -> arb:
        """Return an enclosure of the number at the working precision."""
        return arb_poly(self._poly)(arb.pi()) * arb.pi() ** self._shift

    def enclose(self, digits: int, source: str = "") -> Ball:
        """Return a Ball that proves ``digits`` significant digits of the number.

        * ``source``: id of the formula in the Ball (default empty).
        """
        if not self._poly:
            return Ball.of(0, 64, source)
        return certify(self.to_arb, digits, source=source)

    def decimal(self, digits: int) -> str:
        """Return the first ``digits`` significant decimal digits, correctly rounded."""
        from polygeo.answers.serialise import decimal

        exact, count = self.rational(), significant(digits)
        return decimal(self.enclose(count + 5) if exact is None else exact, count)

    def __add__(self, other: Any) -> PiPolynomial:
        right = _operand(other)
        if right is None:
            return NotImplemented
        low = min(self._shift, right._shift)
        total = self._poly * _power(self._shift - low) + right._poly * _power(right._shift - low)
        return PiPolynomial.build(total, low)

    __radd__ = __add__

    def __neg__(self) -> PiPolynomial:
        return PiPolynomial.build(-self._poly, self._shift)

    def __sub__(self, other: Any) -> PiPolynomial:
        right = _operand(other)
        return NotImplemented if right is None else self + (-right)

    def __rsub__(self, other: Any) -> PiPolynomial:
        return -self + other

    def __mul__(self, other: Any) -> PiPolynomial:
        right = _operand(other)
        if right is None:
            return NotImplemented
        return PiPolynomial.build(self._poly * right._poly, self._shift + right._shift)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> PiPolynomial:
        power = integer(power, "power")
        if abs(power) * max(self._poly.degree(), abs(self._shift), 1) > MAX_EXPONENT:
            raise DomainError(f"powers of pi are at most {MAX_EXPONENT}; got the power {power}")
        if power < 0 and self._poly.degree() == 0:  # a monomial has a reciprocal
            return PiPolynomial.build(fmpq_poly([self._poly[0] ** power]), self._shift * power)
        if power < 0:
            raise DomainError(f"1/({self}) is no Laurent polynomial in pi")
        return PiPolynomial.build(self._poly**power, self._shift * power)

    def __eq__(self, other: object) -> bool:
        right = _operand(other)
        if right is None:
            return NotImplemented
        return self._shift == right._shift and self._poly == right._poly

    def __hash__(self) -> int:
        exact = self.rational()
        return hash(exact) if exact is not None else hash(tuple(self.coefficients().items()))

    def __bool__(self) -> bool:
        return bool(self._poly)

    def __str__(self) -> str:
        terms = [_term(i, c) for i, c in self.coefficients().items()]
        return " + ".join(terms).replace("+ -", "- ") or "0"

    def __repr__(self) -> str:
        return f"PiPolynomial({self})"

    def _repr_latex_(self) -> str:
        return f"${latex(self.answer())}$"


def _exponent(value: Any) -> int:
    power = integer(value, "a power of pi")
    if abs(power) > MAX_EXPONENT:
        raise DomainError(f"powers of pi are at most {MAX_EXPONENT}; got {power}")
    return power


def _operand(value: Any) -> PiPolynomial | None:
    if isinstance(value, PiPolynomial):
        return value
    if isinstance(value, float) or is_expression(value):
        return None
    try:
        return PiPolynomial.of(rational(value))
    except DomainError:
        return None


def _power(exponent: int) -> fmpq_poly:
    return fmpq_poly([0] * exponent + [1])


def _term(exponent: int, c: mpq) -> str:
    if exponent == 0:
        return str(c)
    power = "pi" if abs(exponent) == 1 else f"pi^{abs(exponent)}"
    top, bottom = str(c.numerator), "" if c.denominator == 1 else str(c.denominator)
    if exponent > 0:
        lead = {"1": power, "-1": f"-{power}"}.get(top, f"{top}*{power}")
        return f"{lead}/{bottom}" if bottom else lead
    return f"{top}/({bottom}*{power})" if bottom else f"{top}/{power}"
