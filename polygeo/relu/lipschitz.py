"""The optimal lower Lipschitz constant kappa of a small layer itself, enclosed.

f(x) = ReLU(Wx) is linear on the simplicial cones of a fan. For x in S and y in T, two of them,

    |f(x) - f(y)|^2 - mu |x - y|^2

is a quadratic form in the coefficients of x and y along their rays. The rays that S and T share
enter through the difference of their two coefficients only, so each of them can be given to one
of x and y. kappa^2 >= mu if and only if all these forms are copositive, that is, non-negative for
non-negative coefficients. A form whose matrix has no negative entry is; otherwise the cone is cut
through a pair of rays with a negative entry (bundfussduer2008algorithmic), and a new ray where
the form is negative is a pair (x, y) with a smaller ratio, an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import gcd, isqrt
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.exact import integer, rational
from polygeo.answers.typeset import latex
from polygeo.cones.vectors import dot
from polygeo.errors import DomainError, Undecided
from polygeo.relu.cells import Cell, Subdivision, linear_values
from polygeo.relu.eigenvalue import exceeds, gram, root
from polygeo.relu.matrix import read_matrix, read_vector
from polygeo.relu.stability import frame_bound

__all__ = ["LipschitzBound", "lipschitz_constant", "ratio_squared"]

MAX_PAIRS = 30_000
"""Largest number of pairs of simplicial cones that is tried."""

MAX_BITS = 2000
"""Longest coordinate of a ray that is cut with."""


@dataclass(frozen=True)
class LipschitzBound:
    """An enclosure of kappa: ``value`` (certified), and the pair that gives its upper end.

    ``squared``: (lower, upper) bounds of kappa^2, exact rationals; |f(x) - f(y)|^2 equals
    upper |x - y|^2 for the rational points ``x`` and ``y``; ``nodes``: cones examined.
    """

    value: Ball
    squared: tuple[mpq, mpq]
    x: tuple[mpq, ...]
    y: tuple[mpq, ...]
    nodes: int

    def _repr_latex_(self) -> str:
        return rf"$\kappa = {latex(self.value)}$"


def ratio_squared(W: Any, x: Any, y: Any) -> mpq:
    """|ReLU Wx - ReLU Wy|^2 / |x - y|^2, exactly: an upper bound of kappa^2.

    >>> ratio_squared([[1, 0], [0, 1], [-1, 0], [0, -1]], [1, 0], [-1, 0])
    mpq(1,2)
    """
    matrix = read_matrix(W)
    n = matrix.shape[1]
    a, b = read_vector(x, n, "x"), read_vector(y, n, "y")
    below = sum(((s - t) ** 2 for s, t in zip(a, b, strict=True)), mpq(0))
    if below == 0:
        raise DomainError("two different points are needed")
    above = mpq(0)
    for row in matrix.entries:
        u, v = (sum((w * c for w, c in zip(row, p, strict=True)), mpq(0)) for p in (a, b))
        above += (max(u, mpq(0)) - max(v, mpq(0))) ** 2
    return above / below


class _Fan:
    """The simplicial fan of a layer with the Gram matrices of its rays and of their images."""

    def __init__(self, rows: list[tuple[int, ...]], dim: int) -> None:
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
        lengths = [np.sqrt(float(dot(r, r))) for r in self.table.rays]
        unit = 1024 * max(lengths)
        weights = [round(unit / length) for length in lengths]
        self.rays = [
            tuple(w * c for c in ray) for w, ray in zip(weights, self.table.rays, strict=True)
        ]
        self.images = [
            tuple(w * max(c, 0) for c in values)
            for w, values in zip(weights, self.table.values, strict=True)
        ]

    def common(self, S: Cell, T: Cell) -> int:
        """The rows that are active on both of two cones."""
        masks = []
        for cell in (S, T):
            above, below = self.table.signs(cell)
            masks.append(above & ~below)
        return masks[0] & masks[1]


def _assignments(S: Cell, T: Cell) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    """Shared rays given to one of the two sides, in all ways."""
    shared = sorted(set(S) & set(T))
    left, right = set(S) - set(shared), set(T) - set(shared)
    for choice in product((True, False), repeat=len(shared)):
        own = {r for r, c in zip(shared, choice, strict=True) if c}
        yield frozenset(left | own), frozenset(right | (set(shared) - own))


Generator = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""A pair of points: image difference, x and y."""


