"""Donoho and Tanner's phase transitions of sparse recovery, as functions rho(delta).

A vector of R^n with s = rho m nonzero coordinates is measured by m = delta n Gaussian rows, and
recovered as the vector of least l1 norm ("l1": faces of the crosspolytope), as the nonnegative
one of least sum ("nonnegative": faces of the simplex), or as the only nonnegative one
("orthant"). Weak thresholds speak of one vector, strong ones of all s-sparse vectors at once.

With Q = 1 - Phi, A(t) = phi(t) - t Q(t), c = 2 (l1) or 1 (nonnegative), the statistical
dimension of the descent cone is n psi(s/n) in the limit,

    psi(rho) = min_t rho (1 + t^2) + (1 - rho) c [(1 + t^2) Q(t) - t phi(t)],

the minimum at rho t = (1 - rho) c A(t) (amelunxen2014living, proposition 4.5), and the weak
threshold solves psi(rho delta) = delta: rho = A(t)/phi(t) with delta = c phi(t)/(t + c A(t)).

Strong: with the exponents of `polygeo.thresholds.exponents`, the expected number of lost faces
grows like exp(n sup T(nu)), nu in [delta, 1], T(nu) = H(nu) + nu H(gamma/nu) + nu log c - Psi_int -
Psi_ext, gamma = rho delta. The derivative of T in nu is log(x/w), with x and w the stationary
points of Psi_ext and Psi_int; x falls and w grows with nu, and x = w on the weak threshold. So
below it the supremum stands at nu = delta. There dT/dgamma = log(w/A(w)): T increases from negative
values, and if it decreases again it stays above its value H(gamma) + gamma log c > 0 on the weak
threshold. Hence T(delta) = 0 has one solution below the weak threshold, and it is the strong one.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.certification import root_between
from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.numerics.normal import density, excess, mills_ratio, tail
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.thresholds.exponents import (
    FACTOR,
    GUARD,
    checked_kind,
    entropy,
    external_exponent,
    falling_root,
)
from polygeo.thresholds.threshold import Threshold

__all__ = [
    "statistical_dimension_curve",
    "strong_l1",
    "strong_orthant",
    "strong_simplex",
    "weak_l1",
    "weak_nonnegative",
    "weak_orthant",
]

_WEAK = r"\psi(\rho\delta) = \delta"
_STRONG = (
    r"H(\delta) + \delta H(\rho) + \delta\log {0} = \Psi_{{int}}(\delta, \rho\delta)"
    r" + \Psi_{{ext}}(\delta)"
)


def _checked_delta(delta: Any, above: Any = 0) -> mpq:
    """delta as a rational, at least 1e-9 away from both ends of (above, 1)."""
    ratio = rational(delta, "delta")
    margin = mpq(1, 10**9)
    if not above + margin <= ratio <= 1 - margin:
        raise DomainError(
            f"delta must lie in ({above}, 1), 1e-9 or more from its ends; "
            f"got delta={abbreviate(str(delta))}"
        )
    return ratio


@patient
def statistical_dimension_curve(rho: Any, kind: str = "l1", digits: int = 30) -> Any:
    """Return psi(rho) = lim (statistical dimension)/n of the descent cone at a rho n-sparse point.

    * ``rho``: a rational number in [0, 1], or a Ball in (0, 1).
    * ``kind``: 'l1' (default), 'nonnegative' or 'orthant' (then psi = (1 + rho)/2).
    * ``digits``: significant digits of a Ball (default 30).

    Returns an mpq where psi is rational by these formulas, else a Ball. The statistical dimension
    itself is within 2/sqrt(rho) of n psi. Source: amelunxen2014living, proposition 4.5.

    >>> statistical_dimension_curve("1/10").decimal(15), statistical_dimension_curve(1)
    ('0.328793505453630', mpq(1,1))
    """
    checked_kind(kind)
    ball = isinstance(rho, Ball)
    low, high = (rho.lower, rho.upper) if ball else (rational(rho, "rho"),) * 2
    if not 0 <= low <= high <= 1:
        raise DomainError(f"rho must lie in [0, 1]; got rho={abbreviate(str(rho))}")
    if kind == "orthant":
        return (1 + rho) / 2 if ball else (1 + low) / 2
    c = FACTOR[kind]
    if ball:  # psi increases with rho
        ends = [_psi(end, c, digits) for end in (low, high)]
        return Ball.between(ends[0].lower, ends[1].upper, ends[0].bits, "sparse.psi_bound")
    return low if low in (0, 1) else _psi(low, c, digits)


def _psi(rho: mpq, c: int, digits: int) -> Ball:
    def equation(t: arb) -> tuple[arb, arb]:
        """(1 - rho) c A(t) - rho t, which falls, and its derivative."""
        p, rest = exact_arb(rho), exact_arb(1 - rho)
        return rest * c * excess(t) - p * t, -rest * c * tail(t) - p

    t = falling_root(equation, digits)
    with precision(t.bits):
        return Ball.from_arb(_delta_of(t.arb, c), t.bits, "sparse.psi_bound")


def _delta_of(t: arb, c: int) -> arb:
    return c * density(t) / (t + c * excess(t))


def weak_l1(delta: Any) -> Threshold:
    """Return the ratio rho_W = s/m at which l1 recovery of one s-sparse vector begins to fail.

    * ``delta``: m/n, a rational number in (0, 1), 1e-9 away from both ends.

    A theorem for n -> infinity (Donoho-Tanner), certified: one s-sparse vector is recovered for s/m
    below rho_W, and not above. The transition has width O(1/sqrt n) (amelunxen2014living). Old
    printed tables are about 1e-3 low. Source: donohotanner2009counting.

    >>> weak_l1("1/2")
    Threshold(weak-l1(delta=1/2) = 0.385689666181, certified, theorem)
    """
    return _weak("weak-l1", delta, "l1", "l1 recovery")


def weak_nonnegative(delta: Any) -> Threshold:
    """Return the ratio rho_W = s/m at which recovery by least sum of coordinates begins to fail.

    * ``delta``: m/n, as in `weak_l1`.

    A theorem for n -> infinity, certified: below rho_W one given s-sparse x >= 0 is the solution of
    Ax = y, x >= 0 with the least sum of coordinates. rho_W belongs to the faces of the simplex.
    Source: donohotanner2005sparse.

    >>> weak_nonnegative("1/2").decimal(10)
    '0.5582276913'
    """
    return _weak("weak-nonnegative", delta, "nonnegative", "nonnegative recovery")


def _weak(name: str, delta: Any, kind: str, what: str) -> Threshold:
    ratio = _checked_delta(delta)
    claim = f"{what} of one s-sparse vector succeeds for s/m below, fails above (probability -> 1)"
    source = "donohotanner2009counting" if kind == "l1" else "donohotanner2005sparse"
    return _theorem(name, ratio, partial(_weak_value, ratio, FACTOR[kind]), claim, _WEAK, source)


def _theorem(
    name: str, delta: mpq, compute: Any, claim: str, equation: str, source: str
) -> Threshold:
    name = f"{name}(delta={delta})"
    return Threshold(name, compute, "theorem", claim, equation, source, r"\rho")


def _weak_scale(delta: mpq, c: int, digits: int) -> Ball:
    """Return the t with delta = c phi(t)/(t + c A(t)), which falls in t."""

    def equation(t: arb) -> tuple[arb, arb]:
        """c phi - delta (t + c A) and its derivative -c t phi - delta (1 - c Q)."""
        d = exact_arb(delta)
        value = c * density(t) - d * (t + c * excess(t))
        return value, -c * t * density(t) - d * (1 - c * tail(t))

    return falling_root(equation, digits)


def _weak_value(delta: mpq, c: int, digits: int) -> Ball:
    t = _weak_scale(delta, c, digits)
    with precision(t.bits):
        return Ball.from_arb(1 - t.arb * mills_ratio(t.arb), t.bits, "sparse.weak")


def weak_orthant(delta: Any) -> Threshold:
    """Return the ratio rho_W = 2 - 1/delta below which an s-sparse x >= 0 is the only solution.

    * ``delta``: m/n, a rational number in (1/2, 1), 1e-9 away from both ends.

    A theorem for n -> infinity, exact. Source: donohotanner2010counting.

    >>> weak_orthant("3/4").value
    mpq(2,3)
    """
    ratio = _checked_delta(delta, mpq(1, 2))
    claim = (
        "an s-sparse nonnegative vector is the only nonnegative solution for s/m below, "
        "not above (probability -> 1)"
    )
    equation, source = r"\rho = 2 - 1/\delta", "donohotanner2010counting"
    return _theorem("weak-orthant", ratio, partial(_weak_orthant, ratio), claim, equation, source)


def _weak_orthant(delta: mpq, digits: int) -> mpq:
    return 2 - 1 / delta


def strong_l1(delta: Any) -> Threshold:
    """Return the ratio rho_S = s/m below which l1 recovery finds all s-sparse vectors at once.

    * ``delta``: m/n, as in `weak_l1`.

    A theorem for n -> infinity, certified: below rho_S the expected number of faces of the
    crosspolytope that a random projection loses tends to 0. Source: donohotanner2009counting.

    >>> strong_l1("1/2").decimal(10)
    '0.08941644182'
    """
    return _strong("strong-l1", delta, "l1", "l1 recovery")


def strong_simplex(delta: Any) -> Threshold:
    """Return the ratio rho_S = s/m below which the least sum recovers every s-sparse x >= 0.

    * ``delta``: m/n, as in `weak_l1`.

    A theorem for n -> infinity, certified: below rho_S = s/m a projected simplex is rho
    m-neighborly. Source: donohotanner2005neighborliness.

    >>> strong_simplex("1/2").decimal(10)
    '0.1334565436'
    """
    return _strong("strong-simplex", delta, "nonnegative", "nonnegative recovery")


def _strong(name: str, delta: Any, kind: str, what: str) -> Threshold:
    ratio = _checked_delta(delta)
    claim = (
        f"{what} of all s-sparse vectors succeeds for s/m below (expected number of lost faces "
        "-> 0)"
    )
    source = "donohotanner2009counting" if kind == "l1" else "donohotanner2005neighborliness"
    compute, equation = partial(_strong_value, ratio, kind), _STRONG.format(FACTOR[kind])
    return _theorem(name, ratio, compute, claim, equation, source)


def _strong_value(delta: mpq, kind: str, digits: int) -> Ball:
    c, outside = FACTOR[kind], external_exponent(delta, kind, digits + GUARD)

    def equation(w: arb) -> tuple[arb, arb]:
        """T(delta) at gamma = delta (1 - w R(w)), and its derivative in w."""
        d, ratio = exact_arb(delta), mills_ratio(w)
        gamma = d * excess(w) / density(w)
        value = entropy(d) + d * entropy(gamma / d) + d * arb(c).log() - outside.arb
        value += d * w * w / 2 + d * w * ratio * tail(w).log()
        return value, -d * (ratio * (1 + w * w) - w) * (w / excess(w)).log()

    w = falling_root(equation, digits, _weak_scale(delta, c, 20).upper)
    with precision(w.bits):
        return Ball.from_arb(1 - w.arb * mills_ratio(w.arb), w.bits, "sparse.strong")


def strong_orthant(delta: Any) -> Threshold:
    """Return the ratio rho_S below which every s-sparse x >= 0 is the only solution >= 0.

    * ``delta``: m/n, a rational number in (1/2, 1), 1e-9 away from both ends.

    A theorem for n -> infinity, certified. rho_S is the zero of H(gamma) + (1 - gamma) [H((1 -
    delta)/(1 - gamma)) - log 2], gamma = rho delta, H the entropy in nats: its derivative is log(2
    (delta - gamma)/gamma), and at the weak threshold it is H(gamma) > 0, so that there is one zero
    below. Source: donohotanner2010counting.

    >>> strong_orthant("3/4").decimal(10)
    '0.03461187714'
    """
    ratio, source = _checked_delta(delta, mpq(1, 2)), "donohotanner2010counting"
    claim = "all s-sparse nonnegative vectors are the only nonnegative solutions for s/m below"
    equation = r"H(\rho\delta) + (1-\rho\delta)\left[H\left(\frac{1-\delta}{1-\rho\delta}\right)"
    equation += r" - \log 2\right] = 0"
    compute = partial(_strong_orthant, ratio)
    return _theorem("strong-orthant", ratio, compute, claim, equation, source)


def _strong_orthant(delta: mpq, digits: int) -> Ball:
    def equation(gamma: arb) -> tuple[arb, arb]:
        d = exact_arb(delta)
        rest = 1 - gamma
        value = entropy(gamma) + rest * (entropy((1 - d) / rest) - arb.const_log2())
        return value, (2 * (d - gamma) / gamma).log()

    high = 2 * delta - 1
    low = high / 2
    with precision(256):
        while not equation(exact_arb(low))[0] < 0:
            low /= 2
    gamma = root_between(equation, low, high, digits + GUARD)
    return (gamma / delta).with_source("sparse.strong_orthant")
