"""A table as a value: it holds the answers themselves and prints them in five layouts.

Cells are answers (mpq, SymPy expression, `Ball`, `Converged`, `Estimate`, `Threshold`), integers,
words or None (nothing is known). Rounding happens when a table is printed, to the digits that the
column names; CSV and JSON always carry the exact fraction next to the decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.answers.decimals import decimal_exponent, round_rational, significant
from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer
from polygeo.answers.files import write_atomically
from polygeo.answers.options import check_fields, choice, file_path, flag, set_fields
from polygeo.answers.sequence import sequence
from polygeo.answers.serialise import decimal, kind, show
from polygeo.errors import DomainError, NotConverged, PolygeoError
from polygeo.report.names import pick
from polygeo.report.tables import layouts
from polygeo.report.tables.layouts import TextBlock

__all__ = ["FORMATS", "Column", "Table", "letters"]

FORMATS = ("csv", "json", "md", "tex", "text")
"""The layouts of a printed table; the first four are also endings of files."""


@dataclass(frozen=True)
class Column:
    """A column of a table: what it holds and how it is printed.

    * ``name``: the key in CSV and JSON.
    * ``title``, ``latex``: the headings for readers.
    * ``digits``: 0 for words and integers; else the column holds answers, printed to ``digits``
      significant digits.
    * ``exact``: whether the exact fraction is printed next to the decimals.
    * ``known``: how all values of the column are known.
    * ``math``: marks LaTeX formulas; ``cites``: marks keys of the bibliography.
    * ``terminal``: where a terminal of 100 columns shows the column: in the 'row', on a line
      'below' it, or 'no'.
    """

    name: str
    title: str = ""
    latex: str = ""
    digits: int = 0
    exact: bool = False
    known: str = ""
    math: bool = False
    cites: bool = False
    terminal: str = "row"

    def __post_init__(self) -> None:
        check_fields(self, name=str, title=str, latex=str, digits=int, exact=bool, known=str)
        check_fields(self, math=bool, cites=bool)
        choice(self.terminal, "terminal", ("row", "below", "no"))
        if self.digits:
            significant(self.digits)

    @property
    def heading(self) -> str:
        """The heading in plain text."""
        return self.title or self.name


def letters(*names: str) -> tuple[Column, ...]:
    """Return columns of integers that are named by single letters, such as m and n."""
    return tuple(Column(name, latex=f"${name}$") for name in names)


@dataclass(frozen=True, repr=False)
class Table:
    """Rows of answers under columns, with a title and notes.

    * ``name``, ``title``: name of the table, and its heading; ``notes``: lines below it.
    * ``columns``: the `Column` of each answer; ``rows``: tuples of answers, as long.

    >>> half = Table("half", "A half", (Column("x"), Column("y", digits=3, exact=True)),
    ...              ((1, mpq(1, 2)), (2, mpq(-1, 3))))
    >>> half
    A half
    ------------------
    x     y  y decimal
    ------------------
    1   1/2   0.500
    2  -1/3  -0.333
    ------------------
    >>> print(half.to_csv(), end="")
    x,y,y_decimal
    1,1/2,0.500
    2,-1/3,-0.333
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self, name=str, title=str)
        rows = (sequence(row, "a row of a table") for row in sequence(self.rows, "rows"))
        set_fields(self, columns=sequence(self.columns, "columns"), rows=tuple(rows))
        set_fields(self, notes=sequence(self.notes, "notes"))
        check_fields(self, columns=[Column], notes=[str])
        wrong = [len(row) for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise DomainError(
                f"table {self.name} has {len(self.columns)} columns; got a row of {wrong[0]} cells"
            )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows, as dictionaries of answers."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)

    def column(self, name: str) -> tuple[Any, ...]:
        """Return the answers in the column with the key ``name``."""
        place = pick(name, {c.name: i for i, c in enumerate(self.columns)}, "column")
        return tuple(row[place] for row in self.rows)

    def captions(self) -> list[str]:
        """Return how the values of the columns are known, and the notes."""
        known = [f"{c.heading}: {c.known}" for c in self.columns if c.known]
        return [*known, *self.notes]

    def blocks(self, data: bool = False, full: bool = False) -> list[TextBlock]:
        """Return the printed columns: one or more for every column of answers.

        * ``data``: for a program: nothing is shortened (default False).
        * ``full``: print numbers over 200 digits whole (default False).
        """
        flag(data, "data")
        flag(full, "full")
        return [
            block for i, c in enumerate(self.columns) for block in self._print(i, c, data, full)
        ]

    def _print(self, place: int, column: Column, data: bool, full: bool) -> Iterator[TextBlock]:
        cells = [row[place] for row in self.rows]
        name, title, latex = column.name, column.heading, column.latex
        if not column.digits:
            words = "key" if column.cites else "text"
            sort = "math" if column.math else "number" if _integral(cells) else words
            texts = ["" if cell is None else show(cell, full or data) for cell in cells]
            yield TextBlock(name, title, latex, sort, texts, column.terminal)
            return
        fractions = (data or column.exact) and any(_is_rational(cell) for cell in cells)
        if fractions:
            texts = [show(cell, full or data) if _is_rational(cell) else "" for cell in cells]
            yield TextBlock(name, title, latex, "fraction", texts, column.terminal)
            name, title, latex = f"{name}_decimal", f"{title} decimal", "decimal"
        texts = [decimal_text(cell, column.digits) for cell in cells]
        if data:
            yield from _numbers(name, column.name, cells, texts)
        else:
            yield TextBlock(name, title, latex, "decimal", texts, column.terminal)
        if data and column.known:
            known = [column.known if text else "" for text in texts]
            yield TextBlock(f"{column.name}_known", "", "", "text", known)

    def render(self, layout: str = "text", full: bool = False) -> str:
        """Format the table in the given ``layout``, one of `FORMATS`.

        * ``full``: print numbers over 200 digits whole (default False).
        """
        methods: dict[str, Callable[[bool], str]] = {
            "csv": lambda full: self.to_csv(),
            "json": lambda full: self.to_json(),
            "md": self.to_markdown,
            "tex": self.to_latex,
            "text": self.to_text,
        }
        return pick(layout, methods, "format")(full)

    def to_text(self, full: bool = False, rows: int | None = None) -> str:
        """Format the table for a terminal of 100 columns.

        * ``full``: print numbers over 200 digits whole (default False).
        * ``rows``: largest number of rows, at least 1; the first and last rows are printed
          (default: all).
        """
        if rows is not None and integer(rows, "rows") < 1:
            raise DomainError(f"rows must be at least 1; got {rows}")
        return layouts.text(self.title, self.blocks(full=full), self.captions(), rows)

    def to_csv(self) -> str:
        """Format the table as CSV, fractions and decimals in full, without title and notes.

        A column of decimals holds plain numbers. Where there are errors, they stand in a column
        NAME_error, and the ends of the intervals of estimates in NAME_low and NAME_high.
        """
        return layouts.csv_text(self.blocks(data=True))

    def to_markdown(self, full: bool = False) -> str:
        """Format the table in GitHub's Markdown, formulas between dollars.

        * ``full``: print numbers over 200 digits whole (default False).
        """
        return layouts.markdown(self.title, self.blocks(full=full), self.captions())

    def to_latex(self, full: bool = False) -> str:
        """Format as a tabular (over 40 rows a longtable), which needs the package booktabs.

        * ``full``: print numbers over 200 digits whole (default False).
        """
        return layouts.latex(self.title, self.blocks(full=full), self.captions())

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary that JSON can hold; every answer is a record with its kind."""
        return {
            "name": self.name,
            "title": self.title,
            "columns": [
                {"name": c.name, "title": c.heading, **({"known": c.known} if c.known else {})}
                for c in self.columns
            ],
            "rows": [
                {c.name: _record(x, c.digits) for c, x in zip(self.columns, row, strict=True)}
                for row in self.rows
            ],
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        """Format `to_dict` as JSON text, one row a line."""
        return layouts.json_text(self.to_dict())

    def to_pandas(self) -> Any:
        """Convert to a pandas DataFrame of the answers (``df.astype({"q": float})`` for floats)."""
        try:
            import pandas
        except ImportError:
            raise PolygeoError(
                'to_pandas needs pandas: pip install "polygeo-cones[pandas]"'
            ) from None
        return pandas.DataFrame({c.name: list(self.column(c.name)) for c in self.columns})

    def save(self, path: str | Path, full: bool = False) -> None:
        """Write the table to a file, as a whole or not at all.

        * ``path``: the file; its ending says csv, json, md, tex or txt.
        * ``full``: print numbers over 200 digits whole (default False).
        """
        ending = file_path(path).suffix.lstrip(".")
        write_atomically(path, self.render("text" if ending == "txt" else ending, full))

    def __str__(self) -> str:
        return self.to_text().rstrip("\n")

    def __repr__(self) -> str:
        return self.to_text(rows=40).rstrip("\n")

    def _repr_html_(self) -> str:
        return layouts.html_text(self.title, self.blocks(), self.captions())


def decimal_text(cell: Any, digits: int) -> str:
    """Format ``digits`` digits of an answer; fewer, with the error, where fewer are known.

    >>> decimal_text(mpq(1, 3), 4), decimal_text(Converged("0.33", "0.02"), 4)
    ('0.3333', '0.330 +/- 0.020')
    """
    if cell is None:
        return ""
    try:
        return decimal(cell, digits)
    except NotConverged:
        if isinstance(cell, Converged) and abs(cell.value) >= cell.error:
            places = decimal_exponent(cell.value) - decimal_exponent(cell.error) + 2
            return f"{round_rational(cell.value, places)} +/- {round_rational(cell.error, 2)}"
        if isinstance(cell, Estimate) and cell.stderr == 0:
            _, _, low, high = cell.printed()
            return f"in [{low}, {high}]"
        if isinstance(cell, Ball | Converged | Estimate):
            return str(cell).split(",")[0]
        raise


def _numbers(name: str, stem: str, cells: list[Any], texts: list[str]) -> Iterator[TextBlock]:
    """Plain numbers in columns of their own: decimals, errors, and the ends of intervals."""
    parts = [_parts(cell, text) for cell, text in zip(cells, texts, strict=True)]
    names = (name, f"{stem}_error", f"{stem}_low", f"{stem}_high")
    for place, column in enumerate(names):
        numbers = [part[place] for part in parts]
        if place == 0 or any(numbers):
            yield TextBlock(column, column, column, "decimal", numbers)


def _parts(cell: Any, text: str) -> tuple[str, str, str, str]:
    """Value, error and the two ends of the interval of an answer that is printed as ``text``."""
    if isinstance(cell, Estimate):
        mean, stderr, low, high = cell.printed()
        return mean, stderr, low, high
    value, _, error = text.partition(" +/- ")
    return value, error, "", ""


def _is_rational(cell: Any) -> bool:
    return type(cell) is type(mpq()) or (cell is not None and _integral([cell]))


def _integral(cells: list[Any]) -> bool:
    return all(isinstance(x, int) or type(x) is type(mpz()) or x is None for x in cells)


def _record(cell: Any, digits: int) -> Any:
    """JSON types; certified and converged values as the decimals that are known."""
    if not digits:
        if cell is None or isinstance(cell, str):
            return cell
        return int(cell) if _integral([cell]) and abs(cell) < 2**53 else show(cell, full=True)
    if cell is None:
        return None
    if isinstance(cell, Estimate):
        return cell.to_dict()
    how = kind(getattr(cell, "value", cell) if hasattr(cell, "status") else cell)
    record = {"kind": how, "value": show(cell, full=True)} if _is_rational(cell) else {"kind": how}
    return {**record, "decimal": decimal_text(cell, digits)}
