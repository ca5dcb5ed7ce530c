"""Tiny solid angles: P[A g >= 0] for a standard Gaussian vector g, by quasi-Monte-Carlo.

Counting needs 1/p samples to see a probability p; these integrals have a relative error that
hardly depends on p. Rows a_i of A are scaled to length 1 and R^d is reduced to their span R^r.

*Separation of variables* (genz1992numerical; genzbretz2009computation, section 4.1): an orthogonal
matrix Q makes A Q a staircase, so that row i involves z_1, ..., z_c(i) only and, given the others,
bounds z_c(i) on one side. The probability is the mean of prod_j P[l_j <= z_j <= u_j], with l_j, u_j
the largest lower and least upper bound of z_j given z_1, ..., z_{j-1}, drawn one after the other
from the normal law on their intervals. Rows are taken in the order of the least conditional
probability. That product has heavy tails for narrow cones; *tilted*, the z_j are drawn with means
m_j and the likelihood ratio is put into the product, m being the saddle point of botev2017normal,
which bounds the product and with it the relative error. For more rows than dimensions the means
are those of r independent rows, and the last intervals may be empty.

*Radial*: with u inside the cone and w a direction orthogonal to u, the cone holds cos(b) u +
sin(b) w for 0 <= b <= a(w), so P is the mean over w of the fraction of the sphere within the angle
a(w), an incomplete beta function. Good for round cones with many facets.

Both are integrated over scrambled Sobol points (owen1997scrambled); the randomisations are
independent, and the standard error is that of their means.
"""

from __future__ import annotations

import inspect
import os
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray
from scipy import special

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer, rational
from polygeo.errors import DomainError, NotConverged
from polygeo.sampling.engine import run, workers_of
from polygeo.sampling.streams import checked_seed, generator

__all__ = ["AngleBlock", "Staircase", "estimate_solid_angle", "radial_values", "saddle_means"]

MOST = 10**10
"""Most points of a quasi-Monte-Carlo run."""

Array = NDArray[np.float64]

RANDOMISATIONS = 32
"""Independent scramblings, between which the standard error is taken."""

METHODS = ("tilted", "sov", "radial")

PILOT, MAIN = 4, 3
"""Purposes of random streams."""

DEPENDENT = 1e-9
"""Distance from the span of earlier rows below which a unit row counts as inside."""

ROUNDING = 1e-12
"""Relative rounding error of a probability that is put on top of the sampling error."""

CHUNK = 4096


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
            mass, apart = _interval(low - mean, high - mean, drawn)
            logs += mass
            if apart is not None:
                z[:, j] = mean + apart
                logs += mean * (0.5 * mean - z[:, j])
        return np.exp(logs)


def saddle_means(slopes: Array) -> Array:
    """The means m_1, ..., m_{r-1}, m_r = 0, for l_j(x) = sum_{i<j} slopes[j, i] x_i.

    The stationary point of sum_j m_j^2/2 - x_j m_j + log P[z >= l_j(x) - m_j] in x and m, which is
    unique (botev2017normal, section 2), by Newton's method; 0 where that does not find it.
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


def _interval(low: Array, high: Array, uniform: Array | None) -> tuple[Array, Array | None]:
    """log P[low <= z <= high] (-inf if empty) and the quantiles of z on the interval.

    Intervals on the right of 0 are reflected, so that differences are taken in the tail; half-
    lines are done in logarithms, so that no tail is too far out.
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


def radial_values(normals: Array, axis: Array, directions: Array) -> Array:
    """The fraction of the sphere within the angle a(w), for Gaussian ``directions`` (n, r).

    ``normals`` (m, r) unit rows, positive on the unit vector ``axis``.
    """
    r = normals.shape[1]
    across = directions - np.outer(directions @ axis, axis)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    slope = (-(across @ normals.T) / (normals @ axis)).max(axis=1)  # cot a(w)
    cap = 0.5 * special.betainc((r - 1) / 2, 0.5, 1 / (1 + slope**2))
    return np.where(slope >= 0, cap, 1 - cap)


def _axis(normals: Array) -> Array:
    """The unit vector u with the largest min <a_i, u>: the least point of the hull of the rows."""
    from scipy.optimize import nnls

    m, r = normals.shape
    weights, _ = nnls(np.vstack([normals.T, np.full((1, m), 1.0)]), np.append(np.zeros(r), 1.0))
    point = weights @ normals
    return point / np.linalg.norm(point)


@dataclass(frozen=True, eq=False)
class AngleBlock:
    """One randomisation: its number b to the float64 bits of its mean, at place b of 0, 1, ... .

    ``shape``: a `Staircase`, or (axis, unit rows) for the radial integral.
    """

    shape: Staircase | tuple[Array, Array]
    seed: int
    points: int
    total: int = RANDOMISATIONS
    purpose: int = MAIN

    @classmethod
    def of(cls, normals: Array, method: str, seed: int, points: int, *pilot: int) -> AngleBlock:
        """With what the method needs, worked out once."""
        if method == "radial":
            return cls(_reduced(normals), seed, points, *pilot)
        stairs = Staircase.of(normals)
        return cls(stairs.tilted() if method == "tilted" else stairs, seed, points, *pilot)

    def mean(self, block: int) -> float:
        """The mean over the points of randomisation ``block``."""
        shape = self.shape
        size = shape.rank - 1 if isinstance(shape, Staircase) else shape[1].shape[1]
        sobol = _sobol(max(size, 1), generator(self.seed, block, self.purpose))
        total = 0.0
        for start in range(0, self.points, CHUNK):
            uniform = sobol.random(min(CHUNK, self.points - start))
            if isinstance(shape, Staircase):
                values = shape.values(uniform[:, :size])
            else:
                gauss = special.ndtri(uniform.clip(1e-16, 1 - 1e-16))
                values = radial_values(shape[1], shape[0], gauss)
            total += float(values.sum())
        return total / self.points

    def __call__(self, block: int) -> NDArray[np.int64]:
        result = np.zeros(self.total, dtype=np.int64)
        result[block] = np.array([self.mean(block)]).view(np.int64)[0]
        return result


