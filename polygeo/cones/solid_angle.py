"""Solid angles of polyhedral cones that are too small to be counted.

For C of dimension k with lineality l, v_k(C) = P[<a_i, g> >= 0 for the inner normals a_i of the
facets, in the span] and v_l(C) = P[<r_i, g> <= 0 for the rays r_i, off the lineality space] are
orthant probabilities; ``polygeo.sampling.orthants.solid_angle`` integrates them.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

from polygeo.answers.estimate import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.errors import DomainError

__all__ = ["with_extremes"]

BATCHES = 32
"""Number of degrees of freedom, as a number of replicates, of what an integrated volume leaves."""


def with_extremes(cone: Any, counts: Any, executor: Any = None) -> tuple[Any, ...]:
    """Return the counted volumes of a convex cone, the lowest and the highest one integrated.

    These volumes are v_l and v_k for a cone of dimension k with lineality l, the relative solid
    angles of the polar and of the cone, unless they are exactly 1/2. So that the even and the odd
    volumes still sum to 1/2 each, the largest volume of each class depends on what is integrated.
    DomainError without a convex cone.
    """
    if cone is None:
        raise DomainError("extremes='qmc' needs a convex cone; got a union")
    volumes = list(counts.volumes())
    chosen = {"executor": executor, "confidence": counts.confidence}
    number = max(counts.samples, 1 << 10)
    integrated = []
    for place, body in ((cone.dim, cone), (cone.lineality_dim, cone.polar())):
        if volumes[place].low < volumes[place].high:
            volumes[place] = body.estimate_solid_angle(number, counts.seed, **chosen)
            integrated.append(place)
    inside = range(cone.lineality_dim, cone.dim + 1)
    for places in (inside[::2], inside[1::2]):
        known = [k for k in places if k in integrated]
        if known:
            counted = [k for k in places if k not in known] or known
            last = max(counted, key=[run.mean for run in volumes].__getitem__)
            volumes[last] = _dependent(counts, volumes, [k for k in known if k != last], last)
    return Estimates(volumes)


def _dependent(counts: Any, volumes: list[Any], known: list[int], last: int) -> Estimate:
    """The volume that is left of a counted sum, which is 1/2 where no other volume is counted."""
    taken = {*known, last}
    both = counts.functional([int(k in taken) for k in range(len(volumes))])
    errors = [volumes[k].stderr for k in known]
    # The interval tells of faces that were not seen, where the standard error is 0.
    errors.append((both.high - both.low) / (2 * NormalDist().inv_cdf((1 + both.confidence) / 2)))
    return Estimate.from_bootstrap(
        BATCHES, min(max(both.mean - sum(volumes[k].mean for k in known), 0.0), 1.0),
        math.hypot(*errors), counts.samples, counts.seed,
        confidence=counts.confidence, source=volumes[last].source,
    )  # fmt: skip
