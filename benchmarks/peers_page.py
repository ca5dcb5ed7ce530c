"""Write docs/benchmarks/peers.md: what the cross-check of tox -e crosscheck took, both sides.

PYTHONPATH=tests python -m peers --timings docs/benchmarks/peers.json
python benchmarks/peers_page.py
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pages import FOLDER, head, seconds, table

__all__ = ["main", "page"]

PREFACE = """\
The times of `tox -e crosscheck`: the least CPU time of one call of either side, which is all that a
case says (a list of cones, of samples, of statements), with everything compiled and nothing
remembered from before. R times its calls itself: neither its start nor the loading of a package
nor the way of the data there counts. They are no contest: many peers do more, or do it for other
ends. A *simulation* by linear programs stands beside an exact formula, and exact arithmetic beside
floats. What agreed, and what was compared, is in the table of the peers. A run replaces the rows of
the peers that are installed; the others stay from the last run in which they were.
"""


def page(rows: list[dict[str, Any]]) -> str:
    """The page from the rows of peers.json."""
    lines = ["# Beside its peers", "", *head(""), PREFACE]
    cells = []
    for row in rows:
        ratio = row["theirs"] / row["ours"] if row["ours"] else float("inf")
        agreement = row["agreement"] + (" (errs)" if row["verdict"] == "errs" else "")
        cells.append(
            [
                f"{row['peer']} {row['version']}",
                row["case"],
                seconds(row["ours"]),
                seconds(row["theirs"]),
                f"{ratio:.2g}" if ratio < 100 else f"{ratio:.0f}",
                agreement,
            ]
        )
    lines += table(["peer", "case", "polygeo", "peer's time", "ratio", "agreement"], cells)
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str]) -> None:
    """The program; it does nothing with --check."""
    if "--check" in arguments:
        return
    rows = json.loads((FOLDER / "peers.json").read_text(encoding="utf-8"))
    (FOLDER / "peers.md").write_text(page(rows), encoding="utf-8")
    print(FOLDER / "peers.md")


if __name__ == "__main__":
    main(sys.argv[1:])
