"""SymPy heads for angles of random simplices and the expected face numbers that follow."""

from __future__ import annotations

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

J_beta = head(
    "J_beta",
    3,
    r"\mathbb{J}_{#1,#2}(#3)",
    lambda n, k, a: polytopes.BetaSimplices(a).internal(n, k, DIGITS),
    "Internal angles at k-vertex faces of beta simplices, as J_beta(n, k, alpha).",
    polytopes.BetaSimplices,
)
I_beta = head(
    "I_beta",
    3,
    r"\mathbb{I}_{#1,#2}(#3)",
    lambda n, m, a: polytopes.BetaSimplices(a).external(n, m, DIGITS),
    "External angles at m-vertex faces of beta simplices, as I_beta(n, m, alpha).",
    polytopes.BetaSimplices,
)
J_prime = head(
    "J_prime",
    3,
    r"\tilde{\mathbb{J}}_{#1,#2}(#3)",
    lambda n, k, a: polytopes.BetaPrimeSimplices(a).internal(n, k, DIGITS),
    "Internal angles at k-vertex faces of beta' simplices, as J_prime(n, k, alpha).",
    polytopes.BetaPrimeSimplices,
)
I_prime = head(
    "I_prime",
    3,
    r"\tilde{\mathbb{I}}_{#1,#2}(#3)",
    lambda n, m, a: polytopes.BetaPrimeSimplices(a).external(n, m, DIGITS),
    "External angles at m-vertex faces of beta' simplices, as I_prime(n, m, alpha).",
    polytopes.BetaPrimeSimplices,
)
I_limit = head(
    "I_limit",
    2,
    r"\tilde{\mathbb{I}}_{\infty,#1}(#2)",
    lambda m, a: polytopes.BetaPrimeSimplices(a).external_limit(m, DIGITS),
    "The limit of I_prime(n, m, alpha) for many vertices, as I_limit(m, alpha).",
    polytopes.BetaPrimeSimplices,
)
f_beta = entry_head(
    "f_beta",
    4,
    r"\mathbb{E}\,f_{#1}(P_{#2,#3}^{#4})",
    polytopes.BetaPolytope,
    "f_vector",
    "E f_k of the hull of n beta points in R^d, as f_beta(k, n, d, beta).",
)
f_prime = entry_head(
    "f_prime",
    4,
    r"\mathbb{E}\,f_{#1}(\tilde{P}_{#2,#3}^{#4})",
    polytopes.BetaPrimePolytope,
    "f_vector",
    "E f_k of the hull of n beta' points in R^d, as f_prime(k, n, d, beta).",
)
f_half_sphere = entry_head(
    "f_half_sphere",
    3,
    r"\mathbb{E}\,f_{#1}(H_{#2,#3})",
    polytopes.HalfSphereHull,
    "f_vector",
    "E f_k of the hull of n points on the half-sphere, as f_half_sphere(k, n, d).",
)
f_poisson = entry_head(
    "f_poisson",
    3,
    r"\mathbb{E}\,f_{#1}(\Pi_{#2,#3})",
    polytopes.PoissonPolytope,
    "f_vector",
    "E f_k of the hull of a Poisson process of intensity |x|^-(d+alpha), f_poisson(k, d, alpha).",
)
f_voronoi = entry_head(
    "f_voronoi",
    2,
    r"\mathbb{E}\,f_{#1}(V_{#2})",
    polytopes.PoissonVoronoiCell,
    "f_vector",
    "E f_k of the typical Poisson-Voronoi cell, as f_voronoi(k, d).",
)
f_zero = entry_head(
    "f_zero",
    2,
    r"\mathbb{E}\,f_{#1}(Z_{#2})",
    polytopes.PoissonZeroCell,
    "f_vector",
    "E f_k of the Poisson zero cell, as f_zero(k, d).",
)
delaunay_degree = head(
    "delaunay_degree",
    3,
    r"\deg_{#1,#2}(D_{#3})",
    lambda k, j, d: polytopes.PoissonVoronoiCell(d).delaunay_degree(k, j),
    "The mean number of Delaunay j-simplices at a typical k-simplex, delaunay_degree(k, j, d).",
    polytopes.PoissonVoronoiCell,
)
s_beta = head(
    "s_beta",
    2,
    r"s_{#1}^{#2}",
    polytopes.sylvester,
    "P[d + 2 beta points are not in convex position], as s_beta(d, beta).",
)
s_prime = head(
    "s_prime",
    2,
    r"\tilde{s}_{#1}^{#2}",
    polytopes.sylvester_prime,
    "P[d + 2 beta' points are not in convex position], as s_prime(d, beta).",
)
s_half_sphere = head(
    "s_half_sphere",
    1,
    r"s_{#1}^{+}",
    polytopes.sylvester_half_sphere,
    "P[d + 2 points on the half-sphere are not in convex position], as s_half_sphere(d).",
)
growth_beta = head(
    "growth_beta",
    3,
    r"C_{#1,#2}^{#3}",
    lambda k, d, b: polytopes.beta_growth(d, b, DIGITS)[k],
    "The constant in E f_k ~ C n^((d-1)/(2 beta + d + 1)), as growth_beta(k, d, beta).",
    polytopes.beta_growth,
)
f_weyl_A = entry_head(
    "f_weyl_A",
    3,
    r"\mathbb{E}\,f_{#1}(A_{#2} \cap L_{#3})",
    polytopes.WeylSection,
    "f_vector",
    "E f_k of the spherical cells of A_r in a d-dimensional subspace, as f_weyl_A(k, r, d).",
    ("A",),
)
f_weyl_B = entry_head(
    "f_weyl_B",
    3,
    r"\mathbb{E}\,f_{#1}(B_{#2} \cap L_{#3})",
    polytopes.WeylSection,
    "f_vector",
    "E f_k of the spherical cells of B_r in a d-dimensional subspace, as f_weyl_B(k, r, d).",
    ("B",),
)
f_weyl_D = entry_head(
    "f_weyl_D",
    3,
    r"\mathbb{E}\,f_{#1}(D_{#2} \cap L_{#3})",
    polytopes.WeylSection,
    "f_vector",
    "E f_k of the spherical cells of D_r in a d-dimensional subspace, as f_weyl_D(k, r, d).",
    ("D",),
)
