"""The f-vector of the convex hull of points in general position, whatever their sizes.

Such a hull is simplicial. Where Qhull's rounding may have decided something about it (facets
merged or nearly flat, points dropped as coplanar, sizes of vertices far apart) the hull is found
again in exact arithmetic (`polygeo.polytopes.hulls.scattered`), as long as that takes no more than
`MAX_TESTS` signs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.errors import Undecided
from polygeo.polytopes.hulls.counting import (
    checked_cloud,
    grouped_facets,
    is_eulerian,
    merged_counts,
    simplicial_counts,
)
from polygeo.polytopes.hulls.scattered import MAX_FACETS, ExactHull, scattered_hull

__all__ = ["exact_counts", "generic_counts"]

SPREAD = 1e6
"""Ratio of largest coordinates above which vertices count as of different sizes."""

FLAT = 1e-12
"""Distance, in units of the largest vertex, below which a vertex counts as on a facet's plane."""

MAX_TESTS = 20_000_000
"""Largest number of points times facets for which a hull is found exactly."""


def generic_counts(points: Any) -> NDArray[np.int64]:
    """Count the faces of the hull of points in general position, of any sizes.

    For d = 1 the hull has two vertices without a look at the points. Points in special position are
    counted right where that is seen. Errors as for `face_counts`.

    >>> generic_counts([[1e200, 0], [-1, 1], [-1, -2], [1e-9, 1e-9]])
    array([3, 3])
    """
    cloud = checked_cloud(points)
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
    return _checked_counts(simplicial_counts(simplices), True)


def exact_counts(hull: ExactHull) -> NDArray[np.int64]:
    """Return (f_0, .., f_{d-1}) of a hull that was found exactly.

    >>> exact_counts(scattered_hull(np.array([[0.0, 0], [2, 0], [0, 2], [2, 2], [1, 2]])))
    array([4, 4])
    """
    numbers: dict[tuple[int, ...], int] = {}
    owner = np.array([numbers.setdefault(plane, len(numbers)) for plane in hull.planes])
    simplicial = len(numbers) == len(owner)
    counts = (
        simplicial_counts(hull.facets)
        if simplicial
        else merged_counts(grouped_facets(hull.facets, owner), hull.facets.shape[1])
    )
    return _checked_counts(counts, simplicial)


def _checked_counts(counts: NDArray[np.int64], simplicial: bool) -> NDArray[np.int64]:
    """Return the counts, if they are those of a polytope as far as Euler and the ridges know."""
    dim = len(counts)
    ridges = not simplicial or 2 * counts[-2] == dim * counts[-1]
    if not ridges or not is_eulerian(counts):
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
