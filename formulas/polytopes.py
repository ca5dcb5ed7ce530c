"""Expected face numbers of beta, half-sphere and Poisson polytopes, and of Weyl sections."""

from typing import Any

from sympy import Integer, Sum, binomial, factorial, floor, gamma, pi, sqrt, symbols

from polygeo.formula import Asymptotic, Formula, equation
from polygeo.formulas import statements
from polygeo.symbols.families import v_weyl_A, v_weyl_B
from polygeo.symbols.polytopes import (
    I_beta,
    I_limit,
    I_prime,
    J_beta,
    J_prime,
    delaunay_degree,
    f_beta,
    f_half_sphere,
    f_poisson,
    f_prime,
    f_voronoi,
    f_weyl_A,
    f_weyl_B,
    f_weyl_D,
    f_zero,
    growth_beta,
    s_beta,
    s_half_sphere,
    s_prime,
)

n, m, k, d, i, j, r = symbols("n m k d i j r", integer=True)
a, b = symbols("alpha beta")

_last = floor((d - k - 1) / 2)

beta_faces = Formula(
    "Face numbers of beta polytopes",
    equation(
        f_beta(k, n, d, b),
        2
        * Sum(I_beta(n, d - 2 * j, 2 * b + d) * J_beta(d - 2 * j, k + 1, 2 * b + d), (j, 0, _last)),
    ),
    over={
        d: range(2, 6),
        k: range(5),
        n: range(3, 9),
        b: ("-1", "-1/2", "0", "1/2", "1", "1/3"),
    },
    domain=(k < d, d < n),
    source="kabluchkothaelezaporozhets2020beta",
    locus="expected f-vector of beta polytopes",
    note="beta = 0: uniform points in the ball; beta = -1: on the sphere.",
)

beta_prime_faces = Formula(
    "Face numbers of beta' polytopes",
    equation(
        f_prime(k, n, d, b),
        2
        * Sum(
            I_prime(n, d - 2 * j, 2 * b - d) * J_prime(d - 2 * j, k + 1, 2 * b - d), (j, 0, _last)
        ),
    ),
    over={d: range(1, 5), k: range(5), n: (3, 5, 7), b: ("5/2", "3", "8/3")},
    domain=(k < d, d < n),
    source="kabluchkothaelezaporozhets2020beta",
    locus="expected f-vector of beta' polytopes",
)

half_sphere_faces = Formula(
    "Face numbers of the convex hull of uniform points on a half-sphere",
    equation(
        f_half_sphere(k, n, d),
        2 * Sum(I_prime(n, d - 2 * j, 1) * J_prime(d - 2 * j, k + 1, 1), (j, 0, _last)),
    ),
    over={d: range(1, 6), k: range(5), n: range(3, 12, 2)},
    domain=(k < d, d < n),
    source="kabluchkomarynychtemesvarithaele2019",
    locus="gnomonic projection to a beta' polytope",
)

poisson_faces = Formula(
    "Face numbers of the convex hull of a Poisson process of intensity |x|^-(d+alpha)",
    equation(
        f_poisson(k, d, a),
        2 * Sum(I_limit(d - 2 * j, a) * J_prime(d - 2 * j, k + 1, a), (j, 0, _last)),
    ),
    over={d: range(1, 7), k: range(6), a: ("1", "2", "3", "5", "3/2")},
    domain=(k < d,),
    source="kabluchkothaelezaporozhets2020beta",
    locus="Poisson polyhedra, expected f-vector",
)

poisson_voronoi = Formula(
    "Face numbers of the typical Poisson-Voronoi cell",
    equation(
        f_voronoi(k, d),
        2 * Sum(I_limit(d - 2 * j, d) * J_prime(d - 2 * j, d - k, d), (j, 0, floor(k / 2))),
    ),
    over={d: range(1, 9), k: range(8)},
    domain=(k < d,),
    source="kabluchko2021angles",
    locus="typical Poisson-Voronoi cells",
)

