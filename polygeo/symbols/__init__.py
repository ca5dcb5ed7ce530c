"""SymPy heads for polygeo's quantities: unevaluated in formulas, exact or certified on request.

``q(m, n)`` with symbols stays a symbol of the formula; its number comes from the fast evaluator,
through ``numerical_value`` (used by `polygeo.answers.evaluation`) or, for exact values, through
SymPy's own ``doit``. The heads of one topic are in one file; those of the layer and of sections are
here as well.

>>> import sympy
>>> m = sympy.symbols("m")
>>> q(m, 2).subs(m, 5), q(5, 2).doit()
(q(5, 2), 5/4)
"""

from polygeo.exports import listing
from polygeo.symbols import (
    families,
    gaussian_polytopes,
    inputs,
    networks,
    polyhedral,
    polytopes,
    replica,
    sparse,
    walks,
)
from polygeo.symbols.layer import (
    Phi,
    alpha_cover,
    alpha_euler,
    alpha_gordon,
    alpha_half_space,
    alpha_lifted_gordon,
    alpha_union_orthants,
    alpha_union_vertices,
    deep_width,
    half_space_coins,
    lifted_bound,
    lower_edge,
    p,
    q,
    q_saddle,
    section_volume,
    union_orthants,
    union_vertices,
    upper_edge,
    v,
    wendel,
)
from polygeo.symbols.quantity import DIGITS, Quantity, head, quantities
from polygeo.symbols.sections import chi_bar_tail, chi_moment, orthants_meet, projected_orthant

__all__ = [
    "DIGITS",
    "Phi",
    "Quantity",
    "alpha_cover",
    "alpha_euler",
    "alpha_gordon",
    "alpha_half_space",
    "alpha_lifted_gordon",
    "alpha_union_orthants",
    "alpha_union_vertices",
    "chi_bar_tail",
    "chi_moment",
    "deep_width",
    "families",
    "gaussian_polytopes",
    "half_space_coins",
    "head",
    "inputs",
    "lifted_bound",
    "lower_edge",
    "networks",
    "orthants_meet",
    "p",
    "polyhedral",
    "polytopes",
    "projected_orthant",
    "q",
    "q_saddle",
    "quantities",
    "replica",
    "section_volume",
    "sparse",
    "union_orthants",
    "union_vertices",
    "upper_edge",
    "v",
    "walks",
    "wendel",
]
__dir__ = listing(__all__)
