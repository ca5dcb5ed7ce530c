"""Circular cones and the second-order cone.

For the cone of half-angle a, 0 < a < pi/2, in R^d (amelunxenlotz2017conivol, function circ_ivol),

    v_k = (1/2) Gamma(d/2) / (Gamma((k+1)/2) Gamma((d-k+1)/2)) sin^(k-1)(a) cos^(d-k-1)(a)

for 1 <= k <= d - 1; v_d = (1/2) I_{sin^2 a}((d-1)/2, 1/2), the fraction of the sphere, and v_0 is
the same with cos^2 a: the polar is the circular cone of half-angle pi/2 - a about the opposite
axis. The angle 0 gives a ray and pi/2 a half-space.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision, precision_bits
from polygeo.answers.certification import certify
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.answers.options import set_fields
from polygeo.cones.angle import angle_of, is_right_angle, squared_cosine
from polygeo.cones.bases import FullCone, SizedCone
from polygeo.cones.cone import DIGITS, point_of
from polygeo.cones.projection import on_circular_cone
from polygeo.cones.registry import family
from polygeo.errors import Undecided
from polygeo.polyhedra.surd import proved_sign
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["CLOSED_FORM_DIM", "CircularCone", "LorentzCone"]

CLOSED_FORM_DIM = 16
"""Largest dimension in which the volumes are SymPy expressions (for a symbolic angle)."""

SOURCE = "families.circular"
HALF = mpq(1, 2)
MEMBER_BITS = 1 << 13
"""Largest precision, in bits, at which the membership of a point is tried."""


@family(
    "circular D ANGLE",
    "around an axis, half-angle such as pi/4, 2*pi/7 or 0.3 (radians)",
    4,
    "pi/5",
)
@dataclass(frozen=True)
class CircularCone(SizedCone):
    """The circular cone {x in R^d : x_d >= cos(angle) |x|} about the axis e_d.

    * ``d``: dimension, at least 1.
    * ``angle``: the angle between the axis and the boundary, in radians, 0 <= angle <= pi/2: a
      SymPy expression (``pi/4``, ``atan(2)``), text such as ``"pi/4"``, a rational number, a float
      (read as a dyadic rational) or a Ball. DomainError otherwise.

    Volumes: rationals (mpq) and SymPy closed forms for a symbolic angle up to dimension
    CLOSED_FORM_DIM, otherwise Balls of ``digits`` digits (for a Ball as wide as its width makes
    them). Membership of a rational point is exact where cos^2(angle) is rational or the point is
    not on the boundary; otherwise Undecided. Source: amelunxenlotz2017conivol.

    >>> from sympy import pi
    >>> CircularCone(3, pi / 3).intrinsic_volumes()
    IntrinsicVolumes(1/2 - sqrt(3)/4, 1/4, sqrt(3)/4, 1/4)
    >>> CircularCone(4, 0.5).intrinsic_volumes(digits=10)[4].decimal(10)
    '0.02523067639'
    >>> CircularCone(2, "pi/3").contains([0, 1]), CircularCone(3, 0).intrinsic_volumes()
    (True, IntrinsicVolumes(1/2, 1/2, 0, 0))
    """

    d: int
    angle: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        set_fields(self, angle=angle_of(self.angle))

    @property
    def dim(self) -> int:
        return 1 if self._is_ray else self.d

    @property
    def lineality_dim(self) -> int:
        return self.d - 1 if is_right_angle(self.angle) else 0

    @property
    def _is_ray(self) -> bool:
        return not isinstance(self.angle, Ball) and self.angle == 0

    def contains(self, x: Sequence[Any]) -> bool:
        return self._within(point_of(x, self.d), polar=False)

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether -x_d >= sin(angle) |x| (exact)."""
        return self._within(tuple(-c for c in point_of(x, self.d)), polar=True)

    def _within(self, point: tuple[mpq, ...], polar: bool) -> bool:
        """x_d >= cos(b) |x| for b = angle, or pi/2 - angle for the polar."""
        height, square = point[-1], sum((c * c for c in point), start=mpq(0))
        if height < 0 or square == 0:
            return square == 0
        share = squared_cosine(self.angle)
        if share is not None:
            return height * height >= square * (1 - share if polar else share)

        def excess() -> arb:
            sine, cosine = _sine_cosine(self.angle)
            factor = sine if polar else cosine
            return exact_arb(height * height) - exact_arb(square) * factor * factor

        bits = max(64, self.angle.bits) if isinstance(self.angle, Ball) else MEMBER_BITS
        try:
            return proved_sign(excess, bits) > 0
        except Undecided:
            raise Undecided(f"whether the point lies in {self!r} is not decided") from None

    def _project(self, points: Any) -> Any:
        with precision(64):
            sine, cosine = (float(part.mid()) for part in _sine_cosine(self.angle))
        return on_circular_cone(points, sine, cosine)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        d, zero = self.d, mpq(0)
        if self._is_ray or d == 1:
            return IntrinsicVolumes([HALF, HALF, *[zero] * (d - 1)], source=SOURCE)
        if is_right_angle(self.angle):
            return IntrinsicVolumes([*[zero] * (d - 1), HALF, HALF], source=SOURCE)
        if isinstance(self.angle, Ball):
            values = _volumes_of_ball(d, self.angle)
        elif hasattr(self.angle, "free_symbols") and d <= CLOSED_FORM_DIM:
            values = _closed_forms(d, self.angle)
        else:
            values = _certified(d, self.angle, digits)
        return IntrinsicVolumes(values, source=SOURCE)


