"""The exponential rate of q and its saddle-point asymptotics."""

from sympy import log, sqrt, symbols

from polygeo.formula import Asymptotic, Formula, equation
from polygeo.symbols import Phi, lower_edge, q, q_saddle, upper_edge

__all__ = [
    "edges",
    "exponential_rate",
    "lower_edge_value",
    "rate_at_the_upper_edge",
    "saddle_point",
]

alpha, kappa, sigma = symbols("alpha kappa sigma", positive=True)
n = symbols("n", integer=True)
m = symbols("m", integer=True)

_KAPPAS = ("1/10", "1/3", "1/2", "1", "3/2", "2", "5")

edges = Formula(
    "Above this ratio the saddle points are real and q does not oscillate",
    equation(upper_edge(kappa), 2 + 2 * kappa + 2 * sqrt(2 * kappa)),
    over={kappa: _KAPPAS},
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII; zero of the discriminant of the saddle-point equation",
)

lower_edge_value = Formula(
    "Below this ratio the saddle points are real again, outside the unit circle",
    equation(lower_edge(kappa), 2 + 2 * kappa - 2 * sqrt(2 * kappa)),
    over={kappa: _KAPPAS},
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII; zero of the discriminant of the saddle-point equation",
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
    over={alpha: ("7", "8", "9", "12", "20"), kappa: ("1/4", "1/2", "1", "3/2")},
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
)
