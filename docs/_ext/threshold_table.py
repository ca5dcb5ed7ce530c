"""``.. thresholds::`` lists `polygeo.thresholds.all()`: value, status, claim, equation, source.

``.. quotations::`` says of each of them how to quote it, with its BibTeX.
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from public_api import claim
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from polygeo import cite, thresholds

__all__ = ["setup"]


class Thresholds(SphinxDirective):
    """A table of every threshold of the single layer, made from the values."""

    option_spec: ClassVar[dict[str, Any]] = {"digits": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        digits = self.options.get("digits", 20)
        lines = [
            ".. list-table::",
            "   :header-rows: 1",
            "   :widths: auto",
            "   :class: thresholds",
            "",
            "   * - name",
            r"     - :math:`\alpha` and its equation",
            "     - status, claim, source",
        ]
        for threshold in thresholds.all():
            lines += [
                f"   * - ``{threshold.name}``",
                f"     - | {_decimal(threshold, digits)}",
                f"       | :math:`{threshold.equation}`",
                f"     - | *{threshold.status}*, {threshold.kind}",
                f"       | {claim(threshold.claim)}",
                f"       | :cite:`{threshold.source}`",
            ]
        return self.parse_text_to_nodes("\n".join(lines))


SENTENCES = {
    "theorem": "A **theorem**: quote it as a proved bound on the injectivity threshold.",
    "surrogate": "A **surrogate**: quote it as the threshold of :math:`q`; for the layer it proves "
    "nothing.",
    "prediction": "A **prediction**: quote it as one, with the ansatz; it is not proved.",
}
"""What the status means for whoever writes the number into a paper."""


class Quotations(SphinxDirective):
    """A section for each threshold: the number, its status in a sentence, the BibTeX entry."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        lines = []
        for threshold in thresholds.all():
            title = f"``{threshold.name}``"
            lines += [title, "^" * len(title), ""]
            lines += [
                f":math:`\\alpha =` **{_decimal(threshold, 10)}**: {claim(threshold.claim)}.",
                "",
            ]
            lines += [
                f"{SENTENCES[threshold.status]} Known as: *{threshold.kind}*. Equation: "
                f":math:`{threshold.equation}`.",
                "",
                ".. code-block:: bibtex",
                "",
                *(f"   {line}" for line in cite(threshold).splitlines()),
                "",
            ]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _decimal(threshold: thresholds.Threshold, digits: int) -> str:
    """That many digits, or as many as the prediction has reached."""
    value = threshold.value
    reached = getattr(value, "reached_digits", digits)
    return threshold.decimal(min(digits, reached))


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("quotations", Quotations)
    app.add_directive("thresholds", Thresholds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
