"""Thresholds of injectivity and sparse recovery, each a `Threshold` with its kind and status."""

from importlib import import_module
from pkgutil import iter_modules

from polygeo.exports import listing
from polygeo.thresholds.classical import cover, deep_sufficient, gordon, half_space, union_bound
from polygeo.thresholds.euler_characteristic import crossing, crossings, euler, euler_from_finite_n
from polygeo.thresholds.exponents import external_exponent, internal_exponent
from polygeo.thresholds.lifted import lifted_gordon
from polygeo.thresholds.recovery import recovery_curve, recovery_probability
from polygeo.thresholds.registry import THRESHOLDS, all
from polygeo.thresholds.replica import full_rsb, k_rsb, one_rsb, rsb_upper_bound
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
    "rsb_upper_bound",
    "statistical_dimension_curve",
    "strong_l1",
    "strong_orthant",
    "strong_simplex",
    "union_bound",
    "weak_l1",
    "weak_nonnegative",
    "weak_orthant",
]
for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
for _make in THRESHOLDS.values():
    _name = getattr(_make, "__name__", "")  # that of a function, not of one with options
    if _name and _name not in __all__:
        globals()[_name] = _make
        __all__ += [_name]
__dir__ = listing(__all__)
