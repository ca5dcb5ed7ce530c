"""What a run has counted, and every estimate that follows from it.

For antithetic pairs (y, -y) the numbers n_jk of pairs whose members hit faces of dimension j and
k are sufficient for v_0, ..., v_d and all their linear functionals, with standard errors from the
variance between pairs, all in exact rational arithmetic. With Gauss-Bonnet post-stratification
(the even and the odd volumes of a cone that is no subspace sum to 1/2 each) the estimate of
sum f_k v_k is T = (F_even / M_even + F_odd / M_odd) / 2, F and M the sums of f and of 1 over the
samples of that parity. Its variance is that of the linearised value
T + (f_k - F_even / M_even) / (2 p_even) of a sample that hits an even k, p_even = M_even / M
(the delta method for a ratio), averaged over the pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.answers.exact import integer, rational
from polygeo.answers.options import check_fields, flag, in_unit_interval
from polygeo.answers.sequence import sequence
from polygeo.answers.typeset import html_table
from polygeo.errors import DomainError
from polygeo.sampling.runs.streams import checked_seed

__all__ = ["FaceCounts"]

SOURCE = "amelunxenlotz2017intrinsic"
"""Section 2: v_k as the probability that the projection hits a k-dimensional face."""

MAX_DIM = 100_000
MAX_ORDER = 100
"""Highest moment: beyond it floats, in which estimates are given, overflow soon."""

RARE = 30
"""Counts up to which a volume's interval is Wilson's instead of Student's."""


