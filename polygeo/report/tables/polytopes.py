"""The committed table about random polytopes and cells.

`FAMILIES` lists the models, each as a function of the dimension; one line there adds a family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polygeo import polytopes
from polygeo.answers.serialise import kind
from polygeo.report.tables.tabular import Column, Table, letters

__all__ = ["FAMILIES", "f_vectors"]

DIGITS = 12
DIMENSIONS = range(2, 11)

FAMILIES: dict[str, Callable[[int], Any]] = {
    "Poisson-Voronoi cell": polytopes.PoissonVoronoiCell,
    "Poisson zero cell": polytopes.PoissonZeroCell,
    "2d points in the ball": lambda d: polytopes.BetaPolytope(2 * d, d, 0),
    "2d points on the sphere": lambda d: polytopes.BetaPolytope(2 * d, d, -1),
    "2d points on the half-sphere": lambda d: polytopes.HalfSphereHull(2 * d, d),
    "2d points, density (1+|x|^2)^-d": lambda d: polytopes.BetaPrimePolytope(2 * d, d, d),
    "2d normal points": lambda d: polytopes.GaussianPolytope(2 * d, d),
    "2d normal points and antipodes": lambda d: polytopes.SymmetricGaussianPolytope(2 * d, d),
    "projected cube of R^2d": lambda d: polytopes.ProjectedCube(2 * d, d),
    "random walk, 2d steps": lambda d: polytopes.RandomWalkHull(2 * d, d),
    "random bridge, 2d steps": lambda d: polytopes.RandomBridgeHull(2 * d, d),
}


def f_vectors() -> Table:
    """Make the table of expected face numbers of `FAMILIES` in `DIMENSIONS`."""
    rows = []
    for name, family in FAMILIES.items():
        for d in DIMENSIONS:
            for k, value in enumerate(family(d).f_vector(DIGITS + 5)):
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
