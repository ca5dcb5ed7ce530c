"""Estimates: means over simulated samples, with an interval of stated confidence.

Three kinds; the first two keep their sufficient statistics, so that independent runs can be merged
and the result does not depend on the order of merging:

* a *proportion* keeps (successes, samples); its interval is Wilson's (wilson1927probable), which
  is right near 0 and 1 and for counts that were never seen;
* a *mean* keeps (batches, sum, sum of squares) of the means of equal batches, exactly, as
  rationals; its interval is Student's, on the between-batch variance, so that samples within a
  batch may be dependent (antithetic pairs, orthogonal frames);
* a *bootstrap* of a share keeps (replicates, value, root mean square deviation of the replicates
  from it, efron1979bootstrap); its interval is Student's, joined with Wilson's for the share, which
  no estimate from incomplete observations improves on; it cannot be merged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.certification import ends
from polygeo.answers.decimals import round_rational, significant
from polygeo.answers.exact import abbreviate, integer, rational, shown
from polygeo.answers.intervals import (
    bootstrap_interval,
    check_confidence,
    student_factor,
    wilson_interval,
)
from polygeo.answers.options import check_fields, in_unit_interval
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError, NotConverged

__all__ = ["Estimate"]

MAX_SAMPLES = 1 << 62
"""Counts are int64."""

KINDS = ("proportion", "mean", "bootstrap")
LARGEST = 10**100

MOST = 10_000_000
"""Most batches that are read."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A simulated mean with its uncertainty; made by `proportion` or `from_batches`.

    Fields: ``mean``, ``stderr``, ``low``, ``high`` (the interval at ``confidence``), ``samples``,
    ``seed``, ``statistics`` (the sufficient statistics named in the module's text), ``source``,
    ``method`` (how it was sampled, where there is a choice).

    >>> run = Estimate.proportion(4834, 10_000, seed=1)
    >>> run
    Estimate(0.4834 +/- 0.0050, 95% in [0.4736, 0.4932], 10000 samples, seed 1)
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
        object.__setattr__(self, "seed", own if several else own[0])
        confidence = in_unit_interval(self.confidence, "confidence")
        object.__setattr__(self, "confidence", confidence)
        if len(self.statistics) != 4 or self.statistics[0] not in KINDS:
            raise DomainError(f"an Estimate needs statistics of {', '.join(KINDS)}")

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
        """The estimate of a probability from the number of successes among samples."""
        wins, count = integer(successes, "successes"), integer(samples, "samples")
        if not (0 <= wins <= count and 1 <= count <= MAX_SAMPLES):
            raise DomainError(
                "a proportion needs 0 <= successes <= samples and 1 <= samples <= 2^62; "
                f"got successes={wins}, samples={count}"
            )
        confidence = check_confidence(confidence)
        share = wins / count
        stderr = math.sqrt(share * (1 - share) / count)
        low, high = wilson_interval(wins, count, confidence)
        data = ("proportion", wins, count, None)
        return cls(share, stderr, low, high, count, seed, confidence, data, source, method)

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
        """The estimate of a mean from the means of equal, independent batches (at least two).

        >>> Estimate.from_batches([0.9, 1.1, 1.0, 1.2], 100).samples
        400
        """
        values = [rational(mean, "batch mean") for mean in sequence(means, "means", MOST)]
        total = sum(values, mpq(0))
        squares = sum((value * value for value in values), mpq(0))
        return cls.from_moments(
            len(values),
            total,
            squares,
            seed,
            batch_size=batch_size,
            confidence=confidence,
            source=source,
        )

    @classmethod
    def bootstrap(
        cls,
        value: float,
        replicates: Iterable[float],
        samples: int,
        seed: int | None = None,
        *,
        confidence: float = 0.95,
        source: str = "",
    ) -> Estimate:
        """The estimate ``value`` of a share in [0, 1] with what it was on resampled data.

        >>> Estimate.bootstrap(0.25, [0.24, 0.26, 0.25, 0.27, 0.23], 1000)
        Estimate(0.250 +/- 0.014, 95% in [0.211, 0.289], 1000 samples, no seed)
        """
        known = [rational(x, "a replicate") for x in sequence(replicates, "replicates")]
        exact, count = rational(value, "value"), integer(samples, "samples")
        if len(known) < 2 or not 0 <= exact <= 1 or count < 1:
            raise DomainError(
                "a bootstrap needs a share in [0, 1], at least 2 replicates and 1 sample; "
                f"got {shown(exact)}, {len(known)}, {count}"
            )
        if max(map(abs, known)) > LARGEST:
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
        """`bootstrap` from the root mean square deviation of the replicates from ``value``."""
        confidence = check_confidence(confidence)
        number, count = integer(replicates, "replicates"), integer(samples, "samples")
        exact, spread = rational(value, "value"), rational(deviation, "deviation")
        if not 2 <= number <= MAX_SAMPLES or not 0 <= exact <= 1 or not 0 <= spread <= LARGEST:
            raise DomainError(
                "a bootstrap needs a share in [0, 1], at least 2 replicates and their deviation, "
                f"0 to 1e100; got {shown(exact)}, {shown(number)}, {shown(spread)}"
            )
        if not 1 <= count <= MAX_SAMPLES:
            raise DomainError(f"a bootstrap needs 1 <= samples <= 2^62; got {count}")
        replicates, samples = number, count
        data = ("bootstrap", replicates, exact, spread)
        share, stderr = float(exact), float(spread)
        low, high = bootstrap_interval(share, stderr, replicates, samples, confidence)
        return cls(share, stderr, low, high, samples, seed, confidence, data, source)

    @classmethod
    def from_moments(
        cls,
        batches: int,
        total: Any,
        squares: Any,
        seed: int | tuple[int, ...] | None = None,
        *,
        batch_size: int = 1,
        confidence: float = 0.95,
        source: str = "",
        method: str = "",
    ) -> Estimate:
        """`from_batches` from the sum and the sum of squares of the means of the batches.

        With ``batch_size`` 1 these are those of independent samples.

        >>> Estimate.from_moments(4, 6, 14).mean
        1.5
        """
        count, size = integer(batches, "batches"), integer(batch_size, "batch_size")
        if size < 1:
            raise DomainError(f"batch_size must be at least 1; got {size}")
        if count < 2:
            raise DomainError(f"a standard error needs at least 2 batches; got {count}")
        confidence = check_confidence(confidence)
        first, second = rational(total, "total"), rational(squares, "squares")
        mean = first / count
        variance = (second - first * mean) / (count - 1)
        if variance < 0:
            raise DomainError(
                f"no {count} numbers have sum {shown(first)} and sum of squares {shown(second)}"
            )
        try:
            centre, stderr = float(mean), math.sqrt(variance / count)
            half = student_factor(confidence, count - 1) * stderr
        except OverflowError:
            raise DomainError("the moments of an estimate must fit into floats") from None
        data = ("mean", count, first, second)
        bounds = centre - half, centre + half
        return cls(centre, stderr, *bounds, count * size, seed, confidence, data, source, method)

    def merge(self, *others: Estimate) -> Estimate:
        """The estimate from this run and other independent runs of the same quantity.

        >>> a, b = Estimate.proportion(3, 10, 1), Estimate.proportion(5, 10, 2)
        >>> a.merge(b) == b.merge(a), a.merge(b).samples, a.merge(b).seed
        (True, 20, (1, 2))
        """
        runs = (self, *others)
        for run in others:
            if not isinstance(run, Estimate):
                raise DomainError(f"merge needs Estimates; got {abbreviate(repr(run))}")
        kinds = {run.statistics[0] for run in runs}
        if len(kinds) > 1:
            raise DomainError("proportions and means cannot be merged with one another")
        if kinds == {"bootstrap"}:
            raise DomainError(
                "bootstrap estimates cannot be merged; merge what they were made from"
            )
        seeds: list[int] = []
        for run in runs:
            own = run.seed if isinstance(run.seed, tuple) else (run.seed,)
            seeds.extend(seed for seed in own if seed is not None)
        if len(set(seeds)) < len(seeds):
            raise DomainError(f"runs to merge must have different seeds; got {sorted(seeds)}")
        seed = tuple(sorted(seeds)) or None
        samples = sum(run.samples for run in runs)
        method = self.method if {run.method for run in runs} == {self.method} else ""
        if kinds == {"proportion"}:
            wins = sum(run.statistics[1] for run in runs)
            return Estimate.proportion(
                wins,
                samples,
                seed,
                confidence=self.confidence,
                source=self.source,
                method=method,
            )
        if len({run.samples // run.statistics[1] for run in runs}) > 1:
            raise DomainError("means can be merged when their batches have one size")
        moments = zip(*(run.statistics[1:] for run in runs), strict=True)
        batches, total, squares = map(sum, moments)
        return Estimate.from_moments(
            batches,
            total,
            squares,
            seed,
            batch_size=samples // batches,
            confidence=self.confidence,
            source=self.source,
            method=method,
        )

    def interval(self, confidence: float) -> tuple[float, float]:
        """The interval at another confidence."""
        confidence = check_confidence(confidence)
        if self.statistics[0] == "proportion":
            return wilson_interval(self.statistics[1], self.samples, confidence)
        if self.statistics[0] == "bootstrap":
            replicates = self.statistics[1]
            return bootstrap_interval(self.mean, self.stderr, replicates, self.samples, confidence)
        half = student_factor(confidence, self.statistics[1] - 1) * self.stderr
        return self.mean - half, self.mean + half

    def agrees(self, value: Any, false_alarm: float = 1e-6) -> bool:
        """Whether a value lies in the interval that misses the truth with ``false_alarm``.

        Takes rationals, floats, SymPy numbers and Balls (some point of the ball must lie in the
        interval).
        """
        low, high = self.interval(1 - in_unit_interval(false_alarm, "false_alarm"))
        least, most = ends(value)
        return bool(least <= high and low <= most)

    def decimal(self, digits: int) -> str:
        """The mean to ``digits`` digits, refused when they exceed the standard error's place."""
        text = round_rational(rational(self.mean), significant(digits))
        if self.stderr == 0 and self.low < self.high:
            raise NotConverged(
                f"{digits} digits were asked for; all samples were alike, and "
                f"{100 * self.confidence:g}% lie in [{self.low:.6g}, {self.high:.6g}]"
            )
        if self.mean and self.stderr > 0:
            known = math.floor(math.log10(abs(self.mean) / self.stderr)) + 1
            if digits > max(known, 1):
                raise NotConverged(
                    f"{digits} digits were asked for; the standard error leaves {max(known, 0)}"
                )
        return text

    def __float__(self) -> float:
        return self.mean

    def __str__(self) -> str:
        places = 2 - math.floor(math.log10(self.stderr)) - 1 if self.stderr > 0 else 4
        seed = "no seed" if self.seed is None else f"seed {self.seed}"
        mean, stderr, low, high = self._printed(places)
        return (
            f"{mean} +/- {stderr}, {100 * self.confidence:g}% in [{low}, {high}], "
            f"{self.samples} samples, {seed}{f', {self.method}' if self.method else ''}"
        )

    def _printed(self, places: int) -> list[str]:
        """Mean, standard error and bounds down to the second digit of the standard error."""
        numbers = (self.mean, self.stderr, self.low, self.high)
        if places <= 12 or self.mean == 0:
            fixed = min(max(places, 0), 17)
            return [f"{x:.{fixed}f}" for x in numbers]
        digits = min(max(places + math.floor(math.log10(abs(self.mean))), 1), 16)
        return [f"{x:.1e}" if x is self.stderr else f"{x:.{digits}e}" for x in numbers]

    def __repr__(self) -> str:
        return f"Estimate({self})"

    def _repr_latex_(self) -> str:
        short = str(self).split(",")[0].replace("+/-", "\\pm")
        return f"${short}\\quad(\\text{{{self.samples} samples}})$"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; floats are exact in JSON through repr, moments are fractions."""
        kind, *numbers = self.statistics
        return {
            "kind": "estimate",
            "mean": self.mean,
            "stderr": self.stderr,
            "low": self.low,
            "high": self.high,
            "samples": self.samples,
            "seed": list(self.seed) if isinstance(self.seed, tuple) else self.seed,
            "confidence": self.confidence,
            "statistics": [kind, *(None if x is None else str(x) for x in numbers)],
            "source": self.source,
            **({"method": self.method} if self.method else {}),
        }
