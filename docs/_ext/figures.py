"""The figures of the pages, drawn before the pages are read, into docs/_build/figures.

All of `polygeo.report.figures.PLOTS` under their names, and what only pages need from `pictures`
and `polytope_pictures`.
``.. gallery::`` shows every one of them, with the pages that speak of it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import pictures
import polytope_pictures
from docutils import nodes
from matplotlib import pyplot
from public_api import with_formulas
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import polygeo
from polygeo.report.figures import plots as plot

__all__ = ["FIGURES", "Gallery", "setup"]

FIGURES: dict[str, Callable[[], Any]] = {
    **plot.PLOTS,
    **{
        name.replace("_", "-"): getattr(module, name)
        for module in (pictures, polytope_pictures)
        for name in module.__all__
    },
}
"""File name -> function that returns a matplotlib Figure."""


def code_changed() -> float:
    """When a file that a figure could depend on was last edited: the library, or this folder."""
    folders = (Path(polygeo.__file__).parent, Path(__file__).parent)
    return max(path.stat().st_mtime for folder in folders for path in folder.rglob("*.py"))


def draw(app: Sphinx) -> None:
    """Write every figure as SVG, unless it is newer than the code that draws it."""
    folder = Path(app.srcdir) / "_build" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    code = code_changed()
    for name, function in FIGURES.items():
        path = folder / f"{name}.svg"
        if path.is_file() and path.stat().st_mtime > code:
            continue
        logging.getLogger(__name__).info("drawing %s", name)
        with matplotlib.rc_context({"svg.hashsalt": "polygeo", "svg.fonttype": "path"}):
            figure = function()
            figure.savefig(path, metadata={"Date": None}, facecolor="white")
        pyplot.close(figure)


class Gallery(SphinxDirective):
    """Every figure: its picture, its first sentence, how to draw it, where it is explained."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        lines = []
        for name, function in FIGURES.items():
            text = (inspect.getdoc(function) or name).partition("\n\n")[0].replace("\n", " ")
            text = text.removeprefix("Draw ")
            if re.match(r"[a-z]{2,}(?![\w*(])", text):  # a word, not a symbol
                text = text[:1].upper() + text[1:]
            text = with_formulas(text)
            pages = ", ".join(f":doc:`{page}`" for page in self._pages(name))
            drawn = f"``polygeo plot {name} --out {name}.svg``" if name in plot.PLOTS else ""
            shown = f"Explained in {pages}" if pages else ""
            beside = ". ".join(filter(None, (drawn, shown)))
            lines += [
                f".. figure:: /_build/figures/{name}.svg",
                f"   :alt: {name}",
                f"   :target: _images/{name}.svg",
                "   :figclass: gallery",
                "",
                f"   **{name}**: {text}",
                "",
                f"   {beside}." if beside else "",
                "",
            ]
        return self.parse_text_to_nodes("\n".join(lines))

    def _pages(self, name: str) -> list[str]:
        """The pages with this picture, but for this one and the first."""
        here = {self.env.docname, "index"}
        pattern = re.compile(rf"_build/figures/{re.escape(name)}\.svg")
        pages = sorted(Path(self.env.srcdir).glob("**/*.rst"))
        names = {p.relative_to(self.env.srcdir).with_suffix("").as_posix(): p for p in pages}
        return [
            f"/{page}"
            for page, path in names.items()
            if page not in here and pattern.search(path.read_text(encoding="utf-8"))
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("builder-inited", draw)
    app.add_directive("gallery", Gallery)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
