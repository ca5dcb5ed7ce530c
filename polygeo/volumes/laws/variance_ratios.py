"""Null laws of order-restricted tests when the variance is estimated: E-bar-squared and F-bar.

Let C be a cone of dimension r in R^r, g a standard Gaussian vector, and s^2 an independent
estimate of the variance with s^2 ~ chi^2_nu / nu. Given the index k of the face that P_C g hits,
|P_C g|^2 ~ chi^2_k and |g - P_C g|^2 ~ chi^2_{r-k} are independent, so that

    F-bar     = |P_C g|^2 / s^2                                     ~ sum_k v_k(C) k F_{k, nu},
    E-bar^2   = |P_C g|^2 / (|g|^2 + nu s^2)                        ~ sum_k v_k(C) Beta(k/2, b_k),

b_k = (nu + r - k)/2 (robertsonwrightdykstra1988order, section 2.3, for E-bar-squared, the
likelihood-ratio statistic; silvapullesen2005constrained, section 3.9, for F-bar, which compares
with the residual variance of the fit without restriction). k F_{k, nu} at x is Beta(k/2, nu/2) at
x/(x + nu).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb
from gmpy2 import mpq
from scipy import special

from polygeo.answers.ball import exact_arb
from polygeo.answers.certification import as_float
from polygeo.answers.exact import abbreviate, rational
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.volumes.laws.draws import draw
from polygeo.volumes.laws.mixture import MixtureOnHalfLine

__all__ = ["EBarSquared", "FBar"]

Array = Any


class _Ratio(MixtureOnHalfLine):
    """A mixture of beta laws, read off at the share y(x) in [0, 1]."""

    def __init__(self, cone: Any, df: Any) -> None:
        super().__init__(cone)
        self.df = rational(df, "df")
        if self.df <= 0:
            raise DomainError(f"df, the degrees of freedom of the variance, needs df > 0; got {df}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.weights!r}, df={abbreviate(str(self.df))})"

    def _second(self, k: int) -> mpq:
        """Return the second parameter of the beta law k."""
        raise NotImplementedError

    def _to_share(self, x: mpq) -> mpq:
        """Return y(x) of a rational number x > 0."""
        raise NotImplementedError

    def _to_shares(self, x: Array) -> tuple[Array, Array]:
        """Return y(x) and 1 - y(x) of an array x >= 0, each with the relative error of a float."""
        raise NotImplementedError

    def _below(self, k: int, x: Array) -> Array:
        return self._beta(k, x, special.betainc, special.betaincc, 0.0)

    def _above(self, k: int, x: Array) -> Array:
        return self._beta(k, x, special.betaincc, special.betainc, 1.0)

    def _beta(self, k: int, x: Array, small: Any, large: Any, before: float) -> Array:
        """A distribution function of law k at x, which is ``before`` for x below 0.

        ``small`` is evaluated at a share y below 1/2, else ``large`` of the mirror law at 1 - y.
        """
        if k == 0:
            return np.where(x >= 0, 1.0 - before, before)
        a, b, (y, rest) = k / 2, float(self._second(k)), self._to_shares(np.maximum(x, 0.0))
        return np.where(x > 0, np.where(y < 0.5, small(a, b, y), large(b, a, rest)), before)

    def _share(self, k: int, x: mpq, upper: bool) -> arb:
        a, b, y = mpq(k, 2), self._second(k), self._to_share(x)
        if upper:
            return exact_arb(1 - y).beta_lower(exact_arb(b), exact_arb(a), regularized=1)
        return exact_arb(y).beta_lower(exact_arb(a), exact_arb(b), regularized=1)


class FBar(_Ratio):
    """Law of F-bar = |P_C g|^2 / s^2: the laws of k F_{k, nu} mixed with weights v_k(C).

    * ``cone``: a cone, its `IntrinsicVolumes`, or the weights v_0, ..., v_r (exact or certified,
      sum 1).
    * ``df``: nu > 0, the degrees of freedom of the variance estimate s^2, a rational number.

    The methods are those of `ChiBarSquared <polygeo.volumes.laws.chibarsq.ChiBarSquared>`:
    float64, or a certified Ball where ``digits`` is given.

    Source: silvapullesen2005constrained, section 3.9.

    >>> law = FBar(["1/3", "1/2", "1/6"], df=12)           # three ordered means
    >>> round(float(law.isf(0.05)), 3), law.sf(5, digits=10)
    (4.618, Ball(0.043175500...))
    """

    def _law(self, k: int) -> str:
        return rf"{k}\,F_{{{k},\,{self.df}}}"

    def _second(self, k: int) -> mpq:
        return self.df / 2

    def _to_share(self, x: mpq) -> mpq:
        return x / (x + self.df)

    def _to_shares(self, x: Array) -> tuple[Array, Array]:
        nu = float(self.df)
        with np.errstate(invalid="ignore"):
            return np.where(x < np.inf, x / (x + nu), 1.0), nu / (x + nu)

    def _density(self, k: int, x: Array) -> Array:
        if k == 0:
            return np.zeros(np.shape(x))
        nu, (y, rest) = float(self.df), self._to_shares(np.maximum(x, 0.0))
        # dy/dx = (1 - y)^2 / nu
        return np.where(x > 0, _beta_density(k / 2, nu / 2, y, rest, power=2) / nu, 0.0)

    def mean(self) -> float:
        """Return the mean nu/(nu - 2) sum_k k v_k; infinite for nu <= 2."""
        nu = float(self.df)
        if nu <= 2:
            return 0.0 if self._degrees[-1] == 0 else float("inf")
        return nu / (nu - 2) * as_float(self.weights.statistical_dimension())

    @patient
    def rvs(self, size: Any = None, random_state: Any = None) -> Array:
        """Draw random values of F-bar.

        * ``size``, ``random_state``: as in `ChiBarSquared.rvs`.
        """
        nu = float(self.df)
        first, second = draw(self._floats, size, random_state, lambda k: 0 * k + nu)
        return nu * first / second


class EBarSquared(_Ratio):
    """Law of E-bar^2 = |P_C g|^2 / (|g|^2 + nu s^2): beta laws mixed with weights v_k(C).

    * ``cone``: a cone of full dimension r in R^r, its `IntrinsicVolumes`, or the weights v_0, ...,
      v_r (exact or certified, sum 1).
    * ``df``: nu > 0, the degrees of freedom of the variance estimate s^2, a rational number; for k
      means from N observations r = k - 1 and nu = N - k.

    The methods are those of `ChiBarSquared <polygeo.volumes.laws.chibarsq.ChiBarSquared>`:
    float64, or a certified Ball where ``digits`` is given.

    Source: robertsonwrightdykstra1988order, section 2.3.

    >>> law = EBarSquared(["1/3", "1/2", "1/6"], df=12)    # three ordered means, N = 15
    >>> round(float(law.isf(0.05)), 3), law.sf("1/4", digits=10)
    (0.267, Ball(0.058512506...))
    """

    def _law(self, k: int) -> str:
        return rf"\mathrm{{Beta}}(\tfrac{{{k}}}{{2}}, {self._second(k)})"

    def _second(self, k: int) -> mpq:
        return (self.df + len(self.weights) - 1 - k) / 2

    def _to_share(self, x: mpq) -> mpq:
        return min(x, mpq(1))

    def _to_shares(self, x: Array) -> tuple[Array, Array]:
        return np.minimum(x, 1.0), np.maximum(1.0 - x, 0.0)

    def _density(self, k: int, x: Array) -> Array:
        if k == 0:
            return np.zeros(np.shape(x))
        inside = (x > 0) & (x < 1)
        y = np.where(inside, x, 0.5)
        return np.where(inside, _beta_density(k / 2, float(self._second(k)), y, 1.0 - y), 0.0)

    def support(self) -> tuple[float, float]:
        """Return the ends of the support: (0, 1), or (0, 0) for the cone {0}."""
        return 0.0, (0.0 if self._degrees[-1] == 0 else 1.0)

    def mean(self) -> float:
        """Return the mean sum_k k v_k / (nu + r)."""
        total = float(self.df) + len(self.weights) - 1
        return as_float(self.weights.statistical_dimension()) / total

    @patient
    def rvs(self, size: Any = None, random_state: Any = None) -> Array:
        """Draw random values of E-bar^2.

        * ``size``, ``random_state``: as in `ChiBarSquared.rvs`.
        """
        most = float(self.df) + len(self._floats) - 1
        first, second = draw(self._floats, size, random_state, lambda k: most - k)
        return first / (first + second)


def _beta_density(a: float, b: float, y: Array, rest: Array, power: int = 0) -> Array:
    """Return the density of Beta(a, b) at y in (0, 1), rest = 1 - y, times a power of rest."""
    logs = special.xlogy(a - 1, y) + special.xlogy(b - 1 + power, rest) - special.betaln(a, b)
    return np.exp(logs)
