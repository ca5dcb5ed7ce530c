"""Estimates: means over simulated samples, with an interval of stated confidence.

All but the last keep their sufficient statistics (`polygeo.answers.statistics.sufficient`):
independent runs can be merged, and the result does not depend on the order of merging.

* a *proportion* keeps (successes, samples); its interval is that of clopperpearson1934use, exact
  for any probability and any number of samples;
* a *mean* keeps (batches, sum, sum of squares) of the means of equal batches, exactly, as
  rationals; its interval is Student's, on the between-batch variance, so that samples within a
  batch may be dependent (antithetic pairs, orthogonal frames);
* a *bounded* mean is of numbers in a known interval: Student's is widened by what may be missed;
* a *paired* one keeps counts of antithetic pairs (`polygeo.answers.statistics.paired`);
* a *bootstrap* of a share keeps (replicates, value, root mean square deviation of the replicates
  from it, efron1979bootstrap); its interval is Student's, joined with the exact one for the share,
  which no estimate from incomplete observations improves on; it cannot be merged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.certification import ends
from polygeo.answers.decimals import format_float, of_width, round_rational, significant
from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.options import check_fields, in_unit_interval, instance, set_fields, two
from polygeo.answers.sequence import sequence
from polygeo.answers.statistics import sufficient
from polygeo.answers.statistics.intervals import missing, printed
from polygeo.answers.statistics.paired import PairedCounts
from polygeo.answers.statistics.sufficient import common, merged_seeds, of_one_kind
from polygeo.errors import DomainError, NotConverged

__all__ = ["Estimate"]

MAX_SAMPLES = 1 << 62
"""Largest number of samples: counts are int64."""

MAX_SEEDS = 6
"""Largest number of seeds that are printed."""

NUMBERS = ("mean", "stderr", "low", "high", "samples")
BATCHED = ("mean", "bounded")
MAX_VALUE = 10**100
"""Largest modulus of a replicate of a bootstrap."""

MAX_ITEMS = 10_000_000
"""Largest number of batches that are read."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean of a simulation, with its standard error and a confidence interval.

    * ``mean``, ``stderr``: the mean and its standard error, floats; ``samples``: the sample size.
    * ``low``, ``high``: the interval at level ``confidence``.
    * ``seed``: the seed of the run, or a tuple of the seeds of merged runs.
    * ``statistics``: see `polygeo.answers.statistics.sufficient`; ``source``: id of the formula;
      ``method``: how the samples were drawn, if there is a choice.

    >>> run = Estimate.proportion(4834, 10_000, seed=1)
    >>> run
    Estimate(0.4834 +/- 0.0050, 95% in [0.4735, 0.4933], 10000 samples, seed 1)
    >>> run.agrees(0.5), run.agrees(0.49)
    (True, True)
    >>> run.agrees(0.5, false_alarm=0.01)
    False
    """

    mean: float
    stderr: float
    low: float
    high: float
    samples: int
    seed: int | tuple[int, ...] | None
    confidence: float
    statistics: tuple[str, Any, Any, Any]
    source: str = ""
    method: str = ""

    def __post_init__(self) -> None:
        check_fields(self, mean=float, stderr=float, low=float, high=float, samples=int)
        check_fields(self, statistics=tuple, source=str, method=str)
        numbers = (self.mean, self.stderr, self.low, self.high)
        if not all(map(math.isfinite, numbers)) or self.stderr < 0 or self.low > self.high:
            raise DomainError(
                "an Estimate needs finite numbers, stderr >= 0 and low <= high; got "
                + ", ".join(map(repr, numbers))
            )
        several = isinstance(self.seed, (tuple, list))
        seeds = sequence(self.seed if several else (self.seed,), "seed")
        own = tuple(None if s is None else integer(s, "seed") for s in seeds)
        set_fields(self, seed=own if several else own[0])
        confidence = in_unit_interval(self.confidence, "confidence")
        set_fields(self, confidence=confidence)
        if len(self.statistics) != 4 or self.statistics[0] not in sufficient.KINDS:
            raise DomainError(f"an Estimate needs statistics of {', '.join(sufficient.KINDS)}")

    @classmethod
    def proportion(
        cls,
        successes: int,
        samples: int,
        seed: int | tuple[int, ...] | None = None,
        *,
        confidence: float = 0.95,
        source: str = "",
        method: str = "",
    ) -> Estimate:
        """Return the estimate of a probability from the number of successes.

        * ``successes``, ``samples``: integers, 0 <= successes <= samples, 1 <= samples <= 2^62.
        * ``confidence``: level of the interval, in (0, 1) (default 0.95).
        * ``seed``, ``source``, ``method``: fields of the `Estimate` (default: none).
        """
        wins, count = integer(successes, "successes"), integer(samples, "samples")
        if not (0 <= wins <= count and 1 <= count <= MAX_SAMPLES):
            raise DomainError(
                "a proportion needs 0 <= successes <= samples and 1 <= samples <= 2^62; "
                f"got successes={wins}, samples={count}"
            )
        data = ("proportion", wins, count, None)
        return cls._of(data, count, seed, confidence, source, method)

    @classmethod
    def _of(
        cls,
        statistics: tuple[str, Any, Any, Any],
        samples: int,
        seed: Any,
        confidence: float,
        source: str,
        method: str = "",
    ) -> Estimate:
        """From sound statistics."""
        sure = in_unit_interval(confidence, "confidence")
        try:
            mean, stderr = sufficient.moments(statistics)
            low, high = sufficient.interval(statistics, samples, missing(sure))
        except OverflowError:
            raise DomainError("the moments of an estimate must fit into floats") from None
        return cls(mean, stderr, low, high, samples, seed, sure, statistics, source, method)

    @classmethod
    def from_batches(
        cls,
        means: Iterable[Any],
        batch_size: int,
        seed: int | tuple[int, ...] | None = None,
        *,
        confidence: float = 0.95,
        source: str = "",
    ) -> Estimate:
        """Return the estimate of a mean from the means of independent batches of equal size.

        * ``means``: one rational or float per batch, at least two; ``batch_size``: samples a batch.
        * ``seed``, ``confidence``, ``source``: as for `proportion`.

        >>> Estimate.from_batches([0.9, 1.1, 1.0, 1.2], 100).samples
        400
        """
        values = [rational(mean, "batch mean") for mean in sequence(means, "means", MAX_ITEMS)]
        total = sum(values, mpq(0))
        squares = sum((value * value for value in values), mpq(0))
        return cls.from_moments(
            len(values), total, squares, seed,
            batch_size=batch_size, confidence=confidence, source=source,
        )  # fmt: skip

    @classmethod
    def bootstrap(
        cls,
        value: float,
        replicates: Iterable[float],
        samples: int,
        seed: int | tuple[int, ...] | None = None,
        *,
        confidence: float = 0.95,
        source: str = "",
    ) -> Estimate:
        """Return the estimate of a probability from its values on resampled data.

        * ``value``: the estimated probability; ``samples``: the number of samples behind it, >= 1.
        * ``replicates``: the values on resampled data, at least two.
        * ``seed``, ``confidence``, ``source``: as for `proportion`.

        >>> Estimate.bootstrap(0.25, [0.24, 0.26, 0.25, 0.27, 0.23], 1000)
        Estimate(0.250 +/- 0.014, 95% in [0.210, 0.290], 1000 samples, no seed)
        """
        known = [rational(x, "a replicate") for x in sequence(replicates, "replicates")]
        exact, count = rational(value, "value"), integer(samples, "samples")
        if len(known) < 2 or not 0 <= exact <= 1 or count < 1:
            raise DomainError(
                "a bootstrap needs a share in [0, 1], at least 2 replicates and 1 sample; "
                f"got {shorten(exact)}, {len(known)}, {count}"
            )
        if max(map(abs, known)) > MAX_VALUE:
            raise DomainError("the replicates of a bootstrap need to be below 1e100")
        share, values = float(exact), list(map(float, known))
        square = sum((x - share) ** 2 for x in values) / len(values)
        return cls.from_bootstrap(
            len(values), share, math.sqrt(square), count, seed, confidence=confidence, source=source
        )

    @classmethod
    def from_bootstrap(
        cls,
        replicates: int,
        value: Any,
        deviation: Any,
        samples: int,
        seed: int | tuple[int, ...] | None = None,
        *,
        confidence: float = 0.95,
        source: str = "",
    ) -> Estimate:
        """Return a `bootstrap` estimate from the mean square deviation of the replicates.

        * ``replicates``: their number; ``deviation``: the root mean square of their deviations.
        * ``value``, ``samples``: as for `bootstrap`; ``seed``, ``confidence``, ``source``: as for
          `proportion`.
        """
        number, count = integer(replicates, "replicates"), integer(samples, "samples")
        exact, spread = rational(value, "value"), rational(deviation, "deviation")
        if not 2 <= number <= MAX_SAMPLES or not 0 <= exact <= 1 or not 0 <= spread <= MAX_VALUE:
            raise DomainError(
                "a bootstrap needs a share in [0, 1], at least 2 replicates and their deviation, "
                f"0 to 1e100; got {shorten(exact)}, {shorten(number)}, {shorten(spread)}"
            )
        if not 1 <= count <= MAX_SAMPLES:
            raise DomainError(f"a bootstrap needs 1 <= samples <= 2^62; got {count}")
        data = ("bootstrap", number, exact, spread)
        return cls._of(data, count, seed, confidence, source)

    @classmethod
    def from_moments(
        cls,
        batches: int,
        total: Any,
        squares: Any,
        seed: int | tuple[int, ...] | None = None,
        *,
        batch_size: int = 1,
        bounds: tuple[Any, Any] | None = None,
        confidence: float = 0.95,
        source: str = "",
        method: str = "",
    ) -> Estimate:
        """Return the estimate of a mean from the sum and the sum of squares of batch means.

        * ``batches``: their number, at least two; ``batch_size``: samples per batch (default 1).
        * ``total``, ``squares``: sum and sum of squares of the batch means, rational numbers.
        * ``bounds``: least and largest possible sample; unseen ones then widen the interval.
        * ``seed``, ``confidence``, ``source``, ``method``: as for `proportion`.

        >>> Estimate.from_moments(4, 6, 14).mean
        1.5
        >>> Estimate.from_moments(1000, 0, 0, bounds=(0, 1)).high < 0.004
        True
        """
        count, size = integer(batches, "batches"), integer(batch_size, "batch_size")
        if size < 1:
            raise DomainError(f"batch_size must be at least 1; got {size}")
        if count < 2:
            raise DomainError(f"a standard error needs at least 2 batches; got {count}")
        first, second = rational(total, "total"), rational(squares, "squares")
        ends = None if bounds is None else two(bounds, "bounds")
        data = sufficient.of_moments(count, first, second, ends)
        return cls._of(data, count * size, seed, confidence, source, method)

    @classmethod
    def from_pairs(
        cls,
        counts: PairedCounts,
        seed: int | tuple[int, ...] | None = None,
        *,
        confidence: float = 0.95,
        source: str = "",
    ) -> Estimate:
        """Return the estimate of a linear functional of volumes from antithetic pairs.

        * ``counts``: how many pairs gave which two values.
        * ``seed``, ``confidence``, ``source``: as for `proportion`.
        """
        known = instance(counts, "counts", PairedCounts)
        data = ("paired", known.cells, (known.even, known.odd), known.stratified)
        return cls._of(data, 2 * known.pairs, seed, confidence, source)

    def merge(self, *others: Estimate) -> Estimate:
        """Return the estimate from this run and ``others``, independent runs of one quantity.

        The confidence is the largest of the runs; a source or method that differs is dropped.

        >>> a, b = Estimate.proportion(3, 10, 1), Estimate.proportion(5, 10, 2)
        >>> a.merge(b) == b.merge(a), a.merge(b).samples, a.merge(b).seed
        (True, 20, (1, 2))
        """
        runs = (self, *others)
        of_one_kind(others, Estimate)
        statistics = sufficient.merged([run.statistics for run in runs])
        if statistics[0] in BATCHED and len({run.samples // run.statistics[1] for run in runs}) > 1:
            raise DomainError("means can be merged when their batches have one size")
        samples = sum(run.samples for run in runs)
        seed = merged_seeds(run.seed for run in runs)
        confidence = max(run.confidence for run in runs)
        source, method = common(run.source for run in runs), common(run.method for run in runs)
        return Estimate._of(statistics, samples, seed, confidence, source, method)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval (low, high) at level ``confidence``, a number in (0, 1)."""
        miss = missing(in_unit_interval(confidence, "confidence"))
        return sufficient.interval(self.statistics, self.samples, miss)

    def test_interval(self, false_alarm: float = 1e-6) -> tuple[float, float]:
        """Return the interval that misses the true value with probability at most ``false_alarm``.

        For every law of bounded samples: proportions (clopperpearson1934use), counts of pairs and
        bounded means (maurerpontil2009empirical, hoeffding1963probability). For other means and
        bootstraps the level rests on the central limit theorem.

        >>> Estimate.proportion(0, 1000).test_interval(1e-6)[1] < 0.015
        True
        """
        miss = in_unit_interval(false_alarm, "false_alarm")
        return sufficient.certain(self.statistics, self.samples, miss)

    def agrees(self, value: Any, false_alarm: float = 1e-6) -> bool:
        """Test whether a value, or some point of a Ball, lies in `test_interval` (false_alarm)."""
        (low, high), (least, most) = self.test_interval(false_alarm), ends(value)
        return bool(least <= high and low <= most)

    def decimal(self, digits: int) -> str:
        """Return the mean to ``digits`` digits; NotConverged beyond the standard error."""
        text = round_rational(rational(self.mean), significant(digits))
        if self.stderr == 0 and self.low < self.high:
            _, _, low, high = self.printed()
            raise NotConverged(
                f"{digits} digits were asked for; all samples were alike, and the "
                f"{100 * self.confidence:g}% interval is [{low}, {high}]"
            )
        if self.mean and self.stderr > 0:
            known = math.floor(math.log10(abs(self.mean) / self.stderr)) + 1
            if digits > max(known, 1):
                raise NotConverged(
                    f"{digits} digits were asked for; the standard error leaves {max(known, 0)}"
                )
        return text

    def __format__(self, specification: str) -> str:
        """Return mean and standard error in one format, as in ``f"{estimate:.3f}"``."""
        both = (format_float(x, specification) for x in (self.mean, self.stderr))
        return format(str(self), specification) if of_width(specification) else " +/- ".join(both)

    def __float__(self) -> float:
        return self.mean

    def __str__(self) -> str:
        seed = "no seed" if self.seed is None else f"seed {self.seed}"
        if isinstance(self.seed, tuple) and len(self.seed) > MAX_SEEDS:
            seed = f"{len(self.seed)} seeds"
        mean, stderr, low, high = self.printed()
        interval = f"{mean} +/- {stderr}, {100 * self.confidence:g}% in [{low}, {high}]"
        return f"{interval}, {self.samples} samples, {seed}{', ' * bool(self.method)}{self.method}"

    def printed(self) -> tuple[str, str, str, str]:
        """Return mean, standard error and the ends of the interval, rounded outward, as strings.

        >>> Estimate.proportion(0, 100_000).printed()[2:]
        ('0.0000000', '0.0000369')
        """
        return printed(self.mean, self.stderr, self.low, self.high)

    def __repr__(self) -> str:
        return f"Estimate({self})"

    def _repr_latex_(self) -> str:
        mean, stderr, low, high = self.printed()
        note = rf"\text{{{self.samples} samples}}"
        if self.stderr == 0 and self.low < self.high:
            return rf"$[{low}, {high}]\quad({100 * self.confidence:g}\%,\ {note})$"
        return rf"${mean} \pm {stderr}\quad({note})$"

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary for JSON: floats by repr, which is exact; moments as fractions."""
        numbers = {name: getattr(self, name) for name in NUMBERS}
        return {
            "kind": "estimate",
            **numbers,
            "seed": list(self.seed) if isinstance(self.seed, tuple) else self.seed,
            "confidence": self.confidence,
            "statistics": sufficient.to_record(self.statistics),
            "source": self.source,
            **({"method": self.method} if self.method else {}),
        }
