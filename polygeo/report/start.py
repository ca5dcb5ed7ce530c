"""Run a command in a child process, while this process waits for it and reports its end.

Python looks at signals between two of its own instructions; a multiplication of long integers or a
compiled search can take seconds. So the process that a shell or a scheduler knows does nothing but
wait. SIGINT and SIGTERM become one Ctrl-C in the child, which has GRACE seconds to keep and print
what it has; then it is ended. Exit codes are 130 and 143, with one line. Where the waiting process
dies, the child ends as well.

Nothing else is imported here before the signals are handled.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

__all__ = ["GRACE", "SIGNALS", "held", "interrupted", "supervise"]

GRACE = 1.5
"""Time between a signal and the end of a child that has not ended by itself, in seconds."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)

_stopping = False
_held = _late = False
"""Whether signals are held back, and whether one came: another thread may have taken it."""


def interrupted() -> bool:
    """Check whether this command has been told to stop: then nothing may wait for work."""
    return _stopping


@contextmanager
def held() -> Iterator[None]:
    """Hold signals back while something is half made; processes that start meanwhile hear none."""
    global _held
    before = None
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    _held = True
    try:
        yield
    finally:
        _held = False
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if _late:
            _stop(0, None)


def supervise(command: Callable[[], object]) -> NoReturn:
    """Run ``command`` in a child process and exit as it does, or within GRACE after a signal."""
    if not hasattr(os, "fork"):  # Windows has neither SIGTERM nor a fork
        _work(command)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    # A job that a shell has put into the background ignores the Ctrl-C of the terminal.
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    life, hand = os.pipe()  # the child sees its end when this process ends
    child = os.fork()
    if child == 0:
        os.close(hand)
        for number in heard:
            signal.signal(number, _stop)
        sys.unraisablehook = _unraisable
        _work(command, life)
    os.close(life)
    sys.exit(_wait(child, heard))


def _wait(child: int, heard: list[signal.Signals]) -> int:
    """The child's exit code, or the one of the signal that came.

    All signals that matter stay blocked and are taken from the queue: a handler would not run for
    a signal that comes just before this process begins to wait.
    """
    signal.signal(signal.SIGCHLD, lambda number, frame: None)  # one that is ignored is not queued
    awaited = {*heard, signal.SIGCHLD, signal.SIGALRM}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    came = 0
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        number = signal.sigwait(awaited)
        if number == signal.SIGALRM:
            os.kill(child, signal.SIGKILL)
        elif number != signal.SIGCHLD and not came:
            came = number
            os.kill(child, number)
            signal.setitimer(signal.ITIMER_REAL, GRACE)
    signal.setitimer(signal.ITIMER_REAL, 0)
    code = os.waitstatus_to_exitcode(status)
    if came and (code < 0 or code == 130):
        if code < 0:
            _say("interrupted")
        return 128 + came
    if code < 0:
        _say(f"Error: ended by signal {-code} ({signal.Signals(-code).name})")
        return 128 - code
    return code


def _say(line: str) -> None:
    """One line on stderr, if anybody is there, and a cursor that is seen again."""
    with suppress(AttributeError, OSError, ValueError):
        show = "\x1b[?25h" if sys.stderr.isatty() else ""
        print(f"{show}{line}", file=sys.stderr, flush=True)


def _stop(number: int, frame: Any) -> None:
    """The first signal is a Ctrl-C; those after it would break what the first one has begun."""
    global _late, _stopping
    if _held:
        _late = True
    elif not _stopping:
        _stopping = True
        raise KeyboardInterrupt


def _unraisable(problem: Any) -> None:
    """A Ctrl-C that came inside a callback, where Python drops exceptions, comes once more, when
    the callback has ended."""
    global _stopping
    if isinstance(problem.exc_value, KeyboardInterrupt):
        import threading

        _stopping = False
        threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGTERM)).start()
    elif not _stopping:  # half-made objects complain when they go
        sys.__unraisablehook__(problem)


def _work(command: Callable[[], object], life: int | None = None) -> NoReturn:
    """Run the command in this process; a Ctrl-C is heard from here until signals are ignored."""
    code: Any = 130
    try:
        try:
            if life is not None:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # one may be waiting
                _end_with_parent(life)
            command()
            code = 0
        except SystemExit as done:
            code = done.code
        if not _stopping:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
    except BaseException as problem:
        # A library may make another exception of a Ctrl-C: an ImportError, a SystemError, ..
        if not (_stopping or isinstance(problem, KeyboardInterrupt)):
            raise
        _say("interrupted")
        code = 130
    if not _stopping:
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else 0)


def _end_with_parent(life: int) -> None:
    """A thread that waits for the end of the process that waits."""
    import threading

    def watch() -> None:
        os.read(life, 1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
