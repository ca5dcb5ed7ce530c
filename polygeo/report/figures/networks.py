"""Figures around the layer: contraction of angles, stability of the inverse, depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polygeo.answers.exact import integer
from polygeo.errors import DomainError
from polygeo.relu.cells.stability_sample import estimate_stability
from polygeo.relu.networks.contraction import angle_asymptotic, angle_sequence, estimate_contraction
from polygeo.relu.networks.deep_search import estimate_deep_injectivity
from polygeo.report.figures import canvas
from polygeo.thresholds import gordon

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_contraction", "plot_deep", "plot_stability"]

SEED = 5


def plot_contraction(layers: int = 300, widths: tuple[int, ...] = (50, 500)) -> Figure:
    """Draw angles over depth: infinitely wide layers (certified), 3 pi/l, simulated finite widths.

    * ``layers``: number of layers (default 300).
    * ``widths``: finite widths that are simulated (default 50 and 500).

    >>> len(plot_contraction(20, (50,)).axes)
    2
    """
    layers = canvas.bounded(layers, "layers", 3, 10_000, "plot_contraction")
    with canvas.panels(10, 4.6, (1.3, 1)) as (figure, (axes, gap)):
        depth = np.arange(1, layers + 1)
        exact = np.array([float(t) for t in angle_sequence("pi/2", layers, 12)[1:]])
        leading = 3 * np.pi / depth
        finer = np.array([float(angle_asymptotic(int(k), 12)) for k in depth])
        axes.plot(depth, exact, color=canvas.INK, lw=2, label="infinite width, certified")
        late = depth >= 3
        first: Any = {"color": canvas.VIOLET, "lw": 1, "ls": canvas.DASHES}
        second: Any = {"color": canvas.GREEN, "lw": 1, "ls": (0, (1, 1))}
        axes.plot(depth[late], leading[late], label=r"$3\pi/\ell$", **first)
        label = r"$3\pi/(\ell + \frac{3}{2}\log\ell)$"
        axes.plot(depth[late], finer[late], label=label, **second)
        for width, colour in zip(widths, (canvas.RED, canvas.OCHRE), strict=False):
            runs = estimate_contraction(width, min(layers, 100), samples=320, seed=SEED)
            steps = np.arange(1, len(runs) + 1)
            means, low, high = np.array([(run.mean, run.low, run.high) for run in runs]).T
            limit, band = exact[: len(runs)], {"color": colour, "alpha": 0.25, "lw": 0}
            axes.plot(steps, means, color=colour, lw=1.2, label=f"width {width}, simulated")
            axes.fill_between(steps, low, high, **band)
            gap.plot(steps, means / limit, color=colour, lw=1.2)
            gap.fill_between(steps, low / limit, high / limit, **band)
        axes.set(xscale="log", yscale="log", xlabel=r"layers $\ell$", ylabel=r"angle $\theta_\ell$")
        axes.set_title("Two orthogonal inputs, layer after layer")
        axes.legend(loc="lower left", fontsize=9)
        gap.plot(depth, leading / exact, **first)
        gap.plot(depth, finer / exact, **second)
        gap.axhline(1, color=canvas.INK, lw=0.8)
        gap.set(xscale="log", ylim=(0.5, 2), xlabel=r"layers $\ell$")
        gap.set_ylabel("angle / angle at infinite width")
        gap.set_title(r"Ratio to infinite width")
    return figure


def plot_stability(ratios: tuple[int, ...] = (3, 4, 5, 6, 8, 10, 12, 16, 20)) -> Figure:
    """Draw A/m of Gaussian layers over m/n, and the bounds of kappa/sqrt(m), for n = 3.

    * ``ratios``: values of m/n, 1 to 40; DomainError otherwise.

    >>> len(plot_stability((3, 6)).axes)
    2
    """
    ratios = tuple(integer(ratio, "a ratio") for ratio in ratios)
    if not ratios or not all(1 <= ratio <= 40 for ratio in ratios):
        raise DomainError(f"plot_stability needs ratios between 1 and 40; got {ratios}")
    with canvas.panels(10, 4.6, (1.15, 1)) as (figure, (axes, bounds)):
        kept: Any = {}
        for n, colour in zip((1, 2, 3), canvas.shades(3), strict=True):
            runs = [estimate_stability(n * r, n, samples=160, seed=SEED) for r in ratios]
            kept[n] = runs
            shares = [run.mean_share for run in runs]
            canvas.error_bars(axes, ratios, shares, color=colour, ms=3.5, label=f"$n = {n}$")
        axes.axhline(0.5, color=canvas.FAINT, lw=1.2)
        axes.text(ratios[0], 0.505, r"$m/n \to \infty$", fontsize=9, color=canvas.GREY, va="bottom")
        edge = float(gordon())
        axes.axvline(edge, color=canvas.GREEN, lw=1, ls=canvas.DASHES, zorder=1)
        axes.text(edge + 0.2, 0.43, f"Gordon {edge:.2f}", fontsize=9, color=canvas.GREEN)
        axes.set(xlabel=r"$\alpha = m/n$", ylabel="mean of $A/m$", ylim=(0, 0.56))
        axes.set_title(r"$A = \min_x \lambda_{\min}(W_I^T W_I)$, 0 if not injective")
        axes.legend(loc="lower right")
        lower = [run.lower.mean for run in kept[3]]
        upper = [run.upper.mean for run in kept[3]]
        bounds.fill_between(ratios, lower, upper, color=canvas.GREEN, alpha=0.2, lw=0)
        bounds.plot(ratios, upper, "o-", ms=3.5, color=canvas.GREEN, label="upper bound")
        label = r"$\frac{1}{2}\sqrt{A/m}$"
        bounds.plot(ratios, lower, "o-", ms=3.5, color=canvas.BLUE, label=label)
        bounds.set(xlabel=r"$\alpha = m/n$", ylabel="mean of each bound", ylim=(0, None))
        bounds.set_title(r"Between them lies $\kappa/\sqrt{m}$, $n = 3$ (means)")
        bounds.legend(loc="upper left")
    return figure


def plot_deep(widths: tuple[int, ...] = (8, 10, 12, 16), layers: int = 4) -> Figure:
    """Draw the simulated probability that a network with plane inputs is injective, over depth.

    * ``widths``: widths of the layers, 2 to 40.
    * ``layers``: largest number of layers, 1 to 10 (default 4).

    >>> len(plot_deep((8,), 2).axes[0].containers)
    1
    """
    widths, layers = tuple(integer(width, "a width") for width in widths), integer(layers, "layers")
    if not all(2 <= width <= 40 for width in widths) or not 1 <= layers <= 10:
        raise DomainError(
            f"plot_deep needs widths between 2 and 40 and 1 <= layers <= 10; got {widths}, {layers}"
        )
    with canvas.panels(6.6, 4.4) as (figure, (axes,)):
        depth = list(range(1, layers + 1))
        curves = zip(widths, canvas.shades(len(widths)), strict=True)
        for place, (width, colour) in enumerate(curves):
            runs = [estimate_deep_injectivity(2, width, k, samples=30, seed=SEED) for k in depth]
            shifted = [k + 0.06 * (place - (len(widths) - 1) / 2) for k in depth]
            canvas.error_bars(axes, shifted, runs, color=colour, label=f"$C = {width // 2}$")
        axes.set(xlabel="layers $L$", ylabel="injective (share of 30)", ylim=(0, 1.05))
        axes.set_xticks(depth)
        axes.set_title(r"Widths $(2, 2C, \ldots, 2C)$: Monte Carlo, 95% intervals")
        axes.legend(loc="lower left")
    return figure
