"""Tables as values (`Table`), and the committed tables of docs/tables by name (`table`)."""

from polygeo.report.tables import committed
from polygeo.report.tables.committed import *  # noqa: F403
from polygeo.report.tables.tabular import Column, Table

__all__ = ["Column", "Table", *committed.__all__]
