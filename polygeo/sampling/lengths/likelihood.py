"""The log-likelihood of mixture weights as a smooth problem for `barrier`, plain and log-concave.

A sample of densities f_k in row j gives sum_k v_k f_k, and minus the log-likelihood of all rows,
counted n_j times, is - sum_j n_j log sum_k v_k f_k. The weights fall into classes (even and odd k,
or all) of equal mass.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from polygeo.sampling.lengths.barrier import BarrierProblem

__all__ = ["Likelihood", "LogConcaveLikelihood"]

Array = NDArray[np.float64]

PENALTY = 10.0
"""Weight, per sample, of the square of the difference of the even and the odd mass."""


class Likelihood(BarrierProblem):
    """The convex problem: minus the log-likelihood in v; v >= 0, sums of classes <= 1/c."""

    def __init__(self, densities: Array, counts: Array, classes: Array) -> None:
        self.densities, self.counts, self.classes = densities, counts, classes
        self.share = 1 / len(classes)
        self.rows = np.vstack([np.eye(classes.shape[1]), -classes])

    def start(self) -> Array:
        """Return a starting point strictly inside."""
        size = self.classes.sum(axis=1)
        return 0.9 * self.share * ((1 / size) @ self.classes)

    def weights(self, x: Array) -> Array:
        """Return the weights v at a point x."""
        return x

    def value(self, x: Array) -> float:
        """Compute minus the log-likelihood."""
        return -float(self.counts @ np.log(self.densities @ x))

    def constraints(self, x: Array) -> Array:
        return np.concatenate([x, self.share - self.classes @ x])

    def jacobian(self, x: Array) -> Array:
        return self.rows

    def reach(self, x: Array, move: Array) -> float:
        return np.inf

    def update(self, x: Array) -> float:
        """Return 0: there are no equations."""
        return 0.0

    def derivatives(self, x: Array, z: Array) -> tuple[Array, Array, Array]:
        scaled = self.densities / (self.densities @ x)[:, None]
        hessian = scaled.T @ (scaled * self.counts[:, None])
        return -(scaled.T @ self.counts), hessian, hessian


class LogConcaveLikelihood(Likelihood):
    """The problem in theta = log v, for concave theta.

    The sum 1 comes from the term n sum v, balance of the classes from an augmented Lagrangian
    (multiplier ``pull``); floors at both ends keep the problem bounded.
    """

    def __init__(self, densities: Array, counts: Array, classes: Array) -> None:
        super().__init__(densities, counts, classes)
        m = classes.shape[1]
        self.total, self.pull = float(counts.sum()), 0.0
        self.sign = classes[0] - classes[1] if len(classes) == 2 else np.zeros(m)
        floor = 50.0 + 8.0 * m
        second = 2 * np.eye(m) - np.eye(m, k=1) - np.eye(m, k=-1)
        self.rows = np.vstack([second[1:-1], np.eye(m)[[0, -1]]])
        self.offset = np.concatenate([np.zeros(max(m - 2, 0)), [floor, floor]])

    def start(self) -> Array:
        m = self.classes.shape[1]
        theta = -(((np.arange(m) - (m - 1) / 2) / m) ** 2)
        return theta - np.log(np.exp(theta).sum())

    def weights(self, x: Array) -> Array:
        return np.exp(x)

    def value(self, x: Array) -> float:
        v = np.exp(x)
        surplus = float(self.sign @ v)
        penalty = (self.pull + 0.5 * PENALTY * self.total * surplus) * surplus
        return super().value(v) + self.total * float(v.sum()) + penalty

    def constraints(self, x: Array) -> Array:
        return self.rows @ x + self.offset

    def update(self, x: Array) -> float:
        """Compute the new multiplier of the balance of the classes; return what f may gain."""
        surplus = float(self.sign @ np.exp(x))
        self.pull += PENALTY * self.total * surplus
        return abs(self.pull * surplus) + PENALTY * self.total * surplus**2

    def reach(self, x: Array, move: Array) -> float:
        """Return the step that changes weights of 1/100 of a sample by a factor e at most."""
        counts = np.exp(x) * self.total > 0.01
        return 1 / max(float(np.abs(move[counts]).max(initial=0.0)), 1e-300)

    def lifted(self, x: Array) -> tuple[float, Array]:
        """Find the most promising other end of the sequence: its gain in first order, and its log.

        A weight that has become 0 is a stationary point in log v even where more of it is
        better; so each tail is compared, in v, with the geometric continuation of what is before.
        """
        v = np.exp(x)
        gradient = -Likelihood.derivatives(self, v, x)[0] - self.total - self.pull * self.sign
        best, other = 0.0, x
        m = len(x)
        for order in (np.arange(m), np.arange(m)[::-1]):
            theta = x[order]
            for i in range(1, m - 1):
                if theta[i] > theta[i - 1]:
                    continue
                beyond = np.arange(1, m - i)
                tail = theta[i] + beyond * (theta[i] - theta[i - 1]) - 1e-3 * beyond**2
                point = theta.copy()
                point[i + 1 :] = tail
                change = np.exp(point) - np.exp(theta)
                gain = float(change @ gradient[order])
                if gain > best:
                    best, other = gain, point[np.argsort(order)]
        return best, other

    def derivatives(self, x: Array, z: Array) -> tuple[Array, Array, Array]:
        v = np.exp(x)
        gradient, hessian, _ = super().derivatives(v, z)
        balance = self.sign * v
        force = self.pull + PENALTY * self.total * float(balance.sum())
        first = v * gradient + self.total * v + force * balance
        curved = v[:, None] * hessian * v + PENALTY * self.total * np.outer(balance, balance)
        return first, curved + np.diag(first), curved + np.diag(np.maximum(first, 0))
