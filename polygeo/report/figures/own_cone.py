"""The picture of a polyhedral cone in 2 or 3 dimensions, as far as the unit sphere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polygeo import cones
from polygeo.answers.exact import abbreviate
from polygeo.answers.options import describe
from polygeo.answers.serialise import decimal
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector, dot
from polygeo.progress import patient
from polygeo.report.figures import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_cone"]

MAX_RAYS = 60
"""Largest number of rays that is drawn."""

NAMED = 8
"""Largest number of rays with coordinates beside each."""

STEPS = 40
"""Points of a half circle."""

Array = Any


@patient
def plot_cone(cone: Any, name: str = "the cone") -> Figure:
    """Draw a polyhedral cone in R^2 or R^3, cut off at the unit sphere.

    * ``cone``: a `polygeo.cones.PolyhedralCone`, or a family that has ``as_polyhedral()``.
    * ``name``: what the title calls the cone.

    The title gives the share of all directions that lie in the cone, v_d: 4 digits, proved. In the
    plane the polar cone is drawn too. DomainError for other cones and other dimensions.

    >>> plot_cone(cones.Orthant(2)).axes[0].get_title(loc="left")
    'the cone: 0.2500 of all directions'
    """
    if not isinstance(cone, cones.ConicSet) or not hasattr(cone, "as_polyhedral"):
        raise DomainError(f"plot_cone needs one polyhedral cone; got {describe(cone)}")
    if cone.ambient_dim not in (2, 3):
        raise DomainError(f"plot_cone needs a cone in R^2 or R^3; got one in R^{cone.ambient_dim}")
    made = cone.as_polyhedral()
    if len(made.rays) > MAX_RAYS:
        raise DomainError(f"plot_cone draws {MAX_RAYS} rays or fewer; got {len(made.rays)}")
    share = decimal(made.intrinsic_volumes()[-1], 4)
    with canvas.style():
        figure = canvas.empty_figure(6.4, 6.4)
        if made.ambient_dim == 2:
            axes: Any = figure.subplots()
            _draw_plane(axes, made)
        else:
            axes = figure.add_subplot(projection="3d")
            _draw_space(axes, made)
        label = abbreviate(str(name)).replace("$", r"\$")
        axes.set_title(f"{label}: {share} of all directions", loc="left")
    return figure


def _unit(vector: Sequence[int]) -> Array:
    """The unit vector of an integer vector, also of one too long for floats."""
    largest = max(map(abs, vector))
    floats = np.array([float(c) if largest < 2**900 else c / largest for c in vector])
    return floats / np.linalg.norm(floats)


def _arc(generators: Sequence[Vector]) -> Array | None:
    """Points on the unit circle of the plane that rays span, as an arc inside their cone.

    None if the rays span no plane. The whole circle if their cone is the plane.
    """
    units = [_unit(vector) for vector in generators]
    first = units[0]
    rest = [u - (u @ first) * first for u in units]
    second = max(rest, key=lambda v: float(v @ v))
    if second @ second < 1e-20:
        return None
    second = second / np.linalg.norm(second)
    angles = np.sort([np.arctan2(u @ second, u @ first) for u in units])
    gaps = np.diff([*angles, angles[0] + 2 * np.pi])
    widest = int(np.argmax(gaps))
    start, length = angles[(widest + 1) % len(angles)], 2 * np.pi - gaps[widest]
    if gaps[widest] < np.pi - 1e-9:
        start, length = 0.0, 2 * np.pi
    turns = start + np.linspace(0, length, max(2, round(STEPS * length / np.pi)))
    return np.outer(np.cos(turns), first) + np.outer(np.sin(turns), second)


def _generators(cone: Any) -> list[Vector]:
    """Rays of a cone, with both directions of its lines."""
    lines = cone.lineality_space
    return [*cone.rays, *lines, *(tuple(-c for c in line) for line in lines)]


def _draw_plane(axes: Any, cone: Any) -> None:
    """Draw a cone of the plane and its polar."""
    from matplotlib.patches import Polygon

    shown = (
        (cone.polar(), "#9a9a9a", "polar cone", canvas.DASHES),
        (cone, canvas.BLUE, "cone", "-"),
    )
    for one, colour, label, dashes in shown:
        generators = _generators(one)
        arc = _arc(generators) if generators else None
        if arc is not None:
            corners = [(0.0, 0.0), *map(tuple, arc)]
            axes.add_patch(Polygon(corners, facecolor=colour, alpha=0.25, lw=0, label=label))
        for ray in generators:
            x, y = _unit(ray)
            text = label if arc is None and ray is generators[0] else None
            axes.plot([0, x], [0, y], color=colour, lw=1.8, ls=dashes, label=text)
            if one is cone and len(generators) <= NAMED:
                axes.text(
                    1.1 * x, 1.1 * y, _coordinates(ray), ha="center", va="center", fontsize=9.5
                )
    axes.plot([0], [0], "o", color=canvas.INK, ms=4)
    turns = np.linspace(0, 2 * np.pi, 8 * STEPS)
    axes.plot(np.cos(turns), np.sin(turns), color=canvas.FAINT, lw=1, zorder=0)
    axes.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), aspect="equal")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.legend(loc="lower left", fontsize=9.5)


def _coordinates(ray: Vector) -> str:
    return abbreviate(f"({', '.join(map(str, ray))})", 24)


def _draw_space(axes: Any, cone: Any) -> None:
    """Draw a cone of the space: its faces, its part of the unit sphere, its rays."""
    from matplotlib.patches import Patch
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    generators = _generators(cone)
    flat = cone.dim < 3
    normals = [None] if flat else list(cone.inequalities)
    arcs = []
    for normal in normals:
        face = [g for g in generators if normal is None or dot(normal, g) == 0]
        arc = _arc(face) if face else None
        if arc is not None:
            arcs.append(arc)
    sides = [np.vstack([np.zeros(3), arc]) for arc in arcs]
    looks: Any = {"facecolor": canvas.BLUE, "edgecolor": "none"}
    if sides:
        axes.add_collection3d(Poly3DCollection(sides, alpha=0.3, **looks))
    names = {"faces": canvas.BLUE} if sides else {}
    if not flat:
        names |= {"its part of the unit sphere": canvas.OCHRE}
        cap = _cap(arcs, generators)
        axes.add_collection3d(
            Poly3DCollection(cap, alpha=0.22, **{**looks, "facecolor": canvas.OCHRE})
        )
    for arc in arcs:
        axes.plot(*arc.T, color=canvas.OCHRE, lw=1.4)
    for ray in generators:
        tip = _unit(ray)
        axes.plot(*zip((0, 0, 0), tip, strict=True), color=canvas.BLUE, lw=2)
        if len(generators) <= NAMED:
            axes.text(*(1.16 * tip), _coordinates(ray), ha="center", va="center", fontsize=9.5)
    axes.plot([0], [0], [0], "o", color=canvas.INK, ms=4)
    _sphere(axes)
    handles = [Patch(facecolor=c, alpha=0.4, label=label) for label, c in names.items()]
    axes.legend(handles=handles, loc="lower left", fontsize=9.5)
    axes.view_init(elev=22, azim=_azimuth(generators))
    axes.set(xlim=(-1, 1), ylim=(-1, 1), zlim=(-1, 1))
    axes.set_box_aspect((1, 1, 1), zoom=0.92)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", zlabel="$x_3$")
    axes.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1], zticks=[-1, 0, 1])
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_rotate_label(False)


def _cap(arcs: list[Array], generators: list[Vector]) -> list[Array]:
    """Small quadrilaterals of the part of the unit sphere inside a cone with interior points."""
    if not arcs:
        u, v = np.mgrid[0 : 2 * np.pi : 25j, 0 : np.pi : 13j]
        ball = np.stack([np.cos(u) * np.sin(v), np.sin(u) * np.sin(v), np.cos(v)], axis=-1)
        return _patches(ball)
    middle = sum(_unit(g) for g in generators)
    middle = middle / np.linalg.norm(middle)
    patches = []
    for arc in arcs:
        shares = np.linspace(0, 1, 9)[:, None, None]
        # Not along the chord: an arc of half a circle has points opposite to the middle.
        grid = np.sin((1 - shares) * np.pi / 2) * middle + np.sin(shares * np.pi / 2) * arc
        grid = grid / np.linalg.norm(grid, axis=-1, keepdims=True)
        patches += _patches(grid)
    return patches


def _patches(grid: Array) -> list[Array]:
    """The quadrilaterals of a grid of points."""
    return [
        np.array([grid[i, j], grid[i + 1, j], grid[i + 1, j + 1], grid[i, j + 1]])
        for i in range(grid.shape[0] - 1)
        for j in range(grid.shape[1] - 1)
    ]


def _sphere(axes: Any) -> None:
    """Draw the three great circles of the coordinate planes, faintly."""
    turns = np.linspace(0, 2 * np.pi, 4 * STEPS)
    a, b, zero = np.cos(turns), np.sin(turns), 0 * turns
    for circle in ((a, b, zero), (a, zero, b), (zero, a, b)):
        axes.plot(*circle, color=canvas.FAINT, lw=0.8, zorder=0)


def _azimuth(generators: list[Vector]) -> float:
    """From where to look: a quarter turn's third beside the middle of the rays."""
    x, y, _ = sum((_unit(g) for g in generators), np.zeros(3))
    return 30 + float(np.degrees(np.arctan2(y, x))) if abs(x) + abs(y) > 1e-9 else 30.0
