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

__all__ = ["PRIME", "all_independent", "eliminate", "on_a_line", "residue"]

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
def on_a_line(vectors, group):
    """Whether a group of vectors, columns of residues, spans a line at most."""
    dims, first = vectors.shape[0], group[0]
    place = -1
    for c in range(dims):
        if vectors[c, first] != 0:
            place = c
            break
    if place < 0:
        return group.shape[0] == 1
    for g in range(1, group.shape[0]):
        j = group[g]
        for c in range(dims):
            left = reduced(vectors[c, j] * vectors[place, first])
            if left != reduced(vectors[c, first] * vectors[place, j]):
                return False
    return True


@njit(cache=True, nogil=True)
def all_independent(vectors, count, groups, starts, work):
    """Whether every choice of one vector from each of ``count`` groups is independent (mod p).

    ``vectors`` (count, width): residues in dimension ``count``; group g is
    groups[starts[g]:starts[g+1]]. ``work`` (count, count, total): scratch. One vector of a group
    stands for all if they are multiples of each other; large groups come last.
    """
    begin = np.zeros(count + 1, np.int64)
    order = np.empty(count, np.int64)
    for g in range(count):
        size, place = starts[g + 1] - starts[g], g
        while place > 0 and starts[order[place - 1] + 1] - starts[order[place - 1]] > size:
            order[place] = order[place - 1]
            place -= 1
        order[place] = g
    total = 0
    for g in range(count):
        low, high = starts[order[g]], starts[order[g] + 1]
        if high - low > 1 and on_a_line(vectors, groups[low:high]):
            for j in range(low, high):
                zero = True
                for c in range(count):
                    zero = zero and vectors[c, groups[j]] == 0
                if zero:
                    return False
            high = low + 1
        for j in range(low, high):
            for c in range(count):
                work[0, c, total] = vectors[c, groups[j]]
            total += 1
        begin[g + 1] = total
    if count == 1:
        zeros = 0
        for j in range(total):
            zeros += work[0, 0, j] == 0
        return zeros == 0
    position = np.empty(count, dtype=np.int64)
    level = 0
    position[0] = begin[0]
    while level >= 0:
        i = position[level]
        if i == begin[level + 1]:
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
            for j in range(begin[level + 1], begin[level + 2]):
                same += reduced(here[0, j] * b) == reduced(here[1, j] * a)
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
            for j in range(begin[level + 1], total):
                work[level + 1, c, j] = reduced(
                    fold(here[row, j] * scale) + fold(here[place, j] * factor)
                )
            c += 1
        level += 1
        position[level] = begin[level]
    return True
