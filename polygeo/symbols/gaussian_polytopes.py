"""SymPy heads for the expected face numbers of random projections of regular polytopes."""

from __future__ import annotations

from polygeo.polytopes.gaussian import GaussianPolytope, SymmetricGaussianPolytope
from polygeo.polytopes.projections import ProjectedCube
from polygeo.symbols.quantity import entry_head

__all__ = ["f_cube", "f_gaussian", "f_symmetric"]

f_gaussian = entry_head(
    "f_gaussian",
    3,
    r"\mathbb{E}\,f_{#1}(G_{#2,#3})",
    GaussianPolytope,
    "f_vector",
    "E f_k of the hull of n normal points in R^d, as f_gaussian(k, n, d).",
)
f_symmetric = entry_head(
    "f_symmetric",
    3,
    r"\mathbb{E}\,f_{#1}(G^{\pm}_{#2,#3})",
    SymmetricGaussianPolytope,
    "f_vector",
    "E f_k of the hull of n normal points of R^d and their antipodes, as f_symmetric(k, n, d).",
)
f_cube = entry_head(
    "f_cube",
    3,
    r"f_{#1}(\Pi_{#2,#3})",
    ProjectedCube,
    "f_vector",
    "f_k of a generic projection of the n-cube to R^d, as f_cube(k, n, d).",
)
