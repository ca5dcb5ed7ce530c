"""Figures: q against m/n, its rate, and the thresholds as functions of kappa.

Each function returns a matplotlib Figure (extra ``plot``); `save` writes one, the same bytes every
time for the same versions. matplotlib is imported inside the functions; pyplot is not touched.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from math import ceil, log, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from polygeo import thresholds
from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.files import named, write_atomically
from polygeo.answers.options import describe, file_path
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.surrogate.euler import q_column
from polygeo.relu.surrogate.rate import euler_edges, euler_rate
from polygeo.report.figures import (
    bounds,
    canvas,
    cones,
    estimates,
    finite_size,
    inputs,
    networks,
    own_layer,
    polytopes,
    replica,
)
from polygeo.report.figures.thresholds import plot_thresholds
from polygeo.report.names import pick
from polygeo.thresholds.registry import THRESHOLDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PLOTS", "plot_euler_kappa", "plot_q", "plot_rate", "save"]

COLOURS = {
    "cover": canvas.BLUE,
    "gordon": canvas.GREEN,
    "euler": canvas.RED,
    "union-bound": canvas.VIOLET,
    "edge": "#8a8a8a",
}
LABELS = {"cover": "Cover", "gordon": "Gordon", "euler": "Euler", "union-bound": "union bound"}


def _mark(axes: Axes, names: Sequence[str], height: float) -> None:
    """Vertical lines at thresholds with their names written along them."""
    known = {name: float(THRESHOLDS[name]()) for name in names}
    for name in names:
        axes.axvline(known[name], color=COLOURS[name], lw=1, ls=canvas.DASHES, zorder=1)
        canvas.mark(axes, known[name], f"{LABELS[name]} {known[name]:.2f}", COLOURS[name], height)


def _signed_logarithmic(axes: Axes, largest: float) -> None:
    """A symlog axis with some powers of ten on both sides, and room for labels above."""
    exponent = max(1, ceil(log10(max(largest, 10))))
    step = max(1, round(exponent / 4))
    powers = [10.0**e for e in range(step, exponent + 1, step)]
    axes.set_yscale("symlog", linthresh=1, linscale=0.6)
    axes.set_ylim(-(10.0 ** (1.05 * exponent)), 10.0 ** (1.55 * exponent))
    axes.set_yticks([*(-p for p in reversed(powers)), 0, *powers])
    axes.minorticks_off()


MAX_CURVES = 20
"""Largest number of curves in one figure."""


@patient
def plot_q(ns: Sequence[int] = (5, 10, 20, 40, 80)) -> Figure:
    """Draw exact q_{m,n} against alpha = m/n for several n, signed logarithmic, with thresholds.

    * ``ns``: values of n, 2 to 400; DomainError otherwise.

    Left: between the edges q oscillates in sign and grows; right: the last crossing of 1 moves
    towards alpha_Euler as n grows.

    >>> len(plot_q(ns=(5, 10)).axes)
    2
    """
    sizes = [integer(n, "n") for n in sequence(ns, "ns", MAX_CURVES)]
    if not sizes or min(sizes) < 2 or max(sizes) > 400:
        raise DomainError(f"plot_q needs sizes n between 2 and 400; got {sizes}")
    with canvas.panels(10, 4.8, (1.25, 1)) as (figure, (wide, close)):
        largest = 1.0
        for place, (n, colour) in enumerate(zip(sizes, canvas.shades(len(sizes)), strict=True)):
            column = q_column(n, 12 * n)
            alphas = [m / n for m in range(n, 12 * n + 1)]
            values = [float(value) for value in column]
            largest = max(largest, *map(abs, values))
            width = max(0.7, 1.7 - 0.25 * place)
            wide.plot(alphas, values, color=colour, lw=width, zorder=9 - place)
            tail = [(a, v) for a, v in zip(alphas, values, strict=True) if a > 6 and v > 0]
            close.plot(*zip(*tail, strict=True), color=colour, lw=1.5, label=f"$n = {n}$")
        _signed_logarithmic(wide, largest)
        wide.set(xlim=(1, 12), xlabel=r"$\alpha = m/n$", ylabel="$q_{m,n}$ (signed logarithmic)")
        wide.set_title("Exact $q_{m,n}$: its sign oscillates between the edges (shaded)")
        wide.axhline(0, color=canvas.INK, lw=0.6)
        lower, upper = (float(edge) for edge in euler_edges())
        wide.axvspan(lower, upper, color="#f3f1ea", zorder=0, lw=0)
        _mark(wide, ["cover", "gordon", "euler", "union-bound"], 0.99)
        close.set_yscale("log")
        close.set(xlim=(6.4, 10), ylim=(1e-4, 1e4), xlabel=r"$\alpha = m/n$", ylabel="$q_{m,n}$")
        close.set_title("The last crossing of 1 nears Euler's threshold")
        close.axhline(1, color=canvas.INK, lw=0.8)
        _mark(close, ["gordon", "euler", "union-bound"], 0.99)
        close.legend(loc="lower left", fontsize=9)
    return figure


@patient
def plot_rate(n: int = 60) -> Figure:
    r"""Draw Phi(alpha, 1) with its regimes and its zero, and (1/n) log |q_{m,n}| as dots.

    * ``n``: number of inputs of the exact values (default 60).

    >>> plot_rate(20).axes[0].get_xlabel()
    '$\\alpha = m/n$'
    """
    size = canvas.bounded(n, "n", 2, 400, "plot_rate")
    lower, upper = (float(edge) for edge in euler_edges())
    with canvas.panels(8.5, 4.8) as (figure, (axes,)):
        alphas = [mpq(100 + i, 100) for i in range(2, 1101, 2)]
        rates = [float(euler_rate(alpha, 1, 6)) for alpha in alphas]
        points = [
            (m / size, log(abs(float(value))) / size)
            for m, value in enumerate(q_column(size, 12 * size), start=size)
            if value and m / size > lower
        ]
        axes.axvspan(1, lower, color="#e7edf3", lw=0)
        axes.axvspan(lower, upper, color="#f3f1ea", lw=0)
        label = rf"$\frac{{1}}{{n}}\,\log\,|q_{{m,n}}|$, exact, $n = {size}$"
        axes.plot(*zip(*points, strict=True), ".", color="#6f8fae", ms=3.2, label=label)
        places = [float(alpha) for alpha in alphas]
        axes.plot(places, rates, color=canvas.INK, lw=1.8, label=r"$\Phi(\alpha, 1)$")
        axes.axhline(0, color=canvas.INK, lw=0.6)
        threshold = thresholds.euler()
        root = float(threshold)
        axes.plot([root], [0], "o", color=COLOURS["euler"], ms=7, zorder=5)
        text, colour = rf"$\alpha_{{\mathrm{{Euler}}}} \approx {threshold:.6f}$", COLOURS["euler"]
        line = {"arrowstyle": "-", "color": colour, "lw": 0.8}
        axes.annotate(text, (root, 0), (root + 0.25, 0.19), color=colour, arrowprops=line)
        axes.set(xlim=(1, 12), ylim=(-1.1, 1.15), xlabel=r"$\alpha = m/n$", ylabel="rate")
        for x, text in [((lower + upper) / 2, "sign oscillates"), ((upper + 12) / 2, "q > 0")]:
            axes.text(x, 1.08, text, ha="center", va="top", fontsize=9, color=canvas.GREY)
        text, line = "below the lower edge:\nrate of q − 1", line | {"color": canvas.GREY}
        grey: Any = {"fontsize": 9, "color": canvas.GREY, "arrowprops": line}
        axes.annotate(text, ((1 + lower) / 2, -0.3), (1.6, -0.38), **grey)
        axes.set_title(r"Exponential rate of $q_{m,n}$, $m = \alpha n$")
        axes.legend(loc="lower left", fontsize=9)
    return figure


@patient
def plot_euler_kappa(largest: Any = 3) -> Figure:
    """Draw alpha_Euler(kappa) with the upper edge and three other thresholds.

    * ``largest``: largest kappa, at most 100 (default 3).

    The other thresholds are Cover's, Gordon's and the union bound's.

    >>> [text.get_text() for text in plot_euler_kappa(1).axes[0].texts][-1]
    'union bound'
    """
    ratio = rational(largest, "largest")
    if not 0 < ratio <= 100:
        raise DomainError(f"plot_euler_kappa needs 0 < largest <= 100; got {shorten(ratio)}")
    top = float(ratio)
    kappas = [mpq(i, 200) * ratio for i in range(1, 201)]
    curves: list[tuple[str, str, Callable[[Any], Any], Any]] = [
        ("union bound", "union-bound", thresholds.union_bound, "-"),
        ("Euler", "euler", thresholds.euler, "-"),
        ("Gordon", "gordon", thresholds.gordon, "-"),
        ("upper edge", "edge", lambda kappa: euler_edges(kappa, 6)[1], canvas.DASHES),
        ("Cover", "cover", thresholds.cover, "-"),
    ]
    labels: list[tuple[float, str, str]] = []
    with canvas.panels(8.5, 5) as (figure, (axes,)):
        for label, key, function, dashes in curves:
            values = [float(function(kappa)) for kappa in kappas]
            width = 2.4 if key == "euler" else 1.4
            places = [float(kappa) for kappa in kappas]
            axes.plot(places, values, color=COLOURS[key], lw=width, ls=dashes)
            labels.append((values[-1], label, COLOURS[key]))
        axes.set(xlim=(0, top * 1.14), xlabel=r"$\kappa = k/n$", ylabel=r"$\alpha = m/n$")
        axes.set_ylim(bottom=0)
        axes.spines["bottom"].set_bounds(0, top)
        _write_beside(axes, top * 1.012, labels)
        if top > 1:
            axes.axvline(1, color=canvas.FAINT, lw=1, zorder=0)
            text = r"$\kappa = 1$: the layer"
            axes.text(1 + top / 150, 0.25, text, fontsize=9, color=canvas.GREY)
        axes.set_title(r"Thresholds for fewer than $k = \kappa n$ positive coordinates")
    return figure


def _write_beside(axes: Axes, x: float, labels: list[tuple[float, str, str]]) -> None:
    """Names at the right ends of curves, pushed apart where they would overlap."""
    gap, below = axes.get_ylim()[1] / 24, float("-inf")
    for height, label, colour in sorted(labels):
        below = max(height, below + gap)
        axes.text(x, below, label, color=colour, va="center", fontsize=9.5)


PLOTS: dict[str, Callable[[], Any]] = {
    "thresholds": plot_thresholds,
    "q": plot_q,
    "rate": plot_rate,
    "euler-kappa": plot_euler_kappa,
    "volumes": cones.plot_volumes,
    "recovery": cones.plot_recovery,
    "chi-bar-squared": cones.plot_chi_bar_squared,
    "convergence": estimates.plot_convergence,
    "estimates": estimates.plot_estimates,
    "replica-energy": replica.plot_replica_energy,
    "order-parameter": replica.plot_order_parameter,
    "free-entropy": replica.plot_free_entropy,
    "surrogate": finite_size.plot_surrogate,
    "bounds": bounds.plot_bounds,
    "input-thresholds": inputs.plot_input_thresholds,
    "inputs": inputs.plot_inputs,
    "f-vectors": polytopes.plot_f_vectors,
    "finite-faces": polytopes.plot_finite_faces,
    "planar-layer": own_layer.plot_planar_layer,
    "contraction": networks.plot_contraction,
    "stability": networks.plot_stability,
    "deep": networks.plot_deep,
}
"""The figures by name."""


def save(draw: Callable[[], Any], path: str | Path, dpi: int | None = None) -> None:
    """Write the figure that ``draw()`` returns to a file, as a whole or not at all.

    * ``draw``: a function that returns a figure, such as a value of `PLOTS`.
    * ``path``: the file; its ending says png, svg or pdf.
    * ``dpi``: dots per inch, 20 to 1200, of a png (default 120).

    No date and no version go into the file. DomainError for other endings and a missing folder.
    """
    undated: dict[str, dict[str, Any]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    }
    path = file_path(path)
    ending = path.suffix.lstrip(".").lower()
    metadata = pick(ending, undated, "kind of figure")
    if not path.absolute().parent.is_dir():
        raise DomainError(f"the folder of {named(path)} must exist")
    size: dict[str, Any] = {}
    if dpi is not None:
        size["dpi"] = canvas.bounded(dpi, "dpi", 20, 1200, "a figure")
    if not callable(draw):
        raise DomainError(f"draw needs a function that gives a figure; got {describe(draw)}")
    with canvas.style():
        out = io.BytesIO()
        draw().savefig(out, format=ending, metadata=metadata, **size)
    write_atomically(path, out.getvalue())
