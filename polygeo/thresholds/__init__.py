"""Thresholds of the injectivity question, each a `Threshold` that says how it is known."""

from polygeo.thresholds.classical import cover, deep_sufficient, gordon, union_bound
from polygeo.thresholds.euler import crossing, crossings, euler, euler_from_finite_n
from polygeo.thresholds.threshold import STATUSES, Threshold

__all__ = [
    "STATUSES",
    "Threshold",
    "all",
    "cover",
    "crossing",
    "crossings",
    "deep_sufficient",
    "euler",
    "euler_from_finite_n",
    "gordon",
    "union_bound",
]


def all() -> list[Threshold]:
    """Every threshold of the single layer (kappa = 1), in increasing order.

    >>> [threshold.name for threshold in all()]
    ['cover', 'gordon', 'euler', 'union-bound', 'union-bound-vertices']
    """
    known = [cover(), gordon(), euler(), union_bound(), union_bound(over="vertices")]
    return sorted(known, key=float)
