"""The exponential rate of q and its saddle-point asymptotics."""

from typing import Any

from sympy import Abs, Integer, Rational, exp, log, sqrt, symbols

from polygeo.formula import Asymptotic, Formula, equation
from polygeo.formulas import statements
from polygeo.symbols import Phi, lower_edge, q, q_saddle, upper_edge

alpha, kappa, sigma = symbols("alpha kappa sigma", positive=True)
n = symbols("n", integer=True)
m = symbols("m", integer=True)

_KAPPAS = ("1/10", "1/3", "1/2", "1", "3/2", "2", "5")

edges = Formula(
    "The ratio above which the saddle points are real and q does not oscillate",
    equation(upper_edge(kappa), 2 + 2 * kappa + 2 * sqrt(2 * kappa)),
    over={kappa: _KAPPAS},
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII; zero of the discriminant of the saddle-point equation",
)

lower_edge_value = Formula(
    "The ratio below which the saddle points are real again",
    equation(lower_edge(kappa), 2 + 2 * kappa - 2 * sqrt(2 * kappa)),
    over={kappa: _KAPPAS},
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII; zero of the discriminant of the saddle-point equation",
    note="The product of the two saddle points is 1/(alpha - 1), and neither 1 nor -1 lies between "
    "the two: for kappa < 2 (then alpha < 2) both are outside the unit circle, for kappa > 2 (then "
    "alpha > kappa > 2) both are inside. The statements growth_below_the_lower_edge and "
    "growth_below_the_lower_edge_for_large_depth say which quantity has the rate there.",
)

_t = (alpha - 2 * kappa - sqrt((alpha - 2 * kappa) ** 2 - 4 * (alpha - 1))) / (2 * (alpha - 1))

exponential_rate = Formula(
    "The exponential rate of q above the upper edge",
    equation(
        Phi(alpha, kappa),
        alpha * log(alpha)
        - kappa * log(kappa)
        - (alpha - kappa) * log(alpha - kappa)
        - alpha * log(2)
        + kappa * log(1 - _t)
        + (alpha - kappa) * log(1 + _t)
        - log(_t),
    ),
    over={alpha: ("7", "8", "9", "12", "20"), kappa: ("1/10", "1/4", "1/2", "1", "3/2", "3")},
    domain=(alpha > 2 + 2 * kappa + 2 * sqrt(2 * kappa),),
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII, theorem VIII.8 (large powers)",
    typeset=r"\Phi(\alpha,\kappa) = \alpha H(\kappa/\alpha) - \alpha\log 2 + \kappa\log(1-t) +"
    r" (\alpha-\kappa)\log(1+t) - \log t,\quad (\alpha-1)t^2 - (\alpha-2\kappa)t + 1 = 0",
)

rate_at_the_upper_edge = Formula(
    "The rate is positive at the edge: the threshold lies above it",
    Phi(1 + (1 + sigma) ** 2, sigma**2 / 2) > 0,
    over={sigma: ("1/10", "1/2", "1", "3/2", "2", "3", "4")},
    source="maillard2022slides",
    locus="reading of the slide 'Approach from integral geometry'",
    note="With kappa = sigma^2/2 the upper edge is 1 + (1 + sigma)^2.",
)

saddle_point = Asymptotic(
    "Saddle-point approximation of q at m = 9 n",
    q(m, n),
    q_saddle(m, n),
    variable=n,
    along={m: 9 * n},
    sizes=(20, 40, 80, 160, 320, 640),
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII, theorem VIII.8 (large powers)",
    note="exact/approximate = 1 + c/n + ..., with c near -0.157 at alpha = 9.",
    series=True,
)


def _growth(title: str, ratio: Rational, depth: Rational, limit: Any, sizes: Any) -> Asymptotic:
    """|q - limit| at n and 2n: it is exp(n Phi)/n up to a constant and 1 + O(1/n)."""
    from_n, from_2n = (
        Abs(q(ratio * j, j, depth * j) - limit.subs(n, j)) for j in (n, Integer(2) * n)
    )
    return Asymptotic(
        title,
        2 * from_2n,
        from_n * exp(n * Phi(ratio, depth)),
        variable=n,
        along={},
        sizes=sizes,
        source="flajoletsedgewick2009analytic",
        locus="chapter VIII, theorem VIII.8 (large powers)",
        note="Exact values of q on the left, the certified rate on the right.",
        series=True,
    )


growth_above_the_upper_edge = _growth(
    "Exact q at m = 7n and k = n/2 grows at the rate Phi",
    Rational(7),
    Rational(1, 2),
    Integer(0),
    (20, 40, 80, 160, 320, 640),
)

growth_below_the_lower_edge = _growth(
    "Below the lower edge and for kappa < 2, exact q - 1 has the rate Phi at the larger root",
    Rational(11, 10),
    Rational(1),
    Integer(1),
    (20, 40, 80, 160, 320, 640),
)

growth_below_the_lower_edge_for_large_depth = _growth(
    "Below the lower edge and for kappa > 2, q - 1 - (-1)^(n-1) has the rate Phi at the smaller "
    "root",
    Rational(9),
    Rational(8),
    1 + (-1) ** (n - 1),
    (15, 31, 63, 127, 255, 511),
)

__all__ = statements(globals())
