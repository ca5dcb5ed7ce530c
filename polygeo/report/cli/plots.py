"""``polygeo plot NAME --out FILE``: the figures by name, and figures of what a user has.

Of one's own: ``plot p --n 4``, ``plot layer W.csv``, ``plot cone rays C.csv``, ``plot volumes ..``
and ``plot chibarsq --weights 1/4,1/2,1/4``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import click

from polygeo.progress import waiting
from polygeo.report import names
from polygeo.report.cli import cones, decision, shell
from polygeo.terminal import printable

__all__ = ["plot"]


def figure(command: Callable[..., Callable[[], Any]]) -> Any:
    """Add --out and --dpi to a command that returns the function that draws, and write the file."""

    @wraps(command)
    def run(*arguments: Any, out: str | None, dpi: int | None, **options: Any) -> None:
        from polygeo.report.figures.plots import save

        draw = command(*arguments, **options)
        if out is None:
            raise click.UsageError("a figure needs --out FILE")
        with waiting("drawing"):
            save(draw, out, dpi)
        click.echo(f"{printable(out)} written")

    resolution = "Dots per inch of a png (default 120)."
    run = click.option("--dpi", type=shell.INTEGER, metavar="N", help=resolution)(run)
    return click.option("--out", metavar="FILE", help="Ending png, svg or pdf.")(run)


class Figures(shell.Group):
    """A command for each figure of `polygeo.report.figures.PLOTS`, and those of one's own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all figures."""
        return list(_described(self))

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        """Return the command that draws a figure; DomainError for an unknown name."""
        if name in self.commands:
            return self.commands[name]
        from polygeo.report.figures.plots import PLOTS

        known: dict[str, Any] = {**PLOTS, **self.commands}
        draw = names.pick(name, known, "plot")
        command = click.command(name, cls=shell.Command, help=_described(self)[name])
        return command(figure(lambda: draw))


def _described(group: click.Group) -> dict[str, str]:
    """The names of the figures, with a line each."""
    from polygeo.report.figures.plots import PLOTS

    lines = {name: names.first_line(draw) for name, draw in PLOTS.items()}
    return lines | {name: command.help or "" for name, command in group.commands.items()}


@click.group(
    cls=Figures,
    invoke_without_command=True,
    subcommand_metavar="[NAME ..]",
    short_help="Draw a figure, or list the figures.",
)
@click.pass_context
def plot(ctx: click.Context) -> None:
    """Draw the figure NAME into --out FILE; without a name, what each is.

    ``polygeo plot NAME --help`` shows what a figure takes.
    """
    if ctx.invoked_subcommand is None:
        click.echo(names.listed(_described(plot)))


@plot.command()
@click.option("--n", type=shell.INTEGER, default="3", show_default=True, help="Inputs, 1 to 6.")
@shell.nonnegative_option
@shell.bias_option
@click.option("--samples", type=shell.COUNT, default="4000", show_default=True, help="Each size.")
@click.option("--seed", type=shell.INTEGER, default="1", show_default=True, help="Names the run.")
@figure
def p(n: int, inputs: str | None, bias: bool, samples: int, seed: int) -> Callable[[], Any]:
    """Draw p(m, n) over m for one n of your own: exact, simulated, and proved bounds."""
    from polygeo.report.figures.probability import plot_p

    return partial(plot_p, n, samples, seed, inputs, bias)


@plot.command(epilog=f"{shell.MATRIX_FILE} {decision.INPUTS_FILE}")
@click.argument("file", metavar="W.csv")
@decision.layer_options
@shell.header_option
@figure
def layer(file: str, given: decision.Given, header: bool | None) -> Callable[[], Any]:
    """Draw a layer of your own with two inputs: its lines, and where its active rows fail."""
    from polygeo.report.figures.own_layer import plot_layer

    matrix, setting = decision.read_given(file, given, header)
    return partial(plot_layer, matrix, *setting)


@plot.command(epilog=cones.families)
@click.argument("words", nargs=-1, required=True, metavar="FAMILY PARAMETERS...")
@shell.header_option
@figure
def cone(words: tuple[str, ...], header: bool | None) -> Callable[[], Any]:
    """Draw a polyhedral cone of your own in 2 or 3 dimensions, such as `rays C.csv`."""
    from polygeo.report.figures.own_cone import plot_cone

    return partial(plot_cone, cones.cone_of(words, header), " ".join(words))


@plot.command(epilog=cones.families)
@click.argument("words", nargs=-1, metavar="[FAMILY PARAMETERS...]")
@shell.header_option
@figure
def volumes(words: tuple[str, ...], header: bool | None) -> Callable[[], Any]:
    """Draw the intrinsic volumes of a cone of your own; without one, of several families."""
    from polygeo.report.figures.cones import plot_own_volumes, plot_volumes

    if not words:
        if header is not None:
            raise click.UsageError("--header and --no-header are for the file of a cone")
        return plot_volumes
    return partial(plot_own_volumes, cones.cone_of(words, header), " ".join(words))


@plot.command()
@click.option("--weights", metavar="W0,W1,..", help="The weights, with sum 1.")
@click.option("--covariance", metavar="FILE", help="V, a row a line, or .npy.")
@click.option("--constraints", metavar="FILE|TEXT", help="A with A x >= 0, or text; default x.")
@click.option("--equalities", metavar="FILE", help="E with E x = 0.")
@click.option("--statistic", metavar="T", help="An outcome to mark, with its p-value.")
@shell.header_option
@figure
def chibarsq(
    weights: str | None,
    covariance: str | None,
    constraints: str | None,
    equalities: str | None,
    statistic: str | None,
    header: bool | None,
) -> Callable[[], Any]:
    """Draw a chi-bar-squared law of your own: density, tail, components, critical values."""
    from polygeo.report.cli.chibarsq import read_problem
    from polygeo.report.figures.own_law import plot_law
    from polygeo.volumes import chi_bar_weights

    if (weights is None) == (covariance is None):
        raise click.UsageError("give the law by --weights or by --covariance")
    if weights is not None:
        if constraints is not None or equalities is not None or header is not None:
            raise click.UsageError("--weights are the whole law: no constraints, no equalities")
        law: Any = weights.split(",")
    else:
        law = chi_bar_weights(*read_problem(covariance, constraints, equalities, header), 12)
    return partial(plot_law, law, statistic)
