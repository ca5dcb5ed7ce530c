"""A, the least eigenvalue of the active frame operators of a layer, with a proof.

    A = min over x != 0 of lambda_min(W_I^T W_I),   I = I(x) = {i : <w_i, x> >= 0}.

The layer x -> ReLU(Wx) is injective if and only if A > 0, and then A bounds its stability
(`polygeo.relu.cells.stability`). The minimum is attained on open cells of the arrangement of the
rows: if the closure of the cell C contains x, then I(C) is a subset of I(x) (but for zero rows),
and lambda_min grows with the set. In general position every cell around a vertex is there, so A is
the minimum over the vertices v, with both signs, of lambda_min over the rows with <w_i, v> > 0.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.decimals import significant
from polygeo.answers.options import check_fields, renamed
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector, complement, dot
from polygeo.progress import patient
from polygeo.relu.cells.cells import Cell, Subdivision, basis_rows, bits, linear_values
from polygeo.relu.cells.eigenvalue import exceeds, gram, least, least_eigenvalue
from polygeo.relu.decision.budget import Budget
from polygeo.relu.files.layer import matrix_without_bias

__all__ = ["FrameBound", "frame_bound"]

MAX_DIM = 12
"""Largest number of inputs of a layer."""

MAX_START = 1 << 22
"""Largest m 2^n: the number of signs of rows on the cones that a search starts with."""

ROWS = 400
"""Number of rows from which a cone counts as more than one: m rows count as m/ROWS cones."""

MAX_RAYS = 400_000
"""Largest number of rays (of ROWS rows) of a search; then the search ends as if without time."""


@dataclass(frozen=True)
class FrameBound:
    """The frame bound A = min over x != 0 of lambda_min(W_I^T W_I), enclosed.

    * ``value``: the certified enclosure of A, as narrow as asked for if ``exact``; otherwise
      [lower bound of the search, value at ``point``].
    * ``exact``: whether the search was finished.
    * ``rows``: I(point), the numbers of the active rows.
    * ``point``: a rational x whose cell gives the upper end of ``value``.
    * ``cells``: number of cones that were examined.
    """

    value: Ball
    exact: bool
    rows: tuple[int, ...]
    point: Vector
    cells: int

    source = "freemanhaider2025"

    def __post_init__(self) -> None:
        check_fields(self, value=Ball, exact=bool, rows=[int], point=[int], cells=int)

    def _repr_latex_(self) -> str:
        sign = "=" if self.exact else r"\in"
        return rf"$A {sign} {latex(self.value)}$"


class _Search:
    """Best-first search over cones: a node's bound is lambda_min over the rows that are >= 0 on
    the whole cone, which can only grow when the cone is cut."""

    def __init__(self, rows: list[Vector], dim: int, limit: Budget) -> None:
        self.rows, self.dim = rows, dim
        self.limit = limit
        # The bounds of the cones that are left are to be proved in the time as well.
        self.reserve = 0.4 * limit.left if limit.limited else 0.0
        self.table = Subdivision(linear_values(rows))
        scale = max(abs(c) for row in rows for c in row)
        self.unit = mpq(scale) ** 2
        self.floats = np.array([[float(mpq(c, scale)) for c in row] for row in rows])
        self.everything = (1 << len(rows)) - 1
        self.cells = 0
        self.gram: Callable[[int], fmpz_mat] = cache(
            lambda mask: gram([rows[i] for i in bits(mask)], dim)
        )
        self._sharp: dict[int, float] = {}

    def active(self, cell: Cell) -> tuple[int, int]:
        """Masks of the rows that are >= 0 on the cone, and of those that cut it."""
        above, below = self.table.signs(cell)
        return self.everything & ~below, above & below

    def guess(self, mask: int) -> float:
        """lambda_min of the rows of a mask in floating point, in units of ``unit``."""
        if mask in self._sharp:
            return self._sharp[mask]
        chosen = self.floats[list(bits(mask))]
        if len(chosen) < self.dim:
            return 0.0
        return max(0.0, float(np.linalg.eigvalsh(chosen.T @ chosen)[0]))

    @property
    def late(self) -> bool:
        """Whether the rest of the time is needed for the bounds."""
        return self.cells > 0 and self.limit.left < self.reserve

    def spent(self, max_nodes: int) -> bool:
        """Whether the search has to end."""
        size = max(len(self.rows), ROWS)
        full = len(self.table.rays) * size >= MAX_RAYS * ROWS
        return self.late or full or self.cells * size >= max_nodes * ROWS

    def sharpen(self, heap: list[Any], bound: mpq) -> bool:
        """Certified guesses for the cones not proved to lie above a bound; False if all are."""
        doubtful = set()
        for mask in {entry[3] for entry in heap} - set(self._sharp):
            if self.late:
                return True
            if not exceeds(self.gram(mask), bound):
                doubtful.add(mask)
                self._sharp[mask] = float(least_eigenvalue(self.gram(mask)) / self.unit)
        heap[:] = [(self._sharp.get(entry[3], entry[0]), *entry[1:]) for entry in heap]
        heapq.heapify(heap)
        return bool(doubtful)

    def cut(self, cell: Cell, cutting: int) -> tuple[Cell, Cell]:
        """The parts of a cone on both sides of the row that divides its rays most evenly."""
        above, below = self.table.positive, self.table.negative
        row = max(
            bits(cutting),
            key=lambda i: min(
                sum(above[r] >> i & 1 for r in cell), sum(below[r] >> i & 1 for r in cell)
            ),
        )
        return self.table.split(cell, row, self.everything & ~cutting)

    def middle(self, cell: Cell) -> Vector:
        """A point inside a cone."""
        return tuple(map(sum, zip(*(self.table.rays[i] for i in cell), strict=True)))


@renamed(budget="max_nodes")
@patient
def frame_bound(
    W: Any, digits: int = 20, max_nodes: int = 20_000, *, timeout: Any = None
) -> FrameBound:
    """Compute A = min over x != 0 of lambda_min(W_I^T W_I), I = {i : <w_i, x> >= 0} (certified).

    * ``W``: an m x n matrix of rational numbers, m >= n, n <= 12, m 2^n <= 2^22; or a `Layer`
      without biases.
    * ``digits``: significant digits of A (default 20).
    * ``max_nodes``: largest number of cones that are examined (default 20 000); a cone of m > 400
      rows counts as m/400 cones.
    * ``timeout``: largest time in seconds (default: no limit).

    Returns a `FrameBound`. A = 0 if and only if the layer is not injective. Cones are cut until the
    cone of the least bound is a cell; every cone that was put aside is then proved, in integers, to
    have a larger bound. When ``max_nodes`` or ``timeout`` is spent, the enclosure is [proved lower
    bound, least value seen] and ``exact`` is False. DomainError for what is no matrix, for m < n
    and above the sizes. Source: freemanhaider2025.

    >>> frame_bound([[1, 0], [0, 1], [-1, 0], [0, -1]]).value
    Ball(1)
    >>> frame_bound([[1, 0], [0, 1], [-1, -1]]).value
    Ball(0)
    """
    limit = Budget(max_nodes, timeout)
    matrix = matrix_without_bias(W, "the frame bound")
    m, n = matrix.shape
    if m < n or n > MAX_DIM or m << n > MAX_START:
        raise DomainError(
            f"the stability of a layer needs n <= m, n <= {MAX_DIM} and m 2^n <= {MAX_START}; "
            f"got m={m}, n={n}"
        )
    whole, scale = matrix.scaled_rows
    kept = [i for i, row in enumerate(whole) if any(row)]
    rows = [whole[i] for i in kept]
    if len(basis_rows(rows)) < n:  # all rows vanish at a point x != 0
        return FrameBound(Ball.of(0), True, tuple(range(m)), complement(rows, n)[0], 0)
    search = _Search(rows, n, limit)
    value, exact, mask, point = _minimum(search, significant(digits), limit.nodes)
    zero = set(range(m)) - set(kept)  # rows that vanish count as nonnegative
    active = tuple(sorted({kept[i] for i in bits(mask)} | zero))
    value = (value / mpq(scale) ** 2).with_source("networks.frame_bound")
    return FrameBound(value, exact, active, point, search.cells)


def _minimum(search: _Search, digits: int, max_nodes: int) -> tuple[Ball, bool, int, Vector]:
    """The enclosure of A in integer units, whether it is final, and a cell where it is taken."""
    heap: list[tuple[float, int, Cell, int, int]] = []
    best = (float("inf"), 0, (0,) * search.dim)  # the least value seen at a point

    def push(cell: Cell) -> None:
        mask, cutting = search.active(cell)
        heapq.heappush(heap, (search.guess(mask), len(heap) + search.cells, cell, mask, cutting))

    for cell in search.table.orthants(search.rows, 1 << MAX_DIM):
        push(cell)
    found: Ball | None = None
    while heap and not search.spent(max_nodes):
        guess, number, cell, mask, cutting = heapq.heappop(heap)
        if found is not None and guess > float(found.upper / search.unit) * (1 + 1e-6):
            heapq.heappush(heap, (guess, number, cell, mask, cutting))
            if not search.sharpen(heap, found.upper):
                break
            continue
        search.cells += 1
        if cutting:
            here = search.middle(cell)
            seen = search.everything & sum(
                1 << i for i, row in enumerate(search.rows) if dot(row, here) >= 0
            )
            at_point = search.guess(seen)
            if at_point < best[0]:
                best = (at_point, seen, here)
            for part in search.cut(cell, cutting):
                push(part)
            continue
        value_here = least_eigenvalue(search.gram(mask), digits)
        if found is None or value_here.lower < found.lower:
            best = (guess, mask, search.middle(cell))
        found = value_here if found is None else least(found, value_here)
        if found.upper == 0:
            return found, True, best[1], best[2]
    floor = _proved_floor(search, heap, found)
    if found is not None and floor is None:
        return found, True, best[1], best[2]
    value = found if found is not None else least_eigenvalue(search.gram(best[1]), digits)
    lower = min(floor, value.lower) if floor is not None else value.lower
    return Ball.between(lower, value.upper, value.bits), False, best[1], best[2]


def _proved_floor(search: _Search, heap: list[Any], found: Ball | None) -> mpq | None:
    """None if all open cones are proved to have bounds above ``found``; else a proved bound."""
    lowest: mpq | None = None
    target = None if found is None else found.upper
    for mask, guess in {entry[3]: entry[0] for entry in heap}.items():
        if search.limit.left < 0:
            return mpq(0)
        if target is not None and exceeds(search.gram(mask), target):
            continue
        bound = mpq(guess) * (1 - mpq(1, 10**7)) * search.unit  # just below the eigenvalue
        if bound <= 0 or not exceeds(search.gram(mask), bound):
            bound = mpq(0)
        lowest = bound if lowest is None else min(lowest, bound)
    return lowest
