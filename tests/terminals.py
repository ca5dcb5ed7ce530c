"""Programs on a terminal, to which Ctrl-C is sent."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time

import pytest

pty = pytest.importorskip("pty")


def on_terminal(code, until, patience=60):
    """What a terminal shows of a program, and the time that it takes to end after Ctrl-C.

    Ctrl-C comes when the pattern ``until`` is seen.
    """
    child, terminal = pty.fork()
    if not child:
        os.environ["COLUMNS"] = "150"
        os.execv(sys.executable, [sys.executable, "-c", code])
    text, limit, sent = "", time.monotonic() + patience, 0.0
    try:
        while time.monotonic() < limit:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    text += os.read(terminal, 1 << 16).decode(errors="replace")
                except OSError:  # the end, on Linux
                    break
            if not sent and re.search(until, text):
                os.kill(child, signal.SIGINT)
                sent = time.monotonic()
    finally:
        if not sent or time.monotonic() >= limit:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
    return text, time.monotonic() - sent if sent else None
