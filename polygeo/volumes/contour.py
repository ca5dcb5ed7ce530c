"""Gaussian half-line sums on a vertical line: one trapezoidal grid serves many orders at once.

With M(z) = int_0^oo e^{zt} phi(t) dt = e^{z^2/2} Phi(z) and a weight s > 0, for m = 1, 2, ..

    density_m     = (1/2 pi i)  int_{Re z = c} e^{s z^2/2} M(z)^m dz,
    probability_m = -(1/2 pi i) int_{Re z = c} e^{s z^2/2} M(z)^m dz/z       (c < 0)

are, by Laplace inversion, the density at 0 and P[X <= 0] of X = sqrt(s) Z + g_1 + .. + g_m on the
event g_1, .., g_m >= 0. All angles of a regular simplex at its faces are of this form; on a line
through the saddle point nothing cancels, while on the imaginary axis (an imaginary argument of
Phi) about m/2 digits do.

Error of the trapezoidal rule of step h, rigorous (trefethenweideman2014exponentially): by Poisson
summation it is the sum of the transforms at frequencies 2 pi k/h, k != 0. The integrand is entire,
so for k > 0 the line moves to c + a and for k < 0 to c - a, which costs the factor
e^{-2 pi |k| a/h}; there |e^{s z^2/2} M(z)^m| <= e^{s (x^2 - y^2)/2} M(x)^m with z = x + iy. Where
the line passes the pole of 1/z its residue is added exactly. The tail |y| > Y is bounded with
|z M(z)| <= M'(x) + 1/sqrt(2 pi), an integration by parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from flint import acb, arb
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb
from polygeo.errors import NotConverged

__all__ = ["line_integrals", "log_laplace", "saddle_point"]

ROOT_TWO_PI = math.sqrt(2 * math.pi)
MAX_POINTS = 1 << 17
"""Largest grid: more are needed only for weights near 0, where the integrand hardly decays."""

LOSS = 8.0
"""Largest loss, in natural logarithm, of a shared line against an order's own saddle point."""


def line_integrals(
    weight: mpq, orders: Sequence[int], bits: int, *, pole: bool = False
) -> list[arb]:
    """Return density_m (or probability_m, with the pole) for increasing orders m >= 1.

    Call it under `precision` with some 40 bits more than ``bits``; the relative error of each
    enclosure is then about 2^-bits. Floats choose the grid; the error bounds are balls.
    """
    values: list[arb] = []
    for line, block in _blocks(float(weight), orders):
        values += _Line(weight, line, block, bits, pole).integrals(block)
    return values


def log_laplace(x: float) -> float:
    """Return log M(x), in floating point."""
    if x > -25:
        return x * x / 2 + math.log(math.erfc(-x / math.sqrt(2)) / 2)
    y = 1 / (x * x)
    return math.log((1 - y * (1 - 3 * y * (1 - 5 * y))) / (-x * ROOT_TWO_PI))


def saddle_point(weight: float, order: int) -> float:
    """Return the minimum c <= 0 of s c^2/2 + m log M(c), a convex function, in floating point."""
    low, high = -math.sqrt(order / weight), 0.0
    for _ in range(60):
        c = (low + high) / 2
        slope = weight * c + order * (c + math.exp(-log_laplace(c)) / ROOT_TWO_PI)
        low, high = (low, c) if slope > 0 else (c, high)
    return (low + high) / 2


def _exponent(weight: float, order: int, x: float) -> float:
    return weight * x * x / 2 + order * log_laplace(x)


