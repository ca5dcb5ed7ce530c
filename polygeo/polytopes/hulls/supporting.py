"""Proofs that the facets of a hull found in floating point support it, else decided in integers.

The plane through the vertices v_j of a simplex differs from a computed one (a, b), |a| = 1, by a
turn t along the simplex with E t = (<a, v_j - v_0>)_j, E the edges v_j - v_0. So with e the largest
|<a, v_j> + b| and D the diameter of the points, q lies below the true plane if

    <a, q> + b < - e - 2 e D (d - 1)^(1/2) / sigma,

sigma the least singular value of E, at least det(E; a) over the (d - 2)-th power of |E| (the mean
of the squares of the others bounds their product). Nearer points are decided in integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import primitive
from polygeo.sampling.faces.generators import dyadic_rows

__all__ = ["exact_face_counts", "near_points", "true_facets"]

Array = NDArray[np.float64]

CHUNK = 1 << 22
"""Largest number of inner products that are held at once."""

MAX_EXACT_POINTS = 200
"""Largest number of points of a hull that is computed in integers."""


def near_points(
    cloud: Array, simplices: NDArray[np.int64], equations: Array
) -> dict[int, list[int]]:
    """Return for each facet the points that are not proved to lie strictly below its true plane.

    The vertices of the facet are left out.

    ``cloud`` (N, d) with coordinates of at most 1, d >= 2; facets as `hull_facets` gives them.
    """
    count, dim = len(simplices), cloud.shape[1]
    rounding = 8 * (dim + 2) * np.finfo(float).eps
    normals, offsets = equations[:, :-1], equations[:, -1:]
    corners = cloud[simplices]
    edges = corners[:, 1:] - corners[:, :1]
    error = np.abs(np.einsum("fij,fj->fi", corners, normals) + offsets).max(axis=1) + rounding
    length = np.sqrt((edges**2).sum(axis=(1, 2)))
    volume = np.abs(np.linalg.det(np.concatenate([edges, normals[:, None]], axis=1)))
    volume = volume - 16 * dim**3 * rounding * np.maximum(length, 1e-300) ** (dim - 1)
    with np.errstate(all="ignore"):
        sigma = volume / length ** (dim - 2) - dim * rounding
        limit = error * (1 + 4 * dim / np.where(sigma > 0, sigma, np.nan)) + rounding
    limit[~(limit < 0.5)] = np.inf
    # Points of a ball inside all planes need no look at each.
    centre = corners.mean(axis=(0, 1))
    radius = -float((normals @ centre + offsets[:, 0] + np.minimum(limit, 2.0)).max())
    outer = np.flatnonzero(((cloud - centre) ** 2).sum(axis=1) >= max(radius - rounding, 0.0) ** 2)
    near: dict[int, list[int]] = {}
    step = max(1, CHUNK // max(len(outer), 1))
    place = np.full(len(cloud), -1)
    place[outer] = np.arange(len(outer))
    for start in range(0, count, step):
        part = slice(start, start + step)
        close = normals[part] @ cloud[outer].T >= -(limit[part, None] + offsets[part])
        np.put_along_axis(close, place[simplices[part]], False, axis=1)
        for f in np.flatnonzero(close.any(axis=1)).tolist():
            near[start + f] = outer[close[f]].tolist()
    return near


def true_facets(
    cloud: Array, simplices: NDArray[np.int64], equations: Array, near: dict[int, list[int]]
) -> list[int] | None:
    """Return the facets as bit masks of points, planes that are one in exact arithmetic merged.

    None if a simplex has no plane, or a point lies beyond one: then these are no facets.
    """
    rows = _integers(cloud)
    masks: dict[tuple[int, ...], int] = {}
    for f, (simplex, equation) in enumerate(zip(simplices.tolist(), equations, strict=True)):
        plane = _plane([rows[i] for i in simplex], equation)
        if plane is None:
            return None
        mask = sum(1 << i for i in simplex)
        for i in near.get(f, ()):
            side = sum(a * x for a, x in zip(plane, rows[i], strict=True))
            if side > 0:
                return None
            mask |= (side == 0) << i
        masks[plane] = masks.get(plane, 0) | mask
    return sorted(masks.values())


def exact_face_counts(cloud: Array) -> NDArray[np.int64] | None:
    """Return (f_0, .., f_{d-1}) of a hull, computed in integers; None where that is long."""
    from polygeo.cones.polyhedral import PolyhedralCone

    if len(cloud) > MAX_EXACT_POINTS:
        return None
    try:
        cone = PolyhedralCone(rays=_integers(cloud))
        return np.array(cone.f_vector()[1:-1], dtype=np.int64)
    except DomainError:
        return None


def _integers(cloud: Array) -> list[tuple[int, ...]]:
    """Return (1, x) for each point, times a positive integer."""
    return list(dyadic_rows(np.hstack([np.ones((len(cloud), 1)), cloud])))


def _plane(corners: list[tuple[int, ...]], equation: Array) -> tuple[int, ...] | None:
    """The primitive (b, a) with b + <a, x> = 0 on the corners, turned like a computed one."""
    basis, nullity = fmpz_mat([list(c) for c in corners]).nullspace()
    if int(nullity) != 1:
        return None
    plane = primitive([int(basis[j, 0]) for j in range(len(corners[0]))])
    largest = max(map(abs, plane))
    turn: Any = sum(a * (x / largest) for a, x in zip(equation[:-1], plane[1:], strict=True))
    return plane if turn > 0 else tuple(-x for x in plane)
