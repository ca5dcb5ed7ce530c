"""SymPy heads for the layer: q, p, its bounds, the fan's volumes, rates and thresholds."""

from __future__ import annotations

from functools import lru_cache

from polygeo.cones.families.fan import SignCountFan
from polygeo.relu.bounds import half_space_failure, lifted_failure, union_bound, wendel_probability
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.relu.surrogate.rate import euler_asymptotic, euler_edges, euler_rate
from polygeo.symbols.quantity import DIGITS, entry_head, head
from polygeo.thresholds import (
    classical,
    cover,
    deep_sufficient,
    euler,
    gordon,
    half_space,
    lifted_gordon,
)
from polygeo.volumes import crofton

__all__ = [
    "Phi",
    "alpha_cover",
    "alpha_euler",
    "alpha_gordon",
    "alpha_half_space",
    "alpha_lifted_gordon",
    "alpha_union_orthants",
    "alpha_union_vertices",
    "deep_width",
    "half_space_coins",
    "lifted_bound",
    "lower_edge",
    "p",
    "q",
    "q_saddle",
    "section_volume",
    "union_orthants",
    "union_vertices",
    "upper_edge",
    "v",
    "wendel",
]


q = head(
    "q",
    "q_{#*}",
    expected_euler_characteristic,
    lambda m, n, k=None: expected_euler_characteristic(m, n, k),
)
p = head("p(m, n)", "p_{#*}", injectivity_probability)
wendel = head("wendel", "w_{#*}", wendel_probability)
union_orthants = head("union_orthants", "U_{#*}", union_bound, over="orthants")
union_vertices = head("union_vertices", "U'_{#*}", union_bound, over="vertices")
half_space_coins = head("half_space_coins(m, n)", "H_{#*}", half_space_failure)
lifted_bound = head(
    "lifted_bound(m, n)",
    r"\Lambda_{#*}",
    lifted_failure,
    lru_cache(maxsize=64)(lambda m, n: lifted_failure(m, n).upper),
)
v = entry_head("v", "v_{#1}(C_{#2,#3})", SignCountFan)
section_volume = head(
    "section_volume",
    r"\mathbb{E}\,v_{#1}(C_{#3,#4} \cap L_{#2})",
    crofton,
    lambda j, n, m, k: crofton(SignCountFan(m, k), n)[j],
)
Phi = head(
    "Phi", r"\Phi(#*)", euler_rate, lambda alpha, kappa: euler_rate(alpha, kappa, DIGITS).value
)
q_saddle = head("q_saddle", r"\tilde q_{#*}", euler_asymptotic)
upper_edge = head(
    "upper_edge",
    r"\alpha_{+}(#1)",
    euler_edges,
    lambda kappa: euler_edges(kappa, DIGITS)[1],
    says="the ratio 2 + 2 kappa + 2 sqrt(2 kappa) above which q does not oscillate.",
)
lower_edge = head(
    "lower_edge",
    r"\alpha_{-}(#1)",
    euler_edges,
    lambda kappa: euler_edges(kappa, DIGITS)[0],
    says="the ratio 2 + 2 kappa - 2 sqrt(2 kappa) below which q does not oscillate.",
)
alpha_euler = head("alpha_euler(kappa)", r"\alpha_{\mathrm{Euler}}(#1)", euler)
alpha_cover = head("alpha_cover(kappa)", r"\alpha_{\mathrm{Cover}}(#1)", cover)
alpha_gordon = head("alpha_gordon(kappa)", r"\alpha_{\mathrm{Gordon}}(#1)", gordon)
alpha_half_space = head("alpha_half_space(kappa)", r"\alpha_{\mathrm{half}}(#1)", half_space)
alpha_lifted_gordon = head(
    "alpha_lifted_gordon(kappa)", r"\alpha_{\mathrm{lifted}}(#1)", lifted_gordon
)
alpha_union_orthants = head(
    "alpha_union_orthants(kappa)", r"\alpha_{\mathrm{union}}(#1)", classical.union_bound
)
alpha_union_vertices = head(
    "alpha_union_vertices(kappa)",
    r"\alpha_{\mathrm{union}'}(#1)",
    classical.union_bound,
    over="vertices",
)
deep_width = head("deep_width", "C(#1)", deep_sufficient)
