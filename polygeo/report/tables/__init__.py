"""Tables as values (`Table`), and the committed tables of docs/tables by name (`table`)."""

from polygeo.report.tables.committed import (
    ELSEWHERE,
    ENDINGS,
    FOLDER,
    SIMULATED,
    TABLES,
    differences,
    main,
    table,
    write,
)
from polygeo.report.tables.tabular import Column, Table

__all__ = [
    "ELSEWHERE",
    "ENDINGS",
    "FOLDER",
    "SIMULATED",
    "TABLES",
    "Column",
    "Table",
    "differences",
    "main",
    "table",
    "write",
]
