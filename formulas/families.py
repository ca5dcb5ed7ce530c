"""Intrinsic volumes of named cones in closed form."""

from sympy import (
    Eq,
    Integer,
    Piecewise,
    Product,
    Rational,
    Sum,
    binomial,
    cos,
    factorial,
    gamma,
    pi,
    sin,
    sqrt,
    symbols,
)

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols.families import (
    cells,
    chi_generic,
    f_cover_efron,
    f_schlaefli,
    v_circular,
    v_cover_efron,
    v_half_space,
    v_monotone,
    v_orthant,
    v_psd,
    v_ray,
    v_schlaefli,
    v_subspace,
    v_weyl_A,
    v_weyl_B,
    v_weyl_D,
    v_weyl_E,
    v_weyl_F,
    v_weyl_H,
    v_weyl_I2,
)

k, j, i, n, d, r, p = symbols("k j i n d r p", integer=True)
t, a = symbols("t alpha")

NUMBERS = ("0", "1", "2", "-2", "1/3", "5/2", "-7/3")
"""Values of t at which generating polynomials are compared; 1 gives the sum of the volumes."""


def _exceptional(name: str, head: object, degree: int, exponents: tuple[int, ...]) -> Formula:
    right = Integer(1)
    for m in exponents:
        right *= (t + m) / Integer(m + 1)
    return Formula(
        f"Intrinsic volumes of the fundamental chamber of {name}",
        equation(Sum(head * t**k, (k, 0, degree)), right),
        over={t: NUMBERS},
        source="klivansswartz2011projection",
        locus="the theorem on average projection volumes, for reflection arrangements",
        note=f"The exponents m of {name} are those of Humphreys (1990), table 1 of section 3.7.",
        typeset=rf"\sum_{{k=0}}^{{{degree}}} t^{{k}} v_{{k}}(\mathcal{{W}}({name})) = \prod_{{m}}"
        rf" \frac{{t + m}}{{1 + m}},\quad m = {', '.join(map(str, exponents))}",
    )


orthant = Formula(
    "Intrinsic volumes of the orthant",
    equation(v_orthant(k, d), binomial(d, k) / 2**d),
    over={d: range(1, 9), k: range(9)},
    domain=(k <= d,),
    source="amelunxenlotz2017intrinsic",
    locus="section 2.2, orthants",
)

subspace = Formula(
    "Intrinsic volumes of a linear subspace of dimension j",
    equation(Sum(v_subspace(k, j, d) * t**k, (k, 0, d)), t**j),
    over={d: range(1, 6), j: range(6), t: ("2", "-1/3")},
    domain=(j <= d,),
    source="amelunxenlotz2017intrinsic",
    locus="section 2.2, linear subspaces",
)

half_space = Formula(
    "Intrinsic volumes of a half-space",
    equation(Sum(v_half_space(k, d) * t**k, (k, 0, d)), t ** (d - 1) * (1 + t) / 2),
    over={d: range(1, 9), t: ("2", "-1/3")},
    source="amelunxenlotz2017intrinsic",
    locus="section 2.2, the product of a half-line and a subspace",
)

ray = Formula(
    "Intrinsic volumes of a ray",
    equation(Sum(v_ray(k, d) * t**k, (k, 0, d)), (1 + t) / 2),
    over={d: range(1, 9), t: ("2", "-1/3")},
    source="amelunxenlotz2017intrinsic",
    locus="section 2.2, half-lines",
)

weyl_A = Formula(
    "Intrinsic volumes of the fundamental chamber of A_r",
    equation(Sum(v_weyl_A(k, r) * t**k, (k, 0, r)), Product((t + i) / (i + 1), (i, 1, r))),
    over={r: range(1, 9), t: NUMBERS},
    source="drtonklivans2010geometric",
    locus="the sum over the chambers of a reflection arrangement",
    note="The exponents of A_r are 1, 2, ..., r.",
)

weyl_B = Formula(
    "Intrinsic volumes of the fundamental chamber of B_r",
    equation(Sum(v_weyl_B(k, r) * t**k, (k, 0, r)), Product((t + 2 * i - 1) / (2 * i), (i, 1, r))),
    over={r: range(1, 9), t: NUMBERS},
    source="drtonklivans2010geometric",
    locus="the sum over the chambers of a reflection arrangement",
    note="The exponents of B_r are 1, 3, ..., 2r - 1.",
)

