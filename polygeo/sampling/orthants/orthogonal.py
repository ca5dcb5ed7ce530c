"""Orthogonalisation of integer rows without rounding: which are dependent, and coordinates.

With the rows p_1, p_2, ... taken one after the other, S_ij^(k) the determinants of the Gram matrix
on p_1, ..., p_k, i and p_1, ..., p_k, j and D_k that on p_1, ..., p_k, the distance of row i from
the span of the first k is sqrt(S_ii^(k) / D_k), and its coordinate along the next direction is
S_ip^(k) / sqrt(D_k D_{k+1}), p = p_{k+1}. The determinants are integers and come one from another
(bareiss1968sylvester). However small a distance is, its floating-point value has 15 digits.
"""

from __future__ import annotations

from math import ldexp, sqrt
from typing import Any

import numpy as np
from flint import fmpz_mat
from gmpy2 import mpz
from numpy.typing import NDArray

__all__ = ["SHORT", "Orthogonal", "Rounded"]

BITS = 53

SHORT = 1e-3
"""Smallest distance or coordinate for which floats are used."""


class Orthogonal:
    """Rows of integers, (m, d), over their lengths; directions are made from those that are taken.

    >>> rows = Orthogonal([[1, 0], [10**20, 1]])
    >>> rows.take(0).tolist(), rows.distances().tolist()
    ([1.0, 1.0], [0.0, 1e-20])
    """

    def __init__(self, rows: Any) -> None:
        self._matrix = fmpz_mat([list(map(int, row)) for row in rows])
        squares = [sum(int(x) ** 2 for x in row) for row in rows]
        self._lengths = [_scaled(mpz(s)) for s in squares]
        self._rest = np.array([mpz(s) for s in squares], dtype=object)
        self._columns: list[NDArray[Any]] = []
        self._minors = [mpz(1)]

    def distances(self) -> NDArray[np.float64]:
        """Compute the distances of the unit rows from the span of those taken; 0 is exact."""
        bottom = _scaled(self._minors[-1])
        return np.array(
            [
                _root(_scaled(s), bottom, length)
                for s, length in zip(self._rest, self._lengths, strict=True)
            ]
        )

    def take(self, place: int) -> NDArray[np.float64]:
        """Compute the coordinates of all unit rows along the new direction of row ``place``.

        The row must not lie in the span of those taken.
        """
        rows = self._matrix
        row = fmpz_mat([[rows[place, j]] for j in range(rows.ncols())])
        column = np.array([mpz(int(c)) for c in (rows * row).entries()], dtype=object)
        before = mpz(1)
        for earlier, minor in zip(self._columns, self._minors[1:], strict=True):
            column = (minor * column - earlier * earlier[place]) // before
            before = minor
        minor, last = column[place], self._minors[-1]
        self._rest = (minor * self._rest - column * column) // last
        self._columns.append(column)
        self._minors.append(minor)
        under = _scaled(last), _scaled(minor)
        return np.array(
            [
                (-1.0 if c < 0 else 1.0) * _root(_scaled(c * c), *under, length)
                for c, length in zip(column, self._lengths, strict=True)
            ]
        )


class Rounded:
    """Rows over their lengths in floats: right to 12 digits while no distance is below 1/1000.

    ``clear`` is whether no distance was. A coordinate that is small may be 0.

    >>> rows = Rounded([[1, 0], [3, 4]])
    >>> rows.take(0).round(12).tolist(), rows.distances().round(12).tolist()
    ([1.0, 0.6], [0.0, 0.8])
    """

    def __init__(self, rows: Any) -> None:
        largest = [max(map(abs, row)) for row in rows]
        units = [[x / most for x in row] for row, most in zip(rows, largest, strict=True)]
        self._units = np.array(units)
        self._units /= np.linalg.norm(self._units, axis=1, keepdims=True)
        self._rest = self._units.copy()
        self._directions: list[NDArray[np.float64]] = []
        self.clear = True

    def distances(self) -> NDArray[np.float64]:
        """Compute the distances of the unit rows from the span of those taken."""
        full = len(self._directions) == min(self._units.shape)
        return np.zeros(len(self._rest)) if full else np.linalg.norm(self._rest, axis=1)

    def take(self, place: int) -> NDArray[np.float64]:
        """Compute the coordinates of all unit rows along the new direction of row ``place``."""
        distance = np.linalg.norm(self._rest[place])
        self.clear &= bool(distance > SHORT)
        direction = self._rest[place] / distance
        # Again off the earlier ones: a short rest is orthogonal to them up to its length only.
        for earlier in self._directions:
            direction -= (earlier @ direction) * earlier
        direction /= np.linalg.norm(direction)
        self._directions.append(direction)
        self._rest -= np.outer(self._rest @ direction, direction)
        return np.asarray(self._units @ direction)


def _scaled(value: Any) -> tuple[float, int]:
    """An integer >= 0 as m 2^(2 e), for integers of any size."""
    shift = max(0, value.bit_length() - 2 * BITS) // 2
    return float(value >> (2 * shift)), shift


def _root(top: tuple[float, int], *bottoms: tuple[float, int]) -> float:
    """The square root of a quotient of scaled integers."""
    mantissa, shift = top
    for bottom, down in bottoms:
        mantissa, shift = mantissa / bottom, shift - down
    return ldexp(sqrt(mantissa), shift)
