"""Expected angles of random simplices: relations, and closed forms.

The evaluators compute the angles from integrals; the integrals themselves are not listed here.
"""

from typing import Any

from sympy import Rational, Sum, binomial, floor, gamma, pi, sqrt, symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols.polytopes import I_beta, I_limit, I_prime, J_beta, J_prime

n, m, k, j = symbols("n m k j", integer=True)
a = symbols("alpha")


def _angles(kind: str, outside: Any, inside: Any, values: tuple[str, ...]) -> Formula:
    return Formula(
        f"Angles of {kind} simplices: external and internal ones add up to the number of faces",
        equation(Sum(outside(n, m, a) * inside(m, k, a), (m, k, n)), binomial(n, k)),
        over={n: range(2, 6), k: range(1, 5), a: values},
        domain=(k < n,),
        source="kabluchkothaelezaporozhets2020beta",
        locus="relations between the expected angles",
    )


def _alternating(kind: str, outside: Any, inside: Any, values: tuple[str, ...]) -> Formula:
    term = outside(n, n - 2 * j, a) * inside(n - 2 * j, k, a)
    return Formula(
        f"Angles of {kind} simplices: every second dimension adds up to half the number of faces",
        equation(Sum(term, (j, 0, floor((n - k) / 2))), binomial(n, k) / 2),
        over={n: range(2, 7), k: range(1, 6), a: values},
        domain=(k < n,),
        source="kabluchkothaelezaporozhets2020beta",
        locus="relations between the expected angles",
        note="Half the sum of the relations with and without signs.",
    )


angles_beta = _angles("beta", I_beta, J_beta, ("0", "1", "2", "3", "5", "1/3"))
angles_beta_alternating = _alternating("beta", I_beta, J_beta, ("0", "1", "2", "4", "7/2"))
angles_prime = _angles("beta'", I_prime, J_prime, ("1", "2", "3", "4", "7/3"))
angles_prime_alternating = _alternating("beta'", I_prime, J_prime, ("1", "2", "3", "5", "3/2"))


def _internal_odd(size: Any) -> Any:
    """The mean of (1/2 + i sinh(X)/2)^(n-k), X with density proportional to cosh^-size."""
    term = binomial(n - k, 2 * j) * (-1) ** j * gamma(j + Rational(1, 2)) * gamma(size / 2 - j)
    total = Sum(term, (j, 0, floor((n - k) / 2)))
    return binomial(n, k) / 2 ** (n - k) * total / (sqrt(pi) * gamma(size / 2))


internal_odd = Formula(
    "Internal angles of beta simplices with alpha = 1",
    equation(J_beta(n, k, 1), _internal_odd(n + 2)),
    over={n: range(2, 5), k: range(1, 5)},
    domain=(k <= n,),
    source="kabluchko2021angles",
    locus="the formula for the expected internal angles, its integrals evaluated",
    note="A simplex with n vertices has a density, or lies on the sphere, for n <= alpha + 3.",
)

internal_odd_prime = Formula(
    "Internal angles of beta' simplices with alpha = 2",
    equation(J_prime(n, k, 2), _internal_odd(2 * n - 1)),
    over={n: range(2, 9), k: range(1, 9)},
    domain=(k <= n,),
    source="kabluchko2021angles",
    locus="the formula for the expected internal angles, its integrals evaluated",
)

external_odd = Formula(
    "External angles of beta simplices with alpha = 1",
    equation(
        I_beta(n, m, 1),
        binomial(n, m)
        * gamma(m / 2 + 1)
        * 2**m
        * gamma(n - (m - 1) / 2)
        / (sqrt(pi) * gamma(n + 1)),
    ),
    over={n: range(2, 30, 3), m: range(1, 9)},
    domain=(m <= n,),
    source="kabluchkothaelezaporozhets2020beta",
    locus="the integral for the expected external angles, evaluated",
)

external_odd_prime = Formula(
    "External angles of beta' simplices with alpha = 2",
    equation(
        I_prime(n, m, 2),
        binomial(n, m)
        * gamma(m + Rational(1, 2))
        * 2 ** (2 * m - 1)
        * gamma(n)
        / (sqrt(pi) * gamma(n + m)),
    ),
    over={n: range(2, 30, 3), m: range(1, 9)},
    domain=(m <= n,),
    source="kabluchkothaelezaporozhets2020beta",
    locus="the integral for the expected external angles, evaluated",
)


def _norm(x: Any) -> Any:
    """c(x) = Gamma(x) / (sqrt(pi) Gamma(x - 1/2))."""
    return gamma(x) / (sqrt(pi) * gamma(x - Rational(1, 2)))


external_limit = Formula(
    "External angles of beta' simplices with very many vertices",
    equation(
        I_limit(m, a),
        _norm((a * m + 1) / 2) / (a * m) * (a / _norm((a + 1) / 2)) ** m,
    ),
    over={m: range(1, 9), a: ("1", "2", "3", "4", "6", "1/2", "7/3")},
    source="kabluchkothaelezaporozhets2020beta",
    locus="Poisson polyhedra, expected external angles",
)

__all__ = statements(globals())
