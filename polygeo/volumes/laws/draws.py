"""Random values of chi-bar-squared laws."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from polygeo.answers.exact import integer
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError
from polygeo.volumes.laws.chisquared import MAX_DEGREES

__all__ = ["draw"]

Array = Any


def draw(
    floats: Array, size: Any, random_state: Any, rest: Callable[[Array], Array]
) -> tuple[Array, Array]:
    """Draw an index k with the weights of a law, then independent chi^2_k and chi^2_{rest(k)}."""
    rng = _stream(random_state)
    weights = floats / floats.sum()
    index = rng.choice(len(weights), size=_shape(size), p=weights)
    return 2 * rng.standard_gamma(index / 2), 2 * rng.standard_gamma(rest(index) / 2)


def _stream(random_state: Any) -> np.random.Generator:
    """Return a generator as it is; the one of a seed (an integer >= 0), or a fresh one for None."""
    if random_state is None or isinstance(random_state, np.random.Generator):
        return np.random.default_rng(random_state)
    seed = integer(random_state, "random_state")
    if seed < 0:
        raise DomainError(f"random_state needs an integer >= 0; got {seed}")
    return np.random.default_rng(seed)


def _shape(size: Any) -> tuple[int, ...] | None:
    if size is None:
        return None
    whole = hasattr(size, "__index__") and not getattr(size, "ndim", 0)
    shape = tuple(integer(n, "size") for n in ((size,) if whole else sequence(size, "size", 64)))
    if any(n < 0 for n in shape) or prod(shape) > MAX_DEGREES:
        raise DomainError(
            f"size needs integers >= 0 with a product up to {MAX_DEGREES}; got {shape}"
        )
    return shape
