"""``polygeo fvector poisson-voronoi 4``: expected face numbers of random polytopes and cells.

A model is named by a word and its parameters; `MODELS` holds the words. To add one, add a line.
"""

from __future__ import annotations

from dataclasses import fields

import click

from polygeo.progress import waiting
from polygeo.report.cli import shell
from polygeo.report.names import pick

__all__ = ["MODELS", "fvector"]


MODELS: dict[str, tuple[str, str]] = {
    "poisson-voronoi": (
        "PoissonVoronoiCell",
        "D: typical cell of the Poisson-Voronoi tessellation of R^D",
    ),
    "zero-cell": (
        "PoissonZeroCell",
        "D: zero cell of the isotropic Poisson hyperplane tessellation",
    ),
    "poisson": (
        "PoissonPolytope",
        "D ALPHA: hull of a Poisson process of intensity |x|^-(D + ALPHA)",
    ),
    "beta": ("BetaPolytope", "N D BETA: N points, density ~ (1 - |x|^2)^BETA; 0: ball, -1: sphere"),
    "beta-prime": (
        "BetaPrimePolytope",
        "N D BETA: N points, density ~ (1 + |x|^2)^-BETA, BETA > D/2",
    ),
    "half-sphere": ("HalfSphereHull", "N D: hull of N points on the half-sphere of dimension D"),
    "gaussian": ("GaussianPolytope", "N D: hull of N normal points"),
    "symmetric": ("SymmetricGaussianPolytope", "N D: hull of N normal points and their antipodes"),
    "simplex": ("ProjectedSimplex", "N D: random projection of the simplex with N vertices"),
    "crosspolytope": (
        "ProjectedCrosspolytope",
        "N D: random projection of the crosspolytope of R^N",
    ),
    "cube": ("ProjectedCube", "N D: random projection of the cube of R^N"),
    "walk": ("RandomWalkHull", "N D: hull of a random walk of N steps"),
    "bridge": ("RandomBridgeHull", "N D: hull of a random bridge of N steps"),
    "weyl": (
        "WeylSection",
        "A|B|D RANK D: cells of the mirrors in a random D-dimensional subspace",
    ),
}
"""Word -> class of `polygeo.polytopes`, and its parameters (the fields of the class) with help."""


def _help() -> str:
    lines = (f"  {name:16} {line}" for name, (_, line) in MODELS.items())
    return "\n".join(["\b", "Models:", *lines])


@shell.command("Expected face numbers of a random polytope.", epilog=_help())
@click.argument("words", nargs=-1, required=True, metavar="MODEL [PARAMETERS]...")
@shell.digits_option(12)
@shell.full_option
@shell.format_option("text", "json")
def fvector(words: tuple[str, ...], digits: int, full: bool, layout: str) -> None:
    """Compute the expected numbers of faces, by dimension, of a random polytope or cell.

    Prints the decimals, then each number as it is known. For instance: polygeo fvector
    poisson-voronoi 4, polygeo fvector beta 100 3 0.
    """
    from polygeo import polytopes
    from polygeo.answers.decimals import significant
    from polygeo.answers.serialise import kind, show

    significant(digits)
    name, *values = words
    model = getattr(polytopes, pick(name, MODELS, "model")[0])
    kinds = [field.type for field in fields(model)]
    if len(values) != len(kinds):
        raise click.UsageError(f"{name} needs parameters: {len(kinds)}; got {len(values)}")
    parameters = [
        shell.INTEGER.convert(value, None, None) if wanted == "int" else value
        for value, wanted in zip(values, kinds, strict=True)
    ]
    with waiting(f"computing {name}"):
        vector = model(*parameters).f_vector(digits + 5)
        rounded = vector.decimal(digits)
    record = {"model": " ".join(words), **vector.to_dict(), "decimal": list(rounded)}
    lines = [" ".join(rounded)]
    for k, value in enumerate(vector):
        known = kind(value)
        lines.append(f"f_{k} = {show(value, full)}" if known == "exact" else f"f_{k}: {known}")
    shell.print_answer(layout, record, lines)
