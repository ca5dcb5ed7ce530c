"""Values of every kind, for the calls of `good_calls`; imported while tests run only."""

from fractions import Fraction

import numpy as np
import sympy
from gmpy2 import mpq

import polygeo
from polygeo import answers, cones, polytopes, relu, report, sampling, volumes
from polygeo.answers.statistics.paired import PairedCounts, Range

__all__ = [
    "BALL",
    "CIRCULAR",
    "COLUMN",
    "CONE",
    "DEPTH",
    "FRAME",
    "HALF",
    "INTERVAL",
    "LAW",
    "LAYER",
    "LIMIT",
    "NETWORK",
    "ORTHANT",
    "PAIRED",
    "PAIRS",
    "PI",
    "PROJECTIONS",
    "PROOF",
    "RADIUS",
    "ROW",
    "RUN",
    "SCORES",
    "SIGNED",
    "SQUARE",
    "TABLE",
    "UNION",
    "Described",
    "N",
]


class Described(cones.Cone):
    """A family that is a description and nothing else."""

    ambient_dim = 3

    def as_polyhedral(self):
        return CONE


HALF = Fraction(1, 2)
ORTHANT = cones.Orthant(3)
CIRCULAR = cones.CircularCone(3, "pi/5")
CONE = cones.PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0], [1, 1, 1]])
UNION = cones.ConeUnion([CONE, CONE.polar()])
LAW = volumes.ChiBarSquared(ORTHANT)
RUN = answers.Estimate.proportion(3, 10, 1)
BALL = answers.Ball.of(HALF)
LAYER = [[1, 0], [0, 1], [-1, 0], [0, -1]]
NETWORK = [[[1], [-1]], [[1, 0], [0, 1]]]
FRAME = relu.frame_bound(LAYER)
PROOF = relu.is_injective_network(NETWORK).proof
INTERVAL = relu.depth_interval(LAYER)
RADIUS = relu.injectivity_radius(LAYER, [2, 1])
SQUARE = sampling.Generators.of([[1, 0], [0, 1]])
SIGNED = sampling.SignedCones(2, ((1, 0), (0, 1)), ((1, (0, 1), ()),))
PAIRS = sampling.FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], 1)
PROJECTIONS = sampling.estimate_projections(lambda y: np.maximum(y, 0), 2, 200, 1)
PAIRED = PairedCounts.of(
    [(1, 1, 0, 5), (0, 0, 0, 5)], Range(mpq(0), mpq(1, 2), mpq(1)), Range(mpq(0), mpq(0), mpq(0))
)
SCORES = sampling.UnionCounts((10, 20, 10), ((8, 6, 6), (6, 28, 6), (6, 6, 8)), 20, 1)
PI = polytopes.PiPolynomial({-1: 1, 1: 3})
LIMIT = answers.Converged("2.7", "1e-3")
ROW = {"quantity": "q", "m": 9, "n": 3, "value": "1"}
DEPTH = relu.halfspace_depth(LAYER, [0, 0])
N = sympy.Symbol("n")
TABLE = polygeo.table("thresholds")
COLUMN = report.tables.Column("x")
