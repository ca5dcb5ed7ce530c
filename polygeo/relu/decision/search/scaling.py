"""Integer rows as the compiled search reads them, and the memory that a search takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from gmpy2 import mpq

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector

__all__ = ["check_memory", "scale_integers", "unscaled"]

MAX_GIB = 4
"""Largest memory of a search, in GiB."""


def scale_integers(
    given: Sequence[Vector], columns: np.ndarray, rows: np.ndarray, shifts: np.ndarray
) -> tuple[bool, bool]:
    """Fill ``columns``, ``rows`` and ``shifts`` as `compiled.scale_rows` does, for all integers.

    Returns whether no entry is too small for the bounds of the search, and whether none is rounded.
    """
    from polygeo.relu.decision.search.compiled import NEVER, balance

    exact = whole = True
    lengths = [[abs(c).bit_length() or NEVER for c in row] for row in given]
    balance(np.array(lengths, np.int64).reshape(len(given), len(shifts)), shifts)
    turned = shifts.tolist()
    turns = [
        max((b - s for b, s in zip(row, turned, strict=True) if b != NEVER), default=0)
        for row in lengths
    ]
    for i, row in enumerate(given):
        for j, c in enumerate(row):
            rows[i, j] = columns[j, i] = _scaled(c, turns[i] + turned[j])
            exact = exact and (c == 0 or abs(rows[i, j]) > 1e-250)
            whole = whole and (c // ((c & -c) or 1)).bit_length() <= 53
    return exact, whole and exact


def unscaled(point: np.ndarray, shifts: np.ndarray) -> tuple[mpq, ...]:
    """Return a point of a search in the coordinates before columns were scaled, exactly."""
    pairs = zip(point.tolist(), shifts.tolist(), strict=True)
    return tuple(mpq(*x.as_integer_ratio()) / mpq(2) ** s for x, s in pairs)


def check_memory(m: int, n: int) -> None:
    """Refuse a search that would fill the memory."""
    size = 16 * m * n**2 / 2**30
    if size > MAX_GIB:
        raise DomainError(
            f"no quick answer for a {m} x {n} matrix, and a search needs {size:.0f} GiB of memory "
            f"(at most {MAX_GIB} GiB are taken)"
        )


def _scaled(c: int, shift: int) -> float:
    """c / 2^shift, correctly rounded, for integers of any size; 0 where it underflows."""
    if shift < 0:
        return float(c << -shift)
    return c / (1 << shift) if shift < 1000 or c.bit_length() + 1000 > shift else 0.0
