"""Matrices in the form that the compiled search reads, and the calls of it.

Rows are scaled by powers of two to a largest entry in [1/2, 1) and rounded to float64 (float64
input is kept exactly).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector
from polygeo.relu.decision.budget import UNLIMITED, Budget
from polygeo.relu.decision.search.compiled import (
    descents,
    nonnegative,
    prepare,
    widest_packing,
)
from polygeo.relu.decision.search.descent import descend, independent_rows
from polygeo.relu.decision.search.tree import (
    CLOSED,
    OPEN,
    POINT,
    search,
)
from polygeo.relu.matrix import ExactMatrix

__all__ = ["Prepared"]

NOTHING = np.empty(0, np.int32)
QUICK = 10**7
"""m n^3 below which circle descent is quick enough to wait for."""
LARGEST = 4
"""GiB that a search may take."""
RECORDED = 200_000
"""Most nodes of a search that is not proved while it runs."""
LONGEST = 1 << 28
"""Most integers in a certificate."""


class Prepared:
    """The arrays of a matrix; ``array`` is its float64 form if it has one."""

    def __init__(self, rows: Sequence[Vector] | None, array: np.ndarray | None) -> None:
        self._rows = rows
        self._array = array
        self.shape = array.shape if array is not None else (len(rows or ()), len((rows or [()])[0]))
        self._arrays: tuple[np.ndarray, np.ndarray] | None = None
        self.exact = True

    @classmethod
    def of(cls, matrix: ExactMatrix) -> Prepared:
        """From what a user gave."""
        return cls(None if matrix.floats is not None else matrix.rows, matrix.floats)

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """columns (n, M) and rows (M, n); see `tree.search`."""
        if self._arrays is None:
            m, n = self.shape
            width = -(-m // 4) * 4
            columns, rows = np.zeros((n, width)), np.zeros((width, n))
            if self._array is not None:
                self.exact = prepare(self._array, columns, rows)
            else:
                for i, row in enumerate(self._rows or ()):
                    shift = max(map(abs, row)).bit_length()
                    for j, c in enumerate(row):
                        rows[i, j] = columns[j, i] = _scaled(c, shift)
                        self.exact = self.exact and (c == 0 or abs(rows[i, j]) > 1e-250)
            self._arrays = columns, rows
        return self._arrays

    def decide(
        self, budget: Budget, expensive: Callable[[], None]
    ) -> tuple[int, np.ndarray | None]:
        """(1, None), (0, point), both proved, or a negative status.

        The same steps as in `decision.decide`, which a compiled caller has in one piece.
        """
        m, n = self.shape
        columns, rows = self.arrays()
        start, point = np.empty(n, np.int64), np.empty(n)
        if not self.exact or not independent_rows(rows, m, start):
            return OPEN, None
        stop = np.zeros(3, np.int64)

        def down() -> int:
            return descend(columns, rows, m, start, descents(n), n - 1, point, stop)

        least = down() if m * n**3 < QUICK else budget.apart(down, stop)
        if least < n and 0 <= nonnegative(rows, m, point) < n:
            return 0, point

        _affordable(m, n)

        def work(nodes: int, used: np.ndarray) -> int:
            return search(
                columns, rows, start, n, True, True, widest_packing(n), nodes, point,
                NOTHING, used,
            )  # fmt: skip

        status = budget.run(work, expensive)
        if status == POINT and not 0 <= nonnegative(rows, m, point) < n:
            return OPEN, None
        return status, point

    def propose(
        self, budget: Budget, expensive: Callable[[], None]
    ) -> tuple[int, np.ndarray, list[int]]:
        """A status with a point or a tree, nothing of it proved."""
        return self._proposed(budget, self.shape[1], True, expensive)

    def _proposed(
        self, budget: Budget, goal: int, ranked: bool, expensive: Callable[[], None] | None = None
    ) -> tuple[int, np.ndarray, list[int]]:
        found: list[tuple[int, np.ndarray, np.ndarray]] = []

        def work(nodes: int, used: np.ndarray) -> int:
            nodes = min(nodes, RECORDED)
            found[:] = [self._recorded(False, nodes, 1 << 21, goal, used, ranked)]
            return found[0][0]

        status = budget.run(work, expensive)
        _, point, record = found[0]
        return status, point, record.tolist() if status == CLOSED else []

    def tree(self) -> list[int]:
        """The record of a search that has ended before with every branch closed."""
        return self._whole(self.shape[1], True)

    def shallow(self, restarts: int) -> np.ndarray:
        """A point with few non-negative rows."""
        m, n = self.shape
        columns, rows = self.arrays()
        start, point = np.empty(n, np.int64), np.ones(n)
        if independent_rows(rows, m, start):
            descend(columns, rows, m, start, restarts, 0, point, np.zeros(3, np.int64))
        return point if np.isfinite(point).all() else np.ones(n)

    def depth(
        self, budget: Budget, goal: int, certified: bool
    ) -> tuple[int, np.ndarray, list[int]]:
        """1: a tree proves depth >= goal (its record, if not certified); 0: a point, unproved."""
        if not certified:
            return self._proposed(budget, goal, False)
        _, n = self.shape
        self.arrays()
        if not self.exact:
            return OPEN, np.ones(n), []
        found: list[np.ndarray] = []

        def work(nodes: int, used: np.ndarray) -> int:
            status, point, _ = self._recorded(True, nodes, 0, goal, used)
            found[:] = [point]
            return status

        return budget.run(work), found[0], []

    def depth_tree(self, goal: int) -> list[int]:
        """The record of a search for a depth that has ended before."""
        return self._whole(goal, False)

    def _whole(self, goal: int, ranked: bool) -> list[int]:
        size = 1 << 16
        while size <= LONGEST:
            status, _, record = self._recorded(True, UNLIMITED, size, goal, ranked=ranked)
            if status == CLOSED:
                return list(record.tolist())
            size *= 16
        m, n = self.shape
        raise DomainError(f"the certificate of a {m} x {n} matrix has over {LONGEST} integers")

    def _recorded(
        self,
        certified: bool,
        nodes: int,
        size: int,
        goal: int,
        used: np.ndarray | None = None,
        ranked: bool = False,
    ) -> tuple[int, np.ndarray, np.ndarray]:
        m, n = self.shape
        columns, rows = self.arrays()
        start, point = np.empty(n, np.int64), np.empty(n)
        used = np.zeros(3, np.int64) if used is None else used
        _affordable(m, n)
        record = np.empty(size, np.int32)
        if not independent_rows(rows, m, start):
            return OPEN, point, record[:0]
        widest = widest_packing(n) if ranked else m
        status = search(
            columns, rows, start, goal, ranked, certified, widest, nodes, point,
            record, used,
        )  # fmt: skip
        if status == POINT and not np.isfinite(point).all():
            status = OPEN
        return status, point, record[: used[1]]


def _affordable(m: int, n: int) -> None:
    """Refuse a search that would fill the memory."""
    size = 16 * m * n**2 / 2**30
    if size > LARGEST:
        raise DomainError(
            f"no quick answer for a {m} x {n} matrix, and a search needs {size:.0f} GiB of memory "
            f"(at most {LARGEST} GiB are taken)"
        )


def _scaled(c: int, shift: int) -> float:
    """c / 2^shift, correctly rounded, for integers of any size; 0 where it underflows."""
    return c / (1 << shift) if shift < 1000 or c.bit_length() + 1000 > shift else 0.0
