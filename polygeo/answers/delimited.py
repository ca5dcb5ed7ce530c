"""Text files of numbers: one row a line, with commas, semicolons, tabs or spaces between numbers.

Programs write a first line of names, or of column numbers 0, 1, .., n-1 as pandas does. Such a line
is never read as data without being told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from re import fullmatch

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.files import named, read_bytes
from polygeo.answers.options import flag
from polygeo.errors import DomainError

__all__ = ["read_cells", "read_rows"]


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
    it as numbers, None refuses a first line that may be a header: names, or 0, 1, .., n-1. Empty
    lines and lines that begin with # are skipped; a byte-order mark is ignored. Each line stands
    beside the words that name its place in messages.
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
        else:
            _check_first(place, cells)
        if lines and len(cells) > 1 and not cells[0]:
            raise DomainError(f"{place} the first column has no name and looks like an index")
    return [(place, _cells(line, separator)) for place, line in lines], separator


def _separator(lines: Sequence[str]) -> str | None:
    """What stands between numbers: a semicolon, a tab, a comma, or spaces (None)."""
    return next((s for s in (";", "\t", ",") if any(s in line for line in lines)), None)


def _cells(line: str, separator: str | None) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]


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
