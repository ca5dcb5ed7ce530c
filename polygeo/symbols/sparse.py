"""SymPy heads for the angles, cones, thresholds and probabilities of sparse recovery.

Where it appears, c = 2 is l1 recovery (the crosspolytope)
and c = 1 non-negative recovery (the simplex).
"""

from __future__ import annotations

from typing import Any

from flint import arb

from polygeo.answers.ball import Ball
from polygeo.cones.families.crosspolytope import L1DescentCone, NonnegativeL1DescentCone
from polygeo.cones.families.cube import CubeTangentCone
from polygeo.cones.families.permutahedron import PermutahedronTangentCone
from polygeo.cones.families.simplex import SimplexTangentCone
from polygeo.errors import DomainError
from polygeo.symbols.quantity import DIGITS, entry_head, head
from polygeo.thresholds import sparse
from polygeo.thresholds.exponents import external_exponent, internal_exponent
from polygeo.thresholds.recovery import recovery_probability
from polygeo.volumes import regular

__all__ = [
    "Psi_ext",
    "Psi_int",
    "b",
    "beta",
    "g",
    "gamma_corner",
    "gamma_cross",
    "gamma_simplex",
    "psi",
    "recovery_l1",
    "recovery_nonnegative",
    "recovery_orthant",
    "rho_strong",
    "rho_strong_orthant",
    "rho_weak",
    "rho_weak_orthant",
    "v_cube",
    "v_l1",
    "v_nonnegative",
    "v_permutahedron_a",
    "v_permutahedron_b",
    "v_simplex",
]


def _kind(c: int) -> str:
    if c not in (1, 2):
        raise DomainError(f"c must be 1 (non-negative) or 2 (l1); got c={c}")
    return "l1" if c == 2 else "nonnegative"


def _real(x: Any) -> Any:
    return Ball.from_arb(x) if isinstance(x, arb) else x


g = head(
    "g",
    2,
    r"g_{#1}\left(#2\right)",
    lambda m, r: regular.equicorrelated_orthant(m, r, DIGITS),
    "g_m(r) = E Phi(sqrt(r) Z)^m.",
    regular.equicorrelated_orthant,
)
beta = head(
    "beta",
    2,
    r"\beta(#1,#2)",
    lambda k, n: regular.simplex_internal_angle(n, k, DIGITS),
    "The internal angle of the simplex with n vertices at a face with k, as beta(k, n).",
    regular.simplex_internal_angle,
)
gamma_simplex = head(
    "gamma_simplex",
    2,
    r"\gamma_{\triangle}(#1,#2)",
    lambda k, n: regular.simplex_external_angle(n, k, DIGITS),
    "The external angle of the simplex with n vertices at a face with k.",
    regular.simplex_external_angle,
)
gamma_cross = head(
    "gamma_cross",
    2,
    r"\gamma_{\diamond}(#1,#2)",
    lambda k, n: regular.crosspolytope_external_angle(n, k, DIGITS),
    "The external angle of the crosspolytope in R^n at a face with k vertices.",
    regular.crosspolytope_external_angle,
)
gamma_corner = head(
    "gamma_corner",
    2,
    r"\gamma_{\llcorner}(#1,#2)",
    lambda k, n: regular.corner_external_angles(k, n, DIGITS)[0],
    "The external angle of conv(0, e_1, .., e_n) at e_1, .., e_k.",
    regular.corner_external_angles,
)
b = head(
    "b",
    2,
    "b(#1,#2)",
    lambda s, n: regular.corner_internal_angle(s, n, DIGITS),
    "P[g_1, .., g_{n-s} >= 0, g_1 + .. + g_n <= 0].",
    regular.corner_internal_angle,
)

