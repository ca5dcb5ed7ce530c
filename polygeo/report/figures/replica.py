"""Figures about replica-symmetry breaking: energies, order parameters, the limit of cold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from gmpy2 import mpq

from polygeo import replica, thresholds
from polygeo.report.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_free_entropy", "plot_order_parameter", "plot_replica_energy"]

COLOURS = {"rs": canvas.GREEN, "1-rsb": canvas.OCHRE, "2-rsb": canvas.VIOLET, "full": canvas.RED}
LABELS = {"rs": "RS (Gordon)", "1-rsb": "1-RSB", "2-rsb": "2-RSB", "full": "full RSB"}
LOOKS: dict[str, Any] = {
    "1-rsb": {"lw": 1.2, "ls": (0, (6, 6)), "zorder": 4},
    "2-rsb": {"lw": 1.6, "ls": (0, (2, 2)), "zorder": 3},
    "full": {"lw": 3, "alpha": 0.6},
}
"""Three of the energies nearly coincide: a wide line, and dashes over it."""


def plot_replica_energy(points: int = 13) -> Figure:
    """Draw the ground-state energy over alpha in each ansatz: it crosses 1 at the thresholds.

    * ``points``: number of points of each curve (default 13).

    >>> len(plot_replica_energy(3).axes[0].lines)
    5
    """
    count = canvas.bounded(points, "points", 2, 200, "plot_replica_energy")
    alphas = [mpq(3) + mpq(6 * i, count - 1) for i in range(count)]
    with canvas.panels(10, 4.6, (1.2, 1)) as (figure, (axes, zoom)):
        for level in LABELS:
            _energies(axes, alphas, level)
        axes.axhline(1, color=canvas.INK, lw=0.8)
        axes.set(xlabel=r"$\alpha = m/n$", ylabel=r"$e^*(\alpha)$", xlim=(3, 9))
        axes.set_title("Ground-state energy: injective where it exceeds 1")
        axes.legend(loc="upper left", fontsize=9)
        near = [mpq(669, 100) + mpq(i, 250) for i in range(9)]
        for level in ("1-rsb", "2-rsb", "full"):
            _energies(zoom, near, level)
        zoom.axhline(1, color=canvas.INK, lw=0.8)
        for level, threshold in (
            ("1-rsb", thresholds.one_rsb()),
            ("2-rsb", thresholds.k_rsb(2)),
            ("full", thresholds.full_rsb()),
        ):
            zoom.plot([float(threshold)], [1], "o", color=COLOURS[level], ms=6, zorder=5)
        zoom.set(xlabel=r"$\alpha = m/n$", ylabel=r"$e^*(\alpha)$", xlim=(6.69, 6.722))
        zoom.set_title("Where it crosses 1 (predictions)")
    return figure


def _energies(axes: Axes, alphas: list[mpq], level: str) -> None:
    """The curve of one ansatz."""
    values = [float(replica.ground_state(x, level, effort="quick").energy) for x in alphas]
    looks: Any = {"color": COLOURS[level], "label": LABELS[level], **LOOKS.get(level, {})}
    axes.plot(list(map(float, alphas)), values, **looks)


def plot_order_parameter(alpha: int = 6) -> Figure:
    """Draw x(q) at one alpha for several numbers of steps, and the smooth full-RSB solution.

    * ``alpha``: the ratio m/n (default 6).

    >>> len(plot_order_parameter().axes[0].lines)
    5
    """
    with canvas.panels(8.5, 4.8) as (figure, (axes,)):
        steps = (2, 5, 10, 20)
        for k, colour in zip(steps, canvas.shades(len(steps)), strict=True):
            found = replica.ground_state(alpha, k)
            q = np.concatenate([[0.0], found.q])
            x = np.concatenate([[0.0], found.slopes, found.slopes[-1:]])
            axes.step(q, x, where="post", color=colour, lw=1.3, label=f"$k = {k}$")
        smooth = replica.ground_state(alpha, "full")
        grid = 1 - np.geomspace(1, 2e-4, 600)
        looks: Any = {"color": canvas.RED, "lw": 1.5, "ls": canvas.DASHES, "label": "full RSB"}
        axes.plot(grid, smooth.x(grid), **looks)
        axes.set(xlabel="$q$", ylabel=r"$x(q) = \lim\,\beta\, m(q)$", xlim=(0.65, 1), ylim=(0, 20))
        axes.set_title(rf"Order parameter at $\alpha = {alpha}$ (replica prediction)")
        axes.legend(loc="upper left", fontsize=9)
    return figure


def plot_free_entropy(alpha: int = 6) -> Figure:
    """Draw -Phi/beta over beta in the RS and 1-RSB ansatz, and the energies that they tend to.

    * ``alpha``: the ratio m/n (default 6).

    >>> len(plot_free_entropy().axes[0].lines)
    4
    """
    betas = [mpq(b) for b in (20, 30, 45, 70, 100, 150, 250, 400, 700, 1200)]
    with canvas.panels(8.5, 4.6) as (figure, (axes,)):
        for level in ("rs", "1-rsb"):
            energies = [float(replica.free_entropy(beta, alpha, level).energy) for beta in betas]
            looks: Any = {"ms": 3.5, "lw": 1.2, "color": COLOURS[level]}
            label = rf"$-\Phi/\beta$, {LABELS[level]}"
            axes.plot(list(map(float, betas)), energies, "o-", label=label, **looks)
            limit = float(replica.ground_state(alpha, level).energy)
            axes.axhline(limit, color=COLOURS[level], lw=1, ls=canvas.DASHES)
        axes.set(xlabel=r"$\beta$", ylabel=r"$-\Phi(\beta)/\beta$", xscale="log")
        axes.set_title(rf"$-\Phi(\beta)/\beta \to e^*$ at $\alpha = {alpha}$ (dashed)")
        axes.legend(loc="upper right", fontsize=9)
    return figure
