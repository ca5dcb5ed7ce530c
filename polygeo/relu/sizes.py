"""The sizes m, n and k that the quantities of a layer take."""

from __future__ import annotations

from typing import Any

from polygeo.answers.exact import integer
from polygeo.errors import DomainError

__all__ = ["MAX_M", "layer_of", "level_of"]

MAX_M = 2**31
"""Largest number m of rows: p_{m,n}, its bounds and q_{m,n} are fractions of about m bits."""


def layer_of(m: Any, n: Any) -> tuple[int, int]:
    """Return m and n as ints; DomainError unless 1 <= n <= m <= 2^31."""
    m, n = integer(m, "m"), integer(n, "n")
    if not 1 <= n <= m:
        raise DomainError(f"p needs 1 <= n <= m; got m={m}, n={n}")
    if m > MAX_M:
        raise DomainError(f"p has about m bits, so m <= {MAX_M} is needed; got m={m}")
    return m, n


def level_of(m: int, n: int, k: Any) -> int:
    """Return the level k as an int, n for None; DomainError unless 1 <= k <= m."""
    level = n if k is None else integer(k, "k")
    if not 1 <= level <= m:
        raise DomainError(f"k needs 1 <= k <= m; got k={level}, m={m}")
    return level
