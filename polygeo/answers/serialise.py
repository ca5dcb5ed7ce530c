"""Functions for every kind of answer: `decimal`, `to_sympy`, `to_dict`, `from_dict`.

An exact answer is a plain mpq (or a SymPy expression) and has no methods of ours, so these are
functions; on the other kinds they call the methods.

What is no single answer (a verdict, a bound, an array) has a record as well: with fields it is a
dictionary of its ``type``, its printed ``text`` and the fields; the numbers inside are records of
answers. Such records are for people and other programs: `from_dict` reads answers only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball, checked_bits
from polygeo.answers.certification import certify
from polygeo.answers.converged import Converged
from polygeo.answers.decimals import round_rational, significant
from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import (
    abbreviate,
    fraction,
    integer,
    is_expression,
    rational,
    to_sympy_rational,
)
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.answers.statistics.paired import PairedCounts
from polygeo.answers.statistics.sufficient import from_record
from polygeo.errors import DomainError, NotConverged, PolygeoError

__all__ = [
    "LOADERS",
    "VECTORS",
    "decimal",
    "from_dict",
    "from_json",
    "kind",
    "show",
    "to_dict",
    "to_json",
    "to_sympy",
]

VECTORS: dict[str, Callable[[dict[str, Any]], Any]] = {}
"""Readers of the records of vectors, by the key of their entries; the classes enter themselves."""

LOADERS: dict[str, Callable[[], Any]] = {}
"""Functions that load the class that reads such a record, where the class may not be loaded."""

EXACT = 2**53
"""Integers from here on are no numbers of JSON readers that use floats."""


def kind(answer: Any) -> str:
    """Return how an answer is known: 'exact', 'certified', 'converged' or 'estimate'.

    >>> kind(mpq(1, 3))
    'exact'
    """
    for cls, name in ((Ball, "certified"), (Converged, "converged"), (Estimate, "estimate")):
        if isinstance(answer, cls):
            return name
    if is_expression(answer):
        return "exact"
    rational(answer, "an answer")
    return "exact"


def decimal(answer: Any, digits: int) -> str:
    """Return the first ``digits`` significant decimal digits of an answer, correctly rounded.

    * ``answer``: an answer of any kind, or an object with a method ``decimal`` (a threshold).
    * ``digits``: an integer >= 1. An exact answer gives any number of digits; NotConverged if a
      certified or converged answer or an estimate does not determine all of these digits.

    >>> decimal(mpq(2, 3), 8)
    '0.66666667'
    >>> import sympy
    >>> decimal(sympy.pi / 4, 20)
    '0.78539816339744830962'
    """
    count = significant(digits)
    if hasattr(answer, "decimal"):
        return answer.decimal(count)
    if is_expression(answer) and not answer.is_Rational:
        for guard in (5, 40, 400):
            try:
                return certify(lambda: evaluate_to_arb(answer), count + guard).decimal(count)
            except NotConverged:
                continue
        raise NotConverged(f"{digits} digits of {answer} could not be proved")
    return round_rational(rational(answer, "an answer"), count)


def to_sympy(answer: Any) -> Any:
    """Return the SymPy number equal to an exact answer; DomainError for other kinds.

    >>> to_sympy(mpq(3, 8))
    3/8
    """
    if is_expression(answer):
        return answer
    if kind(answer) == "exact":
        return to_sympy_rational(rational(answer))
    raise DomainError(f"only an exact answer equals a SymPy number; this one is {kind(answer)}")


def show(answer: Any, full: bool = False) -> str:
    """Return an answer as one line of text; fractions of more than 200 digits are abbreviated.

    * ``full``: True prints all digits (default False).
    """
    text = str(answer) if not _is_rational(answer) else fraction(rational(answer))
    return text if full else abbreviate(text)


def _is_rational(answer: Any) -> bool:
    return type(answer) is type(mpq()) or isinstance(answer, int)


def to_dict(answer: Any) -> dict[str, Any]:
    """Return an answer as a dictionary of JSON types, which `from_dict` reads.

    * ``answer``: a number, an estimate or a vector; or another result of polygeo, such as a verdict
      or a bound: a dictionary with its ``type``, ``text`` and fields, for reading only.

    >>> to_dict(mpq(1, 8))
    {'kind': 'exact', 'value': '1/8', 'decimal': '0.1250000000'}
    """
    if hasattr(answer, "to_dict"):
        return answer.to_dict()
    record = _recorded(answer) if not isinstance(answer, str | int | float) else None
    return record if isinstance(record, dict) else _number(answer)


def _number(answer: Any) -> dict[str, Any]:
    """The record of an exact answer."""
    if is_expression(answer) and not answer.is_Rational:
        import sympy

        return {
            "kind": "exact",
            "expression": sympy.srepr(answer),
            "text": str(answer),
            "decimal": decimal(answer, 10),
        }
    exact = rational(answer, "an answer")
    return {"kind": "exact", "value": fraction(exact), "decimal": decimal(exact, 10)}


def _recorded(value: Any) -> Any:
    """What JSON holds of a result; NotImplemented for an object that is no result of polygeo."""
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "to_dict") and type(value).__module__.startswith("polygeo"):
        return value.to_dict()
    if is_expression(value):
        return str(value) if value.free_symbols else _number(value)
    if type(value).__name__ in ("mpq", "mpz", "Fraction"):
        return _number(value)
    if isinstance(value, int):
        return value if type(value) is int and abs(value) < EXACT else _number(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if hasattr(value, "tolist") and type(value).__module__ == "numpy":
        return _recorded(value.tolist())
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return [_inside(part) for part in value]
    if isinstance(value, Mapping) and type(value).__module__ == "builtins":
        return {str(key): _inside(part) for key, part in value.items()}
    names = _names(value)
    if names is None:
        return NotImplemented
    record = {"type": type(value).__name__, "text": str(value)}
    return record | {name: _inside(getattr(value, name)) for name in names}


def _inside(value: Any) -> Any:
    """The record of a part, its text if it has none."""
    record = _recorded(value)
    return abbreviate(repr(value)) if record is NotImplemented else record


def _names(value: Any) -> tuple[str, ...] | None:
    """The fields of a result that are printed; None for what is not polygeo's."""
    kind = type(value)
    if not kind.__module__.startswith("polygeo"):
        return None
    if hasattr(kind, "RECORDED"):
        return kind.RECORDED
    if is_dataclass(value):
        return tuple(field.name for field in fields(value) if field.repr)
    return getattr(kind, "_fields", ())


