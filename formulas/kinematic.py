"""Kinematic formulas: sections by a random subspace L, projections, random rotations."""

from sympy import Integer, Sum, binomial, exp, floor, gamma, symbols, uppergamma

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols import (
    chi_bar_tail,
    chi_moment,
    orthants_meet,
    projected_orthant,
    q,
    section_volume,
    v,
    wendel,
)

m, n, k, j, i = symbols("m n k j i", integer=True)

_SMALL = {m: range(1, 7), n: range(1, 7), k: range(1, 7)}

crofton = Formula(
    "Crofton's formula: a random section shifts the intrinsic volumes",
    equation(section_volume(j, n, m, k), v(j + m - n, m, k)),
    over={**_SMALL, j: range(1, 7)},
    domain=(n <= m, k <= m, j <= n),
    source="schneiderweil2008stochastic",
    locus="theorem 6.5.6 (spherical Crofton formula), section 6.5",
)

crofton_zero = Formula(
    "Crofton's formula for the intrinsic volume v_0",
    equation(section_volume(0, n, m, k), Sum(v(j, m, k), (j, 0, m - n))),
    over=_SMALL,
    domain=(n <= m, k <= m),
    source="amelunxenlotz2017intrinsic",
    locus="section 5, kinematic formula with a subspace",
)

gauss_bonnet_of_the_section = Formula(
    "The Euler characteristic of the section is twice the sum of its odd intrinsic volumes",
    equation(q(m, n, k), 2 * Sum(section_volume(2 * i + 1, n, m, k), (i, 0, floor((n - 1) / 2)))),
    over=_SMALL,
    domain=(n <= m, k <= m),
    source="schneiderweil2008stochastic",
    locus="section 6.5, spherical Gauss-Bonnet theorem",
)

total_of_the_section = Formula(
    "The volumes of the section sum to 1",
    equation(Sum(section_volume(j, n, m, k), (j, 0, n)), Integer(1)),
    over=_SMALL,
    domain=(n <= m, k <= m),
    source="amelunxenlotz2017intrinsic",
    locus="section 2",
)

d = symbols("d", integer=True)
x = symbols("x", positive=True)

principal = Formula(
    "The principal kinematic formula for two orthants",
    equation(orthants_meet(k, d), binomial(2 * d, d + k) / Integer(4) ** d),
    over={d: range(1, 9), k: range(1, 9)},
    domain=(k <= d,),
    source="schneiderweil2008stochastic",
    locus="theorem 6.5.6 for two orthants; the sum is Vandermonde's",
)

principal_zero = Formula(
    "The principal kinematic formula for v_0 of two orthants",
    equation(orthants_meet(0, d), Sum(binomial(2 * d, j), (j, 0, d)) / Integer(4) ** d),
    over={d: range(1, 9)},
    source="amelunxenlotz2017intrinsic",
    locus="section 5, principal kinematic formula",
)

projection = Formula(
    "A random projection keeps the lower intrinsic volumes",
    equation(projected_orthant(k, n, d), binomial(d, k) / Integer(2) ** d),
    over={d: range(1, 7), n: range(1, 7), k: range(6)},
    domain=(n <= d, k < n),
    source="amelunxenlotz2017intrinsic",
    locus="section 5, projection formula",
)

projection_top = Formula(
    "A random projection gathers the upper intrinsic volumes in the top one",
    equation(projected_orthant(n, n, d), Sum(binomial(d, j), (j, n, d)) / Integer(2) ** d),
    over={d: range(1, 7), n: range(1, 7)},
    domain=(n <= d,),
    source="amelunxenlotz2017intrinsic",
    locus="section 5, projection formula",
)

chi_bar_squared = Formula(
    "The squared length of the projection of a Gaussian vector to the orthant",
    equation(
        chi_bar_tail(x, d),
        Integer(2) ** (-d)
        * Sum(
            binomial(d, j) * uppergamma(j * Integer(1) / 2, x / 2) / gamma(j * Integer(1) / 2),
            (j, 1, d),
        ),
    ),
    over={x: ("1/2", "1", "4", "10"), d: range(1, 6)},
    source="mccoytropp2014steiner",
    locus="theorem 3.1 (master Steiner formula)",
)

c = symbols("c", positive=True)

lifted_escape = Formula(
    "The lifted escape bound for a random subspace and the orthant",
    1 - wendel(m, n)
    <= exp(-(c**2) / 2)
    * chi_moment(c, n)
    * Sum(binomial(m, k) * chi_moment(-c, k), (k, 0, m))
    / Integer(2) ** m,
    over={m: range(1, 7), n: range(1, 7), c: ("1/1000", "1/10", "1", "3", "6")},
    domain=(n <= m,),
    source="gordon1988milman",
    locus="theorem 1.4 (comparison of min-max of Gaussian processes), applied to e^{-c min max}",
    note="For every closed cone C of R^m and closed convex cone K of R^n, P[W K meets C outside 0] "
    "<= e^{-c^2/2} E e^{c |P_K h|} E e^{-c dist(g, C)}; here C is the orthant and K = R^n.",
    gap="1/2000",
)

__all__ = statements(globals())
