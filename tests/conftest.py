"""What all tests share."""

import signal

import pytest

__all__ = ["collect_ignore", "interruptible"]

collect_ignore = ["conftest.py"]
"""Not a module with doctests: the pages have a conftest of their own."""


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Ctrl-C is what it is on a terminal: a shell's background jobs are started without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
