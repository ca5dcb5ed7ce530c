"""The layouts of printed columns: terminal, CSV, Markdown, LaTeX, HTML, JSON."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from polygeo.report.plain_math import plain_math

__all__ = ["TextBlock", "csv_text", "html_text", "json_text", "latex", "markdown", "text"]

WIDTH, INDENT = 100, "    "
LONG = 40
"""Number of rows from which on a LaTeX table breaks over pages."""


@dataclass(frozen=True)
class TextBlock:
    """A printed column: headings, the texts of the cells and their sort.

    ``sort`` is 'text', 'number' (integers), 'fraction', 'decimal', 'math' (LaTeX) or 'key' (of the
    bibliography).
    """

    name: str
    title: str
    latex: str
    sort: str
    cells: list[str]
    terminal: str = "row"

    @property
    def right(self) -> bool:
        """Whether the cells are aligned at the right."""
        return self.sort in ("number", "fraction")


def text(
    title: str, blocks: list[TextBlock], captions: Iterable[str], rows: int | None = None
) -> str:
    """Format a table as plain text; decimals are aligned at the point."""
    main = [block for block in blocks if block.terminal == "row"]
    below = [block for block in blocks if block.terminal == "below"]
    aligned = [_aligned(block) for block in main]
    count = len(blocks[0].cells) if blocks else 0
    kept: list[int | None] = list(range(count))
    if rows is not None and count > rows:
        last = min(5, rows // 2)
        kept = [*range(rows - last), None, *range(count - last, count)]
    rule = "-" * len("  ".join(column[0] for column in aligned))
    lines = [*textwrap.wrap(title, WIDTH), rule, _joined(column[0] for column in aligned), rule]
    for row in kept:
        if row is None:
            lines.append(f"... {count + 1 - len(kept)} more rows ...")
            continue
        lines.append(_joined(column[row + 1] for column in aligned))
        detail = "; ".join(
            plain_math(block.cells[row]) if block.sort == "math" else block.cells[row]
            for block in below
            if block.cells[row]
        )
        lines += textwrap.wrap(
            detail, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False
        )
    lines.append(rule)
    for caption in captions:
        lines += textwrap.wrap(caption, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def _joined(cells: Iterable[str]) -> str:
    return "  ".join(cells).rstrip()


def _aligned(block: TextBlock) -> list[str]:
    """Heading and cells, all of one width."""
    cells = list(block.cells)
    if block.sort == "decimal":
        before = [len(re.split(r"[.e ]", cell)[0]) for cell in cells]
        cells = [" " * (max(before) - n) + cell for n, cell in zip(before, cells, strict=True)]
    width = max(map(len, [block.title, *cells]))
    if block.right:
        return [cell.rjust(width) for cell in [block.title, *cells]]
    return [cell.ljust(width) for cell in [block.title, *cells]]


def csv_text(blocks: list[TextBlock]) -> str:
    """Format a table as comma-separated values with one heading line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([block.name for block in blocks])
    writer.writerows(zip(*(block.cells for block in blocks), strict=True))
    return out.getvalue()


def markdown(title: str, blocks: list[TextBlock], captions: Iterable[str]) -> str:
    """Format a table in Markdown: title, table, notes."""

    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cells)} |"

    rows = zip(*([_markdown_cell(s, cell) for cell in s.cells] for s in blocks), strict=True)
    lines = [
        f"**{_markdown_escape(title)}**",
        "",
        line(_markdown_escape(block.title) for block in blocks),
        line("--:" if block.right else ":--" for block in blocks),
        *map(line, rows),
        "",
        *(f"- {_markdown_escape(caption)}" for caption in captions),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _markdown_escape(plain: str) -> str:
    return re.sub(r"([\\`*_|<$~])", r"\\\1", plain)


def _markdown_cell(block: TextBlock, cell: str) -> str:
    if block.sort == "math" and cell:
        return f"${cell.replace('|', chr(92) + 'vert ')}$"
    return _markdown_escape(cell)


def latex(title: str, blocks: list[TextBlock], captions: Iterable[str]) -> str:
    r"""Format a table as a fragment for \input: a tabular, or a longtable if it is long."""
    kind = "longtable" if len(blocks[0].cells) > LONG else "tabular"
    packages = ["amsmath"] * any(block.sort == "math" for block in blocks) + ["booktabs"]
    packages += ["longtable"] * (kind == "longtable")
    layout = "".join("r" if block.right else "l" for block in blocks)
    heads = " & ".join(block.latex or latex_escape(block.title) for block in blocks) + r" \\"
    rows = zip(*([_latex_cell(s, cell) for cell in s.cells] for s in blocks), strict=True)
    notes = " ".join(rf"{latex_escape(caption)}\par" for caption in captions)
    return "\n".join(
        [
            f"% {title}",
            f"% needs: {', '.join(packages)}",
            rf"\begin{{{kind}}}{{{layout}}}",
            r"\toprule",
            heads,
            r"\midrule",
            *([r"\endhead"] if kind == "longtable" else []),
            *(" & ".join(row) + r" \\" for row in rows),
            r"\bottomrule",
            rf"\end{{{kind}}}",
            *([rf"\par\smallskip{{\footnotesize\raggedright {notes}}}"] if notes else []),
            "",
        ]
    )


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{sign: "\\" + sign for sign in "&%$#_{}"},
}


