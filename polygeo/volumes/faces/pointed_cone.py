"""A pointed polyhedral cone with its faces, and its angles: the geometry behind its volumes.

v_k(C) is the sum over the k-dimensional faces F of the angle of F times the angle of the normal
cone of F, both as fractions of a sphere (amelunxenlotz2017intrinsic, section 2.2). For a cone of
dimension n that is no subspace v_0 + v_2 + ... = v_1 + v_3 + ... = 1/2, so angles of dimension 5
are never needed, and of v_0 and v_4 in dimension 4 only one:

* n = 3: v_2 and v_1 from plane angles; n = 4: v_3, v_1 and v_2 from plane and trihedral angles,
  then v_4 or v_0 by cutting the cone, or its dual, into simplicial cones;
* n = 5: v_4 and v_1 from the facets and the normal cones of the rays (dimension 4), v_2 and v_3
  from plane and trihedral angles, then v_0 = 1/2 - v_2 - v_4 and v_5 = 1/2 - v_1 - v_3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gmpy2 import mpq

from polygeo.errors import DomainError, NoExactValue
from polygeo.polyhedra.description import GeneratingSet, incidences
from polygeo.polyhedra.lattice import FaceLattice, members
from polygeo.polyhedra.vectors import Vector, adjugate, dot, project_off, rank
from polygeo.volumes.angleform import AngleForm, SolidAngle4
from polygeo.volumes.anglesum import AngleSum

__all__ = ["HALF", "MAX_DIM", "PointedCone", "orthogonal_groups", "simplices_of", "volume_forms"]

MAX_DIM = 5
"""Largest dimension in which volumes are forms in angles."""

MAX_FACES = 3000
"""Largest number of faces of a cone whose volumes are computed."""

HALF = AngleForm.of(mpq(1, 2))


@dataclass(frozen=True, eq=False)
class PointedCone:
    """A pointed cone: vectors on its extreme rays (any index order) and its face lattice."""

    vectors: tuple[Vector, ...]
    lattice: FaceLattice

    @classmethod
    def of(cls, cone: GeneratingSet) -> PointedCone:
        """Read a pointed cone from its vectors."""
        facets = incidences(cone.extreme, cone.dual_vectors)
        dim = len(cone.span)
        return cls(cone.extreme, FaceLattice.of_facets(len(cone.extreme), facets, dim))

    @property
    def dim(self) -> int:
        """Dimension of the cone."""
        return self.lattice.dim

    @property
    def rays(self) -> tuple[int, ...]:
        """Indices of the vectors on extreme rays."""
        return members(self.lattice.levels[-1][0])

    def face(self, face: int, dim: int) -> PointedCone:
        """Return a face of dimension dim as a cone of its own."""
        return PointedCone(self.vectors, self.lattice.restricted(face, dim))

    def normal_cone(self, face: int, dim: int) -> PointedCone:
        """Return the (opposite of the) normal cone of a face of dimension dim, inside the span."""
        return self.dual.face(self.lattice.facets_above(face), self.dim - dim)

    @cached_property
    def dual(self) -> PointedCone:
        """The dual cone inside the span; its rays are the inner normals of the facets."""
        normals = tuple(self._normal(facet) for facet in self.lattice.facets)
        return PointedCone(normals, self.lattice.dual)

    def _normal(self, facet: int) -> Vector:
        """Return the part of a ray off a facet that is orthogonal to the facet."""
        basis: list[Vector] = []
        for i in members(facet):
            if len(basis) == self.dim - 1:
                break
            if rank([*basis, self.vectors[i]]) > len(basis):
                basis.append(self.vectors[i])
        outside = next(i for i in self.rays if not facet >> i & 1)
        return project_off([self.vectors[outside]], basis)[0]

    def volumes(self) -> list[AngleForm]:
        """Return v_0, ..., v_dim as forms in angles, for dim <= 5."""
        match self.dim:
            case 0:
                return [AngleForm.of(1)]
            case 1:
                return [HALF, HALF]
            case 2:
                angle = self.angle()
                return [HALF - angle, HALF, angle]
            case 3:
                first, second = self.first(), self.last()
                return [HALF - second, first, second, HALF - first]
            case 4:
                second, third = self.middle(2), self.last()
                fourth = self._angle_of_four(second)
                return [HALF - second - fourth, HALF - third, second, third, fourth]
        first, fourth = self.first(), self.last()
        second, third = self.middle(2), self.middle(3)
        return [HALF - second - fourth, first, second, third, fourth, HALF - first - third]

    def first(self) -> AngleForm:
        """Return v_1: half the angles of the normal cones of the rays."""
        return AngleForm.total(self._outer_angles(1)).scaled(mpq(1, 2))

    def last(self) -> AngleForm:
        """Return v_{n-1}: half the angles of the facets."""
        return AngleForm.total(self._angles(self.dim - 1)).scaled(mpq(1, 2))

    def middle(self, k: int) -> AngleForm:
        """Return v_k as the sum of products of inner and outer angles."""
        pairs = zip(self._angles(k), self._outer_angles(k), strict=True)
        return AngleForm.total(a * b for a, b in pairs)

    def _angles(self, k: int) -> list[AngleForm]:
        """Return the angles of the k-dimensional faces, in the order of the lattice."""
        return [self.face(face, k).angle() for face in self.lattice.levels[k]]

    def _outer_angles(self, k: int) -> list[AngleForm]:
        return [self.normal_cone(face, k).angle() for face in self.lattice.levels[k]]

    def angle(self) -> AngleForm:
        """Return the solid angle over the whole sphere of the span, for dim <= 4."""
        match self.dim:
            case 0:
                return AngleForm.of(1)
            case 1:
                return HALF
            case 2:
                return AngleForm.of(self._plane_angle())
            case 3:
                return AngleForm.of(self.trihedral_angle())
        return self._angle_of_four(self.middle(2))

    def _plane_angle(self) -> AngleSum:
        u, v = (self.vectors[i] for i in self.rays)
        return mpq(1, 2) * AngleSum.between(dot(u, u), dot(v, v), dot(u, v))

    def trihedral_angle(self) -> AngleSum:
        """Compute v_3 for n = 3 by Girard's theorem.

        It is the sum of the angles at the m rays, less m - 2 half turns, over two full turns.
        """
        parts = []
        for i in self.rays:
            ray = self.vectors[i]
            sides = [face & ~(1 << i) for face in self.lattice.levels[2] if face >> i & 1]
            u, v = (self.vectors[members(side)[0]] for side in sides)
            rr, ru, rv = dot(ray, ray), dot(ray, u), dot(ray, v)
            parts.append(
                AngleSum.between(
                    rr * dot(u, u) - ru * ru, rr * dot(v, v) - rv * rv, rr * dot(u, v) - ru * rv
                )
            )
        return mpq(1, 4) * (AngleSum.total(parts) - AngleSum(mpq(len(parts) - 2)))

    def _angle_of_four(self, second: AngleForm) -> AngleForm:
        """v_4 in dimension 4, given v_2: cut the cone, or the dual for v_0 = 1/2 - v_2 - v_4."""
        here, there = simplices_of(self.lattice), simplices_of(self.lattice.dual)
        if len(here) <= len(there):
            return self.sum_over(here)
        return HALF - second - self.dual.sum_over(there)

    def sum_over(self, simplices: Sequence[Sequence[int]]) -> AngleForm:
        """Sum the solid angles of simplicial cones, given by numbers of rays; of dimension 4."""
        parts = []
        for simplex in simplices:
            chosen = [self.vectors[i] for i in simplex]
            normals = adjugate([[dot(u, v) for v in chosen] for u in chosen])
            parts.append(AngleForm.of(SolidAngle4(normals)))
        return AngleForm.total(parts)


def simplices_of(lattice: FaceLattice) -> list[tuple[int, ...]]:
    """Divide a cone of dimension 4 into simplicial cones, given by numbers of rays.

    Pull a ray, then a ray of each facet off it.

    The ray is chosen to give the fewest: facets on it are left out, one with m rays counts m - 2.
    """
    facets = lattice.levels[3]

    def count(ray: int) -> int:
        return sum(facet.bit_count() - 2 for facet in facets if not facet >> ray & 1)

    apex = min(members(lattice.levels[4][0]), key=count)
    simplices = []
    for facet in (facet for facet in facets if not facet >> apex & 1):
        first = members(facet)[0]
        for edge in lattice.below(facet, 2):
            if not edge >> first & 1:
                simplices.append((apex, first, *members(edge)))
    return simplices


def volume_forms(cone: GeneratingSet) -> tuple[AngleForm, ...]:
    """Return v_0, ..., v_d of cone(vectors) + span(lines) in R^d, as exact forms in angles.

    The lineality space is divided out and the cone is split into mutually orthogonal factors.
    Raises NoExactValue when a factor has a dimension above 5, DomainError when it has more than
    3000 faces.

    >>> from polygeo.volumes.angleform import values_of
    >>> values_of(volume_forms(GeneratingSet(3, ((1, 0, 0), (1, 1, 0)))), 10)
    [mpq(3,8), mpq(1,2), mpq(1,8), mpq(0,1)]
    """
    volumes = [AngleForm.of(1)]
    for group in orthogonal_groups(cone.extreme):
        if len(group) == 1:
            volumes = _convolution(volumes, [HALF, HALF])
            continue
        factor = GeneratingSet(cone.dim, group)
        if len(factor.span) > MAX_DIM:
            raise NoExactValue(
                f"volumes are forms in angles up to dimension {MAX_DIM}, after lineality and "
                f"orthogonal factors; got dimension {len(factor.span)}"
            )
        figure = PointedCone.of(factor)
        if sum(figure.lattice.f_vector) > MAX_FACES:
            raise DomainError(
                f"certified volumes need at most {MAX_FACES} faces; "
                f"got {sum(figure.lattice.f_vector)}"
            )
        volumes = _convolution(volumes, figure.volumes())
    padded = [AngleForm()] * len(cone.lineality) + volumes
    return (*padded, *[AngleForm()] * (cone.dim + 1 - len(padded)))


def orthogonal_groups(vectors: Sequence[Vector]) -> list[tuple[Vector, ...]]:
    """Return the finest partition into orthogonal sets: the cone is the sum of their cones."""
    groups: list[list[Vector]] = []
    for v in vectors:
        touched = [group for group in groups if any(dot(v, w) for w in group)]
        groups = [group for group in groups if not any(group is other for other in touched)]
        groups.append([w for group in touched for w in group] + [v])
    return [tuple(group) for group in groups]


def _convolution(a: Sequence[AngleForm], b: Sequence[AngleForm]) -> list[AngleForm]:
    return [
        AngleForm.total(a[i] * b[k - i] for i in range(max(0, k - len(b) + 1), min(k + 1, len(a))))
        for k in range(len(a) + len(b) - 1)
    ]
