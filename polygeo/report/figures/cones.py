"""Figures about cones: volume distributions, the phase diagram of recovery, chi-bar-squared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from polygeo import cones
from polygeo.answers.certification import as_float
from polygeo.answers.exact import abbreviate
from polygeo.answers.options import describe
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.report.figures import canvas
from polygeo.thresholds import recovery_curve, strong_l1, weak_l1
from polygeo.volumes import ChiBarSquared

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_chi_bar_squared", "plot_own_volumes", "plot_recovery", "plot_volumes"]

PALETTE = (canvas.BLUE, canvas.GREEN, canvas.RED, canvas.VIOLET, canvas.OCHRE, "#444444")


def plot_volumes(d: int = 20) -> Figure:
    """Draw the intrinsic volumes of several cones in one R^d: each is concentrated at its delta.

    * ``d``: dimension, 4 to 200 (default 20); DomainError otherwise.

    >>> len(plot_volumes(6).axes[0].lines) >= 5
    True
    """
    space = canvas.bounded(d, "d", 4, 200, "plot_volumes")
    chosen = [
        ("Weyl chamber $B$", cones.WeylChamber("B", space)),
        ("circular, $\\pi/6$", cones.CircularCone(space, "pi/6")),
        (f"$\\ell_1$ descent, $s = {space // 5}$", cones.L1DescentCone(space, max(space // 5, 1))),
        ("orthant", cones.Orthant(space)),
        ("circular, $\\pi/3$", cones.CircularCone(space, "pi/3")),
        ("permutahedron vertex", cones.PermutahedronTangentCone(space)),
    ]
    with canvas.panels(9, 4.6) as (figure, (axes,)):
        for (label, cone), colour in zip(chosen, PALETTE, strict=True):
            v = cone.intrinsic_volumes(10)
            label = f"{label}, $\\delta = {as_float(v.statistical_dimension()):.2f}$"
            looks: Any = {"color": colour, "ms": 3.5, "lw": 1.2, "label": label}
            axes.plot(range(space + 1), [float(x) for x in v], "o-", **looks)
        axes.set(xlabel="$k$", ylabel="$v_k$", xlim=(-0.5, space + 0.5))
        axes.set_ylim(bottom=0)
        canvas.whole_numbers(axes)
        axes.legend(fontsize=9, loc="upper center")
        axes.set_title(f"Conic intrinsic volumes in $\\mathbb{{R}}^{{{space}}}$")
    return figure


@patient
def plot_own_volumes(cone: Any, name: str = "the cone") -> Figure:
    """Draw the intrinsic volumes of a cone, with its statistical dimension.

    * ``cone``: a convex cone of `polygeo.cones` that has intrinsic volumes.
    * ``name``: what the title calls the cone.

    DomainError for what is no cone.

    >>> plot_own_volumes(cones.Orthant(3)).axes[0].get_xlabel()
    '$k$'
    """
    if not isinstance(cone, cones.ConicSet):
        raise DomainError(f"plot_own_volumes needs a cone; got {describe(cone)}")
    v: Any = cone.intrinsic_volumes(10)
    delta = as_float(v.statistical_dimension())
    with canvas.panels(7, 4.2) as (figure, (axes,)):
        axes.bar(range(len(v)), [float(x) for x in v], width=0.7, color=canvas.BLUE)
        axes.axvline(delta, color=canvas.RED, ls=canvas.DASHES, lw=1.2)
        axes.set(xlabel="$k$", ylabel="$v_k$", xlim=(-0.6, len(v) - 0.4))
        canvas.whole_numbers(axes)
        label = abbreviate(str(name)).replace("$", r"\$")
        axes.set_title(rf"{label}: statistical dimension $\delta = {delta:.4g}$")
    return figure


def plot_recovery(n: int = 100) -> Figure:
    """Draw the phase diagram of l1 recovery: exact probabilities for one n, and the limits.

    * ``n``: dimension of the signal (default 100).

    >>> len(plot_recovery(20).axes[0].lines) >= 2
    True
    """
    size = canvas.bounded(n, "n", 10, 400, "plot_recovery")
    step = max(1, size // 50)
    with canvas.panels(10, 4.8, (1.15, 1)) as (figure, (axes, slices)):
        sparsities = range(step, size, step)
        grid = [[float(p) for p in recovery_curve(size, s, "l1", 8)] for s in sparsities]
        across, up = [m / size for m in range(size + 1)], [s / size for s in sparsities]
        looks: Any = {"cmap": "Greys_r", "vmin": 0, "vmax": 1, "rasterized": True}
        picture = axes.pcolormesh(across, up, grid, shading="nearest", **looks)
        figure.colorbar(picture, ax=axes, label=f"probability of success, $n = {size}$")
        deltas = [mpq(k, 100) for k in range(1, 100)]
        for function, label, colour in (
            (weak_l1, "weak threshold", canvas.RED),
            (strong_l1, "strong threshold", canvas.BLUE),
        ):
            curve = [float(function(delta)) * float(delta) for delta in deltas]
            axes.plot([float(x) for x in deltas], curve, color=colour, lw=1.8, label=label)
        axes.set(xlabel=r"$\delta = m/n$", ylabel=r"$s/n$", xlim=(0, 1), ylim=(0, 1))
        axes.set_title(r"$\ell_1$ recovery: exact at finite $n$, and in the limit")
        axes.legend(loc="upper left", fontsize=9, labelcolor="white")
        sizes = [max(size // 5, 10), size // 2, size, 2 * size]
        for count, colour in zip(sizes, canvas.shades(len(sizes)), strict=True):
            p = recovery_curve(count, max(count // 10, 1), "l1", 8)
            ratios = [m / count for m in range(count + 1)]
            slices.plot(ratios, list(map(float, p)), color=colour, lw=1.5, label=f"$n = {count}$")
        limit = _weak_delta(mpq(1, 10))
        slices.axvline(limit, color=canvas.RED, ls=canvas.DASHES, lw=1)
        slices.text(limit + 0.01, 0.03, f"{limit:.4f}", color=canvas.RED, fontsize=9)
        slices.set(xlabel=r"$m/n$", ylabel="probability of success", xlim=(0.15, 0.55))
        slices.set_title("$s = n/10$: the transition sharpens with $n$")
        slices.legend(fontsize=9, loc="upper left")
    return figure


def _weak_delta(share: mpq) -> float:
    """delta at which rho(delta) delta = share, by bisection (for a line in a picture)."""
    low, high = mpq(1, 100), mpq(99, 100)
    for _ in range(30):
        middle = (low + high) / 2
        if float(weak_l1(middle)) * float(middle) < share:
            low = middle
        else:
            high = middle
    return float(low)


def plot_chi_bar_squared(d: int = 6) -> Figure:
    """Draw the densities of |P_C g|^2 for several cones of one dimension.

    * ``d``: dimension (default 6).

    >>> plot_chi_bar_squared(3).axes[0].get_xlabel()
    '$x$'
    """
    import numpy as np

    space = canvas.bounded(d, "d", 2, 100, "plot_chi_bar_squared")
    half = space // 2
    chosen: list[tuple[str, Any]] = [
        (f"Weyl chamber $B_{{{space}}}$", cones.WeylChamber("B", space)),
        ("circular, $\\pi/6$", cones.CircularCone(space, "pi/6")),
        ("orthant", cones.Orthant(space)),
        (f"subspace, dimension {half}", cones.Subspace(half, space)),
        ("circular, $\\pi/3$", cones.CircularCone(space, "pi/3")),
        ("whole space", cones.Subspace(space, space)),
    ]
    x = np.linspace(0.02, 3.2 * space, 600)
    with canvas.panels(9, 4.4) as (figure, (axes,)):
        for (label, cone), colour in zip(chosen, PALETTE, strict=True):
            law = ChiBarSquared(cone)
            dashes = (0, (5, 2)) if cone.is_subspace else "-"
            note = f"{label}, atom {law.atom:.3f}" if law.atom else label
            axes.plot(x, law.pdf(x), color=colour, lw=1.6, ls=dashes, label=note)
        axes.set(xlabel="$x$", ylabel="density", xlim=(0, 3.2 * space), ylim=(0, 0.32))
        axes.set_title(f"Laws of $|P_C\\,g|^2$ in $\\mathbb{{R}}^{{{space}}}$")
        axes.legend(fontsize=9)
        axes.tick_params(colors=canvas.INK)
    return figure
