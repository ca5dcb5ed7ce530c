"""Half-planes that turn: the least number of points in an open one, by sorting.

Points of the plane are moved to the upper half-plane (angles in [0, pi)) through the origin, and
their lines are sorted by angle. The half-plane to the left of the first line's direction holds all
that were there; as it turns past a line, the points of that line leave whose direction it has, and
the opposite ones enter. A half-plane and its opposite share the points out. O(m log m).

In space a cell of directions ends at some plane p^perp; there the points off the line of p are a
problem in the plane, projected along p, and of those on it the fewer ones count. O(m^2 log m).

NumPy sorts; the order is proved by products in int64, or by bounds of rounding, or the work is done
again with Python's integers. The order is also the proof, see
`polygeo.relu.decision.depth.turn_proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cmp_to_key
from math import atan2
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.polyhedra.vectors import Vector, dot, line_of, primitive
from polygeo.relu.matrix import nearest_floats

__all__ = [
    "BATCH",
    "MAX_INTEGER",
    "Turn",
    "exact_turn",
    "least_direction",
    "sorted_turns",
    "space_record",
    "space_turn",
]

MAX_INTEGER = 1 << 30
"""Coordinates below MAX_INTEGER have products in the plane that fit into int64."""
MAX_IN_SPACE = 30_000
"""Coordinates below MAX_IN_SPACE have products in space that fit into int64: 8 M^4 < 2^63."""

ANGLE = 4e-15
"""Upper bound, in radians, of the error of an angle from coordinates with relative errors 2^-53."""
PROJECTED = 2e-15
"""Upper bound of the error of a coordinate projected along a row of float64 in [-1, 1]."""

BATCH = 1 << 19
"""Number of points that are sorted at a time."""


class Turn(NamedTuple):
    """The least count, and a direction u with that many products <p, u> > 0 and no product 0."""

    least: int
    direction: Vector


class _Sorted(NamedTuple):
    """For each row: is it proved; the least count, where, on which side; the order of points."""

    proved: NDArray[np.bool_]
    least: NDArray[np.int64]
    place: NDArray[np.int64]
    opposite: NDArray[np.bool_]
    order: NDArray[np.int64]
    points: NDArray[np.int64]


def sorted_turns(x: NDArray, y: NDArray, error: NDArray | float = 0.0) -> _Sorted:
    """Sort many sets of points by angle; a set is a row of ``x`` and ``y`` (K, m), without (0, 0).

    ``x`` and ``y`` are int64 below `MAX_INTEGER`, or float64 with signs that are right, relative
    errors of 2^-53 and an ``error`` of angles. Rows that are not proved have to be sorted exactly.
    """
    point = (x != 0) | (y != 0)
    upper = (y > 0) | ((y == 0) & (x > 0))
    side = np.where(upper, 1, -1)
    x, y = x * side, y * side
    angle = np.where(point, np.arctan2(y, x), 4.0)
    order = np.argsort(angle, axis=1, kind="stable")
    points = point.sum(axis=1)
    place = np.arange(x.shape[1])
    if x.dtype == np.int64:
        a, b = np.take_along_axis(x, order, 1), np.take_along_axis(y, order, 1)
        cross = a[:, :-1] * b[:, 1:] - b[:, :-1] * a[:, 1:]
        proved = (cross >= 0).all(axis=1)
        ends = cross > 0
    else:
        spread = np.where(point, ANGLE + error, 0.0)
        high = np.maximum.accumulate(np.take_along_axis(angle + spread, order, 1), axis=1)
        low = np.take_along_axis(angle - spread, order, 1)
        ends = high[:, :-1] < np.minimum.accumulate(low[:, ::-1], axis=1)[:, ::-1][:, 1:]
        proved = (ends | (place[1:] >= points[:, None])).all(axis=1)
        proved &= (np.isfinite(x) & np.isfinite(y)).all(axis=1)
    weight = np.where(point, side, 0)
    inside = (upper & point).sum(axis=1)[:, None] - np.cumsum(
        np.take_along_axis(weight, order, 1), axis=1
    )
    least = np.minimum(inside, points[:, None] - inside)
    closed = np.concatenate([ends, np.zeros((len(ends), 1), bool)], axis=1)
    closed &= place < points[:, None]
    closed |= place == points[:, None] - 1
    least = np.where(closed, least, np.iinfo(np.int64).max)
    where = least.argmin(axis=1)
    rows = np.arange(len(x))
    opposite = inside[rows, where] > points - inside[rows, where]
    count = np.where(points > 0, least[rows, where], 0)
    return _Sorted(proved, count, where, opposite, order, points)


def least_direction(found: _Sorted, row: int, at: Any) -> Vector:
    """Return the direction of one row's least half-plane; ``at(i)``: the exact point i (x, y)."""
    count, place = int(found.points[row]), int(found.place[row])
    if count == 0:
        return (1, 0)
    order = found.order[row]
    first, here = _upper(at(int(order[0]))), _upper(at(int(order[place])))
    last = place + 1 == count
    after = (-first[0], -first[1]) if last else _upper(at(int(order[place + 1])))
    return _direction(here, after, bool(found.opposite[row]))


