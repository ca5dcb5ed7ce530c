"""Random ReLU layers: the Euler-characteristic surrogate, its rate, and bounds on p."""

from polygeo.relu.bounds import (
    Bound,
    injectivity_bounds,
    injectivity_probability,
    union_bound,
    wendel_probability,
)
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
from polygeo.relu.euler import expected_euler_characteristic, q_column, q_row
from polygeo.relu.lipschitz import LipschitzBound, lipschitz_constant, ratio_squared
from polygeo.relu.network import Collision, apply_network
from polygeo.relu.rate import EulerRate, euler_asymptotic, euler_edges, euler_rate
from polygeo.relu.regions import (
    expected_active_regions,
    generic_linear_regions,
    linear_regions,
)
from polygeo.relu.stability import FrameBound, Stability, frame_bound, stability_bounds
from polygeo.relu.stabilitysample import StabilitySample, sample_stability

__all__ = [
    "Bound",
    "Collision",
    "EulerRate",
    "FanProof",
    "FrameBound",
    "LipschitzBound",
    "NetworkVerdict",
    "Stability",
    "StabilitySample",
    "angle_asymptotic",
    "angle_map",
    "angle_sequence",
    "apply_network",
    "collision_at",
    "deep_injectivity",
    "euler_asymptotic",
    "euler_edges",
    "euler_rate",
    "expected_active_regions",
    "expected_euler_characteristic",
    "find_collision",
    "frame_bound",
    "gaussian_network",
    "generic_linear_regions",
    "injectivity_bounds",
    "injectivity_probability",
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
