"""Chi-bar-squared: the law of |P_C g|^2, a mixture of chi-squared laws with weights v_k(C).

For a closed convex cone C and a standard Gaussian vector g the master Steiner formula says that
|P_C g|^2 has the law sum_k v_k(C) chi^2_k, with an atom of mass v_0 at 0 (chi^2_0), and that
(|P_C g|^2, |P_{C polar} g|^2) is the mixture of independent chi^2_k and chi^2_{d-k}
(mccoytropp2014steiner, theorem 3.1). It is the null law of likelihood-ratio tests in
order-restricted inference (robertsonwrightdykstra1988order, chapter 2).

Values are float64 with the interface of a frozen scipy.stats distribution. All terms of the
mixture are positive, so that the relative error of pdf, cdf and sf is that of scipy.special's
incomplete gamma functions, below 1e-12 for d <= 1000; ``sf(x, digits=..)`` and
``cdf(x, digits=..)`` give a certified Ball instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb
from polygeo.answers.certification import as_float
from polygeo.answers.estimates import Estimates
from polygeo.answers.exact import integer
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.volumes.laws import chisquared
from polygeo.volumes.laws.chisquared import floats, log_share
from polygeo.volumes.laws.draws import draw
from polygeo.volumes.laws.estimated_law import EstimatedChiBarSquared
from polygeo.volumes.laws.mixture import MixtureOnHalfLine, WeightedLaw

__all__ = ["BivariateChiBarSquared", "ChiBarSquared"]

Array = Any


MAX_ORDER = 100
"""Largest order of a moment."""


class ChiBarSquared(MixtureOnHalfLine):
    """Law of |P_C g|^2 for a convex cone C: the chi-squared laws chi^2_k mixed with weights v_k(C).

    * ``cone``: a cone, its `IntrinsicVolumes`, or the weights v_0, ..., v_d (exact or certified,
      sum 1; or estimates that hold their counts).

    The methods are those of a frozen `scipy.stats` distribution, vectorised, float64. The atom at 0
    has mass ``atom`` = v_0; ``pdf`` is the density of the rest.

    Of estimated volumes (``C.estimate_intrinsic_volumes(samples, seed)``) and of counted
    projections (``C.face_counts(samples, seed)``) an
    `EstimatedChiBarSquared <polygeo.volumes.laws.estimated_law.EstimatedChiBarSquared>` is made,
    whose ``sf`` is an Estimate.

    >>> law = ChiBarSquared([mpq(1, 3), mpq(1, 2), mpq(1, 6)])   # three ordered means
    >>> law.atom, round(float(law.isf(0.05)), 3), float(law.mean())
    (0.3333333333333333, 3.82, 0.8333333333333334)
    >>> law.sf("3.82", digits=12)
    Ball(0.0500021835180...)
    >>> [float(x) for x in ChiBarSquared(["1/2", "1/2"]).p_value([0, 3.84])]
    [1.0, 0.025...]
    >>> float(ChiBarSquared(["1/4", "1/2", "1/4"]).sf(0))
    0.75
    >>> from polygeo.cones import Orthant
    >>> ChiBarSquared(Orthant(3).estimate_intrinsic_volumes(2000, seed=1)).sf(5)
    Estimate(0.06247 +/- 0.00045, 95% in [0.06136, 0.06376], 2000 samples, seed 1)
    """

    def __new__(cls, cone: Any) -> Any:
        """Take estimates and counts to the law whose probabilities are Estimates."""
        if isinstance(cone, Estimates):
            if cone.counts is None:
                raise DomainError(
                    "a law of estimated weights needs their joint law: estimates that hold their "
                    "counts, as face_counts(samples, seed).volumes() gives them"
                )
            return EstimatedChiBarSquared(cone.counts)
        if hasattr(cone, "functional") and hasattr(cone, "volumes"):
            return EstimatedChiBarSquared(cone)
        return super().__new__(cls)

    @classmethod
    @patient
    def from_covariance(
        cls,
        V: Any,
        A: Any = None,
        equalities: Any = None,
        digits: int = 15,
        *,
        samples: int | None = None,
        seed: int | None = None,
        max_seconds: Any = None,
        progress: bool | None = None,
    ) -> ChiBarSquared:
        """Make the null law of the test of A x = 0 against A x >= 0 for estimates of covariance V.

        * ``V``, ``A``, ``equalities``, ``digits``, ``samples``, ``seed``, ``max_seconds``,
          ``progress``: as for `polygeo.volumes.chi_bar_weights`, with the same errors.

        Estimated weights, where ``samples`` are given and certified ones would take too long, make
        an `EstimatedChiBarSquared <polygeo.volumes.laws.estimated_law.EstimatedChiBarSquared>`.

        >>> ChiBarSquared.from_covariance([[2, 1], [1, 2]], "x1 > 0; x2 > 0").weights
        IntrinsicVolumes(1/6, 1/2, 1/3)
        """
        from polygeo.volumes import chi_bar_weights

        limits = {"samples": samples, "seed": seed, "max_seconds": max_seconds}
        return cls(chi_bar_weights(V, A, equalities, digits, progress=progress, **limits))

    def _density(self, k: int, x: Array) -> Array:
        return chisquared.density(k, x)

    def _below(self, k: int, x: Array) -> Array:
        return chisquared.cdf(k, x)

    def _above(self, k: int, x: Array) -> Array:
        return chisquared.sf(k, x)

    def _share(self, k: int, x: mpq, upper: bool) -> arb:
        half = exact_arb(x / 2)
        tail = half.gamma_upper if upper else half.gamma_lower
        return tail(exact_arb(mpq(k, 2)), regularized=1)

    def logpdf(self, x: Array) -> Array:
        """Return the logarithm of `pdf` at x, finite wherever the density is positive.

        >>> float(ChiBarSquared(["1/8", "3/8", "3/8", "1/8"]).logpdf(2000.0))
        -999.11...
        """
        return self._logs(floats(x), chisquared.log_density)[()]

    def logcdf(self, x: Array) -> Array:
        """Return the logarithm of `cdf` at x, also where `cdf` is too small for a float."""
        return self._log_share(x, self.cdf, self.sf, chisquared.log_cdf)

    def logsf(self, x: Array) -> Array:
        """Return the logarithm of `sf` at x, also where `sf` is too small for a float.

        >>> float(ChiBarSquared(["0", "1/2", "1/2"]).logsf(1500))
        -750.67...
        """
        return self._log_share(x, self.sf, self.cdf, chisquared.log_sf)

    def _logs(self, x: Array, log: Callable[[int, Array], Array]) -> Array:
        terms = [log(int(k), x) for k in self._degrees]
        total = chisquared.log_sum(terms, self._floats[self._degrees])
        return np.where(np.isnan(x), np.nan, total)

    def _log_share(self, x: Array, share: Callable, rest: Callable, log: Callable) -> Array:
        points = floats(x)
        value = share(points)
        with np.errstate(invalid="ignore"):
            far = value < chisquared.SMALL
        logs = np.asarray(log_share(value, rest(points)))
        if np.any(far):
            logs[far] = self._logs(points[far], log)
        return logs[()]

    def mean(self) -> float:
        """Return the mean E X = sum_k k v_k, the statistical dimension."""
        return as_float(self.weights.statistical_dimension())

    def var(self) -> float:
        """Return the variance Var X = 2 sum_k k v_k + Var of the index k."""
        return 2 * self.mean() + as_float(self.weights.variance())

    def std(self) -> float:
        """Return the standard deviation of X."""
        return float(np.sqrt(self.var()))

    def moment(self, order: int) -> float:
        """Return the moment E X^order = sum_k v_k k (k+2) ... (k + 2 order - 2).

        * ``order``: an integer, 0 <= order <= 100.
        """
        power = integer(order, "order")
        if not 0 <= power <= MAX_ORDER:
            raise DomainError(f"moment needs 0 <= order <= {MAX_ORDER}; got {power}")
        k = np.arange(len(self._floats), dtype=float)
        products = self._floats.copy()
        with np.errstate(over="ignore"):
            for i in range(power):
                products *= k + 2 * i
        total = float(products.sum())
        if not np.isfinite(total):
            raise DomainError(f"the moment of order {power} does not fit into a float")
        return total

    def stats(self) -> tuple[float, float]:
        """Return the pair (mean, variance)."""
        return self.mean(), self.var()

    @patient
    def rvs(self, size: Any = None, random_state: Any = None) -> Array:
        """Draw random values of X.

        * ``size``: an integer or a shape (default None: one value).
        * ``random_state``: an integer seed or a numpy Generator (default None: fresh randomness).
        """
        return draw(self._floats, size, random_state, lambda k: 0 * k)[0]


class BivariateChiBarSquared(WeightedLaw):
    """Joint law of (|P_C g|^2, |P_{C polar} g|^2): independent chi^2_k, chi^2_{d-k} given k.

    * ``cone``: as in `ChiBarSquared`; the index k has the probability v_k(C).

    >>> law = BivariateChiBarSquared([mpq(1, 4), mpq(1, 2), mpq(1, 4)])
    >>> law.mean(), float(law.cdf(np.inf, 0.0))
    ((1.0, 1.0), 0.25)
    """

    def _law(self, k: int) -> str:
        return rf"\chi^2_{{{k}}} \otimes \chi^2_{{{len(self.weights) - 1 - k}}}"

    @patient
    def pdf(self, x: Array, y: Array) -> Array:
        """Return the density at x, y > 0, without the parts on the axes (k = 0 and k = d)."""
        return self._joint(x, y, chisquared.density)

    @patient
    def cdf(self, x: Array, y: Array) -> Array:
        """Return P[X <= x, Y <= y] for arrays x, y."""
        return self._joint(x, y, chisquared.cdf)

    @patient
    def sf(self, x: Array, y: Array) -> Array:
        """Return P[X > x, Y > y] for arrays x, y.

        Both inequalities are strict: sf(0, y) is without the atom at X = 0 (k = 0), and sf(x, 0)
        without the atom at Y = 0 (k = d).
        """
        return self._joint(x, y, chisquared.sf)

    def _joint(self, x: Array, y: Array, term: Callable[[int, Array], Array]) -> Array:
        left, right = floats(x), floats(y)
        try:
            a, b = np.broadcast_arrays(left, right)
        except ValueError:
            shapes = f"{left.shape} and {right.shape}"
            raise DomainError(f"x and y need shapes that can be broadcast; got {shapes}") from None
        d = len(self._floats) - 1
        total = np.zeros(a.shape)
        for k in self._degrees:
            total = total + self._floats[k] * term(int(k), a) * term(d - int(k), b)
        return np.where(np.isnan(a) | np.isnan(b), np.nan, total)[()]

    def mean(self) -> tuple[float, float]:
        """Return the pair of means (delta(C), d - delta(C)), delta the statistical dimension."""
        first = as_float(self.weights.statistical_dimension())
        return first, len(self._floats) - 1 - first

    def cov(self) -> np.ndarray:
        """Return the 2 x 2 covariance matrix; the common index k makes the covariance negative."""
        (a, b), spread = self.mean(), as_float(self.weights.variance())
        return np.array([[2 * a + spread, -spread], [-spread, 2 * b + spread]])

    @patient
    def rvs(self, size: Any = None, random_state: Any = None) -> Array:
        """Draw random pairs, an array of shape (2, *size).

        * ``size``, ``random_state``: as in `ChiBarSquared.rvs`.
        """
        top = len(self._floats) - 1
        return np.stack(draw(self._floats, size, random_state, lambda k: top - k))
