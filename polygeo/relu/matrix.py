"""A matrix as the user gave it, read exactly: rationals, primitive integer rows, floats, digest.

Positive factors of rows change no sign and no span, so injectivity and the Euler characteristic
are asked of primitive integer rows. A float64 array stays as it is until its integers are needed.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from math import lcm
from os import PathLike
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.exact import digits_of, rational
from polygeo.answers.options import file_path
from polygeo.answers.sequence import listed, plain, plain_matrix, sequence
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector, primitive

__all__ = [
    "MAX_ENTRIES",
    "ExactMatrix",
    "Rows",
    "layer_rows",
    "nearest_floats",
    "read_matrix",
    "read_matrix_file",
    "read_vector",
]

Rows = tuple[Vector, ...]
"""The rows of a matrix, each a primitive integer vector (or zero)."""

MAX_ENTRIES = 4_000_000
"""Largest number of entries of a matrix that is read."""


class ExactMatrix:
    """An m x n matrix of rational numbers with m, n >= 1.

    * ``floats``: the float64 array that the matrix was given as, or None.

    >>> W = read_matrix([[0.5, "1/3"], [2, 4]])
    >>> W.shape, W.entries[0], W.rows
    ((2, 2), (mpq(1,2), mpq(1,3)), ((3, 2), (1, 2)))
    """

    def __init__(
        self, floats: np.ndarray | None, entries: tuple[tuple[mpq, ...], ...] | None
    ) -> None:
        self.floats = floats
        self._entries = entries
        if floats is not None:
            self.shape: tuple[int, int] = floats.shape
        else:
            assert entries is not None
            self.shape = len(entries), len(entries[0])

    @property
    def entries(self) -> tuple[tuple[mpq, ...], ...]:
        """The rows of the matrix, in mpq."""
        if self._entries is None:
            assert self.floats is not None
            self._entries = tuple(
                tuple(mpq(*x.as_integer_ratio()) for x in row) for row in self.floats.tolist()
            )
        return self._entries

    @cached_property
    def rows(self) -> Rows:
        """The rows as primitive integer vectors, up to positive factors (a zero row stays zero)."""
        return tuple(primitive(row) for row in self.entries)

    @cached_property
    def scaled_rows(self) -> tuple[Rows, int]:
        """Integer rows and one common denominator, where the lengths of the rows matter.

        >>> read_matrix([["1/2", 1], [0, "1/3"]]).scaled_rows
        (((3, 6), (0, 2)), 6)
        """
        scale = lcm(*(int(x.denominator) for row in self.entries for x in row))
        return tuple(tuple(int(x * scale) for x in row) for row in self.entries), scale

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the shape and of the exact entries, in hexadecimal."""
        state = hashlib.sha256(f"{self.shape[0]} {self.shape[1]}\n".encode())
        for row in self.entries:
            cells = (f"{digits_of(x.numerator)}/{digits_of(x.denominator)}" for x in row)
            state.update((" ".join(cells) + "\n").encode())
        return state.hexdigest()


def read_matrix(data: Any, name: str = "W", item: str = "row") -> ExactMatrix:
    """Read a matrix from an array, a data frame, a sparse matrix or a list of rows.

    * ``data``: m rows of n numbers: ints of any size, mpq, Fractions, SymPy or numpy rationals,
      floats (read as dyadic rationals) or strings such as "-3/8".
    * ``name``, ``item``: what an error message calls the matrix and one of its rows.

    DomainError, in one line, for infinite numbers, masked entries, rows of different lengths, an
    empty matrix and more than 4 000 000 entries.
    """
    if isinstance(data, ExactMatrix):
        return data
    data = plain_matrix(data, name, MAX_ENTRIES)
    if isinstance(data, np.ndarray) and data.dtype in (np.float64, np.float32, np.float16):
        return _read_floats(data, name)
    rows = listed(data, f"{name} needs a matrix, a list of rows")
    entries: list[tuple[mpq, ...]] = []
    count = 0
    for i, row in enumerate(rows):
        where = f"{name}[{i}]"
        row = plain(row, where)
        cells = sequence(listed(row, f"{where} needs a {item} of numbers"), where, MAX_ENTRIES)
        if entries and len(cells) != len(entries[0]):
            raise DomainError(f"{where} needs {len(entries[0])} numbers; got {len(cells)}")
        count += max(1, len(cells))
        if count > MAX_ENTRIES:
            raise DomainError(f"{name} may have at most {MAX_ENTRIES} entries; got more")
        entries.append(tuple(rational(c, f"{where}[{j}]") for j, c in enumerate(cells)))
    if not entries or not entries[0]:
        shape = f"{len(entries)} x {len(entries[0]) if entries else 0}"
        raise DomainError(f"{name} needs at least one row and one column; got {shape}")
    return ExactMatrix(None, tuple(entries))


