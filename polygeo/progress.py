"""How far a long computation is: bars and spinners, on a terminal only, on stderr.

Two of them at once would write over each other: inside one of them no other is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any, TypeVar

from polygeo.answers.terminal import on_terminal, printable, writable

__all__ = ["PATIENCE", "compiling", "meter", "track", "waiting"]

PATIENCE = 1.0
"""Seconds before the bar of an exact computation is shown."""

T = TypeVar("T")

_busy = False


@contextmanager
def _console(wanted: bool) -> Iterator[Any]:
    """The console on stderr; None unless ``wanted``, and inside another bar or spinner."""
    global _busy
    if not wanted or _busy or not writable():
        yield None
        return
    from rich.console import Console

    _busy = True
    try:
        yield Console(stderr=True)
    finally:
        _busy = False


@contextmanager
def meter(
    description: str,
    total: int,
    unit: float = 1.0,
    progress: bool | None = None,
    patience: float = 0.0,
) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many of ``total`` blocks are done, and shows a bar.

    Args:
        description: what is computed.
        total: the number of blocks.
        unit: samples (or other items) in one block.
        progress: True shows the bar, None shows it on a terminal only.
        patience: seconds before the bar is shown.

    >>> with meter("samples", 4, 100.0, progress=False) as tell:
    ...     tell(2)
    """
    show = on_terminal() if progress is None else progress
    start, bar = monotonic(), None
    with ExitStack() as stack:
        if show and not patience:
            bar = stack.enter_context(_bar(description, total, unit))

        def tell(done: int) -> None:
            nonlocal bar
            if bar is None and show and monotonic() - start > patience:
                bar = stack.enter_context(_bar(description, total, unit))
            if bar is not None:
                bar(done)

        yield tell


@contextmanager
def _bar(description: str, total: int, unit: float) -> Iterator[Callable[[int], None]]:
    """Show a bar with its rate; give the function that moves it."""
    with _console(True) as console:
        if console is None:
            yield lambda done: None
            return
        from rich.progress import (
            BarColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class Rate(ProgressColumn):
            def render(self, task: Task) -> Text:
                speed = task.finished_speed or task.speed
                return Text("" if not speed else f"{speed:,.0f}/s")

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
            Rate(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(printable(description), total=total * unit)
            first = True

            def tell(done: int) -> None:
                nonlocal first
                if first and done:
                    # Blocks from a checkpoint must not count towards the rate.
                    bar.reset(task, completed=round(done * unit))
                first = False
                bar.update(task, completed=done * unit)

            yield tell


def track(items: Iterable[T], description: str) -> Iterator[T]:
    """Give the items, with a bar on a terminal while they are worked on.

    >>> list(track([1, 2], "counting"))
    [1, 2]
    """
    with _console(on_terminal()) as console:
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
    """Show a spinner on a terminal while a block runs that is expected to be ``long``."""
    with _console(long and on_terminal()) as console:
        if console is None:
            yield
            return
        from rich.text import Text

        with console.status(Text(printable(description))):
            yield


@contextmanager
def compiling(kernel: Any) -> Iterator[None]:
    """Show a spinner on a terminal while a kernel is compiled (once on a machine) or loaded."""
    with waiting("preparing the kernels (compiled once, then kept)", not kernel.signatures):
        yield
