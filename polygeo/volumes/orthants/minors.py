"""Minors of the matrices along a path, as polynomials, by fraction-free elimination.

M_{S,ij} = det R[S + i, S + j] for i, j outside S. Sylvester's identity with a outside S,

    M_{S+a, ij} = (M_{S, ij} M_{S, aa} - M_{S, ia} M_{S, aj}) / M_S,    M_S = det R[S, S],

divides without remainder; every S is reached once, its elements in increasing order.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_poly

__all__ = ["Minors"]

Entries = dict[tuple[int, int], fmpz_poly]


class Minors:
    """Minors ``principal[S]`` for every set S and ``mixed[S][i, j]``, i < j, for S of even size.

    Sets are bit sets. The matrix R(z) has ``diagonal`` times the diagonal and ``off`` times the
    other entries of an integer matrix.
    """

    principal: dict[int, fmpz_poly]
    mixed: dict[int, Entries]

    def __init__(
        self, matrix: Sequence[Sequence[int]], diagonal: fmpz_poly, off: fmpz_poly
    ) -> None:
        self.size = len(matrix)
        self.principal = {0: fmpz_poly([1])}
        self.mixed = {}
        entries = {
            (i, j): matrix[i][j] * (diagonal if i == j else off)
            for i in range(self.size)
            for j in range(i, self.size)
        }
        self._visit(0, -1, entries)

    def _visit(self, chosen: int, last: int, entries: Entries) -> None:
        """Return the sets that begin with ``chosen`` and go on beyond ``last``."""
        rest = [i for i in range(self.size) if not chosen >> i & 1]
        if chosen.bit_count() % 2 == 0:
            self.mixed[chosen] = {(i, j): p for (i, j), p in entries.items() if i < j}
        for i in rest:
            self.principal.setdefault(chosen | 1 << i, entries[i, i])
        bottom = self.principal[chosen]
        for a in range(last + 1, self.size):
            others = [i for i in rest if i != a]
            pivot = entries[a, a]
            row = {i: entries[min(i, a), max(i, a)] for i in others}
            below = {
                (i, j): (entries[i, j] * pivot - row[i] * row[j]) // bottom
                for i in others
                for j in others
                if i <= j
            }
            self._visit(chosen | 1 << a, a, below)
