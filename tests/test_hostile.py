"""Hostile input: whatever a public function is given, it answers or raises one line.

Only PolygeoErrors may come out, soon, and without filling the memory. Each call below is a good
one; its arguments are replaced one by one. What is legal but large (an exact value with 10^8 bits)
is left to the user's patience; what is senseless must end at once.
"""

import signal
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import polygeo
from polygeo import answers, cones, polytopes, relu, replica, sampling, thresholds, volumes
from polygeo.errors import PolygeoError

SECONDS = 20
MEMORY = 6 << 30
"""Bytes beyond which a call fails instead of the machine."""
LONGEST = 2000
"""Characters of a message: parameters of up to 1233 digits are shown whole."""

HOSTILE = [
    None, True, False, "x", "1/0", "", "nan", "1e9999999", "1e-400", "9" * 10_000, "٣", "\x00",
    "é" * 50, "__import__('os')", b"x", float("nan"), float("inf"), -float("inf"), 1e308, 5e-324,
    0.1, -1, 0, 10**30, 10**400, 2**63, 2**64, 1 + 2j, Fraction(1, 3), Fraction(10**400, 7),
    Decimal("NaN"), Decimal("1.5"), np.float64("nan"), np.int64(3), np.array([1, 2]),
    np.zeros((0, 3)), np.array("2"), sympy.Symbol("x"), sympy.oo, sympy.nan, sympy.pi, sympy.I,
    sympy.Rational(1, 3), [], [[]], [1], [[1, 2], [3]], {}, {"a": 1}, set(), (1, 2), object(), int,
    len, lambda: 0, iter([1, 2]), range(10**9),
]  # fmt: skip

ORTHANT = cones.Orthant(3)
CIRCULAR = cones.CircularCone(3, "pi/5")
CONE = cones.PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0], [1, 1, 1]])
UNION = cones.ConeUnion([CONE, CONE.polar()])
LAW = volumes.ChiBarSquared(ORTHANT)
RUN = answers.Estimate.proportion(3, 10, 1)
HALF = Fraction(1, 2)

