"""A matrix as the user gave it, read exactly: rationals, primitive integer rows, floats, digest.

Positive factors of rows change no sign and no span, so the question of injectivity is asked of
primitive integer rows. A float64 array stays as it is until its integers are asked for.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from os import PathLike, fspath
from tokenize import TokenError
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, digits_of, rational
from polygeo.cones.reading import read_file
from polygeo.cones.vectors import Vector, primitive
from polygeo.errors import DomainError

__all__ = ["MAX_ENTRIES", "ExactMatrix", "read_matrix", "read_matrix_file"]

MAX_ENTRIES = 4_000_000
"""Largest number of entries that is read."""


class ExactMatrix:
    """An m x n matrix of rationals with m, n >= 1.

    >>> W = read_matrix([[0.5, "1/3"], [2, 4]])
    >>> W.shape, W.entries[0], W.rows
    ((2, 2), (mpq(1,2), mpq(1,3)), ((3, 2), (1, 2)))
    """

    def __init__(
        self, floats: np.ndarray | None, entries: tuple[tuple[mpq, ...], ...] | None
    ) -> None:
        self._floats = floats
        self._entries = entries
        if floats is not None:
            self.shape: tuple[int, int] = floats.shape
        else:
            assert entries is not None
            self.shape = len(entries), len(entries[0])

    @property
    def entries(self) -> tuple[tuple[mpq, ...], ...]:
        """The rows as given, in mpq."""
        if self._entries is None:
            assert self._floats is not None
            self._entries = tuple(
                tuple(mpq(*x.as_integer_ratio()) for x in row) for row in self._floats.tolist()
            )
        return self._entries

    @cached_property
    def rows(self) -> tuple[Vector, ...]:
        """Primitive integer vectors, positive multiples of the rows (zero rows stay zero)."""
        return tuple(primitive(row) for row in self.entries)

    @property
    def floats(self) -> np.ndarray | None:
        """The float64 array, if the matrix is one."""
        return self._floats

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the shape and the exact entries."""
        state = hashlib.sha256(f"{self.shape[0]} {self.shape[1]}\n".encode())
        for row in self.entries:
            cells = (f"{digits_of(x.numerator)}/{digits_of(x.denominator)}" for x in row)
            state.update((" ".join(cells) + "\n").encode())
        return state.hexdigest()


def read_matrix(data: Any, name: str = "W", item: str = "row") -> ExactMatrix:
    """The matrix that an array, or rows of numbers, describe.

    Numbers are ints of any size, mpq, Fractions, SymPy or numpy rationals, floats (the dyadics they
    are) or strings such as "-3/8". Raises DomainError, in one line, for what is no finite number,
    for ragged rows and for an empty matrix.
    """
    if isinstance(data, ExactMatrix):
        return data
    if isinstance(data, np.ndarray) and data.dtype in (np.float64, np.float32, np.float16):
        return _read_floats(data, name)
    if hasattr(data, "to_numpy"):  # pandas
        return read_matrix(data.to_numpy(), name, item)
    rows = data.tolist() if hasattr(data, "tolist") else data
    if isinstance(rows, (str, bytes, dict)) or not hasattr(rows, "__iter__"):
        raise DomainError(f"{name} needs a matrix, a list of rows; got {abbreviate(repr(data))}")
    entries: list[tuple[mpq, ...]] = []
    count = 0
    for i, row in enumerate(rows):
        cells = row.tolist() if hasattr(row, "tolist") else row
        where = f"{name}[{i}]"
        if isinstance(cells, (str, bytes, dict)) or not hasattr(cells, "__iter__"):
            raise DomainError(f"{where} needs a {item} of numbers; got {abbreviate(repr(row))}")
        numbers = tuple(rational(c, f"{where}[{j}]") for j, c in enumerate(cells))
        if entries and len(numbers) != len(entries[0]):
            raise DomainError(f"{where} needs {len(entries[0])} numbers; got {len(numbers)}")
        count += max(1, len(numbers))
        if count > MAX_ENTRIES:
            raise DomainError(f"{name} may have at most {MAX_ENTRIES} entries; got more")
        entries.append(numbers)
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


def read_matrix_file(path: str | PathLike[str], name: str = "W") -> ExactMatrix:
    """The matrix in a file: comma-separated rationals, one row a line, or numpy's .npy.

    Decimals in a text are the decimals that they are, not the floats next to them; a .npy file
    keeps floats.
    """
    if not fspath(path).endswith(".npy"):
        return read_matrix(read_file(path, zero=True), name)
    try:
        array = np.load(path, allow_pickle=False)
    except OSError as problem:
        raise DomainError(f"cannot read {path}: {problem.strerror or 'no .npy file'}") from None
    except (EOFError, MemoryError, SyntaxError, TokenError, TypeError, ValueError):
        raise DomainError(f"cannot read {path}: it is no .npy file of numbers") from None
    return read_matrix(array, name)
