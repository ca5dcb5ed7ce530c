"""R packages, where R is installed: orthants, projections, depth, linear programs, weights.

mvtnorm integrates recursively (miwahayterkuriki2003evaluation), nnls and quadprog project, ddalpha
has the exact depths of dyckerhoffmozharovskyi2016exact, lpSolve recovers sparse vectors, ic.infer
gives the weights of chi-bar-squared laws (kudo1963multivariate). ddalpha takes points closer than
1e-8 to the origin for the origin, so that clouds of that size are answered wrongly, and counted.
"""

from __future__ import annotations

import random
from typing import Any

from peers.questions import (
    COVARIANCES,
    PROGRAMS,
    PROJECTED,
    TOO_SMALL,
    clouds,
    cones,
    depths,
    faces,
    forget_recovery,
    orthant,
    recoveries,
    recovery,
)
from peers.rscript import evaluate, matrix, package
from polygeo.report.crosscheck.clock import Timed
from polygeo.report.crosscheck.peer import Peer
from polygeo.report.crosscheck.tolerance import Digits, Equal, Proportion

__all__ = ["METHODS", "PEERS"]

METHODS = ("recursive", "plane", "line")
"""The exact algorithms of ddalpha."""

FACETS = ((3, 6), (4, 8), (5, 10), (6, 12))
"""Dimension and number of inequalities."""

Matrix = list[list[int]]

NORMALS: dict[str, tuple[Matrix]] = {
    "dimension 3": ([[1, 0, 0], [1, 2, 0], [0, 1, 1]],),
    "dimension 4": ([[1, 0, 0, 1], [1, 2, 0, 0], [0, 1, 1, 0], [0, 0, 1, 3]],),
    "dimension 5": (
        [[2, 0, 0, 1, 0], [1, 2, 0, 0, 0], [0, 1, 1, 0, 1], [0, 0, 1, 3, 0], [1, 0, 0, 0, 1]],
    ),
}
"""Rows A of inequalities A z >= 0; for Gaussian z the vector A z has covariance A A^T."""


