"""The cone C_{m,k} of injectivity, and the mean Euler characteristic q_{m,n,k} of its sections."""

from sympy import Integer, Rational, Sum, binomial, floor, symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols import q, v

m, n, k, i, j, ell, r = symbols("m n k i j l r", integer=True)
s = symbols("t")

volumes_of_the_fan = Formula(
    "Intrinsic volumes of the cone of vectors with fewer than k positive coordinates",
    equation(
        Sum(v(j, m, k) * s**j, (j, 0, m)),
        Sum(binomial(m, r) * ((s - 1) / 2) ** r * ((s + 1) / 2) ** (m - r), (r, 0, k - 1)),
    ),
    over={m: range(1, 8), k: range(1, 8), s: ("2", "-3", "1/3", "5/2")},
    domain=(k <= m,),
    source="amelunxenlotz2017intrinsic",
    locus="additivity over the faces of the orthant fan (section 2), summed over sign patterns",
)

total_volume = Formula(
    "The intrinsic volumes of the fan sum to 1",
    equation(Sum(v(j, m, k), (j, 0, m)), Integer(1)),
    over={m: range(1, 9), k: range(1, 9)},
    domain=(k <= m,),
    source="schneiderweil2008stochastic",
    locus="section 6.5",
)

binomial_cdf = Formula(
    "The reversed generating polynomial is a binomial distribution function",
    equation(
        Sum(v(m - i, m, k) * s**i, (i, 0, m)),
        Sum(binomial(m, r) * ((1 - s) / 2) ** r * ((1 + s) / 2) ** (m - r), (r, 0, k - 1)),
    ),
    over={m: range(1, 8), k: range(1, 8), s: ("1/2", "-1/3", "2/7")},
    domain=(k <= m,),
    source="maillard2022slides",
    locus="reading of the slide 'Approach from integral geometry'",
    note="The right side is P[Bin(m, (1-t)/2) < k].",
)

krawtchouk_volumes = Formula(
    "Each intrinsic volume of the fan is a Krawtchouk number",
    equation(
        i * v(m - i, m, k),
        m
        * binomial(m - 1, k - 1)
        / 2**m
        * Sum(
            (-1) ** j * binomial(k - 1, j) * binomial(m - k, i - 1 - j),
            (j, 0, i - 1),
        ),
    ),
    over={m: range(1, 9), k: range(1, 9), i: range(1, 9)},
    domain=(k <= m, i <= m),
    source="macwilliamssloane1977theory",
    locus="chapter 5, definition of the Krawtchouk polynomials",
)

orthant = Formula(
    "The intrinsic volumes of the fan for k = 1, an orthant",
    equation(v(j, m, 1), binomial(m, j) / 2**m),
    over={m: range(1, 9), j: range(9)},
    domain=(j <= m,),
    source="amelunxenlotz2017intrinsic",
    locus="section 2.2, orthants",
)

kinematic_sum = Formula(
    "q is the kinematic formula over a union of cones",
    equation(q(m, n, k), 2 * Sum(v(m - n + 1 + 2 * j, m, k), (j, 0, floor((n - 1) / 2)))),
    over={m: range(1, 10), n: range(1, 10), k: range(1, 10)},
    domain=(n <= m, k <= m),
    source="schneiderweil2008stochastic",
    locus="theorem 6.5.6 with the Euler characteristic, section 6.5",
)

vertex_sum = Formula(
    "q as a sum over the zero coordinates of a sign vector",
    equation(
        q(m, n, k),
        2 ** (1 - m)
        * Sum(
            binomial(m, n - 1 - 2 * j)
            * Sum(
                binomial(m - n + 1 + 2 * j, k - 1 - i) * (-1) ** i * binomial(n - 2 - 2 * j, i),
                (i, 0, k - 1),
            ),
            (j, 0, floor((n - 1) / 2)),
        ),
    ),
    over={m: range(1, 10), n: range(1, 10), k: range(1, 10)},
    domain=(n <= m, k <= m),
    source="maillard2022slides",
    locus="rearrangement of the slide 'Approach from integral geometry'",
    note="The inner sum is the coefficient of t^(k-1) in (1+t)^(m-r) (1-t)^(r-1), r = n-1-2j; "
    "for r = 0 the binomial has upper index -1 (a power series).",
)

