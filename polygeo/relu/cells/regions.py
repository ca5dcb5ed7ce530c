"""The number of linear regions of one ReLU layer x -> ReLU(Wx + b), exactly.

Row i with w_i != 0 makes coordinate i kink along the hyperplane <w_i, x> + b_i = 0, and nowhere
else; a row w_i = 0 gives a constant. So the map is affine on the cells of the arrangement of the
distinct hyperplanes of non-zero rows and not differentiable on the hyperplanes; two different
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
from polygeo.answers.options import choice, flag
from polygeo.answers.splitting import partial_binomial_sum
from polygeo.cones.families.arrangement import HyperplaneArrangement
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector, primitive
from polygeo.relu.cells.cells import Subdivision, linear_values, pivot_columns
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector

__all__ = ["expected_active_regions", "generic_linear_regions", "linear_regions"]

MAX_RESTRICTIONS = 1 << 20
"""Largest number of restrictions of a row to a flat that is tried."""

MAX_CELLS = 50_000
"""Largest number of cells that is listed."""

METHODS = ("deletion", "flats", "cells")


def _size(m: Any, n: Any) -> tuple[int, int]:
    m, n = integer(m, "m"), integer(n, "n")
    if m < 1 or n < 1:
        raise DomainError(f"a layer needs m >= 1 and n >= 1; got m={m}, n={n}")
    if max(m, n) > 10**6:
        raise DomainError(f"regions are counted for m, n <= 10^6; got m={m}, n={n}")
    return m, n


def generic_linear_regions(m: Any, n: Any, bias: bool = False) -> mpz:
    """The regions of a layer R^n -> R^m in general position: 2 sum_{i<n} binomial(m-1, i).

    With biases in general position: sum_{i<=n} binomial(m, i). Gaussian weights (and independent
    biases with a density) are in general position with probability 1, so these are their expected
    numbers too; they are the largest that any layer of this shape has. Exact, m, n >= 1. Sources:
    cover1965geometrical; zaslavsky1975facing.

    >>> generic_linear_regions(4, 2), generic_linear_regions(4, 2, bias=True)
    (mpz(8), mpz(11))
    """
    m, n = _size(m, n)
    return (
        partial_binomial_sum(m, n + 1) if flag(bias, "bias") else 2 * partial_binomial_sum(m - 1, n)
    )


def expected_active_regions(m: Any, n: Any, active: Any, bias: bool = False) -> mpq:
    """The expected number of regions of a Gaussian layer in which exactly ``active`` rows are on.

    binomial(m, active) 2^-m times the number of all regions: flipping the sign of a row (and its
    bias) changes neither law nor arrangement, so each of the 2^m patterns is met with the same
    probability. For independent rows with a law symmetric under w -> -w (with biases: under
    (w, b) -> -(w, b)), in general position almost surely. Exact. Source: cover1965geometrical.

    >>> expected_active_regions(4, 2, 1)
    mpq(2,1)
    """
    m, n = _size(m, n)
    j = integer(active, "active")
    if not 0 <= j <= m:
        raise DomainError(f"active needs 0 <= active <= m; got active={j}, m={m}")
    return mpq(gmpy2.bincoef(m, j) * generic_linear_regions(m, n, bias), mpz(1) << m)


def linear_regions(W: Any, b: Any = None, *, method: str = "deletion") -> mpz:
    """The number of linear regions of x -> ReLU(Wx + b), exactly, for any rational W and b.

    Degenerate layers (repeated, parallel and zero rows) included. ``method``: 'deletion' inserts
    the hyperplanes one by one, r(A) = 1 + sum_k r(restriction of H_1..H_{k-1} to H_k); 'flats'
    evaluates the characteristic polynomial at -1 (zaslavsky1975facing); 'cells' lists all cells
    by their rays. With biases the arrangement is coned: its cells are half of those of the rows
    (w_i, b_i) and (0, 1). Raises DomainError for what is no matrix and for too large ones.

    >>> linear_regions([[1, 0], [0, 1], [-1, 0], [0, -1]])
    mpz(4)
    >>> linear_regions([[1, 0], [1, 0], [0, 1], [0, 0]], [0, 1, 0, 5])
    mpz(6)
    """
    choice(method, "method", METHODS)
    matrix = read_matrix(W)
    rows = _hyperplanes(matrix, b)
    if not rows:
        return mpz(1)
    count = {"deletion": _by_deletion, "flats": _by_flats, "cells": _by_cells}[method](rows)
    return count if b is None else count // 2


def _hyperplanes(matrix: ExactMatrix, b: Any) -> list[Vector]:
    """The distinct hyperplanes of the non-zero rows; with biases those of the cone over them."""
    if b is None:
        return _distinct(matrix.rows)
    entries = matrix.entries
    biases = read_vector(b, len(entries), "b")
    rows = [primitive([*row, bias]) for row, bias in zip(entries, biases, strict=True) if any(row)]
    infinity = (*(0,) * matrix.shape[1], 1)
    return _distinct([*rows, infinity])


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
    """The same arrangement modulo what all its hyperplanes contain."""
    columns = pivot_columns(rows)
    return _distinct([row[j] for j in columns] for row in rows)


def _by_deletion(rows: list[Vector]) -> mpz:
    essential = _essential(rows)
    m, dim = len(essential), len(essential[0])
    # The k_1 > .. > k_j of `_inserted`, j < dim - 1: rows of all flats are sum_{i<dim} C(m, i).
    if partial_binomial_sum(m, dim) > MAX_RESTRICTIONS:
        raise DomainError(
            f"{m} hyperplanes of rank {dim} are too many to count exactly; "
            "in general position generic_linear_regions(m, n) knows the number"
        )
    return mpz(_inserted(essential))


def _inserted(rows: list[Vector]) -> int:
    """Regions of distinct hyperplanes: those inserted before cut H_k into so many new ones."""
    dim = len(rows[0]) if rows else 0
    if dim <= 1 or not rows:
        return 2 if rows else 1
    if dim == 2:
        return 2 * len(rows)
    return 1 + sum(_inserted(_restricted(rows[:k], rows[k])) for k in range(len(rows)))


def _restricted(rows: list[Vector], normal: Vector) -> list[Vector]:
    """The hyperplanes on the hyperplane of ``normal``, one coordinate eliminated."""
    pivot = min((j for j, c in enumerate(normal) if c), key=lambda j: abs(normal[j]))
    h = normal[pivot]
    rest = [j for j in range(len(normal)) if j != pivot]
    return _distinct([row[j] * h - row[pivot] * normal[j] for j in rest] for row in rows)


def _by_flats(rows: list[Vector]) -> mpz:
    return HyperplaneArrangement(tuple(_essential(rows))).number_of_regions()


def _by_cells(rows: list[Vector]) -> mpz:
    """All cells, by their rays."""
    essential = _essential(rows)
    table = Subdivision(linear_values(essential))
    start = table.orthants(essential, MAX_CELLS)
    return mpz(len(table.refine(start, (1 << len(essential)) - 1, 0, MAX_CELLS)))
