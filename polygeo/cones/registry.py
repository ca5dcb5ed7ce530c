"""The families of cones by name: what a command line, a table or a test can make.

The decorator `family` enters a class, in its own file of ``polygeo/cones/families``; nothing else
is listed anywhere.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

__all__ = ["FAMILIES", "Family", "family"]

Made = TypeVar("Made", bound=Callable[..., Any])


@dataclass(frozen=True)
class Family:
    """One family of cones.

    * ``usage``: its word with its parameters, as on the command line.
    * ``meaning``: a short description of the cone.
    * ``make``: the function that takes the parameters.
    * ``example``: good values of the parameters.
    """

    usage: str
    meaning: str
    make: Callable[..., Any]
    example: tuple[Any, ...]

    @property
    def word(self) -> str:
        """The name on the command line."""
        return self.usage.split()[0]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The annotations of the parameters in ``usage``, such as "int"."""
        names = self.usage.split()[1:]
        known = list(inspect.signature(self.make).parameters.values())
        return tuple(str(known[i].annotation) for i in range(len(names)))


FAMILIES: dict[str, Family] = {}
"""All families by their words."""


def family(usage: str, meaning: str, *example: Any) -> Callable[[Made], Made]:
    """Register a class, or a function that makes a cone, in `FAMILIES`.

    ``usage``: the word and its parameters in capitals, in the order of the fields;
    ``meaning``: what the cone is; ``example``: good values of the parameters. Two families of one
    word are a mistake, and raise ValueError.

    >>> FAMILIES["cube"].usage, FAMILIES["cube"].kinds, FAMILIES["cube"].make(2, 1)
    ('cube N K', ('int', 'int'), CubeTangentCone(n=2, k=1))
    """

    def enter(make: Made) -> Made:
        made = Family(usage, meaning, make, example)
        other = FAMILIES.get(made.word)
        if other is not None and other.make.__qualname__ != make.__qualname__:
            raise ValueError(f"two families are called {made.word}: {other.make} and {make}")
        FAMILIES[made.word] = made
        return make

    return enter
