"""Kinematic formulas over the fan: sections by a random subspace."""

from sympy import Eq, Integer, Sum, floor, symbols

from polygeo.statement import Formula
from polygeo.symbols import q, section_volume, v

__all__ = ["crofton", "crofton_zero", "gauss_bonnet_of_the_section", "total_of_the_section"]

m, n, k, j, i = symbols("m n k j i", integer=True)

_SMALL = {m: range(1, 7), n: range(1, 7), k: range(1, 7)}

crofton = Formula(
    "Crofton's formula: a random section shifts the intrinsic volumes",
    Eq(section_volume(j, n, m, k), v(j + m - n, m, k)),
    over={**_SMALL, j: range(1, 7)},
    domain=(n <= m, k <= m, j <= n),
    source="schneiderweil2008stochastic",
    locus="theorem 6.5.6 (spherical Crofton formula), section 6.5",
)

crofton_zero = Formula(
    "Crofton's formula for the vertex",
    Eq(section_volume(0, n, m, k), Sum(v(j, m, k), (j, 0, m - n))),
    over=_SMALL,
    domain=(n <= m, k <= m),
    source="amelunxenlotz2017intrinsic",
    locus="section 5, kinematic formula with a subspace",
)

gauss_bonnet_of_the_section = Formula(
    "The Euler characteristic of the section is twice the sum of its odd intrinsic volumes",
    Eq(q(m, n, k), 2 * Sum(section_volume(2 * i + 1, n, m, k), (i, 0, floor((n - 1) / 2)))),
    over=_SMALL,
    domain=(n <= m, k <= m),
    source="schneiderweil2008stochastic",
    locus="section 6.5, spherical Gauss-Bonnet theorem",
)

total_of_the_section = Formula(
    "The volumes of the section sum to 1",
    Eq(Sum(section_volume(j, n, m, k), (j, 0, n)), Integer(1)),
    over=_SMALL,
    domain=(n <= m, k <= m),
    source="amelunxenlotz2017intrinsic",
    locus="section 2",
)
