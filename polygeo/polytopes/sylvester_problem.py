"""Sylvester's problem: are d + 2 random points of R^d in convex position?

They are not exactly when their convex hull is a simplex, so the probability that they are not is
d + 2 - E f_0, and by the two linear relations of the angle sums 2 J_{d+2,1} at the law's alpha
(kabluchko2021angles). For uniform points in the ball there is Kingman's formula
(kingman1969random).
"""

from __future__ import annotations

from typing import Any

import gmpy2
from gmpy2 import mpq

from polygeo.answers.ball import with_source
from polygeo.answers.exact import integer, rational
from polygeo.errors import DomainError
from polygeo.polytopes.angles.pipolynomial import PiPolynomial
from polygeo.polytopes.angles.simplices import SimplexAngles
from polygeo.polytopes.beta import BetaPolytope, BetaPrimePolytope, HalfSphereHull
from polygeo.progress import patient

__all__ = ["sylvester", "sylvester_half_sphere", "sylvester_prime"]

MAX_DIM = 1000
"""Largest dimension of Kingman's formula here; its fractions have a million digits there."""


@patient
def sylvester(d: int, beta: Any = 0, digits: int = 30) -> Any:
    """Return the probability that d + 2 random points of the unit ball are not in convex position.

    * ``d``: dimension, an integer >= 1.
    * ``beta``: rational; the density is proportional to (1 - |x|^2)^beta (default 0: uniform).
    * ``digits``: significant digits of a certified answer (default 30).

    beta = 0: exact for d <= 1000. Other beta: exact for 2 beta integer and d up to 25 (more where 2
    beta + d is odd), certified for rational beta. beta = -1, points on the sphere: 0.

    >>> sylvester(2), sylvester(3), sylvester(3, 1)
    (35/(12*pi**2), mpq(9,143), mpq(4000,52003))
    """
    dim = integer(d, "d")
    if rational(beta, "beta") == 0:
        if not 1 <= dim <= MAX_DIM:
            raise DomainError(f"Sylvester's problem in the ball needs 1 <= d <= 1000; got d={d}")
        return _kingman(dim).answer()
    model = BetaPolytope(dim + 2, dim, beta)
    if model.beta == -1:
        return mpq(0)
    if dim == 1:
        return mpq(1)
    return _twice_corner(model.angles, dim, digits)


@patient
def sylvester_prime(d: int, beta: Any, digits: int = 30) -> Any:
    """Return the probability that d + 2 points of a beta' law in R^d are not in convex position.

    * ``d``: dimension, an integer >= 1.
    * ``beta``: rational, beta > d/2; the density is proportional to (1 + |x|^2)^(-beta).
    * ``digits``: significant digits of a certified answer (default 30).

    Returns an exact or a certified answer, as `sylvester` does.

    >>> sylvester_prime(2, 2)
    mpq(2,5)
    """
    model = BetaPrimePolytope(integer(d, "d") + 2, d, beta)
    return _twice_corner(model.angles, model.d, digits)


@patient
def sylvester_half_sphere(d: int) -> Any:
    """Return the probability that d + 2 uniform points of a half-sphere are not in convex position.

    * ``d``: dimension of the half-sphere, an integer >= 1.

    The answer is exact, in Q[pi, 1/pi].

    >>> sylvester_half_sphere(2)
    -2 + 24/pi**2
    """
    model = HalfSphereHull(integer(d, "d") + 2, d)
    return _twice_corner(model.angles, model.d, 30)


def _twice_corner(angles: SimplexAngles, d: int, digits: int) -> Any:
    return with_source(2 * angles.internal(d + 2, 1, digits), "polytopes.sylvester_angles")


def _kingman(d: int) -> PiPolynomial:
    """Return (d+2)/2^d C(d+1, (d+1)/2)^(d+1) / C((d+1)^2, (d+1)^2/2)."""
    power = _central(d + 1) ** (d + 1)
    return power * _central((d + 1) ** 2) ** -1 * mpq(d + 2, gmpy2.mpz(1) << d)


def _central(n: int) -> PiPolynomial:
    """Return C(n, n/2) = n! / Gamma(n/2 + 1)^2, for n odd n! 2^(n+1) / (pi (1 3 5 ... n)^2)."""
    if n % 2 == 0:
        return PiPolynomial.of(mpq(gmpy2.bincoef(n, n // 2)))
    double = gmpy2.double_fac(n)
    return PiPolynomial({-1: mpq(gmpy2.fac(n) << (n + 1), double * double)})
