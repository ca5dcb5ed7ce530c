"""Matrices in the form that the compiled search reads, and the calls of this search.

Rows are scaled by powers of two to a largest entry in [1/2, 1), columns of very different sizes as
well, and rounded to float64 (float64 input and short integers are kept exactly).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector
from polygeo.relu.decision.budget import UNLIMITED, Budget
from polygeo.relu.decision.search.first_layers import FirstLayer, nodes_without_compiling
from polygeo.relu.decision.search.outcomes import CLOSED, FULL, OPEN, POINT
from polygeo.relu.decision.search.scaling import check_memory, scale_integers, unscaled
from polygeo.relu.matrix import ExactMatrix, read_matrix

__all__ = ["ScaledMatrix"]

NOTHING = np.empty(0, np.int32)
QUICK = 10**7
"""Largest m n^3 times starts for which circle descent runs to its end."""
SHARE = 0.4
"""Largest share of the remaining time that circle descent may take."""
DESCENT = 5.0
"""Largest time of circle descent in seconds, where there is no limit."""
MANY, WIDE = 20, 48
"""Columns from which annealed descent is tried on R^n, and from which it comes before circles."""
FACES = 1
"""Most inequalities with which circles come before annealed descent."""
PLAIN = 1e-8
"""Smallest entry, relative to the largest entry, of a row with entries of about one size."""
RECORDED = 200_000
"""Largest number of nodes of a search that is proved only after its end."""
LONGEST = 1 << 28
"""Largest number of integers in a certificate."""


class ScaledMatrix:
    """The arrays of a matrix; ``array`` is its float64 form if it has one.

    ``imposed``: how many of the rows, the last ones, are inequalities of a cone of inputs; ``dim``:
    the coordinates in which spans are looked at, by default all (see `tree.search`).
    """

    def __init__(
        self,
        rows: Sequence[Vector] | None,
        array: np.ndarray | None,
        imposed: int = 0,
        dim: int | None = None,
    ) -> None:
        self._rows = rows
        self._array = array
        self.shape = array.shape if array is not None else (len(rows or ()), len((rows or [()])[0]))
        self.dim = self.shape[1] if dim is None else dim
        self._layer = self.shape[0] - imposed, imposed, self.dim
        self._arrays: tuple[np.ndarray, np.ndarray] | None = None
        self._shifts = np.zeros(self.shape[1], np.int64)
        self.exact = True
        """Whether no entry is too small for the bounds of the search."""
        self.whole = True
        """Whether no entry is rounded."""
        self._seen: np.ndarray | None = None
        self._first: FirstLayer | None = None
        self._packed = 0

    @classmethod
    def of(cls, matrix: ExactMatrix) -> ScaledMatrix:
        """Make the scaled matrix of a matrix that a user gave."""
        return cls(None if matrix.floats is not None else matrix.rows, matrix.floats)

    def first(self) -> FirstLayer | None:
        """Return the layer for an uncompiled search, None where compiled code is better."""
        m, n = self.shape
        if self._arrays is not None or not (nodes := nodes_without_compiling(m, n)):
            return None
        if self._first is None:
            rows = read_matrix(self._array).rows if self._rows is None else self._rows
            self._first = FirstLayer(rows, nodes, *self._layer[1:])
        return self._first

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Make the columns (n, M) and rows (M, n) that `tree.search` reads."""
        if self._arrays is None:
            m, n = self.shape
            width = -(-m // 4) * 4
            columns, rows = np.zeros((n, width)), np.zeros((width, n))
            if self._array is not None:
                from polygeo.relu.decision.search.compiled import scale_rows

                self.exact = scale_rows(self._array, columns, rows, self._shifts)
            else:
                self.exact, self.whole = scale_integers(
                    self._rows or (), columns, rows, self._shifts
                )
            self._arrays = columns, rows
        return self._arrays

    def original(self, point: np.ndarray) -> tuple[mpq, ...]:
        """Convert a point of the last search to the coordinates of the matrix, exactly."""
        return unscaled(point, self._shifts)

    def decide(
        self, budget: Budget, expensive: Callable[[], bool], known: Sequence[int] = ()
    ) -> tuple[int, np.ndarray | None]:
        """Decide: (1, None), (0, point), both proved, or a negative status with a point or None.

        The steps are those of `compiled.decide`, in threads that can be stopped. ``known``:
        independent rows that lie in the spans of all S(x); then a point proves nothing.
        """
        m, n = self.shape
        first = None if known else self.first()
        if first is not None and not first.whole:
            return OPEN, None
        if first is not None:
            status, found = first.decide(budget)
            if status >= 0 or budget.spent or (first.long(status) and expensive()):
                return status, found
        from polygeo.relu.decision.search.compiled import by_descent, by_search, descents
        from polygeo.relu.decision.search.descent import independent_rows

        columns, rows = self.arrays()
        start, point = np.empty(n, np.int64), np.empty(n)
        if not self.exact or not independent_rows(rows, m, start):
            return OPEN, None
        stop = np.zeros(4, np.int64)

        def down() -> int:
            # As functions of Python: compiled, they would hold copies of what they call.
            return int(by_descent.py_func(columns, rows, *self._layer, start, point, stop))

        if not known:
            quick = m * n**3 * descents(self.dim) < QUICK
            many = (n >= MANY or self._layer[1] > FACES) and not quick
            if many and self._anneal(budget, start, point):
                return POINT, point
            if (down() if quick else budget.apart(down, stop, SHARE, DESCENT)) == POINT:
                return POINT, point
            if budget.limited:
                self._see(point)
                self._pack(budget, start)
        check_memory(m, n)
        place = np.array(known, np.int64)

        def work(nodes: int, used: np.ndarray) -> int:
            return int(by_search.py_func(
                columns, rows, *self._layer, start, place, self.whole, nodes, point, NOTHING, used
            ))  # fmt: skip

        status = budget.run(work, expensive, m * n * n)
        return status, point if np.isfinite(point).all() else None

    def _see(self, point: np.ndarray) -> int:
        """Keep a point where fewer rows are >= 0 than at any other one; return its `count`."""
        new, old = self.count(point), -1 if self._seen is None else self.count(self._seen)
        if self._seen is None or (new >= 0 and not 0 <= old < new):
            self._seen = point.copy()
        return new

    def _anneal(self, budget: Budget, start: np.ndarray, point: np.ndarray) -> bool:
        """Find a ``point`` with few enough rows, proved, by few circles or annealed descent.

        Circles that start outside of a cone with many inequalities take long to get into it.
        """
        from polygeo.relu.decision.search.many_columns import annealed_batches, few_circles

        (_, imposed, dim), used = self._layer, np.zeros(4, np.int64)
        if self.shape[1] < WIDE and imposed <= FACES:
            few = partial(few_circles, *self.arrays(), *self._layer, start, point, used)
            if budget.apart(few, used, SHARE) < dim and 0 <= self.count(point) < dim:
                return True
        batches = partial(annealed_batches, self.real, imposed, dim - 1, used, self._see)
        budget.apart(batches, used, SHARE)
        if self._seen is None or not 0 <= self.count(self._seen) < dim:
            return False
        point[:] = self._seen
        return True

    def _pack(self, budget: Budget, start: np.ndarray) -> None:
        """Find disjoint supports: as many rows are >= 0 everywhere."""
        from polygeo.relu.decision.search.packing import pack

        columns, rows = self.arrays()
        n = self.shape[1]
        used, members = np.zeros(4, np.int64), np.zeros((n + 2) * len(rows) + 2, np.int64)
        goal = self._layer[0]
        given = columns, rows, *self._layer, start, np.ones(len(rows)), self.whole, goal
        work = partial(pack, *given, members, np.empty(n), used)
        self._packed = budget.apart(work, used, SHARE)

    @property
    def packed(self) -> int:
        """Number of disjoint supports that a decision with a budget has proved."""
        return self._packed if self._first is None else max(self._packed, self._first.packed)

    def count(self, point: np.ndarray) -> int:
        """Count the rows with <w, x> >= 0, without zero rows; -1 where a sign is not proved."""
        if self._arrays is None and self._first is not None:
            return -1
        from polygeo.relu.decision.search.compiled import nonnegative

        _, rows = self.arrays()
        return int(nonnegative(rows, *self._layer, point.copy())) if self.exact else -1

    @property
    def plain(self) -> bool:
        """Whether it is a layer without biases on all of R^n."""
        return self._layer == (self.shape[0], 0, self.shape[1])

    @property
    def real(self) -> np.ndarray:
        """Scaled rows that are not 0 in the coordinates of spans, and then the inequalities."""
        count, imposed, dim = self._layer
        layer, below = np.split(self.arrays()[1][: count + imposed], [count])
        return np.concatenate([layer[layer[:, :dim].any(axis=1)], below])

    @property
    def zeros(self) -> int:
        """Number of rows that are 0 in the coordinates of spans, and nowhere negative."""
        count, _, dim = self._layer
        if self._array is not None:
            layer = self._array[:count]
            return int((~layer[:, :dim].any(axis=1) & (layer[:, dim:] >= 0).all(axis=1)).sum())
        layer_rows = (self._rows or ())[:count]
        return sum(not any(row[:dim]) and all(c >= 0 for c in row[dim:]) for row in layer_rows)

    def basis(self) -> np.ndarray | None:
        """Find the numbers of n rows that seem to be independent."""
        if (first := self.first()) is not None:
            return None if first.basis is None else np.array(first.basis)
        from polygeo.relu.decision.search.descent import independent_rows

        m, n = self.shape
        _, rows = self.arrays()
        start = np.empty(n, np.int64)
        return start if independent_rows(rows, m, start) else None

    def plain_rows(self) -> list[int]:
        """List the rows whose entries other than 0 are of about one size."""
        sizes = np.abs(self.arrays()[1][: self.shape[0]])
        least = np.where(sizes > 0, sizes, 1.0).min(axis=1)
        return list(np.flatnonzero((least > PLAIN) & sizes.any(axis=1)).tolist())

    def part(self, chosen: Sequence[int]) -> ScaledMatrix:
        """Return the scaled matrix of some of the rows."""
        if self._array is not None:
            return ScaledMatrix(None, self._array[list(chosen)])
        assert self._rows is not None
        return ScaledMatrix([self._rows[i] for i in chosen], None)

    def smallest(self) -> tuple[tuple[mpq, ...], int] | None:
        """Return the point x with the smallest S(x) so far, and a proved upper bound of its size.

        Rows whose product with x is nearly 0 count. None if no point was met, or none of which it
        is proved that it lies inside the cone of inputs.
        """
        if self._arrays is None and self._first is not None:
            return self._first.smallest()
        if self._seen is None or not np.isfinite(self._seen).all() or not self._seen.any():
            return None
        from polygeo.simd.double import UNIT

        count, imposed, dim = self._layer
        layer, below = np.split(self.arrays()[1][: count + imposed], [count])
        x = self._seen / np.abs(self._seen).max()
        error = 1.01 * (len(x) + 4) * UNIT * np.abs(x).sum() + 1e-300
        if imposed and not (self.exact and (below @ x > error).all()):
            return None
        near = layer @ x >= -error
        return self.original(self._seen), int((near & layer[:, :dim].any(axis=1)).sum())

    def propose(
        self,
        budget: Budget,
        expensive: Callable[[], bool] | None = None,
        known: Sequence[int] = (),
        depth: int | None = None,
    ) -> tuple[int, np.ndarray, list[int]]:
        """Find a point or a tree, not proved, with a status; with ``depth``: for this depth."""
        first = None if known or depth is not None else self.first()
        if first is not None and not first.whole:
            status, x, tree = first.propose(budget)
            return status, np.ones(self.shape[1]) if x is None else x, tree
        found: list[tuple[int, np.ndarray, np.ndarray]] = []

        def work(nodes: int, used: np.ndarray) -> int:
            found[:] = [self._recorded(False, min(nodes, RECORDED), 1 << 21, known, depth, used)]
            return found[0][0]

        m, n = self.shape
        status = budget.run(work, expensive, m * n * (n + (depth or 0)))
        _, point, record = found[0] if found else (status, np.ones(n), NOTHING)
        return status, point, record.tolist() if status == CLOSED else []

    def tree(self, known: Sequence[int] = (), depth: int | None = None) -> list[int]:
        """Return the record of a search that has ended before with every branch closed."""
        if self._first is not None and not known and (found := self._first.tree(depth)):
            return found
        size = 1 << 16
        while size <= LONGEST:
            used = np.zeros(4, np.int64)
            status, _, record = self._recorded(True, UNLIMITED, size, known, depth, used)
            if status == CLOSED:
                return list(record.tolist())
            if status != FULL:
                break
            size *= 16
        m, n = self.shape
        raise DomainError(f"the certificate of a {m} x {n} matrix has over {LONGEST} integers")

    def shallow(self, restarts: int, budget: Budget) -> np.ndarray:
        """Find a point with few nonnegative rows."""
        m, n = self.shape
        if (first := self.first()) is not None:
            point = first.descend(budget, restarts, 0)
            return np.ones(n) if point is None else point
        from polygeo.relu.decision.search.descent import descend, independent_rows

        columns, rows = self.arrays()
        start, point, stop = np.empty(n, np.int64), np.ones(n), np.zeros(4, np.int64)

        def down() -> int:
            if independent_rows(rows, m, start):
                weights = np.ones(columns.shape[1], np.int64)
                return int(descend(columns, rows, m, weights, start, restarts, 0, point, stop))
            return m

        if m * max(n, 8) ** 3 * restarts < QUICK:
            down()
        else:
            budget.apart(down, stop, SHARE)
        return point if np.isfinite(point).all() else np.ones(n)

    def depth(
        self, budget: Budget, goal: int, certified: bool
    ) -> tuple[int, np.ndarray, list[int], int]:
        """Decide whether the depth is at least ``goal``: 1 with a tree, 0 with a point (unproved).

        The tree is given as its record if not ``certified``. The last entry is a lower bound of the
        depth, which is proved if ``certified``.
        """
        if not certified:
            return *self.propose(budget, depth=goal), 0
        m, n = self.shape
        if (first := self.first()) is not None:
            status, x = first.depth(budget, goal)
            if status >= 0 or budget.spent:
                return status, np.ones(n) if x is None else x, [], 0
        self.arrays()
        if not self.exact:
            return OPEN, np.ones(n), [], 0
        found: list[Any] = []

        def work(nodes: int, used: np.ndarray) -> int:
            status, point, _ = self._recorded(True, nodes, 0, (), goal, used)
            found[:] = [point, int(used[3])]
            return status

        status = budget.run(work, None, m * n * (n + goal))
        point, least = found or (np.ones(n), 0)
        return status, point, [], least

    def _recorded(
        self,
        certified: bool,
        nodes: int,
        size: int,
        known: Sequence[int],
        depth: int | None,
        used: np.ndarray,
    ) -> tuple[int, np.ndarray, np.ndarray]:
        """One search with a record of ``size`` integers: for spans modulo ``known``, or a depth."""
        from polygeo.relu.decision.search.compiled import widest_packing
        from polygeo.relu.decision.search.descent import independent_rows
        from polygeo.relu.decision.search.tree import search

        m, n = self.shape
        columns, rows = self.arrays()
        start, point = np.empty(n, np.int64), np.empty(n)
        check_memory(m, n)
        record = np.empty(size, np.int32)
        if not independent_rows(rows, m, start):
            return OPEN, point, record[:0]
        ranked = depth is None
        dim = self.dim
        goal, widest = (dim - len(known), widest_packing(dim)) if ranked else (depth, m)
        status = search(
            columns, rows, *self._layer, start, np.array(known, np.int64), goal,
            ranked, certified, self.whole, widest, nodes, point, record, used,
        )  # fmt: skip
        if status == POINT and not np.isfinite(point).all():
            status = OPEN
        return status, point, record[: used[1]]
