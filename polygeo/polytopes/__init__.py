"""Random polytopes: expected face numbers, exact or certified, and their simulation."""

from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.gaussian import GaussianPolytope, SymmetricGaussianPolytope
from polygeo.polytopes.model import RandomPolytope
from polygeo.polytopes.projections import ProjectedCrosspolytope, ProjectedCube, ProjectedSimplex
from polygeo.polytopes.walks import RandomBridgeHull, RandomWalkHull

__all__ = [
    "FVector",
    "GaussianPolytope",
    "ProjectedCrosspolytope",
    "ProjectedCube",
    "ProjectedSimplex",
    "RandomBridgeHull",
    "RandomPolytope",
    "RandomWalkHull",
    "SymmetricGaussianPolytope",
]
