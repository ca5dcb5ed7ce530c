"""The counts of projected samples, and every estimate that follows from them.

The lengths of the projections p = P_C g of Gaussian samples g enter through t = |p|^2 / |g|^2 only:
a histogram of the angle arctan(|p| / |g - p|) in fine cells, with exact counts of p = 0 and p = g,
and the sums of t, ..., t^4. Cell probabilities are known for every k
(`polygeo.sampling.lengths.mixture`), so that the likelihood of the histogram is
exact: cells cost a little information, no bias. The bootstrap (efron1979bootstrap) resamples the
histogram.

The direction of g is independent of its length, hence (mccoytropp2014steiner)

    sum_k k v_k = E |p|^2 = d E t,     sum_k k (k + 2) v_k = E |p|^4 = d (d + 2) E t^2,

which gives the statistical dimension and the variance without any mixture.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.answers.exact import integer, shorten
from polygeo.answers.options import check_fields, flag, in_unit_interval, set_fields
from polygeo.answers.typeset import html_table
from polygeo.errors import DomainError, NotConverged
from polygeo.sampling.lengths.mixture import MixtureFit, fit, mixture_rows
from polygeo.sampling.runs.streams import checked_seeds, generator
from polygeo.sampling.volume_counts import VolumeCounts

__all__ = ["MAX_DIM", "SCALE", "ProjectionCounts", "cell_count", "cell_rows", "joined"]

Array = NDArray[np.float64]

RESAMPLES = 2
"""Purpose of the random streams of the bootstrap; samples have purpose 1."""

FEWER = 4
"""Quotient of the numbers of samples of the histogram and of a resampled histogram.

