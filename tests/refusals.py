"""A question that has to be refused, in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from polygeo.errors import DomainError

__all__ = ["refused"]


@contextmanager
def refused(kind: Any = DomainError, match: str | None = None) -> Iterator[Any]:
    """The block raises an error of this kind, whose message is one line and matches."""
    with pytest.raises(kind, match=match) as failure:
        yield failure
    assert str(failure.value)
    assert "\n" not in str(failure.value)
