"""Normal numbers from words, not compiled; `normals` explains the tables of layers."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

__all__ = ["first_fill", "next_number", "uniform"]


def uniform(word):
    """Return a number in [0, 1) of 53 bits."""
    return np.float64(np.int64(word >> np.uint64(11))) * (1.0 / 9007199254740992.0)


def next_number(words, here, sure, width, height, edge, inverse):
    """Find the number that begins at a word, and the place behind it; nan if words are missing."""
    end = words.shape[0]
    while here < end:
        word = words[here]
        layer = np.int64(word & np.uint64(0xFF))
        point = (word >> np.uint64(9)) & np.uint64(0xFFFFFFFFFFFFF)
        here += 1
        x = np.float64(np.int64(point)) * width[layer]
        if word & np.uint64(0x100):
            x = -x
        if point < sure[layer]:
            return x, here
        if layer == 0:
            while here + 1 < end:  # the tail beyond the edge
                far = -inverse * math.log1p(-uniform(words[here]))
                near = -math.log1p(-uniform(words[here + 1]))
                here += 2
                if near + near > far * far:
                    return -(edge + far) if point & np.uint64(0x100) else edge + far, here
            break
        if here < end:
            level = height[layer] + (height[layer - 1] - height[layer]) * uniform(words[here])
            if level < math.exp(-0.5 * x * x):
                return x, here + 1
        here += 1
    return np.nan, here


def first_fill(words, sure, width, height, edge, inverse, out, start):
    """Fill out[start:] as `ziggurat` does, all words at once as if each were a number."""
    layers = (words & np.uint64(0xFF)).astype(np.intp)
    points = (words >> np.uint64(9)) & np.uint64(0xFFFFFFFFFFFFF)
    numbers = points.astype(np.float64) * width[layers]
    np.negative(numbers, where=(words & np.uint64(0x100)) != 0, out=numbers)
    begins = np.ones(len(words), bool)
    here, end = 0, len(words)
    for place in np.flatnonzero(points >= sure[layers]).tolist():
        if place < here:  # a part of the number before
            continue
        numbers[place], here = next_number(words, place, sure, width, height, edge, inverse)
        if np.isnan(numbers[place]):
            end = place
            break
        begins[place + 1 : here] = False
    places = np.flatnonzero(begins[:end])
    count = min(len(places), len(out) - start)
    out[start : start + count] = numbers[places[:count]]
    return start + count, int(places[count]) if count < len(places) else end
