"""Checks of sequences and arrays that users give, as `exact` has them for numbers.

Arrays come from other libraries too: sparse matrices are read as full ones, an entry that is masked
is refused like NaN, tables and tensors are converted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from polygeo.answers.exact import abbreviate
from polygeo.errors import DomainError

__all__ = ["listed", "plain", "plain_matrix", "sequence"]

MAX_LENGTH = 1_000_000
"""Largest length of a sequence that is read."""

MAX_ENTRIES = 100_000_000
"""Largest number of entries of a sparse matrix that is written out."""


def sequence(value: Any, name: str = "value", most: int = MAX_LENGTH) -> tuple[Any, ...]:
    """Return the entries of a list, tuple, array or other iterable (no text, no mapping).

    Arrays (anything with ``tolist``, sparse ones too) give Python numbers. DomainError if there are
    more than ``most`` entries or some are masked.

    >>> sequence(range(3))
    (0, 1, 2)
    >>> sequence("abc", "rays")
    Traceback (most recent call last):
    polygeo.errors.DomainError: rays needs a sequence; got 'abc'
    """
    value = plain(value, name)
    try:
        entries = tuple(islice(listed(value, f"{name} needs a sequence"), most + 1))
    except TypeError:  # a class with __iter__, say
        raise DomainError(f"{name} needs a sequence; got {abbreviate(repr(value))}") from None
    if len(entries) > most:
        raise DomainError(f"{name} may have at most {most} entries; got more")
    return entries


def plain(value: Any, name: str = "value", most: int = MAX_ENTRIES) -> Any:
    """Convert an array of SciPy, NumPy or pandas to a plain NumPy array; keep other values.

    SciPy's sparse matrices and arrays of every format are written out (at most ``most`` entries),
    what has ``__array__`` is asked for it, a masked array loses a mask that hides nothing.
    DomainError for hidden entries.

    >>> import numpy, scipy.sparse
    >>> plain(scipy.sparse.csr_matrix([[0, 2]])).tolist()
    [[0, 2]]
    >>> plain(numpy.ma.masked_invalid([[1.0, float("nan")]]), "W")
    Traceback (most recent call last):
    polygeo.errors.DomainError: W needs all of its entries; 1 of 2 are masked, the first at [0][1]
    """
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and sparse.issparse(value):
        size = 1
        for count in value.shape:
            size *= int(count)
        if size > most:
            raise DomainError(f"{name} may have at most {most} entries; got {size}, most of them 0")
        value = value.toarray()
    elif hasattr(value, "to_numpy") and not hasattr(value, "tolist"):  # tables of pandas, polars
        value = value.to_numpy()
    elif hasattr(value, "__array__") and not hasattr(value, "tolist"):
        import numpy as np

        # Where that fails, whoever reads the value says what is needed.
        with suppress(TypeError, ValueError, RuntimeError):
            value = np.asarray(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ma.MaskedArray):
        hidden = numpy.argwhere(numpy.ma.getmaskarray(value))
        if len(hidden):
            first = "".join(f"[{place}]" for place in hidden[0])
            raise DomainError(
                f"{name} needs all of its entries; {len(hidden)} of {value.size} are masked, "
                f"the first at {first or 'the only one'}"
            )
        value = value.data
    return value


def listed(value: Any, needed: str, method: str = "__iter__") -> Any:
    """Return an array as nested lists, and any other collection but text and mappings as it is.

    * ``needed``: what is needed, for the message of the DomainError.
    * ``method``: a method that the collection must have: ``__iter__`` (default) or ``__len__``.

    >>> listed("12", "W needs a matrix")
    Traceback (most recent call last):
    polygeo.errors.DomainError: W needs a matrix; got '12'
    """
    rows = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(rows, (str, bytes, Mapping)) or not hasattr(rows, method):
        raise DomainError(f"{needed}; got {abbreviate(repr(value))}")
    return rows


def plain_matrix(value: Any, name: str = "W", most: int = MAX_ENTRIES) -> Any:
    """Convert a matrix as `plain` does; DomainError for the kernels of a convolution.

    >>> import numpy
    >>> plain_matrix(numpy.ones((8, 3, 5, 5)))
    Traceback (most recent call last):
    polygeo.errors.DomainError: W needs a matrix; got shape (8, 3, 5, 5), the kernels of a ...
    """
    value = plain(value, name, most)
    if getattr(value, "ndim", 0) in (4, 5) and hasattr(value, "shape"):
        shape = tuple(int(count) for count in value.shape)
        raise DomainError(
            f"{name} needs a matrix; got shape {shape}, the kernels of a convolution: on one patch "
            f"they are the matrix {name}.reshape({shape[0]}, -1), on images a sparse matrix with "
            "one row for each kernel and place"
        )
    return value
