"""ReLU layers: injectivity of one, the Euler-characteristic surrogate of random ones, bounds on p.

What needs compiled code is loaded when it is first asked for.
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
    from polygeo.relu.decision import decide_batch
    from polygeo.relu.depth import HalfspaceDepth, halfspace_depth
    from polygeo.relu.injectivity import Verdict, is_injective

_LATER = {
    "HalfspaceDepth": "depth",
    "Verdict": "injectivity",
    "decide_batch": "decision",
    "halfspace_depth": "depth",
    "is_injective": "injectivity",
}

__all__ = [
    "Bound",
    "EulerRate",
    "HalfspaceDepth",
    "Verdict",
    "decide_batch",
    "euler_asymptotic",
    "euler_edges",
    "euler_rate",
    "expected_euler_characteristic",
    "halfspace_depth",
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
