"""Layers that are searched before any compiled code is there, with exact checks of what is found.

Compiled code is worth its preparation after a while only: it is compiled once on a machine, which
takes as long as thousands of small layers do here, and is read from the disk in every process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from gmpy2 import mpq

from polygeo.errors import Refuted
from polygeo.polyhedra.vectors import Vector, dot
from polygeo.relu.decision.budget import FIRST, SOON, Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search.batches import Tree, search_tree
from polygeo.relu.decision.search.outcomes import BUDGET, CLOSED, OPEN, POINT
from polygeo.relu.decision.search.uncompiled import basis_of, descents, plain_descent
from polygeo.relu.decision.witness import witness_at
from polygeo.relu.matrix import nearest_floats
from polygeo.simd.patience import is_kept, is_loaded

__all__ = ["FirstLayer", "loaded", "nodes_without_compiling", "on_disk"]

KEPT, NEW = (400, 300, 1.0), (20_000, 200_000, 15.0)
"""Entries of a layer, nodes of a search, and seconds of all searches in a process, below which no
compiled code is asked for: where it is kept on the disk, and where it would have to be made."""
PATIENCE = 0.5
"""Seconds of the descents of one layer."""
TREE, LARGE_TREE = 12.0, 2.0
"""Seconds of the processor for the tree of one layer, as many as compiling the search takes; and
where n is over `WIDE`, so that this tree would take minutes."""
WIDE = 13
"""Largest n of a tree that may take as long as compiling."""
COMPILING = 30.0
"""Seconds that compiling the search may take on a slow machine."""
SHARE = 0.4
"""Of the time that is left, what the descents may take."""
DEEP = 18
"""Largest n of a tree that is worth more than its first nodes."""

_SEARCH = __name__.rpartition(".")[0]
KERNELS = (f"{_SEARCH}.compiled.decide_batch", f"{_SEARCH}.tree.search")
"""The compiled functions that hold the search."""

_used = 0.0
"""Seconds of searches in this process."""


def nodes_without_compiling(m: int, n: int) -> int:
    """Return the number of nodes of a search of m x n numbers; 0: compiled code is better."""
    if loaded():
        return 0
    entries, nodes, seconds = KEPT if on_disk() else NEW
    return nodes if m * n <= entries and _used < seconds else 0


def loaded() -> bool:
    """Test whether a compiled search is there, alone or as a part of other compiled code."""
    return any(map(is_loaded, KERNELS))


def on_disk() -> bool:
    """Test whether numba seems to keep a compiled search, without a look into it."""
    return is_kept(f"{_SEARCH}.tree.search")


class FirstLayer:
    """Layer of integer rows, searched for at most ``nodes`` nodes; what is returned is proved."""

    def __init__(
        self, rows: Sequence[Vector], nodes: int, imposed: int = 0, dim: int | None = None
    ) -> None:
        self._rows = rows
        self._imposed = imposed
        self._dim = len(rows[0]) if dim is None else dim
        self.whole = not imposed and self._dim == len(rows[0])
        """Whether the inputs are all of R^n."""
        self._floats = nearest_floats(tuple(rows))
        self.nodes = nodes
        self.basis = basis_of(self._floats)
        """Numbers of n rows that seem to be independent."""
        self._seen: np.ndarray | None = None
        self._trees: dict[int | None, Tree] = {}
        self.packed = 0
        """Number of disjoint supports that a search has proved."""

    def tree(self, depth: int | None = None) -> list[int] | None:
        """Return the record of a proof that was found: of injectivity (None), or of a depth."""
        return self._trees[depth].record() if depth in self._trees else None

    def long(self, status: int) -> bool:
        """Test whether a search has taken as many nodes as make the compiled search a long one."""
        return status == BUDGET and self.nodes >= FIRST

    def _proceed(self, budget: Budget) -> Callable[[], bool]:
        m, n = self._floats.shape
        nodes = self.nodes if n <= DEEP else max(1, min(self.nodes, SOON // (m * n * n)))
        if budget.left < COMPILING and not on_disk():  # no time for anything else
            return budget.step
        seconds = TREE if n <= WIDE else LARGE_TREE
        most, end = min(budget.nodes, budget.used + nodes), time.thread_time() + seconds
        return lambda: budget.used < most and time.thread_time() < end and budget.step()

    def decide(self, budget: Budget) -> tuple[int, np.ndarray | None]:
        """Decide: (CLOSED, None), (POINT, x), both proved, or OPEN or BUDGET."""
        start = time.monotonic()
        n = len(self._rows[0])
        try:
            point = self.descend(budget, descents(n), n - 1)
            if point is not None and witness_at(self._rows, point.tolist()) is not None:
                return POINT, point
            return self._proved(search_tree(self._floats, n, True, self._proceed(budget)), None)
        finally:
            _spend(time.monotonic() - start)

    def propose(self, budget: Budget) -> tuple[int, np.ndarray | None, list[int]]:
        """Search on a set of inputs: a status with a point or a tree, nothing of it proved."""
        start = time.monotonic()
        try:
            found = search_tree(
                self._floats, self._dim, True, self._proceed(budget), self._imposed, self._dim
            )
            self.packed = max(self.packed, found.packed)
            return found.status, found.point, found.record() if found.status == CLOSED else []
        finally:
            _spend(time.monotonic() - start)

    def descend(self, budget: Budget, restarts: int, enough: int) -> np.ndarray | None:
        """Find a point with few nonnegative rows."""
        end = time.monotonic() + min(PATIENCE, SHARE * budget.left)
        _, self._seen = plain_descent(
            self._floats, restarts, enough, lambda: not budget.spent and time.monotonic() < end
        )
        return self._seen

    def smallest(self) -> tuple[tuple[mpq, ...], int] | None:
        """Return the point of the last descent, and how many rows are >= 0 there, zeros apart."""
        if self._seen is None:
            return None
        x = tuple(mpq(*c.as_integer_ratio()) for c in self._seen.tolist())
        return x, sum(dot(row, x) >= 0 for row in self._rows if any(row))

    def depth(self, budget: Budget, goal: int) -> tuple[int, np.ndarray | None]:
        """Search: (CLOSED, None): depth >= goal, proved; (POINT, x), not proved; OPEN or BUDGET."""
        start = time.monotonic()
        try:
            found = search_tree(self._floats, goal, False, self._proceed(budget))
            return self._proved(found, goal)
        finally:
            _spend(time.monotonic() - start)

    def _proved(self, found: Tree, depth: int | None) -> tuple[int, np.ndarray | None]:
        x = found.point
        self.packed = max(self.packed, found.packed)
        if found.status == CLOSED:
            if not found.proved:
                try:
                    check_tree(self._rows, found.record(), depth)
                except Refuted:
                    return OPEN, None
            self._trees[depth] = found
        elif found.status == POINT:
            assert x is not None
            if not np.isfinite(x).all() or (
                depth is None and witness_at(self._rows, x.tolist()) is None
            ):
                return OPEN, None
        return found.status, x if found.status == POINT else None


def _spend(seconds: float) -> None:
    global _used
    _used += seconds
