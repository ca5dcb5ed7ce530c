"""The segment from independence to a covariance matrix, mapped into the unit disc.

Let R be positive definite, D its diagonal and R(t) = D + t (R - D). The eigenvalues of
D^{-1/2} R(t) D^{-1/2} are 1 + t mu_k with sum mu_k = 0, so that R(t) is singular on the real rays
t <= -a and t >= b only, a = 1/max mu_k and b = -1/min mu_k > 1. With u = (t + a)/(b - t) and any
c > 0 the map

    z = (sqrt(u/c) - 1)/(sqrt(u/c) + 1),    t = (b c (1+z)^2 - a (1-z)^2)/((1-z)^2 + c (1+z)^2),

takes the plane without the two rays to the unit disc. It stays analytic with smaller a and b.

*Bound.* Let P(t) be the orthant probability of a Schur complement K(t) of R(t), of size n (of R(t)
itself for n = m). P(t) = det(2 pi K)^{-1/2} int exp(-x' K^{-1} x/2) dx over the orthant; turning
the contour, x -> e^{i phi} x, continues it to every t for which the numbers
e^{2 i phi}/(1 + t mu_k) have positive real parts for some phi. They do when the arguments of
1 + t mu_k lie in an open half plane, whose size is at most |arg u| < pi: the largest and the
smallest of them are those of t + a and b - t. Let B be e^{2 i phi} K^{-1} with the best phi: it is
a block of e^{2 i phi} R^{-1}, so that its numerical range lies in a sector of half-angle
alpha = |arg u|/2, and X = Re B > 0 gives |P(t)| <= |det B|^{1/2} det(X)^{-1/2}
= prod |1 + i y_k|^{1/2}, |y_k| <= tan alpha, for the eigenvalues y_k of X^{-1/2} (Im B) X^{-1/2}.
On |z| <= r the angle alpha is at most 2 arctan r, so

    |P| <= cos(2 arctan r)^{-n/2} = ((1 + r^2)/(1 - r^2))^{n/2}.

By Cauchy's estimate the terms of degree >= N of the power series of P in z are together at most
((1+r^2)/(1-r^2))^{n/2} (|z|/r)^N/(1 - |z|/r), for any r in (|z|, 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import arb, fmpz_mat, fmpz_poly
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb
from polygeo.errors import NotConverged

__all__ = ["Path", "is_positive_definite"]

Gram = Sequence[Sequence[int]]

BITS = 12
"""Significant bits of the numbers a, b - 1 and c: they enter into every coefficient."""

FLATTEST = 600
"""The gap b - 1 is at least 2^-FLATTEST."""


@dataclass(frozen=True)
class Path:
    """The map for one covariance matrix; ``a``, ``gap`` = b - 1 and ``c`` are short rationals."""

    a: mpq
    gap: mpq
    c: mpq

    @classmethod
    def of(cls, covariance: Gram) -> Path:
        """Return the map for a positive definite integer matrix that is not diagonal."""
        low, high = _spectrum(covariance)
        a = _short(0.999 / (high - 1))
        while not is_positive_definite(_at(covariance, -a)):
            a = _short(float(a) * 0.9)
        gap = _short(0.999 * max(low, 2.0**-40) / (1 - min(low, 0.999)))
        for _ in range(FLATTEST):
            if is_positive_definite(_at(covariance, 1 + gap)):
                break
            gap = _short(gap / 2)
        else:
            raise NotConverged(
                "the matrix is too nearly singular: its least eigenvalue, as a correlation "
                f"matrix, is below 2^-{FLATTEST}"
            )
        u = (a / (1 + gap)) * ((1 + a) / gap)
        return cls(a, gap, _short(u, root=True))

    @property
    def b(self) -> mpq:
        """Where the path may end."""
        return 1 + self.gap

    @cached_property
    def polynomials(self) -> tuple[fmpz_poly, fmpz_poly]:
        """Integer polynomials in z whose quotient is t: the numerator and the denominator."""
        left, right = self.b * self.c, self.c
        scale = math.lcm(*(int(x.denominator) for x in (left, right, self.a)))
        plus, minus = fmpz_poly([1, 2, 1]), fmpz_poly([1, -2, 1])
        top = int(left * scale) * plus - int(self.a * scale) * minus
        return top, int(right * scale) * plus + scale * minus

    def image(self, t: int) -> arb:
        """Return z at t = 0 or 1, at the working precision."""
        u = (t + self.a) / (self.b - t) / self.c
        root = exact_arb(u).sqrt()
        return (root - 1) / (root + 1)

    @cached_property
    def radius(self) -> float:
        """The larger |z| of the two ends of the path."""
        ends = (self.a / self.b / self.c, (1 + self.a) / self.gap / self.c)
        return max(abs(math.tanh(_log(x) / 4)) for x in ends)

    def tail(self, size: int, terms: int, z: arb) -> arb:
        """Return a bound at z on the terms from degree ``terms`` on of a probability's series."""
        r = exact_arb(mpq(self._best_radius(size, terms)))
        share = abs(z) / r
        growth = ((1 + r * r) / (1 - r * r)) ** (arb(size) / 2)
        if not share < 1:
            return arb("inf")
        return growth * share**terms / (1 - share)

    def terms(self, size: int, nats: float) -> int:
        """Return how many terms leave a tail below e^-nats, nearly."""
        low, high = 4, 8
        while self._log_tail(size, high) > -nats:
            low, high = high, 2 * high
            if high > 1 << 24:
                return high
        while high - low > 1:
            middle = (low + high) // 2
            if self._log_tail(size, middle) > -nats:
                low = middle
            else:
                high = middle
        return high

    def _log_tail(self, size: int, terms: int) -> float:
        r = self._best_radius(size, terms)
        share = self.radius / r
        return (
            size / 2 * math.log((1 + r * r) / ((1 - r) * (1 + r)))
            + terms * math.log(share)
            - math.log1p(-share)
        )

    def _best_radius(self, size: int, terms: int) -> float:
        """r with nearly the least bound: (1 - r) N = n/2 to first order, between |z| and 1."""
        wanted = 1 - (size / 2 + 1) / terms
        middle = (self.radius + 1) / 2
        return max(wanted, middle) if wanted > self.radius else middle


