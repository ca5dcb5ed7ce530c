"""The proof, in ball arithmetic, that the lifted escape bound tends to 0 above one ratio alpha.

With c = gamma sqrt(n), m = alpha n and fewer than kappa n positive coordinates, the exponential
rate of the lifted escape bound is at most the supremum over v > 0 of

    T(v) = A - gamma^2/(4v) + min_tau [kappa v tau + alpha log N(v, tau)],

    A = gamma^2/(4 theta) + Lambda(theta) - gamma^2/2   for any 0 < theta < 1/2,
    N(v, tau) = 1/2 + e^{-v tau} H(sqrt(tau)) + (1/2 - H(s sqrt(tau)))/s,    s = sqrt(1 + 2v)

(the page "Bounds for every (m, n)" has the derivation). Lambda bounds the first factor: since
c r <= theta r^2 + c^2/(4 theta), log E e^{c |P h|} <= c^2/(4 theta) + n Lambda(theta), where
Lambda(theta) = log E e^{theta |P h|^2}/n is -log(1 - 2 theta)/2 for K = R^n, P the identity, and
log(1/2 + (1 - 2 theta)^{-1/2}/2) for the orthant. At theta = v*/(1 + 2 v*) and
gamma^2 = 4 theta^2 Lambda'(theta) the point v* is stationary, A - gamma^2/(4 v*) = Lambda(theta),
and theta is the best one (for K = R^n, A is max_r [gamma r + log r - r^2/2 + 1/2] - gamma^2/2).

`supremum_is_zero` takes the stationary
point (v*, tau*) at which T = 0 and shows T <= 0 everywhere: beside v* along a line of (log v, log
tau), where the second derivative is negative; elsewhere piece by piece, with one tau for each; for
small v by tau -> 0, which leaves A - gamma^2/(4v); for large v by v tau = log(alpha/kappa - 1).
For larger alpha T is smaller, and then negative.
"""

from __future__ import annotations

from math import exp

from flint import arb

from polygeo.answers.numerics.jets import Jet, variables
from polygeo.errors import NotConverged

__all__ = ["supremum_is_zero"]

MAX_PIECES = 4000
"""Largest number of pieces."""


class _Rate:
    """U(x, y) = T with v = e^x and the minimum over tau replaced by tau = e^y."""

    def __init__(self, kappa: arb, alpha: arb, v: arb, share: int = 0) -> None:
        square = 1 + 2 * v  # 1/(1 - 2 theta)
        theta, root = v / square, square.sqrt()
        moment = ((1 + root) / 2).log() if share else square.log() / 2
        slope = square * root / (1 + root) if share else square
        self.kappa, self.alpha = kappa, alpha
        self.gamma_squared = 4 * theta * theta * slope
        self.constant = moment + theta * slope / square

    def at(self, x: Jet, y: Jet) -> Jet:
        v, tau = x.exp(), y.exp()
        scale = (v * 2 + 1).sqrt()
        root = tau.sqrt()
        product = v * tau
        half = arb(1) / 2
        moment = (-product).exp() * root.normal_tail() + half
        moment = moment + (half - (root * scale).normal_tail()) / scale
        return (
            moment.log() * self.alpha
            + product * self.kappa
            - v.reciprocal() * (self.gamma_squared / 4)
            + self.constant
        )


def supremum_is_zero(kappa: arb, alpha: arb, v: arb, tau: arb, share: int = 0) -> None:
    """Prove T <= 0 for all v > 0; raises NotConverged where that does not succeed.

    ``alpha``, ``v``, ``tau`` enclose a point where T and its gradient vanish; ``share`` is 0 for
    all inputs and 1 for nonnegative ones.
    """
    rate = _Rate(kappa, alpha, v, share)
    x, y = v.log(), tau.log()
    at = rate.at(*variables([x, y]))
    if not all(value.contains(0) for value in (at.value, *at.gradient)):
        raise NotConverged("T and its gradient do not vanish at the point that was given")
    width = _beside(rate, x, y)
    low = (rate.gamma_squared / (4 * rate.constant)).log() - arb(1) / 2**20
    high = _far(rate)
    start = float(y.mid())
    left, right = float((x - width).lower()), float((x + width).upper())
    _pieces(rate, left + 2.0**-30, float(low.lower()), start)
    _pieces(rate, right - 2.0**-30, high, start)


def _beside(rate: _Rate, x: arb, y: arb) -> float:
    """A width of x on both sides of the stationary point within which T <= 0 is proved."""
    _, xy, yy = rate.at(*variables([x, y])).hessian
    slope = float((-xy / yy).mid())
    width = 0.5
    while width > 1e-6:
        ball = arb(0, width)
        box = rate.at(*variables([x + ball, y + slope * ball]))
        hxx, hxy, hyy = box.hessian
        if hxx + 2 * slope * hxy + slope * slope * hyy < 0:
            return width * 0.99
        width /= 2
    raise NotConverged("the rate of the lifted bound is not proved to be concave where it is 0")


def _far(rate: _Rate) -> float:
    """log v beyond which T < 0 is proved."""
    ratio = rate.alpha / rate.kappa - 1
    for x in range(0, 200, 2):
        scale = (1 + 2 * arb(x).exp()).sqrt()
        moment = (1 + 1 / ratio + 1 / scale) / 2
        if rate.constant + rate.kappa * ratio.log() + rate.alpha * moment.log() < 0:
            return float(x)
    raise NotConverged("the rate of the lifted bound is not proved to be negative for large v")


def _pieces(rate: _Rate, start: float, end: float, y: float) -> None:
    """Prove T < 0 between start and end, in either order, away from start."""
    direction = 1.0 if end > start else -1.0
    x, width, count = start, 0.01, 0
    while (end - x) * direction > 0:
        middle = x + direction * width / 2
        y = _least(rate, middle, y)
        at = rate.at(*variables([arb(middle), arb(y)]))
        box = rate.at(*variables([arb(middle, width / 2), arb(y)]))
        offset = arb(0, width / 2)
        if at.value + offset * at.gradient[0] + offset * offset * box.hessian[0] / 2 < 0:
            x, width = x + direction * width * 0.999, min(1.6 * width, 1.0)
        else:
            width /= 2
        count += 1
        if count > MAX_PIECES or width < 1e-9:
            raise NotConverged(
                f"the rate of the lifted bound is not proved negative near v={exp(x)}"
            )


def _least(rate: _Rate, x: float, y: float) -> float:
    """A tau near the best one for this v, both as logarithms: Newton's steps, shortened."""
    for _ in range(30):
        at = rate.at(*variables([arb(x), arb(y)]))
        slope, curvature = float(at.gradient[1]), float(at.hessian[2])
        step = -slope / curvature if curvature > 0 else (-0.5 if slope > 0 else 0.5)
        y += min(max(step, -0.5), 0.5)
        if abs(step) < 1e-6:
            break
    return y
