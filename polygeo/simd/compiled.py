"""numba's njit for all kernels; compiled code is cached on disk where that is possible.

numba keeps compiled kernels beside the sources, else in the user's cache folder, and raises where
neither can be written (a read-only installation with a read-only home), where the disk is full and
where a file of the cache is damaged. A kernel that cannot be kept is compiled again.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pickle import PickleError
from typing import Any

import numba
from numba.core import event

from polygeo.progress import Compilation

__all__ = ["compiled_so_far", "njit"]

UNKEPT = (OSError, EOFError, PickleError)
"""Errors of a cache that cannot be read or written."""


def njit(**options: Any) -> Callable[[Any], Any]:
    """Compile a function with `numba.njit` and these options; cache on disk where that is possible.

    No wrapper for C callers is made: nothing here calls a kernel from C, and to compile the wrapper
    takes a twentieth of the time.

    >>> @njit(cache=True)
    ... def twice(x):
    ...     return 2 * x
    >>> twice(4)
    8
    """

    options.setdefault("no_cfunc_wrapper", True)

    def compiled(function: Any) -> Any:
        try:
            kernel = numba.njit(**options)(function)
        except (RuntimeError, OSError):
            if not options.get("cache"):
                raise
            return _any_value(numba.njit(**{**options, "cache": False})(function))
        _any_value(kernel)
        if options.get("cache") and hasattr(kernel, "_cache"):
            kernel._cache = _Kept(kernel._cache)
        return kernel

    return compiled


@contextmanager
def _later() -> Iterator[None]:
    """Hold signals back: while a kernel is loaded, LLVM calls Python, where a Ctrl-C would be
    dropped, or leave LLVM without the answer that it waits for."""
    came: list[int] = []
    heard: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        heard = {number: f for number, f in handlers.items() if callable(f)}
    try:
        for number in heard:
            signal.signal(number, lambda number, frame: came.append(number))
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
        for number in came[:1]:
            signal.raise_signal(number)


def _any_value(kernel: Any) -> Any:
    """Let a kernel be compiled for types only: numba compiles for a constant argument once more."""
    template = kernel.get_call_template

    def plain(args: Any, named: Any) -> Any:
        free = {name: numba.types.unliteral(kind) for name, kind in named.items()}
        return template([numba.types.unliteral(kind) for kind in args], free)

    kernel.get_call_template = plain
    return kernel


class _Kept:
    """A cache of numba that forgets instead of raising."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, *call: Any) -> Any:
        with suppress(*UNKEPT), _later():
            return self._cache.load_overload(*call)
        return None

    def save_overload(self, *call: Any) -> None:
        with suppress(*UNKEPT):
            self._cache.save_overload(*call)


class _Listener(event.Listener):
    """Tells `Compilation` of each kernel of polygeo that is compiled, not of those on the disk.

    Meanwhile no garbage is collected: the compiler makes millions of objects that live long, and to
    look through them takes a twentieth of the time.
    """

    def __init__(self) -> None:
        self._told = Compilation()
        self._ours: list[bool] = []
        self._collects = False
        self.count = 0

    def on_start(self, event: Any) -> None:
        """A kernel, or a function that it calls, is compiled from now on."""
        function = event.data["dispatcher"].py_func
        ours = any(self._ours) or str(function.__module__).startswith("polygeo.")
        self._ours.append(ours)
        if len(self._ours) == 1:
            self._collects = gc.isenabled()
            gc.disable()
        if ours:
            self._told.begin()

    def on_end(self, event: Any) -> None:
        """It is there."""
        if not self._ours:
            return
        if self._ours.pop():
            self.count += 1
            self._told.end()
        if not self._ours and self._collects:
            gc.enable()


_LISTENER = _Listener()
event.register("numba:compile", _LISTENER)


def compiled_so_far() -> int:
    """Return how many kernels, with the functions that they call, were compiled in this process."""
    return _LISTENER.count
