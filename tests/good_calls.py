"""Good calls of everything public, for `test_hostile` to spoil; imported while tests run only.

`CALLS` names one good call of every public function, class and method. What a call leaves out is
filled in from the signature's defaults, so that every argument has its turn.
"""

import inspect
from dataclasses import replace
from functools import partial as call

import numpy as np
from flint import arb, fmpq_poly
from gmpy2 import mpq
from good_methods import INSTANCES, OPTIONS, filled
from good_results import RESULTS
from good_values import (
    BALL,
    CIRCULAR,
    COLUMN,
    CONE,
    FRAME,
    HALF,
    INTERVAL,
    LAW,
    LAYER,
    NETWORK,
    ORTHANT,
    PAIRED,
    PAIRS,
    PROJECTIONS,
    PROOF,
    RADIUS,
    ROW,
    RUN,
    SCORES,
    SIGNED,
    SQUARE,
    UNION,
)
from matplotlib.figure import Figure
from public_names import EXEMPT, methods, underlying

import polygeo
from polygeo import answers, cones, polytopes, relu, replica, report, sampling, thresholds, volumes
from polygeo import formula_index as entries
from polygeo.cones.registry import FAMILIES
from polygeo.thresholds.registry import THRESHOLDS, needs_parameter

__all__ = ["CALLS", "calls_of", "write_files"]

