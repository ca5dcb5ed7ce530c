"""Figures: `PLOTS` has them by name, and `save` writes one to a file."""

from polygeo.report.figures.plots import PLOTS, plot_euler_kappa, plot_q, plot_rate, save

__all__ = ["PLOTS", "plot_euler_kappa", "plot_q", "plot_rate", "save"]
