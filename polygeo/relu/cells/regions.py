"""The number of linear regions of one ReLU layer x -> ReLU(Wx + b), exactly.

Row i with w_i != 0 makes coordinate i kink along the hyperplane <w_i, x> + b_i = 0, and nowhere
else; a row w_i = 0 gives a constant. So the map is affine on the cells of the arrangement of the
distinct hyperplanes of nonzero rows and not differentiable on the hyperplanes; two different
cells have different signs in some row w_i != 0, where one Jacobian holds w_i and the other 0. The
regions of the map (maximal connected open sets on which it is affine, and as well its distinct
affine pieces) are therefore the cells of the arrangement, for every W and b.

In general position there are 2 sum_{i<n} binomial(m-1, i) cells without biases
(cover1965geometrical) and sum_{i<=n} binomial(m, i) with them (zaslavsky1975facing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd
from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.exact import integer
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.answers.options import choice, flag
from polygeo.answers.sequence import sequence
from polygeo.cones.arrangements.characteristic import reduced_coefficients, refuse_integers
from polygeo.cones.arrangements.normals import checked_snap, has_roots, is_rounded, read_normals
from polygeo.cones.arrangements.rounding import rounded, warn_if_rounded
from polygeo.errors import DomainError
from polygeo.polyhedra.field_number import field_number
from polygeo.polyhedra.number_field import field_line
from polygeo.polyhedra.residues import residues
from polygeo.polyhedra.vectors import Vector, pivots, primitive, row_space
from polygeo.progress import patient
from polygeo.relu.cells.cells import Subdivision, linear_values
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector

__all__ = ["expected_active_regions", "generic_linear_regions", "linear_regions"]

MAX_RESTRICTIONS = 1 << 20
"""Largest number of restrictions of a row to a flat in one count."""

MAX_CELLS = 50_000
"""Largest number of cells that are listed."""

MAX_LOOKED_AT = 20_000
"""Largest number of floats in a layer that is searched for near degeneracies."""

METHODS = ("flats", "deletion", "cells")


def _size(m: Any, n: Any) -> tuple[int, int]:
    m, n = integer(m, "m"), integer(n, "n")
    if m < 1 or n < 1:
        raise DomainError(f"a layer needs m >= 1 and n >= 1; got m={m}, n={n}")
    if max(m, n) > 10**6:
        raise DomainError(f"regions are counted for m, n <= 10^6; got m={m}, n={n}")
    return m, n


@patient
def generic_linear_regions(m: Any, n: Any, bias: bool = False) -> mpz:
    """Count the linear regions of a layer R^n -> R^m in general position (exact).

    * ``m``, ``n``: numbers of outputs and inputs, m, n >= 1; DomainError otherwise.
    * ``bias``: True for a layer with biases (default False).

    The number is 2 sum_{i<n} binomial(m-1, i) without biases and sum_{i<=n} binomial(m, i) with
    biases in general position. Gaussian weights (and independent biases with a density) are in
    general position with probability 1, so that the numbers are their expected numbers too. No
    layer of the same shape has more regions. Sources: cover1965geometrical; zaslavsky1975facing.

    >>> generic_linear_regions(4, 2), generic_linear_regions(4, 2, bias=True)
    (mpz(8), mpz(11))
    """
    m, n = _size(m, n)
    return (
        partial_binomial_sum(m, n + 1) if flag(bias, "bias") else 2 * partial_binomial_sum(m - 1, n)
    )


@patient
def expected_active_regions(m: Any, n: Any, active: Any, bias: bool = False) -> mpq:
    """Compute the expected number of regions of a Gaussian layer with ``active`` active rows.

    * ``m``, ``n``: numbers of outputs and inputs, m, n >= 1.
    * ``active``: number of active rows, 0 <= active <= m.
    * ``bias``: True for a layer with biases (default False).

    Exact. The number is binomial(m, active) 2^-m times the number of all regions, since flipping
    the sign of a row (and of its bias) changes neither law nor arrangement, so that each of the 2^m
    patterns has the same probability. Holds for independent rows with a law symmetric under w -> -w
    (with biases: under (w, b) -> -(w, b)), almost surely in general position. DomainError for other
    arguments. Source: cover1965geometrical.

    >>> expected_active_regions(4, 2, 1)
    mpq(2,1)
    """
    m, n = _size(m, n)
    j = integer(active, "active")
    if not 0 <= j <= m:
        raise DomainError(f"active needs 0 <= active <= m; got active={j}, m={m}")
    return mpq(gmpy2.bincoef(m, j) * generic_linear_regions(m, n, bias), mpz(1) << m)


@patient
def linear_regions(W: Any, b: Any = None, *, method: str = "flats", snap: Any = None) -> mpz:
    """Count the linear regions of x -> ReLU(Wx + b), for any W and b (exact).

    * ``W``: an m x n matrix; repeated, parallel and zero rows are allowed. Entries are rational
      (floats are read as dyadic rationals) or in Q(sqrt 2, sqrt 3, ..), such as "(1 + sqrt(5))/2".
    * ``b``: m biases (default: none).
    * ``method``: 'flats' (the default) evaluates the characteristic polynomial at -1; 'deletion'
      inserts the hyperplanes one by one, r(A) = 1 + sum_k r(restriction of H_1..H_{k-1} to H_k);
      'cells' lists all cells by their rays. The last two need rational numbers.
    * ``snap``: an angle in radians; rows that are dependent up to this angle are taken as dependent
      (method 'flats' only; default: none).

    With biases the arrangement is coned: its cells are half of those of the rows (w_i, b_i) and (0,
    1). Floats within rounding of a special position give a `NearlyDegenerate` warning. DomainError
    for what is no matrix and where the count would take too long. Source: zaslavsky1975facing.

    >>> linear_regions([[1, 0], [0, 1], [-1, 0], [0, -1]])
    mpz(4)
    >>> linear_regions([[1, 0], [1, 0], [0, 1], [0, 0]], [0, 1, 0, 5])
    mpz(6)
    """
    choice(method, "method", METHODS)
    angle = checked_snap(snap)
    rows, rounded_rows = _hyperplanes(W, b)
    if not rows:
        return mpz(1)
    if method != "flats":
        irrational = any(not isinstance(x, int) for row in rows for x in row)
        if angle is not None or irrational:
            raise DomainError(f"snap and square roots need method='flats'; got method='{method}'")
        count = {"deletion": _by_deletion, "cells": _by_cells}[method](rows)
        return count if b is None else count // 2
    if angle is not None:
        flats = rounded(tuple(rows), angle)
        seen = (mu for mask, mu in flats.moebius.items() if b is None or not mask & 1)
        return mpz(sum(map(abs, seen)))
    refuse_integers(rows)
    if rounded_rows:
        warn_if_rounded(rows)
    half = sum(map(abs, reduced_coefficients(residues(rows))))
    return mpz(2 * half if b is None else half)


def _hyperplanes(W: Any, b: Any) -> tuple[list[Any], bool]:
    """The distinct hyperplanes of the nonzero rows, and whether floats of many places made them.

    With biases those of the cone over them, the hyperplane at infinity first.
    """
    if has_roots(W) or (b is not None and has_roots(b)):
        given, _ = read_normals(W, "W")
        shift = None if b is None else [field_number(x, "b") for x in sequence(b, "b")]
        if shift is not None and len(shift) != len(given):
            raise DomainError(f"b needs {len(given)} numbers; got {len(shift)}")
        coned = given if shift is None else [(*row, c) for row, c in zip(given, shift, strict=True)]
        infinity = [] if shift is None else [(*(0,) * len(given[0]), 1)]
        lines = [field_line(line) for line, row in zip(coned, given, strict=True) if any(row)]
        return list(dict.fromkeys([*infinity, *lines])), False
    matrix = read_matrix(W)
    floats = _rounded_entries(W, matrix) or (b is not None and _rounded_entries(b, None))
    if b is None:
        return _distinct(matrix.rows), floats
    pairs = zip(matrix.entries, read_vector(b, matrix.shape[0], "b"), strict=True)
    rows = [primitive([*row, bias]) for row, bias in pairs if any(row)]
    return _distinct([(*(0,) * matrix.shape[1], 1), *rows]), floats


def _rounded_entries(data: Any, matrix: ExactMatrix | None) -> bool:
    """Whether a matrix or vector of ordinary size holds floats of many binary places."""
    if matrix is not None and matrix.shape[0] * matrix.shape[1] > MAX_LOOKED_AT:
        return False
    if matrix is not None and matrix.floats is not None:
        return any(map(is_rounded, matrix.floats.ravel().tolist()))
    if isinstance(data, ExactMatrix):
        return False
    rows = data.tolist() if hasattr(data, "tolist") else data
    return isinstance(rows, (list, tuple)) and any(
        is_rounded(x) for row in rows for x in (row if isinstance(row, (list, tuple)) else (row,))
    )


def _distinct(rows: Iterable[Sequence[int]]) -> list[Vector]:
    """Primitive rows without zero rows, one of each pair of parallel ones, in order."""
    seen: dict[Vector, None] = {}
    for row in rows:
        common = gcd(*row)
        if common:
            if next(c for c in row if c) < 0:
                common = -common
            seen[tuple(c // common for c in row)] = None
    return list(seen)


def _essential(rows: list[Vector]) -> list[Vector]:
    """Return the arrangement modulo the intersection of all its hyperplanes."""
    columns = pivots(row_space(rows))
    return _distinct([row[j] for j in columns] for row in rows)


def _by_deletion(rows: list[Vector]) -> mpz:
    essential = _essential(rows)
    return mpz(_inserted(essential, [len(essential), len(essential[0]), MAX_RESTRICTIONS]))


def _inserted(rows: list[Vector], budget: list[int]) -> int:
    """Count the regions: H_k adds as many as the hyperplanes before H_k cut H_k into.

    ``budget``: the hyperplanes and the rank for a message, and the restrictions that are left.
    """
    dim = len(rows[0]) if rows else 0
    if dim <= 1 or not rows:
        return 2 if rows else 1
    if dim == 2:
        return 2 * len(rows)
    total = 1
    for k in range(len(rows)):
        budget[2] -= k + 1
        if budget[2] < 0:
            raise DomainError(
                f"{budget[0]} hyperplanes of rank {budget[1]} are too many to count exactly by "
                "deletion; method='flats' reaches farther"
            )
        total += _inserted(_restricted(rows[:k], rows[k]), budget)
    return total


def _restricted(rows: list[Vector], normal: Vector) -> list[Vector]:
    """The hyperplanes on the hyperplane of ``normal``, one coordinate eliminated."""
    pivot = min((j for j, c in enumerate(normal) if c), key=lambda j: abs(normal[j]))
    h = normal[pivot]
    rest = [j for j in range(len(normal)) if j != pivot]
    return _distinct([row[j] * h - row[pivot] * normal[j] for j in rest] for row in rows)


def _by_cells(rows: list[Vector]) -> mpz:
    """All cells, by their rays."""
    essential = _essential(rows)
    table = Subdivision(linear_values(essential))
    start = table.orthants(essential, MAX_CELLS)
    return mpz(len(table.refine(start, (1 << len(essential)) - 1, 0, MAX_CELLS)))
