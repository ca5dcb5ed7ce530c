"""Vertices in exact arithmetic: what the filter of `vertices` leaves undecided.

The same walk on integers (Bareiss: every number is a minor of the matrix), which also proves
general position: it meets every n rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from random import Random
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpz, sign

from polygeo.errors import PolygeoError, Undecided
from polygeo.relu.matrix import Rows

__all__ = [
    "STEPS",
    "Dependent",
    "count_bad",
    "determinant_sign",
    "euler_exactly",
    "integer_rows",
    "rotated",
    "vertex_signs",
]

STEPS = 300_000_000
"""Largest number of elementary steps of one exact walk; 10^8 steps take about a minute."""


class Dependent(PolygeoError):
    """An error: n rows of the matrix are linearly dependent; ``rows`` holds their numbers."""

    def __init__(self, rows: tuple[int, ...]) -> None:
        names = ", ".join(map(str, rows))
        one = f"row {names} is zero"
        super().__init__(one if len(rows) == 1 else f"rows {names} are linearly dependent")
        self.rows = rows


def integer_rows(draw: Any) -> Rows:
    """Convert the rows of a float64 matrix to integers, by one power of 2 for all rows.

    >>> import numpy as np
    >>> integer_rows(np.array([[0.5, -0.25]]))
    ((2, -1),)
    """
    pairs = [[x.as_integer_ratio() for x in map(float, row)] for row in draw]
    scale = max(bottom for row in pairs for _, bottom in row)
    return tuple(tuple(top * (scale // bottom) for top, bottom in row) for row in pairs)


def vertex_signs(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """Yield every set S of n - 1 rows with the signs of det(S, l) for all rows l (0 for l in S).

    Raises Dependent at the first n rows that are dependent, Undecided for too many sets.
    """
    m, n = len(rows), len(rows[0])
    if comb(m, n - 1) * m > STEPS:
        raise Undecided(
            f"{comb(m, n - 1)} vertices are too many for exact arithmetic "
            f"({m} x {n}; at most {STEPS // m})"
        )
    yield from _below((), [[mpz(c) for c in row] for row in rows], mpz(1), 1)


def _below(
    chosen: tuple[int, ...], rows: list[list[mpz]], before: mpz, orientation: int
) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """Rows restricted to the orthogonal space of the chosen ones: minors, ``before`` the last."""
    columns, m = len(rows[0]), len(rows)
    if columns == 1:
        signs = [0 if x in chosen else orientation * sign(row[0]) for x, row in enumerate(rows)]
        for x, found in enumerate(signs):
            if found == 0 and x not in chosen:
                raise Dependent(tuple(sorted((*chosen, x))))
        yield chosen, signs
        return
    for i in range(chosen[-1] + 1 if chosen else 0, m - columns + 2):
        p = next((c for c in range(columns) if rows[i][c]), None)
        if p is None:
            raise Dependent((*chosen, i))
        swap = [p, *range(1, p), 0, *range(p + 1, columns)] if p else list(range(columns))
        pivot, others = rows[i][p], [c for c in swap if c != p]
        rest = [
            [(pivot * row[c] - row[p] * rows[i][c]) // before for c in others]
            if x != i and x not in chosen
            else [mpz(0)] * (columns - 1)
            for x, row in enumerate(rows)
        ]
        yield from _below((*chosen, i), rest, pivot, orientation if p == 0 else -orientation)


def determinant_sign(rows: Sequence[Sequence[Any]]) -> int:
    """Compute the sign of a square integer determinant."""
    return sign(int(fmpz_mat([[int(c) for c in row] for row in rows]).det())) if rows else 1


def count_bad(rows: Sequence[Sequence[Any]], k: int) -> int:
    """Count the vertices with at most k positive rows, both ends of each line."""
    total = 0
    for _, signs in vertex_signs(rows):
        total += (signs.count(1) <= k) + (signs.count(-1) <= k)
    return total


def euler_exactly(rows: Rows, k: int) -> int:
    """Compute chi(R_k n S) by the pencil formula; Dependent if not in general position.

    The pencil of the last two axes must be generic as well; if it is not, coordinates are changed
    (x -> Gx maps the section to a homeomorphic one) until it is.
    """
    for attempt in range(40):
        rotated_rows = rows if attempt == 0 else rotated(rows, attempt)
        try:
            return _pencil(rotated_rows, k)
        except Dependent as reason:
            if _is_dependent(rows, reason.rows):  # in R^n, not only on the axis of the pencil
                raise
    raise Undecided("no generic pencil was found in 40 changes of coordinates")


def _is_dependent(rows: Rows, places: tuple[int, ...]) -> bool:
    return int(fmpz_mat([list(map(int, rows[x])) for x in places]).rank()) < len(places)


def rotated(rows: Rows, attempt: int) -> Rows:
    """Return the rows times an invertible integer matrix, which depends on ``attempt`` only."""
    n = len(rows[0])
    rng = Random(1000 * attempt + n)
    while True:
        matrix = [[rng.randint(-4 - attempt, 4 + attempt) for _ in range(n)] for _ in range(n)]
        if determinant_sign(matrix):
            break
    return tuple(
        tuple(sum(c * matrix[i][j] for i, c in enumerate(row)) for j in range(n)) for row in rows
    )


def _pencil(rows: Sequence[Sequence[Any]], k: int) -> int:
    """The formula on all n columns plus itself on the first n - 2."""
    n, total = len(rows[0]), 0
    if n == 1:
        return count_bad(rows, k)
    for S, signs in vertex_signs(rows):
        for side in (1, -1):
            rest = k - signs.count(side)
            if 0 <= rest <= n - 2 and _turned_up([rows[s][: n - 2] for s in S]) == side:
                total += (-1) ** rest * comb(n - 2, rest)
    return total + (_pencil([row[: n - 2] for row in rows], k) if n > 2 else 0)


def _turned_up(short: list[Sequence[Any]]) -> int:
    """See `vertices.turned_up`; ``short`` are n - 1 rows of n - 2 columns."""
    n = len(short) + 1
    signs = set()
    for x in range(n - 1):
        others = short[:x] + short[x + 1 :]
        signs.add((-1) ** (n + x) * determinant_sign(others))
    return signs.pop() if len(signs) == 1 else 0
