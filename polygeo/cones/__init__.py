"""Cones and finite unions of cones.

Each family of cones is one class in its own file of ``families/``. Every set has the same methods:
``contains``, ``intrinsic_volumes``, ``estimate_intrinsic_volumes``, ``polar``, ``project``,
sections by random subspaces, rotations; see `Cone` and `ConicSet`.
"""

from importlib import import_module
from pkgutil import iter_modules

from polygeo.cones import families
from polygeo.cones.arrangements.affine import AffineArrangement
from polygeo.cones.arrangements.arrangement import (
    GenericArrangement,
    HyperplaneArrangement,
    ReflectionArrangement,
)
from polygeo.cones.cone import Cone, PolarCone, ProductCone
from polygeo.cones.conic_set import ConicSet
from polygeo.cones.families.circular import CircularCone, LorentzCone
from polygeo.cones.families.crosspolytope import L1DescentCone, NonnegativeL1DescentCone
from polygeo.cones.families.cube import CubeTangentCone
from polygeo.cones.families.fan import SignCountFan
from polygeo.cones.families.monotone import MonotoneCone, NonnegativeMonotoneCone
from polygeo.cones.families.orthant import Orthant
from polygeo.cones.families.permutahedron import PermutahedronTangentCone
from polygeo.cones.families.psd import PSDCone
from polygeo.cones.families.random_cones import CoverEfronCone, SchlaefliCone
from polygeo.cones.families.simplex import SimplexTangentCone
from polygeo.cones.families.subspace import HalfSpace, Ray, Subspace
from polygeo.cones.families.weyl import WeylChamber
from polygeo.cones.of_constraints import constraint_cone
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.projection import estimate_from_projection
from polygeo.cones.registry import FAMILIES
from polygeo.cones.union import ConeUnion
from polygeo.exports import listing

__all__ = [
    "AffineArrangement",
    "CircularCone",
    "Cone",
    "ConeUnion",
    "ConicSet",
    "CoverEfronCone",
    "CubeTangentCone",
    "GenericArrangement",
    "HalfSpace",
    "HyperplaneArrangement",
    "L1DescentCone",
    "LorentzCone",
    "MonotoneCone",
    "NonnegativeL1DescentCone",
    "NonnegativeMonotoneCone",
    "Orthant",
    "PSDCone",
    "PermutahedronTangentCone",
    "PolarCone",
    "PolyhedralCone",
    "ProductCone",
    "Ray",
    "ReflectionArrangement",
    "SchlaefliCone",
    "SignCountFan",
    "SimplexTangentCone",
    "Subspace",
    "WeylChamber",
    "constraint_cone",
    "estimate_from_projection",
]
for _module in iter_modules(families.__path__, f"{families.__name__}."):
    import_module(_module.name)
for _family in FAMILIES.values():
    if isinstance(_family.make, type) and _family.make.__name__ not in __all__:
        globals()[_family.make.__name__] = _family.make
        __all__ += [_family.make.__name__]
__dir__ = listing(__all__)
