"""The f-vector of the convex hull of points, counted face by face.

Facets come from Qhull (barberdobkinhuhdanpaa1996quickhull) in double precision. Of a simplicial
hull every set of k + 1 vertices of a facet is a k-face, and each is counted once. Facets that
Qhull finds coplanar are one facet, and then the lower faces are the intersections of facets. The
counts must obey Euler's relation, and in the simplicial case each ridge two facets.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.arrays import plain_matrix
from polygeo.errors import DomainError, Undecided

__all__ = ["MAX_DIM", "face_counts", "hull_facets"]

MAX_DIM = 8
"""Largest dimension of a hull: the number of facets grows like N^(d/2)."""

MAX_POINTS = 10**6


def face_counts(points: Any) -> NDArray[np.int64]:
    """(f_0, .., f_{d-1}) of the convex hull of points (N, d), 1 <= d <= 8, of full dimension.

    int64. DomainError for other shapes, points that are not finite or that span no R^d;
    Undecided where rounding leaves no polytope to count.

    >>> face_counts([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.1, 0.1, 0.1]])
    array([4, 6, 4])
    >>> face_counts([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    array([ 8, 12,  6])
    """
    cloud = _checked(points)
    dim = cloud.shape[1]
    if dim == 1:
        if cloud.min() == cloud.max():
            raise DomainError("the points span no R^1")
        return np.array([2])
    simplices, equations = hull_facets(cloud)
    merged = len(np.unique(equations, axis=0)) < len(equations)
    counts = _merged_counts(simplices, equations) if merged else _simplicial_counts(simplices)
    ridges = merged or 2 * counts[-2] == dim * counts[-1]
    if not ridges or int(counts @ (-1) ** np.arange(dim)) != 1 - (-1) ** dim:
        raise Undecided("rounding left no polytope: the points are nearly in special position")
    return counts


def hull_facets(points: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Facets (F, d) as sets of indices, triangulated, and their equations (F, d + 1).

    <a, x> + b <= 0 on the hull for a row (a, b), |a| = 1; the parts of one facet share theirs.
    """
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(points)
    except QhullError:
        raise DomainError(f"the points span no R^{points.shape[1]}") from None
    return hull.simplices.astype(np.int64), hull.equations


def _checked(points: Any) -> NDArray[np.float64]:
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


def _simplicial_counts(simplices: NDArray[np.int64]) -> NDArray[np.int64]:
    """f_k: the different (k+1)-subsets of the facets."""
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


def _merged_counts(
    simplices: NDArray[np.int64], equations: NDArray[np.float64]
) -> NDArray[np.int64]:
    """f_k from facets with any number of vertices, as bit masks: faces are intersections."""
    _, owner = np.unique(equations, axis=0, return_inverse=True)
    masks: dict[int, int] = {}
    for simplex, facet in zip(simplices.tolist(), owner.ravel().tolist(), strict=True):
        for vertex in simplex:
            masks[facet] = masks.get(facet, 0) | 1 << vertex
    facets = sorted(set(masks.values()))
    level, counts = set(facets), [len(facets)]
    for _ in range(simplices.shape[1] - 1):
        level = {face for above in level for face in _maximal(above, facets)}
        counts.append(len(level))
    return np.array(counts[::-1], dtype=np.int64)


def _maximal(face: int, facets: list[int]) -> list[int]:
    """The facets of a face: its largest intersections with facets that do not contain it."""
    candidates = {face & facet for facet in facets} - {face, 0}
    largest: list[int] = []
    for mask in sorted(candidates, key=int.bit_count, reverse=True):
        if all(mask & ~other for other in largest):
            largest.append(mask)
    return largest
