"""Solid angles of the simplicial cones spanned by subsets of some vectors, shared and certified.

The angle of cone{r_i : i in S} is P[G_SS^{-1}], G the Gram matrix. The Schur complement of
G_SS^{-1} on S - U given U is (G_{S-U, S-U})^{-1}: one recursion (``polygeo.volumes.orthants``) for
S gives the angles of all subsets of S whose size has the same parity. Orthogonal parts are split,
congruent cones are done once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.decimals import bits_of
from polygeo.polyhedra.lattice import members
from polygeo.polyhedra.vectors import adjugate
from polygeo.volumes.angles import angle_of_three, angle_of_two
from polygeo.volumes.orthants.recursion import Recursion

__all__ = ["AngleStore", "SimplicialAngles", "Spread", "probabilities"]

Key = tuple[mpq, ...]

Task = tuple[list[list[int]], int]
"""A covariance, and a number of digits."""

Spread = Callable[[Callable[[Task], Any], Sequence[Task]], Iterable[Any]]
"""Like ``map``: apply a function to tasks, and give the results in order."""

Whole = tuple[tuple[int, int], tuple[int, int]]
"""Middle and radius of a ball, each (m, e) for m 2^e: plain integers, which go to any worker."""

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
        """Return parts that need a recursion, one a congruence class; ``enough`` are enough."""
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
        """Return the parts, from the largest on, that are in no larger one of their parity."""
        chosen: list[int] = []
        reached: set[int] = set()
        for part in parts:
            if part not in reached:
                chosen.append(part)
                reached.update(_smaller(part))
        return chosen

    def prepare(
        self,
        parts: Sequence[int],
        digits: int,
        tell: Callable[[int], None],
        spread: Spread = map,
    ) -> None:
        """Run the recursions for parts in the order of `open_parts`, and report each to ``tell``.

        The recursions are independent; ``spread`` may share them among workers. What is done is
        kept, should the work be interrupted.
        """
        wanted = set(parts)
        todo = self.recursions(parts)
        tasks = [(self._normals(part), digits) for part in todo]
        for done, (part, found) in enumerate(
            zip(todo, spread(probabilities, tasks), strict=True), start=1
        ):
            self._keep(part, found, wanted, digits)
            tell(done)
        for part in parts:  # those whose share of a recursion lacked digits
            if self._store.get(self._key(part), digits) is None:
                self._keep(part, probabilities((self._normals(part), digits)), {part}, digits)

    def recursion(self, part: int) -> Recursion:
        """Return the recursion of the cone of a connected part."""
        return Recursion(self._normals(part))

    def _normals(self, part: int) -> list[list[int]]:
        """Return the Gram matrix of normals of the cone of a part, up to a factor."""
        chosen = members(part)
        return adjugate([[self.gram[i][j] for j in chosen] for i in chosen])

    def _keep(self, part: int, found: Mapping[int, Whole], wanted: set[int], digits: int) -> None:
        chosen = members(part)
        for given, ((middle, shift), (radius, place)) in found.items():
            left = sum(1 << i for k, i in enumerate(chosen) if not given >> k & 1)
            value = arb((middle, shift), (radius, place))
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
        normals = self._normals(part)
        angle = angle_of_two(normals) if len(normals) == 2 else angle_of_three(normals)
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


def probabilities(task: Task) -> dict[int, Whole]:
    """Run one recursion, wherever; enclosures come back as integers times powers of 2.

    >>> [(middle, shift), (radius, _)] = probabilities(([[2, 1], [1, 2]], 10))[0]
    >>> round(middle * 2.0**shift, 12), 0 < radius
    (0.333333333333, True)
    """
    covariance, digits = task
    found = Recursion(covariance).probabilities(digits)
    return {given: (_whole(x.mid()), _whole(x.rad())) for given, x in found.items()}


def _whole(number: arb) -> tuple[int, int]:
    top, shift = number.man_exp()
    return int(top), int(shift)


def _smaller(part: int) -> Iterator[int]:
    """Yield the subsets whose number of elements has the same parity."""
    subset, parity = part, part.bit_count() % 2
    while subset:
        subset = (subset - 1) & part
        if subset.bit_count() % 2 == parity:
            yield subset


def _of(rows: dict[int, list[mpq]], i: int, cosines: dict[tuple[int, int], mpq]) -> list[list[mpq]]:
    """What tells vectors with equal rows apart: the rows of the others, with their cosines."""
    return [[cosines[i, j], *row] for j, row in rows.items() if j != i]
