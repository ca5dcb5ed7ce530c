"""p_{m,n} by simulation: plain, or by the Karp-Luby identity where non-injective layers are rare.

A draw is injective iff every vertex of its arrangement has at least n positive rows on both sides
(general position); where vertices are many, `polygeo.relu.is_injective` decides a plain draw. With
A the expected number of bad vertices (exact) and M that of a draw,

    1 - p = A E[1/M | a given vertex is bad]                      (karpluby1983, for unions)

because sum over vertices of P[v bad] E[1/M | v bad] = P[M >= 1]. The estimate's relative error
does not grow as 1 - p falls. Conditioning: `draws.conditioned`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from math import comb
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.options import choice, describe, flag
from polygeo.errors import DomainError
from polygeo.relu.bounds import union_bound
from polygeo.relu.probability.draws import FIRST, KARP_LUBY, PLAIN, SECOND, LayerBlock, block_size
from polygeo.relu.probability.exact_vertices import STEPS
from polygeo.relu.probability.runs import check_cost, good_stderr, simulate
from polygeo.relu.sizes import layer_of
from polygeo.sampling.runs.draws import Plan
from polygeo.sampling.runs.streams import checked_seed

__all__ = ["METHODS", "estimate_probability", "method_for"]

METHODS = {"auto": "", "plain": PLAIN, "karp-luby": KARP_LUBY}

MAX_MEAN_FOR_KARP_LUBY = mpq(3, 2)
"""Largest expected number of bad cells for which the Karp-Luby identity is chosen.

Up to this number the Karp-Luby identity needs fewer draws than plain sampling for the same standard
error (measured for n <= 6).
"""

ENOUGH = 100
"""Smallest number of draws for the Karp-Luby identity; the interval of plain sampling is exact."""

SOURCES = {PLAIN: "puthawala2022globally", KARP_LUBY: "karpluby1983"}


def method_for(m: int, n: int, samples: int | None = None) -> str:
    """Return the method that 'auto' stands for, a function of m, n and samples only.

    >>> method_for(12, 3), method_for(18, 3)
    ('plain', 'Karp-Luby')
    """
    few = samples is not None and samples < ENOUGH
    if few or union_bound(m, n) > MAX_MEAN_FOR_KARP_LUBY or comb(m, n - 1) * m > STEPS:
        return PLAIN
    return KARP_LUBY


def estimate_probability(
    m: Any,
    n: Any,
    samples: Any = None,
    seed: Any = None,
    *,
    stderr: Any = None,
    method: str = "auto",
    complement: bool = False,
    decider: Callable[[Any], Any] | None = None,
    **options: Any,
) -> Estimate:
    """Estimate p_{m,n}, or 1 - p_{m,n} with ``complement``; parameters as for `polygeo.p`.

    ``options``: executor, checkpoint and progress.
    """
    m, n = layer_of(m, n)
    start = checked_seed(seed)
    choice(method, "method", METHODS)
    flag(complement, "complement")
    if decider is not None and not callable(decider):
        raise DomainError(f"decider needs a function of a matrix; got {describe(decider)}")
    if decider is not None and method == "karp-luby":
        raise DomainError("method='karp-luby' counts vertices: it takes no decider")
    plan = Plan.of(samples, stderr)
    chosen = METHODS[method]
    if not chosen:
        chosen = method_for(m, n, plan.samples) if decider is None else PLAIN
    if decider is None:
        check_cost(m, n, method=chosen)
    if chosen == KARP_LUBY and plan.samples == 1:
        raise DomainError("method='karp-luby' needs samples of at least 2; got 1")
    size = block_size(m, n) if decider is None else 16
    block = LayerBlock(m, n, start, chosen, size, decider=decider)
    bad = union_bound(m, n, "vertices")

    spread = good_stderr if chosen == PLAIN else partial(_weighted_stderr, float(bad))
    sums = simulate(block, plan, _most(m, n, chosen, plan.stderr), spread, **options)
    label = chosen if decider is None else f"{chosen}, {getattr(decider, '__name__', 'decider')}"
    stated: Any = {"source": SOURCES[chosen], "method": label}
    draws = int(sums[0])
    if chosen == PLAIN:
        good = int(sums[1])
        hits = draws - good if complement else good
        return Estimate.proportion(hits, draws, start, **stated)
    total, squares = (bad * moment for moment in (_moments(sums)[0], bad * _moments(sums)[1]))
    if not complement:
        total, squares = draws - total, draws - 2 * total + squares
    bounds = (0, bad) if complement else (1 - bad, 1)
    return Estimate.from_moments(draws, total, squares, start, bounds=bounds, **stated)


def _moments(sums: NDArray[np.int64]) -> tuple[mpq, mpq]:
    """Sums of 1/M and 1/M^2 over the draws of a Karp-Luby run, exactly (see `draws.TALL`)."""
    counts = sums[1:-2].tolist()
    seen = [(M, count) for M, count in enumerate(counts, start=1) if count]
    first = sum((mpq(count, M) for M, count in seen), mpq(int(sums[-2]), 1 << FIRST))
    second = sum((mpq(count, M * M) for M, count in seen), mpq(int(sums[-1]), 1 << SECOND))
    return first, second


def _weighted_stderr(bad: float, sums: NDArray[np.int64], draws: int) -> float:
    first, second = (float(x) for x in _moments(sums))
    variance = max(second / draws - (first / draws) ** 2, 0.0)
    return bad * math.sqrt(variance / draws)


def _most(m: int, n: int, method: str, stderr: float | None) -> float:
    """Draws after which the standard error is surely small enough."""
    if stderr is None:
        return 0.0
    if method == PLAIN:
        return 0.25 / stderr / stderr + 1000 if stderr > 1e-150 else math.inf
    # 0 < 1/M <= 1 with mean (1 - p)/A: its variance is at most that mean and at most 1/4.
    bad = union_bound(m, n, "vertices")
    variance = min(bad * bad / 4, bad * min(mpq(1), bad, union_bound(m, n)))
    return float(variance) / stderr / stderr + 1000 if stderr > 1e-150 else math.inf
