"""Solid angles of the simplicial cones spanned by subsets of some vectors, shared and certified.

The angle of cone{r_i : i in S} is P[G_SS^{-1}], G the Gram matrix. The Schur complement of
G_SS^{-1} on S - U given U is (G_{S-U, S-U})^{-1}: one recursion (``polygeo.volumes.orthants``) for
S gives the angles of all subsets of S whose size has the same parity. Orthogonal parts are split,
congruent cones are done once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from flint import arb, fmpz_mat
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.decimals import bits_of
from polygeo.polyhedra.lattice import members
from polygeo.volumes.angles import angle_of_three, angle_of_two
from polygeo.volumes.orthants.recursion import Recursion

__all__ = ["AngleStore", "SimplicialAngles"]

Key = tuple[mpq, ...]

ELEMENTARY = 3
"""Up to this dimension angles are sums of arctangents."""


class AngleStore:
    """Angles of congruence classes with the digits that they were computed to."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[int, arb]] = {}

    def get(self, key: Key, digits: int) -> arb | None:
        """Return the angle, if it is known to ``digits`` digits."""
        found = self._known.get(key)
        return found[1] if found is not None and found[0] >= digits else None

    def put(self, key: Key, digits: int, value: arb) -> None:
        """Set an angle, unless the store holds more digits of it."""
        found = self._known.get(key)
        if found is None or found[0] < digits:
            self._known[key] = (digits, value)


class SimplicialAngles:
    """The angles of subsets (bit sets) of vectors with an integer Gram matrix.

    Every subset that is asked for must be independent.
    """

    def __init__(self, gram: Sequence[Sequence[int]], store: AngleStore) -> None:
        self.gram = gram
        self._store = store
        self._keys: dict[int, Key] = {}

    def value(self, subset: int, digits: int) -> arb:
        """Return the angle of a subset to ``digits`` digits, after `prepare` for both."""
        with precision(bits_of(digits) + 32):
            total = arb(1)
            for part in self._parts(subset):
                total *= self._part(part, digits)
            return total

    def open_parts(
        self, subsets: Iterable[int], digits: int, enough: float = math.inf
    ) -> list[int]:
        """Return the parts for which a recursion is needed, one for each congruence class, or the
        first of these once there are ``enough``.
        """
        classes: dict[Key, int] = {}
        seen: set[int] = set()
        for subset in subsets:
            if len(classes) >= enough:
                break
            for part in self._parts(subset):
                if part.bit_count() > ELEMENTARY and part not in seen:
                    seen.add(part)
                    key = self._key(part)
                    if self._store.get(key, digits) is None:
                        classes.setdefault(key, part)
        return sorted(classes.values(), key=lambda part: (-part.bit_count(), part))

    def largest(self, subsets: Iterable[int]) -> int:
        """Return the largest part of some subsets."""
        return max((part for s in subsets for part in self._parts(s)), key=int.bit_count, default=0)

    def recursions(self, parts: Sequence[int]) -> list[int]:
        """Return those of the parts, from the largest on, that are in no larger one of their
        parity.
        """
        chosen: list[int] = []
        reached: set[int] = set()
        for part in parts:
            if part not in reached:
                chosen.append(part)
                reached.update(_smaller(part))
        return chosen

    def prepare(self, parts: Sequence[int], digits: int, tell: Callable[[int], None]) -> None:
        """Run the recursions for parts in the order of `open_parts`, and report each to ``tell``.

        What is done is kept, should the work be interrupted.
        """
        wanted = set(parts)
        for done, part in enumerate(self.recursions(parts), start=1):
            self._recur(part, wanted, digits)
            tell(done)
        for part in parts:  # those whose share of a recursion lacked digits
            if self._store.get(self._key(part), digits) is None:
                self._recur(part, {part}, digits)

    def recursion(self, part: int) -> Recursion:
        """Return the recursion of the cone of a connected part."""
        chosen = members(part)
        block = fmpz_mat([[self.gram[i][j] for j in chosen] for i in chosen])
        return Recursion(_adjugate(block))

    def _recur(self, part: int, wanted: set[int], digits: int) -> None:
        if self._store.get(self._key(part), digits) is not None:
            return
        chosen = members(part)
        for given, value in self.recursion(part).probabilities(digits).items():
            left = sum(1 << i for place, i in enumerate(chosen) if not given >> place & 1)
            if left in wanted and value.rel_accuracy_bits() >= bits_of(digits):
                self._store.put(self._key(left), digits, value)

    def _part(self, part: int, digits: int) -> arb:
        size = part.bit_count()
        if size > ELEMENTARY:
            value = self._store.get(self._key(part), digits)
            assert value is not None
            return value
        if size == 1:
            return exact_arb(mpq(1, 2))
        value = self._store.get(self._key(part), digits)
        if value is None:
            value = self._elementary(part, digits)
            self._store.put(self._key(part), digits, value)
        return value

    def _elementary(self, part: int, digits: int) -> arb:
        chosen = members(part)
        block = fmpz_mat([[self.gram[i][j] for j in chosen] for i in chosen])
        normals = _adjugate(block)
        angle = angle_of_two(normals) if len(chosen) == 2 else angle_of_three(normals)
        bits = bits_of(digits) + 32
        while True:
            with precision(bits):
                value = angle.enclosure()
                if value.rel_accuracy_bits() >= bits_of(digits) + 8:
                    return value
            bits *= 2

    def _parts(self, subset: int) -> list[int]:
        """Return the finest split into mutually orthogonal parts."""
        left, parts = subset, []
        while left:
            part, new = 0, left & -left
            while new:
                part |= new
                left &= ~new
                new = sum(
                    1 << j for j in members(left) if any(self.gram[i][j] for i in members(new))
                )
            parts.append(part)
        return parts

    def _key(self, part: int) -> Key:
        """Equal for congruent cones only (and for most of these): signed squared cosines."""
        if part not in self._keys:
            chosen, g = members(part), self.gram
            cosines = {
                (i, j): mpq(g[i][j] * abs(g[i][j]), g[i][i] * g[j][j])
                for i in chosen
                for j in chosen
                if i != j
            }
            rows = {i: sorted(cosines[i, j] for j in chosen if j != i) for i in chosen}
            order = sorted(
                chosen, key=lambda i: (rows[i], sorted(map(tuple, _of(rows, i, cosines))))
            )
            self._keys[part] = (
                mpq(len(chosen)),
                *(cosines[i, j] for i, j in combinations(order, 2)),
            )
        return self._keys[part]


def _smaller(part: int) -> Iterator[int]:
    """Yield the subsets whose number of elements has the same parity."""
    subset, parity = part, part.bit_count() % 2
    while subset:
        subset = (subset - 1) & part
        if subset.bit_count() % 2 == parity:
            yield subset


def _of(rows: dict[int, list[mpq]], i: int, cosines: dict[tuple[int, int], mpq]) -> list[list[mpq]]:
    """Return what tells vectors with equal rows apart: the rows of the others, with their
    cosines.
    """
    return [[cosines[i, j], *row] for j, row in rows.items() if j != i]


def _adjugate(matrix: fmpz_mat) -> list[list[int]]:
    """Return the inverse times the determinant."""
    scale = matrix.det()
    return [[int((scale * x).p) for x in row] for row in matrix.inv().tolist()]
