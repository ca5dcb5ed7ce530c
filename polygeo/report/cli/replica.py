"""``polygeo replica energy 6.0 --level full`` and ``polygeo replica free-entropy 100 6``."""

from __future__ import annotations

from typing import Any

import click

from polygeo.progress import waiting
from polygeo.report.cli import shell

__all__ = ["replica"]


digits_option = click.option(
    "--digits", type=shell.INTEGER, help="Significant digits; all that are known by default."
)


@click.group(cls=shell.Group, short_help="Energies in replica theory: predictions.")
def replica() -> None:
    """Compute replica predictions for the ground state (not theorems)."""


def _text(answer: Any, digits: int | None) -> str:
    """That many digits, or, without a number, all that are known with the error."""
    from polygeo.answers.serialise import decimal

    return str(answer) if digits is None else decimal(answer, digits)


@replica.command(short_help="Ground-state energy at ALPHA.")
@click.argument("alpha")
@click.option("--level", default="full", show_default=True, help="rs, 1-rsb, 2-rsb, .. or full.")
@click.option("--margin", default="0", help="A row counts where it exceeds the margin.")
@digits_option
@shell.format_option("text", "json")
def energy(alpha: str, level: str, margin: str, digits: int | None, layout: str) -> None:
    """Compute e*(ALPHA), the least fraction of positive rows, over n, in a replica ansatz.

    0 < ALPHA <= 25. The layer is injective where e* is at least 1; up to the capacity e* is 0.
    After the energy: chi = lim beta (1 - q), and the identities that the solution satisfies.
    """
    with waiting(f"solving {level}", long=level == "full"):
        from polygeo.replica import ground_state, theta

        found = ground_state(alpha, level, theta(margin))
        text = "0" if found.satisfiable else _text(found.energy, digits)
    chi = "infinite: alpha is below the capacity" if found.satisfiable else str(found.chi)
    record: dict[str, Any] = {"alpha": str(found.alpha), "level": found.name, "chi": chi}
    record["energy"] = text
    record |= {"status": found.status, "q": found.q.tolist(), "x": found.slopes.tolist()}
    record["checks"] = {check.name: check.gap for check in found.checks}
    lines = [text, f"{found.name}: {found.status}", f"chi = {chi}"]
    shell.print_answer(layout, record, lines + [f"check: {check}" for check in found.checks])


@replica.command("free-entropy", short_help="-Phi/beta at BETA and ALPHA.")
@click.argument("beta")
@click.argument("alpha")
@click.option("--level", default="rs", show_default=True, help="rs, 1-rsb, .., 8-rsb.")
@digits_option
@shell.format_option("text", "json")
def free_entropy(beta: str, alpha: str, level: str, digits: int | None, layout: str) -> None:
    """Compute -Phi(BETA)/BETA, which tends to e*(ALPHA).

    For RS also the replicon (stable below 1).
    """
    with waiting("solving"):
        from polygeo.replica import free_entropy

        found = free_entropy(beta, alpha, level)
        text = _text(found.energy, digits)
    record = {"beta": str(found.beta), "alpha": str(found.alpha), "energy": text}
    lines = [text, found.status]
    if found.replicon is not None:
        verdict = "stable" if found.replicon < 1 else "unstable"
        lines.append(f"replicon = {found.replicon:.6g}: replica symmetry is {verdict}")
    shell.print_answer(
        layout, {**record, "replicon": found.replicon, "status": found.status}, lines
    )
