"""Whether a layer is injective in some neighbourhood of a point at which active rows do not do it.

Let P be the rows with <w, x> + b > 0 and Z those with <w, x> + b = 0. Near x, in direction u, the
rows of P and {w in Z : <w, u> >= 0} are the ones that are >= 0. So the layer is injective near x if
and only if the rows of Z, a basis of the span of P and its negatives are an injective layer of R^n
without biases: for each u the basis or its negatives, whatever their signs, span what P spans.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from polygeo.polyhedra.vectors import Vector, complement, dot, primitive
from polygeo.relu.decision.injectivity import Verdict, is_injective
from polygeo.relu.decision.sublayers import independent
from polygeo.relu.local.margins import ScaledLayer

__all__ = ["collision_near", "decided_near", "step_along"]

Pair = tuple[tuple[mpq, ...], tuple[mpq, ...]]


def decided_near(rows: Sequence[Vector], positive: Sequence[int], tight: Sequence[int]) -> Verdict:
    """Decide the layer of the tight rows and of the positive ones with both signs."""
    inside = [rows[i] for i in positive]
    basis = [inside[k] for k in independent(inside)]
    both = [*basis, *(tuple(-c for c in w) for w in basis)]
    return is_injective([*(rows[i] for i in tight), *both])


def collision_near(layer: ScaledLayer, x: Sequence[mpq]) -> Pair | None:
    """Find two inputs next to x with one image, exactly, if the rows >= 0 at x do not span R^n."""
    m, n = layer.shape
    seen = [primitive(layer.row(i)) for i in range(m) if layer.value(i, x) >= 0]
    free = complement(seen, n)
    if not free:
        return None
    step = step_along(layer, x, free[0])
    return (
        tuple(c + step * d for c, d in zip(x, free[0], strict=True)),
        tuple(c - step * d for c, d in zip(x, free[0], strict=True)),
    )


def step_along(
    layer: ScaledLayer, x: Sequence[mpq], direction: Sequence[mpq | int], share: int = 1
) -> mpq:
    """Return a step of coordinates <= 1 that goes no farther than a share of the way to a kink.

    ``share``: 1 or more, the part 1/share of the way to where a row that is not 0 at x becomes 0.
    """
    step = 1 / mpq(max(map(abs, direction), default=0) or 1)
    for i in range(layer.shape[0]):
        value, slope = layer.value(i, x), dot(layer.row(i), direction)
        if value and slope:
            step = min(step, abs(value) / abs(slope) / share)
    return step