The fit is constrained, so that resampling all samples would understate the error
(bickelgoetzevanzwet1997resampling). Deviations are scaled back by FEWER^(-1/4), the slow rate of
mixtures, which is on the safe side of the regular 1/2.
"""

MAX_REPLICATES = 100_000
"""Largest number of resampled histograms that are fitted."""

MAX_DIM = 100_000
"""Largest dimension: a block of projections has at least 128 samples."""

SCALE = 1 << 32
"""Inverse of the unit in which powers of t are summed, exactly."""

ROUNDING = mpq(1, 1 << 16)
"""Upper bound of the rounding of powers of t to multiples of 1/SCALE, with a wide margin."""

MASTER = "mccoytropp2014steiner"
"""Theorem 3.1: the lengths are a mixture of chi-squared ones with weights v_k."""

LIKELIHOOD = "amelunxenlotz2017conivol"
"""The volumes as maximum-likelihood weights of that mixture."""


def cell_count(dim: int) -> int:
    """Return the number of cells of the quarter circle, a hundred or more in a standard deviation.

    >>> cell_count(6), cell_count(100)
    (512, 2048)
    """
    return 1 << (128 * (isqrt(dim) + 1)).bit_length()


@dataclass(frozen=True)
class ProjectionCounts(VolumeCounts):
    """The histogram of a run, and every estimate that follows from it.

    * ``histogram``: samples with p = 0, in each cell of the angle, with p = g.
    * ``sums``: the sums of t, ..., t^4 in multiples of 1/SCALE.
    * ``seed``: the seed, or the seeds of merged runs.
    * ``dim``, ``support``: dimension of the space, and lineality and dimension of the cone.
    * ``complete``: False after an interrupted run.

    Functionals other than the statistical dimension and the variance have coefficients in [0, 1],
    take the options of `volumes` and are linear in the means that it returns.

    >>> from polygeo.cones import LorentzCone
    >>> counts = LorentzCone(3).projection_counts(1000, seed=1)
    >>> counts.samples, counts.statistical_dimension().agrees(3 / 2)
    (1000, True)
    """

    _summed, _shared = ("histogram", "sums"), ("dim", "support")

    histogram: tuple[int, ...]
    sums: tuple[int, ...]
    seed: int | tuple[int, ...]
    dim: int
    support: tuple[int, int]
    complete: bool = True

    def __post_init__(self) -> None:
        check_fields(self, histogram=[int], sums=[int], dim=int, support=[int], complete=bool)
        low, high = self.support if len(self.support) == 2 else (0, -1)
        sizes = (len(self.histogram), len(self.sums))
        if not 0 <= low < high <= self.dim <= MAX_DIM or sizes != (cell_count(self.dim) + 2, 4):
            raise DomainError("ProjectionCounts are made by estimate_projections")
        set_fields(self, seed=checked_seeds(self.seed))

    @property
    def ambient_dim(self) -> int:
        """The dimension d of the space."""
        return self.dim

    @property
    def samples(self) -> int:
        """The number of samples."""
        return sum(self.histogram)

    def fit(self, *, log_concave: bool = True) -> MixtureFit:
        """Compute maximum-likelihood weights v_low, ..., v_high, with Gauss-Bonnet.

        * ``log_concave``: whether the weights are log-concave (default True).
        """
        flag(log_concave, "log_concave")
        rows, kept = self._rows()
        return fit(rows, np.asarray(self.histogram)[kept], log_concave=log_concave)

    def _rows(self) -> tuple[Array, NDArray[np.intp]]:
        """Log-probabilities of the cells that were seen and of the atoms; their places."""
        last = len(self.histogram) - 1
        cells = np.flatnonzero(np.asarray(self.histogram[1:-1]))
        rows = cell_rows(self.dim, self.support, cells, last - 1)
        return rows, np.concatenate([cells + 1, [0, last]])

    def volumes(  # type: ignore[override]
        self, *, log_concave: bool = True, replicates: int = 200, confidence: float = 0.95
    ) -> Estimates:
        """Estimate v_0, ..., v_d.

        * ``log_concave``: whether the weights are regularised (default True), which makes them
          biased; in more than a few dimensions, where the mixture is ill-conditioned, by less than
          their error without it. That the intrinsic volumes of every cone are log-concave is a
          conjecture.
        * ``replicates``: number of resampled histograms (default 200; bootstrap with fewer
          observations, see FEWER).
        * ``confidence``: of the intervals (default 0.95).

        v_0 and v_d are shares of samples, with exact intervals; the others are maximum-likelihood
        weights, scaled by `joined` so that all together sum to 1, with intervals from the resampled
        histograms. Source: amelunxenlotz2017conivol.
        """
        return super().volumes(
            log_concave=log_concave, replicates=replicates, confidence=confidence
        )

    def _functionals(
        self,
        fs: list[list[mpq]],
        *,
        log_concave: bool = True,
        replicates: int = 200,
        confidence: float = 0.95,
    ) -> list[Estimate]:
        number = integer(replicates, "replicates")
        if number < 20:
            raise DomainError(f"replicates must be at least 20; got {number}")
        if number > MAX_REPLICATES:
            raise DomainError(f"at most {MAX_REPLICATES} replicates are drawn; got {number}")
        confidence = in_unit_interval(confidence, "confidence")
        low, high = self.support
        best = self._joined(self.fit(log_concave=log_concave).weights, np.asarray(self.histogram))
        again = best + FEWER**-0.25 * (self._resampled(number, log_concave) - best)

        def estimate(f: list[mpq]) -> Estimate:
            if min(f) < 0 or max(f) > 1:
                raise DomainError(
                    "lengths of projections need coefficients in [0, 1]; got "
                    f"{shorten(min(f))} to {shorten(max(f))}"
                )
            known: dict[str, Any] = {"confidence": confidence, "source": MASTER}
            used = [k for k, x in enumerate(f) if x and low <= k <= high]
            if not used:
                return Estimate.from_moments(self.samples, 0, 0, self.seed, **known)
            if sum(f) == 1 and (f[0] == 1 or f[-1] == 1):
                seen = self.histogram[0 if f[0] else -1]
                return Estimate.proportion(seen, self.samples, self.seed, **known)
            known["source"] = LIKELIHOOD
            weights = np.array([float(x) for x in f[low : high + 1]])
            share = min(float(best @ weights), 1.0)
            return Estimate.bootstrap(share, again @ weights, self.samples, self.seed, **known)

        return [estimate(f) for f in fs]

    def _resampled(self, number: int, log_concave: bool) -> Array:
        """Weights (replicates, high - low + 1) of smaller histograms drawn from this one."""
        size = max(self.samples // FEWER, 1)
        first = min(self.seed) if isinstance(self.seed, tuple) else self.seed
        share = np.asarray(self.histogram) / self.samples
        rows, kept = self._rows()
        found = []
        for b in range(number):
            seen = generator(first, b, RESAMPLES).multinomial(size, share)
            try:
                weights = fit(rows, seen[kept], log_concave=log_concave).weights
                found.append(self._joined(weights, seen))
            except NotConverged:
                continue
        if len(found) < 0.9 * number:
            raise NotConverged(f"only {len(found)} of {number} resampled histograms gave weights")
        return np.array(found)

    def _joined(self, weights: Array, histogram: NDArray[Any]) -> Array:
        """Weights with the shares of the samples at 0 and at g where they are v_0 and v_d."""
        low, high = self.support
        shares = histogram[[0, -1]] / histogram.sum()
        atoms = ([(0, shares[0])] if low == 0 else []) + (
            [(high - low, shares[1])] if high == self.dim else []
        )
        return joined(weights, dict(atoms))

    def _power(self, p: int) -> mpq:
        """The sum of t^p."""
        return mpq(self.sums[p - 1], SCALE)

    def statistical_dimension(self, confidence: float = 0.95) -> Estimate:  # type: ignore[override]
        """Estimate sum_k k v_k = d E t: the mean over the samples, unbiased.

        * ``confidence``: of the interval (default 0.95).
        """
        d = self.dim
        total, squares = d * self._power(1), d * d * self._power(2)
        return Estimate.from_moments(
            self.samples, total, squares, self.seed,
            bounds=(0, d), confidence=confidence, source=MASTER,
        )  # fmt: skip

    def variance(self, confidence: float = 0.95) -> Estimate:  # type: ignore[override]
        """Estimate sum_k k^2 v_k - (sum_k k v_k)^2 = d (d + 2) E t^2 - 2 d E t - (d E t)^2.

        * ``confidence``: of the interval (default 0.95).

        The unbiased estimator (the square of the mean less the variance of the mean), with the
        standard error of its linearisation a t^2 - b t, 0 <= t <= 1, and the bounds of that.
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
        moment = total * value + max(squares, mpq(0))
        centre, rounding = value - linear / n, a * ROUNDING
        bounds = centre - b * b / (4 * a) - rounding, centre + max(mpq(0), a - b) + rounding
        return Estimate.from_moments(
            n, total, moment, self.seed, bounds=bounds, confidence=confidence, source=MASTER
        )

    def _repr_html_(self) -> str:
        rows = [
            ("statistical dimension", self.statistical_dimension()),
            ("variance", self.variance()),
        ]
        caption = f"{self.samples} projections in R^{self.dim}, seed {self.seed}"
        caption += "" if self.complete else " (interrupted)"
        return html_table(caption, ["", "estimate"], rows)


