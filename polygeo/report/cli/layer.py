"""Commands about one layer: ``polygeo p 18 3 ..`` and ``polygeo euler-characteristic W.csv``."""

from __future__ import annotations

from typing import Any

import click

from polygeo.report.cli import shell
from polygeo.report.cli.workers import thread_pool

__all__ = ["euler_characteristic", "p", "width"]


@shell.command("Probability that a Gaussian ReLU layer is injective.")
@click.argument("m", type=shell.INTEGER)
@click.argument("n", type=shell.INTEGER)
@shell.nonnegative_option
@shell.bias_option
@click.option("--bounds", is_flag=True, help="Everything that is proved, instead of the value.")
@click.option("--samples", type=shell.COUNT, help="Simulate so many layers, such as 1e6.")
@click.option("--stderr", type=float, help="Simulate until the standard error is at most this.")
@click.option("--seed", type=shell.INTEGER, help="Integer >= 0 that names the simulation.")
@click.option(
    "--method",
    type=click.Choice(("auto", "plain", "karp-luby")),
    default="auto",
    show_default=True,
    help="karp-luby: for rare non-injective layers.",
)
@click.option("--complement", is_flag=True, help="1 - p instead of p.")
@click.option("--workers", type=shell.INTEGER, default="1", show_default=True, help="Threads.")
@click.option("--checkpoint", metavar="FILE", help="Keep the run here, and go on from here.")
@shell.digits_option(20)
@shell.full_option
@shell.format_option("text", "json")
def p(
    m: int,
    n: int,
    inputs: str | None,
    bias: bool,
    bounds: bool,
    samples: int | None,
    stderr: float | None,
    seed: int | None,
    method: str,
    complement: bool,
    workers: int,
    checkpoint: str | None,
    digits: int,
    full: bool,
    layout: str,
) -> int:
    """Compute the probability p(M, N) that a Gaussian ReLU layer R^N -> R^M is injective.

    Exact for N <= 2 and for M <= 3N - 2 (for N <= 2 with --nonnegative, for N = 1 with --bias).
    Elsewhere no exact value is known: exit code 1 and the
    proved bounds; --bounds prints what is proved with exit code 0; --samples or --stderr (with
    --seed) estimate it.
    """
    from polygeo.answers.decimals import significant
    from polygeo.relu.bounds import injectivity_bounds
    from polygeo.relu.input_cone import input_name
    from polygeo.relu.probability.gaussian_layer import injectivity_probability

    significant(digits)
    simulation = samples is not None or stderr is not None
    if bounds:
        if simulation:
            raise click.UsageError("--bounds prints what is proved: no --samples, no --stderr")
        _print_bounds(injectivity_bounds(m, n, None, inputs, bias), layout)
        return 0
    name = f"{'1 - ' if complement else ''}p({m}, {n}{input_name(inputs, bias)})"
    simulated: dict[str, Any] = {"seed": seed, "method": method, "checkpoint": checkpoint}
    simulated |= {"inputs": inputs, "bias": bias}
    with thread_pool(workers) as executor:
        if not simulation:
            value = injectivity_probability(m, n, complement=complement, **simulated)
            shell.print_exact(name, value, digits, full, layout)
            return 0
        run = injectivity_probability(
            m, n, samples, stderr=stderr, complement=complement, executor=executor, **simulated
        )
    # A run that may end early at a standard error does not tell why it ended.
    complete = samples is None or stderr is not None or run.samples >= samples
    text = str(run)
    lines = (text.split(" ")[0], f"{name} is estimated: {text}")
    shell.print_answer(layout, {"quantity": name, **run.to_dict()}, lines)
    if not complete:
        click.echo(f"interrupted after {run.samples} samples", err=True)
    return 0 if complete else 130


def _print_bounds(known: Any, layout: str) -> None:
    from polygeo.answers.serialise import show

    fields = ("side", "name", "status", "source")
    records = [{**{f: getattr(b, f) for f in fields}, "value": show(b.value, True)} for b in known]
    shell.print_answer(layout, records, (f"{bound}  [{bound.status}]" for bound in known))


@shell.command("Outputs that a theorem proves sufficient.")
@click.argument("n", type=shell.INTEGER)
@click.option("--probability", default="0.99", show_default=True, metavar="P", help="0 < P < 1.")
@shell.nonnegative_option
@shell.bias_option
@shell.format_option("text", "json")
def width(n: int, probability: str, inputs: str | None, bias: bool, layout: str) -> None:
    """Find the smallest M for which a theorem proves p(M, N) >= P, with the theorem.

    p(M, N) is the probability that a Gaussian ReLU layer of N inputs and M outputs is injective.
    """
    from polygeo.progress import waiting
    from polygeo.relu import width as sufficient

    with waiting("computing bounds"):
        found = sufficient(n, probability, inputs, bias)
    lines = (found.m, f"{found.statement}; by {found.theorem} [{found.source}]")
    shell.print_answer(layout, found.to_dict(), lines)


@shell.command(
    "Euler characteristic of one layer, exactly.",
    epilog=shell.MATRIX_FILE,
    name="euler-characteristic",
)
@click.argument("file", metavar="W.csv")
@click.option("--k", type=shell.INTEGER, help="Fewer than k positive coordinates; n by default.")
@shell.header_option
@shell.format_option("text", "json")
def euler_characteristic(file: str, k: int | None, header: bool | None, layout: str) -> None:
    """Compute chi of the directions x in which fewer than k coordinates of Wx are positive.

    Any n of the rows must be linearly independent. The mean over Gaussian W is ``polygeo q M N``.
    """
    from polygeo.relu import euler_characteristic as chi
    from polygeo.relu import expected_euler_characteristic
    from polygeo.relu.matrix import read_matrix_file

    matrix = read_matrix_file(file, header=header)
    m, n = matrix.shape
    value = chi(matrix.entries, k)
    level = n if k is None else k
    mean = float(expected_euler_characteristic(m, n, level))
    remark = f"exact; fewer than {level} positive of {m} rows in R^{n}; mean q = {mean:.6g}"
    record = {"kind": "exact", "value": value, "m": m, "n": n, "k": level}
    shell.print_answer(layout, record, (value, remark))
