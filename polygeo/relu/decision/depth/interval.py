"""Bounds of the half-space depth of 0 among the rows of a large layer, both proved.

From below by disjoint supports, sets of rows that are positively dependent: a closed half-space
with 0 on its boundary holds a row of each. From above by a direction with few rows that are >= 0.
For m rows in general position and m well above n^2, n supports are found in a fraction of a second.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from polygeo.answers.options import check_fields
from polygeo.answers.typeset import latex_vector
from polygeo.errors import Refuted, Undecided
from polygeo.polyhedra.vectors import Vector
from polygeo.progress import patient
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.depth.halfspace import HalfspaceDepth, depth_of
from polygeo.relu.decision.depth.points import FLAT, Points
from polygeo.relu.decision.search.annealing import annealed
from polygeo.relu.decision.search.packing import pack
from polygeo.relu.decision.search.ready import warm
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.matrix import read_matrix

__all__ = ["DepthInterval", "depth_interval"]

SECONDS = 10
"""Time of one call by default."""
ROUNDS = 8
"""Packings and descents without an improvement, after which the exact search begins."""
MAX_RANK = 24
"""Largest number of columns for which the exact search is tried at all."""
FEW = 8
"""Largest number of columns for which circles are searched, and not annealed."""
CIRCLES = 50

Supports = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class DepthInterval:
    """Proved bounds low <= depth <= high of the closed half-space depth of 0 among m rows.

    * ``low``, ``high``: integers; equal if the depth is known.
    * ``supports``: disjoint sets of row numbers, each positively dependent; with the zero rows they
      prove ``low`` unless ``exact`` does.
    * ``direction``: an integer vector u; ``high`` rows have <w, u> >= 0, zero rows among them.
    * ``exact``: the `HalfspaceDepth` that proves the depth, or None.
    * ``points``: the rows, as read.
    """

    low: int
    high: int
    supports: Supports
    direction: Vector
    exact: HalfspaceDepth | None
    points: Points = field(repr=False)

    source = "tukey1975mathematics"

    def __post_init__(self) -> None:
        check_fields(self, low=int, high=int, supports=[tuple], direction=[int], points=Points)
        check_fields(self, exact=HalfspaceDepth | None)

    def __repr__(self) -> str:
        m, n = self.points.shape
        return f"DepthInterval({self.low} <= depth <= {self.high}, {m} x {n})"

    def _repr_latex_(self) -> str:
        u = latex_vector(self.direction)
        return rf"${self.low} \leq \mathrm{{depth}} \leq {self.high}, \quad u = {u}$"

    @property
    def status(self) -> str:
        """What the bounds say of the injectivity of the layer x -> ReLU(W x), in words.

        * "not injective": proved, since fewer than n rows that are not 0 are >= 0 at the direction.
        * "injective unless n rows are dependent": no verdict. Every half-space holds n rows that
          are not 0; if any n of them are independent (as for weights with a density, with
          probability 1), the layer is injective. That they are is not checked.
        * "open": neither.
        """
        zeros, n = self.points.zeros, self.points.shape[1]
        if self.high - zeros < n:
            return "not injective"
        return f"injective unless {n} rows are dependent" if self.low - zeros >= n else "open"

    def verify(self) -> bool:
        """Check both bounds in exact arithmetic; Refuted if one of them is not proved."""
        self.points.check(self.direction, self.high, "rows")
        if self.exact is not None and self.exact.depth == self.low == self.high:
            if self.exact._points is not self.points:
                raise Refuted("the proof of the depth is for other rows")
            return self.exact.verify()
        goal = self.low - self.points.zeros
        if goal <= 0:
            return True
        if len(self.supports) < goal:
            raise Refuted(f"{goal} supports are needed; there are {len(self.supports)}")
        number = {row: k for k, row in enumerate(self.points.numbers)}
        try:
            chosen = [[number[i] for i in part] for part in self.supports[:goal]]
        except KeyError as problem:
            raise Refuted(f"row {problem} is 0 or does not exist") from None
        record = [goal, *(x for part in chosen for x in (len(part), len(part), *part))]
        check_tree(self.points.others, record, goal)
        return True


@patient
def depth_interval(W: Any, *, timeout: Any = SECONDS) -> DepthInterval:
    """Bound the half-space depth of 0 among the rows of W from both sides, with proofs.

    * ``W``: m x n matrix of rationals, as for `is_injective`.
    * ``timeout``: time in seconds (default 10) after which the bounds so far are returned. Bounds
      that improve no more are returned sooner, and so is the exact depth.

    Returns a `DepthInterval`; its ``status`` says what follows for the injectivity of the layer.
    Both bounds hold for all matrices, degenerate ones too. DomainError for what is no matrix.
    Source of the depth: tukey1975mathematics.

    >>> found = depth_interval([[1, 0], [0, 1], [-1, 0], [0, -1]])
    >>> found, found.status, found.verify()
    (DepthInterval(2 <= depth <= 2, 4 x 2), 'injective unless 2 rows are dependent', True)
    """
    warm()
    budget = Budget(None, timeout)
    matrix = read_matrix(W)
    points = Points(matrix)
    state = _Bounds(points, budget)
    if points.count and len(points.pivots) > FLAT:
        m, n = points.shape
        with budget.shown(f"half-space depth among {m} points in R^{n}"):
            state.improve()
    found = None
    if state.low < state.high and not budget.spent and len(points.pivots) <= MAX_RANK:
        with suppress(Undecided):
            found = depth_of(points, budget)
    return state.answer(found)


class _Bounds:
    """What is known so far: bounds of the depth among the rows that are not 0."""

    def __init__(self, points: Points, budget: Budget) -> None:
        self.points = points
        self.budget = budget
        self.low, self.high = 0, points.count
        self.supports: Supports = ()
        self.direction: Vector = (1, *[0] * (points.dim - 1))

    def answer(self, found: HalfspaceDepth | None) -> DepthInterval:
        """Return the bounds, or the depth if it was found."""
        zeros = self.points.zeros
        low, high, direction = zeros + self.low, zeros + self.high, self.direction
        if found is not None:
            low, high, direction = found.depth, found.depth, found.direction
        return DepthInterval(low, high, self.supports, direction, found, self.points)

    def improve(self) -> None:
        """Improve both bounds in turn, until the time is over or nothing changes."""
        scaled = self.points.scaled
        columns, rows = scaled.arrays()
        m, n = scaled.shape
        start = scaled.basis()
        if start is None or not scaled.exact:
            return
        rng = np.random.default_rng(n)
        idle = number = 0
        while idle < ROUNDS and self.low < self.high and not self.budget.spent:
            before = self.low, self.high
            self.budget.bounds = f"{self.low} <= depth <= {self.high}"
            weights = np.exp(rng.normal(size=len(rows)) * (number % 3))
            members = np.zeros(2 * len(rows) + 2, np.int64)
            point, used = np.empty(n), np.zeros(4, np.int64)
            given = columns, rows, m, 0, n, start, weights, scaled.whole, self.high
            count = self.budget.apart(partial(pack, *given, members, point, used), used)
            self._supports(members, count)
            self._offer(scaled, point)
            few = n <= FEW
            x = scaled.shallow(CIRCLES, self.budget) if few else self._annealed(scaled.real, number)
            self._offer(scaled, x)
            number += 1
            idle = 0 if (self.low, self.high) != before else idle + 1

    def _annealed(self, rows: np.ndarray, seed: int) -> np.ndarray:
        """One batch of annealed descent, which ends with the time."""
        found: list[np.ndarray] = []
        used = np.zeros(4, np.int64)

        def work() -> int:
            least, x = annealed(rows, seed, self.low, used)
            found.append(x)
            return int(least)

        self.budget.apart(work, used)
        return found[0]

    def _supports(self, members: np.ndarray, count: int) -> None:
        """Take the supports of a packing if there are more of them than before."""
        if count <= self.low:
            return
        numbers, at, found = self.points.numbers, 0, []
        for _ in range(count):
            size = int(members[at])
            found.append(tuple(numbers[i] for i in members[at + 1 : at + 1 + size].tolist()))
            at += size + 1
        self.low, self.supports = count, tuple(found)

    def _offer(self, scaled: ScaledMatrix, x: np.ndarray) -> None:
        """Take a direction if it has fewer rows that are >= 0, which is proved."""
        if not np.isfinite(x).all() or not x.any():
            return
        count = scaled.count(x)
        if count < 0 or count >= self.high:
            return
        self.high, self.direction = count, self.points.direction(scaled.original(x))
