"""Conic intrinsic volumes as a value: the vector v_0, ..., v_d and its algebra.

For a closed convex polyhedral cone C in R^d, v_k(C) is the probability that the projection of a
standard Gaussian vector onto C falls into the relative interior of a k-dimensional face
(amelunxenlotz2017intrinsic). The v_k are valuations, hence defined for finite unions of cones as
well; there some are negative and the reading as probabilities is lost, but sum_k v_k = 1 for a
non-empty union that is closed. This package treats every object that has such a
vector, and imports no cone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball, common_source
from polygeo.answers.exact import integer, is_expression, rational
from polygeo.answers.numerics.arithmetic import plus, same_kind, sum_of, times
from polygeo.answers.options import flag, set_fields, text
from polygeo.answers.serialise import to_sympy
from polygeo.answers.vector import AnswerVector
from polygeo.errors import DomainError
from polygeo.progress import patient

__all__ = ["IntrinsicVolumes", "intrinsic_volumes_of"]

MAX_DIM = 1_000_000
"""Largest dimension d of a vector that is embedded."""

MAX_ORDER = 10_000
"""Largest order of a moment."""


class IntrinsicVolumes(AnswerVector):
    """Vector (v_0, ..., v_d) of the intrinsic volumes of a cone in R^d, exact or certified.

    * ``values``: the entries: rational numbers (kept as mpq), SymPy expressions or Balls.
    * ``convex``: whether the cone is convex (default True); ``source``: id of the formula.

    ``v[k]`` is the k-th intrinsic volume, ``len(v) == d + 1``; ``v * w`` is the vector of the
    product cone (convolution). Immutable and hashable. DomainError for floats.

    >>> ray = IntrinsicVolumes([mpq(1, 2), mpq(1, 2)])
    >>> quadrant = ray * ray
    >>> quadrant
    IntrinsicVolumes(1/4, 1/2, 1/4)
    >>> quadrant.statistical_dimension(), quadrant.variance(), quadrant.polar() == quadrant
    (mpq(1,1), mpq(1,2), True)
    """

    __slots__ = ("convex",)

    _numbers = "intrinsic volumes"
    _letter = "v"
    _key = "volumes"
    convex: bool

    def __init__(self, values: Iterable[Any], *, convex: bool = True, source: str = "") -> None:
        super().__init__(values, source=text(source, "source"))
        set_fields(self, convex=flag(convex, "convex"))

    def _options(self) -> dict[str, Any]:
        return {"convex": self.convex, "source": self.source}

    def _shape(self) -> dict[str, int]:
        return {"ambient_dim": self.ambient_dim}

    @property
    def ambient_dim(self) -> int:
        """Dimension d of the space R^d that contains the cone."""
        return len(self._values) - 1

    def total(self) -> Any:
        """Return the sum of all v_k, which is 1 for every non-empty cone and union of cones."""
        return sum_of(self._values)

    def polar(self) -> IntrinsicVolumes:
        """Return the vector of the polar cone, v_k(C polar) = v_{d-k}(C).

        DomainError for the vector of a union that is not convex.
        """
        if not self.convex:
            raise DomainError("a union of cones that is not convex has no polar cone")
        return self.reversed()

    def reversed(self) -> IntrinsicVolumes:
        """Return the reversed vector (v_d, ..., v_0)."""
        return self._alike(self._values[::-1])

    def __mul__(self, other: IntrinsicVolumes) -> IntrinsicVolumes:
        """Return the product cone: v_k(C x D) = sum_{i+j=k} v_i(C) v_j(D)."""
        if not isinstance(other, IntrinsicVolumes):
            return NotImplemented
        values: list[Any] = [mpq(0)] * (len(self) + len(other) - 1)
        exact = self.kind == other.kind == "exact"
        right = [(j, w) for j, w in enumerate(other) if w != 0 or not exact]
        for i, v in enumerate(self):
            if v != 0 or not exact:
                for j, w in right:
                    values[i + j] = plus(values[i + j], times(v, w))
        return IntrinsicVolumes(
            values,
            convex=self.convex and other.convex,
            source=common_source(self.source, other.source),
        )

    def embed(self, d: int) -> IntrinsicVolumes:
        """Return the vector of the cone as a subset of R^d: zeros are appended.

        * ``d``: an integer >= ambient_dim; DomainError otherwise.

        >>> IntrinsicVolumes([mpq(1, 2), mpq(1, 2)]).embed(3)
        IntrinsicVolumes(1/2, 1/2, 0, 0)
        """
        space = integer(d, "d")
        if not self.ambient_dim <= space <= MAX_DIM:
            raise DomainError(f"embed needs {self.ambient_dim} <= d <= {MAX_DIM}; got d={space}")
        zeros = (mpq(0),) * (space - self.ambient_dim)
        return self._alike(self._values + zeros)

    @patient
    def generating_polynomial(self, t: Any) -> Any:
        """Return the generating polynomial sum_k v_k t^k at t, a number or a SymPy symbol.

        >>> IntrinsicVolumes([mpq(1, 2), mpq(1, 2)]).generating_polynomial(3)
        mpq(2,1)
        """
        if is_expression(t) and t.free_symbols:
            import sympy

            return sympy.Add(*(to_sympy(v) * t**k for k, v in enumerate(self._values)))
        x = t if isinstance(t, Ball) else rational(t, "t")
        value: Any = mpq(0)
        for v in reversed(self._values):
            value = plus(times(value, x), v)
        return value

    def statistical_dimension(self) -> Any:
        """Return the statistical dimension sum_k k v_k = E |P_C g|^2."""
        return self.moment(1)

    @patient
    def moment(self, order: int) -> Any:
        """Return the moment sum_k k^order v_k, for an integer order, 0 <= order <= 10^4."""
        power = integer(order, "order")
        if not 0 <= power <= MAX_ORDER:
            raise DomainError(f"moment needs 0 <= order <= {MAX_ORDER}; got {power}")
        return sum_of(times(mpq(k) ** power, v) for k, v in enumerate(self._values))

    @patient
    def variance(self) -> Any:
        """Return the variance sum_k k^2 v_k - (sum_k k v_k)^2 of the index k."""
        mean = self.moment(1)
        return plus(self.moment(2), -times(mean, mean))

    @patient
    def tail(self, j: int) -> Any:
        """Return the tail v_j + v_{j+1} + ... + v_d."""
        return sum_of(self._values[_start(j) :])

    def half_tail(self, j: int) -> Any:
        """Return the half-tail v_j + v_{j+2} + v_{j+4} + ....

        Half the probability that a random subspace of dimension d - j + 1 meets a convex cone.
        """
        return sum_of(self._values[_start(j) :: 2])

    def gauss_bonnet(self) -> Any:
        """Return the sum of (-1)^k v_k, which is 0 for every convex cone that is no subspace."""
        return sum_of(v if k % 2 == 0 else -v for k, v in enumerate(self._values))

    def euler_characteristic(self) -> Any:
        """Return the Euler characteristic chi(C ∩ S^{d-1}) = 2 (v_1 + v_3 + ...).

        The formula holds for unions as well.
        """
        return 2 * self.half_tail(1)

    @patient
    def compare(self, other: IntrinsicVolumes) -> str:
        """Compare with the vector ``other``; return 'equal', 'overlap' or 'differ'.

        'equal': exact and identical; 'overlap': balls that may be equal.

        >>> half = IntrinsicVolumes([mpq(1, 2), mpq(1, 2)])
        >>> half.compare(half), half.compare(half.embed(2))
        ('equal', 'differ')
        """
        other = intrinsic_volumes_of(other)
        if len(self) != len(other):
            return "differ"
        verdicts = {_compare(a, b) for a, b in zip(self, other, strict=True)}
        for verdict in ("differ", "overlap"):
            if verdict in verdicts:
                return verdict
        return "equal"


def intrinsic_volumes_of(cone: Any) -> IntrinsicVolumes:
    """Return the intrinsic volumes of a cone; return a given vector unchanged."""
    if isinstance(cone, IntrinsicVolumes):
        return cone
    if hasattr(cone, "intrinsic_volumes"):
        return cone.intrinsic_volumes()
    raise DomainError(f"a cone or IntrinsicVolumes is needed; got {type(cone).__name__}")


def _start(j: int) -> int:
    first = integer(j, "j")
    if first < 0:
        raise DomainError(f"a tail needs j >= 0; got {first}")
    return first


def _compare(a: Any, b: Any) -> str:
    if isinstance(a, Ball) or isinstance(b, Ball):
        ball, other = (a, b) if isinstance(a, Ball) else (b, a)
        return "overlap" if ball.overlaps(same_kind(other, ball)) else "differ"
    if is_expression(a) or is_expression(b):
        import sympy

        return "equal" if sympy.simplify(to_sympy(a) - to_sympy(b)) == 0 else "differ"
    return "equal" if a == b else "differ"
