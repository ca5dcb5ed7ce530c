"""What a file says of a cone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.errors import DomainError

__all__ = ["FileContents", "number"]


@dataclass(frozen=True)
class FileContents:
    """A cone as a file describes it.

    * ``kind``: 'rays' or 'inequalities'.
    * ``dim``: dimension of the space.
    * ``vectors``: the rays, or the rows a of <a, x> >= 0.
    * ``straight``: the lines, or the rows of equations.
    """

    kind: str
    dim: int
    vectors: tuple[tuple[mpq, ...], ...]
    straight: tuple[tuple[mpq, ...], ...]


def number(word: Any, place: str) -> mpq:
    """Read one number of a file; DomainError, which begins with the place, for what is none."""
    try:
        return rational(word, "an entry")
    except DomainError as problem:
        raise DomainError(f"{place}: {problem}") from None
