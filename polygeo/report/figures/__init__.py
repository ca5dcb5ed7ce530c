"""Figures: `PLOTS` has them by name, and `save` writes one to a file.

Of your own data: `plot_p`, `plot_layer`, `plot_cone`, `plot_own_volumes` and `plot_law`.
"""

from polygeo.report.figures.cones import plot_own_volumes
from polygeo.report.figures.own_cone import plot_cone
from polygeo.report.figures.own_law import plot_law
from polygeo.report.figures.own_layer import plot_layer
from polygeo.report.figures.plots import PLOTS, plot_euler_kappa, plot_q, plot_rate, save
from polygeo.report.figures.probability import plot_p

__all__ = [
    "PLOTS",
    "plot_cone",
    "plot_euler_kappa",
    "plot_law",
    "plot_layer",
    "plot_own_volumes",
    "plot_p",
    "plot_q",
    "plot_rate",
    "save",
]