v_simplex = entry_head(
    "v_simplex",
    3,
    r"v_{#1}(T_{#2,#3})",
    SimplexTangentCone,
    "intrinsic_volumes",
    "v_j of the tangent cone of the n-vertex simplex at a k-vertex face, v_simplex(j, n, k).",
)
v_l1 = entry_head(
    "v_l1",
    3,
    r"v_{#1}(D_{#2,#3})",
    L1DescentCone,
    "intrinsic_volumes",
    "v_j of the l1 descent cone, as v_l1(j, n, s).",
)
v_nonnegative = entry_head(
    "v_nonnegative",
    3,
    r"v_{#1}(D^+_{#2,#3})",
    NonnegativeL1DescentCone,
    "intrinsic_volumes",
    "v_j of the non-negative descent cone, as v_nonnegative(j, n, s).",
)
v_cube = entry_head(
    "v_cube",
    3,
    r"v_{#1}(Q_{#2,#3})",
    CubeTangentCone,
    "intrinsic_volumes",
    "v_j of the tangent cone of the n-cube at a k-face, as v_cube(j, n, k).",
)
v_permutahedron_a = entry_head(
    "v_permutahedron_a",
    2,
    r"v_{#1}(P^A_{#2})",
    PermutahedronTangentCone,
    "intrinsic_volumes",
    "v_j of the tangent cone of the permutahedron.",
)
v_permutahedron_b = head(
    "v_permutahedron_b",
    2,
    r"v_{#1}(P^B_{#2})",
    lambda j, n: PermutahedronTangentCone(n, "B").intrinsic_volumes(DIGITS)[j],
    "v_j of the tangent cone of the type B permutahedron.",
    PermutahedronTangentCone,
)

recovery_l1 = head(
    "recovery_l1",
    3,
    r"P_{\ell_1}(#1,#2,#3)",
    lambda n, s, m: recovery_probability(n, s, m, "l1", DIGITS),
    "The probability of l1 recovery, as recovery_l1(n, s, m).",
    recovery_probability,
)
recovery_nonnegative = head(
    "recovery_nonnegative",
    3,
    r"P_{+}(#1,#2,#3)",
    lambda n, s, m: recovery_probability(n, s, m, "nonnegative", DIGITS),
    "The probability of non-negative recovery.",
    recovery_probability,
)
recovery_orthant = head(
    "recovery_orthant",
    3,
    r"P_{\geq 0}(#1,#2,#3)",
    lambda n, s, m: recovery_probability(n, s, m, "orthant", DIGITS),
    "The probability that the non-negative solution is unique.",
    recovery_probability,
)

psi = head(
    "psi",
    2,
    r"\psi_{#2}(#1)",
    lambda rho, c: sparse.statistical_dimension_curve(_real(rho), _kind(c), DIGITS),
    "The limit of the statistical dimension over n.",
    sparse.statistical_dimension_curve,
)
rho_weak = head(
    "rho_weak",
    2,
    r"\rho_{W,#2}(#1)",
    lambda delta, c: (sparse.weak_l1 if c == 2 else sparse.weak_nonnegative)(delta).enclose(DIGITS),
    "The weak threshold.",
    sparse.weak_l1,
)
rho_strong = head(
    "rho_strong",
    2,
    r"\rho_{S,#2}(#1)",
    lambda delta, c: (sparse.strong_l1 if c == 2 else sparse.strong_simplex)(delta).enclose(DIGITS),
    "The strong threshold.",
    sparse.strong_l1,
)
rho_weak_orthant = head(
    "rho_weak_orthant",
    1,
    r"\rho_W^{\geq 0}(#1)",
    lambda delta: sparse.weak_orthant(delta).value,
    "The weak threshold of the orthant.",
    sparse.weak_orthant,
)
rho_strong_orthant = head(
    "rho_strong_orthant",
    1,
    r"\rho_S^{\geq 0}(#1)",
    lambda delta: sparse.strong_orthant(delta).enclose(DIGITS),
    "The strong threshold of the orthant.",
    sparse.strong_orthant,
)
Psi_int = head(
    "Psi_int",
    2,
    r"\Psi_{\mathrm{int}}(#1,#2)",
    lambda nu, gamma: internal_exponent(nu, _real(gamma), DIGITS),
    "The exponent of the internal angles.",
    internal_exponent,
)
Psi_ext = head(
    "Psi_ext",
    2,
    r"\Psi_{\mathrm{ext},#2}(#1)",
    lambda nu, c: external_exponent(_real(nu), _kind(c), DIGITS),
    "The exponent of the external angles.",
    external_exponent,
)
