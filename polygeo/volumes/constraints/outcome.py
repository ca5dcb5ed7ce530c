"""Tests of linear constraints: the statistic in rational arithmetic, the p-value certified.

Let X ~ N(mu, V), D(S) = min over x in S of (X - x)' V^{-1} (X - x), and K = {A x >= b, E x = e}.

* Type A, A mu = b, E mu = e against K: T = D(A x = b, E x = e) - D(K), a mixture of chi^2_k with
  the weights w_k of `chi_bar_weights`.
* Type B, mu in K against anything: T = D(K), in the least favourable case A mu = b a mixture of
  chi^2_{q+r-k} with the same weights, q the rank of E V E'.
* "global", mu = 0 against K, where b = 0, e = 0: T = D({0}) - D(K), a mixture of chi^2_{p-q-r+k}.
* Type C, some a_i mu <= b_i against A mu > b: the least (a_i X - b_i)/sd_i against a normal law
  (sasabuchi1980test, an intersection-union test).

(robertsonwrightdykstra1988order, chapter 2; silvapullesen2005constrained, chapter 3.) The estimate
under the constraints is that of `polygeo.volumes.constraints.fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb
from polygeo.answers.certification import certify
from polygeo.answers.decimals import power_of_ten, short, significant
from polygeo.answers.exact import integer, rational
from polygeo.answers.options import choice
from polygeo.answers.sequence import sequence
from polygeo.answers.serialise import show
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.volumes.constraints.rows import read_system
from polygeo.volumes.constraints.weights import volumes_of_normals
from polygeo.volumes.intrinsic import IntrinsicVolumes

if TYPE_CHECKING:
    from polygeo.volumes.constraints.fit import ConstrainedFit

__all__ = ["ConstraintTest", "constraint_test", "p_value_bounds"]

KINDS = ("A", "B", "C", "global")
RATIOS = ("F", "E")


@dataclass(frozen=True)
class ConstraintTest:
    """The outcome of a test of linear constraints.

    kind: "A", "B", "C" or "global". statistic: exact for a known variance, F-bar and E-bar-squared;
    a Ball for type C. p_value: a Ball, or the mpq 1. restricted: the estimate under A x >= b,
    E x = e, exact. weights: the volumes that mix the null law, None for type C. df: the degrees of
    freedom of the variance, None if it is known; ratio: "F" or "E" then, else None.
    """

    kind: str
    statistic: mpq | Ball
    p_value: mpq | Ball
    restricted: tuple[mpq, ...]
    weights: IntrinsicVolumes | None
    df: mpq | None
    ratio: str | None

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(kind={self.kind!r}, statistic={show(self.statistic, False)}, "
            f"p_value={show(self.p_value, False)})"
        )

    def _repr_latex_(self) -> str:
        name = {None: "T", "F": r"\bar F", "E": r"\bar E^2"}[self.ratio]
        both = (self.statistic, self.p_value)
        found, chance = (power_of_ten(short(x.mid if isinstance(x, Ball) else x, 6)) for x in both)
        return rf"${name} = {found},\ p = {chance}$"


@patient
def constraint_test(
    estimate: Any,
    V: Any,
    A: Any = None,
    rhs: Any = 0,
    equalities: Any = None,
    equal_to: Any = 0,
    *,
    kind: str = "A",
    df: Any = None,
    ratio: str = "F",
    digits: int = 15,
) -> ConstraintTest:
    """Test linear constraints A x >= rhs, E x = equal_to on parameters with a normal estimate.

    * ``estimate``: p numbers.
    * ``V``: their p x p covariance matrix, positive semidefinite, rational numbers or floats;
      estimated (s^2 times known numbers) where ``df`` is given.
    * ``A``: an (m, p) array, None (the default) for the identity, or a text such as
      "x1 > x2 + 1/2; x3 = 0".
    * ``rhs``: m numbers or one number (default 0).
    * ``equalities``, ``equal_to``: an (l, p) array E and l numbers, or the number of first rows of
      A that are equalities.
    * ``kind``: "A" (the default; all constraints active against A x >= rhs), "B" (A x >= rhs
      against anything), "C" (some constraint violated or active against all strict), "global" (x =
      0 against A x >= 0).
    * ``df``: degrees of freedom of the estimated variance, None (the default) for a known variance.
    * ``ratio``: with ``df``, "F" for F-bar or "E" for E-bar-squared, the likelihood-ratio
      statistic.
    * ``digits``: significant digits of the p-value (default 15).

    Returns a `ConstraintTest` with the exact statistic and a certified p-value. DomainError for
    data that do not fit together, and where A x = rhs, E x = equal_to has no solution for kinds A
    and B; NoExactValue where the weights would take hours. Sources:
    robertsonwrightdykstra1988order, silvapullesen2005constrained, sasabuchi1980test (kind C).

    >>> constraint_test([1, 2, 4], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "x1 < x2 < x3")
    ConstraintTest(kind='A', statistic=14/3, p_value=0.031538775...)
    >>> constraint_test([2, 1], [[1, 0], [0, 1]], "x1 < x2", kind="B").restricted
    (mpq(3,2), mpq(3,2))
    """
    choice(kind, "kind", KINDS)
    choice(ratio, "ratio", RATIOS)
    significant(digits)
    system = read_system(V, A, rhs, equalities, equal_to)
    point = [rational(x, "estimate") for x in sequence(estimate, "estimate", 10_000)]
    if len(point) != len(system.covariance):
        raise DomainError(
            f"estimate needs {len(system.covariance)} numbers, as V has rows; got {len(point)}"
        )
    freedom = None if df is None else rational(df, "df")
    if freedom is not None and freedom <= 0:
        raise DomainError(f"df, the degrees of freedom of the variance, needs df > 0; got {df}")
    from polygeo.volumes.constraints.fit import ConstrainedFit  # needs numpy

    fit = ConstrainedFit(system, point)
    if kind == "C":
        return _strict(fit, freedom, digits)
    weights = volumes_of_normals(system.gram, digits + 3)
    order, fixed = len(weights) - 1, len(system.basis)
    if kind == "A":
        statistic, left = fit.to_null() - fit.inside, fit.distance
        mixed, spare = list(weights), mpq(fixed)
    elif kind == "B":
        fit.to_null()
        statistic, left = fit.distance, mpq(0)
        mixed, spare = [mpq(0)] * fixed + list(weights)[::-1], mpq(0)
    else:
        statistic, left = fit.to_origin() - fit.distance, fit.distance
        size = len(point)
        mixed, spare = [mpq(0)] * (size - fixed - order) + list(weights), mpq(fixed)
    volumes = IntrinsicVolumes(mixed)
    if freedom is None:
        from polygeo.volumes.laws.chibarsq import ChiBarSquared

        p_value = ChiBarSquared(volumes).p_value(statistic, digits)
        return ConstraintTest(kind, statistic, p_value, fit.restricted, volumes, None, None)
    from polygeo.volumes.laws.variance_ratios import EBarSquared, FBar

    if ratio == "F" or kind == "B":  # with all dimensions tested E = T/(T + nu) says the same
        p_value = FBar(volumes, freedom).p_value(statistic, digits)
        shown = statistic if ratio == "F" else statistic / (statistic + freedom)
    else:
        shown = statistic / (statistic + left + freedom)
        p_value = EBarSquared(volumes, freedom + spare).p_value(shown, digits)
    return ConstraintTest(kind, shown, p_value, fit.restricted, volumes, freedom, ratio)


@patient
def p_value_bounds(
    statistic: Any, count: int, df: Any = None, digits: int = 15
) -> tuple[Ball | mpq, Ball | mpq]:
    """Bound the p-value of a type A test of ``count`` independent constraints, for every V.

    * ``statistic``: T >= 0, a rational number (F-bar where ``df`` is given).
    * ``count``: r >= 1, the rank of the constraints given the equalities.
    * ``df``: degrees of freedom of an estimated variance, None (the default) for a known variance.
    * ``digits``: significant digits of the bounds (default 15).

    Returns the pair (low, high) of P[chi^2_1 >= T]/2 and (P[chi^2_{r-1} >= T] + P[chi^2_r >= T])/2,
    with k F_{k, df} in place of chi^2_k where ``df`` is given: the weights of each parity sum to
    1/2, and the laws grow with k. Both bounds are approached by some V. Source: perlman1969one.

    >>> [x.decimal(6) for x in p_value_bounds("7.3", 7)]
    ['0.00344773', '0.346159']
    """
    from polygeo.volumes.laws.chibarsq import ChiBarSquared
    from polygeo.volumes.laws.variance_ratios import FBar

    order = _count(count)
    half = mpq(1, 2)
    low = [half, half] + [mpq(0)] * (order - 1)
    ends = (low, low[::-1])
    laws = [ChiBarSquared(w) if df is None else FBar(w, df) for w in ends]
    return laws[0].p_value(statistic, digits), laws[1].p_value(statistic, digits)


def _count(count: Any) -> int:
    order = integer(count, "count")
    if not 1 <= order <= 10_000:
        raise DomainError(f"p_value_bounds needs 1 <= count <= 10000; got {order}")
    return order


def _strict(fit: ConstrainedFit, freedom: mpq | None, digits: int) -> ConstraintTest:
    """Type C: the least studentised slack."""
    gram, needs = fit.system.gram, fit.needs
    if fit.system.equal:
        raise DomainError('kind="C" tests inequalities only; got equalities')
    if not gram or any(not gram[i][i] for i in range(len(gram))):
        raise DomainError('kind="C" needs inequalities whose estimates have a positive variance')
    ratios = [-c * abs(c) / gram[i][i] for i, c in enumerate(needs)]
    least = min(ratios)

    def statistic() -> arb:
        return exact_arb(abs(least)).sqrt() * (1 if least > 0 else -1)

    z: mpq | Ball = certify(statistic, digits) if least else mpq(0)
    both = _two_sided(abs(least), freedom, digits + 2)
    half = mpq(1, 2)
    p_value = half * both if least > 0 else 1 - half * both
    ratio = None if freedom is None else "F"
    return ConstraintTest("C", z, p_value, fit.restricted, None, freedom, ratio)


def _two_sided(square: mpq, freedom: mpq | None, digits: int) -> Any:
    """Return P[chi^2_1 >= square], or that of F_{1, nu}."""
    from polygeo.volumes.laws.chibarsq import ChiBarSquared
    from polygeo.volumes.laws.variance_ratios import FBar

    one = [mpq(0), mpq(1)]
    law = ChiBarSquared(one) if freedom is None else FBar(one, freedom)
    return law.p_value(square, digits)
