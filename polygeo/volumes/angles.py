"""Certified solid angles of simplicial cones up to dimension 5, as fractions of the sphere.

A simplicial cone of dimension n is {x : <a_i, x> >= 0}, i = 1..n; with H = (<a_i, a_j>) its solid
angle is the orthant probability P(H) = P[X_1, ..., X_n >= 0] for X ~ N(0, H). The rays of the
cone have, up to lengths, the Gram matrix H^{-1}. With theta_ij the angle of a_i and a_j:

* n = 2: P = 1/2 - theta_12/(2 pi); n = 3: P = 1/2 - (theta_12 + theta_13 + theta_23)/(4 pi)
  (Girard; for probabilities sheppard1899application);
* n = 4: one integral along R(s) = I + s (R - I), R the correlation matrix, of Plackett's reduction
  dP/dr_ij = P[X_k, X_l >= 0 | X_i = X_j = 0] / (2 pi sqrt(1 - r_ij^2)) (plackett1954reduction);
* n odd: inclusion and exclusion over the signs of X and -X (david1953note)
  2 P = 1 - sum P_i + sum P_ij - sum P_ijk + ..., over all proper subsets.

Let M(s) = diag(H) + s (H - diag(H)), D its determinant, w = h_ii h_jj - s^2 h_ij^2 and N the minor
of rows i, j, k and columns i, j, l. Jacobi's theorem on minors turns the integral for n = 4 into

  P = 1/16 + sum_{i<j} arcsin(r_ij)/(8 pi)
      + 1/(4 pi^2) int_0^1 sum_{i<j} h_ij w^{-1/2} arctan(N / sqrt(D w)) ds,

with polynomials D, w, N that have integer coefficients, so that nothing is rounded before the
integrand. The half of the path near R is expanded around s = 1, where a flat cone is nearly
singular: the subdivision then grows with the logarithm of the flatness only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import prod
from typing import Any

from flint import acb, acb_poly, arb, fmpz_mat, fmpz_poly
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, forget_nodes
from polygeo.answers.certification import certify
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.quadrature import quadrature
from polygeo.polyhedra.vectors import adjugate
from polygeo.volumes.anglesum import AngleSum

__all__ = [
    "angle_of_four",
    "angle_of_three",
    "angle_of_two",
    "certify_angle",
    "integrated_angle",
    "low_probability",
]

Gram = Sequence[Sequence[int]]
"""Inner products of the facet normals (up to a common positive factor)."""

PAIRS = tuple(combinations(range(4), 2))


def certify_angle(evaluate: Callable[[], arb], digits: int) -> Ball:
    """Evaluate an angle as `certify` does, with a bound on the precision for flat cones."""

    def afresh() -> arb:
        forget_nodes()
        return evaluate()

    return certify(
        afresh,
        digits,
        source="polyhedral.angle_sum",
        max_bits=4 * bits_of(significant(digits)) + 4096,
    )


def low_probability(h: Gram, digits: int) -> Any:
    """Return P[X_1, ..., X_n >= 0] for X ~ N(0, h), n <= 5, h a positive definite integer matrix.

    Exact for n <= 3 (an mpq where it is rational, else a SymPy expression), for n = 4, 5 and
    for integers of more than 256 bits in it a Ball of ``digits`` digits. Sources:
    sheppard1899application, plackett1954reduction, david1953note.

    >>> low_probability([[2, 1, 1, 1], [1, 2, 1, 1], [1, 1, 2, 1], [1, 1, 1, 2]], 15)
    Ball(0.20000000000000000000)
    """
    match len(h):
        case 1:
            return mpq(1, 2)
        case 4:
            return certify_angle(lambda: angle_of_four(h), digits)
        case 5:
            return certify_angle(lambda: _angle_of_five(h), digits)
    angle = angle_of_two(h) if len(h) == 2 else angle_of_three(h)
    value = angle.value()
    return value if value is not None else certify_angle(angle.enclosure, digits)


def angle_of_two(h: Gram) -> AngleSum:
    """Return the angle of {<a_1, x> >= 0, <a_2, x> >= 0} over 2 pi."""
    return AngleSum(mpq(1, 2)) - mpq(1, 2) * AngleSum.between(h[0][0], h[1][1], h[0][1])


def angle_of_three(h: Gram) -> AngleSum:
    """Return the solid angle of a trihedral cone over 4 pi, from the Gram matrix of its normals."""
    angles = (AngleSum.between(h[i][i], h[j][j], h[i][j]) for i, j in combinations(range(3), 2))
    return AngleSum(mpq(1, 2)) - mpq(1, 4) * AngleSum.total(angles)


def _angle_of_five(h: Gram) -> arb:
    """Return the odd-dimension reduction for n = 5, at the working precision."""

    def part(*chosen: int) -> Gram:
        return [[h[i][j] for j in chosen] for i in chosen]

    plain = AngleSum.total(
        [
            AngleSum(mpq(1) - mpq(5, 2)),
            *(angle_of_two(part(*pair)) for pair in combinations(range(5), 2)),
            *(-angle_of_three(part(*triple)) for triple in combinations(range(5), 3)),
        ]
    )
    four = (angle_of_four(part(*chosen)) for chosen in combinations(range(5), 4))
    return (plain.enclosure() + sum(four, arb(0))) / 2


def angle_of_four(h: Gram) -> arb:
    """Return the solid angle of a simplicial cone of dimension 4, at the working precision.

    ``h`` is the positive definite integer Gram matrix of the four facet normals a_i. The integral
    is done for the cone or, where that is the less flat one, for its dual, whose facet normals
    are the rays: v_4 = 1/2 - v_2 - v_0.
    """
    rays = adjugate(h)
    if 2 * _flatness(h) >= _flatness(rays):
        return integrated_angle(h)
    faces = (
        _turn(rays[i][i], rays[j][j], rays[i][j]) * _turn(h[k][k], h[m][m], h[k][m])
        for (i, j), (k, m) in zip(PAIRS, reversed(PAIRS), strict=True)
    )
    return exact_arb(mpq(1, 2)) - sum(faces, arb(0)) - integrated_angle(rays)


def _flatness(h: Gram) -> mpq:
    return mpq(int(fmpz_mat(list(map(list, h))).det()), prod(h[i][i] for i in range(4)))


def _turn(uu: int, vv: int, uv: int) -> arb:
    """Return the angle of two vectors over 2 pi, from their inner products."""
    return arb.atan2(exact_arb(uu * vv - uv * uv).sqrt(), exact_arb(uv)) / (2 * arb.pi())


def integrated_angle(h: Gram) -> arb:
    """Return P(h) for n = 4 by the integral of the module, at the working precision."""
    matrix = [
        [fmpz_poly([int(h[i][j])] if i == j else [0, int(h[i][j])]) for j in range(4)]
        for i in range(4)
    ]

    def minor(rows: Sequence[int], columns: Sequence[int]) -> fmpz_poly:
        return _determinant([[matrix[i][j] for j in columns] for i in rows])

    whole = minor(range(4), range(4))
    start, terms = arb(0), []
    for i, j in PAIRS:
        if not h[i][j]:
            continue
        k, m = (x for x in range(4) if x not in (i, j))
        pair = minor((i, j), (i, j))
        terms.append((int(h[i][j]), minor((i, j, k), (i, j, m)), pair))
        start += arb.atan2(exact_arb(h[i][j]), exact_arb(int(pair(1))).sqrt())
    pi = arb.pi()
    value = exact_arb(mpq(1, 16)) + start / (8 * pi)
    if not any(top for _, top, _ in terms):
        return value
    reverse = fmpz_poly([1, -1])
    near_one = [(factor, top(reverse), pair(reverse)) for factor, top, pair in terms]
    halves = ((whole, terms), (whole(reverse), near_one))
    integrals = (quadrature(_integrand(*half), acb(0), acb(0.5)).real for half in halves)
    return value + sum(integrals, arb(0)) / (4 * pi * pi)


def _integrand(
    whole: fmpz_poly, terms: Sequence[tuple[int, fmpz_poly, fmpz_poly]]
) -> Callable[[acb, bool], acb]:
    """Return sum h_ij w^{-1/2} arctan(N (D w)^{-1/2}), non-finite where it is not analytic."""
    common = _complex(whole)
    parts = [(acb(factor), _complex(top), _complex(pair)) for factor, top, pair in terms if top]
    nowhere = acb(float("nan"))

    def integrand(s: acb, analytic: bool) -> acb:
        root = common(s).rsqrt(analytic=analytic)
        total = acb(0)
        for factor, top, pair in parts:
            weight = pair(s).rsqrt(analytic=analytic)
            z = top(s) * root * weight
            # arctan is cut along the imaginary axis from i and -i outwards
            if analytic and z.real.contains(0) and not abs(z.imag) < 1:
                return nowhere
            total += factor * weight * z.atan()
        return total

    return integrand


def _complex(polynomial: fmpz_poly) -> acb_poly:
    return acb_poly([acb(c) for c in polynomial.coeffs()])


def _determinant(matrix: list[list[fmpz_poly]]) -> fmpz_poly:
    """By the first row; the matrices here are at most 4 by 4."""
    if len(matrix) == 1:
        return matrix[0][0]
    total = fmpz_poly([0])
    for j, entry in enumerate(matrix[0]):
        if entry:
            rest = _determinant([row[:j] + row[j + 1 :] for row in matrix[1:]])
            total += -entry * rest if j % 2 else entry * rest
    return total
