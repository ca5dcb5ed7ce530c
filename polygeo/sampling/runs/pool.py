"""Costly objects that the blocks of a process hand on to one another.

A block of a run is a value; its memory (tables of operators, workspaces) is not. The memory is
taken from a pool and given back, so that blocks of one cone, one after the other, share it, and
threads never do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Pool"]

T = TypeVar("T")


class Pool(Generic[T]):
    """Idle objects by kind, of the ``most`` latest kinds.

    >>> lists = Pool[list](2)
    >>> used = lists.take("a", list)
    >>> lists.give("a", used)
    >>> lists.take("a", list) is used, lists.take("a", list) is used
    (True, False)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: dict[Hashable, list[T]] = {}

    def take(self, kind: Hashable, make: Callable[[], T]) -> T:
        """Take an idle object, or make a new one."""
        with self._lock:
            idle = self._idle.get(kind)
            if idle:
                return idle.pop()
        return make()

    def give(self, kind: Hashable, item: T) -> None:
        """Put an object back for the next block."""
        with self._lock:
            self._idle.setdefault(kind, []).append(item)
            while len(self._idle) > self._most:
                del self._idle[next(iter(self._idle))]
