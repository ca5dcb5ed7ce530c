"""Finite-size probabilities that sparse recovery succeeds, from intrinsic volumes.

An s-sparse vector is recovered from m Gaussian measurements exactly when the null space, a
uniformly random subspace of dimension n - m, meets the descent cone D only at 0
(chandrasekaran2012convex, proposition 2.1). By Crofton's formula
(amelunxen2014living, section 2; D is no subspace),

    P[success] = 1 - 2 (v_{m+1} + v_{m+3} + ..) = 2 (v_{m-1} + v_{m-3} + ..),

equal by Gauss-Bonnet: the smaller of the two sums is the one that is used.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import with_source
from polygeo.answers.decimals import significant
from polygeo.answers.exact import integer
from polygeo.cones.families.crosspolytope import L1DescentCone, NonnegativeL1DescentCone
from polygeo.cones.families.cube import CubeTangentCone
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.thresholds.exponents import checked_kind

__all__ = ["recovery_curve", "recovery_probability"]

_CONES: dict[str, Any] = {
    "l1": L1DescentCone,
    "nonnegative": NonnegativeL1DescentCone,
    "orthant": CubeTangentCone,
}


@patient
def recovery_probability(n: Any, s: Any, m: Any, kind: str = "l1", digits: int = 15) -> Any:
    """Return the probability that m Gaussian measurements recover an s-sparse vector of R^n.

    * ``n``, ``s``, ``m``: integers, 1 <= s <= n and 0 <= m <= n; DomainError otherwise.
    * ``kind``: 'l1' (default: least l1 norm), 'nonnegative' (a nonnegative vector, least sum among
      nonnegative vectors) or 'orthant' (the vector is the only nonnegative solution).
    * ``digits``: significant digits (default 15).

    Returns an mpq where the probability is rational, else a Ball. Source: donohotanner2010counting;
    amelunxen2014living.

    >>> recovery_probability(200, 20, 70).decimal(15)
    '0.770312118352093'
    >>> recovery_probability(3, 1, 1), recovery_probability(10, 2, 6, "orthant")
    (mpq(1,3), mpq(1,2))
    """
    curve = _curve(*_checked(n, s, kind), significant(digits))
    count = integer(m, "m")
    if not 0 <= count < len(curve):
        raise DomainError(f"recovery needs 0 <= m <= n; got m={count}, n={len(curve) - 1}")
    return curve[count]


@patient
def recovery_curve(n: Any, s: Any, kind: str = "l1", digits: int = 15) -> tuple[Any, ...]:
    """Return `recovery_probability` (n, s, m) for m = 0, 1, .., n as a tuple.

    * ``n``, ``s``, ``kind``, ``digits``: as in `recovery_probability`; the entry m belongs to m
      measurements.

    >>> recovery_curve(2, 1)
    (mpq(0,1), mpq(1,2), mpq(1,1))
    """
    return _curve(*_checked(n, s, kind), significant(digits))


def _checked(n: Any, s: Any, kind: str) -> tuple[int, int, str]:
    cone = L1DescentCone(n, s)  # holds 1 <= s <= n
    return cone.n, cone.s, checked_kind(kind)


@lru_cache(maxsize=256)
def _curve(n: int, s: int, kind: str, digits: int) -> tuple[Any, ...]:
    cone = _CONES[kind](n, s)
    if cone.is_subspace:  # every subspace of positive dimension meets R^n
        return (mpq(0),) * n + (mpq(1),)
    v = cone.intrinsic_volumes(digits + 2)
    success: list[Any] = [mpq(0), 2 * v[0]]
    failure: list[Any] = [mpq(0), 2 * v[n]]
    for m in range(2, n + 1):
        success.append(success[m - 2] + 2 * v[m - 1])
        failure.append(failure[m - 2] + 2 * v[n - m + 1])
    return tuple(
        with_source(won if won < mpq(1, 2) else 1 - lost, "sparse.recovery")
        for won, lost in zip(success, failure[::-1], strict=True)
    )
