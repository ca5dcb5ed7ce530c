"""Exponents of the angles of simplices and crosspolytopes in proportional growth.

As n grows with l = nu n vertices in the larger face and s = gamma n in the smaller one,
(1/n) log of the internal angle tends to -Psi_int(nu, gamma) and (1/n) log of the external angle of
the crosspolytope or simplex to -Psi_ext(nu) (vershiksporyshev1992asymptotic,
donohotanner2009counting):

    Psi_int = max_w -[nu w^2/2 + (nu - gamma) log Q(w)],      (nu - gamma) phi(w) = nu w Q(w),
    Psi_ext = min_x  [nu x^2/2 - (1 - nu) log(1 - c Q(x))],   (1-nu) c phi(x) = nu x (1 - c Q(x)),

Q = 1 - Phi, c = 2 for the crosspolytope ("l1") and 1 for the simplex ("nonnegative"); both
stationary equations have one solution, because one side over the other is monotone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.certification import root_above
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.numerics.normal import density, mills_ratio, tail
from polygeo.errors import DomainError
from polygeo.progress import patient

__all__ = [
    "FACTOR",
    "KINDS",
    "checked_kind",
    "entropy",
    "external_exponent",
    "falling_root",
    "internal_exponent",
]

LEAST = mpq(1, 10**30)
"""Smallest gamma: below it the root lies where the Mills ratio needs very many bits."""

FACTOR = {"l1": 2, "nonnegative": 1}
"""Factor c: a coordinate off the support has two possible signs ('l1') or one ('nonnegative')."""

KINDS = (*FACTOR, "orthant")
"""Kinds of vectors that are recovered: see `polygeo.thresholds.sparse`."""

GUARD = 20
"""Decimal digits of an inner root beyond those asked for."""


def checked_kind(kind: Any, kinds: tuple[str, ...] = KINDS) -> str:
    """Return one of the kinds of recovery."""
    if not isinstance(kind, str) or kind not in kinds:
        named = " or ".join([", ".join(map(repr, kinds[:-1])), repr(kinds[-1])])
        raise DomainError(f"kind must be {named}; got {abbreviate(repr(kind))}")
    return str(kind)


def entropy(p: arb) -> arb:
    """Return H(p) = -p log p - (1 - p) log(1 - p), in nats."""
    return -p * p.log() - (1 - p) * (1 - p).log()


@patient
def internal_exponent(nu: Any, gamma: Any, digits: int = 30) -> Ball:
    """Return the exponent Psi_int(nu, gamma) of internal angles of a simplex (certified).

    * ``nu``: a rational number, 0 < gamma < nu <= 1.
    * ``gamma``: a rational number, or a Ball.
    * ``digits``: significant digits of the Ball (default 30).

    Source: donohotanner2009counting.

    >>> internal_exponent("1/2", "1/4").decimal(10)
    '0.2334484920'
    """
    size = rational(nu, "nu")
    ball = isinstance(gamma, Ball)
    low, high = (gamma.lower, gamma.upper) if ball else (rational(gamma, "gamma"),) * 2
    if not 0 < low <= high < size <= 1 or low < LEAST:
        raise DomainError(
            f"internal_exponent needs 0 < gamma < nu <= 1 and gamma >= 1e-30; "
            f"got nu={abbreviate(str(nu))}, gamma={abbreviate(str(gamma))}"
        )
    if not ball:
        return _internal(size, low, digits)
    # its derivative in gamma is log Q(w) < 0
    ends = [_internal(size, end, digits) for end in (high, low)]
    return Ball.between(ends[0].lower, ends[1].upper, ends[0].bits, "sparse.internal_exponent")


def _internal(nu: mpq, gamma: mpq, digits: int) -> Ball:
    def equation(w: arb) -> tuple[arb, arb]:
        """(nu - gamma) - nu w R(w), which falls, and its derivative."""
        size, ratio = exact_arb(nu), mills_ratio(w)
        value = exact_arb(nu - gamma) - size * w * ratio
        return value, -size * (ratio * (1 + w * w) - w)

    w = falling_root(equation, digits)
    with precision(w.bits):
        size, rest = exact_arb(nu), exact_arb(nu - gamma)
        value = -size * w.arb**2 / 2 - rest * tail(w.arb).log()
        return Ball.from_arb(value, w.bits, "sparse.internal_exponent")


@patient
def external_exponent(nu: Any, kind: str = "l1", digits: int = 30) -> Ball:
    """Return the exponent Psi_ext(nu) of the external angles of a regular polytope (certified).

    * ``nu``: a rational number in (0, 1), or a Ball.
    * ``kind``: 'l1' for the crosspolytope (default), 'nonnegative' for the simplex.
    * ``digits``: significant digits of the Ball (default 30).

    Source: donohotanner2009counting.

    >>> external_exponent("1/2").decimal(10), external_exponent("1/2", "nonnegative").decimal(10)
    ('0.4316927484', '0.2469593448')
    """
    low, high = (nu.lower, nu.upper) if isinstance(nu, Ball) else (rational(nu, "nu"),) * 2
    if not 0 < low <= high < 1:
        raise DomainError(f"external_exponent needs 0 < nu < 1; got nu={abbreviate(str(nu))}")
    c = FACTOR[checked_kind(kind, tuple(FACTOR))]
    value, slope = _external(low, c, digits)
    if low == high:
        return value
    # a minimum of functions that are linear in nu is concave: above its chord, below its tangents
    last, last_slope = _external(high, c, digits)
    reach = high - low
    most = min(
        value.upper + max(slope.upper, mpq(0)) * reach,
        last.upper + max(-last_slope.lower, mpq(0)) * reach,
    )
    least = min(value.lower, last.lower)
    return Ball.between(least, most, value.bits, "sparse.external_exponent")


def _external(size: mpq, c: int, digits: int) -> tuple[Ball, Ball]:
    """Return Psi_ext and its derivative in nu."""

    def equation(x: arb) -> tuple[arb, arb]:
        """(1 - nu) c phi - nu x (1 - c Q), which falls, and its derivative."""
        share, rest, inside = exact_arb(size), exact_arb(1 - size), 1 - c * tail(x)
        slope = -rest * c * x * density(x) - share * (inside + x * c * density(x))
        return rest * c * density(x) - share * x * inside, slope

    x = falling_root(equation, digits)
    with precision(x.bits):
        square, inside = x.arb**2 / 2, (1 - c * tail(x.arb)).log()
        value = exact_arb(size) * square - exact_arb(1 - size) * inside
        slope = Ball.from_arb(square + inside, x.bits)
        return Ball.from_arb(value, x.bits, "sparse.external_exponent"), slope


def falling_root(equation: Callable[[arb], tuple[arb, arb]], digits: int, low: Any = 0) -> Ball:
    """Return the root above ``low`` at which a function falls from positive to negative.

    ``equation`` gives the value and the derivative. The root has 20 digits more than asked, and
    bits to spare for the expression that it is put into.
    """
    goal = significant(digits) + GUARD
    root = root_above(equation, low, goal)
    return Ball(root.mid, root.rad, bits_of(goal) + 64)
