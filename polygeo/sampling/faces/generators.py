"""Generators of a polyhedral cone, prepared for projection: unit vectors, Gram matrix, bounds.

The cone is cone{a_1, ..., a_N} in R^d. Whatever the lengths of the a_i, the kernels see unit
vectors, so a cone and its rescaled copies are one cone. How far the float64 data lie from the
true ones is kept beside them (`Generators.slack`), for the proofs of `certificate`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import integer
from polygeo.answers.options import check_fields
from polygeo.answers.sequence import plain_matrix, sequence
from polygeo.errors import DomainError
from polygeo.polyhedra.exact_projection import unit_row
from polygeo.polyhedra.vectors import dyadic
from polygeo.simd.units import LANES, UNIT

__all__ = ["Generators", "dyadic_rows", "inverse_norm"]

MAX_COUNT = 20_000
"""Largest number of generators, whose Gram matrix is held in memory."""


@dataclass(frozen=True, eq=False)
class Generators:
    """The N generators of a cone in R^d, prepared for projection; `of` makes the object.

    * ``integers``: N rows of Python ints, the exact cone.
    * ``units``: N x d float64, the rows divided by their lengths.
    * ``columns``: d x N', minus the transpose of ``units``, N' = N rounded up to whole vectors,
      zeros behind.
    * ``gram``: the Gram matrix, N x N'.
    * ``slack``: eta of docs/certificate, a bound for every rounding of data and of inner products,
      in units of the vectors' lengths.
    * ``inverse_norm``: a proved bound for the norm of the inverse of every G_PP, or inf.
    * ``fingerprint``: the name of the data in checkpoints.

    >>> prepared = Generators.of([[3, 0], [1e8, 1e8]])
    >>> prepared.count, prepared.dim, prepared.integers[0]
    (2, 2, (3, 0))
    """

    integers: tuple[tuple[int, ...], ...]
    units: NDArray[np.float64]
    columns: NDArray[np.float64]
    gram: NDArray[np.float64]
    slack: float
    inverse_norm: float
    fingerprint: str = field(repr=False, default="")

    def __post_init__(self) -> None:
        array = np.ndarray
        check_fields(self, integers=[tuple], units=array, columns=array, gram=array, slack=float)
        check_fields(self, inverse_norm=float, fingerprint=str)

    @classmethod
    def of(cls, generators: Any, exact: Sequence[Sequence[Any]] | None = None) -> Generators:
        """Make generators from a float64 matrix (N, d), one a row, or an integer matrix ``exact``.

        A float is read as a dyadic rational. With ``exact``, that cone counts and ``generators``
        may be None.
        """
        if isinstance(generators, Generators):
            return generators
        rows = _integer_rows(exact) if exact is not None else dyadic_rows(generators)
        units = np.array([unit_row(row) for row in rows])
        count, dim = units.shape
        wide = -(-count // LANES) * LANES
        columns = np.zeros((dim, wide))
        columns[:, :count] = -units.T
        gram = -(units @ columns)
        slack = (4 * dim + 24) * UNIT
        text = repr(rows).encode()
        return cls(
            rows,
            units,
            columns,
            gram,
            slack,
            inverse_norm(gram[:, :count], slack) if count <= dim else float("inf"),
            hashlib.sha256(text).hexdigest()[:32],
        )

    @property
    def count(self) -> int:
        """The number N of generators."""
        return self.units.shape[0]

    @property
    def dim(self) -> int:
        """The dimension d of the samples."""
        return self.units.shape[1]


def _integer_rows(exact: Sequence[Sequence[Any]]) -> tuple[tuple[int, ...], ...]:
    rows = [sequence(row, "a generator") for row in sequence(exact, "generators", MAX_COUNT)]
    return _checked(
        tuple(tuple(integer(x, "a coordinate of a generator") for x in r) for r in rows)
    )


def _checked(rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    if not rows or not rows[0]:
        raise DomainError("a cone to sample needs at least one generator with a coordinate")
    if len({len(row) for row in rows}) > 1:
        raise DomainError("generators need one length; got " + str(sorted({len(r) for r in rows})))
    if len(rows) > MAX_COUNT:
        raise DomainError(f"at most {MAX_COUNT} generators are taken; got {len(rows)}")
    for place, row in enumerate(rows):
        if not any(row):
            raise DomainError(f"generators must not be zero; number {place} is")
    return rows


def dyadic_rows(generators: Any) -> tuple[tuple[int, ...], ...]:
    """Convert the rows of a float64 matrix to positive multiples in integers; nothing is rounded.

    >>> dyadic_rows([[0.5, -2.0]])
    ((1, -4),)
    """
    generators = plain_matrix(generators, "generators")
    try:
        matrix = np.asarray(generators, dtype=np.float64)
    except (MemoryError, OverflowError, TypeError, ValueError):
        raise DomainError("generators need a matrix of numbers, one generator a row") from None
    if matrix.ndim != 2:
        raise DomainError(f"generators need a matrix (N, d); got shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise DomainError("generators need finite coordinates; got nan or inf")
    return _checked(tuple(tuple(dyadic(row)[0]) for row in matrix.tolist()))


def inverse_norm(gram: NDArray[np.float64], slack: float) -> float:
    """Bound |inverse(G)|, and with it that of every principal submatrix; inf if no bound is found.

    With R any matrix and F = I - R G, |F| < 1 proves |inverse(G)| <= |R| / (1 - |F|), all in the
    maximum-row-sum norm, which bounds the spectral norm of a symmetric matrix.
    """
    size = len(gram)
    try:
        right = np.linalg.inv(gram)
    except np.linalg.LinAlgError:
        return float("inf")
    length = float(np.abs(right).sum(axis=1).max())
    rest = float(np.abs(np.eye(size) - right @ gram).sum(axis=1).max())
    rest += size * (slack + (size + 2) * UNIT) * (1.0 + length)
    return 1.001 * length / (1.0 - rest) if rest < 0.5 else float("inf")
