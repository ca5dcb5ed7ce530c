"""The inputs that a layer gets: R^n, or a convex set {x : A x + c >= 0} with rational A and c.

A set of inputs is kept by its inequalities, each as a primitive integer vector (a, c) in n + 1
coordinates. With one coordinate t more the set is a cone, {(x, t) : a x + c t >= 0, t >= 0}: the
closure of all (t x, t) with t > 0 and x in the set. A rational point and a layer with biases have
the same form, and so one decision serves all of them (`polygeo.relu.decision.domain`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, digits_of, rational
from polygeo.answers.options import describe
from polygeo.answers.sequence import plain, sequence
from polygeo.errors import DomainError, Refuted
from polygeo.polyhedra.vectors import Vector, dot, primitive
from polygeo.relu.matrix import MAX_ENTRIES, read_matrix, read_vector

__all__ = ["InputDomain", "box", "cone_of", "nonnegative", "polytope", "read_inputs"]

KINDS = "'nonnegative', a box (low, high), a cone, or a polytope (A, c) for A x + c >= 0"


@dataclass(frozen=True)
class InputDomain:
    """The set {x in R^dim : <a, x> + c >= 0 for each of the rows (a, c)}.

    * ``rows``: primitive integer vectors of length dim + 1.
    * ``name``: what a verdict calls the set.

    The set may be empty; `polygeo.relu.interior` decides that.

    >>> box(0, 1, 2).rows
    ((1, 0, 0), (0, 1, 0), (-1, 0, 1), (0, -1, 1))
    """

    dim: int
    rows: tuple[Vector, ...]
    name: str = "a polytope"

    @cached_property
    def is_cone(self) -> bool:
        """The answer to "are all constants c equal to 0?"."""
        return not any(row[-1] for row in self.rows)

    @cached_property
    def has_origin(self) -> bool:
        """The answer to "is 0 in the set?": no constant c is negative."""
        return all(row[-1] >= 0 for row in self.rows)

    @cached_property
    def sides(self) -> tuple[dict[int, mpq], dict[int, mpq]] | None:
        """The lower and the upper ends by coordinates; None if an inequality has two of these."""
        low: dict[int, mpq] = {}
        high: dict[int, mpq] = {}
        for row in self.rows:
            places = [j for j, c in enumerate(row[:-1]) if c]
            if len(places) != 1:
                return None
            j, end = places[0], mpq(-row[-1], row[places[0]])
            if row[j] > 0:
                low[j] = max(low.get(j, end), end)
            else:
                high[j] = min(high.get(j, end), end)
        return low, high

    @property
    def ends(self) -> tuple[tuple[mpq, ...], tuple[mpq, ...]] | None:
        """The lower and upper ends of a box; None for other sets and unbounded ones.

        >>> box([0, 1], 2, 2).ends
        ((mpq(0,1), mpq(1,1)), (mpq(2,1), mpq(2,1)))
        """
        if self.sides is None or any(len(side) < self.dim for side in self.sides):
            return None
        low, high = (tuple(side[j] for j in range(self.dim)) for side in self.sides)
        return low, high

    def contains(self, x: Sequence[Any]) -> bool:
        """Decide whether a rational point lies in the set (exact).

        >>> box(0, 1, 2).contains([1, "1/3"]), box(0, 1, 2).contains([1, -1])
        (True, False)
        """
        point = primitive((*read_vector(x, self.dim, "x"), mpq(1)))
        return all(dot(row, point) >= 0 for row in self.rows)

    def check(self, *points: Sequence[Any]) -> None:
        """Check that points are in the set; Refuted if one is not."""
        if not all(map(self.contains, points)):
            raise Refuted("one of the two inputs is not in the set of inputs")

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the dimension and the inequalities, in their order."""
        state = hashlib.sha256(f"{self.dim} {len(self.rows)}\n".encode())
        for row in self.rows:
            state.update((" ".join(map(digits_of, row)) + "\n").encode())
        return state.hexdigest()


