"""Expected angles of random simplices: beta and beta' laws, exact and certified.

A beta simplex with n vertices has independent vertices in R^(n-1) with density proportional to
(1 - |x|^2)^b; a beta' simplex, (1 + |x|^2)^(-b). What enters everywhere is

    alpha = 2 b + n - 1 (beta),   alpha = 2 b - n + 1 (beta'),

which projections do not change. Angles are measured with the full angle as 1. The sum over all
faces with k vertices of the expected internal angles, J_{n,k}, and the sum over all faces with m
vertices of the expected external angles, I_{n,m}, are means of powers of one function
(kabluchko2021angles; kabluchkothaelezaporozhets2020beta):

    J_{n,k} = C(n, k) E (1/2 + S(i X))^(n-k),   X in R with density prop. to cosh^-N(n),
    I_{n,m} = C(n, m) E (1/2 + S(Y))^(n-m),     |Y| < pi/2 with density prop. to cos^W(m),
    S(y) = int_0^y cos^e / int_{-pi/2}^{pi/2} cos^e,

with e = alpha, N(n) = alpha n + 2, W(m) = alpha m for beta simplices, and e = alpha - 1,
N(n) = alpha n - 1, W(m) = alpha m - 1 for beta' simplices. For integer alpha all values lie in
Q[pi, 1/pi], and in Q if e is odd. At one alpha they satisfy, for k < n,

    sum_{m=k}^n I_{n,m} J_{m,k} = C(n, k),   sum_{m=k}^n (-1)^m I_{n,m} J_{m,k} = 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, ClassVar

from flint import arb
from gmpy2 import bincoef, mpq

from polygeo.answers.ball import exact_arb
from polygeo.answers.certification import certify
from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.options import flag, set_fields
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError, NoExactValue
from polygeo.polytopes.angles.means import cosine_norm, external_means, internal_means
from polygeo.polytopes.angles.moments import EXTERNAL, INTERNAL, exact_norm, half_shifted
from polygeo.polytopes.angles.pipolynomial import PiPolynomial
from polygeo.progress import patient

__all__ = ["BetaPrimeSimplices", "BetaSimplices", "SimplexAngles"]

MAX_SIZE = 10**12
"""Largest number of vertices."""

MAX_ALPHA = 400
"""Largest alpha: the laws are close to normal then, and the strip of the quadrature is narrow."""

MAX_FACE = 120
"""Largest m of an external, and n of an internal angle sum: the sums over faces go that far."""

AUTOMATIC, FORCED = 16_000, 120_000
"""Work up to which values are exact unasked (about a second), and at all."""

MAX_PI = 40
"""Degree in 1/pi up to which values are exact unasked: the terms cancel to many digits beyond."""


@dataclass(frozen=True)
class SimplexAngles(ABC):
    """Expected angle sums of the random simplices of one law with one parameter alpha.

    * ``alpha``: a rational number, at most 400.
    """

    alpha: mpq

    def __post_init__(self) -> None:
        alpha = rational(self.alpha, "alpha")
        if not self._least <= alpha <= MAX_ALPHA:
            raise DomainError(
                f"alpha must lie in [{self._least}, {MAX_ALPHA}]; got {shorten(alpha)}"
            )
        set_fields(self, alpha=alpha)

    _least = mpq(1, 100)
    _source = "simplices.angles_prime"
    _shift: ClassVar[int]
    _spare: ClassVar[int]

    @classmethod
    @abstractmethod
    def with_vertices(cls, n: int, b: Any) -> SimplexAngles:
        """Return the family in which n >= 2 vertices have the parameter b."""

    @property
    def inner(self) -> mpq:
        """Exponent e in S: alpha, or alpha - 1 for beta' simplices."""
        return self.alpha - self._shift

    def outside(self, m: int) -> mpq:
        """Return the exponent W(m) of the cosine in I_{n,m}: alpha m, or alpha m - 1."""
        return self.alpha * _count(m) - self._shift

    def inside(self, n: int) -> mpq:
        """Return the exponent N(n) of the hyperbolic cosine in J_{n,k}: alpha n + 2, or - 1."""
        return self.alpha * _count(n) + self._spare

    @patient
    def internal(self, n: int, k: int, digits: int = 30, *, exact: bool | None = None) -> Any:
        """Return J_{n,k}, the expected sum of the internal angles at the faces with k vertices.

        * ``n``, ``k``: numbers of vertices of the simplex and of the face, 1 <= k <= n <= 120.
        * ``digits``: significant digits of a certified answer (default 30).
        * ``exact``: None (default) gives an exact answer where alpha is an integer, unless it would
          take long; True demands it (or NoExactValue), False asks for a Ball.

        Where no density has this alpha (beta simplices with n > alpha + 3) the answer is the
        analytic continuation.
        """
        size, face = _sizes(n, k, "internal", "k")
        if size > MAX_FACE:
            raise DomainError(f"internal angles need n <= {MAX_FACE}; got n={shorten(size)}")
        simple = _angle_of_plane(size, face)
        if simple is not None and exact is not False:
            return simple
        self.check_inside([size])
        if self.is_exact(size - face, exact):
            return self.exact_internal(size, face).answer()
        return certify(lambda: self.internal_arbs([(size, face)])[0], digits, source=self._source)

    @patient
    def external(self, n: int, m: int, digits: int = 30, *, exact: bool | None = None) -> Any:
        """Return I_{n,m}, the expected sum of the external angles at the faces with m vertices.

        * ``n``, ``m``: numbers of vertices of the simplex and of the face, 1 <= m <= n, m <= 120.
        * ``digits``, ``exact``: as in `internal`.
        """
        size, face = _sizes(n, m, "external", "m")
        if face > MAX_FACE:
            raise DomainError(f"external angles need m <= {MAX_FACE}; got m={shorten(face)}")
        if self.is_exact(size - face, exact):
            return self.exact_external(size, face).answer()
        return certify(lambda: self.external_arbs(size, [face])[0], digits, source=self._source)

    def is_exact(self, power: int, wanted: bool | None) -> bool:
        """Test whether a mean is given exactly, or raise NoExactValue.

        * ``power``: the power n - k of the integral.
        * ``wanted``: True: raise NoExactValue where the answer is no; False: the answer is no;
          None: the answer is yes where the exact value is fast.
        """
        if wanted is not None and not flag(wanted, "exact"):
            return False
        e, power = self.inner, _count(power)
        if e.denominator != 1:
            if wanted:
                raise NoExactValue(f"exact values need an integer alpha; got {shorten(self.alpha)}")
            return False
        work = 3 * power * int(e) if e % 2 else power * power * (int(e) + 1)
        if not wanted and e % 2 == 0 and power > MAX_PI:
            return False
        if wanted and work > FORCED:
            raise NoExactValue(
                f"the exact value at a power of {power} with alpha={shorten(self.alpha)} is out of "
                "reach; leave out exact=True for a certified one"
            )
        return work <= (FORCED if wanted else AUTOMATIC)

    def check_inside(self, sizes: Sequence[int]) -> None:
        """Raise DomainError where the integral of an internal angle sum diverges, or nearly so.

        * ``sizes``: the numbers n of vertices.
        """
        for n in map(_count, sequence(sizes, "sizes")):
            if n > 3 and self.inside(n) < mpq(1, 50):
                raise DomainError(
                    f"internal angles of {n} vertices need alpha >= 1.02/{n}; "
                    f"got {shorten(self.alpha)}"
                )

    def exact_internal(self, n: int, k: int) -> PiPolynomial:
        """Return J_{n,k} for integer alpha as a `PiPolynomial`."""
        n, k = _sizes(n, k, "internal", "k")
        if (simple := _angle_of_plane(n, k)) is not None:
            return PiPolynomial.of(simple)
        self.check_inside([n])
        self.is_exact(n - k, True)
        w = int(self.inside(n))
        return comb(n, k) * half_shifted(INTERNAL, int(self.inner), w, n - k, (n - 1) // 2)

    def exact_external(self, n: int, m: int) -> PiPolynomial:
        """Return I_{n,m} for integer alpha as a `PiPolynomial`."""
        n, m = _sizes(n, m, "external", "m")
        self.is_exact(n - m, True)
        mean = half_shifted(EXTERNAL, int(self.inner), int(self.outside(m)), n - m)
        return mean * mpq(bincoef(n, m))

    def internal_arbs(self, pairs: Sequence[tuple[int, int]]) -> list[arb]:
        """Return J_{n,k} for the pairs (n, k), enclosed at the working precision."""
        pairs = [_pair(pair, "internal", "k") for pair in sequence(pairs, "pairs")]
        known = [_angle_of_plane(n, k) for n, k in pairs]
        open_pairs = [pair for pair, value in zip(pairs, known, strict=True) if value is None]
        means: list[arb] = []
        if open_pairs:
            means = internal_means(self.inner, [(self.inside(n), n - k) for n, k in open_pairs])
        found = dict(zip(open_pairs, means, strict=True))
        return [
            exact_arb(value) if value is not None else comb(*pair) * found[pair]
            for pair, value in zip(pairs, known, strict=True)
        ]

    def external_arbs(self, n: int, sizes: Sequence[int]) -> list[arb]:
        """Return I_{n,m} for the sizes m, enclosed at the working precision."""
        n = _count(n)
        sizes = [_sizes(n, m, "external", "m")[1] for m in sequence(sizes, "sizes")]
        several = [m for m in sizes if m > 1]  # at the vertices they add up to 1
        pairs = [(self.outside(m), n - m) for m in several]
        means = dict(zip(several, external_means(self.inner, pairs), strict=True)) if pairs else {}
        return [int(bincoef(n, m)) * means[m] if m > 1 else arb(1) for m in sizes]


@dataclass(frozen=True)
class BetaSimplices(SimplexAngles):
    """Random simplices with vertex density proportional to (1 - |x|^2)^b, b = (alpha - n + 1)/2.

    * ``alpha``: a rational number in [0, 400]; n is the number of vertices.

    The uniform law in the ball has b = 0, the one on the sphere b = -1.

    >>> disc = BetaSimplices.with_vertices(3, 0)  # triangles in the disc
    >>> disc.alpha, disc.internal(3, 1), disc.internal(3, 2)
    (mpq(2,1), mpq(1,2), mpq(3,2))
    >>> BetaSimplices.with_vertices(4, 0).internal(4, 1)  # solid angles, tetrahedra in the ball
    mpq(401,2560)
    """

    _least = mpq(0)
    _source = "simplices.angles_beta"
    _shift, _spare = 0, 2

    @classmethod
    def with_vertices(cls, n: int, b: Any) -> BetaSimplices:
        """Return the family in which n >= 2 vertices have the parameter b >= -1."""
        size, parameter = integer(n, "n"), rational(b, "b")
        if size < 2 or parameter < -1 or (size == 2 and parameter < mpq(-1, 2)):
            raise DomainError(
                f"beta simplices need n >= 2, b >= -1 (and b >= -1/2 for n = 2); "
                f"got n={size}, b={shorten(parameter)}"
            )
        return cls(2 * parameter + size - 1)


@dataclass(frozen=True)
class BetaPrimeSimplices(SimplexAngles):
    """Random simplices with vertex density proportional to (1 + |x|^2)^(-b), b = (alpha + n - 1)/2.

    * ``alpha``: a rational number in [1/100, 400]; n is the number of vertices.

    alpha = 1: uniform points on a half-sphere, in gnomonic projection.

    >>> half_sphere = BetaPrimeSimplices(1)
    >>> half_sphere.internal(4, 1), half_sphere.external(4, 1)
    (-1 + 12/pi**2, mpq(1,1))
    """

    _shift, _spare = 1, -1

    @classmethod
    def with_vertices(cls, n: int, b: Any) -> BetaPrimeSimplices:
        """Return the family in which n >= 2 vertices have the parameter b > (n-1)/2."""
        size, parameter = integer(n, "n"), rational(b, "b")
        if size < 2 or 2 * parameter <= size - 1:
            raise DomainError(
                f"beta' simplices need n >= 2 and b > (n-1)/2; got n={size}, b={shorten(parameter)}"
            )
        return cls(2 * parameter - size + 1)

    def external_limit(self, m: int, digits: int = 30) -> Any:
        """Return the limit I_{infinity,m} of I_{n,m} for n to infinity.

        * ``m``: number of vertices of the face; ``digits``: significant digits (default 30).

        I_{infinity,m} = (alpha/c_e)^m c_W(m) / (alpha m) with c_e = 1/int cos^e.

        The external angle sum of the convex hull of a Poisson process of intensity
        |x|^-(d+alpha) (kabluchkothaelezaporozhets2020beta).

        >>> BetaPrimeSimplices(2).external_limit(2)
        mpq(3,1)
        """
        _, face = _sizes(MAX_FACE, m, "external", "m")
        if self.alpha.denominator == 1:
            return self.exact_limit(face).answer()
        return certify(
            lambda: self.limit_arbs([face])[0], digits, source="simplices.external_limit"
        )

    def exact_limit(self, m: int) -> PiPolynomial:
        """Return I_{infinity,m} for integer alpha as a `PiPolynomial`."""
        _, m = _sizes(MAX_FACE, m, "external", "m")
        self.is_exact(0, True)
        alpha = int(self.alpha)
        share = exact_norm(alpha - 1) ** -m * mpq(alpha) ** m
        return share * exact_norm(alpha * m - 1) * mpq(1, alpha * m)

    def limit_arbs(self, sizes: Sequence[int]) -> list[arb]:
        """Return I_{infinity,m} for the sizes m, enclosed at the working precision."""
        sizes = [_sizes(MAX_FACE, m, "external", "m")[1] for m in sequence(sizes, "sizes")]
        alpha, base = exact_arb(self.alpha), exact_arb(self.alpha) / cosine_norm(self.inner)
        return [base**m * cosine_norm(self.outside(m)) / (alpha * m) for m in sizes]


def _sizes(n: Any, k: Any, what: str, name: str) -> tuple[int, int]:
    size, face = integer(n, "n"), integer(k, name)
    if not 1 <= face <= size <= MAX_SIZE:
        raise DomainError(
            f"{what} angles need 1 <= {name} <= n <= 10^12; "
            f"got n={shorten(size)}, {name}={shorten(face)}"
        )
    return size, face


def _pair(pair: Any, what: str, name: str) -> tuple[int, int]:
    entries = sequence(pair, "a pair of sizes", 2)
    if len(entries) != 2:
        raise DomainError(f"a pair of sizes needs two integers; got {len(entries)}")
    return _sizes(*entries, what, name)


def _count(value: Any) -> int:
    """Return a number of vertices, or a power."""
    count = integer(value, "a number of vertices")
    if not 0 <= count <= MAX_SIZE:
        raise DomainError(f"a number of vertices needs 0 <= n <= 10^12; got {shorten(count)}")
    return count


def _angle_of_plane(n: int, k: int) -> mpq | None:
    """J_{n,k} where it is the same for every simplex: facets, the simplex itself, triangles."""
    if n - k < 2:
        return mpq(1) if n == k else mpq(n, 2)
    return mpq(1, 2) if n == 3 else None
