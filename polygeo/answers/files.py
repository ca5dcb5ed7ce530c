"""Files: regular ones of bounded size are read, tables of numbers too; written whole or not at all.

A text file of numbers has one row a line, with commas, semicolons, tabs or spaces between numbers.
Programs write a first line of names, or of column numbers 0, 1, .., n-1 as pandas does. Such a line
is never read as data without being told so.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import secrets
import stat
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from re import findall, fullmatch
from typing import Any
from zlib import crc32

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.options import file_path, flag
from polygeo.errors import DomainError

__all__ = [
    "named",
    "read_bytes",
    "read_cells",
    "read_record",
    "read_rows",
    "regular_file",
    "write_atomically",
]


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


def read_rows(
    path: str | PathLike[str], what: str, header: bool | None = None
) -> list[tuple[str, list[mpq]]]:
    """Read the rows of a text file, each with the words that name its place in messages.

    The parameters are those of `read_cells`. Exact rationals. Raises DomainError, naming the line,
    for what is no number, ragged lines, decimal commas and index columns.
    """
    lines, separator = read_cells(path, what, header)
    rows: list[tuple[str, list[mpq]]] = []
    for place, cells in lines:
        try:
            row = [rational(cell, "a coordinate") for cell in cells]
        except DomainError as problem:
            raise DomainError(f"{place} {problem}{_hint(cells, separator)}") from None
        if rows and len(row) != len(rows[0][1]):
            count = len(rows[0][1])
            raise DomainError(f"{place} {count} coordinates are needed; got {len(row)}")
        rows.append((place, row))
    if not rows:
        raise DomainError(f"{named(path)} holds no vectors")
    return rows


def read_cells(
    path: str | PathLike[str], what: str, header: bool | None = None
) -> tuple[list[tuple[str, list[str]]], str | None]:
    """Read the lines of a text file, split into cells, and return what separates the cells.

    ``what``: what the file holds, for messages. ``header``: True skips the first line, False reads
    it as numbers, None refuses a first line that may be a header: names, or 0, 1, .., n-1. If the
    skipped line has one name fewer than the rows have cells, as in R, each row begins with its
    name, in quotes or a word, which is left out. Empty lines and lines that begin with # are
    skipped; a byte-order mark is ignored. Each line stands beside the words that name its place in
    messages.
    """
    skip = None if header is None else flag(header, "header")
    try:
        text = read_bytes(path, what).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError(f"cannot read {named(path)}: it is no text file") from None
    lines = [
        (f"{named(path)}, line {number}:", line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    separator = _separator([line for _, line in lines])
    if lines and skip is not False:
        place, first = lines[0]
        cells = _cells(first, separator)
        if skip:
            lines = lines[1:]
            split = [_cells(line, separator) for _, line in lines]
            if split and all(len(row) == len(cells) + 1 for row in split):
                _check_row_names(lines, split)
                return [(at, row[1:]) for (at, _), row in zip(lines, split, strict=True)], separator
        else:
            _check_first(place, cells)
        if lines and len(cells) > 1 and not cells[0]:
            raise DomainError(f"{place} the first column has no name and looks like an index")
    return [(place, _cells(line, separator)) for place, line in lines], separator


def _separator(lines: Sequence[str]) -> str | None:
    """What stands between numbers: a semicolon, a tab, a comma, or spaces (None)."""
    return next((s for s in (";", "\t", ",") if any(s in line for line in lines)), None)


def _cells(line: str, separator: str | None) -> list[str]:
    found = findall(r'"[^"]*"|\S+', line) if separator is None else line.split(separator)
    return [cell.strip().strip('"').strip() for cell in found]


def _check_row_names(lines: Sequence[tuple[str, str]], split: Sequence[Sequence[str]]) -> None:
    """Refuse first cells that may be numbers: neither quoted nor words."""
    for (place, line), row in zip(lines, split, strict=True):
        if _is_number(row[0]) and not line.lstrip().startswith('"'):
            raise DomainError(
                f"{place} one cell more than the header has names; are these row names? quote them "
                "(R: quote=TRUE), or write the table without (row.names=FALSE)"
            )


def _check_first(place: str, cells: Sequence[str]) -> None:
    """Refuse a first line that may be a header."""
    remedy = "say header=True (--header) to skip it, header=False (--no-header) to read it as data"
    if len(cells) > 1 and not cells[0]:
        raise DomainError(
            f"{place} an empty first name: the file has an index column; write it without one "
            "(pandas: to_csv(path, index=False, header=False))"
        )
    if len(cells) > 1 and list(cells) == [str(i) for i in range(len(cells))]:
        raise DomainError(f"{place} {abbreviate(', '.join(cells))} may be a header; {remedy}")
    if any(fullmatch(r"[A-Za-z_][\w .()\[\]-]*", c) and not _is_number(c) for c in cells):
        raise DomainError(f"{place} {cells[0]!r} may be the name of a column; {remedy}")


def _is_number(cell: str) -> bool:
    try:
        rational(cell, "a cell")
    except DomainError:
        # Not finite, or a square root: what it is, is said where it is read as a number.
        return cell.lower().lstrip("+-") in ("nan", "inf", "infinity") or cell.startswith("sqrt")
    return True


def _hint(cells: Sequence[str], separator: str | None) -> str:
    comma = separator != "," and any(fullmatch(r"[+-]?\d+,\d+", cell) for cell in cells)
    return "; write decimals with a point, not with a comma" if comma else ""
