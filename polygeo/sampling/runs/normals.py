"""Standard normal numbers from a stream of 64-bit words, by the ziggurat method.

The density exp(-x^2 / 2), x >= 0, is covered by 256 layers of one area: rectangles of width
x_1 < ... < x_255 and, as layer 0, the rectangle below f(x_255) with the tail. A word gives a layer
(8 bits), a sign and a point of the layer (52 bits); nearly always the point lies under the curve
whatever its height. Source: marsagliatsang2000ziggurat.

The layers and the use of the words are those of numpy's ``Generator.standard_normal``: the same
stream gives the same numbers, up to the rounding of the tables of layers (a test holds this), in
half the time, since the words come in bulk and not by a call each.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from polygeo.sampling.runs.words import first_fill
from polygeo.simd.patience import Patience

__all__ = ["standard_normals"]

LAYERS = 256
EDGE = "3.6541528853610087963519472518"
"""The point x_255 at which 256 layers have one area."""

PIECE = 16_384
"""Number of normal numbers whose words are drawn at a time: few enough for the processor's cache.
"""

UNUSED = 64
"""Number of words drawn beyond what is expected, and kept for the next draw."""


@cache
def _layers() -> tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.float64], float]:
    """(sure, width, height, 1 / x_255).

    The number with the 52-bit integer t in layer i is t width[i], under the curve whatever its
    height if t < sure[i]; height[i] = exp(-x_i^2 / 2).
    """
    from polygeo.answers.numerics.context import working_digits

    with working_digits(50) as mp:
        edge = mp.mpf(EDGE)

        def f(x):
            return mp.exp(-x * x / 2)

        tail = mp.sqrt(mp.pi / 2) * mp.erfc(edge / mp.sqrt(2))
        area = edge * f(edge) + tail
        x = [mp.mpf(0)] * LAYERS
        x[LAYERS - 1] = edge
        for i in range(LAYERS - 2, 0, -1):
            x[i] = mp.sqrt(-2 * mp.log(area / x[i + 1] + f(x[i + 1])))
        scale = mp.mpf(2) ** 52
        base = area / f(edge)
        sure = [int(edge / base * scale), 0]
        sure += [int(x[i - 1] / x[i] * scale) for i in range(2, LAYERS)]
        width = [base / scale, *(x[i] / scale for i in range(1, LAYERS))]
        height = [f(x[i]) for i in range(LAYERS)]
        return (
            np.array(sure, dtype=np.uint64),
            np.array(list(map(float, width))),
            np.array(list(map(float, height))),
            float(1 / edge),
        )


PATIENCE = Patience(f"{__package__}.ziggurat.fill", 0.5)
"""For draws in a process before `ziggurat` is compiled."""

EACH = 2e-7
"""Seconds of a number that is drawn without compiled code."""


def standard_normals(
    words: np.random.BitGenerator, count: int, out: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Draw ``count`` standard normal numbers, shape (count,); into ``out`` where it is given.

    The bit generator may be further than these numbers need: use it for nothing else.

    >>> stream, same = np.random.Philox(5), np.random.Generator(np.random.Philox(5))
    >>> np.allclose(standard_normals(stream, 1000), same.standard_normal(1000), rtol=1e-13)
    True
    """
    out = np.empty(count) if out is None else out
    if PATIENCE.allows(EACH * count):
        with PATIENCE.spend():
            return _draw(first_fill, words, count, out)
    from polygeo.sampling.runs.ziggurat import fill

    return _draw(fill, words, count, out)


def _draw(fill, words, count, out):
    sure, width, height, inverse = _layers()
    done = 0
    rest = np.empty(0, np.uint64)
    while done < count:
        wanted = min(count - done, PIECE)
        fresh = words.random_raw(wanted + wanted // 64 + UNUSED)
        supply = np.concatenate([rest, fresh]) if len(rest) else fresh
        done, used = fill(supply, sure, width, height, float(EDGE), inverse, out, done)
        rest = supply[used:]
    return out
