"""SymPy heads for the expected face numbers of random projections of regular polytopes."""

from __future__ import annotations

from polygeo.polytopes.gaussian import GaussianPolytope, SymmetricGaussianPolytope
from polygeo.polytopes.projections import ProjectedCube
from polygeo.symbols.quantity import entry_head, heads

f_gaussian = entry_head(
    "f_gaussian", r"\mathbb{E}\,f_{#1}(G_{#2,#3})", GaussianPolytope, "f_vector"
)
f_symmetric = entry_head(
    "f_symmetric", r"\mathbb{E}\,f_{#1}(G^{\pm}_{#2,#3})", SymmetricGaussianPolytope, "f_vector"
)
f_cube = entry_head("f_cube", r"f_{#1}(\Pi_{#2,#3})", ProjectedCube, "f_vector")

__all__ = heads(globals())
