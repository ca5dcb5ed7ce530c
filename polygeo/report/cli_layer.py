"""Commands about one layer: ``polygeo p 18 3 ..`` and ``polygeo euler-characteristic W.csv``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import click

from polygeo.report.shell import INTEGER, Command, print_exact, print_json

__all__ = ["COUNT", "euler_characteristic", "p"]


class _Count(click.ParamType):
    """A number of samples: 1000000 or 1e6."""

    name = "count"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        from polygeo.answers.exact import rational
        from polygeo.errors import DomainError

        text = str(value)
        try:
            number = rational(text) if len(text) <= 40 else None
        except DomainError:
            number = None
        if number is None or number.denominator != 1:
            self.fail(f"a whole number such as 1000000 or 1e6 is needed; got {text[:40]!r}")
        return int(number)


COUNT = _Count()


@click.command(cls=Command, short_help="Probability that a Gaussian ReLU layer is injective.")
@click.argument("m", type=INTEGER)
@click.argument("n", type=INTEGER)
@click.option("--bounds", is_flag=True, help="Everything that is proved, instead of the value.")
@click.option("--samples", type=COUNT, help="Simulate so many layers, such as 1e6.")
@click.option("--stderr", help="Simulate until the standard error is at most this.")
@click.option("--seed", type=INTEGER, help="Of the simulation; the answer depends on it only.")
@click.option(
    "--method",
    type=click.Choice(("auto", "plain", "karp-luby")),
    default="auto",
    show_default=True,
    help="karp-luby: for rare non-injective layers.",
)
@click.option("--complement", is_flag=True, help="1 - p instead of p.")
@click.option("--workers", type=INTEGER, default="1", show_default=True, help="Threads.")
@click.option("--checkpoint", metavar="FILE", help="Go on from FILE, and save to it.")
@click.option("--digits", type=INTEGER, default="20", show_default=True, help="Of an exact value.")
@click.option("--full", is_flag=True, help="Print numbers over 200 digits whole.")
@click.option(
    "--format", "layout", type=click.Choice(("text", "json")), default="text", show_default=True
)
def p(
    m: int,
    n: int,
    bounds: bool,
    samples: int | None,
    stderr: str | None,
    seed: int | None,
    method: str,
    complement: bool,
    workers: int,
    checkpoint: str | None,
    digits: int,
    full: bool,
    layout: str,
) -> None:
    """The probability p(M, N) that a Gaussian ReLU layer R^N -> R^M is injective.

    Exact for N <= 2 and for M <= 3N - 2. Elsewhere no exact value is known: exit code 1 and the
    proved bounds; --bounds prints what is proved with exit code 0; --samples or --stderr (with
    --seed) estimate it.
    """
    from polygeo.answers.decimals import significant
    from polygeo.relu.bounds import injectivity_bounds, injectivity_probability

    significant(digits)
    if bounds:
        _print_bounds(injectivity_bounds(m, n), layout)
        return
    name = f"{'1 - ' if complement else ''}p({m}, {n})"
    simulated: dict[str, Any] = {"seed": seed, "method": method, "checkpoint": checkpoint}
    if samples is None and stderr is None:
        value = injectivity_probability(m, n, complement=complement, **simulated)
        print_exact(name, value, digits, full, layout)
        return
    with _threads(workers) as executor:
        run = injectivity_probability(
            m,
            n,
            samples,
            stderr=None if stderr is None else _positive(stderr),
            complement=complement,
            executor=executor,
            **simulated,
        )
    if layout == "json":
        print_json({"quantity": name, **run.to_dict()})
        return
    text = str(run)
    click.echo(text.split(" ")[0])
    click.echo(f"{name} is estimated: {text}")
    if samples is not None and stderr is None and run.samples < samples:
        click.echo(f"interrupted after {run.samples} of {samples} samples", err=True)


def _print_bounds(known: Any, layout: str) -> None:
    from polygeo.answers.record import show

    if layout == "json":
        fields = ("side", "name", "status", "source")
        print_json(
            [{**{f: getattr(b, f) for f in fields}, "value": show(b.value, True)} for b in known]
        )
        return
    for bound in known:
        click.echo(f"{bound}  [{bound.status}]")


def _positive(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"--stderr needs a number; got {text[:40]!r}") from None


@contextmanager
def _threads(workers: int) -> Any:
    """An executor, or None for one worker."""
    from concurrent.futures import ThreadPoolExecutor

    if not 1 <= workers <= 1024:
        raise click.UsageError(f"--workers must lie between 1 and 1024; got {workers}")
    if workers == 1:
        yield None
        return
    with ThreadPoolExecutor(workers) as pool:
        yield pool


@click.command(
    "euler-characteristic", cls=Command, short_help="Euler characteristic of one layer, exactly."
)
@click.argument("file")
@click.option("--k", type=INTEGER, help="Fewer than k positive coordinates; n by default.")
@click.option(
    "--format", "layout", type=click.Choice(("text", "json")), default="text", show_default=True
)
def euler_characteristic(file: str, k: int | None, layout: str) -> None:
    """chi of the directions x in which fewer than k coordinates of Wx are positive.

    FILE holds the rows of W, numbers separated by commas (fractions and decimals are exact); any
    n of the rows must be linearly independent. The mean over Gaussian W is ``polygeo q M N``.
    """
    from polygeo.cones.reading import read_file
    from polygeo.relu import euler_characteristic as chi
    from polygeo.relu import expected_euler_characteristic

    rows = read_file(file)
    m, n = len(rows), len(rows[0])
    value = chi(rows, k)
    level = n if k is None else k
    if layout == "json":
        print_json({"kind": "exact", "value": value, "m": m, "n": n, "k": level})
        return
    mean = float(expected_euler_characteristic(m, n, level))
    click.echo(value)
    click.echo(f"exact; fewer than {level} positive of {m} rows in R^{n}; mean q = {mean:.6g}")