def _read_floats(data: np.ndarray, name: str) -> ExactMatrix:
    if data.ndim != 2:
        raise DomainError(f"{name} needs two dimensions; got an array of shape {data.shape}")
    if data.size == 0:
        shape = " x ".join(map(str, data.shape))
        raise DomainError(f"{name} needs at least one row and one column; got {shape}")
    if data.size > MAX_ENTRIES:
        raise DomainError(f"{name} may have at most {MAX_ENTRIES} entries; got {data.size}")
    floats = np.array(data, dtype=np.float64, order="C")  # the caller may change theirs
    if not np.isfinite(floats.sum()) and not np.isfinite(floats).all():
        i, j = np.argwhere(~np.isfinite(floats))[0]
        raise DomainError(f"{name}[{i}][{j}] needs a finite number; got {floats[i, j]}")
    return ExactMatrix(floats, None)


def read_matrix_file(
    path: str | PathLike[str], name: str = "W", header: bool | None = None
) -> ExactMatrix:
    """Read the matrix in a file: rational numbers, one row a line, or a NumPy array (.npy, .npz).

    * ``path``: the file. Commas, semicolons, tabs or spaces stand between its numbers.
    * ``name``: what an error message calls the matrix (default "W").
    * ``header``: True skips the first line, False reads the first line as numbers, None (the
      default) refuses a first line that may be a header.

    Decimal numbers in a text are read as decimal fractions, not as the nearest floats; a NumPy file
    keeps its floats. DomainError, in one line, for a file that holds no matrix.
    """
    from polygeo.cones.reading import load_array, read_file  # loads all cones

    if file_path(path, name).suffix not in (".npy", ".npz"):
        return read_matrix(read_file(path, zero=True, header=header), name)
    return read_matrix(load_array(path), name)


def read_vector(value: Any, length: int, name: str) -> tuple[mpq, ...]:
    """Read ``length`` rational numbers from a list or array; DomainError, in one line, otherwise.

    >>> read_vector([1, "1/2"], 2, "x")
    (mpq(1,1), mpq(1,2))
    """
    numbers = sequence(value, name)
    if len(numbers) != length:
        raise DomainError(f"{name} needs {length} numbers; got {len(numbers)}")
    return tuple(rational(c, name) for c in numbers)


def layer_rows(W: Any) -> Rows:
    """Return the primitive integer rows of W (m x n); DomainError unless m >= n >= 1.

    >>> layer_rows([[0.5, "1/3"], [2, -4]])
    ((3, 2), (1, -2))
    """
    matrix = read_matrix(W)
    m, n = matrix.shape
    if n > m:
        raise DomainError(f"W needs m >= n >= 1 for m x n; got {m} x {n}")
    return matrix.rows


def nearest_floats(rows: Rows) -> NDArray[np.float64]:
    """Divide the rows by powers of 2 that bring them into [-1, 1]; errors are up to 2^-53."""
    shifts = [max(max(map(abs, row)).bit_length(), 1) for row in rows]
    pairs = zip(rows, shifts, strict=True)
    return np.array([[float(mpq(c, 1 << shift)) for c in row] for row, shift in pairs])