CALLS = {
    "q": (polygeo.q, 9, 3, 2),
    "p": (polygeo.p, 9, 2),
    "decimal": (polygeo.decimal, HALF, 5),
    "to_sympy": (polygeo.to_sympy, HALF),
    "to_dict": (polygeo.to_dict, HALF),
    "to_json": (polygeo.to_json, HALF),
    "from_json": (polygeo.from_json, "{}"),
    "from_dict": (polygeo.from_dict, {}),
    "cite": (polygeo.cite, "euler.triple_sum"),
    "table": (polygeo.table, "thresholds"),
    "Orthant": (cones.Orthant, 3),
    "Subspace": (cones.Subspace, 1, 3),
    "HalfSpace": (cones.HalfSpace, 3),
    "Ray": (cones.Ray, 3),
    "WeylChamber": (cones.WeylChamber, "B", 4),
    "MonotoneCone": (cones.MonotoneCone, 4),
    "NonnegativeMonotoneCone": (cones.NonnegativeMonotoneCone, 4),
    "CircularCone": (cones.CircularCone, 4, "pi/5"),
    "LorentzCone": (cones.LorentzCone, 3),
    "PSDCone": (cones.PSDCone, 3),
    "PolyhedralCone": (cones.PolyhedralCone, [[1, 0], [1, 1]]),
    "L1DescentCone": (cones.L1DescentCone, 6, 2),
    "NonnegativeL1DescentCone": (cones.NonnegativeL1DescentCone, 6, 2),
    "SimplexTangentCone": (cones.SimplexTangentCone, 5, 2),
    "CubeTangentCone": (cones.CubeTangentCone, 5, 2),
    "PermutahedronTangentCone": (cones.PermutahedronTangentCone, 5),
    "ConeUnion": (cones.ConeUnion, [CONE]),
    "SignCountFan": (cones.SignCountFan, 6, 3),
    "SchlaefliCone": (cones.SchlaefliCone, 6, 3),
    "CoverEfronCone": (cones.CoverEfronCone, 6, 3),
    "GenericArrangement": (cones.GenericArrangement, 6, 3),
    "HyperplaneArrangement": (cones.HyperplaneArrangement, [[1, 0], [0, 1]]),
    "ReflectionArrangement": (cones.ReflectionArrangement, "B", 3),
    "intrinsic_volumes": (CONE.intrinsic_volumes, 20),
    "contains": (CONE.contains, [1, 1, 1]),
    "union contains": (UNION.contains, [1, 1, 1]),
    "faces": (CONE.faces, 1),
    "embed": (ORTHANT.embed, 5),
    "crofton": (volumes.crofton, ORTHANT, 2),
    "kinematic": (volumes.kinematic, ORTHANT, CIRCULAR),
    "projection": (volumes.projection, ORTHANT, 2),
    "intersection_probability": (volumes.intersection_probability, ORTHANT, CIRCULAR),
    "expected chi": (volumes.expected_euler_characteristic, ORTHANT, 2),
    "ChiBarSquared": (volumes.ChiBarSquared, ORTHANT),
    "sf": (LAW.sf, 2.0),
    "ppf": (LAW.ppf, 0.5),
    "rvs": (LAW.rvs, 5),
    "IntrinsicVolumes": (volumes.IntrinsicVolumes, [HALF, HALF]),
    "moment": (ORTHANT.intrinsic_volumes().moment, 2),
    "tail": (ORTHANT.intrinsic_volumes().tail, 2),
    "solid_angle": (volumes.solid_angle, [[1, 0], [1, 1]]),
    "orthant_probability": (volumes.orthant_probability, [[1, 0], [0, 1]]),
    "simplex_internal_angle": (volumes.simplex_internal_angle, 3, 2),
    "simplex_external_angle": (volumes.simplex_external_angle, 3, 5),
    "rational": (answers.rational, "1/3"),
    "to_flint": (answers.to_flint, HALF),
    "to_fraction": (answers.to_fraction, HALF),
    "kind": (answers.kind, HALF),
    "ProductCone": (cones.ProductCone, [ORTHANT]),
    "angle_asymptotic": (relu.angle_asymptotic, 100),
    "apply_network": (relu.apply_network, [[[1], [-1]]], [1]),
    "collision_at": (relu.collision_at, [[[1], [-1]]], [1]),
    "faces_of_arrangement": (relu.faces_of_arrangement, [[1, 0], [0, 1]]),
    "injective_by_faces": (relu.injective_by_faces, [[1, 0], [0, 1]]),
    "characteristic by faces": (relu.euler_characteristic_by_faces, [[1, 0], [0, 1]], 1),
    "expected_active_regions": (relu.expected_active_regions, 5, 3, 2),
    "ProjectedSimplex": (polytopes.ProjectedSimplex, 6, 3),
    "ProjectedCrosspolytope": (polytopes.ProjectedCrosspolytope, 6, 3),
    "WeylSection": (polytopes.WeylSection, "A", 4, 3),
    "beta_growth": (polytopes.beta_growth, 3, 0),
    "sylvester_prime": (polytopes.sylvester_prime, 2, 2),
    "sylvester_half_sphere": (polytopes.sylvester_half_sphere, 2),
    "FVector": (polytopes.FVector, [4, 6, 4]),
    "block_pairs": (sampling.block_pairs, 5),
    "generator": (sampling.generator, 1, 1),
    "bivariate_weights": (sampling.bivariate_weights, [[0.4, 1.0], [2.0, 0.1]], 2),
    "recovery_curve": (thresholds.recovery_curve, 10, 2),
    "strong_orthant": (thresholds.strong_orthant, HALF),
    "strong_simplex": (thresholds.strong_simplex, HALF),
    "internal_exponent": (thresholds.internal_exponent, "1/2", "1/10"),
    "external_exponent": (thresholds.external_exponent, "1/2"),
    "corner_internal_angle": (volumes.corner_internal_angle, 3, 2),
    "crosspolytope_external_angle": (volumes.crosspolytope_external_angle, 3, 5),
    "equicorrelated_orthant": (volumes.equicorrelated_orthant, 3, HALF),
    "Bivariate": (volumes.BivariateChiBarSquared, ORTHANT),
    "is_injective": (relu.is_injective, [[1, 0], [0, 1], [-1, -1]]),
    "halfspace_depth": (relu.halfspace_depth, [[1, 0], [0, 1], [-1, -1]], [0, 0]),
    "euler_characteristic": (relu.euler_characteristic, [[1, 0], [0, 1], [-1, -2]], 2),
    "estimate_q": (relu.estimate_q, 6, 2, 2, 10, 1),
    "p simulated": (polygeo.p, 9, 3, 10, 1),
    "linear_regions": (relu.linear_regions, [[1, 0], [0, 1]]),
    "generic_linear_regions": (relu.generic_linear_regions, 5, 3),
    "angle_map": (relu.angle_map, "1/2"),
    "angle_sequence": (relu.angle_sequence, "1/2", 5),
    "frame_bound": (relu.frame_bound, [[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "stability_bounds": (relu.stability_bounds, [[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "is_injective_network": (relu.is_injective_network, [[[1], [-1]], [[1, 0], [0, 1]]]),
    "BetaPolytope": (polytopes.BetaPolytope, 6, 3, 0),
    "BetaPrimePolytope": (polytopes.BetaPrimePolytope, 6, 3, 4),
    "HalfSphereHull": (polytopes.HalfSphereHull, 6, 3),
    "PoissonVoronoiCell": (polytopes.PoissonVoronoiCell, 3),
    "PoissonZeroCell": (polytopes.PoissonZeroCell, 3),
    "PoissonPolytope": (polytopes.PoissonPolytope, 3, 1),
    "GaussianPolytope": (polytopes.GaussianPolytope, 6, 3),
    "SymmetricGaussianPolytope": (polytopes.SymmetricGaussianPolytope, 6, 3),
    "ProjectedCube": (polytopes.ProjectedCube, 6, 3),
    "RandomWalkHull": (polytopes.RandomWalkHull, 6, 3),
    "RandomBridgeHull": (polytopes.RandomBridgeHull, 6, 3),
    "f_vector": (polytopes.RandomWalkHull(6, 3).f_vector, 10),
    "sample": (polytopes.RandomWalkHull(6, 3).sample, 1),
    "estimate_f_vector": (polytopes.RandomWalkHull(6, 3).estimate_f_vector, 10, 1),
    "sylvester": (polytopes.sylvester, 2, 0),
    "ground_state": (replica.ground_state, 6, 0),
    "free_entropy": (replica.free_entropy, 50, 6, 0),
    "project": (ORTHANT.project, [[1.0, 2.0, 3.0]]),
    "estimate volumes": (CIRCULAR.estimate_intrinsic_volumes, 100, 1),
    "estimate_solid_angle": (CONE.estimate_solid_angle, 64, 1),
    "section": (CONE.estimate_section_euler_characteristic, 2, 10, 1),
    "union_bound": (relu.union_bound, 9, 3),
    "wendel_probability": (relu.wendel_probability, 9, 3),
    "injectivity_bounds": (relu.injectivity_bounds, 9, 3),
    "q_row": (relu.q_row, 9),
    "q_column": (relu.q_column, 3, 9),
    "euler_rate": (relu.euler_rate, 9, 1),
    "euler_edges": (relu.euler_edges, 1),
    "euler_asymptotic": (relu.euler_asymptotic, 90, 10),
    "euler": (thresholds.euler, 1),
    "cover": (thresholds.cover, 1),
    "union bound": (thresholds.union_bound, 1),
    "gordon": (thresholds.gordon, 1),
    "k_rsb": (thresholds.k_rsb, 0),
    "deep_sufficient": (thresholds.deep_sufficient, 3),
    "weak_l1": (thresholds.weak_l1, HALF),
    "strong_l1": (thresholds.strong_l1, HALF),
    "weak_nonnegative": (thresholds.weak_nonnegative, HALF),
    "weak_orthant": (thresholds.weak_orthant, "2/3"),
    "recovery_probability": (thresholds.recovery_probability, 20, 2, 10),
    "threshold digits": (thresholds.euler().decimal, 20),
    "crossing": (thresholds.crossing, 10),
    "proportion": (answers.Estimate.proportion, 3, 10, 1),
    "from_batches": (answers.Estimate.from_batches, [1, 2], 5, 1),
    "merge": (RUN.merge, answers.Estimate.proportion(4, 10, 2)),
    "agrees": (RUN.agrees, 0.3),
    "estimate_face_dimensions": (sampling.estimate_face_dimensions, [[1, 0], [1, 1]], 100, 1),
    "gaussian_block": (sampling.gaussian_block, 1, 1, 10, 3),
    "face_dimensions": (sampling.FaceProjector([[1, 0], [1, 1]]).face_dimensions, [[1.0, 2.0]]),
}
CASES = [(name, place) for name, call in CALLS.items() for place in range(len(call) - 1)]


class Late(BaseException):
    pass


@pytest.fixture(scope="module", autouse=True)
def _bounded_memory():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def ends_well(call, place, value):
    """Call with one argument replaced; anything but an answer or a PolygeoError is an error."""
    function, *arguments = call
    arguments[place] = value
    limited = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGALRM")
    if limited:
        signal.signal(signal.SIGALRM, _late)
        signal.alarm(SECONDS)
    message = "an answer"
    try:
        function(*arguments)
    except PolygeoError as problem:
        message = str(problem)
    finally:
        if limited:
            signal.alarm(0)
    assert message.isprintable()
    assert 0 < len(message) < LONGEST


def _late(*_):
    raise Late(f"no answer after {SECONDS} seconds")


@pytest.mark.parametrize(("name", "place"), CASES)
def test_known_kinds_of_nonsense(name, place):
    for value in HOSTILE:
        ends_well(CALLS[name], place, value)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 40)
    | st.integers(10**20, 10**40)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=5)
    | st.fractions(max_denominator=10**6)
    | st.decimals()
    | st.complex_numbers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nonsense_at_random(name, data):
    call = CALLS[name]
    place = data.draw(st.integers(0, len(call) - 2))
    ends_well(call, place, data.draw(ANYTHING))