CALLS = {
    "q": call(polygeo.q, 9, 3, 2),
    "p": call(polygeo.p, 9, 2),
    "decimal": call(polygeo.decimal, HALF, 5),
    "to_sympy": call(polygeo.to_sympy, HALF),
    "to_dict": call(polygeo.to_dict, HALF),
    "to_json": call(polygeo.to_json, HALF),
    "from_json": call(polygeo.from_json, answers.to_json(HALF)),
    "from_dict": call(polygeo.from_dict, answers.to_dict(HALF)),
    "cite": call(polygeo.cite, "euler.triple_sum"),
    "table": call(polygeo.table, "thresholds"),
    **{f.make.__name__: call(f.make, *f.example) for f in FAMILIES.values() if f.example},
    **{
        make.__name__: call(make)
        for make in THRESHOLDS.values()
        if hasattr(make, "__name__") and not needs_parameter(make)
    },
    "PolyhedralCone": call(cones.PolyhedralCone, [[1, 0], [1, 1]]),
    "ConeUnion": call(cones.ConeUnion, [CONE]),
    "SchlaefliCone": call(cones.SchlaefliCone, 6, 3),
    "CoverEfronCone": call(cones.CoverEfronCone, 6, 3),
    "GenericArrangement": call(cones.GenericArrangement, 6, 3),
    "HyperplaneArrangement": call(cones.HyperplaneArrangement, [[1, 0], [0, 1]], 1e-9),
    "AffineArrangement": call(cones.AffineArrangement, [[1, 0], [0, 1]], [0, 1], 1e-9),
    "ReflectionArrangement": call(cones.ReflectionArrangement, "B", 3),
    "intrinsic_volumes": call(CONE.intrinsic_volumes, 20),
    "contains": call(CONE.contains, [1, 1, 1]),
    "union contains": call(UNION.contains, [1, 1, 1]),
    "faces": call(CONE.faces, 1),
    "embed": call(ORTHANT.embed, 5),
    "crofton": call(volumes.crofton, ORTHANT, 2),
    "kinematic": call(volumes.kinematic, ORTHANT, CIRCULAR),
    "projection": call(volumes.projection, ORTHANT, 2),
    "intersection_probability": call(volumes.intersection_probability, ORTHANT, CIRCULAR),
    "expected chi": call(volumes.expected_euler_characteristic, ORTHANT, 2),
    "ChiBarSquared": call(volumes.ChiBarSquared, ORTHANT),
    "sf": call(LAW.sf, 2.0),
    "cdf": call(LAW.cdf, 2.0),
    "ppf": call(LAW.ppf, 0.5),
    "rvs": call(LAW.rvs, 5),
    "IntrinsicVolumes": call(volumes.IntrinsicVolumes, [HALF, HALF]),
    "moment": call(ORTHANT.intrinsic_volumes().moment, 2),
    "tail": call(ORTHANT.intrinsic_volumes().tail, 2),
    "solid_angle": call(volumes.solid_angle, [[1, 0], [0, 1]]),
    "chi_bar_weights": call(volumes.chi_bar_weights, [[2, 1], [1, 2]], [[1, 0], [0, 1]]),
    "from_covariance": call(volumes.ChiBarSquared.from_covariance, [[2, 1], [1, 2]]),
    "constraint_test": call(volumes.constraint_test, [1, 2], [[2, 1], [1, 2]], [[1, 0]]),
    "p_value_bounds": call(volumes.p_value_bounds, 2, 3),
    "constraint_cone": call(cones.constraint_cone, [[2, 1], [1, 2]], [[1, 0]]),
    "FBar": call(volumes.FBar, [HALF, HALF], 3),
    "FBar rvs": call(volumes.FBar([HALF, HALF], 3).rvs, 5),
    "EBarSquared rvs": call(volumes.EBarSquared([HALF, HALF], 3).rvs, 5),
    "EBarSquared": call(volumes.EBarSquared, [HALF, HALF], 3),
    "p_value": call(LAW.p_value, 2.0),
    "orthant_probability": call(volumes.orthant_probability, [[1, 0], [0, 1]]),
    "simplex_internal_angle": call(volumes.simplex_internal_angle, 3, 2),
    "simplex_external_angle": call(volumes.simplex_external_angle, 5, 3),
    "rational": call(answers.rational, "1/3"),
    "to_flint": call(answers.to_flint, HALF),
    "to_fraction": call(answers.to_fraction, HALF),
    "kind": call(answers.kind, HALF),
    "ProductCone": call(cones.ProductCone, [ORTHANT]),
    "angle_asymptotic": call(relu.angle_asymptotic, 100),
    "apply_network": call(relu.apply_network, [[[1], [-1]]], [1]),
    "collision_at": call(relu.collision_at, [[[1], [-1]]], [1]),
    "faces_of_arrangement": call(relu.faces_of_arrangement, [[1, 0], [0, 1]]),
    "injective_by_faces": call(relu.injective_by_faces, [[1, 0], [0, 1]]),
    "characteristic by faces": call(relu.euler_characteristic_by_faces, [[1, 0], [0, 1]], 1),
    "expected_active_regions": call(relu.expected_active_regions, 5, 3, 2),
    "ProjectedSimplex": call(polytopes.ProjectedSimplex, 6, 3),
    "ProjectedCrosspolytope": call(polytopes.ProjectedCrosspolytope, 6, 3),
    "WeylSection": call(polytopes.WeylSection, "A", 4, 3),
    "beta_growth": call(polytopes.beta_growth, 3, 0),
    "sylvester_prime": call(polytopes.sylvester_prime, 2, 2),
    "sylvester_half_sphere": call(polytopes.sylvester_half_sphere, 2),
    "FVector": call(polytopes.FVector, [4, 6, 4]),
    "vertex_angles": call(polytopes.vertex_angles, [[0, 0], [1, 0], [0, 1]]),
    "block_pairs": call(sampling.block_pairs, 5),
    "generator": call(sampling.generator, 1, 1),
    "bivariate_weights": call(sampling.bivariate_weights, [[0.4, 1.0], [2.0, 0.1]], 2),
    "recovery_curve": call(thresholds.recovery_curve, 10, 2),
    "strong_orthant": call(thresholds.strong_orthant, "2/3"),
    "strong_simplex": call(thresholds.strong_simplex, HALF),
    "internal_exponent": call(thresholds.internal_exponent, "1/2", "1/10"),
    "external_exponent": call(thresholds.external_exponent, "1/2"),
    "corner_internal_angle": call(volumes.corner_internal_angle, 2, 3),
    "crosspolytope_external_angle": call(volumes.crosspolytope_external_angle, 5, 3),
    "equicorrelated_orthant": call(volumes.equicorrelated_orthant, 3, HALF),
    "Bivariate": call(volumes.BivariateChiBarSquared, ORTHANT),
    "is_injective": call(relu.is_injective, [[1, 0], [0, 1], [-1, -1]]),
    "halfspace_depth": call(relu.halfspace_depth, [[1, 0], [0, 1], [-1, -1]], [0, 0]),
    "halfspace_depths": call(relu.halfspace_depths, [[1, 0], [0, 1], [-1, -1]], [[0, 0]]),
    "euler_characteristic": call(relu.euler_characteristic, [[1, 0], [0, 1], [-1, -2]], 2),
    "estimate_q": call(relu.estimate_q, 6, 2, 2, 10, 1),
    "p simulated": call(polygeo.p, 9, 3, 10, 1),
    "linear_regions": call(relu.linear_regions, [[1, 0], [0, 1]]),
    "generic_linear_regions": call(relu.generic_linear_regions, 5, 3),
    "angle_map": call(relu.angle_map, "1/2"),
    "angle_sequence": call(relu.angle_sequence, "1/2", 5),
    "largest_bias": call(relu.largest_bias, LAYER, (-1, 1)),
    "LargestBias.verify": call(relu.largest_bias(LAYER, (-1, 1)).verify, LAYER),
    "frame_bound": call(relu.frame_bound, [[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "stability_bounds": call(relu.stability_bounds, [[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "is_injective_network": call(relu.is_injective_network, [[[1], [-1]], [[1, 0], [0, 1]]]),
    "BetaPolytope": call(polytopes.BetaPolytope, 6, 3, 0),
    "BetaPrimePolytope": call(polytopes.BetaPrimePolytope, 6, 3, 4),
    "HalfSphereHull": call(polytopes.HalfSphereHull, 6, 3),
    "PoissonVoronoiCell": call(polytopes.PoissonVoronoiCell, 3),
    "PoissonZeroCell": call(polytopes.PoissonZeroCell, 3),
    "PoissonPolytope": call(polytopes.PoissonPolytope, 3, 1),
    "GaussianPolytope": call(polytopes.GaussianPolytope, 6, 3),
    "SymmetricGaussianPolytope": call(polytopes.SymmetricGaussianPolytope, 6, 3),
    "ProjectedCube": call(polytopes.ProjectedCube, 6, 3),
    "RandomWalkHull": call(polytopes.RandomWalkHull, 6, 3),
    "RandomBridgeHull": call(polytopes.RandomBridgeHull, 6, 3),
    "f_vector": call(polytopes.RandomWalkHull(6, 3).f_vector, 10),
    "sample": call(polytopes.RandomWalkHull(6, 3).sample, 1),
    "estimate_f_vector": call(polytopes.RandomWalkHull(6, 3).estimate_f_vector, 10, 1),
    "sylvester": call(polytopes.sylvester, 2, 0),
    "ground_state": call(replica.ground_state, 6, 0),
    "free_entropy": call(replica.free_entropy, 50, 6, 0),
    "project": call(ORTHANT.project, [[1.0, 2.0, 3.0]]),
    "estimate volumes": call(CIRCULAR.estimate_intrinsic_volumes, 100, 1, replicates=20),
    "estimate_solid_angle": call(CONE.estimate_solid_angle, 64, 1),
    "section": call(CONE.estimate_section_euler_characteristic, 2, 10, 1),
    "union_bound": call(relu.union_bound, 9, 3),
    "wendel_probability": call(relu.wendel_probability, 9, 3),
    "injectivity_bounds": call(relu.injectivity_bounds, 9, 3, 3),
    "half_space_failure": call(relu.half_space_failure, 9, 3, 3),
    "lifted_failure": call(relu.lifted_failure, 9, 3, 3),
    "width": call(relu.width, 2, "1/2"),
    "Width": call(relu.Width, 8, 1, mpq(1, 2), mpq(2, 3), "exact value", "classical.exact_values"),
    "escape_bound": call(volumes.escape_bound, ORTHANT, 1),
    "EscapeBound": call(volumes.EscapeBound, BALL, mpq(1, 2)),
    "q_row": call(relu.q_row, 9),
    "q_column": call(relu.q_column, 3, 9),
    "euler_rate": call(relu.euler_rate, 9, 1),
    "euler_edges": call(relu.euler_edges, 1),
    "euler_asymptotic": call(relu.euler_asymptotic, 90, 10),
    "euler": call(thresholds.euler, 1),
    "cover": call(thresholds.cover, 1),
    "union bound": call(thresholds.union_bound, 1),
    "gordon": call(thresholds.gordon, 1),
    "half_space": call(thresholds.half_space, 1),
    "lifted_gordon": call(thresholds.lifted_gordon, 1),
    "k_rsb": call(thresholds.k_rsb, 0),
    "deep_sufficient": call(thresholds.deep_sufficient, 3),
    "weak_l1": call(thresholds.weak_l1, HALF),
    "strong_l1": call(thresholds.strong_l1, HALF),
    "weak_nonnegative": call(thresholds.weak_nonnegative, HALF),
    "weak_orthant": call(thresholds.weak_orthant, "2/3"),
    "recovery_probability": call(thresholds.recovery_probability, 20, 2, 10),
    "threshold digits": call(thresholds.euler().decimal, 20),
    "crossing": call(thresholds.crossing, 10),
    "proportion": call(answers.Estimate.proportion, 3, 10, 1),
    "from_batches": call(answers.Estimate.from_batches, [1, 2], 5, 1),
    "Estimates": call(answers.Estimates, [RUN]),
    "merge counts": call(PAIRS.merge, replace(PAIRS, seed=2)),
    "merge projections": call(PROJECTIONS.merge, replace(PROJECTIONS, seed=2)),
    "merge scores": call(SCORES.merge, replace(SCORES, seed=2)),
    "merge": call(RUN.merge, answers.Estimate.proportion(4, 10, 2)),
    "Estimates.merge": call(
        answers.Estimates([RUN]).merge, answers.Estimates([answers.Estimate.proportion(4, 10, 2)])
    ),
    "agrees": call(RUN.agrees, 0.3),
    "estimate_face_dimensions": call(sampling.estimate_face_dimensions, [[1, 0], [1, 1]], 100, 1),
    "gaussian_block": call(sampling.gaussian_block, 1, 1, 10, 3),
    "face_dimensions": call(sampling.FaceProjector([[1, 0], [1, 1]]).face_dimensions, [[1.0, 2.0]]),
    # answers
    "Ball": call(answers.Ball, mpq(1, 2), mpq(1, 4), 64),
    "Ball.from_arb": call(answers.Ball.from_arb, arb(1)),
    "Ball.of": call(answers.Ball.of, HALF),
    "Ball.between": call(answers.Ball.between, 0, HALF),
    "Converged": call(answers.Converged, "2.7", "1e-3", (("n=10", "2.6"),)),
    "Estimate": call(
        answers.Estimate, 0.3, 0.1, 0.2, 0.4, 10, 1, 0.95, ("proportion", 3, 10, None)
    ),
    "Estimate.bootstrap": call(answers.Estimate.bootstrap, 0.25, [0.2, 0.3], 100),
    "Estimate.from_bootstrap": call(answers.Estimate.from_bootstrap, 5, 0.25, 0.02, 100),
    "Estimate.from_moments": call(answers.Estimate.from_moments, 4, 6, 14),
    "Estimate.from_pairs": call(answers.Estimate.from_pairs, PAIRED, 1),
    "certify": call(answers.certify, lambda: arb(2).sqrt(), 20),
    "certified_root": call(answers.certified_root, lambda x: (x * x - 2, 2 * x), (1, 2), 20),
    "certified_integral": call(answers.certified_integral, lambda z, _: z, 0, 1, 15),
    # cones
    "PolarCone": call(cones.PolarCone, CIRCULAR),
    "from projection": call(
        cones.estimate_from_projection, lambda y: np.maximum(y, 0), 2, 200, 1, replicates=20
    ),
    # relu
    "convolution_matrix": call(relu.convolution_matrix, [[1, 2]], (2, 3), 1, 0),
    "read_layers": call(relu.read_layers, {"fc.weight": LAYER}, False),
    "Layer": call(relu.Layer, "fc", RADIUS.layer.matrix, (mpq(1),) * 4, True),
    "depth_interval": call(relu.depth_interval, LAYER, timeout=1),
    "DepthInterval": call(
        relu.DepthInterval, 2, 2, ((0, 2), (1, 3)), (1, 1), None, INTERVAL.points
    ),
    "injectivity_radius": call(relu.injectivity_radius, LAYER, [2, 1], [0, 0, 1, 1]),
    "network_radius": call(relu.network_radius, NETWORK, [1], [[0, 0], None]),
    "InjectivityRadius": call(
        relu.InjectivityRadius, BALL, mpq(1, 2), (0, 1), BALL, RADIUS.layer, (mpq(2), mpq(1))
    ),
    "invert": call(RADIUS.invert, [2, 1, 0, 0]),
    "NetworkRadius": call(
        relu.NetworkRadius, mpq(1), mpq(1), (0,), (RADIUS.layer,), (mpq(2), mpq(1))
    ),
    "decide_batch": call(relu.decide_batch, np.ones((1, 3, 2)), 1000),
    "estimate_deep_injectivity": call(relu.estimate_deep_injectivity, 1, 2, 2, samples=4),
    "find_collision": call(relu.find_collision, [[[1, 1], [1, 0]]], 0, 5),
    "gaussian_network": call(relu.gaussian_network, 2, 3, 2, sampling.generator(1, 1)),
    "lipschitz_constant": call(relu.lipschitz_constant, LAYER, max_nodes=1000),
    "ratio_squared": call(relu.ratio_squared, LAYER, [1, 0], [-1, 0]),
    "estimate_stability": call(relu.estimate_stability, 6, 2, samples=16),
    "estimate_contraction": call(relu.estimate_contraction, 40, 2, samples=16),
    "verify_proof": call(relu.verify_proof, NETWORK, PROOF),
    "Bound": call(relu.Bound, mpq(1, 2), "upper", "wendel", "euler.triple_sum"),
    "Collision": call(relu.Collision, (mpq(1),), (mpq(2),)),
    "EulerRate": call(relu.EulerRate, mpq(9), mpq(1), BALL, "above"),
    "FanProof": call(relu.FanProof, PROOF.rays, PROOF.cones, PROOF.functionals),
    "LargestBias": call(relu.LargestBias, mpq(0), (mpq(0), mpq(0)), None, "sphere"),
    "FrameBound": call(relu.FrameBound, BALL, True, (0, 1), (1, 1), 4),
    "LipschitzBound": call(relu.LipschitzBound, BALL, (mpq(0), mpq(1)), (mpq(1),), (mpq(2),), 5),
    "MeanCharacteristic": call(relu.MeanCharacteristic, 6, 2, 2, RUN, mpq(1, 2)),
    "Stability": call(relu.Stability, FRAME, BALL, BALL, BALL),
    "StabilitySample": call(relu.StabilitySample, RUN, RUN, RUN, RUN),
    # polytopes
    "BetaSimplices": call(polytopes.BetaSimplices, mpq(2)),
    "BetaPrimeSimplices": call(polytopes.BetaPrimeSimplices, mpq(6)),
    "Growth": call(polytopes.Growth, mpq(1, 3), (mpq(1), mpq(2))),
    "PiPolynomial": call(polytopes.PiPolynomial, {-1: HALF, 1: 3}),
    "PiPolynomial.build": call(polytopes.PiPolynomial.build, fmpq_poly([1, 2])),
    # replica
    "ramp": call(replica.ramp, 0),
    "theta": call(replica.theta, 0),
    "capacity": call(replica.capacity, replica.theta(), 0),
    "Terminal": call(replica.Terminal, "theta", replica.theta().envelope, 0.0),
    # sampling
    "FaceBlock": call(sampling.FaceBlock, SQUARE, 1),
    "FaceCounts.of": call(sampling.FaceCounts.of, [[1, 2], [3, 4]], 1),
    "FaceProjector": call(sampling.FaceProjector, [[1, 0], [1, 1]]),
    "Generators.of": call(sampling.Generators.of, [[1, 0], [1, 1]], [[1, 0], [1, 1]]),
    "SignedCones": call(sampling.SignedCones, 2, ((1, 0), (0, 1)), ((1, (0, 1), ()),)),
    "UnionCounts": call(
        sampling.UnionCounts, (10, 20, 10), ((8, 6, 6), (6, 28, 6), (6, 6, 8)), 20, 1
    ),
    "count_scores": call(sampling.count_scores, SIGNED, 8, 1),
    "count_sections": call(sampling.count_sections, SIGNED, 1, 8, 1),
    "estimate_projections": call(
        sampling.estimate_projections, lambda y: np.maximum(y, 0), 2, 200, 1
    ),
    "pairs": call(sampling.pairs, np.array([[1.0, 2.0]])),
    "run": call(sampling.run, lambda b: np.array([1, b]), 4),
    # thresholds
    "crossings": call(thresholds.crossings, [10, 20]),
    "euler_from_finite_n": call(thresholds.euler_from_finite_n, [8, 16, 32], 1),
    "statistical_dimension_curve": call(thresholds.statistical_dimension_curve, HALF),
    "rsb_upper_bound": call(thresholds.rsb_upper_bound, 1),
    "Threshold": call(
        thresholds.Threshold,
        "half",
        lambda digits: mpq(1, 2),
        "theorem",
        "it",
        "x = 1",
        "euler.cover",
    ),
    "all": call(thresholds.all),
    # the catalogue
    "catalogue": call(entries.catalogue),
    "bibliography": call(entries.bibliography),
    # report
    "Digits": call(report.crosscheck.Digits, 10),
    "Equal": call(report.crosscheck.Equal),
    "Proportion": call(report.crosscheck.Proportion, 0.01),
    "Peer": call(
        report.crosscheck.Peer, "x", "q", "MIT", dict, len, len, report.crosscheck.Equal(), str
    ),
    "Report": call(report.crosscheck.Report, ()),
    "a row's Verdict": call(
        report.crosscheck.RowVerdict, polygeo.crosscheck([ROW]).rows[0].claim, "agrees"
    ),
    "crosscheck": call(polygeo.crosscheck, [ROW]),
    "Column": call(report.tables.Column, "x"),
    "Table": call(report.tables.Table, "t", "A table", (COLUMN,), ((1,), (mpq(1, 2),))),
    "write": call(report.tables.write, "out", ["known-p"]),
    "differences": call(report.tables.differences, "out", ["known-p"]),
    "plot_q": call(report.figures.plot_q, (5,)),
    "plot_rate": call(report.figures.plot_rate, 20),
    "plot_euler_kappa": call(report.figures.plot_euler_kappa, 1),
    "plot_p": call(report.figures.plot_p, 2, 100, 1),
    "plot_layer": call(report.figures.plot_layer, LAYER, [0, 1, 0, 1], (-1, 1)),
    "plot_cone": call(report.figures.plot_cone, CONE, "C"),
    "plot_own_volumes": call(report.figures.plot_own_volumes, CONE, "C"),
    "plot_law": call(report.figures.plot_law, ["1/4", "1/2", "1/4"], 3),
    "save": call(report.figures.save, Figure, "out.svg"),
    **RESULTS,
}


def completed(given):
    """The same call, with what it leaves to the defaults written out."""
    try:
        signature = inspect.signature(given.func)
    except (TypeError, ValueError):
        return given
    bound = signature.bind(*given.args, **given.keywords).arguments
    keywords = dict(given.keywords)
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            keywords |= OPTIONS
        elif name not in bound and parameter.kind is not parameter.VAR_POSITIONAL:
            keywords[name] = parameter.default
    return call(given.func, *given.args, **keywords)


BARE = {"from projection", "estimate volumes"}
"""Whose options are those of other calls."""


def complete_calls():
    calls = {name: given if name in BARE else completed(given) for name, given in CALLS.items()}
    known = {underlying(given.func) for given in calls.values()}
    for instance in INSTANCES:
        for name in methods(type(instance)):
            function = getattr(instance, name)
            if underlying(function) not in known and function.__qualname__ not in EXEMPT:
                known.add(underlying(function))
                calls[function.__qualname__] = filled(function)
    return calls


CALLS = complete_calls()


def calls_of(function):
    """The calls of a public function, class or method, by name."""
    return {name: given for name, given in CALLS.items() if underlying(given.func) is function}


def write_files(folder):
    """The files that some calls read."""
    (folder / "cone.csv").write_text("1,0,0\n1,1,0\n1,1,1\n")
    relu.is_injective(LAYER).save(folder / "verdict.json")
