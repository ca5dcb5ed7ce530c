"""Records of results that are no single answer: what JSON holds of a verdict, a bound, an array.

A result with fields is a dictionary with its ``type``, its printed ``text`` and the fields, each as
JSON holds it; the numbers inside are records of answers. Such records are for reading by people
and other programs: `polygeo.answers.serialise.from_dict` reads answers only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from polygeo.answers.exact import abbreviate, is_expression

__all__ = ["recorded"]

EXACT = 2**53
"""Integers from here on are no numbers of JSON readers that use floats."""

NUMBERS = ("mpq", "mpz", "Fraction")


def recorded(value: Any, answer: Callable[[Any], Any]) -> Any:
    """Return what JSON holds of a result; ``answer`` makes the record of a single answer.

    NotImplemented for an object that is no result of polygeo.

    >>> recorded((True, [0.5, float("inf")], {1: "x"}), repr)
    [True, [0.5, 'inf'], {'1': 'x'}]
    """
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "to_dict") and type(value).__module__.startswith("polygeo"):
        return value.to_dict()
    if is_expression(value):
        return str(value) if value.free_symbols else answer(value)
    if type(value).__name__ in NUMBERS:
        return answer(value)
    if isinstance(value, int):
        return value if type(value) is int and abs(value) < EXACT else answer(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if hasattr(value, "tolist") and type(value).__module__ == "numpy":
        return recorded(value.tolist(), answer)
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return [_inside(part, answer) for part in value]
    if isinstance(value, Mapping) and type(value).__module__ == "builtins":
        return {str(key): _inside(part, answer) for key, part in value.items()}
    names = _names(value)
    if names is None:
        return NotImplemented
    record = {"type": type(value).__name__, "text": str(value)}
    return record | {name: _inside(getattr(value, name), answer) for name in names}


def _inside(value: Any, answer: Callable[[Any], Any]) -> Any:
    """The record of a part, its text if it has none."""
    record = recorded(value, answer)
    return abbreviate(repr(value)) if record is NotImplemented else record


def _names(value: Any) -> tuple[str, ...] | None:
    """The fields of a result that are printed; None for what is not polygeo's."""
    kind = type(value)
    if not kind.__module__.startswith("polygeo"):
        return None
    if hasattr(kind, "RECORDED"):
        return kind.RECORDED
    if is_dataclass(value):
        return tuple(field.name for field in fields(value) if field.repr)
    return getattr(kind, "_fields", ())
