"""Figures about random polytopes: f-vectors over the dimension, and faces that survive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from gmpy2 import mpq

from polygeo import polytopes
from polygeo.answers.certification import as_float
from polygeo.answers.exact import integer
from polygeo.errors import DomainError
from polygeo.report.figures import canvas
from polygeo.thresholds import weak_l1, weak_nonnegative, weak_orthant

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_f_vectors", "plot_finite_faces"]

VERTICES: list[tuple[str, Callable[[int, int], Any], str]] = [
    ("random walk", lambda n, d: polytopes.RandomWalkHull(n - 1, d), canvas.GREEN),
    ("Gaussian", lambda n, d: polytopes.GaussianPolytope(n, d), canvas.RED),
    ("uniform in the ball", lambda n, d: polytopes.BetaPolytope(n, d, 0), canvas.BLUE),
]
"""Name, model with n points in R^d, and colour of each curve of vertices.

The bridge and the symmetric model would hide two of these curves.
"""

CELLS: list[tuple[str, Callable[[int], Any], str]] = [
    ("typical Poisson–Voronoi cell", lambda d: polytopes.PoissonVoronoiCell(d), canvas.BLUE),
    ("zero cell", lambda d: polytopes.PoissonZeroCell(d), canvas.VIOLET),
]

FAMILIES: list[tuple[str, Any, Callable[[Any], Any], str]] = [
    ("cube", polytopes.ProjectedCube, weak_orthant, canvas.GREEN),
    ("simplex", polytopes.ProjectedSimplex, weak_nonnegative, canvas.RED),
    ("crosspolytope", polytopes.ProjectedCrosspolytope, weak_l1, canvas.BLUE),
]


def plot_f_vectors(n: int = 100, largest: int = 15) -> Figure:
    """Draw expected f-vectors: Gaussian polytopes of n points, vertices of hulls, facets of cells.

    * ``n``: number of points, 2 largest + 2 to 1000 (default 100).
    * ``largest``: largest dimension, 4 to 30 (default 15).

    >>> [len(axes.lines) for axes in plot_f_vectors(20, 6).axes]
    [2, 3, 2]
    """
    size, top = integer(n, "n"), integer(largest, "largest")
    if not 4 <= top <= 30 or not 2 * top + 2 <= size <= 1000:
        raise DomainError(
            f"plot_f_vectors needs 4 <= largest <= 30 and 2 largest + 2 <= n <= 1000; "
            f"got n={size}, largest={top}"
        )
    with canvas.panels(10, 4.2, (1, 1, 1)) as (figure, (axes, vertices, cells)):
        chosen = [d for d in range(3, top + 1) if (top - d) % 3 == 0]
        for d, colour in zip(chosen, canvas.shades(len(chosen)), strict=True):
            f = polytopes.GaussianPolytope(size, d).f_vector(8)
            values = [float(x) for x in f]
            axes.plot(range(d), values, "o-", color=colour, ms=3.5, lw=1.3, label=f"$d = {d}$")
        axes.set(xlabel="$k$", ylabel=r"$\mathbb{E} f_k$", yscale="log")
        canvas.whole_numbers(axes)
        axes.set_title(f"Faces, {size} Gaussian points")
        axes.legend(loc="upper left", fontsize=9)
        dimensions = range(2, top + 1)
        for label, family, colour in VERTICES:
            values = [as_float(family(size, d).faces(0, 8)) / size for d in dimensions]
            vertices.plot(dimensions, values, "o-", color=colour, ms=3.5, lw=1.3, label=label)
        vertices.set(xlabel="$d$", ylabel=r"$\mathbb{E} f_0 \,/\, n$", ylim=(0, 1.02))
        canvas.whole_numbers(vertices)
        vertices.set_title(f"Vertices among {size} points")
        vertices.legend(loc="lower right", fontsize=9)
        for label, cell, colour in CELLS:
            facets = [as_float(cell(d).facets(8)) for d in dimensions]
            cells.plot(dimensions, facets, "o-", color=colour, ms=3.5, lw=1.3, label=label)
        cells.set(xlabel="$d$", ylabel=r"$\mathbb{E} f_{d-1}$", yscale="log")
        canvas.whole_numbers(cells)
        cells.set_title("Facets of Poisson cells")
        cells.legend(loc="upper left", fontsize=9)
    return figure


def plot_finite_faces(sizes: tuple[int, ...] = (40, 80, 160, 320)) -> Figure:
    """Draw which faces of simplex, crosspolytope and cube survive a projection, n finite or large.

    * ``sizes``: values of n, 20 to 400; DomainError otherwise.

    Left: the share of k-faces of the crosspolytope that survive at d = n/2, over k/d. Right:
    where half of the faces survive, for d = delta n, on Donoho and Tanner's weak thresholds.

    >>> len(plot_finite_faces((20, 40)).axes[1].lines)
    11
    """
    counts = [integer(n, "n") for n in sizes]
    if not counts or not all(20 <= n <= 400 for n in counts):
        raise DomainError(f"plot_finite_faces needs sizes n between 20 and 400; got {sizes}")
    with canvas.panels(10, 4.8, (1, 1)) as (figure, (slices, phases)):
        for n, colour in zip(counts, canvas.shades(len(counts)), strict=True):
            model = polytopes.ProjectedCrosspolytope(n, n // 2)
            steps = range(0, n // 2, max(1, n // 80))
            shares = [float(model.surviving(k, 6)) for k in steps]
            ratios = [(k + 1) / (n // 2) for k in steps]
            slices.plot(ratios, shares, color=colour, lw=1.4, label=f"$n = {n}$")
        limit = float(weak_l1(mpq(1, 2)))
        slices.axvline(limit, color=canvas.INK, lw=1, ls=canvas.DASHES)
        slices.text(limit + 0.015, 0.8, rf"$\rho_W = {limit:.4f}$", fontsize=9)
        slices.set(xlabel=r"$\rho = (k+1)/d$", xlim=(0, 1), ylim=(0, 1.02))
        slices.set_ylabel(r"$\mathbb{E} f_k(\Pi C) \,/\, f_k(C)$")
        slices.set_title("Crosspolytope, $d = n/2$: faces that survive")
        slices.legend(loc="upper right", fontsize=9)
        _phases(phases, [counts[0], counts[-1]])
    return figure


def _phases(axes: Axes, sizes: list[int]) -> None:
    """The weak thresholds with the points where half of the faces survive at two sizes."""
    marks: Any = {"ms": 4.5, "mfc": "white", "mew": 1.1}
    for label, family, weak, colour in FAMILIES:
        least = 0.5 if weak is weak_orthant else 0.0
        deltas = np.linspace(least + 0.01, 0.99, 60)
        limits = [float(weak(mpq(round(1000 * x), 1000))) for x in deltas]
        axes.plot(deltas, limits, color=colour, lw=1.6, label=f"{label}, weak threshold")
        for n, marker in zip(sizes, ("o", "."), strict=True):
            dims = [n * i // 20 for i in range(2, 20, 2) if i / 20 > least]
            half = [_half(family(n, d)) for d in dims]
            axes.plot([d / n for d in dims], half, marker, color=colour, **marks)
    for n, marker in zip(sizes, ("o", "."), strict=True):
        axes.plot([], [], marker, color=canvas.INK, label=f"$n = {n}$", **marks)
    axes.set(xlabel=r"$\delta = d/n$", ylabel=r"$\rho = (k+1)/d$; cube: $k/d$")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_title(r"Where half of the faces survive, and the limit")
    axes.legend(loc="upper left", fontsize=9)


def _half(model: Any) -> float:
    """(vertices of the faces of which half survive)/d, interpolated; for the cube dimension/d."""
    extra = 0 if isinstance(model, polytopes.ProjectedCube) else 1
    k = model.survivors()
    above = float(model.surviving(k, 6)) if k >= 0 else 1.0
    below = float(model.surviving(k + 1, 6)) if k + 1 < model.dim else 0.0
    return (k + extra + (above - 0.5) / (above - below)) / model.dim
