"""The face lattice of a pointed polyhedral cone, from the incidences of rays and facets.

A face is the bit set of the extreme rays in it. The facets of a face F are the maximal sets among
the intersections of F with the facets of the cone that do not hold F, which gives the lattice
from the top down (kaibelpfetsch2002computing). The lattice of the dual cone is the
same one upside down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from polygeo.errors import DomainError

__all__ = ["FaceLattice", "Triangulation", "facets_of", "members"]

MAX_FACES = 100_000
"""Largest number of faces that are listed."""


def members(mask: int) -> tuple[int, ...]:
    """Return the indices in a bit set.

    >>> members(0b1011)
    (0, 1, 3)
    """
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return tuple(found)


@dataclass(frozen=True)
class FaceLattice:
    """Lattice of the faces of a cone, ``levels[k]`` the faces of dimension k as bit sets of rays.

    The last level is the cone.

    >>> square = FaceLattice.of_facets(4, [0b0011, 0b0110, 0b1100, 0b1001], 3)
    >>> square.f_vector, [members(face) for face in square.levels[2]]
    ((1, 4, 4, 1), [(0, 1), (1, 2), (0, 3), (2, 3)])
    """

    levels: tuple[tuple[int, ...], ...]

    @classmethod
    def of_facets(cls, rays: int, facets: Sequence[int], dim: int) -> FaceLattice:
        """Return the lattice of a cone of dimension ``dim`` with ``rays`` rays and these facets."""
        top = (1 << rays) - 1
        levels: list[tuple[int, ...]] = [(top,)]
        total = 1
        for _ in range(dim):
            below: set[int] = set()
            for face in levels[-1]:
                below |= facets_of(face, facets)
                if total + len(below) > MAX_FACES:
                    raise DomainError(
                        f"at most {MAX_FACES} faces are listed; the cone with {rays} rays, "
                        f"{len(facets)} facets and dimension {dim} has more"
                    )
            levels.append(tuple(sorted(below)))
            total += len(below)
        return cls(tuple(reversed(levels)))

    @property
    def dim(self) -> int:
        """Dimension of the cone."""
        return len(self.levels) - 1

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """Numbers of faces (f_0, ..., f_dim) by dimension."""
        return tuple(map(len, self.levels))

    def below(self, face: int, dim: int) -> tuple[int, ...]:
        """Return the faces of one dimension inside a face."""
        return tuple(other for other in self.levels[dim] if other & face == other)

    def restricted(self, face: int, dim: int) -> FaceLattice:
        """Return the lattice of a face of dimension dim."""
        return FaceLattice(tuple(self.below(face, k) for k in range(dim + 1)))

    @cached_property
    def facets(self) -> tuple[int, ...]:
        """The faces of dimension dim - 1 (none for the zero cone)."""
        return self.levels[-2] if self.dim else ()

    def facets_above(self, face: int) -> int:
        """Return the bit set of the facets (by position in ``facets``) that hold a face."""
        return sum(1 << i for i, facet in enumerate(self.facets) if face & facet == face)

    @cached_property
    def dual(self) -> FaceLattice:
        """The lattice of the dual cone, whose rays are the facets, in their order."""
        return FaceLattice(
            tuple(tuple(map(self.facets_above, level)) for level in reversed(self.levels))
        )


def facets_of(face: int, facets: Sequence[int]) -> set[int]:
    """Return the facets of a face: its largest intersections with facets that do not hold it."""
    parts = sorted({face & facet for facet in facets} - {face}, key=int.bit_count, reverse=True)
    found: list[int] = []
    for part in parts:
        if not any(part & other == part for other in found):
            found.append(part)
    return set(found)


class Triangulation:
    """The faces of one lattice cut into simplicial cones by pulling, with one order of the rays.

    A face is the union of the cones spanned by its first ray and the pieces of its facets that do
    not hold that ray; its pieces are the same in every face that it belongs to.

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
