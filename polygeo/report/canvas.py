"""What the figures share: their style, an empty canvas, a range of colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from polygeo.errors import PolygeoError

__all__ = ["FAINT", "INK", "canvas", "shades", "style"]

INK, FAINT = "#222222", "#d9d9d9"
STYLE = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "legend.frameon": False,
    "mathtext.fontset": "dejavusans",
    "svg.hashsalt": "polygeo",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@contextmanager
def style() -> Iterator[None]:
    """The house style, for the figures drawn inside."""
    try:
        from matplotlib import style as sheets
    except ImportError:
        raise PolygeoError('plots need matplotlib: pip install "polygeo-cones[plot]"') from None
    with sheets.context(["default", STYLE]):
        yield


def canvas(width: float, height: float, columns: Sequence[float] = (1,)) -> tuple[Any, list[Any]]:
    """A figure of that size in inches, and its axes side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=120, layout="constrained")
    axes = figure.subplots(1, len(columns), squeeze=False, width_ratios=list(columns))
    return figure, list(axes[0])


def shades(count: int) -> list[Any]:
    """Dark to light, the smallest n darkest: its curve lies on top."""
    from matplotlib import colormaps

    return [colormaps["viridis"](0.05 + 0.75 * i / max(count - 1, 1)) for i in range(count)]
