"""Estimated intrinsic volumes of a union: signed counts over its terms, with common samples.

If 1_A = sum_t c_t 1[X_t] for cones X_t then v_k(A) = sum_t c_t v_k(X_t), and the score
S_k = sum_t c_t 1[the projection of y on X_t hits a k-face] has the mean v_k(A). All terms see the
same Gaussian samples y in antithetic pairs, and what is kept are the integer sums of S over pairs
and of the products S_j S_k. Standard errors are those between pairs; they hold the covariances of
the terms without any assumption on them, and those between the volumes follow as well.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import shorten
from polygeo.answers.options import check_fields, flag, in_unit_interval, instance, set_fields
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import dot
from polygeo.sampling.faces.estimator import block_pairs
from polygeo.sampling.faces.projector import FaceProjector, expect_samples, run_dimensions
from polygeo.sampling.runs.draws import Plan, sum_draws
from polygeo.sampling.runs.pool import Pool
from polygeo.sampling.runs.streams import checked_seed, checked_seeds, gaussian_pairs
from polygeo.sampling.sections.section_counts import SignedCones
from polygeo.sampling.volume_counts import VolumeCounts

__all__ = ["ScoreBlock", "UnionCounts", "count_scores"]

SOURCE = "schneiderweil2008stochastic"
"""Section 6.5: the intrinsic volumes are valuations, and so extend to finite unions."""

MAX_PAIRS = 1 << 62
"""Largest number of pairs: counts are int64."""

FEW = 16
"""Largest number of terms for which each term keeps operators in memory, see `operators`."""

_PROJECTORS: Pool[list[FaceProjector | None]] = Pool(1)
"""Those of one union at a time, which may be large: a list for its terms, None for subspaces."""


@dataclass(frozen=True)
class UnionCounts(VolumeCounts):
    """Sums over antithetic pairs of the scores of a union in R^d, and of their products.

    * ``sums``: ``sums[k]`` is the sum of S_k over all samples.
    * ``products``: ``products[j][k]`` is the sum of the products of the two pair sums.
    * ``pairs``: number of pairs.
    * ``seed``: the seed, or the seeds of merged runs.
    * ``complete``: False after an interrupted run.
    * ``confidence``: of the intervals (default 0.95).
    * ``reach``: (sum of coefficients of one sign, least, largest dimension) of terms that can hit
      faces of these dimensions. It bounds a score, and so tells how far faces that were not seen
      may move a functional; without it the intervals are Student's.

    A functional that had one value in every pair has standard error 0: all that is known then is
    that other values are rare, and the interval says how rare.

    >>> run = UnionCounts((10, 20, 10), ((8, 6, 6), (6, 28, 6), (6, 6, 8)), 20, seed=1)
    >>> run.volumes()[1]
    Estimate(0.500 +/- 0.073, 95% in [0.348, 0.652], 40 samples, seed 1)
    """

    _summed, _shared = ("sums", "products", "pairs"), ("ambient_dim", "reach")

    sums: tuple[int, ...]
    products: tuple[tuple[int, ...], ...]
    pairs: int
    seed: int | tuple[int, ...]
    complete: bool = True
    confidence: float = 0.95
    reach: tuple[tuple[int, int, int], ...] = ()

    def __post_init__(self) -> None:
        check_fields(self, sums=[int], products=[tuple], pairs=int, complete=bool, reach=[tuple])
        size = len(self.sums)
        square = len(self.products) == size and all(
            len(row) == size and all(type(x) is int for x in row) for row in self.products
        )
        if not size or not square or not 2 <= self.pairs <= MAX_PAIRS:
            raise DomainError(
                "UnionCounts need d + 1 sums, a square matrix of their products and 2 to 2^62 "
                f"pairs; got {size} sums and {shorten(self.pairs)} pairs"
            )
        for part in self.reach:
            fits = len(part) == 3 and all(type(x) is int for x in part)
            if not fits or not 0 <= part[1] <= part[2] < size:
                raise DomainError(
                    f"reach needs (coefficient, least, largest dimension); got {part!r}"
                )
        confidence = in_unit_interval(self.confidence, "confidence")
        set_fields(self, seed=checked_seeds(self.seed), confidence=confidence)

    @property
    def ambient_dim(self) -> int:
        """The dimension d."""
        return len(self.sums) - 1

    @property
    def samples(self) -> int:
        """The number of samples, two for each pair."""
        return 2 * self.pairs

    def _functionals(self, fs: list[list[mpq]]) -> list[Estimate]:
        return [self._functional(f) for f in fs]

    def _functional(self, f: list[mpq]) -> Estimate:
        total = dot(f, self.sums) / 2
        squares = dot(f, [dot(f, row) for row in self.products])
        return Estimate.from_moments(
            self.pairs, total, squares / 4, self.seed, batch_size=2,
            bounds=self._bounds(f), confidence=self.confidence, source=SOURCE,
        )  # fmt: skip

    def _bounds(self, f: list[mpq]) -> tuple[mpq, mpq] | None:
        """What a functional of the scores of one sample can be."""
        if not self.reach:
            return None
        low, high = mpq(0), mpq(0)
        for coefficient, least, most in self.reach:
            values = [coefficient * x for x in f[least : most + 1]]
            low, high = low + min(values), high + max(values)
        return low, high

    def _repr_html_(self) -> str:
        return self.volumes()._repr_html_()

    def euler_characteristic(self) -> Estimate:
        """Estimate 2 (v_1 + v_3 + ...), the Euler characteristic of the part on the unit sphere.

        The exact value is `ConeUnion.euler_characteristic`.
        """
        return self.functional([2 * (k % 2) for k in range(len(self.sums))])

    def covariance(self) -> NDArray[np.float64]:
        """Estimate the covariance matrix of the estimates of (v_0, ..., v_d), float64."""
        n = self.pairs
        bottom = 4 * n * n * (n - 1)
        rows = [
            [float(mpq(p * n - a * b, bottom)) for b, p in zip(self.sums, row, strict=True)]
            for a, row in zip(self.sums, self.products, strict=True)
        ]
        return np.array(rows)


@dataclass(frozen=True)
class ScoreBlock:
    """A block of a run as a picklable function: block number to (d + 2, d + 1) sums.

    Row 0 holds the sums of the scores, the others the sums of the products of pair sums.
    """

    cones: SignedCones
    seed: int
    pairs: int
    certified: bool = True

    def __call__(self, block: int) -> NDArray[np.int64]:
        count, dim = self.pairs, self.cones.dim
        samples = gaussian_pairs(self.seed, block, count, dim)
        scores = np.zeros((2 * count, dim + 1), np.int64)
        places = np.arange(2 * count)
        projectors = _PROJECTORS.take(self._kind, self._projectors)
        for (coefficient, _, lines), projector in zip(self.cones.terms, projectors, strict=True):
            hit = (
                len(lines) if projector is None else run_dimensions(projector, samples) + len(lines)
            )
            scores[places, hit] += coefficient
        _PROJECTORS.give(self._kind, projectors)
        both = scores[:count] + scores[count:]
        # Products of small integers in float64 are exact, and BLAS is much faster.
        floats = both.astype(np.float64)
        return np.vstack([both.sum(axis=0), (floats.T @ floats).astype(np.int64)])

    def _expect(self, samples: float) -> None:
        projectors = _PROJECTORS.take(self._kind, self._projectors)
        for projector in projectors:
            if projector is not None:
                expect_samples(projector, samples * len(projectors))
        _PROJECTORS.give(self._kind, projectors)

    @property
    def _kind(self) -> tuple[str, bool]:
        return self.cones.fingerprint, self.certified

    def _projectors(self) -> list[FaceProjector | None]:
        method = "auto" if len(self.cones.terms) <= FEW else "gram"

        def projector(rays: tuple[int, ...]) -> FaceProjector | None:
            if not rays:
                return None
            rows = [self.cones.vectors[i] for i in rays]
            return FaceProjector(None, rows, certified=self.certified, method=method)

        return [projector(rays) for _, rays, _ in self.cones.terms]


def count_scores(
    cones: SignedCones,
    samples: Any = None,
    seed: Any = None,
    *,
    stderr: Any = None,
    executor: Any = None,
    certified: bool = True,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> UnionCounts:
    """Sum the scores of Gaussian samples over the signed cones of a union.

    * ``cones``: signed cones; the rays of each term are orthogonal to its lines, and the union is
      not empty.
    * ``samples``: number of samples, rounded up to an even number; with ``stderr`` the largest
      number.
    * ``seed``: an integer in [0, 2^64).
    * ``stderr``: end the run once the standard error of every volume is at most ``stderr``.
    * ``executor``, ``checkpoint``, ``progress``: see `polygeo.sampling.runs.engine.run`.
    * ``certified``: decide doubtful samples in exact arithmetic (default True).

    Returns `UnionCounts`. DomainError for other arguments. Source: schneiderweil2008stochastic,
    section 6.5.

    >>> wedge = SignedCones(2, ((1, 0), (0, 1)), ((1, (0, 1), ()),))
    >>> count_scores(wedge, 10_000, seed=1).volumes()[2].agrees(1 / 4)
    True
    """
    start = checked_seed(seed)
    plan = Plan.of(samples, stderr, least=4, note=" (two antithetic pairs)").in_pairs()
    instance(cones, "cones", SignedCones)
    flag(certified, "certified")
    size = max(64, min(block_pairs(cones.dim), (1 << 20) // (cones.dim + len(cones.terms))))
    # Scores are at most half the weight in modulus, and so is the spread of a pair's mean.
    ratio = 0.0 if plan.stderr is None else cones.weight / 2 / plan.stderr
    bound = ratio * ratio + 2
    most = plan.most(bound)
    if 2 * most * cones.weight**2 >= 1 << 62:
        raise DomainError(
            f"at most {(1 << 62) // cones.weight**2} samples can be summed; {2 * most} were asked "
            "for or might be needed"
        )

    def block_of(pairs: int) -> ScoreBlock:
        return ScoreBlock(cones, start, pairs, certified)

    job = {
        "computes": "face dimensions of a union",
        "cones": cones.fingerprint,
        "certified": certified,
        "seed": start,
    }
    block_of(size)._expect(2.0 * most)
    sums, pairs, complete = sum_draws(
        block_of, plan, size, job,
        spread=_spread, bound=bound, unit=2,
        executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    return replace(_scores(sums, pairs, start, complete), reach=_reach(cones))


def _scores(sums: NDArray[np.int64], pairs: int, seed: int, complete: bool) -> UnionCounts:
    return UnionCounts(
        tuple(sums[0].tolist()), tuple(map(tuple, sums[1:].tolist())), pairs, seed, complete
    )


def _reach(cones: SignedCones) -> tuple[tuple[int, int, int], ...]:
    """`UnionCounts.reach` of the terms: what lies between their lines and their spans."""
    found: Counter[tuple[bool, int, int]] = Counter()
    for coefficient, rays, lines in cones.terms:
        key = coefficient > 0, len(lines), min(len(lines) + len(rays), cones.dim)
        found[key] += coefficient
    return tuple((c, low, high) for (_, low, high), c in sorted(found.items()))


def _spread(sums: NDArray[np.int64], pairs: int) -> float:
    """The largest standard error of a volume, at least 1/pairs: never 0 by chance."""
    variances = _scores(sums, pairs, 0, True).covariance().diagonal()
    return math.sqrt(max(float(variances.max()), 1 / pairs**2))
