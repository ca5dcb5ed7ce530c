"""Conic intrinsic volumes, and the kinematic formulas for all sets that have such volumes.

The names are in ``__init__.pyi``. `chi_bar_weights` decides between a proof and a simulation of a
cone, so that it is written in ``cones/``.
"""

from polygeo.exports import from_stub, listing

__all__, __getattr__ = from_stub(__name__, __file__)
__dir__ = listing(__all__)
