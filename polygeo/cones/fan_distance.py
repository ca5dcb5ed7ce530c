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
from math import cos, lgamma, log, pi, sqrt
from typing import Any

import gmpy2
import numpy as np
from flint import acb, arb
from gmpy2 import mpq, mpz
from scipy import special

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.answers.quadrature import quadrature
from polygeo.errors import DomainError, NotConverged

__all__ = ["FanDistance"]

ACCURACY = 1e-8
"""Relative width of the enclosure of the transform (1e-5 where the transform is below e^-100)."""

BITS = 64
"""Working precision of the transform, in bits."""

MAX_NODES = 4000
"""Largest number of terms of the trapezoidal rule."""


@dataclass(frozen=True)
class FanDistance:
    """The law of the distance of a Gaussian vector of R^m to C_{m,k}, by its Laplace transform.

    >>> ball = FanDistance(6, 2).ball(mpq(2))
    >>> ball.decimal(7)
    '0.3562045'
    """

    m: int
    k: int

    def ball(self, c: mpq) -> Ball:
        """Compute E e^{-c dist} for a rational c > 0, a Ball of 9 digits."""
        if not c > 0:
            raise DomainError(f"the transform needs c > 0; got c={c}")
        with precision(BITS):
            return Ball.from_arb(self.upper(c), BITS)

    def upper(self, c: mpq) -> arb:
        """Compute an enclosure of E e^{-c dist} for a rational c > 0, at the working precision."""
        positive = self._positive(c)
        if self.k == 1:
            return positive
        few = mpq(partial_binomial_sum(self.m, self.k - 1), mpz(1) << self.m)
        return exact_arb(few) + positive

    def rough(self, c: float) -> float:
        """Compute log E e^{-c dist} in floats, to 6 digits; no proof uses this number."""
        t, logs = self._terms(c, 0.25)
        for _ in range(2):  # closer to where the terms matter
            first = int(np.argmax(logs > logs.max() - 60))
            last = len(t) - int(np.argmax(logs[::-1] > logs.max() - 60))
            low, high = t[max(first - 1, 0)], t[min(last, len(t) - 1)]
            t, logs = self._terms(c, (high - low) / 60, low, high)
        value = _log_of_sum(t, logs)
        if self.k == 1:
            return value
        return float(np.logaddexp(self._log_few, value))

    @cached_property
    def _log_few(self) -> float:
        few = mpz(partial_binomial_sum(self.m, self.k - 1))
        return float(gmpy2.log(gmpy2.mpfr(few, 53))) - self.m * log(2)

    def _terms(self, c: float, step: float, low: float = -12.0, high: float = 4.0) -> Any:
        """Nodes t between low and high and the logarithms of the terms there, in floats."""
        t = np.arange(low, high + step / 2, step)
        logs = t - np.exp(2 * t) + self._log_laplace(c * c / 4 * np.exp(-2 * t))
        return t, logs

    def _log_laplace(self, v: Any) -> Any:
        """log L(v) in floats, for an array of v."""
        s = np.sqrt(1 + 2 * v)
        if self.k == 1:
            return self.m * np.log(0.5 + 0.5 / s)
        u, weights = _nodes(self.m, self.k)
        z = 0.5 + special.erf(np.outer(s, u) / sqrt(2)) / 2 / s[:, None]
        return special.logsumexp(weights + (self.m - self.k + 1) * np.log(z), axis=1)

    def _positive(self, c: mpq) -> arb:
        """X = E[e^{-c sqrt S}; u > 0], enclosed (all of it for k = 1)."""
        rule = self._rule(float(c))
        count = rule.last - rule.first + 1
        if count > MAX_NODES:
            raise NotConverged(f"the distance to C_({self.m},{self.k}) needs {count} terms")
        step, quarter = arb(rule.h), exact_arb(c) ** 2 / 4
        total = arb(0)
        for j, tolerance in zip(range(rule.first, rule.last + 1), rule.tolerances, strict=True):
            square = (2 * j * step).exp()
            value = self._laplace(quarter / square, tolerance)
            total += (j * step - square).exp() * value
            if j == rule.first:  # further to the left L lies between this value and its limit
                weights = (j * step - step).exp() / (1 - (-step).exp())
                total += weights * self._limit().union(value) * (-square).exp().union(arb(1))
        factor = 2 / arb.pi().sqrt() * step
        total = factor * total + arb(0).union((rule.last * step).exp().erfc())
        kappa = (2 * arb(rule.a)).cos()
        eps = 2 / kappa.sqrt() / ((2 * arb.pi() * arb(rule.a) / step).exp() - 1)
        most = arb(1)
        for _ in range(60):
            most = most.min((total + eps * most**kappa).upper())
        error = (eps * most**kappa).upper()
        return (total - error).union(total + error)

    def _rule(self, c: float) -> _Rule:
        """A trapezoidal rule that should do; what it leaves out is bounded by `_positive`."""
        t, logs = self._terms(c, 0.05)
        size = _log_of_sum(t, logs)
        span = max(-size, 1.0)
        accuracy = ACCURACY if span < 100 else 1e-5
        digits = -log(accuracy)
        a = min(0.7, max(0.02, sqrt(digits / 2 / span)))
        kappa = cos(2 * a)
        h = 2 * pi * a / (digits + span * (1 - kappa) + 2)
        far = float(self._log_laplace(np.array([1e300]))[0])
        excess = np.clip(logs - (t - np.exp(2 * t)) - far, 1e-300, 700)
        uncertain = t + far + np.log(np.expm1(excess)) - size
        start = t[int(np.argmax(uncertain > -digits - 3))] - h
        end = t[np.nonzero(logs > size - digits - 3)[0][-1]] + h
        end = max(end, log(max(1.0, sqrt(digits + 3 - size))))
        first, last = int(start / h) - 1, int(end / h) + 1
        share = np.interp(np.arange(first, last + 1) * h, t, logs) - size
        tolerances = accuracy / 100 * np.exp(np.clip(-share - 3, 0, 16))
        return _Rule(h, a, first, last, tolerances.tolist())

    def _limit(self) -> arb:
        """L(v) for v -> oo: P[exactly k - 1 coordinates are positive]."""
        return arb(int(gmpy2.bincoef(self.m, self.k - 1))) * arb(2) ** -self.m

    def _laplace(self, v: arb, tolerance: float) -> arb:
        """L(v), enclosed, with a relative error of about ``tolerance``."""
        s = (1 + 2 * v).sqrt()
        if self.k == 1:
            return ((1 + 1 / s) / 2) ** self.m
        rest = self.m - self.k + 1
        root, last = arb(2).sqrt(), self.k - 2

        def integrand(u: acb, _: bool) -> acb:
            z = (1 + (u * s / root).erf() / s) / 2
            tail = (u / root).erfc() / 2
            return tail**last * (-u * u / 2).exp() * z**rest

        mass = arb(int(gmpy2.bincoef(self.m, last + 1))) * (last + 1)
        size = arb(float(self._log_laplace(np.array([float(v)]))[0])).exp() / mass
        most, end = ((1 + 1 / s) / 2) ** rest / (self.k - 1), 1
        while True:  # the integral beyond the end is bounded by `most` times H(end)^(k-1)
            rest_of_it = most * ((arb(end) / root).erfc() / 2) ** (self.k - 1)
            if rest_of_it < tolerance * size or end >= 40:
                break
            end += 1
        goal = arb(tolerance)
        whole = (
            quadrature(
                integrand, acb(0), acb(end), rel_tol=goal, abs_tol=goal * size, eval_limit=200_000
            ).real
            / (2 * arb.pi()).sqrt()
        )
        return mass * whole.union(whole + rest_of_it)


