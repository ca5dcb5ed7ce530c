"""Bases of families of cones: the properties that most families share."""

from __future__ import annotations

from typing import Any

from polygeo.answers.exact import integer
from polygeo.answers.options import set_fields
from polygeo.cones.cone import Cone, checked_dim
from polygeo.errors import DomainError

__all__ = ["FullCone", "SizedCone", "checked_sizes"]


class SizedCone(Cone):
    """A base of families (frozen dataclasses) whose first field is the dimension of their space.

    >>> from polygeo.cones import Ray
    >>> Ray(3).d, Ray(3).ambient_dim
    (3, 3)
    """

    def __post_init__(self) -> None:
        name = self._size
        set_fields(self, **{name: checked_dim(getattr(self, name), name, least=1)})

    @property
    def _size(self) -> str:
        return next(iter(type(self).__dataclass_fields__))  # type: ignore[attr-defined]

    @property
    def ambient_dim(self) -> int:
        return int(getattr(self, self._size))


class FullCone(Cone):
    """A base of full-dimensional families, pointed unless they say otherwise.

    >>> from polygeo.cones import LorentzCone
    >>> LorentzCone(3).dim, LorentzCone(3).lineality_dim
    (3, 0)
    """

    @property
    def dim(self) -> int:
        return self.ambient_dim

    @property
    def lineality_dim(self) -> int:
        return 0


def checked_sizes(cone: Any, large: str = "n", small: str = "k", least: int = 0) -> None:
    """Check the fields of a frozen cone: large in [1, MAX_DIM] and small in [least, large].

    The fields become plain ints.
    """
    size = checked_dim(getattr(cone, large), large, least=1)
    part = integer(getattr(cone, small), small)
    if not least <= part <= size:
        raise DomainError(
            f"{type(cone).__name__} needs {least} <= {small} <= {large}; "
            f"got {large}={size}, {small}={part}"
        )
    set_fields(cone, **{large: size, small: part})
