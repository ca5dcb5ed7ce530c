"""How answers show themselves in a notebook: LaTeX of one, an HTML table of several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from polygeo.answers.record import to_sympy

__all__ = ["html_table", "latex", "latex_vector"]

MOST = 24
"""Entries of a vector that are typeset."""


def latex(answer: Any) -> str:
    """The answer in LaTeX, without dollars.

    >>> from gmpy2 import mpq
    >>> latex(mpq(1, 3))
    '\\\\frac{1}{3}'
    """
    if hasattr(answer, "_repr_latex_"):
        return str(answer._repr_latex_()).strip("$")
    import sympy

    return str(sympy.latex(to_sympy(answer)))


def latex_vector(entries: Sequence[Any]) -> str:
    """The first entries between parentheses, and dots for the rest.

    >>> latex_vector([1, 2])
    '\\\\left(1, 2\\\\right)'
    """
    shown = [latex(entry) for entry in entries[:MOST]]
    dots = r", \ldots" if len(entries) > MOST else ""
    return rf"\left({', '.join(shown)}{dots}\right)"


def html_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A plain table; every cell is text and escaped.

    >>> html_table("a < b", ["k"], [[1]])[:46]
    '<table><caption>a &lt; b</caption><thead><tr><'
    """

    def row(cells: Sequence[Any], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(str(cell))}</{tag}>' for cell in cells)}</tr>"

    body = "".join(row(cells, "td") for cells in rows)
    return (
        f"<table><caption>{escape(caption)}</caption><thead>{row(header, 'th')}</thead>"
        f"<tbody>{body}</tbody></table>"
    )
