"""The standard normal law in ball arithmetic: functions of an arb at the working precision."""

from __future__ import annotations

from flint import arb

__all__ = ["density", "excess", "mills_ratio", "tail"]


def density(t: arb) -> arb:
    """Return phi(t)."""
    return (-t * t / 2).exp() / (2 * arb.pi()).sqrt()


def tail(t: arb) -> arb:
    """Return Q(t) = P[g > t] = 1 - Phi(t)."""
    return (t / arb(2).sqrt()).erfc() / 2


def excess(t: arb) -> arb:
    """Return A(t) = E (g - t)_+ = phi(t) - t Q(t)."""
    return density(t) - t * tail(t)


def mills_ratio(t: arb) -> arb:
    """Return R(t) = Q(t)/phi(t), with R' = t R - 1."""
    return tail(t) / density(t)
