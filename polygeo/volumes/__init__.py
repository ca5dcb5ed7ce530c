"""Conic intrinsic volumes and the kinematic formulas, for anything that has them."""

from typing import Any

from polygeo.exports import listing
from polygeo.volumes.constraints.outcome import constraint_test, p_value_bounds
from polygeo.volumes.constraints.weights import chi_bar_weights
from polygeo.volumes.escape import EscapeBound, escape_bound
from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.kinematics import (
    crofton,
    expected_euler_characteristic,
    intersection_probability,
    kinematic,
    projection,
)
from polygeo.volumes.orthants.probability import orthant_probability, solid_angle
from polygeo.volumes.regular import (
    corner_internal_angle,
    crosspolytope_external_angle,
    equicorrelated_orthant,
    simplex_external_angle,
    simplex_internal_angle,
)

__all__ = [
    "BivariateChiBarSquared",
    "ChiBarSquared",
    "EBarSquared",
    "EscapeBound",
    "FBar",
    "IntrinsicVolumes",
    "chi_bar_weights",
    "constraint_test",
    "corner_internal_angle",
    "crofton",
    "crosspolytope_external_angle",
    "equicorrelated_orthant",
    "escape_bound",
    "expected_euler_characteristic",
    "intersection_probability",
    "kinematic",
    "orthant_probability",
    "p_value_bounds",
    "projection",
    "simplex_external_angle",
    "simplex_internal_angle",
    "solid_angle",
]


def __getattr__(name: str) -> Any:
    if name in ("BivariateChiBarSquared", "ChiBarSquared"):  # they load numpy and scipy
        from polygeo.volumes.laws import chibarsq

        return getattr(chibarsq, name)
    if name in ("EBarSquared", "FBar"):
        from polygeo.volumes.laws import variance_ratios

        return getattr(variance_ratios, name)
    raise AttributeError(f"module 'polygeo.volumes' has no attribute {name!r}")


__dir__ = listing(__all__)
