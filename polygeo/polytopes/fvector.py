"""The (expected) f-vector of a polytope as a value: f_0, ..., f_{d-1} and its relations.

Expectations of face numbers satisfy every linear relation that holds for each polytope: Euler's,
and, where almost all realisations are simplicial, those of Dehn and Sommerville
(schneiderweil2008stochastic, section 14.1). They are checked here, not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import enclosure
from polygeo.answers.exact import fraction, is_expression, rational
from polygeo.answers.options import flag
from polygeo.answers.serialise import to_dict, to_sympy
from polygeo.answers.vector import AnswerVector
from polygeo.errors import Undecided
from polygeo.polytopes.angles.pipolynomial import PiPolynomial

__all__ = ["FVector"]


class FVector(AnswerVector):
    """Vector (f_0, ..., f_{d-1}) of the face numbers of a polytope, or of their means.

    * ``values``: the entries, exact (mpq, or SymPy where pi enters) or certified (Ball).
    * ``source``: id of the formula behind the numbers.

    ``f[k]`` is the number of k-dimensional faces; ``len(f) == f.dim``, and the polytope itself is
    not counted. Immutable and hashable.

    >>> cube = FVector([8, 12, 6])
    >>> cube, cube.euler_relation(), cube.dehn_sommerville(simplicial=False)
    (FVector(8, 12, 6), True, True)
    >>> cube.polar(), cube.dehn_sommerville()
    (FVector(6, 12, 8), False)
    """

    __slots__ = ()

    _numbers = "face numbers"
    _letter = "f"
    _key = "f"

    @classmethod
    def _entry(cls, value: Any) -> Any:
        """mpq, PiPolynomial (pi really entering), another SymPy value, or Ball."""
        if isinstance(value, PiPolynomial):
            exact = value.rational()
            return value if exact is None else exact
        return super()._entry(value)

    @staticmethod
    def _answer(value: Any) -> Any:
        return value.answer() if isinstance(value, PiPolynomial) else value

    def _shape(self) -> dict[str, int]:
        return {"dim": self.dim}

    @property
    def dim(self) -> int:
        """Dimension d of the polytope."""
        return len(self._values)

    def polar(self) -> FVector:
        """Return the f-vector of the polar polytope, f_k(P polar) = f_{d-1-k}(P)."""
        return self._alike(self._values[::-1])

    def euler_relation(self) -> bool:
        """Test whether sum_k (-1)^k f_k = 1 - (-1)^d; with balls, whether it may hold."""
        terms = [(_sign(k), value) for k, value in enumerate(self._values)]
        return _vanishes([*terms, (-1, mpq(1 - _sign(self.dim)))])

    def dehn_sommerville(self, simplicial: bool = True) -> bool:
        """Test whether the Dehn-Sommerville relations hold (k = -1 is Euler's relation):

            sum_{j=k}^{d-1} (-1)^j binomial(j+1, k+1) f_j = (-1)^(d-1) f_k,  -1 <= k <= d - 2,

        with f_{-1} = 1, for simplicial polytopes; for simple ones (``simplicial=False``) the same
        for the polar vector. With balls: whether they may hold.
        """
        d = self.dim
        values = [mpq(1), *(self._values if flag(simplicial, "simplicial") else self._values[::-1])]
        return all(
            _vanishes(
                [(_sign(j) * comb(j + 1, k + 1), values[j + 1]) for j in range(k, d)]
                + [(_sign(d), values[k + 1])]
            )
            for k in range(-1, d - 1)
        )

    def enclosed(self, digits: int) -> FVector:
        """Return the vector with Balls of ``digits`` digits in place of exact entries."""
        values = (Ball.of(_enclosure(value, digits), digits * 4) for value in self._values)
        return self._alike(ball.with_source(self.source) for ball in values)

    @classmethod
    def _written(cls, value: Any) -> dict[str, Any]:
        """Return a polynomial in pi also by its coefficients, from which it is read."""
        if not isinstance(value, PiPolynomial):
            return to_dict(value)
        powers = {str(i): fraction(c) for i, c in value.coefficients().items()}
        return {**to_dict(value.answer()), "pi": powers}

    @classmethod
    def _read(cls, record: dict[str, Any]) -> Any:
        if "pi" not in record:
            return super()._read(record)
        return PiPolynomial({int(i): rational(c) for i, c in record["pi"].items()})


def _sign(k: int) -> int:
    return -1 if k % 2 else 1


def _vanishes(terms: Sequence[tuple[int, Any]]) -> bool:
    """Test whether an integer combination is 0, or with balls may be 0."""
    if any(isinstance(value, Ball) for _, value in terms):
        digits = max(v.bits for _, v in terms if isinstance(v, Ball)) * 3 // 10 + 2
        return _combination(terms, digits).contains(0)
    if any(is_expression(value) for _, value in terms):
        return _symbolic_zero(terms)
    return sum((PiPolynomial.of(value) * factor for factor, value in terms), PiPolynomial()) == 0


def _enclosure(value: Any, digits: int) -> Any:
    return value.enclose(digits) if isinstance(value, PiPolynomial) else enclosure(value, digits)


def _combination(terms: Sequence[tuple[int, Any]], digits: int) -> Ball:
    balls = (Ball.of(_enclosure(value, digits), digits * 4) * factor for factor, value in terms)
    return sum(balls, Ball.of(0, digits * 4))


def _symbolic_zero(terms: Sequence[tuple[int, Any]]) -> bool:
    import sympy

    summands = (factor * to_sympy(FVector._answer(value)) for factor, value in terms)
    total = sympy.expand(sympy.Add(*summands))
    if total.is_zero:
        return True
    if not _combination(terms, 60).contains(0):
        return False
    if sympy.simplify(total) == 0:
        return True
    raise Undecided(f"whether {total} is 0 is open")
