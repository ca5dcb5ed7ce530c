"""Angles of polyhedral cones in low dimension, and unions of cones."""

from sympy import (
    Eq,
    Integer,
    Piecewise,
    Product,
    Sum,
    acos,
    asin,
    atan,
    binomial,
    pi,
    sqrt,
    symbols,
)

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols.polyhedral import (
    orthant_probability,
    v_cut,
    v_opposite,
    v_staircase,
    v_trihedral,
)

k, n, i = symbols("k n i", integer=True)
x, y, z, r, t = symbols("x y z r t", real=True)

_second, _third = sqrt(1 + x**2), sqrt(1 + y**2 + z**2)
_RAYS = {x: ("0", "1/2", "3"), y: ("0", "2", "1/3"), z: ("0", "1", "5/2")}

angle_sum = Formula(
    "v_2 of a trihedral cone is the sum of its plane angles over 4 pi",
    equation(
        v_trihedral(2, x, y, z),
        (acos(x / _second) + acos(y / _third) + acos((x * y + z) / (_second * _third))) / (4 * pi),
    ),
    over=_RAYS,
    source="amelunxenlotz2017intrinsic",
    locus="section 2.2, the sum over faces of inner times outer angles",
    note="The rays are (1,0,0), (x,1,0), (y,z,1); the outer angle of a facet is 1/2.",
)

trihedral_angle = Formula(
    "Solid angle of a trihedral cone by its rays",
    equation(
        v_trihedral(3, x, y, z),
        atan(1 / (_second * _third + x * _third + y * _second + (x * y + z))) / (2 * pi),
    ),
    over=_RAYS,
    source="vanoosteromstrackee1983solid",
    locus="equation 8: tan(Omega/2) = det(a,b,c)/(abc + (a.b)c + (a.c)b + (b.c)a)",
    note="The rays a = (1,0,0), b = (x,1,0), c = (y,z,1) have determinant 1; v_3 = Omega/(4 pi).",
)

sheppard = Formula(
    "Orthant probabilities of two and three normal variables",
    equation(
        orthant_probability(n, r),
        1 / Integer(2) ** n + binomial(n, 2) * asin(r) / (2 ** (n - 1) * pi),
    ),
    over={n: (2, 3), r: ("-1/4", "1/7", "1/2", "2/3", "9/10")},
    source="sheppard1899application",
    locus="medial dichotomy; three variables by inclusion and exclusion",
)

sign_patterns = Formula(
    "The orthant probabilities of all sign patterns sum to 1",
    equation(Sum(binomial(n, i) * orthant_probability(n, r, i), (i, 0, n)), Integer(1)),
    over={n: (2, 3, 4), r: ("-1/5", "1/7", "1/2", "9/10")},
    source="plackett1954reduction",
    locus="the reduction formula, for n = 4",
    note="P_{n,r,i}: the first i of n variables with correlation r change their sign.",
)

staircase = Formula(
    "The cone x_1 >= ... >= x_n >= 0 from its faces: exponents 1, 3, ..., 2n - 1",
    equation(
        Sum(v_staircase(k, n) * t**k, (k, 0, n)),
        Product((t + 2 * i - 1) / (2 * i), (i, 1, n)),
    ),
    over={n: (1, 2, 3, 4, 5), t: ("2", "-1/2", "3/5")},
    source="klivansswartz2011projection",
    locus="the fundamental chamber of type B",
    note="Computed from angles, for n = 4 and 5 with Plackett's integral.",
)

additivity = Formula(
    "The intrinsic volumes of a cone that is cut into two parts",
    equation(v_cut(k, x, y, z), v_trihedral(k, 0, y, z)),
    over={x: ("1/2", "3"), y: ("0", "2", "1/3"), z: ("0", "1", "5/2"), k: (0, 1, 2, 3)},
    source="schneiderweil2008stochastic",
    locus="section 6.5, additive extension to finite unions",
    typeset=r"v_k(\operatorname{pos}\{a,b,c\} \cup \operatorname{pos}\{b,e,c\}) ="
    r" v_k(\operatorname{pos}\{a,e,c\}),\quad a = (1,0,0),\ b = (x,1,0),\ c = (y,z,1),"
    r"\ e = (0,1,0)",
    note="The left side is computed by v(A) + v(B) minus v of the intersection, for two parts with "
    "the ray b and a facet in common; the right side from the faces of the whole cone.",
)

opposite_orthants = Formula(
    "Two opposite orthants: additivity on a union that is not convex",
    equation(
        v_opposite(k, n),
        Piecewise(
            (Integer(2) ** (1 - n) - 1, Eq(k, 0)),
            (binomial(n, k) * Integer(2) ** (1 - n), True),
        ),
    ),
    over={n: range(1, 7), k: range(7)},
    domain=(k <= n,),
    source="schneiderweil2008stochastic",
    locus="section 6.5, additive extension to finite unions",
    note="The two orthants meet in the origin, whose v_0 = 1 is subtracted; v_0 = -1/2 for n = 2.",
)

total_of_the_union = Formula(
    "The volumes of a union sum to 1",
    equation(Sum(v_opposite(k, n), (k, 0, n)), Integer(1)),
    over={n: range(1, 9)},
    source="schneiderweil2008stochastic",
    locus="section 6.5",
)

__all__ = statements(globals())