_FORMULA = re.compile(
    r"\b(?P<name>[pq]) -> (?P<limit>\d+|infinity)(?![\w.])"
    r"|(?P<sum>\d+ [-+] \d+) sqrt\((?P<root>\d+)\)"
)
"""Formulas in our notes: a limit of p or q, and an edge."""


def _in_latex(formula: re.Match[str]) -> str:
    """A match of `_FORMULA` in LaTeX."""
    if formula["sum"]:
        return rf"{formula['sum']}\sqrt{{{formula['root']}}}"
    limit = r"\infty" if formula["limit"] == "infinity" else formula["limit"]
    return rf"{formula['name']} \to {limit}"


def latex_escape(plain: str) -> str:
    r"""Convert plain text to LaTeX.

    >>> latex_escape("50% of x_1 -> 0")
    '50\\% of x\\_1 $\\to$ 0'
    """
    formula = _FORMULA.search(plain)
    if formula:
        before, after = plain[: formula.start()], plain[formula.end() :]
        return f"{latex_escape(before)}${_in_latex(formula)}${latex_escape(after)}"
    escaped = "".join(_LATEX.get(sign, sign) for sign in plain)
    arrows = escaped.replace(r"-\textgreater{}", r"$\to$")
    return arrows.replace(r"\textless{}=", r"$\le$").replace(r"\textgreater{}=", r"$\ge$")


def _latex_cell(block: TextBlock, cell: str) -> str:
    if block.sort == "key" and cell:
        return rf"\cite{{{cell}}}"
    if block.sort == "text" or not cell:
        return latex_escape(cell)
    if block.sort == "decimal":
        cell = re.sub(r"e([+-])0*(\d+)", _power_of_ten, cell).replace("+/-", r"\pm")
        cell = re.sub(r"^in (?=\[)", r"\\in ", cell)
    return f"${cell}$"


def _power_of_ten(match: re.Match[str]) -> str:
    sign = "-" if match[1] == "-" else ""
    return rf" \cdot 10^{{{sign}{match[2]}}}"


def html_text(title: str, blocks: list[TextBlock], captions: Iterable[str]) -> str:
    """Format a table in HTML, for notebooks; formulas between dollars."""

    def cells(tag: str, block: TextBlock, content: str) -> str:
        side = "right" if block.right else "left"
        shown = f"${content}$" if tag == "td" and block.sort == "math" and content else content
        return f'<{tag} style="text-align: {side}">{html.escape(shown)}</{tag}>'

    head = "".join(cells("th", block, block.title) for block in blocks)
    body = "\n".join(
        f"<tr>{''.join(cells('td', block, block.cells[row]) for block in blocks)}</tr>"
        for row in range(len(blocks[0].cells))
    )
    notes = "".join(f"<p>{html.escape(caption)}</p>\n" for caption in captions)
    return (
        f"<table>\n<caption>{html.escape(title)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n{notes}"
    )


def json_text(record: dict[str, Any]) -> str:
    """Format a record with lists as JSON, one entry of a list a line."""
    parts = []
    for key, value in record.items():
        if isinstance(value, list) and value:
            entries = ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            parts.append(f'"{key}": [\n  {entries}\n ]')
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n " + ",\n ".join(parts) + "\n}\n"
