"""Random layers whose inputs lie in a cone, or that have biases."""

from sympy import Eq, Integer, Sum, binomial, floor, symbols

from polygeo.formula import Formula
from polygeo.symbols import q, v
from polygeo.symbols.inputs import q_bias, q_nonnegative

__all__ = ["biases", "nonnegative_plane", "one_nonnegative_input", "orthant_of_inputs"]

m, n, k, i, j = symbols("m n k i j", integer=True)

orthant_of_inputs = Formula(
    "Nonnegative inputs: the surrogate by the kinematic formula over two unions of cones",
    Eq(
        q_nonnegative(m, n, k),
        Sum(
            binomial(n, j) * v(m - j + 1 + 2 * i, m, k),
            (i, 0, floor((j - 1) / 2)),
            (j, 1, n),
        )
        / Integer(2) ** (n - 1),
    ),
    over={m: range(1, 9), n: range(1, 9), k: range(1, 9)},
    domain=(n <= m, k <= m),
    source="schneiderweil2008stochastic",
    locus="section 6.5, with the intrinsic volumes binomial(n, j)/2^n of the orthant",
    note="In words: the mean of q(m, J, k) over a random number J of inputs, J binomial(n, 1/2).",
)

biases = Formula(
    "Gaussian biases: the surrogate is a mean of two",
    Eq(q_bias(m, n, k), (q(m, n, k) + q(m, n + 1, k)) / 2),
    over={m: range(2, 10), n: range(1, 9), k: range(1, 9)},
    domain=(n < m, k <= m),
    source="schneiderweil2008stochastic",
    locus="section 6.5, for the half-space of R^(n+1)",
)

one_nonnegative_input = Formula(
    "One nonnegative input: no row is positive",
    Eq(q_nonnegative(m, 1, 1), Integer(2) ** (-m)),
    over={m: range(1, 40)},
    source="wendel1962problem",
    locus="the case of one ray",
)

nonnegative_plane = Formula(
    "Two nonnegative inputs",
    Eq(q_nonnegative(m, 2, 2), (m * m + m + 2) / Integer(2) ** (m + 1)),
    over={m: range(2, 40)},
    source="schneiderweil2008stochastic",
    locus="section 6.5, for the quadrant",
)
