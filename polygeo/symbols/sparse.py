"""SymPy heads for the angles, cones, thresholds and probabilities of sparse recovery.

Where it appears, c = 2 is l1 recovery (the crosspolytope)
and c = 1 non-negative recovery (the simplex).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.cones.cone import Cone
from polygeo.cones.crosspolytope import L1DescentCone, NonnegativeL1DescentCone
from polygeo.cones.cube import CubeTangentCone
from polygeo.cones.permutahedron import PermutahedronTangentCone
from polygeo.cones.simplex import SimplexTangentCone
from polygeo.errors import DomainError
from polygeo.symbols.quantity import DIGITS, head
from polygeo.thresholds import sparse
from polygeo.thresholds.exponents import external_exponent, internal_exponent
from polygeo.thresholds.recovery import recovery_probability
from polygeo.volumes import regular
from polygeo.volumes.intrinsic import IntrinsicVolumes

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


@lru_cache(maxsize=256)
def _volumes(cone: Cone) -> IntrinsicVolumes:
    return cone.intrinsic_volumes(DIGITS)


def _entry(k: int, cone: Cone) -> Any:
    return _volumes(cone)[k] if 0 <= k <= cone.ambient_dim else mpq(0)


def _kind(c: int) -> str:
    if c not in (1, 2):
        raise DomainError(f"c must be 1 (non-negative) or 2 (l1); got c={c}")
    return "l1" if c == 2 else "nonnegative"


def _real(x: Any) -> Any:
    return Ball.from_arb(x) if isinstance(x, arb) else x


g = head(
    "g",
    2,
    r"g_{%s}\left(%s\right)",
    lambda m, r: regular.equicorrelated_orthant(m, r, DIGITS),
    "g_m(r) = E Phi(sqrt(r) Z)^m.",
)
beta = head(
    "beta",
    2,
    r"\beta(%s,%s)",
    lambda k, n: regular.simplex_internal_angle(n, k, DIGITS),
    "The internal angle of the simplex with n vertices at a face with k, as beta(k, n).",
)
gamma_simplex = head(
    "gamma_simplex",
    2,
    r"\gamma_{\triangle}(%s,%s)",
    lambda k, n: regular.simplex_external_angle(n, k, DIGITS),
    "The external angle of the simplex with n vertices at a face with k.",
)
gamma_cross = head(
    "gamma_cross",
    2,
    r"\gamma_{\diamond}(%s,%s)",
    lambda k, n: regular.crosspolytope_external_angle(n, k, DIGITS),
    "The external angle of the crosspolytope in R^n at a face with k vertices.",
)
gamma_corner = head(
    "gamma_corner",
    2,
    r"\gamma_{\llcorner}(%s,%s)",
    lambda k, n: regular.corner_external_angles(k, n, DIGITS)[0],
    "The external angle of conv(0, e_1, .., e_n) at e_1, .., e_k.",
)
b = head(
    "b",
    2,
    "b(%s,%s)",
    lambda s, n: regular.corner_internal_angle(s, n, DIGITS),
    "P[g_1, .., g_{n-s} >= 0, g_1 + .. + g_n <= 0].",
)

v_simplex = head(
    "v_simplex",
    3,
    r"v_{%s}(T_{%s,%s})",
    lambda j, n, k: _entry(j, SimplexTangentCone(n, k)),
    "v_j of the tangent cone of the n-vertex simplex at a k-vertex face, v_simplex(j, n, k).",
)
v_l1 = head(
    "v_l1",
    3,
    r"v_{%s}(D_{%s,%s})",
    lambda j, n, s: _entry(j, L1DescentCone(n, s)),
    "v_j of the l1 descent cone, as v_l1(j, n, s).",
)
v_nonnegative = head(
    "v_nonnegative",
    3,
    r"v_{%s}(D^+_{%s,%s})",
    lambda j, n, s: _entry(j, NonnegativeL1DescentCone(n, s)),
    "v_j of the non-negative descent cone, as v_nonnegative(j, n, s).",
)
v_cube = head(
    "v_cube",
    3,
    r"v_{%s}(\mathbb{R}^{n-k}_+\times\mathbb{R}^k;\, n=%s, k=%s)",
    lambda j, n, k: _entry(j, CubeTangentCone(n, k)),
    "v_j of the tangent cone of the n-cube at a k-face, as v_cube(j, n, k).",
)
v_permutahedron_a = head(
    "v_permutahedron_a",
    2,
    r"v_{%s}(P^A_{%s})",
    lambda j, n: _entry(j, PermutahedronTangentCone(n)),
    "v_j of the tangent cone of the permutahedron.",
)
v_permutahedron_b = head(
    "v_permutahedron_b",
    2,
    r"v_{%s}(P^B_{%s})",
    lambda j, n: _entry(j, PermutahedronTangentCone(n, "B")),
    "v_j of the tangent cone of the type B permutahedron.",
)

recovery_l1 = head(
    "recovery_l1",
    3,
    r"P_{\ell_1}(%s,%s,%s)",
    lambda n, s, m: recovery_probability(n, s, m, "l1", DIGITS),
    "The probability of l1 recovery, as recovery_l1(n, s, m).",
)
recovery_nonnegative = head(
    "recovery_nonnegative",
    3,
    r"P_{+}(%s,%s,%s)",
    lambda n, s, m: recovery_probability(n, s, m, "nonnegative", DIGITS),
    "The probability of non-negative recovery.",
)
recovery_orthant = head(
    "recovery_orthant",
    3,
    r"P_{\geq 0}(%s,%s,%s)",
    lambda n, s, m: recovery_probability(n, s, m, "orthant", DIGITS),
    "The probability that the non-negative solution is unique.",
)

psi = head(
    "psi",
    2,
    r"\psi_{(c)}(%s;\, c=%s)",
    lambda rho, c: sparse.statistical_dimension_curve(_real(rho), _kind(c), DIGITS),
    "The limit of the statistical dimension over n.",
)
rho_weak = head(
    "rho_weak",
    2,
    r"\rho_W(%s;\, c=%s)",
    lambda delta, c: (sparse.weak_l1 if c == 2 else sparse.weak_nonnegative)(delta).enclose(DIGITS),
    "The weak threshold.",
)
rho_strong = head(
    "rho_strong",
    2,
    r"\rho_S(%s;\, c=%s)",
    lambda delta, c: (sparse.strong_l1 if c == 2 else sparse.strong_simplex)(delta).enclose(DIGITS),
    "The strong threshold.",
)
rho_weak_orthant = head(
    "rho_weak_orthant",
    1,
    r"\rho_W^{\geq 0}(%s)",
    lambda delta: sparse.weak_orthant(delta).value,
    "The weak threshold of the orthant.",
)
rho_strong_orthant = head(
    "rho_strong_orthant",
    1,
    r"\rho_S^{\geq 0}(%s)",
    lambda delta: sparse.strong_orthant(delta).enclose(DIGITS),
    "The strong threshold of the orthant.",
)
Psi_int = head(
    "Psi_int",
    2,
    r"\Psi_{\mathrm{int}}(%s,%s)",
    lambda nu, gamma: internal_exponent(nu, _real(gamma), DIGITS),
    "The exponent of the internal angles.",
)
Psi_ext = head(
    "Psi_ext",
    2,
    r"\Psi_{\mathrm{ext}}(%s;\, c=%s)",
    lambda nu, c: external_exponent(nu, _kind(c), DIGITS),
    "The exponent of the external angles.",
)
