"""What all tests share."""

import signal

import pytest

__all__ = ["calls", "collect_ignore", "interruptible"]

collect_ignore = [
    "conftest.py",
    "good_calls.py",
    "good_methods.py",
    "good_results.py",
    "good_values.py",
]
"""Not modules with doctests: the pages have a conftest of their own; good_calls and
what it imports compute what they call and are imported only when a test asks for a call."""


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Ctrl-C is what it is on a terminal: a shell's background jobs are started without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def calls():
    """A good call of everything public, by name: computed when the first test asks for it."""
    from good_calls import CALLS

    return CALLS
