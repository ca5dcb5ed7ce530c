"""Bounds on the probability that a random subspace, or the image of a cone, meets a cone.

Theorem (lifted escape through a mesh). Let W be a Gaussian m x n matrix, C a closed cone of R^m,
convex or not, K a closed convex cone of R^n, and c > 0. With standard Gaussian vectors g, h,

    P[W K meets C outside 0] <= e^{-c^2/2} E e^{c |P_K h|} E e^{-c dist(g, C)}.

Proof. For unit vectors x of K and y of R^m let X = <y, W x> + g_0 and Y = <g, y> + <h, x>. Then
cov X - cov Y = (1 - <x, x'>)(1 - <y, y'>) >= 0, with equality for x = x'. By Gordon's comparison
(gordon1988milman) min_{x, z} max_y (X - <y, z>), over x in K and z in C, dominates the same of Y in
law, which is at least dist(g, C) - |P_K h|. If W K meets C outside 0, the first minimum is at most
g_0, and g_0 is independent of W; take E exp(-c .) of both sides and divide by
E e^{-c g_0} = e^{c^2/2}.

|P_K h|^2 has the chi-squared law of j degrees of freedom with probability v_j(K), and for convex C
dist(g, C)^2 that of m - k degrees with probability v_k(C) (mccoytropp2014steiner).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from math import exp, log
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.certification import enclosure
from polygeo.answers.exact import abbreviate, integer
from polygeo.answers.options import check_fields, describe
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.volumes.chi_transforms import falling_moments, rising_moments
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = [
    "EscapeBound",
    "best_scale",
    "escape_bound",
    "falling_mixture",
    "rounded_up",
    "subspace_logarithm",
]

BITS = 128
"""Working precision of the certified bound, in bits."""


@dataclass(frozen=True)
class EscapeBound:
    """A proved upper bound of P[W K meets C outside 0].

    * ``value``: a Ball of the right side of the theorem (at most 1).
    * ``c``: the parameter of the theorem, an exact rational number; 0 for the trivial bound 1.
    * ``source``: the id of the formula.

    >>> from polygeo.cones import Orthant
    >>> bound = escape_bound(Orthant(40), 5)
    >>> bound
    EscapeBound(P <= 1.07e-6, c = 17.6)
    """

    value: Ball
    c: mpq
    source: str = "kinematic.lifted_escape"

    def __post_init__(self) -> None:
        check_fields(self, value=Ball, c=mpq, source=str)

    @property
    def upper(self) -> mpq:
        """A rational that is proved to be no less than the probability."""
        return min(mpq(1), self.value.upper)

    def _repr_latex_(self) -> str:
        return rf"$\mathbb{{P}} \le {rounded_up(self.upper)} \qquad (c = {float(self.c):.3g})$"

    def __repr__(self) -> str:
        return f"EscapeBound(P <= {rounded_up(self.upper)}, c = {float(self.c):.3g})"

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary for JSON."""
        return {"value": self.value.to_dict(), "c": str(self.c), "source": self.source}


@patient
def escape_bound(cone: Any, n: Any, inputs: Any = None) -> EscapeBound:
    """Bound the probability that a random n-dimensional subspace meets ``cone`` outside 0.

    * ``cone``: a closed cone of R^m: a convex cone of ``polygeo.cones`` with intrinsic volumes,
      such as ``Orthant(m)`` or ``CircularCone(m, angle)``; a ``ConeUnion`` of polyhedral cones,
      convex or not (the bound adds up the pieces); a ``SignCountFan``; or the `IntrinsicVolumes` of
      a convex cone.
    * ``n``: dimension of the subspace, an integer with 0 <= n <= m.
    * ``inputs``: None (the default) for the whole subspace W R^n, W Gaussian of shape (m, n); or a
      convex cone K of R^n (or its `IntrinsicVolumes`): the bound is then for the image W K.

    Returns an `EscapeBound`, a theorem at every c: ``value`` is a Ball around the theorem's right
    side at the rational ``c``, chosen near the best one; ``upper`` is a rational bound. DomainError
    for n out of range, for a cone without intrinsic volumes and for volumes of a cone that is not
    convex. Source: gordon1988milman, and the proof in this module.

    >>> from polygeo.cones import Orthant, SignCountFan
    >>> from polygeo.volumes import intersection_probability
    >>> escape_bound(Orthant(40), 5).upper >= intersection_probability(Orthant(40), 5)
    True
    """
    dim = integer(n, "n")
    ambient = _ambient(cone)
    if not 0 <= dim <= ambient:
        raise DomainError(f"a subspace of R^{ambient} needs 0 <= n <= {ambient}; got n={dim}")
    if dim == 0:
        return EscapeBound(Ball.of(0), mpq(0))
    falling, rough = _transforms(cone, ambient)
    return _bound_at(falling, rough, _weights(inputs, dim))


def _bound_at(
    falling: Callable[[mpq], arb], rough: Callable[[float], float], weights: list[arb]
) -> EscapeBound:
    """The bound at a parameter near the best one.

    ``falling(c)`` encloses E e^{-c dist(g, C)} from above, at the working precision; ``rough(c)``
    is its logarithm in floats; ``weights`` are the intrinsic volumes of K.
    """

    def rising(c: arb) -> arb:
        moments = rising_moments(c, len(weights))
        return sum((w * x for w, x in zip(weights, moments, strict=True)), arb(0))

    c = best_scale(image_logarithm(rough, weights))
    if c == 0:
        return EscapeBound(Ball.of(1), mpq(0))
    with precision(BITS):
        scale = exact_arb(c)
        value = (-scale * scale / 2).exp() * rising(scale) * falling(c)
        return EscapeBound(Ball.from_arb(value, BITS, "kinematic.lifted_escape"), c)


