"""A linear functional of intrinsic volumes from counts of antithetic pairs.

A sample hits a face of even or of odd dimension, with chance 1/2 each (Gauss-Bonnet), and is worth
the coefficient f of that dimension. A pair is described by the number of its members that hit an
even dimension and by the sums of f over its even and over its odd members; what is kept is how many
pairs there were of each description. With E and O the means of f over all even and all odd members
(*post-stratification*) the functional is estimated by T = (E + O)/2. Its standard error is that of
the mean over pairs of the linearised value of a member: T + (f - E) M / (2 M_even) for an even one,
where M_even of all M members are even (the delta method for a ratio).

Dimensions that were never seen enter the interval. Let them be hit with probability q by a member
of a pair. All pairs missed them, which has a chance below miss/2 once q > 1 - (miss/2)^(1/n), and
they move the functional by at most q max |f - E| over the even ones and f - O over the odd ones.
Student's interval is widened by this on either side; what was seen once or twice, where the law of
the mean is skew, is covered with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gmpy2 import mpq

from polygeo.answers.exact import integer, rational
from polygeo.answers.statistics.intervals import (
    around,
    bernoulli_interval,
    certain_interval,
    common_part,
    student_half,
    unseen_share,
)
from polygeo.errors import DomainError

__all__ = ["PairedCounts", "Range"]

ZERO = mpq(0)

CONTROLS = 16
"""Number of parts of the range of the control variate's factor in `PairedCounts.certain`."""


@dataclass(frozen=True)
class Range:
    """The coefficients of the dimensions of one parity: least, mean and largest."""

    low: mpq
    mean: mpq
    high: mpq

    @classmethod
    def of(cls, coefficients: Iterable[mpq]) -> Range | None:
        """Return the range of some numbers, or None for no numbers."""
        known = list(coefficients)
        if not known:
            return None
        return cls(min(known), sum(known, ZERO) / len(known), max(known))


