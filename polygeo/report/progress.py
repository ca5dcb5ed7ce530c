"""Signs of life on a terminal: shown on stderr, only there, and only if someone is looking.

Two of them at once would write over each other: what runs inside a sign shows none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import Any, TypeVar

from polygeo.answers.terminal import on_terminal, printable

__all__ = ["track", "waiting"]

T = TypeVar("T")

_shown = False


@contextmanager
def _console(wanted: bool) -> Iterator[Any]:
    """Where to show a sign; None without a terminal and while another one is shown."""
    global _shown
    if not wanted or _shown or not on_terminal():
        yield None
        return
    from rich.console import Console

    _shown = True
    try:
        yield Console(stderr=True)
    finally:
        _shown = False


def track(items: Iterable[T], description: str) -> Iterator[T]:
    """The items, with a bar while they are worked on.

    >>> list(track([1, 2], "counting"))
    [1, 2]
    """
    with _console(True) as console:
        if console is None:
            yield from items
            return
        from rich.markup import escape
        from rich.progress import track as bar

        total = len(items) if isinstance(items, Sized) else None
        label = escape(printable(description))
        yield from bar(items, label, total, console=console, transient=True)


@contextmanager
def waiting(description: str, long: bool = True) -> Iterator[None]:
    """A spinner while a block runs that is expected to be ``long``."""
    with _console(long) as console:
        if console is None:
            yield
            return
        from rich.text import Text

        with console.status(Text(printable(description))):
            yield
