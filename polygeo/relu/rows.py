"""The rows of a layer as primitive integer vectors.

Multiplying a row by a positive number changes none of the signs on which injectivity and the
Euler characteristic depend, so each row is kept as the primitive integer vector on its ray.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.errors import DomainError
from polygeo.relu.matrix import read_matrix

__all__ = ["Rows", "layer_rows", "nearest_floats"]

Rows = tuple[tuple[int, ...], ...]
"""The rows of a matrix, each a primitive integer vector (or zero)."""


def layer_rows(W: Any) -> Rows:
    """The rows of W (m x n, m >= n >= 1); see `polygeo.relu.matrix.read_matrix`.

    >>> layer_rows([[0.5, "1/3"], [2, -4]])
    ((3, 2), (1, -2))
    """
    matrix = read_matrix(W)
    m, n = matrix.shape
    if n > m:
        raise DomainError(f"W needs m >= n >= 1 for m x n; got {m} x {n}")
    return matrix.rows


def nearest_floats(rows: Rows) -> NDArray[np.float64]:
    """The rows over powers of 2 that bring them into [-1, 1], each entry to within 2^-53."""
    shifts = [max(max(map(abs, row)).bit_length(), 1) for row in rows]
    pairs = zip(rows, shifts, strict=True)
    return np.array([[float(mpq(c, 1 << shift)) for c in row] for row, shift in pairs])
