"""Solid angles of polyhedral cones that are too small to be counted.

v_d(C) = P[<a_i, g> >= 0 for the inner normals a_i] and v_0(C) = P[<r_i, g> <= 0 for the rays r_i]
are orthant probabilities; ``polygeo.sampling.orthants.solid_angle`` integrates them. A cone of
dimension k with a lineality space of dimension l has v_k and v_l in their place, with normals in
its span and rays orthogonal to its lines.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from polygeo.answers.estimates import Estimates
from polygeo.answers.options import choice
from polygeo.errors import DomainError
from polygeo.polyhedra.description import Generators

__all__ = ["estimate_solid_angle", "float_rows", "unit_rows", "with_extremes"]


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


def unit_rows(given: Generators) -> NDArray:
    """Unit vectors that generate the cone of a description: its vectors, lines both ways."""
    import numpy as np

    vectors = float_rows([v for v in given.vectors if any(v)], given.dim)
    lines = float_rows(given.lines, given.dim)
    return np.concatenate([vectors, lines, -lines])


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


def _relative_angle(cone: Any, samples: int, seed: int, **options: Any) -> Any:
    """v_k of a cone of dimension k, its solid angle within its span."""
    from polygeo.sampling.orthants.solid_angle import estimate_solid_angle as integrate

    return integrate(float_rows(cone.inequalities, cone.ambient_dim), samples, seed, **options)


def with_extremes(
    cone: Any, extremes: str, samples: Any, seed: Any, options: dict[str, Any]
) -> tuple[Any, ...]:
    """The counted volumes; with ``extremes="qmc"`` the lowest and the highest integrated.

    Those of the dimensions of the lineality space and of the cone, unless they are exactly 1/2.
    """
    choice(extremes, "extremes", ("counts", "qmc"))
    counts = cone.face_counts(samples, seed, **options)
    volumes = list(counts.volumes())
    if extremes == "counts":
        return Estimates(volumes)
    chosen = {"executor": options.get("executor"), "confidence": counts.confidence}
    number = max(counts.samples, 1 << 10)
    for place, body in ((cone.dim, cone), (cone.lineality_dim, cone.polar())):
        if volumes[place].low < volumes[place].high:
            volumes[place] = _relative_angle(body, number, counts.seed, **chosen)
    return Estimates(volumes)
