"""The sizes m, n and k that the quantities of a layer take."""

from __future__ import annotations

from typing import Any

from polygeo.answers.exact import integer
from polygeo.errors import DomainError

__all__ = ["MAX_M", "layer_of", "level_of"]

MAX_M = 2**31
"""Largest m that is tried: p_{m,n}, its bounds and q_{m,n} have about m bits."""


def layer_of(m: Any, n: Any) -> tuple[int, int]:
    """m and n with 1 <= n <= m."""
    m, n = integer(m, "m"), integer(n, "n")
    if not 1 <= n <= m:
        raise DomainError(f"p needs 1 <= n <= m; got m={m}, n={n}")
    if m > MAX_M:
        raise DomainError(f"p has about m bits, so m <= {MAX_M} is needed; got m={m}")
    return m, n


def level_of(m: int, n: int, k: Any) -> int:
    """k, by default n, with 1 <= k <= m."""
    level = n if k is None else integer(k, "k")
    if not 1 <= level <= m:
        raise DomainError(f"k needs 1 <= k <= m; got k={level}, m={m}")
    return level
