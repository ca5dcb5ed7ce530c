"""The program: ``python -m peers [--check] [--out DIR] [NAME ...]``.

tox -e crosscheck. Exit code 1 when a peer differs, or, with --check, when the committed table is
not what a re-run finds; 2 for bad input.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from peers import DRIVERS, files
from polygeo.errors import PolygeoError
from polygeo.report.crosscheck.peer_runs import hold
from polygeo.report.names import pick
from polygeo.report.tables.committed import FOLDER

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the installed peers, print the table, and write or check the files."""
    parser = argparse.ArgumentParser(
        prog="python -m peers",
        description="Hold other people's programs, as far as installed, against polygeo.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(DRIVERS)}")
    parser.add_argument("--check", action="store_true", help="write nothing; compare only")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help=f"({FOLDER})")
    parser.add_argument("--timings", type=Path, metavar="FILE", help="where the times go, as JSON")
    options = parser.parse_args(arguments)
    try:
        found = hold([pick(name, DRIVERS, "peer") for name in options.names or DRIVERS])
        problems = files.differences(found, options.out) if options.check else []
        written = []
        if not options.check:
            written = files.write(found, options.out, options.timings, tuple(DRIVERS))
        print(found, *written, sep="\n")
    except (PolygeoError, OSError) as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 2
    for line in problems:
        print(line)
    return 0 if found.ok and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
