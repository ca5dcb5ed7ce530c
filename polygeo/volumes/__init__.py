"""Conic intrinsic volumes and the kinematic formulas, for anything that has them."""

from typing import Any

from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.kinematics import (
    crofton,
    expected_euler_characteristic,
    intersection_probability,
    kinematic,
    projection,
)

__all__ = [
    "BivariateChiBarSquared",
    "ChiBarSquared",
    "IntrinsicVolumes",
    "crofton",
    "expected_euler_characteristic",
    "intersection_probability",
    "kinematic",
    "projection",
]


def __getattr__(name: str) -> Any:
    if name in ("BivariateChiBarSquared", "ChiBarSquared"):  # they load numpy and scipy
        from polygeo.volumes import chibarsq

        return getattr(chibarsq, name)
    raise AttributeError(f"module 'polygeo.volumes' has no attribute {name!r}")
