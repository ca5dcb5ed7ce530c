"""SciPy: projections by nnls, l1 recovery by linear programs, orthants by integration."""

from __future__ import annotations

from typing import Any

from polygeo.report.peers.peer import Peer, distribution
from polygeo.report.peers.tolerance import Digits, Equal, Wilson

__all__ = ["PEERS"]

PROJECTED = 300
"""Samples projected on each cone."""

PROGRAMS = 2000
"""Random linear programs for each probability."""

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
    """Ours: the certified dimension of the face hit by every sample."""
    from polygeo.sampling import FaceProjector

    return FaceProjector(rows).face_dimensions(samples)


def faces_by_nnls(rows: Any, samples: Any) -> list[int]:
    """The number of positive coefficients of the projection, in general position the dimension."""
    import numpy as np
    from scipy.optimize import nnls

    columns = np.ascontiguousarray(rows.T)
    return [int(np.count_nonzero(nnls(columns, y)[0] > 1e-10)) for y in samples]


def recoveries() -> dict[str, tuple[Any, ...]]:
    """Arguments of `recovery_probability`."""
    return {
        f"{kind}, n = {n}, s = {s}, m = {m}": (n, s, m, kind)
        for kind in ("l1", "nonnegative")
        for n, s, m in RECOVERIES
    }


def recovery(n: int, s: int, m: int, kind: str) -> Any:
    """Ours: the probability from intrinsic volumes."""
    from polygeo.thresholds.recovery import recovery_probability

    return recovery_probability(n, s, m, kind)


def forget_recovery() -> None:
    """Drop remembered curves."""
    from polygeo.thresholds import recovery as module

    module._curve.cache_clear()


def recovery_by_programs(n: int, s: int, m: int, kind: str) -> tuple[int, int]:
    """How many Gaussian measurements of an s-sparse vector are undone by the linear program."""
    import numpy as np
    from scipy.optimize import linprog

    rng = np.random.default_rng((n, s, m))
    x = np.zeros(n)
    x[:s] = 1.0
    won = 0
    for _ in range(PROGRAMS):
        A = rng.standard_normal((m, n))
        if kind == "nonnegative":
            found = linprog(np.ones(n), A_eq=A, b_eq=A @ x, bounds=(0, None)).x
        else:
            parts = linprog(np.ones(2 * n), A_eq=np.hstack([A, -A]), b_eq=A @ x, bounds=(0, None)).x
            found = None if parts is None else parts[:n] - parts[n:]
        won += found is not None and bool(np.abs(found - x).max() < 1e-6)
    return won, PROGRAMS


def orthant(covariance: Any) -> Any:
    """Ours: exact up to dimension 3, certified beyond."""
    from polygeo.volumes.angles import orthant_probability

    return orthant_probability(covariance, 20)


def orthant_by_integration(covariance: Any) -> float:
    """P[X <= 0] by randomized quasi-Monte-Carlo, which is P[X >= 0]."""
    import numpy as np
    from scipy.stats import multivariate_normal

    zero = np.zeros(len(covariance))
    normal: Any = multivariate_normal
    law = normal(zero, covariance, maxpts=2_000_000, abseps=1e-7, releps=1e-7, seed=1)
    return float(law.cdf(zero))


PEERS = (
    Peer(
        "scipy nnls", "face dimension of projections", "BSD-3-Clause",
        cones, faces, faces_by_nnls, Equal(), distribution("scipy"),
    ),
    Peer(
        "scipy linprog", "probability of sparse recovery", "BSD-3-Clause",
        recoveries, recovery, recovery_by_programs, Wilson(1e-4), distribution("scipy"),
        forget=forget_recovery,
    ),
    Peer(
        "scipy normal cdf", "orthant probability", "BSD-3-Clause",
        lambda: COVARIANCES, orthant, orthant_by_integration, Digits(4), distribution("scipy"),
    ),
)  # fmt: skip
