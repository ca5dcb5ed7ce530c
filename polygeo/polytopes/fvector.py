"""The (expected) f-vector of a polytope as a value: f_0, ..., f_{d-1} and its relations.

Expectations of face numbers satisfy every linear relation that holds for each polytope: Euler's,
and, where almost all realisations are simplicial, those of Dehn and Sommerville
(schneiderweil2008stochastic, section 14.1). They are checked here, not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import comb
from typing import Any, overload

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certify import certify
from polygeo.answers.evaluation import evaluate_to_arb
from polygeo.answers.exact import integer, rational
from polygeo.answers.record import decimal, kind, show, to_dict, to_sympy
from polygeo.answers.sequence import sequence
from polygeo.answers.typeset import latex_vector
from polygeo.errors import DomainError, Undecided
from polygeo.polytopes.pipolynomial import PiPolynomial

__all__ = ["FVector"]


class FVector(Sequence):
    """The vector (f_0, ..., f_{d-1}) of a d-dimensional polytope, or of its expectations.

    ``f[k]`` is the number of k-dimensional faces, exact (mpq, or SymPy where pi enters) or
    certified (Ball); ``len(f) == f.dim``, and the polytope itself is not counted. Immutable and
    hashable. ``source`` is the id of the formula behind the numbers.

    >>> cube = FVector([8, 12, 6])
    >>> cube, cube.euler_relation(), cube.dehn_sommerville(simplicial=False)
    (FVector(8, 12, 6), True, True)
    >>> cube.polar(), cube.dehn_sommerville()
    (FVector(6, 12, 8), False)
    """

    __slots__ = ("_values", "source")

    _values: tuple[Any, ...]
    source: str

    def __init__(self, values: Iterable[Any], *, source: str = "") -> None:
        entries = tuple(map(_entry, sequence(values, "an f-vector")))
        if not entries:
            raise DomainError("an f-vector needs at least f_0; got an empty vector")
        object.__setattr__(self, "_values", entries)
        object.__setattr__(self, "source", source)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("FVector is immutable")

    def __reduce__(self) -> tuple:
        return _rebuild, (self._values, self.source)

    @property
    def dim(self) -> int:
        """d, the dimension of the polytope."""
        return len(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, k: int) -> Any: ...
    @overload
    def __getitem__(self, k: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, k: int | slice) -> Any:
        if isinstance(k, slice):
            return tuple(map(_answer, self._values[k]))
        return _answer(self._values[k])

    def __iter__(self) -> Iterator[Any]:
        return map(_answer, self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FVector):
            return NotImplemented
        return self._values == other._values

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        shown = [show(value) for value in self]
        if len(shown) > 13:
            shown = [*shown[:6], f"... {len(shown) - 12} more ...", *shown[-6:]]
        return f"FVector({', '.join(shown)})"

    def _repr_latex_(self) -> str:
        return f"${latex_vector(self)}$"

    @property
    def kind(self) -> str:
        """'exact', or 'certified' when at least one entry is a Ball."""
        return "certified" if any(isinstance(v, Ball) for v in self._values) else "exact"

    def polar(self) -> FVector:
        """The f-vector of the polar polytope: f_k(P polar) = f_{d-1-k}(P)."""
        return FVector(self._values[::-1], source=self.source)

    def euler_relation(self) -> bool:
        """Whether sum_k (-1)^k f_k = 1 - (-1)^d; with balls, whether it may hold."""
        terms = [(_sign(k), value) for k, value in enumerate(self._values)]
        return _vanishes([*terms, (-1, mpq(1 - _sign(self.dim)))])

    def dehn_sommerville(self, simplicial: bool = True) -> bool:
        """Whether the Dehn-Sommerville relations hold (they contain Euler's, the one of k = -1):

            sum_{j=k}^{d-1} (-1)^j binomial(j+1, k+1) f_j = (-1)^(d-1) f_k,  -1 <= k <= d - 2,

        with f_{-1} = 1, for simplicial polytopes; for simple ones (``simplicial=False``) the same
        for the polar vector. With balls: whether they may hold.
        """
        d = self.dim
        values = [mpq(1), *(self._values if simplicial else self._values[::-1])]
        return all(
            _vanishes(
                [(_sign(j) * comb(j + 1, k + 1), values[j + 1]) for j in range(k, d)]
                + [(_sign(d), values[k + 1])]
            )
            for k in range(-1, d - 1)
        )

    def enclosed(self, digits: int) -> FVector:
        """The same numbers as balls of about so many digits (balls stay as they are)."""
        values = (Ball.of(_ball(value, digits), digits * 4) for value in self._values)
        return FVector((ball.cited(self.source) for ball in values), source=self.source)

    def decimal(self, digits: int) -> tuple[str, ...]:
        """Every entry to so many significant digits, correctly rounded."""
        return tuple(decimal(value, digits) for value in self._values)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: the entries as answers."""
        return {
            "kind": self.kind,
            "dim": self.dim,
            "f": [to_dict(value) for value in self],
            "source": self.source,
        }


def _rebuild(values: tuple, source: str) -> FVector:
    return FVector(values, source=source)


def _entry(value: Any) -> Any:
    """What is kept: mpq, PiPolynomial (pi really entering), another SymPy value, or Ball."""
    if isinstance(value, float):
        raise DomainError(f"face numbers are exact or certified; got the float {value!r}")
    if isinstance(value, PiPolynomial):
        exact = value.rational()
        return value if exact is None else exact
    if isinstance(value, Ball):
        return value
    kind(value)
    return value if hasattr(value, "free_symbols") else rational(value)


def _sign(k: int) -> int:
    return -1 if k % 2 else 1


def _answer(value: Any) -> Any:
    return value.answer() if isinstance(value, PiPolynomial) else value


def _vanishes(terms: Sequence[tuple[int, Any]]) -> bool:
    """Whether an integer combination is 0, or with balls may be 0."""
    if any(isinstance(value, Ball) for _, value in terms):
        digits = max(v.bits for _, v in terms if isinstance(v, Ball)) * 3 // 10 + 2
        return sum((factor * _ball(value, digits) for factor, value in terms), mpq(0)).contains(0)
    if any(hasattr(value, "free_symbols") for _, value in terms):
        return _symbolic_zero(terms)
    return sum((PiPolynomial.of(value) * factor for factor, value in terms), PiPolynomial()) == 0


def _ball(value: Any, digits: int) -> Any:
    if isinstance(value, PiPolynomial):
        return value.enclose(digits)
    if hasattr(value, "free_symbols"):
        return certify(lambda: evaluate_to_arb(value), integer(digits))
    return value


def _symbolic_zero(terms: Sequence[tuple[int, Any]]) -> bool:
    import sympy

    total = sympy.expand(sympy.Add(*(factor * to_sympy(_answer(value)) for factor, value in terms)))
    if total.is_zero:
        return True
    with_error = sum((factor * Ball.of(_ball(v, 60), 200) for factor, v in terms), mpq(0))
    if not with_error.contains(0):
        return False
    if sympy.simplify(total) == 0:
        return True
    raise Undecided(f"whether {total} is 0 is open")
