"""The picture of a chi-bar-squared law of a user: density and tail, with the laws it mixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo.answers.exact import rational, shorten
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.report.figures import canvas
from polygeo.volumes import ChiBarSquared

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_law"]

NAMED = 8
"""Largest number of components that are drawn one by one."""

LEVELS = (0.05, 0.01)
"""Levels whose critical values are marked."""


@patient
def plot_law(law: Any, statistic: Any = None) -> Figure:
    """Draw a chi-bar-squared law: its density and its tail P[X >= x], with their components.

    * ``law``: a `polygeo.volumes.ChiBarSquared`, or what it is made of: a cone, intrinsic volumes,
      or the weights w_0, ..., w_d (exact or certified, sum 1).
    * ``statistic``: an outcome T >= 0 that is marked with its p-value (default None).

    Left: the density of the part above 0; its component k is w_k times the density of chi^2_k. The
    atom at 0 stands in the title. Right: the tail on a logarithmic axis, with the critical values
    of the levels 5% and 1%. DomainError for laws of counted projections and for a law that is 0.

    >>> len(plot_law(["1/4", "1/2", "1/4"]).axes)
    2
    """
    made = law if isinstance(law, ChiBarSquared) else ChiBarSquared(law)
    if not isinstance(made, ChiBarSquared):
        raise DomainError("plot_law needs exact or certified weights; got counted projections")
    if made.atom >= 1:
        raise DomainError("plot_law needs a law with a density; this one is 0 with probability 1")
    outcome = None if statistic is None else rational(statistic, "statistic")
    if outcome is not None and not 0 <= outcome <= 10**6:
        raise DomainError(f"statistic needs 0 <= T <= 10^6; got {shorten(outcome)}")
    import numpy as np

    from polygeo.volumes.laws import chisquared

    least = min(1e-4, float(made.sf(0)) / 1000)
    end = max(float(made.isf(least)), 1.15 * float(outcome or 0))
    x = np.linspace(end / 1200, end, 1200)
    weights = [float(w) for w in made.weights]
    parts = [k for k, w in enumerate(weights) if w > 0 and k]
    total: Any = {"color": canvas.INK, "lw": 2, "label": r"the law $\bar\chi^2$"}
    with canvas.panels(10, 4.8, (1, 1)) as (figure, (density, tail)):
        if len(parts) <= NAMED:
            for k, colour in zip(parts, canvas.shades(len(parts)), strict=True):
                looks: Any = {"color": colour, "lw": 1.2, "ls": canvas.DASHES}
                label = rf"$w_{{{k}}}\,\chi^2_{{{k}}}$, $w_{{{k}}} = {weights[k]:.4g}$"
                density.plot(x, weights[k] * chisquared.density(k, x), label=label, **looks)
                tail.plot(x, weights[k] * chisquared.sf(k, x), **looks)
        density.plot(x, made.pdf(x), **total)
        tail.plot(x, made.sf(x), **total)
        # A density may be infinite at 0: the axis ends at its largest value a little above 0.
        density.set_ylim(0, 1.15 * float(made.pdf(x)[len(x) // 30 :].max()))
        density.set(xlabel="$x$", ylabel="density", xlim=(0, end))
        atom = f", atom $w_0 = {made.atom:.4g}$ at 0" if made.atom else ""
        density.set_title(f"Chi-bar-squared law{atom}")
        density.legend(fontsize=10, loc="upper right")
        tail.set(xlabel="$x$", ylabel="$P[X \\geq x]$", xlim=(0, end), yscale="log")
        tail.set_ylim(max(1e-12, float(made.sf(end)) / 2), 1.3)
        for level in LEVELS:
            if float(made.sf(0)) > level:
                place = float(made.isf(level))
                tail.plot([0, place, place], [level, level, 1e-12], color=canvas.GREY, lw=0.9)
                text = f"{level:.0%}: $x = {place:.4g}$"
                beside: Any = {"textcoords": "offset points", "fontsize": 10, "color": canvas.GREY}
                tail.annotate(text, (place, level), (5, 4), **beside)
        tail.set_title("Tail, and critical values")
        if outcome is not None:
            _mark(density, tail, made, outcome)
    return figure


def _mark(density: Any, tail: Any, law: ChiBarSquared, outcome: Any) -> None:
    """Mark an outcome and its p-value."""
    place = float(outcome)
    value = float(law.p_value(place))
    label = f"$T = {place:.6g}$: $p = {value:.4g}$"
    for axes in (density, tail):
        axes.axvline(place, color=canvas.RED, lw=1.4)
    if value > 0:
        tail.plot([place], [value], "o", color=canvas.RED, ms=6, label=label)
        tail.legend(fontsize=10, loc="upper right")
