"""SciPy: projections by nnls, l1 recovery by linear programs, orthants by integration."""

from __future__ import annotations

from typing import Any

from peers.questions import (
    COVARIANCES,
    PROGRAMS,
    cones,
    faces,
    forget_recovery,
    orthant,
    recoveries,
    recovery,
)
from polygeo.report.crosscheck.peer import Peer, distribution
from polygeo.report.crosscheck.tolerance import Digits, Equal, Proportion

__all__ = ["PEERS"]


def faces_by_nnls(rows: Any, samples: Any) -> list[int]:
    """The number of positive coefficients of the projection, in general position the dimension."""
    import numpy as np
    from scipy.optimize import nnls

    columns = np.ascontiguousarray(rows.T)
    return [int(np.count_nonzero(nnls(columns, y)[0] > 1e-10)) for y in samples]


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


def orthant_by_integration(covariance: Any) -> float:
    """P[X <= 0] by randomized quasi-Monte-Carlo, which is P[X >= 0]."""
    import numpy as np
    from scipy.stats import multivariate_normal

    zero = np.zeros(len(covariance))
    # Not a frozen law: that of scipy 1.14 takes no tolerances.
    normal: Any = type(multivariate_normal)(seed=1)
    precise = {"maxpts": 2_000_000, "abseps": 1e-7, "releps": 1e-7}
    return float(normal.cdf(zero, zero, covariance, **precise))


PEERS = (
    Peer(
        "scipy nnls", "face dimension of projections", "BSD-3-Clause",
        cones, faces, faces_by_nnls, Equal(), distribution("scipy"),
    ),
    Peer(
        "scipy linprog", "probability of sparse recovery", "BSD-3-Clause",
        recoveries, recovery, recovery_by_programs, Proportion(1e-4), distribution("scipy"),
        forget=forget_recovery,
    ),
    Peer(
        "scipy normal cdf", "orthant probability", "BSD-3-Clause",
        lambda: COVARIANCES, orthant, orthant_by_integration, Digits(4), distribution("scipy"),
    ),
)  # fmt: skip
