"""data-depth: its exact half-space depth (an environment of its own: tox -e crosscheck-depth).

The algorithms are those of dyckerhoffmozharovskyi2016exact. Points closer than 1e-8 to the origin
are taken for it, so that clouds of that size are answered wrongly, and counted.
"""

from __future__ import annotations

from typing import Any

from peers.questions import TOO_SMALL, clouds, depths
from polygeo.report.crosscheck.peer import Peer, distribution
from polygeo.report.crosscheck.tolerance import Equal

__all__ = ["PEERS", "depths_by_datadepth"]


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
        errs=(TOO_SMALL,),
    ),
)  # fmt: skip