voronoi_vertices = Formula(
    "Vertices of the typical Poisson-Voronoi cell",
    equation(
        f_voronoi(0, d),
        2 ** (d + 1)
        * pi ** ((d - 1) / 2)
        / d**2
        * gamma((d**2 + 1) / 2)
        / gamma(d**2 / 2)
        * (gamma(1 + d / 2) / gamma((d + 1) / 2)) ** d,
    ),
    over={d: range(1, 13)},
    source="schneiderweil2008stochastic",
    locus="section 10.2, intensities of the faces of a Poisson-Voronoi mosaic",
    note="Each vertex belongs to d + 1 cells.",
)

delaunay_degrees = Formula(
    "Mean number of Delaunay simplices at a typical Delaunay simplex of lower dimension",
    equation(
        delaunay_degree(k, j, d) * f_voronoi(d - k, d),
        binomial(j, k) * f_voronoi(d - j, d),
    ),
    over={d: range(2, 7), k: range(1, 6), j: range(1, 7)},
    domain=(k <= j, j <= d),
    source="schneiderweil2008stochastic",
    locus="section 10.1, intensities of the faces of a normal mosaic",
    note="A j-simplex has C(j+1, k+1) faces of dimension k; f_d is left out.",
)

zero_cell = Formula(
    "Face numbers of the Poisson zero cell",
    equation(
        f_zero(k, d),
        2 * Sum(I_limit(d - 2 * j, 1) * J_prime(d - 2 * j, d - k, 1), (j, 0, floor(k / 2))),
    ),
    over={d: range(1, 10), k: range(9)},
    domain=(k < d,),
    source="kabluchko2019expected",
    locus="expected f-vector of the zero polytope",
    note="The left side comes from the closed form pi^(d-k)/(d-k)! A[d, d-k].",
)

zero_cell_vertices = Formula(
    "Vertices of the Poisson zero cell",
    equation(f_zero(0, d), factorial(d) / 2**d * (pi ** (d / 2) / gamma(1 + d / 2)) ** 2),
    over={d: range(1, 13)},
    source="schneiderweil2008stochastic",
    locus="section 10.4, zero cell of a stationary isotropic Poisson hyperplane tessellation",
)

zero_cell_ridges = Formula(
    "Ridges of the Poisson zero cell: the even coefficient of degree 2",
    equation(
        f_zero(d - 2, d),
        pi**2 / 2 * Sum((d - 1 - 2 * i) ** 2, (i, 0, floor((d - 2) / 2))),
    ),
    over={d: range(2, 13)},
    source="kabluchko2019expected",
    locus="A[d, 2] is the sum of the squares (d-1)^2 + (d-3)^2 + ...",
)

half_sphere_limit = Asymptotic(
    "Many points on a half-sphere: the hull's faces are those of the polar of the zero cell",
    f_half_sphere(1, n, d),
    f_zero(d - 2, d),
    variable=n,
    along={d: Integer(3)},
    sizes=(50, 100, 200, 400, 800, 1600),
    source="kabluchkomarynychtemesvarithaele2019",
    locus="convergence of the expected face numbers",
)

sphere_edges = Formula(
    "Points on the sphere in space: a triangulated sphere",
    equation(f_beta(1, n, 3, -1), 3 * n - 6),
    over={n: range(4, 40)},
    source="schneiderweil2008stochastic",
    locus="Euler's relation for simplicial polytopes",
)

sylvester_ball = Formula(
    "Sylvester's problem in the ball",
    equation(
        d + 2 - f_beta(0, d + 2, d, 0),
        (d + 2)
        / 2**d
        * (gamma(d + 2) / gamma((d + 3) / 2) ** 2) ** (d + 1)
        * gamma((d + 1) ** 2 / 2 + 1) ** 2
        / gamma((d + 1) ** 2 + 1),
    ),
    over={d: range(1, 12)},
    source="kingman1969random",
    typeset=r"d + 2 - \mathbb{E}\,f_0(P_{d+2,d}^{0}) = \frac{d+2}{2^d}"
    r" \binom{d+1}{\frac12(d+1)}^{d+1} \Big/ \binom{(d+1)^2}{\frac12(d+1)^2}",
)

