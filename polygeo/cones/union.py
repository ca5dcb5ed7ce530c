"""Finite unions of polyhedral cones: additive intrinsic volumes and the Euler characteristic.

The intrinsic volumes are valuations, v_k(A u B) + v_k(A ∩ B) = v_k(A) + v_k(B), and extend to
finite unions of cones (schneiderweil2008stochastic, section 6.5). With the distinct intersections
X of the pieces, 1_A = sum_X c_X 1_X for integers c_X, hence v_k(A) = sum_X c_X v_k(X). The sum is
built piece by piece, A u P = A + P - A n P; equal intersections are merged and those whose
coefficients cancel are dropped. When the pieces meet in common faces, that is when their faces
form a fan, the intersections are read off the rays; otherwise they are computed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any, TypeVar

from gmpy2 import mpq

from polygeo.answers.decimals import significant
from polygeo.answers.exact import abbreviate
from polygeo.answers.numerics.arithmetic import sum_of, times
from polygeo.answers.sequence import sequence
from polygeo.cones.cone import point_of
from polygeo.cones.conic_set import DIGITS, MAX_TERMS, SECONDS, ConicSet
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.work import seconds_of
from polygeo.errors import DomainError, NoExactValue
from polygeo.polyhedra.description import GeneratingSet, incidences
from polygeo.polyhedra.lattice import members
from polygeo.polyhedra.vectors import Vector, dot
from polygeo.volumes.angleform import AngleForm, values_of
from polygeo.volumes.faces.face_angles import MAX_SECONDS
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["ConeUnion"]

Key = TypeVar("Key", bound=Hashable)


class ConeUnion(ConicSet):
    """The union of finitely many polyhedral cones in one space; immutable, in general not convex.

    * ``cones``: at least one `PolyhedralCone`; DomainError otherwise.

    Two unions are equal when their lists of pieces are equal up to order and repetition.

    >>> quadrant = PolyhedralCone(rays=[[1, 0], [0, 1]])
    >>> opposite = PolyhedralCone(rays=[[-1, 0], [0, -1]])
    >>> both = ConeUnion([quadrant, opposite])
    >>> both.intrinsic_volumes(), both.euler_characteristic()
    (IntrinsicVolumes(-1/2, 1, 1/2), 2)
    """

    pieces: tuple[PolyhedralCone, ...]

    def __init__(self, cones: Iterable[PolyhedralCone]) -> None:
        pieces = sequence(cones, "ConeUnion")
        for piece in pieces:
            if not isinstance(piece, PolyhedralCone):
                raise DomainError(
                    f"ConeUnion needs PolyhedralCone pieces; got {abbreviate(repr(piece))}"
                )
        if not pieces:
            raise DomainError("ConeUnion needs at least one cone; got none")
        if len({piece.ambient_dim for piece in pieces}) > 1:
            dims = sorted({piece.ambient_dim for piece in pieces})
            raise DomainError(f"ConeUnion needs cones of one space; got ambient dimensions {dims}")
        self.__dict__["pieces"] = pieces

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("unions of cones are immutable")

    def __reduce__(self) -> tuple:
        return ConeUnion, (self.pieces,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConeUnion) and set(self.pieces) == set(other.pieces)

    def __hash__(self) -> int:
        return hash(frozenset(self.pieces))

    def __repr__(self) -> str:
        shown = [repr(piece) for piece in self.pieces[:4]]
        if len(self.pieces) > 4:
            shown.append(f"... {len(self.pieces) - 4} more")
        return f"ConeUnion([{', '.join(shown)}])"

    @property
    def ambient_dim(self) -> int:
        return self.pieces[0].ambient_dim

    @property
    def dim(self) -> int:
        return max(piece.dim for piece in self.pieces)

    def contains(self, x: Sequence[Any]) -> bool:
        """Decide whether a rational point ``x`` lies in one of the pieces (exact)."""
        point = point_of(x, self.ambient_dim)
        return any(piece.contains(point) for piece in self.pieces)

    @cached_property
    def _cones(self) -> tuple[PolyhedralCone, ...]:
        """The distinct pieces, each by its rays with its inequalities at hand."""
        return tuple(dict.fromkeys(map(_by_rays, self.pieces)))

    @cached_property
    def _rays(self) -> dict[Vector, int]:
        """All extreme rays of the pieces, numbered."""
        found = dict.fromkeys(ray for cone in self._cones for ray in cone.rays)
        return {ray: i for i, ray in enumerate(found)}

    def _mask(self, rays: Iterable[Vector]) -> int:
        return sum(1 << self._rays[ray] for ray in rays)

    @cached_property
    def is_fan(self) -> bool:
        """Whether any two pieces meet in a common face, so that all faces form a fan."""
        if len({cone.lineality_space for cone in self._cones}) > 1:
            return False
        numbered = tuple(self._rays)
        corners = [
            _Corner(cone, self._mask(cone.rays), incidences(numbered, cone.inequalities))
            for cone in self._cones
        ]
        return all(_meet_in_a_face(a, b, numbered) for a, b in combinations(corners, 2))

    @cached_property
    def terms(self) -> tuple[tuple[int, PolyhedralCone], ...]:
        """The pairs (c, X) with 1_A = sum c 1_X over intersections X of pieces, all c != 0.

        DomainError for more than 5000 intersections with c != 0 on the way.
        """
        if not self.is_fan:
            return _inclusion_exclusion(self._cones, lambda a, b: _by_rays(a & b))
        masks = [self._mask(cone.rays) for cone in self._cones]
        numbered, lines = tuple(self._rays), self._cones[0].lineality_space

        def cone(mask: int) -> PolyhedralCone:
            rays = tuple(numbered[i] for i in members(mask))
            return PolyhedralCone._of(
                True, GeneratingSet.irredundant(self.ambient_dim, rays, lines)
            )

        merged = _inclusion_exclusion(masks, lambda a, b: a & b)
        return tuple((c, cone(mask)) for c, mask in merged)

    @property
    def as_cone(self) -> PolyhedralCone | None:
        """Piece that contains all others, if there is one (then the union is convex), else None.

        >>> quadrant, ray = PolyhedralCone(rays=[[1, 0], [0, 1]]), PolyhedralCone(rays=[[1, 1]])
        >>> ConeUnion([ray, quadrant]).as_cone == quadrant
        True
        """
        return self.terms[0][1] if len(self.terms) == 1 else None

    def euler_characteristic(self) -> int:
        """Compute chi of the intersection with the unit sphere (exact), in any dimension.

        A convex cone contributes 1, a subspace of dimension k contributes 1 + (-1)^(k-1), the value
        of its sphere. chi is twice the sum of the odd intrinsic volumes, and no indicator of "not
        empty" unless A is convex.
        """
        return sum(c * _section(cone) for c, cone in self.terms)

    def volumes_within(self, seconds: float = SECONDS, digits: int = DIGITS) -> IntrinsicVolumes:
        return self.intrinsic_volumes(digits, seconds)

    def intrinsic_volumes(
        self, digits: int = DIGITS, max_seconds: float = MAX_SECONDS
    ) -> IntrinsicVolumes:
        """Compute (v_0, ..., v_d) of the union, possibly negative; they sum to 1.

        * ``digits``: digits of the Balls (default 30): an absolute error below 10^-digits, since
          the volumes of a union may vanish.
        * ``max_seconds``: largest estimated time for the volumes of all `terms` together, in
          seconds (default 3600).

        Exact or Balls as for `PolyhedralCone` (if `as_cone` is a cone, its volumes). NoExactValue
        where the volumes would take longer than max_seconds.
        """
        limit = seconds_of(max_seconds)
        if self.as_cone is not None:
            return self.as_cone.intrinsic_volumes(digits, max_seconds=limit)
        if not all(x._factors.low for _, x in self.terms):
            return self._summed(significant(digits), limit)
        columns = zip(*([form.scaled(c) for form in x._forms] for c, x in self.terms), strict=True)
        forms = [AngleForm.total(column) for column in columns]
        values = values_of(forms, digits, relative=False)
        return IntrinsicVolumes(values, convex=False, source="polyhedral.additivity")

    def signed_cones(self) -> tuple[tuple[int, PolyhedralCone], ...]:
        """Return the pairs (coefficient, cone) of `terms`."""
        return self.terms

    def _summed(self, digits: int, limit: float) -> IntrinsicVolumes:
        """The signed sum of the volumes of all terms, as numbers."""
        more = digits + len(str(sum(abs(c) for c, _ in self.terms))) + 1
        began, needed = time.monotonic(), 0.0
        for looked_at, (_, x) in enumerate(self.terms, 1):
            needed += x._factors.seconds(more)
            # What the estimates take themselves counts as well.
            if needed + time.monotonic() - began > limit:
                raise NoExactValue(
                    f"certified volumes of this union need those of {len(self.terms)} cones, "
                    f"{looked_at} of which take about {needed:.0f} s, and {limit:.0f} s are "
                    "allowed: give max_seconds=, or use estimate_intrinsic_volumes(samples, seed)"
                )
        vectors = [x.intrinsic_volumes(more, max_seconds=limit) for _, x in self.terms]
        scales = [mpq(c) for c, _ in self.terms]
        values = [
            sum_of(times(c, v[k]) for c, v in zip(scales, vectors, strict=True))
            for k in range(self.ambient_dim + 1)
        ]
        return IntrinsicVolumes(values, convex=False, source="polyhedral.additivity")


class _Corner:
    """A piece of a fan: its cone, its rays and its facets as bit sets of all rays."""

    def __init__(self, cone: PolyhedralCone, rays: int, facets: Sequence[int]) -> None:
        self.cone, self.rays = cone, rays
        self.facets = [facet & rays for facet in facets]

    def normals(self, face: int) -> list[Vector]:
        """The inner normals of the facets that hold a set of rays."""
        pairs = zip(self.cone.inequalities, self.facets, strict=True)
        return [normal for normal, facet in pairs if face & facet == face]

    def is_face(self, rays: int) -> bool:
        """Whether a set of rays is the set of all rays on a face."""
        hull = self.rays
        for facet in self.facets:
            if rays & facet == rays:
                hull &= facet
        return hull == rays


def _meet_in_a_face(a: _Corner, b: _Corner, numbered: Sequence[Vector]) -> bool:
    """Whether two cones with one lineality space meet in a face of both.

    That face then has their common rays. A vector y with y >= 0 on one cone, y > 0 off the face,
    and y <= 0 on the other proves it; if the obvious y does not, the intersection is computed.
    """
    common = a.rays & b.rays
    if not (a.is_face(common) and b.is_face(common)):
        return False
    dim = a.cone.ambient_dim
    y = [0] * dim
    for sign, corner in ((1, a), (-1, b)):
        for normal in corner.normals(common):
            y = [s + sign * c for s, c in zip(y, normal, strict=True)]
    above = all(dot(y, numbered[i]) > 0 for i in members(a.rays & ~common))
    if above and all(dot(y, numbered[i]) <= 0 for i in members(b.rays)):
        return True
    return set((a.cone & b.cone).rays) == {numbered[i] for i in members(common)}


def _inclusion_exclusion(
    pieces: Sequence[Key], meet: Callable[[Key, Key], Key]
) -> tuple[tuple[int, Key], ...]:
    """The coefficients of the distinct intersections, piece by piece."""
    terms: dict[Key, int] = {}
    for piece in pieces:
        changes: dict[Key, int] = {piece: 1}
        for other, coefficient in terms.items():
            both = meet(other, piece)
            changes[both] = changes.get(both, 0) - coefficient
        for cone, change in changes.items():
            terms[cone] = terms.get(cone, 0) + change
        terms = {cone: c for cone, c in terms.items() if c}
        if len(terms) > MAX_TERMS:
            raise DomainError(
                f"inclusion-exclusion keeps at most {MAX_TERMS} intersections; "
                f"got {len(terms)} terms from {len(pieces)} cones"
            )
    return tuple((c, cone) for cone, c in terms.items())


def _by_rays(cone: PolyhedralCone) -> PolyhedralCone:
    """Return the cone by its extreme rays, with its inequalities kept."""
    rays = tuple(sorted(cone.rays))
    generators = GeneratingSet.irredundant(
        cone.ambient_dim, rays, cone.lineality_space, cone.inequalities
    )
    return PolyhedralCone._of(True, generators)


def _section(cone: PolyhedralCone) -> int:
    """chi of the intersection of one cone with the unit sphere."""
    return 1 - (-1) ** cone.dim if cone.is_subspace else 1
