"""The picture of what is proved of 1 - p for every size: all bounds over m/n, with q and p."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo.relu.bounds import half_space_failure, union_bound, wendel_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.report.figures import canvas
from polygeo.report.tables.bounds import SIZES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_bounds"]

CURVES: tuple[tuple[str, str, str], ...] = (
    ("orthants", "union bound over orthants", canvas.VIOLET),
    ("vertices", "union bound over vertices", canvas.OCHRE),
    ("coins", "half-space and coins", canvas.BLUE),
    ("wendel", "Wendel's bound", "#9fb3c8"),
)
BOTTOM = -12
"""Smallest power of ten that is drawn."""


def plot_bounds() -> Figure:
    """Draw all theorems about 1 - p over m/n, for n = 3, 10, 20, 100, with q and simulated p.

    A matplotlib Figure with logarithmic axes. Upper bounds: lifted Gordon (marks) and union bounds;
    lower bounds: half-space and coins, Wendel's. Simulated points, at n = 3, carry 95% intervals.

    >>> len(plot_bounds().axes)  # doctest: +SKIP
    4
    """
    from polygeo.report.tables.committed import table

    lifted, simulated = list(table("bounds")), list(table("surrogate"))

    def draw(axes: Axes, n: int) -> None:
        _curves(axes, n)
        proved = [row for row in lifted if row["n"] == n]
        heights = canvas.log_heights(row["lifted"].upper for row in proved)
        looks: Any = {"ms": 4, "lw": 2, "color": canvas.GREEN, "label": "lifted Gordon"}
        axes.plot([row["m"] / n for row in proved], heights, "o-", **looks)
        canvas.failures(axes, n, simulated, marker="s", ms=3.5, zorder=6)

    with canvas.style():
        label = "bounds of $1-p_{m,n}$"
        figure, grid = canvas.failure_panels(SIZES, draw, 12.2, 10.0**BOTTOM, label)
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=10)
    return figure


def _curves(axes: Axes, n: int) -> None:
    sizes = range(n, 12 * n + 1, max(1, n // 10))
    alphas = [m / n for m in sizes]
    curves = {
        "orthants": [union_bound(m, n) for m in sizes],
        "vertices": [union_bound(m, n, "vertices") for m in sizes],
        "coins": [half_space_failure(m, n) for m in sizes],
        "wendel": [1 - wendel_probability(m, n) for m in sizes],
    }
    for name, label, colour in CURVES:
        axes.plot(alphas, canvas.log_heights(curves[name]), color=colour, lw=1.3, label=label)
    q = canvas.log_heights(expected_euler_characteristic(m, n) for m in sizes)
    label = "$q_{m,n}$, the surrogate: no bound"
    axes.plot(alphas, q, color=canvas.RED, lw=1, ls="--", label=label)
