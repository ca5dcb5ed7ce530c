"""Many layers at once, from Python and from code compiled by numba."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from polygeo.answers.arrays import plain
from polygeo.answers.exact import integer
from polygeo.answers.options import renamed
from polygeo.errors import DomainError
from polygeo.relu.decision.search import compiled as decision

__all__ = ["decide_batch"]

WHOLE = 1 << 53
"""Integers up to this size are float64."""


@renamed(budget="max_nodes")
def decide_batch(matrices: Any, max_nodes: Any = decision.LONG) -> NDArray[np.int8]:
    """Verdicts (int8) of matrices (K, m, n): 1 injective, 0 not, -1 left to `is_injective`.

    ``matrices``: float64, or integers that are; ``max_nodes``: the most nodes of one search. 1 and
    0 are proved. DomainError for other input. Functions compiled by numba can call it, but then
    nothing is checked: there ``matrices`` is float64.

    >>> rng = np.random.default_rng(1)
    >>> decide_batch(rng.normal(size=(5, 14, 3))).tolist()
    [1, 1, 0, 1, 1]
    """
    matrices = plain(matrices, "matrices")
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
    return decision.decide_batch(layers, min(nodes, decision.LONG))


@overload(decide_batch)
def _compiled(matrices: Any, max_nodes: Any = decision.LONG) -> Any:
    def call(matrices: Any, max_nodes: Any = decision.LONG) -> Any:
        return decision.decide_batch(matrices, max_nodes)

    return call
