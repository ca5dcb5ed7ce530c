"""The thresholds by name: the one list from which tables, figures, pages and commands are made.

The decorator `named_threshold` enters a function, in its own file of ``polygeo/thresholds``;
nothing else is listed anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import Parameter, signature
from typing import Any, TypeVar

from polygeo.thresholds.threshold import Threshold

__all__ = ["ON_CONES", "THRESHOLDS", "all", "named_threshold", "needs_parameter"]

Made = TypeVar("Made", bound=Callable[..., Threshold])

THRESHOLDS: dict[str, Callable[..., Threshold]] = {}
"""The functions by the names of their thresholds, in increasing order of the values."""

ON_CONES: dict[str, Callable[..., Threshold]] = {}
"""Those of `THRESHOLDS` that take ``inputs="nonnegative"``."""

_VALUES: dict[str, float] = {}


def named_threshold(
    name: str, value: float, *parameters: Any, on_cones: bool = False, **options: Any
) -> Callable[[Made], Made]:
    """Return a decorator that registers a function in `THRESHOLDS`.

    * ``name``: name of the threshold, as on the command line.
    * ``value``: the value to three digits, which gives the place in the list; infinity for a
      threshold with a parameter.
    * ``parameters``, ``options``: what the function is called with for this name (default nothing).
    * ``on_cones``: whether it takes ``inputs="nonnegative"`` (default False).

    Two thresholds of one name are a mistake, and raise ValueError.
    """

    def enter(make: Made) -> Made:
        if name in THRESHOLDS:
            raise ValueError(f"two thresholds are called {name}: {THRESHOLDS[name]} and {make}")
        _VALUES[name] = value
        entered = partial(make, *parameters, **options) if parameters or options else make
        for known in (THRESHOLDS, ON_CONES) if on_cones else (THRESHOLDS,):
            known[name] = entered
            ordered = sorted(known, key=_VALUES.__getitem__)
            for other in ordered:
                known[other] = known.pop(other)
        return make

    return enter


def all() -> list[Threshold]:
    """Return every threshold of the single layer (kappa = 1), in increasing order.

    No value is computed here: the predictions take seconds when they are asked for. The functions
    of `THRESHOLDS` that need a parameter are left out.

    >>> [threshold.name for threshold in all() if threshold.status == "theorem"]
    ['cover', 'half-space', 'lifted-gordon', 'gordon', 'union-bound', 'union-bound-vertices']
    >>> [threshold.name for threshold in all()][2:6]
    ['full-rsb', '3-rsb', '2-rsb', '1-rsb']
    """
    return [make() for make in THRESHOLDS.values() if not needs_parameter(make)]


def needs_parameter(function: Callable[..., Threshold]) -> bool:
    """Test whether a function of `THRESHOLDS` cannot be called without an argument.

    >>> needs_parameter(THRESHOLDS["deep-sufficient"]), needs_parameter(THRESHOLDS["cover"])
    (True, False)
    """
    parameters = signature(function).parameters.values()
    return any(parameter.default is Parameter.empty for parameter in parameters)
