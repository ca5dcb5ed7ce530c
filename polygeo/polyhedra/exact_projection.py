"""Faces hit by projections, decided in rational arithmetic; the last instance of a certified run.

The sample is a vector of dyadic rationals, the generators are integers, so the projection is
rational and its Kuhn-Tucker conditions are decided by signs of integers. `ExactCone.project` is the
active-set method of Lawson and Hanson (lawsonhanson1974solving, chapter 23), finite in exact
arithmetic for every set of generators; it starts from the set that floating point proposed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

__all__ = ["ExactCone", "unit_row"]


class ExactCone:
    """cone{a_1, ..., a_N} in R^d for integer rows a_i; active sets are tuples of indices.

    >>> square = ExactCone([(1, 1, 1), (1, -1, 1), (-1, 1, 1), (-1, -1, 1)])
    >>> square.rank, square.face_dimension([0.0, 1.0, 1.0]), square.face_dimension([0.5, 0.25, 9.0])
    (3, 2, 3)
    >>> square.span((0, 1)), square.span((0, 1, 2))
    ((0, 1), (0, 1, 2, 3))
    """

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self._rows = [list(map(int, row)) for row in rows]
        self._matrix = fmpz_mat(self._rows)
        self._gram = self._matrix * self._matrix.transpose()
        self.rank = int(self._matrix.rank())
        self._spans: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._known: dict[tuple[int, ...], tuple[frozenset[int], frozenset[int]]] = {}

    def _solve(self, face: Sequence[int], right: Sequence[fmpz]) -> tuple[list[fmpz], fmpz]:
        """(n, D) with G_PP n / D = right and D > 0, for an independent P."""
        k = len(face)
        block = fmpz_mat([[self._gram[i, j] for j in face] for i in face])
        solution: Any = block.solve(fmpz_mat(k, 1, list(right)))
        top, bottom = solution.numer_denom()
        return [top[i, 0] for i in range(k)], bottom

    def project(
        self, point: Sequence[fmpz], start: Iterable[int] = ()
    ) -> tuple[list[int], list[fmpz], fmpz, list[fmpz]]:
        """(P, n, D, s): the projection of an integer point is sum_P (n_i / D) a_i, n_i, D > 0.

        s_i = D <a_i, point - projection> <= 0 for every generator; P is independent. ``start``
        is an independent set near the answer.
        """
        correlations = self._matrix * fmpz_mat(len(point), 1, list(point))
        c = [correlations[i, 0] for i in range(len(self._rows))]
        face = list(start)
        top: list[fmpz] = []
        bottom = fmpz(1)
        while face:
            top, bottom = self._solve(face, [c[i] for i in face])
            if all(t > 0 for t in top):
                break
            face = [i for i, t in zip(face, top, strict=True) if t > 0]
        else:
            top, bottom = [], fmpz(1)
        while True:
            slack = [
                c[i] * bottom - sum((self._gram[i, j] * t for j, t in zip(face, top, strict=True)))
                for i in range(len(c))
            ]
            entering = self._steepest(slack)
            if entering < 0:
                return face, top, bottom, slack
            old = [Fraction(int(t), int(bottom)) for t in top] + [Fraction(0)]
            face = [*face, entering]
            while True:
                top, bottom = self._solve(face, [c[i] for i in face])
                if all(t > 0 for t in top):
                    break
                new = [Fraction(int(t), int(bottom)) for t in top]
                share = min(
                    x / (x - z) if x > 0 else Fraction(0)
                    for x, z in zip(old, new, strict=True)
                    if z <= 0
                )
                moved = [x + share * (z - x) for x, z in zip(old, new, strict=True)]
                kept = [n for n, x in enumerate(moved) if x > 0]
                face, old = [face[n] for n in kept], [moved[n] for n in kept]

    def _steepest(self, slack: Sequence[fmpz]) -> int:
        """The index of the largest slack over length, if that is positive, else -1."""
        best, value = -1, 0.0
        for i, s in enumerate(slack):
            if s > 0:
                # Logarithms choose among positive numbers of any size; any choice is right.
                size = 2 * _log(s) - _log(self._gram[i, i])
                if best < 0 or size > value:
                    best, value = i, size
        return best

    def face_dimension(self, sample: Sequence[float], start: Iterable[int] = ()) -> int:
        """Dimension of the face whose relative interior holds the projection of a float64 sample.

        Also when the sample lies on the border of two normal cones (probability zero).
        """
        point = _integers(sample)
        face, top, _, slack = self.project(point, start)
        inside = set(self.span(face))
        if all(slack[i] < 0 for i in range(len(slack)) if i not in inside):
            return len(face)
        return self._smallest_face(face, top, [i for i, s in enumerate(slack) if s == 0])

    def _smallest_face(self, face: list[int], top: list[fmpz], exposed: list[int]) -> int:
        """Dimension of the smallest face that holds p = sum top_i a_i.

        a_i lies in that face iff -a_i lies in cone{exposed generators, -p}.
        """
        p = [
            -int(sum((t * self._rows[i][j] for i, t in zip(face, top, strict=True)), fmpz(0)))
            for j in range(len(self._rows[0]))
        ]
        feasible = ExactCone([*(self._rows[i] for i in exposed), *([p] if any(p) else [])])
        return feasible.lineality_dim() if feasible._rows else 0

    def contains(self, point: Sequence[int]) -> bool:
        """Whether an integer point lies in the cone."""
        face, top, bottom, _ = self.project([fmpz(x) for x in point])
        return all(
            sum((t * self._rows[i][j] for i, t in zip(face, top, strict=True)), fmpz(0))
            == bottom * x
            for j, x in enumerate(point)
        )

    def lineality_dim(self) -> int:
        """Dimension of the largest linear subspace in the cone."""
        lines = [row for row in self._rows if self.contains([-x for x in row])]
        return int(fmpz_mat(lines).rank()) if lines else 0

    def is_subspace(self) -> bool:
        """Whether the cone is the linear span of its generators."""
        total = [-sum(column) for column in zip(*self._rows, strict=True)]
        return self.contains(total)

    def span(self, face: Iterable[int]) -> tuple[int, ...]:
        """All generators in the linear span of an independent set P, those of P included."""
        key = tuple(sorted(face))
        found = self._spans.get(key)
        if found is None:
            found = self._spans[key] = self._span(key)
        return found

    def _span(self, face: tuple[int, ...]) -> tuple[int, ...]:
        if len(face) == self.rank:
            return tuple(range(len(self._rows)))
        rows = self.dual_rows(face)
        return face if rows is None else tuple(i for i, row in enumerate(rows[1]) if not any(row))

    def in_span(self, face: Sequence[int], candidates: Iterable[int]) -> tuple[int, ...]:
        """Those of some generators that lie in the linear span of a set P; () if P is dependent.

        What has been decided of a set is kept.

        >>> square = ExactCone([(1, 1, 1), (1, -1, 1), (-1, 1, 1), (-1, -1, 1)])
        >>> square.in_span((0, 1), (2, 3)), square.in_span((0, 1, 2), (3,))
        ((), (3,))
        """
        key, wanted = tuple(sorted(face)), set(candidates)
        known, seen = self._known.get(key, (frozenset(), frozenset()))
        if not wanted <= seen:
            known |= frozenset(self._in_span(key, sorted(wanted - seen)))
            self._known[key] = known, seen | wanted
        return tuple(sorted(wanted & known))

    def _in_span(self, face: tuple[int, ...], candidates: list[int]) -> list[int]:
        k = len(face)
        matrix = fmpz_mat([self._rows[i] for i in (*face, *candidates)]).transpose()
        echelon, _, rank = matrix.rref()
        if any(echelon[i, i] == 0 for i in range(k)):
            return []
        return [
            i
            for place, i in enumerate(candidates, start=k)
            if all(echelon[line, place] == 0 for line in range(k, rank))
        ]

    def independent(self, face: Sequence[int]) -> bool:
        """Whether the generators of a set are linearly independent."""
        return not face or int(fmpz_mat([self._rows[i] for i in face]).rank()) == len(face)

    def dual_rows(self, face: Sequence[int]) -> tuple[list[list[int]], list[list[int]]] | None:
        """(T, U): integer rows whose signs at y are the conditions of P; None if P is dependent.

        <T_n, y> > 0 iff the n-th coordinate of the solution on P is positive; <U_i, y> > 0 iff
        the slack of generator i is negative; U_i = 0 iff a_i lies in the span of P.
        """
        k, dim = len(face), len(self._rows[0])
        if k == 0:
            return [], [[-x for x in row] for row in self._rows]
        block = fmpz_mat([[self._gram[i, j] for j in face] for i in face])
        try:
            inverse: Any = block.inv()
        except ZeroDivisionError:
            return None
        top, bottom = inverse.numer_denom()
        chosen = fmpz_mat([self._rows[i] for i in face])
        dual = top * chosen
        mixed = fmpz_mat([[self._gram[i, j] for j in face] for i in range(len(self._rows))])
        rest = mixed * dual - self._matrix * bottom
        return (
            [[int(dual[n, j]) for j in range(dim)] for n in range(k)],
            [[int(rest[i, j]) for j in range(dim)] for i in range(len(self._rows))],
        )

    def unit_rows(self, face: Sequence[int]) -> NDArray[np.float64] | None:
        """(N, d) float64: the conditions of `dual_rows` by generator, as unit vectors.

        Zero rows belong to generators in the span of P. The error of a row is at most
        (d/2 + 5) 2^-53.
        """
        rows = self.dual_rows(face)
        if rows is None:
            return None
        signs, slacks = rows
        for n, i in enumerate(face):
            slacks[i] = signs[n]
        return np.array([unit_row(row) for row in slacks])


def unit_row(row: Sequence[int]) -> NDArray[np.float64]:
    """An integer vector divided by its length, |error| <= (d/2 + 5) 2^-53 (docs/certificate).

    >>> unit_row((3 * 10**400, 4 * 10**400)).tolist()
    [0.6, 0.8]
    """
    scale = 1 << max(abs(x) for x in row).bit_length()
    scaled = np.array([x / scale for x in row])
    length = np.sqrt(scaled @ scaled)
    return scaled / length if length else scaled


def _integers(sample: Sequence[float]) -> list[fmpz]:
    """A positive multiple of a float64 vector, in integers."""
    ratios = [float(x).as_integer_ratio() for x in sample]
    common = max(bottom for _, bottom in ratios)
    return [fmpz(top * (common // bottom)) for top, bottom in ratios]


def _log(value: fmpz) -> float:
    return math.log(int(value))
