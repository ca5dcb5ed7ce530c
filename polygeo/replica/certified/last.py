"""The last level of the recursion of the injectivity question, in closed form.

With widen = 1 + x D/chi, tau = (D/widen)^(1/2), t = (2 chi)^(1/2):

    N(h) = H(h/D^(1/2)) + e^{-x} H((t - h)/D^(1/2))
           + widen^(-1/2) exp(-h^2 x/(2 chi widen)) [H(-h/(widen tau)) - H(t/tau - h/(widen tau))],

H the normal tail; f = (1/x) log N. The formula is the same for real balls, complex balls and jets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from polygeo.answers.numerics.jets import Jet

__all__ = ["normalizer"]


def _tail(z: Any) -> Any:
    if isinstance(z, Jet):
        return z.normal_tail()
    root = arb(2).sqrt()
    return (z / (acb(root) if isinstance(z, acb) else root)).erfc() / 2


def normalizer(chi: Any, gap: Any, slope: Any) -> Callable[[Any], Any]:
    """Return the function h -> N(h), for chi, D, x that are all balls or all jets.

    h is a real or complex ball; with jets, a real one.

    >>> chi, gap, slope = arb("0.05"), arb("0.2"), arb(3)
    >>> normal = normalizer(chi, gap, slope)
    >>> bool(normal(arb(-5)) > 1 - 1e-12), bool(abs(normal(arb(9)) - (-slope).exp()) < 1e-12)
    (True, True)
    """
    root, end = gap.sqrt() / gap, (2 * chi).sqrt()
    widen = 1 + slope * gap / chi
    scale = (widen / gap).sqrt()
    pull = scale / widen
    share, decay = widen.sqrt() / widen, slope / (2 * chi * widen)
    low, border, edge = (-slope).exp(), end * root, end * scale

    def normal(h: Any) -> Any:
        near, middle = root * h, pull * h
        inner = share * (decay * (-h * h)).exp() * (_tail(-middle) - _tail(edge - middle))
        return _tail(near) + low * _tail(border - near) + inner

    return normal