def _direction(here: Vector, after: Vector, opposite: bool) -> Vector:
    """The normal of a line between two neighbours, on the side of what comes after."""
    here, after = primitive(here), primitive(after)
    x, y = here[0] + after[0], here[1] + after[1]
    u = (-y, x) if x or y else (-here[0], -here[1])
    return primitive((-u[0], -u[1]) if opposite else u)


def _upper(point: Sequence[Any]) -> Vector:
    x, y = point
    return (x, y) if y > 0 or (y == 0 and x > 0) else (-x, -y)


def exact_turn(points: Sequence[Sequence[int]]) -> tuple[Turn, list[int]]:
    """Find the least half-plane of integer points (not 0), and their order, in Python's integers.

    >>> exact_turn([(1, 0), (0, 1), (-1, 0)])
    (Turn(least=1, direction=(1, -1)), [0, 2, 1])
    """
    if not points:
        return Turn(0, (1, 0)), []
    lines = [_upper(p) for p in points]
    angles = [_angle(*line) for line in lines]
    order = sorted(range(len(points)), key=angles.__getitem__)

    def turn(i: int, j: int) -> int:
        return _cross(lines[j], lines[i])

    order.sort(key=cmp_to_key(turn))
    inside = sum(tuple(p) == line for p, line in zip(points, lines, strict=True))
    best: tuple[int, int, bool] | None = None
    for place, i in enumerate(order):
        inside -= 1 if tuple(points[i]) == lines[i] else -1
        last = place + 1 == len(order)
        if last or _cross(lines[i], lines[order[place + 1]]):
            rest = len(points) - inside
            if best is None or min(inside, rest) < best[0]:
                best = min(inside, rest), place, inside > rest
    count, place, opposite = best or (0, 0, False)
    first = lines[order[0]]
    last = place + 1 == len(order)
    after = (-first[0], -first[1]) if last else lines[order[place + 1]]
    return Turn(count, _direction(lines[order[place]], after, opposite)), order


def _cross(a: Sequence[int], b: Sequence[int]) -> int:
    return a[0] * b[1] - a[1] * b[0]


def _angle(x: int, y: int) -> float:
    shift = max(x.bit_length(), y.bit_length(), 1000) - 1000
    return atan2(y >> shift, x >> shift)


class _Lines:
    """Points of space, grouped by the lines through the origin that they lie on."""

    def __init__(self, rows: Sequence[Vector]) -> None:
        self.rows = [primitive(row) for row in rows]
        number: dict[Vector, int] = {}
        self.of = np.array([number.setdefault(line_of(row), len(number)) for row in self.rows])
        self.first = np.unique(self.of, return_index=True)[1]
        ahead = [row == line_of(row) for row in self.rows]
        same = np.bincount(self.of, weights=ahead, minlength=len(number)).astype(np.int64)
        self.sides = np.stack([same, np.bincount(self.of) - same], axis=1)

    def projected(self, i: int) -> tuple[list[int], list[tuple[int, int]], tuple[int, int, int]]:
        """The points off the line of point i, projected along it, with the axes (a, b, k)."""
        p = self.rows[i]
        a, b, k = axes = _axes(p)
        others = np.flatnonzero(self.of != self.of[i]).tolist()
        rows = self.rows
        flat = [
            (rows[j][a] * p[k] - rows[j][k] * p[a], rows[j][b] * p[k] - rows[j][k] * p[b])
            for j in others
        ]
        return others, flat, axes


