"""Exact values and proved bounds of the probability p_{m,n} that a layer is injective."""

from sympy import Integer, Sum, binomial, symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols import (
    half_space_coins,
    lifted_bound,
    p,
    q,
    union_orthants,
    union_vertices,
    wendel,
)

m, n, j, r = symbols("m n j r", integer=True)

exact_values = Formula(
    "The probability of injectivity for one input: one row is positive and one row is negative",
    equation(p(m, 1), 1 - Integer(2) ** (1 - m)),
    over={m: range(1, 40)},
    source="puthawala2022globally",
    locus="theorem 2 at n = 1",
)

depth_of_the_plane = Formula(
    "The probability of injectivity for two inputs: depth at least 2 among m points of the plane",
    equation(p(m, 2), 1 - m * (m - 2) / Integer(2) ** (m - 1)),
    over={m: range(4, 40)},
    source="wendel1962problem",
    locus="counting of half-planes, extended from depth 1 to depth 2",
    typeset=r"p_{m,2} = 1 - \frac{m(m-2)}{2^{m-1}}",
)

needs_three_to_one = Formula(
    "Up to 3n - 2 rows a Gaussian layer is never injective",
    equation(p(m, n) + 1, Integer(1)),
    over={m: range(2, 30), n: range(2, 11)},
    domain=(n <= m, m <= 3 * n - 2),
    source="cover1965geometrical",
    locus="general position: of the m-n+1 signs at the two ends of a vertex one has few positives",
    typeset=r"p_{m,n} = 0",
)

wendel_sum = Formula(
    "Wendel's theorem: no half-space holds all m points",
    equation(wendel(m, n), 1 - Integer(2) ** (1 - m) * Sum(binomial(m - 1, j), (j, 0, n - 1))),
    over={m: range(1, 16), n: range(1, 16)},
    domain=(n <= m,),
    source="wendel1962problem",
    locus="equation (1)",
    typeset=r"w_{m,n} = 1 - 2^{1-m} \sum_{j=0}^{n-1} \binom{m-1}{j}",
)

wendel_bounds_p = Formula(
    "Wendel's probability bounds p from above",
    p(m, 2) <= wendel(m, 2),
    over={m: range(2, 40)},
    source="wendel1962problem",
    locus="depth at least 2 implies depth at least 1",
    gap="1e-8",
)

union_orthants_sum = Formula(
    "Expected number of orthants of C_{m,n} met by a random n-dimensional subspace",
    equation(
        union_orthants(m, n),
        Integer(2) ** (1 - m)
        * Sum(binomial(m, j), (j, 0, n - 1))
        * Sum(binomial(m - 1, j), (j, 0, n - 1)),
    ),
    over={m: range(1, 16), n: range(1, 16)},
    domain=(n <= m,),
    source="maillard2022slides",
    locus="slide 'First bounds', with Wendel's probability for one orthant",
)

union_vertices_sum = Formula(
    "Expected number of vertices with fewer than n positive signs",
    equation(
        union_vertices(m, n),
        2
        * binomial(m, n - 1)
        * Integer(2) ** (n - m - 1)
        * Sum(binomial(m - n + 1, j), (j, 0, n - 1)),
    ),
    over={m: range(1, 16), n: range(1, 16)},
    domain=(n <= m,),
    source="zaslavsky1975facing",
    locus="vertices of a generic arrangement; their signs are independent and fair",
)

union_dominates = Formula(
    "The union bound over orthants is at least 1 - p",
    1 - p(m, 2) <= union_orthants(m, 2),
    over={m: range(2, 40)},
    source="maillard2022slides",
    locus="slide 'First bounds'",
    note="For n = 2 the ratio of the two sides tends to 1 as m grows.",
    gap="1/13",
)

gap_in_the_plane = Formula(
    "The difference of the Euler characteristic surrogate q and of 1 - p, for two inputs",
    equation(q(m, 2) - (1 - p(m, 2)), m / Integer(2) ** (m - 1)),
    over={m: range(4, 40)},
    source="maillard2022slides",
    locus="slide 'Approach from integral geometry' at n = 1, less the exact probability",
)

karp_luby_in_one_dimension = Formula(
    "The Karp-Luby identity where a bad draw has one bad vertex: the union bound is exact",
    equation(1 - p(m, 1), union_vertices(m, 1)),
    over={m: range(2, 40)},
    source="karpluby1983",
    locus="section 2: the union of sets, every element of it weighted by 1/(number of sets)",
)

half_space_and_coins = Formula(
    "The bound by r rows in a half-space and m - r fair coins, the largest product over r",
    half_space_coins(m, n)
    >= Integer(2) ** (1 - m)
    * Sum(binomial(r - 1, j), (j, 0, n - 1))
    * Sum(binomial(m - r, j), (j, 0, n - 1)),
    over={m: range(1, 11), n: range(1, 5), r: range(1, 11)},
    domain=(n <= m, r <= m),
    source="wendel1962problem",
    locus="equation (1) for r rows; the direction that makes them negative knows no other row",
    gap="1e-9",
)

half_space_bounds_p = Formula(
    "Rows in a half-space and fair coins bound 1 - p from below",
    half_space_coins(m, 2) <= 1 - p(m, 2),
    over={m: range(2, 40)},
    source="wendel1962problem",
    locus="equation (1), and independence of the other rows",
    note="At m = 2 both sides are 1.",
    gap="1e-9",
)

lifted_bounds_p = Formula(
    "The lifted Gordon bound is at least 1 - p",
    1 - p(m, 2) <= lifted_bound(m, 2),
    over={m: (4, 6, 8, 10, 12, 16, 20)},
    source="gordon1988milman",
    locus="theorem 1.4, applied to e^{-c min max}",
    note="At m = 4 both sides are 1.",
    gap="1e-9",
)

__all__ = statements(globals())
