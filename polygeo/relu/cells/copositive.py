"""Copositive forms: how small |f(x) - f(y)|^2 / |x - y|^2 gets on two cones of linearity.

f(x) = ReLU(Wx) is linear on the cones of a simplicial `LayerFan`. For x in S and y in T, two of
them,

    |f(x) - f(y)|^2 - mu |x - y|^2

is a quadratic form in the coefficients of x and y along their rays. The rays that S and T share
enter through the difference of their two coefficients only, so each of them can be given to one
of x and y (`assignments`). The ratio is at least mu on S x T if and only if all these forms are
copositive, that is, nonnegative for nonnegative coefficients. A form whose matrix has no negative
entry is; otherwise the cone is cut through a pair of rays with a negative entry
(bundfussduer2008algorithmic), and a new ray where the form is negative is a pair (x, y) with a
smaller ratio, an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import gcd, isqrt
from typing import Any

from gmpy2 import mpq

from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.vectors import Vector, dot
from polygeo.relu.cells.cells import Cell, Subdivision, linear_values
from polygeo.relu.decision.budget import Budget

__all__ = ["Copositivity", "LayerFan", "assignments", "squared_ratio"]

MAX_PAIRS = 30_000
"""Largest number of pairs of simplicial cones that are compared."""

MAX_BITS = 2000
"""Largest size, in bits, of a coordinate of a ray at which a cone is cut."""


class LayerFan:
    """The simplicial fan of a layer with the Gram matrices of its rays and of their images."""

    def __init__(self, rows: list[Vector], dim: int) -> None:
        self.rows, self.dim = rows, dim
        self.table = Subdivision(linear_values(rows))
        every = (1 << len(rows)) - 1
        limit = int((2 * MAX_PAIRS) ** 0.5)
        cells = self.table.refine(self.table.orthants(rows, limit), every, 0, limit)
        self.simplices = [s for c in cells for s in self.table.simplices(c, every, dim)]
        if len(self.simplices) > limit:
            raise DomainError(
                f"kappa is enclosed for at most {limit} simplicial cones; "
                f"this layer has {len(self.simplices)}"
            )
        squares = [dot(r, r) for r in self.table.rays]
        longest = max(squares)
        # 1024 times the longest length over each, rounded: rays of about one length cut well
        weights = [(isqrt((longest << 22) // square) + 1) // 2 for square in squares]
        self.rays = [
            tuple(w * c for c in ray) for w, ray in zip(weights, self.table.rays, strict=True)
        ]
        self.images = [
            tuple(w * max(c, 0) for c in values)
            for w, values in zip(weights, self.table.values, strict=True)
        ]

    def common(self, S: Cell, T: Cell) -> int:
        """Return the mask of the rows that are active on both of two cones."""
        masks = []
        for cell in (S, T):
            above, below = self.table.signs(cell)
            masks.append(above & ~below)
        return masks[0] & masks[1]


def assignments(S: Cell, T: Cell) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    """Yield all ways to give each ray shared by two cones to one of the two cones."""
    shared = sorted(set(S) & set(T))
    left, right = set(S) - set(shared), set(T) - set(shared)
    for choice in product((True, False), repeat=len(shared)):
        own = {r for r, c in zip(shared, choice, strict=True) if c}
        yield frozenset(left | own), frozenset(right | (set(shared) - own))


def squared_ratio(rows: Sequence[Sequence[Any]], x: Sequence[Any], y: Sequence[Any]) -> mpq:
    """Compute |f(x) - f(y)|^2 / |x - y|^2 for two different rational points."""
    step = [a - b for a, b in zip(x, y, strict=True)]
    images = [[max(dot(row, p), 0) for row in rows] for p in (x, y)]
    change = [a - b for a, b in zip(*images, strict=True)]
    return mpq(dot(change, change)) / dot(step, step)


Generator = tuple[Vector, Vector, Vector]
"""A pair of points: image difference, x and y."""


class Copositivity:
    """The best pair of points so far, and the bound mu that is being proved."""

    def __init__(self, fan: LayerFan, relative: mpq, limit: Budget) -> None:
        self.fan, self.relative, self.limit = fan, relative, limit
        self.bits = 40 + int(1 / relative).bit_length() // 2
        self.upper: mpq | None = None
        self.pair: tuple[Vector, Vector] = ((0,), (0,))
        self.mu = mpq(0)

    def offer(self, x: Vector, y: Vector) -> None:
        """Take a pair of points as the best pair if its ratio is the smallest so far."""
        if x == y:
            return
        ratio = squared_ratio(self.fan.rows, x, y)
        if self.upper is None or ratio < self.upper:
            self.upper, self.pair = ratio, (x, y)
            self.mu = ratio * (1 - self.relative)

    def prove(self, left: frozenset[int], right: frozenset[int]) -> None:
        """Prove that the form of one assignment is copositive at mu; lower mu where it is not."""
        fan, zero = self.fan, (0,) * self.fan.dim
        start: list[Generator] = [(fan.images[r], fan.rays[r], zero) for r in sorted(left)]
        start += [(tuple(-c for c in fan.images[r]), zero, fan.rays[r]) for r in sorted(right)]
        todo = [start]
        while todo:
            if not self.limit.step():
                raise Undecided(
                    f"{self.limit.used} cones do not prove kappa^2 to {self.relative}; raise "
                    "max_nodes=, timeout= or relative="
                )
            generators = todo.pop()
            cut = self._worst(generators)
            if cut is None:
                continue
            i, j, g = cut
            for k in (i, j):
                todo.append([*generators[:k], g, *generators[k + 1 :]])

    def _form(self, a: Generator, b: Generator) -> mpq:
        above, below = _products(a, b)
        return above - self.mu * below

    def _cut(self, a: Generator, b: Generator, low: mpq, high: mpq) -> Fraction:
        """t for the new ray a + t b.

        Between low and high both new entries are nonnegative. If low > high the form is negative
        somewhere: then t minimizes the ratio, up to rounding, which lowers mu.
        """
        if low <= high:
            return _simple(low, high)
        pairs = (_products(a, a), _products(a, b), _products(b, b))
        (f0, d0), (f1, d1), (f2, d2) = pairs
        return _stationary(f2 * d1 - f1 * d2, f2 * d0 - f0 * d2, f1 * d0 - f0 * d1, self.bits)

    def _worst(self, generators: list[Generator]) -> tuple[int, int, Generator] | None:
        """The pair with the most negative entry and the ray to cut it with."""
        while True:
            diagonal = [self._form(g, g) for g in generators]
            bad = [g for g, value in zip(generators, diagonal, strict=True) if value <= 0]
            if not bad:
                break
            for g in bad:
                self.offer(g[1], g[2])
        worst, place = mpq(0), None
        for i, j in combinations(range(len(generators)), 2):
            entry = self._form(generators[i], generators[j])
            if entry < 0:
                weight = entry * entry / (diagonal[i] * diagonal[j])
                if weight > worst:
                    worst, place = weight, (i, j, entry)
        if place is None:
            return None
        i, j, entry = place
        # a + t b: both new entries are >= 0 for t between these two, if they are in this order
        low, high = -entry / diagonal[j], diagonal[i] / -entry
        t = self._cut(generators[i], generators[j], low, high)
        a, b = t.denominator, t.numerator
        parts = zip(generators[i], generators[j], strict=True)
        whole = [[a * s + b * u for s, u in zip(p, q, strict=True)] for p, q in parts]
        common = gcd(*(c for part in whole for c in part))
        largest = max(abs(c) for part in whole[1:] for c in part)
        if largest.bit_length() - common.bit_length() > MAX_BITS:
            raise Undecided(f"rays of more than {MAX_BITS} bits are needed; try a larger relative=")
        image, x, y = (tuple(c // common for c in part) for part in whole)
        self.offer(x, y)
        return i, j, (image, x, y)


def _products(a: Generator, b: Generator) -> tuple[int, int]:
    """The products of the differences of images and of points."""
    steps = [[p - q for p, q in zip(g[1], g[2], strict=True)] for g in (a, b)]
    return dot(a[0], b[0]), dot(*steps)


def _stationary(a: int, b: int, c: int, precise: int) -> Fraction:
    """The root of a t^2 + b t + c at which it grows, a minimum of the ratio, to some bits."""
    common = gcd(a, b, c) or 1
    a, b, c = a // common, b // common, c // common
    shift = 1 << precise
    discriminant = isqrt(max(b * b - 4 * a * c, 0) * shift * shift)
    # (sqrt(D) - b) / 2a, or the same without cancellation
    if b > 0:
        root_t = Fraction(-2 * c * shift, b * shift + discriminant)
    else:
        root_t = Fraction(discriminant - b * shift, 2 * a * shift)
    return Fraction(round(root_t * shift), shift) if root_t * shift > 1 else root_t


def _simple(low: mpq, high: mpq) -> Fraction:
    """A fraction of few digits in [low, high], 0 < low <= high, near the middle."""
    middle = Fraction(int((low + high).numerator), 2 * int((low + high).denominator))
    limit = 1
    while True:
        candidate = middle.limit_denominator(limit)
        if candidate > 0 and low <= candidate <= high:
            return candidate
        limit *= 4
        if limit > 1 << 200:
            return middle
