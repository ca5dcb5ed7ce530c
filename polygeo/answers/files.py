"""Reading regular files of bounded size, and writing files as a whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import secrets
import stat
from pathlib import Path
from typing import Any
from zlib import crc32

from polygeo.answers.exact import abbreviate
from polygeo.answers.options import file_path
from polygeo.errors import DomainError

__all__ = ["named", "read_bytes", "read_record", "regular_file", "write_atomically"]


def named(path: Any) -> str:
    """Return a path as text for a message of one line."""
    return abbreviate(str(path))


def regular_file(path: Any, what: str = "the file") -> Path:
    """Check that a path is a regular file (no folder, pipe or device) and return the path.

    >>> regular_file(".", "a certificate")
    Traceback (most recent call last):
    polygeo.errors.DomainError: a certificate must be a regular file; got .
    >>> regular_file("no/such.csv")
    Traceback (most recent call last):
    polygeo.errors.DomainError: cannot read no/such.csv: No such file or directory
    """
    place = file_path(path, what)
    try:
        mode = place.stat().st_mode
    except (OSError, ValueError) as problem:
        raise _unreadable(place, problem) from None
    if not stat.S_ISREG(mode):
        raise DomainError(f"{what} must be a regular file; got {named(path)}")
    return place


def read_bytes(path: Any, what: str = "the file", most: int = 50_000_000) -> bytes:
    """Read a regular file of at most ``most`` bytes; DomainError (one line) otherwise."""
    place = regular_file(path, what)
    try:
        with place.open("rb") as file:
            data = file.read(most + 1)
    except OSError as problem:
        raise _unreadable(place, problem) from None
    if len(data) > most:
        raise DomainError(f"{what} must be at most {most // 10**6} MB; {named(path)} is larger")
    return data


def read_record(path: Any, what: str, most: int = 50_000_000, note: str = "") -> dict[str, Any]:
    """Return the JSON object in a file, read strictly: no name twice, no number that is none.

    DomainError (one line, which ends with ``note``) for everything else. What the object holds is
    not looked at.

    >>> read_record("no/such.json", "a certificate")
    Traceback (most recent call last):
    polygeo.errors.DomainError: cannot read no/such.json: No such file or directory
    """
    data = read_bytes(path, what, most)
    try:
        record = json.loads(data, object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, integers of absurd length
        record = None
    if not isinstance(record, dict):
        raise DomainError(f"{named(path)} is damaged or no {what.removeprefix('a ')}{note}")
    return record


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _unreadable(path: Path, problem: OSError | ValueError) -> DomainError:
    reason = getattr(problem, "strerror", None) or str(problem)
    return DomainError(f"cannot read {named(path)}: {reason}")


def _keep(folder: Path) -> None:
    """Let the new name of a file outlive a power failure, where the system can do that."""
    with contextlib.suppress(OSError):
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def _machine() -> str:
    """A name of this machine, and of the part of it within which numbers of processes are known."""
    space = ""
    with contextlib.suppress(OSError):
        space = os.readlink("/proc/self/ns/pid")
    return f"{crc32(f'{platform.node()} {space}'.encode()):08x}"


def _remove_stale(target: Path) -> None:
    """Remove what processes of this machine that were killed in the middle of a write left behind.

    Parts of other machines, and of processes that run, stay. Nothing is raised.
    """
    if os.name != "posix":
        return
    pattern = re.compile(
        rf"\.{re.escape(target.name)}\.{_machine()}-(?P<process>[0-9]+)-[0-9a-f]+\.part"
    )
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            found = pattern.fullmatch(entry.name)
            if found and not _runs(int(found["process"])):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _runs(process: int) -> bool:
    """Whether a process runs; True where that cannot be told."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # another user's, or no number of a process
        return True
    return True


def write_atomically(path: Any, content: str | bytes) -> None:
    """Put ``content`` (text as UTF-8 with plain newlines) at ``path``, whole or not at all.

    It is written to a file of another name in the same folder, which then takes the place of the
    old one; a link is followed. So whoever reads, and whoever writes beside, sees whole files, and
    where the disk is full the old file stays. What a killed process left of an earlier write is
    removed. DomainError where that cannot be done.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(f"{folder}/a.txt", "one line\\n")
    ...     os.listdir(folder), Path(folder, "a.txt").read_text()
    (['a.txt'], 'one line\\n')
    """
    target = Path(os.path.realpath(file_path(path)))
    if not target.name:
        raise DomainError(f"a file cannot be written at {named(path)}")
    _remove_stale(target)
    owner = f"{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"
    part = target.with_name(f".{target.name}.{owner}.part")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
        _keep(target.parent)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(problem, OSError):
            reason = problem.strerror or str(problem)
            raise DomainError(f"cannot write {named(path)}: {reason}") from None
        raise
