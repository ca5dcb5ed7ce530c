"""Weights of means on a tree, each edge a condition up or down, by one-dimensional integrals.

Independent means x_v of variances c_v at the vertices of a tree, and for each edge the condition
x_v <= x_w or x_v >= x_w. The weighted least-squares fit joins connected sets of vertices into
blocks, whose means are independent Gaussians of variance 1/(sum of 1/c_v), independent also of what
is inside a block; with pi(B) the chance that the means of B alone are fitted by one block,

    P[the blocks are B_1, .., B_l] = pi(B_1) .. pi(B_l) P[the means of B_1, .., B_l are in order]

(robertsonwrightdykstra1988order, section 2.4). Root the tree. For a connected set T with top v (its
vertex next to the root) the density of the mean of the block of v is

    A_T(y) = sum over connected B in T with v in B of
             pi(B) phi_B(y) prod over the components S of T - B of M_S(y),

M_S(y) the integral of A_S over the side of y on which the edge between B and S wants it. A_T has
the integral 1, which gives pi(T) from smaller sets. With a factor t for each component the integral
for the whole tree is sum_l w_{l-1} t^{l-1}, w_{l-1} the weight of chi^2_{l-1}.

Sets of one shape (variances and directions) are alike. Without such symmetry the work grows with
the number of pairs B in T, exponential in the number of branches (about 3^r for r means around
one, 50,000 for a binary tree of 15 vertices), and cubic along a path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import comb, prod
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import certify_vector
from polygeo.volumes.orders.pieces import Function, Pieces, added

__all__ = ["MeansOnTree"]

SOURCE = "polyhedral.angle_sum"

Shape = tuple[int, tuple[Any, ...]]
"""A connected set: the number of the variance of its top, and for each child whether it lies above,
and its shape; in sorted order."""

Graded = list[Function]
"""The coefficients of a polynomial in t."""


class MeansOnTree:
    """Variances of the means at the vertices, and the edges (v, w) with x_v <= x_w."""

    def __init__(self, variances: Sequence[mpq], edges: Sequence[tuple[int, int]]) -> None:
        self.variances, self.edges = tuple(variances), tuple(edges)

    @cached_property
    def kinds(self) -> tuple[mpq, ...]:
        """The variances that differ."""
        return tuple(sorted(set(self.variances)))

    @cached_property
    def _rooted(self) -> tuple[int, Shape]:
        shapes = (self._shape(root, None) for root in range(len(self.variances)))
        return min((work_of(shape), shape) for shape in shapes)

    @property
    def shape(self) -> Shape:
        """The whole tree, seen from the root that makes the least work."""
        return self._rooted[1]

    def _shape(self, v: int, above: int | None) -> Shape:
        children = [
            (up, self._shape(w, v))
            for a, b in self.edges
            for u, w, up in ((a, b, True), (b, a, False))
            if u == v and w != above
        ]
        return self.kinds.index(self.variances[v]), tuple(sorted(children))

    def seconds(self, digits: int) -> float:
        """Return an estimate of the time that `weights` takes, on one core."""
        return PER_PRODUCT * self._rooted[0] * (digits + 20)

    def weights(self, digits: int) -> list[Ball]:
        """Return the weights of chi^2_0, .., chi^2_r for r edges, certified.

        >>> fork = MeansOnTree([mpq(1)] * 4, [(0, 1), (0, 2), (0, 3)])
        >>> [x.decimal(10) for x in fork.weights(12)]
        ['0.04386991402', '0.2500000000', '0.4561300860', '0.2500000000']
        """
        count = len(self.variances)
        return certify_vector(lambda: ConnectedBlocks(self).weights(), count, digits, source=SOURCE)


PER_PRODUCT = 4e-5
"""Seconds for a product of two functions, for each digit."""


def work_of(shape: Shape) -> int:
    """Return a bound for the number of products of functions that a rooted tree takes.

    >>> leaf = (0, ())
    >>> work_of((0, ((True, leaf),) * 9)) < work_of((0, ((True, leaf),) * 4 + ((False, leaf),) * 5))
    True
    """
    known: dict[Shape, tuple[int, int]] = {}

    def counts(part: Shape) -> tuple[int, int]:
        """The numbers of shapes T inside with the top, and of pairs B in T."""
        if part not in known:
            children = Counter(part[1]).items()
            below = [(counts(child), m) for (_, child), m in children]
            shapes = prod(comb(a + m, m) for (a, _), m in below)
            known[part] = shapes, prod(comb(a + p + m, m) for (a, p), m in below)
        return known[part]

    shapes, pairs = counts(shape)
    below = sum(p for _, p in known.values())
    return pairs + below + shapes * _size(shape)


def _size(shape: Shape) -> int:
    return 1 + sum(_size(child) for _, child in shape[1])


class ConnectedBlocks:
    """The chances of one block, and the functions that serve them, at the working precision."""

    def __init__(self, means: MeansOnTree) -> None:
        self._root = means.shape
        self._precisions = [1 / c for c in means.kinds]
        whole = self._precision(self._root)
        self._line = Pieces(1 / whole, max(means.variances))
        self._one = self._line.constant(1)
        self._densities: dict[mpq, Function] = {}
        self._chances: dict[Shape, arb] = {}
        self._cuts: dict[Shape, dict[Shape, Function]] = {}
        self._messages: dict[tuple[bool, Shape], Function] = {}
        self._lower = set(_lower(self._root))

    def weights(self) -> list[arb]:
        """Return the weights of chi^2_0, .., chi^2_r."""
        found = [arb(0)] * _size(self._root)
        for block, functions in self._graded_cuts(self._root).items():
            density = self._density(block)
            for level, function in enumerate(functions):
                found[level] += self.chance(block) * self._line.mean(density, function)
        return found

    def chance(self, shape: Shape) -> arb:
        """Return pi(T)."""
        if shape not in self._chances:
            if shape in self._lower:
                self._message(True, shape)
            else:
                missing = arb(1)
                for block, first, second in self._pairs(shape):
                    if block != shape:
                        share = self._line.product(self._density(block), first)
                        missing -= self.chance(block) * self._line.mean(share, second)
                self._chances[shape] = missing
        return self._chances[shape]

    def _message(self, above: bool, shape: Shape) -> Function:
        """Return M_T for an edge on whose upper, or lower, side T lies."""
        if (above, shape) not in self._messages:
            rest: Function | None = None
            cuts = self._cuts_of(shape)
            for block, function in cuts.items():
                if block != shape:
                    rest = added(rest, self._share(block, function))
            missing = arb(1)
            if rest is not None:
                rest = self._line.trimmed(rest)
                missing -= self._line.rising(rest, len(cuts))[1]
            self._chances[shape] = missing
            own = [p * missing for p in self._density(shape)]
            rising, total = self._line.rising(added(rest, own), len(cuts))
            self._messages[False, shape] = self._line.trimmed(rising)
            self._messages[True, shape] = self._line.trimmed([total - p for p in rising])
        return self._messages[above, shape]

    def _pairs(self, shape: Shape) -> Iterator[tuple[Shape, Function, Function]]:
        """Yield the blocks B inside T with its top, and two factors of the product of M_S.

        A block may come several times.
        """
        top, children = shape
        if not children:
            yield shape, self._one, self._one
            return
        above, last = children[-1]
        message = self._message(above, last)
        for block, function in self._cuts_of((top, children[:-1])).items():
            yield block, function, message
            for part, inside in self._cuts_of(last).items():
                yield _joined(block, above, part), function, inside

    def _cuts_of(self, shape: Shape) -> dict[Shape, Function]:
        """Return for each block the sum of the products of M_S over its places in T."""
        if shape not in self._cuts:
            found: dict[Shape, Function] = {}
            for block, first, second in self._pairs(shape):
                function = self._line.product(first, second)
                found[block] = added(found.get(block), function)
            self._cuts[shape] = found
        return self._cuts[shape]

    def _graded_message(self, above: bool, cuts: dict[Shape, Graded]) -> Graded:
        """Return M_T with a factor t for each component below, for a whole branch T."""
        levels: Graded = []
        for block, functions in cuts.items():
            for level, function in enumerate(functions):
                share = self._share(block, function)
                if level < len(levels):
                    levels[level] = added(levels[level], share)
                else:
                    levels.append(share)
        turned: Graded = []
        for density in levels:
            rising, total = self._line.rising(self._line.trimmed(density), len(cuts))
            side = [total - p for p in rising] if above else rising
            turned.append(self._line.trimmed(side))
        return turned

    def _graded_cuts(self, shape: Shape) -> dict[Shape, Graded]:
        top, children = shape
        found: dict[Shape, Graded] = {(top, ()): [self._one]}
        for above, child in children:
            inside = self._graded_cuts(child)
            message = [None, *self._graded_message(above, inside)]
            before, found = found, {}
            for block, functions in before.items():
                self._add(found, block, functions, message)
                for part, others in inside.items():
                    self._add(found, _joined(block, above, part), functions, others)
        return found

    def _add(
        self,
        found: dict[Shape, Graded],
        block: Shape,
        first: Graded,
        second: Sequence[Function | None],
    ) -> None:
        levels = found.setdefault(block, [])
        while len(levels) < len(first) + len(second) - 1:
            levels.append(self._line.constant(0))
        for i, f in enumerate(first):
            for j, g in enumerate(second):
                if g is not None:
                    levels[i + j] = added(levels[i + j], self._line.product(f, g))

    def _share(self, block: Shape, function: Function) -> Function:
        chance = self.chance(block)
        density = self._density(block)
        return [p * q * chance for p, q in zip(density, function, strict=True)]

    def _density(self, block: Shape) -> Function:
        weight = self._precision(block)
        if weight not in self._densities:
            self._densities[weight] = self._line.density(1 / weight)
        return self._densities[weight]

    def _precision(self, shape: Shape) -> mpq:
        return self._precisions[shape[0]] + sum(
            (self._precision(child) for _, child in shape[1]), mpq(0)
        )


def _joined(block: Shape, above: bool, part: Shape) -> Shape:
    top, children = block
    return top, tuple(sorted([*children, (above, part)]))


def _lower(shape: Shape) -> Iterator[Shape]:
    """Yield the connected sets whose top is not the root, with repetitions."""
    for _, child in shape[1]:
        yield from _tops(child)
        yield from _lower(child)


def _tops(shape: Shape) -> set[Shape]:
    """Return the connected sets with the top of a branch."""
    top, children = shape
    found: set[Shape] = {(top, ())}
    for above, child in children:
        below = _tops(child)
        found |= {_joined(block, above, part) for block in found for part in below}
    return found
