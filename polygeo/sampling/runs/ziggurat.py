"""The ziggurat of `normals`, compiled."""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

from polygeo.sampling.runs.words import next_number, uniform
from polygeo.simd.compiled import njit

__all__ = ["fill"]

register_jitable(uniform)
register_jitable(next_number)


@njit(cache=True, nogil=True, error_model="numpy")
def fill(words, sure, width, height, edge, inverse, out, start):
    """Fill out[start:]: (place reached, words used up). A number wants all its words at once."""
    used, end = 0, words.shape[0]
    while start < out.shape[0] and used < end:
        word = words[used]
        layer = np.int64(word & np.uint64(0xFF))
        point = (word >> np.uint64(9)) & np.uint64(0xFFFFFFFFFFFFF)
        if point < sure[layer]:
            x = np.float64(np.int64(point)) * width[layer]
            out[start] = -x if word & np.uint64(0x100) else x
            used += 1
        else:
            value, here = next_number(words, used, sure, width, height, edge, inverse)
            if np.isnan(value):
                break
            out[start] = value
            used = here
        start += 1
    return start, used
