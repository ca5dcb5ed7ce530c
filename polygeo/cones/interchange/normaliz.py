"""Input files of Normaliz (.in): a cone by generators, or by homogeneous constraints.

Read are ``amb_space``, ``cone``, ``subspace``, ``inequalities``, ``equations``, ``signs`` and
``constraints``, with /* comments */ and matrices in brackets. Words that begin with a capital are
what Normaliz is asked to compute, and are passed over. Every other word is refused by name. As in
Normaliz, equations without an inequality mean x >= 0 as well. Source: the manual of Normaliz.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate
from polygeo.cones.interchange.contents import FileContents, number
from polygeo.errors import DomainError

if TYPE_CHECKING:
    from polygeo.polyhedra.description import GeneratingSet

__all__ = ["read", "write"]

Row = tuple[mpq, ...]

MATRICES = ("cone", "subspace", "inequalities", "equations")
RELATIONS = (">=", "<=", "=")
MAX_ROWS = 100_000
"""Largest number of rows that a file may announce."""
MAX_COLUMNS = 1000
"""Largest dimension of a file that says x >= 0 in one word."""
REASONS = {
    "number_field": "entries in a number field are not read",
    "lattice": "a lattice is not read: polygeo's cones are sets of real vectors",
    "congruences": "a lattice is not read: polygeo's cones are sets of real vectors",
    "cone_and_lattice": "a lattice is not read; write cone",
}


class _Words:
    """The words of a file, taken one after the other."""

    def __init__(self, text: str, name: str) -> None:
        text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
        if "/*" in text:
            raise DomainError(f"{name}: a comment does not end")
        self.left = re.findall(r"[\[\];,]|>=|<=|=|[^\s\[\];,<>=]+|[<>]", text)[::-1]
        self.name = name

    def take(self) -> str:
        """The next word; "" at the end."""
        return self.left.pop() if self.left else ""

    def count(self, what: str) -> int:
        """The next word as a number of rows or columns."""
        word = self.take()
        if not word.isdecimal() or not 0 <= int(word[:9]) <= MAX_ROWS or len(word) > 9:
            raise DomainError(
                f"{self.name}: {what} needs a number; got {abbreviate(word or 'the end')}"
            )
        return int(word)

    def row(self, length: int, place: str) -> Row:
        """The next numbers."""
        return tuple(number(self.take() or "the end", place) for _ in range(length))

    def bracketed(self, place: str) -> list[list[str]]:
        """The rows of a matrix in brackets, whose first bracket was taken."""
        rows: list[list[str]] = []
        while (word := self.take()) != "]":
            if word in (",", ";"):
                continue
            if word != "[":
                raise DomainError(f"{place}: rows in brackets are needed; got {word or 'the end'}")
            cells: list[str] = []
            while (cell := self.take()) != "]":
                if not cell:
                    raise DomainError(f"{place}: a bracket does not close")
                cells += [cell] if cell != "," else []
            rows.append(cells)
        return rows


def read(text: str, name: str) -> FileContents:
    """Read the text of a file; ``name`` is what messages call it.

    DomainError, which names the word, for lattices, number fields, inhomogeneous input and
    generators together with constraints.
    """
    words = _Words(text, name)
    if words.take() != "amb_space":
        raise DomainError(f"{name} must begin with amb_space and the dimension")
    dim = None if words.left[-1:] == ["auto"] else words.count("amb_space")
    if dim is None:
        words.take()
    found: dict[str, list[Row]] = {}
    while word := words.take():
        if word[0].isupper() or word == ";":
            continue  # what is to be computed
        place = f"{name}, {abbreviate(word)}"
        if word in MATRICES:
            rows = _matrix(words, dim, place)
            found.setdefault(word, []).extend(rows)
        elif word == "constraints":
            rows = _constraints(words, dim, found, place)
        elif word == "signs" and dim is not None:
            rows = _signs(words.row(dim, place), place)
            found.setdefault("inequalities", []).extend(rows)
        else:
            known = ", ".join((*MATRICES, "constraints", "signs"))
            raise DomainError(f"{place}: {REASONS.get(word, f'known are {known}')}")
        dim = len(rows[0]) if dim is None and rows else dim
    return _contents(found, dim, name)


def _contents(found: dict[str, list[Row]], dim: int | None, name: str) -> FileContents:
    generators, constraints = (
        found.keys() & {"cone", "subspace"},
        found.keys() - {"cone", "subspace"},
    )
    if generators and constraints:
        raise DomainError(f"{name}: generators or constraints are needed, and not both")
    if not dim or not found:
        raise DomainError(f"{name} needs cone, inequalities, equations or constraints")
    given = {word: [row for row in rows if any(row)] for word, rows in found.items()}
    if generators:
        return FileContents(
            "rays", dim, tuple(given.get("cone", ())), tuple(given.get("subspace", ()))
        )
    rows = given["inequalities"] if "inequalities" in found else _signs((mpq(1),) * dim, name)
    return FileContents("inequalities", dim, tuple(rows), tuple(given.get("equations", ())))


def _matrix(words: _Words, dim: int | None, place: str) -> list[Row]:
    if words.left[-1:] == ["["]:
        words.take()
        cells = words.bracketed(place)
        width = dim or len(cells[0] if cells else ())
        if any(len(row) != width for row in cells):
            raise DomainError(f"{place}: every row needs {width} entries")
        return [tuple(number(cell, place) for cell in row) for row in cells]
    rows = words.count(place)
    if dim is None:
        raise DomainError(f"{place}: amb_space auto needs matrices in brackets")
    return [words.row(dim, f"{place}, row {i + 1}") for i in range(rows)]


def _constraints(
    words: _Words, dim: int | None, found: dict[str, list[Row]], place: str
) -> list[Row]:
    """Enter rows such as ``1 -1 0 >= 0`` into ``found``."""
    rows: list[Row] = []
    count = words.count(place)
    if dim is None or words.left[-1:] == ["symbolic"]:
        raise DomainError(f"{place}: rows of numbers are needed, such as 1 -1 >= 0")
    for i in range(count):
        here = f"{place}, row {i + 1}"
        row, relation = words.row(dim, here), words.take()
        if relation not in RELATIONS:
            raise DomainError(
                f"{here}: >=, <= or = is needed; got {abbreviate(relation or 'the end')}"
            )
        if words.row(1, here)[0]:
            raise DomainError(f"{here}: the right side must be 0 for a cone")
        sign = -1 if relation == "<=" else 1
        rows.append(tuple(sign * x for x in row))
        found.setdefault("equations" if relation == "=" else "inequalities", []).append(rows[-1])
    return rows


def _signs(signs: Row, place: str) -> list[Row]:
    if any(sign not in (-1, 0, 1) for sign in signs):
        raise DomainError(f"{place}: every sign must be -1, 0 or 1")
    dim = len(signs)
    if dim > MAX_COLUMNS:
        raise DomainError(f"{place}: at most {MAX_COLUMNS} dimensions are read; got {dim}")
    return [tuple(signs[i] * (i == j) for j in range(dim)) for i in range(dim) if signs[i]]


def write(by_rays: bool, given: GeneratingSet) -> str:
    """Return the text of an input file with the generators, or with the constraints."""
    names = ("cone", "subspace") if by_rays else ("inequalities", "equations")
    lines = [f"amb_space {given.dim}"]
    for name, rows in zip(names, (given.vectors, given.lines), strict=True):
        if rows or name in ("cone", "inequalities"):
            lines.append(f"{name} {len(rows)}")
            lines += [" ".join(f"{x:d}" for x in map(int, row)) for row in rows]
    return "\n".join([*lines, ""])
