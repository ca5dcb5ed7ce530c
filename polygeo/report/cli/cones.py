"""Commands about cones: ``polygeo volumes ..``, ``polygeo crofton ..``, ``polygeo recovery ..``.

A cone is named by its family and parameters: ``orthant 5``, ``weyl B 5``, ``circular 4 pi/4``,
``rays FILE``; the same words serve `volumes` and `crofton`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from polygeo.progress import waiting
from polygeo.report.cli import shell
from polygeo.report.names import pick

__all__ = ["cone_of", "crofton", "families", "recovery", "volumes"]


def families() -> str:
    """List the families with their parameters, for the end of a help text."""
    from polygeo.cones.registry import FAMILIES

    known = sorted(FAMILIES.values(), key=lambda family: family.usage)
    width = max(len(family.usage) for family in known) + 3
    lines = (f"  {family.usage:{width}}{family.meaning}" for family in known)
    files = f"  {'FILE':{width}}a file of cdd (.ine, .ext) or of Normaliz (.in)"
    return "\n".join(["\b", "Families of cones:", *lines, files])


def cone_of(words: tuple[str, ...], header: bool | None = None) -> Any:
    """Return the cone that the words of a command line name; ``header`` is for a cone in a file."""
    from polygeo import cones  # enters the families
    from polygeo.cones.interchange.stored import ENDINGS
    from polygeo.cones.registry import FAMILIES

    name, *values = words
    if Path(name).suffix in ENDINGS and name not in FAMILIES and not values:
        return cones.PolyhedralCone.from_file(name, None, header)
    if name not in FAMILIES and Path(name).suffix in (".csv", ".txt", ".npy", ".dat"):
        raise click.UsageError(f"what does {name} hold? say rays {name} or inequalities {name}")
    family = pick(name, FAMILIES, "family of cones")
    if family.make is cones.WeylChamber and len(values) == 1 and values[0][-1:].isdigit():
        values = [values[0][:-1], values[0][-1]]  # E8 is E 8
    if len(values) != len(family.kinds):
        count = len(family.kinds)
        raise click.UsageError(f"{name} needs parameters: {count}; got {len(values)}")
    if header is None:
        return family.make(*map(_read, values, family.kinds))
    if name not in ("rays", "inequalities"):
        raise click.UsageError(f"--header and --no-header are for files; {name} reads none")
    return cones.PolyhedralCone.from_file(values[0], name, header)


def _read(text: str, kind: str) -> Any:
    """One parameter: an integer, integers with commas between, or a text for the family."""
    if kind == "int":
        return shell.INTEGER.convert(text, None, None)
    if kind == "tuple[int, ...]":
        return tuple(shell.INTEGER.convert(part, None, None) for part in text.split(","))
    return text


@shell.command("Conic intrinsic volumes of a cone.", epilog=families)
@click.argument("cone", nargs=-1, required=True, metavar="FAMILY PARAMETERS...")
@shell.header_option
@shell.digits_option(12)
@shell.full_option
@shell.format_option("text", "csv", "md", "tex", "json")
def volumes(
    cone: tuple[str, ...], header: bool | None, digits: int, full: bool, layout: str
) -> None:
    """Compute v_0, ..., v_d of a cone: exact where possible, else certified to --digits digits."""
    from polygeo.answers.decimals import significant
    from polygeo.report.tables import cones as tables

    significant(digits)
    with waiting(f"volumes of {' '.join(cone)}"):
        made = cone_of(cone, header)
        table = tables.volumes(cone[0], " ".join(cone), made, digits)
    shell.print_table(table, layout, full)


@shell.command("How a random subspace meets a cone.", epilog=families)
@click.argument("n", type=shell.INTEGER)
@click.argument("cone", nargs=-1, required=True, metavar="FAMILY PARAMETERS...")
@shell.header_option
@shell.digits_option(12)
@shell.format_option("text", "json")
def crofton(n: int, cone: tuple[str, ...], header: bool | None, digits: int, layout: str) -> None:
    """Compute the section of a cone by a random N-dimensional subspace.

    Prints the expected Euler characteristic of the section and, for a convex cone that is no
    subspace, the probability that the subspace meets the cone outside 0, which is then the same
    number.
    """
    from polygeo.answers.decimals import significant
    from polygeo.answers.serialise import decimal, kind, show
    from polygeo.errors import DomainError
    from polygeo.volumes import expected_euler_characteristic, intersection_probability

    significant(digits)
    made = cone_of(cone, header)
    vector = made.intrinsic_volumes(digits + 5)
    value = expected_euler_characteristic(vector, n)
    try:
        intersection_probability(vector, n)
        reading = "expected Euler characteristic = probability that the section is not {0}"
    except DomainError as refusal:
        reading = f"expected Euler characteristic, not a probability ({refusal})"
    rounded = decimal(value, digits)
    known = kind(value)
    record = {"kind": known, "value": show(value, True), "decimal": rounded, "reading": reading}
    first = rounded if known == "certified" else show(value)
    shell.print_answer(layout, record, (first, f"{reading}; {known}, {digits} digits: {rounded}"))


@shell.command("Probability that sparse recovery succeeds.")
@click.argument("n", type=shell.INTEGER)
@click.argument("s", type=shell.INTEGER)
@click.argument("m", type=shell.INTEGER)
@click.option("--nonnegative", "kind", flag_value="nonnegative", help="Least sum, vector >= 0.")
@click.option("--l1", "kind", flag_value="l1", default=True, help="Least l1 norm (default).")
@shell.digits_option(12)
@shell.format_option("text", "json")
def recovery(n: int, s: int, m: int, kind: str, digits: int, layout: str) -> None:
    """Compute P[an S-sparse vector of R^N is recovered from M Gaussian measurements], certified."""
    from polygeo.answers.serialise import decimal
    from polygeo.answers.serialise import kind as how
    from polygeo.thresholds import recovery_probability

    with waiting("proving", long=n > 300):
        value = recovery_probability(n, s, m, kind, digits + 3)
        text = decimal(value, digits)
    known = how(value)
    record = {"n": n, "s": s, "m": m, "problem": kind, "kind": known, "decimal": text}
    remark = f"{known}; {kind} recovery of {s} nonzeros among {n} from {m} measurements"
    shell.print_answer(layout, record, (text, remark))
