"""The counts of a run on one cone, and every estimate that follows from them.

For antithetic pairs (y, -y) the numbers n_jk of pairs whose members hit faces of dimension j and
k are sufficient for v_0, ..., v_d and all their linear functionals, with standard errors from the
variance between pairs, all in exact rational arithmetic. With Gauss-Bonnet post-stratification
(the even and the odd volumes of a cone that is no subspace sum to 1/2 each) all functionals, single
volumes among them, have one estimator (`polygeo.answers.statistics.paired`): estimated volumes sum
to 1/2 over the even and over the odd dimensions, and have a joint covariance. Faces that were never
or hardly seen enter the interval of every functional.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer
from polygeo.answers.options import check_fields, flag, in_unit_interval, set_fields
from polygeo.answers.sequence import sequence
from polygeo.answers.statistics.paired import PairedCounts, Range
from polygeo.answers.typeset import html_table
from polygeo.errors import DomainError
from polygeo.sampling.runs.streams import checked_seeds
from polygeo.sampling.volume_counts import VolumeCounts

__all__ = ["FaceCounts"]

SOURCE = "amelunxenlotz2017intrinsic"
"""Section 2: v_k as the probability that the projection hits a k-dimensional face."""

MAX_DIM = 100_000
"""Largest ambient dimension."""


@dataclass(frozen=True)
class FaceCounts(VolumeCounts):
    """Counts of antithetic pairs by the dimensions of the two faces hit.

    * ``pairs``: ``pairs[j][k]`` pairs whose first member hit dimension j, the second k (of the cone
      that was sampled).
    * ``seed``: the seed, or the seeds of merged runs.
    * ``ambient_dim``, ``lineality``, ``polar``: the volumes are those of a cone in R^ambient_dim:
      of the sampled cone with a lineality space of dimension ``lineality`` put back, or of its
      polar.
    * ``complete``: False after an interrupted run.
    * ``confidence``: of the intervals (default 0.95).

    The estimates take the option ``stratified``, True by default: whether they use Gauss-Bonnet, so
    False for subspaces. Coefficients of dimensions that were not seen count, too: these dimensions
    may be hit with the probability that so many pairs can miss.

    >>> quadrant = FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], seed=1)
    >>> quadrant.samples, quadrant.counts
    (200, (46, 100, 54))
    >>> quadrant.volumes()[1].mean, quadrant.statistical_dimension()
    (0.5, Estimate(1.040 +/- 0.053, 95% in [0.895, 1.179], 200 samples, seed 1))
    """

    _summed, _shared = ("pairs",), ("ambient_dim", "lineality", "polar")

    pairs: tuple[tuple[int, ...], ...]
    seed: int | tuple[int, ...]
    ambient_dim: int
    lineality: int = 0
    polar: bool = False
    complete: bool = True
    confidence: float = 0.95

    def __post_init__(self) -> None:
        rows, lines, space = self.pairs, self.lineality, self.ambient_dim
        check_fields(self, pairs=[tuple], ambient_dim=int, lineality=int, polar=bool, complete=bool)
        if not rows or any(
            len(row) != len(rows) or any(type(n) is not int or n < 0 for n in row) for row in rows
        ):
            raise DomainError("counts of pairs need a square matrix of integers >= 0")
        if lines < 0 or not len(rows) - 1 + lines <= space <= MAX_DIM:
            raise DomainError(
                f"ambient_dim needs at least {len(rows) - 1} + lineality (at most {MAX_DIM}); "
                f"got {space}"
            )
        if sum(map(sum, rows)) < 2:
            raise DomainError("a standard error needs at least 2 antithetic pairs (4 samples)")
        confidence = in_unit_interval(self.confidence, "confidence")
        set_fields(self, seed=checked_seeds(self.seed), confidence=confidence)

    @classmethod
    def of(
        cls,
        pairs: Iterable[Iterable[int]] | NDArray[np.int64],
        seed: int | tuple[int, ...],
        ambient_dim: int | None = None,
        *,
        lineality: int = 0,
        polar: bool = False,
        complete: bool = True,
        confidence: float = 0.95,
    ) -> FaceCounts:
        """Make counts from a square matrix, (r + 1) x (r + 1) for a sampled cone of dimension r.

        * ``pairs``: the matrix.
        * ``ambient_dim``: dimension of the space (default: r plus ``lineality``).
        * ``seed``, ``lineality``, ``polar``, ``complete``, ``confidence``: the fields of the class.
        """
        rows = tuple(
            tuple(integer(n, "a count") for n in sequence(row, "a row of pairs"))
            for row in sequence(pairs, "pairs")
        )
        lines = integer(lineality, "lineality")
        space = len(rows) - 1 + lines if ambient_dim is None else integer(ambient_dim)
        return cls(rows, seed, space, lines, polar, complete, confidence)

    @property
    def samples(self) -> int:
        """The number of samples, two for each pair."""
        return 2 * sum(map(sum, self.pairs))

    def _index(self, k: int) -> int:
        """The dimension counted in the sampled cone that belongs to v_k."""
        return (self.ambient_dim - k if self.polar else k) - self.lineality

    @property
    def counts(self) -> tuple[int, ...]:
        """The numbers of samples for each k = 0, ..., ambient_dim."""
        single = self._single()
        size = len(single)
        places = map(self._index, range(self.ambient_dim + 1))
        return tuple(single[j] if 0 <= j < size else 0 for j in places)

    def _single(self) -> list[int]:
        columns = zip(*self.pairs, strict=True)
        return [sum(row) + sum(column) for row, column in zip(self.pairs, columns, strict=True)]

    def _coefficients(self, coefficients: Sequence[mpq]) -> list[mpq]:
        """Those of v_0, ..., v_d by the dimension counted."""
        f = [mpq(0)] * len(self.pairs)
        for k, coefficient in enumerate(coefficients):
            if 0 <= self._index(k) < len(f):
                f[self._index(k)] = coefficient
        return f

    def _seen(self) -> list[tuple[int, int, int]]:
        """The places of counts that are not 0, and these."""
        return [(j, k, n) for j, row in enumerate(self.pairs) for k, n in enumerate(row) if n]

    def _paired(
        self, f: Sequence[mpq], stratified: bool, seen: Iterable[tuple[int, int, int]]
    ) -> PairedCounts:
        """What is known of a functional with coefficients by the dimension counted."""
        even, odd = Range.of(f[::2]), Range.of(f[1::2])
        assert even is not None  # there is a dimension 0
        sorts = {key: i for i, key in enumerate(dict.fromkeys((j % 2, x) for j, x in enumerate(f)))}
        sort = [sorts[j % 2, x] for j, x in enumerate(f)]
        met: Counter[tuple[int, int]] = Counter()
        for j, k, n in seen:
            met[sort[j], sort[k]] += n
        sides = [(1 - parity, x * (1 - parity), x * parity) for parity, x in sorts]
        cells = (
            (*(x + y for x, y in zip(sides[a], sides[b], strict=True)), n)
            for (a, b), n in met.items()
        )
        return PairedCounts.of(
            cells, even, odd or even, flag(stratified, "stratified") and odd is not None
        )

    def _functionals(self, fs: list[list[mpq]], *, stratified: bool = True) -> list[Estimate]:
        seen = self._seen()
        counts = [self._paired(self._coefficients(f), stratified, seen) for f in fs]
        known: Any = {"confidence": self.confidence, "source": SOURCE}
        return [Estimate.from_pairs(pairs, self.seed, **known) for pairs in counts]

    def _unit(self, k: int) -> list[mpq]:
        """The coefficients of v_k by the dimension counted."""
        return [mpq(int(j == self._index(k))) for j in range(len(self.pairs))]

    def _repr_html_(self) -> str:
        rows = []
        for k, (seen, run) in enumerate(zip(self.counts, self.volumes(), strict=True)):
            mean, stderr, low, high = run.printed()
            rows.append((k, seen, mean, stderr, f"[{low}, {high}]"))
        share = f"{100 * self.confidence:g}%"
        caption = f"{self.samples} samples, seed {self.seed}"
        caption += "" if self.complete else " (interrupted)"
        return html_table(caption, ["k", "seen", "v_k", "stderr", share], rows)

    def _values(self, f: Sequence[mpq], stratified: bool) -> list[mpq]:
        """The linearised value of a sample, by the dimension counted; up to a constant."""
        if not flag(stratified, "stratified") or len(f) < 2:
            return list(f)
        single, values = self._single(), [mpq(0)] * len(f)
        for parity in (0, 1):
            amount = sum(single[parity::2])
            if amount:
                hits = zip(single[parity::2], f[parity::2], strict=True)
                mean = sum((n * x for n, x in hits), mpq(0)) / amount
                factor = mpq(self.samples, 2 * amount)
                values[parity::2] = [(x - mean) * factor for x in f[parity::2]]
        return values

    def covariance(self, *, stratified: bool = True) -> NDArray[np.float64]:
        """Estimate the covariance matrix of the estimates of (v_0, ..., v_d), float64.

        * ``stratified``: whether the estimates use Gauss-Bonnet (default True).
        """
        number = self.samples // 2
        counts = np.array(self.pairs, dtype=np.float64)
        units = [self._unit(k) for k in range(self.ambient_dim + 1)]
        values = np.array([[float(x) for x in self._values(unit, stratified)] for unit in units])
        single = np.array(self._single(), dtype=np.float64)
        mean = values @ single / (2 * number)
        centred = values - mean[:, None]
        both = centred @ (np.diag(single) + counts + counts.T) @ centred.T / 4
        return both / (number * (number - 1))
