"""Linear regions of layers, contraction of angles by layers, stability of the inverse."""

from sympy import Min, Rational, Sum, acos, binomial, cos, log, pi, sin, sqrt, symbols

from polygeo.formula import Asymptotic, Formula, equation
from polygeo.formulas import statements
from polygeo.symbols import union_orthants
from polygeo.symbols.networks import (
    active_regions,
    affine_regions,
    angle_image,
    contracted,
    curve_affine_regions,
    curve_regions,
    frame_line,
    frame_shear,
    kappa_line,
    regions,
)

m, n = symbols("m n", integer=True, positive=True)
i, j, ell = symbols("i j ell", integer=True, nonnegative=True)
a, b, theta = symbols("a b theta", positive=True)

central_sum = Formula(
    "Linear regions of a layer without biases in general position",
    equation(regions(m, n), 2 * Sum(binomial(m - 1, i), (i, 0, n - 1))),
    over={m: range(1, 40, 3), n: range(1, 8)},
    source="cover1965geometrical",
    locus="function-counting theorem",
    note="Also the expected number for Gaussian weights, which are in general position almost "
    "surely; counted first by Schläfli.",
)

central_recursion = Formula(
    "A new row cuts as many regions as it has regions on its own hyperplane",
    equation(regions(m, n), regions(m - 1, n) + regions(m - 1, n - 1)),
    over={m: range(2, 30), n: range(2, 9)},
    source="cover1965geometrical",
    locus="proof of the function-counting theorem",
)

central_count = Formula(
    "The regions of a layer with rows on the moment curve, counted by deletion and restriction",
    equation(curve_regions(m, n), 2 * Sum(binomial(m - 1, i), (i, 0, n - 1))),
    over={m: range(1, 12), n: range(1, 5)},
    source="cover1965geometrical",
    locus="function-counting theorem",
)

affine_sum = Formula(
    "Linear regions of a layer with biases in general position",
    equation(affine_regions(m, n), Sum(binomial(m, i), (i, 0, n))),
    over={m: range(1, 40, 3), n: range(1, 8)},
    source="zaslavsky1975facing",
    locus="regions of a simple arrangement",
    note="Also the expected number for Gaussian weights and independent biases with a density.",
)

affine_coning = Formula(
    "A layer with biases is half of a layer with one more row and one more input",
    equation(affine_regions(m, n), regions(m + 1, n + 1) / 2),
    over={m: range(1, 40, 3), n: range(1, 8)},
    source="zaslavsky1975facing",
    locus="the cone over an affine arrangement",
)

affine_count = Formula(
    "The regions with biases of rows on the moment curve, counted by deletion and restriction",
    equation(curve_affine_regions(m, n), Sum(binomial(m, i), (i, 0, n))),
    over={m: range(1, 10), n: range(1, 4)},
    source="zaslavsky1975facing",
    locus="regions of a simple arrangement",
)

active_share = Formula(
    "Expected number of regions in which exactly j rows of a Gaussian layer are active",
    equation(
        active_regions(m, n, j),
        binomial(m, j) / 2 ** (m - 1) * Sum(binomial(m - 1, i), (i, 0, n - 1)),
    ),
    over={m: range(1, 15, 2), n: range(1, 6), j: range(0, 15, 2)},
    domain=(j <= m,),
    source="cover1965geometrical",
    locus="function-counting theorem, with the signs of the rows exchangeable",
)

active_orthants = Formula(
    "Regions with fewer than n active rows are the orthants of the union bound",
    equation(Sum(active_regions(m, n, j), (j, 0, n - 1)), union_orthants(m, n)),
    over={m: range(2, 30, 4), n: range(1, 8)},
    domain=(n <= m,),
    source="maillard2022slides",
    locus="union bound over orthants",
)

angle_map = Formula(
    "The angle between two inputs behind an infinitely wide ReLU layer",
    equation(angle_image(theta), acos((sin(theta) + (pi - theta) * cos(theta)) / pi)),
    over={theta: ("1/100", "1/4", "1/2", "1", "3/2", "2", "5/2", "3")},
    source="chosaul2009kernel",
    locus="arc-cosine kernel of degree 1",
)

