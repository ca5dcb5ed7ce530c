"""SymPy heads for angles of random simplices and the expected face numbers that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polygeo import polytopes
from polygeo.symbols.quantity import DIGITS, entry_head, head

__all__ = [
    "I_beta",
    "I_limit",
    "I_prime",
    "J_beta",
    "J_prime",
    "delaunay_degree",
    "f_beta",
    "f_half_sphere",
    "f_poisson",
    "f_prime",
    "f_voronoi",
    "f_weyl_A",
    "f_weyl_B",
    "f_weyl_D",
    "f_zero",
    "growth_beta",
    "s_beta",
    "s_half_sphere",
    "s_prime",
]


def _faces(name: str, polytope: str, family: Callable[..., Any], **fixed: Any) -> Any:
    """Return the head E f_k(polytope), ``polytope`` being LaTeX with #2, .. for the parameters."""
    return entry_head(name, rf"\mathbb{{E}}\,f_{{#1}}({polytope})", family, "f_vector", **fixed)


J_beta = head(
    "J_beta",
    r"\mathbb{J}_{#1,#2}(#3)",
    polytopes.BetaSimplices,
    lambda n, k, alpha: polytopes.BetaSimplices(alpha).internal(n, k, DIGITS),
)
I_beta = head(
    "I_beta",
    r"\mathbb{I}_{#1,#2}(#3)",
    polytopes.BetaSimplices,
    lambda n, m, alpha: polytopes.BetaSimplices(alpha).external(n, m, DIGITS),
)
J_prime = head(
    "J_prime",
    r"\tilde{\mathbb{J}}_{#1,#2}(#3)",
    polytopes.BetaPrimeSimplices,
    lambda n, k, alpha: polytopes.BetaPrimeSimplices(alpha).internal(n, k, DIGITS),
)
I_prime = head(
    "I_prime",
    r"\tilde{\mathbb{I}}_{#1,#2}(#3)",
    polytopes.BetaPrimeSimplices,
    lambda n, m, alpha: polytopes.BetaPrimeSimplices(alpha).external(n, m, DIGITS),
)
I_limit = head(
    "I_limit",
    r"\tilde{\mathbb{I}}_{\infty,#1}(#2)",
    polytopes.BetaPrimeSimplices,
    lambda m, alpha: polytopes.BetaPrimeSimplices(alpha).external_limit(m, DIGITS),
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
