"""SymPy heads for the expected face numbers of random projections of regular polytopes."""

from __future__ import annotations

from polygeo.polytopes.gaussian import GaussianPolytope, SymmetricGaussianPolytope
from polygeo.polytopes.projections import ProjectedCube
from polygeo.symbols.quantity import DIGITS, head

__all__ = ["f_cube", "f_gaussian", "f_symmetric"]

f_gaussian = head(
    "f_gaussian",
    3,
    r"\mathbb{E}\,f_{%s}(G_{%s,%s})",
    lambda k, n, d: GaussianPolytope(n, d).faces(k, DIGITS),
    "E f_k of the hull of n normal points in R^d, as f_gaussian(k, n, d).",
)
f_symmetric = head(
    "f_symmetric",
    3,
    r"\mathbb{E}\,f_{%s}(G^{\pm}_{%s,%s})",
    lambda k, n, d: SymmetricGaussianPolytope(n, d).faces(k, DIGITS),
    "E f_k of the hull of n normal points of R^d and their antipodes, as f_symmetric(k, n, d).",
)
f_cube = head(
    "f_cube",
    3,
    r"f_{%s}(\Pi_{%s,%s})",
    lambda k, n, d: ProjectedCube(n, d).faces(k),
    "f_k of a generic projection of the n-cube to R^d, as f_cube(k, n, d).",
)
