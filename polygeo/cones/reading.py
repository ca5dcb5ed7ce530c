"""What a user or a file says about a cone, read into primitive integer vectors.

Every line of data that is wrong gets one line of error, which names the row.
"""

from __future__ import annotations

from os import PathLike
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from polygeo.answers.arrays import plain, plain_matrix
from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.files import named, read_bytes, regular_file
from polygeo.answers.options import file_path
from polygeo.answers.sequence import sequence
from polygeo.cones.cone import checked_dim
from polygeo.errors import DomainError
from polygeo.polyhedra.description import GeneratingSet
from polygeo.polyhedra.vectors import Vector, primitive

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["load_array", "read_file", "read_generators", "read_vectors"]

MAX_VECTORS = 100_000
"""Largest number of vectors in one description."""


def read_generators(
    names: tuple[str, str], vectors: Any, lines: Any, ambient_dim: int | None
) -> GeneratingSet:
    """The generators that two arrays describe; ``names`` are what messages call the arrays."""
    dim = None if ambient_dim is None else checked_dim(ambient_dim, "ambient_dim")
    pointed = read_vectors(vectors, names[0], dim)
    dim = len(pointed[0]) if dim is None and pointed else dim
    straight = read_vectors(lines, names[1], dim)
    dim = len(straight[0]) if dim is None and straight else dim
    if dim is None:
        raise DomainError(f"{names[0]} is empty: say ambient_dim=, the dimension of the space")
    return GeneratingSet(checked_dim(dim, "ambient_dim"), pointed, straight)


def read_vectors(data: Any, name: str, dim: int | None) -> tuple[Vector, ...]:
    """Rows of numbers as primitive integer vectors, with one line for each thing wrong with them.

    Numbers are ints, mpq, Fractions, SymPy or numpy rationals, floats (the dyadics they are) or
    strings such as "-3/8"; ``data`` may be a sparse matrix. Raises DomainError for ragged rows,
    rows of another length than ``dim``, zero rows and what is no finite number.

    >>> read_vectors([[2, 4], ["1/3", 0.5]], "rays", None)
    ((1, 2), (2, 3))
    """
    data = plain_matrix(data, name)
    rows = data.tolist() if hasattr(data, "tolist") else data
    if isinstance(rows, (str, bytes, dict)) or not hasattr(rows, "__iter__"):
        raise DomainError(f"{name} needs a list of vectors; got {abbreviate(repr(data))}")
    vectors: list[Vector] = []
    for i, row in enumerate(rows):
        if i >= MAX_VECTORS:
            raise DomainError(f"{name} may hold at most {MAX_VECTORS} vectors; got more")
        vectors.append(_read_vector(row, f"{name}[{i}]"))
        width = dim if dim is not None else len(vectors[0])
        if len(vectors[i]) != width:
            raise DomainError(f"{name}[{i}] needs {width} coordinates; got {len(vectors[i])}")
    return tuple(vectors)


def _read_vector(row: Any, name: str) -> Vector:
    row = plain(row, name)
    coordinates = row.tolist() if hasattr(row, "tolist") else row
    if isinstance(coordinates, (str, bytes, dict)) or not hasattr(coordinates, "__iter__"):
        raise DomainError(f"{name} needs a vector; got {abbreviate(repr(row))}")
    numbers = [rational(c, name) for c in sequence(coordinates, name)]
    if not numbers:
        raise DomainError(f"{name} has no coordinates")
    vector = primitive(numbers)
    if not any(vector):
        raise DomainError(f"{name} is the zero vector")
    return vector


def read_file(path: str | PathLike[str], zero: bool = False) -> list[list[mpq]]:
    """The rows of a file of rational numbers, one vector a line, or of a .npy file.

    Numbers are separated by commas, on a line without commas by spaces. Empty lines and lines
    that begin with # are skipped. Raises DomainError with the number of
    the line for what is no number, for ragged lines and, unless ``zero``, for the zero vector.
    """
    if file_path(path, "a file of vectors").suffix == ".npy":
        return _array_rows(path, zero)
    try:
        lines = read_bytes(path, "a file of vectors").decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise DomainError(f"cannot read {named(path)}: it is no text file") from None
    rows: list[list[mpq]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        where = f"{named(path)}, line {number}:"
        try:
            cells = line.split(",") if "," in line else line.split()
            row = [rational(cell, "a coordinate") for cell in cells]
        except DomainError as problem:
            raise DomainError(f"{where} {problem}") from None
        if rows and len(row) != len(rows[0]):
            raise DomainError(f"{where} {len(rows[0])} coordinates are needed; got {len(row)}")
        if not zero and not any(row):
            raise DomainError(f"{where} the zero vector")
        rows.append(row)
    if not rows:
        raise DomainError(f"{named(path)} holds no vectors")
    return rows


def load_array(path: str | PathLike[str]) -> NDArray[Any]:
    """The array in a .npy file; DomainError where it cannot be read."""
    import numpy as np

    place = regular_file(path, "a .npy file")
    try:
        array: NDArray[Any] = np.load(place, allow_pickle=False)
    except OSError as problem:
        reason = problem.strerror or "no .npy file"
        raise DomainError(f"cannot read {named(path)}: {reason}") from None
    except (EOFError, MemoryError, SyntaxError, TokenError, TypeError, ValueError):
        raise DomainError(f"cannot read {named(path)}: it is no .npy file of numbers") from None
    return array


def _array_rows(path: str | PathLike[str], zero: bool) -> list[list[mpq]]:
    array, name = load_array(path), named(path)
    if array.ndim != 2 or not array.size:
        raise DomainError(f"{name} needs rows of numbers; got an array of shape {array.shape}")
    rows = [[rational(x, f"{name}, row {i}") for x in row] for i, row in enumerate(array.tolist())]
    empty = next((i for i, row in enumerate(rows) if not any(row)), None)
    if not zero and empty is not None:
        raise DomainError(f"{name}, row {empty}: the zero vector")
    return rows
