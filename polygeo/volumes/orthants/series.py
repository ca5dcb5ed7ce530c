"""Power series 1/sqrt(p) and p'/p of a polynomial p, with errors that do not grow with the order.

Interval arithmetic inside Newton's iteration doubles the radius of every coefficient again and
again, though the numbers hardly change. Here the iteration works on midpoints, and what it
reached is proved afterwards. The norm |f| = sum |f_n| rho^n of truncated series is
submultiplicative, for any rho > 0:

* p y~^2 = 1 + e with |e| < 1 gives 1/sqrt(p) = y~ (1 + e)^{-1/2}, an error of norm at most
  |y~| |e|/(1 - |e|);
* p v~ = 1 + e gives |1/p| <= |v~|/(1 - |e|), and p l~ = p' + f an error of at most |1/p| |f|.

An error of norm epsilon is one of at most epsilon rho^{-n} in the coefficient of degree n.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_poly, arb_series

__all__ = ["Scale", "inverse_root", "logarithmic_derivative"]


class Scale:
    """The number rho of the norm, with its powers rho^{-n} below ``terms``."""

    def __init__(self, rho: arb, terms: int) -> None:
        self.rho = rho
        self.powers = [arb(1)]
        for _ in range(terms - 1):
            self.powers.append((self.powers[-1] / rho).upper())

    def norm(self, values: Sequence[arb]) -> arb:
        """Return sum |f_n| rho^n."""
        return arb_poly(list(map(abs, values)))(self.rho)

    def widened(self, values: Sequence[arb], error: arb) -> arb_series:
        """Return the series around these coefficients with an error of at most this norm."""
        radius = error.upper() if error.is_finite() else arb("inf")
        pairs = zip(values, self.powers, strict=True)
        return arb_series([arb(x, radius * power) for x, power in pairs], len(values))


def inverse_root(polynomial: Sequence[arb], terms: int, scale: Scale) -> arb_series:
    """Return the first ``terms`` coefficients of 1/sqrt(p), p(0) > 0, at the working precision."""
    values = [(1 / polynomial[0].sqrt()).mid()]
    reached = 1
    while reached < terms:
        reached = min(2 * reached, terms)
        y = arb_series(values, reached)
        excess = arb_series(polynomial[:reached], reached) * y * y - 1
        # No division: python-flint 0.7 cannot divide a series that is 0.
        values = _middles(y - y * excess * arb(0.5), reached)
    y = arb_series(values, terms)
    excess = arb_series(polynomial[:terms], terms) * y * y - 1
    share = scale.norm(excess.coeffs())
    return scale.widened(values, scale.norm(values) * share / _positive(1 - share))


def logarithmic_derivative(polynomial: Sequence[arb], terms: int, scale: Scale) -> arb_series:
    """Return the first ``terms`` coefficients of p'/p, p(0) > 0, at the working precision."""
    values = [(1 / polynomial[0]).mid()]
    reached = 1
    while reached < terms:
        reached = min(2 * reached, terms)
        v = arb_series(values, reached)
        values = _middles(v - v * (arb_series(polynomial[:reached], reached) * v - 1), reached)
    v, p = arb_series(values, terms), arb_series(polynomial[:terms], terms)
    share = scale.norm((p * v - 1).coeffs())
    slope = arb_series([k * c for k, c in enumerate(polynomial)][1 : terms + 1], terms)
    quotient = _middles(slope * v, terms)
    rest = p * arb_series(quotient, terms) - slope
    inverse = scale.norm(values) / _positive(1 - share)
    return scale.widened(quotient, inverse * scale.norm(rest.coeffs()))


def _middles(series: arb_series, terms: int) -> list[arb]:
    values = [c.mid() for c in series.coeffs()]
    return values + [arb(0)] * (terms - len(values))


def _positive(x: arb) -> arb:
    """x where that is proved positive, else what makes a quotient infinite."""
    return x if x > 0 else arb(0)
