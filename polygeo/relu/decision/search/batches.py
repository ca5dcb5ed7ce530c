"""The search tree on NumPy arrays, many nodes at once, for layers before compiled code is there.

The nodes are those of `tree`. A batch holds nodes with the same number of chosen rows, and the
deepest nodes come first. Supports are proved by the bound of docs/injectivity, and bases by
`choices`. Where the bound leaves a support open, a caller checks the tree in integers
(`polygeo.relu.decision.certificate`); the rows of a point are checked by a caller in any case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from polygeo.relu.decision.search.choices import all_independent
from polygeo.relu.decision.search.outcomes import BUDGET, CLOSED, FREE_SCALE, OPEN, POINT
from polygeo.relu.decision.search.systems import Systems, products
from polygeo.relu.decision.search.uncompiled import SMALL, basis_of

__all__ = ["Tree", "search_tree"]

NEAR = 1e-14
"""Largest squared distance from a span at which a row counts as in it."""
MIN_SUPPORTS = 4
"""Supports among which a node without a packing takes the one with the fewest free rows."""
MAX_CHOICES = 100_000
"""Largest number of choices of a packing that is checked: as long as a few more nodes take."""
PACKINGS = 100
"""Number of packings that are checked together: their minors stay in the processor's cache."""
STEPS = 1 << 21
"""Number of elementary steps of a product of all rows with the points of a batch."""


class _Nodes(NamedTuple):
    """B nodes with k chosen rows; all lists of rows are arrays of numbers of rows."""

    number: np.ndarray
    """(B,): the numbers of the nodes in the tree."""
    chosen: np.ndarray
    """(B, k): rows with <w, x> >= 0."""
    negative: np.ndarray
    """(B, m): whether a row is negative."""
    basis: np.ndarray
    """(B, n): rows from which the search for supports starts."""
    frame: np.ndarray
    """(B, k, dim): an orthonormal basis of the span of the chosen rows."""
    distance: np.ndarray
    """(B, m): squared distances of the rows from that span."""

    def part(self, which: np.ndarray | slice) -> _Nodes:
        """Some of the nodes."""
        return _Nodes(*(values[which] for values in self))


class _Found(NamedTuple):
    """The supports of B nodes: up to s of them, with n + 1 rows each."""

    rows: np.ndarray
    """(s, B, n + 1): the rows."""
    kind: np.ndarray
    """(s, B, n + 1): FREE, BOUND, or 0 for a row that is not in the support."""
    size: np.ndarray
    """(B,): the number of supports."""
    best: np.ndarray
    """(B,): the support with the fewest free rows."""
    choices: np.ndarray
    """(B,): the number of choices of one free row from each support."""


FREE, BOUND = 2, 1


@dataclass
class Tree:
    """How a search ended, and with CLOSED the tree."""

    status: int = OPEN
    point: np.ndarray | None = None
    proved: bool = True
    """Whether all supports are proved."""
    nodes: int = 1
    """Number of nodes that were met."""
    steps: list[tuple[np.ndarray, _Found, np.ndarray, np.ndarray]] = field(default_factory=list)
    """Numbers of nodes, their supports, whether these close them, and their first children."""

    @property
    def packed(self) -> int:
        """Number of proved supports of the first node: as many rows are >= 0 at every x."""
        return int(self.steps[0][1].size[0]) if self.steps and self.proved else 0

    def record(self) -> list[int]:
        """Write the tree down in preorder, as `certificate` reads it."""
        written: list[list[int]] = [[] for _ in range(self.nodes)]
        children: list[range] = [range(0)] * self.nodes
        for numbers, found, closed, child in self.steps:
            for q, number in enumerate(numbers.tolist()):
                best = int(found.best[q])
                free = int((found.kind[best, q] == FREE).sum())
                all_of_them = closed[q] and free
                supports = range(found.size[q]) if all_of_them else [best]
                entry = [len(supports)]
                for s in supports:
                    rows, kind = found.rows[s, q], found.kind[s, q]
                    first, rest = rows[kind == FREE].tolist(), rows[kind == BOUND].tolist()
                    entry += [len(first) + len(rest), len(first), *first, *rest]
                written[number] = entry
                if not closed[q]:
                    children[number] = range(child[q], child[q] + free)
        record: list[int] = []
        waiting = [0]
        while waiting:
            number = waiting.pop()
            record += written[number]
            waiting.extend(reversed(children[number]))
        return record


