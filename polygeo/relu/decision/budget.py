"""Nodes and seconds that a decision may use, and compiled searches that can be stopped."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from polygeo.answers.exact import integer, rational
from polygeo.errors import DomainError, Undecided
from polygeo.progress import searching
from polygeo.relu.decision.search.outcomes import BUDGET

__all__ = ["FIRST", "SOON", "UNLIMITED", "Budget"]

UNLIMITED = 1 << 62
FIRST = 2_000
"""Number of nodes after which a compiled search moves to a thread of its own."""
SOON = 10**7
"""Number of elementary steps (m n^2 in each node) after which the search moves to a thread.

They take a few hundredths of a second.
"""
PATIENCE = 5.0
"""Time of an exact search, in seconds, after which a larger matrix is refused."""


class Budget:
    """A limit of ``max_nodes`` nodes and of ``timeout`` seconds from now on; None is no limit.

    >>> Budget(max_nodes=0)
    Traceback (most recent call last):
    polygeo.errors.DomainError: max_nodes needs to be at least 1; got 0
    """

    def __init__(self, max_nodes: Any = None, timeout: Any = None) -> None:
        self.nodes = UNLIMITED
        self.limited = max_nodes is not None or timeout is not None
        if max_nodes is not None:
            self.nodes = min(UNLIMITED, integer(max_nodes, "max_nodes"))
            if self.nodes < 1:
                raise DomainError(f"max_nodes needs to be at least 1; got {self.nodes}")
        self._deadline = math.inf
        if timeout is not None:
            seconds = rational(timeout, "timeout")
            if seconds <= 0:
                raise DomainError(f"timeout needs to be positive; got {timeout}")
            self._deadline = time.monotonic() + float(min(seconds, 10**9))
        self.used = 0
        self.bounds = ""
        """What is known so far, in words for a terminal."""
        self._tell: Callable[[str], None] = lambda found: None

    @contextmanager
    def shown(self, description: str) -> Iterator[None]:
        """Return a context in which a terminal shows how far its searches are."""
        before = self._tell
        try:
            with searching(description) as self._tell:
                yield
        finally:
            self._tell = before

    def _show(self, more: int = 0) -> None:
        nodes = self.used + more
        parts = f"{nodes:,} nodes" if nodes else "first directions", self.bounds
        self._tell(", ".join(filter(None, parts)))

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left < 0 or self.used >= self.nodes

    def step(self) -> bool:
        """Take one node; False if nothing is left."""
        if self.spent:
            return False
        self.used += 1
        return True

    def left_after(self, done: int, total: int, what: str = "lines") -> bool:
        """Test whether anything is left; a terminal shows ``done`` of ``total`` and ``what``."""
        self._tell(f"{done:,} of {total:,} {what}")
        return not self.spent

    @property
    def left(self) -> float:
        """The seconds that are left (infinity without a timeout)."""
        return self._deadline - time.monotonic()

    def long_search(self, refuse: Callable[[bool], None]) -> bool:
        """Return False; without a limit refuse(False), which raises, is called first."""
        if not self.limited:
            refuse(False)
        return False

    def patient(self, refuse: Callable[[bool], None]) -> Callable[[], bool]:
        """Return `step`, which without a limit calls refuse(True) once `PATIENCE` is over."""
        end = time.monotonic() + PATIENCE

        def proceed() -> bool:
            if not self.limited and time.monotonic() > end:
                refuse(True)
            return self.step()

        return proceed

    def check(self) -> None:
        """Raise `refuse` if the time is over: for the preparation of a search."""
        if self.left < 0:
            raise self.refuse()

    def refuse(
        self, low: int | None = None, high: int | None = None, witness: Any = None
    ) -> Undecided:
        """Return the error for a budget that is spent, with the bounds that are known."""
        return Undecided(
            f"undecided after {self.used} nodes: max_nodes or timeout is spent "
            "(nothing is guessed)",
            low=low,
            high=high,
            witness=witness,
        )

    def run(
        self,
        work: Callable[[int, np.ndarray], int],
        expensive: Callable[[], bool] | None = None,
        steps: int = 1,
    ) -> int:
        """Run work(nodes, used), a long search in a thread that can be stopped; return its status.

        ``expensive`` is called where a search turns out to be long; it may refuse, or return True
        to end the search (BUDGET). ``steps``: the elementary steps of a node, so that the first
        nodes take a short time for every size.
        """
        used = np.zeros(4, np.int64)
        left = self.nodes - self.used
        first = min(FIRST, SOON // max(1, steps)) if self._deadline == math.inf else 0
        if first:
            status = work(min(left, first), used)
            if status != BUDGET or left <= first:
                self.used += int(used[0])
                return status
        if self.spent or (expensive is not None and expensive()):
            self.used += int(used[0])
            return BUDGET
        used[:] = 0
        status = self.apart(lambda: work(left, used), used)
        self.used += int(used[0])
        return status

    def apart(
        self,
        work: Callable[[], int],
        used: np.ndarray,
        share: float = 1.0,
        most: float | None = None,
    ) -> int:
        """Run work() in a thread of its own, which ends soon after used[2] is set.

        used[2] is set when the time, or a share of the time, is over, without a timeout after
        ``most`` seconds, and when the caller is interrupted.
        """
        seconds = share * self.left if self._deadline < math.inf or most is None else most
        deadline = time.monotonic() + seconds
        result: list[Any] = []

        def target() -> None:
            try:
                result.append(work())
            except BaseException as problem:
                result.append(problem)

        thread = threading.Thread(target=target, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(min(0.2, max(0.0, deadline - time.monotonic())))
                self._show(int(used[0]))
                if time.monotonic() > deadline:
                    used[2] = 1
                    thread.join()
        except BaseException:
            used[2] = 1
            thread.join()
            raise
        if isinstance(result[0], BaseException):
            raise result[0]
        return int(result[0])
