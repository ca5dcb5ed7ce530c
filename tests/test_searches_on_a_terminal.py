"""A long search on a terminal: it shows how far it is, and Ctrl-C ends it."""

import os
import re
import select
import signal
import sys
import time

import pytest

pty = pytest.importorskip("pty")

SEARCH = """
import numpy as np
from polygeo import relu
relu.{call}(np.random.default_rng(1).standard_normal({shape}))
"""


@pytest.mark.parametrize(
    ("call", "shape", "said"),
    [
        ("is_injective", (100, 14), r"deciding a 100 x 14 layer: [\d,]+ nodes, \d+ s"),
        ("halfspace_depth", (300, 20), r"among 300 points in R\^20: [^\n]*?, \d+ s"),
    ],
)
def test_a_search_shows_progress_and_stops(call, shape, said):
    child, terminal = pty.fork()
    if not child:
        os.environ["COLUMNS"] = "120"
        code = SEARCH.format(call=call, shape=shape)
        os.execv(sys.executable, [sys.executable, "-c", code])
    text, limit, sent = "", time.monotonic() + 100, 0.0
    try:
        while time.monotonic() < limit:
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    text += os.read(terminal, 1 << 16).decode(errors="replace")
                except OSError:  # the end, on Linux
                    break
            if not sent and re.search(said, text):
                os.kill(child, signal.SIGINT)
                sent = time.monotonic()
    finally:
        if not sent:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
    assert sent, text[-500:]
    assert time.monotonic() - sent < 10  # 1 on a machine without other work
    assert "KeyboardInterrupt" in text
