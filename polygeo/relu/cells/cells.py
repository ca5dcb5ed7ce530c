"""Cells of linearity as cones with exact rays, refined one hyperplane at a time.

A cell is the set of its extreme rays (numbers into the table of a `Subdivision`). Cutting it with
the zero set of a function that is linear on it is a step of the double description method
(fukudaprodon1996double): rays on the two sides that are adjacent meet the cut in a new ray. A cone
that is no simplex is cut into simplices by pulling its rays in one order for all cells, so that
the simplices of all cells together are a fan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import product
from operator import and_, or_
from typing import Any

from flint import fmpz_mat

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector, pivots, primitive, row_space

__all__ = ["Cell", "Subdivision", "basis_rows", "bits", "linear_values"]

Cell = tuple[int, ...]
"""The numbers of the extreme rays of a pointed cone of full dimension, in increasing order."""


def bits(mask: int) -> Iterator[int]:
    """List the positions of the ones in the binary form of ``mask``, the lowest first.

    >>> list(bits(0b1011))
    [0, 1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def basis_rows(rows: Sequence[Vector]) -> list[int]:
    """Find the numbers of rows that are a basis of the row space, the first possible ones.

    >>> basis_rows([(0, 0, 0), (1, 2, 0), (2, 4, 0), (0, 0, 1)])
    [1, 3]
    """
    return pivots(row_space(list(zip(*rows, strict=True))))


def linear_values(rows: Sequence[Vector]) -> Callable[[Vector], list[int]]:
    """Return the function ray -> (<w, ray> for each row w)."""
    table = fmpz_mat([list(row) for row in rows])
    dim = len(rows[0])
    return lambda ray: [int(x) for x in (table * fmpz_mat(dim, 1, list(ray))).entries()]


class Subdivision:
    """A table of rays with the signs of functions on them, and the cells that they span.

    ``evaluate(ray)`` gives the integer values of all functions at a primitive vector. Masks of
    functions are ints; ``positive[i]``, ``negative[i]`` say where the functions have a sign at
    ray i. Each function must be linear on a cell that is split by it.
    """

    def __init__(self, evaluate: Callable[[Vector], Sequence[int]]) -> None:
        self.evaluate = evaluate
        self.rays: list[Vector] = []
        self.values: list[Sequence[int]] = []
        self.positive: list[int] = []
        self.negative: list[int] = []
        self._number: dict[Vector, int] = {}

    def add(self, ray: Vector) -> int:
        """Add a ray, given as a primitive vector, unless it is there; return its number."""
        known = self._number.get(ray)
        if known is not None:
            return known
        values = self.evaluate(ray)
        self.rays.append(ray)
        self.values.append(values)
        self.positive.append(sum(1 << i for i, x in enumerate(values) if x > 0))
        self.negative.append(sum(1 << i for i, x in enumerate(values) if x < 0))
        self._number[ray] = len(self.rays) - 1
        return len(self.rays) - 1

    def orthants(self, rows: Sequence[Vector], at_most: int) -> list[Cell]:
        """Return the 2^n cells of n independent rows of R^n.

        DomainError unless n rows are independent, and for more than ``at_most`` cells.
        """
        dim = len(rows[0])
        if 2**dim > at_most:
            raise DomainError(
                f"at most {at_most} cells can be looked at; {dim} independent rows make 2^{dim}"
            )
        chosen = basis_rows(rows)
        if len(chosen) < dim:
            raise DomainError(f"{dim} independent rows are needed; got {len(chosen)}")
        inverse: Any = fmpz_mat([list(rows[i]) for i in chosen]).inv()
        numerators, denominator = inverse.numer_denom()
        sign = 1 if denominator > 0 else -1
        columns = [
            primitive([sign * int(c) for c in column]) for column in numerators.transpose().tolist()
        ]
        cells = []
        for signs in product((1, -1), repeat=dim):
            rays = (tuple(s * c for c in column) for s, column in zip(signs, columns, strict=True))
            cells.append(tuple(sorted(map(self.add, rays))))
        return cells

    def signs(self, cell: Cell) -> tuple[int, int]:
        """Return masks of the rows that are positive, and negative, at some ray of a cell.

        A row in both masks cuts the cell.
        """
        above = below = 0
        for i in cell:
            above |= self.positive[i]
            below |= self.negative[i]
        return above, below

    def split(self, cell: Cell, row: int, valid: int) -> tuple[Cell, Cell]:
        """Split a cell by a row that cuts it, into the parts where the row is >= 0 and <= 0.

        ``valid`` masks functions of one sign on the cell, among them all that bound it.
        """
        above: list[int] = []
        on: list[int] = []
        below: list[int] = []
        for i in cell:
            value = self.values[i][row]
            (above if value > 0 else below if value < 0 else on).append(i)
        tight = {i: valid & ~(self.positive[i] | self.negative[i]) for i in cell}
        cut = list(on)
        least = len(self.rays[cell[0]]) - 2  # adjacent rays lie on an edge
        for p in above:
            for q in below:
                common = tight[p] & tight[q]
                if common.bit_count() < least or any(
                    tight[r] & common == common for r in cell if r not in (p, q)
                ):
                    continue
                a, b = self.values[p][row], self.values[q][row]
                pairs = zip(self.rays[p], self.rays[q], strict=True)
                cut.append(self.add(primitive([a * y - b * x for x, y in pairs])))
        return tuple(sorted(above + cut)), tuple(sorted(below + cut))

    def refine(self, cells: list[Cell], rows: int, bounding: int, at_most: int) -> list[Cell]:
        """Split cells until each row of the mask ``rows`` has one sign on every cell.

        ``bounding`` masks other functions that are of one sign on each of the given cells.
        DomainError when there are more than ``at_most`` cells.
        """
        done: list[Cell] = []
        todo = list(cells)
        while todo:
            cell = todo.pop()
            above, below = self.signs(cell)
            cutting = above & below & rows
            if not cutting:
                done.append(cell)
            else:
                row = (cutting & -cutting).bit_length() - 1
                todo += self.split(cell, row, (rows | bounding) & ~(above & below))
            if len(done) + len(todo) > at_most:
                raise DomainError(f"at most {at_most} cells can be looked at; there are more")
        return done

    def simplices(self, cell: Cell, valid: int, dim: int) -> list[Cell]:
        """Return a triangulation of a cell; neighbouring cells agree on common faces."""
        if len(cell) == dim:
            return [cell]
        tight = {i: valid & ~(self.positive[i] | self.negative[i]) for i in cell}
        return [tuple(sorted(s)) for s in self._pull(frozenset(cell), tight, dim)]

    def _pull(self, face: frozenset[int], tight: dict[int, int], dim: int) -> list[frozenset[int]]:
        if len(face) == dim:
            return [face]
        apex = min(face, key=self.rays.__getitem__)
        masks = [tight[i] for i in face]
        rows = bits(reduce(or_, masks) & ~reduce(and_, masks))
        parts = {frozenset(i for i in face if tight[i] >> row & 1) for row in rows}
        facets = [part for part in parts if not any(part < other for other in parts)]
        return [
            simplex | {apex}
            for facet in facets
            if apex not in facet
            for simplex in self._pull(facet, tight, dim - 1)
        ]
