"""Linear constraints as text: "x1 > x2; x2 = x3; 2 x1 - x2/3 >= x4".

    constraints = chain (";" | "," | line end) chain ..
    chain       = sum relation sum [relation sum ..]
    relation    = ">" | ">=" | "<" | "<=" | "=" | "=="
    sum         = ["+" | "-"] term ("+" | "-") term ..
    term        = [number ["*"]] name ["/" number] | number

Numbers are decimal or n/m. > and >= mean the same, closed inequality. Nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, rational
from polygeo.errors import DomainError

__all__ = ["read_affine_constraints"]

MAX_LENGTH = 100_000
"""Largest number of characters of a line of constraints."""

_RELATION = re.compile(r"(>=|<=|==|>|<|=)")
_NUMBER = r"\d+(?:\.\d+)?(?:/\d+)?"
_TERM = re.compile(
    rf"\s*([+-])?\s*(?:(?:({_NUMBER})\s*\*?\s*)?([A-Za-z_]\w*)(?:\s*/\s*(\d+(?:\.\d+)?))?|({_NUMBER}))\s*"
)

Row = list[mpq]


def read_affine_constraints(text: str, names: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """Return the rows (a, b) of conditions a x >= b and those of conditions a x = b.

    Raises DomainError for what the grammar does not have and for a name that is none of the
    variables.

    >>> read_affine_constraints("x1 > x2 + 1/2", ["x1", "x2"])
    ([[mpq(1,1), mpq(-1,1), mpq(1,2)]], [])
    """
    if len(text) > MAX_LENGTH:
        raise DomainError(f"constraints may have {MAX_LENGTH} characters; got {len(text)}")
    above: list[Row] = []
    equal: list[Row] = []
    places = {name: i for i, name in enumerate(names)}
    for chain in re.split(r"[;,\n]", text):
        if not chain.strip():
            continue
        parts = _RELATION.split(chain)
        if len(parts) < 3:
            raise DomainError(f"a constraint needs >, < or =; got {abbreviate(chain.strip())}")
        sides = [_sum(part, places, chain) for part in parts[::2]]
        for left, relation, right in zip(sides, parts[1::2], sides[1:], strict=False):
            row = [a - b for a, b in zip(left, right, strict=True)]
            row[-1] = -row[-1]
            if relation in ("=", "=="):
                equal.append(row)
            else:
                above.append(row if relation[0] == ">" else [-c for c in row])
    if not above and not equal:
        raise DomainError("constraints are needed; got an empty text")
    return above, equal


def _sum(text: str, places: dict[str, int], chain: str) -> Row:
    """Return the coefficients of the variables, and the constant at the end."""
    row = [mpq(0)] * (len(places) + 1)
    position, first = 0, True
    while position < len(text) or first:
        match = _TERM.match(text, position)
        if match is None or match.end() == position or not (first or match[1]):
            raise DomainError(
                f"a constraint such as 2 x1 - x2 >= x3 is needed; got {abbreviate(chain.strip())}"
            )
        sign, factor, name, divisor, constant = match.groups()
        value = rational(constant or factor or "1")
        if divisor is not None:
            if not rational(divisor):
                raise DomainError(f"a division by 0 in {abbreviate(chain.strip())}")
            value /= rational(divisor)
        if sign == "-":
            value = -value
        if name is not None and name not in places:
            known = abbreviate(", ".join(places))
            raise DomainError(f"{abbreviate(name)} is none of the variables {known}")
        row[-1 if name is None else places[name]] += value
        position, first = match.end(), False
    return row
