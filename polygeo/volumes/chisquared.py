"""Chi-squared laws on arrays, in float64; chi^2_0 is the point mass at 0."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from polygeo.answers.arrays import plain
from polygeo.answers.exact import abbreviate
from polygeo.errors import DomainError

__all__ = ["MOST", "cdf", "density", "floats", "log_share", "sf"]

Array = Any

MOST = 100_000_000
"""Most numbers that are drawn or evaluated at once."""


def density(k: int, x: Array) -> Array:
    """Density of chi^2_k on x > 0, k >= 1; 0 elsewhere (k = 0 has none)."""
    if k == 0:
        return np.zeros(np.shape(x))
    inside = (x > 0) & (x < np.inf)
    positive = np.where(inside, x, 1.0)
    log_density = (
        (k / 2 - 1) * np.log(positive) - positive / 2 - k / 2 * np.log(2) - special.gammaln(k / 2)
    )
    limit = np.inf if k == 1 else 0.5 if k == 2 else 0.0
    return np.where(inside, np.exp(log_density), np.where(x == 0, limit, 0.0))


def cdf(k: int, x: Array) -> Array:
    """P[X <= x] for X of the law chi^2_k, k >= 0.

    >>> cdf(0, np.array([-1.0, 0.0])), cdf(2, np.array([-1.0, 0.0]))
    (array([0., 1.]), array([0., 0.]))
    """
    if k == 0:
        return np.where(x >= 0, 1.0, 0.0)
    return np.where(x > 0, special.gammainc(k / 2, np.maximum(x, 0) / 2), 0.0)


def sf(k: int, x: Array) -> Array:
    """P[X > x] for X of the law chi^2_k, k >= 0."""
    if k == 0:
        return np.where(x >= 0, 0.0, 1.0)
    return np.where(x > 0, special.gammaincc(k / 2, np.maximum(x, 0) / 2), 1.0)


def log_share(share: Array, rest: Array) -> Array:
    """log of a probability from it and its complement, exact in both tails."""
    with np.errstate(divide="ignore"):
        return np.where(share < 0.5, np.log(share), np.log1p(-np.minimum(rest, 1)))[()]


def floats(x: Any) -> Array:
    """An array of float64; DomainError for what is none and for more than 10^8 numbers."""
    x = plain(x, "x")
    try:
        if not isinstance(x, np.ndarray) and hasattr(x, "__len__") and len(x) > MOST:
            raise DomainError(f"at most {MOST} numbers are taken at once; got {len(x)}")
        return np.asarray(x, dtype=float)
    except (OverflowError, TypeError, ValueError):
        raise DomainError(
            f"a number or an array of numbers is needed; got {abbreviate(repr(x))}"
        ) from None
