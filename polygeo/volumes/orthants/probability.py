"""P[X_1 >= 0, ..., X_n >= 0] for a centred Gaussian vector X, exact or certified.

Variables that are independent of the others are split off. Closed forms: three variables and
fewer (sheppard1899application); equal correlations and one factor, by one integral each. Else
Plackett's integral for n = 4, 5 (`polygeo.volumes.angles`) and the power series of
`polygeo.volumes.orthants.recursion`. A singular covariance R of rank r is that of n linear forms
in r of the variables; the cone on which all are positive is cut into simplicial cones, and each
gives the orthant probability of a positive definite matrix.

An entry that is known up to an interval only: P grows with each correlation, because Plackett's
derivative is positive, so that the least and the largest correlations bound it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from flint import arb, arb_mat, fmpq_mat, fmpz_mat
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision, with_source
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.exact import is_expression, rational
from polygeo.answers.numerics.arithmetic import sum_of, times
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.errors import DomainError, NotConverged, Undecided
from polygeo.polyhedra.description import extreme_rays, incidences
from polygeo.polyhedra.lattice import FaceLattice, Triangulation, members
from polygeo.polyhedra.vectors import Vector, matrix_of, primitive, rows_of
from polygeo.progress import patient
from polygeo.volumes.angles import low_probability
from polygeo.volumes.orthants.factor import factor_loadings, factor_probability
from polygeo.volumes.orthants.path import is_positive_definite
from polygeo.volumes.orthants.reading import (
    check_positive,
    integer_rows,
    is_rational,
    not_positive,
    read_matrix,
)
from polygeo.volumes.orthants.recursion import Recursion
from polygeo.volumes.regular import equicorrelated_orthant

__all__ = [
    "blocks_of",
    "checked_basis",
    "facets_of",
    "forms_of",
    "orthant_probability",
    "solid_angle",
]

SOURCE = "polyhedral.angle_sum"

Rows = Sequence[Sequence[Any]]

LOW = 5
"""Up to this dimension Plackett's integral is done by quadrature."""


@patient
def orthant_probability(covariance: Any, digits: int = 15) -> Any:
    """Compute P[X_1 >= 0, ..., X_n >= 0] for a centred Gaussian vector X of this covariance.

    * ``covariance``: an n x n array, symmetric and positive semidefinite (a correlation matrix is
      one), of ints, mpq, Fractions, floats (read as dyadic rationals), SymPy numbers or Balls. Two
      floats across the diagonal that differ by rounding are replaced by their mean.
    * ``digits``: significant digits of a Ball (default 15).

    Returns an mpq or a SymPy expression where the answer is a closed form (n <= 3 and products of
    such blocks), else a Ball. Independent blocks and one-factor matrices may have any size, other
    blocks 13 variables. DomainError for a matrix that is not symmetric or not positive semidefinite
    (with a vector that proves it), NotConverged where a matrix is so nearly singular that the
    computation would take over an hour. Sources: sheppard1899application, plackett1954reduction,
    david1953note.

    >>> orthant_probability([[2, 1], [1, 2]])
    mpq(1,3)
    >>> equal = [[2 if i == j else 1 for j in range(7)] for i in range(7)]
    >>> orthant_probability(equal).contains(mpq(1, 8))
    True
    >>> orthant_probability([[4, 1, 1, 2], [1, 4, 2, 1], [1, 2, 4, 0], [2, 1, 0, 4]]).decimal(15)
    '0.142081230476450'
    """
    significant(digits)
    rows = read_matrix(covariance)
    if not is_rational(rows):
        return _enclosed(rows, digits)
    basis = checked_basis(rows)
    if len(basis) < len(rows):
        return _singular(rows, basis, digits)
    return _definite(rows, digits)


@patient
def solid_angle(gram: Any, digits: int = 15) -> Any:
    """Compute the solid angle of a simplicial cone from the Gram matrix of its n rays.

    * ``gram``: a positive definite n x n matrix of rational numbers, floats or SymPy numbers.
    * ``digits``: significant digits of a Ball (default 15).

    The angle is the share of the unit sphere S^{n-1}. Kinds of answer and errors as for
    `orthant_probability`.

    >>> solid_angle([[1, 0, 0], [0, 2, 1], [0, 1, 2]])
    mpq(1,12)
    >>> from sympy import sqrt
    >>> edge = (1 - sqrt(5)) / 4                    # the corner of a dodecahedron
    >>> solid_angle([[1, edge, edge], [edge, 1, edge], [edge, edge, 1]])
    3*asin((1/8 + sqrt(5)/8)/(sqrt(5)/8 + 5/8))/(4*pi) + 1/8
    """
    significant(digits)
    rows = read_matrix(gram, "a Gram matrix")
    if not is_rational(rows):
        return _enclosed(_inverse(rows, digits), digits)
    whole = integer_rows(rows)
    check_positive(whole, "a Gram matrix of independent vectors")
    return _definite(rows_of(fmpz_mat(whole).inv()), digits)


