"""SymPy heads for the layer: q, p, its bounds, the fan's volumes, rates and thresholds."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from polygeo.cones.families.fan import SignCountFan
from polygeo.relu.bounds import (
    half_space_failure,
    lifted_failure,
    union_bound,
    wendel_probability,
)
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.relu.surrogate.rate import euler_asymptotic, euler_edges, euler_rate
from polygeo.symbols.quantity import DIGITS, entry_head, head
from polygeo.thresholds import classical, lifted_gordon
from polygeo.thresholds import euler as euler_threshold
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


def _threshold(name: str, symbol: str, public: Callable[..., Any], doc: str, *options: str) -> Any:
    """The head of a threshold of one parameter."""

    def evaluator(parameter: Any) -> Any:
        return public(parameter, *options).enclose(DIGITS)

    return head(name, 1, f"{symbol}(#1)", evaluator, doc, public)


q = head("q", (2, 3), "q_{#*}", expected_euler_characteristic, "q_{m,n} or q_{m,n,k}.")
p = head("p", 2, "p_{#*}", injectivity_probability, "p_{m,n}, where it is known exactly.")
wendel = head(
    "wendel", 2, "w_{#*}", wendel_probability, "P[m symmetric points of R^n lie in no half-space]."
)
union_orthants = head(
    "union_orthants",
    2,
    "U_{#*}",
    union_bound,
    "Expected number of orthants of C_{m,n} that a random n-dimensional subspace meets.",
)
union_vertices = head(
    "union_vertices",
    2,
    "U'_{#*}",
    lambda m, n: union_bound(m, n, "vertices"),
    "Expected number of vertices with fewer than n positive signs.",
    union_bound,
)
half_space_coins = head(
    "half_space_coins",
    2,
    "H_{#*}",
    half_space_failure,
    "Rows in a half-space and fair coins: a lower bound of 1 - p_{m,n}.",
)
lifted_bound = head(
    "lifted_bound",
    2,
    r"\Lambda_{#*}",
    lru_cache(maxsize=64)(lambda m, n: lifted_failure(m, n).upper),
    "The lifted Gordon bound: an upper bound of 1 - p_{m,n}, a rational at most 1.",
    lifted_failure,
)
v = entry_head(
    "v",
    3,
    "v_{#1}(C_{#2,#3})",
    SignCountFan,
    "intrinsic_volumes",
    "v_j(C_{m,k}): the intrinsic volumes of the fan, as v(j, m, k).",
)
section_volume = head(
    "section_volume",
    4,
    r"\mathbb{E}\,v_{#1}(C_{#3,#4} \cap L_{#2})",
    lambda j, n, m, k: crofton(SignCountFan(m, k), n)[j],
    "E v_j(C_{m,k} n L), L uniform of dimension n, as section_volume(j, n, m, k).",
    crofton,
)
Phi = head(
    "Phi",
    2,
    r"\Phi(#*)",
    lambda alpha, kappa: euler_rate(alpha, kappa, DIGITS).value,
    "The exponential rate of q.",
    euler_rate,
)
q_saddle = head(
    "q_saddle",
    2,
    r"\tilde q_{#*}",
    lambda m, n: euler_asymptotic(m, n, DIGITS),
    "The saddle-point approximation of q_{m,n}.",
    euler_asymptotic,
)
upper_edge = head(
    "upper_edge",
    1,
    r"\alpha_{+}(#1)",
    lambda kappa: euler_edges(kappa, DIGITS)[1],
    "Above it q does not oscillate.",
    euler_edges,
)
lower_edge = head(
    "lower_edge",
    1,
    r"\alpha_{-}(#1)",
    lambda kappa: euler_edges(kappa, DIGITS)[0],
    "Below it q - 1, or for kappa > 2 q - 1 - (-1)^(n-1), has a rate; see euler_rate.",
    euler_edges,
)
alpha_euler = _threshold(
    "alpha_euler", r"\alpha_{\mathrm{Euler}}", euler_threshold, "The surrogate's threshold."
)
alpha_cover = _threshold(
    "alpha_cover", r"\alpha_{\mathrm{Cover}}", classical.cover, "Cover's bound."
)
alpha_half_space = _threshold(
    "alpha_half_space",
    r"\alpha_{\mathrm{half}}",
    classical.half_space,
    "Rows in a half-space, and fair coins.",
)
alpha_lifted_gordon = _threshold(
    "alpha_lifted_gordon", r"\alpha_{\mathrm{lifted}}", lifted_gordon, "The lifted Gordon bound."
)
alpha_gordon = _threshold(
    "alpha_gordon", r"\alpha_{\mathrm{Gordon}}", classical.gordon, "Gordon's bound."
)
alpha_union_orthants = _threshold(
    "alpha_union_orthants",
    r"\alpha_{\mathrm{union}}",
    classical.union_bound,
    "The union bound over orthants.",
)
alpha_union_vertices = _threshold(
    "alpha_union_vertices",
    r"\alpha_{\mathrm{union}'}",
    classical.union_bound,
    "The union bound over vertices.",
    "vertices",
)
deep_width = _threshold(
    "deep_width", "C", classical.deep_sufficient, "The expansivity that suffices for L layers."
)