weyl_D = Formula(
    "Intrinsic volumes of the fundamental chamber of D_r",
    equation(
        Sum(v_weyl_D(k, r) * t**k, (k, 0, r)),
        (t + r - 1) / r * Product((t + 2 * i - 1) / (2 * i), (i, 1, r - 1)),
    ),
    over={r: range(2, 9), t: NUMBERS},
    source="drtonklivans2010geometric",
    locus="the sum over the chambers of a reflection arrangement",
    note="The exponents of D_r are 1, 3, ..., 2r - 3 and r - 1.",
)

weyl_I2 = Formula(
    "Intrinsic volumes of the sector of angle pi/p",
    equation(Sum(v_weyl_I2(k, p) * t**k, (k, 0, 2)), (t + 1) * (t + p - 1) / (2 * p)),
    over={p: range(2, 12), t: NUMBERS},
    source="drtonklivans2010geometric",
    locus="the sum over the chambers of a reflection arrangement",
    note="The sector of angle pi/p has v_2 = 1/(2p).",
)

weyl_E6 = _exceptional("E_6", v_weyl_E(k, 6), 6, (1, 4, 5, 7, 8, 11))
weyl_E7 = _exceptional("E_7", v_weyl_E(k, 7), 7, (1, 5, 7, 9, 11, 13, 17))
weyl_E8 = _exceptional("E_8", v_weyl_E(k, 8), 8, (1, 7, 11, 13, 17, 19, 23, 29))
weyl_F4 = _exceptional("F_4", v_weyl_F(k), 4, (1, 5, 7, 11))
weyl_H3 = _exceptional("H_3", v_weyl_H(k, 3), 3, (1, 5, 9))
weyl_H4 = _exceptional("H_4", v_weyl_H(k, 4), 4, (1, 11, 19, 29))

monotone = Formula(
    "Intrinsic volumes of the monotone cone x_1 <= ... <= x_n: level probabilities",
    equation(Sum(v_monotone(k, n) * t**k, (k, 0, n)), Product(t + i, (i, 0, n - 1)) / factorial(n)),
    over={n: range(1, 9), t: ("1", "2", "-1/2", "1/3", "5/2")},
    source="barlow1972statistical",
    locus="section 3.3, the simple order with equal weights",
    note="v_k is the unsigned Stirling number of the first kind over n!.",
)

klivans_swartz = Formula(
    "The volumes of all regions are the coefficients of the characteristic polynomial: B_n",
    equation(
        2**n * factorial(n) * Sum(v_weyl_B(k, n) * t**k, (k, 0, n)),
        (-1) ** n * Product(-t - (2 * i - 1), (i, 1, n)),
    ),
    over={n: range(1, 9), t: NUMBERS},
    source="klivansswartz2011projection",
    locus="the theorem on average projection volumes, for x_i = 0 and x_i = +-x_j",
    note="chi(t) = (t-1)(t-3)...(t-2n+1); the 2^n n! regions are congruent.",
)

klivans_swartz_generic = Formula(
    "The volumes of all regions of n generic hyperplanes give the characteristic polynomial",
    equation(
        cells(n, d) * Sum(v_schlaefli(k, n, d) * t**k, (k, 0, d)),
        (-1) ** d * chi_generic(n, d, -t),
    ),
    over={n: range(1, 8), d: range(1, 6), t: ("1", "-1/2", "5/2")},
    source="klivansswartz2011projection",
    locus="the theorem on average projection volumes, for hyperplanes in general position",
)

generic_polynomial = Formula(
    "Whitney's formula for n generic hyperplanes through 0",
    equation(
        chi_generic(n, d, t),
        Sum((-1) ** j * binomial(n, j) * t ** (d - j), (j, 0, d - 1))
        + (-1) ** d * binomial(n - 1, d - 1),
    ),
    over={n: range(1, 8), d: range(1, 6), t: ("-1", "2", "1/3")},
    source="zaslavsky1975facing",
    locus="the characteristic polynomial as a sum over sets of hyperplanes",
)

generic_regions = Formula(
    "The number of cells of n generic hyperplanes through 0",
    equation(cells(n, d), 2 * Sum(binomial(n - 1, i), (i, 0, d - 1))),
    over={n: range(1, 10), d: range(1, 8)},
    source="schneiderweil2008stochastic",
    locus="lemma 8.2.1",
)

