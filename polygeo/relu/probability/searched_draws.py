"""Gaussian layers that are decided by search: a few of them before the search is compiled.

Compiled and uncompiled searches prove the same verdicts, so that a count does not depend on which
of them is used. Compiling takes as long as hundreds of draws do without it, once on a machine.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["compile_search", "injective"]

SLOWER = 30.0
"""How many times as long a draw takes without compiled code."""

PATIENCE = 5.0
"""Seconds of uncompiled searches, of a run and in a process, that are no reason to compile."""

_used = 0.0
"""Seconds of uncompiled searches in this process."""


def compile_search(draws: float, each: float) -> None:
    """Compile or load the search, unless a run without it is short.

    * ``draws``: number of draws.
    * ``each``: seconds that one of them takes with compiled code.
    """
    from polygeo.relu.decision.search.first_layers import on_disk

    if draws * each * SLOWER < PATIENCE and not on_disk():
        return
    from polygeo.relu.decision.search.compiled import LONG, decide_batch

    decide_batch(np.ones((1, 2, 1)), LONG)


def _compiled() -> bool:
    """Test whether the search is compiled, in this process or on the disk."""
    from polygeo.relu.decision.search.first_layers import on_disk

    module: Any = sys.modules.get("polygeo.relu.decision.search.compiled")
    return (module is not None and bool(module.decide_batch.signatures)) or on_disk()


def injective(draws: NDArray[np.float64]) -> int:
    """Count the injective ones of layers (K, m, n): by a search, else by exact arithmetic."""
    global _used
    from polygeo.relu.decision.injectivity import is_injective

    good, done = 0, 0
    while done < len(draws) and _used < PATIENCE and not _compiled():
        start = time.monotonic()
        good += is_injective(draws[done]).injective
        _used += time.monotonic() - start
        done += 1
    if done == len(draws):
        return good
    from polygeo.relu.decision.search.compiled import LONG, decide_batch

    rest = draws[done:]
    verdicts = decide_batch(rest, LONG)
    open_ = sum(is_injective(rest[s]).injective for s in np.flatnonzero(verdicts < 0))
    return good + int((verdicts == 1).sum()) + open_
