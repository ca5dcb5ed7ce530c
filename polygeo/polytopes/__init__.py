"""Random polytopes and cells of random tessellations: expected face numbers."""

from polygeo.exports import from_stub, listing

__all__, __getattr__ = from_stub(__name__, __file__)
__dir__ = listing(__all__)
