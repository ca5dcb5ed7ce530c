"""The f-vector of the convex hull of points, counted face by face.

Facets come from Qhull (barberdobkinhuhdanpaa1996quickhull) in double precision, and are proved:
every point must lie below the true plane of every facet (`supporting`). Of a simplicial hull every
set of k + 1 vertices of a facet is a k-face, and each is counted once. Facets whose planes are one
in exact arithmetic are one facet, and then the lower faces are the intersections of facets. Where
Qhull is wrong the hull is computed in integers. The counts must obey Euler's relation, and in
the simplicial case each ridge two facets.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.options import choice
from polygeo.answers.sequence import plain_matrix
from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.lattice import facets_of
from polygeo.polytopes.hulls.supporting import exact_face_counts, near_points, true_facets

__all__ = [
    "MAX_DIM",
    "checked_cloud",
    "face_counts",
    "grouped_facets",
    "hull_facets",
    "is_eulerian",
    "merged_counts",
    "simplicial_counts",
]

MAX_DIM = 8
"""Largest dimension of a hull: the number of facets grows like N^(d/2)."""

MAX_POINTS = 10**6
"""Largest number of points of a hull."""


def face_counts(points: Any, *, coplanar: str = "exact") -> NDArray[np.int64]:
    """Return (f_0, .., f_{d-1}) of the hull of points (N, d), 1 <= d <= 8, that span R^d.

    int64. Coordinates are the dyadic rationals that they are: points that rounding moved off a
    common plane are not on it. With ``coplanar="rounded"`` planes within rounding are one, as Qhull
    finds them, which is not proved. DomainError for other shapes, points that are not finite or
    that span no R^d; Undecided where rounding leaves no polytope to count, over 200 points.

    >>> face_counts([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.1, 0.1, 0.1]])
    array([4, 6, 4])
    >>> face_counts([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    array([ 8, 12,  6])
    """
    cloud = checked_cloud(points)
    dim = cloud.shape[1]
    if dim == 1:
        if cloud.min() == cloud.max():
            raise DomainError("the points span no R^1")
        return np.array([2])
    choice(coplanar, "coplanar", ("exact", "rounded"))
    cloud = np.ldexp(cloud, -int(np.frexp(np.abs(cloud).max())[1]))
    simplices, equations = hull_facets(cloud)
    planes, owner = np.unique(equations, axis=0, return_inverse=True)
    merged = len(planes) < len(equations)
    counts: NDArray[np.int64] | None
    if coplanar == "rounded" and merged:
        counts = merged_counts(grouped_facets(simplices, owner), dim)
        ridges = True
    else:
        near = near_points(cloud, simplices, equations)
        simplicial = not merged and not near
        if simplicial:
            counts = simplicial_counts(simplices)
        else:
            facets = true_facets(cloud, simplices, equations, near)
            counts = None if facets is None else merged_counts(facets, dim)
        ridges = counts is not None and (not simplicial or 2 * counts[-2] == dim * counts[-1])
    if counts is None or not ridges or not is_eulerian(counts):
        counts = None if coplanar == "rounded" else exact_face_counts(cloud)
    if counts is None:
        raise Undecided("rounding left no polytope: the points are nearly in special position")
    return counts


def is_eulerian(counts: NDArray[np.int64]) -> bool:
    """Test whether the face numbers obey Euler's relation."""
    signs = (-1) ** np.arange(len(counts))
    return int(counts @ signs) == 1 - (-1) ** len(counts)


def hull_facets(points: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the triangulated facets (F, d) of a hull, as indices, and their equations.

    <a, x> + b <= 0 on the hull for a row (a, b), |a| = 1; the parts of one facet share theirs.
    """
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(points)
    except QhullError:
        raise DomainError(f"the points span no R^{points.shape[1]}") from None
    return hull.simplices.astype(np.int64), hull.equations


def checked_cloud(points: Any) -> NDArray[np.float64]:
    """Return the points as a float64 array (N, d) that a hull can be found of."""
    points = plain_matrix(points, "points")
    try:
        cloud = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError):
        raise DomainError("points need an array of real numbers, one point a row") from None
    if cloud.ndim != 2 or not 1 <= cloud.shape[1] <= MAX_DIM:
        raise DomainError(f"points need shape (N, d), 1 <= d <= {MAX_DIM}; got {cloud.shape}")
    if not cloud.shape[1] < len(cloud) <= MAX_POINTS:
        raise DomainError(f"a hull needs d < N <= {MAX_POINTS} points; got N={len(cloud)}")
    if not np.isfinite(cloud).all():
        raise DomainError("points need finite coordinates")
    return cloud


def simplicial_counts(simplices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return f_k: the different (k+1)-subsets of the facets."""
    used, compact = np.unique(simplices, return_inverse=True)
    facets = np.sort(compact.reshape(simplices.shape), axis=1)
    dim, base = facets.shape[1], len(used)
    counts = [base]
    for size in range(2, dim):
        columns = np.array(list(combinations(range(dim), size)))
        subsets = facets[:, columns].reshape(-1, size)
        if base**size < 1 << 62:
            keys = subsets @ (base ** np.arange(size, dtype=np.int64))
            counts.append(len(np.unique(keys)))
        else:
            counts.append(len(np.unique(subsets, axis=0)))
    if dim > 1:
        counts.append(len(facets))
    return np.array(counts, dtype=np.int64)


def grouped_facets(simplices: NDArray[np.int64], owner: NDArray[np.int64]) -> list[int]:
    """Return facets as bit masks; ``owner`` (F,) numbers the facet that contains each simplex."""
    masks: dict[int, int] = {}
    for simplex, facet in zip(simplices.tolist(), owner.ravel().tolist(), strict=True):
        for vertex in simplex:
            masks[facet] = masks.get(facet, 0) | 1 << vertex
    return sorted(set(masks.values()))


def merged_counts(facets: list[int], dim: int) -> NDArray[np.int64]:
    """Return f_k from facets with any number of vertices, as bit masks: faces are intersections."""
    level, counts = set(facets), [len(facets)]
    for _ in range(dim - 1):
        level = {face for above in level for face in facets_of(above, facets)} - {0}
        counts.append(len(level))
    return np.array(counts[::-1], dtype=np.int64)
