from polygeo.relu.bounds import Bound as Bound
from polygeo.relu.bounds import half_space_failure as half_space_failure
from polygeo.relu.bounds import injectivity_bounds as injectivity_bounds
from polygeo.relu.bounds import lifted_failure as lifted_failure
from polygeo.relu.bounds import union_bound as union_bound
from polygeo.relu.bounds import wendel_probability as wendel_probability
from polygeo.relu.cells.faces import euler_characteristic_by_faces as euler_characteristic_by_faces
from polygeo.relu.cells.faces import faces_of_arrangement as faces_of_arrangement
from polygeo.relu.cells.faces import injective_by_faces as injective_by_faces
from polygeo.relu.cells.frame import FrameBound as FrameBound
from polygeo.relu.cells.frame import frame_bound as frame_bound
from polygeo.relu.cells.lipschitz import LipschitzBound as LipschitzBound
from polygeo.relu.cells.lipschitz import lipschitz_constant as lipschitz_constant
from polygeo.relu.cells.lipschitz import ratio_squared as ratio_squared
from polygeo.relu.cells.regions import expected_active_regions as expected_active_regions
from polygeo.relu.cells.regions import generic_linear_regions as generic_linear_regions
from polygeo.relu.cells.regions import linear_regions as linear_regions
from polygeo.relu.cells.stability import Stability as Stability
from polygeo.relu.cells.stability import stability_bounds as stability_bounds
from polygeo.relu.cells.stability_sample import StabilitySample as StabilitySample
from polygeo.relu.cells.stability_sample import estimate_stability as estimate_stability
from polygeo.relu.decision.batch import decide_batch as decide_batch
from polygeo.relu.decision.common_bias import LargestBias as LargestBias
from polygeo.relu.decision.common_bias import largest_bias as largest_bias
from polygeo.relu.decision.depth.halfspace import HalfspaceDepth as HalfspaceDepth
from polygeo.relu.decision.depth.halfspace import halfspace_depth as halfspace_depth
from polygeo.relu.decision.depth.halfspace import halfspace_depths as halfspace_depths
from polygeo.relu.decision.depth.interval import DepthInterval as DepthInterval
from polygeo.relu.decision.depth.interval import depth_interval as depth_interval
from polygeo.relu.decision.injectivity import Verdict as Verdict
from polygeo.relu.decision.injectivity import is_injective as is_injective
from polygeo.relu.local.layered import NetworkRadius as NetworkRadius
from polygeo.relu.local.layered import network_radius as network_radius
from polygeo.relu.local.radius import InjectivityRadius as InjectivityRadius
from polygeo.relu.local.radius import injectivity_radius as injectivity_radius
from polygeo.relu.networks.contraction import angle_asymptotic as angle_asymptotic
from polygeo.relu.networks.contraction import angle_map as angle_map
from polygeo.relu.networks.contraction import angle_sequence as angle_sequence
from polygeo.relu.networks.contraction import estimate_contraction as estimate_contraction
from polygeo.relu.networks.deep import NetworkVerdict as NetworkVerdict
from polygeo.relu.networks.deep import is_injective_network as is_injective_network
from polygeo.relu.networks.deep_proof import FanProof as FanProof
from polygeo.relu.networks.deep_proof import verify_proof as verify_proof
from polygeo.relu.networks.deep_search import collision_at as collision_at
from polygeo.relu.networks.deep_search import estimate_deep_injectivity as estimate_deep_injectivity
from polygeo.relu.networks.deep_search import find_collision as find_collision
from polygeo.relu.networks.deep_search import gaussian_network as gaussian_network
from polygeo.relu.networks.network import Collision as Collision
from polygeo.relu.networks.network import apply_network as apply_network
from polygeo.relu.probability.gaussian_layer import (
    injectivity_probability as injectivity_probability,
)
from polygeo.relu.sufficient import Width as Width
from polygeo.relu.sufficient import width as width
from polygeo.relu.surrogate.chi import euler_characteristic as euler_characteristic
from polygeo.relu.surrogate.euler import (
    expected_euler_characteristic as expected_euler_characteristic,
)
from polygeo.relu.surrogate.euler import q_column as q_column
from polygeo.relu.surrogate.euler import q_row as q_row
from polygeo.relu.surrogate.mean import MeanCharacteristic as MeanCharacteristic
from polygeo.relu.surrogate.mean import estimate_q as estimate_q
from polygeo.relu.surrogate.rate import EulerRate as EulerRate
from polygeo.relu.surrogate.rate import euler_asymptotic as euler_asymptotic
from polygeo.relu.surrogate.rate import euler_edges as euler_edges
from polygeo.relu.surrogate.rate import euler_rate as euler_rate
