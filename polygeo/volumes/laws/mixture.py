"""Mixtures whose weights are conic intrinsic volumes: an atom at 0, and a law for each k >= 1.

Values are float64 with the interface of a frozen scipy.stats distribution; all terms of the mixture
are positive. ``sf(x, digits=..)`` and ``cdf(x, digits=..)`` give a certified Ball instead.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb
from polygeo.answers.certification import as_float, certify
from polygeo.answers.decimals import significant
from polygeo.answers.exact import is_expression, rational
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.answers.options import in_unit_interval
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.volumes.intrinsic import IntrinsicVolumes, intrinsic_volumes_of
from polygeo.volumes.laws.chisquared import floats

__all__ = ["MixtureOnHalfLine", "WeightedLaw"]

Array = Any

MORE_DIGITS = 10
"""Digits of recomputed weights beyond those of the answer."""

TOP = 700.0
"""Largest logarithm of a quantile."""

HALVINGS = 100
"""Halvings of (e^-745, e^TOP), beyond which no float lies between."""


class WeightedLaw:
    """What all of these laws share: the weights, exact and as floats, and their source."""

    source = "kinematic.chi_bar_squared"

    def __init__(self, cone: Any) -> None:
        self._cone = cone if hasattr(cone, "intrinsic_volumes") else None
        self.weights = _weights(cone)
        self._floats = np.array([as_float(w) for w in self.weights])
        self._degrees = np.flatnonzero(self._floats)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.weights!r})"

    def _repr_latex_(self) -> str:
        weights = [f"{weight:.6g}" for weight in self._floats]
        shown = [rf"{weights[k]}\,{self._law(int(k))}" for k in self._degrees[:12]]
        more = r" + \cdots" if len(self._degrees) > 12 else ""
        return f"${' + '.join(shown)}{more}$"

    def _law(self, k: int) -> str:
        return rf"\chi^2_{{{k}}}"


class MixtureOnHalfLine(WeightedLaw, ABC):
    """A law on [0, inf) with an atom of mass v_0 at 0; a subclass says what the other laws are."""

    @abstractmethod
    def _density(self, k: int, x: Array) -> Array:
        """Return the density of law k at x > 0, 0 for k = 0."""

    @abstractmethod
    def _below(self, k: int, x: Array) -> Array:
        """Return P[X <= x] of law k."""

    @abstractmethod
    def _above(self, k: int, x: Array) -> Array:
        """Return P[X > x] of law k."""

    @abstractmethod
    def _share(self, k: int, x: mpq, upper: bool) -> arb:
        """Return P[X > x], or P[X <= x], of law k >= 1 at x > 0, at the working precision."""

    @patient
    def p_value(self, statistic: Array, digits: int | None = None) -> Array:
        """Compute P[X >= T] of an outcome T >= 0: `sf` for T > 0, and 1 at T = 0.

        * ``statistic``: an array of floats, or a rational number where ``digits`` is given.
        * ``digits``: significant digits of a certified Ball (default None: float64).
        """
        if digits is not None:
            positive = rational(statistic, "statistic") > 0
            return self._certified(statistic, digits, True) if positive else mpq(1)
        x = floats(statistic)
        return np.where(x <= 0, 1.0, self.sf(x))[()]

    @property
    def atom(self) -> float:
        """Probability of the value 0, P[X = 0] = v_0, a float."""
        return float(self._floats[0])

    @patient
    def pdf(self, x: Array) -> Array:
        """Return the density at x > 0 (the atom at 0 is not part of it)."""
        return self._terms(floats(x), self._density)[()]

    @patient
    def cdf(self, x: Array, digits: int | None = None) -> Array:
        """Return P[X <= x].

        * ``x``: an array of floats, or a rational number where ``digits`` is given.
        * ``digits``: significant digits of a certified Ball (default None: float64).
        """
        if digits is not None:
            return self._certified(x, digits, upper=False)
        return self._terms(floats(x), self._below)[()]

    @patient
    def sf(self, x: Array, digits: int | None = None) -> Array:
        """Return P[X > x].

        * ``x``: an array of floats, or a rational number where ``digits`` is given.
        * ``digits``: significant digits of a certified Ball (default None: float64).

        As in `scipy.stats` the inequality is strict: sf(0) = 1 - v_0, without the atom at 0. The
        p-value of an outcome T, P[X >= T], is sf(T) for T > 0 and 1 at T = 0 (R's packages ic.infer
        and restriktor report that).
        """
        if digits is not None:
            return self._certified(x, digits, upper=True)
        return self._terms(floats(x), self._above)[()]

    @patient
    def ppf(self, q: Array) -> Array:
        """Return the quantile of q, the smallest x with P[X <= x] >= q.

        * ``q``: an array of probabilities; 0 for q <= v_0, nan outside [0, 1].
        """
        share = floats(q)
        return self._invert(share, lambda x: self.cdf(x) < share, share <= self.atom, share == 1)

    @patient
    def isf(self, q: Array) -> Array:
        """Return the critical value of level q, the smallest x with P[X > x] <= q.

        * ``q``: an array of probabilities; nan outside [0, 1].
        """
        share = floats(q)
        return self._invert(share, lambda x: self.sf(x) > share, share >= 1 - self.atom, share == 0)

    @patient
    def interval(self, confidence: float) -> tuple[Array, Array]:
        """Return the interval with probability ``confidence`` and equal tails.

        * ``confidence``: a number in (0, 1).
        """
        tail = (1 - in_unit_interval(confidence, "confidence")) / 2
        return self.ppf(tail), self.isf(tail)

    @patient
    def median(self) -> Array:
        """Return the median, `ppf` (1/2)."""
        return self.ppf(0.5)

    def support(self) -> tuple[float, float]:
        """Return the ends of the support: (0, inf), or (0, 0) for the cone {0}."""
        return 0.0, (0.0 if self._degrees[-1] == 0 else float("inf"))

    def _terms(self, x: Array, term: Callable[[int, Array], Array]) -> Array:
        total = np.zeros(np.shape(x))
        for k in self._degrees:
            total = total + self._floats[k] * term(int(k), x)
        return np.where(np.isnan(x), np.nan, total)

    def _invert(self, share: Array, below: Callable, at_zero: Array, at_top: Array) -> Array:
        """Bisection in log x, vectorised."""
        low, high = np.full(share.shape, -745.0), np.full(share.shape, TOP)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            under = below(np.exp(middle))
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        result = np.where(at_zero, 0.0, np.where(at_top, self.support()[1], np.exp(high)))
        return np.where((share >= 0) & (share <= 1), result, np.nan)[()]

    def _certified(self, x: Any, digits: int, upper: bool) -> Ball:
        point, digits = rational(x, "x"), significant(digits)
        if point < 0:
            return Ball.of(mpq(int(upper)))

        def evaluate(weights: IntrinsicVolumes) -> arb:
            total = exact_arb(mpq(0))
            for k, weight in enumerate(weights):
                w = exact_arb(evaluate_to_arb(weight) if is_expression(weight) else weight)
                if k == 0 or point == 0:  # the atom, and the tail at 0 of the other laws
                    total += w * int((k == 0) != upper)
                else:
                    total += w * self._share(k, point, upper)
            return total

        weights = self.weights
        known = min((w.proved_digits for w in weights if isinstance(w, Ball)), default=None)
        if self._cone is not None and known is not None and known < digits + 2:
            # all terms are positive: weights of more digits make a sum of as many
            weights = self._cone.intrinsic_volumes(digits + MORE_DIGITS)
        return certify(lambda: evaluate(weights), digits, source=self.source)


def _weights(source: Any) -> IntrinsicVolumes:
    """The volumes of a convex cone, or explicit weights v_0, ..., v_d (>= 0, sum 1)."""
    if isinstance(source, IntrinsicVolumes) or hasattr(source, "intrinsic_volumes"):
        v = intrinsic_volumes_of(source)
    else:
        weights = sequence(source, "chi-bar-squared (a convex cone or its weights)", 10_001)
        v = IntrinsicVolumes([rational(w, "a weight") for w in weights])
    if not v.convex:
        raise DomainError("chi-bar-squared needs a convex cone; got a union")
    if any(as_float(w) < 0 for w in v):
        raise DomainError("chi-bar-squared weights must not be negative")
    total = v.total()
    one = total.overlaps(1) if isinstance(total, Ball) else abs(as_float(total) - 1) < 1e-9
    if not one:
        raise DomainError(f"chi-bar-squared weights must sum to 1; got {as_float(total)!r}")
    return v
