"""The figure of p, q and the bounds at finite size, with the asymptotic thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo import thresholds
from polygeo.relu.bounds import union_bound, wendel_probability
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.report.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_surrogate"]

COLOURS = {"p": canvas.INK, "q": canvas.RED, "orthants": canvas.VIOLET, "wendel": canvas.BLUE}
LABELS = {
    "p": "$1-p_{m,n}$, exact",
    "q": "$q_{m,n}$, the surrogate",
    "orthants": "union bound over orthants",
    "wendel": "Wendel's bound",
}
MARKS = {
    "half-space": (thresholds.half_space, canvas.BLUE),
    "full RSB": (thresholds.full_rsb, canvas.OCHRE),
    "lifted": (thresholds.lifted_gordon, canvas.GREEN),
    "Euler": (thresholds.euler, canvas.RED),
    "union": (thresholds.union_bound, canvas.VIOLET),
}
TOP = 10.2
"""Largest m/n that is drawn."""


def plot_surrogate() -> Figure:
    """Draw 1 - p, q and the bounds over m/n for n = 2, .., 6: signed above, logarithmic below.

    Dashed lines: the thresholds of m/n as n grows (full RSB is a prediction, Euler's the
    surrogate's). Simulated points carry 95% intervals.

    >>> len(plot_surrogate().axes)  # doctest: +SKIP
    10
    """
    from polygeo.report.tables.committed import table

    points = list(table("surrogate"))
    with canvas.style():
        figure = canvas.empty_figure(10, 7.2)
        grid: Any = figure.subplots(2, 5, sharex=True, sharey="row", height_ratios=(1, 1.1))
        for place, n in enumerate(range(2, 7)):
            signed, small = grid[0][place], grid[1][place]
            for axes in (signed, small):
                _curves(axes, n)
                canvas.failures(axes, n, points)
            signed.set_title(f"$n = {n}$")
            signed.set_yscale("symlog", linthresh=1, linscale=1.6)
            signed.set_ylim(-12, 60)
            signed.set_yticks([-10, -1, -0.5, 0, 0.5, 1, 10])
            signed.set_yticklabels(["−10", "−1", "−.5", "0", ".5", "1", "10"])
            signed.minorticks_off()
            signed.axhline(0, color=canvas.INK, lw=0.5)
            signed.axhline(1, color=canvas.INK, lw=0.5, ls=":")
            small.set_yscale("log")
            small.set(ylim=(1e-5, 3), xlim=(1, TOP), xlabel=r"$\alpha = m/n$")
            small.set_xticks(range(2, 11, 2))
        grid[0][0].set_ylabel("linear in $[-1, 1]$, logarithmic outside")
        grid[1][0].set_ylabel("logarithmic")
        _mark(grid)
        handles, labels = grid[0][1].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9.5)
    return figure


def _curves(axes: Axes, n: int) -> None:
    sizes = range(n, int(TOP * n) + 1)
    alphas = [m / n for m in sizes]
    curves = {
        "q": [float(expected_euler_characteristic(m, n)) for m in sizes],
        "orthants": [float(union_bound(m, n)) for m in sizes],
        "wendel": [float(1 - wendel_probability(m, n)) for m in sizes],
    }
    for name, values in curves.items():
        width, form = (1.8, ".-") if name == "q" else (1.2, "-")
        colour = COLOURS[name]
        axes.plot(alphas, values, form, ms=3.5, lw=width, color=colour, label=LABELS[name])
    exact = [m for m in sizes if n == 2 or m <= 3 * n - 2]
    values = [float(injectivity_probability(m, n, complement=True)) for m in exact]
    axes.plot([m / n for m in exact], values, color=COLOURS["p"], lw=2.2, label=LABELS["p"])


def _mark(grid: Any) -> None:
    """The thresholds in every panel."""
    for name, (threshold, colour) in MARKS.items():
        value = float(threshold())
        for axes in grid.flat:
            looks: Any = {"color": colour, "lw": 0.9, "ls": canvas.DASHES, "zorder": 1}
            axes.axvline(value, label=f"{name} {value:.2f}", **looks)
