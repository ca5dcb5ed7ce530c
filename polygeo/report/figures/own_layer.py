"""Pictures of a layer of two inputs, ours or a user's: lines, inputs, where rows do not span."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector, primitive
from polygeo.progress import patient
from polygeo.relu.decision.injectivity import is_injective
from polygeo.relu.inputs import read_inputs
from polygeo.relu.interior import interior_of
from polygeo.relu.local.radius import injectivity_radius
from polygeo.relu.matrix import read_matrix, read_vector
from polygeo.report.figures import canvas
from polygeo.report.figures.plane import (
    Line,
    Point,
    Polygon,
    area,
    cells,
    centre,
    clipped,
    corners,
    meeting,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_layer", "plot_planar_layer"]

MAX_ROWS = 100
"""Largest number of rows that is drawn."""

NAMED = 12
"""Largest number of lines with a number beside each."""

WEIGHTS = ((1, 0), (2, -1), (0, -1), (1, 2), (-1, -2), (1, -2))
BIAS = (1, 1, 1, 2, 1, 1)
"""The layer of `plot_planar_layer`."""


@patient
def plot_layer(W: Any, bias: Any = None, inputs: Any = None) -> Figure:
    """Draw a layer of two inputs: its lines, its set of inputs, and where the active rows fail.

    * ``W``: an m x 2 matrix of rationals, m <= 100.
    * ``bias``: m rationals (default None: no biases).
    * ``inputs``: the set of inputs, as for `polygeo.relu.is_injective` (default None: the plane).

    Red: the points x at which the rows with <w, x> + b >= 0 do not span the plane. The layer is
    injective on a set of inputs with interior points exactly when no input is such a point
    (puthawala2022globally, for the plane without biases). Each arrow points to the side on which a
    row is active, and rows are counted from 1. The verdict in the title is proved; if it is "not
    injective", two inputs with one output are drawn. DomainError for other shapes, and for inputs
    that all lie on one line.

    >>> plot_layer([[1, 0], [0, 1], [-1, -1]]).axes[0].get_title(loc="left")
    '3 rows, all inputs: not injective'
    """
    matrix = read_matrix(W, "W")
    m, n = matrix.shape
    if n != 2 or m > MAX_ROWS:
        raise DomainError(
            f"plot_layer needs a matrix of 2 columns and {MAX_ROWS} rows; got {m} x {n}"
        )
    biases = (mpq(0),) * m if bias is None else read_vector(bias, m, "bias")
    domain = read_inputs(inputs, 2)
    if domain is not None and interior_of(domain).directions is not None:
        raise DomainError("plot_layer needs inputs with interior points; these lie on a line")
    verdict = is_injective(matrix, bias, domain)
    rows = _rows(matrix.entries, biases)
    lines = [line for _, line, _ in rows]
    free = bias is None and (domain is None or domain.is_cone)
    pair = None if verdict else _pair(verdict.collision, free)
    half_planes = [] if domain is None else [_scaled(row) for row in domain.rows if any(row[:2])]
    window = _window(lines, half_planes, pair)
    allowed = window
    for half_plane in half_planes:
        allowed = clipped(allowed, half_plane)
    with canvas.panels(7, 6.6) as (figure, (axes,)):
        _bad_cells(axes, window, rows)
        if domain is not None:
            _outside(axes, window, allowed)
        (left, below), (right, above) = corners(window)
        axes.set(xlim=(left, right), ylim=(below, above), aspect="equal")
        axes.set(xlabel="$x_1$", ylabel="$x_2$")
        _lines(axes, window, [(line, number) for _, line, number in rows])
        if pair is not None:
            _collision(axes, *pair)
        where = "all inputs" if domain is None else f"inputs: {domain.name}"
        answer = "injective" if verdict else "not injective"
        axes.set_title(f"{m} row{'s' * (m > 1)}, {where}: {answer}")
        figure.legend(loc="outside lower center", ncols=2, fontsize=9.5)
    return figure


def plot_planar_layer() -> Figure:
    """Draw one layer of two inputs: injective or not on all inputs, on x >= 0, on a box and a ball.

    A matplotlib Figure. Red: the inputs x at which the rows with <w, x> + b >= 0 do not span the
    plane; lines: where rows change their sign. The verdicts are proved, the ball is exact.

    >>> len(plot_planar_layer().axes)
    3
    """
    from matplotlib.patches import Circle
    from matplotlib.patches import Polygon as Outline

    s = 3.0
    window = [(-s, -s), (s, -s), (s, s), (-s, s)]
    sets: tuple[tuple[str, Any, Any], ...] = (
        ("all inputs", None, ()),
        ("inputs $\\geq 0$", "nonnegative", ((0, 0), (s, 0), (s, s), (0, s))),
        ("inputs in $[-1, 1]^2$", (-1, 1), ((-1, -1), (1, -1), (1, 1), (-1, 1))),
    )
    rows, radius = _rows(WEIGHTS, BIAS), float(injectivity_radius(WEIGHTS, [0, 0], BIAS).radius)
    with canvas.panels(10, 3.8, (1, 1, 1)) as (figure, panels):
        for axes, (name, inputs, region) in zip(panels, sets, strict=True):
            _bad_cells(axes, window, rows)
            for _, line, _ in rows:
                _line(axes, line, lw=1)
            axes.set(xlim=(-s, s), ylim=(-s, s), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
            axes.set(xticks=[-2, 0, 2], yticks=[-2, 0, 2])
            if region:
                looks: Any = {"facecolor": canvas.GREEN, "alpha": 0.18, "edgecolor": "none"}
                axes.add_patch(Outline(region, **looks))
            answer = "injective" if is_injective(WEIGHTS, BIAS, inputs) else "not injective"
            axes.set_title(f"{name}: {answer}")
        panels[-1].add_patch(Circle((0, 0), radius, fill=False, color=canvas.GREEN, lw=1.5))
        panels[-1].plot([0], [0], "o", ms=3, color=canvas.GREEN)
    return figure


def _rows(weights: Sequence[Any], biases: Sequence[Any]) -> list[tuple[Vector, Line, int]]:
    """The rows that are not 0: as integers, with the bias in floats, and their numbers from 1."""
    return [
        (primitive(row), _scaled((*row, b)), number)
        for number, (row, b) in enumerate(zip(weights, biases, strict=True), start=1)
        if any(row)
    ]


def _scaled(row: Sequence[Any]) -> Line:
    """The floats of a row (a, b, c), of which (a, b) gets length about 1."""
    largest = max(abs(row[0]), abs(row[1]))
    a, b, c = (float(mpq(x) / largest) for x in row)
    length = hypot(a, b)
    return a / length, b / length, c / length


def _pair(collision: Any, free: bool) -> tuple[Point, Point]:
    """Two inputs with one output, as floats; ``free``: any positive multiple of both will do."""
    first, second = collision
    largest = max(map(abs, (*first, *second))) if free else mpq(1)
    return tuple((float(x / largest), float(y / largest)) for x, y in (first, second))  # type: ignore


def _window(
    lines: list[Line], half_planes: list[Line], pair: tuple[Point, Point] | None
) -> Polygon:
    """A square around the points that matter: where lines meet, and corners of the inputs."""
    if not half_planes and not any(c for _, _, c in lines):
        return [(-1.3, -1.3), (1.3, -1.3), (1.3, 1.3), (-1.3, 1.3)]
    met = [meeting(first, second) for i, first in enumerate(lines) for second in lines[:i]]
    feet = [(-a * c, -b * c) for a, b, c in lines]
    ends = [
        meeting(first, second) for i, first in enumerate(half_planes) for second in half_planes[:i]
    ]
    inside = [
        p for p in ends if p and all(a * p[0] + b * p[1] + c >= -1e-9 for a, b, c in half_planes)
    ]
    points = _near([p for p in met if p] + feet) + inside + list(pair or ())
    (left, below), (right, above) = corners(points or [(0.0, 0.0)])
    half = 0.65 * max(right - left, above - below) or 1.0
    x, y = (left + right) / 2, (below + above) / 2
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


def _near(points: list[Point]) -> list[Point]:
    """The points without the quarter that lies farthest from their medians."""
    if len(points) < 8:
        return points
    x, y = (sorted(values)[len(points) // 2] for values in zip(*points, strict=True))
    ordered = sorted(points, key=lambda p: max(abs(p[0] - x), abs(p[1] - y)))
    return ordered[: 3 * len(points) // 4]


def _bad_cells(axes: Axes, window: Polygon, rows: list[tuple[Vector, Line, int]]) -> None:
    """Colour the cells in which the active rows do not span the plane."""
    from matplotlib.collections import PolyCollection

    bad = []
    for cell in cells(window, [line for _, line, _ in rows]):
        x, y = centre(cell)
        active = [row for row, (a, b, c), _ in rows if a * x + b * y + c >= 0]
        if not any(a * e != b * d for a, b in active[:1] for d, e in active):
            bad.append(cell)
    if bad:
        label = "the active rows do not span the plane"
        axes.add_collection(
            PolyCollection(bad, facecolors=canvas.RED, edgecolors="none", alpha=0.45, label=label)
        )


def _outside(axes: Axes, window: Polygon, allowed: Polygon) -> None:
    """Outline the inputs and veil the rest of the window."""
    from matplotlib.patches import PathPatch
    from matplotlib.patches import Polygon as Outline
    from matplotlib.path import Path

    if not allowed or area(allowed) == 0:
        return
    ring = [*window, window[0], *reversed(allowed), allowed[-1]]
    codes: list[Any] = [Path.MOVETO, *[Path.LINETO] * (len(window) - 1), Path.CLOSEPOLY]
    codes += [Path.MOVETO, *[Path.LINETO] * (len(allowed) - 1), Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(ring, codes), facecolor="white", alpha=0.72, lw=0))
    axes.add_patch(
        Outline(allowed, facecolor=canvas.GREEN, alpha=0.12, edgecolor="none", label="inputs")
    )
    axes.add_patch(Outline(allowed, fill=False, edgecolor=canvas.GREEN, lw=1.8))


def _lines(axes: Axes, window: Polygon, lines: list[tuple[Line, int]]) -> None:
    """Draw each line of rows, with an arrow to its active side and the number of its row."""
    (left, _), (right, _) = corners(window)
    size = right - left
    placed: list[Point] = []
    numbered = len(lines) <= NAMED
    label: str | None = "a row changes its sign" + " (arrow: active side)" * numbered
    for (a, b, c), number in lines:
        _line(axes, (a, b, c), lw=1.1, label=label)
        label = None
        spots = _spots(window, (a, b, c), size)
        if not numbered or not spots:
            continue
        met = [point for other, _ in lines if (point := meeting((a, b, c), other))]
        x, y = max(spots, key=lambda spot: _room(spot, placed, met))
        placed.append((x, y))
        tip = x + 0.05 * size * a, y + 0.05 * size * b
        arrow = {"arrowstyle": "->", "color": canvas.BLUE, "lw": 1.1, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", tip, (x, y), arrowprops=arrow)
        place = x + 0.075 * size * a, y + 0.075 * size * b
        axes.text(*place, str(number), color=canvas.BLUE, ha="center", va="center", fontsize=9.5)


def _line(axes: Axes, line: Line, **looks: Any) -> None:
    a, b, c = line
    axes.axline((-a * c, -b * c), (-a * c - b, -b * c + a), color=canvas.BLUE, **looks)


def _room(spot: Point, placed: list[Point], met: list[Point]) -> float:
    """How far a point lies from numbers, and by half as much from points where lines meet."""
    far = [hypot(spot[0] - u, spot[1] - v) for u, v in placed]
    return min([*far, *(2 * hypot(spot[0] - u, spot[1] - v) for u, v in met)], default=0)


def _spots(window: Polygon, line: Line, size: float) -> list[Point]:
    """Points of a line inside the window, on which a number may stand."""
    (left, below), (right, above) = corners(window)
    a, b, c = line
    middle = a * (left + right) / 2 + b * (below + above) / 2 + c
    x, y = (left + right) / 2 - a * middle, (below + above) / 2 - b * middle
    margin = 0.09 * size
    found = []
    for step in range(-20, 21):
        u, v = x - b * step * size / 28, y + a * step * size / 28
        if left + margin < u < right - margin and below + margin < v < above - margin:
            found.append((u, v))
    return found


def _collision(axes: Axes, first: Point, second: Point) -> None:
    """Draw two inputs with one output."""
    xs, ys = zip(first, second, strict=True)
    looks: Any = {"color": canvas.INK, "lw": 1, "ls": ":", "ms": 5, "zorder": 5}
    axes.plot(xs, ys, marker="o", label="two inputs with one output", **looks)
