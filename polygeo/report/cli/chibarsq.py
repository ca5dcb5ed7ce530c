"""``polygeo chibarsq --covariance V.csv --constraints A.csv --statistic 7.3``: a p-value.

With ``--estimate x.csv`` the whole test: the statistic, the restricted estimate and the p-value.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from polygeo.report.cli import shell

__all__ = ["chibarsq", "read_problem"]


@shell.command("Weights and p-value of a test of linear constraints.")
@click.option("--covariance", required=True, metavar="FILE", help="V, a row a line, or .npy.")
@click.option(
    "--constraints", metavar="FILE|TEXT", help='A with A x >= 0, or "x1 > x2; x2 = x3"; default x.'
)
@click.option("--equalities", metavar="FILE", help="E with E x = 0.")
@click.option("--statistic", metavar="T", help="The outcome; without it only weights are printed.")
@click.option("--estimate", metavar="FILE", help="The estimate of x, for the whole test.")
@click.option(
    "--type",
    "test",
    default="A",
    show_default=True,
    type=click.Choice(["A", "B", "C", "global"]),
    help="With --estimate: A active against A x >= 0, B A x >= 0 against anything, "
    "C some violated against all strict, global x = 0 against A x >= 0.",
)
@click.option("--df", metavar="NU", help="Degrees of freedom of an estimated variance.")
@click.option(
    "--ratio",
    default="F",
    show_default=True,
    type=click.Choice(["F", "E"]),
    help="With --df: F-bar, or E-bar-squared.",
)
@click.option(
    "--samples", type=shell.COUNT, help="Estimate from so many projections what is not certified."
)
@click.option("--seed", type=shell.INTEGER, help="With --samples: the integer that names the run.")
@click.option(
    "--max-seconds",
    metavar="SECONDS",
    help="Longest computation of certified weights; default 3600, with --samples 20.",
)
@shell.header_option
@shell.digits_option(12)
@shell.format_option("text", "json")
def chibarsq(
    covariance: str,
    constraints: str | None,
    equalities: str | None,
    statistic: str | None,
    estimate: str | None,
    test: str,
    df: str | None,
    ratio: str,
    samples: int | None,
    seed: int | None,
    max_seconds: str | None,
    header: bool | None,
    digits: int,
    layout: str,
) -> None:
    """Compute the chi-bar-squared law of a test of A x >= 0 for estimates x of covariance V.

    The p-value of --statistic is P[X >= T] under A x = 0, certified to --digits digits like the
    weights; with --df that of F-bar (V is then the estimated covariance) or of E-bar-squared. With
    --samples weights that would take longer than --max-seconds are estimated, and the p-value
    carries their error. Text constraints may have numbers on the right where --estimate is given.
    """
    from polygeo.answers.decimals import significant
    from polygeo.answers.exact import rational
    from polygeo.errors import DomainError

    significant(digits)
    if estimate is not None and (statistic, samples, max_seconds) != (None, None, None):
        raise DomainError(
            "--estimate gives the statistic itself: no --statistic, --samples or --max-seconds"
        )
    if (samples is None) != (seed is None):
        raise DomainError("--samples and --seed go together; the seed names the run")
    point = None if statistic is None else rational(statistic, "--statistic")
    freedom = None if df is None else rational(df, "--df")

    given = read_problem(covariance, constraints, equalities, header)
    if estimate is not None:
        numbers = [x for row in _rows(estimate, header) for x in row]
        _print_test(layout, numbers, given, digits, kind=test, df=freedom, ratio=ratio)
    else:
        limits = {"samples": samples, "seed": seed, "max_seconds": max_seconds}
        _print_weights(layout, given, point, digits, freedom, ratio, limits)


def read_problem(
    covariance: str | None, constraints: str | None, equalities: str | None, header: bool | None
) -> tuple[Any, Any, Any]:
    """Read the covariance, the constraints (a file, or their text) and the equalities."""
    text = (
        constraints is not None
        and not Path(constraints).exists()
        and any(c in constraints for c in "<>=")
    )
    rows = constraints if text else _rows(constraints, header)
    return _rows(covariance, header), rows, _rows(equalities, header)


def _rows(place: str | None, header: bool | None) -> Any:
    """The rows of a file, None without one."""
    from polygeo.cones.reading import read_file

    return None if place is None else read_file(place, zero=True, header=header)


def _print_weights(
    layout: str,
    given: tuple[Any, Any, Any],
    point: Any,
    digits: int,
    freedom: Any,
    ratio: str,
    limits: dict[str, Any],
) -> None:
    from polygeo.answers.estimates import Estimates
    from polygeo.answers.serialise import decimal, kind, show, to_dict
    from polygeo.errors import DomainError
    from polygeo.progress import waiting
    from polygeo.volumes import ChiBarSquared, EBarSquared, FBar, chi_bar_weights

    with waiting("weights"):
        weights = chi_bar_weights(*given, digits + 3, **limits)
    if isinstance(weights, Estimates):
        if freedom is not None:
            raise DomainError("--df needs certified weights: give --max-seconds")
        record: dict[str, Any] = {"weights": [to_dict(w) for w in weights]}
        lines = [f"w_{k} = {w}" for k, w in enumerate(weights)]
        if point is not None:
            estimated = ChiBarSquared(weights).p_value(point)
            record["p_value"] = to_dict(estimated)
            lines.append(f"p = {estimated}")
        return shell.print_answer(layout, record, lines)
    found = [(kind(w), decimal(w, digits)) for w in weights]
    shown = [
        {"kind": known, "value": show(w, True), "decimal": text}
        for w, (known, text) in zip(weights, found, strict=True)
    ]
    record, lines = {"weights": shown}, [f"w_{k} = {t}  ({s})" for k, (s, t) in enumerate(found)]
    if point is not None:
        law: Any = ChiBarSquared(weights)
        if freedom is not None:
            law = (FBar if ratio == "F" else EBarSquared)(weights, freedom)
        p_value = law.p_value(point, digits)
        record["p_value"] = {"kind": kind(p_value), "decimal": decimal(p_value, digits)}
        lines.append(f"p = {decimal(p_value, digits)}")
    shell.print_answer(layout, record, lines)


def _print_test(
    layout: str, numbers: list[Any], given: tuple[Any, Any, Any], digits: int, **options: Any
) -> None:
    from polygeo.answers.serialise import decimal, kind, show
    from polygeo.progress import waiting
    from polygeo.volumes import constraint_test

    covariance, matrix, equalities = given
    with waiting("weights"):
        outcome = constraint_test(
            numbers, covariance, matrix, equalities=equalities, digits=digits + 3, **options
        )
    shown = decimal(outcome.statistic, digits)
    point = [decimal(x, digits) for x in outcome.restricted]
    record = {
        "type": outcome.kind,
        "statistic": {"kind": kind(outcome.statistic), "value": show(outcome.statistic, True)},
        "p_value": {"kind": kind(outcome.p_value), "decimal": decimal(outcome.p_value, digits)},
        "restricted": [str(x) for x in outcome.restricted],
    }
    lines = [f"restricted estimate  {', '.join(point)}", f"T = {shown}"]
    lines.append(f"p = {decimal(outcome.p_value, digits)}")
    shell.print_answer(layout, record, lines)
