"""Files that are either written whole or not touched, and files that others wrote."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polygeo.answers.exact import abbreviate
from polygeo.errors import DomainError

__all__ = ["read_text", "write_all", "write_atomically"]

MAX_BYTES = 50_000_000
"""Largest file that is read."""


def write_atomically(path: str | Path, content: str | bytes) -> None:
    """Put ``content`` (text as UTF-8 with plain newlines) at ``path``, whole or not at all.

    It is written to a file of another name in the same folder, which then takes the place of the
    old one; a link is followed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(f"{folder}/a.txt", "one line\\n")
    ...     os.listdir(folder), Path(folder, "a.txt").read_text()
    (['a.txt'], 'one line\\n')
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_all(contents: Mapping[Path, str]) -> None:
    """Write several files; all texts exist before the first file is touched."""
    for folder in sorted({path.parent for path in contents}):
        folder.mkdir(parents=True, exist_ok=True)
    for path, text in contents.items():
        write_atomically(path, text)


def read_text(path: Any, what: str = "the file") -> str:
    """The UTF-8 text of a file; DomainError (one line) if it cannot be read as that.

    >>> read_text("no/such.csv")
    Traceback (most recent call last):
    polygeo.errors.DomainError: the file cannot be read: no/such.csv: No such file or directory
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise DomainError(f"{what} must be a regular file; got {path}")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, TypeError, ValueError) as problem:
        if isinstance(problem, DomainError):
            raise
        reason = getattr(problem, "strerror", None) or str(problem)
        raise DomainError(f"{what} cannot be read: {abbreviate(str(path))}: {reason}") from None
    if len(data) > MAX_BYTES:
        raise DomainError(f"{what} must be at most {MAX_BYTES // 10**6} MB; {path} is larger")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise DomainError(
            f"{what} must be UTF-8 text; {path} has byte {data[problem.start]:#04x} "
            f"at offset {problem.start}"
        ) from None
    if "\0" in text:
        raise DomainError(f"{what} must be text; {path} holds zero bytes")
    if not text.strip():
        raise DomainError(f"{what} must hold at least one row; {path} is empty")
    return text
