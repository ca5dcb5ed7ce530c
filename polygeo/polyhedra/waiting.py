"""How far an exact computation is that may take long: a bar on a terminal, after a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

__all__ = ["waiting"]

PATIENCE = 1.0
"""Seconds before a bar is shown."""


@contextmanager
def waiting(
    description: str, total: int, progress: bool | None = None
) -> Iterator[Callable[[int], None]]:
    """Gives a function that is told how many of ``total`` are done.

    ``progress``: None shows a bar on a terminal only.

    >>> with waiting("rays", 10, progress=False) as tell:
    ...     tell(5)
    """
    terminal = getattr(sys.stderr, "isatty", None)
    show = progress if progress is not None else terminal is not None and terminal()
    start, bar = monotonic(), None
    with ExitStack() as stack:

        def tell(done: int) -> None:
            nonlocal bar
            if bar is None and show and monotonic() - start > PATIENCE:
                from polygeo.progress import meter

                bar = stack.enter_context(meter(description, total, 1.0, True))
            if bar is not None:
                bar(done)

        yield tell
