"""Certified means of a cosine integral, for any real exponents: quadrature with proved errors.

The numbers of `moments` for exponents that need not be integers, at flint's working
precision. With S as there, and c_e = 1 / int_{-pi/2}^{pi/2} cos^e, the substitution
sin phi = tanh y turns the external mean into an integral over R like the internal one:

    external  c_w int F(y)^r cosh(y)^-(w+1) dy,  F(y) = 1/2 + c_e int_0^y cosh^-(e+1),
    internal  b_w int (1/2 + i G(x))^r cosh(x)^-w dx,  G(x) = c_e int_0^x cosh^e,

b_w = 1 / int cosh^-w. Both integrands are analytic in the strip |Im| < pi/2, so the trapezoidal
rule of step h errs by at most 2 M / (exp(2 pi a / h) - 1), where M bounds the integral of the
modulus along every line |Im| = b <= a (trefethenweideman2014exponentially, theorem 5.1). Such M:

* External, for a (e+1) <= (cos a)^(e+1), which a = 0.7 / max(1, e+1) satisfies:
  M = (cos a)^-(w+1), whatever r. For |cosh(y + ib)| >= cos(a) cosh(y), hence
  |F(y + ib)| <= F(y) + c_e a (cos(a) cosh(y))^-(e+1), and this is at most 1, since
  1 - F(y) = c_e int_0^infinity cosh(y + v)^-(e+1) dv >= c_e cosh(y)^-(e+1) / (e+1).
* Internal: |cosh(x + ib)| <= cosh(x), hence |1/2 + i G(x + ib)| <= q(|x|) cosh(x)^f with
  f = max(e, 0) and q(x) = 1/2 + c_e (cos a)^min(e, 0) (x + a); with D = w - f r > 0 the integrand
  is at most (cos a)^-w q^r cosh^-D, and cosh(x)^-D <= min(1, 2^D exp(-D x)).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from flint import acb, arb
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision_bits

__all__ = ["cosine_norm", "external_means", "internal_means"]

Exponent = Any
"""An mpq."""


def cosine_norm(e: Exponent) -> arb:
    """Return c_e = 1 / int_{-pi/2}^{pi/2} cos^e = Gamma(e/2 + 1) / (sqrt pi Gamma((e+1)/2))."""
    x = exact_arb(e)
    return (x / 2 + 1).gamma() / (arb.pi().sqrt() * ((x + 1) / 2).gamma())


def external_means(e: Exponent, pairs: Sequence[tuple[Exponent, int]]) -> list[arb]:
    """Return the external means of the pairs (w, r), e > -1, w > -1, r >= 0."""
    bits = precision_bits()
    width = mpq(7, 10) / max(mpq(1), e + 1)
    a, norm = exact_arb(width), cosine_norm(e)
    loss = -(float(max(w for w, _ in pairs)) + 1) * math.log(math.cos(width))
    step = 2 * math.pi * float(width) / ((bits + 8) * math.log(2) + loss)
    h = exact_arb(mpq(step))

    def reach(w: Exponent) -> int:
        """Number of steps after which cosh(y)^-(w+1) is small."""
        height = (bits + 8) * math.log(2) / float(w + 1)
        far = height + math.log(2) if height > 300 else math.acosh(math.exp(height))
        return math.ceil(far / step)

    logs, shares = [], []
    for j in range(1, reach(min(w for w, _ in pairs)) + 1):
        logs.append((h * j).cosh().log())
        shares.append(norm * _hyperbolic_tail(e, h * j))
    values = []
    for w, r in pairs:
        rate = exact_arb(w + 1)
        steps = reach(w)
        total = arb(0.5) ** r
        for share, log in zip(shares[:steps], logs, strict=False):
            total += ((1 - share) ** r + _power(share, r)) * (-rate * log).exp()
        end = h * steps  # log cosh is convex: cosh(end + v) >= cosh(end) exp(v tanh(end))
        tail = 2 * end.cosh() ** -rate / (rate * end.tanh())
        scale = cosine_norm(w)
        error = 2 * a.cos() ** (-rate) / ((2 * arb.pi() * a / h).exp() - 1) + scale * tail
        values.append(scale * h * total + arb(0, error.upper()))
    return values


def _power(x: arb, r: int) -> arb:
    """Return x^r for a number that is not negative (flint gives nan for [+/- 1e-10]^5)."""
    if not x.contains(0):
        return x**r
    return x.upper() ** r * arb(0.5, 0.5) if r else arb(1)


def _hyperbolic_tail(e: Exponent, y: arb) -> arb:
    """Return int_y^infinity cosh^-(e+1) = int_phi^{pi/2} cos^e with sin phi = tanh y, for y > 0."""
    sine, cosine, half = y.tanh(), 1 / y.cosh(), arb(1) / 2
    if e.denominator == 1:
        odd = int(e) % 2
        value = 1 - sine if odd else 2 * (-y).exp().atan()
        for i in range(3 if odd else 2, int(e) + 1, 2):
            value = ((i - 1) * value - cosine ** (i - 1) * sine) / i
        return value
    x = exact_arb(e)
    if y > 1:
        series = (cosine * cosine).hypgeom_2f1(half, (x + 1) / 2, (x + 3) / 2)
        return cosine ** (x + 1) / (x + 1) * series
    return half / cosine_norm(e) - sine * (sine * sine).hypgeom_2f1(half, (1 - x) / 2, arb(1.5))


def internal_means(e: Exponent, pairs: Sequence[tuple[Exponent, int]]) -> list[arb]:
    """Return the internal means of the pairs (w, r), e > -1, w > max(e, 0) r, r >= 0."""
    bits = precision_bits()
    norm, f = cosine_norm(e), max(e, mpq(0))
    slowest = min(float(w - f * r) for w, r in pairs)
    highest = max(r for _, r in pairs)
    a, h = _strip(e, pairs, float(norm), bits)
    length = (bits + 8) * math.log(2)
    reach = length / slowest + 1
    for _ in range(3):  # the polynomial factor of the tail
        reach = (length + highest * math.log(1 + float(norm) * reach)) / slowest + 1
    count = math.ceil(reach / float(h))
    nodes = [h * j for j in range(1, count + 1)]
    logs = [x.cosh().log() for x in nodes]
    powers = [_powers(acb(arb(0.5), norm * _cosh_integral(e, x)), highest) for x in nodes]
    rates = {w: exact_arb(-w) for w, _ in pairs}
    weights = {w: [(rate * log).exp() for log in logs] for w, rate in rates.items()}
    values = []
    for w, r in pairs:
        weight = exact_arb(w)
        total = arb(0.5) ** r
        for power, factor in zip(powers, weights[w], strict=True):
            total += 2 * power[r] * factor
        start, decay = h * count, exact_arb(w - f * r)
        falls = decay * (arb(1) / 2 + norm * start) > r * norm  # if not, more precision is asked
        tail = 2 * _tail(start, decay, r, norm, arb(0)) if falls else arb.pos_inf()
        scale = _cosh_norm(w)
        slope = norm * a.cos() ** exact_arb(min(e, mpq(0)))
        bound = _strip_bound(weight, decay, r, slope, a)
        error = 2 * scale * bound / ((2 * arb.pi() * a / h).exp() - 1) + scale * tail
        values.append(scale * h * total + arb(0, error.upper()))
    return values


def _powers(z: acb, last: int) -> list[arb]:
    """Return the real parts of z^0, ..., z^last."""
    found, power = [arb(1)], acb(1)
    for _ in range(last):
        power *= z
        found.append(power.real)
    return found


def _cosh_norm(w: Exponent) -> arb:
    """Return b_w = 1 / int cosh^-w = Gamma((w+1)/2) / (sqrt(pi) Gamma(w/2))."""
    return cosine_norm(w - 1)


def _cosh_integral(e: Exponent, x: arb) -> arb:
    """Return int_0^x cosh^e."""
    sine = x.sinh()
    if e.denominator == 1:
        cosine, odd = x.cosh(), int(e) % 2
        value = sine if odd else x
        for i in range(3 if odd else 2, int(e) + 1, 2):
            value = (cosine ** (i - 1) * sine + (i - 1) * value) / i
        return value
    return sine * (-sine * sine).hypgeom_2f1(arb(0.5), exact_arb((1 - e) / 2), arb(1.5))


def _strip(
    e: Exponent, pairs: Sequence[tuple[Exponent, int]], norm: float, bits: int
) -> tuple[arb, arb]:
    """Half-width a of the strip and step h that need few points; any choice is rigorous."""
    best = (0.0, 0.0)
    for numerator in range(2, 15):
        a = numerator / 10
        slope = norm * math.cos(a) ** min(float(e), 0)
        loss = max(
            -float(w) * math.log(math.cos(a)) + r * math.log(max(1.0, 0.5 + slope * (a + 1.5)))
            for w, r in pairs
        )
        h = 2 * math.pi * a / ((bits + 8) * math.log(2) + loss)
        if h > best[1]:
            best = (a, h)
    return exact_arb(mpq(best[0])), exact_arb(mpq(best[1]))


def _strip_bound(weight: arb, decay: arb, r: int, slope: arb, a: arb) -> arb:
    """M: twice the integral over x >= 0, split where 2^D exp(-D x) falls below 1."""
    split = arb(2).log()
    near = split * (arb(1) / 2 + slope * (split + a)) ** r
    return 2 * a.cos() ** (-weight) * (near + _tail(split, decay, r, slope, a))


def _tail(start: arb, decay: arb, r: int, slope: arb, a: arb) -> arb:
    """Return int_start^infinity (1/2 + slope (x + a))^r 2^D exp(-D x) dx, by parts."""
    base = arb(1) / 2 + slope * (start + a)
    total, term = arb(0), base**r / decay
    for i in range(r + 1):
        total += term
        term *= (r - i) * slope / (base * decay)
    return total * (-decay * (start - arb(2).log())).exp()
