"""Weights of a simple tree: means that are compared with one common mean, by one integral a pair.

Independent means x_0 of variance 1 and x_1, .., x_r of variances u_1, .., u_r, and for each i the
condition x_i >= x_0 or x_i <= x_0: treatments against a control. The weighted least-squares fit
joins some set S of the means to x_0, in a block of variance 1/(1 + sum_S 1/u_i); the others stay as
they are. With pi(S) the chance that x_0 and the means of S alone are fitted by one block,

    P[the block is S] = pi(S) int phi_S(y) prod_{i not in S} P[x_i on its side of y] dy

(robertsonwrightdykstra1988order, section 2.4), and pi(S) is what the subsets of S leave missing to
1. Means of equal variance and side are alike, so that only the number of each kind in S counts. A
Gram matrix of normals with one factor, W_ij = l_i l_j for i != j and l_i^2 < W_ii, is of this kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from math import comb, prod

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import certify_vector
from polygeo.volumes.orders.pieces import Function, Pieces
from polygeo.volumes.orthants.factor import factor_loadings

__all__ = ["MeansAroundOne", "star_of"]

SOURCE = "polyhedral.angle_sum"

MAX_BLOCKS = 250
"""Largest number of blocks that differ: beyond, the integrals take minutes."""

Block = tuple[int, ...]
"""How many means of each kind."""


class MeansAroundOne:
    """The kinds of means: how often each comes, its variance, and whether it lies above x_0."""

    def __init__(self, kinds: dict[tuple[mpq, bool], int]) -> None:
        self.kinds = tuple(kinds)
        self.counts: Block = tuple(kinds.values())

    @property
    def blocks(self) -> int:
        """The number of blocks that differ."""
        return prod(count + 1 for count in self.counts)

    def seconds(self, digits: int) -> float:
        """Return an estimate of the time that `weights` takes, on one core."""
        return 2e-4 * self.blocks**2 * (digits + sum(self.counts))

    def weights(self, digits: int) -> list[Ball]:
        """Return the weights of chi^2_0, .., chi^2_r for r means around one, certified.

        >>> [x.decimal(10) for x in star_of([[2, 1, 1], [1, 2, 1], [1, 1, 2]]).weights(12)]
        ['0.04386991402', '0.2500000000', '0.4561300860', '0.2500000000']
        """
        count = sum(self.counts) + 1
        return certify_vector(lambda: _weights(self), count, digits, source=SOURCE)


def star_of(gram: Sequence[Sequence[mpq]]) -> MeansAroundOne | None:
    """Return the means of a positive definite Gram matrix with one factor, None for others.

    >>> star_of([[2, 1, 1], [1, 2, 1], [1, 1, 2]]).kinds
    ((mpq(1,1), True),)
    """
    loadings = factor_loadings(gram)
    if loadings is None:
        return None
    kinds = Counter(((1 - square) / square, sign > 0) for sign, square in loadings)
    means = MeansAroundOne(dict(kinds))
    return means if means.blocks <= MAX_BLOCKS else None


def _weights(means: MeansAroundOne) -> list[arb]:
    """Return the weights at the working precision."""
    least = 1 / (1 + sum(_times(means, means.counts), mpq(0)))
    line = Pieces(least, max(1, *(variance for variance, _ in means.kinds)))
    sides = _Sides(means, line)
    chances: dict[Block, tuple[arb, Function]] = {}
    for whole in _blocks(means.counts):
        missing = arb(1)
        for part in _blocks(whole):
            if part != whole:
                chance, density = chances[part]
                ways, rest = _choices(whole, part)
                missing -= ways * chance * line.mean(density, sides[rest])
        density = line.density(1 / (1 + sum(_times(means, whole), mpq(0))))
        chances[whole] = (missing, density)
    found = [arb(0)] * (sum(means.counts) + 1)
    for part, (chance, density) in chances.items():
        ways, rest = _choices(means.counts, part)
        found[sum(rest)] += ways * chance * line.mean(density, sides[rest])
    return found


class _Sides:
    """y -> the chance that given numbers of means of each kind lie on their side of y."""

    def __init__(self, means: MeansAroundOne, line: Pieces) -> None:
        self._line = line
        self._single: list[Function] = []
        for variance, above in means.kinds:
            rising, total = line.rising(line.density(variance), 1)
            self._single.append(line.trimmed([total - p for p in rising] if above else rising))
        self._known: dict[Block, Function] = {(0,) * len(means.kinds): line.constant(1)}

    def __getitem__(self, block: Block) -> Function:
        if block not in self._known:
            kind = next(i for i, n in enumerate(block) if n)
            smaller = tuple(n - (i == kind) for i, n in enumerate(block))
            self._known[block] = self._line.product(self[smaller], self._single[kind])
        return self._known[block]


def _choices(whole: Block, part: Block) -> tuple[int, Block]:
    """Return in how many ways a part is chosen from a block, and what is left."""
    pairs = list(zip(whole, part, strict=True))
    return prod(comb(n, k) for n, k in pairs), tuple(n - k for n, k in pairs)


def _blocks(most: Block) -> Iterator[Block]:
    """Yield all blocks inside one, each after its parts."""
    return product(*(range(n + 1) for n in most))


def _times(means: MeansAroundOne, block: Block) -> Iterator[mpq]:
    return (n / variance for n, (variance, _) in zip(block, means.kinds, strict=True))
