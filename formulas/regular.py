"""Angles of simplices, crosspolytopes and corners; tangent cones of regular polytopes."""

from sympy import (
    Integer,
    Product,
    Rational,
    Sum,
    asin,
    atan,
    binomial,
    floor,
    pi,
    sqrt,
    symbols,
)

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols.sparse import (
    b,
    beta,
    g,
    gamma_corner,
    gamma_cross,
    gamma_simplex,
    v_cube,
    v_permutahedron_a,
    v_permutahedron_b,
    v_simplex,
)

n, k, s, m, ell, j, i = symbols("n k s m l j i", integer=True)
r, t = symbols("r t", positive=True)

_SIZES = range(1, 9)

orthant_pair = Formula(
    "Two correlated normal variables are both positive",
    equation(g(2, r), Rational(1, 4) + asin(r / (1 + r)) / (2 * pi)),
    over={r: ("-2/5", "-1/3", "-1/4", "-1/7", "1/9", "1/2", "3", "20")},
    source="plackett1954reduction",
    locus="the bivariate case (Sheppard)",
)

orthant_triple = Formula(
    "Three equally correlated normal variables are all positive",
    equation(g(3, r), Rational(1, 8) + 3 * asin(r / (1 + r)) / (4 * pi)),
    over={r: ("-3/10", "-1/4", "-1/7", "1/9", "1/2", "3", "20")},
    source="plackett1954reduction",
    locus="the trivariate case",
)

orthant_reflection = Formula(
    "Orthant probability of an odd number of equally correlated variables, from fewer variables",
    equation(2 * g(2 * m + 1, r), Sum((-1) ** j * binomial(2 * m + 1, j) * g(j, r), (j, 0, 2 * m))),
    over={m: range(1, 5), r: ("-1/14", "1/5", "4")},
    source="kabluchkozaporozhets2020absorption",
    locus="inclusion-exclusion over the signs, and the symmetry of the normal law",
)

orthant_total = Formula(
    "Orthant probability at correlation 1/2: the smallest of m + 1 exchangeable variables",
    equation(g(m, 1), 1 / (m + Integer(1))),
    over={m: range(12)},
    source="kabluchkozaporozhets2020absorption",
    locus="int Phi^m phi",
)

internal_angle = Formula(
    "Internal angle of a regular simplex with n vertices at a face with k vertices",
    equation(beta(k, n), g(n - k, -1 / n)),
    over={k: range(1, 7), n: range(1, 9)},
    domain=(k <= n,),
    source="kabluchkozaporozhets2020absorption",
    locus="the function g_n, section 1",
)

external_angle_simplex = Formula(
    "External angle of a regular simplex with n vertices at a face with k vertices",
    equation(gamma_simplex(k, n), g(n - k, 1 / k)),
    over={k: range(1, 7), n: range(1, 9)},
    domain=(k <= n,),
    source="kabluchkozaporozhets2020absorption",
    locus="the function g_n, section 1",
)

gram = Formula(
    "Gram's relation for the angles of a simplex",
    equation(Sum((-1) ** (k - 1) * binomial(n, k) * beta(k, n), (k, 1, n - 1)), (-1) ** n),
    over={n: range(2, 10)},
    source="mcmullen1975non",
    locus="the Gram-Euler theorem",
)

external_angle_crosspolytope = Formula(
    "External angle of the crosspolytope at a ridge: half the angle between two facet normals",
    equation(gamma_cross(k, k + 1), atan(1 / sqrt(k)) / pi),
    over={k: range(1, 13)},
    source="betkehenk1993intrinsic",
    locus="external angles of crosspolytopes, one factor in the integral",
)

external_angle_corner = Formula(
    "External angle of the corner at a ridge of its large facet",
    equation(gamma_corner(k, k + 1), Rational(1, 4) + atan(1 / sqrt(k)) / (2 * pi)),
    over={k: range(1, 13)},
    source="donohotanner2005sparse",
    locus="one factor in the integral",
)

corner_angle = Formula(
    "Internal angle of the corner at a ridge of its large facet",
    equation(b(s, s + 1), Rational(1, 4) - asin(1 / sqrt(s + 1)) / (2 * pi)),
    over={s: range(1, 13)},
    source="donohotanner2005sparse",
    locus="one coordinate off the support",
)

simplex_volumes = Formula(
    "Tangent cone of a simplex: internal times external angles",
    equation(
        v_simplex(ell - 1, n, k),
        binomial(n - k, ell - k) * beta(k, ell) * gamma_simplex(ell, n),
    ),
    over={n: _SIZES, k: _SIZES, ell: _SIZES},
    domain=(k <= ell, ell <= n),
    source="affentrangerschneider1992random",
    locus="section 1, angles of faces",
)

simplex_gauss_bonnet = Formula(
    "Gauss-Bonnet for the tangent cones of a simplex",
    equation(Sum(v_simplex(2 * j, n, k), (j, 0, floor(n / 2))), Rational(1, 2)),
    over={n: _SIZES, k: _SIZES},
    domain=(k < n,),
    source="mcmullen1975non",
    locus="angle-sum relations for polyhedral cones",
)

cube_volumes = Formula(
    "Tangent cone of the cube at a k-dimensional face",
    equation(v_cube(k + j, n, k), binomial(n - k, j) / 2 ** (n - k)),
    over={n: _SIZES, k: range(9), j: range(9)},
    domain=(k <= n, j <= n - k),
    source="donohotanner2010counting",
    locus="angles of the hypercube",
)

permutahedron_a = Formula(
    "Tangent cone of the permutahedron at a vertex",
    equation(
        Sum(v_permutahedron_a(j, n) * t**j, (j, 0, n)),
        Product((1 + i * t) / (1 + i), (i, 0, n - 1)),
    ),
    over={n: _SIZES, t: ("2", "1/3")},
    source="kabluchkovysotskyzaporozhets2017weyl",
    locus="Weyl chambers of type A, polars",
)

permutahedron_b = Formula(
    "Tangent cone of the type B permutahedron at a vertex",
    equation(
        Sum(v_permutahedron_b(j, n) * t**j, (j, 0, n)),
        Product((1 + (2 * i - 1) * t) / (2 * i), (i, 1, n)),
    ),
    over={n: _SIZES, t: ("2", "1/3")},
    source="kabluchkovysotskyzaporozhets2017weyl",
    locus="Weyl chambers of type B, polars",
)

__all__ = statements(globals())
