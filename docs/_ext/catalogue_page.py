"""The catalogue's page: ``.. catalogue::`` lists every statement of `polygeo.catalogue()`.

Above them a box filters by words (``_static/catalogue.js``; it stays hidden without JavaScript).
One section a topic, one subsection a statement. What a statement says about itself (kind, source,
domain, the points of its check) is asked from the value, and the check runs while the page is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import sympy
from docutils import nodes
from public_api import conditions, with_formulas
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from polygeo import formulas
from polygeo.formula import Asymptotic, Formula
from polygeo.formula_index import catalogue

__all__ = ["setup"]

HOW = {
    "identity": "Identity, holds at all {count} points tried",
    "inequality": "Inequality, proved at all {count} points tried",
    "asymptotic": "Asymptotic: observed at {count} sizes, not checked",
}


def _tried(entry: Formula | Asymptotic) -> str:
    """The values that the check runs over."""
    if isinstance(entry, Asymptotic):
        sizes = ", ".join(map(str, entry.sizes))
        along = ", ".join(
            sympy.latex(sympy.Eq(symbol, value)) for symbol, value in entry.along.items()
        )
        values = f":math:`{sympy.latex(entry.variable)} = {sizes}`"
        return f"{values}, :math:`{along}`" if along else values
    parts = []
    for symbol, values in entry.over.items():
        listed = list(values)
        name = sympy.latex(symbol)
        if isinstance(values, range) and len(listed) > 3:
            parts.append(rf":math:`{name} = {listed[0]}, \ldots, {listed[-1]}`")
        else:
            parts.append(f":math:`{name} = {', '.join(map(str, listed))}`")
    return "; ".join(parts)


def _statement(identifier: str, entry: Formula | Asymptotic) -> list[str]:
    body, domain = conditions(entry)
    title = with_formulas(entry.title)
    lines = [
        f".. _formula-{identifier}:",
        "",
        title,
        "^" * len(title),
        "",
        ".. math::",
        "",
        f"   {body}",
        "",
        f":id: ``{identifier}``",
        f":source: :cite:`{entry.locus} <{entry.source}>`"
        if entry.locus
        else f":source: :cite:`{entry.source}`",
    ]
    if domain:
        lines.append(f":domain: :math:`{domain}`")
    lines.append(f":kind: {HOW[entry.kind].format(count=entry.check())} ({_tried(entry)})")
    if getattr(entry, "attained", None):
        equal = r",\; ".join(sympy.latex(sympy.Eq(x, y)) for x, y in entry.attained.items())
        lines.append(f":sharp: equality for :math:`{equal}`")
    if getattr(entry, "gap", None) is not None:
        lines.append(f":sharp: at some point the sides are within {entry.gap} of the right one")
    if entry.note:
        lines.append(f":note: {with_formulas(entry.note)}")
    return [*lines, ""]


BOX = """<p id="catalogue-filter" hidden><label>Filter
<input type="search" placeholder="kinematic, wendel1962problem, Laguerre, ..." autocomplete="off">
</label> <output></output></p>"""


class Catalogue(SphinxDirective):
    """All statements, topic by topic."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        lines = []
        for topic in formulas.__all__:
            module = import_module(f"polygeo.formulas.{topic}")
            title, text = topic.replace("_", " ").capitalize(), with_formulas(module.__doc__ or "")
            lines += [f".. _topic-{topic}:", "", title, "-" * len(title), "", text, ""]
            for identifier, entry in catalogue().items():
                if identifier.partition(".")[0] == topic:
                    lines += _statement(identifier, entry)
        box = nodes.raw("", BOX, format="html")
        return [box, *self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("catalogue", Catalogue)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
