"""The former name of ``Cone.as_polyhedral``."""

from __future__ import annotations

from typing import Any
from warnings import warn

from polygeo.answers.exact import abbreviate
from polygeo.cones.cone import Cone
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.errors import DomainError

__all__ = ["rational_cone"]


def rational_cone(cone: Any) -> PolyhedralCone:
    """Describe a cone by rational rays or inequalities; deprecated: use ``cone.as_polyhedral()``.

    Raises DomainError for a cone that has no rational description, or is not polyhedral.
    """
    warn("rational_cone(cone) is cone.as_polyhedral()", DeprecationWarning, stacklevel=2)
    if not isinstance(cone, Cone):
        raise DomainError(f"no polyhedral description is known for {abbreviate(repr(cone))}")
    made: PolyhedralCone = cone.as_polyhedral()
    return made
