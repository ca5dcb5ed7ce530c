"""What a word from a command line or a file stands for; unknown words list the known ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from polygeo.errors import DomainError

if TYPE_CHECKING:
    from polygeo.thresholds.threshold import Threshold

__all__ = ["THRESHOLDS", "pick", "threshold"]

T = TypeVar("T")

THRESHOLDS = (
    "cover",
    "half-space",
    "lifted-gordon",
    "gordon",
    "euler",
    "union-bound",
    "union-bound-vertices",
    "deep-sufficient",
    "one-rsb",
    "full-rsb",
)
"""Names of the thresholds."""


def pick(name: Any, choices: Mapping[str, T], what: str) -> T:
    """The choice of that name.

    >>> pick("b", {"a": 1, "c": 2}, "letter")
    Traceback (most recent call last):
    polygeo.errors.DomainError: unknown letter 'b'; known: a, c
    """
    if isinstance(name, str) and name in choices:
        return choices[name]
    from polygeo.answers.exact import abbreviate

    known = ", ".join(choices)
    raise DomainError(f"unknown {what} {abbreviate(repr(name))}; known: {known}")


def threshold(name: str, kappa: Any = None, L: Any = None) -> Threshold:
    """The threshold of that name; ``kappa`` (1) for a single layer, ``L`` for deep-sufficient.

    Besides `THRESHOLDS`, "2-rsb", "3-rsb", .. are names.

    >>> threshold("cover", "1/2").value, threshold("deep-sufficient", L=3).value
    (mpq(2,1), 6*log(3))
    """
    from polygeo import thresholds

    steps = name.removesuffix("-rsb")
    predicted = {"one": thresholds.one_rsb, "full": thresholds.full_rsb}
    if steps != name and (steps in predicted or (steps.isdecimal() and len(steps) < 4)):
        if kappa is not None or L is not None:
            raise DomainError(f"{name} takes no kappa and no number of layers")
        return predicted[steps]() if steps in predicted else thresholds.k_rsb(int(steps))
    pick(name, dict.fromkeys(THRESHOLDS), "threshold")
    if name == "deep-sufficient":
        if kappa is not None:
            raise DomainError(f"deep-sufficient takes a number of layers, no kappa; got {kappa}")
        if L is None:
            raise DomainError("deep-sufficient needs the number of layers L >= 2; got none")
        return thresholds.deep_sufficient(L)
    if L is not None:
        raise DomainError(f"{name} takes kappa, no number of layers; got L={L}")
    ratio = 1 if kappa is None else kappa
    if name == "union-bound-vertices":
        return thresholds.union_bound(ratio, over="vertices")
    functions = {
        "cover": thresholds.cover,
        "half-space": thresholds.half_space,
        "lifted-gordon": thresholds.lifted_gordon,
        "gordon": thresholds.gordon,
        "euler": thresholds.euler,
        "union-bound": thresholds.union_bound,
    }
    return functions[name](ratio)
