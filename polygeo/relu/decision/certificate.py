"""Checking a certificate of injectivity or of depth, with integers only.

A certificate is a tree in preorder, written as integers: for each node the number of its supports;
for each support its length, a number that is ignored (of its free rows), and the indices of its
rows. A node knows its chosen rows C and its negative rows N, and speaks of the x with

    <w_i, x> >= 0 on C  and  <w_i, x> < 0 on N;  S(x) = {i : <w_i, x> >= 0}.

1. A support is a set of rows with exactly one linear relation; its coefficients must be positive
   outside C and negative on C, with at least one row outside C. Then not all rows outside C are
   negative at x: one of its *free* rows, those in neither C nor N, lies in S(x).
   Depth: S(x) shrinks when x moves off all hyperplanes <w_i, x> = 0, w_i not 0, so the nodes speak
   of such x only. Rows of C are positive there, and a support may lie in C: there is no such x.
2. A support without a free row closes its node: there is no such x.
3. Injectivity: n - |C| supports close a node if any choice of one free row from each of them is,
   together with C, a basis of R^n. Then S(x) spans R^n.
   Depth at least t: t - |C| supports close a node if their free parts are disjoint: |S(x)| >= t.
4. Otherwise a node has one support, and a child for each of its free rows i, in their order: i goes
   to C, the rows before it to N.

Inputs in a cone: the last rows are inequalities <a, x> >= 0 of a cone with interior points, not
rows of the layer. The nodes speak of x inside it and off all hyperplanes <w_i, x> = 0, w_i not 0:
an x at which S(x) is too small has such points next to it, with no larger S(x). In supports these
rows count as rows of C: negative coefficients, never free. A support may lie in C and them alone.

The nodes exhaust all x. This module shares no code with the search. Bases are recognised modulo a
prime, where independence implies independence; a choice that fails there is checked over the
integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np
from flint import fmpz_mat, nmod_mat

from polygeo.errors import Refuted

__all__ = ["check_tree"]

Parts = list[list[list[int]]]

PRIME = 67108859
"""The modulus: a prime below 2^26, so that two products of residues fit into 53 bits."""

MAX_CHOICES = 10_000_000
"""Largest number of choices in one node."""
MAX_EXACT = 100_000
"""Largest number of choices that are checked over the integers."""

CHUNK = 20_000
"""Number of choices that are checked together: few enough to stay in the processor's cache."""


def check_tree(
    rows: Sequence[Sequence[int]],
    record: Sequence[int],
    depth: int | None = None,
    images: Sequence[Sequence[int]] | None = None,
    imposed: int = 0,
) -> int:
    """Check a tree that proves injectivity, or a depth; return its number of nodes.

    * ``rows``: integer vectors of one length, at least one.
    * ``record``: the tree in preorder, integers.
    * ``depth``: proves "the depth is at least ``depth``"; None (the default) proves injectivity.
      Zero rows must have been left out for a depth (Refuted).
    * ``images``: for each row a linear image, among which bases are looked for
      (`polygeo.relu.decision.steps`); by default the rows.
    * ``imposed``: the number of rows, the last ones, that are inequalities of a cone (default 0).
      The cone is known to have interior points, and none of these rows is zero.

    Raises Refuted, with the number of the node, if the tree proves nothing.

    >>> check_tree([(1,), (-1,)], [1, 2, 2, 0, 1])
    1
    >>> check_tree([(1,), (1,)], [1, 2, 2, 0, 1])
    Traceback (most recent call last):
    polygeo.errors.Refuted: node 1: rows 0, 1 do not contradict each other
    """
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise Refuted("a tree speaks of rows of one length, at least one of them")
    if any(type(number) is not int for number in record):
        raise Refuted("a tree is made of integers")
    if depth is not None and not all(map(any, rows)):
        raise Refuted("a tree proves a depth among rows that are not zero")
    if not 0 <= imposed < len(rows) or not all(map(any, rows[len(rows) - imposed :])):
        raise Refuted("a tree needs rows of a layer, and inequalities that are not zero")
    stream = _Stream(record)
    layer = len(rows) - imposed
    images = rows if images is None else images
    if len(images) != len(rows):
        raise Refuted(f"{len(rows)} rows have {len(images)} images")
    goal = len(images[0]) if depth is None else depth
    chosen: list[int] = []
    negative: set[int] = set()
    branches: list[tuple[list[int], int]] = []
    relations: dict[frozenset[int], dict[int, int]] = {}
    bases = _Bases(images)
    nodes = 0
    while True:
        nodes += 1
        free = []
        for support in stream.node(nodes, len(rows)):
            positive = {*chosen, *(i for i in support if i >= layer)}
            strict = depth is not None or imposed > 0
            _contradiction(rows, support, positive, relations, nodes, strict)
            free.append([i for i in support if i not in negative and i not in positive])
        if all(free) and len(free) == goal - len(chosen):
            if depth is None:
                bases.add(nodes, chosen, free)
            elif len({i for part in free for i in part}) != sum(map(len, free)):
                raise Refuted(f"node {nodes}: the free parts are not disjoint")
            closed = True
        else:
            closed = not all(free)
        if not closed:
            if len(free) != 1:
                raise Refuted(f"node {nodes}: {len(free)} supports where 1 is needed")
            if len(chosen) >= goal:
                raise Refuted(f"node {nodes}: deeper than {goal}")
            branches.append((free[0], 0))
            chosen.append(free[0][0])
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
            stream.end(nodes)
            bases.check()
            return nodes


