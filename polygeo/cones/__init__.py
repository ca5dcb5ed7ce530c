"""Cones and finite unions of cones: one family a file."""

from polygeo.cones.arrangements.affine import AffineArrangement
from polygeo.cones.arrangements.arrangement import (
    GenericArrangement,
    HyperplaneArrangement,
    ReflectionArrangement,
)
from polygeo.cones.cone import Cone, PolarCone, ProductCone
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
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.projection import estimate_from_projection
from polygeo.cones.union import ConeUnion
from polygeo.exports import listing

__all__ = [
    "AffineArrangement",
    "CircularCone",
    "Cone",
    "ConeUnion",
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
    "estimate_from_projection",
]
__dir__ = listing(__all__)
