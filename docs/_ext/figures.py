"""The figures of the pages, drawn before the pages are read, into docs/_build/figures.

All of `polygeo.report.plot.PLOTS` under their names, and from `pictures` what only pages need.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import pictures
import polytope_pictures
from matplotlib import pyplot
from sphinx.application import Sphinx
from sphinx.util import logging

from polygeo.report import plot

__all__ = ["FIGURES", "setup"]

FIGURES: dict[str, Callable[[], Any]] = {
    **plot.PLOTS,
    "face-growth": pictures.face_growth,
    "fan": pictures.fan,
    "circle": pictures.circle,
    "saddles": pictures.saddles,
    "crossings": pictures.crossings,
    "projected": pictures.projected,
    "polytopes-plane": polytope_pictures.polytopes_plane,
    "polytopes-space": polytope_pictures.polytopes_space,
    "cells-plane": polytope_pictures.cells_plane,
    "cells-space": polytope_pictures.cells_space,
    "tilted": pictures.tilted,
}
"""File name -> function that returns a matplotlib Figure."""


def draw(app: Sphinx) -> None:
    """Write every figure as SVG, unless it is newer than the code that draws it."""
    folder = Path(app.srcdir) / "_build" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    code = max(
        Path(str(module.__file__)).stat().st_mtime for module in (plot, pictures, polytope_pictures)
    )
    for name, function in FIGURES.items():
        path = folder / f"{name}.svg"
        if path.is_file() and path.stat().st_mtime > code:
            continue
        logging.getLogger(__name__).info("drawing %s", name)
        with matplotlib.rc_context({"svg.hashsalt": "polygeo", "svg.fonttype": "path"}):
            figure = function()
            figure.savefig(path, metadata={"Date": None}, facecolor="white")
        pyplot.close(figure)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("builder-inited", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
