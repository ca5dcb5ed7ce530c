"""The equations that define the thresholds, with the certified roots put in."""

from typing import Any

from sympy import Rational, erfc, erfinv, exp, log, pi, sqrt, symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols import (
    alpha_cover,
    alpha_euler,
    alpha_gordon,
    alpha_half_space,
    alpha_lifted_gordon,
    alpha_union_orthants,
    alpha_union_vertices,
    deep_width,
)

kappa = symbols("kappa", positive=True)
L = symbols("L", integer=True, positive=True)

_KAPPAS = ("1/100", "1/3", "1/2", "1", "3/2", "2", "5", "40")


def xlogx(x: Any) -> Any:
    """Return x log x."""
    return x * log(x)


def density(x: Any) -> Any:
    """Return the density phi(x) of the normal law."""
    return exp(-(x**2) / 2) / sqrt(2 * pi)


def tail(x: Any) -> Any:
    """Return Q(x) = P[g > x] for a normal g."""
    return erfc(x / sqrt(2)) / 2


def quantile(share: Any) -> Any:
    """Return the t with Q(t) = ``share``."""
    return sqrt(2) * erfinv(1 - 2 * share)


def gordon_excess(share: Any) -> Any:
    """Return Phi(t) - 1/2 - t phi(t), where Q(t) = ``share``."""
    t = quantile(share)
    return Rational(1, 2) - share - t * density(t)


def lifted_moment(chi: Any, c: Any) -> Any:
    """Return the moment N(chi, c) of the lifted Gordon bounds."""
    t, s = sqrt(2 * chi), sqrt(1 + c / chi)
    return Rational(1, 2) + exp(-c) * tail(t) + (Rational(1, 2) - tail(t * s)) / s


LIFTED = (
    r"{-\log N(\chi,c)/c}, \quad N = \tfrac12 + e^{-c} H(t) + \frac{\frac12 - H(t\sqrt{B})}"
    r"{\sqrt{B}}, \quad t = \sqrt{2\chi},\; B = 1 + c/\chi,\; H = 1 - \Phi"
)
"""The denominator of the lifted Gordon bounds, typeset."""

cover = Formula(
    "Cover's threshold",
    equation(alpha_cover(kappa), 1 + 2 * kappa),
    over={kappa: _KAPPAS},
    source="cover1965geometrical",
    locus="general position; at kappa = 1 the ratio 3 of the slides",
)

half_space = Formula(
    "The threshold of rows in a half-space and fair coins",
    equation(alpha_half_space(kappa), 2 + 2 * kappa),
    over={kappa: _KAPPAS},
    source="wendel1962problem",
    locus="equation (1) for 2n rows, and the law of large numbers for the others",
)

_a = alpha_euler(kappa)
_t = (_a - 2 * kappa - sqrt((_a - 2 * kappa) ** 2 - 4 * (_a - 1))) / (2 * (_a - 1))

euler = Formula(
    "The threshold of the Euler-characteristic surrogate: the rate vanishes",
    equation(
        xlogx(_a)
        - xlogx(kappa)
        - xlogx(_a - kappa)
        + kappa * log(1 - _t)
        + (_a - kappa) * log(1 + _t)
        - log(_t),
        _a * log(2),
    ),
    over={kappa: _KAPPAS},
    source="maillard2022slides",
    locus="slide 'Approach from integral geometry', alpha = 8.34",
    typeset=r"\alpha H(\kappa/\alpha) + \kappa\log(1-t) + (\alpha-\kappa)\log(1+t) - \log t"
    r" = \alpha \log 2",
)

euler_above_edge = Formula(
    "The threshold lies above the edge of oscillation",
    alpha_euler(kappa) > 2 + 2 * kappa + 2 * sqrt(2 * kappa),
    over={kappa: _KAPPAS},
    source="flajoletsedgewick2009analytic",
    locus="chapter VIII",
    note="By duality the ratio is the same for kappa and 1/kappa; of the points tried it is "
    "nearest to 1 at 1/100.",
    gap="1/12",
)

euler_duality = Formula(
    "The threshold of the surrogate when dimension and depth are exchanged",
    equation(alpha_euler(1 / kappa), alpha_euler(kappa) / kappa),
    over={kappa: _KAPPAS},
    source="macwilliamssloane1977theory",
    locus="chapter 5: binomial(M,x) K_i(x) = binomial(M,i) K_x(i)",
)

