"""Convex hulls of random walks and bridges, and the Stirling numbers that count their faces."""

from typing import Any

from sympy import Product, Sum, binomial, factorial, floor, symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.symbols.walks import f_bridge, f_walk, stirling_cycles, stirling_partitions

n, d, k, ell, j, i, t = symbols("n d k l j i t")

_DIMENSIONS = range(1, 6)
_SIZES = range(1, 9)


def _faces(steps: Any) -> Any:
    """The face numbers of the hull of a walk of so many steps, or of a bridge of one more."""
    term = stirling_cycles(steps + 1, d - 2 * ell) * stirling_partitions(d - 2 * ell, k + 1)
    return 2 * factorial(k) / factorial(steps) * Sum(term, (ell, 0, floor((d - k - 1) / 2)))


walk_faces = Formula(
    "Expected face numbers of the hull of a random walk of n steps",
    equation(f_walk(k, n, d), _faces(n)),
    over={n: _SIZES, d: _DIMENSIONS, k: range(5)},
    domain=(d <= n, k < d),
    source="kabluchkovysotskyzaporozhets2017faces",
    locus="the theorem on random walks",
    note="Steps that may be permuted and reflected; the same for all such laws.",
)

bridge_faces = Formula(
    "Expected face numbers of the hull of a random bridge of n steps",
    equation(f_bridge(k, n, d), _faces(n - 1)),
    over={n: range(2, 10), d: _DIMENSIONS, k: range(5)},
    domain=(d < n, k < d),
    source="kabluchkovysotskyzaporozhets2017faces",
    locus="the theorem on random bridges",
    note="Steps that may be permuted; the same for all such laws.",
)

walk_polygon = Formula(
    "The vertices of the hull of a walk in the plane",
    equation(f_walk(0, n, 2), 2 * Sum(1 / i, (i, 1, n))),
    over={n: range(2, 40)},
    source="baxter1961combinatorial",
    locus="the expected number of sides",
)

bridge_polygon = Formula(
    "The vertices of the hull of a bridge in the plane",
    equation(f_bridge(0, n, 2), 2 * Sum(1 / i, (i, 1, n - 1))),
    over={n: range(3, 40)},
    source="kabluchkovysotskyzaporozhets2017faces",
    locus="the theorem on random bridges, d = 2",
)

walk_facets_space = Formula(
    "The facets of the hull of a walk in space",
    equation(f_walk(2, n, 3), 2 * Sum(1 / (i * j), (j, 1, n - i), (i, 1, n - 1))),
    over={n: range(3, 20)},
    source="barndorffnielsenbaxter1963combinatorial",
    locus="the expected number of faces",
)

cycle_polynomial = Formula(
    "The generating polynomial of Stirling's numbers of the first kind",
    equation(Sum(stirling_cycles(n, k) * t**k, (k, 0, n)), Product(t + i, (i, 0, n - 1))),
    over={n: range(9), t: ("1", "2", "-1/2", "5/3")},
    source="flajoletsedgewick2009analytic",
    locus="permutations by cycles",
)

partitions = Formula(
    "Stirling's numbers of the second kind by inclusion and exclusion",
    equation(
        stirling_partitions(n, k),
        Sum((-1) ** (k - j) * binomial(k, j) * j**n, (j, 0, k)) / factorial(k),
    ),
    over={n: range(1, 9), k: range(1, 9)},
    domain=(k <= n,),
    source="flajoletsedgewick2009analytic",
    locus="set partitions by blocks",
)

__all__ = statements(globals())
