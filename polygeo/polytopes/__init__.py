"""Random polytopes and cells of random tessellations: expected face numbers, one model a file."""

from polygeo.polytopes.fvector import FVector
from polygeo.polytopes.pipolynomial import PiPolynomial

__all__ = ["FVector", "PiPolynomial"]
