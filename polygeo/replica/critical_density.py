"""The capacity, the largest alpha at which the ground-state energy of a perceptron is 0.

If V vanishes for z <= t and nowhere else, all rows can be satisfied at once for alpha below the
capacity. In the replica-symmetric ansatz it is Gardner's

    alpha_c = 1/int_t^inf (z - t)^2 phi(z) dz = 1/[(1 + t^2) H(t) - t phi(t)],

for t <= 0, where the space of solutions is convex, that of every ansatz; for t > 0 steps lower
it: alpha_c = inf S/F over order parameters x = chi y with chi -> infinity (`functional`). Source:
gardnerderrida1988optimal; franz2017universality.
"""

from __future__ import annotations

from functools import lru_cache

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb
from polygeo.answers.certification import certify
from polygeo.answers.converged import Converged
from polygeo.answers.numerics.normal import density, tail
from polygeo.answers.options import instance
from polygeo.errors import DomainError, NotConverged
from polygeo.progress import patient
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import level_of, optimum
from polygeo.replica.terminal import Terminal

__all__ = ["capacity", "symmetric_capacity"]

MAX_STEPS = 2
"""Largest number of steps: with more, the order parameter is too steep for double precision."""


@patient
def capacity(terminal: Terminal, level: object = "rs") -> Ball | Converged:
    """Return the capacity, the largest alpha with ground-state energy 0, in a replica ansatz.

    * ``terminal``: a loss that vanishes for z <= t and nowhere else (`theta`, `ramp`, with any
      margin t).
    * ``level``: 'rs' (default), k or '<k>rsb', or 'full', as in `ground_state`.

    Returns a Ball for 'rs', and for t <= 0 at every level; else a Converged. With more than two
    steps, 'full' included, the value is that of two steps, with an error as large as the change
    made by the second step (every step lowers the value, and each by less than the one before).
    DomainError for another loss; NotConverged if the search does not arrive (t next to 0).

    >>> from polygeo.replica import capacity, theta
    >>> capacity(theta("0.5")).decimal(10), capacity(theta("0.5"), 1).decimal(8)
    ('4.770098883', '4.7001395')
    >>> capacity(theta(0), "full")
    Ball(2)
    """
    steps = level_of(level)
    symmetric = symmetric_capacity(terminal)
    if steps == 0 or (terminal.threshold() or 0) <= 0:
        return symmetric
    if 0 < steps <= MAX_STEPS:
        return _steps(terminal, steps)
    below, last = (_steps(terminal, k) for k in (1, MAX_STEPS))
    change = below.value - last.value + last.error
    history = (("1 step", below.value), ("2 steps", last.value))
    return Converged(last.value, change, history, "franz2017universality")


def symmetric_capacity(terminal: Terminal) -> Ball:
    """Return Gardner's capacity, that of replica symmetry.

    >>> from polygeo.replica import theta
    >>> symmetric_capacity(theta("0.5")).decimal(10)
    '4.770098883'
    """
    end = instance(terminal, "terminal", Terminal).threshold()
    if end is None:
        raise DomainError("a capacity needs a loss that vanishes exactly on a half-line z <= t")

    def value() -> arb:
        t = exact_arb(mpq(end))
        return 1 / ((1 + t * t) * tail(t) - t * density(t))

    if end == 0:
        return Ball.of(2, source="gardnerderrida1988optimal")
    return certify(value, 25, source="gardnerderrida1988optimal", max_bits=1 << 16)


@lru_cache(maxsize=64)
def _steps(terminal: Terminal, steps: int) -> Converged:
    problem = Problem(terminal, energy=0.0)
    found = optimum(problem, steps)
    try:
        other = problem.at(found.chi, found.gaps, found.slopes, 33.0, 1.1)[0]
    except DomainError as reason:
        raise NotConverged(f"the capacity of {steps} steps: {reason}", found.history) from None
    error = mpq(abs(found.value - other) + found.bound) + mpq(found.value) / 10**13
    history = tuple((label, mpq(at)) for label, at in found.history)
    return Converged(mpq(found.value), error, history, "franz2017universality")
