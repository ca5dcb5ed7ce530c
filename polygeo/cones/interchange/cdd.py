"""Files of cdd and lrs: an H-representation (.ine) or a V-representation (.ext).

A row (b, a) of an H-representation says b + <a, x> >= 0, a row (0, r) of a V-representation is a
ray and (1, v) a vertex. A cone has b = 0 in every row, and no vertex but 0. Rows after the word
``linearity`` are equations, or lines. Sources: fukudaprodon1996double; the manual of lrs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate
from polygeo.cones.interchange.contents import FileContents, number
from polygeo.errors import DomainError

if TYPE_CHECKING:
    from polygeo.polyhedra.description import GeneratingSet

__all__ = ["read", "write"]

NUMBERS = ("integer", "rational", "real")
LINEARITY = ("linearity", "equality")
MAX_COLUMNS = 100_000
"""Largest number of columns that a header may announce."""


def read(text: str, name: str, usual: str) -> FileContents:
    """Read the text of a file.

    * ``name``: what messages call the file.
    * ``usual``: 'rays' or 'inequalities', for a file that does not say what it holds.

    DomainError for a polyhedron that is no cone, and for what cdd would not read.
    """
    before, block, after = _parts(text, name)
    kind = usual
    for line in before:
        word = line[0].lower()
        kind = {"h-representation": "inequalities", "v-representation": "rays"}.get(word, kind)
    if len(block) < 3 or block[2].lower() not in NUMBERS:
        raise DomainError(f"{name}: after 'begin' rows, columns and a type of number are needed")
    columns = _count(block[1], f"{name}: the number of columns")
    if not 2 <= columns <= MAX_COLUMNS:
        raise DomainError(
            f"{name}: the number of columns must be 2 to {MAX_COLUMNS}; got {columns}"
        )
    entries = block[3:]
    if len(entries) % columns:
        raise DomainError(f"{name}: {len(entries)} entries do not fill rows of {columns}")
    count = len(entries) // columns
    if set(block[0]) != {"*"} and _count(block[0], f"{name}: the number of rows") != count:
        raise DomainError(f"{name}: {block[0]} rows are announced; {count} were found")
    straight = _linearity([*before, *after], count, name)
    vectors: dict[bool, list[tuple[mpq, ...]]] = {False: [], True: []}
    for i in range(count):
        place = f"{name}, row {i + 1}"
        row = [number(word, place) for word in entries[i * columns : (i + 1) * columns]]
        if _is_kept(row, kind, i + 1 in straight, place):
            vectors[i + 1 in straight].append(tuple(row[1:]))
    return FileContents(kind, columns - 1, tuple(vectors[False]), tuple(vectors[True]))


def _parts(text: str, name: str) -> tuple[list[list[str]], list[str], list[list[str]]]:
    """The lines before 'begin', the words from there to 'end', and the lines after it."""
    lines = [line.split() for line in text.splitlines()]
    lines = [words for words in lines if (words and words[0][0] not in "*#") or _is_count(words)]
    first = [words[0].lower() for words in lines]
    if (
        first.count("begin") != 1
        or first.count("end") != 1
        or first.index("end") < first.index("begin")
    ):
        raise DomainError(f"{name} needs one 'begin' and, after it, one 'end'")
    i, j = first.index("begin"), first.index("end")
    inside = [*lines[i][1:], *(word for words in lines[i + 1 : j] for word in words)]
    return lines[:i], inside, lines[j + 1 :]


def _is_count(words: list[str]) -> bool:
    """Whether a line is the header of lrs that leaves the rows uncounted: ``***** 4 rational``."""
    return len(words) == 3 and set(words[0]) == {"*"} and words[2].lower() in NUMBERS


def _count(word: str, what: str) -> int:
    if not word.isdecimal() or len(word) > 9:
        raise DomainError(f"{what} must be a whole number; got {abbreviate(word)}")
    return int(word)


def _linearity(lines: list[list[str]], count: int, name: str) -> set[int]:
    found: set[int] = set()
    for words in lines:
        word = words[0].lower()
        if word.startswith("strict"):
            raise DomainError(f"{name}: {words[0]}: strict inequalities are not read")
        if word not in LINEARITY:
            continue
        numbers = [_count(w, f"{name}: an entry after {words[0]}") for w in words[1:]]
        if (
            not numbers
            or numbers[0] != len(numbers) - 1
            or not {0, *numbers[1:]} <= {*range(count + 1)}
        ):
            raise DomainError(f"{name}: {words[0]} needs a count and as many rows of 1..{count}")
        found |= set(numbers[1:])
    return found


def _is_kept(row: list[mpq], kind: str, straight: bool, place: str) -> bool:
    """Whether a row says something of a cone; DomainError where it says that there is none."""
    first, rest = row[0], any(row[1:])
    if kind == "inequalities":
        if first and (rest or straight or first < 0):
            raise DomainError(f"{place}: the first entry must be 0 for a cone; got {first}")
        return rest
    if first and (rest or straight or first != 1):
        raise DomainError(f"{place}: a cone has no vertex but 0, and rays begin with 0")
    if not first and not rest:
        raise DomainError(f"{place}: the zero vector")
    return not first


def write(by_rays: bool, given: GeneratingSet) -> str:
    """Return the text of a V-representation (by rays) or of an H-representation."""
    straight, vectors = given.lines, given.vectors
    rows = [(0, *row) for row in (*straight, *vectors)]
    rows += [(1, *[0] * given.dim)] if by_rays else []
    lines = ["V-representation" if by_rays else "H-representation"]
    if straight:
        lines.append(f"linearity {len(straight)} {' '.join(map(str, range(1, len(straight) + 1)))}")
    lines += ["begin", f" {len(rows)} {given.dim + 1} integer"]
    lines += [" " + " ".join(f"{x:d}" for x in map(int, row)) for row in rows]
    return "\n".join([*lines, "end", ""])
