"""The random polytopes that the command line knows by name: hulls of points, and projections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from polygeo import polytopes

__all__ = ["HULLS", "Model"]


class Model(NamedTuple):
    """What makes it, the kinds of its parameters (int, or str for a rational), one line of help."""

    make: Callable[..., Any]
    parameters: tuple[type, ...]
    line: str


HULLS = {
    "gaussian": Model(polytopes.GaussianPolytope, (int, int), "N D: hull of N normal points"),
    "symmetric": Model(
        polytopes.SymmetricGaussianPolytope, (int, int), "N D: N normal points and their antipodes"
    ),
    "simplex": Model(
        polytopes.ProjectedSimplex, (int, int), "N D: projected simplex with N vertices"
    ),
    "crosspolytope": Model(
        polytopes.ProjectedCrosspolytope, (int, int), "N D: projected crosspolytope of R^N"
    ),
    "cube": Model(polytopes.ProjectedCube, (int, int), "N D: projected cube of R^N, a zonotope"),
    "walk": Model(polytopes.RandomWalkHull, (int, int), "N D: hull of a random walk of N steps"),
    "bridge": Model(
        polytopes.RandomBridgeHull, (int, int), "N D: hull of a random bridge of N steps"
    ),
}
"""Name -> model; the last parameter is the dimension of the space."""
