"""The figures about nonnegative inputs: thresholds on two lines, and p, q and bounds over m/n."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo.relu.bounds import layer_on
from polygeo.relu.input_bounds import coins_failure_on, union_failure_on
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.report.figures import canvas
from polygeo.thresholds.registry import ON_CONES, THRESHOLDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_input_thresholds", "plot_inputs"]

COLOURS = {
    "half-space": canvas.BLUE,
    "lifted-gordon": canvas.GREEN,
    "gordon": canvas.GREEN,
    "euler": canvas.RED,
    "union-bound": canvas.VIOLET,
}
LABELS = {
    "half-space": ("half-space", "center", 0.24),
    "lifted-gordon": ("lifted Gordon", "right", 0.24),
    "euler": ("surrogate", "center", -0.24),
    "union-bound": ("union bound", "center", 0.24),
}
PROVED = ("half-space", "lifted-gordon")
"""The largest ratio with p -> 0 proved, and the smallest with p -> 1 proved."""
LINES = ((None, "all inputs", 1.0), ("nonnegative", "nonnegative inputs", 0.0))
SIZES = (2, 3, 10, 40)
RUN: dict[str, Any] = {"samples": 4096, "seed": 1}


def plot_input_thresholds() -> Figure:
    """Draw the thresholds for all inputs and for nonnegative inputs on two lines over m/n.

    Between the largest ratio with p -> 0 proved and the smallest with p -> 1 proved the line is
    thin: there the transition lies.

    >>> len(plot_input_thresholds().axes)
    1
    """
    with canvas.panels(10, 2.9) as (figure, (axes,)):
        for inputs, label, height in LINES:
            known = {name: float(THRESHOLDS[name](inputs=inputs)) for name in ON_CONES}
            _line(axes, known, label, height)
        for name in ON_CONES:
            ends = [float(THRESHOLDS[name](inputs=inputs)) for inputs, _, _ in LINES]
            axes.plot(
                ends, [1, 0], color=COLOURS[name], lw=0.8, ls=canvas.DASHES, alpha=0.6, zorder=1
            )
        axes.set(xlim=(0.6, 10.2), ylim=(-0.55, 1.75), xlabel=r"$\alpha = m/n$", yticks=[])
        axes.set_xticks(range(1, 11))
        axes.spines["left"].set_visible(False)
        axes.set_title("Outputs for each input; proved: $p \\to 0$ (red), $p \\to 1$ (green)")
    return figure


def _line(axes: Axes, known: dict[str, float], label: str, height: float) -> None:
    zero, one = (known[name] for name in PROVED)
    axes.plot([1, zero], [height, height], color="#e0a899", lw=7, solid_capstyle="butt", zorder=2)
    axes.plot([one, 10], [height, height], color="#9fd3bc", lw=7, solid_capstyle="butt", zorder=2)
    axes.plot([zero, one], [height, height], color=canvas.INK, lw=1, zorder=2)
    axes.text(1, height + 0.4, label, fontsize=10.5, ha="left", va="bottom")
    for name, value in known.items():
        axes.plot([value], [height], "s" if name == "euler" else "o", color=COLOURS[name], zorder=4)
        if name == "gordon":
            continue  # beside lifted-gordon
        label, align, offset = LABELS[name]
        place: dict[str, Any] = {"ha": align, "va": "center", "fontsize": 9, "color": COLOURS[name]}
        axes.text(value, height + offset, f"{label} {value:.4f}".rstrip("0").rstrip("."), **place)


def plot_inputs() -> Figure:
    """Draw 1 - p for nonnegative inputs over m/n, with q and the proved bounds.

    n = 2 (p exact), n = 3 (p simulated from a fixed seed, with 95% intervals), n = 10 and 40.

    >>> len(plot_inputs().axes)
    4
    """
    with canvas.style():
        label = "$1-p$ for nonnegative inputs, and bounds"
        figure, grid = canvas.failure_panels(SIZES, _curves, 10, 1e-6, label)
        _points(*grid[0])
        found = [axes.get_legend_handles_labels() for axes in grid[0]]
        entries = {label: handle for pair in found for handle, label in zip(*pair, strict=True)}
        figure.legend(entries.values(), entries, loc="outside lower center", ncols=3, fontsize=10)
    return figure


def _curves(axes: Axes, n: int) -> None:
    sizes = range(n, 10 * n + 1, max(1, n // 10))
    alphas = [m / n for m in sizes]
    layers = [layer_on(m, n, None, "nonnegative", False) for m in sizes]
    curves = (
        ([union_failure_on(*layer) for layer in layers], "union bound", canvas.VIOLET, "-"),
        ([coins_failure_on(*layer) for layer in layers], "half-space and coins", canvas.BLUE, "-"),
        (
            [expected_euler_characteristic(m, n, inputs="nonnegative") for m in sizes],
            "$q$, the surrogate: no bound",
            canvas.RED,
            "--",
        ),
    )
    for values, label, colour, dashes in curves:
        axes.plot(alphas, canvas.log_heights(values), dashes, color=colour, lw=1.4, label=label)
    limits = {name: float(THRESHOLDS[name](inputs="nonnegative")) for name in PROVED}
    for name, limit in limits.items():
        axes.axvline(limit, color=COLOURS[name], lw=1, ls=canvas.DASHES, zorder=0)
    axes.axvspan(*limits.values(), color="#f3f1ea", lw=0, zorder=0)
    axes.tick_params(color=canvas.FAINT)


def _points(plane: Axes, space: Axes) -> None:
    """The values of 1 - p: exact in the plane, simulated in space."""
    sizes = range(2, 21)
    failures = [injectivity_probability(m, 2, inputs="nonnegative", complement=True) for m in sizes]
    exact: Any = {"color": canvas.INK, "ms": 6, "label": "$1-p$, exact", "zorder": 6}
    plane.plot([m / 2 for m in sizes], canvas.log_heights(failures), ".", **exact)
    sizes = range(3, 22, 2)
    runs = [
        injectivity_probability(m, 3, inputs="nonnegative", complement=True, **RUN) for m in sizes
    ]
    looks: Any = {"marker": "s", "ls": "none", "color": canvas.GREY, "zorder": 6}
    label = "$1-p$, simulated (95%)"
    canvas.error_bars(space, [m / 3 for m in sizes], runs, label=label, **looks)
