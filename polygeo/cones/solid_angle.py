"""Solid angles of polyhedral cones that are too small to be counted.

For C of dimension k with lineality l, v_k(C) = P[<a_i, g> >= 0 for the inner normals a_i of the
facets, in the span] and v_l(C) = P[<r_i, g> <= 0 for the rays r_i, off the lineality space] are
orthant probabilities; ``polygeo.sampling.orthants.solid_angle`` integrates them.
"""

from __future__ import annotations

from typing import Any

from polygeo.answers.estimates import Estimates
from polygeo.errors import DomainError

__all__ = ["with_extremes"]


def with_extremes(cone: Any, counts: Any, executor: Any = None) -> tuple[Any, ...]:
    """Return the counted volumes of a convex cone, the lowest and the highest one integrated.

    These volumes are v_l and v_k for a cone of dimension k with lineality l, the relative solid
    angles of the polar and of the cone, unless they are exactly 1/2. DomainError without a convex
    cone.
    """
    if cone is None:
        raise DomainError("extremes='qmc' needs a convex cone; got a union")
    volumes = list(counts.volumes())
    chosen = {"executor": executor, "confidence": counts.confidence}
    number = max(counts.samples, 1 << 10)
    for place, body in ((cone.dim, cone), (cone.lineality_dim, cone.polar())):
        if volumes[place].low < volumes[place].high:
            volumes[place] = body.estimate_solid_angle(number, counts.seed, **chosen)
    return Estimates(volumes)
