"""The search tree in exact arithmetic, for every matrix; the last instance of a decision.

The same nodes as in `tree`, without packings. A node asks whether 0 is a convex combination of its
rows (signed), by the exact nearest point of the lifted rows (a, 1) to (0, 1): the weights of a
combination are a support of Farkas, and otherwise what is left over is x. As in `tree`, supports
with few free rows are preferred, here by longer free rows, and rows with large weights branch
first: a sixth of the nodes for some layers of +-1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polygeo.polyhedra.nearest import nearest
from polygeo.polyhedra.vectors import Vector, complement, dot

__all__ = ["Found", "exact_search"]

LONGER = 16
"""Factor of the free rows: longer rows (a, 1) are farther from (0, 1), and enter later."""

Found = tuple[Vector | None, list[int]]
"""A point x, or None and the record of a tree in which every branch is closed."""


def exact_search(
    rows: Sequence[Vector],
    proceed: Callable[[], bool],
    ranked: bool = True,
    goal: int = 0,
    known: Sequence[Vector] = (),
    imposed: int = 0,
    dim: int | None = None,
) -> Found | None:
    """Find x with S(x) too small, or a proof that there is none; return None if told to stop.

    ``rows``: integer vectors without zero, which span R^n if ``ranked``. ``proceed`` is asked
    before every node. With ``ranked`` false: x with fewer than ``goal`` rows in S(x). ``known``:
    independent vectors in the span of every S(x); spans are then taken modulo these vectors.
    ``imposed``: how many of the rows, the last ones, are inequalities that x has to satisfy
    strictly; ``dim``: the coordinates in which spans are taken (`tree.search`).
    """
    n = len(rows[0]) if dim is None else dim
    layer = len(rows) - imposed
    goal = n - len(known) if ranked else goal
    chosen: list[int] = []
    negative: set[int] = set()
    branches: list[tuple[list[int], int]] = []
    record: list[int] = []
    while True:
        if not proceed():
            return None
        x, support = _node(rows, layer, chosen, negative, n, ranked, known)
        if x is not None:
            return x, record
        free = [i for i in support if i not in chosen and i not in negative and i < layer]
        rest = [i for i in support if i not in free]
        record += [1, len(support), len(free), *free, *rest]
        if free and len(chosen) + 1 < goal:
            branches.append((free, 0))
            chosen.append(free[0])
            continue
        while branches:
            parts, place = branches.pop()
            negative.add(chosen.pop())
            if place + 1 < len(parts):
                branches.append((parts, place + 1))
                chosen.append(parts[place + 1])
                break
            negative.difference_update(parts)
        else:
            return None, record


def _node(
    rows: Sequence[Vector],
    layer: int,
    chosen: list[int],
    negative: set[int],
    n: int,
    ranked: bool,
    known: Sequence[Vector],
) -> tuple[Vector | None, list[int]]:
    """x > 0 on the chosen and imposed rows, < 0 on the negative and free ones; or a support."""
    outside = complement([*known, *(rows[i][:n] for i in chosen)], n) if ranked else ()
    active, lifted = [], []
    for i, row in enumerate(rows):
        if i in chosen or i >= layer:
            lifted.append((*(-c for c in row), 1))
        elif i in negative:
            lifted.append((*row, 1))
        elif not ranked or any(dot(row[:n], y) for y in outside):
            lifted.append((*(LONGER * c for c in row), 1))
        else:
            continue
        active.append(i)
    found = nearest(lifted, (*[0] * len(rows[0]), 1))
    if found.inside:
        weights = zip(found.weights, found.support, strict=True)
        by_weight = sorted(weights, key=lambda pair: pair[0], reverse=True)
        return None, [active[place] for _, place in by_weight]
    return found.rest[:-1], []