triple_sum = Formula(
    "Expected Euler characteristic of the section of C_{m,n+1} by a random subspace of dimension "
    "n + 1",
    equation(
        q(m, n + 1),
        (-1) ** n
        / Integer(2) ** (m - n - 1)
        * Sum(
            binomial(m, n - 2 * i)
            * Rational(-1, 2) ** ell
            * binomial(n - 2 * i, ell - 2 * i)
            * Sum(binomial(m - n + ell, j), (j, 0, ell)),
            (ell, 0, n),
            (i, 0, floor(n / 2)),
        ),
    ),
    over={m: range(1, 11), n: range(10)},
    domain=(n + 1 <= m,),
    source="maillard2022slides",
    locus="slide 'Approach from integral geometry'",
    typeset=r"q_{m,n+1} = \frac{(-1)^n}{2^{m-n-1}} \sum_{i=0}^{\lfloor n/2 \rfloor} \sum_{l=0}^{n}"
    r" \binom{m}{n-2i} \left(-\frac12\right)^{l} \binom{n-2i}{l-2i} \sum_{j=0}^{l}"
    r" \binom{m-n+l}{j}",
)

single_sum = Formula(
    "The triple sum collapses to one sum with two partial binomial sums",
    equation(
        q(m, n + 1),
        (-1) ** n
        / Integer(2) ** (m - n - 1)
        * Sum(
            Rational(-1, 2) ** ell
            * binomial(m, n - ell)
            * Sum(binomial(m - n + ell - 1, j), (j, 0, ell))
            * Sum(binomial(m - n + ell, j), (j, 0, ell)),
            (ell, 0, n),
        ),
    ),
    over={m: range(1, 13), n: range(12)},
    domain=(n + 1 <= m,),
    source="maillard2022slides",
    locus="slide 'Approach from integral geometry', collapsed",
    note="binomial(m,n-2i) binomial(n-2i,l-2i) = binomial(m,n-l) binomial(N,l-2i), N = m-n+l, and "
    "the sum over i is a partial sum of row N-1.",
)

one_dimension = Formula(
    "The expected Euler characteristic for a random line",
    equation(q(m, 1), Integer(2) ** (1 - m)),
    over={m: range(1, 40)},
    source="wendel1962problem",
    locus="the case of dimension 1",
)

two_dimensions = Formula(
    "The expected Euler characteristic for a random plane",
    equation(q(m, 2), m * (m - 1) / Integer(2) ** (m - 1)),
    over={m: range(2, 40)},
    source="maillard2022slides",
    locus="the triple sum at n = 1",
    note="The true probability of non-injectivity is m(m-2)/2^(m-1) for m >= 4: the surrogate "
    "differs from 1 - p.",
)

full_dimension = Formula(
    "The Euler characteristic for the whole space: C_{m,m} meets the sphere in a contractible set",
    equation(q(m, m), Integer(1)),
    over={m: range(1, 40)},
    source="schneiderweil2008stochastic",
    locus="section 6.5, the section by the whole space",
)

duality = Formula(
    "The antipodal identity between the levels k and m - k + 1",
    equation(
        q(m, n, k) + (-1) ** (n - 1) * q(m, n, m - k + 1),
        1 + (-1) ** (n - 1),
    ),
    over={m: range(2, 10), n: range(1, 10), k: range(1, 10)},
    domain=(n <= m, k <= m),
    source="adlertaylor2007random",
    locus="inclusion-exclusion for a set and the closure of its complement",
    note="Where x has at least k positive coordinates, -x has fewer than m - k + 1.",
)

__all__ = statements(globals())