def from_dict(record: dict[str, Any]) -> Any:
    """Return the answer that `to_dict` wrote.

    * ``record``: the dictionary of a number, an estimate or a vector (`IntrinsicVolumes`,
      `FVector`). ``polygeo.from_dict`` loads the class of a vector first. DomainError for a record
      of a SymPy expression: such a record is for reading by people only.

    >>> from_dict(to_dict(mpq(1, 8)))
    mpq(1,8)
    """
    try:
        return _from_dict(record)
    except PolygeoError:
        raise
    except (ArithmeticError, AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise DomainError(
            f"a record of an answer is needed; got {abbreviate(str(record))}"
        ) from None


def _from_dict(record: dict[str, Any]) -> Any:
    what = record["kind"]
    for key, load in LOADERS.items():
        if key in record and key not in VECTORS:
            load()
    for key, read in VECTORS.items():
        if key in record:
            return read(record)
    if what == "exact":
        if "expression" in record:
            raise DomainError("symbolic answers are written for reading; they are not read back")
        return rational(record["value"])
    if what == "certified":
        mid, rad = rational(record["mid"]), rational(record["rad"])
        if rad < 0 or (mid.denominator & (mid.denominator - 1)):
            raise DomainError("a certified record needs a dyadic midpoint and a radius >= 0")
        return Ball(mid, rad, checked_bits(record["bits"]), str(record["source"]))
    if what == "converged":
        return Converged(
            rational(record["value"]),
            rational(record["error"]),
            tuple((str(label), rational(value)) for label, value in record["history"]),
            str(record["source"]),
        )
    if what == "estimate":
        name, first, second, third = from_record(record["statistics"])
        seed = tuple(record["seed"]) if isinstance(record["seed"], list) else record["seed"]
        known: dict[str, Any] = {
            "confidence": float(record["confidence"]),
            "source": str(record["source"]),
        }
        method = str(record.get("method", ""))
        if name == "proportion":
            return Estimate.proportion(first, second, seed, method=method, **known)
        if name == "paired":
            even, odd = second
            return Estimate.from_pairs(PairedCounts(first, even, odd, third), seed, **known)
        samples = integer(record["samples"])
        if name == "bootstrap":
            return Estimate.from_bootstrap(first, second, third, samples, seed, **known)
        size, rest = divmod(samples, first)
        if rest:
            raise DomainError(f"{samples} samples do not make {first} equal batches")
        (total, squares), bounds = (second, third) if name == "bounded" else ((second, third), None)
        return Estimate.from_moments(
            first, total, squares, seed, batch_size=size, bounds=bounds, method=method, **known
        )
    raise DomainError(f"a record needs kind exact, certified, converged or estimate; got {what!r}")


def to_json(answer: Any) -> str:
    """Write a result of polygeo, or a list, tuple or dictionary of results, as JSON text.

    * ``answer``: what a function of polygeo returned. `from_json` reads numbers, estimates and
      vectors, and lists of them; the text of other results (a verdict, a bound, an array, a truth
      value) is for reading by people and other programs.

    >>> to_json([mpq(1, 2), mpq(1, 3)])[:34]
    '[{"kind": "exact", "value": "1/2",'
    >>> to_json((True, None)), to_json({1: [0.5, float("inf")]})
    ('[true, null]', '{"1": [0.5, "inf"]}')
    """
    if isinstance(answer, list | tuple) and not hasattr(answer, "to_dict"):
        return f"[{', '.join(map(to_json, answer))}]"
    number = isinstance(answer, int | float) and not isinstance(answer, bool)
    record = NotImplemented if number else _recorded(answer)
    return json.dumps(to_dict(answer) if record is NotImplemented else record)


def from_json(text: str) -> Any:
    """Read the answer, or the list of answers, that `to_json` wrote; DomainError for other text.

    >>> from_json(to_json(mpq(3, 8))), from_json(to_json((mpq(1, 2), mpq(1, 3))))
    (mpq(3,8), [mpq(1,2), mpq(1,3)])
    """
    try:
        record = json.loads(text)
    except (RecursionError, TypeError, ValueError):
        raise DomainError(f"JSON text is needed; got {abbreviate(repr(text))}") from None
    if isinstance(record, list):
        return [from_dict(one) for one in record]
    return from_dict(record)
