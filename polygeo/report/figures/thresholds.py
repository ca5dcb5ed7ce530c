"""The figure of all thresholds over alpha: one row each, coloured by the status of the number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from polygeo import thresholds
from polygeo.report.figures import canvas
from polygeo.thresholds import Threshold

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_thresholds"]

COLOURS = {"theorem": canvas.GREEN, "surrogate": canvas.RED, "prediction": canvas.VIOLET}
MARKERS = {"theorem": "o", "surrogate": "s", "prediction": "D"}
MEANINGS = {
    "theorem": "theorem: bounds the transition",
    "surrogate": "surrogate: bounds nothing",
    "prediction": "prediction: not proved",
}
BANDS = {0: "#f6e3dd", 1: "#dff0e6"}
"""Colours behind the alphas at which p -> 0, or p -> 1, is a theorem."""

CLAUSE = re.compile(r"(\S+) -> (\S+) (above|below)")
LEFT, RIGHT, REACH = 1.3, 11.7, 0.6


def clauses(threshold: Threshold) -> list[tuple[str, str, int]]:
    """Split a claim into what it says on each side: ("p", "1", +1) for "p -> 1 above".

    >>> clauses(thresholds.euler())
    [('q', '0', 1), ('q', 'infinity', -1)]
    """
    found = CLAUSE.findall(threshold.claim)
    return [(what, limit, 1 if side == "above" else -1) for what, limit, side in found]


def plot_thresholds() -> Figure:
    r"""Draw all thresholds of an injective layer over alpha = m/n, with what holds on each side.

    Green: p -> 1 is proved; red: p -> 0 is proved; between them the transition must lie. The
    predictions take some seconds to compute.

    >>> plot_thresholds().axes[0].get_xlabel()
    '$\\alpha = m/n$'
    """
    rows = thresholds.all()
    with canvas.panels(10, 3.9) as (figure, (axes,)):
        axes.set(xlim=(LEFT, RIGHT), ylim=(-0.7, len(rows) + 0.35), xlabel=r"$\alpha = m/n$")
        _bands(axes, rows)
        for height, threshold in zip(range(len(rows) - 1, -1, -1), rows, strict=True):
            _row(axes, threshold, height)
        names = [f"{threshold.name}  {threshold.decimal(6)}" for threshold in rows]
        axes.set_yticks(range(len(rows) - 1, -1, -1), names)
        for tick, threshold in zip(axes.get_yticklabels(), rows, strict=True):
            tick.set_color(COLOURS[threshold.status])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xticks(range(2, 12))
        for status, meaning in MEANINGS.items():
            axes.plot([], [], MARKERS[status], color=COLOURS[status], ms=6, label=meaning)
        axes.legend(loc="lower left", fontsize=9, bbox_to_anchor=(0.17, 0.02))
        axes.set_title(
            "When is a random ReLU layer of $m$ outputs and $n$ inputs injective?"
            r"  $p$: its probability, $n \to \infty$"
        )
    return figure


def _bands(axes: Axes, rows: list[Threshold]) -> None:
    """The proved regions: the largest theorem with p -> 0 below, the smallest with p -> 1 above."""
    proved = [
        (limit, side, float(threshold))
        for threshold in rows
        if threshold.status == "theorem"
        for what, limit, side in clauses(threshold)
        if what == "p"
    ]
    zero = max(at for limit, side, at in proved if (limit, side) == ("0", -1))
    one = min(at for limit, side, at in proved if (limit, side) == ("1", 1))
    spans = (
        (LEFT, zero, BANDS[0], r"proved: $p \to 0$"),
        (zero, one, "none", "the transition of $p$ lies here"),
        (one, RIGHT, BANDS[1], r"proved: $p \to 1$"),
    )
    for start, end, colour, text in spans:
        axes.axvspan(start, end, color=colour, lw=0, zorder=0)
        middle: Any = {"ha": "center", "va": "center", "fontsize": 9.5}
        axes.text((start + end) / 2, len(rows) - 0.05, text, **middle)


def _row(axes: Axes, threshold: Threshold, height: float) -> None:
    """The value, down to the axis, and an arrow for each side that the claim speaks of."""
    from matplotlib.patches import FancyArrowPatch

    value, colour = float(threshold), COLOURS[threshold.status]
    axes.plot([LEFT, RIGHT], [height, height], color=canvas.FAINT, lw=0.6, zorder=1)
    axes.plot([value, value], [-0.7, height], color=colour, lw=0.7, alpha=0.45, zorder=1)
    axes.plot([value], [height], MARKERS[threshold.status], color=colour, ms=7, zorder=4)
    dashes = (0, (3, 2)) if threshold.status == "prediction" else "-"
    for what, limit, side in clauses(threshold):
        end = value + side * REACH
        looks: Any = {"arrowstyle": "->", "mutation_scale": 10, "shrinkA": 0, "shrinkB": 0}
        looks |= {"color": colour, "lw": 1.3, "ls": dashes}
        axes.add_patch(FancyArrowPatch((value, height), (end, height), **looks))
        sign = r"\infty" if limit == "infinity" else limit
        beside: Any = {"ha": "left" if side > 0 else "right", "va": "center", "fontsize": 9.5}
        text = rf"${what} \to {sign}$"
        axes.text(end + side * 0.06, height, text, color=canvas.INK, **beside)
