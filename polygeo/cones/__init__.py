"""Cones and finite unions of cones: one family a file."""

from polygeo.cones.cone import Cone, PolarCone, ProductCone
from polygeo.cones.fan import SignCountFan
from polygeo.cones.subspace import HalfSpace, Ray, Subspace

__all__ = ["Cone", "HalfSpace", "PolarCone", "ProductCone", "Ray", "SignCountFan", "Subspace"]
