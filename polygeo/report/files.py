"""Files: written as a whole or not touched; read with one line of error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polygeo.answers.files import named, read_bytes, write_atomically
from polygeo.errors import DomainError

__all__ = ["read_text", "write_all"]

MAX_BYTES = 50_000_000
"""Largest size of a file that is read, in bytes."""


def write_all(contents: Mapping[Path, str]) -> None:
    """Write several files; all texts exist before the first file is touched."""
    for folder in sorted({path.parent for path in contents}):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise DomainError(f"cannot write {named(folder)}: {reason}") from None
    for path, text in contents.items():
        write_atomically(path, text)


def read_text(path: Any, what: str = "the file") -> str:
    """Read the UTF-8 text of a file; DomainError (one line) if it cannot be read.

    >>> read_text("no/such.csv")
    Traceback (most recent call last):
    polygeo.errors.DomainError: cannot read no/such.csv: No such file or directory
    """
    data = read_bytes(path, what, MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise DomainError(
            f"{what} must be UTF-8 text; {named(path)} has byte {data[problem.start]:#04x} "
            f"at offset {problem.start}"
        ) from None
    if "\0" in text:
        raise DomainError(f"{what} must be text; {named(path)} holds zero bytes")
    if not text.strip():
        raise DomainError(f"{what} must hold at least one row; {named(path)} is empty")
    return text
