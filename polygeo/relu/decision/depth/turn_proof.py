"""Checking the depth of a point by an order of the points around it, with integers only.

In the plane a proof is the order of the points by the angles, modulo pi, of their lines through the
origin. The check sees that the order is one: neighbours, moved to the upper half-plane, turn to
the left or not at all. Then it lets a half-plane turn and counts. Between lines every open
half-plane has one of these counts, and the least of them is the depth
(`polygeo.relu.decision.depth.halfspace`).

In space the proof is a list: a point p, and the order of the points off its line after projection
along p onto the coordinates after its largest one (cyclically); then the next point, until there is
one on every line. A cell of directions has a facet in some plane p^perp. There the points off the
line of p have the signs of the cell, and those on the line lie on one side or the other: no cell
has fewer points than a half-plane of the projection and the smaller of these two sides together.

This module shares no code with the search.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mat

from polygeo.errors import Refuted

__all__ = ["check_turns"]


def check_turns(rows: Sequence[Sequence[int]], record: Sequence[int], depth: int) -> int:
    """Check an order that proves a depth; return the number of half-planes counted.

    * ``rows``: integer vectors, not 0, that span a space of dimension 3 or less.
    * ``record``: the order, integers.
    * ``depth``: the lower bound of the depth that is to be proved.

    Raises Refuted if the order proves nothing.

    >>> check_turns([(1, 0), (0, 1), (-1, 0), (0, -1)], [0, 2, 1, 3], 2)
    4
    >>> check_turns([(1, 0), (0, 1), (-1, -1)], [0, 2, 1], 2)
    Traceback (most recent call last):
    polygeo.errors.Refuted: a half-plane holds 1 points, not 2
    """
    if not rows or any(len(row) != len(rows[0]) for row in rows) or not all(map(any, rows)):
        raise Refuted("an order speaks of rows of one length that are not zero")
    if any(type(number) is not int for number in record):
        raise Refuted("an order is made of integers")
    echelon, _, rank = fmpz_mat([list(map(int, row)) for row in rows]).rref()
    if rank > 3:
        raise Refuted(f"an order proves a depth in dimension 3 or less; the rows span {rank}")
    pivots = [next(c for c in range(len(rows[0])) if echelon[i, c]) for i in range(rank)]
    points = [tuple(int(row[c]) for c in pivots) for row in rows]
    if rank < 3:
        flat = {i: (p[0], p[1] if rank == 2 else 0) for i, p in enumerate(points)}
        return _plane(flat, record, depth)
    return _space(points, record, depth)


def _space(points: list[tuple[int, ...]], record: Sequence[int], depth: int) -> int:
    open_, at, counted = set(range(len(points))), 0, 0
    while at < len(record):
        i = record[at]
        if i not in open_:
            raise Refuted(f"point {i} does not exist, or an earlier one lies on its line")
        p = points[i]
        k = max(range(3), key=lambda c: abs(p[c]))
        a, b = (k + 1) % 3, (k + 2) % 3
        flat, same, opposite = {}, 0, 0
        for j, q in enumerate(points):
            image = q[a] * p[k] - q[k] * p[a], q[b] * p[k] - q[k] * p[b]
            if any(image):
                flat[j] = image
            elif (q[k] > 0) == (p[k] > 0):
                same += 1
                open_.discard(j)
            else:
                opposite += 1
                open_.discard(j)
        order = record[at + 1 : at + 1 + len(flat)]
        counted += _plane(flat, order, depth - min(same, opposite))
        at += 1 + len(flat)
    if open_:
        raise Refuted(f"no order is given around the line of point {min(open_)}")
    return counted


def _plane(points: dict[int, tuple[int, int]], order: Sequence[int], depth: int) -> int:
    """Let a half-plane turn about the origin, past the points in this order."""
    if len(order) != len(points) or set(order) != points.keys():
        raise Refuted("an order has to name every point once")
    moved = [points[i] for i in order]
    weights = []
    for place, (x, y) in enumerate(moved):
        up = y > 0 or (y == 0 and x > 0)
        weights.append(1 if up else -1)
        moved[place] = (x, y) if up else (-x, -y)
    inside = weights.count(1)
    counted = 0
    for place, (x, y) in enumerate(moved):
        inside -= weights[place]
        if place + 1 < len(moved):
            turn = x * moved[place + 1][1] - y * moved[place + 1][0]
            if turn < 0:
                raise Refuted(f"points {order[place]} and {order[place + 1]} are out of order")
            if turn == 0:
                continue
        counted += 2
        least = min(inside, len(moved) - inside)
        if least < depth:
            raise Refuted(f"a half-plane holds {least} points, not {depth}")
    if not moved and depth > 0:
        raise Refuted(f"a half-plane holds 0 points, not {depth}")
    return counted
