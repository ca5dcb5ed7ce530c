"""Answers in a notebook: the LaTeX of one answer, an HTML table of several.

gmpy2's mpq has no LaTeX, so IPython learns one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from polygeo.answers.serialise import to_sympy

__all__ = ["html_table", "latex", "latex_lines", "latex_vector", "register_with_ipython"]

MAX_ROWS = 24
"""Largest number of entries of a vector that are typeset."""

DISPLAY = r"\displaystyle"
"""Command that SymPy puts before every expression of its own."""

WIDE = 60
"""Number of characters of LaTeX above which an entry of a named vector gets its own line."""


def latex(answer: Any) -> str:
    """Return the answer in LaTeX, without dollars.

    >>> from gmpy2 import mpq
    >>> latex(mpq(1, 3))
    '\\\\frac{1}{3}'
    """
    if hasattr(answer, "_repr_latex_"):
        return str(answer._repr_latex_()).strip("$").removeprefix(DISPLAY).lstrip()
    import sympy

    return str(sympy.latex(to_sympy(answer)))


def latex_vector(entries: Sequence[Any], name: str = "") -> str:
    """Return a vector in LaTeX: the first entries between parentheses, and dots for the rest.

    With a ``name`` and wide entries there is one line an entry, name_k = entry, k from 0.

    >>> latex_vector([1, 2])
    '\\\\left(1, 2\\\\right)'
    """
    shown = [latex(entry) for entry in entries[:MAX_ROWS]]
    if name and any(len(entry) > WIDE for entry in shown):
        lines = [rf"{name}_{{{k}}} &= {entry}" for k, entry in enumerate(shown)]
        lines += [r"& \;\; \vdots"] if len(entries) > MAX_ROWS else []
        return latex_lines(lines)
    dots = r", \ldots" if len(entries) > MAX_ROWS else ""
    return rf"\left({', '.join(shown)}{dots}\right)"


def latex_lines(lines: Iterable[str]) -> str:
    """Return formulas below each other in LaTeX, aligned at their ``&``."""
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"


def html_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table in HTML; every cell is escaped text.

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


def register_with_ipython() -> bool:
    """Register the LaTeX of mpq and mpz with a running IPython; False where there is none.

    >>> register_with_ipython()
    False
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return False
    formatter = shell.display_formatter.formatters["text/latex"]
    for name in ("mpq", "mpz"):
        formatter.for_type_by_name("gmpy2", name, lambda number: f"${latex(number)}$")
    return True
