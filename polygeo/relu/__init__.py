"""ReLU layers: injectivity of one and of random ones, the surrogate q, and what is around a layer.

What needs compiled code or simulation is loaded when it is first asked for. The modules:

    matrix          what a user gives, read exactly: matrices, vectors, files
    euler rate      q: exact values; its growth
    bounds          p: exact values and what is proved
    probability     p by simulation, with draws (blocks), simulation (their runs), vertices (the
                    compiled walk with a proved filter) and ties (the same walk in integers)
    chi mean faces  the Euler characteristic of one draw; its mean; all faces by brute force
    injectivity     the decision for one layer, with witness or certificate (the checker), storage
                    (files) and budget (nodes and seconds)
    prepared        the search behind it: decision, descent, tree, simplex, quotient are compiled
                    (batch: for many layers at once), exacttree is in exact arithmetic
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
from polygeo.relu.euler import expected_euler_characteristic, q_column, q_row
from polygeo.relu.rate import EulerRate, euler_asymptotic, euler_edges, euler_rate

if TYPE_CHECKING:
    from polygeo.relu.batch import decide_batch
    from polygeo.relu.chi import euler_characteristic
    from polygeo.relu.contraction import (
        angle_asymptotic,
        angle_map,
        angle_sequence,
        simulate_contraction,
    )
    from polygeo.relu.deep import NetworkVerdict, is_injective_network
    from polygeo.relu.deepproof import FanProof, verify_proof
    from polygeo.relu.deepsearch import (
        collision_at,
        deep_injectivity,
        find_collision,
        gaussian_network,
    )
    from polygeo.relu.depth import HalfspaceDepth, halfspace_depth
    from polygeo.relu.faces import (
        euler_characteristic_by_faces,
        faces_of_arrangement,
        injective_by_faces,
    )
    from polygeo.relu.frame import FrameBound, frame_bound
    from polygeo.relu.injectivity import Verdict, is_injective
    from polygeo.relu.lipschitz import LipschitzBound, lipschitz_constant, ratio_squared
    from polygeo.relu.mean import MeanCharacteristic, estimate_q
    from polygeo.relu.network import Collision, apply_network
    from polygeo.relu.regions import expected_active_regions, generic_linear_regions, linear_regions
    from polygeo.relu.stability import Stability, stability_bounds
    from polygeo.relu.stabilitysample import StabilitySample, sample_stability

_LATER = {
    "Collision": "network",
    "FanProof": "deepproof",
    "FrameBound": "frame",
    "HalfspaceDepth": "depth",
    "LipschitzBound": "lipschitz",
    "MeanCharacteristic": "mean",
    "NetworkVerdict": "deep",
    "Stability": "stability",
    "StabilitySample": "stabilitysample",
    "Verdict": "injectivity",
    "angle_asymptotic": "contraction",
    "angle_map": "contraction",
    "angle_sequence": "contraction",
    "apply_network": "network",
    "collision_at": "deepsearch",
    "decide_batch": "batch",
    "deep_injectivity": "deepsearch",
    "estimate_q": "mean",
    "euler_characteristic": "chi",
    "euler_characteristic_by_faces": "faces",
    "expected_active_regions": "regions",
    "faces_of_arrangement": "faces",
    "find_collision": "deepsearch",
    "frame_bound": "frame",
    "gaussian_network": "deepsearch",
    "generic_linear_regions": "regions",
    "halfspace_depth": "depth",
    "injective_by_faces": "faces",
    "is_injective": "injectivity",
    "is_injective_network": "deep",
    "linear_regions": "regions",
    "lipschitz_constant": "lipschitz",
    "ratio_squared": "lipschitz",
    "sample_stability": "stabilitysample",
    "simulate_contraction": "contraction",
    "stability_bounds": "stability",
    "verify_proof": "deepproof",
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
