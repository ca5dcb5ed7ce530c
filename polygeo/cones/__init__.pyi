from polygeo.cones.arrangements.affine import AffineArrangement as AffineArrangement
from polygeo.cones.arrangements.arrangement import GenericArrangement as GenericArrangement
from polygeo.cones.arrangements.arrangement import HyperplaneArrangement as HyperplaneArrangement
from polygeo.cones.arrangements.arrangement import ReflectionArrangement as ReflectionArrangement
from polygeo.cones.cone import Cone as Cone
from polygeo.cones.cone import PolarCone as PolarCone
from polygeo.cones.cone import ProductCone as ProductCone
from polygeo.cones.conic_set import ConicSet as ConicSet
from polygeo.cones.families.circular import CircularCone as CircularCone
from polygeo.cones.families.circular import LorentzCone as LorentzCone
from polygeo.cones.families.crosspolytope import L1DescentCone as L1DescentCone
from polygeo.cones.families.crosspolytope import (
    NonnegativeL1DescentCone as NonnegativeL1DescentCone,
)
from polygeo.cones.families.cube import CubeTangentCone as CubeTangentCone
from polygeo.cones.families.fan import SignCountFan as SignCountFan
from polygeo.cones.families.monotone import MonotoneCone as MonotoneCone
from polygeo.cones.families.monotone import NonnegativeMonotoneCone as NonnegativeMonotoneCone
from polygeo.cones.families.orthant import Orthant as Orthant
from polygeo.cones.families.permutahedron import (
    PermutahedronTangentCone as PermutahedronTangentCone,
)
from polygeo.cones.families.psd import PSDCone as PSDCone
from polygeo.cones.families.random_cones import CoverEfronCone as CoverEfronCone
from polygeo.cones.families.random_cones import SchlaefliCone as SchlaefliCone
from polygeo.cones.families.simplex import SimplexTangentCone as SimplexTangentCone
from polygeo.cones.families.subspace import HalfSpace as HalfSpace
from polygeo.cones.families.subspace import Ray as Ray
from polygeo.cones.families.subspace import Subspace as Subspace
from polygeo.cones.families.weyl import WeylChamber as WeylChamber
from polygeo.cones.of_constraints import constraint_cone as constraint_cone
from polygeo.cones.polyhedral import PolyhedralCone as PolyhedralCone
from polygeo.cones.projection import estimate_from_projection as estimate_from_projection
from polygeo.cones.union import ConeUnion as ConeUnion
