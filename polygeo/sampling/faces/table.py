"""The memory of cached operators: rows of unit vectors by active set, in a hash table.

An active set is a bit mask of generators in an int64. A table that is full is emptied, so that
what it holds depends on the past, and what is computed with it does not.
"""

# mypy: disable-error-code="no-untyped-def, call-arg"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.simd.compiled import njit
from polygeo.simd.double import bits
from polygeo.simd.units import WIDE

__all__ = [
    "DEPENDENT",
    "READY",
    "WANTED",
    "OperatorTable",
    "enter",
    "find",
    "new_slot",
    "new_table",
    "write",
]

TABLE_BYTES = 1 << 26

READY = 0
"""The rows of a set are in the table."""

WANTED = 1
"""The rows of a set are wanted from exact arithmetic."""

DEPENDENT = 2
"""The set has no rows: its generators are dependent."""


class OperatorTable(NamedTuple):
    """Operators by active set: ``where`` is a hash table of slots, the rest is by slot.

    ``rows`` is float32, for each slot ``blocks`` x d x 16, generator 16 b + i at [b, :, i];
    ``care`` are the bits of the generators whose sign is asked for.
    """

    where: NDArray[np.int32]
    keys: NDArray[np.int64]
    rows: NDArray[np.float32]
    care: NDArray[np.int64]
    error: NDArray[np.float64]
    state: NDArray[np.int8]
    used: NDArray[np.int64]


def new_table(count: int, dim: int, size: int = TABLE_BYTES) -> OperatorTable:
    """Make an empty table for ``count`` generators in R^dim, of at most ``size`` bytes."""
    each = -(-count // WIDE) * WIDE * dim
    slots = int(max(64, min(2 ** min(count, 40), size // (4 * each))))
    places = 1 << (2 * slots - 1).bit_length()
    return OperatorTable(
        np.full(places, -1, np.int32),
        np.zeros(slots, np.int64),
        np.empty(slots * each, np.float32),
        np.zeros(slots, np.int64),
        np.zeros(slots),
        np.zeros(slots, np.int8),
        np.zeros(1, np.int64),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def find(table, key):
    """Find the place of a key, or the empty place where the key would be."""
    size = table.where.shape[0] - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    place = np.int64(mixed >> np.uint64(32)) & size
    while True:
        slot = table.where[place]
        if slot < 0 or table.keys[slot] == key:
            return place
        place = (place + 1) & size


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def new_slot(table, key):
    """Return a slot for a set, its rows cleared; a full table is emptied first."""
    if table.used[0] == table.keys.shape[0]:
        for place in range(table.where.shape[0]):
            table.where[place] = -1
        table.used[0] = 0
    slot = table.used[0]
    table.used[0] += 1
    table.keys[slot] = key
    each = table.rows.shape[0] // table.keys.shape[0]
    for place in range(slot * each, (slot + 1) * each):
        table.rows[place] = np.float32(0.0)
    table.where[find(table, key)] = slot
    return slot


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def write(table, slot, i, row):
    """Write the row of generator i."""
    dim = row.shape[0]
    each = table.rows.shape[0] // table.keys.shape[0]
    base = slot * each + (i // WIDE) * dim * WIDE + i % WIDE
    for j in range(dim):
        table.rows[base + j * WIDE] = row[j]


@njit(cache=True, nogil=True, error_model="numpy")
def enter(table, key, rows, dependent, error, rank):
    """Put exact unit rows (N, d) for a set into the table, or that the set is dependent."""
    place = find(table, key)
    slot = table.where[place]
    if slot < 0:
        slot = new_slot(table, key)
    if dependent:
        table.state[slot] = DEPENDENT
        return
    care = 0
    for i in range(rows.shape[0]):
        write(table, slot, i, rows[i])
        if np.any(rows[i] != 0.0):
            care |= 1 << i
    table.state[slot] = READY
    table.error[slot] = error
    table.care[slot] = care & key if bits(key) == rank else care
