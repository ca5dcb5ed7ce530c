"""How far a long computation is: bars and spinners, on a terminal only, on stderr.

Two of them at once would write over each other: inside one of them no other is shown.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import ExitStack, contextmanager
from functools import wraps
from time import monotonic
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

from polygeo.answers.interrupts import from_ctrl_c
from polygeo.terminal import in_notebook, on_terminal, printable, writable

__all__ = [
    "PATIENCE",
    "Compilation",
    "meter",
    "patient",
    "patient_methods",
    "searching",
    "track",
    "waiting",
]

PATIENCE = 1.0
"""Seconds before the bar of an exact computation is shown."""

T = TypeVar("T")
P = ParamSpec("P")

_current: Any = None
"""The console of the bar or spinner that is shown."""

_turn = threading.Lock()
"""Held while one of the threads that may show something takes the console."""

_watched = False
"""Whether a `patient` function runs."""

_watch: Any = None
"""The `_Watch` that shows its spinner, which gives way to whatever knows more."""

_spinner: Any = None
"""The spinner that is shown, with its text."""


@contextmanager
def _console(wanted: bool, taker: _Watch | None = None) -> Iterator[Any]:
    """The console on stderr; None unless ``wanted``, and inside another bar or spinner."""
    global _current, _watch
    console, watch = None, _watch
    if wanted and watch is not None:
        watch.give_way()
    if wanted and _current is None and writable():
        from rich.console import Console

        with _turn:
            if _current is None:
                _current, _watch = (console := Console(stderr=True)), taker
    try:
        yield console
    finally:
        if console is not None:
            _current = _watch = None


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
        with _spinning(console, description):
            yield


@contextmanager
def _spinning(console: Any, description: str, begun: float | None = None) -> Iterator[None]:
    """Show a spinner, whose text a search inside of it may change."""
    global _spinner
    text = _Spent(description, monotonic() if begun is None else begun)
    with console.status(text):
        _spinner = text
        try:
            yield
        finally:
            _spinner = None


class _Spent:
    """What stands beside a spinner: what is done, what is known of it, and the seconds so far."""

    def __init__(self, description: str, begun: float) -> None:
        self._description, self._begun = description, begun
        self.found = ""

    def __rich__(self) -> Any:
        from rich.text import Text

        text, spent = self._description, monotonic() - self._begun
        if self.found or spent >= PATIENCE:
            added = f"{self.found}, " if self.found else ""
            text += f": {added}{spent:.0f} s (Ctrl-C ends it)"
        return Text(printable(text))


def patient(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function whose work may be long and has no measure of its own.

    On a terminal a spinner with its name and the seconds is shown after PATIENCE, from a thread of
    its own, until it ends or something else is shown. Ctrl-C raises KeyboardInterrupt wherever it
    comes.

    >>> @patient
    ... def double(x):
    ...     return 2 * x
    >>> double(2)
    4
    """

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> T:
        global _watched
        shown = not _watched and options.get("progress") is not False and on_terminal()
        if not shown or threading.current_thread() is not threading.main_thread():
            return _plainly_interrupted(function, *args, **options)
        watch = _Watch(f"computing {function.__name__}")
        _watched = True
        try:
            watch.start()
            return _plainly_interrupted(function, *args, **options)
        finally:
            _watched = False
            watch.end()

    return call


def patient_methods(cls: type, names: Iterable[str]) -> None:
    """Make those of the named methods `patient` that a class itself defines.

    For ``__init_subclass__``: whoever adds a family of cones or polytopes need not think of it.
    """
    for name in names:
        own = vars(cls).get(name)
        if isinstance(own, FunctionType):
            setattr(cls, name, patient(own))


def _plainly_interrupted(function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Call a function; a Ctrl-C that a library has wrapped is one again."""
    try:
        return function(*args, **options)
    except SystemError as problem:
        if from_ctrl_c(problem):
            raise KeyboardInterrupt from None
        raise


class _Watch(threading.Thread):
    """Shows a spinner after PATIENCE, whenever nothing else is shown, until it is ended."""

    def __init__(self, description: str) -> None:
        super().__init__(daemon=True)
        self._description, self._begun = description, monotonic()
        self._ended = False
        self._wake, self._hidden = threading.Event(), threading.Event()

    def run(self) -> None:
        while not self._ended:
            if self._wake.wait(PATIENCE):
                continue  # ended before it was shown
            if _current is not None:
                continue
            self._hidden.clear()
            with _console(on_terminal(), self) as console:
                if console is not None:
                    with _spinning(console, self._description, self._begun):
                        self._wake.wait()
                        if not self._ended:
                            self._wake.clear()
            self._hidden.set()

    def give_way(self) -> None:
        """Hide the spinner, for a while at least."""
        self._wake.set()
        self._hidden.wait(1)

    def end(self) -> None:
        """End it, and with it the spinner."""
        self._ended = True
        self._wake.set()
        self.join()


@contextmanager
def searching(description: str) -> Iterator[Callable[[str], None]]:
    """Give a function that is told how far a search without a known end is, and shows a spinner.

    On a terminal, after PATIENCE, with the seconds so far. Inside another spinner its text is
    extended; inside a bar nothing is shown.

    >>> with searching("a tree") as tell:
    ...     tell("3 nodes")
    """
    begun, show = monotonic(), on_terminal()
    with ExitStack() as stack:

        def tell(found: str) -> None:
            if not show or monotonic() - begun < PATIENCE:
                return
            if _current is None or _watch is not None:
                console = stack.enter_context(_console(True))
                if console is not None:
                    stack.enter_context(_spinning(console, description, begun))
            shown = _spinner
            if shown is not None:
                shown.found = found

        yield tell


class Compilation:
    """What stderr says while kernels are compiled, on a terminal and in a notebook.

    ``begin`` and ``end`` are called around every kernel, those inside others included. A second
    after the first of them a line says what takes so long, with the number of kernels.
    """

    TEXT = "compiling, once (the command polygeo warmup compiles everything)"
    PAUSE = 0.5
    """Seconds without a kernel after which the next one is a new beginning."""

    def __init__(self) -> None:
        self._depth, self._count = 0, 0
        self._since = self._until = float("-inf")
        self._stack = ExitStack()
        self._status: Any = None
        self._said = False

    def begin(self) -> None:
        """A kernel is compiled from now on."""
        now = monotonic()
        if self._depth == 0 and now - self._until > self.PAUSE:
            self._since, self._count, self._said = now, 0, False
        self._depth += 1
        self._tell()

    def end(self) -> None:
        """A kernel is there."""
        self._depth -= 1
        self._count += 1
        self._tell()
        if self._depth == 0:
            self._until = monotonic()
            self._status = None
            self._stack.close()

    def _tell(self) -> None:
        if monotonic() - self._since < PATIENCE or not (on_terminal() or in_notebook()):
            return
        if self._status is not None:
            self._status.update(f"{self.TEXT}: {self._count}")
        elif not self._said and _current is not None:
            _current.print(self.TEXT, markup=False, highlight=False)
        elif not self._said and not on_terminal() and writable():
            print(f"polygeo: {self.TEXT}", file=sys.stderr, flush=True)
        elif on_terminal() and _current is None:
            console = self._stack.enter_context(_console(True))
            if console is not None:
                self._status = self._stack.enter_context(console.status(self.TEXT))
        self._said = True
