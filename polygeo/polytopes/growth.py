"""Growth of the face numbers of beta polytopes with the number of points: constants, exponents.

Only the term m = d of the sum in `polygeo.polytopes.faces` counts for many points, and the mass of
its external angle sits at the boundary of the ball (Laplace's method). With alpha = 2 beta + d,
c_e = 1 / int_{-pi/2}^{pi/2} cos^e,

    E f_k ~ K J_{d,k+1} n^((d-1)/(alpha+1)),
    K = (2/d!) c_{alpha d} 2^((alpha d - 1)/2) 2/(alpha+1) Gamma(p) a^(-p),
    p = (alpha d + 1)/(alpha + 1),  a = c_alpha 2^((alpha+1)/2) / (alpha+1).

For uniform points in the ball (beta = 0) this is Reitzner's theorem (reitzner2005combinatorial),
on the sphere (beta = -1) growth is linear (kabluchkothaelezaporozhets2020beta).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb
from polygeo.answers.certification import certify_vector
from polygeo.answers.options import check_fields
from polygeo.answers.serialise import to_sympy
from polygeo.answers.typeset import latex, latex_vector
from polygeo.errors import DomainError
from polygeo.polytopes.angles.means import cosine_norm
from polygeo.polytopes.angles.moments import exact_norm
from polygeo.polytopes.angles.simplices import BetaSimplices
from polygeo.polytopes.beta import BetaPolytope
from polygeo.progress import patient

__all__ = ["Growth", "beta_growth"]


@dataclass(frozen=True)
class Growth:
    """Growth of an expected f-vector, E f_k ~ constants[k] n^exponent as n tends to infinity.

    * ``exponent``: an mpq.
    * ``constants``: one per k, exact (mpq, SymPy) or certified (Ball).
    * ``source``: id of the formula.
    """

    exponent: mpq
    constants: tuple[Any, ...]
    source: str = ""

    def __post_init__(self) -> None:
        check_fields(self, exponent=mpq, constants=tuple, source=str)

    def __len__(self) -> int:
        return len(self.constants)

    def __getitem__(self, k: int) -> Any:
        return self.constants[k]

    def _repr_latex_(self) -> str:
        power = rf"n^{{{latex(self.exponent)}}}"
        return rf"$\mathbb{{E}} f \sim {power} \, {latex_vector(self.constants)}$"


@patient
def beta_growth(d: int, beta: Any = 0, digits: int = 30, *, exact: bool | None = None) -> Growth:
    """Return the growth in n of the expected f-vector of `BetaPolytope` (n, d, beta).

    * ``d``: dimension, an integer >= 2.
    * ``beta``: a rational number as in `BetaPolytope` (default 0).
    * ``digits``: significant digits of certified constants (default 30).
    * ``exact``: False asks for certified constants; True for exact ones, or NoExactValue.

    Returns a `Growth`. Constants are exact (SymPy, with Gamma functions and powers) for 2 beta
    integer, and certified for other beta.

    >>> disc = beta_growth(2)
    >>> disc.exponent, disc[0]
    (mpq(1,3), 2*2**(1/3)*3**(2/3)*pi**(2/3)*gamma(5/3)/3)
    >>> beta_growth(3, -1).constants
    (mpq(1,1), mpq(3,1), mpq(2,1))
    >>> beta_growth(4, "1/3")[3].decimal(12)
    '47.4002799687'
    """
    model = BetaPolytope(10**6, d, beta)
    if model.d < 2:
        raise DomainError(f"face numbers grow for d >= 2; got d={model.d}")
    alpha, dim = 2 * model.beta + model.d, model.d
    angles = BetaSimplices(alpha)
    exponent = (dim - 1) / (alpha + 1)
    source = "polytopes.beta_growth"
    if angles.is_exact(dim - 1, exact):
        factor = _exact_factor(int(alpha), dim)
        values = [angles.exact_internal(dim, k + 1).to_sympy() * factor for k in range(dim)]
        rationals = [mpq(int(v.p), int(v.q)) if v.is_Rational else v for v in values]
        return Growth(mpq(exponent), tuple(rationals), source)

    def constants() -> list[arb]:
        factor = _factor(alpha, dim)
        return [factor * x for x in angles.internal_arbs([(dim, j + 1) for j in range(dim)])]

    balls = certify_vector(constants, dim, digits, source=source)
    return Growth(mpq(exponent), tuple(balls), source)


def _exact_factor(alpha: int, d: int) -> Any:
    """K as a SymPy expression."""
    import sympy

    half = sympy.Rational(1, 2)
    p = sympy.Rational(alpha * d + 1, alpha + 1)
    outer = to_sympy(exact_norm(alpha * d).answer())
    a = to_sympy(exact_norm(alpha).answer()) * 2 ** (half * (alpha + 1)) / (alpha + 1)
    lead = sympy.Rational(4, factorial(d) * (alpha + 1)) * outer * 2 ** (half * (alpha * d - 1))
    return sympy.powsimp(lead * sympy.gamma(p) * a ** (-p))


def _factor(alpha: mpq, d: int) -> arb:
    """K, enclosed."""
    x = exact_arb(alpha)
    p = (x * d + 1) / (x + 1)
    a = cosine_norm(alpha) * arb(2) ** ((x + 1) / 2) / (x + 1)
    lead = cosine_norm(alpha * d) * arb(2) ** ((x * d - 1) / 2) * 4 / (factorial(d) * (x + 1))
    return lead * p.gamma() * a ** (-p)
