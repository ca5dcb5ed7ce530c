"""Committed tables of simulated values: a re-run must agree with them, not repeat their bytes.

Another machine or version may draw other numbers from a seed. The values in a file are compared
with a re-run within the errors of both; the files of one table must agree to the byte.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from polygeo.answers.estimate import Estimate
from polygeo.answers.serialise import from_dict
from polygeo.errors import PolygeoError
from polygeo.report.tables.tabular import Table

__all__ = ["ERRORS", "apart", "disagreements", "kept"]

ERRORS = 6.0
"""Number of joint standard errors that two right runs exceed with a probability below 1e-8."""


def kept(built: Table, path: Path) -> Table | None:
    """Read a table with the estimates and texts of a JSON file; None if it is no such file."""
    try:
        rows = json.loads(path.read_text("utf-8"))["rows"]
        cells = [[row[column.name] for column in built.columns] for row in rows]
        if len(cells) != len(built.rows):
            return None
        return replace(
            built,
            rows=tuple(
                tuple(map(_cell, row, old)) for row, old in zip(built.rows, cells, strict=True)
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, PolygeoError):
        return None


def _cell(new: Any, old: Any) -> Any:
    if isinstance(old, dict) and old.get("kind") == "estimate":
        return from_dict(old)
    return old if isinstance(new, str) and isinstance(old, str) else new


def apart(a: Estimate, b: Estimate) -> bool:
    """Check whether two estimates of one quantity differ by more than their errors allow."""
    error = math.hypot(_error(a), _error(b))
    return abs(a.mean - b.mean) > ERRORS * error


def _error(run: Estimate) -> float:
    """The standard error, or what stands for it where all samples were alike."""
    return max(run.stderr, (run.high - run.low) / 4)


def disagreements(built: Table, old: Table) -> list[str]:
    """List what in a kept table a re-run does not give, one line each."""
    found = []
    for number, (new_row, old_row) in enumerate(zip(built.rows, old.rows, strict=True), start=1):
        for column, new, cell in zip(built.columns, new_row, old_row, strict=True):
            if isinstance(new, Estimate) and isinstance(cell, Estimate):
                if apart(new, cell):
                    found.append(f"row {number}, {column.name}: {cell}, a re-run gives {new}")
            elif type(new) is not type(cell) or new != cell:
                found.append(f"row {number}, {column.name}: {cell}, a re-run gives {new}")
    return found
