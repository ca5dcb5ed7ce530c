"""The searches behind a decision, on a matrix: for tests that look at what a kernel does."""

from collections.abc import Sequence

import numpy as np

from polygeo.relu.decision.search.compiled import decide, scale_rows
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.tree import search

__all__ = ["decide_counting", "exact_tree", "scaled", "tree_status"]


def scaled(W: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The columns and rows that the kernels take; None where scaling would round."""
    m, n = W.shape
    width = (m + 3) // 4 * 4
    columns, rows = np.zeros((n, width)), np.zeros((width, n))
    return (columns, rows) if scale_rows(W, columns, rows, np.zeros(n, np.int64)) else None


def decide_counting(W: np.ndarray, max_nodes: int = 10**6) -> tuple[int, int]:
    """The status of the compiled decision, and the nodes that it took."""
    used = np.zeros(4, np.int64)
    status = decide(W, max_nodes, np.empty(W.shape[1]), np.empty(0, np.int32), used)
    return status, int(used[0])


def tree_status(W: np.ndarray, max_nodes: int) -> int:
    """The status of the certified search of the tree alone, from the first n rows."""
    n = W.shape[1]
    columns, rows = scaled(W)
    start = np.arange(n)
    return search(
        columns, rows, len(W), 0, n, start, start[:0], n, True, True, True, n, max_nodes,
        np.empty(n), np.empty(0, np.int32), np.zeros(4, np.int64),
    )  # fmt: skip


def exact_tree(rows: Sequence, goal: int | None = None) -> tuple:
    """A point or None, and the record of the exact search; with a goal: for that count of rows."""
    if goal is None:
        return exact_search(rows, lambda: True)
    return exact_search(rows, lambda: True, ranked=False, goal=goal)
