"""The name of an ansatz: replica symmetry, k steps of symmetry breaking, or full breaking."""

from __future__ import annotations

from typing import Any

from polygeo.answers.exact import abbreviate, integer
from polygeo.errors import DomainError
from polygeo.replica.ladder import MAX_STEPS

__all__ = ["level_of"]

NAMES = {"rs": 0, "full": -1}


def level_of(level: Any) -> int:
    """Return 0 for 'rs', k for k or '<k>-rsb', -1 for 'full'.

    >>> [level_of(x) for x in ("rs", "1-rsb", 3, "12rsb", "full")]
    [0, 1, 3, 12, -1]
    """
    if isinstance(level, str):
        name = level.lower().removesuffix("-rsb").removesuffix("rsb")
        if name in NAMES:
            return NAMES[name]
        if not (name.isdecimal() and len(name) < 4):
            raise DomainError(
                f"level must be 'rs', 'full', '2-rsb' or an integer; got {abbreviate(repr(level))}"
            )
        level = int(name)
    steps = integer(level, "level")
    if not 0 <= steps <= MAX_STEPS:
        raise DomainError(f"level needs 0 <= k <= {MAX_STEPS} or 'full'; got {steps}")
    return steps
