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
from statistics import NormalDist
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certify import enclosure
from polygeo.answers.decimals import round_rational, significant
from polygeo.answers.exact import abbreviate, integer, rational
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError, NotConverged

__all__ = ["Estimate", "wilson_interval"]

MAX_SAMPLES = 1 << 62
"""Counts are int64."""

MOST = 10_000_000
"""Most batches that are read."""


def wilson_interval(successes: int, samples: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval for a proportion. Source: wilson1927probable.

    >>> low, high = wilson_interval(0, 100)
    >>> low, round(high, 4)
    (0.0, 0.037)
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / samples
    scale = 1 + z * z / samples
    centre = (share + z * z / (2 * samples)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / samples + z * z / (4 * samples**2))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == samples else min(1.0, centre + half)
    return low, high


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
        _check_confidence(confidence)
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
        size = integer(batch_size, "batch_size")
        if size < 1:
            raise DomainError(f"batch_size must be at least 1; got {size}")
        data = ("mean", len(values), total, squares)
        return cls._of_moments(data, len(values) * size, seed, confidence, source)

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
        values = [float(x) for x in replicates]
        if len(values) < 2 or not 0 <= value <= 1:
            raise DomainError(
                f"a bootstrap needs a share in [0, 1] and at least 2 replicates; got {value!r}, "
                f"{len(values)}"
            )
        square = sum((x - value) ** 2 for x in values) / len(values)
        data = ("bootstrap", len(values), rational(float(value)), rational(math.sqrt(square)))
        return cls._of_bootstrap(data, integer(samples, "samples"), seed, confidence, source)

    @classmethod
    def _of_bootstrap(
        cls, data: tuple, samples: int, seed: Any, confidence: float, source: str
    ) -> Estimate:
        _, replicates, value, deviation = data
        _check_confidence(confidence)
        share, stderr = float(value), float(deviation)
        low, high = _joined(share, stderr, replicates, samples, confidence)
        return cls(share, stderr, low, high, samples, seed, confidence, data, source)

    @classmethod
    def from_moments(
        cls,
        samples: int,
        total: Any,
        squares: Any,
        seed: int | tuple[int, ...] | None = None,
        *,
        confidence: float = 0.95,
        source: str = "",
        method: str = "",
    ) -> Estimate:
        """The estimate of a mean from the sum and the sum of squares of independent samples.

        >>> Estimate.from_moments(4, 6, 14).mean
        1.5
        """
        count = integer(samples, "samples")
        data = ("mean", count, rational(total, "total"), rational(squares, "squares"))
        return cls._of_moments(data, count, seed, confidence, source, method)

    @classmethod
    def _of_moments(
        cls,
        data: tuple,
        samples: int,
        seed: Any,
        confidence: float,
        source: str,
        method: str = "",
    ) -> Estimate:
        _, batches, total, squares = data
        if batches < 2:
            raise DomainError(f"a standard error needs at least 2 batches; got {batches}")
        _check_confidence(confidence)
        mean = total / batches
        variance = (squares - total * mean) / (batches - 1)
        try:
            centre, stderr = float(mean), math.sqrt(variance / batches)
            half = _student(confidence, batches - 1) * stderr
        except OverflowError:
            raise DomainError("the moments of an estimate must fit into floats") from None
        ends = centre - half, centre + half
        return cls(centre, stderr, *ends, samples, seed, confidence, data, source, method)

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
        moments = [sum((run.statistics[i] for run in runs), mpq(0)) for i in (1, 2, 3)]
        data = ("mean", int(moments[0]), moments[1], moments[2])
        return self._of_moments(data, samples, seed, self.confidence, self.source, method)

    def interval(self, confidence: float) -> tuple[float, float]:
        """The interval at another confidence."""
        _check_confidence(confidence)
        if self.statistics[0] == "proportion":
            return wilson_interval(self.statistics[1], self.samples, confidence)
        if self.statistics[0] == "bootstrap":
            replicates = self.statistics[1]
            return _joined(self.mean, self.stderr, replicates, self.samples, confidence)
        half = _student(confidence, self.statistics[1] - 1) * self.stderr
        return self.mean - half, self.mean + half

    def agrees(self, value: Any, false_alarm: float = 1e-6) -> bool:
        """Whether a value lies in the interval that misses the truth with ``false_alarm``.

        Takes rationals, floats, SymPy numbers and Balls (some point of the ball must lie in the
        interval).
        """
        low, high = self.interval(1 - false_alarm)
        known = enclosure(value)
        if isinstance(known, Ball):
            return bool(known.lower <= high and low <= known.upper)
        return bool(low <= known <= high)

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


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise DomainError(f"confidence must lie strictly between 0 and 1; got {confidence!r}")


def _joined(
    share: float, stderr: float, replicates: int, samples: int, confidence: float
) -> tuple[float, float]:
    """Student's interval of a bootstrap, joined with Wilson's for as many successes."""
    half = _student(confidence, replicates - 1) * stderr
    less, more = math.floor(share * samples), math.ceil(share * samples)
    low = wilson_interval(min(less, samples), samples, confidence)[0]
    high = wilson_interval(min(more, samples), samples, confidence)[1]
    return max(0.0, min(low, share - half)), min(1.0, max(high, share + half))


def _student(confidence: float, degrees: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + confidence) / 2))
