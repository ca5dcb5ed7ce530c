"""Moreau's decomposition of points by a generated cone, in floating point with a proof.

y = p + r with p in K = cone{a_1, ..., a_N} + span(lines), r in the polar cone, <p, r> = 0, is
unique (moreau1962decomposition). A solver's p = sum x_i a_i, x >= 0, is never taken on its word.
With r = y - p, w_i = <r, a_i> and unit vectors a_i the conditions of Kuhn and Tucker are w_i = 0
where x_i > 0, w_i <= 0 elsewhere. Let S hold all i with x_i > 0 or w_i > -t, the lines, and
v = A_S' G_SS^-1 e with e_i = w_i where x_i > 0 and max(w_i, 0) elsewhere in S. Then y - v has the
projection p exactly, if |v| <= t; projections do not expand, so the true one lies within

    |v| <= (K |S|)^(1/2) max e_i,    K >= |G_SS^-1|,

of p. K is proved by an elimination of G_SS - c with positive pivots (rump2006verification). Vectors
in the span of those with x_i > 0 need no place in S: that is decided in integers. Where e_i exceeds
the roundings made in it, or |v| could be large, the point is decomposed in rational arithmetic
(`rationals`) and rounded once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from polygeo.polyhedra.exact_projection import unit_row
from polygeo.sampling.faces.generators import inverse_norm
from polygeo.sampling.faces.rationals import Rationals
from polygeo.simd.units import LANES, UNIT

__all__ = ["Moreau"]

Array = NDArray[np.float64]
Rows = Sequence[Sequence[int]]

FLOORS = (1e-2, 1e-4, 1e-6)
"""Values of c that are tried; below the last value a set of vectors needs rational arithmetic."""

MAX_ERROR = 1 << 15
"""Largest proved error, in units of the bound for the rounding of one inner product."""

CHUNK = 1 << 21
"""Approximate number of numbers in the largest temporary array."""

MANY, MAX_COUNT = 1000, 3000
"""Smallest number of points, and largest number of vectors, for the compiled kernel."""


class Moreau:
    """Moreau's decomposition of points by the cone that integer vectors (not 0) and lines generate.

    * ``rows``: N vectors of R^dim orthogonal to the ``lines``, which are independent.

    Every point found in floating point is proved to lie within 2^15 (4 dim + 24) 2^-53 |y| of the
    true point, and satisfies the Kuhn-Tucker conditions to the rounding of an inner product; the
    others are the true points, rounded.

    >>> order = Moreau([(1, -1, 0), (0, 1, -1)], 3)
    >>> order.split(np.array([[3.0, 2.0, 4.0]]))
    (array([[ 0.5, -0.5,  0. ]]), array([[2.5, 2.5, 4. ]]))
    """

    def __init__(self, rows: Rows, dim: int, lines: Rows = ()) -> None:
        self.rows, self.lines, self.dim = [list(r) for r in rows], [list(r) for r in lines], dim
        self.slack = (4 * dim + 24) * UNIT
        self.units, self._straight = _units(self.rows, dim), _units(self.lines, dim)
        count = len(self.rows)
        norms = [
            inverse_norm(units @ units.T, self.slack) if 0 < len(units) <= dim else float("inf")
            for units in (self.units, self._straight)
        ]
        self._norm, self._lines_norm = norms[0], norms[1] if self.lines else 0.0
        self._pseudo = np.linalg.pinv(self._straight.T) if self.lines else self._straight
        # Vectors whose Gram matrix has a bounded inverse are independent.
        proved = not count or np.isfinite(self._norm)
        self.rank = count if proved else int(fmpz_mat(self.rows).rank())

        # Zeros are added without rounding: an inner product with r errs by at most this.
        table = np.concatenate([self.units, self._straight]) != 0
        entries = int(table.sum(axis=1).max(initial=0))
        terms = min(int(table.sum(axis=0).max(initial=0)), dim) + len(self.lines)
        self._unit = min((2 * entries + terms + 16) * UNIT, self.slack)
        self._sizes = np.abs(self.units)
        self._rationals = Rationals(self.rows, self.lines, dim, self.rank)

    def split(self, points: Array) -> tuple[Array, Array]:
        """Split the rows of a finite array (n, dim) into (p, r), p in the cone, r in the polar."""
        largest = np.abs(points).max(axis=1, initial=0.0)
        _, exponents = np.frexp(largest)
        shift = exponents[:, None]
        unit = np.ldexp(points, -shift)
        inside, rest = np.zeros_like(points), points.copy()
        step = max(1, CHUNK // max(len(self.rows), self.dim, 1))
        for start in range(0, len(points), step):
            part = slice(start, start + step)
            p, r = self._split(unit[part])
            # What did not change keeps the bits that scaling may have lost.
            inside[part] = np.where(p == unit[part], points[part], np.ldexp(p, shift[part]))
            rest[part] = np.where(r == unit[part], points[part], np.ldexp(r, shift[part]))
        return inside + 0.0, rest + 0.0

    def _split(self, points: Array) -> tuple[Array, Array]:
        """`split` for rows whose largest entries are about 1."""
        inside, rest = np.zeros_like(points), points.copy()
        chosen = np.zeros((len(points), len(self.rows)), bool)
        open_ = np.arange(len(points))
        for solver in (self._compiled_weights, self._scipy_weights):
            weights = solver(points[open_])
            if weights is not None:
                p, r, chosen[open_], proved = self._checked(points[open_], weights)
                inside[open_[proved]], rest[open_[proved]] = p[proved], r[proved]
                open_ = open_[~proved]
        for s in open_.tolist():
            inside[s], rest[s] = self._rationals.split(
                points[s], np.flatnonzero(chosen[s]).tolist()
            )
        return inside, rest

    def _checked(
        self, points: Array, weights: Array
    ) -> tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]:
        """(p, r, support, proved) from a solver's weights (n, N)."""
        weights[~(np.abs(weights).max(axis=1, initial=0.0) < 1e100)] = 0.0
        size = np.linalg.norm(points, axis=1)
        weights[weights <= 0.25 * self._unit * size[:, None]] = 0.0
        inside = weights @ self.units
        total = size + np.linalg.norm(weights @ self._sizes, axis=1)
        crooked = np.zeros(len(points))
        rest = points - inside
        if self.lines:
            along = points @ self._pseudo.T
            along += (points - along @ self._straight) @ self._pseudo.T
            inside += along @ self._straight
            rest = points - inside
            total += np.abs(along).sum(axis=1)
            crooked = np.abs(rest @ self._straight.T).max(axis=1)
        products = rest @ self.units.T
        chosen = weights > 0
        sizes = np.abs(products)
        excess = np.where(chosen, sizes, products).max(axis=1, initial=0.0)
        rounding = self._unit * total
        proved = np.maximum(excess, crooked) <= rounding
        limit = MAX_ERROR * self.slack * size
        norms, counts = self._inverse_norms(chosen, products, -2.0 * limit, proved)
        counts = counts + len(self.lines)
        norms = np.maximum(norms, self._lines_norm)
        with np.errstate(invalid="ignore"):
            proved &= 2.1 * rounding * (1.0 + np.sqrt(norms * counts)) <= limit
        # Where one part lies in a fixed subspace both are linear in the point: rounded once.
        orthogonal = sizes.max(axis=1, initial=0.0) <= rounding
        for full, held in ((False, ~chosen.any(axis=1)), (True, orthogonal)):
            places = np.flatnonzero(proved & held)
            pair = self._rationals.linear(points[places], full) if len(places) else None
            if pair is not None:
                inside[places], rest[places] = pair
        return inside, rest, chosen, proved

    def _scipy_weights(self, points: Array) -> Array:
        """Weights x >= 0 that scipy takes for optimal; 0 where it gives up."""
        from scipy.optimize import nnls

        weights = np.zeros((len(points), len(self.rows)))
        if self.rows:
            columns = np.ascontiguousarray(self.units.T)
            for s, point in enumerate(points):
                try:
                    weights[s] = nnls(columns, point)[0]
                except RuntimeError:
                    continue
        return weights

    def _compiled_weights(self, points: Array) -> Array | None:
        """Return weights from the compiled kernel; None for few points, or very many vectors."""
        count = len(self.rows)
        if len(points) < MANY or not 0 < count <= MAX_COUNT:
            return None
        from polygeo.sampling.faces.kernels import weights_batch
        from polygeo.sampling.faces.nnls import workspace

        wide = -(-count // LANES) * LANES
        columns, gram = np.zeros((self.dim, wide)), np.zeros((count, wide))
        columns[:, :count], gram[:, :count] = -self.units.T, self.units @ self.units.T
        weights = np.zeros((len(points), count))
        work, order = workspace(count, self.rank), np.arange(self.dim)
        norms = np.linalg.norm(points, axis=1)
        weights_batch(columns, gram, self.rank, points, norms, work, order, weights)
        return weights

    def _inverse_norms(
        self, chosen: NDArray[np.bool_], products: Array, bounds: Array, open_: NDArray[np.bool_]
    ) -> tuple[Array, NDArray[np.int64]]:
        """(K, |S|) for each point that is ``open_``; K = inf where none is proved."""
        n, count = chosen.shape
        norms = np.full(n, self._norm if count else 0.0)
        counts = np.full(n, count)
        places = np.flatnonzero(open_)
        if not count or self._norm * count < MAX_ERROR or not len(places):
            return norms, counts
        near = products > bounds[:, None]
        sets, which = np.unique(
            np.packbits(np.hstack([chosen[places], (near & ~chosen)[places]]), axis=1),
            axis=0,
            return_inverse=True,
        )
        both = np.unpackbits(sets, axis=1, count=2 * count).astype(bool)
        support, extra = both[:, :count], both[:, count:]
        extra[support.sum(axis=1) == self.rank] = False  # all vectors lie in the span
        found = self._norms_of(support | extra)
        for i in np.flatnonzero(~np.isfinite(found) & extra.any(axis=1)).tolist():
            face, doubts = np.flatnonzero(support[i]).tolist(), np.flatnonzero(extra[i]).tolist()
            extra[i, list(self._rationals.cone.in_span(face, doubts))] = False
        again = ~np.isfinite(found)
        found[again] = self._norms_of((support | extra)[again])
        norms[places] = found[which.reshape(-1)]
        counts[places] = (support | extra).sum(axis=1)[which.reshape(-1)]
        return norms, counts

    def _norms_of(self, sets: NDArray[np.bool_]) -> Array:
        """A bound of |G_SS^-1| for each row of a mask; inf where none is proved."""
        norms = np.full(len(sets), np.inf)
        sizes = sets.sum(axis=1)
        norms[sizes == 0] = 0.0
        order = np.argsort(~sets, axis=1, kind="stable")
        for floor in FLOORS:
            open_ = np.flatnonzero(~np.isfinite(norms) & (sizes <= self.rank))
            wide = int(sizes[open_].max(initial=0))
            step = max(1, CHUNK // max(wide * max(wide, self.dim), 1))
            for start in range(0, len(open_), step):
                part = open_[start : start + step]
                spared = floor - 2.002 * wide * self.slack
                if spared > floor / 2:
                    blocks = self._blocks(order[part, :wide], sizes[part], floor)
                    norms[part[_positive(blocks)]] = 1.001 / spared
        return norms

    def _blocks(self, order: NDArray[np.intp], sizes: NDArray[np.intp], floor: float) -> Array:
        """G_SS - floor, bordered with rows of the identity to one size."""
        wide = order.shape[1]
        chosen = self.units[order]
        blocks = chosen @ np.swapaxes(chosen, 1, 2)
        inside = np.arange(wide) < sizes[:, None]
        blocks[~(inside[:, :, None] & inside[:, None, :])] = 0.0
        diagonal = np.arange(wide)
        blocks[:, diagonal, diagonal] += np.where(inside, -floor, 1.0)
        return blocks


def _units(rows: Rows, dim: int) -> Array:
    return np.array([unit_row(row) for row in rows]).reshape(len(rows), dim)


def _positive(blocks: Array) -> NDArray[np.bool_]:
    """Where the elimination of a symmetric matrix meets positive pivots only; (n, k, k)."""
    sure = np.ones(len(blocks), bool)
    for j in range(blocks.shape[1]):
        pivot = blocks[:, j, j]
        sure &= pivot > 0
        row = blocks[:, j, j + 1 :]
        scaled = row / np.where(sure, pivot, 1.0)[:, None]
        blocks[:, j + 1 :, j + 1 :] -= scaled[:, :, None] * row[:, None, :]
    return sure
