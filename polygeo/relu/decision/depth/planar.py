"""Depths of many points in the plane: their angles are sorted in float64 or int64, in batches.

Points and origins are small integers over one denominator, or float64 numbers: the difference of
two of these has the right sign and a relative error of 2^-53.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import lcm

import numpy as np
from gmpy2 import mpq

from polygeo.polyhedra.vectors import Vector
from polygeo.relu.decision.depth.turn import BATCH, MAX_INTEGER, least_direction, sorted_turns
from polygeo.relu.matrix import ExactMatrix

__all__ = ["planar_depths"]


def planar_depths(given: ExactMatrix, asked: ExactMatrix) -> Iterator[tuple[int, Vector] | None]:
    """Yield for each row of ``asked`` its depth among the rows of ``given``, and a direction; or
    None.

    Both have two columns. None where the order of the angles is not proved by this arithmetic.
    """
    m, count = given.shape[0], asked.shape[0]
    tables = _tables(given, asked)
    size = max(1, BATCH // m)
    if tables is None:
        yield from (None for _ in range(count))
        return
    table, origins = tables
    for start in range(0, count, size):
        block = origins[start : start + size]
        with np.errstate(over="ignore", invalid="ignore"):
            x, y = (table[:, c] - block[:, c, None] for c in (0, 1))
            turns = sorted_turns(x, y)
        for row, origin in enumerate(block):
            if not turns.proved[row]:
                yield None
                continue
            u = least_direction(turns, row, _exact_point(table, origin))
            yield m - int(turns.points[row]) + int(turns.least[row]), u


def _exact_point(table: np.ndarray, origin: np.ndarray) -> Callable[[int], tuple[mpq, mpq]]:
    a, b = (mpq(c) for c in origin.tolist())
    return lambda i: (mpq(table[i, 0].item()) - a, mpq(table[i, 1].item()) - b)


def _tables(given: ExactMatrix, asked: ExactMatrix) -> tuple[np.ndarray, np.ndarray] | None:
    """Points and origins, both exactly: small integers over one denominator, or float64; or None.

    A difference of two float64 numbers has the right sign and a relative error of 2^-53.
    """
    floats = [_floats(matrix) for matrix in (given, asked)]
    if floats[0] is None or floats[1] is None:
        (rows, a), (others, b) = given.scaled_rows, asked.scaled_rows
        scale = lcm(a, b)
        if scale >= MAX_INTEGER:
            return None
        whole = [
            [c * (scale // a) for p in rows for c in p],
            [c * (scale // b) for p in others for c in p],
        ]
        if max(map(abs, (*whole[0], *whole[1]))) >= MAX_INTEGER // 2:
            return None
        table, origins = (np.array(numbers, np.int64).reshape(-1, 2) for numbers in whole)
        return table, origins
    table, origins = floats[0], floats[1]
    largest = max(np.abs(table).max(), np.abs(origins).max())
    for scale in (1, 1 << 8, 1 << 16):
        if largest * scale >= MAX_INTEGER // 2:
            break
        if all((part * scale == np.rint(part * scale)).all() for part in (table, origins)):
            return (table * scale).astype(np.int64), (origins * scale).astype(np.int64)
    return table, origins


def _floats(matrix: ExactMatrix) -> np.ndarray | None:
    """The entries as float64 if that is exact."""
    if matrix.floats is not None:
        return matrix.floats
    numbers = [c for row in matrix.entries for c in row]
    if any(abs(c) >= 1 << 1000 for c in numbers):
        return None
    floats = [float(c) for c in numbers]
    if any(c != mpq(x) for c, x in zip(numbers, floats, strict=True)):
        return None
    return np.array(floats).reshape(matrix.shape)
