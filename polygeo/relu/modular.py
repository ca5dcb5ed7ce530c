"""Lower bounds of ranks by arithmetic modulo the prime 2^31 - 1.

Rows that are independent modulo a prime are independent. The converse may fail, by accident about
once in 2^31 times; then a search has to go on where it might have stopped, and nothing is wrong.
A float64 is a residue: 2 is invertible, and 2^31 = 1.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["PRIME", "all_independent", "eliminate", "residue"]

PRIME = 2**31 - 1


@njit(cache=True, nogil=True, inline="always")
def fold(x):
    """x modulo the prime, up to a multiple of it: 0 <= x < 2^63 comes below 2^31 + 2."""
    x = (x & PRIME) + (x >> 31)
    return (x & PRIME) + (x >> 31)


@njit(cache=True, nogil=True, inline="always")
def reduced(x):
    """The residue in [0, prime) of 0 <= x < 2^63."""
    x = fold(x)
    return x - PRIME if x >= PRIME else x


@njit(cache=True, nogil=True)
def residue(value):
    """The residue of a finite float64, a dyadic rational."""
    fraction, exponent = math.frexp(value)
    whole = np.int64(abs(fraction) * 9007199254740992.0)  # 2^53
    low = reduced(reduced(whole) << ((exponent - 53) % 31))
    return PRIME - low if fraction < 0.0 and low else low


@njit(cache=True, nogil=True)
def eliminate(old, new, pivot):
    """(columns, width) arrays of residues: eliminate one coordinate by a row; False if it is zero.

    ``new`` has one column fewer; its rows are independent modulo the pivot row exactly when they
    are independent in ``new``.
    """
    count, width = old.shape
    place = -1
    for c in range(count):
        if old[c, pivot] != 0:
            place = c
            break
    if place < 0:
        return False
    scale = old[place, pivot]
    source = old[place]
    c = 0
    for i in range(count):
        if i == place:
            continue
        factor = PRIME - old[i, pivot]
        row, target = old[i], new[c]
        for j in range(width):
            target[j] = reduced(fold(row[j] * scale) + fold(source[j] * factor))
        c += 1
    return True


@njit(cache=True, nogil=True)
def all_independent(vectors, count, groups, starts, work):
    """Whether every choice of one vector from each of ``count`` groups is independent (mod p).

    ``vectors`` (count, width): residues in dimension ``count``; group g is
    groups[starts[g]:starts[g+1]]. ``work`` (count, count, total): scratch.
    """
    total = starts[count]
    for c in range(count):
        for j in range(total):
            work[0, c, j] = vectors[c, groups[j]]
    if count == 1:
        for j in range(total):
            if work[0, 0, j] == 0:
                return False
        return True
    position = np.empty(count, dtype=np.int64)
    level = 0
    position[0] = starts[0]
    while level >= 0:
        i = position[level]
        if i == starts[level + 1]:
            level -= 1
            continue
        position[level] += 1
        dims = count - level
        here = work[level]
        if dims == 2:
            a, b = here[0, i], here[1, i]
            if a == 0 and b == 0:
                return False
            same = 0
            for j in range(starts[level + 1], starts[level + 2]):
                difference = reduced(here[0, j] * b) - reduced(here[1, j] * a)
                same += difference == 0
            if same:
                return False
            continue
        place = -1
        for c in range(dims):
            if here[c, i] != 0:
                place = c
                break
        if place < 0:
            return False
        scale = here[place, i]
        c = 0
        for row in range(dims):
            if row == place:
                continue
            factor = PRIME - here[row, i]
            for j in range(starts[level + 1], total):
                work[level + 1, c, j] = reduced(
                    fold(here[row, j] * scale) + fold(here[place, j] * factor)
                )
            c += 1
        level += 1
        position[level] = starts[level]
    return True
