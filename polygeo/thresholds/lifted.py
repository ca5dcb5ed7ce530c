"""The lifted Gordon threshold: p -> 1 above 7.4486.., by a comparison of exponential moments.

For W Gaussian m x n, a closed cone C of R^m and c > 0, Gordon's comparison of Gaussian processes,
applied to exponential moments instead of means, gives

    P[W R^n meets C outside 0] <= e^{-c^2/2} E e^{c |h|} E e^{-c dist(g, C)}

(`polygeo.volumes.escape_bound` has the proof). For the cone of vectors with fewer than kappa n
positive coordinates, m = alpha n and c scaled by sqrt(n), the exponential rate of the right side is
negative as soon as alpha exceeds the minimum over chi, c > 0 of

    [kappa + log(1 + c/chi)/(2c)] / [-(1/c) log N],
    N = 1/2 + e^{-c} H(t) + (1/2 - H(t sqrt B))/sqrt B,  t = sqrt(2 chi), B = 1 + c/chi,

with H the normal tail. At other chi and c the expression by itself proves nothing: the rate is a
supremum, and `lifted_proof` shows that it is attained where the minimum says. The limit c -> 0 is
Gordon's own bound. Prior art on lifting: stojnic2024injectivity; the expression is the one-step
replica functional at overlap 0 (maillard2023injectivity), so its minimum lies above the one-step
value.

Nonnegative inputs change E e^{c |h|} to E e^{c |P h|}, P the projection on the orthant, and nothing
else: log(1 + c/chi)/2 = log sqrt B becomes log((1 + sqrt B)/2) (`lifted_proof` says why).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from math import exp, log
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.numerics.jets import Jet, strict_minimiser, strict_minimum, variables
from polygeo.relu.input_cone import NONNEGATIVE
from polygeo.relu.surrogate.rate import check_kappa
from polygeo.thresholds.classical import gordon
from polygeo.thresholds.inputs import half_lines, inputs_label
from polygeo.thresholds.lifted_proof import supremum_is_zero
from polygeo.thresholds.registry import named_threshold
from polygeo.thresholds.threshold import Threshold, at_kappa

__all__ = ["lifted_gordon", "lifted_ratio"]

STARTS = [0.278515877, 0.708476016], [0.393304670, 0.113651999]
"""chi and c at kappa = 1 for all and for nonnegative inputs, what the search below ends with."""

LEAST_GAIN = 1e-10
"""Relative gain over Gordon's bound below which that bound itself is the value."""


@named_threshold("lifted-gordon", 7.45, on_cones=True)
def lifted_gordon(kappa: Any = 1, inputs: Any = None) -> Threshold:
    """Return the ratio alpha = m/n above which p -> 1 by the lifted Gordon bound (7.4486..).

    * ``kappa``: the level k = kappa n in "fewer than k positive coordinates", 1e-6 to 1e6; at
      kappa = 1 (default) the question is injectivity.
    * ``inputs``: None (default) for all of R^n, or "nonnegative" (5.7913..).

    The value is the minimum over chi, c > 0 of the expression in this module's docstring,
    certified: Krawczyk's operator proves a strict local minimum there, and
    `polygeo.thresholds.lifted_proof` that p -> 1 above it. No global minimum is needed for that.
    For kappa below about 0.23 (nonnegative inputs: 0.77) lifting gains nothing (relatively less
    than 1e-10), and the value is Gordon's own bound. Status theorem. Raises DomainError for a kappa
    out of range, and NotConverged where a proof does not succeed. Source: gordon1988milman.

    >>> lifted_gordon()
    Threshold(lifted-gordon = 7.44863872629, certified, theorem)
    >>> lifted_gordon(inputs="nonnegative").decimal(20)
    '5.7913127881130840818'
    """
    ratio, share = check_kappa(kappa), half_lines(inputs)
    k = "1" if ratio == 1 else r"\kappa"
    gain = r"\log((1+\sqrt{1+c/\chi})/2)/c" if share else r"\log(1+c/\chi)/(2c)"
    compute, claim, source = partial(_value, ratio, share), "p -> 1 above", "gordon1988milman"
    equation = rf"\alpha = \min_{{\chi, c}} ({k} + {gain})/(-\log N/c)"
    label = inputs_label(inputs)
    return at_kappa("lifted-gordon", ratio, compute, claim, equation, source, inputs=label)


def lifted_ratio(kappa: mpq, point: Sequence[Jet], share: int = 0) -> Jet:
    """Return the expression of this module's docstring at (chi, c), with its derivatives.

    ``share``: 0 for all inputs, 1 for nonnegative ones.
    """
    chi, c = point
    quotient = c / chi
    scale = quotient + 1
    t = (chi * 2).sqrt()
    root = scale.sqrt()
    half = arb(1) / 2
    moment = (-c).exp() * t.normal_tail() + half + (half - (t * root).normal_tail()) / root
    gain = ((root + 1) / 2).log() if share else scale.log() / 2
    numerator = gain / c + exact_arb(kappa)
    return -(numerator * c) / moment.log()


def _value(kappa: mpq, share: int, digits: int) -> Ball:
    source = "inputs.lifted_threshold" if share else "thresholds.lifted_gordon"
    start = _start(kappa, share)
    if start is None:  # the minimum is approached for c -> 0: Gordon's own bound
        bound: Ball = _gordon(kappa, share).enclose(digits)
        return bound.with_source(source)
    _prove(kappa, share, *start)
    return strict_minimum(partial(lifted_ratio, kappa, share=share), start, digits, source=source)


def _gordon(kappa: mpq, share: int) -> Threshold:
    return gordon(kappa, NONNEGATIVE if share else None)


@lru_cache(maxsize=256)
def _prove(kappa: mpq, share: int, *start: float) -> None:
    """That p -> 1 above the minimum, see `lifted_proof`; NotConverged otherwise."""
    alpha, (chi, c) = strict_minimiser(partial(lifted_ratio, kappa, share=share), start, 40)
    with precision(160):
        v = c.arb / (2 * chi.arb)
        supremum_is_zero(exact_arb(kappa), alpha.arb, v, 2 * chi.arb, share)


@lru_cache(maxsize=256)
def _start(kappa: mpq, share: int) -> list[float] | None:
    """chi and c at the minimum, to about 6 digits; None where it gains nothing (c -> 0)."""
    if kappa == 1:
        return STARTS[share]
    from scipy.optimize import minimize

    def ratio(logs: Any) -> float:
        if max(abs(x) for x in logs) > 40:
            return float("inf")
        with precision(256):
            point = variables([arb(x).exp() for x in logs])
            return float(lifted_ratio(kappa, point, share).value)

    found = minimize(
        ratio,
        [_log_chi_of_gordon(kappa, share), -1.0],
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-15, "maxiter": 2000},
    )
    gain = 1 - found.fun / float(_gordon(kappa, share))
    return None if gain < LEAST_GAIN else [exp(x) for x in found.x]


def _log_chi_of_gordon(kappa: mpq, share: int) -> float:
    """log chi at c -> 0, where P[g > sqrt(2 chi)] = kappa/alpha."""
    from scipy.special import ndtri

    return log(float(ndtri(float(kappa) / float(_gordon(kappa, share)))) ** 2 / 2)
