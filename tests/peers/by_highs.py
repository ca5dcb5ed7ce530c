"""HiGHS through SciPy: injectivity by a mixed-integer program with big-M constraints.

A ReLU layer W in general position is injective if and only if every half-space through the origin
holds at least n of its rows (puthawala2022globally), that is when the half-space depth of the
origin is at least n. The program counts rows in floating-point arithmetic: solutions with |x| in a
box, rows off by its tolerance. Where the rows differ in size its answers are wrong, and counted.
"""

from __future__ import annotations

from typing import Any

from peers.questions import depths
from polygeo.report.crosscheck.peer import Peer, distribution
from polygeo.report.crosscheck.tolerance import Equal

__all__ = ["PEERS", "depth_by_big_m", "layers"]

SECONDS = 30.0
"""After which the solver gives up."""

BOX = 1e3
"""Bound on the coordinates of x, by which M is chosen."""

SHAPES = (
    ("12 x 3", 12, 3, 0, 20),
    ("12 x 3, rows times 1e-2..1e2", 12, 3, 2, 20),
    ("12 x 3, rows times 1e-4..1e4", 12, 3, 4, 20),
    ("16 x 4", 16, 4, 0, 10),
    ("24 x 4", 24, 4, 0, 10),
)
"""Label, m, n, powers of ten by which rows are scaled, number of layers."""


def layers() -> dict[str, tuple[Any, ...]]:
    """Gaussian layers; a positive factor of a row changes no answer."""
    import numpy as np

    found = {}
    for label, m, n, scale, count in SHAPES:
        rng = np.random.default_rng((m, n, scale))
        factors = 10.0 ** rng.integers(-scale, scale + 1, size=(count, m, 1))
        found[label] = (rng.normal(size=(count, m, n)) * factors,)
    return found


def depth_by_big_m(W: Any) -> int | None:
    """The least number of rows not below -1 in some direction; None where the solver gave up."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    m, n = W.shape
    rows = np.hstack([W, -np.diag(BOX * np.abs(W).sum(axis=1) + 1)])
    result = milp(
        np.concatenate([np.zeros(n), np.ones(m)]),
        constraints=LinearConstraint(rows, -np.inf, -np.ones(m)),
        integrality=np.concatenate([np.zeros(n), np.ones(m)]),
        bounds=Bounds([-BOX] * n + [0] * m, [BOX] * n + [1] * m),
        options={"time_limit": SECONDS, "mip_rel_gap": 0},
    )
    return round(result.fun) if result.status == 0 else None


def depths_by_big_m(batch: Any) -> list[int | None]:
    """The same of every layer."""
    return [depth_by_big_m(W) for W in batch]


PEERS = (
    Peer(
        "scipy milp (HiGHS)", "half-space depth of a layer's rows, by big-M", "MIT",
        layers, depths, depths_by_big_m, Equal(), distribution("scipy"),
        errs=tuple(label for label, *_ in SHAPES),
    ),
)  # fmt: skip
