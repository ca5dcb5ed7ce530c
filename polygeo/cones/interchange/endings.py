"""The formats of files of cones, by the endings of their names."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from polygeo.answers.files import named, read_bytes
from polygeo.cones.interchange import cdd, normaliz
from polygeo.cones.interchange.contents import FileContents
from polygeo.errors import DomainError

if TYPE_CHECKING:
    from polygeo.polyhedra.description import GeneratingSet

__all__ = ["ENDINGS", "read_contents", "written"]

ENDINGS = (".ine", ".ext", ".in")
"""Endings of the files that say themselves whether they hold rays or inequalities."""


def read_contents(path: str | PathLike[str]) -> FileContents:
    """Read a file of cdd or of Normaliz, told by its ending; DomainError for what is no cone."""
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
    return (normaliz if ending == ".in" else cdd).write(by_rays, given)
