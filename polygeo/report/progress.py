"""Signs of life on a terminal: shown on stderr, only there, and only if someone is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["track", "waiting"]

T = TypeVar("T")


def track(items: Iterable[T], description: str) -> Iterator[T]:
    """The items, with a bar while they are worked on.

    >>> list(track([1, 2], "counting"))
    [1, 2]
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track as bar

    total = len(items) if isinstance(items, Sized) else None
    yield from bar(items, description, total, console=Console(stderr=True), transient=True)


@contextmanager
def waiting(description: str, long: bool = True) -> Iterator[None]:
    """A spinner while a block runs that is expected to be ``long``."""
    if not (long and sys.stderr.isatty()):
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(description):
        yield