class _Stream:
    """The integers of a record, node by node."""

    def __init__(self, record: Sequence[int]) -> None:
        self._record = record
        self._at = 0

    def _take(self, count: int, node: int) -> list[int]:
        if not 0 <= count <= len(self._record) - self._at:
            raise Refuted(f"node {node}: the tree ends too early")
        taken = self._record[self._at : self._at + count]
        self._at += count
        return list(taken)

    def node(self, node: int, count: int) -> list[list[int]]:
        (supports,) = self._take(1, node)
        if not 1 <= supports <= count:
            raise Refuted(f"node {node}: no possible number of supports")
        found = []
        for _ in range(supports):
            length, _ = self._take(2, node)
            support = self._take(length, node)
            if len(set(support)) != length or not all(0 <= i < count for i in support):
                raise Refuted(f"node {node}: a support with rows that do not exist or are repeated")
            found.append(support)
        return found

    def end(self, nodes: int) -> None:
        if self._at != len(self._record):
            raise Refuted(f"node {nodes}: the tree is complete, but the record goes on")


def _contradiction(
    rows: Sequence[Sequence[int]],
    support: list[int],
    chosen: set[int],
    relations: dict[frozenset[int], dict[int, int]],
    node: int,
    strict: bool,
) -> None:
    """Rule 1: the signs of the one relation between the rows of a support; ``strict``: > 0 on C."""
    key = frozenset(support)
    signs = relations.get(key)
    if signs is None:
        signs = {}
        if support:
            relation, nullity = fmpz_mat([list(rows[i]) for i in support]).transpose().nullspace()
            if nullity == 1:
                values = [relation[place, 0] for place in range(len(support))]
                signs = {i: (v > 0) - (v < 0) for i, v in zip(support, values, strict=True)}
        relations[key] = signs
    wanted = {i: -1 if i in chosen else 1 for i in support}
    same = all(signs.get(i) == sign for i, sign in wanted.items())
    opposite = all(signs.get(i) == -sign for i, sign in wanted.items())
    if not signs or not (same or opposite) or not (strict or any(i not in chosen for i in support)):
        shown = ", ".join(map(str, support[:40]))
        raise Refuted(f"node {node}: rows {shown} do not contradict each other")


