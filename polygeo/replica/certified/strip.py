"""How far into the complex plane the recursion is analytic: what the trapezoid rule needs.

Let A be a bound of |arg N_k| for |Im h| <= a, with x_i A/x_k < pi/2 for all i < k. Then, with
f_{k-1} = (1/x_k) log N_k, all of f_{k-1}, .., f_0 are analytic there, and |Im f_i| <= A/x_k:
shifting the contour, N_i(u + iv) is a positive mixture of e^{x_i f_i(z + iv)}, numbers of the
convex cone |arg| <= x_i A/x_k. Since |N_k(u + iv)| <= e^{v^2/(2 D_k)} N_k(u),
Re f_i(u + iv) - f_i(u) <= v^2/(2 D_k x_k) at i = k - 1, and by the same mixtures at every level
below. In the other direction Re f_{i-1} >= inf Re f_i + log cos(x_i A/x_k)/x_i.

A is proved on the line Im h = a, which complex balls cover from one plateau to the other; beyond,
|N_k(u + iv) - 1| <= e^{v^2/(2 D_k)} H(-u/D_k^(1/2)) on the left, and its mirror image on the right.
If no ball meets the negative real axis, the argument of N_k does not wind along the border of
0 <= Im h <= a, so that N_k has no zero inside; arg N_k and log |N_k| are harmonic there, and their
bounds on the border (0 and e^{-x_k} on the real line) hold inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import acb, arb

from polygeo.answers.ball import precision
from polygeo.answers.numerics.normal import tail
from polygeo.errors import NotConverged
from polygeo.replica.certified.last import normalizer

__all__ = ["Strip", "Trial", "proved_strip"]

BITS = 64
"""Working precision beyond that of the right plateau."""

SIDE = 0.5
"""Length of the balls that cover a line, in units of the least scale on which log N_k varies."""

SPLITS = 16
"""Most halvings of such a ball."""


@dataclass(frozen=True)
class Trial:
    """A trial or a box of trials: chi, (D_1, .., D_k) and (x_1, .., x_k), balls, k >= 1."""

    chi: arb
    gaps: tuple[arb, ...]
    slopes: tuple[arb, ...]

    @property
    def first(self) -> arb:
        """Smallest overlap q_0 = 1 - sum D_i."""
        return 1 - sum(self.gaps, arb(0))


@dataclass(frozen=True)
class Strip:
    """The strip |Im h| <= width, with ``angle`` >= |arg N_k| and ``least`` <= |N_k| in it."""

    width: float
    angle: arb
    least: arb


def proved_strip(trial: Trial, width: float) -> Strip:
    """Return the strip of that half width, with its bounds for every trial of the box.

    NotConverged where the recursion is not proved analytic in it.
    """
    gap, slope = trial.gaps[-1], trial.slopes[-1]
    with precision(BITS + int(3 * float(slope.mid()))):
        a, root = arb(width), gap.sqrt()
        grow = (a * a / (2 * gap)).exp()
        reach = root * (2 * (slope + a * a / (2 * gap) + 3)).sqrt()
        far = (grow * slope.exp() * tail(reach / root)).upper()
        if not far < arb(1) / 2:
            raise NotConverged("the plateaus of N_k are not reached")
        angle, least = far.asin().upper(), ((1 - far) * (-slope).exp()).lower()
        left, right = (-reach).lower(), ((2 * trial.chi).sqrt() + reach).upper()
        side = SIDE / float((slope * (2 / trial.chi).sqrt() + 1 / root).mid())
        normal = normalizer(trial.chi, gap, slope)
        count = int(float((right - left).mid()) / side) + 1
        du = ((right - left) / (2 * count)).mid()
        cells = [(left + (2 * i + 1) * du, du, 0) for i in range(count + 1)]
        while cells:
            u, half, depth = cells.pop()
            found = normal(acb(arb(u, half.upper()), a))
            size = abs(found).lower()
            if size > 0 and (found.real > 0 or found.imag > 0 or found.imag < 0):
                angle = angle.max(abs(found.log().imag).upper())
                least = least.min(size)
            elif depth >= SPLITS:
                raise NotConverged("N_k is not proved free of zeros in the strip")
            else:
                half = half / 2
                cells += [(u - half, half, depth + 1), (u + half, half, depth + 1)]
        if not all(angle * x / slope < arb.pi() / 2 for x in trial.slopes[:-1]):
            raise NotConverged("the strip is too wide for the levels below")
        return Strip(width, angle, least)
