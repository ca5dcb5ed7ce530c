"""``polygeo plot NAME --out FILE``: the figures by name, and figures of what a user has.

Of one's own: ``plot p --n 4``, ``plot layer W.csv``, ``plot cone rays C.csv``, ``plot volumes ..``
and ``plot chibarsq --weights 1/4,1/2,1/4``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from polygeo.progress import waiting
from polygeo.report import names
from polygeo.report.cli import cones, decision, shell
from polygeo.terminal import printable

__all__ = ["plot"]


def figure_options(command: Any) -> Any:
    """Add the options --out and --dpi to a command."""
    command = click.option(
        "--dpi", type=shell.INTEGER, metavar="N", help="Dots per inch of a png (default 120)."
    )(command)
    return click.option("--out", metavar="FILE", help="Ending png, svg or pdf.")(command)


def _write(draw: Callable[[], Any], out: str | None, dpi: int | None) -> None:
    """Draw a figure into a file."""
    from polygeo.report.figures.plots import save

    if out is None:
        raise click.UsageError("a figure needs --out FILE")
    with waiting("drawing"):
        save(draw, out, dpi)
    click.echo(f"{printable(out)} written")


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

        @figure_options
        @click.pass_context
        def run(ctx: click.Context, out: str | None, dpi: int | None) -> None:
            _write(draw, out, dpi)

        return click.command(name, cls=shell.Command, help=_described(self)[name])(run)


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
        lines = _described(plot)
        width = max(map(len, lines))
        for name, line in lines.items():
            click.echo(f"{name:{width}}  {line.partition(chr(10))[0]}")


@plot.command(cls=shell.Command)
@click.option("--n", type=shell.INTEGER, default="3", show_default=True, help="Inputs, 1 to 6.")
@shell.nonnegative_option
@shell.bias_option
@click.option("--samples", type=shell.COUNT, default="4000", show_default=True, help="Each size.")
@click.option("--seed", type=shell.INTEGER, default="1", show_default=True, help="Names the run.")
@figure_options
def p(
    n: int,
    inputs: str | None,
    bias: bool,
    samples: int,
    seed: int,
    out: str | None,
    dpi: int | None,
) -> None:
    """Draw p(m, n) over m for one n of your own: exact, simulated, and proved bounds."""
    from polygeo.report.figures.probability import plot_p

    _write(partial(plot_p, n, samples, seed, inputs, bias), out, dpi)


@plot.command(cls=shell.Command, epilog=f"{shell.MATRIX_FILE} {decision.INPUTS_FILE}")
@click.argument("file", metavar="W.csv")
@decision.setting_options
@decision.layer_option
@shell.header_option
@figure_options
def layer(
    file: str,
    bias: str | None,
    nonnegative: bool,
    box: tuple[str, str] | None,
    inputs: str | None,
    layer: str | None,
    header: bool | None,
    out: str | None,
    dpi: int | None,
) -> None:
    """Draw a layer of your own with two inputs: its lines, and where its active rows fail."""
    from polygeo.report.figures.own_layer import plot_layer

    matrix, own = decision.read_weights(file, layer, header)
    setting = decision.read_setting(matrix, bias, nonnegative, box, inputs, header, own)
    _write(partial(plot_layer, matrix, *setting), out, dpi)


@plot.command(cls=shell.Command, epilog=cones.families)
@click.argument("words", nargs=-1, required=True, metavar="FAMILY PARAMETERS...")
@shell.header_option
@figure_options
def cone(words: tuple[str, ...], header: bool | None, out: str | None, dpi: int | None) -> None:
    """Draw a polyhedral cone of your own in 2 or 3 dimensions, such as `rays C.csv`."""
    from polygeo.report.figures.own_cone import plot_cone

    made = cones.cone_of(words, header)
    _write(partial(plot_cone, made, " ".join(words)), out, dpi)


@plot.command(cls=shell.Command, epilog=cones.families)
@click.argument("words", nargs=-1, metavar="[FAMILY PARAMETERS...]")
@shell.header_option
@figure_options
def volumes(words: tuple[str, ...], header: bool | None, out: str | None, dpi: int | None) -> None:
    """Draw the intrinsic volumes of a cone of your own; without one, of several families."""
    from polygeo.report.figures.cones import plot_own_volumes, plot_volumes

    if not words:
        if header is not None:
            raise click.UsageError("--header and --no-header are for the file of a cone")
        _write(plot_volumes, out, dpi)
        return
    made = cones.cone_of(words, header)
    _write(partial(plot_own_volumes, made, " ".join(words)), out, dpi)


@plot.command(cls=shell.Command)
@click.option("--weights", metavar="W0,W1,..", help="The weights, with sum 1.")
@click.option("--covariance", metavar="FILE", help="V, a row a line, or .npy.")
@click.option("--constraints", metavar="FILE|TEXT", help="A with A x >= 0, or text; default x.")
@click.option("--equalities", metavar="FILE", help="E with E x = 0.")
@click.option("--statistic", metavar="T", help="An outcome to mark, with its p-value.")
@shell.header_option
@figure_options
def chibarsq(
    weights: str | None,
    covariance: str | None,
    constraints: str | None,
    equalities: str | None,
    statistic: str | None,
    header: bool | None,
    out: str | None,
    dpi: int | None,
) -> None:
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
    _write(partial(plot_law, law, statistic), out, dpi)
