"""Random ReLU layers: the Euler-characteristic surrogate, its rate, p and what bounds it.

Names that are simulated or need compiled kernels are loaded on first use.
"""

from importlib import import_module
from typing import Any

from polygeo.relu.bounds import (
    Bound,
    injectivity_bounds,
    injectivity_probability,
    union_bound,
    wendel_probability,
)
from polygeo.relu.euler import expected_euler_characteristic, q_column, q_row
from polygeo.relu.rate import EulerRate, euler_asymptotic, euler_edges, euler_rate

_LATER = {
    "MeanCharacteristic": "mean",
    "estimate_q": "mean",
    "euler_characteristic": "chi",
    "euler_characteristic_by_faces": "faces",
    "faces_of_arrangement": "faces",
    "injective_by_faces": "faces",
}

__all__ = [
    "Bound",
    "EulerRate",
    "MeanCharacteristic",
    "estimate_q",
    "euler_asymptotic",
    "euler_characteristic",
    "euler_characteristic_by_faces",
    "euler_edges",
    "euler_rate",
    "expected_euler_characteristic",
    "faces_of_arrangement",
    "injective_by_faces",
    "injectivity_bounds",
    "injectivity_probability",
    "q_column",
    "q_row",
    "union_bound",
    "wendel_probability",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'polygeo.relu' has no attribute {name!r}")
    return getattr(import_module(f"polygeo.relu.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
