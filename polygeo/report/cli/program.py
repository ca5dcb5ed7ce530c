"""The command line: ``polygeo q 20 3``, ``polygeo threshold euler --digits 50``, and the rest.

The first line of an answer is the answer, bare, so that ``head -1`` takes it; ``--format json``
gives records. What a command needs is imported when it runs. How errors end: see `shell`.
"""

from __future__ import annotations

import sys

import click

from polygeo.progress import waiting
from polygeo.report import names
from polygeo.report.cli import (
    chibarsq,
    cones,
    decision,
    estimate,
    layer,
    networks,
    plots,
    polytopes,
    replica,
    shell,
    weights,
)
from polygeo.report.plain_math import plain_math

__all__ = ["cli", "main"]

EXAMPLES = """\b
Examples:
  polygeo q 20 3                        exact expected Euler characteristic
  polygeo q 20 3 --nonnegative          ... for nonnegative inputs
  polygeo p 18 3 --samples 1e6 --seed 1 probability of injectivity, simulated
  polygeo p 18 3 --nonnegative --bounds what is proved for nonnegative inputs
  polygeo width 64 --probability 0.99   outputs that are proved to be enough
  polygeo threshold euler --digits 50   8.3446..., proved
  polygeo rate 9 --kappa 1/2            exponential rate of q
  polygeo volumes weyl B 5              intrinsic volumes of a cone
  polygeo crofton 2 orthant 3           how a random plane meets an orthant
  polygeo chibarsq --covariance V.csv --constraints A.csv --statistic 7.3   a p-value
  polygeo estimate rays C.csv --samples 1e6 --seed 1   volumes by simulation
  polygeo recovery 200 20 70            sparse recovery from 70 measurements
  polygeo fvector poisson-voronoi 4     expected face numbers of a random polytope
  polygeo injective W.csv               is x -> ReLU(W x) injective? decided, with a proof
  polygeo network net.safetensors       its layers: verdicts, and radii at --data
  polygeo depth points.csv              half-space depth of the origin
  polygeo replica energy 6              ground-state energy, a replica prediction
  polygeo regions 20 3                  linear regions of a layer; also of W.csv
  polygeo contraction 100               the angle after 100 infinitely wide layers
  polygeo stability W.csv               bounds of the inverse's stability, proved
  polygeo deep W1.csv W2.csv            is the network injective? decided, with a proof
  polygeo table thresholds              a table; --format csv, md, tex or json
  polygeo formula euler.triple_sum      a statement of the literature
  polygeo crosscheck numbers.csv        a comparison with somebody else's numbers
  polygeo plot rate --out rate.png      a figure
  polygeo plot layer W.csv --out W.png  a figure of a layer, cone or law of your own
"""

LONG_TABLES = ("crossings", "extrapolation")
"""Tables that take long and show no progress of their own."""

kappa_option = click.option("--kappa", metavar="K", help="Rational, k = kappa n; 1 by default.")


@click.group(
    cls=shell.Group,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    # The package is always loaded by now; its packages do not import it.
    sys.modules["polygeo"].__version__,
    prog_name="polygeo",
)
def cli() -> None:
    """Compute exact, certified and simulated numbers of random polyhedral geometry."""


@cli.command(short_help="Expected Euler characteristic q(M, N), exactly.")
@click.argument("m", type=shell.INTEGER)
@click.argument("n", type=shell.INTEGER)
@click.option("--k", type=shell.INTEGER, help="Fewer than k positive coordinates; n by default.")
@shell.nonnegative_option
@shell.bias_option
@shell.digits_option(20)
@shell.full_option
@shell.format_option("text", "json")
def q(
    m: int,
    n: int,
    k: int | None,
    inputs: str | None,
    bias: bool,
    digits: int,
    full: bool,
    layout: str,
) -> None:
    """Compute the expected Euler characteristic q(M, N), exactly, for 1 <= N <= M."""
    from polygeo.answers.decimals import significant
    from polygeo.relu.input_cone import input_name
    from polygeo.relu.surrogate.euler import expected_euler_characteristic

    significant(digits)
    level = "" if k is None else f", {k}"
    name = f"q({m}, {n}{level}{input_name(inputs, bias)})"
    with waiting(f"computing {name}", long=m > 200_000):
        value = expected_euler_characteristic(m, n, k, inputs, bias)
        shell.print_exact(name, value, digits, full, layout)


def _threshold_names() -> str:
    from polygeo.thresholds.registry import THRESHOLDS

    return f"Names: {', '.join(THRESHOLDS)}; also 4-rsb, 5-rsb, .."


@cli.command(epilog=_threshold_names, short_help="A threshold of m/n, to any number of digits.")
@click.argument("name")
@click.option("--layers", type=shell.INTEGER, metavar="L", help="For deep-sufficient.")
@kappa_option
@shell.nonnegative_option
@shell.digits_option(20)
@shell.format_option("text", "tex", "json")
def threshold(
    name: str,
    layers: int | None,
    kappa: str | None,
    inputs: str | None,
    digits: int,
    layout: str,
) -> None:
    """Compute a threshold of alpha = m/n, to as many digits as you ask for.

    A prediction has 10 digits by default, and at most as many as are known. --format tex prints
    the equation behind it in LaTeX.
    """
    found = names.threshold(name, kappa, layers, inputs)
    asked = click.get_current_context().get_parameter_source("digits")
    if found.status == "prediction" and asked is click.core.ParameterSource.DEFAULT:
        digits = 10  # more of them take long
    with waiting(f"proving {digits} digits", long=digits > 20_000):
        text = found.decimal(digits)
    value = {"kind": found.kind, "decimal": text, "digits": digits}
    heading = f"{found.name}: {found.kind}, {found.status}: {found.claim}"
    record = {**found.to_dict(), "value": value, "plain": plain_math(found.equation)}
    lines = (text, heading, f"{record['plain']}  [{found.source}]")
    shell.print_answer(layout, record, (text, found.equation) if layout == "tex" else lines)