def _axes(p: Vector) -> tuple[int, int, int]:
    """The axis of the largest coordinate, last, behind the two others."""
    k = max(range(3), key=lambda c: abs(p[c]))
    return (k + 1) % 3, (k + 2) % 3, k


def _batches(lines: _Lines) -> Iterator[tuple[NDArray[np.int64], _Sorted]]:
    """The numbers of some lines, and the turns of what is projected along them."""
    rows, first = lines.rows, lines.first
    largest = max(max(map(abs, row)) for row in rows)
    whole = largest <= MAX_IN_SPACE
    table = np.array(rows, np.int64) if whole else nearest_floats(tuple(rows))
    size = max(1, BATCH // len(rows))
    axes = np.array([_axes(rows[i]) for i in first])
    for start in range(0, len(first), size):
        chosen = np.arange(start, min(start + size, len(first)))
        a, b, k = axes[chosen].T
        p = table[first[chosen]]
        pick = np.arange(len(chosen))
        pa, pb, pk = (p[pick, axis][:, None] for axis in (a, b, k))
        x = table.T[a] * pk - table.T[k] * pa
        y = table.T[b] * pk - table.T[k] * pb
        own = lines.of == chosen[:, None]
        x[own] = 0
        y[own] = 0
        if whole:
            yield chosen, sorted_turns(x, y)
            continue
        length = np.where(own, 1.0, np.hypot(x, y))
        unsure = ((np.abs(y) <= PROJECTED) & ~own).any(axis=1) | (length < 1e-9).any(axis=1)
        found = sorted_turns(x, y, 2 * PROJECTED / np.maximum(length, 1e-9))
        yield chosen, found._replace(proved=found.proved & ~unsure)


def space_turn(
    rows: Sequence[Vector], proceed: Callable[[int, int], bool] = lambda done, total: True
) -> Turn | None:
    """Find the least half-space of integer points (not 0) that span R^3; None if told to stop.

    ``proceed`` is asked between batches of lines, and told how many of them are done.

    >>> space_turn([(1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, -1, -1)]).least
    1
    """
    if not proceed(0, len(rows)):
        return None
    lines = _Lines(rows)
    fewer = lines.sides.min(axis=1)
    best: tuple[int, int] | None = None
    total = len(lines.first)
    if not proceed(0, total):
        return None
    for chosen, found in _batches(lines):
        if not proceed(int(chosen[0]), total):
            return None
        counts = found.least + fewer[chosen]
        for row in np.flatnonzero(~found.proved):
            turn, _ = exact_turn(lines.projected(int(lines.first[chosen[row]]))[1])
            counts[row] = turn.least + fewer[chosen[row]]
            if not proceed(int(chosen[row]), total):
                return None
        least = int(counts.argmin())
        if best is None or counts[least] < best[0]:
            best = int(counts[least]), int(chosen[least])
    if best is None:
        return None
    return Turn(best[0], _in_space(lines, best[1]))


def _in_space(lines: _Lines, number: int) -> Vector:
    """The direction: that of the plane, tilted off it to the side with fewer points of the line."""
    i = int(lines.first[number])
    _, flat, (a, b, k) = lines.projected(i)
    (alpha, beta), p = exact_turn(flat)[0].direction, line_of(lines.rows[i])
    base = lines.rows[i]
    u = [0, 0, 0]
    u[a], u[b] = alpha * base[k], beta * base[k]
    u[k] = -(alpha * base[a] + beta * base[b])
    ahead, behind = lines.sides[number]
    tilt = 1 if ahead < behind else -1
    factor = 1 + max(abs(dot(row, p)) for row in lines.rows)
    return primitive([factor * c + tilt * e for c, e in zip(u, p, strict=True)])


def space_record(rows: Sequence[Vector]) -> list[int]:
    """Return the proof in space: for each line a point, and the order of the others around it."""
    lines = _Lines(rows)
    record: list[int] = []
    for chosen, found in _batches(lines):
        for row, line in enumerate(chosen):
            i = int(lines.first[line])
            if found.proved[row]:
                record += [i, *found.order[row, : found.points[row]].tolist()]
            else:
                others, flat, _ = lines.projected(i)
                record += [i, *(others[place] for place in exact_turn(flat)[1])]
    return record
