"""Tests of stderr, which may be a terminal, a file, closed, or None, and of a notebook."""

from __future__ import annotations

import sys
from typing import Any

from polygeo.answers.exact import abbreviate

__all__ = ["in_notebook", "on_terminal", "printable", "writable"]


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
