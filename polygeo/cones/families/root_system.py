"""Finite reflection groups: types, exponents, simple roots, and the basis dual to the roots.

Exponents and types are those of humphreys1990reflection, sections 2.10 and 3.7; D_2 and I_2(2)
(both A_1 x A_1) are allowed, C_n is B_n and G_2 is I_2(6). A linear form on R^r is written as
terms (coordinate, c, n), each standing for c sqrt(n) x_coordinate with rational c: all simple
roots below have such entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from flint import fmpq_mat
from gmpy2 import mpq, mpz

from polygeo.answers.exact import abbreviate, digits_of, integer, rational, to_flint
from polygeo.answers.options import set_fields
from polygeo.cones.cone import MAX_DIM
from polygeo.errors import DomainError

__all__ = [
    "FiniteType",
    "Form",
    "dual_forms",
    "exponents",
    "finite_type",
    "group_order",
    "simple_forms",
    "simple_roots",
]

Form = tuple[tuple[int, mpq, int], ...]

RANGES = {"A": (1, MAX_DIM), "B": (1, MAX_DIM), "D": (2, MAX_DIM), "E": (6, 8), "F": (4, 4)}
RANGES |= {"H": (3, 4), "I2": (2, 10**12)}

EXCEPTIONAL = {
    ("E", 6): (1, 4, 5, 7, 8, 11),
    ("E", 7): (1, 5, 7, 9, 11, 13, 17),
    ("E", 8): (1, 7, 11, 13, 17, 19, 23, 29),
    ("F", 4): (1, 5, 7, 11),
    ("H", 3): (1, 5, 9),
    ("H", 4): (1, 11, 19, 29),
}

_JOINED = re.compile(r"(?:([A-H])([0-9]{1,6})|I2\(([0-9]{1,13})\))")


def finite_type(letter: Any, index: Any = 0) -> tuple[str, int]:
    """Read a type as (letter, rank), or ("I2", p); also from one word such as "E6" or "I2(5)".

    DomainError for what is no finite irreducible type (D_2 and I_2(2) are accepted).

    >>> finite_type("C", 3), finite_type("E8"), finite_type("G", 2), finite_type("I2", 5)
    (('B', 3), ('E', 8), ('I2', 6), ('I2', 5))
    """
    if not isinstance(letter, str):
        raise DomainError(f"a type is a letter such as 'B'; got {abbreviate(repr(letter))}")
    number = integer(index, "rank")
    joined = _JOINED.fullmatch(letter) if number == 0 else None
    if joined:
        letter = joined[1] or "I2"
        number = int(joined[2] or joined[3])
    if letter == "C":
        letter = "B"
    if (letter, number) == ("G", 2):
        return "I2", 6
    if letter not in RANGES:
        raise DomainError(f"a type is one of A B C D E F G H I2; got {abbreviate(repr(letter))}")
    low, high = RANGES[letter]
    if not low <= number <= high:
        what = "I2(p) needs p" if letter == "I2" else f"type {letter} needs a rank"
        raise DomainError(f"{what} in [{low}, {high}]; got {abbreviate(digits_of(number))}")
    return letter, number


@dataclass(frozen=True)
class FiniteType:
    """A type of finite reflection groups, as `finite_type` reads it: a letter and a rank, or p."""

    type: str
    index: int = 0

    def __post_init__(self) -> None:
        letter, index = finite_type(self.type, self.index)
        set_fields(self, type=letter, index=index)

    @property
    def ambient_dim(self) -> int:
        """Rank of the group, the dimension of the space that it acts on."""
        return 2 if self.type == "I2" else self.index


def exponents(letter: str, index: int) -> tuple[int, ...]:
    """Return the exponents m_1 <= ... <= m_r of a finite type.

    >>> exponents("D", 4)
    (1, 3, 3, 5)
    """
    if letter == "A":
        return tuple(range(1, index + 1))
    if letter == "B":
        return tuple(range(1, 2 * index, 2))
    if letter == "D":
        return tuple(sorted((*range(1, 2 * index - 2, 2), index - 1)))
    if letter == "I2":
        return 1, index - 1
    return EXCEPTIONAL[letter, index]


def group_order(letter: str, index: int) -> mpz:
    """Return the order of the group: the product of m_i + 1 (humphreys1990reflection, 3.9).

    >>> group_order("E", 8)
    mpz(696729600)
    """
    return prod((mpz(m + 1) for m in exponents(letter, index)), start=mpz(1))


def simple_forms(letter: str, index: int) -> Iterator[Form]:
    """Yield positive multiples of the simple roots, as forms on R^rank; not for I2.

    A_r: sqrt(i+1) y_i - sqrt(i-1) y_{i-1}, which are the differences x_{i+1} - x_i for the point
    x = sum_j y_j (-1, ..., -1, j, 0, ..., 0) / sqrt(j (j+1)) of the hyperplane sum x = 0.
    B_r: x_1 and x_{i+1} - x_i. D_r: x_1 + x_2 and x_{i+1} - x_i. E, F: Bourbaki's roots, with an
    orthonormal basis for the last coordinates of E_6, E_7 and the coordinates of F_4 reversed.
    H: humphreys1990reflection, section 2.13.

    >>> list(simple_forms("B", 2))
    [((0, mpq(1,1), 1),), ((0, mpq(-1,1), 1), (1, mpq(1,1), 1))]
    """
    one = mpq(1)
    if letter == "A":
        for i in range(1, index + 1):
            below = ((i - 2, -one, i - 1),) if i > 1 else ()
            yield (*below, (i - 1, one, i + 1))
    elif letter in ("B", "D"):
        yield ((0, one, 1),) if letter == "B" else ((0, one, 1), (1, one, 1))
        for i in range(index - 1):
            yield (i, -one, 1), (i + 1, one, 1)
    else:
        yield from _exceptional_forms(letter, index)


def _exceptional_forms(letter: str, index: int) -> Iterator[Form]:
    one, half = mpq(1), mpq(1, 2)
    if letter == "E":
        last = {6: 3, 7: 2, 8: 1}[index]
        signs = (half, *[-half] * (index - 2))
        yield (*((i, c, 1) for i, c in enumerate(signs)), (index - 1, half, last))
        yield (0, one, 1), (1, one, 1)
        for i in range(index - 2):
            yield (i, -one, 1), (i + 1, one, 1)
    elif letter == "F":
        yield ((0, one, 1),)
        for i in range(2):
            yield (i, -one, 1), (i + 1, one, 1)
        yield (0, -half, 1), (1, -half, 1), (2, -half, 1), (3, half, 1)
    else:
        quarter = mpq(1, 4)
        a = ((quarter, 1), (quarter, 5))  # cos(pi/5)
        b = ((-quarter, 1), (quarter, 5))  # cos(2 pi/5)
        c = ((half, 1),)
        rows = [[(a, 1), (c, -1), (b, 1)], [(a, -1), (c, 1), (b, 1)], [(c, 1), (b, 1), (a, -1)]]
        if index == 4:
            rows.append([(c, -1), (a, -1), ((), 1), (b, 1)])
        for row in rows:
            yield tuple((i, sign * x, n) for i, (entry, sign) in enumerate(row) for x, n in entry)


def simple_roots(letter: str, index: int) -> Any:
    """Return the simple roots of unit length as rows, float64 (rank, rank).

    >>> simple_roots("I2", 4).round(3).tolist()
    [[0.707, -0.707], [0.0, 1.0]]
    """
    import numpy as np

    if letter == "I2":
        angle = np.pi / index
        return np.array([[np.sin(angle), -np.cos(angle)], [0.0, 1.0]])
    rows = np.zeros((index, index))
    for row, form in zip(rows, simple_forms(letter, index), strict=True):
        for i, c, n in form:
            row[i] += float(c) * n**0.5
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def dual_forms(letter: str, index: int) -> Iterator[Form]:
    """Yield positive multiples of the basis dual to the simple roots: the rays of the chamber.

    >>> list(dual_forms("B", 2))
    [((0, mpq(1,1), 1), (1, mpq(1,1), 1)), ((1, mpq(1,1), 1),)]
    """
    one = mpq(1)
    if letter == "A":
        for k in range(1, index + 1):
            yield tuple((j - 1, mpq(1, j * (j + 1)), j * (j + 1)) for j in range(k, index + 1))
    elif letter in ("B", "D"):
        start = 0
        if letter == "D":
            yield tuple((j, one, 1) for j in range(index))
            yield (0, -one, 1), *((j, one, 1) for j in range(1, index))
            start = 2
        for k in range(start, index):
            yield tuple((j, one, 1) for j in range(k, index))
    else:
        yield from _inverse_forms(letter, index)


@lru_cache(maxsize=16)
def _inverse_forms(letter: str, index: int) -> tuple[Form, ...]:
    """The columns of the inverse of the matrix of simple roots, over Q(sqrt m).

    p + q sqrt(m) is written as the 2 x 2 block (p, m q; q, p) of a rational matrix.
    """
    forms = list(simple_forms(letter, index))
    m = max(n for form in forms for _, _, n in form)
    blocks = fmpq_mat(2 * index, 2 * index)
    for i, form in enumerate(forms):
        for j, c, n in form:
            x = to_flint(c)
            if n == 1:
                blocks[2 * i, 2 * j] += x
                blocks[2 * i + 1, 2 * j + 1] += x
            else:
                blocks[2 * i, 2 * j + 1] += m * x
                blocks[2 * i + 1, 2 * j] += x
    inverse = blocks.inv()

    def entries(i: int) -> Iterator[tuple[int, mpq, int]]:
        for j in range(index):
            for place, n in ((2 * j, 1), (2 * j + 1, m)):
                x = inverse[place, 2 * i]
                if x != 0:
                    yield j, rational(x), n

    return tuple(tuple(entries(i)) for i in range(index))
