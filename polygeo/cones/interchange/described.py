"""What a file says of a cone, and the formats by the endings of their files."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.answers.files import named, read_bytes
from polygeo.errors import DomainError

if TYPE_CHECKING:
    from polygeo.polyhedra.description import GeneratingSet

__all__ = ["ENDINGS", "Described", "number", "read_described", "written"]

ENDINGS = (".ine", ".ext", ".in")
"""Endings of the files that say themselves whether they hold rays or inequalities."""


@dataclass(frozen=True)
class Described:
    """A cone as a file describes it.

    * ``kind``: 'rays' or 'inequalities'.
    * ``dim``: dimension of the space.
    * ``vectors``: the rays, or the rows a of <a, x> >= 0.
    * ``straight``: the lines, or the rows of equations.
    """

    kind: str
    dim: int
    vectors: tuple[tuple[mpq, ...], ...]
    straight: tuple[tuple[mpq, ...], ...]


def read_described(path: str | PathLike[str]) -> Described:
    """Read a file of cdd or of Normaliz, told by its ending; DomainError for what is no cone."""
    from polygeo.cones.interchange import cdd, normaliz

    try:
        text = read_bytes(path, "a file of a cone").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError(f"cannot read {named(path)}: it is no text file") from None
    ending = Path(path).suffix
    if ending == ".in":
        return normaliz.read(text, named(path))
    return cdd.read(text, named(path), "rays" if ending == ".ext" else "inequalities")


def written(ending: str, by_rays: bool, given: GeneratingSet) -> str:
    """Return the text of a file with this ending that describes a cone by what is given."""
    from polygeo.cones.interchange import cdd, normaliz

    return (normaliz if ending == ".in" else cdd).write(by_rays, given)


def number(word: Any, place: str) -> mpq:
    """Read one number of a file; DomainError, which begins with the place, for what is none."""
    try:
        return rational(word, "an entry")
    except DomainError as problem:
        raise DomainError(f"{place}: {problem}") from None
