"""SymPy heads for angles of random simplices and the expected face numbers that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polygeo import polytopes
from polygeo.polytopes import BetaPrimeSimplices, BetaSimplices
from polygeo.symbols.quantity import DIGITS, entry_head, head, heads


def _faces(name: str, polytope: str, family: Callable[..., Any], **fixed: Any) -> Any:
    """Return the head E f_k(polytope), ``polytope`` being LaTeX with #2, .. for the parameters."""
    return entry_head(name, rf"\mathbb{{E}}\,f_{{#1}}({polytope})", family, "f_vector", **fixed)


def _angle(call: str, template: str, family: Callable[..., Any], angle: str) -> Any:
    """Return the head of a sum of angles; the last argument is the parameter of the simplices."""

    def evaluator(*numbers: Any) -> Any:
        *sizes, alpha = numbers
        return getattr(family(alpha), angle)(*sizes, DIGITS)

    return head(call, template, family, evaluator)


J_beta = _angle("J_beta(n, k, alpha)", r"\mathbb{J}_{#1,#2}(#3)", BetaSimplices, "internal")
I_beta = _angle("I_beta(n, m, alpha)", r"\mathbb{I}_{#1,#2}(#3)", BetaSimplices, "external")
J_prime = _angle(
    "J_prime(n, k, alpha)", r"\tilde{\mathbb{J}}_{#1,#2}(#3)", BetaPrimeSimplices, "internal"
)
I_prime = _angle(
    "I_prime(n, m, alpha)", r"\tilde{\mathbb{I}}_{#1,#2}(#3)", BetaPrimeSimplices, "external"
)
I_limit = _angle(
    "I_limit(m, alpha)", r"\tilde{\mathbb{I}}_{\infty,#1}(#2)", BetaPrimeSimplices, "external_limit"
)
f_beta = _faces("f_beta", "P_{#2,#3}^{#4}", polytopes.BetaPolytope)
f_prime = _faces("f_prime", r"\tilde{P}_{#2,#3}^{#4}", polytopes.BetaPrimePolytope)
f_half_sphere = _faces("f_half_sphere", "H_{#2,#3}", polytopes.HalfSphereHull)
f_poisson = _faces("f_poisson", r"\Pi_{#2,#3}", polytopes.PoissonPolytope)
f_voronoi = _faces("f_voronoi", "V_{#2}", polytopes.PoissonVoronoiCell)
f_zero = _faces("f_zero", "Z_{#2}", polytopes.PoissonZeroCell)
delaunay_degree = head(
    "delaunay_degree",
    r"\deg_{#1,#2}(D_{#3})",
    polytopes.PoissonVoronoiCell,
    lambda k, j, d: polytopes.PoissonVoronoiCell(d).delaunay_degree(k, j),
)
s_beta = head("s_beta(d, beta)", r"s_{#1}^{#2}", polytopes.sylvester)
s_prime = head("s_prime", r"\tilde{s}_{#1}^{#2}", polytopes.sylvester_prime)
s_half_sphere = head("s_half_sphere", r"s_{#1}^{+}", polytopes.sylvester_half_sphere)
growth_beta = head(
    "growth_beta",
    r"C_{#1,#2}^{#3}",
    polytopes.beta_growth,
    lambda k, d, beta: polytopes.beta_growth(d, beta, DIGITS)[k],
)
f_weyl_A = _faces("f_weyl_A", "A_{#2} \\cap L_{#3}", polytopes.WeylSection, type="A")
f_weyl_B = _faces("f_weyl_B", "B_{#2} \\cap L_{#3}", polytopes.WeylSection, type="B")
f_weyl_D = _faces("f_weyl_D", "D_{#2} \\cap L_{#3}", polytopes.WeylSection, type="D")

__all__ = heads(globals())