@dataclass(frozen=True)
class PairedCounts:
    """Counts of antithetic pairs by the numbers of even and of odd members.

    * ``cells``: tuples (even members, sum of f over them, sum of f over the odd members, number of
      pairs).
    * ``even``, ``odd``: ranges of the coefficients f of the even and the odd dimensions.
    * ``stratified``: False if even and odd members are not told apart, so that no sum is known to
      be 1/2.

    >>> known = Range(mpq(0), mpq(1, 2), mpq(1))
    >>> half = PairedCounts.of([(2, 2, 0, 3), (1, 1, 0, 4), (0, 0, 0, 3)], known, known)
    >>> half.pairs, half.mean
    (10, mpq(1,2))
    """

    cells: tuple[tuple[int, mpq, mpq, int], ...]
    even: Range
    odd: Range
    stratified: bool = True

    @classmethod
    def of(
        cls, cells: Iterable[Iterable[object]], even: Range, odd: Range, stratified: bool = True
    ) -> PairedCounts:
        """Return counts with equal cells added up, in order; DomainError for impossible cells."""
        counted: Counter[tuple[int, mpq, mpq]] = Counter()
        for evens, above, below, number in cells:
            key = integer(evens, "even members"), rational(above), rational(below)
            amount = integer(number, "a number of pairs")
            fits = all(
                k * side.low <= total <= k * side.high
                for k, total, side in ((key[0], key[1], even), (2 - key[0], key[2], odd))
            )
            if not 0 <= key[0] <= 2 or amount < 1 or not fits:
                raise DomainError(f"no {amount} pairs have {key[0]} even members and these sums")
            counted[key] += amount
        if counted.total() < 2:
            raise DomainError("a standard error needs at least 2 antithetic pairs (4 samples)")
        return cls(tuple((*key, n) for key, n in sorted(counted.items())), even, odd, stratified)

    def __add__(self, other: PairedCounts) -> PairedCounts:
        if (self.even, self.odd, self.stratified) != (other.even, other.odd, other.stratified):
            raise DomainError("counts of different functionals of volumes cannot be merged")
        cells = (*self.cells, *other.cells)
        return PairedCounts.of(cells, self.even, self.odd, self.stratified)

    @cached_property
    def pairs(self) -> int:
        """Number of pairs."""
        return sum(n for *_, n in self.cells)

    @cached_property
    def _members(self) -> tuple[int, int]:
        """Numbers of even and of odd members."""
        evens = sum(k * n for k, _, _, n in self.cells)
        return evens, 2 * self.pairs - evens

    @cached_property
    def _means(self) -> tuple[mpq, mpq]:
        """E and O; without any member the mean of the coefficients there are."""
        found = []
        for count, place, side in zip(self._members, (1, 2), (self.even, self.odd), strict=True):
            total = sum((cell[place] * cell[3] for cell in self.cells), ZERO)
            found.append(total / count if count else side.mean)
        return found[0], found[1]

    def _plain(self, control: mpq = ZERO) -> list[tuple[mpq, int]]:
        """Means of f - control over even and f + control over odd members, of pairs; numbers."""
        return [((a + b) / 2 - control * (k - 1), n) for k, a, b, n in self.cells]

    @cached_property
    def mean(self) -> mpq:
        """T."""
        if self.stratified:
            return sum(self._means, ZERO) / 2
        return sum((x * n for x, n in self._plain()), ZERO) / self.pairs

    @cached_property
    def variance(self) -> mpq:
        """The sample variance of the linearised values of pairs."""
        if not self.stratified:
            return _variance(self._plain(), self.pairs)
        factors = [mpq(self.pairs, 2 * count) if count else ZERO for count in self._members]
        (even, odd), (above, below) = self._means, factors
        values = [
            ((a - k * even) * above + (b - (2 - k) * odd) * below, n) for k, a, b, n in self.cells
        ]
        return _variance(values, self.pairs)

    @cached_property
    def _ends(self) -> tuple[mpq, mpq]:
        """What the functional can be."""
        even, odd = self.even, self.odd
        if self.stratified:
            return (even.low + odd.low) / 2, (even.high + odd.high) / 2
        return min(even.low, odd.low), max(even.high, odd.high)

    def interval(self, miss: float) -> tuple[float, float]:
        """Return Student's interval, widened for events that were not seen."""
        least, most = map(float, self._ends)
        share = unseen_share(self.pairs, miss)
        if self.stratified:
            even, odd = self._means
            above = max(self.even.high - even, self.odd.high - odd)
            below = max(even - self.even.low, odd - self.odd.low)
            if 0 in self._members:
                share = max(share, 0.5)
        else:
            below, above = self.mean - self._ends[0], self._ends[1] - self.mean
        stderr = float(self.variance / self.pairs) ** 0.5
        half, centre = student_half(stderr, miss, self.pairs - 1), float(self.mean)
        low, high = around(centre, half + share * float(below), half + share * float(above))
        return min(max(least, low), centre), max(min(most, high), centre)

    def certain(self, miss: float) -> tuple[float, float]:
        """Return an interval that misses with a chance of at most ``miss``, whatever the law of a
        pair.

        Hoeffding's bound for the plain mean, and the empirical Bernstein bound for the mean with
        the factor of a control variate (known to have mean 0 by Gauss-Bonnet) out of a list
        that depends on the coefficients only; each at half of ``miss``.
        """
        even, odd = self.even, self.odd
        low, high = min(even.low, odd.low), max(even.high, odd.high)
        first, last = (even.low - odd.high) / 2, (even.high - odd.low) / 2
        control, tests = mpq(0), 1
        if self.stratified and first < last:
            wanted = (self._means[0] - self._means[1]) / 2
            step = (last - first) / CONTROLS
            control, tests = first + round((wanted - first) / step) * step, CONTROLS + 1
        elif self.stratified:
            control = first
        values = self._plain(control)
        mean = sum((x * n for x, n in values), ZERO) / self.pairs
        bounds = certain_interval(
            float(mean),
            float(_variance(values, self.pairs)),
            self.pairs,
            float(min(even.low - control, odd.low + control)),
            float(max(even.high - control, odd.high + control)),
            miss / 2,
            tests,
        )
        ends = [bounds, (float(self._ends[0]), float(self._ends[1]))]
        if low < high:
            plain = sum((x * n for x, n in self._plain()), ZERO) / self.pairs
            shares = bernoulli_interval(float((plain - low) / (high - low)), self.pairs, miss / 2)
            ends.append((float(low + (high - low) * rational(shares[0])),
                         float(low + (high - low) * rational(shares[1]))))  # fmt: skip
        return common_part(*ends)


def _variance(values: list[tuple[mpq, int]], count: int) -> mpq:
    """Return the sample variance of numbers with multiplicities."""
    mean = sum((x * n for x, n in values), ZERO) / count
    return sum(((x - mean) ** 2 * n for x, n in values), ZERO) / (count - 1)