def joined(weights: Array, shares: dict[int, float]) -> Array:
    """Put shares in the place of some of the weights; scale the others so that the sum is 1.

    Even and odd weights sum to 1/2 each where each of these classes has weights to scale, and
    shares of at most 1/2 together; otherwise all weights but the shares have one factor.

    >>> joined(np.array([0.2, 0.3, 0.3, 0.2]), {0: 0.1}).round(3)
    array([0.1, 0.3, 0.4, 0.2])
    >>> joined(np.array([0.2, 0.5, 0.3]), {0: 0.1, 2: 0.35}).round(3)
    array([0.1 , 0.55, 0.35])
    """
    places = np.arange(len(weights))
    fixed = np.isin(places, list(shares))
    found = weights.copy()
    found[list(shares)] = list(shares.values())
    halves = [places % 2 == parity for parity in (0, 1)]
    balanced = all(
        weights[half & ~fixed].sum() > 0 and found[half & fixed].sum() <= 0.5 for half in halves
    )
    for half, whole in zip(halves, (0.5, 0.5), strict=True) if balanced else [(places >= 0, 1.0)]:
        rest = weights[half & ~fixed].sum()
        if rest > 0:
            found[half & ~fixed] *= max(whole - found[half & fixed].sum(), 0.0) / rest
    return found


def cell_rows(dim: int, support: tuple[int, int], cells: NDArray[np.int64], total: int) -> Array:
    """Compute the log-probabilities of cells for each k, then the rows of p = 0 and of p = g.

    Four Gauss nodes a cell; in the angle a, t = sin^2 a has density 2 sin a cos a f_k(t). The k
    are those of ``support``, (cells + 2, high - low + 1) in all; ``total`` cells make the quarter.

    >>> np.exp(cell_rows(4, (0, 4), np.arange(512), 512)).sum(axis=0).round(9)
    array([1., 1., 1., 1., 1.])
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
