"""The tables by name, and the program that writes and checks the files of docs/tables.

``python -m polygeo.report.tables [--check] [--out DIR] [NAME ...]`` (tox -e tables). The files hold
no time, date or version, so that they can be compared byte for byte.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from polygeo.answers.exact import abbreviate
from polygeo.answers.options import file_path
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError, PolygeoError
from polygeo.progress import patient, track
from polygeo.report.files import write_all
from polygeo.report.names import pick
from polygeo.report.tables import (
    bounds,
    cones,
    estimates,
    finite_size,
    inputs,
    layers,
    networks,
    polytopes,
    replica,
    rerun,
)
from polygeo.report.tables.tabular import Table

__all__ = [
    "ELSEWHERE",
    "ENDINGS",
    "FOLDER",
    "SIMULATED",
    "TABLES",
    "differences",
    "main",
    "table",
    "write",
]

ENDINGS = ("csv", "json", "md", "tex")
FOLDER = Path("docs/tables")

TABLES: dict[str, Callable[[], Table]] = {
    "q": layers.q,
    "thresholds": layers.thresholds,
    "euler-kappa": layers.euler_kappa,
    "crossings": layers.crossings,
    "extrapolation": layers.extrapolation,
    "known-p": layers.known_p,
    "bounds": bounds.bounds,
    "inputs": inputs.inputs,
    "families": cones.families,
    "recovery": cones.recovery,
    "sparse": cones.sparse,
    "replica": replica.replica,
    "estimates": estimates.estimates,
    "surrogate": finite_size.surrogate,
    "f-vectors": polytopes.f_vectors,
    "regions": networks.regions,
    "contraction": networks.contraction,
    "stability": networks.stability,
    "deep": networks.deep,
}
"""The builders of the tables by name."""

SIMULATED: dict[str, Callable[[Table, Table], list[str]]] = {
    "estimates": estimates.disagreements,
    "surrogate": rerun.disagreements,
    "stability": rerun.disagreements,
    "deep": rerun.disagreements,
}
"""Tables that a re-run must agree with, within its errors; the other tables are the same bytes."""


ELSEWHERE = ("peers",)
"""Tables that another program writes (tests/peers, with the peers installed)."""


@patient
def table(name: str) -> Table:
    """Make the table that has the given name.

    `polygeo.table` is this function.

    * ``name``: one of `TABLES`; DomainError, with the known names, otherwise.

    Returns a `Table`.

    >>> table("known-p").column("p")[:3]
    (mpq(0,1), mpq(1,2), mpq(3,4))
    >>> table("nothing")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    polygeo.errors.DomainError: unknown table 'nothing'; known: q, thresholds, ...
    """
    return _built(pick(name, TABLES, "table"))


@lru_cache(maxsize=32)
def _built(builder: Callable[[], Table]) -> Table:
    return builder()


def _names(names: Sequence[str]) -> Sequence[str]:
    return sequence(names, "names") or tuple(TABLES)


def _texts(names: Iterable[str], folder: Path) -> dict[Path, str]:
    texts: dict[Path, str] = {}
    for name in track(list(names), "tables"):
        content = table(name)
        texts |= {folder / f"{name}.{ending}": content.render(ending) for ending in ENDINGS}
    return texts


def write(folder: str | Path = FOLDER, names: Sequence[str] = ()) -> list[Path]:
    """Write the tables in every format; return the paths written.

    * ``folder``: where the files go (default docs/tables).
    * ``names``: names of tables (default: all).

    All tables are made before the first file is touched, and each file is replaced atomically.
    """
    texts = _texts(_names(names), file_path(folder, "folder"))
    write_all(texts)
    return list(texts)


def differences(folder: str | Path = FOLDER, names: Sequence[str] = ()) -> list[str]:
    """List what in ``folder`` is not as `write` would leave it, one line a file; write nothing.

    * ``folder``: of the files (default ``docs/tables``); ``names``: of the tables (default all).

    Simulated tables have to agree with a re-run within their standard errors only, and their files
    with one another.
    """
    place = file_path(folder, "folder")
    asked = [pick(name, {n: n for n in TABLES}, "table") for name in _names(names)]
    texts = _texts([name for name in asked if name not in SIMULATED], place)
    found = []
    for name in (name for name in asked if name in SIMULATED):
        built = table(name)
        old = rerun.kept(built, place / f"{name}.json")
        if old is not None:
            found += [f"{place / name}.json: {line}" for line in SIMULATED[name](built, old)]
        # A file that is missing or damaged is held against the bytes of the re-run.
        texts |= {place / f"{name}.{ending}": (old or built).render(ending) for ending in ENDINGS}
    for path, text in texts.items():
        try:
            if not path.is_file():
                found.append(f"{path}: missing")
            elif path.read_bytes() != text.encode("utf-8"):
                found.append(f"{path}: differs")
        except OSError as problem:
            raise DomainError(f"cannot read {abbreviate(str(path))}: {problem.strerror}") from None
    if not names and place.is_dir():
        written = {p for p in place.iterdir() if p.suffix.lstrip(".") in ENDINGS}
        strange = {p for p in written - texts.keys() if p.stem not in ELSEWHERE}
        found += [f"{path}: no table of that name" for path in sorted(strange)]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return 1 when a file differs under ``--check``, 2 for bad input, else 0.

    * ``arguments``: words of the command line (default: those of the process).
    """
    parser = argparse.ArgumentParser(
        prog="python -m polygeo.report.tables",
        description="Write the tables (CSV, JSON, Markdown, LaTeX), or check what is there.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(TABLES)}")
    parser.add_argument("--check", action="store_true", help="compare only; 1 if a file differs")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help=f"({FOLDER})")
    options = parser.parse_args(arguments)
    try:
        if not options.check:
            paths = write(options.out, options.names)
            print(f"{len(paths)} files written to {options.out}")
            return 0
        found = differences(options.out, options.names)
    except (PolygeoError, OSError) as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 2
    for line in found:
        print(line)
    if not found:
        print(f"{options.out}: as it should be")
    return 1 if found else 0
