"""SymPy heads for the volumes and face numbers of the closed-form cone families.

Made by a table: the first argument is the index k, the others are the parameters of the family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gmpy2 import mpq

from polygeo.cones.arrangement import GenericArrangement
from polygeo.cones.circular import CircularCone
from polygeo.cones.monotone import MonotoneCone
from polygeo.cones.orthant import Orthant
from polygeo.cones.psd import PSDCone
from polygeo.cones.random_cones import CoverEfronCone, SchlaefliCone
from polygeo.cones.subspace import HalfSpace, Ray, Subspace
from polygeo.cones.weyl import WeylChamber
from polygeo.symbols.quantity import DIGITS, head

__all__ = [
    "cells",
    "chi_generic",
    "f_cover_efron",
    "f_schlaefli",
    "v_circular",
    "v_cover_efron",
    "v_half_space",
    "v_monotone",
    "v_orthant",
    "v_psd",
    "v_ray",
    "v_schlaefli",
    "v_subspace",
    "v_weyl_A",
    "v_weyl_B",
    "v_weyl_D",
    "v_weyl_E",
    "v_weyl_F",
    "v_weyl_H",
    "v_weyl_I2",
]


def _volume(name: str, arity: int, cone: str, family: Callable[..., Any]) -> Any:
    """The head v_k(cone), ``cone`` being LaTeX with %s for each parameter."""

    def evaluator(k: int, *parameters: Any) -> Any:
        volumes = family(*parameters).intrinsic_volumes(DIGITS)
        return volumes[k] if 0 <= k < len(volumes) else mpq(0)

    return head(name, arity, f"v_{{%s}}({cone})", evaluator, f"v_k of {family.__name__}.")


def _weyl(letter: str) -> Callable[..., WeylChamber]:
    def chamber(*index: int) -> WeylChamber:
        return WeylChamber(letter, *(index or (4,)))

    return chamber


v_orthant = _volume("v_orthant", 2, r"\mathbb{R}^{%s}_+", Orthant)
v_subspace = _volume("v_subspace", 3, r"L_{%s} \subset \mathbb{R}^{%s}", Subspace)
v_half_space = _volume("v_half_space", 2, r"\mathbb{R}^{%s}_{x_1 \geq 0}", HalfSpace)
v_ray = _volume("v_ray", 2, r"\mathbb{R}_+ e_1 \subset \mathbb{R}^{%s}", Ray)
v_weyl_A = _volume("v_weyl_A", 2, r"\mathcal{W}(A_{%s})", _weyl("A"))
v_weyl_B = _volume("v_weyl_B", 2, r"\mathcal{W}(B_{%s})", _weyl("B"))
v_weyl_D = _volume("v_weyl_D", 2, r"\mathcal{W}(D_{%s})", _weyl("D"))
v_weyl_E = _volume("v_weyl_E", 2, r"\mathcal{W}(E_{%s})", _weyl("E"))
v_weyl_F = _volume("v_weyl_F", 1, r"\mathcal{W}(F_4)", _weyl("F"))
v_weyl_H = _volume("v_weyl_H", 2, r"\mathcal{W}(H_{%s})", _weyl("H"))
v_weyl_I2 = _volume("v_weyl_I2", 2, r"\mathcal{W}(I_2(%s))", _weyl("I2"))
v_monotone = _volume("v_monotone", 2, r"\mathcal{M}_{%s}", MonotoneCone)
v_circular = _volume("v_circular", 3, r"\operatorname{Circ}_{%s}(%s)", CircularCone)
v_psd = _volume("v_psd", 2, r"\operatorname{PSD}_{%s}", PSDCone)

v_schlaefli = head(
    "v_schlaefli",
    3,
    r"\mathbb{E}\,v_{%s}(S_{%s,%s})",
    lambda k, n, d: SchlaefliCone(n, d).expected_intrinsic_volumes()[k],
    "The expected volumes of the Schläfli cone, as v_schlaefli(k, n, d).",
)
v_cover_efron = head(
    "v_cover_efron",
    3,
    r"\mathbb{E}\,v_{%s}(C_{%s,%s})",
    lambda k, n, d: CoverEfronCone(n, d).expected_intrinsic_volumes()[k],
    "The expected volumes of the Cover-Efron cone, as v_cover_efron(k, n, d).",
)
f_schlaefli = head(
    "f_schlaefli",
    3,
    r"\mathbb{E}\,f_{%s}(S_{%s,%s})",
    lambda k, n, d: SchlaefliCone(n, d).expected_f_vector()[k],
    "The expected face numbers of the Schläfli cone, as f_schlaefli(k, n, d).",
)
f_cover_efron = head(
    "f_cover_efron",
    3,
    r"\mathbb{E}\,f_{%s}(C_{%s,%s})",
    lambda k, n, d: CoverEfronCone(n, d).expected_f_vector()[k],
    "The expected face numbers of the Cover-Efron cone, as f_cover_efron(k, n, d).",
)
cells = head(
    "cells",
    2,
    "R(%s,%s)",
    lambda n, d: GenericArrangement(n, d).number_of_regions(),
    "The number of cells of n generic hyperplanes through 0 in R^d, as cells(n, d).",
)
chi_generic = head(
    "chi_generic",
    3,
    r"\chi_{%s,%s}(%s)",
    lambda n, d, t: GenericArrangement(n, d).characteristic_polynomial(t),
    "The characteristic polynomial of n generic hyperplanes in R^d, as chi_generic(n, d, t).",
)
