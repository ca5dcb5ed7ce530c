"""Random streams by number: block b of seed s is the same numbers on every worker.

Philox is a counter-based generator (salmon2011parallel): the key (s, b) opens a stream of 2^130
bits that needs no state handed on and no order of evaluation. ``purpose`` sets the top counter
word, so that different uses of one seed never share numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import integer
from polygeo.answers.options import SEEDLESS
from polygeo.answers.sequence import plain_matrix
from polygeo.errors import DomainError
from polygeo.sampling.runs.normals import standard_normals

__all__ = [
    "checked_seed",
    "checked_seeds",
    "gaussian_block",
    "gaussian_pairs",
    "generator",
    "pairs",
]

MAX_NUMBERS = 1 << 28
"""Largest number of samples times dimension of a block."""
"""Largest number of float64 numbers in a block: 2 GiB."""


def checked_seed(seed: Any) -> int:
    """Return a seed as an int; DomainError unless 0 <= seed < 2^64. None is refused with a remedy.

    >>> checked_seed(-1)
    Traceback (most recent call last):
    polygeo.errors.DomainError: seed must lie in [0, 2^64); got -1
    """
    if seed is None:
        raise DomainError(SEEDLESS)
    number = integer(seed, "seed")
    if not 0 <= number < 1 << 64:
        raise DomainError(f"seed must lie in [0, 2^64); got {number}")
    return number


def checked_seeds(seed: Any) -> int | tuple[int, ...]:
    """Return a seed, or the seeds of merged runs.

    >>> checked_seeds(3), checked_seeds([1, 2])
    (3, (1, 2))
    """
    if isinstance(seed, tuple | list) and seed:
        return tuple(map(checked_seed, seed))
    return checked_seed(seed)


def generator(seed: int, block: int, purpose: int = 0) -> np.random.Generator:
    """Return the random stream of a block, for any distribution.

    * ``seed``: 0 <= seed < 2^64.
    * ``block``: number of the block.
    * ``purpose``: a number; different purposes of one seed never share numbers (default 0).

    >>> bool(generator(7, 3).integers(10**6) == generator(7, 3).integers(10**6))
    True
    """
    return np.random.Generator(_philox(seed, block, purpose))


def _philox(seed: int, block: int, purpose: int) -> np.random.Philox:
    key = np.array([checked_seed(seed), checked_seed(block)], dtype=np.uint64)
    counter = np.array([0, 0, 0, checked_seed(purpose)], dtype=np.uint64)
    return np.random.Philox(key=key, counter=counter)


def gaussian_block(seed: int, block: int, count: int, dim: int) -> NDArray[np.float64]:
    """Draw ``count`` standard Gaussian vectors of R^dim, float64 (count, dim).

    * ``seed``, ``block``: name of the random stream.

    A shorter block is the beginning of a longer one. DomainError for more than 2^28 numbers.

    >>> bool((gaussian_block(7, 3, 2, 5) == gaussian_block(7, 3, 4, 5)[:2]).all())
    True
    """
    size = integer(count, "count"), integer(dim, "dim")
    if min(size) < 0 or size[0] * size[1] > MAX_NUMBERS:
        raise DomainError(
            f"a block needs count, dim >= 0 and at most {MAX_NUMBERS} numbers; got {size}"
        )
    return standard_normals(_philox(seed, block, 0), size[0] * size[1]).reshape(size)


def gaussian_pairs(
    seed: int, block: int, count: int, dim: int, buffer: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Draw the `pairs` of the vectors of `gaussian_block`, shape (2 count, dim), without a copy.

    ``buffer``: an array of that shape to hold them.

    >>> bool((gaussian_pairs(7, 3, 2, 5) == pairs(gaussian_block(7, 3, 2, 5))).all())
    True
    """
    whole = np.empty((2 * count, dim)) if buffer is None else buffer
    standard_normals(_philox(seed, block, 0), count * dim, whole[:count].reshape(-1))
    np.negative(whole[:count], out=whole[count:])
    return whole


def pairs(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the samples followed by their antipodes: y_1, ..., y_n, -y_1, ..., -y_n.

    >>> pairs(np.array([[1.0, -2.0]])).tolist()
    [[1.0, -2.0], [-1.0, 2.0]]
    """
    samples = plain_matrix(samples, "samples")
    try:
        given = np.asarray(samples, dtype=np.float64)
    except (MemoryError, OverflowError, TypeError, ValueError):
        given = np.empty(())
    if given.ndim != 2:
        raise DomainError("samples need a matrix of numbers, one sample a row")
    return np.concatenate([given, -given])
