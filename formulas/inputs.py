"""Random layers whose inputs lie in a cone, or that have biases."""

from sympy import Integer, Sum, binomial, floor, log, sqrt
from sympy import symbols as names

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.formulas.thresholds import LIFTED, gordon_excess, lifted_moment, xlogx
from polygeo.symbols import q, v
from polygeo.symbols.inputs import (
    alpha_euler_nonnegative,
    alpha_gordon_density,
    alpha_half_space_density,
    alpha_lifted_nonnegative,
    alpha_union_nonnegative,
    coins_nonnegative,
    p_bias,
    p_wedge,
    q_bias,
    q_nonnegative,
    union_nonnegative,
)

m, n, k, i, j, r = names("m n k i j r", integer=True)
s = names("s", positive=True)
kappa, d, chi, c = names("kappa d chi c", positive=True)

_KAPPAS = ("1/100", "1/3", "1/2", "1", "3/2", "2", "5", "40")
_DENSITIES = ("1/100", "1/2", "2/3", "1")

orthant_of_inputs = Formula(
    "Nonnegative inputs: the surrogate by the kinematic formula over two unions of cones",
    equation(
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
    equation(q_bias(m, n, k), (q(m, n, k) + q(m, n + 1, k)) / 2),
    over={m: range(2, 10), n: range(1, 9), k: range(1, 9)},
    domain=(n < m, k <= m),
    source="schneiderweil2008stochastic",
    locus="section 6.5, for the half-space of R^(n+1)",
)

one_nonnegative_input = Formula(
    "One nonnegative input: no row is positive",
    equation(q_nonnegative(m, 1, 1), Integer(2) ** (-m)),
    over={m: range(1, 40)},
    source="wendel1962problem",
    locus="the case of one ray",
)

nonnegative_plane = Formula(
    "Two nonnegative inputs",
    equation(q_nonnegative(m, 2, 2), (m * m + m + 2) / Integer(2) ** (m + 1)),
    over={m: range(2, 40)},
    source="schneiderweil2008stochastic",
    locus="section 6.5, for the quadrant",
)

wedge = Formula(
    "Two inputs in a wedge of angle pi s: the probability of injectivity",
    equation(p_wedge(m, s), 1 - (m + 2 + m * (m - 2) * s - (1 - s) ** m) / Integer(2) ** m),
    over={m: range(2, 14), s: ("1/7", "1/3", "1/2", "3/4", "1")},
    source="wendel1962problem",
    locus="counting of half-planes, for the directions of a wedge (proof on the page of inputs)",
    note="s = 1/2 is the quadrant, two nonnegative inputs.",
)

one_positive_row = Formula(
    "One input and a bias: some output is active at every input",
    equation(p_bias(m, 1), 1 - (m + 1) / Integer(2) ** m),
    over={m: range(1, 40)},
    source="wendel1962problem",
    locus="one orthant, met by the image of a half-plane",
)

union_sum = Formula(
    "Nonnegative inputs: the expected number of bad orthants",
    equation(
        union_nonnegative(m, n, k),
        Integer(2) ** (1 - m - n)
        * Sum(binomial(m, i), (i, 0, k - 1))
        * Sum(binomial(n, j) * Sum(binomial(m - 1, r), (r, 0, j - 1)), (j, 1, n)),
    ),
    over={m: range(1, 9), n: range(1, 9), k: range(1, 9)},
    domain=(n <= m, k <= m),
    source="amelunxen2014living",
    locus="fact 2.1, the kinematic formula for two orthants",
)

half_space_and_coins = Formula(
    "Nonnegative inputs: r rows that are negative somewhere, and fair coins",
    coins_nonnegative(m, n, k)
    >= Integer(2) ** (1 - m - n)
    * Sum(binomial(m - r, i), (i, 0, k - 1))
    * Sum(binomial(n, j) * Sum(binomial(r - 1, i), (i, 0, j - 1)), (j, 1, n)),
    over={m: (4, 7, 12), n: (1, 2, 3), k: (1, 2, 3), r: range(1, 8)},
    domain=(n <= m, k <= m, r <= m),
    source="wendel1962problem",
    locus="equation (1) for the first r rows, on the cone of inputs",
    gap="1e-9",
)


_a = alpha_euler_nonnegative(kappa)
_t = 2 / (_a + 1 - 2 * kappa + sqrt((_a + 1 - 2 * kappa) ** 2 - 4 * _a))

euler_threshold = Formula(
    "Nonnegative inputs: the threshold of the Euler-characteristic surrogate",
    equation(
        xlogx(_a)
        - xlogx(kappa)
        - xlogx(_a - kappa)
        + kappa * log(1 - _t)
        + (_a + 1 - kappa) * log(1 + _t)
        - log(_t),
        (_a + 1) * log(2),
    ),
    over={kappa: _KAPPAS},
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII, for the coefficient of t^(n-1) in 2 ((1+t)/2)^n R(t)/(1-t^2)",
    typeset=r"\alpha H(\kappa/\alpha) + \kappa\log(1-t) + (\alpha+1-\kappa)\log(1+t) - \log t"
    r" = (\alpha+1) \log 2",
)

half_space_density = Formula(
    "The threshold of rows in a half-space and fair coins, for cones of inputs",
    equation(alpha_half_space_density(kappa, d), 2 * d + 2 * kappa),
    over={kappa: _KAPPAS, d: _DENSITIES},
    source="amelunxen2014living",
    locus="theorem I, for 2 d n rows, and the law of large numbers for the others",
)

_share = kappa / alpha_gordon_density(kappa, d)

gordon_density = Formula(
    "Gordon's threshold for cones of inputs of statistical dimension d n",
    equation(kappa * gordon_excess(_share), d * _share),
    over={kappa: _KAPPAS, d: _DENSITIES},
    source="gordon1988milman",
    locus="escape through a mesh: squared distance to the cone against the statistical dimension",
    typeset=r"\kappa\left(\Phi(t) - \tfrac12 - t\,\varphi(t)\right) = d\,(1 - \Phi(t))"
    r" = d\,\kappa/\alpha",
)

_u = alpha_union_nonnegative(kappa)

union_threshold = Formula(
    "Nonnegative inputs: the ratio above which the union bound over orthants proves p -> 1",
    equation(
        xlogx(_u + 1) - xlogx(kappa) - xlogx(_u - kappa),
        (_u + 1) * log(2),
    ),
    over={kappa: _KAPPAS},
    source="maillard2022slides",
    locus="slide 'First bounds', with the kinematic formula for two orthants",
    typeset=r"\alpha\, h_2(\kappa/\alpha) + (1+\alpha)\,(h_2(\alpha/(1+\alpha)) - 1) = 0",
)

lifted_threshold = Formula(
    "Nonnegative inputs: the lifted Gordon threshold is the least value of one expression",
    alpha_lifted_nonnegative(kappa)
    <= (kappa + log((1 + sqrt(1 + c / chi)) / 2) / c) * c / -log(lifted_moment(chi, c)),
    over={
        kappa: ("1", "3/2", "2", "5"),
        chi: ("1/10", "0.39330471", "1/2", "1"),
        c: ("1/20", "0.11365189", "1/2", "2"),
    },
    source="gordon1988milman",
    locus="theorem 1.4, applied to e^{-c min max}, with the projection on the orthant",
    typeset=r"\alpha^{+}_{\mathrm{lifted}}(\kappa) \le \frac{\kappa + \log((1+\sqrt B)/2)/c}"
    + LIFTED,
    gap="1e-9",
)

__all__ = statements(globals())