def search_tree(
    rows: np.ndarray,
    goal: int,
    ranked: bool,
    proceed: Callable[[], bool],
    imposed: int = 0,
    dim: int | None = None,
) -> Tree:
    """Search: CLOSED and the tree, POINT and x, OPEN, or BUDGET where ``proceed`` says False.

    ``rows`` (m, n), rounded to 2^-53, entries in [-1, 1], zeros allowed; ``goal``: n if ``ranked``,
    else the number of rows to reach; ``imposed``: the number of rows, the last ones, that are
    inequalities of a cone of inputs; ``dim``: the first coordinates, in which spans are looked at.
    """
    start = basis_of(rows)
    if start is None:
        return Tree()
    with np.errstate(all="ignore"):
        try:
            space = rows.shape[1] if dim is None else dim
            return _TreeSearch(rows, goal, ranked, imposed, space).run(start, proceed)
        except np.linalg.LinAlgError:
            return Tree()


class _TreeSearch:
    """The rows of a layer, and what is asked of them."""

    def __init__(self, rows: np.ndarray, goal: int, ranked: bool, imposed: int, dim: int) -> None:
        m, _ = rows.shape
        self.rows, self.goal, self.ranked = rows, goal, ranked
        self.imposed = np.arange(m) >= m - imposed
        self.spanned = rows[:, :dim].copy()
        self.spanned[self.imposed] = 0.0
        self.weights = 1.0 + (0.6180339887498949 * np.arange(1, m + 1)) % 1.0
        self.tree = Tree()

    def run(self, basis: list[int], proceed: Callable[[], bool]) -> Tree:
        """Search from the first node on."""
        m, n = self.rows.shape
        tree, dim = self.tree, self.spanned.shape[1]
        distance = (self.spanned**2).sum(axis=1)[None]
        first = np.zeros(1, int), np.zeros((1, 0), int), np.zeros((1, m), bool), np.array([basis])
        waiting: list[list[_Nodes]] = [[] for _ in range(self.goal)]
        waiting[0].append(_Nodes(*first, np.zeros((1, 0, dim)), distance))
        while level := next((nodes for nodes in reversed(waiting) if nodes), None):
            nodes = _taken(level, max(1, STEPS // (m * n)))
            if not all(proceed() for _ in nodes.number):
                tree.status = BUDGET
                return tree
            status, found, closed = self._supports(nodes)
            if status != CLOSED:
                tree.status = status
                return tree
            if self.ranked:
                self._pack(nodes, found, closed)
            k = nodes.chosen.shape[1] + 1
            if k == self.goal and not closed.all():
                return tree  # a row is too close to the span of the others
            child, children = self._children(nodes, found, closed)
            tree.steps.append((nodes.number, found, closed, child))
            if len(children.number):
                waiting[k].append(children)
        tree.status = CLOSED
        return tree

    def _supports(self, nodes: _Nodes) -> tuple[int, _Found, np.ndarray]:
        """Find up to goal - k supports of each node, and nodes that they close.

        The status is POINT or OPEN where a node has no support, else CLOSED. A packing of ranked
        rows is yet to be checked.
        """
        (m, n), (count, k) = self.rows.shape, nodes.chosen.shape
        wanted = self.goal - k
        held = np.broadcast_to(self.imposed, (count, m)).copy()
        held[np.arange(count)[:, None], nodes.chosen] = True
        bound = held | nodes.negative
        # Zero rows, and for spans the rows in that of the chosen ones.
        out = (nodes.distance <= NEAR) & ~bound
        factor = np.where(held, -1.0, np.where(nodes.negative, 1.0, FREE_SCALE))
        systems = Systems(self.rows, factor, out, nodes.basis.copy())
        shape = wanted, count, n + 1
        found = _Found(
            np.zeros(shape, np.int32), np.zeros(shape, np.int8),
            np.zeros(count, int), np.zeros(count, int), np.ones(count),
        )  # fmt: skip
        closed, least, live = np.zeros(count, bool), np.full(count, n + 2), np.arange(count)
        for s in range(wanted):
            systems.drop()
            last, points, ended = systems.solve(self.weights)
            if not ended.all():
                return OPEN, found, closed
            more = np.flatnonzero(last >= 0)
            if s == 0 and len(more) < count:
                self.tree.point = points[last.argmin()]
                return POINT, found, closed
            live, last = live[more], last[more]
            systems.keep(more)
            rho, sure = systems.coefficients(last)
            # The rows with large multipliers first: their children are searched with fewer signs.
            share = np.column_stack([-rho, np.ones(len(last))])
            order = np.argsort(-share, axis=1, kind="stable")
            rows = np.take_along_axis(np.column_stack([systems.basis, last]), order, 1)
            member = sure[:, None] | (np.take_along_axis(share, order, 1) > SMALL)
            free = member & ~bound[live[:, None], rows]
            self.tree.proved = self.tree.proved and bool(sure.all())
            sizes = free.sum(axis=1)
            found.rows[s, live] = rows
            found.kind[s, live] = BOUND * member + (FREE - BOUND) * free
            found.size[live] = s + 1
            found.choices[live] *= np.maximum(sizes, 1)
            fewer = sizes < least[live]
            least[live[fewer]], found.best[live[fewer]] = sizes[fewer], s
            done = sizes == 0
            if s + 1 == wanted and not self.ranked:
                done[:] = True
            closed[live[done]] = True
            if self.ranked and s + 1 >= MIN_SUPPORTS:
                done |= found.choices[live] ** (wanted / (s + 1)) > MAX_CHOICES
            # The next supports must do without these rows.
            system, place = np.nonzero(free)
            systems.out[system, rows[system, place]] = True
            going = np.flatnonzero(~done)
            live = live[going]
            systems.keep(going)
            if not len(live):
                break
        return CLOSED, found, closed

    def _pack(self, nodes: _Nodes, found: _Found, closed: np.ndarray) -> None:
        """Close the nodes with a packing all of whose choices span, with the chosen rows."""
        whole = (found.size == len(found.rows)) & (found.choices <= MAX_CHOICES)
        waiting = np.flatnonzero(whole & ~closed)
        for low in range(0, len(waiting), PACKINGS):
            some = waiting[low : low + PACKINGS]
            closed[some] = all_independent(
                self.spanned, nodes.chosen[some], found.rows[:, some], found.kind[:, some] == FREE
            )

    def _children(
        self, nodes: _Nodes, found: _Found, closed: np.ndarray
    ) -> tuple[np.ndarray, _Nodes]:
        """The children of nodes that are not closed, and the number of the first child of each."""
        n = self.rows.shape[1]
        every = np.arange(len(closed))
        rows, kind = found.rows[found.best, every], found.kind[found.best, every]
        free = (kind == FREE) & ~closed[:, None]
        first = self.tree.nodes + np.cumsum(free.sum(axis=1)) - free.sum(axis=1)
        parent, place = np.nonzero(free)
        number = self.tree.nodes + np.arange(len(parent))
        self.tree.nodes += len(parent)
        child = rows[parent, place]
        negative = nodes.negative[parent]
        earlier, before = np.nonzero(free[parent] & (np.arange(n + 1) < place[:, None]))
        negative[earlier, rows[parent[earlier], before]] = True
        basis = rows[parent, :n].astype(int)
        inside = np.flatnonzero(place < n)
        basis[inside, place[inside]] = rows[parent[inside], n]
        frame, distance = nodes.frame[parent], nodes.distance[parent]
        if self.ranked:
            new = self.spanned[child]
            for _ in range(2):
                new = new - ((frame @ new[:, :, None]).transpose(0, 2, 1) @ frame)[:, 0]
            new /= np.sqrt((new**2).sum(axis=1))[:, None]
            distance = distance - products(new, self.spanned) ** 2
            frame = np.concatenate([frame, new[:, None]], axis=1)
        chosen = np.column_stack([nodes.chosen[parent], child])
        return first, _Nodes(number, chosen, negative, basis, frame, distance)


def _taken(waiting: list[_Nodes], most: int) -> _Nodes:
    """Take up to ``most`` nodes from the end of a list."""
    parts: list[_Nodes] = []
    while waiting and most > 0:
        nodes = waiting.pop()
        if len(nodes.number) > most:
            waiting.append(nodes.part(slice(most, None)))
            nodes = nodes.part(slice(most))
        parts.append(nodes)
        most -= len(nodes.number)
    return _Nodes(*(np.concatenate(values) for values in zip(*parts, strict=True)))
