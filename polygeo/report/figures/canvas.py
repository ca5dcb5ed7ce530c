"""What the figures share: style and colours, an empty canvas, whiskers, axes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import gmpy2
from gmpy2 import mpq

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer
from polygeo.errors import DomainError, PolygeoError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "DASHES",
    "FAINT",
    "GREEN",
    "GREY",
    "INK",
    "OCHRE",
    "RED",
    "VIOLET",
    "bounded",
    "empty_figure",
    "error_bars",
    "failure_panels",
    "failures",
    "log_height",
    "log_heights",
    "mark",
    "panels",
    "shades",
    "style",
    "whiskers",
    "whole_numbers",
]

INK, GREY, FAINT = "#222222", "#666666", "#d9d9d9"
BLUE, GREEN, OCHRE, RED, VIOLET = "#4b6a88", "#1b7f5c", "#b8860b", "#c03a2b", "#7a4fa3"
DASHES = (0, (4, 2))
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
    """Set the style of the figures that are drawn inside the ``with`` block."""
    try:
        from matplotlib import style as sheets
    except ImportError:
        raise PolygeoError('plots need matplotlib: pip install "polygeo-cones[plot]"') from None
    with sheets.context(["default", STYLE]):
        yield


@contextmanager
def panels(
    width: float, height: float, columns: Sequence[float] = (1,)
) -> Iterator[tuple[Any, list[Any]]]:
    """Make a figure of a size in inches, and its axes side by side, in the style of the figures."""
    with style():
        figure = empty_figure(width, height)
        axes = figure.subplots(1, len(columns), squeeze=False, width_ratios=list(columns))
        yield figure, list(axes[0])


def empty_figure(width: float, height: float) -> Figure:
    """Make a figure of a size in inches, without axes."""
    return _picture()(figsize=(width, height), dpi=120, layout="constrained")


@cache
def _picture() -> type[Figure]:
    """The figures of polygeo: a notebook shows one without ``%matplotlib inline`` or pyplot."""
    from matplotlib.figure import Figure

    class Picture(Figure):
        def _repr_png_(self) -> bytes:
            with style(), io.BytesIO() as file:
                self.savefig(file, format="png", facecolor="white", metadata={"Software": None})
                return file.getvalue()

    return Picture


def shades(count: int) -> list[Any]:
    """Return ``count`` colours, dark to light: the smallest n is darkest and lies on top."""
    from matplotlib import colormaps

    return [colormaps["viridis"](0.05 + 0.75 * i / max(count - 1, 1)) for i in range(count)]


def whiskers(runs: Iterable[Estimate]) -> tuple[list[float], list[float]]:
    """Return how far the intervals of estimates reach below and above their means."""
    ends = [(run.mean - run.low, run.high - run.mean) for run in runs]
    return [below for below, _ in ends], [above for _, above in ends]


def error_bars(axes: Any, x: Sequence[Any], runs: Sequence[Estimate], **options: Any) -> None:
    """Draw estimates with their intervals at the places ``x``."""
    looks = {"marker": "o", "ms": 4, "lw": 1.2, "capsize": 2, **options}
    axes.errorbar(x, [run.mean for run in runs], whiskers(runs), **looks)


def log_height(value: Any) -> float:
    """Return a positive number as a float between 10^-20 and 10^20, for a logarithmic axis.

    >>> log_height(mpq(1, 10**400)), log_height(mpq(100))
    (1e-20, 100.0)
    """
    if value <= 0:
        return float("nan")
    exponent = float(gmpy2.log10(gmpy2.mpfr(mpq(value), 53)))
    return 10 ** min(20.0, max(-20.0, exponent))


def log_heights(values: Iterable[Any]) -> list[float]:
    """Return `log_height` of each value."""
    return [log_height(value) for value in values]


def failures(axes: Any, n: int, rows: Iterable[Mapping[str, Any]], **options: Any) -> None:
    """Draw 1 - p over m/n where rows of the table `surrogate` have it simulated for this n."""
    seen = [row for row in rows if row["n"] == n and isinstance(row["1-p"], Estimate)]
    if seen:
        looks = {"ls": "none", "lw": 1, "color": INK, "label": "$1-p_{m,n}$, simulated (95%)"}
        runs = [row["1-p"] for row in seen]
        error_bars(axes, [row["m"] / n for row in seen], runs, **looks, **options)


def failure_panels(
    sizes: Sequence[int], draw: Callable[[Any, int], None], right: float, bottom: float, label: str
) -> tuple[Figure, Any]:
    """Make four panels of 1 - p over m/n up to ``right``, logarithmic from ``bottom`` on.

    ``draw(axes, n)`` fills the panel of each n of ``sizes``; ``label`` stands at the left.
    """
    figure = empty_figure(10, 7)
    grid: Any = figure.subplots(2, 2, sharey=True)
    for axes, n in zip(grid.flat, sizes, strict=True):
        draw(axes, n)
        axes.axhline(1, color=INK, lw=0.5, ls=":")
        axes.set(title=f"$n = {n}$", xlim=(1, right), xlabel=r"$\alpha = m/n$")
        axes.set_yscale("log")
        axes.set_ylim(bottom, 30)
    for axes in grid[:, 0]:
        axes.set_ylabel(label)
    return figure, grid


def mark(
    axes: Any, x: float, text: str, colour: str, height: float, low: bool = False, size: float = 9
) -> None:
    """Write a text along a vertical line at x; ``height`` is a share of the height of the axes."""
    axes.annotate(
        text,
        (x, height),
        (-2.5, 0),
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
        color=colour,
        rotation=90,
        ha="right",
        va="bottom" if low else "top",
        fontsize=size,
    )


def bounded(value: Any, name: str, low: int, high: int, figure: str) -> int:
    """Return an integer of [low, high]; DomainError otherwise.

    >>> bounded(3, "d", 4, 200, "plot_volumes")
    Traceback (most recent call last):
    polygeo.errors.DomainError: plot_volumes needs 4 <= d <= 200; got d=3
    """
    number = integer(value, name)
    if not low <= number <= high:
        raise DomainError(f"{figure} needs {low} <= {name} <= {high}; got {name}={number}")
    return number


def whole_numbers(*panels: Any) -> None:
    """Set ticks at integers only, along x."""
    for axes in panels:
        axes.xaxis.get_major_locator().set_params(integer=True)
