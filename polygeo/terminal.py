"""Tests of stderr (a terminal, a file, closed, or None), of a notebook and of a Ctrl-C."""

from __future__ import annotations

import sys
from typing import Any

from polygeo.answers.exact import abbreviate

__all__ = ["from_ctrl_c", "in_notebook", "on_terminal", "printable", "writable"]


def on_terminal() -> bool:
    """Test whether stderr is a terminal; False where it is None, closed or knows no ``isatty``.

    >>> on_terminal()
    False
    """
    try:
        return bool(sys.stderr.isatty())
    except (AttributeError, OSError, TypeError, ValueError):
        return False


def in_notebook() -> bool:
    """Test whether the session runs in a Jupyter kernel (IPython is not loaded for that)."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def writable() -> bool:
    """Test whether something can be written to stderr."""
    stream: Any = sys.stderr
    able = all(callable(getattr(stream, name, None)) for name in ("write", "flush"))
    return able and not getattr(stream, "closed", False)


def printable(text: str) -> str:
    """Return a text in which control characters of a terminal are written as escapes.

    >>> printable("a\\x1b[2J\\nb")
    'a\\\\x1b[2J\\nb'
    """
    return "\n".join(abbreviate(line, max(len(line), 1)) for line in text.split("\n"))


def from_ctrl_c(problem: BaseException) -> bool:
    """Test whether a SystemError is a Ctrl-C: numba returns a result all the same if one came while
    it looked at the arguments, and Python then complains of a result with an exception set.

    >>> wrapped = SystemError("returned a result with an exception set")
    >>> wrapped.__cause__ = KeyboardInterrupt()
    >>> from_ctrl_c(wrapped), from_ctrl_c(SystemError())
    (True, False)
    """
    if not isinstance(problem, SystemError):
        return False
    behind: BaseException | None = problem
    for _ in range(10):  # it may be wrapped again and again
        if behind is None or isinstance(behind, KeyboardInterrupt):
            break
        behind = behind.__cause__ or behind.__context__
    return isinstance(behind, KeyboardInterrupt)
