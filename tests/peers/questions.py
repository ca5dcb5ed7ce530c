"""What several peers are asked: the cases by label, and our answers.

Projections of Gaussian samples on cones, orthant probabilities, the probability of sparse recovery
and half-space depth. The arguments of a case are a tuple; arrays hold one point a row.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "COVARIANCES",
    "PROGRAMS",
    "PROJECTED",
    "TOO_SMALL",
    "clouds",
    "cones",
    "depths",
    "faces",
    "forget_recovery",
    "orthant",
    "recoveries",
    "recovery",
]

PROJECTED = 300
"""Samples projected on each cone."""

PROGRAMS = 2000
"""Random linear programs for each probability of recovery."""

RECOVERIES = ((10, 2, 5), (16, 1, 5), (16, 3, 8), (20, 4, 12), (20, 6, 13))
"""Size n, sparsity s and measurements m."""

COVARIANCES: dict[str, tuple[Any, ...]] = {
    "dimension 2": ([[2, 1], [1, 3]],),
    "dimension 3": ([[2, 1, 0], [1, 3, -1], [0, -1, 2]],),
    "dimension 4": ([[4, 1, 0, -1], [1, 3, 1, 1], [0, 1, 2, 1], [-1, 1, 1, 5]],),
    "dimension 4, nearly flat": ([[10, 9, 8, 7], [9, 10, 9, 8], [8, 9, 10, 9], [7, 8, 9, 10]],),
    "dimension 5": (
        [[3, 1, 0, 0, 1], [1, 3, 1, 0, 0], [0, 1, 3, 1, 0], [0, 0, 1, 3, 1], [1, 0, 0, 1, 3]],
    ),
}
"""Of the Gaussian vectors that have to be positive."""

CLOUDS = ((20, 2, 50), (20, 3, 50), (24, 4, 20), (40, 5, 3))
"""Points, dimension, number of clouds."""

TIED = (15, 3, 30)
"""The same, with coordinates -2, .., 2: points coincide, and lie with the origin on planes."""

SMALL = (12, 3, 20)
"""The same, near the origin."""

TINY = 1e-9
"""Size of the points that lie near the origin; the depth does not depend on it."""

TOO_SMALL = f"{SMALL[0]} points of size {TINY:g}, d = {SMALL[1]}"
"""The label of these, for programs that take them for the origin."""


def cones() -> dict[str, tuple[Any, ...]]:
    """Generators and samples: simplicial ones, and 2d generators on one side."""
    import numpy as np

    found = {}
    for d in (3, 6, 12, 20):
        rng = np.random.default_rng(d)
        samples = rng.standard_normal((PROJECTED, d))
        found[f"d generators, d = {d}"] = (rng.standard_normal((d, d)), samples)
        rows = rng.standard_normal((2 * d, d))
        rows[:, 0] = abs(rows[:, 0])
        found[f"2d generators, d = {d}"] = (rows, samples)
    return found


def faces(rows: Any, samples: Any) -> Any:
    """The certified dimension of the face hit by the projection of every sample."""
    from polygeo.sampling import FaceProjector

    return FaceProjector(rows).face_dimensions(samples)


def orthant(covariance: Any) -> Any:
    """The orthant probability: exact up to dimension 3, certified beyond."""
    from polygeo.volumes import orthant_probability

    return orthant_probability(covariance, 20)


def recoveries() -> dict[str, tuple[Any, ...]]:
    """Arguments of `recovery_probability`."""
    return {
        f"{kind}, n = {n}, s = {s}, m = {m}": (n, s, m, kind)
        for kind in ("l1", "nonnegative")
        for n, s, m in RECOVERIES
    }


def recovery(n: int, s: int, m: int, kind: str) -> Any:
    """The probability from intrinsic volumes."""
    from polygeo.thresholds.recovery import recovery_probability

    return recovery_probability(n, s, m, kind)


def forget_recovery() -> None:
    """Drop remembered curves."""
    from polygeo.thresholds import recovery as module

    module._curve.cache_clear()


def clouds() -> dict[str, tuple[Any, ...]]:
    """Points around the origin: Gaussian, on a grid, and so near that thresholds fail."""
    import numpy as np

    found = {
        f"{m} points, d = {n}": (np.random.default_rng((m, n)).normal(size=(count, m, n)),)
        for m, n, count in CLOUDS
    }
    m, n, count = TIED
    grid = np.random.default_rng((m, n)).integers(-2, 3, size=(count, m, n))
    found[f"{m} points of a grid, d = {n}"] = (grid.astype(float),)
    m, n, count = SMALL
    near = TINY * np.random.default_rng((m, n)).normal(size=(count, m, n))
    found[TOO_SMALL] = (near,)
    return found


def depths(batch: Any) -> list[int]:
    """The half-space depth of the origin: the least number of points in a closed half-space."""
    from polygeo.relu import halfspace_depth

    return [halfspace_depth(points).depth for points in batch]
