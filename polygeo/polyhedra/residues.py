"""Vectors modulo a prime so large that exactly the same sets of them are dependent.

Let the rows have entries in Z[sqrt q_1, .., sqrt q_t], q_i primes. A minor delta that is not 0 has
a norm, the product of its 2^t conjugates, that is an integer not 0; by Hadamard's inequality its
size is at most H^(2^t), H the product of the largest lengths of rows, each entry sum c sqrt(n)
counted as sum |c| sqrt(n). Modulo a prime p above that bound, in which every q_i is a square, the
ring maps onto the integers mod p. If delta went to 0 then p would divide its norm, which is too
small for that. So a set of rows is dependent if and only if it is dependent mod p: the matroid of
the rows, and with it the lattice of flats of their arrangement, is exact in small integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt, lcm
from typing import Any

from flint import fmpz
from gmpy2 import mpq

from polygeo.errors import DomainError
from polygeo.polyhedra.number_field import Surd, prime_factors

__all__ = ["Residues", "echelon", "in_basis", "lines", "residues"]

MAX_ROOTS = 4
"""Largest number of primes under the square roots of one arrangement."""


@dataclass(frozen=True)
class Residues:
    """Rows mod ``prime`` in coordinates whose basis are the first ``rank`` independent rows."""

    prime: int
    rank: int
    rows: tuple[tuple[int, ...], ...]

    def parts(self) -> list[Residues]:
        """Return the finest splitting into rows in complementary subspaces.

        The part of the first row comes first.

        Two coordinates belong together when a row needs both (a circuit then holds both).

        >>> [part.rows for part in residues([(1, 1, 0), (0, 0, 1), (1, 0, 0), (0, 1, 0)]).parts()]
        [((1, 0), (0, 1), (1, 2)), ((1,),)]
        """
        owner = list(range(self.rank))
        supports = [[j for j, c in enumerate(row) if c] for row in self.rows]

        def find(j: int) -> int:
            while owner[j] != j:
                j = owner[j]
            return j

        for support in supports:
            for j in support[1:]:
                owner[find(j)] = find(support[0])
        blocks: dict[int, list[tuple[int, ...]]] = {}
        for row, support in zip(self.rows, supports, strict=True):
            blocks.setdefault(find(support[0]), []).append(row)
        found = []
        for root, rows in blocks.items():
            columns = [j for j in range(self.rank) if find(j) == root]
            part = tuple(tuple(row[j] for j in columns) for row in rows)
            found.append(Residues(self.prime, len(columns), part))
        return found


def residues(rows: Sequence[Sequence[Any]]) -> Residues:
    """Return the rows, of ints and `Surd`, modulo a prime at which the same sets are dependent.

    >>> residues([(1, -1, 0), (0, 1, -1), (1, 0, -1)])
    Residues(prime=7, rank=2, rows=((1, 0), (0, 1), (1, 1)))
    """
    whole = [_integral(row) for row in rows]
    roots = {q for row in whole for entry in row for n in entry for q in prime_factors(n)}
    if len(roots) > MAX_ROOTS:
        raise DomainError(
            f"square roots of at most {MAX_ROOTS} different primes are taken together; "
            f"got {', '.join(map(str, sorted(roots)))}"
        )
    size = min(len(whole), len(whole[0]))
    squares = sorted((_square(row) for row in whole), reverse=True)[:size]
    bound = 1
    for square in squares:
        bound *= max(square, 1)
    prime = _prime_above((isqrt(bound) + 1) ** (1 << len(roots)), roots)
    root = {q: pow(q, (prime + 1) // 4, prime) for q in roots}
    reduced = []
    for row in whole:
        values = []
        for entry in row:
            total = 0
            for n, c in entry.items():
                for q in prime_factors(n):
                    c *= root[q]
                total += c
            values.append(total % prime)
        reduced.append(values)
    return in_basis(reduced, prime)


def in_basis(rows: Sequence[Sequence[int]], prime: int) -> Residues:
    """Return rows mod a prime in coordinates whose basis are the first independent rows.

    >>> in_basis([(2, 0, 2), (1, 0, 1), (0, 1, 0)], 7).rows
    ((1, 0), (4, 0), (0, 1))
    """
    basis = echelon([list(column) for column in zip(*rows, strict=True)], prime)
    return Residues(prime, len(basis), tuple(zip(*basis, strict=True)))


def lines(vectors: Any, prime: int) -> dict[tuple[int, ...], int]:
    """Return the lines of pairs (vector, mask) by their vector with first entry 1.

    Masks of one line are joined.

    >>> lines([((2, 4), 0b1), ((0, 0), 0b10), ((3, 6), 0b100)], 7)
    {(1, 2): 5}
    """
    found: dict[tuple[int, ...], int] = {}
    for vector, mask in vectors:
        for lead in vector:
            if lead:
                break
        else:
            continue
        if lead != 1:
            scale = pow(lead, -1, prime)
            vector = tuple([c * scale % prime for c in vector])
        found[vector] = found.get(vector, 0) | mask
    return found


def _integral(row: Sequence[Any]) -> list[dict[int, int]]:
    """Return each entry as {radicand: coefficient}, all multiplied by one denominator."""
    entries = [dict(Surd.of(x).terms) if isinstance(x, Surd) else {1: mpq(x)} for x in row]
    scale = lcm(*(int(c.denominator) for entry in entries for c in entry.values()))
    return [{n: int(c * scale) for n, c in entry.items() if c} for entry in entries]


def _square(row: list[dict[int, int]]) -> int:
    """Return an upper bound of the squared length of the row and of all its conjugates."""
    return sum(sum(abs(c) * (isqrt(n - 1) + 1) for n, c in entry.items()) ** 2 for entry in row)


def _prime_above(bound: int, roots: set[int]) -> int:
    """Return the first prime p > bound, p = 3 mod 4, in which all the roots are squares.

    Nothing hangs on a proof that it is prime: a root that is none, or a number without an
    inverse, is found out, and the norms only need p to be larger.
    """
    p = bound + 1
    p += (3 - p) % 4
    while True:
        squares = all(pow(pow(q, (p + 1) // 4, p), 2, p) == q % p != 0 for q in roots)
        if squares and fmpz(p).is_probable_prime():
            return p
        p += 4


def echelon(table: list[list[int]], prime: int) -> list[list[int]]:
    """Return the rows of the reduced echelon form mod p that are not 0; the table is used up.

    >>> echelon([[2, 4], [1, 2]], 7)
    [[1, 2]]
    """
    rank = 0
    for j in range(len(table[0])):
        pivot = next((i for i in range(rank, len(table)) if table[i][j]), None)
        if pivot is None:
            continue
        table[rank], table[pivot] = table[pivot], table[rank]
        scale = pow(table[rank][j], -1, prime)
        lead = table[rank] = [x * scale % prime for x in table[rank]]
        for i, row in enumerate(table):
            if i != rank and row[j]:
                c = row[j]
                table[i] = [(x - c * y) % prime for x, y in zip(row, lead, strict=True)]
        rank += 1
        if rank == len(table):
            break
    return table[:rank]
