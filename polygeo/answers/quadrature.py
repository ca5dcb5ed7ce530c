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

    What an integrand raises, Ctrl-C above all, is raised here, soon: flint by itself goes on to
    evaluate, or wraps it in a SystemError. Until it returns the integrand is taken for 0.

    >>> quadrature(lambda z, _: 1 / 0, acb(0), acb(1))
    Traceback (most recent call last):
    ZeroDivisionError: division by zero
    >>> quadrature(lambda z, _: z, acb(0), acb(1)).real.str(3, radius=False)
    '0.500'
    """
    raised: list[BaseException] = []
    nothing = acb(0)

    def guarded(z: acb, analytic: bool) -> acb:
        try:
            return nothing if raised else integrand(z, analytic)
        except BaseException as problem:
            raised.append(problem)
            return nothing

    try:
        value = acb.integral(guarded, lower, upper, **options)
    except SystemError as problem:
        raised.append(problem)
    if not raised:
        return value
    if any(map(from_ctrl_c, raised)):
        raise KeyboardInterrupt
    raise raised[0]
