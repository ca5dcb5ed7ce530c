"""Expected face numbers of Gaussian polytopes and of random projections of regular polytopes."""

from typing import Any

from sympy import Eq, Mod, Rational, Sum, binomial, floor, symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols.gaussian_polytopes import f_cube, f_gaussian, f_symmetric
from polygeo.symbols.sparse import (
    beta,
    g,
    gamma_cross,
    gamma_simplex,
    recovery_l1,
    recovery_orthant,
)

n, d, k, s, j = symbols("n d k s j", integer=True)

_DIMENSIONS = range(1, 6)
_SIZES = range(2, 10)


def _kept(signs: int, external: Any) -> Any:
    """Twice the sum of the products of angles over the faces of dimension d - 1, d - 3, .."""
    return 2 * Sum(_angles(d - 2 * s, signs, external), (s, 0, floor((d - k - 1) / 2)))


def _lost(signs: int, external: Any) -> Any:
    return 2 * Sum(_angles(d + 2 * s, signs, external), (s, 1, floor((n - d) / 2)))


def _angles(size: Any, signs: int, external: Any) -> Any:
    count = signs**size * binomial(n, size) * binomial(size, k + 1)
    return count * beta(k + 1, size) * external(size, n)


simplex_projection = Formula(
    "Projections of the regular simplex: angles of the faces of dimension d - 1, d - 3, ..",
    equation(f_gaussian(k, n, d), _kept(1, gamma_simplex)),
    over={n: _SIZES, d: _DIMENSIONS, k: range(5)},
    domain=(d < n, k < d),
    source="affentrangerschneider1992random",
    locus="formula (5) for the simplex",
    note="Gaussian polytopes have the same expectation (Baryshnikov and Vitale 1994).",
)

simplex_complement = Formula(
    "Projections of the regular simplex: the faces that are lost",
    equation(binomial(n, k + 1) - f_gaussian(k, n, d), _lost(1, gamma_simplex)),
    over={n: _SIZES, d: _DIMENSIONS, k: range(5)},
    domain=(d < n - 1, k < d),
    source="affentrangerschneider1992random",
    locus="formula (5) with Gauss and Bonnet's relation of the angles",
)

plane = Formula(
    "The vertices of the hull of n normal points of the plane",
    equation(f_gaussian(0, n, 2), n * (n - 1) * g(n - 2, Rational(1, 2))),
    over={n: range(3, 20)},
    source="renyisulanke1963konvexe",
    locus="the normal distribution",
)

cross_projection = Formula(
    "Projections of the crosspolytope: angles of the faces of dimension d - 1, d - 3, ..",
    equation(f_symmetric(k, n, d), _kept(2, gamma_cross)),
    over={n: range(1, 9), d: _DIMENSIONS, k: range(5)},
    domain=(d <= n, k < d),
    source="affentrangerschneider1992random",
    locus="the theorem on projections of a polytope",
    note="The angles of the crosspolytope are those of Betke and Henk 1993.",
)

cross_complement = Formula(
    "Projections of the crosspolytope: the faces that are lost",
    equation(2 ** (k + 1) * binomial(n, k + 1) - f_symmetric(k, n, d), _lost(2, gamma_cross)),
    over={n: range(3, 10), d: _DIMENSIONS, k: range(5)},
    domain=(d < n, k < d, Eq(Mod(n - d, 2), 0)),
    source="affentrangerschneider1992random",
    locus="the theorem on projections of a polytope, with the relation of the angles",
    note="For odd n - d the crosspolytope itself, of dimension n, is one more term.",
)

ridges = Formula(
    "Gaussian polytopes are simplicial: each ridge lies in two facets",
    equation(2 * f_gaussian(d - 2, n, d), d * f_gaussian(d - 1, n, d)),
    over={n: range(4, 12), d: range(2, 8)},
    domain=(d < n,),
    source="schneiderweil2008stochastic",
    locus="the Dehn-Sommerville relations of simplicial polytopes",
)

euler_relation = Formula(
    "Euler's relation of the expected face numbers, in odd dimension",
    equation(Sum((-1) ** k * f_symmetric(k, n, d), (k, 0, d - 1)), 2),
    over={n: range(3, 12), d: (3, 5, 7)},
    domain=(d <= n,),
    source="schneiderweil2008stochastic",
    locus="Euler's relation",
)

zonotope = Formula(
    "A generic projection of the cube: the faces of a zonotope",
    equation(
        f_cube(k, n, d),
        2 * binomial(n, k) * Sum(binomial(n - k - 1, j), (j, 0, d - k - 1)),
    ),
    over={n: range(2, 10), d: _DIMENSIONS, k: range(5)},
    domain=(k < d, d < n),
    source="donohotanner2010counting",
    locus="faces of projected hypercubes, through Wendel's theorem",
)

zonotope_euler = Formula(
    "Euler's relation of a generic zonotope",
    equation(Sum((-1) ** k * f_cube(k, n, d), (k, 0, d - 1)), 1 - (-1) ** d),
    over={n: range(1, 12), d: range(1, 8)},
    domain=(d <= n,),
    source="schneiderweil2008stochastic",
    locus="Euler's relation",
)

recovery_faces = Formula(
    "The faces of the projected crosspolytope are the vectors that l1 recovers",
    equation(f_symmetric(s - 1, n, d), 2**s * binomial(n, s) * recovery_l1(n, s, d)),
    over={n: range(1, 9), s: range(1, 9), d: range(1, 9)},
    domain=(s <= d, d <= n),
    source="donohotanner2009counting",
    locus="the equivalence of face counting and sparse recovery",
)

cube_survival = Formula(
    "The projected cube keeps faces like the projected orthant",
    equation(f_cube(s, n, d), 2 ** (n - s) * binomial(n, s) * recovery_orthant(n, s, d)),
    over={n: range(2, 9), s: range(1, 9), d: range(2, 9)},
    domain=(s < d, d <= n),
    source="donohotanner2010counting",
    locus="faces of projected hypercubes and orthants",
)

__all__ = statements(globals())