sylvester_angles = Formula(
    "Sylvester's problem is an angle of a simplex",
    equation(s_beta(d, b), 2 * J_beta(d + 2, 1, 2 * b + d)),
    over={d: range(2, 9), b: ("-1/2", "0", "1/2", "1", "2", "1/3")},
    source="kabluchko2021angles",
    locus="Sylvester's problem",
)

sylvester_prime = Formula(
    "Sylvester's problem for beta' laws",
    equation(s_prime(d, b), d + 2 - f_prime(0, d + 2, d, b)),
    over={d: range(1, 6), b: ("3", "7/2", "4", "17/5")},
    source="kabluchko2021angles",
    locus="Sylvester's problem",
)

sylvester_half_sphere = Formula(
    "Sylvester's problem on the half-sphere",
    equation(s_half_sphere(d), d + 2 - f_half_sphere(0, d + 2, d)),
    over={d: range(1, 12)},
    source="kabluchko2019expected",
    locus="Sylvester's problem on the half-sphere",
)

_p = (a * d + 1) / (a + 1)
_density = gamma(a / 2 + 1) / (sqrt(pi) * gamma((a + 1) / 2)) * 2 ** ((a + 1) / 2) / (a + 1)
_factor = (
    2
    / factorial(d)
    * gamma(a * d / 2 + 1)
    / (sqrt(pi) * gamma((a * d + 1) / 2))
    * 2 ** ((a * d - 1) / 2)
    * 2
    / (a + 1)
    * gamma(_p)
    * _density ** (-_p)
)

beta_growth = Formula(
    "Growth of the face numbers of beta polytopes: E f_k ~ C n^((d-1)/(2 beta + d + 1))",
    equation(growth_beta(k, d, b), (_factor * J_beta(d, k + 1, a)).subs(a, 2 * b + d)),
    over={d: range(2, 6), k: range(5), b: ("-1", "-1/2", "0", "1", "1/3")},
    domain=(k < d,),
    source="reitzner2005combinatorial",
    locus="expected face numbers of random polytopes in smooth bodies; for the ball beta = 0",
    note="Other beta: Laplace's method in the external angle with d vertices.",
)

_faces = r - d + k + 1


def _section(kind: str, faces: Any, volume: Any) -> Formula:
    whole = Sum(volume(r - d + 1 + 2 * i, r), (i, 0, floor((d - 1) / 2)))
    part = Sum(volume(r - d + 1 + 2 * i, _faces), (i, 0, floor(k / 2)))
    return Formula(
        f"Cells of the mirrors of {kind}_r in a random subspace",
        equation(faces(k, r, d), binomial(r, _faces) * part / whole),
        over={r: range(2, 8), d: range(2, 7), k: range(5)},
        domain=(d <= r, k < d - 1),
        source="kabluchkovysotskyzaporozhets2017weyl",
        locus="Crofton's formula for the faces of a chamber, which are chambers of smaller rank",
    )


weyl_section = _section("A", f_weyl_A, v_weyl_A)
weyl_section_b = _section("B", f_weyl_B, v_weyl_B)

_squares = (r - 1) * (2 * r - 1) * (2 * r - 3) / 3 + (r - 1) ** 2

weyl_section_d = Formula(
    "Cells of the mirrors of D_r in a random three-dimensional subspace",
    equation(
        f_weyl_D(1, r, 3),
        2 * r * (r - 1) * ((r - 2) ** 2 + r - 1) / (1 + (r**2 * (r - 1) ** 2 - _squares) / 2),
    ),
    over={r: range(4, 16)},
    source="klivansswartz2011projection",
    locus="edges and cells counted by the characteristic polynomials of D_r and its mirrors",
)

__all__ = statements(globals())
