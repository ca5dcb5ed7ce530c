"""Whether someone is looking: stderr may be a terminal, a file, closed, or not there at all."""

from __future__ import annotations

import sys
from typing import Any

from polygeo.answers.exact import abbreviate

__all__ = ["on_terminal", "printable", "writable"]


def on_terminal() -> bool:
    """Whether stderr is a terminal; False where it is None, closed or knows no ``isatty``.

    >>> on_terminal()
    False
    """
    try:
        return bool(sys.stderr.isatty())
    except (AttributeError, OSError, TypeError, ValueError):
        return False


def writable() -> bool:
    """Whether something can be written to stderr."""
    stream: Any = sys.stderr
    able = all(callable(getattr(stream, name, None)) for name in ("write", "flush"))
    return able and not getattr(stream, "closed", False)


def printable(text: str) -> str:
    """A text of any lines without a character that a terminal obeys: those are written as escapes.

    >>> printable("a\\x1b[2J\\nb")
    'a\\\\x1b[2J\\nb'
    """
    return "\n".join(abbreviate(line, max(len(line), 1)) for line in text.split("\n"))
