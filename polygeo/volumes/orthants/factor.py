"""Orthant probabilities of one-factor covariances, by one integral in any dimension.

If r_ij = l_i l_j for all i != j with |l_i| < 1, then X_i = l_i Z + sqrt(1 - l_i^2) Z_i with
independent Z, Z_1, .., Z_n, and

    P = int phi(x) prod_i Phi(l_i x / sqrt(1 - l_i^2)) dx.

The integral over |x| > X is at most erfc(X/sqrt 2), the one over [-X, X] is Arb's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from flint import acb, arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, forget_nodes, precision_bits
from polygeo.answers.certification import certify
from polygeo.answers.quadrature import quadrature

__all__ = ["factor_loadings", "factor_probability"]

Loadings = Sequence[tuple[int, mpq]]
"""Of each variable the sign of l_i and l_i^2."""


def factor_loadings(rows: Sequence[Sequence[mpq]]) -> Loadings | None:
    """Return the loadings of a covariance of size >= 3 without zeros, if it has one factor.

    >>> factor_loadings([[1, mpq(1, 2), mpq(1, 3)], [mpq(1, 2), 1, mpq(1, 6)],
    ...                  [mpq(1, 3), mpq(1, 6), 1]])
    """
    size = len(rows)
    if size < 3 or not all(rows[i][j] for i, j in combinations(range(size), 2)):
        return None
    loadings = []
    for i in range(size):
        j, k = (m for m in range(3 if i < 3 else 2) if m != i)
        square = mpq(rows[i][j] * rows[i][k]) / (rows[j][k] * rows[i][i])
        if not 0 < square < 1:
            return None
        sign = 1 if i == 0 or (rows[0][i] > 0) else -1
        loadings.append((sign, square))
    for i, j in combinations(range(size), 2):
        (s, a), (t, b) = loadings[i], loadings[j]
        r = mpq(rows[i][j])
        if r * r != a * b * rows[i][i] * rows[j][j] or (r > 0) != (s * t > 0):
            return None
    return loadings


def factor_probability(loadings: Loadings, digits: int) -> Ball:
    """Return the integral, to ``digits`` significant digits."""

    def evaluate() -> arb:
        forget_nodes()
        slopes = [s * exact_arb(q / (1 - q) / 2).sqrt() for s, q in loadings]
        edge = arb(2 * precision_bits()).sqrt().ceil().mid()
        half = arb(1) / 2

        def integrand(x: acb, _: bool) -> acb:
            value = (-x * x / 2).exp()
            for slope in slopes:
                value *= (-slope * x).erfc() * half
            return value

        inside = quadrature(integrand, acb(-edge), acb(edge)).real / (2 * arb.pi()).sqrt()
        outside = (edge / arb(2).sqrt()).erfc()
        return inside + outside.union(arb(0))

    return certify(evaluate, digits, source="orthant.one_factor", max_bits=1 << 14)
