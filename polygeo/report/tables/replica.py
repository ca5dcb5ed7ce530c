"""What the committed table about the replica ladder holds."""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo import thresholds
from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.answers.decimals import round_rational
from polygeo.errors import NotConverged
from polygeo.progress import track
from polygeo.report.tables.tabular import Column, Table

__all__ = ["PLACES", "replica", "settled"]

STEPS = (1, 2, 3, 4, 5, 6, 8, 10)
DIGITS = 15
PLACES = 9
"""Decimal places of the limit: few enough to be the same on any machine."""


def replica() -> Table:
    """The threshold by steps of replica-symmetry breaking, down to the limit."""
    found = thresholds.full_rsb().enclose(13)
    limit = settled(found, PLACES)
    values: list[tuple[str, Ball | Converged]] = [("RS", thresholds.gordon().value)]
    for k in track(STEPS, "replica ladder"):
        values.append((f"{k}-RSB", thresholds.k_rsb(k).enclose(50)))
    rows: list[tuple[Any, ...]] = []
    before = None
    for name, value in values:
        middle, error = _interval(value)
        step = None if before is None else Converged(before[0] - middle, before[1] + error)
        above = Converged(middle - found.value, error + found.error)
        status = "theorem" if name == "RS" else "prediction"
        rows.append((name, value, step, above, status))
        before = (middle, error)
    rows.append(("full RSB", limit, None, None, "prediction"))
    return Table(
        "replica",
        "Injectivity threshold alpha by steps of replica-symmetry breaking",
        (
            Column("level"),
            Column(
                "alpha",
                latex=r"$\alpha$",
                digits=DIGITS,
                known="RS certified, all others converged (two roads agree on the digits)",
            ),
            Column("step", "step", "step", digits=5, known="converged, fall from the row above"),
            Column("above", "above the limit", "above the limit", digits=3, known="converged"),
            Column("status"),
        ),
        tuple(rows),
        (
            "RS (Gordon's bound) is a theorem: injective above. All other levels are replica "
            "predictions (not theorems).",
            f"Decimals: {DIGITS} significant digits or fewer, correctly rounded, on which two "
            "computations agree.",
        ),
    )


def settled(found: Converged, places: int) -> Converged:
    """A value rounded to so few decimal places that they are the same on any machine.

    NotConverged when the error is above half a unit of the last place.
    """
    place = mpq(1, 10**places)
    if 2 * found.error > place:
        raise NotConverged(
            f"{places} places need a smaller error; got {round_rational(found.error, 2)}",
            found.history,
        )
    return Converged(round(found.value / place) * place, 10 * place, (), found.source)


def _interval(value: Ball | Converged) -> tuple[mpq, mpq]:
    if isinstance(value, Ball):
        return value.mid, value.rad
    return value.value, value.error
