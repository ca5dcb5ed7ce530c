"""Gordan's alternative, exactly: a positive functional, or a nonnegative combination that is 0.

For vectors v_1, ..., v_k exactly one of the two exists: p with <p, v_i> > 0 for all i, or
weights l_i >= 0, not all 0, with sum l_i v_i = 0. Decided by the first phase of the simplex method
in rational arithmetic with Bland's rule, which cannot cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from polygeo.polyhedra.vectors import Vector, dot, primitive
from polygeo.relu.cells.cells import basis_rows

__all__ = ["Alternative", "gordan"]


@dataclass(frozen=True)
class Alternative:
    """One of the two sides of Gordan's alternative; the other field is None.

    * ``weights``: nonnegative integers, not all 0, with sum of weights times vectors = 0.
    * ``functional``: an integer vector with positive products with all vectors.
    """

    weights: Vector | None
    functional: Vector | None


def gordan(vectors: Sequence[Vector]) -> Alternative:
    """Decide Gordan's alternative for a list of integer vectors, not empty, in exact arithmetic.

    >>> gordan([(1, 0), (0, 1), (-1, -1)]).weights
    (1, 1, 1)
    >>> gordan([(1, 0), (-1, 1)]).functional
    (1, 2)
    """
    dim, count = len(vectors[0]), len(vectors)
    coordinates = list(zip(*vectors, strict=True))
    chosen = basis_rows(coordinates)
    size = len(chosen) + 1
    # rows: sum l_i v_i = 0 in independent coordinates, sum l_i = 1; then artificial columns
    table = [[mpq(c) for c in coordinates[i]] for i in chosen] + [[mpq(1)] * count]
    for r, row in enumerate(table):
        row += [mpq(int(r == j)) for j in range(size)] + [mpq(int(r == size - 1))]
    basis = [count + r for r in range(size)]
    cost = [-sum((row[j] for row in table), mpq(0)) for j in range(count)]
    cost += [mpq(0)] * size + [-table[-1][-1]]
    while True:
        enter = next((j for j in range(count) if cost[j] < 0), None)
        if enter is None:
            break
        ratios = [
            (table[r][-1] / table[r][enter], basis[r], r)
            for r in range(size)
            if table[r][enter] > 0
        ]
        _, _, leave = min(ratios)
        pivot = table[leave][enter]
        table[leave] = [c / pivot for c in table[leave]]
        for row in [*(table[r] for r in range(size) if r != leave), cost]:
            factor = row[enter]
            if factor:
                row[:] = [c - factor * d for c, d in zip(row, table[leave], strict=True)]
        basis[leave] = enter
    if cost[-1] == 0:
        weights = [mpq(0)] * count
        for r, j in enumerate(basis):
            if j < count:
                weights[j] = table[r][-1]
        return Alternative(primitive(weights), None)
    # reduced costs of the artificial columns are 1 - y: y.A <= 0 and y_last > 0
    y = [1 - cost[count + r] for r in range(size)]
    functional = [mpq(0)] * dim
    for r, i in enumerate(chosen):
        functional[i] = -y[r]
    found = primitive(functional)
    if not all(dot(found, v) > 0 for v in vectors):
        raise RuntimeError("an exact alternative failed its check; please report the vectors")
    return Alternative(None, found)