circular = Formula(
    "Intrinsic volumes of the circular cone of half-angle alpha",
    equation(
        v_circular(k, d, a),
        gamma(d * Rational(1, 2))
        / (2 * gamma((k + 1) * Rational(1, 2)) * gamma((d - k + 1) * Rational(1, 2)))
        * sin(a) ** (k - 1)
        * cos(a) ** (d - k - 1),
    ),
    over={d: range(2, 8), k: range(1, 7), a: ("1/10", "3/4", "3/2")},
    domain=(k <= d - 1,),
    source="amelunxenlotz2017conivol",
    locus="function circ_ivol, file R/circular_cones.R",
    note="v_0 and v_d are fractions of the sphere: incomplete beta functions.",
)

circular_cap = Formula(
    "The difference of the solid angles of circular cones in R^(d-2) and in R^d",
    equation(
        v_circular(d - 2, d - 2, a) - v_circular(d, d, a),
        gamma(d * Rational(1, 2))
        / ((d - 2) * sqrt(pi) * gamma((d - 1) * Rational(1, 2)))
        * sin(a) ** (d - 3)
        * cos(a),
    ),
    over={d: range(4, 11), a: ("1/10", "3/4", "3/2")},
    source="amelunxenlotz2017conivol",
    locus="function circ_ivol, file R/circular_cones.R: the integral there by parts",
)

psd2 = Formula(
    "Intrinsic volumes of the positive semidefinite 2 x 2 matrices",
    equation(
        Sum(v_psd(k, 2) * t**k, (k, 0, 3)),
        (1 + t**3) * (2 - sqrt(2)) / 4 + (t + t**2) * sqrt(2) / 4,
    ),
    over={t: ("0", "1", "2", "1/3", "5/2", "-3")},
    source="amelunxenbuergisser2015intrinsic",
    locus="the real symmetric matrices of order 2",
)

psd3 = Formula(
    "Intrinsic volumes of the positive semidefinite 3 x 3 matrices",
    equation(
        v_psd(k, 3),
        Piecewise(
            (Rational(1, 4) - sqrt(2) / (2 * pi), Eq(k * (6 - k), 0)),
            ((sqrt(2) - 1) / 4, Eq(k * (6 - k), 5)),
            (sqrt(2) / (2 * pi), Eq(k * (6 - k), 8)),
            (1 - sqrt(2) / 2, True),
        ),
    ),
    over={k: range(7)},
    source="amelunxenbuergisser2015intrinsic",
    locus="the real symmetric matrices of order 3",
)

schlaefli = Formula(
    "Expected intrinsic volumes of the Schläfli cone",
    equation(
        v_schlaefli(k, n, d),
        Piecewise((binomial(n - 1, d - 1), Eq(k, 0)), (binomial(n, d - k), True)) / cells(n, d),
    ),
    over={n: range(1, 8), d: range(1, 6), k: range(6)},
    domain=(k <= d,),
    source="hugschneider2016random",
    locus="section 4, expectations for the Schläfli cone",
)

schlaefli_faces = Formula(
    "Expected face numbers of the Schläfli cone",
    equation(
        f_schlaefli(k, n, d),
        2 ** (d - k) * binomial(n, d - k) * cells(n - d + k, k) / cells(n, d),
    ),
    over={n: range(1, 8), d: range(1, 6), k: range(1, 6)},
    domain=(k <= d, n - d + k >= 0),
    source="hugschneider2016random",
    locus="section 4, expectations for the Schläfli cone",
)

cover_efron = Formula(
    "Expected intrinsic volumes of the Cover-Efron cone",
    equation(
        v_cover_efron(k, n, d),
        Piecewise((binomial(n - 1, d - 1), Eq(k, d)), (binomial(n, k), True)) / cells(n, d),
    ),
    over={n: range(1, 8), d: range(1, 6), k: range(6)},
    domain=(k <= d,),
    source="hugschneider2016random",
    locus="section 4, expectations for the Cover-Efron cone",
)

cover_efron_faces = Formula(
    "Expected face numbers of the Cover-Efron cone",
    equation(
        f_cover_efron(k, n, d),
        2**k * binomial(n, k) * cells(n - k, d - k) / cells(n, d),
    ),
    over={n: range(1, 8), d: range(1, 6), k: range(5)},
    domain=(k <= d - 1, n - k >= 0),
    source="coverefron1967geometrical",
    locus="the expected number of k-faces of the conditioned convex hull",
)

__all__ = statements(globals())
