"""data-depth: its exact half-space depth (an environment of its own: tox -e crosscheck-depth)."""

from __future__ import annotations

from typing import Any

from polygeo.report.peers.peer import Peer, distribution
from polygeo.report.peers.tolerance import Equal

__all__ = ["PEERS"]

SHAPES = ((20, 2, 50), (20, 3, 50), (24, 4, 20), (40, 5, 3))
"""Points, dimension, number of clouds."""


def clouds() -> dict[str, tuple[Any, ...]]:
    """Gaussian points around the origin."""
    import numpy as np

    return {
        f"{m} points, d = {n}": (np.random.default_rng((m, n)).normal(size=(count, m, n)),)
        for m, n, count in SHAPES
    }


def depths(batch: Any) -> list[int]:
    """Ours: the depth of the origin, proved."""
    from polygeo.relu import halfspace_depth

    return [halfspace_depth(points).depth for points in batch]


def depths_by_datadepth(batch: Any) -> list[int]:
    """Its depth is a share of the points."""
    import numpy as np
    from depth.model.multivariate import halfspace

    return [
        round(float(np.ravel(halfspace(np.zeros((1, X.shape[1])), X, exact=True))[0]) * len(X))
        for X in batch
    ]


PEERS = (
    Peer(
        "data-depth", "half-space depth of the origin", "none stated",
        clouds, depths, depths_by_datadepth, Equal(), distribution("data-depth"),
    ),
)  # fmt: skip
