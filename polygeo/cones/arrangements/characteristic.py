"""The characteristic polynomial of an arrangement without its whole lattice of flats.

H_0 being one of the hyperplanes, chi(t) = (t - 1) sum over the flats F not in H_0 of
mu(F) t^(dim F - 1) (zaslavsky1975facing: the arrangement that the others cut out of an affine copy
of H_0). With the hyperplanes in one order, min F the first one that contains F, Weisner's theorem
reads

    mu(G) = - sum of mu(F) over the F of one dimension more that G lies in, min F > min G.

So the sums of mu over the flats of one rank follow from those of the rank before, and the last
but one rank needs only the number of first hyperplanes of its flats, not the flats themselves.
A flat is kept as the arrangement that the hyperplanes cut out of it, its lines mod a prime
(`polygeo.polyhedra.residues`) with the masks of the hyperplanes that are one there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import comb
from random import Random
from typing import Any, NoReturn, TypeVar

from flint import fmpz_poly, nmod_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.errors import DomainError
from polygeo.polyhedra.residues import Residues, lines

__all__ = [
    "MAX_WORK",
    "Lines",
    "Work",
    "evaluate",
    "reduced_coefficients",
    "refuse_integers",
    "restriction",
]

MAX_WORK = 20_000_000
"""Largest number of restrictions of a hyperplane to a flat; each takes 3 microseconds."""

PROBES = 50
"""Number of sets of rows that are searched for dependencies before an arrangement is refused."""

CHAINS = 40
"""Number of chains of flats from which the work is estimated."""

CLEARLY = 1.25
"""How many times the limit an estimate, from below, has to be for a refusal before any work."""

WORD = (1 << 61) - 1
"""A prime of one machine word."""

Lines = dict[tuple[int, ...], int]
T = TypeVar("T")


def reduced_coefficients(arrangement: Residues, work: Work | None = None) -> list[int]:
    """Compute (w_0, .., w_{r-1}): chi(t) = t^(d-r) (t - 1) sum_k w_k t^(r-1-k); no parallel rows.

    r >= 1 the rank. The sum itself is that of the affine arrangement of the other rows on the plane
    {row 0 = 1}. Arrangements in complementary subspaces are multiplied. DomainError beyond
    MAX_WORK, or what is left of ``work``; at once where rows in general position would pass it and
    the rows seem to be so.

    >>> from polygeo.polyhedra.residues import residues
    >>> reduced_coefficients(residues([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)]))
    [1, -3, 2]
    """
    first, *others = arrangement.parts()
    work = work or Work(len(arrangement.rows), arrangement.rank)
    total = fmpz_poly(_connected(first, work))
    for part in others:
        total *= fmpz_poly([1, -1]) * fmpz_poly(_connected(part, work))
    return [int(c) for c in total.coeffs()]


def evaluate(coefficients: Sequence[Any], t: Any) -> Any:
    """Evaluate sum_k c_k t^k at a number (an mpq) or a SymPy symbol (an expression).

    >>> evaluate([2, -3, 1], 4)
    mpq(6,1)
    """
    if hasattr(t, "free_symbols") and t.free_symbols:
        import sympy

        return sympy.Add(*(int(c) * t**k for k, c in enumerate(coefficients)))
    x, value = rational(t, "t"), mpq(0)
    for c in reversed(coefficients):
        value = value * x + c
    return value


def _connected(arrangement: Residues, work: Work) -> list[int]:
    prime, rank, rows = arrangement.prime, arrangement.rank, arrangement.rows
    root = lines(((row, 1 << i) for i, row in enumerate(rows)), prime)
    if rank <= 2:
        return [1, 1 - len(root)][:rank]
    if work.too_much(len(rows), rank):
        about = _restrictions(root, rank, prime)
        if about > CLEARLY * work.most:
            work.refuse(about)
    totals, level = [1], {0: (1, root)}
    for width in range(rank, 3, -1):
        restrict = partial(_restricted, restriction(width, prime), work)
        level = _flats_below(level, len(rows), work, restrict)
        totals.append(sum(mu for mu, _ in level.values()))
    last = _flats_below(level, len(rows), work, partial(_points_before, prime, work)).values()
    return [*totals, sum(mu for mu, _ in last), -sum(mu * count for mu, count in last)]


def _flats_below(
    level: dict[int, tuple[int, Lines]],
    rows: int,
    work: Work,
    value: Callable[[int, tuple[int, ...], Lines], T],
) -> dict[int, tuple[int, T]]:
    """Return Moebius number and ``value`` of the flats one dimension below, off H_0."""
    found: dict[int, T] = {}
    moebius: dict[int, int] = {}
    for mask, (mu, classes) in level.items():
        first = mask & -mask or 1 << rows
        work.add(len(classes))
        for line, members in classes.items():
            if members & 1:
                continue
            flat = mask | members
            if flat not in found:
                found[flat] = value(flat, line, classes)
                moebius[flat] = 0
            if members & -members < first:
                moebius[flat] -= mu
    return {flat: (moebius[flat], found[flat]) for flat in found}


class Work:
    """The restrictions done so far for hyperplanes of a given number and rank, and their limit."""

    def __init__(self, rows: int, rank: int) -> None:
        self.rows, self.rank, self.most, self.done = rows, rank, MAX_WORK, 0

    def add(self, number: int) -> None:
        """Count ``number`` more restrictions; DomainError beyond MAX_WORK."""
        self.done += number
        if self.done > self.most:
            self.refuse()

    def refuse(self, about: float = 0) -> NoReturn:
        """Raise the DomainError; ``about``: an estimate of the number of restrictions."""
        number = f"about {about:.1g}, more than {self.most}," if about else f"more than {self.most}"
        raise DomainError(
            f"{self.rows} hyperplanes of rank {self.rank} take {number} restrictions "
            "of a hyperplane to a flat: too many to count exactly (in general position a formula "
            "counts: relu.generic_linear_regions)"
        )

    def too_much(self, m: int, r: int) -> bool:
        """Test whether m hyperplanes of rank r in general position pass the limit."""
        return bool(partial_binomial_sum(m - 1, r - 1) * max(m - r, 1) > self.most)


def refuse_integers(rows: Sequence[Sequence[Any]]) -> None:
    """Raise DomainError at once where rows of ints are too many, and seem in general position.

    Rows that are independent modulo a prime are independent, so that a small prime tells, before
    `polygeo.polyhedra.residues` looks for a large one.
    """
    if any(type(c) is not int for row in rows for c in row):
        return
    table = [[c % WORD for c in row] for row in rows]
    rank = int(nmod_mat(table, WORD).rank())
    work = Work(len(rows), rank)
    # As many rows as dimensions split into parts of one row each.
    if (
        len(rows) > rank
        and work.too_much(len(rows), rank)
        and all(
            nmod_mat([table[i] for i in chosen], WORD).rank() == rank
            for chosen in _probes(len(rows), rank)
        )
    ):
        work.refuse()


def _restrictions(root: Lines, rank: int, prime: int) -> float:
    """Estimate how many restrictions an arrangement takes, from below, by random chains of flats.

    A flat F of rank k with c hyperplanes has at most binomial(c, k) bases. Hyperplanes that do not
    contain the flat so far, nor put it into H_0, are chosen one after the other; if there were a_i
    of them to choose from, the mean of a_1 .. a_k / k! over the number of bases of the flat that
    comes out is the number of all flats of rank k off H_0, weighted by how many lines they have
    (Knuth's estimate of the size of a tree).
    """
    draw, total = Random(len(root)), 0.0
    for _ in range(CHAINS):
        classes, mask, choices = root, 0, 1.0
        for k in range(rank - 2):
            flats = choices / comb(mask.bit_count(), k)
            total += flats * len(classes) * (2 if k else 1)
            lines_off = {line: rows for line, rows in classes.items() if not rows & 1}
            if k == rank - 3 or not lines_off:
                break
            counts = [rows.bit_count() for rows in lines_off.values()]
            choices *= sum(counts) / (k + 1)
            line = draw.choices(list(lines_off), counts)[0]
            mask |= lines_off[line]
            classes = restriction(rank - k, prime)(line, classes)
    return total / CHAINS


def _probes(rows: int, rank: int) -> Iterator[list[int]]:
    draw = Random(rows)
    return (draw.sample(range(rows), rank) for _ in range(PROBES))


def restriction(width: int, prime: int) -> Callable[[tuple[int, ...], Lines], Lines]:
    """Return the function (line, lines) -> the lines on the hyperplane of that line.

    >>> restriction(2, 7)((1, 3), {(1, 3): 0b1, (0, 1): 0b10, (1, 0): 0b100})
    {(1,): 6}
    """

    def restrict(line: tuple[int, ...], classes: Lines) -> Lines:
        pivot = line.index(1)
        rest = [(i, line[i]) for i in range(width) if i != pivot]
        return lines(
            (
                (tuple([(row[i] - c * row[pivot]) % prime for i, c in rest]), mask)
                for row, mask in classes.items()
            ),
            prime,
        )

    return restrict


def _restricted(
    restrict: Callable[[tuple[int, ...], Lines], Lines],
    work: Work,
    flat: int,
    line: tuple[int, ...],
    classes: Lines,
) -> Lines:
    work.add(len(classes))
    return restrict(line, classes)


def _points_before(prime: int, work: Work, flat: int, line: tuple[int, ...], classes: Lines) -> int:
    """In how many points hyperplanes before ``flat`` meet the given line of a plane, off H_0."""
    first, pivot = flat & -flat, line.index(1)
    i, j = (k for k in range(3) if k != pivot)
    a, b = line[i], line[j]
    slopes, infinity = set(), -2
    for row, mask in classes.items():
        lowest = mask & -mask
        if lowest < first:
            work.done += 1
            x, y = (row[i] - a * row[pivot]) % prime, (row[j] - b * row[pivot]) % prime
            slope = y * pow(x, -1, prime) % prime if x else -1
            if lowest == 1:
                infinity = slope
            else:
                slopes.add(slope)
    slopes.discard(infinity)
    return len(slopes)
