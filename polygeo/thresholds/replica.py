"""The replica thresholds: alpha at which the predicted ground-state energy e*(alpha) reaches 1.

Below e* = 1 some direction has fewer than n positive coordinates. k steps of replica-symmetry
breaking give alpha_k = inf (1 + S)/F over order parameters with k pieces (``polygeo.replica``):
k = 0 is Gordon's bound, a theorem; the others and the limit are predictions of the replica
method, upper bounds within it that decrease with k: of finitely many steps it predicts p -> 1
above, and only of the limit p -> 0 below as well. Nothing here is proved; a digit is printed
only when two independent computations agree on it. Source: maillard2023injectivity.

The solver is imported when a value is asked for: it brings numba.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from gmpy2 import mpq

from polygeo.answers.converged import Converged
from polygeo.answers.exact import integer
from polygeo.errors import DomainError
from polygeo.thresholds.threshold import Threshold

__all__ = ["full_rsb", "k_rsb", "one_rsb"]

FINITE = "predicted: p -> 1 above"
"""Claim of a threshold with finitely many steps, an upper bound within the replica method."""

LIMIT = "predicted: p -> 0 below, p -> 1 above"
MAX_STEPS = 32
"""Largest number of steps k, that of `ladder.MAX_STEPS` (its import would load numba)."""

DOUBLE = 13
"""Largest number of digits that is computed in double precision; more digits use MPFR."""


def one_rsb() -> Threshold:
    """Return the threshold alpha_1RSB of one step of replica-symmetry breaking (converged).

    The value is a replica prediction with up to 25 digits. Two methods must agree: MPFR sums on
    grids, and mpmath's quadrature of the closed form of the Gaussian integrals. Source:
    maillard2023injectivity.

    >>> one_rsb().decimal(14)
    '6.7156968376712'
    >>> one_rsb()  # doctest: +ELLIPSIS
    Threshold(one-rsb = 6.71569683767... +/- ..., converged, prediction)
    """
    return _threshold(
        "one-rsb", partial(_levels, 1), FINITE, r"\alpha = \inf_{\chi, q, c} (1 + S)/F"
    )


def k_rsb(k: Any) -> Threshold:
    """Return the threshold alpha_kRSB of k steps of replica-symmetry breaking (converged).

    * ``k``: an integer, 0 <= k <= 32.

    The value is a replica prediction and decreases with k; k = 0 is the replica-symmetric value,
    which `gordon` certifies. Two methods must agree: double precision and MPFR on grids of
    different width and step. Source: maillard2023injectivity.

    >>> k_rsb(2).decimal(12)
    '6.70039194944'
    >>> k_rsb(33)
    Traceback (most recent call last):
    polygeo.errors.DomainError: k_rsb needs 0 <= k <= 32; got k=33
    """
    levels = integer(k, "k")
    if not 0 <= levels <= MAX_STEPS:
        raise DomainError(f"k_rsb needs 0 <= k <= {MAX_STEPS}; got k={levels}")
    name = f"{levels}-rsb"
    return _threshold(
        name, partial(_levels, levels), FINITE, r"\alpha = \inf_{\chi, q, x} (1 + S)/F"
    )


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


def _levels(k: int, digits: int) -> Converged:
    return _precise(k) if digits > DOUBLE and k > 0 else _double(k)


@lru_cache(maxsize=64)
def _double(k: int) -> Converged:
    """Return the value in double precision, with a finer grid as the second method."""
    from polygeo.replica.functional import Problem
    from polygeo.replica.ladder import rung

    found = rung(Problem(), k)
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
def _precise(k: int) -> Converged:
    """Return the value in 30 digits at parameters of double precision: their error enters
    squared.
    """
    from polygeo.replica.functional import Problem
    from polygeo.replica.ladder import sharp
    from polygeo.replica.multiprecision import precise_value
    from polygeo.replica.onestep import one_step_value

    found, before = sharp(Problem(), k), _double(k)
    value, wide = precise_value(found, 30, 1.15), precise_value(found, 27)
    other = one_step_value(found) if k == 1 else wide
    spread = max(abs(value - wide), abs(value - other))
    error = spread + mpq(4 * found.bound) + mpq(1, 10**28)
    history = (*before.history, (f"k={k}, second method", other), (f"k={k}, 30 digits", value))
    return Converged(value, error, history, before.source)


def _full(digits: int) -> Converged:
    """7, 10 or all digits: the accuracy of `replica.full.EFFORTS` that suffices."""
    from polygeo.replica.full import full
    from polygeo.replica.functional import Problem

    if digits <= 6:
        return full(Problem(), "plain")[0]
    return full(Problem(), "fine" if digits <= DOUBLE else "best")[0]
