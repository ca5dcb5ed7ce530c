"""Smooth functions on the real line as polynomials with ball coefficients, piece by piece.

On a piece with centre c and half-width h a function f is held as a polynomial p in u = (x - c)/h
whose coefficients are balls: for every u in [-1, 1] some choice of the coefficients inside their
balls gives f(c + h u). The choice may depend on u. Sums and products of such polynomials hold the
sums and products of the functions; and int_0^u t^n a(t) dt with a(t) in a ball lies in that ball
times u^{n+1}/(n+1), since t^n does not change its sign between 0 and u, so that the integral of the
polynomial holds the integral of the function. Terms of high degree are replaced by the sum of
their sizes, as a radius of the constant term.

The pieces grow with their distance from 0: h = c/9, so that Gaussians of every width from the
narrowest to the widest have short series on each. Outside [-X, X] all Gaussians weigh less than
2^-bits, and the mass there is added as a ball.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, log2
from typing import Any

from flint import arb, arb_poly, arb_series
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision_bits, series_terms

__all__ = ["Function", "Pieces", "added"]

RATIO = 1.25
"""Quotient of the ends of a piece."""

RADII = (1.5, 2.0, 2.5, 3.0, 4.0, 4.5, 6.0, 8.0, 12.0)
"""Radii in half-widths of the circles on which Cauchy's estimate is tried."""

Function = list[arb_poly]
"""A polynomial for each piece."""


class Pieces:
    """The pieces for Gaussians whose variances lie between two rational numbers."""

    def __init__(self, least: mpq, most: mpq) -> None:
        self.bits = precision_bits()
        narrow, wide = float(least) ** 0.5, float(most) ** 0.5
        reach = wide * ((2 * self.bits * 0.7) ** 0.5 + 1)
        ends = [narrow / 2]
        while ends[-1] < reach:
            ends.append(ends[-1] * RATIO)
        right = list(pairwise(ends))
        left = [(-b, -a) for a, b in reversed(right)]
        spans = [*left, (-ends[0], ends[0]), *right]
        self.centres = [(arb(a) + arb(b)) / 2 for a, b in spans]
        self.halves = [(arb(b) - arb(a)) / 2 for a, b in spans]
        self.reach = arb(ends[-1])
        self._most = most
        self._small = arb(2) ** (-self.bits - 6)

    def constant(self, value: arb | int) -> Function:
        """Return a constant function."""
        return [arb_poly([arb(value)])] * len(self.centres)

    def tail(self) -> arb:
        """Return a ball [0, t], t the chance of a Gaussian of the largest variance beyond X."""
        chance = (self.reach / (2 * exact_arb(self._most)).sqrt()).erfc() / 2
        return chance.union(arb(0))

    def density(self, variance: mpq) -> Function:
        """Return the density of the centred Gaussian of this variance."""
        v = exact_arb(variance)
        top = 1 / (2 * arb.pi() * v).sqrt()
        pairs = zip(self.centres, self.halves, strict=True)
        return [self._density_piece(c, h, v, top) for c, h in pairs]

    def _density_piece(self, c: arb, h: arb, v: arb, top: arb) -> arb_poly:
        middle, half, spread = abs(float(c.mid())), float(h.mid()), float(v.mid())
        best: tuple[int, float] | None = None
        for radius in RADII:
            growth = -_least_square(middle, radius * half) / (2 * spread) / 0.693
            scale = 0.5 * log2(1 / (6.28 * spread))
            terms = ceil((growth + scale + self.bits) / log2(radius)) + 1
            if best is None or terms < best[0]:
                best = (terms, radius)
        assert best is not None
        terms, share = max(best[0], 0), arb(best[1])
        bound = top * (-_least_square(abs(c), share * h) / (2 * v)).exp()
        rest = bound * share ** (1 - terms) / (share - 1)
        error = arb(0, rest.upper())
        if terms == 0:
            return arb_poly([error])
        exponent = [-c * c / (2 * v), -c * h / v, -h * h / (2 * v)]
        with series_terms(terms):
            series = top * arb_series(exponent[:terms], terms).exp()
        values = series.coeffs() or [arb(0)]
        values[0] += error
        return arb_poly(values)

    def trimmed(self, function: Function) -> Function:
        """Return the function with the terms of high degree as a radius."""
        return [self._trim(p) for p in function]

    def _trim(self, p: arb_poly) -> arb_poly:
        values = p.coeffs()
        kept = len(values)
        while kept > 1 and abs(values[kept - 1]) < self._small:
            kept -= 1
        if kept < len(values):
            values[0] += abs(arb_poly(values[kept:])(arb(0, 1))).union(arb(0)) * arb(0, 1)
        return arb_poly(values[:kept])

    def rising(self, density: Function, tails: int) -> tuple[Function, arb]:
        """Return y -> the integral of a density up to y, and the whole integral.

        The density is at most the sum of ``tails`` Gaussian densities.
        """
        outside = self.tail() * tails
        total, found = outside, []
        for p, h in zip(density, self.halves, strict=True):
            integral = p.integral() * h
            start = integral(arb(-1))
            found.append(integral + (total - start))
            total = total + integral(arb(1)) - start
        return found, total + outside

    def product(self, first: Function, second: Function) -> Function:
        """Return the product of two functions."""
        return self.trimmed([p * q for p, q in zip(first, second, strict=True)])

    def mean(self, density: Function, function: Function) -> arb:
        """Return the integral of a Gaussian density times a function with values in [0, 1]."""
        total = 2 * self.tail()
        for p, q, h in zip(density, function, self.halves, strict=True):
            integral = (p * q).integral() * h
            total += integral(arb(1)) - integral(arb(-1))
        return total


def added(first: Function | None, second: Sequence[arb_poly]) -> Function:
    """Return the sum of two functions; None is 0."""
    if first is None:
        return list(second)
    return [p + q for p, q in zip(first, second, strict=True)]


def _least_square(c: Any, r: Any) -> Any:
    """Return the least real part of z^2 on the circle of radius r around c > 0, floats or balls."""
    return (c - r) ** 2 if c > 2 * r else c * c / 2 - r * r
