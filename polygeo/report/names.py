"""The words of a command line or a file, and what they stand for; errors list the known words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from inspect import getdoc, signature
from typing import TYPE_CHECKING, Any, TypeVar

from polygeo.errors import DomainError

if TYPE_CHECKING:
    from polygeo.thresholds.threshold import Threshold

__all__ = ["first_line", "listed", "pick", "threshold"]

T = TypeVar("T")

SPELLINGS = {"one-rsb": "1-rsb"}
"""Other names of thresholds that are understood."""


def pick(name: Any, choices: Mapping[str, T], what: str) -> T:
    """Return the choice of a name; DomainError, with the known names, otherwise.

    >>> pick("b", {"a": 1, "c": 2}, "letter")
    Traceback (most recent call last):
    polygeo.errors.DomainError: unknown letter 'b'; known: a, c
    """
    if isinstance(name, str) and name in choices:
        return choices[name]
    from polygeo.answers.exact import abbreviate

    known = ", ".join(choices)
    raise DomainError(f"unknown {what} {abbreviate(repr(name))}; known: {known}")


def listed(texts: Mapping[str, str]) -> str:
    """Return one line for each name, with the first line of its text behind it.

    >>> print(listed({"a": "The first.", "bc": "Another letter.\\nAnd one more."}))
    a   The first.
    bc  Another letter.
    """
    width = max(map(len, texts))
    lines = ((name, text.partition("\n")[0]) for name, text in texts.items())
    return "\n".join(f"{name:{width}}  {line}".rstrip() for name, line in lines)


def first_line(maker: Callable[..., Any]) -> str:
    """Return the first line of a docstring."""
    return (getdoc(maker) or "").partition("\n")[0]


def threshold(name: str, kappa: Any = None, L: Any = None, inputs: Any = None) -> Threshold:
    """Return the threshold of that name: a key of `polygeo.thresholds.registry`, or "4-rsb", ..

    ``kappa`` (1 unless given) is for a threshold of a single layer, ``L`` for deep-sufficient,
    ``inputs`` for the thresholds that are known for inputs in a cone.

    >>> threshold("cover", "1/2").value, threshold("deep-sufficient", L=3).value
    (mpq(2,1), 6*log(3))
    >>> threshold("half-space", inputs="nonnegative").value
    mpq(3,1)
    """
    from polygeo.thresholds import k_rsb
    from polygeo.thresholds.registry import THRESHOLDS

    name = SPELLINGS.get(name, name) if isinstance(name, str) else name
    steps = re.fullmatch(r"([0-9]{1,3})-rsb", name) if isinstance(name, str) else None
    if steps and name not in THRESHOLDS:
        make: Callable[..., Threshold] = partial(k_rsb, int(steps[1]))
    else:
        make = pick(name, THRESHOLDS, "threshold")
    wanted = signature(make).parameters.keys() & {"kappa", "L", "inputs"}
    if inputs is not None and "inputs" not in wanted:
        raise DomainError(f"{name} is known for all inputs only; got inputs={inputs}")
    if not wanted and (kappa is not None or L is not None):
        raise DomainError(f"{name} takes no kappa and no number of layers")
    if kappa is not None and "kappa" not in wanted:
        raise DomainError(f"{name} takes a number of layers, no kappa; got {kappa}")
    if L is not None and "L" not in wanted:
        raise DomainError(f"{name} takes kappa, no number of layers; got L={L}")
    if L is None and "L" in wanted:
        raise DomainError(f"{name} needs the number of layers L >= 2; got none")
    given = {"kappa": kappa, "L": L, "inputs": inputs}
    return make(**{key: value for key, value in given.items() if value is not None})
