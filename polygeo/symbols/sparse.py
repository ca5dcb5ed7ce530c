"""SymPy heads for the angles, cones, thresholds and probabilities of sparse recovery.

Where it appears, c = 2 is l1 recovery (the crosspolytope)
and c = 1 nonnegative recovery (the simplex).
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
from polygeo.symbols.quantity import DIGITS, entry_head, head, heads
from polygeo.thresholds import sparse
from polygeo.thresholds.exponents import external_exponent, internal_exponent
from polygeo.thresholds.recovery import recovery_probability
from polygeo.volumes import regular


def _kind(c: int) -> str:
    if c not in (1, 2):
        raise DomainError(f"c must be 1 (nonnegative) or 2 (l1); got c={c}")
    return "l1" if c == 2 else "nonnegative"


def _real(x: Any) -> Any:
    return Ball.from_arb(x) if isinstance(x, arb) else x


g = head("g", r"g_{#1}\left(#2\right)", regular.equicorrelated_orthant)
beta = head("beta(k, n)", r"\beta(#1,#2)", regular.simplex_internal_angle)
gamma_simplex = head(
    "gamma_simplex(k, n)", r"\gamma_{\triangle}(#1,#2)", regular.simplex_external_angle
)
gamma_cross = head(
    "gamma_cross(k, n)", r"\gamma_{\diamond}(#1,#2)", regular.crosspolytope_external_angle
)
gamma_corner = head(
    "gamma_corner",
    r"\gamma_{\llcorner}(#1,#2)",
    regular.corner_external_angles,
    lambda k, n: regular.corner_external_angles(k, n, DIGITS)[0],
)
b = head("b", "b(#1,#2)", regular.corner_internal_angle)

v_simplex = entry_head("v_simplex", r"v_{#1}(T_{#2,#3})", SimplexTangentCone)
v_l1 = entry_head("v_l1", r"v_{#1}(D_{#2,#3})", L1DescentCone)
v_nonnegative = entry_head("v_nonnegative", r"v_{#1}(D^+_{#2,#3})", NonnegativeL1DescentCone)
v_cube = entry_head("v_cube", r"v_{#1}(Q_{#2,#3})", CubeTangentCone)
v_permutahedron_a = entry_head(
    "v_permutahedron_a", r"v_{#1}(P^A_{#2})", PermutahedronTangentCone, type="A"
)
v_permutahedron_b = entry_head(
    "v_permutahedron_b", r"v_{#1}(P^B_{#2})", PermutahedronTangentCone, type="B"
)

recovery_l1 = head("recovery_l1", r"P_{\ell_1}(#1,#2,#3)", recovery_probability, kind="l1")
recovery_nonnegative = head(
    "recovery_nonnegative", r"P_{+}(#1,#2,#3)", recovery_probability, kind="nonnegative"
)
recovery_orthant = head(
    "recovery_orthant", r"P_{\geq 0}(#1,#2,#3)", recovery_probability, kind="orthant"
)

psi = head(
    "psi",
    r"\psi_{#2}(#1)",
    sparse.statistical_dimension_curve,
    lambda rho, c: sparse.statistical_dimension_curve(_real(rho), _kind(c), DIGITS),
)
rho_weak = head(
    "rho_weak",
    r"\rho_{W,#2}(#1)",
    sparse.weak_l1,
    lambda delta, c: (sparse.weak_l1 if c == 2 else sparse.weak_nonnegative)(delta).enclose(DIGITS),
)
rho_strong = head(
    "rho_strong",
    r"\rho_{S,#2}(#1)",
    sparse.strong_l1,
    lambda delta, c: (sparse.strong_l1 if c == 2 else sparse.strong_simplex)(delta).enclose(DIGITS),
)
rho_weak_orthant = head("rho_weak_orthant", r"\rho_W^{\geq 0}(#1)", sparse.weak_orthant)
rho_strong_orthant = head("rho_strong_orthant", r"\rho_S^{\geq 0}(#1)", sparse.strong_orthant)
Psi_int = head(
    "Psi_int",
    r"\Psi_{\mathrm{int}}(#1,#2)",
    internal_exponent,
    lambda nu, gamma: internal_exponent(nu, _real(gamma), DIGITS),
)
Psi_ext = head(
    "Psi_ext",
    r"\Psi_{\mathrm{ext},#2}(#1)",
    external_exponent,
    lambda nu, c: external_exponent(_real(nu), _kind(c), DIGITS),
)

__all__ = heads(globals())
