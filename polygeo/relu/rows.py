"""The weight matrix that a user hands over, read into exact integers.

Multiplying a row by a positive number changes none of the signs on which injectivity and the
Euler characteristic depend, so each row is kept as the primitive integer vector on its ray.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.exact import abbreviate, rational
from polygeo.cones.vectors import primitive
from polygeo.errors import DomainError

__all__ = ["Rows", "nearest_floats", "read_matrix"]

Rows = tuple[tuple[int, ...], ...]
"""The rows of a matrix, each a primitive integer vector (or zero)."""


def read_matrix(W: Any) -> Rows:
    """W (m x n, m >= n >= 1) as primitive integer rows; anything else is a DomainError of one line.

    Entries are ints, mpq, Fractions, SymPy or numpy numbers, floats (the dyadics they are) or
    strings such as "-3/8".

    >>> read_matrix([[0.5, "1/3"], [2, -4]])
    ((3, 2), (1, -2))
    """
    data = W.tolist() if hasattr(W, "tolist") else W
    if isinstance(data, (str, bytes, dict)) or not hasattr(data, "__iter__"):
        raise DomainError(f"W needs a matrix; got {abbreviate(repr(W))}")
    rows: list[tuple[int, ...]] = []
    for i, line in enumerate(data):
        cells = line.tolist() if hasattr(line, "tolist") else line
        if isinstance(cells, (str, bytes, dict)) or not hasattr(cells, "__iter__"):
            raise DomainError(f"W needs a matrix; W[{i}] is {abbreviate(repr(line))}")
        numbers = [rational(cell, f"W[{i}][{j}]") for j, cell in enumerate(cells)]
        if rows and len(numbers) != len(rows[0]):
            raise DomainError(f"W[{i}] needs {len(rows[0])} entries; got {len(numbers)}")
        rows.append(primitive(numbers) if numbers else ())
    m, n = len(rows), len(rows[0]) if rows else 0
    if not 1 <= n <= m:
        raise DomainError(f"W needs m >= n >= 1 for m x n; got {m} x {n}")
    return tuple(rows)


def nearest_floats(rows: Rows) -> NDArray[np.float64]:
    """The rows over powers of 2 that bring them into [-1, 1], each entry to within 2^-53."""
    shifts = [max(max(map(abs, row)).bit_length(), 1) for row in rows]
    pairs = zip(rows, shifts, strict=True)
    return np.array([[float(mpq(c, 1 << shift)) for c in row] for row, shift in pairs])
