"""The cone behind a test of linear constraints, for simulation.

The weights of the test of A x = 0 against A x >= 0 are the volumes of {y : c_i y >= 0} in R^r,
where the normals c_i have the Gram matrix W of `polygeo.volumes.chi_bar_weights`. The coordinates
of the normals are square roots. Each coordinate is rounded to a multiple of 2^-60 of the length of
its row, so that the cone is another one by some 10^-18, far below any error of a simulation.
"""

from __future__ import annotations

from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.errors import DomainError
from polygeo.volumes.constraints.rows import Rows, read_system
from polygeo.volumes.orthants.probability import checked_basis

__all__ = ["constraint_cone"]

BITS = 60
"""Bits of the coordinates after the point, for rows of length 1."""


def constraint_cone(V: Any, A: Any = None, equalities: Any = None) -> PolyhedralCone:
    """Make the cone whose volumes are the chi-bar-squared weights of A x >= 0 for a covariance V.

    * ``V``, ``A``, ``equalities``: as for `polygeo.volumes.chi_bar_weights`.

    Returns a `PolyhedralCone` in R^r, r the rank of the constraints given the equalities, with
    coordinates rounded to 2^-60: for ``face_counts`` and the law `ChiBarSquared` of counts, where
    certified weights would take hours. DomainError for matrices that do not fit together.

    >>> cone = constraint_cone([[1, 0, 0], [0, 1, 0], [0, 0, 1]], "x1 < x2 < x3")
    >>> [round(float(v), 12) for v in cone.intrinsic_volumes()]
    [0.333333333333, 0.5, 0.166666666667]
    """
    gram = read_system(V, A, 0, equalities).gram
    kept = [i for i in range(len(gram)) if gram[i][i]]
    if not kept:
        raise DomainError("constraints with a positive variance given the equalities are needed")
    matrix = [[gram[i][j] for j in kept] for i in kept]
    return PolyhedralCone(inequalities=_factor(matrix))


def _factor(gram: Rows) -> Rows:
    """Return rows of length near 1 with the correlations of a semidefinite Gram matrix."""
    basis = checked_basis(gram)
    bits = 64 + 4 * max(x.numerator.bit_length() for row in gram for x in row)
    with precision(bits + 8 * len(basis)):
        corner: list[list[arb]] = []
        for i in basis:
            corner.append(_row(gram, corner, basis, i))
        rows = [_row(gram, corner, basis, i) for i in range(len(gram))]
        lengths = [exact_arb(gram[i][i]).sqrt() for i in range(len(gram))]
        return [
            [_rounded(x / length) for x in row] + [mpq(0)] * (len(basis) - len(row))
            for row, length in zip(rows, lengths, strict=True)
        ]


def _row(gram: Rows, corner: list[list[arb]], basis: list[int], i: int) -> list[arb]:
    """Return the row of vector i in the triangular basis that is known so far."""
    found: list[arb] = []
    for known, j in zip(corner, basis, strict=False):
        done = sum((x * y for x, y in zip(found, known, strict=False)), arb(0))
        found.append((exact_arb(gram[i][j]) - done) / known[-1])
    if len(corner) < len(basis) and basis[len(corner)] == i:
        rest = exact_arb(gram[i][i]) - sum((x * x for x in found), arb(0))
        found.append(rest.sqrt())
    return found


def _rounded(x: arb) -> mpq:
    """Return the multiple of 2^-60 next to a number."""
    whole = (x * arb(2) ** BITS).mid().floor().unique_fmpz()
    return mpq(int(whole if whole is not None else 0), 1 << BITS)
