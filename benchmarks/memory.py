"""Forgetting what calls have left behind, so that a timing is that of a first call."""

from __future__ import annotations

import gc
from functools import lru_cache

__all__ = ["forget"]

_REMEMBERING = type(lru_cache(lambda: None))


def forget() -> None:
    """Drop every value that a function of polygeo has remembered."""
    for thing in gc.get_objects():
        if isinstance(thing, _REMEMBERING) and str(thing.__module__).startswith("polygeo."):
            thing.cache_clear()