def is_positive_definite(matrix: Sequence[Sequence[int]]) -> bool:
    """Test whether all leading minors of a symmetric integer matrix are positive."""
    return all(
        fmpz_mat([list(row[:k]) for row in matrix[:k]]).det() > 0 for k in range(1, len(matrix) + 1)
    )


def _at(covariance: Gram, t: mpq) -> list[list[int]]:
    """Return R(t) times the denominator of t."""
    top, bottom = int(t.numerator), int(t.denominator)
    return [
        [x * (bottom if i == j else top) for j, x in enumerate(row)]
        for i, row in enumerate(covariance)
    ]


def _spectrum(covariance: Gram) -> tuple[float, float]:
    """Return the extreme eigenvalues of the correlation matrix, as floats: a guess."""
    import numpy as np  # q and its like do without

    size = len(covariance)
    correlation = np.eye(size)
    for i in range(size):
        for j in range(i):
            square = mpq(covariance[i][j] ** 2, covariance[i][i] * covariance[j][j])
            value = math.sqrt(float(square))
            correlation[i, j] = correlation[j, i] = value if covariance[i][j] > 0 else -value
    values = np.linalg.eigvalsh(correlation)
    return float(values[0]), float(values[-1])


def _log(x: mpq) -> float:
    """Return log x, whatever the size of x > 0."""
    top, bottom = x.numerator, x.denominator
    shift = top.bit_length() - bottom.bit_length()
    rest = x / (mpq(2) ** shift)
    return shift * math.log(2) + math.log(float(rest))


def _short(x: mpq | float, root: bool = False) -> mpq:
    """Return a dyadic number of BITS bits just below x > 0 (near its square root)."""
    exact = mpq(x)
    log2 = _log(exact) / math.log(2) / (2 if root else 1)
    exponent = math.floor(log2) - BITS + 1
    return mpq(int(2.0 ** (log2 - exponent))) * mpq(2) ** exponent
