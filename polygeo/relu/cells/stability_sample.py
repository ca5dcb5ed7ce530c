"""How the stability of a Gaussian layer opens up as m/n grows past the thresholds.

Gaussian layers are in general position, where A is the minimum over the vertices of the
arrangement (both ends of each line orthogonal to n - 1 rows) of lambda_min over the strictly
positive rows (`polygeo.relu.cells.stability`). A/m tends to 1/2 as m/n grows: half of the rows are
active, with covariance I/2 in every direction. Simulation in double precision; a layer is injective
if and only if every vertex has n positive rows, and where rounding leaves the sign of a value
open, the layer is decided exactly.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer
from polygeo.answers.options import check_fields
from polygeo.answers.typeset import html_table
from polygeo.errors import DomainError
from polygeo.sampling.runs.draws import sum_batches
from polygeo.sampling.runs.streams import checked_seed, generator

__all__ = ["StabilitySample", "estimate_stability", "injective_frame_bound"]

MAX_VERTICES = 2_000_000
"""Largest number of unit vectors that span the edges of the cells of one layer."""

SCALE = 1 << 24
BATCHES = 16
USUAL = 160
"""Number of simulated layers where neither ``samples`` nor ``stderr`` is given."""
CHUNK = 20_000

OPEN = 1e-11
"""Share of the product of the lengths of n rows below which the sign of their determinant is open
in float64, for the sizes up to MAX_VERTICES."""


@dataclass(frozen=True)
class StabilitySample:
    """Estimates of the stability of a Gaussian m x n layer, four values of `Estimate`.

    * ``mean_share``: E[A/m], with A = 0 for a layer that is not injective.
    * ``injective``: P[A > 0], which is p(m, n).
    * ``lower``, ``upper``: means of the bounds (1/2) sqrt(A/m) and
      min(sqrt(A/m), sigma_min/(2 sqrt(m))) of kappa / sqrt(m).
    """

    mean_share: Estimate
    injective: Estimate
    lower: Estimate
    upper: Estimate

    source = "freemanhaider2025"

    def __post_init__(self) -> None:
        run = Estimate
        check_fields(self, mean_share=run, injective=run, lower=run, upper=run)

    def _repr_html_(self) -> str:
        names = [field.name for field in fields(self)]
        rows = [(name, getattr(self, name)) for name in names]
        return html_table("A Gaussian layer, divided by m", ["mean of", "estimate"], rows)


def injective_frame_bound(W: NDArray[np.float64]) -> tuple[float, bool]:
    """Compute A, 0 where the layer is not injective, and whether it is, exactly.

    ``W``: a matrix of float64 numbers. In general position A is the minimum over all vertices.

    >>> injective_frame_bound(np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]))
    (1.0, True)
    >>> injective_frame_bound(np.array([[1.0, 0.1], [-0.9, 1.2], [0.2, -1.1], [-1.0, -0.3]]))
    (0.0, False)
    """
    bound, injective = _vertex_minimum(W)
    if injective is None:
        from polygeo.relu.cells.frame import frame_bound
        from polygeo.relu.decision.injectivity import is_injective

        injective = bool(is_injective(W))
        bound = float(frame_bound(W, 12).value) if injective else 0.0
    return bound, injective


def _vertex_minimum(W: NDArray[np.float64]) -> tuple[float, bool | None]:
    """The minimum of A over all vertices, and whether the layer is injective; None where a sign
    is open."""
    m, n = W.shape
    if n == 1:
        least = min(float((W[W > 0] ** 2).sum()), float((W[W < 0] ** 2).sum()))
        return least, bool((W > 0).any() and (W < 0).any())
    chosen = _choices(m, n - 1)
    squares = (W[:, :, None] * W[:, None, :]).reshape(m, n * n)
    lengths = np.linalg.norm(W, axis=1)
    best, sure = np.inf, True
    for begin in range(0, len(chosen), CHUNK):
        part = chosen[begin : begin + CHUNK]
        vertices = _normals(W[part])
        values = vertices @ W.T
        limits = OPEN * lengths[part].prod(axis=1)
        open_signs = np.abs(values) <= limits[:, None] * lengths
        np.put_along_axis(open_signs, part, False, axis=1)
        np.put_along_axis(values, part, 0, axis=1)
        doubtful = open_signs.any(axis=1)
        sure = sure and not doubtful.any()
        for sign in (1, -1):
            active = (sign * values > 0).astype(float)
            few = active.sum(axis=1) < n
            if few[~doubtful].any():
                return 0.0, False
            grams = (active @ squares).reshape(-1, n, n)
            best = min(best, float(np.linalg.eigvalsh(grams)[:, 0].min()))
    return max(best, 0.0), True if sure else None


@lru_cache(maxsize=1)
def _choices(m: int, k: int) -> NDArray[np.intp]:
    """All sets of k rows, shape (count, k)."""
    return np.array(list(combinations(range(m), k)), dtype=np.intp)


def _normals(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors orthogonal to n - 1 rows each, shape (count, n): the signed maximal minors."""
    n = rows.shape[2]
    columns = [np.delete(rows, j, axis=2) for j in range(n)]
    return np.stack([(-1) ** j * np.linalg.det(c) for j, c in enumerate(columns)], axis=1)


