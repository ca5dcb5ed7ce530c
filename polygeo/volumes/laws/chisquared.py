"""Chi-squared laws on arrays, in float64; chi^2_0 is the point mass at 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from polygeo.answers.exact import abbreviate
from polygeo.answers.sequence import plain
from polygeo.errors import DomainError

__all__ = [
    "MAX_DEGREES",
    "SMALL",
    "cdf",
    "density",
    "floats",
    "log_cdf",
    "log_density",
    "log_sf",
    "log_share",
    "log_sum",
    "sf",
]

Array = Any

MAX_DEGREES = 100_000_000
"""Largest number of values that are drawn or evaluated at once."""

SMALL = 1e-290
"""Probability below which a float loses digits."""

EPS = 2.0**-53
MAX_TERMS = 100_000
"""Largest number of terms of a series or continued fraction."""


def density(k: int, x: Array) -> Array:
    """Return the density of chi^2_k on x > 0, k >= 1; 0 elsewhere (k = 0 has none)."""
    return np.exp(log_density(k, x))


def log_density(k: int, x: Array) -> Array:
    """Return log of `density`; -inf where that is 0.

    >>> (log_density(2, np.array([-1.0, 2.0, 4000.0])) + np.log(2)).tolist()  # of e^{-x/2}/2
    [-inf, -1.0, -2000.0]
    """
    if k == 0:
        return np.full(np.shape(x), -np.inf)
    inside = (x > 0) & (x < np.inf)
    positive = np.where(inside, x, 1.0)
    value = (
        (k / 2 - 1) * np.log(positive) - positive / 2 - k / 2 * np.log(2) - special.gammaln(k / 2)
    )
    limit = np.inf if k == 1 else -np.log(2) if k == 2 else -np.inf
    return np.where(inside, value, np.where(x == 0, limit, -np.inf))


def cdf(k: int, x: Array) -> Array:
    """Return P[X <= x] for X of the law chi^2_k, k >= 0.

    >>> cdf(0, np.array([-1.0, 0.0])), cdf(2, np.array([-1.0, 0.0]))
    (array([0., 1.]), array([0., 0.]))
    """
    if k == 0:
        return np.where(x >= 0, 1.0, 0.0)
    return np.where(x > 0, special.gammainc(k / 2, np.maximum(x, 0) / 2), 0.0)


def sf(k: int, x: Array) -> Array:
    """Return P[X > x] for X of the law chi^2_k, k >= 0."""
    if k == 0:
        return np.where(x >= 0, 0.0, 1.0)
    return np.where(x > 0, special.gammaincc(k / 2, np.maximum(x, 0) / 2), 1.0)


def log_sf(k: int, x: Array) -> Array:
    """Return log P[X > x], also where that is too small for a float.

    There the continued fraction of the incomplete gamma function is taken (Lentz's way): with
    a = k/2 and z = x/2, Gamma(a, z) = e^-z z^a / (z+1-a - 1(1-a)/(z+3-a - 2(2-a)/(z+5-a - ..))).

    >>> log_sf(2, np.array([1500.0, 3000.0]))  # e^{-x/2}
    array([ -750., -1500.])
    """
    share = sf(k, x)
    far = (share < SMALL) & (x < np.inf)
    if k == 0 or not np.any(far):
        return _log(share)
    a, z = k / 2, np.where(far, x, 4.0 * k + 4) / 2
    b = z + 1 - a
    c, d = np.full(np.shape(z), np.inf), 1 / b
    fraction = d
    for i in range(1, MAX_TERMS):
        b = b + 2
        top = i * (a - i)
        d = 1 / (b + top * d)
        c = b + top / c
        fraction = fraction * c * d
        if np.all(np.abs(c * d - 1) < EPS):
            break
    value = a * np.log(z) - z - special.gammaln(a) + np.log(fraction)
    return np.where(far, value, _log(share))


def log_cdf(k: int, x: Array) -> Array:
    """Return log P[X <= x], also where that is too small for a float.

    There it is the series z^a e^-z / Gamma(a+1) (1 + z/(a+1) + z^2/((a+1)(a+2)) + ..).

    >>> float(log_cdf(200, np.array(2e-10)))  # (x/2)^100 / 100! to first order
    -2666.324...
    """
    share = cdf(k, x)
    near = (share < SMALL) & (x > 0)
    if k == 0 or not np.any(near):
        return _log(share)
    a, z = k / 2, np.where(near, x, k / 2) / 2
    term = total = np.ones(np.shape(z))
    for i in range(1, MAX_TERMS):
        term = term * z / (a + i)
        total = total + term
        if np.all(term < EPS * total):
            break
    value = a * np.log(z) - z - special.gammaln(a + 1) + np.log(total)
    return np.where(near, value, _log(share))


def _log(share: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(share)


def log_sum(logs: Sequence[Array], weights: Array) -> Array:
    """Return log of sum_k weights[k] exp(logs[k]), without leaving the range of floats."""
    terms = np.stack([log + np.log(weight) for log, weight in zip(logs, weights, strict=True)])
    top = terms.max(axis=0)
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(over="ignore"):
        return shift + _log(np.exp(terms - shift).sum(axis=0))


def log_share(share: Array, rest: Array) -> Array:
    """Return log of a probability from it and its complement, exact in both tails."""
    with np.errstate(divide="ignore"):
        return np.where(share < 0.5, np.log(share), np.log1p(-np.minimum(rest, 1)))[()]


def floats(x: Any) -> Array:
    """Return an array of float64; DomainError for what is none and for more than 10^8 numbers."""
    x = plain(x, "x")
    try:
        if not isinstance(x, np.ndarray) and hasattr(x, "__len__") and len(x) > MAX_DEGREES:
            raise DomainError(f"at most {MAX_DEGREES} numbers are taken at once; got {len(x)}")
        return np.asarray(x, dtype=float)
    except (OverflowError, TypeError, ValueError):
        raise DomainError(
            f"a number or an array of numbers is needed; got {abbreviate(repr(x))}"
        ) from None
