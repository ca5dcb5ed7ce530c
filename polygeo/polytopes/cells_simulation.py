"""Cells of Poisson tessellations, simulated without an error from the window.

A cell {x : <u_i, x> <= r_i for all i} has independent, uniform unit vectors u_i, and r_1 < r_2 < ..
are, up to scale, the arrivals of a unit Poisson process to the power 1/alpha: alpha = d gives the
typical cell of the Poisson-Voronoi tessellation (r_i is half the distance of the i-th nearest
point), alpha = 1 the zero cell of the stationary isotropic Poisson hyperplane tessellation
(r_i is the distance of the i-th nearest hyperplane). The process is drawn from the centre
outwards: when the cell of the first N lies in the ball of radius r_N, no later half-space cuts it,
and it is the cell itself; otherwise N is doubled.

The polar of the cell is the hull of the points u_i/r_i: its facets are the vertices of the cell. It
is always full-dimensional, for the points pile up at 0 from all sides: the first N are never too
few to span R^d once their hull holds the ball of radius 1/r_N.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from polygeo.errors import DomainError
from polygeo.polytopes.hulls.counting import MAX_DIM, hull_facets
from polygeo.polytopes.hulls.general_position import exact_counts, generic_counts
from polygeo.polytopes.hulls.scattered import ExactHull, scattered_hull

__all__ = ["poisson_cell_counts", "poisson_cell_polar", "polar_vertices"]

MAX_HALF_SPACES = 1 << 20
"""Largest number of half-spaces of one cell."""

SCATTERED = 30.0
"""log2 of the ratio of r_N and r_1 above which the points are of too different sizes for floats."""


def poisson_cell_counts(stream: np.random.Generator, dim: int, alpha: float) -> NDArray[np.int64]:
    """Return (f_0, .., f_{d-1}) of one cell, 1 <= d <= 8.

    >>> poisson_cell_counts(np.random.default_rng(1), 3, 3.0)
    array([32, 48, 18])
    """
    normals, arrivals, hull = _cell(stream, dim, alpha)
    if dim == 1:
        return np.array([2])
    if hull is not None:
        return exact_counts(hull)[::-1]
    return generic_counts(normals / arrivals[:, None] ** (1 / alpha))[::-1]


def poisson_cell_polar(stream: np.random.Generator, dim: int, alpha: float) -> NDArray[np.float64]:
    """Return points u_i/r_i (N, d) whose hull is the polar of one cell, r_i the scaled arrivals.

    DomainError where one lies beyond the range of float64 (for alpha below 1/10 or so); those
    below it, which are 0, lie inside.
    """
    normals, arrivals, _ = _cell(stream, dim, alpha)
    with np.errstate(over="ignore", divide="ignore"):
        points = normals / arrivals[:, None] ** (1 / alpha)
    if not np.isfinite(points).all():
        raise DomainError(f"a point of this sample lies beyond the range of float64: alpha={alpha}")
    return points


def _cell(
    stream: np.random.Generator, dim: int, alpha: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], ExactHull | None]:
    """Unit vectors (N, d), arrivals (N,), and the polar's hull where its points are scattered."""
    if not 1 <= dim <= MAX_DIM:
        raise DomainError(f"a cell is simulated for 1 <= d <= {MAX_DIM}; got d={dim}")
    if not alpha > 0:
        raise DomainError(f"a cell needs alpha > 0; got alpha={alpha}")
    size = 8 << dim
    arrival, blocks, times, total = 0.0, [], [], 0
    while total < MAX_HALF_SPACES:
        normals = stream.standard_normal((size, dim))
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        arrivals = arrival + np.cumsum(stream.standard_exponential(size))
        arrival = float(arrivals[-1])
        blocks.append(normals)
        times.append(arrivals)
        total, size = total + size, total + size
        inside, hull = _holds_the_ball(np.concatenate(blocks), np.concatenate(times), alpha)
        if inside:
            return np.concatenate(blocks), np.concatenate(times), hull
    raise DomainError(f"a cell needs more than {MAX_HALF_SPACES} half-spaces (d={dim})")


def _holds_the_ball(
    normals: NDArray[np.float64], arrivals: NDArray[np.float64], alpha: float
) -> tuple[bool, ExactHull | None]:
    """Whether the hull of the u_i/r_i holds the ball of radius 1/r_N; the hull if found exactly."""
    logs = -np.log2(arrivals) / alpha
    if normals.shape[1] == 1:
        up = normals[:, 0] > 0
        both = bool(up.any() and not up.all())
        return both and bool(min(logs[up].max(), logs[~up].max()) > logs[-1]), None
    if logs[0] - logs[-1] <= SCATTERED:
        radii = arrivals ** (1 / alpha)
        try:
            return _inner_radius(normals / radii[:, None]) > (1 + 1e-9) / radii[-1], None
        except DomainError:  # all in one hyperplane, as far as Qhull can see
            pass
    whole = np.floor(logs)
    hull = scattered_hull(normals * 2 ** (logs - whole)[:, None], whole.astype(np.int64))
    return hull.log2_inner_radius() > logs[-1] + 2e-9, hull


def polar_vertices(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the vertices (M, d) of {x : <p, x> <= 1 for all points p}, 0 inside their hull.

    >>> polar_vertices(np.array([[2.0], [-0.5]])).tolist()
    [[0.5], [-2.0]]
    """
    if points.shape[1] == 1:
        return 1 / np.array([[points.max()], [points.min()]])
    equations = np.unique(hull_facets(points)[1], axis=0)
    return -equations[:, :-1] / equations[:, -1:]


def _inner_radius(points: NDArray[np.float64]) -> float:
    """Return the distance of 0 from the boundary of the hull; negative if 0 lies outside.

    1/radius is the distance of the farthest vertex of the cell.
    """
    if points.shape[1] == 1:
        return float(min(points.max(), -points.min()))
    return -float(hull_facets(points)[1][:, -1].max())
