"""Supports of many systems of rows at once on NumPy arrays, by the dual simplex method.

Each of L systems asks for x with <a_j, x> < 0 for the rows a_j = factor_j w_j that take part, with
rows w_j of one matrix; the factors are powers of 2 up to 1, or their negatives. A basis is n of
them, with its dual basis. The method is that of `simplex`; `Systems.coefficients` proves what it
finds, by the bound of docs/injectivity.
"""

from __future__ import annotations

import numpy as np

from polygeo.relu.decision.search.uncompiled import SMALL
from polygeo.simd.units import UNIT

__all__ = ["Systems", "parts", "products"]

PIVOT = 1e-9
"""Smallest coefficient of a row that leaves the basis, relative to the largest coefficient."""
PRODUCTS = 1 << 18
"""Number of multiplications of a product of matrices: more are shared by threads, which wait."""


class Systems:
    """L systems of rows of ``rows`` (m, n).

    * ``factor`` (L, m): of the rows; ``out`` (L, m): whether a row takes no part.
    * ``basis`` (L, n): numbers of independent rows.

    LinAlgError where a basis is singular.
    """

    def __init__(
        self, rows: np.ndarray, factor: np.ndarray, out: np.ndarray, basis: np.ndarray
    ) -> None:
        self.rows = rows
        self.factor = factor
        self.out = out
        self.basis = basis
        inverse = np.linalg.inv(self._scaled(basis))
        self.duals = np.ascontiguousarray(inverse.transpose(0, 2, 1))

    def keep(self, which: np.ndarray) -> None:
        """Take out all but some of the systems."""
        if len(which) < len(self.basis):
            self.factor, self.out = self.factor[which], self.out[which]
            self.basis, self.duals = self.basis[which], self.duals[which]

    def _scaled(self, numbers: np.ndarray) -> np.ndarray:
        """The rows a_j with numbers (L, q): an array (L, q, n)."""
        every = np.arange(len(numbers))[:, None]
        return self.rows[numbers] * self.factor[every, numbers][:, :, None]

    def drop(self) -> None:
        """Put other rows in the places of the basis whose rows take no part any more.

        If no row that takes part has a component there, the row may stay: its coefficient is 0.
        """
        stale = np.take_along_axis(self.out, self.basis, 1)
        for place in np.flatnonzero(stale.any(axis=0)):
            some = np.flatnonzero(stale[:, place])
            sizes = np.abs(products(self.duals[some, place], self.rows))
            sizes[self.out[some]] = 0.0
            new = sizes.argmax(axis=1)
            found = sizes[np.arange(len(some)), new] > 1e-7
            some, new = some[found], new[found]
            duals, basis = self.duals[some], self.basis[some]
            entering = self.rows[new] * self.factor[some, new][:, None]
            _exchange(duals, basis, _coordinates(duals, entering), np.full(len(some), place), new)
            self.duals[some], self.basis[some] = duals, basis

    def solve(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return for each system a row k >= 0, which is a combination of the basis with
        coefficients <= 0, or -1; for -1 a solution x; and whether it ended at all.

        ``weights`` (m,): positive, the objective at the start.
        """
        count, n = self.basis.shape
        row, points, ended = np.full(count, -1), np.zeros((count, n)), np.zeros(count, bool)
        live = np.arange(count)
        factor, out, basis, duals = self.factor, self.out, self.basis.copy(), self.duals.copy()
        x, mu = -duals.sum(axis=1), weights[basis]
        for _ in range(50 * n + 100):
            y = products(x, self.rows)
            y *= factor
            y[out] = -np.inf
            every = np.arange(len(live))
            k = y.argmax(axis=1)
            worst = y[every, k]
            rho = _coordinates(duals, self.rows[k] * factor[every, k][:, None])
            size = np.abs(rho).max(axis=1, keepdims=True)
            ratios = np.where(rho > PIVOT * size, mu / rho, np.inf)
            place = ratios.argmin(axis=1)
            least = ratios[every, place]
            solved = worst <= SMALL - 1.0
            ends = solved | (least == np.inf)
            if ends.any():
                some = np.flatnonzero(ends)
                which = live[some]
                ended[which] = True
                row[which] = np.where(solved[some], -1, k[some])
                points[which] = x[some]
                self.basis[which], self.duals[which] = basis[some], duals[some]
                some = np.flatnonzero(~ends)
                if not len(some):
                    break
                live, factor, out, basis, duals, x, mu, k, worst, rho, place, least = (
                    values[some]
                    for values in (
                        live, factor, out, basis, duals, x, mu, k, worst, rho, place, least,
                    )
                )  # fmt: skip
                every = np.arange(len(live))
            _exchange(duals, basis, rho, place, k)
            mu = mu - least[:, None] * rho
            mu[every, place] = least
            x = x - (worst + 1.0)[:, None] * duals[every, place]
        return row, points, ended

    def coefficients(self, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the coefficients (L, n) of rows (L,) in the basis, and whether all of them are
        proved to be negative."""
        n = self.basis.shape[1]
        duals = self.duals
        rho = _coordinates(duals, self._scaled(row[:, None])[:, 0])
        length = np.abs(duals).sum(axis=2)
        beta = 1.01 * (n + 4) * UNIT * length + 1e-300
        defect = np.eye(n) - self._scaled(self.basis) @ duals.transpose(0, 2, 1)
        error = n * beta + np.abs(defect).sum(axis=1)
        worst = error.max(axis=1)
        largest = (np.abs(rho) + beta).max(axis=1) / (1.0 - 1.001 * worst)
        slack = 1.001 * (error / n + largest[:, None] * error)
        good = (length < 1e100).all(axis=1) & (worst < 0.25)
        return rho, good & (rho < -slack).all(axis=1)


def parts(count: int, steps: int) -> list[slice]:
    """Divide the ``count`` rows of a product of matrices, with ``steps`` multiplications each.

    >>> parts(5, 1 << 17)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]
    """
    step = max(1, PRODUCTS // steps)
    return [slice(low, low + step) for low in range(0, max(count, 1), step)]


def products(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Compute the products of points (L, n) with rows (m, n), an array (L, m)."""
    pieces = [points[part] @ rows.T for part in parts(len(points), rows.size)]
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _coordinates(duals: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """<d_j, v> for each system."""
    return np.asarray((duals @ vectors[:, :, None])[:, :, 0])


def _exchange(
    duals: np.ndarray, basis: np.ndarray, rho: np.ndarray, place: np.ndarray, k: np.ndarray
) -> None:
    """Put rows k with coefficients rho into places of the bases."""
    every = np.arange(len(basis))
    new = duals[every, place] / rho[every, place][:, None]
    factors = rho.copy()
    factors[every, place] = 0.0
    duals -= factors[:, :, None] * new[:, None]
    duals[every, place] = new
    basis[every, place] = k
