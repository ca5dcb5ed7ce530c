"""Whether a layer is injective in some neighbourhood of a point at which active rows do not do it.

Let P be the rows with <w, x> + b > 0 and Z those with <w, x> + b = 0. Near x, in direction u, the
rows of P and {w in Z : <w, u> >= 0} are the ones that are >= 0. So the layer is injective near x if
and only if the rows of Z, a basis of the span of P and its negatives are an injective layer of R^n
without biases: for each u the basis or its negatives, whatever their signs, span what P spans.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gmpy2 import mpq

from polygeo.polyhedra.vectors import Vector, complement, primitive
from polygeo.relu.decision.injectivity import Verdict, is_injective
from polygeo.relu.decision.sublayers import independent
from polygeo.relu.local.margins import ScaledLayer

__all__ = ["collision_near", "decided_near"]

Pair = tuple[tuple[mpq, ...], tuple[mpq, ...]]


def decided_near(rows: Sequence[Vector], positive: Sequence[int], tight: Sequence[int]) -> Verdict:
    """Decide the layer of the tight rows and of the positive ones with both signs."""
    inside = [rows[i] for i in positive]
    basis = [inside[k] for k in independent(inside)] if inside else []
    both = [*basis, *(tuple(-c for c in w) for w in basis)]
    return is_injective([*(rows[i] for i in tight), *both])


def collision_near(layer: ScaledLayer, x: Sequence[mpq], limit: Any = None) -> Pair | None:
    """Find two inputs next to x with one image, exactly, if the rows >= 0 at x do not span R^n.

    * ``limit``: largest |coordinate| of the step from x, None for none.
    """
    m, n = layer.shape
    values = [layer.value(i, x) for i in range(m)]
    rows = [primitive(layer.row(i)) for i in range(m)]
    seen = [w for w, v in zip(rows, values, strict=True) if v >= 0 and any(w)]
    free = complement(seen, n) if seen else [tuple(int(j == 0) for j in range(n))]
    if not free:
        return None
    direction = free[0]
    largest = max(map(abs, direction))
    step = mpq(1, largest) if limit is None else mpq(limit) / largest
    for i, v in enumerate(values):
        slope = abs(sum((a * c for a, c in zip(layer.row(i), direction, strict=True)), mpq(0)))
        if v < 0 and slope:
            step = min(step, -v / slope)
    return (
        tuple(c + step * d for c, d in zip(x, direction, strict=True)),
        tuple(c - step * d for c, d in zip(x, direction, strict=True)),
    )
