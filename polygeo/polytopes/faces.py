"""Expected face numbers from angle sums: one sum for beta, beta' and Poisson polytopes.

A projection P' of a simplex P with n vertices to R^d loses the faces F at which the projected
tangent cone is everything, and the conic Crofton formula turns their expected number into a sum
over faces G of P of internal and external angles (affentrangerschneider1992random). Beta and beta'
laws are closed under projections with alpha fixed, and angles of a simplex at and of its face G
are independent, hence (kabluchkothaelezaporozhets2020beta)

    E f_k = 2 sum_{m = d, d-2, ... >= k+1} I_{n,m} J_{m,k+1},   0 <= k < d,

and with I_{infinity,m} for the convex hull of a Poisson process of intensity |x|^-(d+alpha).
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial

from flint import arb
from gmpy2 import mpq

from polygeo.answers.certification import certify_vector
from polygeo.answers.decimals import significant
from polygeo.answers.exact import integer, rational, shorten
from polygeo.errors import DomainError
from polygeo.polytopes.angles.pipolynomial import PiPolynomial
from polygeo.polytopes.angles.simplices import MAX_FACE, MAX_SIZE, BetaPrimeSimplices, SimplexAngles
from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.model import RandomPolytope

__all__ = [
    "AngleSumPolytope",
    "checked_dimension",
    "checked_points",
    "expected_faces",
    "parameter",
]

MAX_BITS = 64
"""Largest size in bits of the denominator of a parameter."""


class AngleSumPolytope(RandomPolytope):
    """Random polytope whose face numbers are the sum of this module: of n points, or a process."""

    @property
    @abstractmethod
    def angles(self) -> SimplexAngles:
        """Angle sums of the simplices that are projected."""

    def f_vector(self, digits: int = 30, *, exact: bool | None = None) -> FVector:
        """Return the expected f-vector (E f_0, ..., E f_{d-1}), exact or certified.

        * ``digits``: significant digits of certified entries (default 30).
        * ``exact``: None (default) gives the exact numbers of the class, except where they would
          take long (n above some hundreds and alpha even); True demands exact numbers (or
          NoExactValue), False asks for Balls.
        """
        n: int | None = getattr(self, "n", None)
        return expected_faces(self.angles, n, self.d, digits, exact, source=self.source)


def expected_faces(
    angles: SimplexAngles,
    n: int | None,
    d: int,
    digits: int = 30,
    exact: bool | None = None,
    source: str = "",
) -> FVector:
    """Return (E f_0, ..., E f_{d-1}) for n points in R^d (None: the Poisson process).

    Exact for integer alpha, where that takes about a second at most or is demanded by ``exact``;
    else certified. The angles' alpha fixes the law: 2 beta + d or 2 beta - d.
    """
    significant(digits)
    sizes = range(d, 0, -2)
    angles.check_inside(sizes)
    powers = [m - 1 for m in sizes] + ([] if n is None else [n - m for m in sizes])
    if angles.is_exact(max(powers), exact):
        return FVector(_exact(angles, n, d), source=source)
    balls = certify_vector(partial(_enclosed, angles, n, d), d, digits, source=source)
    return FVector(balls, source=source)


def _exact(angles: SimplexAngles, n: int | None, d: int) -> list[PiPolynomial]:
    totals = [PiPolynomial()] * d
    for m in range(d, 0, -2):
        if n is not None:
            outer = angles.exact_external(n, m)
        else:
            assert isinstance(angles, BetaPrimeSimplices)
            outer = angles.exact_limit(m)
        for k in range(m):
            totals[k] += 2 * outer * angles.exact_internal(m, k + 1)
    return totals


def _enclosed(angles: SimplexAngles, n: int | None, d: int) -> list[arb]:
    sizes = list(range(d, 0, -2))
    if n is not None:
        outer = angles.external_arbs(n, sizes)
    else:
        assert isinstance(angles, BetaPrimeSimplices)
        outer = angles.limit_arbs(sizes)
    pairs = [(m, k) for m in sizes for k in range(1, m + 1)]
    inner = dict(zip(pairs, angles.internal_arbs(pairs), strict=True))
    return [
        2 * sum((x * inner[m, k] for x, m in zip(outer, sizes, strict=True) if m >= k), arb(0))
        for k in range(1, d + 1)
    ]


def checked_dimension(d: object, most: int = MAX_FACE) -> int:
    """Return a dimension that the sums reach."""
    dim = integer(d, "d")
    if not 1 <= dim <= most:
        raise DomainError(f"the dimension must lie in [1, {most}]; got d={shorten(dim)}")
    return dim


def parameter(value: object, name: str) -> mpq:
    """Return a rational of ordinary size: what 0.1 is as a float is, what 5e-324 is is not."""
    number = rational(value, name)
    if number.denominator.bit_length() > MAX_BITS:
        raise DomainError(
            f"{name} needs a denominator of at most {MAX_BITS} bits; got {name}={shorten(number)}"
        )
    return number


def checked_points(n: object, d: int) -> int:
    """Return a number of points that span R^d."""
    count = integer(n, "n")
    if not d + 1 <= count <= MAX_SIZE:
        raise DomainError(f"n must lie in [d + 1, 10^12] with d={d}; got n={shorten(count)}")
    return count
