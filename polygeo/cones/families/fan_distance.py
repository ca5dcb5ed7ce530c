"""E e^{-c dist(g, C)} for the cone C = C_{m,k} of fewer than k positive coordinates, g Gaussian.

The nearest point of C keeps the k - 1 largest positive coordinates and the negative ones, so that
dist^2 = S is the sum of the squares of the other positive ones. For k >= 2 and with u > 0 the
(k-1)-th largest coordinate, the m - k + 1 smaller ones are independent, and

    E[e^{-v S}; u > 0] = L(v) = m!/((k-2)! (m-k+1)!) int_0^oo H(u)^{k-2} phi(u) Z(u)^{m-k+1} du,
    Z(u) = 1/2 + (Phi(u s) - 1/2)/s,   s = sqrt(1 + 2 v),

H the normal tail, phi its density; u <= 0 means S = 0. For k = 1 it is Z(oo)^m. The square root is
taken by e^{-c sqrt S} = (2/sqrt pi) int e^{t - e^{2t}} e^{-v(t) S} dt, v(t) = c^2 e^{-2t}/4, over
the line, and that integral by the trapezoidal rule with step h. On the lines Im t = +-a < pi/4 the
integrand is at most e^{x - kappa (e^{2x} + (c^2 S/4) e^{-2x})}, kappa = cos 2a, with the integral
kappa^{-1/2} e^{-kappa c sqrt S}. Hence (trefethenweideman2014exponentially, theorem 5.1), for
X = E[e^{-c sqrt S}; u > 0] and the sum T_h, by Jensen's inequality,

    |X - T_h| <= eps X^kappa,   eps = 2 kappa^{-1/2} / (e^{2 pi a/h} - 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import cos, exp, lgamma, log, pi, sqrt
from typing import Any

import gmpy2
from flint import acb, arb
from gmpy2 import mpq, mpz

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.splitting import partial_binomial_sum
from polygeo.errors import DomainError, NotConverged

__all__ = ["FanDistance"]

ACCURACY = 1e-9
"""Relative width, about, to which the transform is enclosed."""

BITS = 64
"""Working precision of the transform, in bits."""

MAX_NODES = 4000
"""Largest number of terms of the trapezoidal rule."""


@dataclass(frozen=True)
class FanDistance:
    """The law of the distance of a Gaussian vector of R^m to C_{m,k}, by its transform.

    >>> ball = FanDistance(6, 2).ball(mpq(2))
    >>> ball.decimal(8)
    '0.32139087'
    """

    m: int
    k: int

    def ball(self, c: mpq) -> Ball:
        """E e^{-c dist} for a rational c > 0, enclosed to about 10 digits."""
        if not c > 0:
            raise DomainError(f"the transform needs c > 0; got c={c}")
        with precision(BITS):
            return Ball.from_arb(self.upper(c), BITS)

    def upper(self, c: mpq) -> arb:
        """E e^{-c dist}, enclosed, for a rational c > 0, at the working precision."""
        positive = self._positive(c)
        if self.k == 1:
            return positive
        few = mpq(partial_binomial_sum(self.m, self.k - 1), mpz(1) << self.m)
        return exact_arb(few) + positive

    def rough(self, c: float) -> float:
        """log E e^{-c dist} in floats, to about 8 digits."""
        import numpy as np

        t, logs = self._terms(c)
        step = t[1] - t[0]
        logs[0] -= log(1 - exp(-step))  # the terms further to the left
        peak = logs.max()
        value = log(np.exp(logs - peak).sum() * step * 2 / sqrt(pi)) + peak
        if self.k == 1:
            return value
        few = self._log_few
        top = max(few, value)
        return top + log(exp(few - top) + exp(value - top))

    @cached_property
    def _log_few(self) -> float:
        few = mpz(partial_binomial_sum(self.m, self.k - 1))
        return float(gmpy2.log(gmpy2.mpfr(few, 53))) - self.m * log(2)

    def _terms(self, c: float, step: float = 0.05) -> tuple[Any, Any]:
        """Nodes t and the logarithms of the terms there, in floats, where they matter."""
        import numpy as np

        t = np.arange(-200, 60) * step
        logs = t - np.exp(2 * t) + self._log_laplace(c * c / 4 * np.exp(-2 * t))
        return t, logs

    def _log_laplace(self, v: Any) -> Any:
        """log L(v) in floats, for an array of v."""
        import numpy as np
        from scipy.special import erf as erf_of
        from scipy.special import log_ndtr

        s = np.sqrt(1 + 2 * v)
        if self.k == 1:
            return self.m * np.log(0.5 + 0.5 / s)
        u, weights = _gauss_legendre(self.m, self.k)
        z = 0.5 + erf_of(np.outer(s, u) / sqrt(2)) / 2 / s[:, None]
        rest = self.m - self.k + 1
        logs = (self.k - 2) * log_ndtr(-u) - u * u / 2 - log(2 * pi) / 2 + np.log(weights)
        logs = logs + rest * np.log(z)
        peak = logs.max(axis=1, keepdims=True)
        total = np.log(np.exp(logs - peak).sum(axis=1)) + peak[:, 0]
        return total + lgamma(self.m + 1) - lgamma(self.k - 1) - lgamma(rest + 1)

    def _positive(self, c: mpq) -> arb:
        """X = E[e^{-c sqrt S}; u > 0], enclosed (all of it for k = 1)."""
        h, kappa, a, first, last = self._rule(float(c))
        if last - first > MAX_NODES:
            raise NotConverged(f"the distance to C_({self.m},{self.k}) needs {last - first} terms")
        step, quarter = arb(h), exact_arb(c) ** 2 / 4
        total = arb(0)
        for j in range(first, last + 1):
            square = (2 * j * step).exp()
            value = self._laplace(quarter / square)
            total += (j * step - square).exp() * value
            if j == first:  # further to the left L lies between this value and its limit
                weights = (j * step - step).exp() / (1 - (-step).exp())
                total += weights * self._limit().union(value) * (-square).exp().union(arb(1))
        factor = 2 / arb.pi().sqrt() * step
        total = factor * total + arb(0).union((last * step).exp().erfc())
        eps = 2 / arb(kappa).sqrt() / ((2 * arb.pi() * arb(a) / step).exp() - 1)
        most = arb(1)
        for _ in range(60):
            most = _smaller(most, total + eps * most ** arb(kappa))
        error = (eps * most ** arb(kappa)).upper()
        return (total - error).union(total + error)

    def _rule(self, c: float) -> tuple[float, float, float, int, int]:
        """Step, cos 2a, a, and the first and the last node of a sufficient trapezoidal rule."""
        import numpy as np

        t, logs = self._terms(c)
        size = self.rough(c) if self.k == 1 else self._rough_positive(t, logs)
        span = max(-size, 1.0)
        a = min(0.7, max(0.05, sqrt(10 / span)))
        kappa = cos(2 * a)
        h = 2 * pi * a / (-log(ACCURACY) + span * (1 - kappa) + 2)
        far = float(self._log_laplace(np.array([1e300]))[0])
        above_limit = np.exp(np.maximum(logs - (t - np.exp(2 * t)) - far, 0)) - 1
        uncertain = t + far + np.log(above_limit + 1e-300) - size
        first = t[int(np.argmax(uncertain > log(ACCURACY) - 3))] - h
        last = t[np.nonzero(logs > size + log(ACCURACY) - 3)[0][-1]] + h
        last = max(last, log(max(1.0, sqrt(-log(ACCURACY) + 3 - size))))
        return h, kappa, a, int(first / h) - 1, int(last / h) + 1

    def _rough_positive(self, t: Any, logs: Any) -> float:
        import numpy as np

        peak = logs.max()
        return float(log(np.exp(logs - peak).sum() * (t[1] - t[0]) * 2 / sqrt(pi)) + peak)

    def _limit(self) -> arb:
        """L(v) for v -> oo: P[exactly k - 1 coordinates are positive]."""
        return arb(int(gmpy2.bincoef(self.m, self.k - 1))) * arb(2) ** -self.m

    def _laplace(self, v: arb) -> arb:
        """L(v), enclosed."""
        s = (1 + 2 * v).sqrt()
        if self.k == 1:
            return ((1 + 1 / s) / 2) ** self.m
        import numpy as np

        rest = self.m - self.k + 1
        root, last = arb(2).sqrt(), self.k - 2
        end = _end(self.m, self.k)

        def integrand(u: acb, _: bool) -> acb:
            z = (1 + (u * s / root).erf() / s) / 2
            tail = (u / root).erfc() / 2
            return tail**last * (-u * u / 2).exp() * z**rest

        mass = arb(int(gmpy2.bincoef(self.m, last + 1))) * (last + 1)
        size = arb(float(self._log_laplace(np.array([float(v)]))[0])).exp() / mass
        goal = arb(ACCURACY / 100)
        whole = (
            acb.integral(
                integrand, acb(0), acb(end), rel_tol=goal, abs_tol=goal * size, eval_limit=200_000
            ).real
            / (2 * arb.pi()).sqrt()
        )
        far = (arb(end) / root).erfc() / 2
        most = ((1 + 1 / s) / 2) ** rest * far ** (self.k - 1) / (self.k - 1)
        return mass * whole.union(whole + most)


def _smaller(first: arb, second: arb) -> arb:
    """The smaller of two upper bounds, as an exact number."""
    a, b = first.upper(), second.upper()
    return a if a < b else b


@lru_cache(maxsize=64)
def _end(m: int, k: int) -> int:
    """Where H(u)^{k-1} m^{k-1} is below e^{-700}: beyond it the integral is bounded."""
    u = 2
    while (k - 1) * (u * u / 2 - log(m)) < 700 and u < 38:
        u += 1
    return u


@lru_cache(maxsize=16)
def _gauss_legendre(m: int, k: int) -> tuple[Any, Any]:
    """Nodes and weights on the interval where the (k-1)-th largest coordinate can matter."""
    import numpy as np

    x, w = np.polynomial.legendre.leggauss(160)
    end = min(float(_end(m, k)), 12.0)
    return (x + 1) * end / 2, w * end / 2
