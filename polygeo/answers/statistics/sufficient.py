"""The sufficient statistics of estimates: they add up, and give mean, error and intervals.

A tuple of a kind and three entries:

* ("proportion", successes, samples, None);
* ("mean", batches, sum, sum of squares): of the means of equal batches;
* ("bounded", batches, (sum, sum of squares), (low, high)): the same of numbers in an interval;
* ("paired", cells, (even, odd), stratified): see `PairedCounts`;
* ("bootstrap", replicates, value, deviation).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import rational, shorten
from polygeo.answers.options import describe
from polygeo.answers.statistics.intervals import (
    around,
    bernoulli_interval,
    bootstrap_interval,
    certain_interval,
    common_part,
    proportion_interval,
    student_half,
    unseen_share,
)
from polygeo.answers.statistics.paired import PairedCounts, Range
from polygeo.errors import DomainError

__all__ = [
    "KINDS",
    "certain",
    "common",
    "from_record",
    "interval",
    "merged",
    "merged_seeds",
    "moments",
    "of_moments",
    "of_one_kind",
    "to_record",
]

KINDS = ("proportion", "mean", "bounded", "paired", "bootstrap")

Statistics = tuple[str, Any, Any, Any]


def of_moments(
    count: int, total: mpq, squares: mpq, bounds: tuple[Any, Any] | None = None
) -> Statistics:
    """Return the statistics of ``count`` numbers, within bounds if given, or DomainError."""
    if squares * count < total * total:
        raise DomainError(
            f"no {count} numbers have sum {shorten(total)} and sum of squares {shorten(squares)}"
        )
    if bounds is None:
        return "mean", count, total, squares
    low, high = (rational(x, "a bound") for x in bounds)
    # Numbers in [low, high] have (x - low)(high - x) >= 0.
    within = low * count <= total <= high * count
    if not within or (low + high) * total < squares + low * high * count:
        raise DomainError(
            f"no {count} numbers in [{shorten(low)}, {shorten(high)}] have sum {shorten(total)} "
            f"and sum of squares {shorten(squares)}"
        )
    return "bounded", count, (total, squares), (low, high)


def moments(statistics: Statistics) -> tuple[float, float]:
    """Return mean and standard error."""
    kind, first, second, third = statistics
    if kind == "proportion":
        share = first / second
        return share, math.sqrt(share * (1 - share) / second)
    if kind == "bootstrap":
        return float(second), float(third)
    if kind == "paired":
        counts = _paired(statistics)
        return float(counts.mean), math.sqrt(float(counts.variance / counts.pairs))
    mean, variance = _mean(first, *(second if kind == "bounded" else (second, third)))
    return float(mean), math.sqrt(variance / first)


def interval(statistics: Statistics, samples: int, miss: float) -> tuple[float, float]:
    """Return the confidence interval that is printed."""
    kind, first, second, third = statistics
    if kind == "proportion":
        return proportion_interval(first, second, miss)
    if kind == "paired":
        return _paired(statistics).interval(miss)
    mean, stderr = moments(statistics)
    if kind == "bootstrap":
        return bootstrap_interval(mean, stderr, first, samples, miss)
    half = student_half(stderr, miss, first - 1)
    if kind == "mean":
        return around(mean, half, half)
    low, high = map(float, third)
    share = unseen_share(first, miss)
    ends = around(mean, half + share * (mean - low), half + share * (high - mean))
    return max(low, ends[0]), min(high, ends[1])


def certain(statistics: Statistics, samples: int, miss: float) -> tuple[float, float]:
    """Return the interval of a test, with miss probability at most ``miss`` where it is proved."""
    kind, first, second, third = statistics
    if kind == "paired":
        return _paired(statistics).certain(miss)
    if kind != "bounded":
        return interval(statistics, samples, miss)
    low, high = third
    mean, variance = _mean(first, *second)
    ends = certain_interval(float(mean), float(variance), first, float(low), float(high), miss / 2)
    if low == high:
        return ends
    shares = bernoulli_interval(float((mean - low) / (high - low)), first, miss / 2)
    least, most = (float(low + (high - low) * rational(share)) for share in shares)
    return common_part(ends, (least, most))


def merged(parts: Sequence[Statistics]) -> Statistics:
    """Return the statistics of all samples together."""
    kinds = {part[0] for part in parts}
    if len(kinds) > 1:
        raise DomainError(f"estimates of the kinds {', '.join(sorted(kinds))} cannot be merged")
    kind = kinds.pop()
    if kind == "bootstrap":
        raise DomainError("bootstrap estimates cannot be merged; merge what they were made from")
    if kind == "proportion":
        return kind, sum(part[1] for part in parts), sum(part[2] for part in parts), None
    if kind == "paired":
        total = _paired(parts[0])
        for part in parts[1:]:
            total += _paired(part)
        return kind, total.cells, (total.even, total.odd), total.stratified
    batches = sum(part[1] for part in parts)
    if kind == "mean":
        return kind, batches, sum(part[2] for part in parts), sum(part[3] for part in parts)
    if len({part[3] for part in parts}) > 1:
        raise DomainError("means of numbers with different bounds cannot be merged")
    sums = (sum(part[2][0] for part in parts), sum(part[2][1] for part in parts))
    return kind, batches, sums, parts[0][3]


def _paired(statistics: Statistics) -> PairedCounts:
    _, cells, (even, odd), stratified = statistics
    return PairedCounts(cells, even, odd, stratified)


def _mean(count: int, total: mpq, squares: mpq) -> tuple[mpq, mpq]:
    """Mean and sample variance."""
    mean = total / count
    return mean, (squares - total * mean) / (count - 1)


def to_record(statistics: Statistics) -> list[Any]:
    """Return the statistics as a list of JSON types, integers and fractions as text."""

    def plain(value: Any) -> Any:
        if isinstance(value, Range):
            return [str(x) for x in (value.low, value.mean, value.high)]
        if isinstance(value, tuple):
            return [plain(x) for x in value]
        return value if value is None or isinstance(value, bool) else str(value)

    kind, *entries = statistics
    return [kind, *map(plain, entries)]


def from_record(entries: Sequence[Any]) -> Statistics:
    """Read statistics that `to_record` wrote; the caller checks whether they make sense."""
    kind, first, second, third = entries
    if kind == "proportion":
        return kind, int(first), int(second), None
    if kind == "paired":
        even, odd = (Range(*map(rational, _three(side))) for side in second)
        cells = [(int(k), rational(a), rational(b), int(n)) for k, a, b, n in first]
        if not isinstance(third, bool):
            raise DomainError("a record of paired counts needs true or false for stratified")
        counts = PairedCounts.of(cells, even, odd, third)
        return kind, counts.cells, (even, odd), third
    if kind == "bounded":
        (total, squares), (low, high) = second, third
        return (
            kind,
            int(first),
            (rational(total), rational(squares)),
            (rational(low), rational(high)),
        )
    return kind, int(first), rational(second), rational(third)


def _three(side: Any) -> Any:
    if not isinstance(side, list) or len(side) != 3:
        raise DomainError("a record of paired counts needs least, mean and largest coefficients")
    return side


def merged_seeds(seeds: Iterable[int | tuple[int, ...] | None]) -> tuple[int, ...] | None:
    """Return the seeds of all runs, in order; DomainError where two are the same.

    >>> merged_seeds([3, (1, 2), None])
    (1, 2, 3)
    """
    found: list[int] = []
    for seed in seeds:
        found.extend(s for s in (seed if isinstance(seed, tuple) else (seed,)) if s is not None)
    if len(set(found)) < len(found):
        raise DomainError(f"runs to merge must have different seeds; got {sorted(found)}")
    return tuple(sorted(found)) or None


def common(texts: Iterable[str]) -> str:
    """Return the text that all runs share, or "".

    >>> common(["a", "a"]), common(["a", "b"])
    ('a', '')
    """
    known = set(texts)
    return known.pop() if len(known) == 1 else ""


def of_one_kind(runs: Iterable[Any], kind: type, *names: str) -> None:
    """Check that all runs are of one class and agree in some attributes; DomainError otherwise."""
    first = None
    for run in runs:
        if not isinstance(run, kind):
            raise DomainError(f"merge needs values of class {kind.__name__}; got {describe(run)}")
        what = [getattr(run, name) for name in names]
        if first is not None and what != first:
            raise DomainError(f"runs to merge must have the same {', '.join(names)}")
        first = what
