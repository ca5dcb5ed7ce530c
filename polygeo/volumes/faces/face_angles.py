"""Certified intrinsic volumes of pointed cones of any dimension, from the angles of their faces.

v_k(C) = sum over the k-dimensional faces F of the angle of F times the angle of the normal cone
N_F (amelunxenlotz2017intrinsic, section 2.2). Faces and normal cones are cut into simplicial cones
by pulling, and `polygeo.volumes.faces.simplicial_angles` gives the angles of the pieces. For a cone
of dimension n that is no subspace
v_0 + v_2 + .. = v_1 + v_3 + .. = 1/2, so that one volume of each parity is a difference: v_0 or
v_n, and v_1 or v_{n-1}, whichever needs the larger angles. Where a difference loses digits, all
angles are computed to more digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.decimals import bits_of
from polygeo.errors import DomainError, NoExactValue, NotConverged
from polygeo.polyhedra.lattice import FaceLattice, Triangulation
from polygeo.polyhedra.vectors import dot
from polygeo.volumes.faces.pointed_cone import PointedCone
from polygeo.volumes.faces.simplicial_angles import AngleStore, SimplicialAngles, Spread
from polygeo.volumes.orthants.recursion import PER_SECOND, work_of

__all__ = ["MAX_SECONDS", "FaceAngles", "Meter", "silent"]

Gram = Sequence[Sequence[int]]

Meter = Callable[[str, int, float], AbstractContextManager[Callable[[int], None]]]

MAX_SECONDS = 3600
"""Longest computation that is begun, by its estimate, unless another limit is given."""

MAX_FACES = 50_000
"""Largest number of faces of a cone whose volumes are computed."""

SOURCE = "polyhedral.angle_sum"

ROUNDS = 5
"""Attempts, each with more digits of the angles."""


@contextmanager
def silent(text: str, steps: int, seconds: float) -> Iterator[Callable[[int], None]]:
    """Return a meter that shows nothing."""
    yield lambda done: None


def _tell(tell: Callable[[int], None], before: int, done: int) -> None:
    tell(before + done)


class _Side:
    """A cone (or its dual) with the pieces of its faces and their angles."""

    def __init__(self, lattice: FaceLattice, gram: Gram, store: AngleStore) -> None:
        self.lattice = lattice
        self.triangulation = Triangulation(lattice)
        self.angles = SimplicialAngles(gram, store)

    def pieces(self, dims: Sequence[int]) -> list[int]:
        """Return the simplicial cones of all faces of these dimensions."""
        levels = self.lattice.levels
        return list(
            dict.fromkeys(
                piece
                for dim in dims
                for face in levels[dim]
                for piece in self.triangulation.pieces(face, dim)
            )
        )

    def angle(self, face: int, dim: int, digits: int) -> arb:
        """Return the angle of a face."""
        pieces = self.triangulation.pieces(face, dim)
        return sum((self.angles.value(piece, digits) for piece in pieces), arb(0))


class FaceAngles:
    """The angles behind the volumes of one pointed cone; what is computed is kept.

    lattice: the faces; gram: the inner products of vectors on the rays; dual_gram: those of normals
    of the facets, in the order of the lattice's dual. Each is an integer matrix, known up to a
    factor. ``direct``: every volume is a sum over faces, none a difference (for checks).
    """

    def __init__(
        self, lattice: FaceLattice, gram: Gram, dual_gram: Gram, direct: bool = False
    ) -> None:
        faces = sum(lattice.f_vector)
        if faces > MAX_FACES:
            raise DomainError(f"certified volumes need at most {MAX_FACES} faces; got {faces}")
        store = AngleStore()
        self.dim = lattice.dim
        self._sides = _Side(lattice, gram, store), _Side(lattice.dual, dual_gram, store)
        self._direct = direct

    @classmethod
    def of(cls, figure: PointedCone, direct: bool = False) -> FaceAngles:
        """Return those of a cone with its vectors in Euclidean space."""
        gram, dual_gram = (
            [[dot(u, v) for v in x.vectors] for u in x.vectors] for x in (figure, figure.dual)
        )
        return cls(figure.lattice, gram, dual_gram, direct)

    def volumes(
        self,
        digits: int,
        meter: Meter = silent,
        max_seconds: float = MAX_SECONDS,
        spread: Spread = map,
    ) -> list[Ball]:
        """Return v_0, ..., v_n with ``digits`` significant digits each.

        meter: a context manager that is given a text, the number of steps and the seconds they
        take together, and gives a function which is told of the number of steps done. spread: how
        the recursions are shared among workers; the answer is the same. Raises NoExactValue, with
        the estimated time on one core, where that is beyond max_seconds.
        """
        working = digits + 3
        goal = bits_of(digits)
        history: list[tuple[int, int]] = []
        for _ in range(ROUNDS):
            self._prepare(*self._needed(), working, meter, max_seconds, spread)
            with precision(bits_of(working) + 64):
                values = self._sums(working)
                accuracy = min(int(v.rel_accuracy_bits()) for v in values)
                if accuracy >= goal:
                    return [Ball.from_arb(v, bits_of(working) + 64, SOURCE) for v in values]
            history.append((bits_of(working), accuracy))
            working += 2 + (goal - max(accuracy, 0)) * 31 // 100 + (digits if accuracy <= 0 else 0)
        raise NotConverged(f"{digits} digits of intrinsic volumes", tuple(history))

    def seconds(self, digits: int) -> float:
        """Return an estimate of the time that `volumes` takes, on one core."""
        inner, outer = self._needed()
        return self._plan(inner, outer, digits + 3)[1]

    def _missing(self) -> tuple[int, ...]:
        """Return the volumes that are differences."""
        n = self.dim
        if self._direct:
            return ()
        if n % 2:
            return 0, n
        inside = [len(self._sides[0].pieces([d])) for d in (n - 1, n)]
        outside = [len(self._sides[1].pieces([d])) for d in (n - 1, n)]
        return (0 if outside[1] >= inside[1] else n, 1 if outside[0] >= inside[0] else n - 1)

    def _needed(self) -> tuple[list[int], list[int]]:
        """Return the dimensions of faces, and those of normal cones, whose angles are needed."""
        present = [k for k in range(self.dim + 1) if k not in self._missing()]
        return [k for k in present if k], [self.dim - k for k in present if k < self.dim]

    def _plan(
        self, inner: Sequence[int], outer: Sequence[int], digits: int
    ) -> tuple[list[list[int]], float]:
        """Return the parts that need recursions, on both sides, and the seconds for them."""
        plans, seconds = [], 0.0
        for side, dims in zip(self._sides, (inner, outer), strict=True):
            pieces = side.pieces(dims)
            parts = side.angles.open_parts(pieces, digits)
            plans.append(parts)
            todo = side.angles.recursions(parts)
            shares: dict[int, list[float]] = {}
            for part in todo:
                costs = shares.setdefault(part.bit_count(), [])
                if len(costs) < 8:  # of each size some are looked at
                    costs.append(self._cost(side, part, digits))
            for size, costs in shares.items():
                count = sum(part.bit_count() == size for part in todo)
                seconds += count * sum(costs) / len(costs)
        return plans, seconds

    def _least(
        self, inner: Sequence[int], outer: Sequence[int], digits: int, limit: float
    ) -> float:
        """The seconds for the largest angles, or for the first of them once these pass a limit."""
        seconds = 0.0
        for side, dims in zip(self._sides, (inner, outer), strict=True):
            pieces = side.pieces([max(dims)]) if dims else []
            part = side.angles.largest(pieces[:1])
            if side.angles.open_parts([part] if part else [], digits):
                cost, size = self._cost(side, part, digits), part.bit_count()
                found = side.angles.open_parts(pieces, digits, limit / cost + 1)
                seconds += cost * sum(p.bit_count() == size for p in found)
        return seconds

    def _cost(self, side: _Side, part: int, digits: int) -> float:
        """Return the seconds for one recursion; DomainError where it would be too large."""
        size = part.bit_count()
        terms = side.angles.recursion(part).path.terms(size, 2.4 * digits + 1.3 * size)
        return work_of(size, terms) / PER_SECOND

    def _prepare(
        self,
        inner: Sequence[int],
        outer: Sequence[int],
        digits: int,
        meter: Meter,
        limit: float,
        spread: Spread,
    ) -> None:
        least = self._least(inner, outer, digits, limit)  # without a look at all the faces
        if least > limit:
            raise self._too_long(f"more than {least:.0f} s", limit)
        plans, seconds = self._plan(inner, outer, digits)
        if seconds > limit:
            count = sum(map(len, plans))
            raise self._too_long(f"{count} orthant probabilities, about {seconds:.0f} s", limit)
        counts = [
            len(side.angles.recursions(parts))
            for side, parts in zip(self._sides, plans, strict=True)
        ]
        done = 0
        with meter(f"angles, about {seconds:.0f} s", sum(counts), seconds) as tell:
            for side, parts, count in zip(self._sides, plans, counts, strict=True):
                side.angles.prepare(parts, digits, partial(_tell, tell, done), spread)
                done += count

    def _too_long(self, need: str, limit: float) -> NoExactValue:
        return NoExactValue(
            f"certified volumes of this cone of dimension {self.dim} need {need}, and "
            f"{limit:g} s are allowed: give max_seconds=, or use "
            "estimate_intrinsic_volumes(samples, seed)"
        )

    def _sums(self, digits: int) -> list[arb]:
        """Return the volumes from the angles, at the working precision."""
        missing = self._missing()
        inside, outside = self._sides
        lattice, n = inside.lattice, self.dim
        values: list[Any] = [None] * (n + 1)
        for k in range(n + 1):
            if k in missing:
                continue
            total = arb(0)
            for face in lattice.levels[k]:
                inner = inside.angle(face, k, digits)
                outer = outside.angle(lattice.facets_above(face), n - k, digits)
                total += inner * outer
            values[k] = total
        for k in missing:
            others = (values[j] for j in range(k % 2, n + 1, 2) if j != k)
            values[k] = exact_arb(mpq(1, 2)) - sum(others, arb(0))
        return values
