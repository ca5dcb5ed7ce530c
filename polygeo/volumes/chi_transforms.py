"""Exponential moments of chi laws: E e^{c chi_j} and E e^{-c chi_j}, in ball arithmetic.

chi_j is the length of a standard Gaussian vector of R^j, chi_0 = 0. With
I_j(c) = int_0^oo r^(j-1) e^{c r - r^2/2} dr, integration by parts gives

    I_{j+2}(c) = j I_j(c) + c I_{j+1}(c),        E e^{c chi_j} = I_j(c) / (2^(j/2 - 1) Gamma(j/2)),

with positive terms only upwards for c > 0 and downwards for c < 0, where
I_j(-c) = Gamma(j) 2^(-j/2) U(j/2, 1/2, c^2/2), U Tricomi's function
(abramowitzstegun1964handbook, chapters 13 and 19).
"""

from __future__ import annotations

from flint import arb

__all__ = ["falling_moments", "rising_moments"]


def rising_moments(c: arb, count: int) -> list[arb]:
    """Return [E e^{c chi_j} for j = 0, .., count - 1], c > 0, at the working precision.

    >>> [round(float(x), 6) for x in rising_moments(arb(1), 3)]
    [1.0, 2.774286, 4.477052]
    """
    density = (c * c / 2).exp()
    below = (-c / arb(2).sqrt()).erfc() / 2
    integrals = [arb(1), (2 * arb.pi()).sqrt() * density * below]
    integrals.append(1 + c * integrals[1])
    for j in range(1, count - 2):
        integrals.append(j * integrals[j] + c * integrals[j + 1])
    return _normalised(integrals[:count])


def falling_moments(c: arb, count: int) -> list[arb]:
    """Return [E e^{-c chi_j} for j = 0, .., count - 1], c > 0, at the working precision.

    >>> [round(float(x), 6) for x in falling_moments(arb(1), 3)]
    [1.0, 0.523157, 0.34432]
    """
    top = max(count, 3) - 1
    integrals = [arb(1)] * (top + 1)
    for j in (top, top - 1):
        tricomi = (c * c / 2).hypgeom_u(arb(j) / 2, arb(1) / 2)
        integrals[j] = arb(j).gamma() * arb(2) ** (-arb(j) / 2) * tricomi
    for j in range(top - 2, 0, -1):
        integrals[j] = (integrals[j + 2] + c * integrals[j + 1]) / j
    return _normalised(integrals[:count])


def _normalised(integrals: list[arb]) -> list[arb]:
    """The moments from I_0 (a 1, unused), I_1, I_2, .."""
    moments = [arb(1)]
    # 2^(j/2 - 1) Gamma(j/2) for j = 1, 2; times j/2 * 2 from j to j + 2.
    masses = [(arb.pi() / 2).sqrt(), arb(1)]
    for j in range(1, len(integrals)):
        moments.append(integrals[j] / masses[0])
        masses = [masses[1], masses[0] * j]
    return moments
