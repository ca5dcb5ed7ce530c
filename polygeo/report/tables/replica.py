"""The committed table about replica-symmetry breaking, step by step."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from gmpy2 import mpq

from polygeo import thresholds
from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.answers.decimals import round_rational
from polygeo.answers.serialise import kind
from polygeo.errors import NotConverged
from polygeo.progress import track
from polygeo.report.tables.tabular import Column, Table

__all__ = ["PLACES", "narrow", "replica", "settled"]

STEPS = (1, 2, 3, 4, 5, 6, 8, 10)
DIGITS = 15
PLACES = 9
"""Number of decimal places of the limit: few enough to be the same on any machine."""

CERTIFIED, UPPER = 21, 12
"""Decimal places of certified values, and of the upper ends of finitely many steps."""


def replica() -> Table:
    """Make the table of the threshold by steps of replica-symmetry breaking, down to the limit."""
    found = thresholds.full_rsb().enclose(13)
    limit = settled(found, PLACES)
    values: list[tuple[str, Ball | Converged]] = [("RS", thresholds.gordon().value)]
    uppers: list[mpq | None] = [None]
    for k in track(STEPS, "replica ladder"):
        found_k = thresholds.k_rsb(k).enclose(CERTIFIED + 1 if k <= 3 else 50)
        values.append((f"{k}-RSB", narrow(found_k, CERTIFIED)))
        uppers.append(_above(thresholds.rsb_upper_bound(k), UPPER))
    rows: list[tuple[Any, ...]] = []
    before = None
    for (name, value), upper in zip(values, uppers, strict=True):
        middle, error = _interval(value)
        step = None if before is None else Converged(before[0] - middle, before[1] + error)
        above = Converged(middle - found.value, error + found.error)
        status = "theorem" if name == "RS" else "prediction"
        rows.append((name, value, kind(value), step, above, upper, status))
        before = (middle, error)
    upper = _above(thresholds.rsb_upper_bound("full"), PLACES)
    rows.append(("full RSB", limit, kind(limit), None, None, upper, "prediction"))
    return Table(
        "replica",
        "Injectivity threshold alpha by steps of replica-symmetry breaking",
        (
            Column("level"),
            Column(
                "alpha",
                latex=r"$\alpha$",
                digits=DIGITS,
                known="certified, or converged: digits on which two computations agree",
            ),
            Column("kind"),
            Column("step", "step", "step", digits=5, known="converged, fall from the row above"),
            Column("above", "above limit", "above the limit", digits=3, known="converged"),
            Column(
                "upper",
                "upper end",
                "upper end",
                digits=UPPER + 1,
                known="certified: the value of one trial, rounded up; the infimum lies below",
            ),
            Column("status"),
        ),
        tuple(rows),
        (
            "RS (Gordon's bound) is a theorem: injective above. All other levels are replica "
            "predictions (not theorems).",
            "certified: of the variational problem the least value on a box of trials is proved, "
            "a local minimum. The formula that makes it a threshold remains a prediction.",
            f"Decimals: {DIGITS} significant digits or fewer, correctly rounded.",
        ),
    )


def settled(found: Converged, places: int) -> Converged:
    """Round a value to ``places`` decimal places, few enough to be the same on any machine.

    NotConverged when the error is above half a unit of the last place.
    """
    place = mpq(1, 10**places)
    if 2 * found.error > place:
        raise NotConverged(
            f"{places} places need a smaller error; got {round_rational(found.error, 2)}",
            found.history,
        )
    return Converged(round(found.value / place) * place, 10 * place, (), found.source)


def narrow(found: Ball | Converged, places: int) -> Ball | Converged:
    """Return a ball around the two decimals of so many places next to a certified value."""
    if not isinstance(found, Ball):
        return found
    unit = 10**places
    low, high = floor(found.lower * unit), ceil(found.upper * unit)
    return Ball.between(mpq(low, unit), mpq(high, unit), 160, found.source)


def _above(found: Ball, places: int) -> mpq:
    """Return the upper end, rounded up to so many decimal places."""
    return mpq(ceil(found.upper * 10**places), 10**places)


def _interval(value: Ball | Converged) -> tuple[mpq, mpq]:
    if isinstance(value, Ball):
        return value.mid, value.rad
    return value.value, value.error
