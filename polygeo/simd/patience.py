"""Whether a short task is done in NumPy, before its compiled code is there.

Compiling takes seconds, once on a machine. Both ways give the same answer, so that it may depend on
the time which of them is taken. Nothing here loads numba.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

__all__ = ["Patience", "compiling", "is_kept", "is_loaded"]

_compiling = False
"""Whether all that is used is compiled."""


@contextmanager
def compiling() -> Iterator[None]:
    """Compile everything that is used meanwhile, however short the task is."""
    global _compiling
    before, _compiling = _compiling, True
    try:
        yield
    finally:
        _compiling = before


def is_loaded(kernel: str) -> bool:
    """Test whether a kernel, given by its full name, was compiled or loaded in this process.

    >>> is_loaded("polygeo.nowhere.kernel")
    False
    """
    module, _, name = kernel.rpartition(".")
    # Another thread may be at the beginning of the module just now.
    known = getattr(sys.modules.get(module), name, None)
    return known is not None and bool(known.signatures)


@cache
def is_kept(kernel: str) -> bool:
    """Test whether numba seems to keep a kernel on the disk, without a look into its index."""
    *parts, name = kernel.split(".")
    source = Path(__file__).parents[2].joinpath(*parts)
    folder = os.environ.get("NUMBA_CACHE_DIR")
    places = Path(folder).glob("*") if folder else [source.parent / "__pycache__"]
    pattern = f"{source.name}.{name}-*.nbi"
    return any(next(place.glob(pattern), None) is not None for place in places)


class Patience:
    """The seconds that tasks of one kind may take in a process without compiled code.

    * ``kernel``: the full name of the function of `njit` that does the task.
    * ``seconds``: fewer than it takes to compile the kernel; so many may be lost in each process.
    * ``kept``: the same where the kernel is kept on the disk, so that it is only loaded.
    """

    def __init__(self, kernel: str, seconds: float, kept: float = 0.0) -> None:
        self._kernel = kernel
        self._seconds = seconds
        self._kept = kept
        self._used = 0.0

    def allows(self, seconds: float) -> bool:
        """Test whether a task of so many seconds is better done without compiled code."""
        if _compiling or is_loaded(self._kernel):
            return False
        most = self._kept if is_kept(self._kernel) else self._seconds
        return self._used + seconds < most

    def expect(self, seconds: float) -> None:
        """Compile from now on if the run to come, of so many seconds, is a long one."""
        if not self.allows(seconds):
            self._used = math.inf

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Count the seconds of the processor that a task takes."""
        start = time.thread_time()
        try:
            yield
        finally:
            self._used += time.thread_time() - start
