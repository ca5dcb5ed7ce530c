"""Cones and finite unions of cones: one family a file."""

from polygeo.cones.arrangement import (
    GenericArrangement,
    HyperplaneArrangement,
    ReflectionArrangement,
)
from polygeo.cones.circular import CircularCone, LorentzCone
from polygeo.cones.cone import Cone, PolarCone, ProductCone
from polygeo.cones.crosspolytope import L1DescentCone, NonnegativeL1DescentCone
from polygeo.cones.cube import CubeTangentCone
from polygeo.cones.fan import SignCountFan
from polygeo.cones.monotone import MonotoneCone, NonnegativeMonotoneCone
from polygeo.cones.orthant import Orthant
from polygeo.cones.permutahedron import PermutahedronTangentCone
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.projection import estimate_from_projection
from polygeo.cones.psd import PSDCone
from polygeo.cones.random_cones import CoverEfronCone, SchlaefliCone
from polygeo.cones.simplex import SimplexTangentCone
from polygeo.cones.subspace import HalfSpace, Ray, Subspace
from polygeo.cones.union import ConeUnion
from polygeo.cones.weyl import WeylChamber

__all__ = [
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


def __dir__() -> list[str]:
    return sorted(__all__)
