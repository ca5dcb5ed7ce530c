"""The smallest b on the unit sphere, exactly, by all flats that rows span.

b(x) is the largest a such that the rows with <w_i, x> >= a span R^n, the minimum over the
hyperplanes F spanned by rows of max {<w_i, x> : w_i not in F} (`common_bias`). b(s x) = s b(x) for
s > 0. So if b(v) <= -1 for some v, the minimum on the sphere is -1/|v| for the shortest v, the
nearest point to 0 of a polyhedron {<w_i, x> <= -1 : w_i not in F}. Otherwise b >= 0, and the
minimum is 1/|v| for the longest v with b(v) <= 1, a vertex of a polytope {<w_i, x> <= 1}, or 0 if
one of them is unbounded. On the ball, which holds 0, the minimum is the smaller of this and 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import to_sympy_rational
from polygeo.errors import DomainError
from polygeo.polyhedra.description import extreme_rays
from polygeo.polyhedra.nearest import nearest
from polygeo.polyhedra.vectors import Vector, complement, dot, primitive, rank
from polygeo.relu.matrix import ExactMatrix

__all__ = ["BALLS", "smallest_on_sphere"]

BALLS = ("sphere", "ball")
MAX_FLATS = 20_000
"""Largest number of sets of n - 1 rows that are looked at."""


def smallest_on_sphere(matrix: ExactMatrix, where: str) -> tuple[Any, tuple[mpq, ...]]:
    """Compute the minimum of b on the unit sphere, or ball, and the direction of a minimum.

    ``where``: "sphere" or "ball". The minimum is an mpq, or a SymPy number if it is a root.
    """
    m, n = matrix.shape
    if comb(m, n - 1) > MAX_FLATS:
        raise DomainError(
            f"the {where} needs at most {MAX_FLATS} sets of n - 1 rows; a {m} x {n} matrix has more"
        )
    if rank(matrix.rows) < n:
        raise DomainError("no bias makes W injective: its rank is too small")
    scaled, unit = matrix.scaled_rows
    below: list[tuple[mpq, list[mpq]]] = []
    above: list[tuple[mpq, list[mpq]]] = []
    flat = None
    for outside in _outsides(scaled):
        lifted = [(*row, 1) for row in outside]
        found = nearest(lifted, (*[0] * n, 1))
        if not found.inside:
            v = [mpq(c, found.rest[n]) for c in found.rest[:n]]
            below.append((dot(v, v), v))
        elif not below and flat is None:
            corners = _corners(outside, n)
            flat = next((list(map(mpq, c[:n])) for c in corners if not c[n]), None)
            if flat is None:
                ends = [[mpq(c, corner[n]) for c in corner[:n]] for corner in corners]
                above.append(max((dot(v, v), v) for v in ends))
    if below:
        square, v = min(below)
        return _root(-1, square, unit), tuple(v)
    if flat is not None:
        return mpq(0), tuple(flat)
    square, v = max(above)
    return (mpq(0), (mpq(0),) * n) if where == "ball" else (_root(1, square, unit), tuple(v))


def _outsides(rows: Sequence[Vector]) -> Iterator[list[Vector]]:
    """The rows outside of each hyperplane that rows span."""
    n = len(rows[0])
    seen: set[Vector] = set()
    for chosen in combinations([primitive(row) for row in rows if any(row)], n - 1):
        if n > 1 and rank(chosen) < n - 1:
            continue
        (normal,) = complement(chosen, n)
        if normal not in seen:
            seen.add(normal)
            yield [row for row in rows if dot(row, normal)]


def _corners(outside: Sequence[Vector], n: int) -> list[Vector]:
    """The vertices v/t of {<w, x> <= 1}, as (v, t), and with t = 0 directions of its rays."""
    if rank(outside) < n:
        return [(*complement(outside, n)[0], 0)]
    cone = [primitive((*(-c for c in row), 1)) for row in outside]
    return extreme_rays([*cone, (*[0] * n, 1)])


def _root(sign: int, square: mpq, unit: int) -> Any:
    """sign / (unit times the root of a square)."""
    from sympy import Rational, sqrt

    inverse = 1 / (square * unit * unit)
    root = sign * sqrt(to_sympy_rational(inverse))
    return mpq(int(root.p), int(root.q)) if isinstance(root, Rational) else root
