"""Decisions on many layers at once, from Python and from code compiled by numba."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from polygeo.answers.exact import integer
from polygeo.answers.options import renamed
from polygeo.answers.sequence import plain
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.decision.first_verdicts import first_verdicts, short
from polygeo.relu.decision.search import compiled as decision

__all__ = ["decide_batch"]

WHOLE = 1 << 53
"""Largest integer that is converted to float64."""


@renamed(budget="max_nodes")
@patient
def decide_batch(matrices: Any, max_nodes: Any = decision.LONG) -> NDArray[np.int8]:
    """Decide for each of many m x n matrices whether x -> ReLU(Wx) is injective.

    * ``matrices``: an array (K, m, n) of float64 or of integers up to 2^53.
    * ``max_nodes``: largest number of nodes of one search (default: no practical limit).

    Returns K numbers (int8): 1 injective, 0 not injective, -1 undecided here (`is_injective`
    decides). 1 and 0 are proved. DomainError for other input. Functions compiled by numba can call
    `decide_batch`; then nothing is checked, and ``matrices`` must be float64. Source:
    puthawala2022globally.

    >>> rng = np.random.default_rng(1)
    >>> decide_batch(rng.normal(size=(5, 14, 3))).tolist()
    [1, 1, 0, 1, 1]
    """
    matrices = plain(matrices, "matrices")
    if isinstance(matrices, list | tuple):
        matrices = [plain(matrix, "matrices") for matrix in matrices]
    try:
        given = np.asarray(matrices)
    except (MemoryError, OverflowError, TypeError, ValueError):
        raise DomainError("matrices need an array of numbers of shape (count, m, n)") from None
    if given.dtype.kind not in "iuf" or given.dtype.itemsize > 8:
        raise DomainError(f"matrices need float64 or integers; got {given.dtype}")
    if given.ndim != 3 or given.shape[2] < 1:
        raise DomainError(f"matrices need the shape (count, m, n), n >= 1; got {given.shape}")
    whole = given.dtype.kind in "iu" and given.size > 0
    if whole and not -WHOLE <= given.min() <= given.max() <= WHOLE:
        raise DomainError("integers of matrices need to be at most 2^53; use is_injective")
    nodes = integer(max_nodes, "max_nodes")
    if nodes < 1:
        raise DomainError(f"max_nodes needs to be at least 1; got {nodes}")
    layers = np.ascontiguousarray(given, dtype=np.float64)
    count, _, n = layers.shape
    first: list[bool] = []
    if nodes >= decision.LONG and short(count, n) and _generic(layers):
        first = first_verdicts(layers)
    if 0 < len(first) == count:
        return np.array(first, np.int8)
    rest = decision.decide_batch(layers[len(first) :], min(nodes, decision.LONG))
    return np.concatenate([np.array(first, np.int8), rest]) if first else rest


def _generic(layers: NDArray[np.float64]) -> bool:
    """Test whether no layer has rounding or ties to fear: a compiled search leaves none undecided.

    All numbers are finite, other than 0, of sizes up to a factor of 2^30 and no two of one size.
    """
    count, m, n = layers.shape
    if m < n or not np.isfinite(layers).all():
        return False
    sizes = np.sort(np.abs(layers).reshape(count, m * n), axis=1)
    moderate = (sizes[:, :1] > 2.0**-30 * sizes[:, -1:]).all()
    return bool(moderate and (np.diff(sizes, axis=1) > 0).all())


@overload(decide_batch)
def _compiled(matrices: Any, max_nodes: Any = decision.LONG) -> Any:
    def call(matrices: Any, max_nodes: Any = decision.LONG) -> Any:
        return decision.decide_batch(matrices, max_nodes)

    return call
