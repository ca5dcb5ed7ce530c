"""Layers that are searched before any compiled code is there, with exact checks of what is found.

Compiled code is worth its preparation after a while only: it is compiled once on a machine, which
takes as long as thousands of small layers do here, and is read from the disk in every process.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from gmpy2 import mpq

from polygeo.errors import Refuted
from polygeo.polyhedra.vectors import Vector, dot
from polygeo.relu.decision.budget import FIRST, SOON, Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search.outcomes import BUDGET, CLOSED, OPEN, POINT
from polygeo.relu.decision.search.uncompiled import (
    basis_of,
    descents,
    plain_descent,
    plain_search,
    widest_packing,
)
from polygeo.relu.decision.witness import witness_at
from polygeo.relu.matrix import nearest_floats

__all__ = ["FirstLayer", "nodes_without_compiling"]

KEPT, NEW = (400, 300, 1.0), (20_000, 3_000, 15.0)
"""Entries of a layer, nodes of a search, and seconds of all searches in a process, below which no
compiled code is asked for: where it is kept on the disk, and where it would have to be made."""
PATIENCE = 3.0
"""Seconds of the descents, and of the tree, of one layer."""
SHARE = 0.4
"""Of the time that is left, what the descents may take."""
DEEP = 18
"""Largest n of a tree that is worth more than its first nodes."""

_used = 0.0
"""Seconds of searches in this process."""


def nodes_without_compiling(m: int, n: int) -> int:
    """The nodes that a search of m x n numbers may use here; 0 where compiled code is better."""
    tree = sys.modules.get("polygeo.relu.decision.search.tree")
    if tree is not None and tree.search.signatures:
        return 0
    entries, nodes, seconds = KEPT if _on_disk() else NEW
    return nodes if m * n <= entries and _used < seconds else 0


def _on_disk() -> bool:
    """Whether numba seems to keep a compiled search, without a look into it."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    places = Path(folder).glob("*") if folder else [Path(__file__).parent / "__pycache__"]
    return any(next(place.glob("tree.search-*.nbi"), None) is not None for place in places)


class FirstLayer:
    """Integer rows, searched for at most ``nodes`` nodes; what is returned is proved."""

    def __init__(self, rows: Sequence[Vector], nodes: int) -> None:
        self._rows = rows
        self._floats = nearest_floats(tuple(rows))
        self.nodes = nodes
        self.basis = basis_of(self._floats)
        """Numbers of n rows that seem to be independent."""
        self._seen: np.ndarray | None = None
        self.trees: dict[int | None, list[int]] = {}
        """The checked proofs: that of injectivity (None), and of depths."""

    def long(self, status: int) -> bool:
        """Whether a search has taken as many nodes as the compiled one takes before it is long."""
        return status == BUDGET and self.nodes >= FIRST

    def _proceed(self, budget: Budget) -> Callable[[], bool]:
        m, n = self._floats.shape
        nodes = self.nodes if n <= DEEP else max(1, min(self.nodes, SOON // (m * n * n)))
        most, end = min(budget.nodes, budget.used + nodes), time.monotonic() + PATIENCE
        return lambda: budget.used < most and time.monotonic() < end and budget.step()

    def decide(self, budget: Budget) -> tuple[int, np.ndarray | None]:
        """(CLOSED, None), (POINT, x), both proved, or OPEN or BUDGET."""
        start = time.monotonic()
        n = len(self._rows[0])
        try:
            point = self.descend(budget, descents(n), n - 1)
            if point is not None and witness_at(self._rows, point.tolist()) is not None:
                return POINT, point
            widest = widest_packing(n)
            found = plain_search(self._floats, n, True, widest, self._proceed(budget))
            return self._proved(found, None)
        finally:
            _spend(time.monotonic() - start)

    def descend(self, budget: Budget, restarts: int, enough: int) -> np.ndarray | None:
        """A point with few non-negative rows."""
        end = time.monotonic() + min(PATIENCE, SHARE * budget.left)
        _, self._seen = plain_descent(
            self._floats, restarts, enough, lambda: not budget.spent and time.monotonic() < end
        )
        return self._seen

    def smallest(self) -> tuple[tuple[mpq, ...], int] | None:
        """The point of the last descent, and how many rows are >= 0 there, zeros apart."""
        if self._seen is None:
            return None
        x = tuple(mpq(*c.as_integer_ratio()) for c in self._seen.tolist())
        return x, sum(dot(row, x) >= 0 for row in self._rows if any(row))

    def depth(self, budget: Budget, goal: int) -> tuple[int, np.ndarray | None]:
        """(CLOSED, None): a tree proves a depth >= goal; (POINT, x), not proved; OPEN or BUDGET."""
        start = time.monotonic()
        try:
            m = len(self._rows)
            found = plain_search(self._floats, goal, False, m, self._proceed(budget))
            return self._proved(found, goal)
        finally:
            _spend(time.monotonic() - start)

    def _proved(
        self, found: tuple[int, np.ndarray | None, list[int]], depth: int | None
    ) -> tuple[int, np.ndarray | None]:
        status, x, record = found
        if status == CLOSED:
            try:
                check_tree(self._rows, record, depth)
            except Refuted:
                return OPEN, None
            self.trees[depth] = record
        elif status == POINT:
            assert x is not None
            if not np.isfinite(x).all() or (
                depth is None and witness_at(self._rows, x.tolist()) is None
            ):
                return OPEN, None
        return status, x if status == POINT else None


def _spend(seconds: float) -> None:
    global _used
    _used += seconds