def _definite(rows: Rows, digits: int) -> Any:
    """Return the probability for a rational positive definite matrix: the product over blocks."""
    blocks = blocks_of(rows)
    more = digits if len(blocks) == 1 else digits + 2 + len(str(len(blocks)))
    value: Any = mpq(1)
    for block in blocks:
        part = [[rows[i][j] for j in block] for i in block]
        value = times(value, _connected(part, more))
    return with_source(value, SOURCE)


def blocks_of(rows: Rows) -> list[list[int]]:
    """Return the sets of variables that are independent of the others."""
    left = set(range(len(rows)))
    blocks = []
    while left:
        block, new = set[int](), {min(left)}
        while new:
            block |= new
            new = {j for i in new for j in left if rows[i][j]} - block
        left -= block
        blocks.append(sorted(block))
    return blocks


def _connected(rows: Rows, digits: int) -> Any:
    size = len(rows)
    if size > 3:
        equal = _equal_correlation(rows)
        if equal is not None and equal < 0:
            return equicorrelated_orthant(size, equal / (1 - equal), digits)
        loadings = factor_loadings(rows)
        if loadings is not None:
            return factor_probability(loadings, digits)
    whole = integer_rows(rows)
    if size <= LOW:
        return low_probability(whole, digits)
    bits = bits_of(digits) + 8
    return Ball.from_arb(Recursion(whole).probabilities(digits)[0], bits, SOURCE)


def _equal_correlation(rows: Rows) -> mpq | None:
    """Return the correlation of any two variables, if it is the same, and the variances too."""
    size = len(rows)
    if any(rows[i][i] != rows[0][0] for i in range(size)):
        return None
    values = {rows[i][j] for i, j in combinations(range(size), 2)}
    return mpq(values.pop()) / rows[0][0] if len(values) == 1 else None


def checked_basis(rows: Rows) -> list[int]:
    """Return indices of a largest non-singular principal block; DomainError unless semidefinite."""
    whole = integer_rows(rows)
    chosen: list[int] = []
    for i in range(len(whole)):
        trial = [*chosen, i]
        if fmpz_mat([[whole[a][b] for b in trial] for a in trial]).det() > 0:
            chosen = trial
    if not chosen:
        raise DomainError("a covariance matrix with a positive variance is needed; got none")
    if len(chosen) < len(whole):
        _check_semidefinite(whole, chosen)
    return chosen


def _check_semidefinite(whole: Sequence[Sequence[int]], chosen: Sequence[int]) -> None:
    """Raise DomainError with x'Rx < 0 unless R is determined by a block of the same rank."""
    size = len(whole)
    head: Any = fmpz_mat([[whole[a][b] for b in chosen] for a in chosen])
    side: Any = fmpz_mat([[whole[a][b] for b in range(size)] for a in chosen])
    solved: Any = head.inv() * side
    rest = (fmpq_mat(fmpz_mat([list(row) for row in whole])) - side.transpose() * solved).tolist()
    bad = next(((i, i) for i in range(size) if rest[i][i] < 0), None)
    bad = bad or next(((i, j) for i in range(size) for j in range(i) if rest[i][j]), None)
    if bad is None:
        return
    weights = [mpq(0)] * size
    i, j = bad
    signs = {i: 1} if i == j else {i: 1, j: -1 if rest[i][j] > 0 else 1}
    for k, sign in signs.items():
        weights[k] += sign
        for place, a in enumerate(chosen):
            weights[a] -= sign * rational(solved[place, k])
    form = sum(x * y * whole[a][b] for a, x in enumerate(weights) for b, y in enumerate(weights))
    raise not_positive("a covariance matrix", "semidefinite", weights, form)


def _singular(rows: Rows, basis: Sequence[int], digits: int) -> Any:
    """Return the probability for a semidefinite matrix, with the rows of a basis independent."""
    if any(not rows[i][i] for i in range(len(rows))):
        kept = [i for i in range(len(rows)) if rows[i][i]]  # the others are 0 almost surely
        return orthant_probability([[rows[i][j] for j in kept] for i in kept], digits)
    forms, _ = forms_of(rows, basis)
    rays = extreme_rays(forms)
    dim = len(basis)
    if not rays or fmpz_mat([list(ray) for ray in rays]).rank() < dim:
        return mpq(0)
    lattice = FaceLattice.of_facets(len(rays), list(facets_of(rays, forms)), dim)
    covariance = [[rows[i][j] for j in basis] for i in basis]
    pieces = Triangulation(lattice).pieces(lattice.levels[dim][0], dim)
    more = digits + 1 + len(str(len(pieces)))
    angles = [_piece([rays[i] for i in members(piece)], covariance, more) for piece in pieces]
    return with_source(sum_of(angles), SOURCE)


