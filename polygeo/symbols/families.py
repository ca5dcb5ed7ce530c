"""SymPy heads for the volumes and face numbers of the closed-form cone families.

Made by a table: the first argument is the index k, the others are the parameters of the family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polygeo.cones.arrangements.arrangement import GenericArrangement
from polygeo.cones.families.circular import CircularCone
from polygeo.cones.families.monotone import MonotoneCone
from polygeo.cones.families.orthant import Orthant
from polygeo.cones.families.psd import PSDCone
from polygeo.cones.families.random_cones import CoverEfronCone, SchlaefliCone
from polygeo.cones.families.subspace import HalfSpace, Ray, Subspace
from polygeo.cones.families.weyl import WeylChamber
from polygeo.symbols.quantity import entry_head, head

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


def _volume(name: str, arity: int, cone: str, family: Callable[..., Any], *options: Any) -> Any:
    """The head v_k(cone), ``cone`` being LaTeX with #2, .. for the parameters."""
    template = rf"v_{{#1}}({cone})"
    return entry_head(name, arity, template, family, "intrinsic_volumes", options=options)


v_orthant = _volume("v_orthant", 2, r"\mathbb{R}^{#2}_+", Orthant)
v_subspace = _volume("v_subspace", 3, r"L_{#2} \subset \mathbb{R}^{#3}", Subspace)
v_half_space = _volume("v_half_space", 2, r"\mathbb{R}^{#2}_{x_1 \geq 0}", HalfSpace)
v_ray = _volume("v_ray", 2, r"\mathbb{R}_+ e_1 \subset \mathbb{R}^{#2}", Ray)
v_weyl_A = _volume("v_weyl_A", 2, r"\mathcal{W}(A_{#2})", WeylChamber, "A")
v_weyl_B = _volume("v_weyl_B", 2, r"\mathcal{W}(B_{#2})", WeylChamber, "B")
v_weyl_D = _volume("v_weyl_D", 2, r"\mathcal{W}(D_{#2})", WeylChamber, "D")
v_weyl_E = _volume("v_weyl_E", 2, r"\mathcal{W}(E_{#2})", WeylChamber, "E")
v_weyl_F = _volume("v_weyl_F", 1, r"\mathcal{W}(F_4)", WeylChamber, "F", 4)
v_weyl_H = _volume("v_weyl_H", 2, r"\mathcal{W}(H_{#2})", WeylChamber, "H")
v_weyl_I2 = _volume("v_weyl_I2", 2, r"\mathcal{W}(I_2(#2))", WeylChamber, "I2")
v_monotone = _volume("v_monotone", 2, r"\mathcal{M}_{#2}", MonotoneCone)
v_circular = _volume("v_circular", 3, r"\operatorname{Circ}_{#2}(#3)", CircularCone)
v_psd = _volume("v_psd", 2, r"\operatorname{PSD}_{#2}", PSDCone)

v_schlaefli = head(
    "v_schlaefli",
    3,
    r"\mathbb{E}\,v_{#1}(S_{#2,#3})",
    lambda k, n, d: SchlaefliCone(n, d).expected_intrinsic_volumes()[k],
    "The expected volumes of the Schläfli cone, as v_schlaefli(k, n, d).",
    SchlaefliCone,
)
v_cover_efron = head(
    "v_cover_efron",
    3,
    r"\mathbb{E}\,v_{#1}(C_{#2,#3})",
    lambda k, n, d: CoverEfronCone(n, d).expected_intrinsic_volumes()[k],
    "The expected volumes of the Cover-Efron cone, as v_cover_efron(k, n, d).",
    CoverEfronCone,
)
f_schlaefli = head(
    "f_schlaefli",
    3,
    r"\mathbb{E}\,f_{#1}(S_{#2,#3})",
    lambda k, n, d: SchlaefliCone(n, d).expected_f_vector()[k],
    "The expected face numbers of the Schläfli cone, as f_schlaefli(k, n, d).",
    SchlaefliCone,
)
f_cover_efron = head(
    "f_cover_efron",
    3,
    r"\mathbb{E}\,f_{#1}(C_{#2,#3})",
    lambda k, n, d: CoverEfronCone(n, d).expected_f_vector()[k],
    "The expected face numbers of the Cover-Efron cone, as f_cover_efron(k, n, d).",
    CoverEfronCone,
)
cells = head(
    "cells",
    2,
    "R(#1,#2)",
    lambda n, d: GenericArrangement(n, d).number_of_regions(),
    "The number of cells of n generic hyperplanes through 0 in R^d, as cells(n, d).",
    GenericArrangement,
)
chi_generic = head(
    "chi_generic",
    3,
    r"\chi_{#1,#2}(#3)",
    lambda n, d, t: GenericArrangement(n, d).characteristic_polynomial(t),
    "The characteristic polynomial of n generic hyperplanes in R^d, as chi_generic(n, d, t).",
    GenericArrangement,
)