def image_logarithm(
    rough: Callable[[float], float], volumes: Iterable[Any]
) -> Callable[[float], float]:
    """Return the logarithm of the bound for a cone K with these volumes, as a function of c.

    ``rough(c)``: log E e^{-c dist(g, C)}, in floats.
    """
    every = [_arb(v) for v in volumes]
    weights = {j: w for j, w in enumerate(every) if not w.is_zero()}

    def logarithm(c: float) -> float:
        with precision(64):
            moments = rising_moments(arb(c), len(every))
            rising = sum((w * moments[j] for j, w in weights.items()), arb(0))
            return -c * c / 2 + float(rising.log()) + rough(c)

    return logarithm


def subspace_logarithm(rough: Callable[[float], float], n: int) -> Callable[[float], float]:
    """Return the logarithm of the bound for K = R^n as a function of c, in floats.

    ``rough(c)``: log E e^{-c dist(g, C)}.
    """
    return image_logarithm(rough, [arb(0)] * n + [arb(1)])


def best_scale(logarithm: Callable[[float], float], near: mpq | None = None) -> mpq:
    """Return a rational near the least point over c > 0 of the log of a bound that is 1 at c = 0.

    0 where no c on the grid makes the bound smaller than 1. ``near``: where to look first.

    >>> best_scale(lambda c: (c - 3) ** 2 - 9)
    mpq(3,1)
    """
    grid = [log(near) + x / 2 for x in (-1, 0, 1)] if near else [x / 2 for x in range(-6, 17)]
    values = [logarithm(exp(x)) for x in grid]
    place = min(range(len(grid)), key=values.__getitem__)
    if near and place != 1:
        return best_scale(logarithm)
    if not values[place] < 0:
        return mpq(0)
    golden = (5**0.5 - 1) / 2
    low, high = grid[place] - 0.5, grid[place] + 0.5
    left, right = high - golden, low + golden
    at_left, at_right = logarithm(exp(left)), logarithm(exp(right))
    for _ in range(12):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = logarithm(exp(left))
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = logarithm(exp(right))
    return mpq(round(exp((low + high) / 2) * 256), 256)


def rounded_up(x: mpq) -> str:
    """Return a positive rational, rounded up to three digits, so that a bound stays one.

    >>> rounded_up(mpq(1, 3)), rounded_up(mpq(1, 300000)), rounded_up(mpq(1))
    ('0.334', '3.34e-6', '1')
    """
    with localcontext(prec=3, rounding=ROUND_CEILING):
        digits = Decimal(int(x.numerator)) / Decimal(int(x.denominator))
    return f"{digits:.3g}" if digits > 1e-3 else f"{digits:.2e}".replace("e-0", "e-")


def falling_mixture(volumes: Any, c: arb) -> arb:
    """Return E e^{-c dist(g, C)} of a convex cone with these volumes, at the working precision.

    >>> from polygeo.cones import Orthant
    >>> half = falling_mixture(Orthant(1).intrinsic_volumes(), arb(1))
    >>> round(float(half), 6)  # (1 + E e^{-chi_1})/2
    0.761578
    """
    top = len(volumes) - 1
    moments = falling_moments(c, top + 1)
    return sum((_arb(v) * moments[top - k] for k, v in enumerate(volumes)), arb(0))


def _arb(value: Any) -> arb:
    if isinstance(value, arb):
        return value
    return exact_arb(enclosure(value))


def _weights(inputs: Any, n: int) -> list[arb]:
    """The intrinsic volumes of the cone of inputs, as balls; of R^n where there is none."""
    if inputs is None:
        return [arb(0)] * n + [arb(1)]
    volumes = _volumes(inputs)
    if len(volumes) != n + 1:
        raise DomainError(f"inputs need a cone of R^{n}; got one of R^{len(volumes) - 1}")
    with precision(BITS):
        return [_arb(v) for v in volumes]


def _volumes(cone: Any) -> Any:
    volumes = cone if isinstance(cone, IntrinsicVolumes) else _asked(cone)
    if not volumes.convex:
        raise DomainError(f"the bound needs a convex cone; got {abbreviate(repr(cone))}")
    return volumes


def _asked(cone: Any) -> Any:
    if not callable(getattr(cone, "intrinsic_volumes", None)):
        raise DomainError(f"a cone with intrinsic volumes is needed; got {describe(cone)}")
    return cone.intrinsic_volumes()


def _ambient(cone: Any) -> int:
    if isinstance(cone, IntrinsicVolumes):
        return len(cone) - 1
    if isinstance(cone, type) or not hasattr(cone, "ambient_dim"):
        raise DomainError(f"a cone with intrinsic volumes is needed; got {describe(cone)}")
    return int(cone.ambient_dim)


def _transforms(cone: Any, ambient: int) -> tuple[Callable[[mpq], arb], Callable[[float], float]]:
    """E e^{-c dist(g, cone)} certified, and its logarithm in floats."""
    own = getattr(cone, "distance_transform", None)
    if own is not None:
        transform = own()
        return transform.upper, transform.rough
    pieces = getattr(cone, "pieces", None) or (cone,)
    volumes = [_volumes(piece) for piece in pieces]

    def total(c: arb) -> arb:
        return sum((falling_mixture(v, c) for v in volumes), arb(0))

    def rough(c: float) -> float:
        return float(total(arb(c)).log())

    return lambda c: total(exact_arb(c)), rough
