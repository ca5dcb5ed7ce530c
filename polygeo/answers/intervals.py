"""Intervals of stated confidence: for a proportion, a mean and a bootstrapped share."""

from __future__ import annotations

import math
from statistics import NormalDist

from polygeo.answers.options import in_unit_interval

__all__ = ["bootstrap_interval", "check_confidence", "student_factor", "wilson_interval"]


def check_confidence(confidence: float) -> float:
    """The confidence as a float; DomainError unless 0 < confidence < 1."""
    return in_unit_interval(confidence, "confidence")


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


def student_factor(confidence: float, degrees: int) -> float:
    """Half the width of Student's interval, in standard errors.

    >>> round(student_factor(0.95, 10), 3)
    2.228
    """
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + confidence) / 2))


def bootstrap_interval(
    share: float, stderr: float, replicates: int, samples: int, confidence: float
) -> tuple[float, float]:
    """Student's interval of a bootstrap, joined with Wilson's for as many successes.

    >>> low, high = bootstrap_interval(0.25, 0.014, 5, 1000, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.211, 0.289)
    """
    half = student_factor(confidence, replicates - 1) * stderr
    less, more = math.floor(share * samples), math.ceil(share * samples)
    low = wilson_interval(min(less, samples), samples, confidence)[0]
    high = wilson_interval(min(more, samples), samples, confidence)[1]
    return max(0.0, min(low, share - half)), min(1.0, max(high, share + half))
