"""Checks of options that users give: flags, words, shares, paths, values of one class.

As in `exact` and `sequence`, an unsuitable value raises a DomainError of one line that says what
was required and what came.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar
from warnings import warn

from polygeo.answers.exact import abbreviate, rational
from polygeo.errors import DomainError

__all__ = [
    "SEEDLESS",
    "check_fields",
    "choice",
    "describe",
    "file_path",
    "flag",
    "in_unit_interval",
    "instance",
    "renamed",
    "set_fields",
    "text",
    "two",
]

SEEDLESS = "no seed: give seed=1 (in the shell --seed 1), any integer >= 0; it names the run"
"""The message where a seed is missing."""

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])


def describe(value: Any) -> str:
    """Return a value for a message of one line: abbreviated, with its class.

    >>> describe("x"), describe(10**5000)
    ("'x' (str)", 'an integer of 16610 bits (int)')
    """
    kind = type(value).__name__
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 4096:
        return f"an integer of {value.bit_length()} bits ({kind})"
    try:
        return f"{abbreviate(repr(value))} ({kind})"
    except (ValueError, TypeError, ArithmeticError):  # a repr that fails, or is too long for int
        return f"something ({kind})"


def flag(value: Any, name: str) -> bool:
    """Return True or False (numpy's, too); nothing is taken for one of them.

    >>> flag("no", "polar")
    Traceback (most recent call last):
    polygeo.errors.DomainError: polar needs True or False; got 'no' (str)
    """
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise DomainError(f"{name} needs True or False; got {describe(value)}")


def choice(value: Any, name: str, words: Iterable[str]) -> str:
    """Return one of some words.

    >>> choice("a", "letter", ("b", "c"))
    Traceback (most recent call last):
    polygeo.errors.DomainError: letter must be one of b, c; got 'a' (str)
    """
    known = tuple(words)
    if isinstance(value, str) and value in known:
        return value
    raise DomainError(f"{name} must be one of {', '.join(known)}; got {describe(value)}")


def in_unit_interval(value: Any, name: str) -> float:
    """Return a number strictly between 0 and 1, as a float that is, too.

    >>> in_unit_interval(1, "confidence")
    Traceback (most recent call last):
    polygeo.errors.DomainError: confidence must lie strictly between 0 and 1; got 1 (int)
    """
    exact = rational(value, name)
    number = float(exact) if 0 < exact < 1 else 0.0
    if 0.0 < number < 1.0:
        return number
    raise DomainError(f"{name} must lie strictly between 0 and 1; got {describe(value)}")


def text(value: Any, name: str) -> str:
    """Return a str.

    >>> text(1, "source")
    Traceback (most recent call last):
    polygeo.errors.DomainError: source needs text; got 1 (int)
    """
    if isinstance(value, str):
        return value
    raise DomainError(f"{name} needs text; got {describe(value)}")


def file_path(value: Any, name: str = "path") -> Path:
    """Return a path from a str or an `os.PathLike`; whether there is such a file is not looked at.

    >>> file_path(3, "checkpoint")
    Traceback (most recent call last):
    polygeo.errors.DomainError: checkpoint needs the path of a file; got 3 (int)
    """
    try:
        plain = os.fspath(value)
        os.fsencode(plain)
    except (TypeError, UnicodeError):
        plain = None
    if not isinstance(plain, str) or "\0" in plain or not plain:
        raise DomainError(f"{name} needs the path of a file; got {describe(value)}")
    return Path(plain)


def instance(value: Any, name: str, kind: type[_T]) -> _T:
    """Return a value of one class.

    >>> instance(1, "terminal", Path)
    Traceback (most recent call last):
    polygeo.errors.DomainError: terminal needs a value of class Path; got 1 (int)
    """
    if isinstance(value, kind):
        return value
    raise DomainError(f"{name} needs a value of class {kind.__name__}; got {describe(value)}")


def two(value: Any, name: str) -> tuple[Any, Any]:
    """Return a pair of values, as (low, high).

    >>> two([1, 2], "bounds")
    (1, 2)
    """
    if isinstance(value, tuple | list) and len(value) == 2:
        return value[0], value[1]
    raise DomainError(f"{name} needs two values; got {describe(value)}")


def check_fields(record: Any, **kinds: Any) -> None:
    """Check that each named field is of its class; ``[kind]`` stands for a tuple of that class.

    For classes whose values are results: whoever makes one by hand hears at once what is wrong.

    >>> class Pair:
    ...     first, second = 1, (1, "x")
    >>> check_fields(Pair(), first=int, second=[int | str])
    >>> check_fields(Pair(), second=[int])
    Traceback (most recent call last):
    polygeo.errors.DomainError: Pair.second needs a tuple of int; got (1, 'x') (tuple)
    """
    for name, kind in kinds.items():
        value = getattr(record, name)
        if isinstance(kind, list):
            fits = isinstance(value, tuple) and all(_is(entry, kind[0]) for entry in value)
        else:
            fits = _is(value, kind)
        if not fits:
            wanted = f"a tuple of {_name(kind[0])}" if isinstance(kind, list) else _name(kind)
            owner = type(record).__name__
            raise DomainError(f"{owner}.{name} needs {wanted}; got {describe(value)}")


def set_fields(record: Any, **values: Any) -> None:
    """Set fields of a frozen record to what its ``__post_init__`` has read.

    >>> class Pair:
    ...     first, second = "1", "2"
    >>> pair = Pair()
    >>> set_fields(pair, first=1, second=2)
    >>> pair.first, pair.second
    (1, 2)
    """
    for name, value in values.items():
        object.__setattr__(record, name, value)


def _is(value: Any, kind: Any) -> bool:
    if isinstance(value, bool):  # an int for Python, but not meant by one
        return kind is bool
    return isinstance(value, kind)


def _name(kind: Any) -> str:
    return getattr(kind, "__name__", None) or str(kind)


def renamed(**names: str) -> Callable[[_F], _F]:
    """Return a decorator of functions whose options have former names, for one version.

    * ``names``: for each former name of an option the name of today.

    A former name gives a DeprecationWarning.

    >>> @renamed(budget="max_nodes")
    ... def search(max_nodes=1):
    ...     return max_nodes
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as heard:
    ...     warnings.simplefilter("always")
    ...     search(budget=5), str(heard[0].message)
    (5, 'search: budget= is now called max_nodes=')
    """

    def decorate(function: _F) -> _F:
        @wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            for old in names.keys() & options.keys():
                new = names[old]
                if new in options:
                    raise DomainError(f"{old} is the former name of {new}: give {new} only")
                message = f"{function.__name__}: {old}= is now called {new}="
                warn(message, DeprecationWarning, stacklevel=2)
                options[new] = options.pop(old)
            return function(*args, **options)

        return call  # type: ignore[return-value]

    return decorate
