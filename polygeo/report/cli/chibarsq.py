"""``polygeo chibarsq --covariance V.csv --constraints A.csv --statistic 7.3``: a p-value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from polygeo.report.cli import shell

__all__ = ["chibarsq"]


@shell.command("Weights and p-value of a test of linear constraints.")
@click.option("--covariance", required=True, metavar="FILE", help="V, a row a line, or .npy.")
@click.option(
    "--constraints", metavar="FILE|TEXT", help='A with A x >= 0, or "x1 > x2; x2 = x3"; default x.'
)
@click.option("--equalities", metavar="FILE", help="E with E x = 0.")
@click.option("--statistic", metavar="T", help="The outcome; without it only weights are printed.")
@shell.header_option
@shell.digits_option(12)
@shell.format_option("text", "json")
def chibarsq(
    covariance: str,
    constraints: str | None,
    equalities: str | None,
    statistic: str | None,
    header: bool | None,
    digits: int,
    layout: str,
) -> None:
    """Compute the chi-bar-squared law of the test of A x = 0 against A x >= 0 for estimates x.

    V is the covariance matrix of the estimates. The p-value is P[X >= T], certified to --digits
    digits like the weights.
    """
    from gmpy2 import mpq

    from polygeo.answers.decimals import significant
    from polygeo.answers.exact import rational
    from polygeo.answers.serialise import decimal, kind, show
    from polygeo.cones.reading import read_file
    from polygeo.progress import waiting
    from polygeo.volumes import ChiBarSquared, chi_bar_weights

    significant(digits)
    point = None if statistic is None else rational(statistic, "--statistic")

    def rows(place: str | None) -> Any:
        return None if place is None else read_file(place, zero=True, header=header)

    with waiting("weights"):
        said = constraints
        text = said is not None and not Path(said).exists() and any(c in said for c in "<>=")
        matrix = said if text else rows(said)
        weights = chi_bar_weights(rows(covariance), matrix, rows(equalities), digits + 3)
    p_value = None
    if point is not None:
        p_value = mpq(1) if point <= 0 else ChiBarSquared(weights).sf(point, digits)
    found = [(kind(w), decimal(w, digits)) for w in weights]
    pairs = zip(weights, found, strict=True)
    record: dict[str, Any] = {
        "weights": [
            {"kind": known, "value": show(w, True), "decimal": text} for w, (known, text) in pairs
        ]
    }
    lines = [f"w_{k} = {text}  ({known})" for k, (known, text) in enumerate(found)]
    if p_value is not None:
        record["p_value"] = {"kind": kind(p_value), "decimal": decimal(p_value, digits)}
        lines.append(f"p = {decimal(p_value, digits)}")
    shell.print_answer(layout, record, lines)
