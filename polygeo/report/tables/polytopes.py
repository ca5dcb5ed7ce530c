"""The committed table about random polytopes and cells.

`FAMILIES` lists the models, each a class with its parameters in dimension d; a line there is a
family more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polygeo.answers.serialise import kind
from polygeo.report.tables.tabular import Column, Table, letters

__all__ = ["FAMILIES", "f_vectors"]

DIGITS = 12
DIMENSIONS = range(2, 11)

FAMILIES: dict[str, tuple[str, Callable[[int], tuple[Any, ...]]]] = {
    "Poisson-Voronoi cell": ("PoissonVoronoiCell", lambda d: (d,)),
    "Poisson zero cell": ("PoissonZeroCell", lambda d: (d,)),
    "2d points in the ball": ("BetaPolytope", lambda d: (2 * d, d, 0)),
    "2d points on the sphere": ("BetaPolytope", lambda d: (2 * d, d, -1)),
    "2d points on the half-sphere": ("HalfSphereHull", lambda d: (2 * d, d)),
    "2d points, density (1+|x|^2)^-d": ("BetaPrimePolytope", lambda d: (2 * d, d, d)),
    "2d normal points": ("GaussianPolytope", lambda d: (2 * d, d)),
    "2d normal points and antipodes": ("SymmetricGaussianPolytope", lambda d: (2 * d, d)),
    "projected cube of R^2d": ("ProjectedCube", lambda d: (2 * d, d)),
    "random walk, 2d steps": ("RandomWalkHull", lambda d: (2 * d, d)),
    "random bridge, 2d steps": ("RandomBridgeHull", lambda d: (2 * d, d)),
}
"""For each model its class in `polygeo.polytopes` and the parameters in dimension d."""


def f_vectors() -> Table:
    """Make the table of expected face numbers of `FAMILIES` in `DIMENSIONS`."""
    from polygeo import polytopes

    rows = []
    for name, (family, parameters) in FAMILIES.items():
        for d in DIMENSIONS:
            model = getattr(polytopes, family)(*parameters(d))
            for k, value in enumerate(model.f_vector(DIGITS + 5)):
                known = kind(value)
                rows.append((name, known, d, k, value, value if known == "exact" else None))
    return Table(
        "f-vectors",
        "Expected numbers of faces of random polytopes and cells, dimensions 2 to 10",
        (
            Column("polytope"),
            Column("kind", terminal="no"),
            *letters("d", "k"),
            Column("f", "E f_k", r"$\mathbb{E} f_k$", digits=DIGITS),
            Column("exact", terminal="below"),
        ),
        tuple(rows),
        (
            f"Exact values where they are elementary and {DIGITS} significant digits, correctly "
            "rounded.",
            "Half-sphere: faces of the spherical convex hull. The hulls of normal points are also "
            "the random projections of the simplex and of the crosspolytope.",
        ),
    )
