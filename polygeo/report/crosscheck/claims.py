"""Claims: what somebody else says a quantity is, read from CSV, JSON or dictionaries.

Nothing is evaluated. A row that cannot be read keeps its place and says why, so that the other rows
are still compared; only a source that holds no rows at all is an error.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ulp
from os import PathLike
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.ball import Ball
from polygeo.answers.certification import enclosure
from polygeo.answers.converged import Converged
from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import abbreviate, is_expression, rational
from polygeo.answers.files import named
from polygeo.answers.sequence import sequence
from polygeo.answers.serialise import show
from polygeo.errors import DomainError
from polygeo.report.files import MAX_BYTES, read_text

__all__ = ["Claim", "StatedNumber", "claims", "claims_of_file"]

MAX_VALUE = mpz(10) ** 100
"""Largest numerator and denominator of a parameter."""

RESERVED = ("quantity", "parameters", "value", "tolerance")
LAYOUT = "a header 'quantity,parameters,value[,tolerance]'"


@dataclass(frozen=True)
class Claim:
    """One row of somebody else's numbers.

    * ``place``: where the row stands.
    * ``quantity``, ``parameters``, ``value``: the claim.
    * ``tolerance``: how far the value may be off; None: the value is correct to its last digit.
    * ``problem``: why the row cannot be read, or an empty text.
    """

    place: str
    quantity: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    value: Any = None
    tolerance: Any = None
    problem: str = ""

    def __str__(self) -> str:
        if not self.quantity:
            return "-"
        inner = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return abbreviate(f"{self.quantity}({inner})")


@dataclass(frozen=True)
class StatedNumber:
    """A stated number: anything in [low, high], to ``digits`` digits whose last place is ``unit``.

    ``unit`` is 0 for an exact number: an integer or a fraction.

    >>> StatedNumber.read("0.1514")
    StatedNumber(low=mpq(757,5000), high=mpq(757,5000), unit=mpq(1,10000), digits=4)
    >>> StatedNumber.read("155/1024").unit, StatedNumber.read("1.50e-3").unit
    (mpq(0,1), mpq(1,100000))
    """

    low: mpq
    high: mpq
    unit: mpq
    digits: int

    @classmethod
    def read(cls, value: Any) -> StatedNumber:
        """Read a text, a rational, a float (its unit is the spacing of floats) or an answer."""
        if isinstance(value, Ball):
            return cls(value.lower, value.upper, mpq(0), 20)
        if isinstance(value, Estimate):  # at the confidence of `Estimate.agrees`
            low, high = map(rational, value.test_interval(1e-6))
            return cls(low, high, mpq(0), 20)
        if isinstance(value, Converged):
            return cls(value.value - value.error, value.value + value.error, mpq(0), 20)
        number = rational(value, "value")
        if isinstance(value, str):
            unit, digits = _last_place(value)
        elif isinstance(value, float):
            unit, digits = mpq(ulp(value)), 17
        else:
            unit, digits = mpq(0), 20
        return cls(number, number, unit, digits)

    @classmethod
    def ends(cls, answer: Any, digits: int) -> tuple[mpq, mpq]:
        """Return the interval in which an answer of ours lies, to so many digits if it is symbolic.

        It is a point for a rational number.
        """
        stated = cls.read(enclosure(answer, digits) if is_expression(answer) else answer)
        return stated.low, stated.high


def _last_place(text: str) -> tuple[mpq, int]:
    """The unit of the last digit of a decimal, and its number of significant digits."""
    mantissa, _, exponent = text.strip().lower().partition("e")
    digits = len(re.sub(r"\D", "", mantissa).lstrip("0")) or 1
    if "/" in text or not ("." in mantissa or exponent):
        return mpq(0), max(digits, 20)
    places = len(mantissa.partition(".")[2])
    return mpq(10) ** (int(exponent or 0) - places), digits


def claims(rows: Iterable[Any]) -> list[Claim]:
    """Read claims from dictionaries with quantity, parameters, value and perhaps tolerance.

    Parameters come as a dictionary, as text ``"m=20 n=3"`` or as entries of the row itself.
    DomainError if there are no rows.

    >>> str(claims([{"quantity": "q", "m": 20, "n": 3, "value": "25861/524288"}])[0])
    'q(m=20, n=3)'
    """
    found = [
        _claim(f"row {i}", row) for i, row in enumerate(sequence(rows, "a cross-check"), start=1)
    ]
    if not found:
        raise DomainError("a cross-check needs at least one row; got none")
    return found


def claims_of_file(path: str | PathLike[str]) -> list[Claim]:
    """Read the claims in a JSON file (a list of objects) or else in a CSV file with a header."""
    text = read_text(path, "the cross-check file")
    if str(path).lower().endswith(".json") or text.lstrip()[0] in "[{":
        return claims(_json_rows(text, path))
    return _csv_claims(text, path)


def _json_rows(text: str, path: Any) -> list[Any]:
    try:
        # Numbers stay text: as many digits as were written.
        content = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as problem:
        reason = getattr(problem, "msg", None) or "nested too deeply"
        line = f" (line {problem.lineno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise DomainError(f"{named(path)} is not valid JSON: {reason}{line}") from None
    if isinstance(content, dict):
        content = content.get("rows")
    if not isinstance(content, list):
        raise DomainError(
            f"{named(path)} needs a list of rows, each an object with quantity and value"
        )
    return content


def _csv_claims(text: str, path: Any) -> list[Claim]:
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = next((sign for sign in ",;\t" if sign in first), ",")
    limit = csv.field_size_limit(MAX_BYTES)
    try:
        # A comment becomes an empty line, so that the numbers of the lines stay right.
        reader = csv.reader(
            ("" if line.startswith("#") else line for line in lines),
            delimiter=delimiter,
            skipinitialspace=True,
        )
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as problem:
        raise DomainError(f"{named(path)} is not valid CSV: {problem}") from None
    finally:
        csv.field_size_limit(limit)
    names = [name.strip() for name in rows[0][1]] if rows else []
    header = [name.lower() if name.lower() in RESERVED else name for name in names]
    if not {"quantity", "value"} <= set(header):
        raise DomainError(f"{named(path)} needs {LAYOUT}; got {abbreviate(first.strip())!r}")
    if len(set(header)) < len(header):
        raise DomainError(f"{named(path)} has a column twice: {abbreviate(', '.join(header))}")
    if len(rows) == 1:
        raise DomainError(f"{named(path)} has a header and no rows")
    return [_csv_claim(f"line {line}", header, row) for line, row in rows[1:]]


def _csv_claim(place: str, header: list[str], row: list[str]) -> Claim:
    if len(row) > len(header):
        return Claim(place, problem=f"{len(header)} cells are needed; got {len(row)}")
    cells = (cell.strip() for cell in row)
    return _claim(place, {n: c for n, c in zip(header, cells, strict=False) if c})


def _claim(place: str, row: Any) -> Claim:
    if not isinstance(row, Mapping):
        got = abbreviate(repr(row), 60)
        return Claim(place, problem=f"a row needs quantity, parameters and value; got {got}")
    quantity, value = row.get("quantity"), row.get("value")
    if not isinstance(quantity, str) or not quantity:
        return Claim(place, problem=f"quantity needs a name; got {abbreviate(repr(quantity))}")
    if value is None:
        return Claim(place, quantity, problem="a value is needed; got none")
    entries = {n: v for n, v in row.items() if n not in RESERVED and v is not None}
    try:
        given = _parameters(row.get("parameters"))
    except DomainError as reason:
        return Claim(place, quantity, value=value, problem=str(reason))
    parameters = {str(name): _parameter(v) for name, v in [*given.items(), *entries.items()]}
    twice = ", ".join(given.keys() & entries.keys())
    problem = f"{twice} is given twice" if twice else ""
    return Claim(place, quantity, parameters, value, row.get("tolerance"), problem)


def _parameters(given: Any) -> dict[str, Any]:
    """From a mapping, or from text like 'm=20 n=3' (also with commas or semicolons)."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {str(name): value for name, value in given.items()}
    if isinstance(given, str):
        parts = re.sub(r"\s*=\s*", "=", given.strip()).replace(",", " ").replace(";", " ").split()
        pairs = [part.partition("=") for part in parts]
        names = [name for name, _, _ in pairs]
        if all(name and value for name, _, value in pairs) and len(set(names)) == len(names):
            return {name: value for name, _, value in pairs}
    raise DomainError(f"parameters look like 'm=20 n=3'; got {abbreviate(repr(given))}")


def _parameter(value: Any) -> Any:
    """An int or a rational where it reads as one (20.0 is 20), a truth value, else the word."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    try:
        number = rational(value)
    except DomainError:
        return value
    if max(abs(number.numerator), number.denominator) > MAX_VALUE:
        return abbreviate(show(number))  # a word, so that the quantity refuses it
    return int(number) if number.denominator == 1 else number
