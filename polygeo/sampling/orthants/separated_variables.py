"""Separation of variables: P[A g >= 0] as an integral over the cube that varies little.

An orthogonal matrix Q brings A Q to (lower) row echelon form, so that row i involves z_1,
..., z_c(i) only and, given the others, bounds z_c(i) on one side (genz1992numerical;
genzbretz2009computation, section 4.1). The probability is the mean of prod_j P[l_j <= z_j <= u_j],
with l_j, u_j the largest lower and least upper bound of z_j given z_1, ..., z_{j-1}, drawn one
after the other from the normal law on their intervals. Rows are taken in the order of the least
conditional probability. That product has heavy tails for narrow cones; *tilted*, the z_j are drawn
with means m_j and the likelihood ratio is put into the product, m being the saddle point of
botev2017normal, which bounds the product and with it the relative error. For more rows than
dimensions the means are those of r independent rows, and the last intervals may be empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from polygeo.polyhedra.vectors import dyadic
from polygeo.sampling.orthants.orthogonal import SHORT, Orthogonal, Rounded

__all__ = ["SeparatedVariables", "drawn", "saddle_means"]

Array = NDArray[np.float64]

LEAST = 1e-150
"""Smallest distance of a unit row from the span of earlier rows that is not taken as 0."""

MANY = 30_000
"""Largest number m r^2 for which integers are tried first, before floats."""

GROWTH = 4.0
"""Factor from one multiple of the slopes to the next."""

STEPS = 100
"""Largest number of Newton steps for each multiple of the slopes."""

FAR = 50.0
"""Argument from which the asymptotic series of the hazard has eight digits."""

DEEP = 1000.0
"""Argument from which the asymptotic series of the quantiles of the tail has nine digits."""


@dataclass(frozen=True, eq=False)
class SeparatedVariables:
    """The rows in the variables z_1, ..., z_r, one after the other.

    * ``rows`` (m, r), and the number of the ``last`` variable of each row.
    * ``pivots``: the r independent rows in their order.
    * ``means`` (r,): those of the z_j.
    * ``dropped``: how far the probability may be off, because rows were merged.

    >>> SeparatedVariables.of(np.array([[0.0, 2.0], [1.0, 1.0]])).last.tolist()
    [0, 1]
    """

    rows: Array
    last: NDArray[np.int64]
    pivots: NDArray[np.int64]
    means: Array
    dropped: float = 0.0

    @classmethod
    def of(
        cls, normals: Array | Sequence[Sequence[int]], merged: float = 0.0
    ) -> SeparatedVariables:
        """Make separated variables; the row of least conditional probability comes next each time.

        ``normals``: floats or integers (m, r). A row nearer than ``merged`` to the span of earlier
        rows is put into it; what that may change of the probability, at most, is ``dropped``.
        """
        exact = normals
        if isinstance(normals, np.ndarray):
            exact = [dyadic(row)[0] for row in normals.tolist()]
        m, r = len(exact), min(len(exact), len(exact[0]))
        if m * r * r > MANY:
            rounded = Rounded(exact)
            quick = cls._from(rounded, m, merged)
            if rounded.clear and quick._clear(r):
                return quick
        return cls._from(Orthogonal(exact), m, merged)

    @classmethod
    def _from(cls, rows: Orthogonal | Rounded, m: int, merged: float) -> SeparatedVariables:
        least = max(merged, LEAST)
        coordinates: list[Array] = []
        expected: list[float] = []
        pivots: list[int] = []
        dropped = 0.0
        used = np.zeros(m, dtype=bool)
        while True:
            distance = rows.distances()
            inside = ~used & (distance <= least)
            # The half-spaces of unit vectors that differ by an angle b differ by b / pi.
            dropped += float(np.arcsin(distance[inside].clip(max=1.0)).sum()) / np.pi
            used |= inside
            if used.all():
                break
            shift = -(np.array(coordinates).T @ expected) if coordinates else np.zeros(m)
            bound = np.where(used, -np.inf, shift / np.where(used, 1.0, distance))
            i = int(np.argmax(np.round(bound, 12)))
            column = rows.take(i)
            column[used] = 0.0
            used[i] = True
            pivots.append(i)
            coordinates.append(column)
            expected.append(_mean_above(float(bound[i])))
        table = np.array(coordinates).T
        size = table.shape[1]
        last = size - 1 - np.argmax(table[:, ::-1] != 0.0, axis=1)
        return cls(table, last, np.array(pivots), np.zeros(size), dropped)

    def _clear(self, rank: int) -> bool:
        """Whether rounding decides nothing: full rank, and no last coordinate near 0."""
        ends = np.abs(self.rows[np.arange(len(self.rows)), self.last])
        return self.rank == rank and float(ends.min()) > SHORT

    @property
    def rank(self) -> int:
        """The number r of variables."""
        return self.rows.shape[1]

    @property
    def size(self) -> int:
        """The number of coordinates of a point."""
        return max(self.rank - 1, 1)

    @property
    def steepness(self) -> float:
        """The largest speed at which a bound moves with an earlier variable, in their scales.

        The scales are 1 / (1 + |mean|): a tilted variable keeps near its bound. The inverse is
        approximately the share of the points that see the narrowest feature of the integrand.
        """
        scale = 1.0 + np.abs(self.means)
        diagonal = np.abs(self.rows[np.arange(len(self.rows)), self.last])
        slopes = np.abs(self.rows) / diagonal[:, None] / scale * scale[self.last][:, None]
        slopes[np.arange(len(self.rows)), self.last] = 0.0
        return float(slopes.max())

    @property
    def peak(self) -> float:
        """The largest possible value: 1, or the bound of the saddle point (botev2017normal)."""
        if not self.means.any():
            return 1.0
        square = self.rows[self.pivots]
        slopes = -square / square.diagonal()[:, None]
        x, log = np.zeros(self.rank), 0.0
        for j, mean in enumerate(self.means):
            low = float(slopes[j, :j] @ x[:j])
            x[j] = low + _hazard(np.array([low - mean]))[1][0]
            log += 0.5 * mean**2 - x[j] * mean + special.log_ndtr(mean - low)
        return float(np.exp(log))

    def tilted(self) -> SeparatedVariables:
        """Return the variables with the means of the saddle point, if one is found."""
        square = self.rows[self.pivots]
        return replace(self, means=saddle_means(-square / square.diagonal()[:, None]))

    def values(self, uniform: Array) -> Array:
        """Compute the integrand at points of the cube, (n, r - 1) to (n,)."""
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
            if j < self.rank - 1:
                weights, z[:, j] = drawn(low, high, float(mean), uniform[:, j])
            else:
                weights, _ = drawn(low, high, 0.0, np.full(n, 0.5))
            logs += weights
        return np.exp(logs)


def saddle_means(slopes: Array) -> Array:
    """Compute the means m_1, ..., m_{r-1}, m_r = 0, for l_j(x) = sum_{i<j} slopes[j, i] x_i.

    The stationary point of sum_j m_j^2/2 - x_j m_j + log P[z >= l_j(x) - m_j] in x and m, which is
    unique (botev2017normal, section 2), by Newton's method; 0 where that does not find it. Steep
    slopes, which are those of narrow cones, are reached from gentle ones: with t times the slopes
    the m grow about like t, the x fall.

    >>> saddle_means(np.array([[0.0, 0.0], [1.0, 0.0]])).round(4)          # z_2 >= z_1 >= 0
    array([-1.1399,  0.    ])
    """
    r = len(slopes)
    if r == 1:
        return np.zeros(1)
    b = np.tril(slopes, -1)[:, : r - 1]
    share = min(1.0, GROWTH / max(float(np.abs(b).max()), 1.0))
    found = _stationary(share * b, np.zeros(r - 1), np.zeros(r - 1))
    while found is not None and share < 1.0:
        growth = min(GROWTH, 1.0 / share)
        share = min(1.0, share * growth)
        found = _stationary(share * b, found[0] / growth, found[1] * growth)
    return np.zeros(r) if found is None else np.append(found[1], 0.0)


def _stationary(b: Array, x: Array, m: Array) -> tuple[Array, Array] | None:
    """(x, m) with x_j = l_j(x) + E[z - a | z >= a] at a = l_j(x) - m_j, and m = -b^T h(l(x) - m).

    ``b`` (r, r - 1), h the hazard of the normal law; Newton's method with all in relative terms.
    """
    size = len(m)

    def system(x: Array, m: Array) -> tuple[Array, Array, Array, Array]:
        hazard, excess, slope = _hazard(b @ x - np.append(m, 0.0))
        return x - (b @ x)[:size] - excess[:size], m + b.T @ hazard, excess, slope

    top, bottom, excess, slope = system(x, m)
    for _ in range(STEPS):
        wide, tall = excess[:size], 1.0 + np.abs(m)
        error = np.concatenate([top / wide, bottom / tall])
        worst = float(np.linalg.norm(error))
        if worst <= 1e-10:
            return x, m
        steep = 1.0 + slope  # the derivative of the hazard
        jacobian = np.block(
            [
                [np.eye(size) - steep[:size, None] * b[:size], np.diag(slope[:size])],
                [b.T @ (steep[:, None] * b), np.eye(size) - b.T[:, :size] * steep[:size]],
            ]
        )
        scale = np.concatenate([wide, tall])
        try:
            step = np.linalg.solve(jacobian * scale / scale[:, None], -error) * scale
        except np.linalg.LinAlgError:
            return None
        length = 1.0
        while length > 1e-6:
            near = x + length * step[:size], m + length * step[size:]
            top, bottom, excess, slope = system(*near)
            left = np.linalg.norm(np.concatenate([top / wide, bottom / tall]))
            if left < (1 - 1e-4 * length) * worst:
                break
            length *= 0.5
        x, m = near
    return None


def _hazard(a: Array) -> tuple[Array, Array, Array]:
    """h(a) = phi(a) / P[z >= a], the mean excess h(a) - a, and its derivative h'(a) - 1.

    Far out by their asymptotic series: there the differences are small.
    """
    h = (2 / np.pi) ** 0.5 / special.erfcx(a / 2**0.5)
    far = a > FAR
    u = 1.0 / np.where(far, a, FAR) ** 2
    series = (1 - u * (2 - 10 * u)) * u**0.5
    excess = np.where(far, series, h - a)
    return h, excess, np.where(far, -(1 - u * (6 - 50 * u)) * u, h * excess - 1)


def _mean_above(a: float) -> float:
    """E[z | z >= a]."""
    return float(_hazard(np.array([a]))[0][0])


def drawn(low: Array, high: Array, mean: float, uniform: Array) -> tuple[Array, Array]:
    """Draw points z of [low, high] from the normal law N(mean, 1) on it; return z and log weights.

    A weight is P[low <= Z <= high] for Z of that law, times the likelihood ratio of N(0, 1) to it
    at z: for ``mean`` 0 the probability alone; -inf if the interval is empty. For an interval on
    one side of the mean, brought to its right by reflection, all is written in the tail's own
    terms: with a = low - mean and t = z - low the weight is

        erfcx(a / sqrt 2) / 2 exp(-low^2 / 2 - mean t) (1 - Q(b) / Q(a)),  Q(a) = P[N(0, 1) >= a],

    in which nothing cancels however far out the interval lies.

    >>> weights, z = drawn(np.array([45.0]), np.array([np.inf]), 0.0, np.array([0.5]))
    >>> weights.round(2).item(), z.round(4).item()
    (-1017.23, 45.0154)
    """
    empty = high < low
    left = high < mean
    low, high = np.where(left, -high, low), np.where(left, -low, np.maximum(high, low))
    centre = np.where(left, -mean, mean)
    a, b = low - centre, high - centre
    tail = (a > 0) & ~empty
    logs, z = np.full(len(low), -np.inf), np.zeros(len(low))
    if tail.any():
        logs[tail], z[tail] = _drawn_in_tail(*(x[tail] for x in (low, high, a, b, centre, uniform)))
    middle = ~tail & ~empty
    if middle.any():
        below, mid = special.ndtr(a[middle]), centre[middle]
        mass = special.ndtr(b[middle]) - below
        point = mid + special.ndtri(below + uniform[middle] * mass)
        z[middle] = np.clip(point, low[middle], high[middle])
        logs[middle] = np.log(mass) + mid * (0.5 * mid - z[middle])
    return logs, np.where(left, -z, z)


def _drawn_in_tail(
    low: Array, high: Array, a: Array, b: Array, mean: Array, uniform: Array
) -> tuple[Array, Array]:
    """`drawn` for 0 < a = low - mean <= b = high - mean."""
    scaled = special.erfcx(a / 2**0.5)
    with np.errstate(over="ignore"):
        ratio = special.erfcx(b / 2**0.5) / scaled * np.exp(-(high - low) * 0.5 * (a + b))
    kept = 1.0 - ratio
    # Q(a + t) / Q(a) = exp(-depth)
    depth = np.minimum(-np.log1p(-(1.0 - uniform) * kept), 700.0)
    far = a > DEEP
    near = np.where(far, 0.0, a)
    excess = -special.ndtri_exp(special.log_ndtr(-near) - depth) - near
    deep = np.where(far, a, DEEP)
    series = (depth - depth * (1.0 + 0.5 * depth) / deep**2) / deep
    excess = np.minimum(np.where(far, series, np.maximum(excess, 0.0)), high - low)
    with np.errstate(divide="ignore"):
        logs = np.log(0.5 * scaled * kept) - 0.5 * low**2 - mean * excess
    return logs, low + excess
