"""Runs the notebooks of ``docs/notebooks`` in Jupyter and writes what they show into them.

``python docs/run_notebooks.py`` rewrites them; ``--check`` fails where a committed output is not
the present one. Kept are cells and outputs only: no dates, no counters, no versions. Pictures are
not compared: their bytes depend on matplotlib's version.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "cleaned", "executed", "main", "shown"]

FOLDER = Path(__file__).parent / "notebooks"


def shown(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """What a cell shows but for pictures: of each output its texts by type, spaces made equal."""
    outputs = [o.get("data", {"stream": o.get("text", "")}) for o in cell.get("outputs", [])]
    return [
        {kind: " ".join("".join(text).split()) for kind, text in data.items()}
        for data in outputs
        if not any(kind.startswith("image/") for kind in data)
    ]


def cleaned(notebook: Any) -> Any:
    """The notebook without what differs from run to run."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number}", {}
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = None
    return notebook


def executed(path: Path) -> Any:
    """The notebook, run from a fresh kernel; an exception in a cell is one here."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False).execute()
    return cleaned(notebook)


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 if nothing is wrong."""
    import nbformat

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args(arguments).check
    stale = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        committed = nbformat.read(path, as_version=4)
        notebook = executed(path)
        same = [shown(a) == shown(b) for a, b in zip(committed.cells, notebook.cells, strict=True)]
        print(f"{path.name}: {len(same)} cells, {same.count(False)} not as committed")
        if not check:
            nbformat.write(notebook, path)
        elif not all(same):
            stale.append(path.name)
    if stale:
        print(f"not the present outputs: {', '.join(stale)} (python docs/run_notebooks.py)")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
