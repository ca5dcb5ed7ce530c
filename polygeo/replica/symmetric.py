"""Replica symmetry of the injectivity question at zero temperature, certified.

With t = sqrt(2 chi): alpha [Phi(t) - 1/2 - t phi(t)] = 1 and e_RS(alpha) = alpha (1 - Phi(t)).
The left side grows from 0 to alpha/2, so that there is one root for every alpha > 2. Gordon's
comparison makes it a theorem that e* >= e_RS. Source: gordon1988milman; maillard2023injectivity.
"""

from __future__ import annotations

from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.certification import root_between
from polygeo.answers.decimals import bits_of
from polygeo.answers.exact import rational
from polygeo.answers.numerics.normal import density, tail
from polygeo.errors import DomainError

__all__ = ["symmetric_energy"]


def symmetric_energy(alpha: Any, digits: int = 30) -> tuple[Ball, Ball]:
    """Return e_RS(alpha) and chi = t^2/2, for a rational alpha in (2, 1000]; certified.

    >>> energy, chi = symmetric_energy(6)
    >>> energy.decimal(20), chi.decimal(6)
    ('0.63149213522382139957', '0.784001')
    """
    ratio = rational(alpha, "alpha")
    if not 2 < ratio <= 1000:
        raise DomainError(f"alpha must lie in (2, 1000]; got alpha={float(ratio):g}")

    def equation(t: arb) -> tuple[arb, arb]:
        """alpha (Phi(t) - 1/2 - t phi(t)) - 1 and its derivative alpha t^2 phi(t)."""
        a, half = exact_arb(ratio), exact_arb(mpq(1, 2))
        phi = density(t)
        return a * (half - tail(t) - t * phi) - 1, a * t * t * phi

    high = mpq(8)
    with precision(128):
        while not equation(exact_arb(high))[0] > 0:
            high *= 2
    t = root_between(equation, mpq(1, 1000), high, digits + 10)
    with precision(bits_of(digits + 10) + 32):
        energy = exact_arb(ratio) * tail(t.arb)
        chi = t.arb * t.arb / 2
        return (
            Ball.from_arb(energy, source="replica.symmetric_energy"),
            Ball.from_arb(chi, source="replica.symmetric_energy"),
        )
