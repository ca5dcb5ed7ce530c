"""Pictures of random polytopes: one realisation of each model in the plane and in space."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.collections import LineCollection, PolyCollection
from scipy.spatial import ConvexHull, Voronoi

from polygeo import polytopes
from polygeo.polytopes.cells_simulation import poisson_cell_polar, polar_vertices
from polygeo.polytopes.hulls.counting import hull_facets

__all__ = ["cells_plane", "cells_space", "polytopes_plane", "polytopes_space"]

FILL, LINE, POINT = "#dbe6f0", "#1f4e79", "#c1440e"
LIGHT = np.array([0.35, 0.5, 0.8])
EYE = np.array([[0.83, -0.55, 0.0], [0.22, 0.33, 0.92], [-0.51, -0.76, 0.4]])
"""Rows: right, up and towards the reader, nearly orthonormal; made so below."""


def _bare(axes: Any, title: str) -> None:
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set_title(title, fontsize=10)
    axes.margins(0.06)


def polytopes_plane() -> Any:
    """Hulls in the plane with the points behind them."""
    models = [
        (polytopes.GaussianPolytope(60, 2), "Gaussian, 60 points", 3, False),
        (polytopes.SymmetricGaussianPolytope(30, 2), "symmetric, 30 pairs", 5, False),
        (polytopes.ProjectedCube(6, 2), "projected 6-cube", 2, False),
        (polytopes.RandomWalkHull(300, 2), "walk, 300 steps", 12, True),
        (polytopes.RandomBridgeHull(300, 2), "bridge, 300 steps", 4, True),
    ]
    figure, panels = pyplot.subplots(1, 5, figsize=(10, 2.5), layout="constrained")
    for axes, (model, title, seed, joined) in zip(panels, models, strict=True):
        points = model.sample(seed)
        hull = points[ConvexHull(points).vertices]
        axes.fill(*hull.T, color=FILL, lw=0)
        if joined:
            path = points if title.startswith("walk") else np.concatenate([points[-1:], points])
            axes.plot(*path.T, color=LINE, lw=0.5)
        else:
            axes.plot(*points.T, ".", color=LINE, ms=2.5)
        axes.plot(*np.concatenate([hull, hull[:1]]).T, color=LINE, lw=1.2)
        axes.plot(*hull.T, "o", color=POINT, ms=3)
        _bare(axes, title)
    return figure


def polytopes_space() -> Any:
    """The same models in space."""
    models = [
        (polytopes.GaussianPolytope(60, 3), "Gaussian, 60 points", 3),
        (polytopes.SymmetricGaussianPolytope(30, 3), "symmetric, 30 pairs", 5),
        (polytopes.ProjectedCube(6, 3), "projected 6-cube", 2),
        (polytopes.RandomWalkHull(300, 3), "walk, 300 steps", 7),
        (polytopes.RandomBridgeHull(300, 3), "bridge, 300 steps", 4),
    ]
    figure, panels = pyplot.subplots(1, 5, figsize=(10, 2.6), layout="constrained")
    for axes, (model, title, seed) in zip(panels, models, strict=True):
        _solid(axes, model.sample(seed))
        _bare(axes, title)
    return figure


def cells_plane() -> Any:
    """A typical Poisson-Voronoi cell and a zero cell, in their tessellations."""
    stream = np.random.default_rng(3)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8.4, 4.2), layout="constrained")
    points = np.concatenate([[[0.0, 0.0]], stream.uniform(-5, 5, (stream.poisson(100), 2))])
    diagram = Voronoi(points)
    region = diagram.vertices[diagram.regions[diagram.point_region[0]]]
    cell = region[ConvexHull(region).vertices]
    left.fill(*cell.T, color=FILL, lw=0)
    ridges = [diagram.vertices[r] for r in diagram.ridge_vertices if -1 not in r]
    left.add_collection(LineCollection(ridges, color=LINE, lw=0.7))
    left.plot(*points.T, ".", color=LINE, ms=3)
    left.plot(*np.concatenate([cell, cell[:1]]).T, color=POINT, lw=1.6)
    left.plot(0, 0, "o", color=POINT, ms=4)
    _bare(left, "Poisson–Voronoi tessellation, cell of the added point 0")
    lines = []
    angles, distances = stream.uniform(0, 2 * np.pi, 44), stream.uniform(0, 6, 44)
    for angle, distance in zip(angles, distances, strict=True):
        normal = np.array([np.cos(angle), np.sin(angle)])
        along = np.array([-normal[1], normal[0]])
        lines.append((normal, distance, [distance * normal + s * 12 * along for s in (-1, 1)]))
    right.add_collection(LineCollection([ends for _, _, ends in lines], color=LINE, lw=0.7))
    polar = np.array([normal / distance for normal, distance, _ in lines])
    corners = polar_vertices(polar)
    cell = corners[ConvexHull(corners).vertices]
    right.fill(*cell.T, color=FILL, lw=0)
    right.plot(*np.concatenate([cell, cell[:1]]).T, color=POINT, lw=1.6)
    right.plot(0, 0, "o", color=POINT, ms=4)
    _bare(right, "Poisson line tessellation, the cell around 0")
    for axes in (left, right):
        axes.set(xlim=(-4, 4), ylim=(-4, 4))
    return figure


def cells_space() -> Any:
    """Typical Poisson-Voronoi cells and zero cells in space."""
    figure, panels = pyplot.subplots(1, 4, figsize=(10, 2.8), layout="constrained")
    for axes, (alpha, seed) in zip(panels, ((3, 1), (3, 4), (1, 2), (1, 6)), strict=True):
        polar = poisson_cell_polar(np.random.default_rng(seed), 3, float(alpha))
        _solid(axes, polar_vertices(polar))
        _bare(axes, "typical Voronoi cell" if alpha == 3 else "zero cell")
    return figure


def _solid(axes: Any, points: np.ndarray) -> None:
    """The hull of points of R^3 in parallel projection: shaded facets, hidden edges thin."""
    frame, _ = np.linalg.qr(EYE.T)
    frame = (frame * np.sign(np.sum(frame * EYE.T, axis=0))).T
    simplices, equations = hull_facets(points)
    planes, owner = np.unique(equations.round(7), axis=0, return_inverse=True)
    front, back, shades = [], [], []
    for index, plane in enumerate(planes):
        corners = np.unique(simplices[owner.ravel() == index])
        polygon = _around(points[corners], plane[:3])
        normal = frame @ plane[:3]
        flat = (polygon @ frame.T)[:, :2]
        if normal[2] > 0:
            front.append(flat)
            light = max(0.0, float(normal @ LIGHT) / float(np.linalg.norm(LIGHT)))
            shades.append(np.array([0.42, 0.58, 0.74]) + light * np.array([0.5, 0.36, 0.24]))
        else:
            back.append(np.concatenate([flat, flat[:1]]))
    axes.add_collection(
        PolyCollection(front, facecolors=np.clip(shades, 0, 1), edgecolors=LINE, lw=0.8)
    )
    axes.add_collection(LineCollection(back, color=LINE, lw=0.4, alpha=0.35))
    axes.autoscale_view()


def _around(polygon: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The corners of a convex polygon in space in their cyclic order."""
    centre = polygon.mean(axis=0)
    first = polygon[0] - centre
    first = first / np.linalg.norm(first)
    second = np.cross(normal, first)
    offsets = polygon - centre
    return polygon[np.argsort(np.arctan2(offsets @ second, offsets @ first))]
