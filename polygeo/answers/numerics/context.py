"""Decimal arithmetic of a given number of digits with mpmath, in a separate context.

``mpmath.mp`` is one context for the whole program: whoever sets its precision, in this thread or
in another one, sets it for all. A context from `working_digits` is nobody else's. mpmath keeps
constants for all contexts, and hands out a wrong one when it lengthens it in one thread while
another thread reads it; hence the lock, and the constants in advance.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from mpmath import MPContext

from polygeo.answers.decimals import significant

__all__ = ["working_digits"]

CONSTANT_DIGITS = 1000

_LOCK = threading.RLock()


@cache
def _context(digits: int) -> Any:
    """Return the context of so many digits; kept, since it remembers nodes of quadrature."""
    mp = MPContext()
    mp.dps = max(CONSTANT_DIGITS, 2 * digits)
    for constant in (mp.pi, mp.e, mp.ln2, mp.ln10):
        mp.mpf(constant)  # computes and keeps it
    return mp


@contextmanager
def working_digits(digits: int) -> Iterator[Any]:
    """Run a block with an mpmath context of ``digits`` digits, alone among polygeo's threads.

    >>> with working_digits(30) as mp:
    ...     print(mp.mpf(1) / 3, mp.dps)
    0.333333333333333333333333333333 30
    """
    count = significant(digits)
    with _LOCK:
        mp = _context(count)
        mp.dps = count
        yield mp