TESTS: dict[str, tuple[Matrix]] = {
    f"r = {r}": ([[12 if i == j else 6 // (1 + abs(i - j)) for j in range(r)] for i in range(r)],)
    for r in (4, 6, 7)
}
"""Covariances of the estimates."""


def orthant_by_mvtnorm(covariance: Matrix) -> Timed:
    """Miwa's integration, which uses no random numbers."""
    return evaluate(
        "mvtnorm",
        f"sigma <- {matrix(covariance)}; d <- nrow(sigma)",
        "pmvnorm(rep(0, d), rep(Inf, d), sigma = sigma, algorithm = Miwa(steps = 512))",
    )


def weights_of_a_test(covariance: Matrix) -> list[Any]:
    """Ours: w_0, .., w_r of the test of x >= 0."""
    from polygeo.volumes import chi_bar_weights

    return list(chi_bar_weights(covariance, digits=15))


def weights_by_mvtnorm(covariance: Matrix) -> Timed:
    """The sum over sets of positive estimates of two orthant probabilities each, by Miwa.

    The errors of the probabilities are absolute: the smallest weights have the fewest digits.
    """
    return evaluate(
        "mvtnorm",
        f"""\
V <- {matrix(covariance)}; n <- nrow(V)
orthant <- function(S) {{
    d <- nrow(S)
    if (d == 0) 1 else if (d == 1) 1 / 2
    else pmvnorm(rep(0, d), rep(Inf, d), sigma = S, algorithm = Miwa(steps = 512))
}}
share <- function(m) {{
    K <- which(bitwAnd(m, 2^(0:(n - 1))) > 0); L <- setdiff(1:n, K)
    if (length(L) == 0) return(orthant(V))
    inverse <- solve(V[L, L, drop = FALSE])
    left <- V[K, K, drop = FALSE] - V[K, L, drop = FALSE] %*% inverse %*% V[L, K, drop = FALSE]
    orthant(inverse) * orthant(left)
}}
sizes <- sapply(0:(2^n - 1), function(m) sum(bitwAnd(m, 2^(0:(n - 1))) > 0))""",
        "as.vector(tapply(sapply(0:(2^n - 1), share), sizes, sum))",
    )


def faces_by_nnls(rows: Any, samples: Any) -> Timed:
    """The number of positive coefficients of the projection, in general position the dimension."""
    return evaluate(
        "nnls",
        f"V <- t({matrix(rows.tolist())}); Y <- {matrix(samples.tolist())}",
        "apply(Y, 1, function(y) sum(nnls(V, y)$x > 1e-10))",
    )


def wedges() -> dict[str, tuple[Any, ...]]:
    """Integer inequalities of full-dimensional pointed cones, and samples."""
    import numpy as np

    found = {}
    for d, count in FACETS:
        rng = random.Random(d)
        rows = [[10, *(rng.randint(-9, 9) for _ in range(d - 1))] for _ in range(count)]
        samples = np.random.default_rng(d).standard_normal((PROJECTED, d))
        found[f"{count} inequalities, d = {d}"] = (rows, samples)
    return found


def faces_from_rays(rows: Matrix, samples: Any) -> Any:
    """Ours: the rays by double description, then the face that every sample hits."""
    from polygeo.cones import PolyhedralCone

    return faces(PolyhedralCone(inequalities=rows).rays, samples)


def faces_by_quadprog(rows: Matrix, samples: Any) -> Timed:
    """The dimension less the number of active inequalities, which are independent."""
    return evaluate(
        "quadprog",
        f"A <- t({matrix(rows)}); Y <- {matrix(samples.tolist())}; d <- nrow(A); b <- 0 * A[1, ]",
        "apply(Y, 1, function(y) d - sum(solve.QP(diag(d), y, A, b)$iact > 0))",
    )


def clouds_by_method() -> dict[str, tuple[Any, ...]]:
    """Every cloud with every algorithm."""
    return {
        f"{label}, {method}": (batch, method)
        for label, (batch,) in clouds().items()
        for method in METHODS
    }


def depths_by_ddalpha(batch: Any, method: str) -> Timed:
    """Its depth is a share of the points."""
    found = evaluate(
        "ddalpha",
        f"clouds <- list({', '.join(matrix(points.tolist()) for points in batch)})",
        "sapply(clouds, function(X) nrow(X) * depth.halfspace(rep(0, ncol(X)), X, exact = TRUE, "
        f'method = "{method}"))',
    )
    return Timed([round(depth) for depth in found.answer], found.seconds)


def recovery_by_lpsolve(n: int, s: int, m: int, kind: str) -> Timed:
    """How many Gaussian measurements of an s-sparse vector are undone by the linear program."""
    signs = "A" if kind == "nonnegative" else "cbind(A, -A)"
    found = evaluate(
        "lpSolve",
        f"n <- {n}; m <- {m}; x <- c(rep(1, {s}), rep(0, n - {s})); p <- 2 * n",
        f"""\
set.seed(1)
sum(replicate({PROGRAMS}, {{
    A <- matrix(rnorm(m * n), m)
    program <- {signs}
    got <- lp("min", rep(1, ncol(program)), program, rep("=", m), as.vector(A %*% x))
    y <- got$solution
    if (ncol(program) > n) y <- y[1:n] - y[n + 1:n]
    got$status == 0 && max(abs(y - x)) < 1e-6
}}))""",
    )
    return Timed((round(found.answer[0]), PROGRAMS), found.seconds)


def volumes(rows: Matrix) -> list[Any]:
    """Ours: v_d, .., v_0 of the cone A z >= 0."""
    from polygeo.cones import PolyhedralCone

    return list(PolyhedralCone(inequalities=rows).intrinsic_volumes(20))[::-1]


def weights_by_ic_infer(rows: Matrix) -> Timed:
    """The chances that a vector of covariance A A^T is projected on a face of d, .., 0 dimensions.

    It takes them from orthant probabilities; those by default are simulated, to three digits.
    """
    square = [[sum(a * b for a, b in zip(x, y, strict=True)) for y in rows] for x in rows]
    return evaluate(
        "ic.infer",
        f"suppressMessages(library(mvtnorm)); sigma <- {matrix(square)}",
        "ic.weights(sigma, algorithm = Miwa(steps = 512))",
    )


PEERS = (
    Peer(
        "R mvtnorm", "orthant probability", "GPL-2.0-only",
        lambda: COVARIANCES, orthant, orthant_by_mvtnorm, Digits(7), package("mvtnorm"),
    ),
    Peer(
        "R mvtnorm, sums", "weights of a test of r constraints", "GPL-2.0-only",
        lambda: TESTS, weights_of_a_test, weights_by_mvtnorm, Digits(5), package("mvtnorm"),
    ),
    Peer(
        "R nnls", "face dimension of projections", "GPL-2.0-or-later",
        cones, faces, faces_by_nnls, Equal(), package("nnls"),
    ),
    Peer(
        "R quadprog", "face dimension of projections, from inequalities", "GPL-2.0-or-later",
        wedges, faces_from_rays, faces_by_quadprog, Equal(), package("quadprog"),
    ),
    Peer(
        "R ddalpha", "half-space depth of the origin", "GPL-2.0-only",
        clouds_by_method, lambda batch, method: depths(batch), depths_by_ddalpha, Equal(),
        package("ddalpha"), errs=tuple(f"{TOO_SMALL}, {method}" for method in METHODS),
    ),
    Peer(
        "R lpSolve", "probability of sparse recovery", "LGPL-2.0-only",
        recoveries, recovery, recovery_by_lpsolve, Proportion(1e-4), package("lpSolve"),
        forget=forget_recovery,
    ),
    Peer(
        "R ic.infer", "intrinsic volumes of a simplicial cone", "GPL-2.0-or-later",
        lambda: NORMALS, volumes, weights_by_ic_infer, Digits(5), package("ic.infer"),
    ),
)  # fmt: skip
