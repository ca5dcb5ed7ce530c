"""The picture of what is proved of 1 - p for every size: all bounds over m/n, with q and p."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo.answers.estimate import Estimate
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

    rows = list(table("bounds"))
    simulated = [row for row in table("surrogate") if isinstance(row["1-p"], Estimate)]
    with canvas.style():
        figure = canvas.empty_figure(10, 7)
        grid: Any = figure.subplots(2, 2, sharey=True)
        for axes, n in zip(grid.flat, SIZES, strict=True):
            _curves(axes, n)
            lifted = [row for row in rows if row["n"] == n]
            axes.plot(
                [row["m"] / n for row in lifted],
                [canvas.log_height(row["lifted"].upper) for row in lifted],
                "o-",
                ms=4,
                lw=2,
                color=canvas.GREEN,
                label="lifted Gordon",
            )
            _points(axes, n, [row for row in simulated if row["n"] == n])
            axes.axhline(1, color=canvas.INK, lw=0.5, ls=":")
            axes.set(title=f"$n = {n}$", xlim=(1, 12.2), xlabel=r"$\alpha = m/n$")
            axes.set_yscale("log")
            axes.set_ylim(10.0**BOTTOM, 30)
        for axes in grid[:, 0]:
            axes.set_ylabel("bounds of $1-p_{m,n}$")
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
        axes.plot(
            alphas, [canvas.log_height(y) for y in curves[name]], color=colour, lw=1.3, label=label
        )
    q = [canvas.log_height(expected_euler_characteristic(m, n)) for m in sizes]
    axes.plot(
        alphas, q, color=canvas.RED, lw=1, ls="--", label="$q_{m,n}$, the surrogate: no bound"
    )


def _points(axes: Axes, n: int, rows: list[dict[str, Any]]) -> None:
    runs = [row["1-p"] for row in rows]
    if runs:
        looks: Any = {"marker": "s", "ls": "none", "ms": 3.5, "lw": 1, "zorder": 6}
        label, alphas = "$1-p_{m,n}$, simulated (95%)", [row["m"] / n for row in rows]
        canvas.error_bars(axes, alphas, runs, color=canvas.INK, label=label, **looks)
