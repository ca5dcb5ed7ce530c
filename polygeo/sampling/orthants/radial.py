"""Solid angles along rays from inside: P[A g >= 0] as a mean over directions.

With u inside the cone and w a unit direction orthogonal to u, the cone holds cos(b) u + sin(b) w
for 0 <= b <= a(w), so P is the mean over w of the fraction of the sphere within the angle a(w), an
incomplete beta function. In a flat or narrow cone a few directions carry everything; so the w are
those of T z, z standard Gaussian, with the weight det T (|z| / |T z|)^(r-1) (the angular Gaussian
law, tyler1987statistical). u is the direction of the analytic centre, the maximum of
sum log <a_i, x> - |x|^2 / 2, and T maps the unit ball to the ellipsoid of the second derivatives
there, which lies in the section of the cone by <u, x> = 1, which lies in m times the ellipsoid
(m rows); its axes are cut off at 1, where the angles end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["Radial", "radial_values"]

Array = NDArray[np.float64]

STEPS = 500
"""Largest number of Newton steps to the analytic centre."""


def radial_values(normals: Array, axis: Array, directions: Array) -> Array:
    """Compute the share of the sphere within the angle a(w), for Gaussian ``directions`` (n, r).

    ``normals`` (m, r) unit rows, positive on the unit vector ``axis``.

    >>> diagonal = np.array([0.6, 0.8])
    >>> radial_values(np.eye(2), diagonal, np.array([[1.0, 0.0], [0.0, 1.0]])).sum().round(12)
    np.float64(0.5)
    """
    r = normals.shape[1]
    if r == 1:
        return np.full(len(directions), 0.5)
    across = directions - np.outer(directions @ axis, axis)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    slope = (-(across @ normals.T) / (normals @ axis)).max(axis=1)  # cot a(w)
    cap = 0.5 * special.betainc((r - 1) / 2, 0.5, 1 / (1 + slope**2))
    return np.where(slope >= 0, cap, 1 - cap)


@dataclass(frozen=True, eq=False)
class Radial:
    """The integrand over directions: unit rows, an axis, and the shape of the law of directions.

    ``normals`` (m, r); ``axis`` u (r,); ``shape`` (r - 1, r), which takes z to T z.

    >>> sector = Radial.of(np.array([[0.0, 1.0], [0.6, -0.8]]), np.array([0.9, 0.3]))
    >>> sector.values(np.array([[0.25], [0.75]])).mean() * 2 * np.pi - np.arctan(0.75) < 1e-9
    np.True_
    """

    normals: Array
    axis: Array
    shape: Array

    @classmethod
    def of(cls, normals: Array, inside: Array) -> Radial:
        """Make the integrand from unit rows that span R^r and a point where they are positive."""
        centre = _analytic_centre(normals, inside)
        axis = centre / np.linalg.norm(centre)
        plane = np.linalg.svd(axis[None, :])[2][1:]  # orthogonal to u, whatever the slopes are
        slopes = (normals @ plane.T) / (normals @ axis)[:, None]
        _, sizes, turn = np.linalg.svd(slopes, full_matrices=False)
        return cls(normals, axis, (turn @ plane) / np.hypot(1.0, sizes)[:, None])

    @property
    def size(self) -> int:
        """The number of coordinates of a point, r - 1, at least 1."""
        return max(len(self.shape), 1)

    def values(self, uniform: Array) -> Array:
        """Compute the integrand at points of the cube, (n, size) to (n,)."""
        n = len(self.shape)
        if n == 0:
            return np.full(len(uniform), 0.5)
        z = special.ndtri(uniform.clip(1e-16, 1 - 1e-16))
        directions = z @ self.shape
        longer = np.linalg.norm(z, axis=1) / np.linalg.norm(directions, axis=1)
        # Logarithms, as det T may be less than any float.
        logs = np.log(np.linalg.norm(self.shape, axis=1)).sum() + n * np.log(longer)
        return np.exp(logs) * radial_values(self.normals, self.axis, directions)


def _analytic_centre(normals: Array, inside: Array) -> Array:
    """The maximum of sum log <a_i, x> - |x|^2 / 2 by Newton's method, damped where it must be."""
    m, r = normals.shape
    x = inside * (m**0.5 / np.linalg.norm(inside))
    for _ in range(STEPS):
        heights = normals @ x
        # The Newton step by least squares: the squares of the slopes do not fit into floats.
        matrix = np.vstack([normals / heights[:, None], np.eye(r)])
        step = np.linalg.lstsq(matrix, np.concatenate([np.ones(m), -x]), rcond=None)[0]
        decrement = float(np.linalg.norm(matrix @ step))
        near = x + step / (1.0 if decrement < 0.25 else 1.0 + decrement)
        if not (normals @ near > 0).all():
            break
        x = near
        if decrement < 1e-6:
            break
    return x
