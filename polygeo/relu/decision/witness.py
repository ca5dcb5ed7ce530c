"""Two inputs that a layer cannot tell apart, in rational numbers.

If the rows S(x) = {w_i : <w_i, x> >= 0} do not span R^n, a direction d != 0 is orthogonal to all of
them, and x + eps d and x - eps d have the same image for eps > 0 small: the rows of S(x) do not see
d, and the others stay negative (puthawala2022globally).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpz_mat, nmod_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.polyhedra.vectors import Vector, dot, primitive, rank, units

__all__ = ["Witness", "collides", "witness_at", "witness_in", "witness_of_few"]

PRIME = (1 << 61) - 1

Point = tuple[mpq, ...]


@dataclass(frozen=True)
class Witness:
    """A point x, a direction d and a number eps: x + eps d and x - eps d have the same image."""

    x: tuple[mpq, ...]
    direction: Vector
    eps: mpq

    @property
    def collision(self) -> tuple[tuple[mpq, ...], tuple[mpq, ...]]:
        """The two inputs x + eps d and x - eps d."""
        pairs = list(zip(self.x, self.direction, strict=True))
        return (
            tuple(x + self.eps * d for x, d in pairs),
            tuple(x - self.eps * d for x, d in pairs),
        )


def collides(rows: Sequence[Vector], a: Sequence[mpq], b: Sequence[mpq]) -> bool:
    """Check that a != b and that the positive parts of <w, a> and <w, b> agree for all rows.

    False where the lengths of the rows and of the two inputs differ.
    """
    if any(len(w) != len(a) or len(w) != len(b) for w in rows):
        return False
    return tuple(a) != tuple(b) and all(max(dot(w, a), 0) == max(dot(w, b), 0) for w in rows)


def witness_at(rows: Sequence[Vector], point: Sequence[Any]) -> Witness | None:
    """Return the witness at a rational point, or None if the rows S(x) span R^n there.

    A shorter x is taken where rounding leaves S(x) too small.

    >>> witness_at([(1, 0), (0, 1), (1, 1)], (-1, -2))
    Witness(x=(mpq(-4,1), mpq(-8,1)), direction=(1, 0), eps=mpq(4,1))
    """
    x = tuple(mpq(c) for c in point)
    largest = max(map(abs, x), default=mpq(0)) or mpq(1)
    found = _short(
        x,
        lambda at: _unseen(rows, [dot(w, at) for w in rows], len(x)),
        lambda c, bits: mpq(round(c / largest * 2**bits)),
    )
    if found is None:
        return None
    x, direction = found
    return Witness(x, direction, _step([(dot(w, x), dot(w, direction)) for w in rows]))


def _short(
    x: Point, unseen: Callable[[Point], Vector | None], rounded: Callable[[mpq, int], mpq]
) -> tuple[Point, Vector] | None:
    """x, or what it is rounded to if that will do, and its unseen direction."""
    direction = unseen(x)
    if direction is None:
        return None
    for bits in (3, 6, 12, 24):
        near = tuple(rounded(c, bits) for c in x)
        shorter = unseen(near)
        if shorter is not None:
            return near, shorter
    return x, direction


def witness_of_few(rows: Sequence[Vector]) -> Witness | None:
    """Return the witness at x = 0 for fewer rows than columns, from one system of linear equations.

    None where the rank modulo a prime is not that of the rows.

    >>> witness_of_few([(1, 2, 3), (0, 1, 1)])
    Witness(x=(mpq(0,1), mpq(0,1), mpq(0,1)), direction=(-1, -1, 1), eps=mpq(1,1))
    """
    n = len(rows[0])
    echelon, count = nmod_mat([[c % PRIME for c in row] for row in rows], PRIME).rref()
    lines: Any = echelon.tolist()[: int(count)]
    pivots = [next(j for j, c in enumerate(line) if int(c)) for line in lines]
    free = next(j for j in range(n) if j not in pivots)
    direction = [mpq(0)] * n
    direction[free] = mpq(1)
    if pivots:
        columns = [[c % PRIME for c in column] for column in zip(*rows, strict=True)]
        own: Any = nmod_mat([columns[j] for j in pivots], PRIME).rref()[0].tolist()
        chosen = [next(i for i, c in enumerate(line) if int(c)) for line in own]
        square = fmpz_mat([[rows[i][j] for j in pivots] for i in chosen])
        try:
            solution = square.solve(fmpz_mat([[-rows[i][free]] for i in chosen]))
        except ZeroDivisionError:
            return None
        for j, c in zip(pivots, solution.entries(), strict=True):
            direction[j] = rational(c)
    whole = primitive(direction)
    if any(dot(row, whole) for row in rows):
        return None
    return Witness((mpq(0),) * n, whole, mpq(1))


def witness_in(
    rows: Sequence[Vector],
    inequalities: Sequence[Vector],
    directions: Sequence[Vector] | None,
    point: Sequence[Any],
) -> Witness | None:
    """Find the witness at a point inside a set of inputs; None if the rows of its S(x) span enough.

    ``rows``: (w_i, b_i); ``inequalities``: those (a_j, c_j) that are > 0 at the point;
    ``directions``: a basis of the directions of the hull of the inputs, None for R^n. A shorter x
    is taken where that is possible.

    >>> witness_in([(1, 0, 0), (0, 1, -1)], [(1, 0, 0), (0, 1, 0)], None, (1, "1/2"))
    Witness(x=(mpq(1,1), mpq(1,2)), direction=(0, -1), eps=mpq(1,2))
    """
    x = tuple(mpq(c) for c in point)
    images = [w[:-1] for w in rows]
    if directions is not None:
        images = [tuple(dot(w, d) for d in directions) for w in images]
    size = len(x) if directions is None else len(directions)

    def unseen(at: Sequence[mpq]) -> Vector | None:
        z = (*at, mpq(1))
        if not all(dot(a, z) > 0 for a in inequalities):
            return None
        return _unseen(images, [dot(w, z) for w in rows], size) if size else None

    # On a flat set a rounded point would leave the hull.
    found = _short(x, unseen, _rounded if directions is None else lambda c, _: c)
    if found is None:
        return None
    x, direction = found
    if directions is not None:
        direction = primitive([dot(column, direction) for column in zip(*directions, strict=True)])
    z, d = (*x, mpq(1)), (*direction, 0)
    pairs = [(dot(w, z), dot(w, d)) for w in rows]
    pairs += [(-dot(a, z), dot(a, d)) for a in inequalities]
    return Witness(x, direction, _step(pairs))


def _rounded(x: mpq, bits: int) -> mpq:
    """x with so many bits behind its first one."""
    if not x:
        return x
    unit = mpq(2) ** (x.numerator.bit_length() - x.denominator.bit_length() - bits)
    return round(x / unit) * unit


def _step(pairs: Sequence[tuple[mpq, Any]]) -> mpq:
    """eps such that the values that are negative stay <= 0, given with their slopes."""
    limits = [mpq(-value) / abs(slope) for value, slope in pairs if value < 0 and slope]
    return _shorter(min(limits)) if limits else mpq(1)


def _unseen(rows: Sequence[Vector], values: Sequence[mpq], n: int) -> Vector | None:
    """A direction orthogonal to the rows with values >= 0, None if there is none."""
    seen = [w for w, value in zip(rows, values, strict=True) if value >= 0 and any(w)]
    if len(seen) >= n and rank(seen) == n:
        return None
    if not seen:
        return units(n)[0]
    basis, _ = fmpz_mat([list(w) for w in seen]).nullspace()
    return primitive([int(basis[j, 0]) for j in range(n)])


def _shorter(limit: mpq) -> mpq:
    """A power of two in (limit/2, limit]: positive, and easy to read."""
    power = limit.numerator.bit_length() - limit.denominator.bit_length()
    found = mpq(2) ** (power + 1)
    while found > limit:
        found /= 2
    return found
