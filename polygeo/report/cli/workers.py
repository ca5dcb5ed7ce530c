"""The workers of a command that simulates: processes or threads, as many as --workers says."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from polygeo.errors import DomainError
from polygeo.report.start import SIGNALS, held, interrupted

__all__ = ["process_pool", "thread_pool"]

MAX_WORKERS = 1024
"""Largest number of threads or processes."""

NOTHING = "interrupted before anything was counted"
UNSAID = "ignore:resource_tracker"
"""The warning of multiprocessing about what an ended process has left."""


@contextmanager
def process_pool(workers: int) -> Iterator[Any]:
    """Make an executor of ``workers`` processes; None for one: then this process does the work.

    Processes are spawned, which is safe next to threads; they leave Ctrl-C to this process and end
    with it, however it ends.
    """
    _check(workers)
    try:
        if workers == 1:
            yield None
            return
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context, resource_tracker

        # Where this process is ended in its work, the process that clears up after it says nothing.
        if UNSAID not in sys.warnoptions:
            sys.warnoptions.append(UNSAID)

        class Spawned(ProcessPoolExecutor):
            """Each of the first blocks spawns a process, which reads from this one what it is for:
            that must not be cut in half."""

            def submit(self, *block: Any, **options: Any) -> Any:
                with held():
                    return super().submit(*block, **options)

        resource_tracker.ensure_running()  # its start would let held signals go
        pool = Spawned(workers, get_context("spawn"), _settle)
        try:
            yield pool
        finally:
            if interrupted():  # the blocks under way are of no use any more
                for worker in list((getattr(pool, "_processes", None) or {}).values()):
                    worker.kill()
            pool.shutdown(cancel_futures=True)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(NOTHING) from None


@contextmanager
def thread_pool(workers: int) -> Iterator[Any]:
    """Make an executor of ``workers`` threads, or None for one: for kernels that hold no lock."""
    _check(workers)
    try:
        if workers == 1:
            yield None
            return
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(workers)
        try:
            yield pool
        finally:
            pool.shutdown(wait=not interrupted(), cancel_futures=True)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(NOTHING) from None


def _check(workers: int) -> None:
    if not 1 <= workers <= MAX_WORKERS:
        raise DomainError(f"workers must lie in [1, {MAX_WORKERS}]; got {workers}")


def _settle() -> None:
    """In a worker: no Ctrl-C, and an end when the parent has ended."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):  # it was started while signals were held
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
