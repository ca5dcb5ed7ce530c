"""Estimation of conic intrinsic volumes: v_k is the probability that a projection hits a k-face.

`estimate_face_dimensions` projects antithetic pairs of standard Gaussian vectors onto a
polyhedral cone and counts the dimensions of the faces hit (amelunxenlotz2017intrinsic);
`FaceCounts` turns the counts into estimates. The work is cut into blocks of fixed size, each with
its own random stream, so the counts depend on cone, seed and number of samples only.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import integer
from polygeo.answers.options import check_fields, choice, flag
from polygeo.errors import DomainError
from polygeo.polyhedra.exact_projection import ExactCone
from polygeo.sampling.faces.face_counts import FaceCounts
from polygeo.sampling.faces.generators import Generators
from polygeo.sampling.faces.projector import (
    METHODS,
    FaceProjector,
    expect_samples,
    run_dimensions,
)
from polygeo.sampling.runs.draws import Plan, sum_draws
from polygeo.sampling.runs.engine import workers_of
from polygeo.sampling.runs.pool import Pool
from polygeo.sampling.runs.streams import MAX_NUMBERS, checked_seed, gaussian_pairs

__all__ = ["FaceBlock", "block_pairs", "estimate_face_dimensions"]

_PROJECTORS: Pool[FaceProjector] = Pool(4)
"""Those of the last cones, for the next block."""


def block_pairs(dim: int) -> int:
    """Return the number of antithetic pairs in a block, which is part of the definition of a run.

    * ``dim``: the ambient dimension.

    >>> block_pairs(5), block_pairs(50)
    (16384, 2048)
    """
    return max(1024, (1 << 17) >> integer(dim, "dim").bit_length())


@dataclass(frozen=True, eq=False)
class FaceBlock:
    """Picklable function from the number of a block to the (r + 1, r + 1) pair counts of the block.

    * ``generators``: the `Generators` of the cone; ``seed``: a nonnegative integer.
    * ``certified``, ``method``: as in `FaceProjector`.
    * ``pairs``: number of antithetic pairs in a block (default 0: `block_pairs` of the dimension).
    """

    generators: Generators
    seed: int
    certified: bool = True
    method: str = "auto"
    pairs: int = 0

    def __post_init__(self) -> None:
        check_fields(self, generators=Generators, seed=int, certified=bool, pairs=int)
        choice(self.method, "method", METHODS)
        if not 0 <= 2 * self.pairs * self.generators.dim <= MAX_NUMBERS:
            raise DomainError(f"a block has at most {MAX_NUMBERS} numbers; got {self.pairs} pairs")

    def __call__(self, block: int) -> NDArray[np.int64]:
        count = self.pairs or block_pairs(self.generators.dim)
        projector = _PROJECTORS.take(self._kind, self._projector)
        buffer = projector.buffer((2 * count, self.generators.dim))
        samples = gaussian_pairs(self.seed, block, count, self.generators.dim, buffer)
        dims = run_dimensions(projector, samples)
        size = projector.rank + 1
        _PROJECTORS.give(self._kind, projector)
        cells = np.bincount(dims[:count] * size + dims[count:], minlength=size * size)
        return cells.reshape(size, size)

    def _expect(self, samples: float) -> None:
        projector = _PROJECTORS.take(self._kind, self._projector)
        expect_samples(projector, samples)
        _PROJECTORS.give(self._kind, projector)

    @property
    def _kind(self) -> tuple[str, bool, str]:
        return self.generators.fingerprint, self.certified, self.method

    def _projector(self) -> FaceProjector:
        return FaceProjector(self.generators, certified=self.certified, method=self.method)


def estimate_face_dimensions(
    generators: Any,
    samples: int | None = None,
    seed: int | None = None,
    *,
    exact: Any = None,
    stderr: float | None = None,
    executor: Any = None,
    certified: bool = True,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    method: str = "auto",
    ambient_dim: int | None = None,
    lineality: int = 0,
    polar: bool = False,
) -> FaceCounts:
    """Count the dimensions of the faces of cone{generators} hit by projected Gaussian samples.

    * ``generators``: float64 (N, d), one generator a row, or ``exact``: integers (N, d).
      Irredundant and pointed for speed, right in any case.
    * ``samples``: number of samples, rounded up to an even number; with ``stderr`` the largest
      number.
    * ``seed``: an integer in [0, 2^64).
    * ``stderr``: end the run once the standard error of every volume is at most ``stderr``.
    * ``executor``, ``checkpoint``, ``progress``: see `polygeo.sampling.runs.engine.run`.
    * ``certified``: decide doubtful samples in exact arithmetic (default True).
    * ``method``: as in `FaceProjector`.
    * ``lineality``, ``ambient_dim``, ``polar``: which cone the counts are for, see `FaceCounts`.

    Returns `FaceCounts`; after Ctrl-C the counts so far. DomainError for a subspace, whose volumes
    are exact. Source: amelunxenlotz2017intrinsic, section 2.

    >>> run = estimate_face_dimensions([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 20_000, seed=1)
    >>> run.volumes()[0].agrees(1 / 8), run.statistical_dimension().agrees(3 / 2)
    (True, True)
    """
    start = checked_seed(seed)
    plan = Plan.of(samples, stderr, least=4, note=" (two antithetic pairs)").in_pairs()
    workers_of(executor)
    flag(certified, "certified")
    choice(method, "method", METHODS)
    prepared = Generators.of(generators, exact)
    cone = ExactCone(prepared.integers)
    if cone.is_subspace():
        raise DomainError(
            f"the cone is a linear subspace of dimension {cone.rank}: its volumes are exact"
        )

    def block_of(pairs: int) -> FaceBlock:
        return FaceBlock(prepared, start, certified, method, pairs)

    def spread(sums: NDArray[np.int64], pairs: int) -> float:
        """The largest standard error of a volume, at least 1/pairs: never 0 by chance."""
        variances = FaceCounts.of(sums, start).covariance().diagonal()
        return math.sqrt(max(float(variances.max()), 1 / pairs**2))

    job = {
        "computes": "face dimensions",
        "cone": prepared.fingerprint,
        "seed": start,
        "certified": certified,
        "method": method,
    }
    # A pair's mean has variance at most 1/4; post-stratification costs at most a factor 4.
    ratio = 0.0 if plan.stderr is None else 1.0 / plan.stderr
    block_of(0)._expect(2.0 * plan.most(ratio * ratio + 2))
    sums, _, complete = sum_draws(
        block_of, plan, block_pairs(prepared.dim), job,
        spread=spread, bound=ratio * ratio + 2, unit=2,
        executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    return FaceCounts.of(
        sums, start, ambient_dim, lineality=lineality, polar=polar, complete=complete
    )