def _sobol(dim: int, stream: np.random.Generator) -> Any:
    """Scrambled Sobol points; the name of scipy's argument depends on its version."""
    from scipy.stats import qmc

    known = inspect.signature(qmc.Sobol).parameters
    number = int(stream.integers(1 << 62))
    options: dict[str, Any] = {"rng" if "rng" in known else "seed": number}
    return qmc.Sobol(dim, scramble=True, **options)


def _reduced(normals: Array) -> tuple[Array, Array]:
    """(axis, unit rows) in the span of the rows."""
    unit = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    _, sizes, basis = np.linalg.svd(unit, full_matrices=False)
    inside = unit @ basis[sizes > DEPENDENT * sizes[0]].T
    return _axis(inside), inside


def estimate_solid_angle(
    normals: Any,
    samples: int,
    seed: int,
    *,
    method: str = "auto",
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """P[A g >= 0], g standard Gaussian in R^d: the solid angle v_d of {x : A x >= 0}.

    ``normals``: A, (m, d) float64 without zero rows, whose cone has inner points. ``samples``:
    about how many points; 32 randomisations of a power of two each are used. ``method``: 'sov',
    'tilted', 'radial', or 'auto': tilted for independent rows, else what spreads least on a small
    run. The error is relative
    to the answer; ``stderr`` includes 1e-12 for rounding. A row within 1e-9 of the span of others
    counts as inside. Raises DomainError for other input, NotConverged where no point contributes.

    >>> estimate_solid_angle([[1, 0], [-1, 1]], 1024, seed=1).agrees(1 / 8)
    True
    """
    rows = np.asarray(normals, dtype=np.float64)
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise DomainError(f"normals need a finite (m, d) array, m >= 1; got shape {rows.shape}")
    if not (np.abs(rows).max(axis=1) > 0).all():
        raise DomainError("normals must not be 0")
    rows = rows / np.abs(rows).max(axis=1, keepdims=True)
    if method not in ("auto", *METHODS):
        raise DomainError(f"method must be 'auto' or one of {', '.join(METHODS)}; got {method!r}")
    wanted, start = integer(samples, "samples"), checked_seed(seed)
    if not RANDOMISATIONS <= wanted <= MOST:
        raise DomainError(
            f"samples must be at least {RANDOMISATIONS} and at most {MOST}; got {wanted}"
        )
    if not 0 < confidence < 1:
        raise DomainError(f"confidence must lie strictly between 0 and 1; got {confidence!r}")
    workers_of(executor)
    axis, inside = _reduced(rows)
    if not (inside @ axis).min() > DEPENDENT:
        raise DomainError("the cone {x : A x >= 0} has no inner points: its solid angle is 0")
    if method == "auto":
        method = _better(rows, inside.shape[1], start)
    points = 1 << (max(wanted // RANDOMISATIONS, 1) - 1).bit_length()
    block = AngleBlock.of(rows, method, start, points)
    job = {
        "computes": "a solid angle",
        "normals": rows.tolist(),
        "method": method,
        "seed": start,
        "points": points,
        "numpy": np.__version__,
    }
    done = run(
        block, RANDOMISATIONS, executor=executor, checkpoint=checkpoint,
        job=None if checkpoint is None else job, unit=float(points),
        description="points", progress=progress,
    )  # fmt: skip
    means = [float(x) for x in done.sums[: done.blocks].view(np.float64)]
    if len(means) < 2:
        raise KeyboardInterrupt
    if max(means) <= 0:
        raise NotConverged(
            "no point has contributed: fewer facets or more samples are needed, or the solid "
            "angle is below 1e-300"
        )
    return _estimate(means, points, start, confidence)


def _estimate(means: list[float], points: int, seed: int, confidence: float) -> Estimate:
    """Student's interval between randomisations, with the rounding error on top."""
    values = [rational(x) for x in means]
    number, total = len(values), sum(values, mpq(0))
    squares = sum((x * x for x in values), mpq(0))
    allowance = (rational(ROUNDING) * total / number) ** 2 * number * (number - 1)
    return Estimate.from_moments(
        number, total, squares + allowance, seed, batch_size=points, confidence=confidence
    )


def _better(normals: Array, rank: int, seed: int) -> str:
    """Tilted if the rows are independent, else what spreads least on a pilot run."""
    if len(normals) == rank or rank == 1:
        return "tilted"
    spreads = {}
    for method in METHODS:
        pilot = AngleBlock.of(normals, method, seed, 256, 8, PILOT)
        means = [pilot.mean(b) for b in range(8)]
        middle = float(np.mean(means))
        spreads[method] = float(np.std(means)) / middle if middle > 0 else np.inf
    return min(spreads, key=spreads.__getitem__)
