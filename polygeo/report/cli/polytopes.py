"""``polygeo fvector poisson-voronoi 4``: expected face numbers of random polytopes and cells.

A model is named by a word and its parameters; `MODELS` holds the words. To add one, add a line.
"""

from __future__ import annotations

import click

from polygeo.progress import waiting
from polygeo.report.cli.shell import (
    INTEGER,
    Command,
    digits_option,
    format_option,
    full_option,
    print_answer,
)
from polygeo.report.names import pick

__all__ = ["MODELS", "fvector"]


MODELS: dict[str, tuple[str, tuple[type, ...], str]] = {
    "poisson-voronoi": (
        "PoissonVoronoiCell",
        (int,),
        "D: typical cell of the Poisson-Voronoi tessellation of R^D",
    ),
    "zero-cell": (
        "PoissonZeroCell",
        (int,),
        "D: zero cell of the isotropic Poisson hyperplane tessellation",
    ),
    "poisson": (
        "PoissonPolytope",
        (int, str),
        "D ALPHA: hull of a Poisson process of intensity |x|^-(D + ALPHA)",
    ),
    "beta": (
        "BetaPolytope",
        (int, int, str),
        "N D BETA: N points, density ~ (1 - |x|^2)^BETA; 0: ball, -1: sphere",
    ),
    "beta-prime": (
        "BetaPrimePolytope",
        (int, int, str),
        "N D BETA: N points, density ~ (1 + |x|^2)^-BETA, BETA > D/2",
    ),
    "half-sphere": (
        "HalfSphereHull",
        (int, int),
        "N D: hull of N points on the half-sphere of dimension D",
    ),
    "gaussian": ("GaussianPolytope", (int, int), "N D: hull of N normal points"),
    "symmetric": (
        "SymmetricGaussianPolytope",
        (int, int),
        "N D: hull of N normal points and their antipodes",
    ),
    "simplex": (
        "ProjectedSimplex",
        (int, int),
        "N D: random projection of the simplex with N vertices",
    ),
    "crosspolytope": (
        "ProjectedCrosspolytope",
        (int, int),
        "N D: random projection of the crosspolytope of R^N",
    ),
    "cube": ("ProjectedCube", (int, int), "N D: random projection of the cube of R^N"),
    "walk": ("RandomWalkHull", (int, int), "N D: hull of a random walk of N steps"),
    "bridge": ("RandomBridgeHull", (int, int), "N D: hull of a random bridge of N steps"),
    "weyl": (
        "WeylSection",
        (str, int, int),
        "A|B|D RANK D: cells of the mirrors in a random D-dimensional subspace",
    ),
}
"""Word -> (class of `polygeo.polytopes`, kinds of its parameters, help).

A kind str is a rational number or a type.
"""


def _help() -> str:
    lines = (f"  {name:16} {line}" for name, (_, _, line) in MODELS.items())
    return "\n".join(["\b", "Models:", *lines])


@click.command(
    cls=Command, short_help="Expected face numbers of a random polytope.", epilog=_help()
)
@click.argument("words", nargs=-1, required=True, metavar="MODEL [PARAMETERS]...")
@digits_option(12)
@full_option
@format_option("text", "json")
def fvector(words: tuple[str, ...], digits: int, full: bool, layout: str) -> None:
    """Compute the expected numbers of faces of dimension 0, 1, .. of a random polytope or cell.

    Prints the decimals, then each number as it is known. For instance: polygeo fvector
    poisson-voronoi 4, polygeo fvector beta 100 3 0.
    """
    from polygeo import polytopes
    from polygeo.answers.decimals import significant
    from polygeo.answers.serialise import kind, show

    significant(digits)
    name, *values = words
    model, kinds, _ = pick(name, MODELS, "model")
    if len(values) != len(kinds):
        raise click.UsageError(f"{name} needs parameters: {len(kinds)}; got {len(values)}")
    parameters = [
        INTEGER.convert(value, None, None) if wanted is int else value
        for value, wanted in zip(values, kinds, strict=True)
    ]
    with waiting(f"computing {name}"):
        vector = getattr(polytopes, model)(*parameters).f_vector(digits + 5)
        rounded = vector.decimal(digits)
    record = {"model": " ".join(words), **vector.to_dict(), "decimal": list(rounded)}
    lines = [" ".join(rounded)]
    for k, value in enumerate(vector):
        known = kind(value)
        lines.append(f"f_{k} = {show(value, full)}" if known == "exact" else f"f_{k}: {known}")
    print_answer(layout, record, lines)