@cli.command(short_help="Exponential rate of q.")
@click.argument("alpha")
@kappa_option
@shell.digits_option(20)
@shell.format_option("text", "json")
def rate(alpha: str, kappa: str | None, digits: int, layout: str) -> None:
    """Compute the rate Phi(ALPHA, kappa) for m = ALPHA n.

    |q|, or below the edges the distance of q from 1 (for kappa > 2 from 1 + (-1)^(n-1)), grows like
    exp(n Phi).
    """
    from polygeo.relu.surrogate.rate import euler_rate

    found = euler_rate(alpha, "1" if kappa is None else kappa, digits + 5)
    text = found.value.decimal(digits)
    record = {"alpha": str(found.alpha), "kappa": str(found.kappa), "regime": found.regime}
    record |= {"quantity": found.quantity, "kind": "certified", "decimal": text}
    remark = f"certified; rate of {found.quantity} ({found.regime} the edges)"
    shell.print_answer(layout, record, (text, remark))


@cli.command(short_help="A table, or the names of the tables.")
@click.argument("name", required=False)
@shell.full_option
@shell.format_option("text", "csv", "md", "tex", "json")
def table(name: str | None, full: bool, layout: str) -> None:
    """Print the table NAME; without a name, what each is."""
    from polygeo.report import tables

    if name is None:
        texts = {key: names.first_line(make) for key, make in tables.TABLES.items()}
        click.echo(names.listed(texts))
        return
    with waiting(f"computing {name}", long=name in LONG_TABLES):
        content = tables.table(name)
    shell.print_table(content, layout, full)


@cli.command(short_help="Statements of the literature, with a check.")
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--check", is_flag=True, help="Check the statement at points of its domain.")
@shell.format_option("text", "tex", "json")
def formula(identifier: str | None, check: bool, layout: str) -> None:
    """Print a statement of the literature, in plain text or LaTeX; without an id, all of them."""
    with waiting("reading the catalogue"):
        from polygeo import formula_index as entries

        known = entries.catalogue()
    if identifier is None:
        titles = {name: entry.title for name, entry in known.items()}
        records = [{"id": name, "title": title} for name, title in titles.items()]
        shell.print_answer(layout, records, [names.listed(titles)])
        return
    entry = known[identifier]
    with waiting("checking", long=check):
        count = entry.check() if check else None
    latex = entry.latex()
    fields = ("title", "kind", "source", "locus", "note")
    record = {"id": identifier, **{field: getattr(entry, field) for field in fields}}
    record |= {"latex": latex, "plain": plain_math(latex), **({"points": count} if check else {})}
    place = f"{entry.source}{', ' + entry.locus if entry.locus else ''}"
    lines = [f"{entry.title}\n\n    {record['plain']}\n", f"{entry.kind}  [{place}]"]
    if entry.note:
        lines.append(entry.note)
    if check:
        verb = "observed at" if entry.kind == "asymptotic" else "holds at"
        lines.append(f"{verb} {count} points")
    shell.print_answer(layout, record, [latex] if layout == "tex" else lines)


@cli.command(short_help="Check somebody else's numbers.")
@click.argument("file")
@shell.format_option("text", "json")
def crosscheck(file: str, layout: str) -> int:
    """Check somebody's numbers: FILE.csv or FILE.json of quantity, parameters, value[, tolerance].

    \b
    quantity,parameters,value
    q,m=20 n=3,25861/524288
    threshold,name=euler,8.3446

    Exit code 1 unless every row agrees.
    """
    from polygeo.report.crosscheck.comparison import crosscheck

    with waiting("checking"):
        report = crosscheck(file)
    shell.print_report(layout, report.to_dict(), str(report))
    return 0 if report.ok else 1


@cli.command(short_help="Compile everything, once on a machine.")
@click.argument("part", required=False)
def warmup(part: str | None) -> None:
    """Compile all kernels now, so that no later call has to: about a minute, once on a machine.

    PART compiles fewer: decision, probability, faces, sections or replica.
    """
    from polygeo.report.warmup import warmup as compile_all

    count = compile_all(part)
    click.echo(f"{count} kernels compiled" if count else "everything was compiled before")


@cli.command(short_help="BibTeX behind a number, a formula or a threshold.")
@click.argument("name")
def cite(name: str) -> None:
    """Print BibTeX for a threshold, a quantity, a formula's id or a key of the bibliography.

    Quantities: q, p, injective, depth, volumes.
    """
    from polygeo.relu.probability.gaussian_layer import injectivity_probability
    from polygeo.relu.surrogate.euler import expected_euler_characteristic

    quantities: dict[str, object] = {
        "p": injectivity_probability,
        "q": expected_euler_characteristic,
        "injective": "puthawala2022globally",
        "depth": "tukey1975mathematics",
        "volumes": "amelunxenlotz2017intrinsic",
    }
    with waiting("reading the bibliography"):
        from polygeo import formula_index as entries

        text = entries.cite(quantities.get(name, name))
    click.echo(text)


for module in (
    *(chibarsq, cones, decision, estimate, layer, networks),
    *(plots, polytopes, replica, weights),
):
    for name in module.__all__:
        if isinstance(command := getattr(module, name), click.Command):
            cli.add_command(command)


def main() -> None:
    """Run the command line in this process; the console script is `start.main`."""
    cli.main(prog_name="polygeo")
