"""Separation of variables: P[A g >= 0] as an integral over the cube that varies little.

An orthogonal matrix Q makes A Q a staircase, so that row i involves z_1, ..., z_c(i) only and,
given the others, bounds z_c(i) on one side (genz1992numerical; genzbretz2009computation, section
4.1). The probability is the mean of prod_j P[l_j <= z_j <= u_j], with l_j, u_j the largest lower
and least upper bound of z_j given z_1, ..., z_{j-1}, drawn one after the other from the normal law
on their intervals. Rows are taken in the order of the least conditional probability. That product
has heavy tails for narrow cones; *tilted*, the z_j are drawn with means m_j and the likelihood
ratio is put into the product, m being the saddle point of botev2017normal, which bounds the product
and with it the relative error. For more rows than dimensions the means are those of r independent
rows, and the last intervals may be empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["DEPENDENT", "Staircase", "interval", "saddle_means"]

Array = NDArray[np.float64]

DEPENDENT = 1e-9
"""Distance from the span of earlier rows below which a unit row counts as inside."""


@dataclass(frozen=True, eq=False)
class Staircase:
    """The rows in the variables z_1, ..., z_r: ``rows`` (m, r) and the ``last`` variable of each.

    ``pivots``: the r independent rows in their order. ``means`` (r,), those of the z_j.

    >>> Staircase.of(np.array([[0.0, 2.0], [1.0, 1.0]])).last.tolist()
    [0, 1]
    """

    rows: Array
    last: NDArray[np.int64]
    pivots: NDArray[np.int64]
    means: Array

    @classmethod
    def of(cls, normals: Array) -> Staircase:
        """Orthogonalise the rows, each time the one with the least conditional probability."""
        left = normals / np.linalg.norm(normals, axis=1, keepdims=True)
        m = len(left)
        coordinates: list[Array] = []
        expected: list[float] = []
        pivots: list[int] = []
        used = np.zeros(m, dtype=bool)
        rest = left.copy()
        while True:
            distance = np.linalg.norm(rest, axis=1)
            free = ~used & (distance > DEPENDENT)
            if not free.any():
                break
            shift = -(np.array(coordinates).T @ expected) if coordinates else np.zeros(m)
            bound = np.where(free, shift / np.where(free, distance, 1.0), -np.inf)
            i = int(np.argmax(np.round(bound, 12)))
            direction = rest[i] / distance[i]
            column = left @ direction
            column[used] = 0.0
            rest -= np.outer(rest @ direction, direction)
            used[i] = True
            pivots.append(i)
            coordinates.append(column)
            expected.append(_mean_above(float(bound[i])))
        rows = np.array(coordinates).T
        size = rows.shape[1]
        last = size - 1 - np.argmax(np.abs(rows[:, ::-1]) > DEPENDENT, axis=1)
        rows = np.where(np.arange(size) <= last[:, None], rows, 0.0)
        return cls(rows, last, np.array(pivots), np.zeros(size))

    @property
    def rank(self) -> int:
        """r."""
        return self.rows.shape[1]

    def tilted(self) -> Staircase:
        """With the means of the saddle point for the pivots; as it is where none is found."""
        square = self.rows[self.pivots]
        return replace(self, means=saddle_means(-square / square.diagonal()[:, None]))

    def values(self, uniform: Array) -> Array:
        """The integrand at points of the cube, (n, r - 1) to (n,)."""
        n = len(uniform)
        z = np.zeros((n, self.rank))
        logs = np.zeros(n)
        for j, mean in enumerate(self.means):
            low, high = np.full(n, -np.inf), np.full(n, np.inf)
            for i in np.flatnonzero(self.last == j):
                bound = -(z[:, :j] @ self.rows[i, :j]) / self.rows[i, j]
                if self.rows[i, j] > 0:
                    np.maximum(low, bound, out=low)
                else:
                    np.minimum(high, bound, out=high)
            drawn = uniform[:, j] if j < self.rank - 1 else None
            mass, apart = interval(low - mean, high - mean, drawn)
            logs += mass
            if apart is not None:
                z[:, j] = mean + apart
                logs += mean * (0.5 * mean - z[:, j])
        return np.exp(logs)


def saddle_means(slopes: Array) -> Array:
    """The means m_1, ..., m_{r-1}, m_r = 0, for l_j(x) = sum_{i<j} slopes[j, i] x_i.

    The stationary point of sum_j m_j^2/2 - x_j m_j + log P[z >= l_j(x) - m_j] in x and m, which is
    unique (botev2017normal, section 2), by Newton's method; 0 where that does not find it.

    >>> saddle_means(np.array([[0.0, 0.0], [1.0, 0.0]])).round(4)          # z_2 >= z_1 >= 0
    array([-1.1399,  0.    ])
    """
    r = len(slopes)
    b = np.tril(slopes, -1)[:, : r - 1]
    pad = np.eye(r, r - 1)

    def hazard(a: Array) -> Array:
        return np.exp(-0.5 * a * a - 0.5 * np.log(2 * np.pi) - special.log_ndtr(-a))

    def system(point: Array) -> tuple[Array, Array]:
        x, m = point[: r - 1], point[r - 1 :]
        a = b @ x - pad @ m
        h = hazard(a)
        steep = np.clip(h * (h - a), 0.0, 1.0)
        top, bottom = m - x + h[: r - 1], m + b.T @ h
        change = steep[:, None] * np.hstack([b, -pad])
        eye = np.eye(r - 1)
        jacobian = np.vstack([np.hstack([-eye, eye]) + change[: r - 1], b.T @ change])
        jacobian[r - 1 :, r - 1 :] += eye
        return np.concatenate([top, bottom]), jacobian

    if r == 1:
        return np.zeros(1)
    point = np.zeros(2 * (r - 1))
    error, jacobian = system(point)
    for _ in range(100):
        size = float(np.linalg.norm(error))
        if size <= 1e-9 * (1 + np.linalg.norm(point)):
            return np.append(point[r - 1 :], 0.0)
        try:
            step = np.linalg.solve(jacobian, -error)
        except np.linalg.LinAlgError:
            break
        length = 1.0
        while length > 1e-6:
            error, jacobian = system(point + length * step)
            if np.linalg.norm(error) < (1 - 1e-4 * length) * size:
                break
            length *= 0.5
        point = point + length * step
    return np.zeros(r)


def _mean_above(a: float) -> float:
    """E[z | z >= a]."""
    return float(np.exp(-0.5 * a * a - 0.5 * np.log(2 * np.pi) - special.log_ndtr(-a)))


def interval(low: Array, high: Array, uniform: Array | None) -> tuple[Array, Array | None]:
    """log P[low <= z <= high] (-inf if empty) and the quantiles of z on the interval.

    Intervals on the right of 0 are reflected, so that differences are taken in the tail; half-
    lines are done in logarithms, so that no tail is too far out.

    >>> logs, z = interval(np.array([45.0]), np.array([np.inf]), np.array([0.5]))
    >>> logs.round(2).item(), z.round(4).item()
    (-1017.23, 45.0154)
    """
    mirrored = low > 0
    a, b = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    half = np.isneginf(a)
    left = special.ndtr(a)
    mass = np.maximum(special.ndtr(b) - left, 0.0)
    with np.errstate(divide="ignore"):
        logs = np.where(half, special.log_ndtr(b), np.log(mass))
    if uniform is None:
        return logs, None
    z = special.ndtri(left + uniform * mass)
    if half.any():
        z[half] = special.ndtri_exp(np.log(uniform[half].clip(1e-300)) + logs[half])
    z = np.where(np.isfinite(z) & (a <= b), z.clip(a, np.maximum(a, b)), 0.0)
    return logs, np.where(mirrored, -z, z)
