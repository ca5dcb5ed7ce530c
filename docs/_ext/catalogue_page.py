"""The catalogue's page: ``.. catalogue::`` lists every statement of `polygeo.catalogue()`.

Above them a box filters by words (``_static/catalogue.js``; it stays hidden without JavaScript).
One section a topic, one subsection a statement. What a statement says about itself (kind, source,
domain, the points of its check) is asked from the value, and the check runs while the page is made.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import sympy
from docutils import nodes
from public_api import display, with_formulas
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from polygeo import formulas
from polygeo.formula import Asymptotic, Formula
from polygeo.formula_index import catalogue

__all__ = ["setup"]

LONG = 60
"""Characters of LaTeX in a line; a note says in words what is longer."""

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
    body = replace(entry, domain=()) if isinstance(entry, Formula) else entry
    title = with_formulas(entry.title)
    lines = [
        f".. _formula-{identifier}:",
        "",
        title,
        "^" * len(title),
        "",
        ".. math::",
        "",
        f"   {display(body.latex())}",
        "",
        f":id: ``{identifier}``",
        f":source: :cite:`{entry.locus} <{entry.source}>`"
        if entry.locus
        else f":source: :cite:`{entry.source}`",
    ]
    domain = getattr(entry, "domain", ())
    if domain:
        conditions = r",\; ".join(sympy.latex(condition) for condition in domain)
        lines.append(f":domain: :math:`{conditions}`")
    lines.append(f":kind: {HOW[entry.kind].format(count=entry.check())} ({_tried(entry)})")
    if getattr(entry, "attained", None):
        equal = r",\; ".join(sympy.latex(sympy.Eq(x, y)) for x, y in entry.attained.items())
        names = ", ".join(f":math:`{sympy.latex(x)}`" for x in entry.attained)
        short = len(equal) < LONG or not entry.note
        place = f"for :math:`{equal}`" if short else f"at one value of {names}, see the note"
        lines.append(f":sharp: equality {place}")
    if getattr(entry, "gap", None) is not None:
        near = f"less than {entry.gap} times the right side"
        lines.append(f":sharp: at one of the points the two sides differ by {near}")
    if entry.note:
        lines.append(f":note: {with_formulas(entry.note)}")
    return [*lines, ""]


def _small(text: str) -> str:
    """A sentence as the end of a title."""
    text = text.rstrip(".")
    return (
        text
        if text[1:2].isupper() or text.startswith(("Sylvester",))
        else text[0].lower() + text[1:]
    )


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
            first, _, rest = (module.__doc__ or "").partition("\n")
            title = f"{topic.replace('_', ' ').capitalize()}: {_small(with_formulas(first))}"
            lines += [f".. _topic-{topic}:", "", title, "-" * len(title), ""]
            lines += [
                f"The ids of these statements begin with ``{topic}.``",
                with_formulas(rest),
                "",
            ]
            for identifier, entry in catalogue().items():
                if identifier.partition(".")[0] == topic:
                    lines += _statement(identifier, entry)
        box = nodes.raw("", BOX, format="html")
        return [box, *self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("catalogue", Catalogue)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
