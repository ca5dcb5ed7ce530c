"""Flint's rigorous quadrature, out of which comes what an integrand raises (johansson2017arb)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb

from polygeo.answers.interrupts import from_ctrl_c

__all__ = ["quadrature"]


def quadrature(
    integrand: Callable[[acb, bool], acb], lower: acb, upper: acb, **options: Any
) -> acb:
    """Return the integral that ``acb.integral`` encloses; ``options`` are its tolerances.

    Flint wraps what an integrand raises, Ctrl-C above all, in a SystemError.

    >>> quadrature(lambda z, _: 1 / 0, acb(0), acb(1))
    Traceback (most recent call last):
    ZeroDivisionError: division by zero
    >>> quadrature(lambda z, _: z, acb(0), acb(1)).real.str(3)
    '0.500'
    """
    try:
        return acb.integral(integrand, lower, upper, **options)
    except SystemError as problem:
        if from_ctrl_c(problem):
            raise KeyboardInterrupt from None
        cause = problem.__cause__
        if cause is None:
            raise
        cause.__suppress_context__ = True
        raise cause  # noqa: B904, from None would hide what stands behind the cause
