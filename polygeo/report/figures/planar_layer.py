"""The picture of a layer in the plane: its lines, its inputs, and where its rows do not span."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo.relu.decision.injectivity import is_injective
from polygeo.relu.local.radius import injectivity_radius
from polygeo.report.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_planar_layer"]

WEIGHTS = ((1, 0), (2, -1), (0, -1), (1, 2), (-1, -2), (1, -2))
BIAS = (1, 1, 1, 2, 1, 1)
SIZE = 3
"""Half the side of the window."""
PIXELS = 601
"""Points of the grid in one direction."""

Point = tuple[float, float]


def plot_planar_layer() -> Figure:
    """Draw one layer of two inputs: injective or not on all inputs, on x >= 0, on a box and a ball.

    A matplotlib Figure. Red: the inputs x at which the rows with <w, x> + b >= 0 do not span the
    plane; lines: where rows change their sign. The verdicts are proved, the ball is exact.

    >>> len(plot_planar_layer().axes)  # doctest: +SKIP
    3
    """
    sets: tuple[tuple[str, Any], ...] = (
        ("all inputs", None),
        ("inputs $\\geq 0$", "nonnegative"),
        ("inputs in $[-1, 1]^2$", (-1, 1)),
    )
    corners = {
        "nonnegative": ((0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)),
        (-1, 1): ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    }
    radius = float(injectivity_radius(WEIGHTS, [0, 0], BIAS).radius)
    with canvas.style():
        figure, panels = canvas.panels(10, 3.8, (1, 1, 1))
        for axes, (name, inputs) in zip(panels, sets, strict=True):
            _layer(axes)
            if inputs is not None:
                _domain(axes, corners[inputs])
            answer = "injective" if is_injective(WEIGHTS, BIAS, inputs) else "not injective"
            axes.set_title(f"{name}: {answer}")
        _ball(panels[-1], radius)
    return figure


def _layer(axes: Axes) -> None:
    """The lines of the rows, and the inputs with too few active rows."""
    import numpy as np

    side = np.linspace(-SIZE, SIZE, PIXELS)
    x, y = np.meshgrid(side, side)
    active = [a * x + c * y + b >= 0 for (a, c), b in zip(WEIGHTS, BIAS, strict=True)]
    spans = np.zeros_like(x, bool)
    for i, (a, c) in enumerate(WEIGHTS):
        for j, (d, e) in enumerate(WEIGHTS[:i]):
            if a * e != c * d:
                spans |= active[i] & active[j]
    window = (-SIZE, SIZE, -SIZE, SIZE)
    axes.contourf(side, side, ~spans, levels=[0.5, 1.5], colors=[canvas.RED], alpha=0.45)
    for (a, c), b in zip(WEIGHTS, BIAS, strict=True):
        foot = (-a * b / (a * a + c * c), -c * b / (a * a + c * c))
        axes.axline(foot, (foot[0] - c, foot[1] + a), color=canvas.BLUE, lw=1)
    axes.set(xlim=window[:2], ylim=window[2:], aspect="equal", xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    axes.set(xlabel="$x_1$", ylabel="$x_2$")


def _domain(axes: Axes, corners: tuple[Point, ...]) -> None:
    """A set of inputs."""
    from matplotlib.patches import Polygon

    axes.add_patch(
        Polygon(corners, closed=True, facecolor=canvas.GREEN, alpha=0.18, edgecolor="none")
    )


def _ball(axes: Axes, radius: float) -> None:
    """The ball around 0 on which active rows prove injectivity."""
    from matplotlib.patches import Circle

    axes.add_patch(Circle((0, 0), radius, fill=False, color=canvas.GREEN, lw=1.5))
    axes.plot([0], [0], "o", ms=3, color=canvas.GREEN)