class _Copositivity:
    """The best pair so far, and the bound mu that is being proved."""

    def __init__(self, fan: _Fan, relative: mpq, budget: int) -> None:
        self.fan, self.relative, self.budget, self.nodes = fan, relative, budget, 0
        self.bits = 40 + int(1 / relative).bit_length() // 2
        self.upper: mpq | None = None
        self.pair: tuple[tuple[int, ...], tuple[int, ...]] = ((0,), (0,))
        self.mu = mpq(0)

    def offer(self, x: tuple[int, ...], y: tuple[int, ...]) -> None:
        """A pair of points: keep it if its ratio is smaller than all before."""
        step = [a - b for a, b in zip(x, y, strict=True)]
        if not any(step):
            return
        images = [[max(dot(row, p), 0) for row in self.fan.rows] for p in (x, y)]
        change = [a - b for a, b in zip(*images, strict=True)]
        ratio = mpq(dot(change, change), dot(step, step))
        if self.upper is None or ratio < self.upper:
            self.upper, self.pair = ratio, (x, y)
            self.mu = ratio * (1 - self.relative)

    def prove(self, left: frozenset[int], right: frozenset[int]) -> None:
        """The form of one assignment is copositive at mu; mu falls where it is not."""
        fan, zero = self.fan, (0,) * self.fan.dim
        start: list[Generator] = [(fan.images[r], fan.rays[r], zero) for r in sorted(left)]
        start += [(tuple(-c for c in fan.images[r]), zero, fan.rays[r]) for r in sorted(right)]
        todo = [start]
        while todo:
            self.nodes += 1
            if self.nodes > self.budget:
                raise Undecided(
                    f"{self.budget} cones do not prove kappa^2 to {self.relative}; raise budget= "
                    "or relative="
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

        Between low and high both new entries are non-negative. If low > high the form is negative
        somewhere: then t minimizes the ratio, up to rounding, which lowers mu.
        """
        if low <= high:
            return _simple(low, high)
        pairs = (_products(a, a), _products(a, b), _products(b, b))
        (f0, d0), (f1, d1), (f2, d2) = pairs
        return _stationary(f2 * d1 - f1 * d2, f2 * d0 - f0 * d2, f1 * d0 - f0 * d1, self.bits)

    def _worst(self, generators: list[Generator]) -> tuple[int, int, Generator] | None:
        """The pair with the most negative entry and the ray to cut it with."""
        size = len(generators)
        while True:
            diagonal = [self._form(g, g) for g in generators]
            bad = [g for g, value in zip(generators, diagonal, strict=True) if value <= 0]
            if not bad:
                break
            for g in bad:
                self.offer(g[1], g[2])
        worst, place = mpq(0), None
        for i, j in combinations(range(size), 2):
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
        image, x, y = ([a * s + b * u for s, u in zip(p, q, strict=True)] for p, q in parts)
        common = gcd(*image, *x, *y)
        if max(map(abs, (*x, *y))).bit_length() - common.bit_length() > MAX_BITS:
            raise Undecided(f"rays of more than {MAX_BITS} bits are needed; try a larger relative=")
        g = (
            tuple(c // common for c in image),
            tuple(c // common for c in x),
            tuple(c // common for c in y),
        )
        self.offer(g[1], g[2])
        return i, j, g


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


def lipschitz_constant(W: Any, relative: Any = "1/100", budget: int = 100_000) -> LipschitzBound:
    """kappa = inf |ReLU Wx - ReLU Wy| / |x - y| of a small layer, enclosed.

    ``relative``: how near the bounds of kappa^2 come, 0 < relative < 1 (small values can be slow
    where the best pair lies inside its cones); ``budget``: cones examined, Undecided when they do
    not suffice. The layer is cut into simplicial cones of which
    there may be some 240: m = 40 for n = 2 takes seconds, m = 9 for n = 3 (and a larger budget)
    minutes. The lower end is proved in
    integers, the upper end is the ratio of a rational pair.

    >>> found = lipschitz_constant([[1, 0], [0, 1], [-1, 0], [0, -1]], "1/1000000")
    >>> found.squared[1], float(found.squared[0]) > 0.499999
    (mpq(1,2), True)
    """
    matrix = read_matrix(W)
    n = matrix.shape[1]
    gap = rational(relative, "relative")
    if not 0 < gap < 1:
        raise DomainError(f"relative must lie strictly between 0 and 1; got {gap}")
    most = integer(budget, "budget")
    frame = frame_bound(matrix, 20)
    whole, scale = matrix.scaled_rows
    rows = [row for row in whole if any(row)]
    if frame.value.upper == 0:
        raise DomainError("the layer is not injective: kappa = 0")
    fan = _Fan(rows, n)
    search = _Copositivity(fan, gap, most)
    for x, y in _first_pairs(rows, n, frame.point):
        search.offer(x, y)
    unit = mpq(scale) ** 2
    steep: dict[int, mpq] = {}
    done: set[tuple[frozenset[int], frozenset[int]]] = set()
    for S, T in combinations(fan.simplices, 2):
        mask = fan.common(S, T)
        if mask in steep and steep[mask] >= search.mu:
            continue
        if exceeds(gram([row for i, row in enumerate(rows) if mask >> i & 1], n), search.mu):
            steep[mask] = search.mu
            continue
        for left, right in _assignments(S, T):
            if (left, right) not in done:
                done |= {(left, right), (right, left)}
                search.prove(left, right)
    # inside one cone f is linear, with lambda_min >= A
    lower = min(search.mu, frame.value.lower * unit)
    assert search.upper is not None
    squared = lower / unit, search.upper / unit
    x, y = (tuple(map(mpq, p)) for p in search.pair)
    value = root(Ball.between(*squared, 128)).cited("networks.half_frame_bound")
    return LipschitzBound(value, squared, x, y, search.nodes)


def _first_pairs(
    rows: list[tuple[int, ...]], dim: int, point: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """x and -x along the weakest direction of W, and two near points in the weakest cell."""
    scale = float(max(abs(c) for row in rows for c in row))
    floats = np.array([[float(mpq(c)) / scale for c in row] for row in rows])

    def weakest(chosen: np.ndarray) -> tuple[int, ...]:
        vector = np.linalg.eigh(chosen.T @ chosen)[1][:, 0]
        return tuple(int(c) for c in np.rint(vector * 2.0**20))

    d = weakest(floats)
    yield d, tuple(-c for c in d)
    values = [dot(row, point) for row in rows]
    d = weakest(floats[[v >= 0 for v in values]])
    slopes = [dot(row, d) for row in rows]
    steps = [mpq(abs(v), abs(s)) for v, s in zip(values, slopes, strict=True) if v and s]
    reach = min(steps, default=mpq(1))
    q, p = int(reach.denominator), int(reach.numerator)
    yield (
        tuple(q * z + p * c for z, c in zip(point, d, strict=True)),
        tuple(q * z - p * c for z, c in zip(point, d, strict=True)),
    )
