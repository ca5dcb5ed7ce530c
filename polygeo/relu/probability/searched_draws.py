"""Gaussian layers that are decided by search: a few of them before the search is compiled.

A count does not depend on which of them are: every verdict is proved.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from polygeo.relu.decision.first_verdicts import first_verdicts, short

__all__ = ["compile_search", "injective"]


def compile_search(draws: float, n: int) -> None:
    """Compile or load the search, unless a run of ``draws`` layers in R^n is short without it."""
    if short(draws, n):
        return
    from polygeo.relu.decision.search.compiled import LONG, decide_batch

    decide_batch(np.ones((1, 2, 1)), LONG)


def injective(draws: NDArray[np.float64]) -> int:
    """Count the injective ones of layers (K, m, n): by a search, else by exact arithmetic."""
    first = first_verdicts(draws)
    rest = draws[len(first) :]
    if not len(rest):
        return sum(first)
    from polygeo.relu.decision.injectivity import is_injective
    from polygeo.relu.decision.search.compiled import LONG, decide_batch

    verdicts = decide_batch(rest, LONG)
    open_ = sum(is_injective(rest[s]).injective for s in np.flatnonzero(verdicts < 0))
    return sum(first) + int((verdicts == 1).sum()) + open_
