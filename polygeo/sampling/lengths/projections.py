"""Estimation of conic intrinsic volumes of cones that only have a projection.

Gaussian samples g are projected; what is kept of each is the angle between g and the polar cone,
arctan(|p| / |g - p|) for p = P_C g, in a histogram of fine cells, with exact counts of p = 0 and
g - p = 0. Counts are integers, so blocks merge exactly (`polygeo.sampling.runs.engine`);
`ProjectionCounts` turns them into estimates.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import integer, whole
from polygeo.answers.options import in_unit_interval, text
from polygeo.errors import DomainError
from polygeo.sampling.lengths.mixture import support_of
from polygeo.sampling.lengths.projection_counts import MAX_DIM, SCALE, ProjectionCounts, cell_count
from polygeo.sampling.runs.draws import Plan, sum_draws
from polygeo.sampling.runs.engine import workers_of
from polygeo.sampling.runs.streams import checked_seed, generator

__all__ = ["ProjectionBlock", "estimate_projections"]

Array = NDArray[np.float64]
Projection = Callable[[Array], Array]

SAMPLES = 1
"""Purpose of the random streams of samples; 2 is that of the bootstrap."""

PROBES = 64
"""Number of samples of the first block on which the projection is tested."""

SLACK = 10
"""Largest error in the tests of the projection, in units of its tolerance."""


def _block_size(dim: int) -> int:
    """Samples in a block: part of the definition of a run."""
    return max(128, (1 << 17) >> dim.bit_length())


@dataclass(frozen=True, eq=False)
class ProjectionBlock:
    """A block of a run: block number to counts of p = 0, of the cells, of g - p = 0, then sums.

    The sums are those of t, t^2, t^3, t^4 in multiples of 1/SCALE. Raises DomainError where
    ``projection`` ((n, d) to (n, d)) cannot be the projection on a closed convex cone.
    """

    projection: Projection
    dim: int
    seed: int
    tolerance: float = 1e-8
    count: int = 0

    def __call__(self, block: int) -> NDArray[np.int64]:
        count = self.count or _block_size(self.dim)
        samples = generator(self.seed, block, SAMPLES).standard_normal((count, self.dim))
        points = _projected(self.projection, samples)
        rest = samples - points
        norms = np.linalg.norm(samples, axis=1)
        slack = SLACK * self.tolerance
        inner = np.abs(np.einsum("ij,ij->i", points, rest))
        if (inner > slack * norms**2).any():
            worst = float((inner / norms**2).max())
            raise DomainError(
                f"p = P(y) needs <p, y - p> = 0 for the projection on a cone; got {worst:.2g} |y|^2"
            )
        if block == 0:
            _probe(self.projection, samples[:PROBES], points[:PROBES], slack)
        long, short = np.linalg.norm(points, axis=1), np.linalg.norm(rest, axis=1)
        none, whole = long <= self.tolerance * norms, short <= self.tolerance * norms
        cells = cell_count(self.dim)
        angle = np.arctan2(long, short)
        place = np.minimum((angle * (2 * cells / np.pi)).astype(np.int64), cells - 1) + 1
        place[none], place[whole] = 0, cells + 1
        share = long**2 / (long**2 + short**2)
        share[none], share[whole] = 0.0, 1.0
        sums = [int(np.rint(share**p * SCALE).astype(np.int64).sum()) for p in (1, 2, 3, 4)]
        return np.concatenate([np.bincount(place, minlength=cells + 2), sums]).astype(np.int64)


def _projected(projection: Projection, samples: Array) -> Array:
    """The points that a projection gives, checked for shape, kind and finiteness."""
    result = np.asarray(projection(samples.copy()))
    if result.shape != samples.shape or result.dtype.kind not in "fiu":
        raise DomainError(
            f"a projection must give real numbers of shape {samples.shape}; "
            f"got {result.dtype} of shape {result.shape}"
        )
    points = result.astype(np.float64)
    if not np.isfinite(points).all():
        raise DomainError("a projection must give finite numbers; got NaN or infinity")
    return points


def _probe(projection: Projection, samples: Array, points: Array, slack: float) -> None:
    """Conditions that characterise the projection on a convex cone, on a few samples."""
    rest = samples - points
    norms = np.linalg.norm(samples, axis=1)
    products = points @ rest.T / np.outer(norms, norms)
    conditions = {
        "P(P(y)) = P(y)": _projected(projection, points) - points,
        "P(2y) = 2 P(y)": _projected(projection, 2 * samples) - 2 * points,
        "P(y - P(y)) = 0": _projected(projection, rest),
    }
    for rule, error in conditions.items():
        worst = float((np.linalg.norm(error, axis=1) / norms).max())
        if worst > slack:
            raise DomainError(
                f"a projection on a cone needs {rule}; got an error of {worst:.2g} |y|"
            )
    if products.max() > slack:
        raise DomainError(
            "a projection on a convex cone needs <P(x), y - P(y)> <= 0; "
            f"got {products.max():.2g} |x| |y|"
        )


def estimate_projections(
    projection: Projection,
    dim: int,
    samples: int,
    seed: int,
    *,
    support: tuple[int, int] | None = None,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    tolerance: float = 1e-8,
    name: str | None = None,
) -> ProjectionCounts:
    """Count the lengths of Gaussian samples projected by a function.

    * ``projection``: a function from float64 (n, dim) to (n, dim), the projection on a closed
      convex cone; DomainError if a test shows that it is none.
    * ``dim``: dimension of the space, 1 to 100 000.
    * ``samples``: number of samples, 10 to 2^31 - 1.
    * ``seed``: an integer in [0, 2^64).
    * ``support``: (lineality, dimension) of the cone, if known.
    * ``tolerance``: relative accuracy of the projection (default 1e-8); smaller lengths count as 0,
      ten times as much is allowed in the tests of `ProjectionBlock`.
    * ``executor``, ``checkpoint``, ``progress``: see `polygeo.sampling.runs.engine.run`; ``name``
      says in the checkpoint which cone it is.

    Returns `ProjectionCounts`. Source: mccoytropp2014steiner.

    >>> octant = estimate_projections(lambda y: np.maximum(y, 0), 3, 5000, seed=1)
    >>> octant.statistical_dimension().agrees(1.5), octant.variance().agrees(0.75)
    (True, True)
    """
    if not callable(projection):
        raise DomainError(f"projection must be callable; got {type(projection).__name__}")
    d, wanted = integer(dim, "dim"), whole(samples)
    if d < 1 or wanted < 10:
        raise DomainError(f"an estimate needs dim >= 1 and samples >= 10; got {d}, {wanted}")
    if d > MAX_DIM:
        raise DomainError(f"projections are sampled for dim <= {MAX_DIM}; got {d}")
    if wanted >= 1 << 31:
        raise DomainError(f"samples must be below 2^31; got {wanted}")
    start = checked_seed(seed)
    low, high = support_of(support, d)
    if not 0 <= low < high <= d:
        raise DomainError(
            f"a cone that is no subspace has 0 <= lineality < dimension <= {d}; got {low}, {high}"
        )
    slack = in_unit_interval(tolerance, "tolerance")
    if slack >= 1e-2:
        raise DomainError(f"tolerance must lie between 0 and 0.01; got {slack!r}")
    workers_of(executor)

    def block_of(count: int) -> ProjectionBlock:
        return ProjectionBlock(projection, d, start, slack, count)

    job = {
        "computes": "lengths of projections",
        "projection": getattr(projection, "__qualname__", type(projection).__name__)
        if name is None
        else text(name, "name"),
        "dim": d,
        "seed": start,
        "tolerance": slack,
    }
    sums, _, complete = sum_draws(
        block_of, Plan.of(wanted), _block_size(d), job,
        executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    counts = [int(n) for n in sums]
    atoms = (counts[0], counts[-5])
    if (low > 0 and atoms[0]) or (high < d and atoms[1]):
        raise DomainError(
            f"{atoms[0]} projections are 0 and {atoms[1]} samples are their own projections: no "
            f"cone of lineality {low} and dimension {high}"
        )
    return ProjectionCounts(tuple(counts[:-4]), tuple(counts[-4:]), start, d, (low, high), complete)
