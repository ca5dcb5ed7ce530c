"""``polygeo estimate rays FILE --samples 1e6 --seed 1``: intrinsic volumes by simulation.

The words that name a cone are those of `polygeo.report.cli.cones`. A run can be spread over
processes, kept in a checkpoint and continued; Ctrl-C prints what has been counted (exit code 130).
"""

from __future__ import annotations

from typing import Any

import click

from polygeo.progress import waiting
from polygeo.report.cli import shell
from polygeo.report.cli.cones import cone_of, families
from polygeo.report.cli.workers import process_pool

__all__ = ["estimate"]


@shell.command("Intrinsic volumes by simulation.", epilog=families)
@click.argument("cone", nargs=-1, required=True, metavar="FAMILY PARAMETERS...")
@click.option("--samples", type=shell.COUNT, help="Number of samples; 1e6 is 1000000.")
@click.option("--seed", type=shell.INTEGER, help="Integer >= 0 that names the run.")
@click.option("--stderr", type=float, help="Stop once every standard error is at most this.")
@click.option("--workers", type=shell.INTEGER, default="1", show_default=True, help="Processes.")
@click.option("--checkpoint", metavar="FILE", help="Keep the run here, and go on from here.")
@click.option(
    "--section", type=shell.INTEGER, metavar="N", help="Sections by random N-dimensional subspaces."
)
@click.option(
    "--certified/--uncertified",
    default=True,
    help="Prove every sample's face (default), or believe floating point.",
)
@click.option(
    "--method",
    type=click.Choice(["faces", "lengths"]),
    help="Count the faces hit (default for polyhedral cones), or fit lengths of projections.",
)
@shell.header_option
@click.option("--no-exact", is_flag=True, help="Do not look for exact values to compare with.")
@shell.format_option("text", "csv", "json", "md")
def estimate(
    cone: tuple[str, ...],
    samples: int | None,
    seed: int | None,
    stderr: float | None,
    workers: int,
    checkpoint: str | None,
    section: int | None,
    certified: bool,
    method: str | None,
    header: bool | None,
    no_exact: bool,
    layout: str,
) -> int:
    """Estimate v_0, ..., v_d of a cone by projecting Gaussian samples, with standard errors.

    The faces hit by the projections are counted where the cone has a polyhedral description;
    elsewhere a mixture is fitted to the lengths of the projections; --method says which. Every
    sample's face is proved, unless --uncertified; the same seed gives the same counts on any number
    of workers. Exact or certified values are printed next to the estimates where they are known.
    With --section: the Euler characteristic of the section by random subspaces, with its
    expectation.
    """
    from polygeo.report.tables import estimates as tables

    name = " ".join(cone)
    if samples is None and stderr is None:
        raise click.UsageError("an estimate needs --samples or --stderr")
    if section is not None and not certified:
        raise click.UsageError("sections are always certified: --uncertified is for volumes")
    if section is not None and method is not None:
        raise click.UsageError("sections have one method: --method is for volumes")
    made = cone_of(cone, header)
    options: dict[str, Any] = {"checkpoint": checkpoint, "stderr": stderr}
    if section is not None:
        with process_pool(workers) as pool:
            found = made.estimate_section_euler_characteristic(
                section, samples, seed, executor=pool, **options
            )
        if layout in ("text", "json"):
            shell.print_report(layout, {"cone": name, "n": section, **found.to_dict()}, repr(found))
        else:
            shell.print_table(tables.section_table(name, [(name, found)]), layout)
        return _exit_code(found)
    if not certified:
        options["certified"] = False
    with process_pool(workers) as pool:
        run = made.volume_counts(samples, seed, method=method, executor=pool, **options)
    with waiting("exact values"):
        exact = None if no_exact else tables.exact_volumes(made)
    record = {"cone": name, **tables.record(run, exact)}
    shell.print_table(tables.volumes(name, run, exact, layout == "csv"), layout, record=record)
    return _exit_code(run)


def _exit_code(run: Any) -> int:
    if not run.complete:
        click.echo(f"interrupted after {run.samples} samples", err=True)
    return 0 if run.complete else 130
