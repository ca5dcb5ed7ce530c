"""numba's njit for all kernels; compiled code is cached on disk where that is possible.

numba keeps compiled kernels beside the sources, else in the user's cache folder, and raises where
neither can be written (a read-only installation with a read-only home), where the disk is full and
where a file of the cache is damaged. A kernel that cannot be kept is compiled again.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pickle import PickleError
from typing import Any

import numba

__all__ = ["njit"]

UNKEPT = (OSError, EOFError, PickleError)
"""Errors of a cache that cannot be read or written."""


def njit(**options: Any) -> Callable[[Any], Any]:
    """Compile a function with `numba.njit` and these options; cache on disk where that is possible.

    >>> @njit(cache=True)
    ... def twice(x):
    ...     return 2 * x
    >>> twice(4)
    8
    """

    def compiled(function: Any) -> Any:
        try:
            kernel = numba.njit(**options)(function)
        except (RuntimeError, OSError):
            if not options.get("cache"):
                raise
            return numba.njit(**{**options, "cache": False})(function)
        if options.get("cache") and hasattr(kernel, "_cache"):
            kernel._cache = _Kept(kernel._cache)
        return kernel

    return compiled


class _Kept:
    """A cache of numba that forgets instead of raising."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, *call: Any) -> Any:
        with suppress(*UNKEPT):
            return self._cache.load_overload(*call)
        return None

    def save_overload(self, *call: Any) -> None:
        with suppress(*UNKEPT):
            self._cache.save_overload(*call)
