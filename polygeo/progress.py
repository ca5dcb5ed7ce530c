"""How far a run is, how fast, how long it will still take: on a terminal, on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from polygeo.answers.terminal import on_terminal, printable, writable

__all__ = ["compiling", "meter"]


@contextmanager
def meter(
    description: str, blocks: int, unit: float, show: bool
) -> Iterator[Callable[[int], None]]:
    """Gives a function that is told the number of blocks done; silent unless ``show``.

    Silent too where there is no stderr, as in programs with windows.

    >>> with meter("samples", 4, 100.0, show=False) as tell:
    ...     tell(2)
    """
    if not show or not writable():
        yield lambda done: None
        return
    from rich.console import Console
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

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(printable(description), total=blocks * unit)
        first = True

        def tell(done: int) -> None:
            nonlocal first
            if first and done:
                # Blocks from a checkpoint must not count towards the rate.
                bar.reset(task, completed=round(done * unit))
            first = False
            bar.update(task, completed=done * unit)

        yield tell


@contextmanager
def compiling(kernel: Any) -> Iterator[None]:
    """A line on a terminal while a kernel is compiled (once on a machine) or loaded."""
    if kernel.signatures or not on_terminal():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status("preparing the kernels (compiled once, then kept)"):
        yield
