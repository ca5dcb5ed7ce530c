"""Decide the first of many layers one by one, before the search is compiled.

Compiling takes as long as hundreds of small layers do without it, once on a machine. Compiled and
uncompiled searches prove the same verdicts.
"""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray

from polygeo.relu.decision.search.first_layers import loaded, on_disk

__all__ = ["DEEPEST", "first_verdicts", "search_cost", "short"]

SLOWER = 15.0
"""How many times as long a search takes without compiled code."""

LEAST = 6e-3
"""Seconds of a layer at least, without compiled code."""

PATIENCE = 5.0
"""Seconds of uncompiled searches, in a run and in a process, that are no reason to compile."""

DEEPEST = 15
"""Largest n for which a draw is decided by search; measured at m = 8n."""

_used = 0.0
"""Seconds of the processor in uncompiled searches of this process."""


def search_cost(n: int) -> float:
    """Estimate the seconds of a compiled search in R^n (infinity where none is to be expected)."""
    return 10 ** (0.56 * (n - 5) - 4.1) if n <= DEEPEST else math.inf


def short(count: float, n: int) -> bool:
    """Test whether ``count`` layers with n columns are sooner decided than the search is compiled.

    False if the search is compiled already, in this process or on the disk.
    """
    each = max(LEAST, SLOWER * search_cost(n))
    return _used + count * each < PATIENCE and not _compiled()


def _compiled() -> bool:
    return loaded() or on_disk()


def first_verdicts(layers: NDArray[np.float64]) -> list[bool]:
    """Decide the first of the layers (K, m, n), until the time for that is over: injective or not.

    The list is shorter than K where the rest is left to compiled code.
    """
    global _used
    from polygeo.relu.decision.injectivity import is_injective

    verdicts: list[bool] = []
    while len(verdicts) < len(layers) and _used < PATIENCE and not _compiled():
        start = time.thread_time()
        verdicts.append(is_injective(layers[len(verdicts)]).injective)
        _used += time.thread_time() - start
    return verdicts
