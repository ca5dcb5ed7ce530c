"""Solid angles of polyhedral cones that are too small to be counted.

v_d(C) = P[<a_i, g> >= 0 for the inner normals a_i] and v_0(C) = P[<r_i, g> <= 0 for the rays r_i]
are orthant probabilities; ``polygeo.sampling.orthants.solid_angle`` integrates them.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from polygeo.answers.estimates import Estimates
from polygeo.answers.options import choice
from polygeo.errors import DomainError

__all__ = ["estimate_solid_angle", "float_rows", "with_extremes"]


def float_rows(vectors: Any, dim: int) -> NDArray:
    """Integer vectors of any size as unit rows, float64 (n, dim)."""
    import numpy as np

    rows = np.array([[float(c / max(map(abs, v))) for c in _quotients(v)] for v in vectors])
    rows = rows.reshape(len(vectors), dim)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _quotients(vector: Any) -> Any:
    """The entries as rationals, so that large integers do not overflow a float."""
    from gmpy2 import mpq

    return map(mpq, vector)


def estimate_solid_angle(cone: Any, samples: int, seed: int, **options: Any) -> Any:
    """`PolyhedralCone.estimate_solid_angle`."""
    from polygeo.sampling.orthants.solid_angle import estimate_solid_angle as integrate

    if cone.is_subspace:
        raise DomainError(
            f"the cone is a linear subspace of dimension {cone.dim}: its volumes are exact"
        )
    if cone.dim < cone.ambient_dim:
        raise DomainError(
            f"the cone has dimension {cone.dim} < {cone.ambient_dim}: its solid angle is exactly 0"
        )
    return integrate(float_rows(cone.inequalities, cone.ambient_dim), samples, seed, **options)


def with_extremes(
    cone: Any, extremes: str, samples: Any, seed: Any, options: dict[str, Any]
) -> tuple[Any, ...]:
    """The counted volumes; with ``extremes="qmc"`` v_0 and v_d integrated, unless exactly 0."""
    choice(extremes, "extremes", ("counts", "qmc"))
    counts = cone.face_counts(samples, seed, **options)
    volumes = list(counts.volumes())
    if extremes == "counts":
        return Estimates(volumes)
    chosen = {"executor": options.get("executor"), "confidence": counts.confidence}
    number = max(counts.samples, 1 << 10)
    if cone.dim == cone.ambient_dim:
        volumes[-1] = estimate_solid_angle(cone, number, counts.seed, **chosen)
    if cone.lineality_dim == 0:
        volumes[0] = estimate_solid_angle(cone.polar(), number, counts.seed, **chosen)
    return Estimates(volumes)
