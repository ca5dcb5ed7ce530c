"""Random polytopes and cells of random tessellations: expected face numbers."""

from polygeo.exports import listing
from polygeo.polytopes.angles.pipolynomial import PiPolynomial
from polygeo.polytopes.angles.simplices import BetaPrimeSimplices, BetaSimplices, SimplexAngles
from polygeo.polytopes.beta import BetaPolytope, BetaPrimePolytope, HalfSphereHull
from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.gaussian import GaussianPolytope, SymmetricGaussianPolytope
from polygeo.polytopes.growth import Growth, beta_growth
from polygeo.polytopes.hulls.corners import vertex_angles
from polygeo.polytopes.model import RandomPolytope
from polygeo.polytopes.poisson import PoissonPolytope, PoissonVoronoiCell, PoissonZeroCell
from polygeo.polytopes.projections import ProjectedCrosspolytope, ProjectedCube, ProjectedSimplex
from polygeo.polytopes.sylvester_problem import sylvester, sylvester_half_sphere, sylvester_prime
from polygeo.polytopes.walks import RandomBridgeHull, RandomWalkHull
from polygeo.polytopes.weyl import WeylSection

__all__ = [
    "BetaPolytope",
    "BetaPrimePolytope",
    "BetaPrimeSimplices",
    "BetaSimplices",
    "FVector",
    "GaussianPolytope",
    "Growth",
    "HalfSphereHull",
    "PiPolynomial",
    "PoissonPolytope",
    "PoissonVoronoiCell",
    "PoissonZeroCell",
    "ProjectedCrosspolytope",
    "ProjectedCube",
    "ProjectedSimplex",
    "RandomBridgeHull",
    "RandomPolytope",
    "RandomWalkHull",
    "SimplexAngles",
    "SymmetricGaussianPolytope",
    "WeylSection",
    "beta_growth",
    "sylvester",
    "sylvester_half_sphere",
    "sylvester_prime",
    "vertex_angles",
]
__dir__ = listing(__all__)
