"""The replica thresholds: alpha at which the predicted ground-state energy e*(alpha) reaches 1.

Below e* = 1 some direction has fewer than n positive coordinates. k steps of replica-symmetry
breaking give alpha_k = inf (1 + S)/F over order parameters with k pieces (``polygeo.replica``):
k = 0 is Gordon's bound, a theorem; the others and the limit are predictions of the replica
method, upper bounds within it that decrease with k: of finitely many steps it predicts p -> 1
above, and only of the limit p -> 0 below as well. Kind and status are two things. With 1, 2 and 3
steps the least value of the variational problem on a box of trials is certified
(`replica.certified`), and it stays a prediction, because the variational problem is no theorem. Of
more steps, and of the limit, a digit is printed only when two independent computations agree on
it; `rsb_upper_bound` has certified upper ends. Source: maillard2023injectivity.

Values that take seconds are read from a file (`thresholds.kept`); the solver, which brings SciPy,
is imported when another one is asked for.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.answers.exact import integer
from polygeo.answers.options import describe
from polygeo.errors import DomainError, NotConverged
from polygeo.thresholds.kept import (
    MAX_PRECISE,
    kept_limit,
    kept_precise,
    kept_steps,
    kept_trial,
)
from polygeo.thresholds.registry import named_threshold
from polygeo.thresholds.threshold import Threshold

__all__ = ["full_rsb", "k_rsb", "one_rsb", "rsb_upper_bound"]

FINITE = "predicted: p -> 1 above"
"""Claim of a threshold with finitely many steps, an upper bound within the replica method."""

LIMIT = "predicted: p -> 0 below, p -> 1 above"
MAX_STEPS = 32
"""Largest number of steps k, that of `ladder.MAX_STEPS` (its import would load SciPy)."""

MAX_CERTIFIED, MAX_DIGITS = 3, 60
"""Steps whose least value is certified, and to how many digits: from a file."""

GUARD = 3
"""Digits that `Threshold.decimal` asks for beyond those that it prints."""

MAX_TRIAL = 10
"""Most steps of a trial."""

DOUBLE = 13
"""Largest number of digits that is computed in double precision; more digits use MPFR."""


@named_threshold("1-rsb", 6.72)
def one_rsb() -> Threshold:
    """Return the threshold alpha_1RSB of one step of replica-symmetry breaking (certified).

    The value is a replica prediction, and the value of the variational problem is certified: the
    least value of (1 + S)/F on a box of trials (chi, q, c), a local minimum. That no trial outside
    the box has a smaller value is not proved. 25 digits take half a second; more than 60 digits
    raise NotConverged. Source: maillard2023injectivity.

    >>> one_rsb().decimal(25)
    '6.715696837671229682511907'
    >>> one_rsb()
    Threshold(1-rsb = 6.71569683767, certified, prediction)
    """
    return _threshold("1-rsb", partial(_levels, 1), FINITE, r"\alpha = \inf_{\chi, q, c} (1 + S)/F")


@named_threshold("2-rsb", 6.70, 2)
@named_threshold("3-rsb", 6.699, 3)
def k_rsb(k: Any) -> Threshold:
    """Return the threshold alpha_kRSB of k steps of replica-symmetry breaking.

    * ``k``: an integer, 0 <= k <= 32.

    The value is a replica prediction and decreases with k; k = 0 is the replica-symmetric value,
    which `gordon` certifies. For k = 1, 2, 3 the value of the variational problem is certified as
    in `one_rsb`, to 60 digits at most; 20 digits of k = 3 take some seconds. For other k it is
    converged, to 24 digits: two methods must agree, double precision and MPFR on grids of
    different width and step. Source: maillard2023injectivity.

    >>> k_rsb(2).decimal(12), k_rsb(2).kind, k_rsb(4).kind
    ('6.70039194944', 'certified', 'converged')
    >>> k_rsb(33)
    Traceback (most recent call last):
    polygeo.errors.DomainError: k_rsb needs 0 <= k <= 32; got k=33
    """
    levels = integer(k, "k")
    if not 0 <= levels <= MAX_STEPS:
        raise DomainError(f"k_rsb needs 0 <= k <= {MAX_STEPS}; got k={levels}")
    if levels == 1:
        return one_rsb()
    equation = r"\alpha = \inf_{\chi, q, x} (1 + S)/F"
    return _threshold(f"{levels}-rsb", partial(_levels, levels), FINITE, equation)


def rsb_upper_bound(k: Any = "full") -> Ball:
    """Return a certified upper bound of alpha_kRSB: the value of one trial order parameter.

    * ``k``: an integer in [1, 10], or 'full' (default) for a trial of 56 steps, whose value is less
      than 1e-7 above the limit.

    Returns a Ball with the value (1 + S)/F of the trial, to 15 digits, for 'full' to 9 digits. The
    infimum over order parameters with k steps, and that of full replica-symmetry breaking, lie
    below its upper end. What is bounded is the value of the variational problem, a replica
    prediction. DomainError for another k. Source: maillard2023injectivity.

    >>> rsb_upper_bound(4).decimal(14), k_rsb(4).decimal(14)
    ('6.6982881760597', '6.6982881760597')
    """
    if isinstance(k, str) and k == "full":
        return kept_trial(0)
    if isinstance(k, str):
        raise DomainError(
            f"rsb_upper_bound needs k from 1 to {MAX_TRIAL} or 'full'; got {describe(k)}"
        )
    steps = integer(k, "k")
    if not 1 <= steps <= MAX_TRIAL:
        raise DomainError(f"rsb_upper_bound needs 1 <= k <= {MAX_TRIAL} or 'full'; got k={steps}")
    return kept_trial(steps)


@named_threshold("full-rsb", 6.6981)
def full_rsb() -> Threshold:
    """Return the threshold alpha_FRSB of full replica-symmetry breaking (converged).

    alpha_FRSB is the conjectured injectivity threshold. Two methods must agree: the exact alpha_k
    with their expansion in 1/k, and a smooth order parameter x = y(s)/s, s = sqrt(1 - q). Ten
    digits take a second, more digits take a quarter of a minute. Source: maillard2023injectivity.

    >>> full_rsb().decimal(5)
    '6.6981'
    """
    return _threshold("full-rsb", _full, LIMIT, r"\alpha = \inf_{\chi, x(\cdot)} (1 + S)/F")


def _threshold(name: str, compute: Any, claim: str, equation: str) -> Threshold:
    return Threshold(
        name, compute, "prediction", claim, equation, "maillard2023injectivity", reach=DOUBLE
    )


def _levels(k: int, digits: int) -> Ball | Converged:
    if 1 <= k <= MAX_CERTIFIED:
        return _certified(k, digits)
    if digits <= DOUBLE or not k:
        return _double(k)
    return kept_precise(k) if k <= MAX_PRECISE else precise(k)


@lru_cache(maxsize=64)
def _certified(k: int, digits: int) -> Ball:
    """Return the least value with k steps on a box of trials, `certified.minimum.least_value`."""
    if digits > MAX_DIGITS + GUARD:
        raise NotConverged(f"at most {MAX_DIGITS} digits of {k}-RSB are certified")
    return kept_steps(k, digits)


@lru_cache(maxsize=64)
def _double(k: int) -> Converged:
    """Return the value in double precision, with a finer grid as the second method."""
    from polygeo.replica.functional import Problem
    from polygeo.replica.ladder import optimum

    found = optimum(Problem(), k)
    if k == 0:
        value, other = mpq(found.value), mpq(Problem().symmetric(found.chi * (1 + 1e-8))[0])
    else:
        value = mpq(found.value)
        other = mpq(Problem().at(found.chi, found.gaps, found.slopes, 44.0, 1.3)[0])
    error = abs(value - other) + mpq(found.bound) + mpq(2, 10**14)
    steps = tuple((f"k={k}, {label}", mpq(at)) for label, at in found.history)
    history = (*steps, (f"k={k}, finer grid", other))
    return Converged(value, error, history, "replica.k_rsb")


@lru_cache(maxsize=64)
def precise(k: int) -> Converged:
    """Compute the value in 30 digits at parameters of double precision: their error enters
    squared.
    """
    from polygeo.replica.functional import Problem
    from polygeo.replica.ladder import sharp
    from polygeo.replica.multiprecision import precise_value

    found, before = sharp(Problem(), k), _double(k)
    value, wide = precise_value(found, 30, 1.15), precise_value(found, 27)
    error = abs(value - wide) + mpq(4 * found.bound) + mpq(1, 10**28)
    history = (*before.history, (f"k={k}, 27 digits", wide), (f"k={k}, 30 digits", value))
    return Converged(value, error, history, before.source)


def _full(digits: int) -> Converged:
    """7, 10 or all digits: the accuracy of `replica.full.EFFORTS` that suffices."""
    return kept_limit("plain" if digits <= 6 else "fine" if digits <= DOUBLE else "best")
