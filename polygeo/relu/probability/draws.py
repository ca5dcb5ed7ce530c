"""Blocks of simulated layers: functions from a block's number to integer sums, for the engine.

A draw is m x n standard Gaussian; its vertices are counted by the compiled walk and, where the
filter is in doubt, by the exact one, so every count is that of exactly the matrix drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.errors import DomainError, Undecided
from polygeo.relu.cells.faces import injective_by_faces
from polygeo.relu.decision.first_verdicts import first_verdicts, search_cost, short
from polygeo.relu.probability import exact_vertices
from polygeo.relu.probability.exact_vertices import determinant_sign, integer_rows
from polygeo.relu.probability.first_vertices import vertex_counts
from polygeo.relu.probability.many_vertices import CHI as CHARACTERISTIC
from polygeo.relu.probability.many_vertices import COUNT, DECIDE, DOUBT, sides
from polygeo.sampling.runs.streams import generator

__all__ = [
    "CHI",
    "KARP_LUBY",
    "PLAIN",
    "TASKS",
    "LayerBlock",
    "block_size",
    "compile_search",
    "conditioned",
    "cost",
    "injective",
    "searched",
    "walk_cost",
    "weights",
]

PLAIN, KARP_LUBY, CHI = "plain", "Karp-Luby", "chi"

TASKS = {PLAIN: DECIDE, KARP_LUBY: COUNT, CHI: CHARACTERISTIC}
"""What the methods ask of vertices (`first_vertices`)."""

STREAMS = {PLAIN: 1, KARP_LUBY: 2, CHI: 3}
"""The purposes of the random streams."""

TALL = 2048
"""Largest number M of bad vertices that is counted by itself; 1/M of larger ones is fixed point."""

MAX_NUMBERS = 100_000_000
"""Largest number of float64 numbers in the memory of one walk over the vertices."""

FIRST, SECOND = 44, 60
"""Binary places of 1/M and of 1/M^2 for M > TALL; both are rounded down."""

SEARCHED = 1e-3
"""Seconds that a walk over vertices takes where the search of `decision` is faster (n >= 5)."""


def searched(m: int, n: int, method: str) -> bool:
    """Check whether draws are decided by search: never if vertices are counted, or are few."""
    return method == PLAIN and n >= 5 and walk_cost(m, n) > SEARCHED


def cost(m: int, n: int, method: str = "") -> float:
    """Estimate the seconds that one draw takes (infinity where no decision is to be expected)."""
    return search_cost(n) if searched(m, n, method) else walk_cost(m, n)


def walk_cost(m: int, n: int) -> float:
    """Estimate the seconds of one walk over the vertices of m vectors of R^n."""
    if m * n > MAX_NUMBERS or n * n * m > MAX_NUMBERS:
        return math.inf
    nodes = [_binomial(m - n + 1 + d, d) for d in range(n)]
    restrictions = sum(x * (n - d) for d, x in enumerate(nodes[:-1]))
    return (4e-9 + 2e-9 * -(-m // 8)) * nodes[-1] + 2e-10 * m * restrictions + 1e-8 * m * n


def _binomial(m: int, n: int) -> float:
    log = math.lgamma(m + 1) - math.lgamma(n + 1) - math.lgamma(m - n + 1)
    return math.exp(log) if log < 700 else math.inf


def block_size(m: int, n: int) -> int:
    """Return the number of draws in a block, a power of two: a part of the run's definition.

    >>> block_size(18, 3), block_size(40, 5), block_size(48, 6)
    (16384, 128, 8)
    """
    work = comb(m, n - 1).bit_length()
    memory = (m * n).bit_length()
    return 1 << max(0, min(14, 24 - work, 21 - memory))


def _chosen(uniforms: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """+1 on a uniformly random set of sizes[s] places, -1 elsewhere, for each row s."""
    places = uniforms.shape[1]
    left, chosen = sizes.copy(), np.empty(uniforms.shape, np.int64)
    for x in range(places):
        take = uniforms[:, x] * (places - x) < left
        chosen[:, x] = np.where(take, 1, -1)
        left -= take
    return chosen


def conditioned(rng: np.random.Generator, count: int, m: int, n: int) -> NDArray[np.float64]:
    """Draw Gaussian matrices given that one end v of the vertex of rows 1..n-1 is bad.

    Given those rows the signs of <w_l, v> of the others are fair, independent of one another and
    of all else up to w_l -> -w_l. So the pattern of signs is drawn uniformly among those with at
    most n - 1 positives, and rows that have the other sign are negated: no rounding enters.
    """
    draws = rng.standard_normal((count, m, n))
    rest = m - n + 1
    shares = np.cumsum([comb(rest, j) for j in range(min(n - 1, rest) + 1)], dtype=np.float64)
    sizes = np.searchsorted(shares / shares[-1], rng.random(count), side="right")
    wanted = _chosen(rng.random((count, rest)), sizes)
    found = sides(draws)
    for s in np.flatnonzero(found[:, 0] == 0):
        found[s] = _exact_sides(draws[s])
    draws[:, n - 1 :] *= (found * wanted)[:, :, None]
    return draws


def _exact_sides(draw: NDArray[np.float64]) -> list[int]:
    rows, n = integer_rows(draw), draw.shape[1]
    return [determinant_sign([*rows[: n - 1], row]) for row in rows[n - 1 :]]


@dataclass(frozen=True, eq=False)
class LayerBlock:
    """A block of a run as a picklable function of its number.

    PLAIN gives [draws, injective ones]; KARP_LUBY [draws, numbers with M = 1, .., TALL bad
    vertices, and the sums of 1/M and 1/M^2 over larger M, in fixed point]; CHI [draws, sum of
    chi, sum of chi^2] of the directions with fewer than k positive rows. ``decider`` maps a
    matrix to whether it is injective, in place of the walk over vertices (PLAIN only).
    """

    m: int
    n: int
    seed: int
    method: str
    size: int
    k: int = 0
    decider: Callable[[Any], Any] | None = None

    def __call__(self, block: int) -> NDArray[np.int64]:
        rng = generator(self.seed, block, STREAMS[self.method])
        if self.method == KARP_LUBY:
            counts = self._counted(conditioned(rng, self.size, self.m, self.n))
            return weights(counts)
        draws = rng.standard_normal((self.size, self.m, self.n))
        if self.method == CHI:
            found = self._counted(draws)
            return np.array([self.size, found.sum(), (found * found).sum()])
        if self.decider is not None:
            good = sum(_decided(self.decider(draw)) for draw in draws)
        elif searched(self.m, self.n, self.method):
            good = injective(draws)
        else:
            good = int((self._counted(draws) == 0).sum())
        return np.array([self.size, good], np.int64)

    def _counted(self, draws: NDArray[np.float64]) -> NDArray[np.int64]:
        """What the method asks of the vertices of each draw, exactly."""
        task = TASKS[self.method]
        chi = task == CHARACTERISTIC
        found = vertex_counts(draws, self.k - 1 if chi else self.n - 1, task)
        for s in np.flatnonzero(found == DOUBT):
            rows = integer_rows(draws[s])
            try:
                if chi:
                    found[s] = exact_vertices.euler_exactly(rows, self.k - 1)
                else:
                    found[s] = exact_vertices.count_bad(rows, self.n - 1)
            except exact_vertices.Dependent:
                if task != DECIDE:
                    problem = f"a draw of seed {self.seed} is not in general position"
                    raise Undecided(problem) from None
                found[s] = not injective_by_faces(draws[s])
        return found


def compile_search(draws: float, n: int) -> None:
    """Compile or load the search, unless a run of ``draws`` layers in R^n is short without it."""
    if not short(draws, n):
        from polygeo.relu.decision.search.compiled import LONG, decide_batch

        decide_batch(np.ones((1, 2, 1)), LONG)


def injective(draws: NDArray[np.float64]) -> int:
    """Count the injective ones of layers (K, m, n): by a search, else by exact arithmetic.

    The first ones may be searched before the search is compiled; every verdict is proved.
    """
    first = first_verdicts(draws)
    rest = draws[len(first) :]
    if not len(rest):
        return sum(first)
    from polygeo.relu.decision.injectivity import is_injective
    from polygeo.relu.decision.search.compiled import LONG, decide_batch

    verdicts = decide_batch(rest, LONG)
    open_ = sum(is_injective(rest[s]).injective for s in np.flatnonzero(verdicts < 0))
    return sum(first) + int((verdicts == 1).sum()) + open_


def _decided(verdict: Any) -> bool:
    """A truth value, or something with ``injective``."""
    answer = getattr(verdict, "injective", verdict)
    if not isinstance(answer, (bool, np.bool_)):
        raise DomainError(f"decider needs to give True or False; got {type(answer).__name__}")
    return bool(answer)


def weights(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Compute the sums of a Karp-Luby block from its numbers M >= 1 of bad vertices.

    >>> weights(np.array([1, 3, 3, 4096]))[[0, 1, 3, 4, -2, -1]].tolist()
    [4, 1, 2, 0, 4294967296, 68719476736]
    """
    low = counts[counts <= TALL]
    high = counts[counts > TALL]
    tail = [((1 << FIRST) // high).sum(), ((1 << SECOND) // (high * high)).sum()]
    return np.array([len(counts), *np.bincount(low, minlength=TALL + 1)[1:], *tail], np.int64)