_share = kappa / alpha_gordon(kappa)

gordon = Formula(
    "Gordon's threshold, at kappa = 1 also the replica-symmetric one",
    equation(kappa * gordon_excess(_share), _share),
    over={kappa: _KAPPAS},
    source="gordon1988milman",
    locus="escape through a mesh: squared distance to the cone against the dimension",
    typeset=r"\kappa\left(\Phi(t) - \tfrac12 - t\,\varphi(t)\right) = 1 - \Phi(t)"
    r" = \kappa/\alpha",
)

gordon_below_union = Formula(
    "Gordon's bound is below the union bound",
    alpha_gordon(kappa) < alpha_union_orthants(kappa),
    over={kappa: ("1/100", "1/3", "1/2", "1", "3/2", "2", "5")},
    source="maillard2022slides",
    locus="slide 'Summary & Outlook'",
    note="On the slide for kappa = 1, the layer; here for six other depths as well.",
    gap="3/40",
)

chi, c = symbols("chi c", positive=True)


lifted_gordon = Formula(
    "The lifted Gordon threshold is the least value of one expression in chi and c",
    alpha_lifted_gordon(kappa)
    <= (kappa + log(1 + c / chi) / (2 * c)) * c / -log(lifted_moment(chi, c)),
    over={
        kappa: ("1/2", "1", "3/2", "2", "5"),
        chi: ("1/10", "0.278516", "1/2", "1"),
        c: ("1/4", "0.708476", "1", "2"),
    },
    source="gordon1988milman",
    locus="theorem 1.4, applied to e^{-c min max}; the functional at one step of replica-symmetry "
    "breaking and overlap 0",
    typeset=r"\alpha_{\mathrm{lifted}}(\kappa) \le \frac{\kappa + \log(1+c/\chi)/(2c)}" + LIFTED,
    gap="1e-9",
)

lifted_below_gordon = Formula(
    "The lifted Gordon threshold is below Gordon's",
    alpha_lifted_gordon(kappa) < alpha_gordon(kappa),
    over={kappa: ("1/3", "1/2", "1", "3/2", "2", "5", "40")},
    source="gordon1988milman",
    locus="theorem 1.4, applied to e^{-c min max}; c -> 0 gives Gordon's value",
    gap="1/50",
)

euler_above_gordon = Formula(
    "The surrogate's threshold is above Gordon's up to kappa = 5: as a threshold of injectivity "
    "it is refuted",
    alpha_euler(kappa) > alpha_gordon(kappa),
    over={kappa: ("1/100", "1/3", "1/2", "1", "3/2", "2", "5")},
    source="maillard2022slides",
    locus="slide 'Summary & Outlook'",
    note="On the slide for kappa = 1, the layer. At kappa = 7 the order is the other way round.",
    gap="1/600",
)

_u = alpha_union_orthants(kappa)

union_orthants = Formula(
    "The ratio above which the union bound over orthants proves that p tends to 1",
    equation(
        2 * xlogx(_u) - xlogx(kappa) - xlogx(_u - kappa) - xlogx(_u - 1),
        _u * log(2),
    ),
    over={kappa: _KAPPAS},
    source="maillard2022slides",
    locus="slide 'First bounds', 9.09",
    note="At kappa = 1 that is h_2(1/alpha) = 1/2.",
    typeset=r"h_2(\kappa/\alpha) + h_2(1/\alpha) = 1",
)

_w = alpha_union_vertices(kappa)

union_vertices = Formula(
    "The ratio above which the union bound over vertices proves that p tends to 1",
    equation(xlogx(_w) - xlogx(kappa) - xlogx(_w - 1 - kappa), (_w - 1) * log(2)),
    over={kappa: _KAPPAS},
    source="zaslavsky1975facing",
    locus="vertices of a generic arrangement, first-moment bound",
    typeset=r"\alpha\log\alpha - \kappa\log\kappa - (\alpha-1-\kappa)\log(\alpha-1-\kappa) ="
    r" (\alpha-1)\log 2,\quad \alpha = \alpha_{\mathrm{union}'}(\kappa)",
)

deep_sufficient = Formula(
    "The ratio of widths that suffices for the injectivity of L layers, as L grows",
    equation(deep_width(L), 2 * L * log(L)),
    over={L: range(2, 12)},
    source="paleka2021thesis",
    locus="chapter 5",
)

__all__ = statements(globals())