def forms_of(gram: Rows, basis: Sequence[int]) -> tuple[list[Vector], Any]:
    """Return the vectors in coordinates in which those of a basis are units, and G_BB^{-1}."""
    inverse = matrix_of([[gram[i][j] for j in basis] for i in basis]).inv()
    solved = matrix_of([[row[j] for j in basis] for row in gram]) * inverse
    return [primitive(row) for row in rows_of(solved)], inverse


def facets_of(rays: Sequence[Vector], forms: Sequence[Vector]) -> dict[int, int]:
    """Return the maximal sets of rays on which a form vanishes, each with the number of a form."""
    sets = incidences(rays, forms)
    return {
        s: i for i, s in enumerate(sets) if not any(s & other == s and s != other for other in sets)
    }


def _piece(rays: Sequence[Any], covariance: Rows, digits: int) -> Any:
    """Return P[X in the cone of independent rays] for X of this covariance."""
    inverse = matrix_of(rays).inv()
    return _definite(rows_of(inverse.transpose() * matrix_of(covariance) * inverse), digits)


def _enclosed(rows: Rows, digits: int) -> Any:
    """Return the probability for numbers that are no rationals, between two rational matrices."""
    size = len(rows)
    expressions = not any(isinstance(x, Ball) for row in rows for x in row)
    bits = bits_of(digits) + 32
    best = -1
    for _ in range(6):
        low, high = _bounds(rows, bits)
        if all(is_positive_definite(integer_rows(matrix)) for matrix in (low, high)):
            if size <= 3 and expressions:
                return _closed_form(rows)
            ends = [_definite(matrix, digits + 3) for matrix in (low, high)]
            with precision(bits + 32):
                value = _as_arb(ends[0]).union(_as_arb(ends[1]))
                accuracy = int(value.rel_accuracy_bits())
                if accuracy >= bits_of(digits):
                    return Ball.from_arb(value, bits, SOURCE)
            if accuracy <= best:
                break
            best = accuracy
        bits *= 2
    if best < 0:
        raise Undecided(
            "whether the covariance matrix is positive definite is not decided by "
            f"{bits} bits of its entries"
        )
    raise NotConverged(
        f"{digits} digits were asked for; the entries of the covariance matrix prove "
        f"{max(best, 0)} of {bits_of(digits)} bits"
    )


def _inverse(rows: Rows, digits: int) -> Rows:
    """Return the inverse of a matrix of SymPy numbers: the adjugate up to size 3, else Balls."""
    if any(isinstance(x, Ball) for row in rows for x in row):
        raise DomainError("a Gram matrix has rational numbers or SymPy numbers here; got Balls")
    size, bits = len(rows), 4 * bits_of(digits) + 256
    with precision(bits):
        entries = [[_as_arb(x) for x in row] for row in rows]
        if not entries[0][0] > 0:
            raise DomainError("a Gram matrix of independent vectors has a positive diagonal")
        if size > 3:
            try:
                found = arb_mat(entries).inv()
            except ZeroDivisionError:
                raise Undecided(
                    f"whether a Gram matrix is invertible is not decided by {bits} bits"
                ) from None
            upper = [[found[min(i, j), max(i, j)] for j in range(size)] for i in range(size)]
            return [[Ball.from_arb(x, bits, SOURCE) for x in row] for row in upper]
    from sympy import Matrix

    from polygeo.answers.serialise import to_sympy

    adjugate = Matrix([[to_sympy(x) for x in row] for row in rows]).adjugate()
    return [[x.expand() for x in row] for row in adjugate.tolist()]


def _as_arb(value: Any) -> arb:
    return evaluate_to_arb(value) if is_expression(value) else exact_arb(value)


def _bounds(rows: Rows, bits: int) -> tuple[list[list[mpq]], list[list[mpq]]]:
    """Rational matrices with the least and the largest correlations."""
    size = len(rows)
    low = [[mpq(int(i == j)) for j in range(size)] for i in range(size)]
    high = [row.copy() for row in low]
    with precision(bits + 16):
        values = [[_as_arb(x) for x in row] for row in rows]
        for i in range(size):
            if values[i][i] <= 0:
                raise DomainError(f"a covariance matrix has positive variances; got {rows[i][i]}")
        for i, j in combinations(range(size), 2):
            r = values[i][j] / (values[i][i] * values[j][j]).sqrt()
            if not r.is_finite():
                r = arb(0, 1)
            ball = Ball.from_arb(r)
            low[i][j] = low[j][i] = ball.lower
            high[i][j] = high[j][i] = ball.upper
    return low, high


def _closed_form(rows: Rows) -> Any:
    """Sheppard's formulas with SymPy numbers."""
    import sympy

    from polygeo.answers.serialise import to_sympy

    size = len(rows)
    total: Any = sympy.Integer(0)
    for i, j in combinations(range(size), 2):
        a, b, r = map(to_sympy, (rows[i][i], rows[j][j], rows[i][j]))
        total += sympy.asin(r / sympy.sqrt(a * b))
    return sympy.Rational(1, 2**size) + total / (2 ** (size - 1) * sympy.pi)
