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
from polygeo.symbols.quantity import entry_head, head, heads


def _volume(call: str, cone: str, family: Callable[..., Any], **fixed: Any) -> Any:
    """Return the head v_k(cone), ``cone`` being LaTeX with #2, .. for the parameters."""
    return entry_head(call, rf"v_{{#1}}({cone})", family, **fixed)


def _expected(name: str, template: str, family: Callable[..., Any], vector: str) -> Any:
    return entry_head(name, rf"\mathbb{{E}}\,{template}", family, f"expected_{vector}")


v_orthant = _volume("v_orthant", r"\mathbb{R}^{#2}_+", Orthant)
v_subspace = _volume("v_subspace", r"L_{#2} \subset \mathbb{R}^{#3}", Subspace)
v_half_space = _volume("v_half_space", r"\mathbb{R}^{#2}_{x_1 \geq 0}", HalfSpace)
v_ray = _volume("v_ray", r"\mathbb{R}_+ e_1 \subset \mathbb{R}^{#2}", Ray)
v_weyl_A = _volume("v_weyl_A", r"\mathcal{W}(A_{#2})", WeylChamber, type="A")
v_weyl_B = _volume("v_weyl_B", r"\mathcal{W}(B_{#2})", WeylChamber, type="B")
v_weyl_D = _volume("v_weyl_D", r"\mathcal{W}(D_{#2})", WeylChamber, type="D")
v_weyl_E = _volume("v_weyl_E", r"\mathcal{W}(E_{#2})", WeylChamber, type="E")
v_weyl_F = _volume("v_weyl_F", r"\mathcal{W}(F_4)", WeylChamber, type="F", index=4)
v_weyl_H = _volume("v_weyl_H", r"\mathcal{W}(H_{#2})", WeylChamber, type="H")
v_weyl_I2 = _volume("v_weyl_I2", r"\mathcal{W}(I_2(#2))", WeylChamber, type="I2")
v_monotone = _volume("v_monotone", r"\mathcal{M}_{#2}", MonotoneCone)
v_circular = _volume("v_circular", r"\operatorname{Circ}_{#2}(#3)", CircularCone)
v_psd = _volume("v_psd", r"\operatorname{PSD}_{#2}", PSDCone)
v_schlaefli = _expected("v_schlaefli", "v_{#1}(S_{#2,#3})", SchlaefliCone, "intrinsic_volumes")
v_cover_efron = _expected("v_cover_efron", "v_{#1}(C_{#2,#3})", CoverEfronCone, "intrinsic_volumes")
f_schlaefli = _expected("f_schlaefli", "f_{#1}(S_{#2,#3})", SchlaefliCone, "f_vector")
f_cover_efron = _expected("f_cover_efron", "f_{#1}(C_{#2,#3})", CoverEfronCone, "f_vector")
cells = head(
    "cells",
    "R(#1,#2)",
    GenericArrangement,
    lambda n, d: GenericArrangement(n, d).number_of_regions(),
)
chi_generic = head(
    "chi_generic",
    r"\chi_{#1,#2}(#3)",
    GenericArrangement,
    lambda n, d, t: GenericArrangement(n, d).characteristic_polynomial(t),
)

__all__ = heads(globals())
