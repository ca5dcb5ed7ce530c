"""Whether a short task is done in NumPy, before its compiled code is there.

Compiling takes seconds, once on a machine. Both ways give the same answer, so that it may depend on
the time which of them is taken.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from polygeo.simd.presence import is_kept, is_loaded

__all__ = ["Patience", "compiling"]

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


class Patience:
    """The seconds that tasks of one kind may take in a process without compiled code.

    * ``seconds``: fewer than it takes to compile the ``kernel``, the name of a function of the
      ``module``; so many may be lost in each process.
    """

    def __init__(self, seconds: float, module: str, kernel: str) -> None:
        self._module, self._kernel = module, kernel
        self._left = seconds

    def allows(self, seconds: float) -> bool:
        """Test whether a task of so many seconds is better done without compiled code."""
        if _compiling or seconds >= self._left or is_loaded(self._module, self._kernel):
            return False
        spec = find_spec(self._module)
        return spec is not None and not is_kept(str(spec.origin), self._kernel)

    def expect(self, seconds: float) -> None:
        """Compile from now on if the run to come, of so many seconds, is a long one."""
        if seconds >= self._left:
            self._left = 0.0

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Count the seconds of the processor that a task takes."""
        start = time.thread_time()
        try:
            yield
        finally:
            self._left -= time.thread_time() - start
