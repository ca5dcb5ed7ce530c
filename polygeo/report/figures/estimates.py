"""Figures about simulation: how estimates converge, and how they compare with exact values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo import cones
from polygeo.answers.exact import whole
from polygeo.report.figures import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_convergence", "plot_estimates"]

BAND, LINE, ALERT = "#dfe7ef", canvas.BLUE, canvas.RED
SHOWN = 24
SMALL_BLOCK = 128
"""Smallest number of antithetic pairs between two points of a curve."""


def _paths(chamber: Any, seeds: int, doublings: int) -> list[list[Any]]:
    """For each seed the counts after 1, 2, 4, ... small blocks."""
    import numpy as np

    from polygeo.sampling import FaceBlock, FaceCounts, Generators

    rays = chamber.as_polyhedral().polar().rays
    prepared = Generators.of(None, rays)
    paths = []
    for seed in range(seeds):
        block = FaceBlock(prepared, seed, pairs=SMALL_BLOCK)
        sums: Any = 0
        path = []
        for number in range(1 << doublings):
            sums = sums + np.asarray(block(number))
            if (number + 1).bit_count() == 1:
                path.append(FaceCounts.of(sums, seed, polar=True))
        paths.append(path)
    return paths


def plot_convergence(d: int = 8, seeds: int = 60) -> Figure:
    """Draw the errors of estimates of B_d's volumes against samples, with the standard error.

    * ``d``: rank of the chamber, 3 to 30 (default 8).
    * ``seeds``: number of runs, 3 to 200 (default 60).

    >>> len(plot_convergence(4, 3).axes)
    2
    """
    rank = canvas.bounded(d, "d", 3, 30, "plot_convergence")
    count = canvas.bounded(seeds, "seeds", 3, 200, "plot_convergence")
    chamber = cones.WeylChamber("B", rank)
    exact = float(chamber.intrinsic_volumes()[2])
    paths = _paths(chamber, count, 8)
    samples = [counts.samples for counts in paths[0]]
    with canvas.panels(10, 4.6, (1, 1)) as (figure, (axes, decay)):
        runs = [[counts.volumes()[2] for counts in path] for path in paths]
        size = range(len(samples))
        stated = [(sum(run[i].stderr ** 2 for run in runs) / count) ** 0.5 for i in size]
        low, high = ([sign * 1.96 * s for s in stated] for sign in (-1, 1))
        axes.fill_between(samples, low, high, color=BAND, lw=0, label="stated 95% band")
        for run, colour in zip(runs[:SHOWN], canvas.shades(min(count, SHOWN)), strict=True):
            axes.plot(samples, [r.mean - exact for r in run], color=colour, lw=0.9)
        axes.axhline(0, color=canvas.INK, lw=0.8)
        axes.set_xscale("log")
        axes.set(xlabel="samples", ylabel="estimate $-$ exact", xlim=(samples[0], samples[-1]))
        axes.set_title(f"$v_2$ of the Weyl chamber $B_{{{rank}}}$, {min(count, SHOWN)} runs")
        axes.legend(fontsize=9, loc="upper right")
        kinds = (("pairs, Gauss-Bonnet", True, LINE, "o"), ("pairs only", False, ALERT, "s"))
        for label, stratified, colour, marker in kinds:
            both = [[c.volumes(stratified=stratified)[2] for c in path] for path in paths]
            errors = [(sum((r[i].mean - exact) ** 2 for r in both) / count) ** 0.5 for i in size]
            claims = [(sum(r[i].stderr ** 2 for r in both) / count) ** 0.5 for i in size]
            decay.loglog(samples, claims, color=colour, lw=1.4, label=f"stated error, {label}")
            looks: Any = {"color": colour, "ms": 4.5, "label": f"actual, {count} runs"}
            decay.loglog(samples, errors, marker, **looks)
        decay.set(xlabel="samples", ylabel="error of $v_2$")
        decay.set_title("The stated error is the actual one, and falls like $1/\\sqrt{N}$")
        decay.legend(fontsize=9)
    return figure


def plot_estimates(d: int = 8, samples: int = 200_000) -> Figure:
    """Draw exact intrinsic volumes of B_d, estimates with 95% intervals, and the deviations.

    * ``d``: rank of the chamber, 3 to 50 (default 8).
    * ``samples``: number of samples, 100 to 10^8 (default 200 000).

    >>> plot_estimates(4, 2000).axes[0].get_xlabel()
    '$k$'
    """
    rank = canvas.bounded(d, "d", 3, 50, "plot_estimates")
    count = canvas.bounded(whole(samples, "samples"), "samples", 100, 10**8, "plot_estimates")
    chamber = cones.WeylChamber("B", rank)
    exact = [float(v) for v in chamber.intrinsic_volumes()]
    runs = chamber.estimate_intrinsic_volumes(count, seed=1)
    ks = list(range(rank + 1))
    with canvas.panels(10, 4.6, (1.3, 1)) as (figure, (axes, beside)):
        axes.plot(ks, exact, "_", color=ALERT, ms=18, mew=1.6, label="exact")
        seen = [k for k in ks if runs[k].mean > 0]
        means = [runs[k].mean for k in seen]
        below = [runs[k].mean - max(runs[k].low, 1e-12) for k in seen]
        above = [runs[k].high - runs[k].mean for k in seen]
        looks: Any = {"ms": 4, "capsize": 4, "color": LINE, "label": "estimate, 95% interval"}
        axes.errorbar(seen, means, [below, above], fmt="o", **looks)
        unseen = [k for k in ks if runs[k].mean == 0]
        if unseen:
            looks = {"color": LINE, "mfc": "white", "ms": 7, "label": "never seen: upper bound"}
            axes.plot(unseen, [runs[k].high for k in unseen], "v", **looks)
        axes.set_yscale("log")
        axes.set(xlabel="$k$", ylabel="$v_k$")
        axes.set_title(f"Weyl chamber $B_{{{rank}}}$, {count:,} samples, seed 1")
        axes.legend(fontsize=9, loc="lower left")
        shown = [k for k in ks if runs[k].mean > 5.5 * runs[k].stderr > 0]
        beside.axhspan(-1.96, 1.96, color=BAND, lw=0)
        beside.axhline(0, color=canvas.INK, lw=0.8)
        deviations = [(runs[k].mean - exact[k]) / runs[k].stderr for k in shown]
        beside.plot(shown, deviations, "o", color=LINE)
        beside.set(xlabel="$k$", ylabel="standard errors", xlim=(-0.5, rank + 0.5), ylim=(-4, 4))
        beside.set_title("Deviation from the exact value")
        canvas.whole_numbers(axes, beside)
    return figure
