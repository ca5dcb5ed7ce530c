"""ReLU layers: injectivity of one and of random ones, the surrogate q, and what is around a layer.

What needs compiled code or simulation is loaded when it is first asked for. The modules:

    matrix          what a user gives, read exactly: matrices, vectors, files
    euler rate      q: exact values; its growth
    bounds          p: exact values and what is proved
    probability     p by simulation, with draws (blocks), simulation (their runs), vertices (the
                    compiled walk with a proved filter) and ties (the same walk in integers)
    chi mean faces  the Euler characteristic of one draw; its mean; all faces by brute force
    injectivity     the decision for one layer, with witness or certificate and steps (the
                    checkers), storage (files) and budget (nodes and seconds)
    divided         the decision in parts, by sublayers that are injective by themselves
    prepared        the search behind it: decision, descent, tree, simplex, residues, quotient are
                    compiled (batch: for many layers at once), exacttree is in exact arithmetic
    depth           half-space depth, by the same search
    frame           the least eigenvalue A of the active rows; stability and lipschitz (with
                    copositive) bound the inverse, eigenvalue has the algebra, stabilitysample
                    simulates
    cells regions   cones of linearity by their rays; the number of linear regions
    network         deep networks: deep decides, with deepproof (the checker) and gordan;
                    deepsearch looks for collisions
    contraction     angles between inputs, layer after layer
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
from polygeo.relu.surrogate.euler import expected_euler_characteristic, q_column, q_row
from polygeo.relu.surrogate.rate import (
    EulerRate,
    euler_asymptotic,
    euler_edges,
    euler_rate,
)

if TYPE_CHECKING:
    from polygeo.relu.cells.faces import (
        euler_characteristic_by_faces,
        faces_of_arrangement,
        injective_by_faces,
    )
    from polygeo.relu.cells.frame import FrameBound, frame_bound
    from polygeo.relu.cells.lipschitz import LipschitzBound, lipschitz_constant, ratio_squared
    from polygeo.relu.cells.regions import (
        expected_active_regions,
        generic_linear_regions,
        linear_regions,
    )
    from polygeo.relu.cells.stability import Stability, stability_bounds
    from polygeo.relu.cells.stability_sample import StabilitySample, sample_stability
    from polygeo.relu.decision.batch import decide_batch
    from polygeo.relu.decision.depth import HalfspaceDepth, halfspace_depth
    from polygeo.relu.decision.injectivity import Verdict, is_injective
    from polygeo.relu.networks.contraction import (
        angle_asymptotic,
        angle_map,
        angle_sequence,
        simulate_contraction,
    )
    from polygeo.relu.networks.deep import NetworkVerdict, is_injective_network
    from polygeo.relu.networks.deep_proof import FanProof, verify_proof
    from polygeo.relu.networks.deep_search import (
        collision_at,
        deep_injectivity,
        find_collision,
        gaussian_network,
    )
    from polygeo.relu.networks.network import Collision, apply_network
    from polygeo.relu.surrogate.chi import euler_characteristic
    from polygeo.relu.surrogate.mean import MeanCharacteristic, estimate_q

_LATER = {
    "Collision": "networks.network",
    "FanProof": "networks.deep_proof",
    "FrameBound": "cells.frame",
    "HalfspaceDepth": "decision.depth",
    "LipschitzBound": "cells.lipschitz",
    "MeanCharacteristic": "surrogate.mean",
    "NetworkVerdict": "networks.deep",
    "Stability": "cells.stability",
    "StabilitySample": "cells.stability_sample",
    "Verdict": "decision.injectivity",
    "angle_asymptotic": "networks.contraction",
    "angle_map": "networks.contraction",
    "angle_sequence": "networks.contraction",
    "apply_network": "networks.network",
    "collision_at": "networks.deep_search",
    "decide_batch": "decision.batch",
    "deep_injectivity": "networks.deep_search",
    "estimate_q": "surrogate.mean",
    "euler_characteristic": "surrogate.chi",
    "euler_characteristic_by_faces": "cells.faces",
    "expected_active_regions": "cells.regions",
    "faces_of_arrangement": "cells.faces",
    "find_collision": "networks.deep_search",
    "frame_bound": "cells.frame",
    "gaussian_network": "networks.deep_search",
    "generic_linear_regions": "cells.regions",
    "halfspace_depth": "decision.depth",
    "injective_by_faces": "cells.faces",
    "is_injective": "decision.injectivity",
    "is_injective_network": "networks.deep",
    "linear_regions": "cells.regions",
    "lipschitz_constant": "cells.lipschitz",
    "ratio_squared": "cells.lipschitz",
    "sample_stability": "cells.stability_sample",
    "simulate_contraction": "networks.contraction",
    "stability_bounds": "cells.stability",
    "verify_proof": "networks.deep_proof",
}

__all__ = [
    "Bound",
    "Collision",
    "EulerRate",
    "FanProof",
    "FrameBound",
    "HalfspaceDepth",
    "LipschitzBound",
    "MeanCharacteristic",
    "NetworkVerdict",
    "Stability",
    "StabilitySample",
    "Verdict",
    "angle_asymptotic",
    "angle_map",
    "angle_sequence",
    "apply_network",
    "collision_at",
    "decide_batch",
    "deep_injectivity",
    "estimate_q",
    "euler_asymptotic",
    "euler_characteristic",
    "euler_characteristic_by_faces",
    "euler_edges",
    "euler_rate",
    "expected_active_regions",
    "expected_euler_characteristic",
    "faces_of_arrangement",
    "find_collision",
    "frame_bound",
    "gaussian_network",
    "generic_linear_regions",
    "halfspace_depth",
    "injective_by_faces",
    "injectivity_bounds",
    "injectivity_probability",
    "is_injective",
    "is_injective_network",
    "linear_regions",
    "lipschitz_constant",
    "q_column",
    "q_row",
    "ratio_squared",
    "sample_stability",
    "simulate_contraction",
    "stability_bounds",
    "union_bound",
    "verify_proof",
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
