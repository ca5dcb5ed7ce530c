"""Estimating conic intrinsic volumes of cones that only have a projection.

Gaussian samples g are projected; what is kept of each is the angle between g and the polar cone,
arctan(|p| / |g - p|) for p = P_C g, in a histogram of fine cells, with exact counts of p = 0 and
g - p = 0. Cell probabilities are known for every k (`polygeo.sampling.mixture`), so that the
likelihood of the histogram is exact: cells cost a little information, no bias. Counts are
integers, so blocks merge exactly (`polygeo.sampling.engine`), and the bootstrap
(efron1979bootstrap) resamples the histogram.

The direction of g is independent of its length, hence with t = |p|^2 / |g|^2

    sum_k k v_k = E |p|^2 = d E t,     sum_k k (k + 2) v_k = E |p|^4 = d (d + 2) E t^2,

which gives the statistical dimension and the variance without any mixture.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer
from polygeo.errors import DomainError, NotConverged
from polygeo.sampling.draws import Plan, sum_draws
from polygeo.sampling.engine import workers_of
from polygeo.sampling.mixture import MixtureFit, fit, mixture_rows
from polygeo.sampling.streams import checked_seed, generator

__all__ = ["ProjectionBlock", "ProjectionCounts", "cell_count", "estimate_projections"]

Array = NDArray[np.float64]
Projection = Callable[[Array], Array]

SAMPLES, RESAMPLES = 1, 2
"""Purposes of random streams."""

FEWER = 4
"""Resampled histograms have 1/FEWER of the samples (bickelgoetzevanzwet1997resampling): the fit is
constrained, so that resampling all of them would understate the error. Deviations are scaled back
by FEWER^(-1/4), the slow rate of mixtures, which is on the safe side of the regular 1/2."""

UNIT = 1 << 32
"""Powers of t are summed as multiples of 1/UNIT, exactly."""

PROBES = 64
"""Samples of the first block on which the projection is tested as one on a convex cone."""

SLACK = 10
"""Tests of the projection allow this many times its tolerance."""


def cell_count(dim: int) -> int:
    """Number of cells of the quarter circle: some hundred to a standard deviation of the angle.

    >>> cell_count(6), cell_count(100)
    (512, 2048)
    """
    return 1 << (128 * (isqrt(dim) + 1)).bit_length()


def block_size(dim: int) -> int:
    """Samples in a block: part of the definition of a run."""
    return max(128, (1 << 17) >> dim.bit_length())


@dataclass(frozen=True, eq=False)
class ProjectionBlock:
    """A block of a run: block number to counts of p = 0, of the cells, of g - p = 0, then sums.

    The sums are those of t, t^2, t^3, t^4 in multiples of 1/UNIT. Raises DomainError where
    ``projection`` ((n, d) to (n, d)) cannot be the projection on a closed convex cone.
    """

    projection: Projection
    dim: int
    seed: int
    tolerance: float = 1e-8
    count: int = 0

    def __call__(self, block: int) -> NDArray[np.int64]:
        count = self.count or block_size(self.dim)
        samples = generator(self.seed, block, SAMPLES).standard_normal((count, self.dim))
        points = projected(self.projection, samples)
        rest = samples - points
        norms = np.linalg.norm(samples, axis=1)
        slack = SLACK * self.tolerance
        inner = np.abs(np.einsum("ij,ij->i", points, rest))
        if (inner > slack * norms**2).any():
            worst = float((inner / norms**2).max())
            raise DomainError(
                f"p = P(y) needs <p, y - p> = 0 for the projection on a cone; got {worst:.2g} |y|^2"
            )
        if block == 0:
            _probe(self.projection, samples[:PROBES], points[:PROBES], slack)
        long, short = np.linalg.norm(points, axis=1), np.linalg.norm(rest, axis=1)
        none, whole = long <= self.tolerance * norms, short <= self.tolerance * norms
        cells = cell_count(self.dim)
        angle = np.arctan2(long, short)
        place = np.minimum((angle * (2 * cells / np.pi)).astype(np.int64), cells - 1) + 1
        place[none], place[whole] = 0, cells + 1
        share = long**2 / (long**2 + short**2)
        share[none], share[whole] = 0.0, 1.0
        sums = [int(np.rint(share**p * UNIT).astype(np.int64).sum()) for p in (1, 2, 3, 4)]
        return np.concatenate([np.bincount(place, minlength=cells + 2), sums]).astype(np.int64)


def projected(projection: Projection, samples: Array) -> Array:
    """The points that a projection gives, checked for shape, kind and finiteness."""
    result = np.asarray(projection(samples.copy()))
    if result.shape != samples.shape or result.dtype.kind not in "fiu":
        raise DomainError(
            f"a projection must give real numbers of shape {samples.shape}; "
            f"got {result.dtype} of shape {result.shape}"
        )
    points = result.astype(np.float64)
    if not np.isfinite(points).all():
        raise DomainError("a projection must give finite numbers; got NaN or infinity")
    return points


def _probe(projection: Projection, samples: Array, points: Array, slack: float) -> None:
    """Conditions that characterise the projection on a convex cone, on a few samples."""
    rest = samples - points
    norms = np.linalg.norm(samples, axis=1)
    products = points @ rest.T / np.outer(norms, norms)
    conditions = {
        "P(P(y)) = P(y)": projected(projection, points) - points,
        "P(2y) = 2 P(y)": projected(projection, 2 * samples) - 2 * points,
        "P(y - P(y)) = 0": projected(projection, rest),
    }
    for text, error in conditions.items():
        worst = float((np.linalg.norm(error, axis=1) / norms).max())
        if worst > slack:
            raise DomainError(
                f"a projection on a cone needs {text}; got an error of {worst:.2g} |y|"
            )
    if products.max() > slack:
        raise DomainError(
            "a projection on a convex cone needs <P(x), y - P(y)> <= 0; "
            f"got {products.max():.2g} |x| |y|"
        )


@dataclass(frozen=True)
class ProjectionCounts:
    """The histogram of a run, and every estimate that follows from it.

    ``histogram``: samples with p = 0, in each cell of the angle, with p = g. ``sums``: those of t,
    ..., t^4 in multiples of 1/UNIT. ``support``: lineality and dimension of the cone in R^dim.
    ``complete`` is False after an interrupted run.
    """

    histogram: tuple[int, ...]
    sums: tuple[int, ...]
    seed: int
    dim: int
    support: tuple[int, int]
    complete: bool = True

    @property
    def samples(self) -> int:
        """Number of samples."""
        return sum(self.histogram)

    def fit(self, *, log_concave: bool = True) -> MixtureFit:
        """Maximum-likelihood weights v_low, ..., v_high of the support, with Gauss-Bonnet."""
        rows, kept = self._rows()
        return fit(rows, np.asarray(self.histogram)[kept], log_concave=log_concave)

    def _rows(self) -> tuple[Array, NDArray[np.intp]]:
        """Log-probabilities of the cells that were seen and of the atoms; their places."""
        last = len(self.histogram) - 1
        cells = np.flatnonzero(np.asarray(self.histogram[1:-1]))
        rows = _cell_rows(self.dim, self.support, cells, last - 1)
        return rows, np.concatenate([cells + 1, [0, last]])

    def volumes(
        self, *, log_concave: bool = True, replicates: int = 200, confidence: float = 0.95
    ) -> tuple[Estimate, ...]:
        """Estimates of v_0, ..., v_d.

        v_0 and v_d are shares of samples (Wilson's interval); the others are maximum-likelihood
        weights with intervals from ``replicates`` resampled histograms (bootstrap with fewer
        observations, see FEWER). With
        ``log_concave`` they are regularised and so biased, by less than without it in more than
        a few dimensions, where the mixture is ill-conditioned; log-concavity of the intrinsic
        volumes of every cone is a conjecture.
        """
        number = integer(replicates, "replicates")
        if number < 20:
            raise DomainError(f"replicates must be at least 20; got {number}")
        low, high = self.support
        best = self.fit(log_concave=log_concave).weights
        again = best + FEWER**-0.25 * (self._resampled(number, log_concave) - best)
        found = []
        for k in range(self.dim + 1):
            if not low <= k <= high:
                found.append(
                    Estimate.from_moments(self.samples, 0, 0, self.seed, confidence=confidence)
                )
            elif k in (0, self.dim):
                seen = self.histogram[0 if k == 0 else -1]
                found.append(
                    Estimate.proportion(seen, self.samples, self.seed, confidence=confidence)
                )
            else:
                share = min(float(best[k - low]), 1.0)
                found.append(
                    Estimate.bootstrap(
                        share, again[:, k - low], self.samples, self.seed, confidence=confidence
                    )
                )
        return tuple(found)

    def _resampled(self, number: int, log_concave: bool) -> Array:
        """Weights (replicates, high - low + 1) of smaller histograms drawn from this one."""
        size = max(self.samples // FEWER, 1)
        share = np.asarray(self.histogram) / self.samples
        rows, kept = self._rows()
        found = []
        for b in range(number):
            seen = generator(self.seed, b, RESAMPLES).multinomial(size, share)[kept]
            try:
                found.append(fit(rows, seen, log_concave=log_concave).weights)
            except NotConverged:
                continue
        if len(found) < 0.9 * number:
            raise NotConverged(f"only {len(found)} of {number} resampled histograms gave weights")
        return np.array(found)

    def _power(self, p: int) -> mpq:
        """The sum of t^p."""
        return mpq(self.sums[p - 1], UNIT)

    def statistical_dimension(self, confidence: float = 0.95) -> Estimate:
        """sum_k k v_k = d E t: the mean over the samples, unbiased."""
        d = self.dim
        moments = d * self._power(1), d * d * self._power(2)
        return Estimate.from_moments(self.samples, *moments, self.seed, confidence=confidence)

    def variance(self, confidence: float = 0.95) -> Estimate:
        """sum_k k^2 v_k - (sum_k k v_k)^2 = d (d + 2) E t^2 - 2 d E t - (d E t)^2.

        The unbiased estimator (the square of the mean less the variance of the mean), with the
        standard error of its linearisation.
        """
        d, n = self.dim, self.samples
        one, two, three, four = (self._power(p) for p in (1, 2, 3, 4))
        mean = one / n
        spread = (two - one * mean) / (n - 1)
        value = d * (d + 2) * two / n - 2 * d * mean - d * d * (mean * mean - spread / n)
        a, b = d * (d + 2), 2 * d + 2 * d * d * mean
        linear = a * two - b * one
        squares = a * a * four - 2 * a * b * three + b * b * two - linear * linear / n
        total = n * value
        moments = total, total * value + max(squares, mpq(0))
        return Estimate.from_moments(n, *moments, self.seed, confidence=confidence)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, and enough to make the same object again."""
        return {
            "histogram": list(self.histogram),
            "sums": list(self.sums),
            "seed": self.seed,
            "dim": self.dim,
            "support": list(self.support),
            "complete": self.complete,
        }


def _cell_rows(dim: int, support: tuple[int, int], cells: NDArray[np.int64], total: int) -> Array:
    """log of the probabilities of cells for each k, then the rows of p = 0 and of p = g.

    Four Gauss nodes a cell; in the angle a, t = sin^2 a has density 2 sin a cos a f_k(t).
    """
    width = np.pi / 2 / total
    log_mass: Any = None
    atoms: Any = None
    for node, weight in zip(*np.polynomial.legendre.leggauss(4), strict=True):
        angle = (cells + (node + 1) / 2) * width
        sine, cosine = np.log(np.sin(angle)), np.log(np.cos(angle))
        rows, _ = mixture_rows(dim, *support, 2 * sine, 2 * cosine)
        part = rows[:-2] + (sine + cosine + np.log(weight * width))[:, None]
        log_mass = part if log_mass is None else np.logaddexp(log_mass, part)
        atoms = rows[-2:]
    return np.vstack([log_mass, atoms])


def estimate_projections(
    projection: Projection,
    dim: int,
    samples: int,
    seed: int,
    *,
    support: tuple[int, int] | None = None,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    tolerance: float = 1e-8,
    name: str | None = None,
) -> ProjectionCounts:
    """Project Gaussian samples with ``projection``, float64 (n, dim) to (n, dim).

    ``support``: (lineality, dimension) of the cone, if known. ``tolerance``: relative accuracy
    of the projection; lengths below it count as 0, ten times as much is allowed in the tests of
    `ProjectionBlock`. ``executor``, ``checkpoint``, ``progress``: see `polygeo.sampling.engine.run`
    (``name`` says in the checkpoint what is projected on). Raises DomainError for what is no
    projection on a closed convex cone.

    >>> octant = estimate_projections(lambda y: np.maximum(y, 0), 3, 5000, seed=1)
    >>> octant.statistical_dimension().agrees(1.5), octant.variance().agrees(0.75)
    (True, True)
    """
    if not callable(projection):
        raise DomainError(f"projection must be callable; got {type(projection).__name__}")
    d, wanted = integer(dim, "dim"), integer(samples, "samples")
    if d < 1 or wanted < 10:
        raise DomainError(f"an estimate needs dim >= 1 and samples >= 10; got {d}, {wanted}")
    if wanted >= 1 << 31:
        raise DomainError(f"samples must be below 2^31; got {wanted}")
    start = checked_seed(seed)
    low, high = (0, d) if support is None else (integer(support[0]), integer(support[1]))
    if not 0 <= low < high <= d:
        raise DomainError(
            f"a cone that is no subspace has 0 <= lineality < dimension <= {d}; got {low}, {high}"
        )
    if not 0 < tolerance < 1e-2:
        raise DomainError(f"tolerance must lie between 0 and 0.01; got {tolerance!r}")
    workers_of(executor)

    def block_of(count: int) -> ProjectionBlock:
        return ProjectionBlock(projection, d, start, float(tolerance), count)

    job = {
        "computes": "lengths of projections",
        "projection": name or getattr(projection, "__qualname__", type(projection).__name__),
        "dim": d,
        "seed": start,
        "tolerance": float(tolerance),
    }
    sums, _, complete = sum_draws(
        block_of, Plan.of(wanted), block_size(d), job,
        executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    counts = [int(n) for n in sums]
    atoms = (counts[0], counts[-5])
    if (low > 0 and atoms[0]) or (high < d and atoms[1]):
        raise DomainError(
            f"{atoms[0]} projections are 0 and {atoms[1]} samples are their own projections: no "
            f"cone of lineality {low} and dimension {high}"
        )
    return ProjectionCounts(tuple(counts[:-4]), tuple(counts[-4:]), start, d, (low, high), complete)
