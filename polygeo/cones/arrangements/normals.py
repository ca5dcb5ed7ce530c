"""Normals of hyperplanes as a user gives them: rational, with square roots, or floats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from polygeo.answers.exact import is_expression, rational, shorten
from polygeo.answers.sequence import sequence
from polygeo.cones.cone import checked_dim
from polygeo.errors import DomainError
from polygeo.polyhedra.field_number import field_number
from polygeo.polyhedra.number_field import Surd, field_line

__all__ = ["Normal", "checked_snap", "distinct_lines", "has_roots", "read_normals"]

Normal = tuple[Any, ...]
"""Primitive ints, or numbers with square roots (`polygeo.polyhedra.number_field.Surd`)."""

SHORT = 20
"""Number of binary places up to which a float is taken as the exact number that is meant."""


def read_normals(data: Any, name: str) -> tuple[list[Normal], bool]:
    """Read rows as exact numbers, and tell whether floats of many binary places are among them.

    DomainError, in one line, for no rows, ragged rows and what is no number.

    >>> read_normals([[1, 0.5], [0, "sqrt(2)"]], "normals")
    ([(mpq(1,1), mpq(1,2)), (mpq(0,1), 'sqrt(2)')], False)
    """
    rows = [sequence(row, f"a row of {name}") for row in sequence(data, name)]
    if not rows:
        raise DomainError(f"{name} needs at least one row; got none")
    d = checked_dim(len(rows[0]), f"the length of a row of {name}", least=1)
    ragged = next((len(row) for row in rows if len(row) != d), None)
    if ragged is not None:
        raise DomainError(f"every row of {name} needs {d} numbers; got {ragged}")
    floats = any(is_rounded(x) for row in rows for x in row)
    return [tuple(field_number(x, f"an entry of {name}") for x in row) for row in rows], floats


def has_roots(data: Any) -> bool:
    """Check whether rows of numbers hold a string with sqrt or an irrational SymPy expression.

    >>> has_roots([[1, "sqrt(2)"]]), has_roots([[1, "1/2"]]), has_roots(3)
    (True, False, False)
    """
    if not isinstance(data, (list, tuple)):
        data = data.tolist() if getattr(getattr(data, "dtype", None), "kind", "") == "O" else ()
    return any(
        isinstance(x, Surd)
        or (isinstance(x, str) and "sqrt" in x)
        or (is_expression(x) and not x.is_Rational)
        for row in data
        for x in (row if isinstance(row, (list, tuple)) else (row,))
    )


def is_rounded(value: Any) -> bool:
    """Check whether a number is a float that is no multiple of 2^-20.

    >>> is_rounded(0.1), is_rounded(0.75), is_rounded(3)
    (True, False, False)
    """
    if not isinstance(value, float) or not isfinite(value):
        return False
    return value.as_integer_ratio()[1].bit_length() > SHORT + 1


def distinct_lines(rows: Iterable[Sequence[Any]]) -> tuple[Normal, ...]:
    """Return one vector for each line that the rows span, sorted; no row may be 0.

    >>> distinct_lines([(0, 2), (1, 1), (0, -1)])
    ((0, 1), (1, 1))
    """
    found = {field_line(row) for row in rows}
    if any(not any(line) for line in found):
        raise DomainError("a normal must not be the zero vector")
    return tuple(sorted(found, key=lambda line: [Surd.of(x).terms for x in line]))


def checked_snap(snap: Any) -> float | None:
    """Return an angle in [1e-15, 1/10], or None; DomainError otherwise."""
    if snap is None:
        return None
    angle = rational(snap, "snap")
    if not 1e-15 <= angle <= 0.1:
        raise DomainError(f"snap must lie in [1e-15, 1/10]; got snap={shorten(angle)}")
    return float(angle)