def _blocks(weight: float, orders: Sequence[int]) -> Iterator[tuple[float, Sequence[int]]]:
    """Runs of orders that share a line, with the line: no order loses more than `LOSS` there."""

    def line_of(block: Sequence[int]) -> float:
        # kept at one standard deviation from the pole, so that its residue does not cancel
        return min(saddle_point(weight, block[len(block) // 2]), -1 / math.sqrt(weight + block[-1]))

    def loss(order: int, line: float) -> float:
        own = saddle_point(weight, order)
        return _exponent(weight, order, line) - _exponent(weight, order, own)

    start = 0
    while start < len(orders):
        size = 1
        while start + size < len(orders):
            block = orders[start : start + 2 * size]
            line = line_of(block)
            if max(loss(block[0], line), loss(block[-1], line)) > LOSS:
                break
            size = len(block)
        block = orders[start : start + size]
        yield line_of(block), block
        start += size


def _laplace(z: acb) -> acb:
    return (z * z / 2).exp() * (-z / arb(2).sqrt()).erfc() / 2


class _Line:
    """The line Re z = c with its grid c + i h j, |j| <= count, and the bounds of its errors."""

    def __init__(
        self, weight: mpq, line: float, block: Sequence[int], bits: int, pole: bool
    ) -> None:
        self.weight, self.pole = exact_arb(weight), pole
        self.line = arb(line)
        s, low, high = float(weight), block[0], block[-1]
        nats = bits * math.log(2) + LOSS + 8 + math.log(s + high)
        step, right, left = _step(s, low, high, line, nats)
        count = _count(s, low, line, step, nats)
        if count > MAX_POINTS:
            raise NotConverged(
                f"{int(bits * 0.301)} digits of this angle need {count} grid points; at most "
                f"{MAX_POINTS} are taken (the cone is nearly degenerate)"
            )
        self.step, self.right, self.left = arb(step), arb(right), arb(left)
        self.count = count
        points = [acb(self.line, self.step * j) for j in range(count + 1)]
        self.factors = [_laplace(z) for z in points]
        self.powers = [
            (self.weight * z * z / 2).exp() * factor**low
            for z, factor in zip(points, self.factors, strict=True)
        ]
        if pole:
            self.powers = [-power / z for z, power in zip(points, self.powers, strict=True)]

    def integrals(self, block: Sequence[int]) -> list[arb]:
        """Return the integral for every order of the block, increasing."""
        values, reached = [], block[0]
        for order in block:
            for _ in range(order - reached):
                self.powers = [p * f for p, f in zip(self.powers, self.factors, strict=True)]
            reached = order
            total = sum(self.powers[1:], acb(0)).real * 2 + self.powers[0].real
            value = total * self.step / (2 * arb.pi()) - self._residues(order)
            values.append(value + arb(0, self._error(order)))
        return values

    def _residues(self, order: int) -> arb:
        """2^-m sum_{k>=1} e^{2 pi k c/h}, which the pole adds when the right line is beyond it."""
        if not self.pole or not self.line + self.right > 0:
            return arb(0)
        ratio = (2 * arb.pi() * self.line / self.step).exp()
        return ratio / (1 - ratio) / arb(2) ** order

    def _error(self, order: int) -> arb:
        return sum((self._shifted(order, a) for a in (self.right, -self.left)), self._tail(order))

    def _shifted(self, order: int, a: arb) -> arb:
        """Return sum_{k>=1} of the bound on the transform at 2 pi k/h, the line moved by a."""
        x = self.line + a
        size = (self.weight * x * x / 2).exp() * _laplace(acb(x)).real ** order
        size /= (2 * arb.pi() * self.weight).sqrt()
        if self.pole:
            size /= abs(x)
        return (size / ((2 * arb.pi() * abs(a) / self.step).exp() - 1)).upper()

    def _tail(self, order: int) -> arb:
        """Return (h/pi) sum_{j > count} |integrand(c + i h j)|."""
        c, far = self.line, self.step * self.count
        moment = self.factors[0].real
        reach = (c * moment + (2 / arb.pi()).sqrt()) / far
        largest = moment if not reach < moment else reach
        size = (self.weight * (c * c - far * far) / 2).exp() * largest**order
        if self.pole:
            size /= far
        return (size * self.step / arb.pi() / ((self.weight * far * self.step).exp() - 1)).upper()


def _step(
    weight: float, low: int, high: int, line: float, nats: float
) -> tuple[float, float, float]:
    """The largest step whose error is e^-nats of the integrand, and the shifts that prove it."""

    def best(order: int, sign: int) -> tuple[float, float]:
        base = _exponent(weight, order, line)
        candidates = []
        for j in range(64):
            a = 1.15 ** (j - 40) * 4 / math.sqrt(1 + weight / 16)
            x = line + sign * a
            growth = _exponent(weight, order, x) - base - math.log(min(1.0, abs(x) + 1e-300))
            candidates.append((2 * math.pi * a / (nats + max(growth, -nats / 2)), a))
        return max(candidates)

    (step, right), (other, left) = best(high, 1), best(low, -1)
    return min(step, other), right, left


def _count(weight: float, order: int, line: float, step: float, nats: float) -> int:
    """The number of grid points after which the tail of the lowest order is below e^-nats."""
    moment = math.exp(log_laplace(line))
    reach = line * moment + 2 / ROOT_TWO_PI

    def heavy(count: int) -> bool:
        far = count * step
        decay = order * max(0.0, math.log(far * moment / reach)) + weight * far * far / 2
        return decay + min(0.0, math.log(weight * far * step)) < nats

    high = 8
    while heavy(high) and high <= MAX_POINTS:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if heavy(middle) else (low, middle)
    return high
