"""Thresholds of injectivity and sparse recovery, each a `Threshold` that says how it is known."""

from polygeo.exports import listing
from polygeo.thresholds.classical import (
    cover,
    deep_sufficient,
    gordon,
    half_space,
    union_bound,
)
from polygeo.thresholds.euler_characteristic import (
    crossing,
    crossings,
    euler,
    euler_from_finite_n,
)
from polygeo.thresholds.exponents import external_exponent, internal_exponent
from polygeo.thresholds.lifted import lifted_gordon
from polygeo.thresholds.recovery import recovery_curve, recovery_probability
from polygeo.thresholds.replica import full_rsb, k_rsb, one_rsb
from polygeo.thresholds.sparse import (
    statistical_dimension_curve,
    strong_l1,
    strong_orthant,
    strong_simplex,
    weak_l1,
    weak_nonnegative,
    weak_orthant,
)
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
    "external_exponent",
    "full_rsb",
    "gordon",
    "half_space",
    "internal_exponent",
    "k_rsb",
    "lifted_gordon",
    "one_rsb",
    "recovery_curve",
    "recovery_probability",
    "statistical_dimension_curve",
    "strong_l1",
    "strong_orthant",
    "strong_simplex",
    "union_bound",
    "weak_l1",
    "weak_nonnegative",
    "weak_orthant",
]


def all() -> list[Threshold]:
    """Every threshold of the single layer (kappa = 1), in increasing order.

    No value is computed here: the predictions take seconds when they are asked for.

    >>> [threshold.name for threshold in all() if threshold.status == "theorem"]
    ['cover', 'half-space', 'lifted-gordon', 'gordon', 'union-bound', 'union-bound-vertices']
    >>> [threshold.name for threshold in all()][2:6]
    ['full-rsb', '3-rsb', '2-rsb', 'one-rsb']
    """
    ladder = [full_rsb(), k_rsb(3), k_rsb(2), one_rsb()]
    unions = [union_bound(), union_bound(over="vertices")]
    return [cover(), half_space(), *ladder, lifted_gordon(), gordon(), euler(), *unions]


__dir__ = listing(__all__)
