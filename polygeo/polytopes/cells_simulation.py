"""Cells of Poisson tessellations, simulated without an error from the window.

A cell {x : <u_i, x> <= r_i for all i} has independent, uniform unit vectors u_i, and r_1 < r_2 < ..
are, up to scale, the arrivals of a unit Poisson process to the power 1/alpha: alpha = d gives the
typical cell of the Poisson-Voronoi tessellation (r_i is half the distance of the i-th nearest
point), alpha = 1 the zero cell of the stationary isotropic Poisson hyperplane tessellation
(r_i is the distance of the i-th nearest hyperplane). The process is drawn from the centre
outwards: when the cell of the first N lies in the ball of radius r_N, no later half-space cuts it,
and it is the cell itself; otherwise N is doubled.

The polar of the cell is the hull of the points u_i/r_i: its facets are the vertices of the cell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from polygeo.errors import DomainError
from polygeo.polytopes.hulls import MAX_DIM, face_counts, hull_facets

__all__ = ["poisson_cell_counts", "poisson_cell_polar", "polar_vertices"]

MAX_HALF_SPACES = 1 << 20


def poisson_cell_counts(stream: np.random.Generator, dim: int, alpha: float) -> NDArray[np.int64]:
    """(f_0, .., f_{d-1}) of one cell, 1 <= d <= 8.

    >>> poisson_cell_counts(np.random.default_rng(1), 3, 3.0)
    array([32, 48, 18])
    """
    return face_counts(poisson_cell_polar(stream, dim, alpha))[::-1]


def poisson_cell_polar(stream: np.random.Generator, dim: int, alpha: float) -> NDArray[np.float64]:
    """Points u_i/r_i (N, d) whose convex hull is the polar of one cell, r_i the scaled arrivals."""
    if not 1 <= dim <= MAX_DIM:
        raise DomainError(f"a cell is simulated for 1 <= d <= {MAX_DIM}; got d={dim}")
    if not alpha > 0:
        raise DomainError(f"a cell needs alpha > 0; got alpha={alpha}")
    size = 8 << dim
    arrival, blocks, total = 0.0, [], 0
    while total < MAX_HALF_SPACES:
        normals = stream.standard_normal((size, dim))
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        arrivals = arrival + np.cumsum(stream.standard_exponential(size))
        arrival = float(arrivals[-1])
        radii = arrivals ** (1 / alpha)
        blocks.append(normals / radii[:, None])
        total, size = total + size, total + size
        points = np.concatenate(blocks)
        if _inner_radius(points) > (1 + 1e-9) / radii[-1]:
            return points
    raise DomainError(f"a cell needs more than {MAX_HALF_SPACES} half-spaces (d={dim})")


def polar_vertices(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vertices (M, d) of {x : <p, x> <= 1 for all points p}, 0 inside the hull of the points.

    >>> polar_vertices(np.array([[2.0], [-0.5]])).tolist()
    [[0.5], [-2.0]]
    """
    if points.shape[1] == 1:
        return 1 / np.array([[points.max()], [points.min()]])
    equations = np.unique(hull_facets(points)[1], axis=0)
    return -equations[:, :-1] / equations[:, -1:]


def _inner_radius(points: NDArray[np.float64]) -> float:
    """The distance of 0 from the boundary of the hull; negative if 0 lies outside.

    1/radius is the distance of the farthest vertex of the cell.
    """
    if points.shape[1] == 1:
        return float(min(points.max(), -points.min()))
    return -float(hull_facets(points)[1][:, -1].max())
