"""Calls of the methods of one object of every public class, from good values by name."""

import inspect
from functools import partial as call

from gmpy2 import mpq
from good_values import (
    BALL,
    CIRCULAR,
    COLUMN,
    CONE,
    FRAME,
    HALF,
    LAW,
    LAYER,
    ORTHANT,
    PAIRS,
    PI,
    PROJECTIONS,
    PROOF,
    RUN,
    SCORES,
    SIGNED,
    SQUARE,
    TABLE,
    UNION,
    Described,
)

from polygeo import answers, cones, polytopes, relu, replica, sampling, symbols, thresholds, volumes
from polygeo import formula_index as entries
from polygeo.cones.registry import FAMILIES

__all__ = ["INSTANCES", "OPTIONS", "filled"]

INSTANCES = [  # one of every public class that has methods with arguments
    ORTHANT, CIRCULAR, CONE, UNION, LAW, BALL, RUN, FRAME, PROOF, PAIRS, PROJECTIONS, SCORES,
    SIGNED, PI, TABLE, COLUMN, SQUARE,
    *(family.make(*family.example) for family in FAMILIES.values() if family.example),
    Described(),
    cones.SchlaefliCone(5, 3), cones.CoverEfronCone(5, 3),
    cones.GenericArrangement(5, 3), cones.HyperplaneArrangement([[1, 0], [0, 1]]),
    cones.AffineArrangement([[1, 0], [0, 1]], [0, 1]),
    cones.ReflectionArrangement("B", 3), cones.ProductCone([ORTHANT]), cones.PolarCone(CIRCULAR),
    volumes.BivariateChiBarSquared(ORTHANT), ORTHANT.intrinsic_volumes(),
    answers.Converged("2.7", "1e-3"), thresholds.euler(),
    sampling.FaceBlock(SQUARE, 1, pairs=4),
    sampling.FaceProjector([[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    relu.is_injective(LAYER), relu.Collision((mpq(-1),), (mpq(-2),)),
    relu.estimate_q(6, 2, 2, 10, 1),
    polytopes.BetaPolytope(6, 3, 0), polytopes.BetaPrimePolytope(6, 3, 4),
    polytopes.HalfSphereHull(6, 3), polytopes.PoissonVoronoiCell(3), polytopes.PoissonZeroCell(3),
    polytopes.PoissonPolytope(3, 1), polytopes.GaussianPolytope(6, 3),
    polytopes.SymmetricGaussianPolytope(6, 3), polytopes.ProjectedCube(6, 3),
    polytopes.ProjectedSimplex(6, 3), polytopes.ProjectedCrosspolytope(6, 3),
    polytopes.RandomWalkHull(6, 3), polytopes.RandomBridgeHull(6, 3),
    polytopes.WeylSection("A", 4, 3), polytopes.FVector([4, 6, 4]),
    polytopes.BetaSimplices(2), polytopes.BetaPrimeSimplices(6), polytopes.beta_growth(3, -1),
    replica.theta(), replica.ground_state(6, 0),
    entries.catalogue(), entries.catalogue()["euler.one_dimension"],
    next(e for e in entries.catalogue().values() if e.kind == "asymptotic"),
]  # fmt: skip
"""One of every public class that has methods with arguments."""

GOOD = {
    "x": [1, 1, 1], "y": [1, 1, 1], "k": 1, "n": 3, "j": 1, "d": 5, "m": 2, "s": 2, "t": 2,
    "seconds": 20,
    "order": 2, "samples": 40, "seed": 1, "digits": 10, "size": 3, "confidence": 0.9,
    "replicates": 20, "false_alarm": 0.01, "value": HALF, "power": 2, "shape": (2, 3),
    "points": [[1.0, 2.0, 3.0]], "coefficients": [1, 2, 3], "block": 0, "q": 0.5,
    "sizes": [2, 3], "pairs": [(3, 2)], "chi": 0.5, "name": "alpha", "at_most": 2,
    "identifier": "euler.triple_sum", "path": "out.csv", "source": "euler.triple_sum", "rows": 3,
    "wanted": False, "weights": [[[1]]], "level": HALF, "b": 3, "head": symbols.q,
    "record": PROOF.to_dict(), "other": HALF,
    "executor": None, "checkpoint": None, "progress": False,
}  # fmt: skip
"""Good values of the arguments of methods, by name."""

SPECIAL = {
    "LorentzCone.contains x": [1, 0, 0],
    "StoredCone.from_file path": "cone.csv",
    "StoredCone.from_file kind": "rays",
    "StoredCone.to_file path": "out.in",
    "SignCountFan.contains y": [1] * 6,
    "Verdict.load path": "verdict.json",
    "Verdict.save path": "out.json",
    "SimulatedCone.estimate_solid_angle samples": 64,
    "Cone.estimate_solid_angle samples": 64,
    "ConicSet.estimate_rotation_euler_characteristic other": CONE,
    "PolyhedralCone.times other": CONE,
    "Estimate.decimal digits": 1,
    "Converged.decimal digits": 3,
}
ITSELF = (
    "merge",
    "joined_with",
    "compare",
    "intersection",
    "is_same_set",
    "sum",
    "__add__",
    "__mul__",
)
"""Methods whose other operand is of the same class."""

LAWS = ("ChiBarSquared", "BivariateChiBarSquared", "MixtureOnHalfLine", "FBar", "EBarSquared")


def filled(function):
    """A call of a bound method with good values by name."""
    kind, _, method = function.__qualname__.partition(".")
    arguments, keywords = [], {}
    for name, parameter in inspect.signature(function).parameters.items():
        value = SPECIAL.get(f"{kind}.{method} {name}", GOOD.get(name, parameter.default))
        if kind in LAWS and name in ("x", "y"):
            value = 2.0
        elif name == "other" and method in ITSELF:
            value = function.__self__
        elif name == "x" and isinstance(function.__self__, cones.ConicSet):
            value = SPECIAL.get(f"{kind}.{method} {name}", [1] * function.__self__.ambient_dim)
        if parameter.kind is parameter.VAR_KEYWORD:
            keywords |= {"stratified": True} if kind == "VolumeCounts" else OPTIONS
        elif parameter.kind is parameter.KEYWORD_ONLY:
            keywords[name] = value
        else:
            arguments.append(value)
    return call(function, *arguments, **keywords)


OPTIONS = {"executor": None, "checkpoint": None, "progress": False}
"""What ``**options`` stands for."""
