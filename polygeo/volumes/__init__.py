"""Conic intrinsic volumes and the kinematic formulas, for anything that has them."""

from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.kinematic import crofton, expected_euler_characteristic

__all__ = ["IntrinsicVolumes", "crofton", "expected_euler_characteristic"]
