"""The table `peers` on the disk: written by the program of tox -e crosscheck, kept with the others.

Peers that are not installed keep the rows that they have, so that environments with different
libraries fill one table. A re-run must repeat the cases, the values and the verdicts; how well a
peer agrees may differ with its version.
"""

from __future__ import annotations

import json
from pathlib import Path

from polygeo.report.crosscheck.peer_runs import Agreement, columns, table_of
from polygeo.report.files import write_all
from polygeo.report.tables.committed import ENDINGS
from polygeo.report.tables.tabular import Table

__all__ = ["differences", "joined", "kept", "write"]

NAME = "peers"
VARYING = "agreement"

Cells = tuple[str, ...]


def kept(folder: str | Path) -> tuple[Cells, ...]:
    """The rows of the committed table; none where there is no such file or it is damaged."""
    try:
        rows = json.loads(Path(folder, f"{NAME}.json").read_text("utf-8"))["rows"]
        return tuple(tuple(str(row[column.name]) for column in columns()) for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def joined(found: Agreement, old: tuple[Cells, ...], order: tuple[str, ...]) -> Table:
    """The rows found, and the kept ones of peers that were not run, in the order of the peers."""
    new = found.cells()
    run = {row[0] for row in new}
    rows = [*new, *(row for row in old if row[0] not in run and row[0] in order)]
    return table_of(tuple(sorted(rows, key=lambda row: order.index(row[0]))))


def _texts(table: Table, folder: Path) -> dict[Path, str]:
    return {folder / f"{NAME}.{ending}": table.render(ending) for ending in ENDINGS}


def write(
    found: Agreement, folder: str | Path, timings: Path | None, order: tuple[str, ...]
) -> list[Path]:
    """Write the table in every format, and the times if a file for them is named; the paths."""
    texts = _texts(joined(found, kept(folder), order), Path(folder))
    if timings is not None:
        texts[timings] = _times(found, timings, order)
    write_all(texts)
    return list(texts)


def _times(found: Agreement, path: Path, order: tuple[str, ...]) -> str:
    """The times of the peers that were run, and of the others what the file has; one row a line."""
    rows = found.timings()
    run = {row["peer"] for row in rows}
    try:
        old = json.loads(path.read_text("utf-8"))
        rows += [row for row in old if row["peer"] not in run and row["peer"] in order]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no such file, or one to be replaced
    rows.sort(key=lambda row: order.index(row["peer"]))
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"


def differences(found: Agreement, folder: str | Path) -> list[str]:
    """What in the committed table a re-run does not repeat, one line each."""
    place = [column.name for column in columns()].index(VARYING)
    old = kept(folder)
    run = {row.peer.name for row in found.rows}
    before = {row[:place] + row[place + 1 :] for row in old if row[0] in run}
    now = {row[:place] + row[place + 1 :] for row in found.cells()}
    lines = [f"no longer found: {', '.join(row)}" for row in sorted(before - now)]
    lines += [f"not in the table: {', '.join(row)}" for row in sorted(now - before)]
    for path, text in _texts(table_of(old), Path(folder)).items():
        if not path.is_file() or path.read_bytes() != text.encode("utf-8"):
            lines.append(f"{path}: not what {NAME}.json holds")
    return lines