def read_inputs(inputs: Any, dim: int) -> InputDomain | None:
    """Return the set of inputs in R^dim that a user describes; None for all of R^dim.

    ``inputs``: None; "nonnegative"; a box, the pair of its lower and upper ends, numbers or arrays
    of ``dim`` of them; a polyhedral cone of `polygeo.cones`; a polytope, the pair (A, c) of a k x
    dim matrix and k constants, for {x : A x + c >= 0}. Numbers are ints, fractions, strings such as
    "1/3", or floats, the dyadics that they are. DomainError, in one line, for anything else.

    >>> read_inputs("nonnegative", 2).rows
    ((1, 0, 0), (0, 1, 0))
    >>> read_inputs(([[1, 1], [-1, -1]], [0, "1/2"]), 2).rows
    ((1, 1, 0), (-2, -2, 1))
    """
    if inputs is None:
        return None
    if isinstance(inputs, InputDomain):
        if inputs.dim != dim:
            raise DomainError(f"inputs need {dim} coordinates; got {inputs.dim}")
        return inputs
    if isinstance(inputs, str):
        if inputs == "nonnegative":
            return nonnegative(dim)
        raise DomainError(f"inputs need {KINDS}; got {describe(inputs)}")
    from polygeo.cones.conic_set import ConicSet  # loads all cones

    if isinstance(inputs, ConicSet):
        return cone_of(inputs, dim)
    if isinstance(inputs, (bytes, dict, set)) or not hasattr(inputs, "__iter__"):
        raise DomainError(f"inputs need {KINDS}; got {describe(inputs)}")
    pair = tuple(inputs)[:3] if isinstance(inputs, (list, tuple)) else sequence(inputs, "inputs", 3)
    if len(pair) != 2:
        raise DomainError(f"inputs need {KINDS}; got {abbreviate(repr(inputs))}")
    first = plain(pair[0], "inputs")
    listed = first.tolist() if hasattr(first, "tolist") else first
    nested = isinstance(listed, (list, tuple)) and listed and hasattr(listed[0], "__len__")
    if nested and not isinstance(listed[0], str):
        return polytope(pair[0], pair[1], dim)
    return box(pair[0], pair[1], dim)


@lru_cache(maxsize=16)
def nonnegative(dim: int) -> InputDomain:
    """Return the orthant {x in R^dim : x >= 0}: pixels, and outputs of an earlier ReLU."""
    if dim * (dim + 1) > MAX_ENTRIES:
        raise DomainError(f"a set of inputs may have at most {MAX_ENTRIES} entries; got {dim}^2")
    return InputDomain(dim, tuple(_row(dim, j, 1, 0) for j in range(dim)), "nonnegative")


def box(low: Any, high: Any, dim: int) -> InputDomain:
    """Return the box {x in R^dim : low <= x <= high}.

    ``low``, ``high``: numbers, or ``dim`` of them; low <= high in each coordinate.

    >>> box([0, "1/2"], 1, 2).rows
    ((1, 0, 0), (0, 2, -1), (-1, 0, 1), (0, -1, 1))
    >>> box(1, 0, 2)
    Traceback (most recent call last):
    polygeo.errors.DomainError: inputs in a box need low <= high; got low = 1, high = 0 in ...
    """
    lows, highs = _ends(low, dim, "low of inputs"), _ends(high, dim, "high of inputs")
    for j, (a, b) in enumerate(zip(lows, highs, strict=True)):
        if a > b:
            raise DomainError(
                f"inputs in a box need low <= high; got low = {a}, high = {b} in coordinate {j}"
            )
    rows = [_row(dim, j, 1, -a) for j, a in enumerate(lows)]
    rows += [_row(dim, j, -1, b) for j, b in enumerate(highs)]
    return InputDomain(dim, tuple(rows), "a box")


def polytope(A: Any, c: Any, dim: int) -> InputDomain:
    """Return {x in R^dim : A x + c >= 0}; it may be unbounded.

    ``A``: k x dim rationals; ``c``: k of them.
    """
    matrix = read_matrix(A, "A of inputs")
    count, width = matrix.shape
    if width != dim:
        raise DomainError(f"A of inputs needs {dim} columns; got {count} x {width}")
    constants = read_vector(c, count, "c of inputs")
    rows = (primitive((*a, b)) for a, b in zip(matrix.entries, constants, strict=True))
    return InputDomain(dim, tuple(rows))


def cone_of(cone: Any, dim: int) -> InputDomain:
    """Return the points of a polyhedral cone of `polygeo.cones`.

    >>> from polygeo.cones import MonotoneCone
    >>> cone_of(MonotoneCone(3), 3).rows
    ((-1, 1, 0, 0), (0, -1, 1, 0))
    """
    if not hasattr(cone, "as_polyhedral"):
        raise DomainError(f"inputs need one convex cone; got {abbreviate(repr(cone))}")
    if cone.ambient_dim != dim:
        raise DomainError(f"inputs need a cone in R^{dim}; got one in R^{cone.ambient_dim}")
    described_by = cone.as_polyhedral()
    rows = [(*a, 0) for a in described_by.inequalities]
    for e in described_by.equations:
        rows += [(*e, 0), (*(-c for c in e), 0)]
    return InputDomain(dim, tuple(rows), "a cone")


def _ends(value: Any, dim: int, name: str) -> tuple[mpq, ...]:
    """``dim`` numbers, or one number ``dim`` times."""
    value = plain(value, name)
    if hasattr(value, "ndim") and value.ndim == 0:
        value = value.item()
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return (rational(value, name),) * dim
    return read_vector(value, dim, name)


def _row(dim: int, place: int, sign: int, constant: Any) -> Vector:
    """The primitive vector of sign x_place + constant >= 0."""
    value = mpq(constant)
    row = [0] * (dim + 1)
    row[place] = sign * int(value.denominator)
    row[dim] = int(value.numerator)
    return tuple(row)