@dataclass(frozen=True)
class FaceCounts:
    """Counts of antithetic pairs by the dimensions of the two faces hit.

    ``pairs[j][k]``: pairs whose first member hit dimension j, the second k (of the cone that was
    sampled). The volumes are those of a cone in R^ambient_dim: of the sampled one with a
    lineality space of dimension ``lineality`` put back, or (``polar``) of its polar.
    ``complete`` is False after an interrupted run.

    >>> quadrant = FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], seed=1)
    >>> quadrant.samples, quadrant.counts
    (200, (46, 100, 54))
    >>> quadrant.volumes()[1].mean, quadrant.statistical_dimension()
    (0.5, Estimate(1.040 +/- 0.053, 95% in [0.935, 1.145], 200 samples, seed 1))
    """

    pairs: tuple[tuple[int, ...], ...]
    seed: int
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
        object.__setattr__(self, "seed", checked_seed(self.seed))
        confidence = in_unit_interval(self.confidence, "confidence")
        object.__setattr__(self, "confidence", confidence)

    @classmethod
    def of(
        cls,
        pairs: Iterable[Iterable[int]] | NDArray[np.int64],
        seed: int,
        ambient_dim: int | None = None,
        *,
        lineality: int = 0,
        polar: bool = False,
        complete: bool = True,
        confidence: float = 0.95,
    ) -> FaceCounts:
        """From a square matrix of counts, (r + 1) x (r + 1) for a sampled cone of dimension r."""
        rows = tuple(
            tuple(integer(n, "a count") for n in sequence(row, "a row of pairs"))
            for row in sequence(pairs, "pairs")
        )
        lines = integer(lineality, "lineality")
        space = len(rows) - 1 + lines if ambient_dim is None else integer(ambient_dim)
        return cls(rows, seed, space, lines, polar, complete, confidence)

    @property
    def samples(self) -> int:
        """Number of samples, two for each pair."""
        return 2 * sum(map(sum, self.pairs))

    def _index(self, k: int) -> int:
        """The dimension counted in the sampled cone that belongs to v_k."""
        return (self.ambient_dim - k if self.polar else k) - self.lineality

    @property
    def counts(self) -> tuple[int, ...]:
        """Samples by k = 0, ..., ambient_dim."""
        single = self._single()
        size = len(single)
        places = map(self._index, range(self.ambient_dim + 1))
        return tuple(single[j] if 0 <= j < size else 0 for j in places)

    def _single(self) -> list[int]:
        columns = zip(*self.pairs, strict=True)
        return [sum(row) + sum(column) for row, column in zip(self.pairs, columns, strict=True)]

    def _values(self, coefficients: Sequence[mpq], stratified: bool) -> list[mpq]:
        """The linearised value of a sample, by the dimension counted."""
        flag(stratified, "stratified")
        size = len(self.pairs)
        f = [mpq(0)] * size
        for k, coefficient in enumerate(coefficients):
            if 0 <= self._index(k) < size:
                f[self._index(k)] = coefficient
        single = self._single()
        amounts = [sum(single[parity::2]) for parity in (0, 1)]
        if not stratified or 0 in amounts:
            return f
        means = [
            sum((n * x for n, x in zip(single[p::2], f[p::2], strict=True)), mpq(0)) / amounts[p]
            for p in (0, 1)
        ]
        whole = (means[0] + means[1]) / 2
        total = mpq(sum(amounts))
        return [whole + (x - means[j % 2]) * total / (2 * amounts[j % 2]) for j, x in enumerate(f)]

    def functional(self, coefficients: Iterable[Any], *, stratified: bool = True) -> Estimate:
        """The estimate of sum_k f_k v_k from rational coefficients f_0, ..., f_ambient_dim.

        ``stratified`` uses Gauss-Bonnet, so not for subspaces.
        """
        f = [rational(x, "a coefficient") for x in sequence(coefficients, "coefficients")]
        if len(f) != self.ambient_dim + 1:
            raise DomainError(
                f"a functional needs {self.ambient_dim + 1} coefficients; got {len(f)}"
            )
        value = self._values(f, stratified)
        total, squares = mpq(0), mpq(0)
        for row, x in zip(self.pairs, value, strict=True):
            for n, y in zip(row, value, strict=True):
                if n:
                    pair = (x + y) / 2
                    total += n * pair
                    squares += n * pair * pair
        return Estimate.from_moments(
            self.samples // 2, total, squares, self.seed, batch_size=2,
            confidence=self.confidence, source=SOURCE,
        )  # fmt: skip

    def volumes(self, *, stratified: bool = True) -> Estimates:
        """Estimates of v_0, ..., v_d, d = ambient_dim.

        A dimension that was never seen gets Wilson's bound, from one sample of each pair; one
        seen at most 30 times, never twice in a pair, Wilson's interval from all samples.
        """
        return Estimates(self._volume(k, n, stratified) for k, n in enumerate(self.counts))

    def _volume(self, k: int, seen: int, stratified: bool) -> Estimate:
        j = self._index(k)
        possible = 0 <= j < len(self.pairs)
        if possible and seen == 0:
            return Estimate.proportion(
                0, self.samples // 2, self.seed, confidence=self.confidence, source=SOURCE
            )
        if possible and seen <= RARE and self.pairs[j][j] == 0:
            return Estimate.proportion(
                seen, self.samples, self.seed, confidence=self.confidence, source=SOURCE
            )
        unit = [mpq(int(i == k)) for i in range(self.ambient_dim + 1)]
        return self.functional(unit, stratified=stratified)

    def _repr_html_(self) -> str:
        rows = [
            (k, seen, f"{v.mean:.6g}", f"{v.stderr:.2g}", f"[{v.low:.6g}, {v.high:.6g}]")
            for k, (seen, v) in enumerate(zip(self.counts, self.volumes(), strict=True))
        ]
        share = f"{100 * self.confidence:g}%"
        caption = f"{self.samples} samples, seed {self.seed}"
        caption += "" if self.complete else " (interrupted)"
        return html_table(caption, ["k", "seen", "v_k", "stderr", share], rows)

    def covariance(self, *, stratified: bool = True) -> NDArray[np.float64]:
        """Estimated covariance matrix of the estimates of (v_0, ..., v_d), float64."""
        size, number = len(self.pairs), self.samples // 2
        counts = np.array(self.pairs, dtype=np.float64)
        units = np.eye(self.ambient_dim + 1, dtype=int).tolist()
        values = np.array(
            [[float(x) for x in self._values(list(map(mpq, unit)), stratified)] for unit in units]
        ).reshape(self.ambient_dim + 1, size)
        single = np.array(self._single(), dtype=np.float64)
        mean = values @ single / (2 * number)
        centred = values - mean[:, None]
        both = centred @ (np.diag(single) + counts + counts.T) @ centred.T / 4
        return both / (number * (number - 1))

    def moment(self, order: int, *, stratified: bool = True) -> Estimate:
        """sum_k k^order v_k."""
        power = integer(order, "order")
        if not 0 <= power <= MAX_ORDER:
            raise DomainError(f"moment needs 0 <= order <= {MAX_ORDER}; got {power}")
        weights = (k**power for k in range(self.ambient_dim + 1))
        return self.functional(weights, stratified=stratified)

    def statistical_dimension(self, *, stratified: bool = True) -> Estimate:
        """sum_k k v_k."""
        return self.moment(1, stratified=stratified)

    def tail(self, j: int, *, stratified: bool = True) -> Estimate:
        """v_j + v_{j+1} + ... + v_d."""
        first = integer(j, "j")
        weights = (int(k >= first) for k in range(self.ambient_dim + 1))
        return self.functional(weights, stratified=stratified)

    def half_tail(self, j: int, *, stratified: bool = True) -> Estimate:
        """v_j + v_{j+2} + ...: half the chance that a subspace of codimension j - 1 meets C."""
        first = integer(j, "j")
        weights = (int(k >= first and (k - first) % 2 == 0) for k in range(self.ambient_dim + 1))
        return self.functional(weights, stratified=stratified)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, and enough to make the same object again with `of`."""
        return {
            "pairs": [list(row) for row in self.pairs],
            "seed": self.seed,
            "ambient_dim": self.ambient_dim,
            "lineality": self.lineality,
            "polar": self.polar,
            "complete": self.complete,
            "confidence": self.confidence,
        }
