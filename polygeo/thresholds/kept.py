"""Values of replica thresholds that take seconds to compute, kept with their errors.

``kept.json`` holds what `polygeo.replica` computed: the balls of `replica.certified` for 1, 2 and 3
steps, to 60 digits, the values with 4 to 10 steps in multiple precision, the certified values of
one trial for 1 to 10 steps and for the limit, and the limits of `replica.full`.
``tests/kept_values.py`` writes the file, and a test computes every value again.
"""

from __future__ import annotations

import json
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.answers.serialise import from_dict

__all__ = ["FILE", "MAX_PRECISE", "kept_limit", "kept_precise", "kept_steps", "kept_trial"]

MAX_PRECISE = 10
"""Largest number of steps whose value in multiple precision is kept."""

FILE = Path(__file__).with_name("kept.json")


@cache
def _records() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="ascii")))


def kept_steps(k: int, digits: int) -> Ball:
    """Return the certified value with k = 1, 2 or 3 steps, to about ``digits`` <= 63 digits.

    >>> kept_steps(1, 20).decimal(18)
    '6.71569683767122968'
    """
    whole = from_dict(_records()[f"{k}-rsb"])
    bits = min(whole.bits, ceil(3.33 * digits) + 8)
    middle = mpq(round(whole.mid * 2**bits), 2**bits)
    # The distance of the two middles is at most half a unit of the last place.
    return Ball(middle, whole.rad + mpq(1, 2 ** (bits + 1)), bits, whole.source)


def kept_precise(k: int) -> Converged:
    """Return the value with 4 to 10 steps, in 30 digits at parameters of double precision.

    >>> kept_precise(4).decimal(20)
    '6.6982881760596773861'
    """
    found: Converged = from_dict(_records()[f"{k}-rsb"])
    return found


def kept_trial(k: int) -> Ball:
    """Return the certified value of a trial with 1 to 10 steps, or for 0 of the smooth trial.

    >>> kept_trial(4).decimal(13)
    '6.698288176060'
    """
    found: Ball = from_dict(_records()[f"trial {k or 'full'}"])
    return found


def kept_limit(effort: str) -> Converged:
    """Return the limit of full replica-symmetry breaking of one of the efforts of `replica.full`.

    >>> kept_limit("plain").decimal(5)
    '6.6981'
    """
    found: Converged = from_dict(_records()[f"full-rsb {effort}"])
    return found
