"""Faces of a pointed cone cut into simplicial cones, all with one order of the rays.

Pulling: a face is the union of the cones spanned by its first ray and the pieces of its facets
that do not hold that ray. The pieces of a face are the same in every face that it belongs to.
"""

from __future__ import annotations

from polygeo.polyhedra.lattice import FaceLattice

__all__ = ["Triangulation"]


class Triangulation:
    """The pieces of the faces of one lattice, kept once they are found.

    >>> square = FaceLattice.of_facets(4, [0b0011, 0b0110, 0b1100, 0b1001], 3)
    >>> [bin(piece) for piece in Triangulation(square).pieces(0b1111, 3)]
    ['0b111', '0b1101']
    """

    def __init__(self, lattice: FaceLattice) -> None:
        self.lattice = lattice
        self._known: dict[int, tuple[int, ...]] = {0: (0,)}

    def pieces(self, face: int, dim: int) -> tuple[int, ...]:
        """Return the simplicial cones of a face of dimension ``dim``, as bit sets of rays."""
        if face.bit_count() == dim:
            return (face,)
        if face not in self._known:
            apex = face & -face
            self._known[face] = tuple(
                apex | piece
                for facet in self.lattice.below(face, dim - 1)
                if not facet & apex
                for piece in self.pieces(facet, dim - 1)
            )
        return self._known[face]
