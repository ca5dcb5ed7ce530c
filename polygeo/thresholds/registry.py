"""The thresholds by name: the one list from which tables, figures, pages and commands are made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import Parameter, signature

from polygeo.thresholds.classical import cover, deep_sufficient, gordon, half_space, union_bound
from polygeo.thresholds.euler_characteristic import euler
from polygeo.thresholds.lifted import lifted_gordon
from polygeo.thresholds.replica import full_rsb, k_rsb, one_rsb
from polygeo.thresholds.threshold import Threshold

__all__ = ["ON_CONES", "THRESHOLDS", "all"]

THRESHOLDS: dict[str, Callable[..., Threshold]] = {
    "cover": cover,
    "half-space": half_space,
    "full-rsb": full_rsb,
    "3-rsb": partial(k_rsb, 3),
    "2-rsb": partial(k_rsb, 2),
    "one-rsb": one_rsb,
    "lifted-gordon": lifted_gordon,
    "gordon": gordon,
    "euler": euler,
    "union-bound": union_bound,
    "union-bound-vertices": partial(union_bound, over="vertices"),
    "deep-sufficient": deep_sufficient,
}
"""The functions by the names of their thresholds, in increasing order of the values."""


ON_CONES = ("half-space", "lifted-gordon", "gordon", "euler", "union-bound")
"""The names of the thresholds that take ``inputs="nonnegative"``."""


def all() -> list[Threshold]:
    """Return every threshold of the single layer (kappa = 1), in increasing order.

    No value is computed here: the predictions take seconds when they are asked for. The functions
    of `THRESHOLDS` that need a parameter are left out.

    >>> [threshold.name for threshold in all() if threshold.status == "theorem"]
    ['cover', 'half-space', 'lifted-gordon', 'gordon', 'union-bound', 'union-bound-vertices']
    >>> [threshold.name for threshold in all()][2:6]
    ['full-rsb', '3-rsb', '2-rsb', 'one-rsb']
    """
    return [make() for make in THRESHOLDS.values() if not _needs_parameter(make)]


def _needs_parameter(function: Callable[..., Threshold]) -> bool:
    parameters = signature(function).parameters.values()
    return any(parameter.default is Parameter.empty for parameter in parameters)