class _Bases:
    """Rule 3, for many nodes at once."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self._rows = rows
        self._residues: Any = [[x % PRIME for x in row] for row in rows]
        self._waiting: dict[int, list[tuple[int, list[int], list[list[int]], list[bool]]]] = {}
        self._size: dict[int, int] = {}

    def add(self, node: int, chosen: list[int], parts: list[list[int]]) -> None:
        """Remember a node; the work is done when enough of them wait."""
        # A part on a line (modulo the prime) counts as its first row.
        lines = [len(_on_a_line([self._residues[i] for i in part])) == 1 for part in parts]
        count = len(parts) - sum(lines)
        self._waiting.setdefault(count, []).append((node, list(chosen), parts, lines))
        wide = [len(part) for part, line in zip(parts, lines, strict=True) if not line]
        self._size[count] = self._size.get(count, 0) + prod(wide)
        if self._size[count] > CHUNK:
            self._check(count)

    def check(self) -> None:
        """All that still wait."""
        for count in list(self._waiting):
            self._check(count)

    def _check(self, count: int) -> None:
        nodes = self._waiting.pop(count)
        self._size[count] = 0
        parts = [self._projected(*waiting) for waiting in nodes]
        good = [part is not None for part in parts]
        known = [part for part in parts if part is not None]
        if known and count:
            widths = [max(len(part[g]) for part in known) for g in range(count)]
            groups = [
                np.array([[*p[g], *[p[g][0]] * (widths[g] - len(p[g]))] for p in known], float).T
                for g in range(count)
            ]
            independent = iter(_every_choice_independent(groups))
            good = [ok and bool(next(independent)) for ok in good]
        for (node, chosen, free, _), ok in zip(nodes, good, strict=True):
            if not ok:
                self._exactly(node, chosen, free)

    def _projected(
        self, node: int, chosen: list[int], free: list[list[int]], lines: list[bool]
    ) -> Parts | None:
        """The free rows modulo C, the parts on lines and the prime; None if these are dependent."""
        pairs = list(zip(free, lines, strict=True))
        chosen = [*chosen, *(part[0] for part, line in pairs if line)]
        free = [part for part, line in pairs if not line]
        wanted = len(free)
        image = self._residues
        if chosen:
            basis, nullity = nmod_mat([self._residues[i] for i in chosen], PRIME).nullspace()
            if nullity != wanted:
                return None
            if not wanted:
                return []
            order = [i for part in free for i in part]
            product: Any = nmod_mat([self._residues[i] for i in order], PRIME) * basis
            rows = [[int(c) for c in row[:wanted]] for row in product.tolist()]
            image = dict(zip(order, rows, strict=True))
        parts = [_on_a_line([image[i] for i in part]) for part in free]
        choices = prod(map(len, parts))
        if choices > MAX_CHOICES:
            raise Refuted(f"node {node}: {choices} choices are too many to check")
        return parts

    def _exactly(self, node: int, chosen: list[int], free: list[list[int]]) -> None:
        """One node over the integers."""
        dim = len(self._rows[0])
        for number, choice in enumerate(product(*free)):
            if number >= MAX_EXACT:
                raise Refuted(f"node {node}: over {MAX_EXACT} choices need exact determinants")
            if int(fmpz_mat([list(self._rows[i]) for i in (*chosen, *choice)]).rank()) < dim:
                shown = ", ".join(map(str, (*chosen, *choice)))
                raise Refuted(f"node {node}: rows {shown} are dependent")


def _on_a_line(vectors: list[list[int]]) -> list[list[int]]:
    """The first vector alone, if the others are multiples of it, and not zero (mod the prime)."""
    first = vectors[0]
    place = next((c for c, x in enumerate(first) if x), None)
    if place is None:
        return vectors
    for v in vectors[1:]:
        pairs = zip(v, first, strict=True)
        if not v[place] or any((x * first[place] - y * v[place]) % PRIME for x, y in pairs):
            return vectors
    return [first]


def _every_choice_independent(groups: list[np.ndarray]) -> np.ndarray:
    """For K problems: is each choice of vectors, one from each group, independent mod the prime?

    Group g has shape (q, size_g, K), q = number of groups. The vectors of the first group are
    pivots, one after the other; the rest is a problem in dimension q - 1 for each of them.
    """
    dim, size, problems = groups[0].shape
    if dim == 1:
        return np.asarray((groups[0][0] != 0).all(axis=0))
    if dim == 2:
        (a, b), (c, d) = groups
        determinants = a[:, None] * d[None] - b[:, None] * c[None]
        return np.asarray(_residue(determinants).all(axis=(0, 1)))
    pivots = groups[0].reshape(dim, 1, size * problems)
    place = (pivots != 0).argmax(axis=0)[None]
    scale = np.take_along_axis(pivots, place, 0)
    rest = []
    for group in groups[1:]:
        vectors = np.tile(group, size)
        entry = np.take_along_axis(vectors, np.broadcast_to(place, (1, *vectors.shape[1:])), 0)
        moved = _residue(vectors * scale - entry * pivots)
        # The coordinate at `place` is 0 now, and the last one moves there.
        np.put_along_axis(moved, np.broadcast_to(place, entry.shape), moved[-1:], 0)
        rest.append(moved[:-1])
    good = (scale[0, 0] != 0) & _every_choice_independent(rest)
    return np.asarray(good.reshape(size, problems).all(axis=0))


def _residue(x: np.ndarray) -> np.ndarray:
    """x modulo the prime, at most PRIME / 2 + 1 in size; 0 for its multiples and only for them.

    ``x``: integers below 2^52. The quotient is right to 2^-25, so only those near a half of an odd
    number can be rounded to the wrong side.
    """
    quotient = x * (1.0 / PRIME)
    np.rint(quotient, out=quotient)
    quotient *= PRIME
    x -= quotient
    return x