def _stability_in_block(m: int, n: int, seed: int, size: int, block: int) -> NDArray[np.int64]:
    """Injective layers, and fixed-point means (and squares) of A/m and its bounds."""
    stream = generator(seed, block)
    shares, lower, upper, injective = 0.0, 0.0, 0.0, 0
    for _ in range(size):
        W = stream.standard_normal((m, n))
        bound, decided = injective_frame_bound(W)
        share = bound / m
        singular = float(np.linalg.svd(W, compute_uv=False)[-1]) / 2 / m**0.5
        injective += decided
        shares += share
        lower += share**0.5 / 2
        upper += min(share**0.5, singular)
    means = [round(x / size * SCALE) for x in (shares, lower, upper)]
    return np.array([injective, *(v for x in means for v in (x, x * x))], dtype=np.int64)


def estimate_stability(
    m: Any,
    n: Any,
    samples: Any = None,
    seed: int = 0,
    *,
    stderr: Any = None,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> StabilitySample:
    """Estimate E[A/m], P[A > 0] and the bounds of kappa/sqrt(m) for a Gaussian m x n layer.

    * ``m``, ``n``: numbers of outputs and inputs, 1 <= n <= m, with at most two million vertices
      (2 binomial(m, n-1)), which are all examined.
    * ``samples``: number of layers, rounded up to a multiple of 16 batches (default 160).
    * ``seed``: a nonnegative integer that names the run (default 0).
    * ``stderr``: end the run once the standard error of E[A/m], from at least 16 batches, is at
      most ``stderr``.
    * ``executor``, ``checkpoint``, ``progress``: as in `polygeo.p`.

    Returns a `StabilitySample`. DomainError for other sizes. Source: freemanhaider2025.

    >>> found = estimate_stability(8, 2, samples=320, seed=1)
    >>> found.injective.agrees("5/8")                                   # p(8, 2)
    True
    """
    rows, dim = integer(m, "m"), integer(n, "n")
    if not 1 <= dim <= rows:
        raise DomainError(f"the stability of a layer needs 1 <= n <= m; got m={rows}, n={dim}")
    if rows > 10**4 or 2 * comb(rows, dim - 1) > MAX_VERTICES:
        raise DomainError(
            f"at most {MAX_VERTICES} vertices are looked at; a {rows} x {dim} layer has more"
        )
    first = checked_seed(seed)

    def mean(place: int, sums: NDArray[np.int64], batches: int, size: int) -> Estimate:
        total, squares = mpq(int(sums[place]), SCALE), mpq(int(sums[place + 1]), SCALE * SCALE)
        return Estimate.from_moments(
            batches, total, squares, first, batch_size=size, source="networks.half_frame_bound"
        )

    done = sum_batches(
        lambda size: partial(_stability_in_block, rows, dim, first, size),
        samples, stderr, (USUAL, BATCHES), 10**6,
        {"computes": "stability of layers", "m": rows, "n": dim, "seed": first},
        spread=lambda sums, batches: mean(1, sums, batches, 1).stderr,
        name="layers", executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    share = Estimate.proportion(
        int(done.sums[0]), done.batches * done.size, first, source="classical.exact_values"
    )
    means = [mean(place, *done) for place in (1, 3, 5)]
    return StabilitySample(means[0], share, means[1], means[2])
