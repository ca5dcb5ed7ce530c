"""Convex polygons of the plane in floats, and the cells into which lines cut one: for pictures.

A line or a half-plane is a triple (a, b, c) of floats: a x + b y + c = 0, or >= 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot

__all__ = ["Line", "Point", "Polygon", "area", "cells", "centre", "clipped", "corners", "meeting"]

Point = tuple[float, float]
Line = tuple[float, float, float]
Polygon = list[Point]

SMALL = 1e-9
"""Share of the area of a polygon below which a cell is left out."""


def clipped(polygon: Polygon, half_plane: Line) -> Polygon:
    """Return the part of a convex polygon with a x + b y + c >= 0, empty if there is none.

    >>> clipped([(0, 0), (1, 0), (1, 1), (0, 1)], (1.0, 0.0, -0.5))
    [(0.5, 0.0), (1, 0), (1, 1), (0.5, 1.0)]
    """
    a, b, c = half_plane
    kept: Polygon = []
    for (x, y), (u, v) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        here, there = a * x + b * y + c, a * u + b * v + c
        if here >= 0:
            kept.append((x, y))
        if (here > 0 > there) or (here < 0 < there):
            share = here / (here - there)
            kept.append((x + share * (u - x), y + share * (v - y)))
    return kept if len(kept) > 2 else []


def area(polygon: Polygon) -> float:
    """Return the area of a polygon.

    >>> area([(0, 0), (2, 0), (2, 1), (0, 1)])
    2.0
    """
    pairs = zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2


def centre(polygon: Polygon) -> Point:
    """Return the mean of the corners of a polygon, a point inside."""
    return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


def cells(polygon: Polygon, lines: Iterable[Line]) -> list[Polygon]:
    """Return the polygons into which lines cut a convex polygon.

    >>> len(cells([(-1, -1), (1, -1), (1, 1), (-1, 1)], [(1, 0, 0), (0, 1, 0), (1, 1, 0.5)]))
    7
    """
    found, least = [polygon], SMALL * area(polygon)
    for a, b, c in lines:
        parts = [clipped(cell, side) for cell in found for side in ((a, b, c), (-a, -b, -c))]
        found = [part for part in parts if part and area(part) > least]
    return found


def meeting(first: Line, second: Line) -> Point | None:
    """Return the point in which two lines meet; None for parallel lines.

    >>> meeting((1, 0, -2), (0, 1, -3))
    (2.0, 3.0)
    """
    (a, b, c), (d, e, f) = first, second
    volume = a * e - b * d
    if abs(volume) <= 1e-12 * hypot(a, b) * hypot(d, e):
        return None
    return (b * f - c * e) / volume, (c * d - a * f) / volume


def corners(points: Sequence[Point]) -> tuple[Point, Point]:
    """Return the lower left and the upper right corner of the smallest box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys)), (max(xs), max(ys))
