"""Reading and writing the files of polyhedral cones."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from polygeo.answers.files import named, read_bytes, write_atomically
from polygeo.answers.options import choice, file_path
from polygeo.cones.interchange import cdd, normaliz
from polygeo.cones.interchange.contents import FileContents
from polygeo.cones.polyhedral_estimates import SimulatedCone
from polygeo.cones.reading import read_file
from polygeo.errors import DomainError

if TYPE_CHECKING:
    from polygeo.polyhedra.description import GeneratingSet

__all__ = ["ENDINGS", "StoredCone"]

KINDS = ("rays", "inequalities")

ENDINGS = (".ine", ".ext", ".in")
"""Endings of the files that say themselves whether they hold rays or inequalities."""


class StoredCone(SimulatedCone):
    """Base of the cones that files hold: rays or inequalities."""

    _by_rays: bool
    _given: GeneratingSet

    @classmethod
    def from_file(
        cls, path: str | PathLike[str], kind: str | None = None, header: bool | None = None
    ) -> Self:
        """Read a cone from a file.

        * ``path``: a text file with one vector a line, a NumPy file (.npy, .npz), a file of cdd
          (.ine, .ext) or an input file of Normaliz (.in).
        * ``kind``: 'rays' or 'inequalities', what the vectors are; not needed for .ine, .ext and
          .in, which say so themselves.
        * ``header``: for text with one vector a line. True skips the first line, False reads it as
          numbers, None (the default) refuses a first line that may be a header.

        DomainError, with the line or the row that is wrong, and for a polyhedron that is no cone.
        Zero rows of .ine and .in say nothing and are left out.
        """
        make: Any = cls
        if kind is not None:
            choice(kind, "kind", KINDS)
        if file_path(path, "a file of a cone").suffix in ENDINGS:
            found = _contents(path)
            if kind not in (None, found.kind):
                raise DomainError(f"{named(path)} holds {found.kind}; got kind={kind!r}")
            if header is not None:
                raise DomainError(f"header= is for one vector a line; got it for {named(path)}")
            names = ("rays", "lines") if found.kind == "rays" else ("inequalities", "equations")
            parts = {names[0]: found.vectors, names[1]: found.straight}
            stored: Self = make(**parts, ambient_dim=found.dim)
            return stored
        if kind is None:
            raise DomainError(
                f"what does {named(path)} hold? give kind='rays' or kind='inequalities'"
            )
        rows = read_file(path, header=header)
        made: Self = make(rays=rows) if kind == "rays" else make(inequalities=rows)
        return made

    def to_file(self, path: str | PathLike[str]) -> None:
        """Write the cone as it was given, by rays or by inequalities, for cdd or for Normaliz.

        * ``path``: a name that ends in .ext (cdd, by rays), .ine (cdd, by inequalities) or .in
          (Normaliz, either way).

        DomainError for another ending, and for .ext and .ine if the cone was given the other way:
        ``PolyhedralCone(rays=C.rays, lines=C.lineality_space)`` is C by its rays.
        """
        ending = file_path(path, "a file of a cone").suffix
        if ending not in ENDINGS:
            raise DomainError(f"a file of a cone ends in {', '.join(ENDINGS)}; got {named(path)}")
        if ending == (".ine" if self._by_rays else ".ext"):
            given, other = KINDS if self._by_rays else KINDS[::-1]
            raise DomainError(f"{ending} holds {other}; this cone is given by {given}")
        write = normaliz.write if ending == ".in" else cdd.write
        write_atomically(path, write(self._by_rays, self._given))


def _contents(path: str | PathLike[str]) -> FileContents:
    """Read a file of cdd or of Normaliz, told by its ending; DomainError for what is no cone."""
    try:
        text = read_bytes(path, "a file of a cone").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError(f"cannot read {named(path)}: it is no text file") from None
    ending = Path(path).suffix
    if ending == ".in":
        return normaliz.read(text, named(path))
    return cdd.read(text, named(path), "rays" if ending == ".ext" else "inequalities")
