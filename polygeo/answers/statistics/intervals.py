"""Intervals that miss with a stated chance: for proportions, means, bounded means and bootstraps.

``miss`` is the chance to miss, which may be far below the spacing of floats next to 1. The
intervals for proportions and `certain_interval` hold for every law of the samples and any number of
them; Student's is that of the central limit theorem.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from polygeo.answers.exact import rational

__all__ = [
    "around",
    "bernoulli_interval",
    "bootstrap_interval",
    "certain_interval",
    "common_part",
    "missing",
    "printed",
    "proportion_interval",
    "student_half",
    "unseen_share",
]

LEAST = 1e-300
"""Smallest probability to miss; smaller ones are replaced by it."""

MAX_BERNOULLI = 10**12
"""Largest number of samples for the Bernoulli bound; beyond it rounding errors dominate."""


def missing(confidence: float) -> float:
    """Return the probability 1 - confidence that an interval misses.

    >>> missing(0.75)
    0.25
    """
    return max(float(1 - rational(confidence)), LEAST)


def around(mean: float, below: float, above: float) -> tuple[float, float]:
    """Return (mean - below, mean + above), rounded outward.

    So an interval that is narrower than the spacing of floats next to its mean is no point.

    >>> around(1.0, 1e-80, 0.0)
    (0.9999999999999999, 1.0)
    """
    low = math.nextafter(mean - below, -math.inf) if below > 0 else mean
    return low, math.nextafter(mean + above, math.inf) if above > 0 else mean


def proportion_interval(successes: int, samples: int, miss: float) -> tuple[float, float]:
    """Return the exact interval of Clopper and Pearson. Source: clopperpearson1934use.

    Its ends are the probabilities at which so many successes, or fewer, and so many, or more, have
    the chance miss/2: it misses any true probability with a chance of at most ``miss``.

    >>> low, high = proportion_interval(0, 100, 0.05)
    >>> low, round(high, 4), round(1 - 0.025 ** (1 / 100), 4)
    (0.0, 0.0362, 0.0362)
    """
    from scipy.special import betainccinv, betaincinv

    side, failures = max(miss, LEAST) / 2, samples - successes
    low = float(betaincinv(successes, failures + 1, side)) if successes else 0.0
    high = float(betainccinv(successes + 1, failures, side)) if failures else 1.0
    share = successes / samples
    return min(low, share), max(high, share)


def unseen_share(samples: int, miss: float) -> float:
    """Return the exact upper bound of a probability that was not seen in so many samples.

    >>> unseen_share(100, 0.05) == proportion_interval(0, 100, 0.05)[1]
    True
    """
    return -math.expm1(math.log(max(miss, LEAST) / 2) / samples)


def student_half(stderr: float, miss: float, degrees: int) -> float:
    """Return half the width of Student's interval.

    >>> round(student_half(1.0, 0.05, 10), 3)
    2.228
    """
    from scipy.special import stdtrit

    if stderr == 0:
        return 0.0
    return abs(float(stdtrit(degrees, max(miss, LEAST) / 2))) * stderr


def certain_interval(
    mean: float, variance: float, samples: int, low: float, high: float, miss: float, tests: int = 1
) -> tuple[float, float]:
    """Return an interval for the mean of any law on [low, high] from independent samples.

    The two-sided empirical Bernstein bound, half width sqrt(2 V L / n) + 7 (high - low) L /
    (3 (n - 1)) with L = log(4 / miss) and the sample variance V. Source: maurerpontil2009empirical,
    theorem 4. With ``tests`` > 1 it holds for so many means together.

    >>> low, high = certain_interval(0.5, 0.25, 10_000, 0, 1, 1e-6)
    >>> round(low, 3), round(high, 3)
    (0.469, 0.531)
    """
    level = math.log(4 * tests) - math.log(max(miss, LEAST))
    half = math.sqrt(2 * variance * level / samples)
    half += 7 * (high - low) * level / (3 * (samples - 1))
    ends = around(mean, half, half)
    return max(low, ends[0]), min(high, ends[1])


def bernoulli_interval(share: float, samples: int, miss: float) -> tuple[float, float]:
    """Return an interval for the mean of any law on [0, 1] from the mean of independent samples.

    All p with n kl(share, p) <= log(2 / miss): laws on the two ends have the heaviest tails.
    Source: hoeffding1963probability, theorem 1.

    >>> low, high = bernoulli_interval(0.0, 100, 0.05)
    >>> low, round(high, 4)
    (0.0, 0.0362)
    """
    if samples > MAX_BERNOULLI:
        return 0.0, 1.0
    level = (math.log(2) - math.log(max(miss, LEAST))) / samples

    def divergence(p: float) -> float:
        inside = share * math.log(share / p) if share else 0.0
        return inside + ((1 - share) * math.log((1 - share) / (1 - p)) if share < 1 else 0.0)

    return (
        _crossing(0.0, share, lambda p: divergence(p) > level),
        _crossing(1.0, share, lambda p: divergence(p) > level),
    )


def common_part(*intervals: tuple[float, float]) -> tuple[float, float]:
    """Return the intersection; where it is empty, by a bad chance, the middle of the gap.

    >>> common_part((0, 2), (1, 3)), common_part((0, 1), (2, 3))
    ((1, 2), (1.5, 1.5))
    """
    low, high = max(x for x, _ in intervals), min(x for _, x in intervals)
    return (low, high) if low <= high else ((low + high) / 2, (low + high) / 2)


def _crossing(far: float, near: float, outside: Callable[[float], bool]) -> float:
    """Return where it begins to be ``outside`` on the way from ``near`` to ``far``, or a little
    later.
    """
    while True:
        middle = (far + near) / 2
        if middle in (far, near):
            return far
        far, near = (middle, near) if outside(middle) else (far, middle)


def bootstrap_interval(
    share: float, stderr: float, replicates: int, samples: int, miss: float
) -> tuple[float, float]:
    """Return Student's interval of a bootstrap, joined with the exact interval of a proportion.

    >>> low, high = bootstrap_interval(0.25, 0.014, 5, 1000, 0.05)
    >>> round(low, 3), round(high, 3)
    (0.211, 0.289)
    """
    half = student_half(stderr, miss, replicates - 1)
    less, more = math.floor(share * samples), math.ceil(share * samples)
    low = proportion_interval(min(less, samples), samples, miss)[0]
    high = proportion_interval(min(more, samples), samples, miss)[1]
    return max(0.0, min(low, share - half)), min(1.0, max(high, share + half))


PRECISION = 1200
"""Number of decimal digits that hold every float exactly."""

FIXED = 12
"""Largest number of places after the point that are printed without an exponent."""


def printed(mean: float, stderr: float, low: float, high: float) -> tuple[str, str, str, str]:
    """Return all four down to the second digit of the standard error; low down, high up.

    Where the standard error is 0 the width of the interval takes its place. Printed ends differ
    whenever the numbers do.

    >>> printed(0.4834, 0.00499724, 0.47361, 0.49321)
    ('0.4834', '0.0050', '0.4736', '0.4933')
    >>> printed(0.0, 0.0, 0.0, 3.689e-05)
    ('0.0000000', '0.0000000', '0.0000000', '0.0000369')
    """
    unit = stderr if stderr > 0 else (high - low) / 4
    places = 1 - math.floor(math.log10(unit)) if unit > 0 else 4
    if places <= FIXED or mean == 0:
        fixed = min(max(places, 0), 17)
        return (
            _fixed(mean, fixed, ROUND_HALF_EVEN),
            _fixed(stderr, fixed, ROUND_HALF_EVEN),
            _fixed(low, fixed, ROUND_FLOOR),
            _fixed(high, fixed, ROUND_CEILING),
        )
    digits = min(max(places + math.floor(math.log10(abs(mean))), 1), 16)
    return (
        _scientific(mean, digits, ROUND_HALF_EVEN),
        _scientific(stderr, 1, ROUND_HALF_EVEN),
        _scientific(low, digits, ROUND_FLOOR),
        _scientific(high, digits, ROUND_CEILING),
    )


def _fixed(x: float, places: int, rounding: str) -> str:
    """``places`` digits after the point."""
    context = Context(prec=PRECISION, rounding=rounding)
    return f"{context.quantize(Decimal(x), Decimal(1).scaleb(-places)):f}"


def _scientific(x: float, places: int, rounding: str) -> str:
    """Return one digit before the point and ``places`` after it."""
    rounded = Context(prec=places + 1, rounding=rounding).create_decimal(Decimal(x))
    mantissa, exponent = f"{rounded:.{places}e}".split("e")
    return f"{mantissa}e{int(exponent):+03d}"
