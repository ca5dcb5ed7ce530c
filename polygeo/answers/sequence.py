"""Checks of sequences that users give, as `exact` has them for numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from polygeo.answers.arrays import plain
from polygeo.answers.exact import abbreviate
from polygeo.errors import DomainError

__all__ = ["sequence"]

MAX_LENGTH = 1_000_000
"""Largest length of a sequence that is read."""


def sequence(value: Any, name: str = "value", most: int = MAX_LENGTH) -> tuple[Any, ...]:
    """Return the entries of a list, tuple, array or other iterable (no text, no mapping).

    Arrays (anything with ``tolist``, sparse ones too) give Python numbers. DomainError if there are
    more than ``most`` entries or some are masked.

    >>> sequence(range(3))
    (0, 1, 2)
    >>> sequence("abc", "rays")
    Traceback (most recent call last):
    polygeo.errors.DomainError: rays needs a sequence; got 'abc'
    """
    value = plain(value, name)
    listed = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(listed, (str, bytes, Mapping)) or not isinstance(listed, Iterable):
        raise DomainError(f"{name} needs a sequence; got {abbreviate(repr(value))}")
    try:
        entries = tuple(islice(listed, most + 1))
    except TypeError:  # a class with __iter__, say
        raise DomainError(f"{name} needs a sequence; got {abbreviate(repr(value))}") from None
    if len(entries) > most:
        raise DomainError(f"{name} may have at most {most} entries; got more")
    return entries
