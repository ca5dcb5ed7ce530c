"""Keeps a formula in a line together with the punctuation beside it.

A browser may break a line between a typeset formula and the full stop or bracket that follows it.
Both are put into one span of the class ``together``, in which no line is broken.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

__all__ = ["LineEnds", "setup"]

AFTER = re.compile(r"[.,;:!?)\]]+")
BEFORE = re.compile(r"[(\[]+$")


class LineEnds(SphinxPostTransform):
    """A formula, an opening bracket before it, and punctuation after it as one inline node."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Called by Sphinx for each page."""
        for formula in list(self.document.findall(nodes.math)):
            parent = formula.parent
            place = parent.index(formula)
            before = parent[place - 1] if place else None
            after = parent[place + 1] if place + 1 < len(parent) else None
            opened = BEFORE.search(before) if isinstance(before, nodes.Text) else None
            closed = AFTER.match(after) if isinstance(after, nodes.Text) else None
            if opened or closed:
                whole = nodes.inline(classes=["together"])
                if opened:
                    parent.replace(before, nodes.Text(before[: opened.start()]))
                    whole += nodes.Text(opened[0])
                if closed:
                    parent.replace(after, nodes.Text(after[closed.end() :]))
                parent.replace(formula, whole)
                whole += formula
                if closed:
                    whole += nodes.Text(closed[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_post_transform(LineEnds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
