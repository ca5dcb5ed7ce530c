"""Expected face numbers of random projections of the regular simplex and crosspolytope.

Affentranger and Schneider (affentrangerschneider1992random): the projection of a polytope P onto
a uniformly random d-dimensional subspace, 1 <= d <= dim P, has

    E f_k = 2 sum_{s >= 0} sum_{dim G = d-1-2s} gamma(G, P) sum_{F <= G, dim F = k} beta(F, G),

beta the internal and gamma the external angle. In the regular simplex with n vertices, and in the
crosspolytope of R^n, a face with l vertices is a simplex, there are C(n, l) (times 2^l) of
them, and angles depend on numbers of vertices only, so that

    E f_k = 2 sum_{l = d, d-2, .. >= k+1} c^l C(n, l) C(l, k+1) beta(k+1, l) gamma(l, n),  c = 1, 2.

All terms are positive: nothing cancels. For d <= 3 and small n - d the facets are elementary,
and Euler's relation with 2 f_{d-2} = d f_{d-1} gives the rest.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import gmpy2
from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.exact import rational
from polygeo.volumes.regular import (
    crosspolytope_external_angles,
    simplex_external_angles,
    simplex_internal_angles,
)

__all__ = ["SOURCES", "original_faces", "projected_f_vector", "projected_faces"]

_EXTERNAL = {1: simplex_external_angles, 2: crosspolytope_external_angles}
SOURCES = {1: "gaussian_polytopes.simplex_projection", 2: "gaussian_polytopes.cross_projection"}
GUARD = 3
"""Decimal digits beyond those asked for: sums of some hundred positive balls lose fewer."""


def original_faces(c: int, n: int, k: int) -> mpq:
    """Return f_k of the simplex with n vertices (c = 1) or of the crosspolytope of R^n (c = 2).

    >>> original_faces(1, 4, 1), original_faces(2, 3, 0)
    (mpq(6,1), mpq(6,1))
    """
    return mpq(c ** (k + 1) * gmpy2.bincoef(n, k + 1))


def projected_f_vector(c: int, n: int, d: int, digits: int = 30) -> tuple[Any, ...]:
    """Return (E f_0, .., E f_{d-1}) of the projection to R^d, 1 <= d <= n - 1 (c = 1) or n (c = 2).

    mpq where the projection is combinatorially fixed, SymPy where d <= 3 and the angles are
    elementary, else Balls with about ``digits`` digits.

    >>> projected_f_vector(1, 4, 2)
    (6*asin(1/3)/pi + 3, 6*asin(1/3)/pi + 3)
    >>> [x.decimal(12) for x in projected_f_vector(2, 10, 3)]
    ['12.1559010562', '30.4677031687', '20.3118021125']
    """
    significant(digits)
    exact = _exact(c, n, d)
    if exact is not None:
        return exact
    return tuple(projected_faces(c, n, d, k, digits) for k in range(d))


def projected_faces(c: int, n: int, d: int, k: int, digits: int = 30) -> Any:
    """Return E f_k alone, 0 <= k < d: the same value as in `projected_f_vector`."""
    wanted = significant(digits) + GUARD
    exact = _exact(c, n, d)
    if exact is not None:
        return exact[k]
    inside = _inside(k + 1, d, wanted)
    outside = _outside(c, n, d, wanted)
    with precision(bits_of(wanted) + 64):
        total = arb(0)
        for size in range(d, k, -2):
            faces = c**size * gmpy2.bincoef(n, size) * gmpy2.bincoef(size, k + 1)
            angles = exact_arb(inside[size - k - 1]) * exact_arb(outside[size - 1])
            total += 2 * exact_arb(mpq(faces)) * angles
        return Ball.from_arb(total, source=SOURCES[c])


@lru_cache(maxsize=512)
def _inside(k: int, d: int, digits: int) -> tuple[Any, ...]:
    """Return beta(k, l) for l = k, .., d."""
    return tuple(simplex_internal_angles(k, d, digits))


@lru_cache(maxsize=64)
def _outside(c: int, n: int, d: int, digits: int) -> tuple[Any, ...]:
    """Return gamma(l, n) for l = 1, .., d."""
    return tuple(_EXTERNAL[c](1, n, digits, d))


def _exact(c: int, n: int, d: int) -> tuple[Any, ...] | None:
    """Return the f-vector where it is rational or elementary."""
    spare = n - d + c - 2  # dim P - d
    if spare == 0:
        return tuple(original_faces(c, n, k) for k in range(d))
    if d == 1:
        return (mpq(2),)
    if d > 3 or spare > 2:
        return None
    facets = 2 * int(original_faces(c, n, d - 1)) * _elementary_external(c, d, n - d)
    values = (facets, facets) if d == 2 else (facets / 2 + 2, 3 * facets / 2, facets)
    return tuple(rational(x) if x.is_Rational else x for x in values)


def _elementary_external(c: int, size: int, others: int) -> Any:
    """Return gamma(l, l + m) for m <= 3 (simplex) or 2 (crosspolytope), as a SymPy expression.

    Simplex: the chance that m normals of correlation r = 1/(l+1) are positive. Crosspolytope: the
    chance that |g_1|, .., |g_m| < g_0/sqrt l, an angle in the plane or a pyramid's solid angle.
    """
    from sympy import Rational, asin, atan, pi, sqrt

    turn = asin(Rational(1, size + 1)) / pi
    if c == 1:
        return Rational(1, 4) + turn / 2 if others == 2 else Rational(1, 8) + 3 * turn / 4
    return atan(1 / sqrt(size)) / pi if others == 1 else turn
