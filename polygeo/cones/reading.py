"""Cones as a user or a file describes them, read into primitive integer vectors.

Every line of data that is wrong gets one line of error, which names the row.
"""

from __future__ import annotations

from os import PathLike
from tokenize import TokenError
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.files import named, read_rows, regular_file
from polygeo.answers.options import file_path
from polygeo.answers.sequence import listed, plain, plain_matrix, sequence
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
    """Read the generators that two arrays describe; ``names`` are what messages call the arrays."""
    dim = None if ambient_dim is None else checked_dim(ambient_dim, "ambient_dim")
    pointed = read_vectors(vectors, names[0], dim)
    dim = len(pointed[0]) if dim is None and pointed else dim
    straight = read_vectors(lines, names[1], dim)
    dim = len(straight[0]) if dim is None and straight else dim
    if dim is None:
        raise DomainError(f"{names[0]} is empty: say ambient_dim=, the dimension of the space")
    return GeneratingSet(checked_dim(dim, "ambient_dim"), pointed, straight)


def read_vectors(data: Any, name: str, dim: int | None) -> tuple[Vector, ...]:
    """Read rows of numbers as primitive integer vectors.

    * ``data``: rows of ints, mpq, Fractions, SymPy or numpy rationals, floats (read as dyadic
      rationals) or strings such as "-3/8"; also a sparse matrix.
    * ``name``: what an error message calls the data.
    * ``dim``: length of the rows; None accepts any length.

    DomainError, in one line, for rows of different or wrong lengths, zero rows and what is no
    finite number.

    >>> read_vectors([[2, 4], ["1/3", 0.5]], "rays", None)
    ((1, 2), (2, 3))
    """
    data = plain_matrix(data, name)
    rows = listed(data, f"{name} needs a list of vectors")
    vectors: list[Vector] = []
    for i, row in enumerate(rows):
        if i >= MAX_VECTORS:
            raise DomainError(f"{name} may hold at most {MAX_VECTORS} vectors; got more")
        vectors.append(_read_vector(row, f"{name}[{i}]", dim if not vectors else len(vectors[0])))
    return tuple(vectors)


def _read_vector(row: Any, name: str, width: int | None) -> Vector:
    row = plain(row, name)
    coordinates = sequence(listed(row, f"{name} needs a vector"), name)
    numbers = [rational(c, name) for c in coordinates]
    if not numbers:
        raise DomainError(f"{name} has no coordinates")
    if width is not None and len(numbers) != width:
        raise DomainError(f"{name} needs {width} coordinates; got {len(numbers)}")
    vector = primitive(numbers)
    if not any(vector):
        raise DomainError(f"{name} is the zero vector")
    return vector


def read_file(
    path: str | PathLike[str], zero: bool = False, header: bool | None = None
) -> list[list[mpq]]:
    """Read the rows of a file of rational numbers: text, one vector a line, or .npy, .npz.

    ``zero``: whether zero vectors are accepted; ``header``: True skips the first line, False reads
    it as numbers, None refuses one that may be a header. Raises DomainError with the number of the
    line for what is no number, for ragged lines and, unless ``zero``, for the zero vector.
    """
    if file_path(path, "a file of vectors").suffix in (".npy", ".npz"):
        return _array_rows(path, zero)
    rows = read_rows(path, "a file of vectors", header)
    for place, row in rows:
        if not zero and not any(row):
            raise DomainError(f"{place} the zero vector")
    return [row for _, row in rows]


def load_array(path: str | PathLike[str]) -> NDArray[Any]:
    """Read the array in a .npy file, or the only one in a .npz file; DomainError if none."""
    import numpy as np

    place = regular_file(path, "a .npy file")
    try:
        with open(place, "rb") as stream:
            found: Any = np.load(stream, allow_pickle=False)
            if isinstance(found, np.ndarray):
                return found
            names = list(found)
            if len(names) != 1:
                known = abbreviate(", ".join(names)) or "none"
                raise DomainError(f"{named(path)} needs one array; it holds {known}")
            array: NDArray[Any] = found[names[0]]
    except DomainError:
        raise
    except BadZipFile:
        raise DomainError(f"cannot read {named(path)}: it is no .npz file") from None
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