contraction_leading = Asymptotic(
    "The angle between two inputs after l layers is about 3 pi / l",
    contracted(ell),
    3 * pi / ell,
    variable=ell,
    along={},
    sizes=(200, 400, 800, 1600, 3200, 6400),
    source="chosaul2009kernel",
    locus="iterates of the arc-cosine kernel of degree 1",
    note="Derived from the expansion of the map at 0; observed, not proved, by the check.",
    series=True,
)

contraction_rate = Asymptotic(
    "The angle between two inputs after l layers, with the logarithmic correction",
    contracted(ell),
    3 * pi / (ell + Rational(3, 2) * log(ell)),
    variable=ell,
    along={},
    sizes=(50, 100, 200, 400, 800, 1600),
    source="chosaul2009kernel",
    locus="iterates of the arc-cosine kernel of degree 1",
    note="From 1/theta' = 1/theta + 1/(3 pi) + theta/(6 pi^2) + O(theta^2); derived here.",
    series=True,
)

lipschitz_line = Formula(
    "The optimal lower Lipschitz constant of two opposite rows on the line",
    equation(kappa_line(a, b), a * b / sqrt(a**2 + b**2)),
    over={a: ("1/3", "1", "2", "7"), b: ("1/2", "1", "5")},
    source="freemanhaider2025",
    locus="ReLU layers, the case of one input",
    note="The minimum of (a^2 s^2 + b^2 t^2)/(s + t)^2 over s, t >= 0.",
)

frame_line_bound = Formula(
    "The least frame bound of two opposite rows on the line is the smaller square",
    equation(frame_line(a, b), Min(a, b) ** 2),
    over={a: ("1/3", "1", "2", "7"), b: ("1/2", "1", "5")},
    source="freemanhaider2025",
    locus="definition of the bound",
    note="On either side of 0 one of the two rows is active.",
)

half_frame_bound = Formula(
    "Lower bound of the optimal lower Lipschitz constant of a ReLU layer",
    kappa_line(a, b) > sqrt(frame_line(a, b)) / 2,
    over={a: ("1/3", "1", "2", "7"), b: ("1/2", "1", "5")},
    source="freemanhaider2025",
    locus="lower Lipschitz bounds of ReLU layers",
    typeset=r"\kappa \ge \tfrac12 \sqrt{A},\quad A = \min_{x \ne 0}"
    r" \lambda_{\min}(W_{I(x)}^{\mathsf T} W_{I(x)}),\ I(x) = \{i : \langle w_i,x\rangle \ge 0\}",
    note="Checked for layers with one input, where both sides are known; there it is not sharp: "
    "for a = b the left side is sqrt 2 times the right one.",
    gap="1/2",
)

frame_upper_bound = Formula(
    "Upper bound of the optimal lower Lipschitz constant of a ReLU layer",
    kappa_line(a, b) < sqrt(frame_line(a, b)),
    over={a: ("1/3", "1", "2", "7"), b: ("1/2", "1", "5")},
    source="freemanhaider2025",
    locus="lower Lipschitz bounds of ReLU layers",
    typeset=r"\kappa \le \sqrt{A}",
    note="Checked for layers with one input, where both sides are known, and their ratio tends to "
    "1 as one row gets long.",
    gap="1/400",
)

half_singular = Formula(
    "Opposite inputs bound the optimal lower Lipschitz constant by half a singular value",
    kappa_line(a, b) < sqrt(a**2 + b**2) / 2,
    over={a: ("1/3", "2", "7"), b: ("1/2", "1", "5")},
    source="freemanhaider2025",
    locus="the pair x, -x in the definition of the constant",
    typeset=r"\kappa \le \tfrac12 \sigma_{\min}(W)",
    note="|ReLU(a) - ReLU(-a)| = |a| for every coordinate of Wx. Equality for a = b.",
    attained={b: a},
)

frame_bound = Formula(
    "The least frame bound over active rows, for two sheared rows and their negatives",
    equation(frame_shear(a), (2 + a**2 - a * sqrt(a**2 + 4)) / 2),
    over={a: ("1/3", "1/2", "1", "3/2", "2", "3", "10")},
    source="freemanhaider2025",
    locus="definition of the bound",
    note="Every cell has the rows +-(1, a), +-(0, 1) with some signs, so A is the least "
    "eigenvalue of B^T B.",
)

__all__ = statements(globals())
