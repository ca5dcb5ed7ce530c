"""Gaussian integrals over the half-line of powers of a distribution function, on one grid.

    H(l, m) = sqrt(l/(2 pi)) int_0^oo e^{-l x^2/2} F(x)^m dx,    F = Phi or 2 Phi - 1,

and the same over the whole line: the external angles of simplices and crosspolytopes.
Gauss-Legendre quadrature on [0, X] (and [-X, 0]) in ball arithmetic; the nodes, and the values of
F there, serve all l of a block [l, 2l).

Error, rigorous: with N nodes it is at most (64/15) B rho^{-2N}/(1 - rho^{-2}) for a function
bounded by B on the ellipse with foci +-1 and semi-axes (rho +- 1/rho)/2 (the Chebyshev
coefficients are at most 2 B rho^{-k}, those of index below 2N and of odd index do no harm, the
others at most 2 + 2/15 each; trefethen2013approximation, theorem 19.3). There, with z = x + iy
and |y| <= b = X (rho - 1/rho)/4,

    |e^{-l z^2/2}| <= e^{l b^2/2},   |F(z)| <= F(x) + w A phi(x) <= 1 + w A phi(1/A),

where A = b e^{b^2/2} >= int_0^b e^{t^2/2} dt, w is 1 (2 for 2 Phi - 1, which is odd, so that x >= 0
may be assumed) and x = 1/A maximises F + w A phi. The tail beyond X is at most
e^{-l X^2/2}/(l X).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from flint import arb

from polygeo.answers.ball import precision, precision_bits
from polygeo.answers.numerics.normal import tail
from polygeo.errors import NotConverged

__all__ = ["KERNELS", "half_line_integrals"]

KERNELS = ("cdf", "line", "erf")
"""F = Phi on the half-line, Phi on the whole line, and 2 Phi - 1 = erf(x/sqrt 2)."""


def half_line_integrals(kernel: str, pairs: Sequence[tuple[arb, int]], bits: int) -> list[arb]:
    """Return H(l, m) for pairs (l, m), l > 0 increasing, m >= 0; ``kernel`` is one of `KERNELS`.

    Call it under `precision` with some 40 bits more than ``bits``; the relative error of each
    enclosure is then about 2^-bits. Floats choose the grid; the error bounds are balls.
    """
    values: list[arb] = []
    for block in _blocks(pairs):
        values += _integrals(kernel, block, bits)
    return values


def _blocks(pairs: Sequence[tuple[arb, int]]) -> Iterator[Sequence[tuple[arb, int]]]:
    start = 0
    for stop in range(1, len(pairs) + 1):
        if stop == len(pairs) or not pairs[stop][0] < 2 * pairs[start][0]:
            yield pairs[start:stop]
            start = stop


def _integrals(kernel: str, block: Sequence[tuple[arb, int]], bits: int) -> list[arb]:
    low, high = float(block[0][0]), float(block[-1][0])
    most = max(m for _, m in block)
    nats = bits * math.log(2) + 8
    nats += max(_smallness(kernel, float(length), m) for length, m in block)
    edge = math.sqrt(2 * nats / low)
    count, ratio = _grid(kernel, edge, high, most, nats)
    half = arb(edge) / 2
    roots, shares = _legendre(count, precision_bits())
    nodes, weights = [half * (1 + root) for root in roots], [half * share for share in shares]
    if kernel == "line":
        nodes, weights = nodes + [-x for x in nodes], weights * 2
    values = [_value(kernel, x) for x in nodes]
    squares = [-x * x / 2 for x in nodes]
    results: list[arb] = []
    powers: list[arb] = []
    previous: tuple[arb, int] | None = None
    for length, m in block:
        if previous is None or previous[1] - m not in (0, 1) or length - previous[0] != 1:
            powers = [
                w * (length * q).exp() * v**m
                for w, q, v in zip(weights, squares, values, strict=True)
            ]
            steps = [q.exp() / v for q, v in zip(squares, values, strict=True)]
            plain = [q.exp() for q in squares]
        else:
            factors = steps if previous[1] - m == 1 else plain
            powers = [p * f for p, f in zip(powers, factors, strict=True)]
        previous = (length, m)
        total = sum(powers, arb(0)) + arb(0, _error(kernel, length, m, half, count, ratio))
        results.append(total * (length / (2 * arb.pi())).sqrt())
    return results


def _error(kernel: str, length: arb, m: int, half: arb, count: int, ratio: float) -> arb:
    """Return the upper bound of the error of quadrature and of the tail."""
    rho = arb(ratio)
    b = half * (rho - 1 / rho) / 2
    a = b * (b * b / 2).exp()
    excess = a * (-1 / (2 * a * a)).exp() / (2 * arb.pi()).sqrt() * _weight(kernel)
    bound = (length * b * b / 2).exp() * (1 + excess) ** m
    rule = half * bound * 64 / 15 / rho ** (2 * count) / (1 - 1 / (rho * rho))
    edge = 2 * half
    tail = (-length * edge * edge / 2).exp() / (length * edge)
    return ((rule + tail) * (2 if kernel == "line" else 1)).upper()


def _weight(kernel: str) -> int:
    return 2 if kernel == "erf" else 1


def _value(kernel: str, x: arb) -> arb:
    return (x / arb(2).sqrt()).erf() if kernel == "erf" else tail(-x)


def _smallness(kernel: str, length: float, m: int) -> float:
    """About -log H(l, m): the height and the width of the peak of the integrand, in floats."""
    low, high = 1e-9, 40.0

    def height(x: float) -> float:
        power = math.erf(x / math.sqrt(2)) if kernel == "erf" else math.erfc(-x / math.sqrt(2)) / 2
        return -length * x * x / 2 + m * math.log(power)

    for _ in range(25):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (left, high) if height(left) < height(right) else (low, right)
    return max(0.0, -height(low)) + math.log1p(m) / 2 + 2


def _grid(kernel: str, edge: float, length: float, m: int, nats: float) -> tuple[int, float]:
    """Fewest nodes (a multiple of 8), and rho, for an error bound of e^-nats."""
    candidates = []
    for j in range(80):
        slope = 0.02 * 1.1**j
        b, a = edge * slope / 2, 0.0
        if b < 30:
            a = b * math.exp(b * b / 2)
        if not 0 < a < 1e100:
            continue
        excess = _weight(kernel) * a * math.exp(-1 / (2 * a * a)) / math.sqrt(2 * math.pi)
        growth = length * b * b / 2 + m * math.log1p(excess)
        candidates.append(((nats + growth + 3) / (2 * math.asinh(slope)), slope))
    if not candidates:
        raise NotConverged(
            "no quadrature bound is found for this angle (its parameters are extreme)"
        )
    count, slope = min(candidates)
    return 8 * (int(count) // 8 + 1), slope + math.hypot(1, slope)


@lru_cache(maxsize=64)
def _legendre(count: int, bits: int) -> tuple[tuple[arb, ...], tuple[arb, ...]]:
    """Nodes and weights on [-1, 1] at a precision, for an even number of nodes."""
    with precision(bits):
        pairs = [arb.legendre_p_root(count, k, True) for k in range(count // 2)]
        nodes, weights = [x for x, _ in pairs], [w for _, w in pairs]
        return (*nodes, *(-x for x in nodes)), (*weights, *weights)