@family("lorentz D", "the second-order cone", 3)
@dataclass(frozen=True)
class LorentzCone(SizedCone, FullCone):
    """The second-order cone {x in R^d : x_d >= sqrt(x_1^2 + ... + x_{d-1}^2)}, d >= 1.

    The Lorentz cone is the circular cone of angle pi/4; its polar is its negative. Volumes as for
    `CircularCone`; membership is exact.

    >>> LorentzCone(3).intrinsic_volumes()
    IntrinsicVolumes(1/2 - sqrt(2)/4, sqrt(2)/4, sqrt(2)/4, 1/2 - sqrt(2)/4)
    >>> LorentzCone(3).contains([3, 4, 5]), LorentzCone(3).polar().contains([3, 4, -5])
    (True, True)
    """

    d: int

    def contains(self, x: Sequence[Any]) -> bool:
        *rest, height = point_of(x, self.d)
        return height >= 0 and height * height >= sum(c * c for c in rest)

    def polar_contains(self, x: Sequence[Any]) -> bool:
        """Decide whether -x lies in the cone (exact)."""
        return self.contains([-c for c in point_of(x, self.d)])

    def _project(self, points: Any) -> Any:
        return on_circular_cone(points, 0.5**0.5, 0.5**0.5)

    def intrinsic_volumes(self, digits: int = DIGITS) -> IntrinsicVolumes:
        return CircularCone(self.d, "pi/4").intrinsic_volumes(digits)


def _sine_cosine(angle: Any) -> tuple[arb, arb]:
    """(sin, cos) at the working precision."""
    if hasattr(angle, "free_symbols"):
        return evaluate_to_arb(angle).sin_cos()
    return exact_arb(angle).sin_cos()


def _middle(d: int, k: int, sine: arb, cosine: arb) -> arb:
    """v_k for 1 <= k <= d - 1."""
    gammas = arb.gamma_fmpq(fmpq(k + 1, 2)) * arb.gamma_fmpq(fmpq(d - k + 1, 2))
    powers = sine ** (k - 1) * cosine ** (d - k - 1)
    return arb.gamma_fmpq(fmpq(d, 2)) / gammas * powers / 2


def _cap(d: int, sine: arb, cosine: arb) -> arb:
    """v_d, from the sine and cosine of the half-angle; v_0 with the two exchanged.

    I_x(a, b) = 1 - I_{1-x}(b, a) near x = 1, where the left side would need far more bits.
    """
    a, b = exact_arb(mpq(d - 1, 2)), exact_arb(HALF)
    rest = cosine * cosine
    if rest * d < 1:
        return (1 - rest.beta_lower(b, a, 1)) / 2
    return (sine * sine).beta_lower(a, b, 1) / 2


def _certified(d: int, angle: Any, digits: int) -> list[Ball]:
    """All volumes, each with ``digits`` significant digits."""
    known: dict[int, tuple[arb, arb]] = {}

    def waves() -> tuple[arb, arb]:
        bits = precision_bits()
        if bits not in known:
            known[bits] = _sine_cosine(angle)
        return known[bits]

    def entry(k: int) -> Callable[[], arb]:
        if k == 0:
            return lambda: _cap(d, *waves()[::-1])
        if k == d:
            return lambda: _cap(d, *waves())
        return lambda: _middle(d, k, *waves())

    return [certify(entry(k), digits, source=SOURCE) for k in range(d + 1)]


def _volumes_of_ball(d: int, angle: Ball) -> list[Ball]:
    """Enclosures over a ball of angles: v_d grows and v_0 falls with the angle."""
    bits = max(angle.bits, bits_of(significant(DIGITS)))
    with precision(bits):
        sine, cosine = _sine_cosine(angle)
        ends = [_sine_cosine(end) for end in (angle.lower, angle.upper)]
        full = _cap(d, *ends[0]).union(_cap(d, *ends[1]))
        none = _cap(d, *ends[0][::-1]).union(_cap(d, *ends[1][::-1]))
        values = [none, *(_middle(d, k, sine, cosine) for k in range(1, d)), full]
        return [Ball.from_arb(value, bits, SOURCE) for value in values]


def _closed_forms(d: int, angle: Any) -> list[Any]:
    """The volumes as SymPy expressions, rationals as mpq."""
    import sympy

    from polygeo.answers.exact import from_sympy, register_with_sympy

    register_with_sympy()
    sine, cosine = sympy.sin(angle), sympy.cos(angle)

    def gamma(twice: int) -> Any:
        return sympy.gamma(sympy.Rational(twice, 2))

    def cap(part: Any, s: Any, c: Any) -> Any:
        """The fraction of the sphere: int_0^part sin^(d-2) / int_0^pi sin^(d-2), by parts."""
        share = part / sympy.pi if d % 2 == 0 else (1 - c) / 2
        for size in range(4 + d % 2, d + 1, 2):
            whole = sympy.sqrt(sympy.pi) * gamma(size - 1) / gamma(size)
            share -= s ** (size - 3) * c / ((size - 2) * whole)
        return share

    values = [cap(sympy.pi / 2 - angle, cosine, sine)]
    for k in range(1, d):
        factor = gamma(d) / (2 * gamma(k + 1) * gamma(d - k + 1))
        values.append(factor * sine ** (k - 1) * cosine ** (d - k - 1))
    values.append(cap(angle, sine, cosine))
    simple = [sympy.expand(value) for value in values]
    return [value if (exact := from_sympy(value)) is None else exact for value in simple]
