"""Vectors of answers: the base class of intrinsic volumes and of face numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar, Self, overload

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.exact import is_expression, rational
from polygeo.answers.options import set_fields
from polygeo.answers.sequence import sequence
from polygeo.answers.serialise import VECTORS, decimal, from_dict, kind, show, to_dict
from polygeo.answers.typeset import latex_vector
from polygeo.errors import DomainError

__all__ = ["AnswerVector"]

ENDS = 6
"""Number of entries shown at each end of a long vector."""


class AnswerVector(Sequence):
    """Vector of answers, each exact (mpq or SymPy) or certified (Ball), with at least one entry.

    Vectors are immutable and hashable; vectors of one type are equal when their entries are equal.
    ``source`` is the id of the formula behind the entries. DomainError for floats and estimates. A
    subclass sets ``_numbers`` (what error messages call the entries), ``_letter`` (the symbol of an
    entry), ``_key`` (the key of the entries in a record), and extends ``_options`` by further
    arguments of its constructor.
    """

    __slots__ = ("_values", "source")

    _numbers: ClassVar[str] = "numbers"
    _letter: ClassVar[str] = ""
    _key: ClassVar[str] = ""
    _values: tuple[Any, ...]
    source: str

    def __init__(self, values: Iterable[Any], *, source: str = "") -> None:
        entries = tuple(map(self._entry, sequence(values, f"a vector of {self._numbers}")))
        if not entries:
            raise DomainError(f"a vector of {self._numbers} needs an entry; got an empty one")
        set_fields(self, _values=entries, source=source)

    def __init_subclass__(cls) -> None:
        VECTORS[cls._key] = cls._from_record

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple:
        return partial(type(self), **self._options()), (self._values,)

    def _options(self) -> dict[str, Any]:
        return {"source": self.source}

    def _alike(self, values: Iterable[Any]) -> Self:
        """Return a vector of other entries with the same options."""
        return type(self)(values, **self._options())

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary for JSON, with a record per entry; ``polygeo.from_dict`` reads it."""
        entries = [self._written(value) for value in self._values]
        return {"kind": self.kind, **self._shape(), self._key: entries, **self._options()}

    def _shape(self) -> dict[str, int]:
        """Return what the record says of the length."""
        return {}

    @classmethod
    def _from_record(cls, record: dict[str, Any]) -> Self:
        """Return the vector of a record; what else stands in it (a model, decimals) is not
        looked at.
        """
        entries = record[cls._key]
        if not isinstance(entries, list):
            raise DomainError(f"a vector of {cls._numbers} needs a list of records")
        bare = cls(map(cls._read, entries))
        vector = cls(bare._values, **{name: record[name] for name in bare._options()})
        stated = {"kind": vector.kind, **vector._shape()}
        if {name: record[name] for name in stated} != stated:
            raise DomainError(f"a record of {cls._numbers} does not say {stated} as its entries do")
        return vector

    @classmethod
    def _written(cls, value: Any) -> dict[str, Any]:
        """Return the record of what is kept of an entry."""
        return to_dict(value)

    @classmethod
    def _read(cls, record: dict[str, Any]) -> Any:
        """Return the entry of a record."""
        return from_dict(record)

    @classmethod
    def _entry(cls, value: Any) -> Any:
        """Return what is kept of an entry."""
        if type(value) is mpq:
            return value
        if isinstance(value, float):
            raise DomainError(f"{cls._numbers} are exact or certified; got the float {value!r}")
        if isinstance(value, Ball):
            return value
        kind(value)
        return value if is_expression(value) else rational(value)

    @staticmethod
    def _answer(value: Any) -> Any:
        """Return the answer that is given for what is kept."""
        return value

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, k: int) -> Any: ...
    @overload
    def __getitem__(self, k: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, k: int | slice) -> Any:
        if isinstance(k, slice):
            return tuple(map(self._answer, self._values[k]))
        return self._answer(self._values[k])

    def __iter__(self) -> Iterator[Any]:
        return map(self._answer, self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        # One number may be kept in two ways; what is given of it is the same.
        return self._values == other._values or tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        hidden = len(self) - 2 * ENDS
        if hidden > 1:
            first, last = map(show, self[:ENDS]), map(show, self[-ENDS:])
            shown = [*first, f"... {hidden} more ...", *last]
        else:
            shown = [show(value) for value in self]
        return f"{type(self).__name__}({', '.join(shown)})"

    def _repr_latex_(self) -> str:
        return f"${latex_vector(self, self._letter)}$"

    @property
    def kind(self) -> str:
        """Kind of the vector, 'certified' when at least one entry is a Ball, else 'exact'."""
        return "certified" if any(isinstance(v, Ball) for v in self._values) else "exact"

    def decimal(self, digits: int) -> tuple[str, ...]:
        """Return every entry to ``digits`` significant decimal digits, correctly rounded."""
        return tuple(decimal(value, digits) for value in self._values)
