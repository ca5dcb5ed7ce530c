"""Two inputs that a layer cannot tell apart, in rational numbers.

If the rows S(x) = {w_i : <w_i, x> >= 0} do not span R^n, a direction d != 0 is orthogonal to all of
them, and x + eps d and x - eps d have the same image for eps > 0 small: the rows of S(x) do not see
d, and the others stay negative (puthawala2022globally).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.polyhedra.vectors import (
    Vector,
    dot,
    primitive,
    rank,
)

__all__ = ["Witness", "collides", "witness_at"]


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
    direction = _unseen(rows, x)
    if direction is None:
        return None
    largest = max((abs(c) for c in x), default=mpq(0))
    if largest:
        for bits in (3, 6, 12, 24):
            rounded = tuple(mpq(round(c / largest * 2**bits)) for c in x)
            shorter = _unseen(rows, rounded) if any(rounded) else None
            if shorter is not None:
                x, direction = rounded, shorter
                break
    limits = []
    for w in rows:
        value, slope = dot(w, x), abs(dot(w, direction))
        if value < 0 and slope:
            limits.append(mpq(-value) / slope)
    return Witness(x, direction, _shorter(min(limits)) if limits else mpq(1))


def _unseen(rows: Sequence[Vector], x: Sequence[mpq]) -> Vector | None:
    """A direction orthogonal to S(x), None if there is none."""
    n = len(x)
    seen = [w for w in rows if dot(w, x) >= 0 and any(w)]
    if len(seen) >= n and rank(seen) == n:
        return None
    if not seen:
        return tuple(int(j == 0) for j in range(n))
    basis, _ = fmpz_mat([list(w) for w in seen]).nullspace()
    return primitive([int(basis[j, 0]) for j in range(n)])


def _shorter(limit: mpq) -> mpq:
    """A power of two in (limit/2, limit]: positive, and easy to read."""
    power = limit.numerator.bit_length() - limit.denominator.bit_length()
    found = mpq(2) ** (power + 1)
    while found > limit:
        found /= 2
    return found
