"""Checks of runs that are merged: different seeds, equal texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from polygeo.answers.options import describe
from polygeo.errors import DomainError

__all__ = ["common", "merged_seeds", "of_one_kind"]


def merged_seeds(seeds: Iterable[int | tuple[int, ...] | None]) -> tuple[int, ...] | None:
    """Return the seeds of all runs, in order; DomainError where two are the same.

    >>> merged_seeds([3, (1, 2), None])
    (1, 2, 3)
    """
    found: list[int] = []
    for seed in seeds:
        found.extend(s for s in (seed if isinstance(seed, tuple) else (seed,)) if s is not None)
    if len(set(found)) < len(found):
        raise DomainError(f"runs to merge must have different seeds; got {sorted(found)}")
    return tuple(sorted(found)) or None


def common(texts: Iterable[str]) -> str:
    """Return the text that all runs share, or "".

    >>> common(["a", "a"]), common(["a", "b"])
    ('a', '')
    """
    known = set(texts)
    return known.pop() if len(known) == 1 else ""


def of_one_kind(runs: Iterable[Any], kind: type, *names: str) -> None:
    """Check that all runs are of one class and agree in some attributes; DomainError otherwise."""
    first = None
    for run in runs:
        if not isinstance(run, kind):
            raise DomainError(f"merge needs values of class {kind.__name__}; got {describe(run)}")
        what = [getattr(run, name) for name in names]
        if first is not None and what != first:
            raise DomainError(f"runs to merge must have the same {', '.join(names)}")
        first = what