@dataclass(frozen=True)
class _Rule:
    """Step, half-width a of the strip, first and last node, accuracy at each of them."""

    h: float
    a: float
    first: int
    last: int
    tolerances: list[float]


def _log_of_sum(t: Any, logs: Any) -> float:
    """The logarithm of 2/sqrt(pi) times the trapezoidal sum of e^logs."""
    return float(special.logsumexp(logs) + log((t[1] - t[0]) * 2 / sqrt(pi)))


@lru_cache(maxsize=16)
def _nodes(m: int, k: int) -> tuple[Any, Any]:
    """Nodes u and the logarithms of m!/((k-2)! (m-k+1)!) H^{k-2} phi there times their weights."""

    def density(u: Any) -> Any:
        logs = (k - 2) * special.log_ndtr(-u) - u * u / 2 - log(2 * pi) / 2
        return logs + lgamma(m + 1) - lgamma(k - 1) - lgamma(m - k + 2)

    grid = np.linspace(0, 12, 1201)
    at_zero = density(grid) + (m - k + 1) * special.log_ndtr(grid)  # v = 0; else further left
    end = grid[np.nonzero(at_zero > at_zero.max() - 60)[0][-1]]
    x, w = np.polynomial.legendre.leggauss(8)
    panels = max(4, int(end * sqrt(m)))
    half = end / panels / 2
    u = ((2 * np.arange(panels)[:, None] + 1 + x) * half).ravel()
    return u, density(u) + np.tile(np.log(w * half), panels)
