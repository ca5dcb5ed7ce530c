"""ReLU layers: injectivity of one and of random ones, the surrogate q, and what is around a layer.

What needs compiled code or simulation is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from polygeo.relu.bounds import (
    Bound,
    injectivity_bounds,
    injectivity_probability,
    union_bound,
    wendel_probability,
)
from polygeo.relu.euler import expected_euler_characteristic, q_column, q_row
from polygeo.relu.rate import EulerRate, euler_asymptotic, euler_edges, euler_rate

if TYPE_CHECKING:
    from polygeo.relu.chi import euler_characteristic
    from polygeo.relu.decision import decide_batch
    from polygeo.relu.depth import HalfspaceDepth, halfspace_depth
    from polygeo.relu.faces import (
        euler_characteristic_by_faces,
        faces_of_arrangement,
        injective_by_faces,
    )
    from polygeo.relu.injectivity import Verdict, is_injective
    from polygeo.relu.mean import MeanCharacteristic, estimate_q

_LATER = {
    "HalfspaceDepth": "depth",
    "MeanCharacteristic": "mean",
    "Verdict": "injectivity",
    "decide_batch": "decision",
    "estimate_q": "mean",
    "euler_characteristic": "chi",
    "euler_characteristic_by_faces": "faces",
    "faces_of_arrangement": "faces",
    "halfspace_depth": "depth",
    "injective_by_faces": "faces",
    "is_injective": "injectivity",
}

__all__ = [
    "Bound",
    "EulerRate",
    "HalfspaceDepth",
    "MeanCharacteristic",
    "Verdict",
    "decide_batch",
    "estimate_q",
    "euler_asymptotic",
    "euler_characteristic",
    "euler_characteristic_by_faces",
    "euler_edges",
    "euler_rate",
    "expected_euler_characteristic",
    "faces_of_arrangement",
    "halfspace_depth",
    "injective_by_faces",
    "injectivity_bounds",
    "injectivity_probability",
    "is_injective",
    "q_column",
    "q_row",
    "union_bound",
    "wendel_probability",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'polygeo.relu' has no attribute {name!r}")
    value = getattr(import_module(f"polygeo.relu.{_LATER[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
