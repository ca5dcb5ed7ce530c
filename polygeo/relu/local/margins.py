"""Margins of a layer at a point: how far x is from the hyperplane on which a row changes its sign.

The margin of row i is g_i = (<w_i, x> + b_i) / |w_i|. Floats with bounds of their errors put the
margins in order; where two of them are too near, their signed squares are compared in rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.polyhedra.vectors import dot
from polygeo.relu.local.singular import gamma
from polygeo.relu.matrix import ExactMatrix

__all__ = ["Margins", "ScaledLayer"]

Floats = NDArray[np.float64]
SMALLEST = 1e-30
"""Largest entry of a row below which underflow could matter: such rows are compared exactly."""


class ScaledLayer:
    """The layer x -> ReLU(W x + b): exact, and in floats with rows scaled by powers of two."""

    def __init__(self, matrix: ExactMatrix, bias: tuple[mpq, ...]) -> None:
        self.matrix = matrix
        self.bias = bias

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers m of rows and n of columns."""
        return self.matrix.shape

    @cached_property
    def floats(self) -> Floats:
        """Matrix W, each entry to within a factor 1 + 2^-53 (infinite where it is too large)."""
        if self.matrix.floats is not None:
            return self.matrix.floats
        return np.array([[_near(c) for c in row] for row in self.matrix.entries])

    @cached_property
    def scaled(self) -> tuple[Floats, NDArray[np.int64]]:
        """Rows over 2^e with largest entry in [1/2, 1), and e (0 for a zero row)."""
        _, exponents = np.frexp(np.abs(self.floats).max(axis=1))
        shifts = exponents.astype(np.int64)
        with np.errstate(all="ignore"):
            return np.ldexp(self.floats, -shifts[:, None]), shifts

    @cached_property
    def offsets(self) -> Floats:
        """Offsets b, each entry to within a factor 1 + 2^-53."""
        return np.array([_near(c) for c in self.bias])

    @cached_property
    def lengths(self) -> Floats:
        """Lengths |w_i| of the scaled rows, to within gamma(n)."""
        return np.sqrt(np.einsum("ij,ij->i", self.scaled[0], self.scaled[0]))

    def value(self, i: int, x: Sequence[mpq]) -> mpq:
        """Compute <w_i, x> + b_i, exactly."""
        return dot(self.row(i), x) + self.bias[i]

    def row(self, i: int) -> Sequence[mpq]:
        """Return row i of W, exactly (without the other rows, which may be many)."""
        if self.matrix.floats is None:
            return self.matrix.entries[i]
        return [mpq(*c.as_integer_ratio()) for c in self.matrix.floats[i].tolist()]


def _near(c: mpq) -> float:
    """The nearest float; infinite or 0 beyond their range."""
    try:
        return float(c)
    except OverflowError:
        return float("inf")


class Margins:
    """The margins at one point, of the rows that are not 0.

    ``order``: these rows, the largest margin first, as floats say.
    """

    def __init__(self, layer: ScaledLayer, x: tuple[mpq, ...]) -> None:
        self.layer = layer
        self.x = x
        self._squares: dict[int, mpq] = {}
        rows, shifts = layer.scaled
        point = np.array([_near(c) for c in x])
        with np.errstate(all="ignore"):
            offsets = np.ldexp(layer.offsets, -shifts)
            values = rows @ point + offsets
            n = layer.shape[1]
            # W, x and b are rounded once each.
            sizes = np.abs(rows) @ np.abs(point) + np.abs(offsets)
            errors = gamma(n + 8) * sizes + 1e-290 * (1 + np.abs(point).sum())
            lengths = layer.lengths
            self.floats = values / lengths
            self.errors = errors / lengths * (1 + 1e-6) + gamma(n + 8) * np.abs(self.floats)
        nonzero = np.flatnonzero(np.abs(layer.floats).max(axis=1) > 0)
        if layer.matrix.floats is None:  # an entry below all floats is none that is 0
            nonzero = np.array([i for i, row in enumerate(layer.matrix.entries) if any(row)], int)
        good = (
            np.isfinite(self.floats) & np.isfinite(self.errors) & np.isfinite(layer.floats).all(1)
        )
        good &= np.abs(layer.floats).max(axis=1) > SMALLEST
        self.floats = np.where(good, self.floats, 0.0)
        self.errors = np.where(good, self.errors, np.inf)
        self.order = nonzero[np.argsort(-self.floats[nonzero], kind="stable")]

    def square(self, i: int) -> mpq:
        """Compute the margin of row i times its modulus, exactly; the order is that of margins."""
        if i not in self._squares:
            value, row = self.layer.value(i, self.x), self.layer.row(i)
            self._squares[i] = value * abs(value) / dot(row, row)
        return self._squares[i]

    def split(self, critical: int) -> tuple[list[int], list[int], list[int]]:
        """Split the rows: above a row, near it (where floats cannot tell), and below it."""
        order = self.order
        gap = self.floats[order] - self.floats[critical]
        error = self.errors[order] + self.errors[critical]
        near = ~(np.abs(gap) > error)
        above, below = (gap > 0) & ~near, (gap < 0) & ~near
        return order[above].tolist(), order[near].tolist(), order[below].tolist()

    def sign(self, i: int) -> int:
        """Return the sign of <w_i, x> + b_i."""
        if abs(self.floats[i]) > self.errors[i]:
            return 1 if self.floats[i] > 0 else -1
        square = self.square(i)
        return (square > 0) - (square < 0)
