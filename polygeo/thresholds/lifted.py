"""The lifted Gordon threshold: p -> 1 above 7.4486.., by a comparison of exponential moments.

For W Gaussian m x n, a closed cone C of R^m and c > 0, Gordon's comparison of Gaussian processes,
applied to exponential moments instead of means, gives

    P[W R^n meets C outside 0] <= e^{-c^2/2} E e^{c |h|} E e^{-c dist(g, C)}

(`polygeo.volumes.escape_bound` has the proof). For the cone of vectors with fewer than kappa n
positive coordinates, m = alpha n and c scaled by sqrt(n), the right side tends to 0
exponentially as soon as alpha exceeds, for any chi, c > 0,

    [kappa + log(1 + c/chi)/(2c)] / [-(1/c) log N],
    N = 1/2 + e^{-c} H(t) + (1/2 - H(t sqrt B))/sqrt B,  t = sqrt(2 chi), B = 1 + c/chi,

with H the normal tail. The threshold is the minimum over chi and c. The limit c -> 0 is Gordon's
own bound. Prior art on lifting: stojnic2024injectivity; the expression is the one-step replica
functional at overlap 0 (maillard2023injectivity), so it lies above the one-step value.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import exp, log
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.jets import Jet, strict_minimum, variables
from polygeo.relu.surrogate.rate import check_kappa
from polygeo.thresholds.classical import gordon
from polygeo.thresholds.threshold import Threshold, named

__all__ = ["lifted_gordon", "lifted_ratio"]

LEAST_LOG_C = -9.0
"""Below it, in log c, the minimum counts as approached for c -> 0."""


def lifted_gordon(kappa: Any = 1) -> Threshold:
    """Return the ratio alpha = m/n above which p -> 1 by the lifted Gordon bound (7.4486..).

    ``kappa``: the level k = kappa n in "fewer than k positive coordinates", 1e-6 to 1e6; at
    kappa = 1 the question is injectivity. The value is the minimum over chi, c > 0 of the
    expression in this module's docstring, certified as a strict local minimum by Krawczyk's
    operator; for small kappa it is approached for c -> 0, where it is Gordon's own bound. The
    statement "p -> 1 above" holds at every (chi, c) and needs no global minimum. Certified;
    status theorem. Raises DomainError for a kappa out of range.

    >>> lifted_gordon()
    Threshold(lifted-gordon = 7.44863872629, certified, theorem)
    """
    ratio = check_kappa(kappa)
    return Threshold(
        named("lifted-gordon", ratio),
        partial(_value, ratio),
        "theorem",
        "p -> 1 above",
        r"\alpha = \min_{\chi, c}\frac{\kappa + \log(1+c/\chi)/(2c)}{-\log N(\chi, c)/c}"
        if ratio != 1
        else r"\alpha = \min_{\chi, c}\frac{1 + \log(1+c/\chi)/(2c)}{-\log N(\chi, c)/c}",
        "gordon1988milman",
    )


def lifted_ratio(kappa: mpq, point: Sequence[Jet]) -> Jet:
    """The ratio that proves p -> 1 at (chi, c), with its derivatives."""
    chi, c = point
    quotient = c / chi
    scale = quotient + 1
    t = (chi * 2).sqrt()
    root = scale.sqrt()
    half = arb(1) / 2
    moment = (-c).exp() * t.normal_tail() + half + (half - (t * root).normal_tail()) / root
    numerator = scale.log() / 2 / c + exact_arb(kappa)
    return -(numerator * c) / moment.log()


def _value(kappa: mpq, digits: int) -> Ball:
    start = _start(kappa)
    if start is None:  # the minimum is approached for c -> 0: Gordon's own bound
        return gordon(kappa).enclose(digits).cited("thresholds.lifted_gordon")
    return strict_minimum(
        partial(lifted_ratio, kappa), start, digits, source="thresholds.lifted_gordon"
    )


def _start(kappa: mpq) -> list[float] | None:
    """The minimum to about 6 digits in log chi and log c; None where it lies at c -> 0."""
    from scipy.optimize import minimize

    def ratio(logs: Sequence[float]) -> float:
        if max(abs(x) for x in logs) > 40:
            return float("inf")
        with precision(256):
            return float(lifted_ratio(kappa, variables([arb(x).exp() for x in logs])).value)

    found = minimize(
        ratio,
        [_log_chi_of_gordon(kappa), -1.0],
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-15, "maxiter": 2000},
    )
    return None if found.x[1] < LEAST_LOG_C else [exp(x) for x in found.x]


def _log_chi_of_gordon(kappa: mpq) -> float:
    """log chi at c -> 0, where P[g > sqrt(2 chi)] = kappa/alpha."""
    from scipy.special import ndtri

    return log(float(ndtri(float(kappa) / float(gordon(kappa)))) ** 2 / 2)
