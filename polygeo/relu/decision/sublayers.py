"""Sub-layers of a layer that are injective by themselves, and what they prove together.

If the rows in a subspace F form an injective layer of F, every S(x) = {w_i : <w_i, x> >= 0} spans
F (`polygeo.relu.decision.steps`). Looked for are

* opposite rows: d pairs w, -c w (c > 0) on independent lines are one node of a proof, whatever
  else the layer holds;
* patches: rows that vanish outside a few columns, as those of a convolution do. Patches with the
  same rows are decided once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from flint import nmod_mat

from polygeo.polyhedra.vectors import Vector, line_of, primitive, rank
from polygeo.relu.cells.cells import basis_rows
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.matrix import ExactMatrix

__all__ = [
    "STRUCTURED",
    "Known",
    "add_opposite_rows",
    "add_patches",
    "components",
    "independent",
    "looks_structured",
    "renumbered",
]

PRIME = (1 << 61) - 1
STRUCTURED = 10
"""Least n for which sub-layers are looked for before anything else."""
MAX_PATCH_DIM = 12
"""Largest number of columns of a patch; a patch has at most half of all columns."""
MAX_PATCHES = 600
"""Largest number of patches that are decided."""
NODES = 3000
"""Largest number of nodes of the decision of one patch."""


@dataclass(frozen=True)
class Step:
    """A step of a proof; its tree may be written down later."""

    modulo: bool
    basis: tuple[int, ...]
    tree: Callable[[], list[int]]


@dataclass
class Known:
    """Steps of a proof, and ``basis``, independent rows whose span every S(x) contains."""

    rows: Sequence[Vector]
    basis: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def dim(self) -> int:
        """The dimension n of the inputs."""
        return len(self.rows[0])

    @property
    def complete(self) -> bool:
        """Whether every S(x) spans R^n."""
        return len(self.basis) == self.dim

    def add(
        self, basis: Sequence[int], tree: Callable[[], list[int]], modulo: bool = False
    ) -> None:
        """Add a step (its tree is taken for granted) if it proves something new."""
        joint = self.independent([*self.basis, *basis])
        if len(joint) > len(self.basis):
            self.steps.append(Step(modulo, tuple(basis), tree))
            self.basis = joint

    def record(self) -> list[int]:
        """Return the proof that `check_proof` checks: one tree if that is all."""
        if len(self.steps) == 1 and len(self.steps[0].basis) == self.dim:
            return self.steps[0].tree()
        record = [0, len(self.steps)]
        for step in self.steps:
            tree = step.tree()
            record += [int(step.modulo), len(step.basis), *step.basis, len(tree), *tree]
        return record

    def independent(self, chosen: Sequence[int]) -> list[int]:
        """Find rows among the chosen ones that are a basis of their span, the first ones."""
        return [chosen[j] for j in independent([self.rows[i] for i in chosen])]

    def coordinates(self, inside: Sequence[int]) -> tuple[list[int], dict[Vector, int]]:
        """Find columns that are coordinates on the span of some rows; and the rows in them.

        Each row comes with its number, primitive; zeros and repetitions are left out.
        """
        basis = self.independent(inside)
        columns = independent(list(zip(*(self.rows[i] for i in basis), strict=True)))
        found: dict[Vector, int] = {}
        for i in inside:
            if any(self.rows[i]):
                found.setdefault(primitive([self.rows[i][j] for j in columns]), i)
        return columns, found


def independent(vectors: Sequence[Vector]) -> list[int]:
    """Find the numbers of vectors that are a basis of their span, the first possible ones."""
    if not vectors:
        return []
    residues = [[c % PRIME for c in column] for column in zip(*vectors, strict=True)]
    echelon, found = nmod_mat(residues, PRIME).rref()
    # Independence modulo a prime proves independence; dependence does not prove dependence.
    if int(found) < min(len(vectors), len(vectors[0])) and rank(vectors) > int(found):
        return basis_rows(vectors)
    table: Any = echelon.tolist()
    return [next(j for j, c in enumerate(table[k]) if int(c)) for k in range(int(found))]


def looks_structured(matrix: ExactMatrix) -> bool:
    """Check for zeros, or two rows on a line (with rounding: the answer only guides the search)."""
    floats = matrix.floats
    if floats is None:
        rows = [line_of(row) for row in matrix.rows]
        return len(set(rows)) < len(rows) or any(c == 0 for row in rows for c in row)
    if not floats.all():
        return True
    with np.errstate(all="ignore"):
        lines = floats / floats[:, :1]
    return len({row.tobytes() for row in lines}) < len(lines)


def components(known: Known) -> list[list[int]]:
    """Split the rows that are not 0 into classes whose spans form a direct sum.

    Each row has coordinates in a basis of rows; rows with a common coordinate are in one class.
    A layer whose rows span R^n is injective if and only if each class is, on its span.
    """
    rows = [i for i, row in enumerate(known.rows) if any(row)]
    basis = known.independent(rows)
    columns = independent(list(zip(*(known.rows[i] for i in basis), strict=True)))
    table, square = (
        nmod_mat([[known.rows[i][j] % PRIME for j in columns] for i in chosen], PRIME)
        for chosen in (rows, basis)
    )
    try:
        coordinates: Any = (table * square.inv()).tolist()
    except ZeroDivisionError:  # only modulo the prime
        return [rows]
    label = list(range(len(basis)))

    def root(j: int) -> int:
        while label[j] != j:
            j = label[j]
        return j

    first = []
    for row in coordinates:
        support = [j for j, c in enumerate(row) if int(c)]
        first.append(support[0])
        for j in support[1:]:
            label[root(j)] = root(support[0])
    classes: dict[int, list[int]] = {}
    for i, j in zip(rows, first, strict=True):
        classes.setdefault(root(j), []).append(i)
    ranks = [rank([known.rows[i] for i in members]) for members in classes.values()]
    # A zero modulo the prime may be none; the ranks are those of the real rows.
    return list(classes.values()) if sum(ranks) == len(basis) else [rows]


def add_opposite_rows(known: Known) -> None:
    """Add one node for all independent pairs of opposite rows."""
    lines: dict[Vector, dict[bool, int]] = {}
    for i, row in enumerate(known.rows):
        if any(row):
            line = line_of(row)
            lines.setdefault(line, {}).setdefault(row == line, i)
    pairs = {sides[True]: sides[False] for sides in lines.values() if len(sides) == 2}
    basis = known.independent(list(pairs))
    if basis:
        tree = [len(basis), *(x for i in basis for x in (2, 2, i, pairs[i]))]
        known.add(basis, lambda: tree)


def add_patches(known: Known, chosen: Sequence[int], budget: Budget) -> None:
    """Add patches among the chosen rows, until their span is known.

    A patch is a set of columns; it is worth a decision if the rows that vanish outside of it are
    at least twice as many as their rank, as no injective layer has fewer.
    """
    masks = {i: sum(1 << j for j, c in enumerate(known.rows[i]) if c) for i in chosen}
    decided: dict[tuple[Vector, ...], list[int] | None] = {}
    goal = len(known.independent([*known.basis, *chosen]))
    for mask in _patches(
        sorted(set(masks.values()) - {0}), min(MAX_PATCH_DIM, (known.dim + 1) // 2)
    ):
        if len(known.basis) >= goal or len(decided) >= MAX_PATCHES or budget.left < 0:
            return
        inside = [i for i, own in masks.items() if own and not own & ~mask]
        basis = known.independent(inside)
        if len(inside) < 2 * len(basis):
            continue
        if len(known.independent([*known.basis, *basis])) == len(known.basis):
            continue
        _, local = known.coordinates(inside)
        order = sorted(local)
        key = tuple(order)
        if key not in decided:
            decided[key] = _tree(key, budget)
        tree = decided[key]
        if tree is not None:
            known.add(basis, partial(renumbered, tree, [local[row] for row in order]))


def _patches(masks: list[int], widest: int) -> Iterator[int]:
    """Sets of columns: the supports of rows, then unions of two that overlap, small ones first."""
    small = [mask for mask in masks if mask.bit_count() <= widest]
    small.sort(key=int.bit_count)
    yield from small
    pairs = ((a & b, a | b) for a, b in combinations(small[:MAX_PATCHES], 2))
    unions = {union for common, union in pairs if common and union.bit_count() <= widest}
    yield from sorted(unions - set(small), key=lambda mask: (mask.bit_count(), mask))


def _tree(rows: tuple[Vector, ...], budget: Budget) -> list[int] | None:
    """The proof of a small layer, if there is one and a short search finds it."""
    small = ScaledMatrix(rows, None)
    left = None if budget.left == float("inf") else max(0.001, budget.left)
    status, _ = small.decide(Budget(NODES, left), lambda: True)
    return small.tree() if status == 1 else None


def renumbered(record: list[int], places: Sequence[int]) -> list[int]:
    """Convert a tree to other numbers of its rows."""
    renamed, at = [], 0
    while at < len(record):
        supports = record[at]
        renamed.append(supports)
        at += 1
        for _ in range(supports):
            length = record[at]
            renamed += record[at : at + 2]
            renamed += [places[i] for i in record[at + 2 : at + 2 + length]]
            at += length + 2
    return renamed
