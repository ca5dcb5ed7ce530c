"""The f-vector of the convex hull of points, counted face by face.

Facets come from Qhull (barberdobkinhuhdanpaa1996quickhull) in double precision. Of a simplicial
hull every set of k + 1 vertices of a facet is a k-face, and each is counted once. Facets that
Qhull finds coplanar are one facet, and then the lower faces are the intersections of facets. The
counts must obey Euler's relation, and in the simplicial case each ridge two facets.

Points that are known to be in general position have a simplicial hull. Where Qhull's rounding may
have decided something about it (facets merged or nearly flat, points dropped as coplanar, sizes
of vertices far apart) it is found again in exact arithmetic (`polygeo.polytopes.scattered`), as
long as that takes no more than `MAX_TESTS` signs.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.errors import DomainError, Undecided
from polygeo.polytopes.scattered import MAX_FACETS, ExactHull, scattered_hull

__all__ = ["MAX_DIM", "exact_counts", "face_counts", "generic_counts", "hull_facets"]

MAX_DIM = 8
"""Largest dimension of a hull: the number of facets grows like N^(d/2)."""

MAX_POINTS = 10**6

SPREAD = 1e6
"""Vertices whose largest coordinates differ by more are of different sizes."""

FLAT = 1e-12
"""A vertex closer to the plane of a neighbouring facet, in units of the largest, is on it."""

MAX_TESTS = 20_000_000
"""Largest number of points times facets for which a hull is found exactly."""


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
    _, owner = np.unique(equations, axis=0, return_inverse=True)
    counts = _merged_counts(simplices, owner) if merged else _simplicial_counts(simplices)
    return _checked_counts(counts, not merged)


def generic_counts(points: Any) -> NDArray[np.int64]:
    """The same for points in general position, right for points of any sizes.

    For d = 1 the hull has two vertices without a look at the points. Points in special position are
    counted right where that is seen. Errors as for `face_counts`.

    >>> generic_counts([[1e200, 0], [-1, 1], [-1, -2], [1e-9, 1e-9]])
    array([3, 3])
    """
    cloud = _checked(points)
    dim = cloud.shape[1]
    if dim == 1:
        return np.array([2])
    sizes = np.abs(cloud).max(axis=1)
    simplices, sure = None, False
    if sizes.max() < 1e100:
        simplices, sure = _simplicial_facets(cloud, sizes)
    facets = 1 if simplices is None else len(simplices)
    if not sure and 4 * facets <= MAX_FACETS and len(cloud) * facets <= MAX_TESTS:
        return exact_counts(scattered_hull(cloud))
    if simplices is None:
        raise Undecided("rounding left no polytope: the points are nearly in special position")
    return _checked_counts(_simplicial_counts(simplices), True)


def exact_counts(hull: ExactHull) -> NDArray[np.int64]:
    """(f_0, .., f_{d-1}) of a hull that was found exactly.

    >>> exact_counts(scattered_hull(np.array([[0.0, 0], [2, 0], [0, 2], [2, 2], [1, 2]])))
    array([4, 4])
    """
    numbers: dict[tuple[int, ...], int] = {}
    owner = np.array([numbers.setdefault(plane, len(numbers)) for plane in hull.planes])
    simplicial = len(numbers) == len(owner)
    counts = _simplicial_counts(hull.facets) if simplicial else _merged_counts(hull.facets, owner)
    return _checked_counts(counts, simplicial)


def _checked_counts(counts: NDArray[np.int64], simplicial: bool) -> NDArray[np.int64]:
    """The counts, if they are those of a polytope as far as Euler and the ridges know."""
    dim = len(counts)
    ridges = not simplicial or 2 * counts[-2] == dim * counts[-1]
    if not ridges or int(counts @ (-1) ** np.arange(dim)) != 1 - (-1) ** dim:
        raise Undecided("rounding left no polytope: the points are nearly in special position")
    return counts


def _simplicial_facets(
    cloud: NDArray[np.float64], sizes: NDArray[np.float64]
) -> tuple[NDArray[np.int64] | None, bool]:
    """Qhull's facets (None where it fails), and whether rounding had no part in them."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(cloud, qhull_options="Qc" if cloud.shape[1] < 5 else "Qx Qc")
    except QhullError:
        return None, False
    simplices = hull.simplices.astype(np.int64)
    largest = sizes[hull.vertices]
    if len(hull.coplanar) or largest.max() > SPREAD * largest.min():
        return simplices, False
    total = simplices.sum(axis=1)
    opposite = total[hull.neighbors] - (total[:, None] - simplices)
    if opposite.min() < 0 or opposite.max() >= len(cloud):  # no common ridge
        return simplices, False
    normals, offsets = hull.equations[:, :-1], hull.equations[:, -1]
    heights = np.einsum("fd,fjd->fj", normals, cloud[opposite]) + offsets[:, None]
    return simplices, bool(heights.max() < -FLAT * largest.max())


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


def _merged_counts(simplices: NDArray[np.int64], owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """f_k from facets with any number of vertices, as bit masks: faces are intersections.

    ``owner`` (F,): the number of the facet that a simplex is a part of.
    """
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
